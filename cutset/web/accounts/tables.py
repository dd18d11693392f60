"""Where accounts lie: a file of their own beside an SQLite store, or tables of their own in a PostgreSQL database.

They are apart from the log, which is append-only and is copied to auditors: a password or a session is neither a fact
about the world nor anything to keep for ever.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from cutset.log.database import engine as engine_of
from cutset.log.database import is_postgresql, path_of

metadata = sa.MetaData()

account = sa.Table(
    "web_account",
    metadata,
    sa.Column("viewer", sa.Text, primary_key=True),
    sa.Column("password", sa.Text, nullable=False),
    sa.Column("totp", sa.Text, nullable=False),
    sa.Column("totp_step", sa.BigInteger, nullable=False),
    sa.Column("changed_us", sa.BigInteger, nullable=False),
)
"""`password` is an Argon2id hash; `totp` the shared secret in base 32, "" for none; `totp_step` the last used."""

given = sa.Table("web_given", metadata, sa.Column("viewer", sa.Text, primary_key=True))
"""Whose password somebody else made: with it they can do nothing but choose one of their own."""

session = sa.Table(
    "web_session",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("viewer", sa.Text, nullable=False, index=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("began_us", sa.BigInteger, nullable=False),
    sa.Column("seen_us", sa.BigInteger, nullable=False),
    sa.Column("locked", sa.Boolean, nullable=False),
)
"""`digest` is that of the cookie: who reads this table cannot take a session over."""

failure = sa.Table(
    "web_failure",
    metadata,
    sa.Column("who", sa.Text, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_us", sa.BigInteger, nullable=False),
)
"""Failed tries to sign in, by the digest of a viewer's id or of an address."""

token = sa.Table(
    "web_token",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("viewer", sa.Text, nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("ends_us", sa.BigInteger, nullable=False),
)

subject = sa.Table(
    "web_subject",
    metadata,
    sa.Column("viewer", sa.Text, primary_key=True),
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
)
"""As whom each viewer first came from a provider: its name for the person, which it gives to nobody else."""

sent = sa.Table(
    "web_sent",
    metadata,
    sa.Column("viewer", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False, index=True),
)
"""Idempotency keys: `digest` is that of what was first sent under the key."""


check = sa.Table(
    "web_check",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("viewer", sa.Text, nullable=False),
    sa.Column("begun_us", sa.BigInteger, nullable=False, index=True),
    sa.Column("beat_us", sa.BigInteger, nullable=False),
    sa.Column("ended_us", sa.BigInteger, nullable=False),
    sa.Column("said", sa.Text, nullable=False),
)
"""Checks of the log and its views: `beat_us` is when the process that does it last lived, `ended_us` 0 until it is
done, and `said` what was found so far, as JSON."""


def place(store: str) -> str:
    """Where the accounts of a store lie.

    >>> place("postgresql://db/cutset")
    'postgresql://db/cutset'
    """
    if is_postgresql(store):
        return store
    path = path_of(store)
    return str(path.with_name(path.name + ".accounts"))


def opened(store: str) -> sa.Engine:
    """The engine of the accounts of `store`, whose tables are made where there are none."""
    url = place(store)
    if not is_postgresql(url):
        # For its owner alone, as the store is.
        os.close(os.open(url, os.O_WRONLY | os.O_CREAT, 0o600))
    engine = engine_of(url)
    with writing(engine) as connection:
        metadata.create_all(connection)
    return engine


@contextmanager
def writing(engine: sa.Engine, *, synced: bool = True) -> Iterator[sa.Connection]:
    """A transaction that writes; on SQLite it takes its turn before it reads. It does not wait for the log's writer.

    Where it is not `synced`, PostgreSQL need not have it on disk when the block ends.
    """
    with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection, connection.begin():
        if not synced and connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
        yield connection

"""Tokens for programs: each acts as one viewer, for one purpose, within its scopes, until it ends."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
import sqlalchemy as sa

from cutset.clock import instant, microseconds
from cutset.log.database import untied
from cutset.web.accounts.sessions import digest
from cutset.web.accounts.tables import token, writing

PREFIX = "cutset_"
"""Tokens begin so, that a scanner of leaked secrets can know them."""
LONGEST_DAYS = 366


class Scope(StrEnum):
    """What a token lets a program do; without one it does nothing."""

    READ = "read"
    SUBMIT = "submit"


class Token(msgspec.Struct, frozen=True):
    """A token as it may be listed: never its secret."""

    id: str
    viewer: str
    name: str
    scopes: tuple[Scope, ...]
    purpose: str
    ends: datetime


def make(
    engine: sa.Engine, viewer: str, name: str, scopes: tuple[Scope, ...], purpose: str, days: int, at: datetime
) -> tuple[Token, str]:
    """A new token and its secret, which is told this once."""
    ends = at + timedelta(days=max(1, min(days, LONGEST_DAYS)))
    made = Token(secrets.token_hex(6), viewer, name, tuple(sorted(set(scopes))), purpose, ends)
    secret = PREFIX + secrets.token_urlsafe(32)
    with writing(engine) as connection:
        connection.execute(
            sa.insert(token).values(
                digest=digest(secret),
                id=made.id,
                viewer=viewer,
                name=name,
                scopes=" ".join(made.scopes),
                purpose=purpose,
                ends_us=microseconds(ends),
            )
        )
    return made, secret


def find(engine: sa.Engine, secret: str, at: datetime) -> Token | None:
    """The token of that secret, if it has not ended."""
    with untied(engine) as connection:
        row = connection.execute(sa.select(token).where(token.c.digest == digest(secret))).one_or_none()
    return None if row is None or row.ends_us < microseconds(at) else _token(row)


def of(engine: sa.Engine, viewer: str) -> list[Token]:
    """A viewer's tokens, the one that ends last first."""
    with engine.connect() as connection:
        rows = connection.execute(sa.select(token).where(token.c.viewer == viewer).order_by(token.c.ends_us.desc()))
        return [_token(row) for row in rows]


def revoke(engine: sa.Engine, viewer: str, id: str) -> bool:
    """End a token of the viewer's own; False where there is none."""
    with writing(engine) as connection:
        done = connection.execute(sa.delete(token).where(token.c.viewer == viewer, token.c.id == id))
        return done.rowcount > 0


def _token(row: sa.Row[tuple[object, ...]]) -> Token:
    fields = row._mapping
    scopes = tuple(Scope(each) for each in str(fields["scopes"]).split())
    return Token(
        str(fields["id"]),
        str(fields["viewer"]),
        str(fields["name"]),
        scopes,
        str(fields["purpose"]),
        instant(int(str(fields["ends_us"]))),
    )

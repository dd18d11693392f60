"""Idempotency keys: what was sent under a key is taken in once, however often it is sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from cutset.clock import microseconds
from cutset.errors import CutsetError
from cutset.web.accounts.tables import sent, writing

KEPT = timedelta(days=30)
"""How long a key is known; a telephone may be without a network for weeks."""
_SWEEPS = "00"
"""What the digests of those begin with that sweep away older keys: one in 256."""


class KeyUsed(CutsetError):
    """Another thing was sent under this key before."""


def claim(engine: sa.Engine, viewer: str, key: str, what: bytes, at: datetime) -> None:
    """Say that `what` is sent under `key`, before it is taken in; the same again passes. Raises `KeyUsed`.

    What is taken in is a report whose record is the key, and the log holds the same report once: a crash after the
    claim loses nothing, and a second sending makes no second report. On PostgreSQL the claim need not be on disk before
    the report is, and is then: the report's commit comes after it in the same write-ahead log.
    """
    digest = sha256(what).hexdigest()
    with writing(engine, synced=False) as connection:
        if digest.startswith(_SWEEPS):
            connection.execute(sa.delete(sent).where(sent.c.at_us < microseconds(at - KEPT)))
        dialect = postgresql if engine.dialect.name == "postgresql" else sqlite
        fresh = dialect.insert(sent).values(viewer=viewer, key=key, digest=digest, at_us=microseconds(at))
        if connection.execute(fresh.on_conflict_do_nothing()).rowcount:
            return
        known = connection.scalar(sa.select(sent.c.digest).where(sent.c.viewer == viewer, sent.c.key == key))
    if known != digest:
        raise KeyUsed("another thing was sent under this key before", remedy="send it under a key of its own")

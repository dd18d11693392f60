"""Sessions: who is signed in, for which purpose, and whether they were away too long."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

import msgspec
import sqlalchemy as sa

from cutset.clock import microseconds
from cutset.log.database import chunks, untied
from cutset.web.accounts.tables import session, writing

_SEEN_EVERY_S = 20
"""A session's last use is written down no oftener: a page is many requests, and a write each is waste."""


class Session(msgspec.Struct, frozen=True):
    """A viewer's session. `secret` is the cookie; `csrf` goes into each form, and is of no use without the cookie."""

    secret: str
    viewer: str
    purpose: str
    locked: bool

    @property
    def csrf(self) -> str:
        """What proves that a form came from a page of this session."""
        return hmac.new(self.secret.encode(), b"cutset form", sha256).hexdigest()


def digest(secret: str) -> str:
    """What is kept of a secret of 256 random bits, which needs no slow hash."""
    return sha256(secret.encode()).hexdigest()


def begin(engine: sa.Engine, viewer: str, purpose: str, at: datetime, *, secret: str = "") -> Session:
    """A new session; `secret` is fresh unless it is given."""
    begun = Session(secret or secrets.token_urlsafe(32), viewer, purpose, False)
    now = microseconds(at)
    row = {
        "digest": digest(begun.secret),
        "viewer": viewer,
        "purpose": purpose,
        "began_us": now,
        "seen_us": now,
        "locked": False,
    }
    with writing(engine) as connection:
        connection.execute(sa.insert(session).values(row))
    return begun


def find(
    engine: sa.Engine, secret: str, at: datetime, *, idle_s: int, session_s: int, used: bool = True
) -> Session | None:
    """The session of that cookie; locked where it was idle for too long, None where it ended.

    It is marked as `used`, unless a page asked by itself while nobody may be sitting there.
    """
    now = microseconds(at)
    mine = session.c.digest == digest(secret)
    with untied(engine) as connection:
        row = connection.execute(sa.select(session).where(mine)).one_or_none()
    if row is None or now - row.began_us > session_s * 1_000_000:
        return None
    locked = row.locked or now - row.seen_us > idle_s * 1_000_000
    if locked != row.locked or (used and not locked and now - row.seen_us > _SEEN_EVERY_S * 1_000_000):
        change = {"locked": True} if locked else {"seen_us": now}
        with writing(engine, synced=locked) as connection:
            connection.execute(sa.update(session).where(mine).values(**change))
    return Session(secret, row.viewer, row.purpose, locked)


def standing(engine: sa.Engine, secrets: Iterable[str], at: datetime, *, idle_s: int, session_s: int) -> dict[str, str]:
    """Which of these sessions are neither ended nor to be locked, each with its purpose; none is marked as used."""
    now, wanted = microseconds(at), {digest(each): each for each in secrets}
    found = {}
    with untied(engine) as connection:
        for chunk in chunks(wanted):
            for row in connection.execute(sa.select(session).where(session.c.digest.in_(chunk))):
                ended = now - row.began_us > session_s * 1_000_000 or now - row.seen_us > idle_s * 1_000_000
                if not (row.locked or ended):
                    found[wanted[row.digest]] = row.purpose
    return found


def change(engine: sa.Engine, secret: str, at: datetime, *, locked: bool | None = None, purpose: str = "") -> None:
    """Lock or unlock a session, or go on in it for another purpose."""
    values: dict[str, object] = {"seen_us": microseconds(at)}
    values |= {"locked": locked} if locked is not None else {}
    values |= {"purpose": purpose} if purpose else {}
    with writing(engine) as connection:
        connection.execute(sa.update(session).where(session.c.digest == digest(secret)).values(**values))


def end(engine: sa.Engine, secret: str) -> None:
    """End a session."""
    with writing(engine) as connection:
        connection.execute(sa.delete(session).where(session.c.digest == digest(secret)))


def end_all(engine: sa.Engine, viewer: str) -> None:
    """End every session of a viewer: after a new password, or where a device was lost."""
    with writing(engine) as connection:
        connection.execute(sa.delete(session).where(session.c.viewer == viewer))

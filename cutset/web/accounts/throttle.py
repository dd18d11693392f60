"""Slows those who try passwords: each failure doubles the wait, for a viewer's id and for an address apart."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from cutset.clock import microseconds
from cutset.web.accounts.tables import failure, writing

FREE = 4
"""Failures that cost nothing: people mistype."""
FREE_OF_ADDRESS = 20
"""An agency's people come from one address."""
LONGEST_S = 900
FORGOTTEN_S = 86_400


def wait_s(failures: int, free: int = FREE) -> int:
    """Seconds to wait after so many failures.

    >>> [wait_s(count) for count in (3, 4, 5, 8, 30)]
    [0, 1, 2, 16, 900]
    """
    return 0 if failures < free else min(LONGEST_S, 1 << min(failures - free, 30))


def names(viewer: str, address: str) -> tuple[tuple[str, int], ...]:
    """What failures are counted under, and how many of each are free. Digests: a list of who failed tells too much."""
    return ((_digest(f"viewer {viewer}"), FREE), (_digest(f"address {address}"), FREE_OF_ADDRESS))


def left_s(engine: sa.Engine, viewer: str, address: str, at: datetime) -> int:
    """Seconds until the next try is taken; 0 where it may be made at once."""
    now = microseconds(at)
    left = 0
    with engine.connect() as connection:
        for who, free in names(viewer, address):
            row = connection.execute(sa.select(failure).where(failure.c.who == who)).one_or_none()
            if row is not None and now - row.last_us < FORGOTTEN_S * 1_000_000:
                until = row.last_us + wait_s(row.failures, free) * 1_000_000
                left = max(left, -((now - until) // 1_000_000))
    return left


def failed(engine: sa.Engine, viewer: str, address: str, at: datetime) -> None:
    """Count a failure."""
    now = microseconds(at)
    with writing(engine) as connection:
        connection.execute(sa.delete(failure).where(failure.c.last_us < now - FORGOTTEN_S * 1_000_000))
        for who, _ in names(viewer, address):
            raised = sa.update(failure).where(failure.c.who == who).values(failures=failure.c.failures + 1, last_us=now)
            if not connection.execute(raised).rowcount:
                connection.execute(sa.insert(failure).values(who=who, failures=1, last_us=now))


def succeeded(engine: sa.Engine, viewer: str) -> None:
    """Forget the viewer's failures. Those of the address stay: one own account must not buy tries on others'."""
    with writing(engine) as connection:
        connection.execute(sa.delete(failure).where(failure.c.who == names(viewer, "")[0][0]))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()

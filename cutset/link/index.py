"""The links' own index: selectors and postings, rows for finding repeats, and people's judgements on repeats."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa

from cutset import clock as clocks
from cutset.clock import Clock, instant, microseconds
from cutset.link import judgements, postings, rows
from cutset.log.follower import Cursor, Follower, follow
from cutset.log.store import Held, Log

VERSION = 3
"""The form of the tables. Raise it with every change to them: an older index is then rebuilt."""

applied = sa.Table(
    "link_applied",
    postings.metadata,
    sa.Column("last_seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
)


class LinkIndex:
    """What `leads`, `common`, `why` and `repeats` read. It follows the log and can be dropped and rebuilt from it.

    `url` is that of the log: a file's path or `postgresql://…`. `clock` tells when a batch was applied, which is when
    its leads were made; a rebuild keeps the first such time. Raises `NewerIndex` where a newer cutset wrote it.
    """

    NAME = "link"

    def __init__(self, url: str, *, clock: Clock = clocks.now) -> None:
        tables = postings.metadata
        self._follower = Follower(url, name=self.NAME, version=VERSION, tables=tables, kept=[applied])
        self._clock = clock

    @property
    def engine(self) -> sa.Engine:
        """The database, for the readers of this package."""
        return self._follower.engine

    def cursor(self) -> Cursor:
        """How far the index has come."""
        return self._follower.cursor()

    def catch_up(self, log: Log) -> int:
        """Apply what is new in the log, and its purges; how many reports were read."""
        return follow(log, self)

    def apply(self, batch: Sequence[Held], since: Cursor | None = None) -> bool:
        """Take in the reports of `batch`, in one transaction with the cursor.

        Reports that the index has already are passed over. False, with nothing done, where the cursor is not `since`.
        """
        return self._follower.take_in(batch, since, lambda fresh: _Rows(fresh, self._clock))

    def forget(self, purges: Sequence[tuple[int, int]]) -> None:
        """Drop every row of the purged reports, given as (number of the purge, seq)."""
        self._follower.forget(purges, _forget)

    def drop(self) -> None:
        """Empty the index. The next `catch_up` rebuilds it; the times at which reports were first applied stay."""
        self._follower.drop()

    def applied(self, connection: sa.Connection) -> Callable[[int], datetime]:
        """Tells, of a report's place in the log, when the index first applied it."""
        batches = connection.execute(sa.select(applied).order_by(applied.c.last_seq)).all()
        lasts = [batch.last_seq for batch in batches]
        return lambda seq: instant(batches[bisect_left(lasts, seq)].at_us)


class _Rows:
    """The rows of one batch in all of this index's tables."""

    def __init__(self, batch: Sequence[Held], clock: Clock) -> None:
        self._last = batch[-1].entry.seq if batch else 0
        self._clock = clock
        self._named = postings.Named(batch)
        self._events = rows.of_events(batch)
        self._judged = judgements.Judged(batch)

    def write(self, connection: sa.Connection) -> None:
        """Insert the rows, and when they were first applied."""
        self._named.write(connection)
        rows.write(connection, self._events)
        self._judged.write(connection)
        newest = connection.scalar(sa.select(sa.func.max(applied.c.last_seq)))
        if newest is None or newest < self._last:
            at_us = microseconds(self._clock())
            connection.execute(sa.insert(applied).values(last_seq=self._last, at_us=at_us))


def _forget(connection: sa.Connection, seqs: Sequence[int]) -> None:
    postings.forget(connection, seqs)
    rows.forget(connection, seqs)
    judgements.forget(connection, seqs)

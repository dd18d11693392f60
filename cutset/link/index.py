"""The links' own index: selectors and postings, rows for finding repeats, and people's judgements on repeats."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa

from cutset import clock as clocks
from cutset.clock import Clock, instant, microseconds
from cutset.link import judgements, postings, rows
from cutset.log.follower import Taken
from cutset.log.store import Held
from cutset.log.table_index import TableIndex

VERSION = 3
"""The form of the tables. Raise it with every change to them: an older index is then rebuilt."""

applied = sa.Table(
    "link_applied",
    postings.metadata,
    sa.Column("last_seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
)


class LinkIndex(TableIndex):
    """What `leads`, `common`, `why` and `repeats` read.

    `clock` tells when a batch was applied, which is when its leads were made; a rebuild keeps the first such time.
    """

    NAME = "link"
    VERSION = VERSION
    TABLES = postings.metadata
    KEPT = (applied,)

    def __init__(self, url: str, *, clock: Clock = clocks.now) -> None:
        super().__init__(url)
        self._clock = clock

    def take(self, batch: Sequence[Held]) -> Taken:
        """The rows of a batch of reports."""
        return _Rows(batch, self._clock)

    def forget_rows(self, connection: sa.Connection, seqs: Sequence[int]) -> None:
        """Drop the rows of the reports at `seqs`."""
        _forget(connection, seqs)

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

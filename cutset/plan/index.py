"""The plan's own index: facts about events, published totals and goods, from which summaries are added up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from cutset.log.follower import Cursor, Follower, Taken, follow
from cutset.log.store import Held, Log
from cutset.plan import facts

VERSION = 3
"""The form of the tables. Raise it with every change to them: an older index is then rebuilt."""


class FactIndex:
    """Tables of facts that follow the log, and can be dropped and rebuilt from it.

    `url` is that of the log: a file's path or `postgresql://…`. `take` makes the rows of a batch, `forget_rows` drops
    those of purged reports. Raises `NewerIndex` where a newer cutset wrote it.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str,
        version: int,
        tables: sa.MetaData,
        take: Callable[[Sequence[Held]], Taken],
        forget_rows: Callable[[sa.Connection, Sequence[int]], None],
    ) -> None:
        self._follower = Follower(url, name=name, version=version, tables=tables)
        self._take = take
        self._forget_rows = forget_rows

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
        return self._follower.take_in(batch, since, self._take)

    def forget(self, purges: Sequence[tuple[int, int]]) -> None:
        """Drop every row of the purged reports, given as (number of the purge, seq)."""
        self._follower.forget(purges, self._forget_rows)

    def drop(self) -> None:
        """Empty the index. The next `catch_up` rebuilds it."""
        self._follower.drop()


class PlanIndex(FactIndex):
    """What `summary` and `restatements` read."""

    NAME = "plan"

    def __init__(self, url: str) -> None:
        super().__init__(
            url, name=self.NAME, version=VERSION, tables=facts.metadata, take=facts.Facts, forget_rows=facts.forget
        )

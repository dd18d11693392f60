"""The allocation view's own index: what was found where and when, and the days on which assets were on task."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from cutset.allocate import rows
from cutset.log.follower import Cursor, Follower, follow
from cutset.log.store import Held, Log

VERSION = 1
"""The form of the tables. Raise it with every change to them: an older index is then rebuilt."""


class AllocateIndex:
    """Tables that follow the log, and can be dropped and rebuilt from it.

    `url` is that of the log: a file's path or `postgresql://…`. Raises `NewerIndex` where a newer cutset wrote it.
    """

    NAME = "allocate"

    def __init__(self, url: str) -> None:
        self._follower = Follower(url, name=self.NAME, version=VERSION, tables=rows.metadata)

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
        """Take in the reports of `batch`, in one transaction with the cursor; False where the cursor is not `since`."""
        return self._follower.take_in(batch, since, rows.Rows)

    def forget(self, purges: Sequence[tuple[int, int]]) -> None:
        """Drop every row of the purged reports, given as (number of the purge, seq)."""
        self._follower.forget(purges, rows.forget)

    def drop(self) -> None:
        """Empty the index. The next `catch_up` rebuilds it."""
        self._follower.drop()

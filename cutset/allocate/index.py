"""The allocation view's own index: what was found where and when, and the days on which assets were on task."""

from __future__ import annotations

from collections.abc import Sequence

from cutset.allocate import rows
from cutset.log.follower import Taken
from cutset.log.store import Held
from cutset.log.table_index import TableIndex


class AllocateIndex(TableIndex):
    """What the views of this package read."""

    NAME = "allocate"
    VERSION = 1
    TABLES = rows.metadata

    def take(self, batch: Sequence[Held]) -> Taken:
        """The rows of a batch of reports."""
        return rows.Rows(batch)

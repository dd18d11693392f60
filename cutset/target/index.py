"""The targeting view's own index: shipments, parties, selectors, decisions, and what examinations found."""

from __future__ import annotations

from collections.abc import Sequence

from cutset.log.follower import Taken
from cutset.log.store import Held
from cutset.log.table_index import TableIndex
from cutset.target import rows


class TargetIndex(TableIndex):
    """What the views of this package read."""

    NAME = "target"
    VERSION = 2
    TABLES = rows.metadata

    def take(self, batch: Sequence[Held]) -> Taken:
        """The rows of a batch of reports."""
        return rows.Rows(batch)

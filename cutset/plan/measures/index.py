"""The measures' index: facts of the kinds of report that the plan's own index does not hold."""

from __future__ import annotations

from collections.abc import Sequence

from cutset.log.follower import Taken
from cutset.log.store import Held
from cutset.log.table_index import TableIndex
from cutset.plan.measures import facts
from cutset.plan.measures.running import Running


class MeasureIndex(TableIndex):
    """What measures read beside the links' and the plan's index."""

    NAME = "measures"
    VERSION = 2
    TABLES = facts.metadata

    def __init__(self, url: str) -> None:
        self.running = Running()
        """The counts that this process keeps of the rows, of all viewers."""
        super().__init__(url)

    def take(self, batch: Sequence[Held]) -> Taken:
        """The rows of a batch of reports."""
        return facts.Facts(batch)

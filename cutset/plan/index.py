"""The plan's own index: facts about events, published totals and goods, from which summaries are added up."""

from __future__ import annotations

from collections.abc import Sequence

from cutset.log.follower import Taken
from cutset.log.store import Held
from cutset.log.table_index import TableIndex
from cutset.plan import facts


class PlanIndex(TableIndex):
    """What `summary` and `restatements` read."""

    NAME = "plan"
    VERSION = 3
    TABLES = facts.metadata

    def take(self, batch: Sequence[Held]) -> Taken:
        """The rows of a batch of reports."""
        return facts.Facts(batch)

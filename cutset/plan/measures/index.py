"""The measures' index: facts of the kinds of report that the plan's own index does not hold."""

from __future__ import annotations

from cutset.plan.index import FactIndex
from cutset.plan.measures import facts
from cutset.plan.measures.running import Running

VERSION = 2
"""The form of the tables. Raise it with every change to them: an older index is then rebuilt."""


class MeasureIndex(FactIndex):
    """What measures read beside the links' and the plan's index."""

    NAME = "measures"

    def __init__(self, url: str) -> None:
        self.running = Running()
        """The counts that this process keeps of the rows, of all viewers."""
        super().__init__(
            url, name=self.NAME, version=VERSION, tables=facts.metadata, take=facts.Facts, forget_rows=facts.forget
        )

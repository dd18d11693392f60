"""What a node shows of drug signatures."""

from __future__ import annotations

from cutset.access.registry import Viewer
from cutset.link.signature import near
from cutset.link.signature.features import Table
from cutset.link.signature.near import Alike
from cutset.node.core import Core
from cutset.node.looks import looked


class Signatures(Core):
    """Laboratory results compared by their signatures."""

    @looked()
    def compared(self, left: str, right: str, *, viewer: Viewer | str, table: Table | None = None) -> Alike:
        """Two laboratory results compared, by the ids of their reports. Raises `NotFound`.

        `table` takes the place of the shipped one.
        """
        return near.compared(self.link, self.rights(viewer), left, right, table)

    @looked()
    def alike(self, report: str, *, viewer: Viewer | str, limit: int = 20, table: Table | None = None) -> list[Alike]:
        """The results that may be of one batch or source with that of `report`. Raises `NotFound`."""
        return near.alike(self.link, self.rights(viewer), report, limit=limit, table=table)

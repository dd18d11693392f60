"""What a node shows of the graph of links."""

from __future__ import annotations

from cutset.access.registry import Viewer
from cutset.link import graph
from cutset.link.graph import Opened, Way
from cutset.node.core import Core
from cutset.node.looks import looked


class Graphing(Core):
    """Reports, and the things that they name, a step at a time."""

    @looked()
    def opened(self, node: str, *, viewer: Viewer | str, limit: int = 25) -> Opened:
        """A report, selector (`phone:+19565550137`) or entity with what one step leads to. Raises `NotFound`."""
        self.catch_up_links()
        return graph.opened(self.link, self.rights(viewer), node, limit=limit)

    @looked()
    def way(self, one: str, other: str, *, viewer: Viewer | str) -> Way:
        """The shortest way between two of these, with why each step is there. Raises `NotFound`."""
        self.catch_up_links()
        return graph.way(self.link, self.rights(viewer), one, other)

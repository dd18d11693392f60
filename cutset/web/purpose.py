"""A node as one session uses it: every view is asked for the session's purpose."""

from __future__ import annotations

from typing import Any

from cutset.access.registry import Viewer
from cutset.access.rights import Rights
from cutset.node import Node
from cutset.node.looks import Looks


class LooksFor(Looks):
    """Records looks with the session's purpose, which the views of a node are not told."""

    def __init__(self, looks: Looks, purpose: str) -> None:
        self.__dict__.update(looks.__dict__)
        self.purpose = purpose

    def look(self, *args: Any, **kwargs: Any) -> Any:
        """As `Looks.look`, for the session's purpose."""
        return super().look(*args, **kwargs | {"purpose": self.purpose})


class ForPurpose(Node):
    """The same store, log and indexes as `node`; rights are those for `purpose`, where a view names no other."""

    def __init__(self, node: Node, purpose: str) -> None:
        # One set of indexes and connections serves all sessions: only the purpose is this object's own.
        self.__dict__.update(node.__dict__)
        self.purpose = purpose
        self.looks = LooksFor(node.looks, purpose)

    def rights(self, viewer: Viewer | str, purpose: str = "") -> Rights:
        """What the viewer may see for the session's purpose."""
        return super().rights(viewer, purpose or self.purpose)

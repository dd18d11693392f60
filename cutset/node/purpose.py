"""A node as one session, or one command, uses it: every view is asked for its purpose."""

from __future__ import annotations

from typing import Any

from cutset.access.registry import Viewer
from cutset.access.rights import Rights
from cutset.errors import CutsetError
from cutset.node import Node
from cutset.node.looks import Looks, purposes


class NoPurpose(CutsetError):
    """Something is looked for, for what is no purpose."""


class LooksFor(Looks):
    """Records looks with the purpose, which the views of a node are not told."""

    def __init__(self, looks: Looks, purpose: str) -> None:
        self.__dict__.update(looks.__dict__)
        self.purpose = purpose

    def look(self, *args: Any, **kwargs: Any) -> Any:
        """As `Looks.look`, for the purpose."""
        return super().look(*args, **kwargs | {"purpose": self.purpose})


class ForPurpose(Node):
    """The same store, log and indexes as `node`; rights are those for `purpose`, where a view names no other.

    Raises `NoPurpose` for one that the policy does not know.
    """

    def __init__(self, node: Node, purpose: str) -> None:
        if purpose not in purposes():
            known = ", ".join(sorted(purposes()))
            raise NoPurpose("there is no such purpose", where=purpose, remedy=f"choose one of {known}")
        # One set of indexes and connections serves all sessions: only the purpose is this object's own.
        self.__dict__.update(node.__dict__)
        self.purpose = purpose
        self.looks = LooksFor(node.looks, purpose)

    def rights(self, viewer: Viewer | str, purpose: str = "") -> Rights:
        """What the viewer may see for the purpose."""
        return super().rights(viewer, purpose or self.purpose)

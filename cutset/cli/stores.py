"""Which store a verb works on, and as whom."""

from __future__ import annotations

from pathlib import Path

from cutset.access.registry import Viewer
from cutset.errors import CutsetError
from cutset.node import Node


class NoStore(CutsetError):
    """No store was named, and the folder does not hold exactly one."""


def find(store: str) -> str:
    """`store`, or the only `.cutset` file of this folder. Raises `NoStore`."""
    if store:
        return store
    here = sorted(Path.cwd().glob("*.cutset"))
    if len(here) == 1:
        return here[0].name
    if not here:
        raise NoStore(
            "there is no store in this folder",
            remedy="make one with `cutset init national.cutset`, or name one by --store",
        )
    names = ", ".join(path.name for path in here)
    raise NoStore("this folder holds several stores", where=names, remedy="name one by --store, or set CUTSET_STORE")


def opened(store: str, viewer: str) -> tuple[Node, Viewer]:
    """The node of `store` and the viewer with this id. Raises `CutsetError` where either is not there."""
    node = Node.open(find(store))
    return node, node.viewer(viewer)

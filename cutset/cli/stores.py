"""Which store a verb works on, and as whom."""

from __future__ import annotations

from contextvars import ContextVar
from pathlib import Path

from cutset.access.registry import Viewer
from cutset.errors import CutsetError
from cutset.log.database import is_postgresql, path_of, without_password
from cutset.log.errors import NoStore as NoTables
from cutset.log.errors import StoreExists
from cutset.node import INVESTIGATION, Node
from cutset.node.purpose import ForPurpose

for_purpose: ContextVar[str] = ContextVar("what this command looks for", default=INVESTIGATION)


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
    """The node of `store`, for the purpose that the command line names, and the viewer with this id.

    Raises `CutsetError` where one of them is not there.
    """
    node = Node.open(find(store))
    if for_purpose.get() != INVESTIGATION:
        node = ForPurpose(node, for_purpose.get())
    return node, node.viewer(viewer)


def check_new(store: str) -> None:
    """Raises `StoreExists` where there is something at `store` already, and `NoStore` where its folder is not there."""
    if is_postgresql(store):
        try:
            Node.open(store)
        except NoTables:
            return
    else:
        path = path_of(store)
        if not path.parent.is_dir():
            raise NoStore("there is no such folder to make a store in", where=str(path.parent), remedy="make it first")
        if not path.exists() or (path.is_file() and not path.stat().st_size):
            return
    raise StoreExists(
        "there is something there already", where=without_password(store), remedy="name a new place by --store"
    )

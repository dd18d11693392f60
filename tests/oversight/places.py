"""A made node for tests of oversight: two agencies, their people and officers, and an auditor."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import cutset
from cutset.access.registry import Agency, Viewer
from cutset.node import Node

START = datetime(2026, 1, 1, tzinfo=UTC)

MEMBERS = (
    Agency("ash", country="US"),
    Agency("birch", country="US"),
    Viewer("ann@ash", "ash"),
    Viewer("amy@ash", "ash"),
    Viewer("officer@ash", "ash", roles=("privacy-officer",)),
    Viewer("bob@birch", "birch"),
    Viewer("officer@birch", "birch", roles=("privacy-officer",)),
    Viewer("aud@birch", "birch", roles=("auditor",)),
)


class Hands:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


def made(folder: Path, *, url: str = "", hands: Hands | None = None) -> Node:
    """A new node with the members."""
    node = cutset.create(url or str(folder / "node.cutset"), clock=hands or Hands())
    node.register(*MEMBERS)
    return node

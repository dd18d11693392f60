"""A node with made agencies, whose people decide leads and ask each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cutset.access.registry import Agency, PointerRule, Viewer
from cutset.log.store import Log, random_salt
from cutset.log.turn import Salt
from cutset.model.marking import Tlp
from cutset.node import Node

ANN, ABE, BOB, CAT = "ann@ash", "abe@ash", "bob@birch", "cat@cedar"
OPEN = (PointerRule(Tlp.RED, orcon=True, rel_to=True),)
"""The rule under which `samples.private` reports give pointers."""


class Hours:
    """A clock that goes on by an hour each time that it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2024, 2, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def move(self, hours: float = 1) -> None:
        self.at += timedelta(hours=hours)


def node(
    folder: Path, *, birch: Sequence[PointerRule] = (), clock: Hours | None = None, salt: Salt = random_salt
) -> Node:
    at, url = clock or Hours(), str(folder / "desk.cutset")
    made = Node(url, Log.create(url, clock=at, salt=salt), at)
    made.register(
        Agency("ash", country="US"),
        Agency("birch", country="US", name="Birch", contact="the desk, +1 555 0100", pointers=tuple(birch)),
        Agency("cedar", country="US"),
        Viewer(ANN, "ash"),
        Viewer(ABE, "ash"),
        Viewer(BOB, "birch"),
        Viewer(CAT, "cedar", roles=("administrator",)),
    )
    return made

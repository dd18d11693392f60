"""How a server is doing, for the people who run it: its store, key, views, room on the disk, and requests."""

from __future__ import annotations

import shutil
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from cutset.errors import CutsetError
from cutset.log.database import is_postgresql, path_of
from cutset.node.core import VIEWS
from cutset.web.accounts.standing import standing
from cutset.web.guard import Numbers
from cutset.web.texts import say, told
from cutset.web.workspace import Workspace

LEAST_FREE = 0.10
"""Below this share of free room a disk is worth a warning."""


class Check(NamedTuple):
    """One thing that is well or not, and what it says."""

    what: str
    ok: bool
    said: str


class View(NamedTuple):
    """A view's index: whether it was made yet, and what is wrong with it, "" where it has come to the log's end."""

    name: str
    made: bool
    wrong: str


class Health(NamedTuple):
    """All of it. `answered` counts requests by the hundreds of their status since this process began."""

    version: str
    checks: tuple[Check, ...]
    views: tuple[View, ...]
    accounts: int
    sessions: int
    answered: tuple[tuple[str, int], ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return all(each.ok for each in self.checks) and not any(each.wrong for each in self.views)


def health(space: Workspace, numbers: Numbers) -> Health:
    """How the server of this workspace is doing. No size of the log is told, which is for auditors."""
    checks = [_store(space), _key(space), *_room(space)]
    accounts = standing(space.entrance.engine)
    return Health(
        version=version("cutset"),
        checks=tuple(checks),
        views=tuple(_views(space)),
        accounts=len(accounts),
        sessions=sum(each.sessions for each in accounts.values()),
        answered=tuple(sorted(_answered(numbers).items())),
    )


def _store(space: Workspace) -> Check:
    kind = "PostgreSQL" if is_postgresql(space.node.url) else "SQLite"
    try:
        at = space.node.log.head().at
    except CutsetError as error:
        return Check(say("store"), False, told(error))
    return Check(
        say("store"), True, say("{kind}; newest signed head {at} UTC", kind=kind, at=f"{at:%Y-%m-%d %H:%M:%S}")
    )


def _key(space: Workspace) -> Check:
    try:
        space.node.log.secret("health")
    except CutsetError as error:
        return Check(say("signing key"), False, told(error))
    return Check(say("signing key"), True, say("there, and the store's own"))


def _room(space: Workspace) -> list[Check]:
    places: dict[str, Path] = {}
    if not is_postgresql(space.node.url):
        places[say("disk of the store")] = path_of(space.node.url).parent
    try:
        places[say("disk of the files")] = space.node.attachments.folder
    except CutsetError as error:
        return [Check(say("disk of the files"), False, told(error))]
    found = []
    for what, place in places.items():
        place = next(each for each in (place, *place.resolve().parents) if each.is_dir())
        room = shutil.disk_usage(place)
        said = say("{free} GB free of {total} GB", free=f"{room.free / 1e9:,.1f}", total=f"{room.total / 1e9:,.1f}")
        found.append(Check(what, room.free >= LEAST_FREE * room.total, said))
    return found


def _views(space: Workspace) -> list[View]:
    made = space.node.log.views()
    found = []
    for kind in VIEWS:
        wrong = ""
        if kind.NAME in made:
            try:
                space.node.index(kind)
            except CutsetError as error:
                wrong = told(error)
        found.append(View(kind.NAME, kind.NAME in made, wrong))
    return found


def _answered(numbers: Numbers) -> dict[str, int]:
    found: dict[str, int] = {}
    for family in numbers.requests.collect():
        for sample in family.samples:
            if sample.name.endswith("_total"):
                status = f"{sample.labels['status'][:1]}xx"
                found[status] = found.get(status, 0) + int(sample.value)
    return found

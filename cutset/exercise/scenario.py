"""Scenarios: what changes in a made world, and when. Small files, to be run in training."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from math import isnan
from pathlib import Path

import msgspec
from msgspec import field

from cutset.exercise.network import Network
from cutset.exercise.parameters import Impossible, Parameters
from cutset.model.report import Struct

_SHIPPED = files("cutset.exercise").joinpath("scenarios")
_OF_EDGE, _OF_AGENCY = frozenset({"effort", "open"}), frozenset({"budget", "shares"})
"""What a change can say of either."""
_MOST = 1000
"""The most that an effort or a budget is multiplied with."""


class Change(Struct, frozen=True):
    """One change from month `since` (the first is 1) to `until` (0 is the end).

    Of an `edge`: `effort` multiplies what it is watched with, `open` opens or closes it. Of an `agency`: `budget`
    multiplies all its effort, and where `shares` is false it files nothing.
    """

    since: int = field(name="from")
    until: int = 0
    edge: str = ""
    agency: str = ""
    effort: float = 1.0
    budget: float = 1.0
    open: bool | None = None
    shares: bool = True

    def holds(self, month: int) -> bool:
        """Whether it holds in `month`, the first being 1."""
        return self.since <= month <= (self.until or month)


class Scenario(Struct, frozen=True):
    """What changes, and the story of it in words. `parameters` are values in place of the shipped ones."""

    name: str
    title: str
    story: str
    changes: tuple[Change, ...] = ()
    parameters: dict[str, float] = field(default_factory=dict)

    def is_open(self, network: Network, edge: str, month: int) -> bool:
        """Whether anyone can go by `edge` in `month`."""
        found = network.edges[edge].opens
        for change in self.changes:
            if change.edge == edge and change.open is not None and change.holds(month):
                found = change.open
        return found

    def effort(self, network: Network, edge: str, month: int) -> float:
        """How strongly `edge` is watched in `month`, before its agency moves its effort about."""
        found = network.edges[edge].effort
        for change in self.changes:
            if change.holds(month) and change.edge == edge:
                found *= change.effort
            if change.holds(month) and change.agency == network.edges[edge].watch:
                found *= change.budget
        return found

    def changing(self, months: int) -> range:
        """The months, of so many, from the first in which a change holds to the last; empty where there is none."""
        if not self.changes:
            return range(0)
        last = max(change.until or months for change in self.changes)
        return range(min(change.since for change in self.changes), min(last, months) + 1)

    def shares(self, agency: str, month: int) -> bool:
        """Whether `agency` files what it has in `month`."""
        return all(each.shares for each in self.changes if each.agency == agency and each.holds(month))


def names() -> tuple[str, ...]:
    """The scenarios that cutset ships."""
    return tuple(sorted(each.name.removesuffix(".toml") for each in _SHIPPED.iterdir() if each.name.endswith(".toml")))


def load(name: str) -> Scenario:
    """A shipped scenario by its name, or another by its file's path.

    Raises `Impossible` where there is none, or it is not in the form of a scenario.

    >>> load("scanner-down").title
    'A port scanner goes down'
    """
    source = _SHIPPED.joinpath(f"{name}.toml") if name in names() else Path(name)
    try:
        return msgspec.convert(tomllib.loads(source.read_text(encoding="utf-8")), Scenario)
    except OSError as error:
        remedy = f"name one of {', '.join(names())}, or a file's path"
        raise Impossible("there is no such scenario", where=name, remedy=remedy) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise Impossible(
            f"the scenario cannot be read: {error}", where=name, remedy="mend it; docs/exercise.md tells the form"
        ) from error


def check(scenario: Scenario, network: Network, months: int) -> None:
    """Raises `Impossible` for a scenario that cannot be played over so many months, and says what to change."""
    if months < 1:
        raise Impossible("a world lasts at least one month", where=f"months = {months}", remedy="give 1 or more")
    Parameters(scenario.parameters)
    for number, change in enumerate(scenario.changes, 1):
        _check_change(change, f"scenario {scenario.name}, change {number}", network, months)
    turns = {1, *(change.since for change in scenario.changes)} | {c.until + 1 for c in scenario.changes if c.until}
    for month in sorted(each for each in turns if each <= months):
        for drug in network.drugs:
            if not any(all(scenario.is_open(network, leg, month) for leg in route) for route in network.routes(drug)):
                raise Impossible(
                    f"no route is left for {drug} in month {month}",
                    where=f"scenario {scenario.name}",
                    remedy="leave one way open from a source to a market",
                )


def _check_change(change: Change, where: str, network: Network, months: int) -> None:
    """Raises `Impossible` for a change that cannot be, that never comes, or that changes nothing."""
    agencies = sorted({edge.watch for edge in network.edges.values()})
    if bool(change.edge) == bool(change.agency):
        raise Impossible("a change is of an edge or of an agency", where=where, remedy="name one of the two")
    if change.edge and change.edge not in network.edges:
        raise Impossible(
            f"there is no way {change.edge!r}", where=where, remedy=f"name one of {', '.join(network.edges)}"
        )
    if change.agency and change.agency not in agencies:
        raise Impossible(
            f"no agency {change.agency!r} watches any way", where=where, remedy=f"name one of {', '.join(agencies)}"
        )
    if change.since < 1 or (change.until and change.until < change.since):
        raise Impossible("its months run backwards", where=where, remedy="from is 1 or more, until not before from")
    if change.since > months:
        raise Impossible(
            f"it begins in month {change.since}, and the world lasts {months}",
            where=where,
            remedy=f"let it begin by month {months}, or the world last {change.since} months or more (--months)",
        )
    own, others = (_OF_EDGE, _OF_AGENCY) if change.edge else (_OF_AGENCY, _OF_EDGE)
    for name in sorted(_set(change) & others):
        raise Impossible(
            f"{name} is no matter of {'a way' if change.edge else 'an agency'}",
            where=where,
            remedy=f"leave {name} out, or give it in a change of {'an agency' if change.edge else 'a way'}",
        )
    if not _set(change):
        raise Impossible("it changes nothing", where=where, remedy=f"give it {' or '.join(sorted(own))}")
    for name, value in (("effort", change.effort), ("budget", change.budget)):
        if not 0 <= value <= _MOST:
            fault = "is negative" if value < 0 else "is no number" if isnan(value) else f"is more than {_MOST:,}"
            raise Impossible(f"{name} {fault}", where=where, remedy=f"give 0 (none) to {_MOST:,}; 1 is the usual")


def _set(change: Change) -> set[str]:
    """What a change says of its edge or agency: the fields that are not as they are without it."""
    usual = Change(since=1)
    return {name for name in _OF_EDGE | _OF_AGENCY if getattr(change, name) != getattr(usual, name)}

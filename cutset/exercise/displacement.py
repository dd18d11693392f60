"""Displacement: what changes did to flows by ways and modes, and the experiment that doubles an effort.

A world still settles after its first month, so that before and after a change differ without it. Therefore what moved
is set against the same theatre played without the change, from the same random numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from random import Random
from statistics import mean, stdev

import msgspec

from cutset.exercise import scenario
from cutset.exercise.network import network
from cutset.exercise.organisation import ORGANISATIONS
from cutset.exercise.scenario import Change, Scenario
from cutset.exercise.theatre import Flow, Theatre, cast, staged
from cutset.exercise.truth import World
from cutset.model.report import Struct

OTHERS = 8
"""Theatres beside the world's own that are played, with and without, for what a change does wherever it is made."""
MOST = 20
"""Theatres of a world that are compared: of a larger one the first, so that the time for it does not grow."""
_ASIDE = 1_000_000
"""The number of the first theatre beside the world's own; no world has so many."""


class Shift(Struct, frozen=True):
    """Loads by a way (or mode) a month, `without` the scenario's changes and `under` them.

    `mean` is the change as a fraction in other theatres, and `half` half the width of its 95 % interval (normal
    approximation); None where nothing goes there without.
    """

    name: str
    without: float
    under: float
    mean: float | None = None
    half: float | None = None

    @property
    def change(self) -> float | None:
        """The change as a fraction of `without`; None where nothing went there."""
        return self.under / self.without - 1 if self.without else None


class Displacement(Struct, frozen=True):
    """What a scenario's changes did to traffic in the months `since` to `until`, the first and last in which they hold.

    Each of the world's `theatres` (`MOST` at most) is set against itself played without the changes, from the same
    seed; the means of each `Shift` are over `others`. `modes` and `ways` have the most changed first, without inland
    legs, which nearly every load has. `changed` are the ways that the scenario itself changes.
    """

    since: int
    until: int
    theatres: int
    others: int
    modes: tuple[Shift, ...]
    ways: tuple[Shift, ...]
    changed: tuple[str, ...] = ()

    @property
    def none(self) -> bool:
        """Whether all went as it would have gone."""
        return all(each.without == each.under for each in self.ways)


class Effect(Struct, frozen=True):
    """What doubling the effort on one way did to flows, as a fraction of the flow without it; over `seeds`.

    `mean` and `half` are the mean and half the width of its 95 % interval (normal approximation).
    """

    name: str
    mean: float
    half: float
    seeds: int


class Contrast:
    """Sets what moved in the theatres of a world against what would have moved without its scenario's changes."""

    def __init__(self) -> None:
        self.untold = ""
        self._of: tuple[int, Scenario, int] | None = None
        self._theatres = 0
        self._under: Counter[str] = Counter()
        self._without: Counter[str] = Counter()

    def add(self, world: World) -> None:
        """Take in one theatre, and play it without the changes."""
        months = world.scenario.changing(world.months)
        if not months:
            self.untold = "Its scenario changes nothing, so that nothing is set against it."
        if self.untold or self._theatres == MOST:
            return
        if self._of is None:
            self._of = world.seed, world.scenario, world.months
            if tuple(_played(world, world.scenario)) != world.flows:
                self.untold = "Another version of cutset made this world: what would have moved cannot be played again."
                return
        self._theatres += 1
        self._under += _moved(world.flows, months)
        self._without += _moved(_played(world, _unchanged(world.scenario)), months)

    def found(self) -> Displacement | None:
        """The displacement; None where `untold` says why there is none."""
        if self.untold or self._of is None:
            return None
        seed, plot, lasting = self._of
        months = plot.changing(lasting)
        elsewhere = [
            tuple(
                _moved(_flows_of(staged(seed, number, ORGANISATIONS, each, lasting)), months)
                for each in (_unchanged(plot), plot)
            )
            for number in range(_ASIDE, _ASIDE + OTHERS)
        ]
        spans = len(months) * self._theatres
        modes = [tuple(map(_by_mode, each)) for each in elsewhere]
        return Displacement(
            since=months[0],
            until=months[-1],
            theatres=self._theatres,
            others=OTHERS,
            modes=_shifts(_by_mode(self._without), _by_mode(self._under), spans, modes),
            ways=_shifts(self._without, self._under, spans, elsewhere),
            changed=tuple(dict.fromkeys(each.edge for each in plot.changes if each.edge)),
        )


def _unchanged(plot: Scenario) -> Scenario:
    """The scenario without its changes; its parameters stay."""
    return msgspec.structs.replace(plot, changes=())


def _played(world: World, plot: Scenario) -> Iterator[Flow]:
    """The flows of the world's theatre, played again under `plot`."""
    organisations = sum(card.active for card in world.organisations)
    return _flows_of(staged(world.seed, world.theatre, organisations, plot, world.months))


def _flows_of(theatre: Theatre) -> Iterator[Flow]:
    return (flow for month in theatre.play() for flow in month.flows)


def _moved(flows: Iterable[Flow], months: range) -> Counter[str]:
    """Loads by way in those months, inland legs left out."""
    found: Counter[str] = Counter()
    for flow in flows:
        if flow.month in months and network().edges[flow.edge].mode != "land":
            found[flow.edge] += flow.loads
    return found


def _by_mode(ways: Counter[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for edge, loads in ways.items():
        found[network().edges[edge].mode] += loads
    return found


def _shifts(
    without: Counter[str], under: Counter[str], months: int, elsewhere: Sequence[tuple[Counter[str], ...]]
) -> tuple[Shift, ...]:
    found = []
    for name in {*without, *under}:
        changes = [after[name] / before[name] - 1 for before, after in elsewhere if before[name]]
        effect = _effect(name, changes) if len(changes) > 1 else None
        found.append(
            Shift(
                name=name,
                without=without[name] / months,
                under=under[name] / months,
                mean=effect.mean if effect else None,
                half=effect.half if effect else None,
            )
        )
    return tuple(sorted(found, key=lambda each: (-abs(each.under - each.without), each.name)))


def balloon(edge: str, seeds: Iterable[int], *, factor: float = 2.0, months: int = 24, begin: int = 7) -> list[Effect]:
    """Plays each seed's theatre with and without `factor` times the effort on `edge` from month `begin`.

    Gives the effect on the way itself, on the other ways of its region or kind, and on what arrives; the same random
    numbers begin both plays.
    """
    plot = Scenario(name="balloon", title="", story="", changes=(Change(since=begin, edge=edge, effort=factor),))
    rivals = _rivals(edge)
    found: dict[str, list[float]] = {edge: [], "other ways": [], "all that arrives": [], "seized on it": []}
    for seed in seeds:
        usual, pressed = (_flows(seed, each, months, begin) for each in (scenario.load("steady"), plot))
        found[edge].append(_change(usual, pressed, (edge,)))
        found["other ways"].append(_change(usual, pressed, rivals))
        found["all that arrives"].append(pressed["arrived"] / usual["arrived"] - 1)
        found["seized on it"].append(_change(usual, pressed, (f"seized {edge}",)))
    return [_effect(name, values) for name, values in found.items()]


def _rivals(edge: str) -> tuple[str, ...]:
    """The other ways that the same loads could take: over the same border, or out of where their drugs are made."""
    world = network()
    if world.nodes[world.edges[edge].goal].kind == "crossing" and world.nodes[world.edges[edge].origin].country == "MX":
        found = {
            name
            for name, each in world.edges.items()
            if world.nodes[each.goal].kind == "crossing" and world.nodes[each.origin].country == "MX"
        }
    else:
        routes = [world.routes(drug) for drug in world.drugs]
        found = {route[0] for of_drug in routes if any(edge in route for route in of_drug) for route in of_drug}
    return tuple(name for name in world.edges if name in found - {edge} and world.edges[name].opens)


def _flows(seed: int, plot: Scenario, months: int, begin: int) -> Counter[str]:
    random = Random(f"{seed}/balloon")
    forms, drugs = cast(random, 40)
    found: Counter[str] = Counter()
    for month in Theatre(random, plot, months, forms, drugs).play():
        # Three months are left for the news to go round.
        if month.number >= begin + 3:
            for flow in month.flows:
                found[flow.edge] += flow.loads
                found[f"seized {flow.edge}"] += flow.seized
            found["arrived"] += sum(not load.met for load in month.loads)
    return found


def _change(usual: Counter[str], pressed: Counter[str], names: Iterable[str]) -> float:
    names = tuple(names)
    return sum(pressed[name] for name in names) / max(1, sum(usual[name] for name in names)) - 1


def _effect(name: str, values: list[float]) -> Effect:
    spread = stdev(values) if len(values) > 1 else 0.0
    return Effect(
        name=name,
        mean=round(mean(values), 4),
        half=round(1.96 * spread / len(values) ** 0.5, 4),
        seeds=len(values),
    )

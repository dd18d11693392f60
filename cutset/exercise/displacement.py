"""Displacement: how flows by ways and modes changed between two times, and the experiment that doubles an effort."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from random import Random
from statistics import mean, stdev

from cutset.exercise import scenario
from cutset.exercise.network import network
from cutset.exercise.scenario import Change, Scenario
from cutset.exercise.theatre import Flow, Theatre, cast
from cutset.model.report import Struct


class Shift(Struct, frozen=True):
    """Loads by a way (or mode) a month, `before` and `after`."""

    name: str
    before: float
    after: float

    @property
    def change(self) -> float | None:
        """The change as a fraction of `before`; None where nothing went there."""
        return self.after / self.before - 1 if self.before else None


class Effect(Struct, frozen=True):
    """What doubling the effort on one way did to flows, as a fraction of the flow without it; over `seeds`.

    `mean` and `half` are the mean and half the width of its 95 % interval (normal approximation).
    """

    name: str
    mean: float
    half: float
    seeds: int


def shifts(flows: Iterable[Flow], month: int, *, by_mode: bool = False) -> list[Shift]:
    """Flows before `month` and from it on, most changed first; `by_mode` puts the ways of a mode together."""
    edges = network().edges
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    last = month
    for flow in flows:
        (after if flow.month >= month else before)[edges[flow.edge].mode if by_mode else flow.edge] += flow.loads
        last = max(last, flow.month)
    found = [
        Shift(name=name, before=before[name] / max(1, month - 1), after=after[name] / (last - month + 1))
        for name in {*before, *after}
    ]
    return sorted(found, key=lambda each: (-abs(each.after - each.before), each.name))


def turning(plot: Scenario, months: int) -> int:
    """The month in which a scenario first changes something; the middle where it changes nothing."""
    return min((change.since for change in plot.changes), default=months // 2 + 1)


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

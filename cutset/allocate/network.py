"""The network that means are placed on: what is known of ways, traffic and means at one moment, checked and in order.

Every name is an entry's, `agency/id`. The law throughout is Koopman's of random search: a load that takes the ways p
comes through with chance exp(-Σ k_w e_w), where k is a way's sweep and e the effort there, in asset-days a month that
count `Means.factor` times (B. O. Koopman, Search and Screening, 1946).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import floor, isfinite
from typing import TypeVar

from cutset.errors import CutsetError
from cutset.model.network import Estimate, Means, Plain, Posting, Traffic, Way

_T = TypeVar("_T")


class BadNetwork(CutsetError):
    """A network that cannot be reckoned with: `where` names the entry, `remedy` says what to change."""


class Network(Plain, frozen=True):
    """Ways, traffic and means by name, each in the order of the names. Make one with `build`."""

    ways: dict[str, Way]
    traffic: dict[str, Traffic]
    means: dict[str, Means]


Effort = Mapping[str, float]
"""Asset-days a month by way, each counted as often as its means' factor says; a way that is not named has none."""


def build(ways: Mapping[str, Way], traffic: Mapping[str, Traffic], means: Mapping[str, Means]) -> Network:
    """The network of these entries. Raises `BadNetwork` for the first entry that cannot be reckoned with."""
    network = Network(ways=_ordered(ways), traffic=_ordered(traffic), means=_ordered(means))
    for fault in faults(network):
        raise fault
    return network


def sound(
    ways: Mapping[str, Way], traffic: Mapping[str, Traffic], means: Mapping[str, Means]
) -> tuple[Network, tuple[BadNetwork, ...]]:
    """The network of those entries that can be reckoned with, and what is wrong with each of the others.

    Ways go first, then means and traffic, which may be left without a way to take.
    """
    kept_ways = {name: way for name, way in _ordered(ways).items() if not any(_way_faults(name, way))}
    left = Network(ways=kept_ways, traffic={}, means={})
    network = Network(
        ways=kept_ways,
        traffic={name: each for name, each in _ordered(traffic).items() if not any(_traffic_faults(name, each, left))},
        means={name: each for name, each in _ordered(means).items() if not any(_means_faults(name, each, left))},
    )
    told = [
        *(_way_faults(name, way) for name, way in _ordered(ways).items()),
        *(_means_faults(name, each, left) for name, each in _ordered(means).items()),
        *(_traffic_faults(name, each, left) for name, each in _ordered(traffic).items()),
    ]
    return network, tuple(fault for found in told for fault in list(found)[:1])


def faults(network: Network) -> Iterator[BadNetwork]:
    """What is wrong with the network, entry by entry."""
    for name, way in network.ways.items():
        yield from _way_faults(name, way)
    for name, means in network.means.items():
        yield from _means_faults(name, means, network)
    for name, traffic in network.traffic.items():
        yield from _traffic_faults(name, traffic, network)


def may_watch(means: Means, name: str, way: Way) -> bool:
    """Whether these means can be sent to that way: it can be watched at all, and their areas, modalities, ways allow.

    `Means.ways` may name a way by its whole name or by its id alone.
    """
    return (
        way.sweep is not None
        and (not means.areas or way.area in means.areas)
        and (not means.modalities or way.modality in means.modalities)
        and (not means.ways or name in means.ways or way.id in means.ways)
    )


def watchable(network: Network, means: str) -> tuple[str, ...]:
    """The open ways to which the means of that name can be sent, in order."""
    return tuple(name for name, way in network.ways.items() if way.open and may_watch(network.means[means], name, way))


def deployments(means: Means) -> int:
    """How many whole deployments the means have in a month.

    >>> deployments(Means(id="m", sort="cutter", days=30, step=7))
    4
    """
    # A sum of tenths may fall short of the whole by a rounding.
    return floor(means.days / means.step + 1e-9)


def standing(network: Network) -> dict[str, float]:
    """The days on ways to which none of the means can be sent: they stay as they are whatever is proposed."""
    placed = {name for means in network.means for name in watchable(network, means)}
    return {name: way.days for name, way in network.ways.items() if way.days and name not in placed}


def present(network: Network) -> dict[str, float]:
    """The effort as it is now: the ways' own days."""
    return {name: way.days for name, way in network.ways.items() if way.days}


def effort(network: Network, postings: Iterable[Posting]) -> dict[str, float]:
    """The effort by way that these postings bring, over what stands."""
    found = standing(network)
    for each in postings:
        found[each.way] = found.get(each.way, 0.0) + each.days * network.means[each.means].factor
    return found


def check_postings(network: Network, postings: Iterable[Posting]) -> None:
    """Raises `BadNetwork` for a posting that cannot be: unknown, not a whole deployment, not allowed, or too many."""
    used: dict[str, float] = {}
    for each in postings:
        where = f"{each.means} on {each.way}"
        if each.means not in network.means:
            raise BadNetwork("these means are not of the network", where=where, remedy="name means that are")
        if each.way not in network.ways:
            raise BadNetwork("this way is not of the network", where=where, remedy="name a way that is")
        means = network.means[each.means]
        if not may_watch(means, each.way, network.ways[each.way]):
            raise BadNetwork(
                "these means cannot be sent to this way",
                where=where,
                remedy="choose a way of their areas, modalities and ways, with a sweep",
            )
        if not isfinite(each.days) or each.days < 0:
            raise BadNetwork("the days are not a number from 0 up", where=where, remedy="state days from 0 up")
        if abs(each.days / means.step - round(each.days / means.step)) > 1e-6:
            raise BadNetwork(
                f"{each.days:g} days are not whole deployments of {means.step:g}",
                where=where,
                remedy=f"choose a multiple of {means.step:g}",
            )
        used[each.means] = used.get(each.means, 0.0) + each.days
    for name, days in used.items():
        if days > network.means[name].days + 1e-6:
            raise BadNetwork(
                f"{days:g} days are posted of {network.means[name].days:g}",
                where=name,
                remedy="post fewer days, or state more in the means' entry",
            )


def _ordered(entries: Mapping[str, _T]) -> dict[str, _T]:
    return dict(sorted(entries.items()))


def _number(where: str, what: str, value: float, *, above: float = 0.0, strict: bool = False) -> Iterator[BadNetwork]:
    """A fault unless `value` is finite and not under `above` (over it, where `strict`)."""
    if not isfinite(value) or value < above or (strict and value == above):
        least = f"over {above:g}" if strict else f"from {above:g} up"
        yield BadNetwork(f"the {what} is {value:g}", where=where, remedy=f"state a number {least}")


def _estimate(where: str, what: str, given: Estimate | None) -> Iterator[BadNetwork]:
    if given is None:
        return
    bad = [each for value in (given.low, given.value, given.high) for each in _number(where, what, value)]
    yield from bad[:1]
    if not bad and not given.low <= given.value <= given.high:
        yield BadNetwork(
            f"the {what} {given.value:g} is not between its low {given.low:g} and high {given.high:g}",
            where=where,
            remedy="state low <= value <= high",
        )


def _way_faults(name: str, way: Way) -> Iterator[BadNetwork]:
    if way.origin.name == way.goal.name:
        yield BadNetwork("the way leads from a stop to itself", where=name, remedy="give its origin and goal two names")
    yield from _estimate(name, "cost", way.cost_usd_kg)
    yield from _estimate(name, "sweep", way.sweep)
    yield from _number(name, "suitability", way.suits, strict=True)
    yield from _number(name, "number of days", way.days)
    if way.days > 0 and way.sweep is None:
        yield BadNetwork(
            "days are spent on this way, and it has no sweep", where=name, remedy="state its sweep, or no days"
        )


def _means_faults(name: str, means: Means, network: Network) -> Iterator[BadNetwork]:
    yield from _number(name, "number of days", means.days)
    yield from _number(name, "length of a deployment", means.step, strict=True)
    yield from _number(name, "factor", means.factor, strict=True)
    if means.cost_usd_day is not None:
        yield from _number(name, "cost of a day", means.cost_usd_day)
    known = {*network.ways, *(way.id for way in network.ways.values())}
    for each in means.ways:
        if each not in known:
            yield BadNetwork(f"the means name an unknown way, {each}", where=name, remedy="name a way that there is")
    if not any(may_watch(means, way, given) for way, given in network.ways.items()):
        yield BadNetwork(
            "there is no way that these means may watch",
            where=name,
            remedy="widen their areas, modalities or ways, or state the sweep of such a way",
        )
    if isfinite(means.days) and means.step > 0 and means.days > 0 and not deployments(means):
        yield BadNetwork(
            f"{means.days:g} days a month are less than one deployment of {means.step:g}",
            where=name,
            remedy="state more days, or a shorter deployment",
        )


def _traffic_faults(name: str, traffic: Traffic, network: Network) -> Iterator[BadNetwork]:
    yield from _estimate(name, "mass a month", traffic.kg_month)
    yield from _estimate(name, "mass of a load", traffic.load_kg)
    yield from _estimate(name, "gain", traffic.gain_usd_kg)
    if traffic.load_kg is not None and traffic.load_kg.low <= 0:
        yield BadNetwork("a load may weigh nothing", where=name, remedy="state a load's low end over 0")
    if both := sorted(set(traffic.sources) & set(traffic.goals)):
        yield BadNetwork(f"{both[0]} is both a source and a goal", where=name, remedy="let it be one of the two")
    elif not reachable(network, traffic):
        yield BadNetwork(
            "no open route leads from a source to a goal",
            where=name,
            remedy="add or open ways between them, or check how the stops' names are written",
        )


def reachable(network: Network, traffic: Traffic) -> bool:
    """Whether open ways lead from any source to any goal."""
    onward: dict[str, list[str]] = {}
    for way in network.ways.values():
        if way.open:
            onward.setdefault(way.origin.name, []).append(way.goal.name)
    seen, waiting = set(traffic.sources), list(traffic.sources)
    while waiting:
        for stop in onward.get(waiting.pop(), ()):
            if stop not in seen:
                seen.add(stop)
                waiting.append(stop)
    return bool(seen & set(traffic.goals))

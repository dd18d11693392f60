"""What if: a network changed, and what that does to the traffickers' best answer, by way and by traffic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from msgspec import field
from msgspec.structs import replace

from cutset.allocate.network import BadNetwork, Network, build, deployments, may_watch, reachable
from cutset.allocate.outcome import Outcome, RouteOutcome, outcome, outcome_now
from cutset.allocate.proposal import Method, propose
from cutset.allocate.response import Objective
from cutset.model.network import Means, Plain, Posting, Traffic, Way

_T = TypeVar("_T")


class Changes(Plain, frozen=True):
    """What is changed. An entry takes the place of the one of its name, or is new; None takes it away.

    `days` gives means other days a month, `closed` and `opened` name ways, `postings` are the ones in force after it.
    """

    means: dict[str, Means | None] = field(default_factory=dict)
    ways: dict[str, Way | None] = field(default_factory=dict)
    traffic: dict[str, Traffic | None] = field(default_factory=dict)
    days: dict[str, float] = field(default_factory=dict)
    closed: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    postings: tuple[Posting, ...] | None = None


class WayShift(Plain, frozen=True):
    """One way before and after; None where it is not open. `share_*` is what part of all that is sent goes by it."""

    way: str
    days_before: float | None
    days_after: float | None
    chance_before: float | None
    chance_after: float | None
    share_before: float
    share_after: float


class TrafficShift(Plain, frozen=True):
    """One traffic before and after; None where it is not in the network, or has no route."""

    traffic: str
    arrived_kg_before: float | None
    arrived_kg_after: float | None
    route_before: RouteOutcome | None
    route_after: RouteOutcome | None


class Difference(Plain, frozen=True):
    """What the changes do. `postings` are in force after them; `notes` say which could not stay, and what else."""

    before: Outcome
    after: Outcome
    ways: tuple[WayShift, ...]
    traffic: tuple[TrafficShift, ...]
    postings: tuple[Posting, ...]
    notes: tuple[str, ...]


def changed(network: Network, changes: Changes) -> Network:
    """The network with the changes made. Raises `BadNetwork` for a name that there is not, or an entry that cannot be.

    A traffic that no open way is left to is no fault here: that may be what was asked.
    """
    means = _put(network.means, changes.means)
    for name, days in changes.days.items():
        means[name] = replace(_known(means, name, "means"), days=days)
    ways = _put(network.ways, changes.ways)
    for names, is_open in ((changes.closed, False), (changes.opened, True)):
        for name in names:
            ways[name] = replace(_known(ways, name, "way"), open=is_open)
    traffic = _put(network.traffic, changes.traffic)
    trial = Network(ways=ways, traffic=traffic, means=means)
    cut_off = {name for name, each in traffic.items() if name in network.traffic and not reachable(trial, each)}
    whole = build(ways, {name: each for name, each in traffic.items() if name not in cut_off}, means)
    return Network(ways=whole.ways, traffic=dict(sorted(traffic.items())), means=whole.means)


def what_if(
    network: Network,
    changes: Changes,
    *,
    postings: tuple[Posting, ...] | None = None,
    objective: Objective = Objective.ARRIVED,
    again: bool = False,
    method: Method = Method.DECOMPOSITION,
    gap: float = 0.01,
    time_limit_s: float = 20.0,
) -> Difference:
    """What the changes do where these postings are in force (None: the days as they are now).

    Afterwards the changes' own postings are in force if they name any, new ones if `again` (as `propose` places them),
    and else the old ones, as far as they still can be.
    """
    after_network = changed(network, changes)
    before = outcome_now(network, objective) if postings is None else outcome(network, postings, objective)
    notes: list[str] = []
    if changes.postings is not None:
        then: tuple[Posting, ...] | None = changes.postings
    elif again:
        found = propose(after_network, objective=objective, method=method, gap=gap, time_limit_s=time_limit_s, months=0)
        then, notes = found.postings, list(found.notes)
    else:
        then = None if postings is None else _kept(after_network, postings, notes)
    after = outcome_now(after_network, objective) if then is None else outcome(after_network, then, objective)
    notes += [
        f"{name} has no open route left"
        for name, each in after_network.traffic.items()
        if not reachable(after_network, each)
    ]
    return Difference(
        before=before,
        after=after,
        ways=_ways(before, after),
        traffic=_traffic(before, after),
        postings=then or (),
        notes=tuple(notes),
    )


def _kept(network: Network, postings: tuple[Posting, ...], notes: list[str]) -> tuple[Posting, ...]:
    """The postings that still can be, each as far as its means' deployments last, and a note on each other."""
    left = {name: deployments(means) for name, means in network.means.items()}
    kept = []
    for each in postings:
        means, way = network.means.get(each.means), network.ways.get(each.way)
        if means is None or way is None or not way.open or not may_watch(means, each.way, way):
            notes.append(f"{each.days:g} days of {each.means} can no longer be spent on {each.way}")
            continue
        count = min(left[each.means], int(each.days / means.step + 1e-9))
        left[each.means] -= count
        if count * means.step < each.days - 1e-6:
            notes.append(
                f"of {each.days:g} days of {each.means} on {each.way} {count * means.step:g} are left: the means have "
                f"{means.days:g} days in deployments of {means.step:g}"
            )
        if count:
            kept.append(replace(each, days=count * means.step))
    return tuple(kept)


def _put(entries: Mapping[str, _T], changes: Mapping[str, _T | None]) -> dict[str, _T]:
    found = dict(entries)
    for name, entry in changes.items():
        if entry is None:
            _known(found, name, "entry")
            del found[name]
        else:
            found[name] = entry
    return found


def _known(entries: Mapping[str, _T], name: str, what: str) -> _T:
    if name not in entries:
        raise BadNetwork(f"there is no such {what} to change", where=name, remedy="name one that is in the network")
    return entries[name]


def _ways(before: Outcome, after: Outcome) -> tuple[WayShift, ...]:
    then, now = ({each.way: each for each in given.ways} for given in (after, before))
    shares = [_shares(given) for given in (before, after)]
    return tuple(
        WayShift(
            way=name,
            days_before=now[name].days if name in now else None,
            days_after=then[name].days if name in then else None,
            chance_before=now[name].chance if name in now else None,
            chance_after=then[name].chance if name in then else None,
            share_before=shares[0].get(name, 0.0),
            share_after=shares[1].get(name, 0.0),
        )
        for name in sorted({*now, *then})
    )


def _shares(given: Outcome) -> dict[str, float]:
    sent = sum(each.sent_kg for each in given.traffic)
    found: dict[str, float] = {}
    for each in given.traffic:
        for way in each.route.ways if each.route and sent else ():
            found[way] = found.get(way, 0.0) + each.sent_kg / sent
    return found


def _traffic(before: Outcome, after: Outcome) -> tuple[TrafficShift, ...]:
    now, then = ({each.traffic: each for each in given.traffic} for given in (before, after))
    return tuple(
        TrafficShift(
            traffic=name,
            arrived_kg_before=now[name].arrived_kg if name in now else None,
            arrived_kg_after=then[name].arrived_kg if name in then else None,
            route_before=now[name].route if name in now else None,
            route_after=then[name].route if name in then else None,
        )
        for name in sorted({*now, *then})
    )

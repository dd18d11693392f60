"""Measures counted again, slowly and plainly, from the reports themselves and the documented meaning of each measure.

Nothing here reads an index of the plan. `World` holds what one viewer may see of the log; each function gives figures
by the name of the measure: the value, or numerator and denominator, None where there is nothing to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from math import fsum
from statistics import median
from typing import Any

from cutset.access.decide import decide
from cutset.access.registry import Registry, Viewer
from cutset.access.rights import Rights
from cutset.link.leads import Link, leads
from cutset.model.marking import Marking
from cutset.model.mention import MentionKind
from cutset.model.register import Technology, TechnologyStage
from cutset.model.report import (
    Case,
    Detection,
    Entry,
    Goods,
    Judgement,
    Outcome,
    Report,
    Response,
    Seizure,
    Shipment,
    Tasking,
    When,
)
from tests.worlds import Store

Told = float | tuple[float, float] | None
"""A value, or a numerator and its denominator; None for no data."""
HOUR = timedelta(hours=1)


class World:
    """What a viewer may see: the reports that nothing visible replaced and nobody withdrew, in the log's order."""

    def __init__(self, store: Store, rights: Rights, now: datetime) -> None:
        self.store, self.rights, self.now = store, rights, now
        self.registry: Registry = store.log.registry()
        ids = [held.entry.id for held in store.log.follow(0)]
        every = list(store.log.fetch(ids, rights).values())
        self.newer: dict[str, list[Entry]] = {}
        for entry in every:
            for old in entry.report.supersedes:
                self.newer.setdefault(old, []).append(entry)
        standing = [each for each in every if each.id not in self.newer]
        self.kinds = {str(each.report.kind) for each in standing}
        self.live = [each for each in standing if not each.report.withdrawn]
        self.by_id = {each.id: each for each in every}

    def of(self, *contents: type) -> list[Entry]:
        """The live reports of these kinds."""
        return [each for each in self.live if isinstance(each.report.content, contents)]

    def now_called(self, id: str) -> str:
        """The newest edition of a report; the last submitted where several replaced it."""
        while id in self.newer:
            id = max(self.newer[id], key=lambda each: each.seq).id
        return id

    def naming(self, id: str, *contents: type) -> list[Entry]:
        """The live reports of these kinds that name this one or an earlier edition of it."""
        return [
            each
            for each in self.of(*contents)
            if any(one in self.by_id and self.now_called(one) == id for one in each.report.content.about)  # type: ignore[union-attr]
        ]

    def where(self, told: Told, *needs: str) -> Told:
        """`told` where a report of each kind needed is visible."""
        return told if set(needs) <= self.kinds else None


def content(entry: Entry) -> Any:
    return entry.report.content


def share(things: Iterable[Any], counts: Callable[[Any], bool]) -> Told:
    every = list(things)
    return (float(sum(map(counts, every))), float(len(every))) if every else None


def goods_of(report: Report) -> list[Goods]:
    return [*report.content.goods, *(each for portion in report.portions for each in portion.goods)]  # type: ignore[union-attr]


# ---- what was seized -------------------------------------------------------------------------------------------------


def of_goods(world: World) -> dict[str, Told]:
    """Seizures, and what their goods add up to."""
    seizures = world.of(Seizure)
    goods = [each for entry in seizures for each in goods_of(entry.report)]

    def mass(each: Goods) -> float | None:
        return each.quantity.mass_kg if each.quantity else None

    def pieces(each: Goods) -> float | None:
        return each.quantity.amount if each.quantity and each.quantity.mass_kg is None else None

    def total(of: Iterable[Goods], amount: Callable[[Goods], float | None]) -> Told:
        every = list(of)
        return fsum(amount(each) or 0.0 for each in every) if every else None

    def sort(*sorts: str) -> list[Goods]:
        return [each for each in goods if each.contraband in sorts]

    currencies = {each.money.currency if each.money else "" for each in sort("currency")}
    wallets = [
        entry
        for entry in world.of(Seizure, Detection)
        if any(each.contraband == "crypto" for each in goods_of(entry.report))
        or any(
            mention.kind is MentionKind.WALLET
            for part in (entry.report, *entry.report.portions)
            for mention in part.mentions
        )
    ]
    tbml = [one for one in seizures if any(each.contraband == "tbml instrument" for each in goods_of(one.report))]
    return {
        "seizures": float(len(seizures)) or None,
        "seized-mass": total((each for each in goods if mass(each) is not None), mass),
        "precursor-seized": total(sort("precursor"), mass),
        "weapons-seized": total(sort("weapon", "weapon part", "ammunition"), pieces),
        "pill-presses-seized": total(sort("pill press", "production instrument"), pieces),
        "currency-seized": None
        if len(currencies) > 1
        else total(sort("currency"), lambda each: float(each.money.amount) if each.money else None),
        "crypto-seized": float(len(wallets)) or None,
        "tbml-instruments-seized": world.where(float(len(tbml)) or None, "seizure"),
    }


# ---- how far events came ---------------------------------------------------------------------------------------------

PHASES = {"": 0, "detected": 0, "monitored": 1, "handed off": 2, "targeted": 3, "disrupted": 4, "seized": 4}
ORDERS = {"monitor": 1, "track": 1, "hand off": 2, "intercept": 3, "interdict": 3, "board": 3}


def of_courses(world: World) -> dict[str, Told]:
    """Events by how far they came."""
    events: dict[Any, list[Entry]] = {}
    for entry in world.of(Seizure, Detection):
        source = entry.report.source
        identity = (entry.report.originator, source.dataset, source.record) if source.record else entry.id
        events.setdefault(identity, []).append(entry)
    reached, noticed = [], []
    for told in events.values():
        steps = [4 if isinstance(content(each), Seizure) else PHASES.get(content(each).phase, 0) for each in told]
        for each in told:
            steps += [ORDERS.get(content(task).order, 0) for task in world.naming(each.id, Tasking)]
            steps += [4 for found in world.naming(each.id, Outcome) if content(found).found]
        reached.append(max(steps))
        noticed.append(any(isinstance(content(each), Detection) for each in told))
    seen = [step for step, one in zip(reached, noticed, strict=True) if one]

    def count(step: int) -> Told:
        return world.where(float(sum(each >= step for each in seen)) or None, "detection")

    return {
        "events-detected": float(len(events)) or None,
        "events-monitored": count(1),
        "events-targeted": count(3),
        "events-disrupted": count(4),
        "event-drop-off": world.where(share(seen, lambda step: step < 4), "detection"),
    }


# ---- links -----------------------------------------------------------------------------------------------------------


def accepted(world: World) -> dict[tuple[str, str], Entry]:
    """Event and case -> the judgement that accepts their lead, the last that was not undone."""
    rulings = world.of(Judgement)

    def stands(judgement: Entry) -> bool:
        return not any(content(each).reverses == judgement.id and stands(each) for each in rulings)

    last: dict[tuple[str, str], Entry] = {}
    for each in sorted(rulings, key=lambda one: (one.submitted_at, one.id)):
        if content(each).verdict not in ("accepted", "rejected") or not stands(each):
            continue
        about = {world.now_called(one) for one in content(each).about if one in world.by_id}
        here = {each.id for each in world.live}
        named = [world.by_id[one] for one in about & here]
        for event in named:
            for case in named:
                if isinstance(content(event), Seizure | Detection) and isinstance(content(case), Case):
                    last[event.id, case.id] = each
    return {pair: each for pair, each in last.items() if content(each).verdict == "accepted"}


def of_links(world: World) -> dict[str, Told]:
    """Seizures by the cases that people linked them to, and how long it took."""
    seizures, pairs = world.of(Seizure), accepted(world)
    cases = {each.id: each for each in world.of(Case)}
    linked = {one.id: [cases[case] for event, case in pairs if event == one.id] for one in seizures}
    opened = {
        case.id
        for one in seizures
        for case in linked[one.id]
        if content(case).opened and 0 <= months(content(case).opened) - months(content(one).when) <= 12
    }

    def preceded(one: Entry) -> bool:
        for task in world.of(Tasking):
            on = {world.now_called(id) for id in content(task).about if id in world.by_id}
            rests = on & set(cases)
            through = one.id in on or any(case.id in rests for case in linked[one.id])
            if rests and through and task.submitted_at < one.submitted_at:
                return True
        return False

    needs = ("seizure", "case", "judgement")
    first: dict[str, datetime] = {}
    for (event, _), judgement in pairs.items():
        first[event] = min(first.get(event, judgement.submitted_at), judgement.submitted_at)
    waited = [max((at - content(world.by_id[event]).when.at) / HOUR, 0.0) for event, at in first.items()]
    made: dict[str, datetime] = {}
    for lead in leads(world.store.link, world.rights, by=(Link.SELECTOR,)):
        kind = lead.kinds[1]
        for end in (lead.event,) if str(kind) == "case" else (lead.event, lead.other):
            made[end] = min(made.get(end, lead.clock.made), lead.clock.made)
    led = [
        max((at - content(world.by_id[id]).when.at) / HOUR, 0.0)
        for id, at in made.items()
        if isinstance(content(world.by_id[id]), Seizure | Detection)
    ]
    return {
        "linked-to-case": world.where(share(seizures, lambda one: bool(linked[one.id])), *needs),
        "linked-to-priority-target": world.where(
            share(seizures, lambda one: any(content(case).priority_target for case in linked[one.id])), *needs
        ),
        "cases-after-link": world.where(float(len(opened)) if seizures else None, *needs),
        "interdictions-from-leads": world.where(share(seizures, preceded), "seizure", "case", "tasking"),
        "case-outcomes": float(len(cases)) or None,
        "accepted-lead-time": world.where(median(waited) if waited else None, "case", "judgement"),
        "lead-time": median(led) if led else None,
    }


def months(when: When) -> int:
    return when.at.year * 12 + when.at.month


# ---- sharing ---------------------------------------------------------------------------------------------------------

SHARED = ("seizure", "case", "shipment", "track", "detection", "lab")


def seen_by(world: World, marking: Marking) -> list[str]:
    """The other agencies whose ordinary viewers may see what is marked so."""
    return [
        agency.id
        for agency in world.registry.agencies
        if agency.id != marking.originator
        and decide(
            Viewer(f"nobody@{agency.id}", agency.id),
            marking,
            world.registry.updated(Viewer(f"nobody@{agency.id}", agency.id)),
        ).allowed
    ]


def of_sharing(world: World) -> dict[str, Told]:
    """Who may see what of whom, and who answers."""
    shared = [each for each in world.live if str(each.report.kind) in SHARED]

    ways: dict[tuple[str, str], int] = {}
    for each in shared:
        for partner in seen_by(world, each.report.marking):
            ways[each.report.originator, partner] = ways.get((each.report.originator, partner), 0) + 1
    pairs = {tuple(sorted(way)) for way in ways}
    both = [sorted((ways.get((one, other), 0), ways.get((other, one), 0))) for one, other in pairs]
    return {
        "reports-shared": float(sum(bool(seen_by(world, each.report.marking)) for each in shared)) if shared else None,
        "sharing-balance": (float(sum(each[0] for each in both)), float(sum(each[1] for each in both)))
        if both
        else None,
        "pointers-answered": world.where(answered(world, "pointer"), "tasking"),
        "requests-answered-in-time": world.where(answered(world, "release", "request"), "tasking"),
    }


def answered(world: World, *orders: str) -> Told:
    def due(request: Entry) -> datetime:
        when: When | None = content(request).when
        return when.at if when else request.submitted_at + timedelta(days=30)

    def in_time(request: Entry) -> bool:
        answers = world.naming(request.id, Judgement, Outcome, Tasking)
        others = [each for each in answers if each.report.originator != request.report.originator]
        return any(each.submitted_at <= due(request) for each in others)

    asked = [each for each in world.of(Tasking) if content(each).order in orders and due(each) <= world.now]
    return share(asked, in_time)


# ---- work ------------------------------------------------------------------------------------------------------------

ON_TASK = ("patrol", "search", "monitor", "track", "intercept", "interdict", "board", "on task")
DAYS = {"maritime": 1.5, "river": (2 * 30 / 15 + 6) / 24, "air": (2 * 300 / 240 + 2) / 24}


def sort_of(report: Report) -> str:
    shipment = report.content
    assert isinstance(shipment, Shipment)
    kinds = {mention.kind for mention in report.mentions}
    if MentionKind.PARCEL in kinds or shipment.modality == "mail":
        return "parcel"
    return "container" if MentionKind.CONTAINER in kinds or shipment.modality == "container" else ""


def of_cargo(world: World) -> dict[str, Told]:
    """Parcels declared before they came, containers examined, and what examinations find."""
    shipments = world.of(Shipment)
    inbound = [
        content(each)
        for each in shipments
        if sort_of(each.report) == "parcel"
        and content(each).arrives
        and not (content(each).origin.country and content(each).origin.country == content(each).destination.country)
    ]
    containers = [each for each in shipments if sort_of(each.report) == "container"]
    examinations = [each for each in world.of(Outcome) if content(each).found is not None]

    def orders(examination: Entry) -> list[Entry]:
        named = {world.now_called(one) for one in content(examination).about if one in world.by_id}
        return [each for each in world.of(Tasking) if each.id in named]

    def things(examination: Entry) -> Iterator[str]:
        for each in (examination, *orders(examination)):
            yield from (world.now_called(one) for one in content(each).about)

    done = {thing for each in examinations for thing in things(each)}
    detecting = [each for each in examinations if "detector" in content(each).breakdown]
    return {
        "parcels-with-advance-data": world.where(
            share(inbound, lambda each: bool(each.declared and each.declared.at < each.arrives.at)), "shipment"
        ),
        "containers-examined": world.where(share(containers, lambda each: each.id in done), "shipment", "outcome"),
        "detector-yield": share(detecting, lambda each: bool(content(each).found)),
    }


def of_assets(world: World) -> dict[str, Told]:
    """Asset days had and needed, and what is in the field."""
    on = [each for each in world.of(Tasking) if content(each).order in ON_TASK and content(each).when]
    days = {(each.report.originator, content(each).asset, content(each).when.at.date()) for each in on}
    cued = [DAYS[content(each).modality] for each in world.of(Detection) if content(each).modality in DAYS]
    latest: dict[Any, Technology] = {}
    for each in world.of(Response):
        if isinstance(content(each).entry, Technology):
            latest[each.report.originator, content(each).entry.id] = content(each).entry
    deployed = [each for each in latest.values() if each.stage is TechnologyStage.DEPLOYED]
    shared = [each for each in latest.values() if each.shared_with]
    return {
        "asset-days-had": world.where(float(len(days)) or None, "tasking"),
        "asset-days-needed": world.where(fsum(cued) if cued else None, "detection"),
        "detectors-fielded": float(sum(each.count or 0 for each in deployed)) if deployed else None,
        "technology-shared": float(sum(1 if each.count is None else each.count for each in shared)) if shared else None,
    }


FAMILIES = (of_goods, of_courses, of_links, of_sharing, of_cargo, of_assets)

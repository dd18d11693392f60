"""Measures counted again, slowly and plainly: what agencies filed in registers and responses, trials, restatements."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from math import fsum, isclose
from typing import Any, TypeVar

from cutset.model.register import (
    Agreement,
    BudgetLine,
    FundingStage,
    Gap,
    GapStatus,
    Grant,
    RegisterEntry,
    TaskForce,
    Training,
)
from cutset.model.report import Detection, Entry, Outcome, Response, Seizure, Tasking
from cutset.plan import document
from cutset.plan.clauses import Plan
from tests.plan.recount import SHARED, Told, World, content, months, seen_by, share

E = TypeVar("E", bound=RegisterEntry)


def registered(world: World, kind: type[E]) -> list[tuple[str, str, E]]:
    """The entries of a register, of each agency the latest under one name: who filed it, whose it is, and the entry."""
    latest: dict[Any, tuple[str, str, E]] = {}
    for each in sorted(world.of(Response), key=lambda one: (one.submitted_at, one.id)):
        entry = content(each).entry
        if isinstance(entry, kind):
            filer = each.report.originator
            owner = getattr(entry, "agency", "") or filer
            latest[filer, owner, entry.id] = (filer, owner, entry)
    return list(latest.values())


def of_registers(world: World) -> dict[str, Told]:
    """Task forces, agreements, training and grants."""
    today = world.now.date().isoformat()

    def holds(since: str, until: str) -> bool:
        return (not since or since <= today) and (not until or today <= until)

    forces = [force for _, _, force in registered(world, TaskForce)]
    seats = [{each.agency for each in force.members if holds(each.since, each.until)} for force in forces]
    held = [holds(each.since, each.until) for _, _, each in registered(world, Agreement)]
    told = [bool(each.since or each.until) for _, _, each in registered(world, Agreement)]
    courses = [each for _, _, each in registered(world, Training)]
    shares = {
        each.report.originator
        for each in world.live
        if str(each.report.kind) in SHARED and seen_by(world, each.report.marking)
    }
    grants = [each for _, _, each in registered(world, Grant)]
    return {
        "task-force-participation": float(sum(map(len, seats))) or None,
        "agreements-in-force": float(sum(held)) if any(h or t for h, t in zip(held, told, strict=True)) else None,
        "training-delivered": fsum(float(each.people or 0) * float(each.days or 0) for each in courses)
        if courses
        else None,
        "grants-with-sharing": share(grants, lambda each: each.must_share and each.recipient in shares),
    }


def of_course(world: World, plan: Plan) -> dict[str, Told]:
    """Responses, gaps and funds under the plan."""
    standing = {each.id for each in world.of(Response)}
    # One that another replaced was in time all the same.
    submitted = [
        each
        for each in sorted(world.by_id.values(), key=lambda one: (one.submitted_at, one.id))
        if isinstance(each.report.content, Response) and not each.report.withdrawn
        if content(each).entry is None and content(each).stage == "submitted"
    ]
    due = document.response_due(plan)
    assert due is not None
    assert plan.response is not None
    first: dict[str, Entry] = {}
    latest: dict[Any, Entry] = {}
    for each in submitted:
        if content(each).fiscal_year == 2021:
            first.setdefault(each.report.originator, each)
        if each.id in standing:
            latest[each.report.originator, content(each).fiscal_year] = each
    in_time = [agency in first and first[agency].submitted_at.date() <= due.last for agency in plan.response.by]
    answers = [
        bool(content(each).items.get(item.id, "").strip()) for each in latest.values() for item in plan.response_items
    ]
    gaps = [(f"{owner}/{each.id}", each) for _, owner, each in registered(world, Gap)]
    still = [each for _, each in gaps if each.status not in (GapStatus.CLOSED, GapStatus.DECLINED)]
    costed = [each for _, each in gaps if each.costs]
    reached = (GapStatus.REQUEST, GapStatus.ENACTED, GapStatus.CLOSED)
    return {
        "responses-in-time": share(in_time, bool) if first else None,
        "response-items-complete": share(answers, bool),
        "gaps-costed": share(still, lambda each: bool(each.duties and each.need.strip() and each.costs)),
        "gaps-in-budget": share(costed, lambda each: each.status in reached),
        "funds-traced-to-duties": of_funds(world),
    }


def of_funds(world: World) -> Told:
    """Each budget line once a year, at its furthest stage; a disputed one not at all. All are in one currency."""
    lines: dict[str, list[BudgetLine]] = {}
    functions: dict[str, set[str]] = {}
    for _, owner, each in registered(world, BudgetLine):
        lines.setdefault(f"{owner}/{each.id}", []).append(each)
    for entry in world.of(Response):
        each = content(entry).entry
        if isinstance(each, BudgetLine):
            functions.setdefault(f"{each.agency or entry.report.originator}/{each.id}", set()).add(each.function)
    whole = traced = Decimal(0)
    counted = 0
    for name, reported in lines.items():
        said: dict[tuple[int, FundingStage], set[Decimal]] = {}
        for line in reported:
            for amount in line.amounts:
                said.setdefault((amount.fiscal_year, amount.stage), set()).add(amount.amount)
        if len(functions[name]) > 1 or any(len(amounts) > 1 for amounts in said.values()):
            continue
        for year in {year for year, _ in said}:
            stages = [FundingStage.ACTUAL, FundingStage.ENACTED, FundingStage.REQUEST]
            (furthest,) = next(said[year, stage] for stage in stages if (year, stage) in said)
            counted += 1
            whole += furthest
            traced += furthest if any(line.duties for line in reported) else 0
    return (float(traced), float(whole)) if counted else None


def of_trials(world: World) -> dict[str, Told]:
    """Targeted examinations against random ones."""
    tried: dict[str, list[bool]] = {"examine": [], "examine at random": []}
    taskings = {each.id: each for each in world.of(Tasking)}
    for each in world.of(Outcome):
        if content(each).found is None:
            continue
        named = sorted({world.now_called(one) for one in content(each).about if one in world.by_id})
        orders = [content(taskings[one]).order for one in named if one in taskings]
        order = next((one for one in orders if one in tried), None)
        if order:
            tried[order].append(bool(content(each).found))
    targeted, random = tried["examine"], tried["examine at random"]
    if not targeted or not any(random):
        return {"examination-hit-rate": None}
    shares = (sum(targeted) / len(targeted), sum(random) / len(random))
    return {"examination-hit-rate": world.where(shares, "tasking", "outcome")}


def of_editions(world: World) -> dict[str, Told]:
    """Published totals whose later edition says otherwise."""
    totals = [
        each
        for each in world.by_id.values()
        if isinstance(each.report.content, Outcome)
        and (content(each).found is None or content(each).events is not None or content(each).goods)
    ]
    steps: set[tuple[str, str]] = set()
    records: dict[Any, list[Entry]] = {}
    for each in totals:
        source = each.report.source
        if source.record:
            records.setdefault((each.report.originator, source.dataset, source.record), []).append(each)
        steps |= {(one.id, each.id) for one in totals if one.id in each.report.supersedes and same_list(one, each)}
    for editions in records.values():
        editions.sort(key=lambda one: (content(one).vintage, one.submitted_at, one.id))
        steps |= {(old.id, new.id) for old, new in pairwise(editions) if content(old).vintage < content(new).vintage}
    by_id = {each.id: each for each in totals}
    restated = [1 for old, new in steps if differ(by_id[old], by_id[new])]
    return {"restatements": world.where(float(len(restated)) if steps else None, "outcome")}


def same_list(old: Entry, new: Entry) -> bool:
    return old.report.source.dataset == new.report.source.dataset


def differ(old: Entry, new: Entry) -> bool:
    if new.report.withdrawn:
        return True
    before, after = figures(old), figures(new)
    return any(
        what not in before or what not in after or not isclose(before[what], after[what], rel_tol=1e-9)
        for what in before | after
    )


def figures(total: Entry) -> dict[str, float]:
    found: dict[str, float] = {}
    if content(total).events is not None:
        found["events"] = float(content(total).events)
    for part in (content(total), *total.report.portions):
        for each in part.goods:
            name = each.substance or each.written or each.contraband
            if each.quantity is not None:
                kilograms = each.quantity.mass_kg is not None
                what = f"{'mass' if kilograms else each.quantity.unit} {name}"
                found[what] = found.get(what, 0.0) + (each.quantity.mass_kg if kilograms else each.quantity.amount)
            if each.money is not None:
                found[each.money.currency] = found.get(each.money.currency, 0.0) + float(each.money.amount)
    return found


def of_surges(world: World) -> dict[str, Told]:
    """Events per tasking near surges of taskings, after over before, against countries far from them."""
    effort: dict[tuple[str, int], int] = {}
    for each in world.of(Tasking):
        if content(each).when and content(each).where.country:
            cell = (content(each).where.country, months(content(each).when))
            effort[cell] = effort.get(cell, 0) + 1
    met = [content(each) for each in world.of(Seizure, Detection) if content(each).where.country]
    ends: dict[str, set[str]] = {}
    for each in met:
        ends.setdefault(each.where.country, set()).update({each.route.departure, each.route.destination} - {""})

    def around(number: int, country: str, month: int) -> int:
        return sum(effort.get((country, at), 0) for at in range(month - number, month))

    begun: list[tuple[str, int]] = []
    for country, month in sorted(effort):
        before = around(3, country, month)
        high = before > 0 and effort[country, month] >= 3 and effort[country, month] >= 2 * before / 3
        if high and not any(where == country and month - at < 3 for where, at in begun):
            begun.append((country, month))
    sums = {who: [0, 0, 0, 0] for who in ("near", "far")}
    for country, month in begun:
        surging = {where for where, at in begun if abs(at - month) < 3}
        near = {other for other in ends if other != country and ends[other] & ends.get(country, set())} - surging
        far = {where for where, _ in effort} - near - surging
        for who, countries in (("near", near), ("far", far)):
            for place in countries:
                for late in (0, 1):
                    span = range(month, month + 3) if late else range(month - 3, month)
                    sums[who][late] += sum(each.where.country == place and months(each.when) in span for each in met)
                    sums[who][2 + late] += sum(effort.get((place, at), 0) for at in span)

    def change(counts: list[int]) -> float | None:
        before, after, effort_before, effort_after = counts
        if not (before and effort_before and effort_after):
            return None
        return (after / effort_after) / (before / effort_before)

    near_change, far_change = change(sums["near"]), change(sums["far"])
    told = (near_change, far_change) if near_change is not None and far_change else None
    return {"displacement": world.where(told, "tasking")}


Family = Callable[[World], dict[str, Told]]
FAMILIES: tuple[Family, ...] = (of_registers, of_trials, of_editions, of_surges)

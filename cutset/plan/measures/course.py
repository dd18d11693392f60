"""The plan's own course: responses in time and in full, gaps with a cost and in the budget, funds traced to duties."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cutset.model.register import BudgetLine, FundingStage, Gap, GapStatus
from cutset.plan.clauses import Plan
from cutset.plan.document import response_due
from cutset.plan.filed import Entered, Filed, in_force
from cutset.plan.measure import Measured
from cutset.plan.measures.asking import Ask
from cutset.plan.measures.registered import entered, part
from cutset.plan.response import Stage, asked
from cutset.plan.response import stage as stage_of
from cutset.plan.tally import Key, Part

STAGES = (FundingStage.ACTUAL, FundingStage.ENACTED, FundingStage.REQUEST)
"""Amounts of two stages are never added: the furthest that a line has for a year counts."""


def _responses(ask: Ask, plan: Plan) -> dict[str, Filed]:
    """The response in force of each agency: submitted, no draft, none that was only signed, no register entry."""
    given = [
        each
        for each in ask.reading.filed
        if each.content.plan == plan.id and each.content.entry is None and stage_of(each) is Stage.SUBMITTED
    ]
    return {each.agency: each for each in in_force(given, lambda each: each.agency)}


def responses_in_time(ask: Ask, plan: Plan) -> Measured:
    """Agencies whose response was first submitted by the plan's due date, of those asked.

    Beside: late ones and missing ones. Where the plan's own day is not known the later of two dates is meant.
    """
    due = response_due(plan)
    first: dict[str, Filed] = {}
    for each in ask.reading.filed:
        if each.content.plan == plan.id and each.content.entry is None and stage_of(each) is Stage.SUBMITTED:
            first.setdefault(each.agency, each)

    def parts() -> Iterator[Part]:
        for agency in asked(plan) if due else ():
            key = ask.key(agency=agency, fiscal_year=_fiscal_year(plan))
            given = first.get(agency)
            if given is None:
                yield Part(keys=(key,), amount=0.0, beside=(("missing", 1.0),))
                continue
            in_time = due is not None and given.submitted_at.date() <= due.last
            beside = (("in time" if in_time else "late", 1.0),)
            yield part(ask, given, amount=float(in_time), beside=beside, keys=(key,))

    if not first:
        # Without any response to this plan the log may simply not be where agencies answer.
        return ask.share([], empty=f"no response to {plan.id} is visible")
    notes = (
        [f"Due between {due.first} and {due.last}: the later date is taken."] if due and due.first != due.last else []
    )
    return ask.share(parts(), notes=notes)


def _fiscal_year(plan: Plan) -> int:
    year, *rest = map(int, plan.published.split("-"))
    return year + bool(rest and rest[0] >= 10)


def response_items_complete(ask: Ask, plan: Plan) -> Measured:
    """Items of the response that the agency answered, of those asked."""

    def parts() -> Iterator[Part]:
        for agency, given in sorted(_responses(ask, plan).items()):
            for item in plan.response_items:
                answered = bool(given.content.items.get(item.id, "").strip())
                key = ask.key(agency=agency, item=item.id, fiscal_year=given.content.fiscal_year)
                yield part(ask, given, amount=float(answered), keys=(key,))

    return ask.share(parts(), empty=f"no response to {plan.id} is visible")


def gaps_costed(ask: Ask, plan: Plan) -> Measured:
    """Open gaps that name a duty, what is needed and its cost, of all open gaps; beside, their costs by currency.

    A gap that is part of a wider one is a gap like others, but its costs are counted in the wider one only.
    """
    gaps = [each for each in entered(ask, Gap) if each.entry.status not in (GapStatus.CLOSED, GapStatus.DECLINED)]
    known = {each.key for each in gaps}

    def parts() -> Iterator[Part]:
        for each in gaps:
            entry = each.entry
            counted = entry.part_of not in known
            sums: dict[str, Decimal] = {}
            for cost in entry.costs if counted else ():
                if ask.in_year(cost.fiscal_year) or ask.period is None:
                    sums[cost.currency] = sums.get(cost.currency, Decimal(0)) + cost.amount
            costed = bool(entry.duties and entry.need.strip() and entry.costs)
            beside = (("open gaps", 1.0), *((f"cost {name}", float(amount)) for name, amount in sorted(sums.items())))
            yield part(ask, each.filed, amount=float(costed), beside=beside, keys=_keys_of_gap(ask, plan, each))

    return ask.share(parts(), empty="no register entry of a gap is visible")


def gaps_in_budget(ask: Ask, plan: Plan) -> Measured:
    """Gaps that reached the request or were enacted, of those with a cost; beside, how many stand where."""

    def parts() -> Iterator[Part]:
        for each in entered(ask, Gap):
            if each.entry.costs and (
                ask.period is None or any(ask.in_year(cost.fiscal_year) for cost in each.entry.costs)
            ):
                reached = each.entry.status in (GapStatus.REQUEST, GapStatus.ENACTED, GapStatus.CLOSED)
                beside = ((str(each.entry.status), 1.0),)
                keys = _keys_of_gap(ask, plan, each)
                yield part(ask, each.filed, amount=float(reached), beside=beside, keys=keys)

    return ask.share(parts(), empty="no register entry of a gap with a cost is visible")


def _keys_of_gap(ask: Ask, plan: Plan, each: Entered[Gap]) -> tuple[Key, ...]:
    entry = each.entry
    areas = {duty.id: duty.area for duty in plan.duties}
    costs: list[tuple[str, int | None]] = [(cost.function, cost.fiscal_year) for cost in entry.costs] or [("", None)]
    return tuple(
        dict.fromkeys(
            ask.key(
                agency=each.agency,
                area=areas.get(duty, ""),
                duty=duty,
                function=function,
                fiscal_year=fiscal_year,
                status=str(entry.status),
            )
            for duty in entry.duties or ("",)
            for function, fiscal_year in costs
        )
    )


def funds_traced_to_duties(ask: Ask, plan: Plan) -> Measured:
    """Funds of budget lines that name a duty, of all funds of the period; each line once a year, at its furthest stage.

    All funds must be of one currency; lines in another are left out and counted beside.
    """
    lines = entered(ask, BudgetLine)
    currency = max((_currencies(lines)), default=("", ""))[1]

    def parts() -> Iterator[Part]:
        for each in lines:
            for fiscal_year, stage, amount, of in _amounts(ask, each):
                if of != currency:
                    yield part(ask, each.filed, amount=0.0, of=0.0, beside=((f"lines in {of}", 1.0),))
                    continue
                duties = each.entry.duties or ("",)
                keys = tuple(
                    ask.key(
                        agency=ask.agency(each.entry.agency) if each.entry.agency else each.agency,
                        function=each.entry.function,
                        duty=duty,
                        fiscal_year=fiscal_year,
                    )
                    for duty in duties
                )
                traced = float(amount) if each.entry.duties else 0.0
                beside = ((f"{stage} {currency}", float(amount)),)
                found = part(
                    ask, each.filed, amount=traced, of=float(amount), beside=beside, keys=tuple(dict.fromkeys(keys))
                )
                yield found

    return ask.ratio(parts(), empty="no register entry of a budget line is visible")


def _currencies(lines: list[Entered[BudgetLine]]) -> list[tuple[str, str]]:
    counted: dict[str, int] = {}
    for each in lines:
        for amount in each.entry.amounts:
            counted[amount.currency] = counted.get(amount.currency, 0) + 1
    return [(f"{number:09}", currency) for currency, number in sorted(counted.items())]


def _amounts(ask: Ask, each: Entered[BudgetLine]) -> Iterator[tuple[int, FundingStage, Decimal, str]]:
    """For each fiscal year of the period, the line's amount at its furthest stage."""
    years = sorted({amount.fiscal_year for amount in each.entry.amounts})
    for year in years:
        if ask.period is not None and not ask.in_year(year):
            continue
        for stage in STAGES:
            of_stage = [amount for amount in each.entry.amounts if (amount.fiscal_year, amount.stage) == (year, stage)]
            if of_stage:
                yield year, stage, of_stage[-1].amount, of_stage[-1].currency
                break

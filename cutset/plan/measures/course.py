"""The plan's own course: responses in time and in full, gaps with a cost and in the budget, funds traced to duties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from cutset.model.register import BudgetLine, Cost, FundingStage, Gap, GapStatus
from cutset.plan.clauses import Plan
from cutset.plan.document import response_due
from cutset.plan.filed import Entered, Filed, in_force
from cutset.plan.gaps import UNKNOWN_DUTY, GapRow, counted_once, gap_rows
from cutset.plan.measure import Measured
from cutset.plan.measures.asking import Ask
from cutset.plan.measures.registered import part
from cutset.plan.response import Stage, asked, fiscal_year_of
from cutset.plan.response import stage as stage_of
from cutset.plan.tally import Key, Part

STAGES = (FundingStage.ACTUAL, FundingStage.ENACTED, FundingStage.REQUEST)
"""Amounts of two stages are never added: the furthest that a line has for a year counts."""


def _submitted(ask: Ask, plan: Plan) -> list[Filed]:
    """The responses to the plan: submitted, no draft, none that was only signed, no register entry."""
    return [each for each in _of_plan(ask, plan) if each.content.entry is None and stage_of(each) is Stage.SUBMITTED]


def responses_in_time(ask: Ask, plan: Plan) -> Measured:
    """Agencies whose response was first submitted by the plan's due date, of those asked.

    Beside: late ones and missing ones. Where the plan's own day is not known the later of two dates is meant. The
    plan's clock runs in the fiscal year of its publication, and in no other.
    """
    due, year = response_due(plan), fiscal_year_of(plan)
    first: dict[str, Filed] = {}
    for each in _submitted(ask, plan):
        if each.content.fiscal_year == year:
            first.setdefault(each.agency, each)

    def parts() -> Iterator[Part]:
        for agency in dict.fromkeys(map(ask.agency, asked(plan))) if due else ():
            key = ask.key(agency=agency, fiscal_year=year)
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
    if ask.period is not None and not ask.in_year(year):
        return ask.share([], empty=f"responses to {plan.id} fall due in FY{year}, and in no other year")
    notes = (
        [f"Due between {due.first} and {due.last}: the later date is taken."] if due and due.first != due.last else []
    )
    return ask.share(parts(), notes=notes)


def response_items_complete(ask: Ask, plan: Plan) -> Measured:
    """Items of the response that the agency answered, of those asked: of each agency and fiscal year the one in force.

    Of two submissions of one response the later is in force.
    """
    given = in_force(_submitted(ask, plan), lambda each: (each.agency, each.content.fiscal_year))

    def parts() -> Iterator[Part]:
        for each in given:
            if ask.period is not None and not ask.in_year(each.content.fiscal_year):
                continue
            for item in plan.response_items:
                answered = bool(each.content.items.get(item.id, "").strip())
                key = ask.key(agency=each.agency, item=item.id, fiscal_year=each.content.fiscal_year)
                yield part(ask, each, amount=float(answered), keys=(key,))

    return ask.share(parts(), empty=f"no response to {plan.id} is visible" if not given else "")


def gaps_costed(ask: Ask, plan: Plan) -> Measured:
    """Open gaps that name a duty, what is needed and its cost, of all open gaps; beside, their costs by currency.

    A gap that is part of a wider one is a gap like others, but its costs are counted in the wider one only. A period
    holds the gaps that were filed for a fiscal year of it, and those that cost something in one.
    """
    gaps = [each for each in _gaps(ask, plan) if each.row.gap.status not in (GapStatus.CLOSED, GapStatus.DECLINED)]
    known = {each.row.key for each in gaps}

    def parts() -> Iterator[Part]:
        for each in gaps:
            gap = each.row.gap
            if not (_in_period(ask, gap) or ask.in_year(each.filed.content.fiscal_year)):
                continue
            known_duties = set(gap.duties) - set(each.row.unknown_duties)
            costed = bool(known_duties and gap.need.strip() and gap.costs)
            beside = (("open gaps", 1.0),)
            yield part(ask, each.filed, amount=float(costed), beside=beside, keys=_keys_of_gap(ask, plan, each))
            if each.row.counted_with in known:
                continue
            for cost in gap.costs:
                if ask.period is None or ask.in_year(cost.fiscal_year):
                    # A cost stands under its own function and year, so that these rows add up to the whole.
                    keys = _keys_of_gap(ask, plan, each, [cost])
                    beside = ((f"cost {cost.currency}", float(cost.amount)),)
                    yield part(ask, each.filed, amount=0.0, of=0.0, beside=beside, keys=keys)

    return ask.share(parts(), empty="no register entry of a gap is visible", notes=_several(ask))


def gaps_in_budget(ask: Ask, plan: Plan) -> Measured:
    """Gaps that reached the request or were enacted, of those with a cost; beside, how many stand where."""

    def parts() -> Iterator[Part]:
        for each in _gaps(ask, plan):
            gap = each.row.gap
            if gap.costs and _in_period(ask, gap):
                reached = gap.status in (GapStatus.REQUEST, GapStatus.ENACTED, GapStatus.CLOSED)
                beside = ((str(gap.status), 1.0),)
                yield part(ask, each.filed, amount=float(reached), beside=beside, keys=_keys_of_gap(ask, plan, each))

    return ask.share(parts(), empty="no register entry of a gap with a cost is visible", notes=_several(ask))


class _Gap(NamedTuple):
    row: GapRow
    filed: Filed


def _of_plan(ask: Ask, plan: Plan) -> list[Filed]:
    return [each for each in ask.reading.filed if each.content.plan == plan.id]


def _gaps(ask: Ask, plan: Plan) -> list[_Gap]:
    """The gaps in force under the plan, as `cutset plan gaps` shows them."""
    everything = _of_plan(ask, plan)
    by_id = {each.id: each for each in everything}
    return [_Gap(row, by_id[row.report]) for row in gap_rows(everything, plan)]


def _in_period(ask: Ask, gap: Gap) -> bool:
    return ask.period is None or any(ask.in_year(cost.fiscal_year) for cost in gap.costs)


def _several(ask: Ask) -> list[str]:
    if not {"duty", "area", "function", "fiscal_year"}.intersection(ask.by):
        return []
    return ["What serves or hurts several duties, or costs in several years, stands in each row: do not add them up."]


def _keys_of_gap(ask: Ask, plan: Plan, each: _Gap, costs: Sequence[Cost] | None = None) -> tuple[Key, ...]:
    gap = each.row.gap
    areas = {duty.id: duty.area for duty in plan.duties}
    of_costs = gap.costs if costs is None else costs
    where: list[tuple[str, int | None]] = [(cost.function, cost.fiscal_year) for cost in of_costs] or [("", None)]
    return tuple(
        dict.fromkeys(
            ask.key(
                agency=each.row.agency,
                area=areas.get(duty, UNKNOWN_DUTY if duty else ""),
                duty=duty,
                function=function,
                fiscal_year=fiscal_year,
                status=str(gap.status),
            )
            for duty in gap.duties or ("",)
            for function, fiscal_year in where
        )
    )


def funds_traced_to_duties(ask: Ask, plan: Plan) -> Measured:
    """Funds of budget lines that name a duty, of all funds of the period; each line once a year, at its furthest stage.

    A line that two agencies report counts once; one in two functions, or with two amounts, is in no sum. All funds
    must be of one currency; lines in another are left out and counted beside.
    """
    counted, conflicts = counted_once(_of_plan(ask, plan))
    known = {duty.id for duty in plan.duties}
    currency = max(_currencies(lines[0] for lines in counted.values()), default=("", ""))[1]

    def parts() -> Iterator[Part]:
        for lines in counted.values():
            first, reports = lines[0], [line.filed for line in lines]
            duties = sorted({duty for line in lines for duty in line.entry.duties if duty in known})
            for fiscal_year, stage, amount, of in _amounts(ask, lines):
                if of != currency:
                    yield part(ask, *reports, amount=0.0, of=0.0, beside=((f"lines in {of}", 1.0),))
                    continue
                keys = tuple(
                    ask.key(agency=first.agency, function=first.entry.function, duty=duty, fiscal_year=fiscal_year)
                    for duty in duties or ("",)
                )
                beside = ((f"{stage} {currency}", float(amount)),)
                traced = float(amount) if duties else 0.0
                yield part(
                    ask, *reports, amount=traced, of=float(amount), beside=beside, keys=tuple(dict.fromkeys(keys))
                )

    notes = [f"{each.line} is in no sum until one of its reports is mended." for each in conflicts]
    return ask.ratio(parts(), empty="no register entry of a budget line is visible", notes=[*notes, *_several(ask)])


def _currencies(lines: Iterable[Entered[BudgetLine]]) -> list[tuple[str, str]]:
    counted: dict[str, int] = {}
    for each in lines:
        for amount in each.entry.amounts:
            counted[amount.currency] = counted.get(amount.currency, 0) + 1
    return [(f"{number:09}", currency) for currency, number in sorted(counted.items())]


def _amounts(ask: Ask, lines: Sequence[Entered[BudgetLine]]) -> Iterator[tuple[int, FundingStage, Decimal, str]]:
    """For each fiscal year of the period and each currency, the line's amount at its furthest stage."""
    said = {(each.fiscal_year, each.currency, each.stage): each.amount for line in lines for each in line.entry.amounts}
    for year, currency in sorted({(year, currency) for year, currency, _ in said}):
        if ask.period is None or ask.in_year(year):
            stage = next(stage for stage in STAGES if (year, currency, stage) in said)
            yield year, stage, said[year, currency, stage], currency

"""Gaps and resources: what is lacking, what it costs, how far that has come, and the budget beside it.

Nothing is counted twice. A gap or a line that stands in several rows of a breakdown (a gap that hurts duties in two
areas) has a row of its own for them together. A gap that is part of a wider one is shown, and its cost is counted
with the wider one. Requests, enacted and actual amounts are never added together, nor are currencies. A line in two
functions is in no total until it is corrected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Context, Decimal

from cutset.access.rights import Rights
from cutset.errors import CutsetError
from cutset.log.store import Log
from cutset.model.network import Allocation
from cutset.model.register import BudgetLine, Cost, FundingStage, Gap
from cutset.model.report import Struct
from cutset.plan.clauses import PLAN_WIDE, Plan
from cutset.plan.filed import Basis, Entered, Filed, basis, entries, filed

_EXACT = Context(prec=200)
TOGETHER = " + "
"""Between the values of a row that stands for several together."""

UNKNOWN_DUTY = "unknown duty"
"""Where a gap stands by area that names a duty which the plan does not have."""

Money = dict[str, Decimal]
"""ISO 4217 currency -> amount."""


EFFECTS = "Expected effects are the agencies' own; figures stand by one that rests on an allocation that was kept."
"""What to know of every expected effect."""


class BadRollUp(CutsetError):
    """A roll-up was asked for by something that gaps or budgets are not split by."""


class Expected(Struct, frozen=True):
    """What a kept allocation is expected to bring, a month, by name; `report` is the one that keeps it."""

    allocation: str
    title: str
    figures: dict[str, float]
    report: str

    @property
    def words(self) -> str:
        """The figures as people read them.

        >>> Expected(allocation="uscg/spring", title="", figures={"kg met a month": 1210.5}, report="").words
        'kg met a month: 1,210.5'
        """
        return "; ".join(f"{name}: {value:,.6g}" for name, value in self.figures.items())


class GapRow(Struct, frozen=True):
    """A gap, as a table shows it. `counted_with` is the wider gap with which its cost is counted, "" for its own.

    `areas` are those of the duties it hurts, `plan-wide` where it names none; `unknown_duties` are those that the plan
    does not have, in whose place `areas` says `unknown duty`. `paid` the budget's
    lines that name it. `expected` is what the allocation is expected to bring on which its effect rests, if it names
    one that the viewer may see.
    """

    key: str
    agency: str
    gap: Gap
    areas: tuple[str, ...]
    cost: Money
    counted_with: str
    unknown_duties: tuple[str, ...]
    paid: tuple[str, ...]
    report: str
    expected: Expected | None = None


class RollUpRow(Struct, frozen=True):
    """Gaps together: how many, how many of them have a cost, and what they cost by fiscal year and currency."""

    key: str
    gaps: int
    costed: int
    cost: dict[int, Money]


class RollUp(Struct, frozen=True):
    """Rows that add up to `whole`, each gap being in exactly one of them."""

    by: str
    rows: tuple[RollUpRow, ...]
    whole: RollUpRow
    basis: Basis


class FundsRow(Struct, frozen=True):
    """One line of a fiscal year table: amounts by (fiscal year, stage), written `2021 enacted`, then by currency."""

    key: tuple[str, ...]
    amounts: dict[str, Money]


class Conflict(Struct, frozen=True):
    """A budget line that cannot be counted: it stands in two `functions`, or has two amounts in the columns named.

    `reports` are those that say so. The remedy is a report that supersedes, or withdraws, the wrong one.
    """

    line: str
    reports: tuple[str, ...]
    functions: tuple[str, ...] = ()
    amounts_of: tuple[str, ...] = ()


class Funds(Struct, frozen=True):
    """A fiscal year table: `columns` are the years and stages, in order; `conflicts` are in no row and no sum."""

    by: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[FundsRow, ...]
    whole: FundsRow
    conflicts: tuple[Conflict, ...]
    basis: Basis
    conflict_basis: Basis = Basis()


# ---- gaps ------------------------------------------------------------------------------------------------------------


def gaps(log: Log, rights: Rights, plan: Plan) -> list[GapRow]:
    """Every gap in force that the viewer may see, by agency and id."""
    return gap_rows(filed(log, rights, plan=plan.id), plan)


def gap_rows(everything: Sequence[Filed], plan: Plan) -> list[GapRow]:
    """The gaps in force among what was filed."""
    found = entries(everything, Gap)
    known = _keys(everything, Gap)
    kept, allocations = _keys(everything, Allocation), {each.key: each for each in entries(everything, Allocation)}
    areas = {duty.id: duty.area for duty in plan.duties}
    paid: dict[str, list[str]] = defaultdict(list)
    for line in entries(everything, BudgetLine):
        for gap in line.entry.gaps:
            paid[known.get(gap, gap)].append(line.key)
    wider = {each.key: known[each.entry.part_of] for each in found if each.entry.part_of in known}
    return [
        GapRow(
            key=each.key,
            agency=each.agency,
            gap=each.entry,
            areas=tuple(sorted({areas.get(duty, UNKNOWN_DUTY) for duty in each.entry.duties})) or (PLAN_WIDE,),
            cost=cost_of(each.entry),
            counted_with="" if _circular(each.key, wider) else wider.get(each.key, ""),
            unknown_duties=tuple(duty for duty in each.entry.duties if duty not in areas),
            paid=tuple(paid[each.key]),
            report=each.filed.id,
            expected=_expected(allocations.get(kept.get(each.entry.effect_rests_on.strip(), ""))),
        )
        for each in found
    ]


def _expected(each: Entered[Allocation] | None) -> Expected | None:
    if each is None:
        return None
    return Expected(
        allocation=each.key, title=each.entry.title, figures=dict(each.entry.expected), report=each.filed.id
    )


def _keys(everything: Sequence[Filed], kind: type[Gap | Allocation]) -> dict[str, str]:
    """Every name under which an entry in force may be referred to, and its key: its agency may have been renamed."""
    keys = {each.key for each in entries(everything, kind)}
    found = {key: key for key in keys}
    for each in everything:
        if isinstance(each.content.entry, kind) and (key := f"{each.agency}/{each.content.entry.id}") in keys:
            found[f"{each.originator}/{each.content.entry.id}"] = key
    return found


def _circular(key: str, wider: Mapping[str, str]) -> bool:
    """Whether a gap is, by way of others, part of itself: its cost is then counted, so that none is lost."""
    seen = {key}
    while key := wider.get(key, ""):
        if key in seen:
            return True
        seen.add(key)
    return False


def cost_of(gap: Gap) -> Money:
    """What a gap costs over all years and functions, by currency."""
    return _sum((cost.currency, cost.amount) for cost in gap.costs)


def duties_in_words(row: GapRow) -> str:
    """The duties that a gap hurts, those that the plan does not have said to be unknown."""
    return ", ".join(f"{duty} (unknown)" if duty in row.unknown_duties else duty for duty in row.gap.duties)


def effect_in_words(row: GapRow) -> str:
    """What closing the gap is expected to change, how that is known, and the figures of the allocation it rests on."""
    gap, expected = row.gap, row.expected
    said = f"{gap.effect} ({gap.effect_rests_on or 'the agency does not say how it knows'})" if gap.effect else ""
    figures = f"By {expected.allocation}, {expected.title}: {expected.words}" if expected else ""
    return ". ".join(filter(None, (said, figures))) or "not stated"


def roll_up(log: Log, rights: Rights, plan: Plan, *, by: str = "agency") -> RollUp:
    """Gaps together by `agency`, `area`, `function` or `status`. Raises `BadRollUp` for anything else.

    By function each of a gap's costs goes to its own function, and the gap is counted in the row of all its functions
    together, so that the numbers of gaps, and the costs, both add up to the whole.
    """
    everything = filed(log, rights, plan=plan.id)
    found = gap_rows(everything, plan)
    keys: dict[str, Callable[[GapRow], str]] = {
        "agency": lambda row: row.agency,
        "area": lambda row: TOGETHER.join(row.areas),
        "function": lambda row: TOGETHER.join(sorted({cost.function for cost in row.gap.costs})),
        "status": lambda row: row.gap.status.value,
    }
    if by not in keys:
        raise BadRollUp("gaps are not rolled up by this", where=by, remedy=f"use {', '.join(keys)}")
    groups: dict[str, list[GapRow]] = defaultdict(list)
    for row in found:
        groups[keys[by](row)].append(row)
    ids = {row.report for row in found} | {row.expected.report for row in found if row.expected}
    return RollUp(
        by=by,
        rows=tuple(_rolled(key, groups[key]) for key in sorted(groups)) if by != "function" else _by_function(groups),
        whole=_rolled("", found),
        basis=basis([each for each in everything if each.id in ids]),
    )


def _rolled(key: str, rows: Sequence[GapRow]) -> RollUpRow:
    return RollUpRow(
        key=key,
        gaps=len(rows),
        costed=sum(bool(row.gap.costs) for row in rows),
        cost=_by_year(cost for row in rows if not row.counted_with for cost in row.gap.costs),
    )


def _by_function(groups: Mapping[str, Sequence[GapRow]]) -> tuple[RollUpRow, ...]:
    costs: dict[str, list[Cost]] = {key: [] for key in groups}
    for rows in groups.values():
        for row in rows:
            for cost in () if row.counted_with else row.gap.costs:
                costs.setdefault(cost.function, []).append(cost)
    return tuple(
        RollUpRow(
            key=key,
            gaps=len(groups.get(key, ())),
            costed=sum(bool(row.gap.costs) for row in groups.get(key, ())),
            cost=_by_year(costs[key]),
        )
        for key in sorted(costs)
    )


def _by_year(costs: Iterable[Cost]) -> dict[int, Money]:
    years: dict[int, list[tuple[str, Decimal]]] = defaultdict(list)
    for cost in costs:
        years[cost.fiscal_year].append((cost.currency, cost.amount))
    return {year: _sum(years[year]) for year in sorted(years)}


# ---- budgets ---------------------------------------------------------------------------------------------------------


FUNDS_BY = ("agency", "function", "account", "duty")
"""What a fiscal year table can be split by."""


def funds(log: Log, rights: Rights, plan: Plan, *, by: Sequence[str] = ("agency", "function")) -> Funds:
    """The fiscal year table of all budget lines in force that the viewer may see. Raises `BadRollUp`."""
    unknown = [each for each in by if each not in FUNDS_BY]
    if unknown:
        raise BadRollUp("budgets are not split by this", where=unknown[0], remedy=f"use {', '.join(FUNDS_BY)}")
    return fund_table(filed(log, rights, plan=plan.id), by)


def counted_once(everything: Sequence[Filed]) -> tuple[dict[str, list[Entered[BudgetLine]]], tuple[Conflict, ...]]:
    """The budget lines that count, by their keys, each as all who report it have it; and those that cannot count."""
    reported: dict[str, list[Entered[BudgetLine]]] = defaultdict(list)
    for each in entries(everything, BudgetLine):
        reported[each.key].append(each)
    conflicts = _conflicts(everything, reported)
    disputed = {each.line for each in conflicts}
    return {name: lines for name, lines in reported.items() if name not in disputed}, conflicts


def fund_table(everything: Sequence[Filed], by: Sequence[str]) -> Funds:
    """The fiscal year table of the budget lines among what was filed."""
    counted, conflicts = counted_once(everything)
    disputed_reports = {id for each in conflicts for id in each.reports}
    rows: dict[tuple[str, ...], dict[str, list[tuple[str, Decimal]]]] = defaultdict(lambda: defaultdict(list))
    for lines in counted.values():
        key = tuple(_split(lines[0], name) for name in by)
        # Where two agencies report one line, its amounts are the same, or it were disputed: each counts once.
        for column, currency, amount in sorted({each for line in lines for each in _amounts(line)}):
            rows[key][column].append((currency, amount))
            if by:
                rows[()][column].append((currency, amount))
    columns = sorted({column for of_row in rows.values() for column in of_row}, key=_column_order)
    return Funds(
        by=tuple(by),
        columns=tuple(columns),
        rows=tuple(_funds_row(key, rows[key]) for key in sorted(rows) if key),
        whole=_funds_row((), rows[()]),
        conflicts=conflicts,
        basis=basis([line.filed for lines in counted.values() for line in lines]),
        conflict_basis=basis([each for each in everything if each.id in disputed_reports]),
    )


def _amounts(line: Entered[BudgetLine]) -> list[tuple[str, str, Decimal]]:
    return [(f"{each.fiscal_year} {each.stage}", each.currency, each.amount) for each in line.entry.amounts]


def _conflicts(
    everything: Sequence[Filed], reported: Mapping[str, Sequence[Entered[BudgetLine]]]
) -> tuple[Conflict, ...]:
    """Lines in two functions, in one agency's reports or in two's; and lines of which two agencies report two amounts.

    Within one agency, too, the earlier of two reports counts here unless the later says that it supersedes it: two
    rows of one table do not, and neither is a correction of the other.
    """
    standing: dict[str, list[Filed]] = defaultdict(list)
    for each in everything:
        if isinstance(each.content.entry, BudgetLine) and not each.replaced:
            standing[f"{each.owner}/{each.content.entry.id}"].append(each)
    conflicts = []
    for name in sorted(standing):
        reports = tuple(sorted(each.id for each in standing[name]))
        functions = tuple(sorted({_line(each).function for each in standing[name]}))
        amounts: dict[tuple[str, str], set[Decimal]] = defaultdict(set)
        for line in reported[name]:
            for column, currency, amount in _amounts(line):
                amounts[column, currency].add(amount)
        differing = tuple(sorted({column for (column, _), found in amounts.items() if len(found) > 1}))
        if len(functions) > 1 or differing:
            conflicts.append(
                Conflict(
                    line=name,
                    functions=functions if len(functions) > 1 else (),
                    amounts_of=differing,
                    reports=reports,
                )
            )
    return tuple(conflicts)


def _line(each: Filed) -> BudgetLine:
    assert isinstance(each.content.entry, BudgetLine)
    return each.content.entry


def _split(line: Entered[BudgetLine], name: str) -> str:
    entry = line.entry
    return {
        "agency": line.agency,
        "function": entry.function,
        "account": entry.account,
        "duty": TOGETHER.join(sorted(entry.duties)),
    }[name]


def _column_order(column: str) -> tuple[int, int]:
    year, stage = column.split(" ", 1)
    return int(year), [FundingStage.ACTUAL, FundingStage.ENACTED, FundingStage.REQUEST].index(FundingStage(stage))


def _funds_row(key: tuple[str, ...], amounts: Mapping[str, Iterable[tuple[str, Decimal]]]) -> FundsRow:
    return FundsRow(key=key, amounts={column: _sum(amounts[column]) for column in sorted(amounts, key=_column_order)})


# ---- money -----------------------------------------------------------------------------------------------------------


def _sum(amounts: Iterable[tuple[str, Decimal]]) -> Money:
    found: Money = {}
    for currency, amount in amounts:
        found[currency] = _EXACT.add(found.get(currency, Decimal(0)), amount)
    return dict(sorted(found.items()))


def amounts_in_words(money: Money) -> str:
    """Amounts as people read them; "" for none.

    >>> amounts_in_words({"EUR": Decimal("12.50"), "USD": Decimal(1500000)})
    'EUR 12.50, USD 1,500,000'
    """
    return ", ".join(f"{currency} {amount:,f}" for currency, amount in money.items())

"""Summaries: events, mass, counts and money, split by dimensions, from what one viewer may see.

Sums are exact and do not depend on the order of the rows: masses and amounts are added by `math.fsum`, which rounds
once, and money as decimals. An amount that has no mass stands under its own unit and is never added to kilograms.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from decimal import Context, Decimal
from math import fsum
from typing import Any

import msgspec
import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.errors import CutsetError
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.markings import markings_by_id
from cutset.model.marking import join
from cutset.model.report import Struct
from cutset.plan.dimensions import Basis, Dimension, Value, dimension
from cutset.plan.facts import event, goods, total
from cutset.plan.index import PlanIndex
from cutset.plan.vintages import outdated

ORDERS = ("events", "mass_kg", "key")
_EXACT = Context(prec=200)


class BadSummary(CutsetError):
    """A summary was asked for in a way that has no answer."""


class SummaryRow(Struct, frozen=True):
    """One row: the values of the dimensions, in their order, and the measures.

    `events` counts distinct reports (of totals: the events that they say they count). `mass_kg` sums the goods of
    known mass, `counts` the amounts without one by unit, `money` the amounts by ISO 4217 currency; `unquantified` is
    how many goods come with neither amount nor money.
    """

    key: tuple[Value, ...]
    events: int = 0
    mass_kg: float = 0.0
    counts: dict[str, float] = msgspec.field(default_factory=dict)
    money: dict[str, Decimal] = msgspec.field(default_factory=dict)
    unquantified: int = 0


class Summary(Struct, frozen=True):
    """Rows in order, with what to know when reading them.

    `columns` names the dimensions of each row's key. `whole` is all events together, None for totals, which are never
    added up over datasets. `banner` joins the markings of all that was added up, "" for nothing. `made` is true if any
    of it is an exercise's.
    """

    columns: tuple[str, ...]
    rows: tuple[SummaryRow, ...]
    basis: Basis
    notes: tuple[str, ...] = ()
    whole: SummaryRow | None = None
    banner: str = ""
    made: bool = False


def summary(
    index: PlanIndex,
    rights: Rights,
    *,
    by: Sequence[str] = ("departure", "destination", "drug", "year"),
    where: Mapping[str, Value | Sequence[Value]] | None = None,
    basis: str = "events",
    limit: int | None = None,
    order: str = "events",
) -> Summary:
    """The live reports that the viewer may see, added up by the dimensions `by`.

    `where` narrows them: dimension -> value or values. `basis` is `events` (seizures and detections) or `totals`
    (published outcomes); the two are never added together, and totals always stand apart by dataset. `order` is
    `events` or `mass_kg`, greatest first, or `key`; `limit` is how many rows to give.
    Raises `UnknownDimension`, and `BadSummary` for another basis, order, or a value that the dimension cannot have.
    """
    return summaries(index, rights, [by], where=where, basis=basis, limit=limit, order=order)[0]


def summaries(
    index: PlanIndex,
    rights: Rights,
    splits: Sequence[Sequence[str]],
    *,
    where: Mapping[str, Value | Sequence[Value]] | None = None,
    basis: str = "events",
    limit: int | None = None,
    order: str = "events",
) -> list[Summary]:
    """Several summaries of the same reports, one for each of `splits`, which are read only once. As `summary`."""
    if basis not in list(Basis):
        raise BadSummary("a summary has no basis of this name", where=basis, remedy="use events or totals")
    if order not in ORDERS:
        raise BadSummary("a summary has no order of this name", where=order, remedy=f"use {', '.join(ORDERS)}")
    counted, notes = Basis(basis), []
    if counted is Basis.TOTALS and any("dataset" not in by for by in splits):
        splits = [by if "dataset" in by else ("dataset", *by) for by in splits]
        notes.append("Totals of different datasets are never added together, so `dataset` was added to the columns.")
    names = list(dict.fromkeys(name for by in splits for name in by))
    dimensions = [dimension(name, counted) for name in names]
    limits = [_limit(dimension(name, counted), values) for name, values in (where or {}).items()]
    tallies = [_Tally(dimensions, [names.index(name) for name in by], limits) for by in splits]
    with index.engine.connect() as connection:
        skip = outdated(connection, rights) if counted is Basis.TOTALS else frozenset()
        for chunk in _rows(connection, rights, counted, dimensions, limits):
            for tally in tallies:
                tally.add(chunk, skip)
        return [
            _summed(connection, tally, by, counted, order, limit, notes)
            for tally, by in zip(tallies, splits, strict=True)
        ]


def _summed(
    connection: sa.Connection,
    tally: _Tally,
    by: Sequence[str],
    basis: Basis,
    order: str,
    limit: int | None,
    notes: Sequence[str],
) -> Summary:
    markings = markings_by_id(connection, tally.marking_ids)
    rows = sorted((cell.row(key) for key, cell in tally.cells.items()), key=_ordering(order))
    shown = rows if limit is None else rows[:limit]
    dimensions = [dimension(name, basis) for name in by]
    return Summary(
        columns=tuple(by),
        rows=tuple(shown),
        basis=basis,
        notes=(*notes, *_notes(tally, dimensions, len(rows), len(shown))),
        whole=tally.whole.row(()) if basis is Basis.EVENTS else None,
        banner=join(*(markings[each] for each in sorted(markings))).banner if markings else "",
        made=tally.made,
    )


class _Limit(Struct, frozen=True):
    of: Dimension
    values: tuple[Value, ...]

    @property
    def clause(self) -> sa.ColumnElement[bool] | None:
        """The limit in SQL; None for a derived dimension, whose values are made afterwards."""
        if self.of.derive is not None:
            return None
        held = [value for value in self.values if value is not None]
        clause = self.of.column.in_(held)
        return clause if len(held) == len(self.values) else sa.or_(clause, self.of.column.is_(None))


def _limit(of: Dimension, values: Value | Sequence[Value]) -> _Limit:
    several = values if isinstance(values, Sequence) and not isinstance(values, str) else [values]
    return _Limit(of=of, values=tuple(_value(of, value) for value in several))


def _value(of: Dimension, value: Value) -> Value:
    """The value in the dimension's own type, as a command line gives all of them as text."""
    if value is None or of.derive is not None:
        return value
    try:
        if isinstance(of.column.type, sa.Boolean):
            return {"true": True, "yes": True, "false": False, "no": False}[str(value).lower()]
        return int(value) if isinstance(of.column.type, sa.Integer) else str(value)
    except (ValueError, KeyError):
        wanted = "true or false" if isinstance(of.column.type, sa.Boolean) else "a whole number"
        raise BadSummary(
            f"the dimension {of.name} cannot have this value", where=str(value), remedy=f"give {wanted}"
        ) from None


_MEASURES = (goods.c.mass_kg, goods.c.unit, goods.c.amount, goods.c.currency, goods.c.money)


def _rows(
    connection: sa.Connection,
    rights: Rights,
    basis: Basis,
    dimensions: Sequence[Dimension],
    limits: Sequence[_Limit],
) -> Iterator[Sequence[Sequence[Any]]]:
    """A row for each of the visible goods of each visible live report, and one for a report without any; in chunks."""
    fact = event if basis is Basis.EVENTS else total
    clauses = [clause for clause in (limit.clause for limit in limits) if clause is not None]
    live_facts = [visible(fact.c.marking_id, rights), live(fact.c.seq, rights)]
    if basis is Basis.TOTALS:
        live_facts.append(~total.c.withdrawn)
    events = total.c.events if basis is Basis.TOTALS else sa.literal(1)
    columns = [*(each.column for each in dimensions), *(limit.of.column for limit in limits)]
    # The alias of each column keeps a dimension that is asked for twice from being folded into one column.
    picked = [column.label(f"d{number}") for number, column in enumerate(columns)]
    query = (
        sa.select(fact.c.seq, fact.c.marking_id, fact.c.made, events, goods.c.marking_id, *_MEASURES, *picked)
        .select_from(fact)
        .outerjoin(goods, sa.and_(goods.c.seq == fact.c.seq, visible(goods.c.marking_id, rights)))
        .where(*live_facts, *clauses)
        .order_by(fact.c.seq)
    )
    yield from connection.execution_options(yield_per=10_000).execute(query).partitions()


class _Cell:
    """The measures of one row while they are added up."""

    __slots__ = ("amounts", "events", "masses", "money", "unquantified")

    def __init__(self) -> None:
        self.events = 0
        self.masses = array("d")
        self.amounts: dict[str, array[float]] = {}
        self.money: dict[str, Decimal] = {}
        self.unquantified = 0

    def add(self, mass_kg: float | None, unit: str, amount: float | None, currency: str, money: str | None) -> None:
        """Add one of the goods."""
        if mass_kg is not None:
            self.masses.append(mass_kg)
        elif amount is not None:
            self.amounts.setdefault(unit, array("d")).append(amount)
        if money is not None:
            self.money[currency] = _EXACT.add(self.money.get(currency, Decimal(0)), Decimal(money))
        elif mass_kg is None and amount is None:
            self.unquantified += 1

    def row(self, key: tuple[Value, ...]) -> SummaryRow:
        """The measures, added up."""
        return SummaryRow(
            key=key,
            events=self.events,
            mass_kg=fsum(self.masses),
            counts={unit: fsum(self.amounts[unit]) for unit in sorted(self.amounts)},
            money={currency: self.money[currency] for currency in sorted(self.money)},
            unquantified=self.unquantified,
        )


class _Tally:
    """Adds up rows, which come report by report, into cells by the dimensions at the places `at`."""

    def __init__(self, dimensions: Sequence[Dimension], at: Sequence[int], limits: Sequence[_Limit]) -> None:
        self.cells: dict[tuple[Value, ...], _Cell] = {}
        self.whole = _Cell()
        self.marking_ids: set[int] = set()
        self.made = False
        self.uncounted = 0
        self._at = tuple(at)
        self._last, self._touched = -1, set[tuple[Value, ...]]()
        derived = ((place, dimensions[place].derive) for place in set(at))
        self._derived = [(place, derive) for place, derive in derived if derive is not None]
        self._after = [
            (len(dimensions) + place, limit.of.derive, frozenset(limit.values))
            for place, limit in enumerate(limits)
            if limit.of.derive is not None
        ]

    def add(self, rows: Sequence[Sequence[Any]], skip: frozenset[int]) -> None:
        """Add `rows`, but not those of the reports `skip`. What is one report's may come in two turns."""
        last, touched = self._last, self._touched
        for seq, marking_id, made, events, goods_marking_id, mass_kg, unit, amount, currency, money, *values in rows:
            if seq in skip or any(derive(values[at]) not in wanted for at, derive, wanted in self._after):
                continue
            if seq != last:
                last, touched = seq, set()
                self.marking_ids.add(marking_id)
                self.made = self.made or bool(made)
                self.whole.events += events or 0
                self.uncounted += events is None
            for at, derive in self._derived:
                values[at] = derive(values[at])
            key = tuple([values[at] for at in self._at])
            cell = self.cells.get(key)
            if cell is None:
                cell = self.cells[key] = _Cell()
            if key not in touched:
                touched.add(key)
                cell.events += events or 0
            if goods_marking_id is not None:
                self.marking_ids.add(goods_marking_id)
                cell.add(mass_kg, unit, amount, currency, money)
                self.whole.add(mass_kg, unit, amount, currency, money)
        self._last, self._touched = last, touched


def _ordering(order: str) -> Any:
    def by_key(row: SummaryRow) -> tuple[object, ...]:
        # Unknown values come last.
        return tuple((value in ("", None), "" if value is None else value) for value in row.key)

    if order == "key":
        return by_key
    return lambda row: (-getattr(row, order), by_key(row))


def _notes(tally: _Tally, dimensions: Sequence[Dimension], rows: int, shown: int) -> Iterator[str]:
    if tally.whole.amounts:
        yield "Amounts without a lawful mass stand under their own unit and are not in mass_kg."
    if tally.whole.unquantified:
        yield f"{tally.whole.unquantified} goods came with no amount."
    if tally.uncounted:
        yield f"{tally.uncounted} published totals do not say how many events they count."
    if any(each.of_goods for each in dimensions):
        yield "An event with goods of several sorts counts once in each row that it touches; do not add the rows up."
    if tally.made:
        yield "Some of these reports are made for an exercise; no one observed them."
    if shown < rows:
        yield f"{shown} of {rows} rows are shown."

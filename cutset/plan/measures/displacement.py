"""Displacement: whether events move to neighbouring routes after a surge of effort.

Effort is the number of taskings in a country and month. A surge is a month with at least twice the mean effort of the
three months before it, and at least three taskings. The neighbours of a surge are the other countries whose events
share an end of a route with its own; the controls are the countries with effort that are neither. The figure is

    (A₁/E₁ ÷ A₀/E₀) ÷ (C₁/F₁ ÷ C₀/F₀)

with A events and E effort of the neighbours, C and F those of the controls, 0 in the three months before the surge and
1 in the three from the surge on, added up over all surges of the period.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa

from cutset import intervals
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.model.report import Kind
from cutset.plan.facts import event
from cutset.plan.measure import Figure, Measured
from cutset.plan.measures import facts
from cutset.plan.measures.asking import DETECTION, SEIZURE, SHOWN_REPORTS, Ask, fiscal_year_of_month
from cutset.plan.measures.counting import first_events
from cutset.plan.measures.running import Bounds, Count, Counted, Finer, rows_of
from cutset.plan.tally import How, Key, Part, Tally, in_order

WINDOW = 3
"""Months on each side of the surge's beginning."""
SURGE_FACTOR, SURGE_LEAST = 2.0, 3

Cells = dict[tuple[str, int], int]


class Surge(NamedTuple):
    """The month (counted from January of the year 0) in which the effort in a country rose."""

    country: str
    month: int


class Counts(NamedTuple):
    """Events and effort, before and after."""

    events_before: int = 0
    events_after: int = 0
    effort_before: int = 0
    effort_after: int = 0

    def plus(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(*(one + two for one, two in zip(self, other, strict=True)))

    @property
    def change(self) -> float | None:
        """Events per effort after, over those before; None where one of them is not known."""
        if not (self.events_before and self.effort_before and self.effort_after):
            return None
        return (self.events_after / self.effort_after) / (self.events_before / self.effort_before)


def surges(effort: Cells) -> list[Surge]:
    """The surges in a table of effort by country and month.

    >>> surges({("PA", 1): 1, ("PA", 2): 1, ("PA", 3): 1, ("PA", 4): 6})
    [Surge(country='PA', month=4)]
    """
    found: list[Surge] = []
    for country, month in sorted(effort):
        before = [effort.get((country, earlier), 0) for earlier in range(month - WINDOW, month)]
        mean = sum(before) / WINDOW
        rises = effort[country, month] >= max(SURGE_LEAST, SURGE_FACTOR * mean) and mean > 0
        if rises and not any(each.country == country and month - each.month < WINDOW for each in found):
            found.append(Surge(country, month))
    return found


def displacement(ask: Ask) -> Measured:
    """The change of events per effort on neighbouring routes after surges, against routes without one."""
    effort, taskings = _effort(ask)
    events, ends, met = _events(ask)
    every = surges(effort)
    found = [each for each in every if ask.in_month(each.month)]
    by_year: dict[Key, tuple[Counts, Counts]] = {}
    whole = (Counts(), Counts())
    for surge in found:
        surging = {each.country for each in every if abs(each.month - surge.month) < WINDOW}
        near = _neighbours(surge.country, ends) - surging
        far = {country for country, _ in effort} - near - surging
        two = (_counts(near, surge.month, events, effort), _counts(far, surge.month, events, effort))
        whole = (whole[0].plus(two[0]), whole[1].plus(two[1]))
        key = ask.key(fiscal_year=fiscal_year_of_month(surge.month))
        before = by_year.get(key, (Counts(), Counts()))
        by_year[key] = (before[0].plus(two[0]), before[1].plus(two[1]))
    return ask.answer(
        Tally(How.RATIO).add([*taskings, *met] if found else ()),
        needs=[Kind.TASKING],
        figures=[_figure(key, by_year[key]) for key in sorted(by_year, key=in_order)],
        whole=_figure((), whole) if found else Figure(),
        empty="no month shows a surge of effort"
        if effort
        else "no tasking says where and when, so that effort is unknown",
        first=_first(ask) if found else (),
        notes=[f"{len(found)} surges; after is not because of."] if found else [],
    )


def _figure(key: Key, two: tuple[Counts, Counts]) -> Figure:
    near, far = two
    changes = (near.change, far.change)
    beside = {
        f"{who} {name.replace('_', ' ')}": float(count)
        for who, counts in (("neighbours'", near), ("controls'", far))
        for name, count in zip(Counts._fields, counts, strict=True)
    }
    reports = near.events_before + near.events_after + far.events_before + far.events_after
    if changes[0] is None or not changes[1]:
        return Figure(key=key, reports=reports, beside=beside)
    ratio = changes[0] / changes[1]
    interval = intervals.of_rate_change(
        near.events_after, near.events_before, far.events_after, far.events_before, ratio
    )
    return Figure(
        key=key,
        value=ratio,
        numerator=changes[0],
        denominator=changes[1],
        low=interval[0] if interval else None,
        high=interval[1] if interval else None,
        reports=reports,
        beside=beside,
    )


def _effort(ask: Ask) -> tuple[Cells, list[Part]]:
    """Taskings by country and month, in all time; and them."""
    act, cells, parts = facts.act, dict[tuple[str, int], int](), []
    columns = [act.c.country, act.c.month, act.c.marking_id, act.c.made]
    where = [act.c.kind == str(Kind.TASKING), act.c.country != "", act.c.month.is_not(None)]
    counted = ask.reading.groups("effort", lambda bounds: _counted(ask, act, columns, where, bounds))
    for (country, month, marking_id, made), (number,) in counted.items():
        cells[country, month] = cells.get((country, month), 0) + number
        parts.append(_alike(marking_id, made, number))
    return cells, parts


_ROUTES = [event.c[name] for name in ("country", "departure", "destination", "year", "month", "marking_id", "made")]
_TOLD_APART: dict[str, tuple[int, ...]] = {"months": (0, 3, 4), "ends": (0, 1, 2), "markings": (5, 6)}
"""Which of the columns each of three counts tells apart: few groups each, where all columns together make many."""


def _events(ask: Ask) -> tuple[Cells, dict[str, set[str]], list[Part]]:
    """Events by country and month, the ends of the routes that each country's events were on, in all time; and them."""
    where = [event.c.kind.in_([SEIZURE, DETECTION]), event.c.country != ""]

    def counted(of: Sequence[sa.ColumnElement[Any]]) -> Count:
        return lambda bounds: _counted(ask, event, of, where, bounds)

    ask.reading.groups("routes", counted(_ROUTES))
    found = {}
    for name, places in _TOLD_APART.items():
        finer: Finer = ("routes", itemgetter(*places))
        found[name] = ask.reading.groups(("routes", name), counted([_ROUTES[each] for each in places]), [finer])
    cells = {
        (country, year * 12 + month - 1): number
        for (country, year, month), (number,) in found["months"].items()
        if month is not None
    }
    ends: dict[str, set[str]] = {}
    for country, *route in found["ends"]:
        ends.setdefault(country, set()).update(end for end in route if end)
    return (
        cells,
        ends,
        [_alike(marking_id, made, number) for (marking_id, made), (number,) in found["markings"].items()],
    )


def _counted(
    ask: Ask,
    table: sa.Table,
    columns: Sequence[sa.ColumnElement[Any]],
    where: Sequence[sa.ColumnElement[bool]],
    bounds: Bounds,
) -> Iterator[tuple[Hashable, Counted]]:
    seen = visible(table.c.marking_id, ask.reading.rights)
    query = sa.select(sa.func.count(), *columns).where(*where, seen, bounds(table.c.seq)).group_by(*columns)
    for row in rows_of(ask.reading.connection, query):
        number, *group = tuple[Any, ...](row)
        yield tuple(group), (number,)


def _alike(marking_id: int, made: bool, number: int) -> Part:
    return Part(keys=(), marking_ids=(marking_id,), made=bool(made), times=number, reports=number)


def _first(ask: Ask) -> list[int]:
    """The numbers of the first events and taskings that are counted, as many as an answer names."""
    act, rights = facts.act, ask.reading.rights
    seen = [visible(act.c.marking_id, rights), live(act.c.seq, rights)]
    where = [act.c.kind == str(Kind.TASKING), act.c.country != "", act.c.month.is_not(None)]
    query = sa.select(act.c.seq).where(*where, *seen).order_by(act.c.seq).limit(SHOWN_REPORTS)
    always = Ask(ask.reading, ask.measure, None, ())
    events = first_events(always, SEIZURE, DETECTION, where=[event.c.country != ""])
    return [*events, *ask.reading.connection.scalars(query)]


def _neighbours(country: str, ends: dict[str, set[str]]) -> set[str]:
    own = ends.get(country, set())
    return {other for other, theirs in ends.items() if other != country and own & theirs}


def _counts(countries: Iterable[str], month: int, events: Cells, effort: Cells) -> Counts:
    named = sorted(countries)

    def added(cells: Cells, first: int) -> int:
        return sum(cells.get((country, at), 0) for country in named for at in range(first, first + WINDOW))

    return Counts(
        added(events, month - WINDOW), added(events, month), added(effort, month - WINDOW), added(effort, month)
    )

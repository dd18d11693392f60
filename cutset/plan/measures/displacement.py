"""Displacement: whether events move to neighbouring routes after a surge of effort.

Effort is the number of taskings in a country and month. A surge is a month with at least twice the mean effort of the
three months before it, and at least three taskings. The neighbours of a surge are the other countries whose events
share an end of a route with its own; the controls are the countries with effort that are neither. The figure is

    (A₁/E₁ ÷ A₀/E₀) ÷ (C₁/F₁ ÷ C₀/F₀)

with A events and E effort of the neighbours, C and F those of the controls, 0 in the three months before the surge and
1 in the three from the surge on, added up over all surges of the period.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cutset import intervals
from cutset.clock import instant
from cutset.model.report import Kind
from cutset.plan.facts import event
from cutset.plan.measure import Figure, Measured
from cutset.plan.measures.asking import DETECTION, SEIZURE, Ask
from cutset.plan.measures.counting import first_events, groups, part
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
    events, ends, met, first = ask.reading.once("routes", lambda: _events(ask))
    tally = Tally(How.RATIO)
    by_year: dict[Key, tuple[Counts, Counts]] = {}
    whole = (Counts(), Counts())
    found = [
        each for each in surges(effort) if ask.period is None or ask.period.holds(each.month // 12, each.month % 12 + 1)
    ]
    for surge in found:
        near = _neighbours(surge.country, ends)
        surging = {each.country for each in surges(effort) if abs(each.month - surge.month) < WINDOW}
        near -= surging
        far = {country for country, _ in effort} - near - surging
        two = (_counts(near, surge.month, events, effort), _counts(far, surge.month, events, effort))
        whole = (whole[0].plus(two[0]), whole[1].plus(two[1]))
        key = ask.key(fiscal_year=(surge.month + 3) // 12)
        before = by_year.get(key, (Counts(), Counts()))
        by_year[key] = (before[0].plus(two[0]), before[1].plus(two[1]))
    if found:
        tally.add(taskings)
        tally.add(met)
    return ask.answer(
        tally,
        needs=[Kind.TASKING],
        figures=[_figure(key, by_year[key]) for key in sorted(by_year, key=in_order)],
        whole=_figure((), whole) if found else Figure(),
        empty="no month shows a surge of effort"
        if effort
        else "no tasking says where and when, so that effort is unknown",
        first=first if found else (),
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
    effort: Cells = {}
    parts = []
    for row in ask.reading.acts(Kind.TASKING).by_seq.values():
        if row.at_us is None or not row.country:
            continue
        at = instant(row.at_us)
        cell = (row.country, at.year * 12 + at.month - 1)
        effort[cell] = effort.get(cell, 0) + 1
        parts.append(Part(seqs=(row.seq,), marking_ids=(row.marking_id,), made=bool(row.made)))
    return effort, parts


def _events(ask: Ask) -> tuple[Cells, dict[str, set[str]], list[Part], list[int]]:
    """Events by country and month, the ends of the routes that each country's events were on, in all time; and them."""
    always = Ask(ask.reading, ask.measure, None, ())
    events: Cells = {}
    ends: dict[str, set[str]] = {}
    parts = []
    for group in groups(always, (SEIZURE, DETECTION), more=[event.c.country, event.c.departure, event.c.destination]):
        country, *route = map(str, group.more)
        if not country:
            continue
        ends.setdefault(country, set()).update(end for end in route if end)
        parts.append(part(group))
        if group.month is not None:
            cell = (country, group.year * 12 + group.month - 1)
            events[cell] = events.get(cell, 0) + group.events
    first = first_events(always, SEIZURE, DETECTION, where=[event.c.country != ""])
    return events, ends, parts, first


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

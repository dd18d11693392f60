"""Events over time by drug class: stacked columns for all, and one small chart for each class.

Widths are shares of the chart in per cent, so that it fits a telephone; heights are pixels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor, log10

from cutset.model.report import Struct
from cutset.web import numbers
from cutset.web.overview_data import Period
from cutset.web.palette import OTHER, REST, UNNAMED, in_order

HEIGHT = 220.0
SMALL_HEIGHT = 54.0
MOST_MONTHS = 60
"""Months shown at most; a longer time is shown by years."""
MOST_YEARS = 80
MOST_CLASSES = 8

Bin = tuple[int, int]


class Column(Struct, frozen=True):
    """A rectangle: x and width in per cent, y and height in pixels."""

    x: float
    width: float
    y: float
    height: float
    colour: int
    says: str


class Tick(Struct, frozen=True):
    """A mark on an axis: its place (per cent across, or pixels down) and label."""

    at: float
    label: str
    anchor: str = "middle"


class ClassChart(Struct, frozen=True):
    """One class's small chart, on its own scale, with its total and its highest column."""

    name: str
    colour: int
    columns: tuple[Column, ...]
    events: int
    mass_kg: float
    peak: str


class Timeline(Struct, frozen=True):
    """The charts of one page; `by` is `month` or `year`, `left_out` the events that stand in none of its columns."""

    by: str
    columns: tuple[Column, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    classes: tuple[ClassChart, ...]
    first: str
    last: str
    left_out: int


def lay_out(periods: Sequence[Period], colours: Mapping[str, int]) -> Timeline | None:
    """The charts of `periods`; None where there is nothing to draw."""
    periods = [period for period in periods if period.events > 0]
    if not periods:
        return None
    by = "month" if _months_suit(periods) else "year"
    kept = [period for period in periods if by == "year" or period.month is not None]
    bins = _bins(kept, by)
    kept = [period for period in kept if _bin(period, by) >= bins[0]]
    totals: dict[str, int] = {}
    for period in kept:
        totals[period.drug_class] = totals.get(period.drug_class, 0) + period.events
    ranked = in_order(totals, totals)
    shown = ranked if len(ranked) <= MOST_CLASSES else ranked[: MOST_CLASSES - 1]
    cells: dict[str, dict[Bin, int]] = {}
    masses: dict[str, float] = {}
    for period in kept:
        name = (period.drug_class or UNNAMED) if period.drug_class in shown else OTHER
        of_class = cells.setdefault(name, {})
        of_class[_bin(period, by)] = of_class.get(_bin(period, by), 0) + period.events
        masses[name] = masses.get(name, 0.0) + period.mass_kg
    hues = {name or UNNAMED: colours.get(name, REST) for name in shown} | {OTHER: REST}
    order = [name for name in [*(name or UNNAMED for name in shown), OTHER] if name in cells]
    top, y_ticks = _scale(max(sum(cells[name].get(at, 0) for name in order) for at in bins))
    return Timeline(
        by=by,
        columns=tuple(_stacked(bins, order, cells, hues, top)),
        x_ticks=tuple(_x_ticks(bins)),
        y_ticks=y_ticks,
        classes=tuple(_class_chart(name, bins, cells[name], masses[name], hues[name]) for name in order),
        first=_label(bins[0]),
        last=_label(bins[-1]),
        left_out=sum(period.events for period in periods) - sum(period.events for period in kept),
    )


def _months_suit(periods: Sequence[Period]) -> bool:
    """Whether most events have a month, and there are neither too many months nor too few years for years."""
    dated = [period for period in periods if period.month is not None]
    if sum(period.events for period in dated) * 10 < sum(period.events for period in periods) * 9:
        return False
    months = [period.year * 12 + (period.month or 1) for period in dated]
    return max(months) - min(months) < MOST_MONTHS


def _bin(period: Period, by: str) -> Bin:
    return (period.year, period.month or 0) if by == "month" else (period.year, 0)


def _bins(periods: Sequence[Period], by: str) -> list[Bin]:
    """Every month or year from the first to the last, at most the last `MOST_YEARS` years."""
    first, last = min(_bin(period, by) for period in periods), max(_bin(period, by) for period in periods)
    if by == "year":
        return [(year, 0) for year in range(max(first[0], last[0] - MOST_YEARS + 1), last[0] + 1)]
    span = range(first[0] * 12 + first[1] - 1, last[0] * 12 + last[1])
    return [(at // 12, at % 12 + 1) for at in span]


def _label(at: Bin) -> str:
    return f"{numbers.month(at[1])} {at[0]}" if at[1] else f"{at[0]}"


def _place(number: int, bins: int) -> tuple[float, float]:
    """Where a column begins, and how wide it is, in per cent."""
    step = 100 / bins
    gap = min(step * 0.18, 1.5)
    return round(number * step + gap / 2, 3), round(step - gap, 3)


def _stacked(
    bins: Sequence[Bin],
    order: Sequence[str],
    cells: Mapping[str, Mapping[Bin, int]],
    hues: Mapping[str, int],
    top: float,
) -> list[Column]:
    columns = []
    for number, at in enumerate(bins):
        x, width = _place(number, len(bins))
        below = 0
        for name in order:
            events = cells[name].get(at, 0)
            if events:
                y = HEIGHT * (1 - (below + events) / top)
                says = f"{_label(at)}, {name}: {numbers.count(events)}"
                height = HEIGHT * events / top
                columns.append(
                    Column(x=x, width=width, y=round(y, 2), height=round(height, 2), colour=hues[name], says=says)
                )
            below += events
    return columns


def _class_chart(name: str, bins: Sequence[Bin], cells: Mapping[Bin, int], mass_kg: float, colour: int) -> ClassChart:
    peak = max(bins, key=lambda at: cells.get(at, 0))
    top = cells[peak]
    columns = []
    for number, at in enumerate(bins):
        events = cells.get(at, 0)
        if events:
            x, width = _place(number, len(bins))
            height = max(1.0, SMALL_HEIGHT * events / top)
            says = f"{_label(at)}: {numbers.count(events)}"
            y = round(SMALL_HEIGHT - height, 2)
            columns.append(Column(x=x, width=width, y=y, height=round(height, 2), colour=colour, says=says))
    events = sum(cells.values())
    return ClassChart(
        name=name,
        colour=colour,
        columns=tuple(columns),
        events=events,
        mass_kg=mass_kg,
        peak=f"{numbers.count(top)} in {_label(peak)}",
    )


def _scale(most: int) -> tuple[float, tuple[Tick, ...]]:
    """A round top for the axis, and its marks."""
    power = 10.0 ** (floor(log10(max(most, 1))) - 1)
    steps = {max(1.0, power * times) for times in (1, 2, 2.5, 5, 10, 20, 25, 50)}
    # The lowest top that at most five marks reach, and of the same top the finer marks.
    top, marks = min((step * -(-most // step), most // -step) for step in steps if most <= 5 * step)
    step, marks = top / -marks, -marks
    ticks = (
        Tick(at=round(HEIGHT * (1 - step * mark / top), 1), label=numbers.short(step * mark))
        for mark in range(round(marks) + 1)
    )
    return top, tuple(ticks)


def _x_ticks(bins: Sequence[Bin]) -> list[Tick]:
    """At most six labels, which do not touch on a telephone: Januaries and Julys, or even steps."""
    every = max(1, -(-len(bins) // 6))
    if bins[0][1]:
        every = next((step for step in (1, 2, 3, 6, 12, 24) if len(bins) / step <= 6), every)
        numbered = [n for n, at in enumerate(bins) if (at[0] * 12 + at[1] - 1) % every == 0]
    else:
        numbered = [n for n in range(len(bins)) if (len(bins) - 1 - n) % every == 0]
    step = 100 / len(bins)
    ticks = []
    for n in numbered:
        at = (n + 0.5) * step
        anchor = "start" if at < 4 else "end" if at > 96 else "middle"
        label = f"{numbers.month(bins[n][1])} {bins[n][0] % 100:02d}" if bins[n][1] else _label(bins[n])
        ticks.append(Tick(at=round(at, 2), label=label, anchor=anchor))
    return ticks

"""Tallies: the parts of a measure, added up into figures.

Sums are exact and do not depend on the order of the parts, nor on how many parts are given as one: they are rounded
once, at the end. That is why what was added can be taken back (`Part.times` below 0) and leaves no trace.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from cutset import intervals
from cutset.model.marking import Marking
from cutset.plan.dimensions import Value
from cutset.plan.measure import Figure

Key = tuple[Value, ...]
Number = float | Fraction
Amounts = dict[Number, int]
"""How often each amount was added."""

_BITS = 1074
"""Every finite double is a whole multiple of 2**-1074, the smallest one above 0 (IEEE 754)."""


class How(StrEnum):
    """How parts become a figure."""

    TOTAL = "total"
    """The sum of the amounts."""
    SHARE = "share"
    """Amounts over wholes, all counts of things of which each counts or does not; with Wilson's interval."""
    RATIO = "ratio"
    """Amounts over wholes, of which the one is no part of the other."""
    MEDIAN = "median"
    """The middle one of the amounts, with the ninth decile beside it."""


class Part(NamedTuple):
    """One thing that a measure counts: the `keys` under which it stands, its amount, and what it is a share of.

    `seqs`, or where these are not known `ids`, are the reports that it rests on, and `reports` counts others that are
    not named; `marking_ids` or `markings` are theirs. `beside` is added up for itself, name by name. `times` such
    things are there; below 0, so many are taken back.
    """

    keys: Iterable[Key] = ((),)
    amount: Number = 1.0
    of: Number = 1.0
    seqs: tuple[int, ...] = ()
    marking_ids: tuple[int, ...] = ()
    made: bool = False
    beside: tuple[tuple[str, Number], ...] = ()
    ids: tuple[str, ...] = ()
    markings: tuple[Marking, ...] = ()
    times: int = 1
    reports: int = 0


def scaled(amount: Number) -> int:
    """An amount in units of 2**-1074, as which every double is a whole number."""
    part, whole = amount.as_integer_ratio()
    return part << (_BITS + 1 - whole.bit_length())


def unscaled(units: int) -> Fraction:
    """The exact amount of so many units of 2**-1074.

    >>> unscaled(scaled(0.1) + scaled(0.2)) == Fraction(0.1) + Fraction(0.2)
    True
    """
    return Fraction(units, 1 << _BITS)


def added(amounts: Mapping[Number, int]) -> float:
    """The sum of amounts, each so many times: the double nearest to the exact sum, as `math.fsum` gives it.

    >>> added({0.1: 10}), added({1e300: 1, 1.0: 1, -1e300: 1})
    (1.0, 1.0)
    """
    return sum(scaled(amount) * times for amount, times in amounts.items()) / (1 << _BITS)


def _add(amounts: Amounts, amount: Number, times: int) -> None:
    amounts[amount] = amounts.get(amount, 0) + times


class Cell:
    """The parts under one key."""

    __slots__ = ("amounts", "beside", "ids", "parts", "reports", "seqs", "wholes")

    def __init__(self) -> None:
        self.parts = 0
        self.reports = 0
        self.amounts: Amounts = {}
        self.wholes: Amounts = {}
        self.seqs = array("q")
        self.ids: set[str] = set()
        self.beside: dict[str, Amounts] = {}

    def add(self, part: Part) -> None:
        """Add a part."""
        times = part.times
        self.parts += times
        self.reports += part.reports
        _add(self.amounts, part.amount, times)
        _add(self.wholes, part.of, times)
        self.seqs.extend(part.seqs)
        self.ids.update(part.ids)
        for name, amount in part.beside:
            _add(self.beside.setdefault(name, {}), amount, times)

    def figure(self, key: Key, how: How) -> Figure:
        """The parts, added up."""
        beside = {name: added(self.beside[name]) for name in sorted(self.beside) if any(self.beside[name].values())}
        reports = self.reports + len(set(self.seqs)) + len(self.ids)
        if not self.parts:
            return Figure(key=key)
        if how is How.TOTAL:
            return Figure(key=key, value=added(self.amounts), reports=reports, beside=beside)
        if how is How.MEDIAN:
            return self._median(key, beside, reports)
        part, whole = added(self.amounts), added(self.wholes)
        interval = intervals.of_share(part, whole) if how is How.SHARE else None
        return Figure(
            key=key,
            value=part / whole if whole else None,
            numerator=part,
            denominator=whole,
            low=interval[0] if interval else None,
            high=interval[1] if interval else None,
            reports=reports,
            beside=beside,
        )

    def _median(self, key: Key, beside: dict[str, float], reports: int) -> Figure:
        ordered = sorted(self._each())
        interval = intervals.of_median(ordered)
        return Figure(
            key=key,
            value=intervals.percentile(ordered, 0.5),
            denominator=float(len(ordered)),
            low=interval[0] if interval else None,
            high=interval[1] if interval else None,
            reports=reports,
            beside={**beside, "ninth decile": intervals.percentile(ordered, 0.9)},
        )

    def _each(self) -> Iterator[float]:
        for amount, times in self.amounts.items():
            yield from (float(amount) for _ in range(times))


class Tally:
    """Parts by their keys, and all together."""

    def __init__(self, how: How) -> None:
        self.how = how
        self.cells: dict[Key, Cell] = {}
        self.whole = Cell()
        self.marking_ids: set[int] = set()
        self.markings: set[Marking] = set()
        self.made = False

    def add(self, parts: Iterable[Part]) -> Tally:
        """Add the parts; gives itself."""
        for part in parts:
            self.whole.add(part)
            for key in part.keys:
                cell = self.cells.get(key)
                if cell is None:
                    cell = self.cells[key] = Cell()
                cell.add(part)
            self.marking_ids.update(part.marking_ids)
            self.markings.update(part.markings)
            self.made = self.made or part.made
        return self

    def figures(self) -> tuple[Figure, ...]:
        """The figures by key; unknown values last. A key whose parts were all taken back has none."""
        held = (key for key, cell in self.cells.items() if cell.parts)
        return tuple(self.cells[key].figure(key, self.how) for key in sorted(held, key=in_order))


def in_order(key: Key) -> tuple[tuple[bool, str, Value], ...]:
    """By what a list of keys is sorted: unknown values come last, and numbers stand in their own order."""
    return tuple((value in ("", None), type(value).__name__, "" if value is None else value) for value in key)

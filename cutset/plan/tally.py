"""Tallies: the parts of a measure, added up into figures.

Sums are exact and do not depend on the order of the parts: `math.fsum` rounds once.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from enum import StrEnum
from math import fsum
from typing import NamedTuple

from cutset.model.marking import Marking
from cutset.plan import intervals
from cutset.plan.dimensions import Value
from cutset.plan.measure import Figure

Key = tuple[Value, ...]


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

    `seqs`, or where these are not known `ids`, are the reports that it rests on; `marking_ids` or `markings` theirs.
    `beside` is added up for itself, name by name.
    """

    keys: Iterable[Key] = ((),)
    amount: float = 1.0
    of: float = 1.0
    seqs: tuple[int, ...] = ()
    marking_ids: tuple[int, ...] = ()
    made: bool = False
    beside: tuple[tuple[str, float], ...] = ()
    ids: tuple[str, ...] = ()
    markings: tuple[Marking, ...] = ()


class Cell:
    """The parts under one key."""

    __slots__ = ("amounts", "beside", "ids", "seqs", "wholes")

    def __init__(self) -> None:
        self.amounts = array("d")
        self.wholes = array("d")
        self.seqs = array("q")
        self.ids: set[str] = set()
        self.beside: dict[str, array[float]] = {}

    def add(self, part: Part) -> None:
        """Add a part."""
        self.amounts.append(part.amount)
        self.wholes.append(part.of)
        self.seqs.extend(part.seqs)
        self.ids.update(part.ids)
        for name, amount in part.beside:
            self.beside.setdefault(name, array("d")).append(amount)

    def figure(self, key: Key, how: How) -> Figure:
        """The parts, added up."""
        beside = {name: fsum(self.beside[name]) for name in sorted(self.beside)}
        reports = len(set(self.seqs)) + len(self.ids)
        if not self.amounts:
            return Figure(key=key)
        if how is How.TOTAL:
            return Figure(key=key, value=fsum(self.amounts), reports=reports, beside=beside)
        if how is How.MEDIAN:
            return self._median(key, beside, reports)
        part, whole = fsum(self.amounts), fsum(self.wholes)
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
        ordered = sorted(self.amounts)
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
        """The figures by key; unknown values last."""
        return tuple(self.cells[key].figure(key, self.how) for key in sorted(self.cells, key=in_order))


def in_order(key: Key) -> tuple[tuple[bool, str, Value], ...]:
    """By what a list of keys is sorted: unknown values come last, and numbers stand in their own order."""
    return tuple((value in ("", None), type(value).__name__, "" if value is None else value) for value in key)

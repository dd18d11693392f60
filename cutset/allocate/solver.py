"""A linear program, with whole numbers where asked, solved by HiGHS (`pip install 'cutset[allocate]'`).

HiGHS is by J. A. J. Hall and others: Q. Huangfu, J. A. J. Hall, "Parallelizing the dual revised simplex method", Math.
Program. Comput. 10 (2018). It runs in one thread with a set seed, so that the same program gives the same answer.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from math import inf, isfinite
from types import ModuleType
from typing import Any

from cutset.errors import CutsetError
from cutset.model.network import Plain


class MissingExtra(CutsetError):
    """The optimiser or the array library is asked for and not installed."""


class Unsolved(CutsetError):
    """The optimiser gave up on a program that has a solution."""


def needed(module: str) -> ModuleType:
    """`highspy` or `numpy`, imported now. Raises `MissingExtra` with what to install."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtra(
            f"this needs {module}, which is not installed", where=str(error), remedy="pip install 'cutset[allocate]'"
        ) from error


class Solved(Plain, frozen=True):
    """A solution: `values` by column, and the `bound` under which no solution lies.

    `prices` are the rows' duals (empty with whole numbers). `values` is empty where time ran out with nothing found.
    """

    values: tuple[float, ...]
    bound: float
    prices: tuple[float, ...] = ()


class Program:
    """A program to be minimised, built column by column and row by row, which can be solved again with more rows."""

    def __init__(self) -> None:
        self._highspy = needed("highspy")
        # The class that `Highs` extends: making a `Highs` itself writes a banner among what a command prints.
        self._highs: Any = self._highspy.Highs.__mro__[1]()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
            self._highs.setOptionValue(option, value)
        self.columns = 0
        self.rows = 0
        self._whole: list[int] = []

    def column(self, cost: float = 0.0, lower: float = 0.0, upper: float = inf, *, whole: bool = False) -> int:
        """Adds a column; gives its number."""
        self._highs.addCol(cost, lower, upper, 0, [], [])
        if whole:
            self._whole.append(self.columns)
        self.columns += 1
        return self.columns - 1

    def row(self, terms: Iterable[tuple[int, float]], lower: float = -inf, upper: float = inf) -> int:
        """Adds lower <= Σ factor x column <= upper; gives its number."""
        terms = list(terms)
        self._highs.addRow(lower, upper, len(terms), [column for column, _ in terms], [factor for _, factor in terms])
        self.rows += 1
        return self.rows - 1

    def bounds(self, column: int, lower: float, upper: float = inf) -> None:
        """Holds a column between these."""
        self._highs.changeColBounds(column, lower, upper)

    def relaxed(self, *, time_limit_s: float = inf) -> Solved:
        """The solution with fractions allowed everywhere; no values where time ran out. Raises `Unsolved`."""
        self._integrality(continuous=True)
        self._limit(time_limit_s)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == self._highspy.HighsModelStatus.kTimeLimit:
            return Solved(values=(), bound=-inf)
        if status != self._highspy.HighsModelStatus.kOptimal:
            raise Unsolved(
                "the linear program was not solved",
                where=self._highs.modelStatusToString(status),
                remedy="check the estimates for numbers that are very far apart",
            )
        found = self._highs.getSolution()
        return Solved(
            values=tuple(found.col_value),
            bound=self._highs.getInfo().objective_function_value,
            prices=tuple(found.row_dual),
        )

    def whole(self, *, gap: float, time_limit_s: float, begin: Mapping[int, float] | None = None) -> Solved:
        """The solution with whole numbers where asked, proved to within `gap` of the best unless time runs out.

        `begin` are values of columns in a solution that is known already; the other columns follow.
        """
        self._integrality(continuous=False)
        self._highs.setOptionValue("mip_rel_gap", gap)
        self._limit(time_limit_s)
        if begin:
            columns, values = zip(*begin.items(), strict=True)
            numpy = needed("numpy")
            self._highs.setSolution(len(columns), numpy.array(columns, dtype="int32"), numpy.array(values, dtype=float))
        self._highs.run()
        info = self._highs.getInfo()
        bound = info.mip_dual_bound
        found = isfinite(info.objective_function_value) and info.primal_solution_status == 2
        return Solved(
            values=tuple(self._highs.getSolution().col_value) if found else (),
            bound=bound if isfinite(bound) else -inf,
        )

    def _limit(self, seconds: float) -> None:
        # The clock of HiGHS runs on over several solves of one object.
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + max(0.0, seconds))

    def _integrality(self, *, continuous: bool) -> None:
        kind = self._highspy.HighsVarType.kContinuous if continuous else self._highspy.HighsVarType.kInteger
        for column in self._whole:
            self._highs.changeColIntegrality(column, kind)

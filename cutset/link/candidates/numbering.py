"""The numbers of mentions. They are allotted in runs, each for one pair of markings.

A posting has no room for markings. But who may see one mention of a run may see all of them, so that a number tells, by
the run that it belongs to, whether a viewer may see the mention.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cutset.errors import CutsetError
from cutset.link.candidates.pages import NUMBERS, DamagedIndex
from cutset.link.candidates.statements import Statements

RUN_BITS: Final = 8
_RUN: Final = 1 << RUN_BITS

Markings = tuple[int, int]
"""The marking ids of a report and of the portion that a mention stands in, or the report's twice."""


class FullIndex(CutsetError):
    """The index has no number left for another mention."""


class Numbering:
    """Gives numbers to mentions, in one transaction; `runs` is how many runs there are."""

    def __init__(self, statements: Statements, runs: int) -> None:
        self.runs = runs
        self._statements = statements
        self._open: dict[Markings, tuple[int, int]] = {}
        """Run and used numbers, of the last run of each pair of markings."""

    def allot(self, markings: Iterable[Markings]) -> list[int]:
        """A number for each mention, given its markings. Raises `FullIndex` at 4,294,967,296 numbers."""
        found = []
        for pair in markings:
            run, used = self._open.get(pair) or self._last_run(pair)
            if used == _RUN:
                run, used = self._begin_run(pair), 0
            found.append(run << RUN_BITS | used)
            self._open[pair] = run, used + 1
        return found

    def store(self) -> None:
        """Write down how far each run is used."""
        rows = [(used, run) for run, used in self._open.values()]
        self._statements.do_each("UPDATE link_candidate_run SET used = ? WHERE run = ?", rows)

    def _last_run(self, pair: Markings) -> tuple[int, int]:
        last = self._statements.row(
            "SELECT run, used FROM link_candidate_run WHERE marking_id = ? AND portion_marking_id = ? "
            "ORDER BY run DESC LIMIT 1",
            *pair,
        )
        return (last[0], last[1]) if last else (self._begin_run(pair), 0)

    def _begin_run(self, pair: Markings) -> int:
        run = self.runs
        if run >= NUMBERS >> RUN_BITS:
            raise FullIndex(
                "the index of candidates has no number left", remedy="rebuild it, which numbers the mentions anew"
            )
        # The run before this one is full, and is written as that here: `_open` forgets it.
        if pair in self._open:
            self._statements.do("UPDATE link_candidate_run SET used = ? WHERE run = ?", _RUN, self._open[pair][0])
        self._statements.do(
            "INSERT INTO link_candidate_run (run, marking_id, portion_marking_id, used) VALUES (?, ?, ?, 0)", run, *pair
        )
        self.runs += 1
        return run


def markings_of(statements: Statements, number: int) -> Markings:
    """The markings of a mention, by its number. Raises `DamagedIndex` where no run has it."""
    row = statements.row(
        "SELECT marking_id, portion_marking_id FROM link_candidate_run WHERE run = ?", number >> RUN_BITS
    )
    if row is None:
        raise DamagedIndex("the index of candidates has lost the markings of a mention")
    return row[0], row[1]


class Runs:
    """The markings of each run, as a reader keeps them in memory; they never change in one generation of the index."""

    def __init__(self, generation: str) -> None:
        self.generation = generation
        self._markings: list[Markings] = []
        self._seen: dict[frozenset[int], bytearray] = {}

    def catch_up(self, statements: Statements, runs: int) -> None:
        """Read the runs that are new, up to `runs`."""
        known = len(self._markings)
        if known < runs:
            rows = statements.rows(
                "SELECT marking_id, portion_marking_id FROM link_candidate_run WHERE run >= ? AND run < ? ORDER BY run",
                known,
                runs,
            )
            self._markings.extend((row[0], row[1]) for row in rows)

    def visible(self, marking_ids: frozenset[int]) -> bytearray:
        """For each run 1 where the viewer may see it, else 0."""
        seen = self._seen.get(marking_ids)
        if seen is None:
            if len(self._seen) >= _VIEWERS:
                self._seen.pop(next(iter(self._seen)), None)
            seen = self._seen[marking_ids] = bytearray()
        if len(seen) < len(self._markings):
            fresh = self._markings[len(seen) :]
            seen += bytes(one in marking_ids and other in marking_ids for one, other in fresh)
        return seen

    def markings(self, number: int) -> Markings:
        """The markings of the mention of that number."""
        return self._markings[number >> RUN_BITS]


_VIEWERS: Final = 64
"""The sets of rights for which visible runs are remembered."""

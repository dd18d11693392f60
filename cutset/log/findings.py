"""What a verification has found wrong so far."""

from __future__ import annotations

from cutset.log.entries import Problem

TOLD = 100


class Findings:
    """Problems: all are counted, the first `TOLD` are kept. A log with more is beyond mending row by row."""

    def __init__(self) -> None:
        self.count = 0
        self.problems: list[Problem] = []

    def add(self, what: str, where: str) -> None:
        """Note a problem."""
        self.count += 1
        if len(self.problems) < TOLD:
            self.problems.append(Problem(what, where))

"""What is wrong with a row of a table that a plan's register is filled from, and how lists are written in a cell."""

from __future__ import annotations

from pathlib import Path

from cutset.ingest.mapping_rows import Row
from cutset.ingest.reader import Reject


class Fault(Exception):
    """What is wrong with a row: the column and value at fault, and why."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value, reason


def rejected(path: Path, row: Row, fault: Fault, record: str = "") -> Reject:
    """The row as it goes into the file of rejects."""
    return Reject(
        file=path.name,
        line=row.line,
        column=fault.column,
        value=fault.value,
        reason=fault.reason,
        row=row.as_read,
        record=record,
    )


def listed(written: str) -> tuple[str, ...]:
    """The parts of a list that a cell holds.

    >>> listed("dhs/ships; dhs/crews;")
    ('dhs/ships', 'dhs/crews')
    """
    return tuple(part.strip() for part in written.split(";") if part.strip())

"""What every reader gives: drafts of reports, and rows that it had to reject."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from cutset.model.marking import Marking
from cutset.model.report import Kind, Report, Struct


class Draft(Struct):
    """A report made from `rows` source rows, the first of which stands at `line` (from 1) of `file`."""

    report: Report
    file: str
    line: int
    rows: int = 1


class Reject(Struct):
    """A source row that could not become a report: `line` from 1, the `column` and `value` at fault, and why.

    `row` holds the row as read, so that it can be mended and sent again.
    """

    file: str
    line: int
    column: str
    value: str
    reason: str
    row: tuple[str, ...] = ()


class Context(Struct):
    """What a reader is told: the agency's marking for what it reads, whether it is made, and the kind if one was asked."""

    marking: Marking
    made: bool = False
    kind: Kind | None = None
    vintage: str = ""


class Reader(Protocol):
    """A reader of one format.

    `read` streams: it holds neither the file nor its reports. It raises `BadFile` only where nothing more can be
    read (not the format, a cut gzip); a bad row is a `Reject`, and the rest goes on.
    `keyed` says that `report.source.record` is a key that stays the same across versions of the list, so that a
    second version supersedes the first.
    """

    name: str
    title: str
    keyed: bool

    def read(self, path: Path, context: Context) -> Iterator[Draft | Reject]:
        """The drafts and rejects of the file or folder at `path`, in its order."""
        ...

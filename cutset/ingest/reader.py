"""What every reader gives: drafts of reports, and rows that it had to reject."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from msgspec import field

from cutset import clock
from cutset.model.marking import Marking
from cutset.model.report import Kind, Report, Struct


class Draft(Struct, frozen=True):
    """A report made from `rows` source rows, the first of which stands at `line` (from 1) of `file`."""

    report: Report
    file: str
    line: int
    rows: int = 1


class Reject(Struct, frozen=True):
    """A source row that could not become a report: `line` from 1, the `column` and `value` at fault, and why.

    `row` holds the row as read, so that it can be mended and sent again. `record` is the record's key in a keyed list,
    where that could be read: then only this record, and not the whole list, is kept from being withdrawn.
    """

    file: str
    line: int
    column: str
    value: str
    reason: str
    row: tuple[str, ...] = ()
    record: str = ""


class Context(Struct, frozen=True):
    """What a reader is told.

    `marking` is the agency's for what it reads; `made` says that nobody observed it; `kind` is the kind of report, if
    one was asked for. `vintage` is the edition of a list that is published anew, such that later ones sort after
    earlier ones; "" = as the file's name or content tells. Nothing has happened after `now`, the present.
    """

    marking: Marking
    made: bool = False
    kind: Kind | None = None
    vintage: str = ""
    now: datetime = field(default_factory=clock.now)


class Reader(Protocol):
    """A reader of one format.

    `read` streams: it holds neither the file nor its reports. It raises `BadFile` only where nothing more can be
    read (not the format, a cut gzip); a bad row is a `Reject`, and the rest goes on.
    `keyed` says that `report.source.record` is a key that stays the same across versions of the list, so that a
    second version supersedes the first. `public` says that the list is published, so that what is read from it may
    be seen by all unless the agency says otherwise.
    """

    name: str
    title: str
    keyed: bool
    public: bool

    def read(self, path: Path, context: Context) -> Iterator[Draft | Reject]:
        """The drafts and rejects of the file or folder at `path`, in its order."""
        ...


@runtime_checkable
class Scoped(Protocol):
    """A keyed reader of a list of which one file may hold only a part: a few fiscal years, one currency.

    A record is withdrawn only if a later version holds others of its scope and not it.
    """

    def scope(self, report: Report) -> str:
        """The part of the list to which a report of this reader belongs."""
        ...

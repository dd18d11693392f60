"""Delimited text as rows of cells, each with the number of the line on which it begins.

A row at fault (ragged, too long, an open quote, a wrong byte) becomes a `Reject`; the rows around it are kept. Where a
quote stays open and swallows the rows after it, only its own line is rejected and the others are read again.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from cutset.ingest.reader import Reject
from cutset.ingest.source import BadFile, Text

Row = tuple[int, list[str]]

MOST_LINES = 64
"""A record over more lines than this has an open quote."""

_END = "\ue000 the end of the file \ue000\n"  # is swallowed by a quote that is still open there
_SEPARATORS = (",", ";", "\t", "|")


def trimmed(name: str) -> str:
    """A column's name without the spaces around it and without a byte order mark."""
    return name.strip("\ufeff \t\r\n\xa0")


class Table:
    """The rows of a delimited `text`, after checking its header.

    `columns` are the names that there must be, in any order; other columns may stand beside them, unless `closed`.
    `same` maps a name in the file to the one that `columns` uses. With `headed=False` the file has no header, and
    `columns` are its columns in order. `header` is what the columns are called, `position(name)` where one stands.

    Raises `BadFile`, saying which columns are missing, twice there or unknown, if the header is not so.
    Iterating gives `(line, cells)`, as many cells as the header has, or a `Reject`. Blank lines are passed over.
    """

    def __init__(
        self,
        text: Text,
        columns: Sequence[str],
        *,
        separator: str = ",",
        same: Callable[[str], str] = trimmed,
        headed: bool = True,
        closed: bool = False,
        skip: int = 0,
    ) -> None:
        self.name = text.name
        self._text = text
        self._again: deque[str] = deque()
        self._held: list[str] = []
        self._first = 1
        self._lines = iter(text)
        self._separator = separator
        self._rows = self._records()
        self._pass_over(skip)
        self.header = self._head(columns, separator, same, closed) if headed else tuple(columns)

    def position(self, name: str) -> int:
        """Where the column `name` stands, from 0. Raises `KeyError` if there is none."""
        try:
            return self.header.index(name)
        except ValueError:
            raise KeyError(name) from None

    def positions(self, *names: str) -> tuple[int, ...]:
        """Where each of the columns `names` stands, from 0. Raises `KeyError` if there is no such column."""
        return tuple(self.position(name) for name in names)

    def __iter__(self) -> Iterator[Row | Reject]:
        held, faults, width = self._held, self._text.faults, len(self.header)
        while True:
            try:
                for cells in self._rows:
                    if len(cells) == width and len(held) == 1 and not faults:
                        row: Row = (self._first, cells)
                        self._first += 1
                        held.clear()
                        yield row
                    elif (odd := self._odd(cells)) is not None:
                        yield odd
                if not self._again:
                    return
                self._rows = self._records()
            except csv.Error as error:  # a field beyond csv.field_size_limit(), 131,072 characters
                yield self._reject_first(str(error))

    def _records(self) -> Iterator[list[str]]:
        return csv.reader(self._feed(self._lines), delimiter=self._separator)

    def _feed(self, lines: Iterator[str]) -> Iterator[str]:
        """The lines for `csv`, which may look at the same line again. `_held` keeps those of the record at hand."""
        while True:
            line = self._again.popleft() if self._again else next(lines, _END)
            self._held.append(line)
            yield line
            if line is _END and not self._again:
                return

    def _odd(self, cells: list[str]) -> Row | Reject | None:
        """What to make of a record that is not simply one line of the right width; None for a blank or the end."""
        held, width, first = self._held, len(self.header), self._first
        if held[-1] is _END:
            if len(held) == 1:
                held.clear()
                return None
            return self._reject_first("a quote opens here and never closes")
        fault = self._fault(first, len(held))
        if fault:
            return self._reject_first(fault)
        if len(held) > MOST_LINES:
            return self._reject_first(f"a quote opens here and does not close within {MOST_LINES} lines")
        if len(held) > 1 and not self._well_quoted():
            return self._reject_first("a quote opens here that another row's quote would close")
        spare = cells[width:]
        if len(cells) != width and not (len(cells) > width and not any(cell.strip() for cell in spare)):
            if not any(cell.strip() for cell in cells):
                self._done()
                return None
            return self._reject_first(f"has {len(cells)} cells where the header has {width}", cells)
        self._done()
        return first, cells[:width]

    def _well_quoted(self) -> bool:
        """Whether each quoted cell of the record at hand ends where a cell ends."""
        try:
            return len(list(csv.reader(self._held, delimiter=self._separator, strict=True))) == 1
        except csv.Error:
            return False

    def _fault(self, first: int, count: int) -> str:
        return next((self._text.faults[line] for line in range(first, first + count) if line in self._text.faults), "")

    def _done(self) -> None:
        self._first += len(self._held)
        self._held.clear()

    def _reject_first(self, reason: str, cells: Sequence[str] = ()) -> Reject:
        """Rejects the record's first line only, and has the lines after it read again as records of their own."""
        line, *after = self._held
        self._again.extendleft(reversed([each for each in after if each is not _END]))
        self._held.clear()
        number, self._first = self._first, self._first + 1
        row = tuple(cells) if cells and not after else (line.rstrip("\r\n"),)
        return Reject(file=self.name, line=number, column="", value=line.rstrip("\r\n")[:200], reason=reason, row=row)

    def _pass_over(self, lines: int) -> None:
        for _ in range(lines):
            next(self._rows, None)
            self._done()

    def _head(
        self, columns: Sequence[str], separator: str, same: Callable[[str], str], closed: bool
    ) -> tuple[str, ...]:
        where = f"{self.name}, line {self._first}"
        cells: list[str] = []
        try:
            while not any(cell.strip() for cell in cells):
                where = f"{self.name}, line {self._first}"
                cells = next(self._rows)
                if self._held[-1] is _END:
                    raise StopIteration
                fault = self._fault(self._first, len(self._held))
                self._done()
                if fault:
                    raise BadFile(f"the header {fault}", where=where, remedy="say the file's encoding")
        except StopIteration:
            raise BadFile("the file has no header", where=where, remedy="check that it was fetched whole") from None
        except csv.Error as error:
            raise BadFile(f"the header cannot be read: {error}", where=where) from error
        while len(cells) > 1 and not cells[-1].strip():
            cells.pop()
        header = tuple(same(cell) for cell in cells)
        check_header(header, columns, where=where, separator=separator, closed=closed)
        return header


def check_header(
    header: Sequence[str], columns: Sequence[str], *, where: str, separator: str = "", closed: bool = False
) -> None:
    """Raises `BadFile` if `header` lacks one of `columns`, names one twice or, where `closed`, has others.

    `separator` is the one by which a line of text was parted.
    """
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise BadFile(
            f"the header names {_list(twice)} twice", where=where, remedy="give each column a name of its own"
        )
    missing = [name for name in columns if name not in header]
    unknown = [name for name in header if name not in columns]
    if not missing and not (closed and unknown):
        return
    what = f"the header lacks {_list(missing)}" if missing else f"the header has columns unknown here: {_list(unknown)}"
    if missing and separator and len(header) == 1:
        other = next((each for each in _SEPARATORS if each != separator and each in header[0]), "")
        if other:
            remedy = f"the columns seem to be separated by {other!r}, not by {separator!r}"
            raise BadFile(what, where=where, remedy=remedy)
    remedy = f"check that this is the right format; its header is {_list(header)}"
    raise BadFile(what, where=where, remedy=remedy)


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:60]) for name in names[:30])
    return shown + (f" and {len(names) - 30} more" if len(names) > 30 else "")

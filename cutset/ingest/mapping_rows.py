"""The rows of a file that a mapping describes: delimited text, an Excel workbook, or lines of JSON."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path
from typing import Any

import msgspec

from cutset.ingest.mapping_file import Form
from cutset.ingest.reader import Reject
from cutset.ingest.source import BadFile, Text, open_raw, open_text, weigh_zip
from cutset.ingest.table import Table, check_header, trimmed
from cutset.model.report import Struct

LOOKED_AT = 1000
"""So many JSON lines are read before saying that a column occurs in none."""

_EXCEL_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"))


class Row(Struct, frozen=True):
    """A row: the `cells` that a mapping asked for, in its order, and the row `as_read`."""

    line: int
    cells: list[str]
    as_read: tuple[str, ...]


def rows(path: Path, form: Form, columns: Sequence[str]) -> Iterator[Row | Reject]:
    """The rows of the file at `path`, with the cells of `columns` ("" for an optional one that is not there).

    Raises `BadFile` where the file lacks one of them, or is not what `form` says.
    """
    if form.format == "xlsx":
        yield from _workbook(path, form, columns)
        return
    with open_text(path, encoding=form.encoding, member=form.member) as text:
        yield from (_delimited if form.format == "csv" else _json_lines)(text, form, columns)


def _delimited(text: Text, form: Form, columns: Sequence[str]) -> Iterator[Row | Reject]:
    if form.columns:
        table = Table(text, form.columns, separator=form.separator, headed=False, skip=form.skip)
    else:
        required = [column for column in columns if column not in form.optional]
        table = Table(text, required, separator=form.separator, skip=form.skip)
    places = _places(table.header, columns)
    for each in table:
        if isinstance(each, Reject):
            yield each
        else:
            line, cells = each
            yield Row(line=line, cells=["" if at is None else cells[at] for at in places], as_read=tuple(cells))


def _places(header: Sequence[str], columns: Sequence[str]) -> list[int | None]:
    return [header.index(column) if column in header else None for column in columns]


def _json_lines(text: Text, form: Form, columns: Sequence[str]) -> Iterator[Row | Reject]:
    objects = _objects(text)
    first = list(islice(objects, LOOKED_AT))
    seen = [each[1] for each in first if not isinstance(each, Reject)]
    if seen:
        never = [
            column
            for column in columns
            if column not in form.optional and all(_dig(each, column) is _ABSENT for each in seen)
        ]
        if never:
            what = f"no object has {', '.join(map(repr, never))}"
            remedy = f"mend the mapping, or name them in file.optional; the first has {', '.join(map(repr, seen[0]))}"
            raise BadFile(what, where=f"{text.name}, first {len(seen):,} lines", remedy=remedy)
    for each in chain(first, objects):
        if isinstance(each, Reject):
            yield each
        else:
            line, found, as_read = each
            yield Row(line=line, cells=[_json_cell(_dig(found, column)) for column in columns], as_read=(as_read,))


def _objects(text: Text) -> Iterator[tuple[int, dict[str, Any], str] | Reject]:
    # Numbers keep their digits, so that an amount of money stays exact.
    decode = msgspec.json.Decoder(dict[str, Any], float_hook=str).decode
    for line in text:
        tidy = line.strip("\ufeff \t\r\n")
        if not tidy:
            continue
        reason = text.faults.get(text.line, "")
        if not reason:
            try:
                yield text.line, decode(tidy), tidy
                continue
            except (msgspec.DecodeError, RecursionError) as error:
                reason = f"is not an object of JSON: {error}"
        yield Reject(file=text.name, line=text.line, column="", value=tidy[:200], reason=reason, row=(tidy,))


_ABSENT = object()


def _dig(found: Any, column: str) -> Any:
    """What stands at `column`, or at the path that it is: `vehicle.plate`, `phones.0`."""
    if isinstance(found, dict) and column in found:
        return found[column]
    for part in column.split("."):
        if isinstance(found, dict) and part in found:
            found = found[part]
        elif isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            return _ABSENT
    return found


def _json_cell(value: Any) -> str:
    if value is None or value is _ABSENT:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return msgspec.json.encode(value).decode()
    return str(value)


def _workbook(path: Path, form: Form, columns: Sequence[str]) -> Iterator[Row | Reject]:
    # Reading a workbook needs openpyxl, which takes a quarter of a second to load.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    with open_raw(path):
        weigh_zip(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, SyntaxError, OSError) as error:
        remedy = "open it in Excel and save it as .xlsx"
        raise BadFile(f"the workbook cannot be read: {error}", where=path.name, remedy=remedy) from error
    try:
        names = book.sheetnames
        if form.sheet and form.sheet not in names:
            raise BadFile(f"there is no sheet {form.sheet!r}", where=path.name, remedy=f"its sheets are {names}")
        sheet = book[form.sheet or names[0]]
        yield from _sheet(path.name, sheet.iter_rows(values_only=True), form, columns)
    finally:
        book.close()


def _sheet(name: str, found: Iterator[tuple[Any, ...]], form: Form, columns: Sequence[str]) -> Iterator[Row | Reject]:
    numbered = islice(enumerate(found, 1), form.skip, None)
    header: tuple[str, ...] = ()
    places: list[int | None] = []
    for line, values in numbered:
        cells = [_excel_cell(value, form.decimal) for value in values]
        if not any(cells):
            continue
        if not header:
            header = tuple(map(trimmed, cells))
            required = [column for column in columns if column not in form.optional]
            check_header(header, required, where=f"{name}, row {line}")
            places = _places(header, columns)
            continue
        wanted = ["" if at is None or at >= len(cells) else cells[at] for at in places]
        if wrong := next((cell for cell in wanted if cell in _EXCEL_ERRORS), ""):
            column, reason = columns[wanted.index(wrong)], "is an error of Excel's"
            yield Reject(file=name, line=line, column=column, value=wrong, reason=reason, row=tuple(cells))
        else:
            yield Row(line=line, cells=wanted, as_read=tuple(cells))
    if not header:
        raise BadFile("the sheet has no header", where=name, remedy="name the sheet that is meant")


def _excel_cell(value: Any, decimal: str) -> str:
    """A cell as text: dates by ISO 8601, numbers with the mapping's decimal sign."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value).replace(".", decimal)
    return str(value).strip()

"""Tables of register entries: a mapping file says which column holds which field, and rows become entries.

    name = "task-forces-2022"
    title = "Task forces, as of October 2022"
    plan = "niccp-2021"
    register = "task-forces"
    fiscal_year = "FY 2022"

    [columns]
    id = "Number"
    name = "Name"
    "members.agency" = "Agency"
    "members.people" = "Officers"

    [values."members.agency"]
    "Drug Enforcement Administration" = "dea"

Rows of one `id` are one entry: fields with a point in their name (`members.agency`, `costs.amount`, `amounts.stage`)
add one of the list a row, or are parts of one thing (`origin.name`, `sweep.low`), and all others must say the same in
each row.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from cutset.errors import CutsetError
from cutset.ingest.mapping_file import Form
from cutset.ingest.mapping_rows import Row, rows
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import BadFile, open_text
from cutset.model import quantity
from cutset.model.network import Plain
from cutset.model.register import RegisterEntry
from cutset.model.report import Kind, Report, Response, Source, Struct
from cutset.plan import budget_table, document, fiscal_years
from cutset.plan.budget_table import BudgetTable, check_duties
from cutset.plan.clauses import Plan
from cutset.plan.faults import Fault, listed, rejected
from cutset.plan.registers import REGISTERS, BadEntry, check

_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0", "")


class BadRegisterMapping(CutsetError):
    """A register table's mapping file that cannot be used."""


class RegisterMapping(Struct, frozen=True):
    """A whole mapping file.

    `columns` says for each field of the register's entries in which column it stands, `constants` what a field is in
    every row, and `values` what a written value means; one that is not there is taken as written. `fiscal_year` is
    that of the list. Amounts of money are multiplied by `scale`. Lists in a cell are parted by semicolons, days
    written YYYY-MM-DD.
    """

    name: str
    title: str
    plan: str
    register: str
    fiscal_year: str | int
    columns: dict[str, str]
    constants: dict[str, str] = msgspec.field(default_factory=dict)
    values: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    scale: int = 1
    source: str = ""
    public: bool = False
    file: Form = Form()


def load(path: Path, plan: Plan | None = None) -> RegisterTable | BudgetTable:
    """The reader that the mapping file at `path` describes: of a register where it names one, else of a budget.

    `plan` is the one that the mapping names, whose duties entries may name; without it, the shipped one of that id.
    Raises `BadFile`, `BadRegisterMapping` and `budget_table.BadBudgetMapping`.
    """
    with open_text(path) as text:
        whole = "".join(text).removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        of_register = "register" in tomllib.loads(whole)
    except tomllib.TOMLDecodeError as error:
        raise _bad(path.name, str(error), "mend the place named") from error
    return read(whole, path.name, plan) if of_register else budget_table.read(whole, path.name, plan)


def read(toml: str, file: str, plan: Plan | None = None) -> RegisterTable:
    """The reader that the TOML text describes; `file` is its name for errors. Raises `BadRegisterMapping`."""
    try:
        mapping = msgspec.convert(tomllib.loads(toml), RegisterMapping)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise _bad(file, str(error), "docs/responses.md tells what may stand there") from error
    if mapping.register not in REGISTERS:
        raise _bad(file, f"no register is called {mapping.register}", f"use one of {', '.join(REGISTERS)}")
    fields = _fields(REGISTERS[mapping.register])
    unknown = sorted({*mapping.columns, *mapping.constants, *mapping.values} - fields.keys())
    if unknown:
        raise _bad(file, f"{mapping.register} have no field {', '.join(unknown)}", f"use {', '.join(fields)}")
    if "id" not in mapping.columns:
        raise _bad(file, "no column gives the entries' id", "name it under [columns]: a later table needs it")
    if mapping.scale < 1:
        raise _bad(file, "scale is less than 1", "give what amounts are to be multiplied by, such as 1000000")
    plan = plan or document.of_id(mapping.plan)
    if plan is not None and plan.id != mapping.plan:
        raise _bad(file, f"it is of the plan {mapping.plan}, and not of {plan.id}", "name that plan")
    return RegisterTable(mapping, fields, fiscal_years.read(mapping.fiscal_year), plan)


def _bad(file: str, what: str, remedy: str) -> BadRegisterMapping:
    return BadRegisterMapping(f"the register's mapping cannot be used: {what}", where=file, remedy=remedy)


def _fields(entry: type[Any]) -> dict[str, Any]:
    """Every field of a register's entries with its type; those of the structs in a list as `list.field`."""
    found: dict[str, Any] = {}
    for name, kind in get_type_hints(entry).items():
        if name not in entry.__struct_fields__:
            continue
        inner = _inner(kind)
        if inner is None:
            found[name] = kind
        else:
            found.update({f"{name}.{of}": each for of, each in _fields(inner).items()})
    return found


def _inner(kind: Any) -> type[Plain] | None:
    """The struct that a field is, or is a list of; None for all other fields."""
    of = (get_args(kind) or (kind,))[0]
    return of if isinstance(of, type) and issubclass(of, Plain) else None


class _Read(Struct, frozen=True):
    """What one row says: the fields of its entry, and of one of each list or thing of parts."""

    row: Row
    own: dict[str, Any]
    of_lists: dict[str, dict[str, Any]]


class RegisterTable:
    """The reader that a register's mapping describes. A second version of the table supersedes the first by entry.

    `plan` is the plan that it is of; None where that is not at hand, and duties cannot be checked.
    """

    keyed = True

    def __init__(
        self, mapping: RegisterMapping, fields: Mapping[str, Any], fiscal_year: int, plan: Plan | None = None
    ) -> None:
        self.mapping = mapping
        self.register = mapping.register
        self.plan = plan
        self.name = mapping.name
        self.title = mapping.title
        self.public = mapping.public
        self._fields = fields
        self._fiscal_year = fiscal_year
        self._columns = list(dict.fromkeys(mapping.columns.values()))

    def read(self, path: Path, context: Context) -> Iterator[Draft | Reject]:
        """The drafts and rejects of the table at `path`. Raises `BadFile` where it is not as the mapping says.

        Where two rows of an entry contradict each other, or the entry says what cannot be, all its rows are rejected.
        The table is held whole, as no register is large.
        """
        if context.kind not in (None, Kind.RESPONSE):
            raise BadFile("a register's table makes responses only", where=path.name, remedy="leave the kind out")
        entries: dict[str, list[_Read]] = defaultdict(list)
        for row in rows(path, self.mapping.file, self._columns):
            if isinstance(row, Reject):
                yield row
                continue
            try:
                found = self._row(row)
            except Fault as fault:
                yield rejected(path, row, fault)
                continue
            entries[found.own["id"]].append(found)
        for id, of_entry in entries.items():
            try:
                entry = self._entry(of_entry)
            except Fault as fault:
                yield from (rejected(path, each.row, fault, self._record(id)) for each in of_entry)
            else:
                yield self._draft(path, context, entry, of_entry)

    def _row(self, row: Row) -> _Read:
        """What a row says. Raises `Fault`."""
        cells = dict(zip(self._columns, row.cells, strict=True))
        own: dict[str, Any] = {}
        of_lists: dict[str, dict[str, Any]] = {}
        for field in self._fields:
            column = self.mapping.columns.get(field, "")
            written = cells[column].strip() if column else self.mapping.constants.get(field, "")
            written = self.mapping.values.get(field, {}).get(written, written)
            if written in ("", *self.mapping.file.null):
                continue
            name, _, of = field.partition(".")
            try:
                value = self._value(self._fields[field], of or name, written)
            except (msgspec.ValidationError, CutsetError, ValueError) as error:
                raise Fault(column, written, getattr(error, "what", str(error))) from error
            if not of:
                own[name] = value
            elif column or name in of_lists:
                of_lists.setdefault(name, {})[of] = value
        if not own.get("id"):
            raise Fault(self.mapping.columns["id"], "", "is empty: an entry is known by its id")
        # A constant fills a list's part only where a column says that there is one.
        for field, written in self.mapping.constants.items():
            name, _, of = field.partition(".")
            if of and name in of_lists:
                of_lists[name].setdefault(of, self._value(self._fields[field], of, written))
        return _Read(row=row, own=own, of_lists=of_lists)

    def _value(self, kind: Any, name: str, written: str) -> Any:
        """A cell in its field's own type, as `msgspec.convert` takes it."""
        options = set(get_args(kind)) - {NoneType} or {kind}
        if name == "fiscal_year":
            return fiscal_years.read(written)
        if Decimal in options:
            amount = quantity.money(written.removeprefix("$").strip(), "USD", decimal=self.mapping.file.decimal).amount
            return amount * self.mapping.scale if name == "amount" else amount
        if int in options:
            whole = quantity.money(written, "USD", decimal=self.mapping.file.decimal).amount
            if whole != whole.to_integral_value():
                raise ValueError("is not a whole number")
            return int(whole)
        if float in options:
            size = quantity.money(written.removeprefix("-"), "USD", decimal=self.mapping.file.decimal).amount
            return -float(size) if written.startswith("-") else float(size)
        if bool in options:
            if written.casefold() not in (*_TRUE, *_FALSE):
                raise ValueError("is neither yes nor no")
            return written.casefold() in _TRUE
        if Ellipsis in options:
            return listed(written)
        return msgspec.convert(written, kind)

    def _entry(self, found: list[_Read]) -> RegisterEntry:
        """The entry that its rows make together. Raises `Fault`."""
        own: dict[str, Any] = {}
        of_lists: dict[str, list[dict[str, Any]]] = {}
        for each in found:
            for name, value in each.own.items():
                if own.setdefault(name, value) != value:
                    column = self.mapping.columns.get(name, name)
                    raise Fault(column, str(value), f"is {own[name]} in another row of the same entry")
            for name, part in each.of_lists.items():
                if part not in of_lists.setdefault(name, []):
                    of_lists[name].append(part)
        kind = REGISTERS[self.mapping.register]
        hints = get_type_hints(kind)
        for name in [each for each in of_lists if get_origin(hints[each]) is not tuple]:
            (own[name], *others) = of_lists.pop(name)
            if others:
                raise Fault(
                    self.mapping.columns.get(name, name), own["id"], "is otherwise in another row of the same entry"
                )
        try:
            entry = msgspec.convert({"register": kind.__struct_config__.tag, **own, **of_lists}, kind)
            check(entry)
        except msgspec.ValidationError as error:
            raise Fault("", own["id"], str(error)) from error
        except (BadEntry, fiscal_years.BadFiscalYear) as error:
            raise Fault("", error.where or own["id"], error.what) from error
        check_duties(entry, self.plan, self.mapping.columns.get("duties", "duties"))
        return entry

    def _draft(self, path: Path, context: Context, entry: RegisterEntry, found: list[_Read]) -> Draft:
        report = Report(
            marking=context.marking,
            source=Source(dataset=self.name, record=self._record(entry.id), made=context.made),
            content=Response(plan=self.mapping.plan, fiscal_year=self._fiscal_year, entry=entry),
        )
        return Draft(report=report, file=path.name, line=found[0].row.line, rows=len(found))

    def _record(self, id: str) -> str:
        return f"{self.mapping.plan}|{id}"

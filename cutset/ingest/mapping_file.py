"""The form of a mapping file, and what it says when it is wrong. `docs/mapping.md` tells how to write one."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from cutset.errors import CutsetError
from cutset.ingest.dates import Order
from cutset.model.marking import Tlp
from cutset.model.mention import MentionKind, Role, SelectorKind
from cutset.model.report import Kind, Struct


class BadMapping(CutsetError):
    """A mapping file that cannot be used; `where` names the file and the key."""


class Cell(Struct, frozen=True):
    """Where a value comes from: a `column`, several `columns` put together with `join`, or a `constant`.

    `values` says what a written value means. `otherwise` is the value for what is in neither `values` nor the code
    list; without it such a row is rejected. `split` parts a list. `order` is that of a date, `unit` that of a mass
    and `currency` that of money, where they differ from the file's.
    """

    column: str = ""
    columns: tuple[str, ...] = ()
    join: str = " "
    constant: str | bool | int | float | None = None
    values: dict[str, str] = msgspec.field(default_factory=dict)
    otherwise: str | None = None
    split: str = ""
    order: Order | None = None
    unit: str = ""
    currency: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that it reads."""
        return (self.column,) if self.column else self.columns


Value = str | Cell
"""A value of a mapping: a bare string is the name of a column."""


class Form(Struct, frozen=True):
    """How the file is written.

    `skip` lines stand before the header. `columns` names the columns of a file without a header. `null` are the cells
    that mean nothing, besides the empty one. `optional` are columns that the file need not have. `sheet` is that of a
    workbook (the first, if none is named), `member` the file in a zip file.
    """

    format: Literal["csv", "xlsx", "jsonl"] = "csv"
    separator: str = ","
    encoding: str = "utf-8"
    decimal: Literal[".", ","] = "."
    skip: int = 0
    columns: tuple[str, ...] = ()
    null: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    sheet: str = ""
    member: str = ""


class Dates(Struct, frozen=True):
    """The order of a date's parts, and the IANA time zone of times without an offset."""

    order: Order = Order.YMD
    zone: str = "UTC"


class Record(Struct, frozen=True):
    """The columns that together are the record's own key.

    `keyed` says that it stays the same, so that a second version of the list supersedes the first. `scope` names those
    of the columns that say of which part of the list the record is (a year): a file takes back only records of its own
    parts. None named: each file is the whole list.
    """

    columns: tuple[str, ...]
    keyed: bool = True
    scope: tuple[str, ...] = ()


class GoodsForm(Struct, frozen=True):
    """One of the goods of a row. `drug` is the name of a drug or precursor, `written` that of anything else.

    Where `amount` (or `money`) is given and its cell is empty, there are no such goods in the row; but if that leaves
    a row with a drug and no goods at all, the first stands without an amount. `omit_zero` takes 0 for empty.
    """

    contraband: Value | None = None
    drug: Value | None = None
    written: Value | None = None
    amount: Value | None = None
    unit: Value | None = None
    money: Value | None = None
    currency: Value | None = None
    concealment: Value | None = None
    marks: Value | None = None
    omit_zero: bool = False


class SelectorForm(Struct, frozen=True):
    """An identifier: its kind, its value, and who issued it where the kind asks for that."""

    kind: SelectorKind
    value: Value
    issuer: Value | None = None


class MentionForm(Struct, frozen=True):
    """A thing that a row names. A row with neither name, alias, selector nor description names no such thing."""

    kind: MentionKind
    role: Role = Role.SUBJECT
    name: Value | None = None
    aliases: Value | None = None
    born: Value | None = None
    addresses: Value | None = None
    flag: Value | None = None
    description: Value | None = None
    selectors: tuple[SelectorForm, ...] = ()


class MarkingForm(Struct, frozen=True):
    """A marking to be joined with the agency's: the result is at least as strict as either."""

    tlp: Tlp = Tlp.CLEAR
    les: bool = False
    orcon: bool = False
    rel_to: tuple[str, ...] | None = None
    purposes: tuple[str, ...] | None = None


class PortionForm(Struct, frozen=True):
    """A part of the report under a stricter marking. A row in which all of it is empty has no such portion."""

    marking: MarkingForm
    text: Value | None = None
    mentions: tuple[MentionForm, ...] = ()
    goods: tuple[GoodsForm, ...] = ()


class FeatureForm(Struct, frozen=True):
    """A measured feature, by its code and unit ("" is that of the table): its value, and its standard uncertainty."""

    name: str
    value: Value
    uncertainty: Value
    unit: str = ""


class SignatureForm(Struct, frozen=True):
    """The drug signature of a laboratory's result: the features measured, and by which method the ratios were."""

    features: tuple[FeatureForm, ...]
    method: Value | None = None


class MappingFile(Struct, frozen=True):
    """A whole mapping file.

    `name` is also the dataset's, unless `dataset` says another. `source` says whose data it is, and on what terms;
    `public` that it is published, `made` that nobody observed what is in it: it is exercise data, whoever reads it.
    """

    name: str
    title: str
    kind: Kind
    dataset: str = ""
    source: str = ""
    public: bool = False
    made: bool = False
    file: Form = Form()
    dates: Dates = Dates()
    record: Record | None = None
    marking: MarkingForm | None = None
    text: Value | None = None
    fields: dict[str, Value] = msgspec.field(default_factory=dict)
    goods: tuple[GoodsForm, ...] = ()
    mentions: tuple[MentionForm, ...] = ()
    portions: tuple[PortionForm, ...] = ()
    signature: SignatureForm | None = None


_FORMS: dict[str, type[Struct]] = {
    "": MappingFile,
    "file": Form,
    "dates": Dates,
    "record": Record,
    "marking": MarkingForm,
    "goods": GoodsForm,
    "mentions": MentionForm,
    "selectors": SelectorForm,
    "portions": PortionForm,
    "signature": SignatureForm,
    "features": FeatureForm,
}
_AT = re.compile(r"(?P<what>.*?)(?: - at (?:(?:key|value) in )?`\$(?P<path>[^`]*)`)?", re.DOTALL)


def parse(toml: str, file: str) -> MappingFile:
    """The mapping file that `toml` is; `file` is its name for errors. Raises `BadMapping`."""
    try:
        raw = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(f"the mapping is not TOML: {error}", where=file, remedy="mend it there") from error
    try:
        mapping = msgspec.convert(raw, MappingFile)
    except msgspec.ValidationError as error:
        raise _bad(str(error), file, raw) from error
    _check(mapping, file)
    return mapping


def bad(file: str, key: str, what: str, remedy: str) -> BadMapping:
    """The error of a mapping file at a key."""
    return BadMapping(what, where=f"{file}, key {key}", remedy=remedy)


def suggestion(wrong: str, known: Mapping[str, object] | tuple[str, ...] | list[str]) -> str:
    """What to write in place of a `wrong` name: the nearest one, and all that are known."""
    near = difflib.get_close_matches(wrong, list(known), 1)
    listed = ", ".join(sorted(known))
    return (f"write {near[0]}; " if near else "") + f"known are {listed}"


def _bad(message: str, file: str, raw: dict[str, Any]) -> BadMapping:
    found = _AT.fullmatch(message)
    path = (found["path"] if found else "") or ""
    what = found["what"] if found else message
    if path.startswith(".fields[...]"):
        path = path.replace("[...]", f".{_field_at_fault(raw)}", 1)
    # `$.goods[0].drug` -> goods[1].drug, counted from 1 as people do; msgspec writes `[...]` for any place of a list
    key = re.sub(r"\[(\d+)\]", lambda index: f"[{int(index[1]) + 1}]", path.lstrip("."))
    parts = [part for part in re.sub(r"\[[^\]]*\]", "", path).split(".") if part]
    form = Cell if parts[:1] == ["fields"] else _FORMS.get(parts[-1] if parts else "", Cell)
    unknown = re.fullmatch(r"Object contains unknown field `(.*)`", what)
    if unknown:
        known = [each.name for each in msgspec.structs.fields(form)]
        key = f"{key}.{unknown[1]}" if key else unknown[1]
        return bad(file, key, "there is no such key", suggestion(unknown[1], known))
    missing = re.fullmatch(r"Object missing required field `(.*)`", what)
    if missing:
        key = f"{key}.{missing[1]}" if key else missing[1]
        return bad(file, key, "this key is missing", "add it; docs/mapping.md tells what it means")
    return bad(file, key or "(the whole)", what[:1].lower() + what[1:], "docs/mapping.md tells what may stand here")


def _field_at_fault(raw: dict[str, Any]) -> str:
    """The first field that is no value: msgspec does not say at which key of a table it stopped."""
    for name, value in raw["fields"].items():
        try:
            msgspec.convert(value, Value)
        except msgspec.ValidationError:
            return str(name)
    return "[...]"


def _check(mapping: MappingFile, file: str) -> None:
    form = mapping.file
    if len(form.separator) != 1:
        raise bad(file, "file.separator", "a separator is one character", 'write ",", ";", "|" or "\\t"')
    if form.skip < 0:
        raise bad(file, "file.skip", "lines cannot be fewer than none", "write 0 or more")
    if form.format != "csv" and form.columns:
        raise bad(file, "file.columns", "only a csv file can be without a header", "leave the key out")
    try:
        ZoneInfo(mapping.dates.zone)
    except (ValueError, LookupError, OSError) as error:
        raise bad(
            file, "dates.zone", f"no time zone is called {mapping.dates.zone!r}", "write UTC or Area/City"
        ) from error
    if mapping.record is not None and not mapping.record.columns:
        raise bad(file, "record.columns", "a key needs a column", "name it, or leave [record] out")
    if mapping.record is not None and not set(mapping.record.scope) <= set(mapping.record.columns):
        raise bad(file, "record.scope", "a scope is made of columns of the key", "name some of record.columns")
    for key, cell in _cells(mapping):
        _check_cell(file, key, cell)


def as_cell(value: Value) -> Cell:
    """A value in its long form."""
    return Cell(column=value) if isinstance(value, str) else value


def columns(mapping: MappingFile) -> list[str]:
    """The columns that a mapping reads, each once, in the order in which it names them."""
    named = [column for _, cell in _cells(mapping) for column in cell.named]
    return list(dict.fromkeys([*(mapping.record.columns if mapping.record else ()), *named]))


def _cells(mapping: MappingFile) -> list[tuple[str, Cell]]:
    found = [(f"fields.{name}", as_cell(value)) for name, value in mapping.fields.items()]
    if mapping.text is not None:
        found.append(("text", as_cell(mapping.text)))
    _collect(mapping, "", found)
    for number, portion in enumerate(mapping.portions, 1):
        if portion.text is not None:
            found.append((f"portions[{number}].text", as_cell(portion.text)))
        _collect(portion, f"portions[{number}].", found)
    if mapping.signature is not None:
        if mapping.signature.method is not None:
            found.append(("signature.method", as_cell(mapping.signature.method)))
        for number, feature in enumerate(mapping.signature.features, 1):
            # Its name and unit are the mapping's own words, and no cells.
            found.append((f"signature.features[{number}].value", as_cell(feature.value)))
            found.append((f"signature.features[{number}].uncertainty", as_cell(feature.uncertainty)))
    return found


def _collect(of: MappingFile | PortionForm, at: str, found: list[tuple[str, Cell]]) -> None:
    forms: list[tuple[str, Struct]] = [(f"{at}goods[{n}]", each) for n, each in enumerate(of.goods, 1)]
    for number, mention in enumerate(of.mentions, 1):
        forms.append((f"{at}mentions[{number}]", mention))
        selectors = enumerate(mention.selectors, 1)
        forms += [(f"{at}mentions[{number}].selectors[{n}]", each) for n, each in selectors]
    for key, form in forms:
        for field in msgspec.structs.fields(type(form)):
            value = getattr(form, field.name)
            # Enumerations are strings too: kinds and roles are no cells.
            if type(value) is str or isinstance(value, Cell):
                found.append((f"{key}.{field.name}", as_cell(value)))


def _check_cell(file: str, key: str, cell: Cell) -> None:
    given = [name for name in ("column", "columns", "constant") if getattr(cell, name) not in ("", (), None)]
    if len(given) != 1:
        what = f"it has {' and '.join(given)}" if given else "it has none of column, columns and constant"
        raise bad(file, key, what, "give exactly one of column, columns and constant")

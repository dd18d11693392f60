"""The fields of each kind of report that a mapping can fill, and the content that they make.

The fields are those of the model, found by their types, so that a new field there can be mapped at once.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from functools import cache
from typing import Any, get_args, get_origin

import msgspec

from cutset.ingest.mapping_file import MappingFile, Value, as_cell, bad, suggestion
from cutset.ingest.mapping_values import Cells, RowFault, Values
from cutset.model import place
from cutset.model.report import (
    Case,
    Custody,
    Detection,
    Event,
    Goods,
    Kind,
    Lab,
    Money,
    Outcome,
    Seizure,
    Shipment,
    Struct,
    Tasking,
    When,
)

CONTENTS: dict[Kind, type[Struct]] = {
    Kind.SEIZURE: Seizure,
    Kind.DETECTION: Detection,
    Kind.CASE: Case,
    Kind.SHIPMENT: Shipment,
    Kind.LAB: Lab,
    Kind.CUSTODY: Custody,
    Kind.TASKING: Tasking,
    Kind.OUTCOME: Outcome,
}
"""The kinds of report that a mapping can make."""

_CODED = ("direction", "area", "modality", "conveyance", "phase", "reliability", "credibility")
_COUNTRIES = ("country", "producing", "departure", "transit", "destination")
_MASSES = ("weight_kg",)
_NOT_MAPPED = ("about", "act", "cuts", "files", "net", "seal_state", "signature", "signatures")
BREAKDOWN = "breakdown"

Make = Callable[[Values, Value], Callable[[Cells], Any]]


class Field(Struct, frozen=True):
    """A field: what it wants, whether a report of this kind must have it, and how it is made from a row."""

    name: str
    wants: str
    required: bool
    make: Make


@cache
def fields(kind: Kind) -> dict[str, Field]:
    """The fields of a kind of report by their names; those of a part have its name before them: `where.country`.

    >>> fields(Kind.SEIZURE)["where.country"].wants
    'a country'
    """
    return {field.name: field for field in _fields(CONTENTS[kind], "", required=True)}


def goods_field(kind: Kind) -> str:
    """The field of a kind of report that holds its goods; "" where it has none."""
    return next(
        (each.name for each in msgspec.structs.fields(CONTENTS[kind]) if get_args(each.type)[:1] == (Goods,)), ""
    )


def check(mapping: MappingFile, file: str) -> None:
    """Raises `BadMapping` for a kind that cannot be mapped, a field that there is not, or one that is missing."""
    if mapping.kind not in CONTENTS:
        raise bad(file, "kind", f"a mapping cannot make a {mapping.kind}", suggestion(mapping.kind, list(CONTENTS)))
    known = fields(mapping.kind)
    for name in mapping.fields:
        if name not in known and not (mapping.kind is Kind.OUTCOME and name.startswith(BREAKDOWN + ".")):
            raise bad(file, f"fields.{name}", f"a {mapping.kind} has no such field", suggestion(name, known))
    for name, field in known.items():
        if field.required and name not in mapping.fields:
            raise bad(
                file, f"fields.{name}", f"a {mapping.kind} must have {field.wants} here", "say which column has it"
            )
    if mapping.goods and not goods_field(mapping.kind):
        raise bad(file, "goods", f"a {mapping.kind} has no goods", "leave [[goods]] out")
    if mapping.signature is not None and mapping.kind is not Kind.LAB:
        raise bad(file, "signature", f"a {mapping.kind} has no drug signature", "leave [signature] out")


class Contents:
    """Makes the content of a report from the cells of a row. Raises `RowFault` for a row from which it cannot."""

    def __init__(self, mapping: MappingFile, values: Values) -> None:
        self._type = CONTENTS[mapping.kind]
        self._goods = goods_field(mapping.kind)
        known = fields(mapping.kind)
        self._own: list[tuple[str, bool, str, Callable[[Cells], Any]]] = []
        self._parts: dict[str, tuple[type[Struct], list[tuple[str, Callable[[Cells], Any]]]]] = {}
        self._breakdown: list[tuple[str, Callable[[Cells], str]]] = []
        types_of = {each.name: each.type for each in msgspec.structs.fields(self._type)}
        for name, value in mapping.fields.items():
            part, _, inner = name.partition(".")
            if part == BREAKDOWN:
                self._breakdown.append((inner, values.text(value)))
            elif inner:
                _, made = self._parts.setdefault(part, (types_of[part], []))
                made.append((inner, known[name].make(values, value)))
            else:
                column = ", ".join(as_cell(value).named)
                self._own.append((name, known[name].required, column, known[name].make(values, value)))
        self._derives_area = issubclass(self._type, Event) and "area" not in mapping.fields

    def make(self, cells: Cells, goods: tuple[Goods, ...]) -> Any:
        """The content of the row, with its `goods`."""
        made: dict[str, Any] = {self._goods: goods} if goods else {}
        for name, required, column, get in self._own:
            found = get(cells)
            if found is not None and found != "":
                made[name] = found
            elif required:
                raise RowFault(column, "", f"is empty, and every {self._type.__name__.lower()} must have it")
        for name, (part, getters) in self._parts.items():
            inner = {each: found for each, get in getters if (found := get(cells)) not in (None, "", ())}
            if inner:
                made[name] = part(**inner)
        if self._breakdown:
            made[BREAKDOWN] = {name: found for name, get in self._breakdown if (found := get(cells))}
        content = self._type(**made)
        if self._derives_area and isinstance(content, Event):
            area = place.area_of_operation(content.where, content.direction, content.modality)
            return msgspec.structs.replace(content, area=area) if area else content
        return content


def _fields(of: type[Struct], prefix: str, *, required: bool) -> list[Field]:
    found: list[Field] = []
    for each in msgspec.structs.fields(of):
        if each.name in _NOT_MAPPED or get_args(each.type)[:1] == (Goods,):
            continue
        kind = _bare(each.type)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in (When, Money):
            found += _fields(kind, f"{prefix}{each.name}.", required=False)  # type: ignore[arg-type]
        elif get_origin(kind) is not dict:
            wants, make = _way(each.name, kind)
            found.append(Field(name=prefix + each.name, wants=wants, required=required and each.required, make=make))
    return found


def _bare(kind: Any) -> Any:
    """The type without `| None`."""
    if isinstance(kind, types.UnionType) or get_origin(kind) is typing.Union:
        return next(each for each in get_args(kind) if each is not type(None))
    return kind


def _way(name: str, kind: Any) -> tuple[str, Make]:
    if name in _CODED:
        return f"a code of the list {name}", lambda values, value: values.code(value, name)
    if name in _COUNTRIES and get_origin(kind) is tuple:
        return "countries", lambda values, value: values.listed(value, Values.country)
    if name in _COUNTRIES:
        return "a country", Values.country
    if name == "locode":
        return "a UN/LOCODE", Values.locode
    if name in _MASSES:
        return "a mass", Values.mass_kg
    if get_origin(kind) is tuple:
        return "a list", Values.listed
    by_type: dict[Any, tuple[str, Make]] = {
        When: ("a date", Values.when),
        Money: ("an amount of money", Values.money),
        str: ("text", Values.text),
        int: ("a whole number", Values.whole),
        float: ("a number", Values.number),
        bool: ("yes or no", Values.yes_or_no),
    }
    return by_type[kind]

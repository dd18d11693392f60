"""Dimensions: by what a summary can be split and narrowed."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache

import msgspec
import sqlalchemy as sa

from cutset.errors import CutsetError
from cutset.model import codes
from cutset.plan.facts import event, goods, total

Value = str | int | bool | None
HEADING = "breakdown."


class Basis(StrEnum):
    """What a summary adds up: single events, or totals that others published."""

    EVENTS = "events"
    TOTALS = "totals"


class UnknownDimension(CutsetError):
    """A summary was asked for by something that it does not know."""


class Dimension(msgspec.Struct, frozen=True):
    """A dimension: its name, what it means, and the column that holds it.

    `of_goods` is true where one event may have several values, one for each of its goods. `derive` makes the value
    from the column's, where it is not stored as it is shown.
    """

    name: str
    meaning: str
    column: sa.ColumnElement[object]
    of_goods: bool = False
    derive: Callable[[Value], Value] | None = None


@lru_cache(maxsize=4096)
def _drug_class(code: Value) -> Value:
    substance = codes.substance(str(code)) if code else None
    return str(substance.drug_class) if substance else ""


def _goods(name: str) -> sa.ColumnElement[object]:
    # A report without goods, or with none that the viewer may see, has the empty value.
    return sa.func.coalesce(goods.c[name], "")


def _shared(table: sa.Table) -> list[Dimension]:
    column = table.c
    return [
        Dimension("agency", "the agency whose report it is", column.originator),
        Dimension("dataset", "the list, form or feed", column.dataset),
        Dimension("made", "whether it is an exercise's, that no one observed", column.made),
        Dimension("year", "calendar year", column.year),
        Dimension("month", "calendar month, 1 to 12; None where only the year is known", column.month),
        Dimension("fiscal_year", "U.S. fiscal year, from 1 October to 30 September", column.fiscal_year),
        Dimension("country", "where it happened, ISO 3166-1 alpha-2", column.country),
        Dimension("subdivision", "administrative division, as written", column.subdivision),
        Dimension("place", "place, as written", column.place),
        Dimension("modality", "means of transport", column.modality),
        Dimension("direction", "inbound, outbound, domestic or transit", column.direction),
        Dimension("contraband", "sort of contraband", _goods("contraband"), of_goods=True),
        Dimension(
            "drug", "substance, by its code; empty where its name is not known", _goods("substance"), of_goods=True
        ),
        Dimension("drug_class", "class of the substance", _goods("substance"), of_goods=True, derive=_drug_class),
        Dimension("written", "the source's own name for the goods", _goods("written"), of_goods=True),
        Dimension("concealment", "hiding place", _goods("concealment"), of_goods=True),
        Dimension("unit", "unit in which the amount was reported", _goods("unit"), of_goods=True),
    ]


def _named(dimensions: list[Dimension]) -> dict[str, Dimension]:
    return {dimension.name: dimension for dimension in dimensions}


DIMENSIONS: dict[Basis, dict[str, Dimension]] = {
    Basis.EVENTS: _named(
        [
            *_shared(event),
            Dimension("kind", "seizure or detection", event.c.kind),
            Dimension("installation", "kind of spot, as written", event.c.installation),
            Dimension("departure", "country that the goods left from, ISO 3166-1 alpha-2", event.c.departure),
            Dimension("destination", "country that they were going to, ISO 3166-1 alpha-2", event.c.destination),
            Dimension("producing", "country that they were made in, ISO 3166-1 alpha-2", event.c.producing),
            Dimension("conveyance", "sort of vessel, aircraft or vehicle", event.c.conveyance),
            Dimension("area", "beyond the borders, border region or inside the borders", event.c.area),
            Dimension("phase", "detected, monitored, handed off, targeted, disrupted or seized", event.c.phase),
        ]
    ),
    Basis.TOTALS: _named([*_shared(total), Dimension("vintage", "the publication's own edition", total.c.vintage)]),
}
"""The dimensions of each basis. Totals also have `breakdown.` and any heading of their source."""


def dimension(name: str, basis: Basis) -> Dimension:
    """The dimension called `name`. Raises `UnknownDimension`, which lists those known.

    >>> dimension("drug", Basis.EVENTS).of_goods
    True
    """
    known = DIMENSIONS[basis]
    if name in known:
        return known[name]
    if basis is Basis.TOTALS and name.startswith(HEADING):
        return _heading(name)
    headings = f", and {HEADING}<a heading of the source>" if basis is Basis.TOTALS else ""
    other = next((each for each in Basis if each is not basis and name in DIMENSIONS[each]), None)
    hint = f" (`{name}` is one of {other}, not of {basis})" if other else ""
    raise UnknownDimension(
        f"a summary of {basis} has no dimension of this name{hint}",
        where=name,
        remedy=f"use {', '.join(sorted(known))}{headings}",
    )


def _heading(name: str) -> Dimension:
    heading = name.removeprefix(HEADING)

    def value(breakdown: Value) -> Value:
        found = msgspec.json.decode(str(breakdown), type=dict[str, str])
        return found.get(heading, "")

    return Dimension(name, f"the source's heading {heading}", total.c.breakdown, derive=value)

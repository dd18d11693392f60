"""The catalogue: every measure by name, with its unit, meaning and limits; and the objects that duties are about.

It says what is counted; other modules count. It belongs to no one plan, so that two plans are measured alike.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from cutset.errors import CutsetError
from cutset.model.report import Kind, Struct


class BadCatalogue(CutsetError):
    """The catalogue's own file is broken."""


class UnknownMeasure(CutsetError):
    """A measure was asked for by a name that the catalogue does not hold."""


class Better(StrEnum):
    """Which way a measure should go; `neither` where a change either way must be read by a person."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


class Measure(Struct, frozen=True):
    """A number computed from the log that shows how well a duty is met.

    `by` names its breakdowns, `owner` the role that answers for it, `rests_on` the kinds of report that it reads.
    `limits` says what it does not show.
    """

    id: str
    title: str
    unit: str
    meaning: str
    period: Literal["month", "quarter", "fiscal year"]
    by: tuple[str, ...]
    better: Better
    owner: str
    rests_on: tuple[Kind, ...]
    limits: str


class Catalogue(Struct, frozen=True, rename={"measures": "measure"}):
    """All measures, with the meaning of the breakdowns and owners that they name."""

    breakdowns: dict[str, str]
    owners: dict[str, str]
    measures: tuple[Measure, ...]


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue. Raises `BadCatalogue`.

    >>> len(catalogue().measures) > 35
    True
    """
    return read(resources.files(__package__).joinpath("measures.toml").read_text(encoding="utf-8"))


def read(text: str) -> Catalogue:
    """The catalogue that `text` holds, checked within itself. Raises `BadCatalogue`."""
    try:
        found = msgspec.convert(tomllib.loads(text), Catalogue)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadCatalogue(
            "the catalogue of measures is broken", where=str(error), remedy="mend the place named"
        ) from error
    seen: set[str] = set()
    for measure in found.measures:
        _check(found, measure, seen)
        seen.add(measure.id)
    return found


def _check(found: Catalogue, measure: Measure, seen: set[str]) -> None:
    unknown = [name for name in measure.by if name not in found.breakdowns]
    if measure.owner not in found.owners:
        unknown.append(measure.owner)
    if unknown:
        raise BadCatalogue(
            f"a measure names {', '.join(unknown)}, which the catalogue does not explain",
            where=f"measure {measure.id}",
            remedy="add it to [breakdowns] or [owners], or correct it",
        )
    if measure.id in seen:
        raise BadCatalogue("two measures have one name", where=f"measure {measure.id}", remedy="rename one of them")
    blank = [name for name in ("title", "unit", "meaning", "limits") if not getattr(measure, name).strip()]
    if blank:
        raise BadCatalogue(
            f"a measure's {', '.join(blank)} is blank",
            where=f"measure {measure.id}",
            remedy="say it; none may be left out",
        )


def measure(name: str) -> Measure:
    """The measure called `name`. Raises `UnknownMeasure`, which lists those known.

    >>> measure("linked-to-case").unit
    'share'
    """
    found = {each.id: each for each in catalogue().measures}
    if name not in found:
        raise UnknownMeasure("there is no measure of this name", where=name, remedy=f"use one of {', '.join(found)}")
    return found[name]


@cache
def objects() -> dict[str, str]:
    """What a duty can be about: each word of the closed vocabulary with its meaning.

    >>> objects()["tunnel"]
    'tunnels under a border'
    """
    text = resources.files(__package__).joinpath("vocabulary.toml").read_text(encoding="utf-8")
    try:
        return msgspec.convert(tomllib.loads(text)["objects"], dict[str, str])
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, KeyError) as error:
        raise BadCatalogue("the vocabulary is broken", where=f"vocabulary.toml: {error}", remedy="mend it") from error

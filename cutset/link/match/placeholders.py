"""Placeholders: what clerks write where they know no name. Two that are nameless are not for that one.

The words stand in `placeholders.toml`, with their source and with what was left out of it because people bear it.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from cutset.model.text import fold

NOT_APPLICABLE: Final = re.compile(r"\bn/a\b", re.IGNORECASE)
"""Told by its stroke, which folding takes away, from the initials N. A.; as good as `unknown`."""

LONGEST_PHRASE: Final = 3
"""The words of the longest phrase that is left out from among others."""


class Left(NamedTuple):
    """The words of a name without placeholders, and which part of it a placeholder says is not known."""

    words: tuple[str, ...]
    no_given: bool = False
    no_family: bool = False


def is_nobody(written: str) -> bool:
    """Whether a person's name, as written, says only that none is known; a number after it counts for nothing.

    >>> [is_nobody(name) for name in ("N/A", "Jane Doe #2", "Не установлен", "Unknown, Unknown", "未知")]
    [True, True, True, True, True]
    >>> [is_nobody(name) for name in ("Doe", "Jane Doe-Quintero", "LNU, Juan", "Wei Zhi", "Malcolm X")]
    [False, False, False, False, False]
    """
    tokens = _without_number(fold(written))
    return " ".join(tokens) in _whole() or not without(tokens).words


def is_no_thing(written: str) -> bool:
    """Whether the name of an organisation, vessel or vehicle, as written, says only that none is known.

    >>> is_no_thing("UNKNOWN"), is_no_thing("Sin Nombre"), is_no_thing("Unknown Pleasures")
    (True, False, False)
    """
    tokens = fold(written).split()
    return bool(tokens) and (" ".join(tokens) in _things() or set(tokens) <= {"unknown", "unk"})


def without(tokens: tuple[str, ...]) -> Left:
    """Folded words without the placeholders among them; one that says no more counts for where it stands.

    >>> without(("unknown", "quintero"))
    Left(words=('quintero',), no_given=True, no_family=False)
    >>> without(("lnu", "juan"))
    Left(words=('juan',), no_given=False, no_family=True)
    >>> without(("juan", "last", "name", "unknown")).words, without(("perez", "lopez")).words
    (('juan',), ('perez', 'lopez'))
    """
    listed = _among()
    if listed.keys().isdisjoint(tokens):
        return Left(tokens)
    kept: list[str] = []
    missing: set[str] = set()
    at = 0
    while at < len(tokens):
        length = _length(tokens, at)
        if length:
            said = listed[tokens[at]][tokens[at : at + length]]
            at += length
            if said == "no_name" and at == length:
                missing.add("no_given")
            if said == "no_name" and at == len(tokens):
                missing.add("no_family")
            missing.add(said)
        else:
            kept.append(tokens[at])
            at += 1
    return Left(tuple(kept), "no_given" in missing, "no_family" in missing)


def _length(tokens: tuple[str, ...], at: int) -> int:
    """How many words the longest placeholder has that begins here; 0 where none does."""
    listed = _among().get(tokens[at], {})
    longest = min(LONGEST_PHRASE, len(tokens) - at)
    return next((size for size in range(longest, 0, -1) if tokens[at : at + size] in listed), 0)


def _without_number(folded: str) -> tuple[str, ...]:
    tokens = folded.split()
    while len(tokens) > 1 and tokens[-1].isdigit():
        tokens.pop()
    return tuple(tokens)


@cache
def _loaded() -> dict[str, Any]:
    return tomllib.loads((files("cutset.link.match") / "placeholders.toml").read_text(encoding="utf-8"))


@cache
def _among() -> dict[str, dict[tuple[str, ...], str]]:
    """By its first word each placeholder that is left out from among other words, and what it says is missing."""
    found: dict[str, dict[tuple[str, ...], str]] = {}
    for table in ("words", "phrases"):
        for missing, writings in _loaded()[table].items():
            for writing in writings:
                tokens = tuple(fold(writing).split())
                found.setdefault(tokens[0], {})[tokens] = missing
    return found


@cache
def _whole() -> frozenset[str]:
    return frozenset(fold(writing) for writings in _loaded()["whole"].values() for writing in writings)


@cache
def _things() -> frozenset[str]:
    return frozenset(map(fold, _loaded()["things"]["whole"]))

"""Weights files: what each level of each comparison says, learned beforehand and shipped with how it was learned.

For level l of a comparison, m_l is the share of pairs of mentions of one thing that have the level, and u_l the share
of
pairs of two things that do, both among pairs in which the comparison is not missing. The file is TOML:

    version = "person-2026-1"
    kinds = ["person"]
    prior = 1e-6                  # that two mentions, of all there are, are of one thing
    learned = "how, from what data, by which program"

    [given.DIFFERENT]             # comparison, level
    m = 0.03
    u = 0.97
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from math import fsum
from pathlib import Path
from typing import Any, Final

import msgspec

from cutset.errors import CutsetError
from cutset.link.match.compare import COMPARISONS
from cutset.model.mention import MentionKind


class BadWeights(CutsetError):
    """A weights file is not one, or does not have what the kind's comparisons need."""


class Level(msgspec.Struct, frozen=True):
    """The shares of pairs with this level: `m` among pairs of one thing, `u` among pairs of two; above 0, up to 1."""

    m: float
    u: float


class Weights(msgspec.Struct, frozen=True):
    """What was learned for some kinds of mention: `prior` and the levels of each comparison, worst first."""

    version: str
    kinds: tuple[MentionKind, ...]
    prior: float
    learned: str
    comparisons: dict[str, tuple[Level, ...]]

    def with_prior(self, prior: float) -> Weights:
        """The same, with another probability that two mentions are of one thing."""
        return msgspec.structs.replace(self, prior=prior)


def read(text: str, name: str) -> Weights:
    """The weights in a TOML text; `name` is the file's, for the error. Raises `BadWeights`."""
    try:
        loaded = tomllib.loads(text)
        head = {key: loaded.pop(key) for key in ("version", "kinds", "prior", "learned")}
        kinds = tuple(MentionKind(kind) for kind in head["kinds"])
        comparisons = {comparison.name: comparison.levels for comparison in COMPARISONS[kinds[0]]}
        levels = {key: tuple(_level(loaded[key], level.name) for level in enum) for key, enum in comparisons.items()}
    except (tomllib.TOMLDecodeError, KeyError, ValueError, TypeError, IndexError) as error:
        raise _bad(f"this is not a weights file: {type(error).__name__} {error}", name) from error
    if unknown := sorted(set(loaded) - set(comparisons)):
        raise _bad(f"there is no comparison {unknown[0]}", name)
    weights = Weights(str(head["version"]), kinds, float(head["prior"]), str(head["learned"]), levels)
    _check(weights, name)
    return weights


def load(path: Path) -> Weights:
    """The weights in a file. Raises `BadWeights`."""
    try:
        return read(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(f"the weights file cannot be read: {error}", str(path)) from error


@cache
def shipped(kind: MentionKind) -> Weights:
    """The weights that are shipped for a kind. Raises `BadWeights` for a kind that is matched by selectors alone."""
    if kind not in COMPARISONS:
        raise BadWeights(
            f"no weights are shipped for a {kind}",
            remedy="match it by its selectors; weights are shipped for " + ", ".join(sorted(COMPARISONS)),
        )
    name = f"{_FILES.get(kind, kind.value)}.toml"
    text = (files("cutset.link.match") / "weights" / name).read_text(encoding="utf-8")
    return read(text, name)


_FILES: Final = {MentionKind.AIRCRAFT: "vehicle", MentionKind.PARCEL: "stamp", MentionKind.DRUG_LOT: "stamp"}
"""The shipped files that several kinds share; every other kind has its own."""


def write(weights: Weights) -> str:
    """The weights as the text of a weights file; reading it gives them back.

    >>> read(write(shipped(MentionKind.PERSON)), "again") == shipped(MentionKind.PERSON)
    True
    """
    lines = [
        f'version = "{weights.version}"',
        "kinds = [" + ", ".join(f'"{kind.value}"' for kind in weights.kinds) + "]",
        f"prior = {weights.prior!r}",
        f'learned = """{weights.learned}"""',
    ]
    for comparison in COMPARISONS[weights.kinds[0]]:
        for level, found in zip(comparison.levels, weights.comparisons[comparison.name], strict=True):
            lines += ["", f"[{comparison.name}.{level.name}]", f"m = {found.m!r}", f"u = {found.u!r}"]
    return "\n".join(lines) + "\n"


def _level(table: dict[str, Any], name: str) -> Level:
    return Level(float(table[name]["m"]), float(table[name]["u"]))


def _check(weights: Weights, name: str) -> None:
    if not 0 < weights.prior < 1:
        raise _bad("prior must lie between 0 and 1", name)
    for comparison, levels in weights.comparisons.items():
        for level in levels:
            if not (0 < level.m <= 1 and 0 < level.u <= 1):
                raise _bad(f"m and u of {comparison} must be above 0 and at most 1", name)
        for total in (fsum(level.m for level in levels), fsum(level.u for level in levels)):
            if abs(total - 1) > 1e-3:
                raise _bad(f"the m, and the u, of {comparison} must add up to 1, not {total:.4f}", name)


def _bad(what: str, where: str) -> BadWeights:
    return BadWeights(what, where=where, remedy="see the page on linking, the weights file, for its form")

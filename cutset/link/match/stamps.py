"""Stamps: what is pressed on a tablet or printed on a package, compared by how its letters look.

Two lots with one stamp may come from one maker, or from another who copies: a likeness of origin, and never one thing.
A number in a stamp is a code and not a word: M 30 and M 32 are two imprints, and not a slip of the pen apart.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from cutset.link.match.frequencies import Frequencies
from cutset.link.match.titles import MOST_WORDS, Title
from cutset.link.match.transliterate import latin
from cutset.model.text import fold

LEAST_LETTERS: Final = 5
"""Shorter stamps with another letter are other stamps: LV is not IV."""

TWO_SLIPS: Final = 9
"""The letters from which two slips are still one stamp."""

ALIKE: Final = 80.0
"""The likeness (rapidfuzz's ratio, 0 to 100: twice the letters in common, in order, over the letters of both)."""


class Agreement(IntEnum):
    """How two stamps agree, from worst to best."""

    DIFFERENT = 0
    ALIKE = 1
    """The same numbers, and most letters in the same order."""
    PART = 2
    """All the words of one stand in the other."""
    SLIP = 3
    """The same numbers, and one letter apart; of long stamps two."""
    SAME = 4
    """The same words, in whatever order and however spaced."""


def read(written: str) -> Title | None:
    """The folded Latin words of a stamp; None where there are not two letters or digits.

    >>> read("«BLACK WOLF»"), read("M | 30"), read("M")
    (Title(words=('black', 'wolf'), form=''), Title(words=('m', '30'), form=''), None)
    """
    words = tuple(fold(latin(written)).split()[:MOST_WORDS])
    return Title(words) if len("".join(words)) > 1 else None


def compare(left: Title, right: Title) -> Agreement:
    """How two stamps agree.

    >>> def two(a, b): return compare(Title(tuple(a.split())), Title(tuple(b.split()))).name
    >>> two("black wolf", "blackwolf"), two("black wolf", "black wolfs"), two("black wolf", "wolf")
    ('SAME', 'SLIP', 'PART')
    >>> two("black wolf", "black wolves"), two("black wolf", "white wolf"), two("m 30", "m32")
    ('ALIKE', 'DIFFERENT', 'DIFFERENT')
    """
    return _compare(*sorted((left.words, right.words)))


@lru_cache(maxsize=65_536)
def _compare(left: tuple[str, ...], right: tuple[str, ...]) -> Agreement:
    one, other = "".join(left), "".join(right)
    if one == other or sorted(left) == sorted(right):
        return Agreement.SAME
    same_numbers = _digits(one) == _digits(other)
    letters = min(len(one) - len(_digits(one)), len(other) - len(_digits(other)))
    if same_numbers and letters >= LEAST_LETTERS:
        slips = 2 if letters >= TWO_SLIPS else 1
        if OSA.distance(one, other, score_cutoff=slips) <= slips:
            return Agreement.SLIP
    shorter, longer = sorted((left, right), key=len)
    if set(shorter) <= set(longer) and len("".join(shorter)) >= 3:
        return Agreement.PART
    if same_numbers and letters >= LEAST_LETTERS and fuzz.ratio(one, other) >= ALIKE:
        return Agreement.ALIKE
    return Agreement.DIFFERENT


def best(left: tuple[Title, ...], right: tuple[Title, ...]) -> tuple[Agreement, Title, Title]:
    """The best agreement of any stamp of one with any of the other; neither may be empty."""
    # Ties are settled by the stamps, so that both sides find the same.
    return max(
        ((compare(one, other), one, other) for one in left for other in right),
        key=lambda found: (found[0], *sorted((found[1].words, found[2].words))),
    )


def share(left: Title, right: Title, frequencies: Frequencies) -> float:
    """The share of lots that bear the commoner of two stamps: a slip in a stamp that all copy is worth as little."""
    return max(frequencies.share("stamp", "".join(each.words)) for each in (left, right))


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))

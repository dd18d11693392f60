"""Names of organisations, vessels and vehicles: read into words and legal form, and compared."""

from __future__ import annotations

import tomllib
from enum import IntEnum
from functools import cache
from importlib.resources import files
from math import log2
from typing import Final

import msgspec

from cutset.link.match.frequencies import Frequencies
from cutset.link.match.names import likeness
from cutset.link.match.placeholders import is_no_thing
from cutset.link.match.transliterate import latin
from cutset.model.text import fold

MOST_WORDS: Final = 12
"""The words of one name that are compared."""

_VESSEL_PREFIXES: Final = frozenset(
    "mv mt ms ss fv sv lv my rv tug yate lancha lanchon buque motonave embarcacion barco bm lm gs mn".split()
)
# A letter before the name of a vessel is a prefix cut in two: M/V, F/V.
_SPLIT_PREFIXES: Final = frozenset(
    {("m", "v"), ("m", "t"), ("f", "v"), ("s", "v"), ("m", "y"), ("b", "m"), ("l", "m"), ("m", "n")}
)


class Title(msgspec.Struct, frozen=True, array_like=True):
    """The name of a thing: its folded Latin words, and the legal form where it is an organisation's."""

    words: tuple[str, ...] = ()
    form: str = ""


class Agreement(IntEnum):
    """How two such names agree, from worst to best."""

    DIFFERENT = 0
    SOME = 1
    """Some words are shared, of a quarter of the names' weight or more; rare words weigh more."""
    ACRONYM = 2
    MOST = 3
    """Words of two thirds of the names' weight or more are shared."""
    PART = 4
    """All the words of one stand in the other."""
    SLIP = 5
    """Every word has one that is a slip of the pen away."""
    SAME = 6
    """The same words, in whatever order and however spaced."""


def organisation(written: str) -> Title | None:
    """The words and legal form of an organisation's name; None where no word is in it.

    >>> organisation("Comercializadora El Águila, S.A. de C.V.")
    Title(words=('comercializadora', 'aguila'), form='sa_cv')
    >>> organisation("OOO Vostok"), organisation("The Company")
    (Title(words=('vostok',), form='llc'), Title(words=('the', 'company'), form=''))
    """
    if is_no_thing(written):
        return None
    tokens = fold(latin(written).replace("'", "")).split()
    form, rest = _form(tokens)
    kept = [token for token in rest if token not in _forms()[1]] or rest or tokens
    return Title(tuple(_join_letters(kept)[:MOST_WORDS]), form) if kept else None


def vessel(written: str) -> Title | None:
    """The words of a vessel's name, without what says that it is a ship.

    >>> vessel("M/V Ocean Star II"), vessel("MT 'SEA-HORSE'"), vessel("MV")
    (Title(words=('ocean', 'star', '2'), form=''), Title(words=('sea', 'horse'), form=''), \
Title(words=('mv',), form=''))
    """
    if is_no_thing(written):
        return None
    tokens = fold(latin(written)).split()
    rest = tokens[2:] if tuple(tokens[:2]) in _SPLIT_PREFIXES else tokens
    rest = rest[1:] if rest and rest[0] in _VESSEL_PREFIXES else rest
    rest = rest or tokens
    # Clerks write the number of a name both ways; I alone may be a letter.
    return (
        Title(tuple(_ROMAN.get(word, word) if place else word for place, word in enumerate(rest[:MOST_WORDS])))
        if rest
        else None
    )


def vehicle(written: str) -> Title | None:
    """The words of a vehicle's make, model and colour.

    >>> vehicle("White Kenworth T-680")
    Title(words=('white', 'kenworth', 't680'), form='')
    """
    tokens = [] if is_no_thing(written) else fold(latin(written)).split()
    return Title(tuple(_join_letters(tokens)[:MOST_WORDS])) if tokens else None


def compare(left: Title, right: Title, frequencies: Frequencies) -> Agreement:
    """How two names agree.

    >>> def two(a, b): return compare(organisation(a), organisation(b), Frequencies()).name
    >>> two("Sea Horse Ltd", "Seahorse Limited"), two("Transportes Quiroga SA", "Quiroga Transportes")
    ('SAME', 'SAME')
    >>> two("Banco Nacional Agrario SA", "BNA"), two("Vostok Shipping", "Vostock Shiping")
    ('ACRONYM', 'SLIP')
    """
    if left.words == right.words or sorted(left.words) == sorted(right.words) or _joined(left) == _joined(right):
        return Agreement.SAME
    shorter, longer = (left.words, right.words) if len(left.words) <= len(right.words) else (right.words, left.words)
    each = [max(likeness(word, other) for other in longer) for word in shorter]
    if len(shorter) == len(longer):
        # Two words of one may both have the same word of the other for their match: look from the other side too.
        back = [max(likeness(word, other) for other in shorter) for word in longer]
        shorter, each = min((each, shorter), (back, longer), key=lambda side: (sorted(side[0]), side[1]))[::-1]
        longer = right.words if shorter == left.words else left.words
    if min(each) == 4:
        return Agreement.PART
    if (min(each) >= 3 and len(shorter) == len(longer)) or likeness(_joined(left), _joined(right)) == 3:
        return Agreement.SLIP
    if _acronym(shorter, longer):
        return Agreement.ACRONYM
    shared = sum(_rarity(word, frequencies) for word, like in zip(shorter, each, strict=True) if like >= 3)
    # Two thirds of the weightier of both names, so that a short name is not lost in a long one.
    whole = max(sum(_rarity(word, frequencies) for word in words) for words in (shorter, longer))
    if shared >= whole * 2 / 3:
        return Agreement.MOST
    return Agreement.SOME if shared >= whole / 4 else Agreement.DIFFERENT


def share(left: Title, right: Title, frequencies: Frequencies, rarest: float) -> float:
    """The share of names with the words that both have: as if words were independent, and not below `rarest`.

    The words of a name choose each other, so that the product of their shares goes too low.
    """
    found = 1.0
    for word in left.words if left == right else sorted(set(left.words) & set(right.words)):
        found *= frequencies.share("word", word)
    return max(found, rarest)


def best(left: tuple[Title, ...], right: tuple[Title, ...], frequencies: Frequencies) -> tuple[Agreement, Title, Title]:
    """The best agreement of any name of one with any of the other, former names too; neither may be empty."""
    found: tuple[Agreement, Title, Title] | None = None
    for one in left:
        for other in right:
            agreement = compare(one, other, frequencies)
            # Ties are settled by the names, so that both sides find the same.
            if found is None or (agreement, *sorted((one.words, other.words))) > (
                found[0],
                *sorted((found[1].words, found[2].words)),
            ):
                found = (agreement, one, other)
    if found is None:
        raise ValueError("there is no name to compare")
    return found


_ROMAN: Final = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}


def _joined(title: Title) -> str:
    return "".join(title.words)


def _rarity(word: str, frequencies: Frequencies) -> float:
    return -log2(frequencies.share("word", word))


def _acronym(shorter: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """Whether one name is the first letters of the other's words, three at least."""
    return len(shorter) == 1 and len(longer) >= 3 and shorter[0] == "".join(word[0] for word in longer)


def _join_letters(tokens: list[str]) -> list[str]:
    """Runs of single letters, and a letter with the number after it, as one word: `a b c` is `abc`, `t 680` `t680`."""
    out: list[str] = []
    single = False
    for token in tokens:
        if single and (len(token) == 1 or token.isdigit()):
            out[-1] += token
        else:
            out.append(token)
        single = len(token) == 1
    return out


def _form(tokens: list[str]) -> tuple[str, list[str]]:
    """The legal form at the end (or, as in Russian and Arabic use, at the start) of a name, and the other words."""
    forms = _forms()[0]
    for length in range(min(9, len(tokens) - 1), 0, -1):
        if found := forms.get(" ".join(tokens[-length:])):
            return found, tokens[:-length]
    if len(tokens) > 1 and len(tokens[0]) > 2 and (found := forms.get(tokens[0])):
        return found, tokens[1:]
    return "", tokens


@cache
def _forms() -> tuple[dict[str, str], frozenset[str]]:
    """Each writing of a legal form to its form, and the words that name no one."""
    loaded = tomllib.loads((files("cutset.link.match") / "legal_forms.toml").read_text(encoding="utf-8"))
    forms = {writing: form for form, writings in loaded["forms"].items() for writing in writings}
    return forms, frozenset(loaded["empty"]["words"])

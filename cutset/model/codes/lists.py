"""The plain lists: each code with its title, its meaning, and the names by which people write it."""

from __future__ import annotations

from functools import cache, lru_cache

import msgspec

from cutset.errors import CutsetError
from cutset.model.codes.files import load
from cutset.model.text import fold

CODE_LISTS: dict[str, str] = {
    "area": "area of operation of the Plan: beyond the borders, border region, inside the borders",
    "concealment": "where the goods were hidden",
    "confidence": "confidence as the counterdrug database has it: high, other",
    "contraband": "what sort of thing was taken or found",
    "conveyance": "the sort of vessel, aircraft or vehicle",
    "credibility": "credibility of the information, 1 to 6 of the Admiralty code",
    "direction": "which way the goods went, seen from the country where it happened",
    "drug class": "the family of a substance",
    "modality": "the means of transport",
    "phase": "how far the interdiction of an event had come",
    "reliability": "reliability of the source, A to F of the Admiralty code",
}
"""The plain lists by name. Substances, units, currencies, countries, subdivisions and places have their own files
and functions. `docs/codes.md` has a paragraph on each."""


class UnknownCodeList(CutsetError):
    """A code list was asked for by a name that none has."""


class Code(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One code: what is stored, what is shown, what it means.

    `names` are English and other usual spellings, sources' own words among them; `es`, `pt` and `fr` Spanish,
    Portuguese and French.
    """

    code: str
    title: str
    meaning: str
    names: tuple[str, ...] = ()
    es: tuple[str, ...] = ()
    pt: tuple[str, ...] = ()
    fr: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything that people write for it, in all languages."""
        return (self.code, self.title, *self.names, *self.es, *self.pt, *self.fr)


class CodeList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list of codes, where it comes from, and what it leaves empty on purpose.

    `unsaid` are a source's words for "not known", which mean no code.
    """

    title: str
    source: str
    codes: tuple[Code, ...]
    unsaid: tuple[str, ...] = ()


@cache
def code_list(name: str) -> CodeList:
    """The list of this name. Raises `UnknownCodeList`, which says which there are.

    >>> [code.code for code in code_list("area").codes]
    ['beyond the borders', 'border region', 'inside the borders']
    """
    if name not in CODE_LISTS:
        raise UnknownCodeList(
            "there is no code list of this name", where=name, remedy=f"use one of: {', '.join(CODE_LISTS)}"
        )
    return load(name.replace(" ", "-"), CodeList)


@cache
def _by_name(name: str) -> dict[str, str]:
    return {fold(spelling): code.code for code in code_list(name).codes for spelling in code.spellings}


@lru_cache(maxsize=1 << 14)
def code(list_name: str, written: str) -> str:
    """The code for what was written, in any of the list's languages; "" where the list does not know it.

    Case, accents and punctuation do not matter. Raises `UnknownCodeList` for a list that there is not.

    >>> code("modality", "Commercial air"), code("conveyance", "Lancha rápida"), code("direction", "sideways")
    ('air', 'go-fast', '')
    """
    return _by_name(list_name).get(fold(written), "")


def title(list_name: str, code: str) -> str:
    """The title to show for a code; the code itself where the list does not have it.

    >>> title("reliability", "B")
    'Usually reliable'
    """
    return next((each.title for each in code_list(list_name).codes if each.code == code), code)

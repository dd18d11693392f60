"""The one place where text is normalised: words are folded for comparing, identifiers are made compact."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Longer texts are rarely repeated, and a cache of them would hold much memory.
_CACHED_LENGTH = 256
_CACHED_ENTRIES = 65_536

_ASCII_FOLD = str.maketrans(
    {
        char: char.lower() if char.isalnum() else " " if char.isspace() or char.isprintable() else None
        for char in map(chr, range(128))
    }
)

# Letters that Unicode does not decompose, though clerks write them without stroke or ligature.
_STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ƶ": "z", "ɨ": "i", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d"}
)


def fold(text: str) -> str:
    """The words of `text` in the form in which they are compared.

    Compatibility decomposition (NFKD) without accents, casefolded; invisible characters dropped; every run of
    anything but letters and digits is one space; none at the ends. Any script is kept. Folding twice is folding once.

    >>> fold("  José-María  ÑANDÚ (a.k.a. “Łukasz”) ")
    'jose maria nandu a k a lukasz'
    >>> fold("ＭＶ　Ｏｃｅａｎ №１")
    'mv ocean no1'
    """
    if len(text) > _CACHED_LENGTH:
        return _fold(text)
    return _fold_cached(text)


def compact(text: str) -> str:
    """The letters and digits of an identifier, with nothing between them.

    Compatibility composition (NFKC), upper case; decimal digits of any script become 0-9; all but letters and
    digits goes. Letters of other scripts and accents stay: whether they may is for each identifier's standard.

    >>> compact("csqu 305438-3")
    'CSQU3054383'
    >>> compact("ＡＢ–１２３４"), compact("٣٤٥")
    ('AB1234', '345')
    """
    if text.isascii():
        return text.upper() if text.isalnum() else "".join(filter(str.isalnum, text)).upper()
    # Upper case may decompose a letter (ΐ), and composing may change one (K, the kelvin sign): so compose twice.
    composed = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    return "".join(_digit(char) for char in composed if char.isalnum())


def tidy(text: str) -> str:
    r"""`text` as it was written, without control and invisible characters, and with single spaces.

    >>> tidy(" AB\x00 12 \n\t34 ")
    'AB 12 34'
    """
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " if char.isspace() else "" for char in text)
    return " ".join(text.split())


def _digit(char: str) -> str:
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


def _fold(text: str) -> str:
    if text.isascii():
        return " ".join(text.translate(_ASCII_FOLD).split())
    # Unicode §5.18: casefolding can undo a decomposition, so it stands between two of them.
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    decomposed = unicodedata.normalize("NFKD", decomposed.translate(_STROKES)).casefold()
    return " ".join("".join(map(_folded_char, decomposed)).split())


@lru_cache(maxsize=4_096)
def _folded_char(char: str) -> str:
    if char.isalnum():
        return char
    # An accent has a combining class; the vowel signs of the Indic scripts have none, and are part of the word.
    category = unicodedata.category(char)
    if unicodedata.combining(char) or (category in {"Cf", "Cc", "Me"} and not char.isspace()):
        return ""
    return char if category in {"Mn", "Mc"} else " "


_fold_cached = lru_cache(maxsize=_CACHED_ENTRIES)(_fold)

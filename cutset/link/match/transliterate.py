"""Names of any script in Latin letters, so that they can be compared with what a clerk wrote in Latin letters.

The letters come from AnyAscii's tables (ISC licence), whose Han readings are Mandarin pinyin; what is done here is what
a table of single letters cannot know: that a Chinese surname comes first and is one character long, or two. Japanese
names in Han characters are read as if they were Chinese, which is a known limit: ask for the kana or the Latin form.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]{2,4}")
_KANA = re.compile(r"[\u3040-\u30ff]")
# The surnames of two characters that are still common.
_TWO_CHARACTER_SURNAMES = frozenset(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 司徒 夏侯 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐".split()
)
# AnyAscii writes the Arabic and Hebrew throat sounds as marks, which are no letters of a name.
_MARKS = str.maketrans("", "", "`'’ʿʾ")
_ARABIC_OR_HEBREW = re.compile(r"[\u0590-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_LONGEST = 1_000
"""Characters of a name that are read; what is longer is not a name."""


@lru_cache(maxsize=65_536)
def latin(written: str) -> str:
    """`written` in plain Latin letters, as far as its script is known; letters already plain are left alone.

    Arabic and Hebrew are written without their short vowels, so that only the consonants come out.

    >>> latin("Иванов Юрий"), latin("习近平"), latin("محمد"), latin("Łukasz")
    ('Ivanov Yuriy', 'Xi Jinping', 'mhmd', 'Lukasz')
    """
    written = written[:_LONGEST]
    if written.isascii():
        return written
    if not _KANA.search(written):
        written = _HAN.sub(_chinese, written)
    # AnyAscii spells symbols out: a silhouette would become a man called Bust.
    written = "".join(char for char in written if unicodedata.category(char)[0] != "S")
    plain = anyascii(written)
    return plain.translate(_MARKS) if _ARABIC_OR_HEBREW.search(written) else plain


def _chinese(found: re.Match[str]) -> str:
    """A Chinese name: the surname, a space, and the rest as one word, as pinyin is written."""
    name = found.group()
    surname = 2 if len(name) > 2 and name[:2] in _TWO_CHARACTER_SURNAMES else 1
    return f"{anyascii(name[:surname]).capitalize()} {anyascii(name[surname:]).capitalize()}"

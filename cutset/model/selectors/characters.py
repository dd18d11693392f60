"""What may stand in an identifier as written: separators may, wildcards and masks may not."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from cutset.model.selectors.tables import load
from cutset.model.text import compact, fold

# No identifier that cutset reads is longer; an integrated Monero or a shielded Zcash address comes nearest.
LONGEST = 512

_PLAIN = re.compile(r"#?(?:[A-Za-z0-9 \t\r\n\x00,'\"`()/\\:;&+|\[\]-]|\.(?!\.))*")
_SEPARATORS = frozenset(" .,/:;#+&'\"`()[]|\\’‘´“”·º°ª№、。「」()")
# A dash, a space, a control or an invisible character separates; whatever else is not listed may be a mask.
_SEPARATING = frozenset({"Pd", "Zs", "Zl", "Zp", "Cc", "Cf"})

_ASCENDING = "12345678901234567890"


def plain(written: str) -> str | None:
    """The compact form of an identifier; None where a character in it may stand for one that was not read.

    A wildcard (`AB?123`), a mask (`••1234`, `..1234`, `_1234`) or any other sign that is no separator makes it None.

    >>> plain("ab-12 34."), plain("AB?12"), plain("*1234")
    ('AB1234', None, None)
    """
    if len(written) > LONGEST:
        return None
    if written.isascii():
        return compact(written) if written.isalnum() or _PLAIN.fullmatch(written) else None
    for char in unicodedata.normalize("NFKC", written):
        if not (char.isalnum() or char in _SEPARATORS or unicodedata.category(char) in _SEPARATING):
            return None
    return compact(written) if ".." not in written and "…" not in written else None


def says_nothing(value: str) -> bool:
    """Whether a compact value is what people write when they have no number: such a value must link nothing.

    So are words such as UNKNOWN, one character throughout, digits that count up from 1, and a mask of four X.

    >>> [says_nothing(each) for each in ("UNKNOWN", "0000000", "123456789", "XXXX4321", "AB1234")]
    [True, True, True, True, False]
    """
    if len(set(value)) < 2 or "XXXX" in value:
        return True
    return (len(value) >= 5 and _ASCENDING.startswith(value)) or is_no_number(value)


def is_no_number(value: str) -> bool:
    """Whether a compact value is a word for having none, in English, Spanish, Portuguese or French.

    >>> is_no_number("SINPLACA"), is_no_number("N0NE")
    (True, False)
    """
    return value.isalpha() and _pressed(value) in _nothing()


@cache
def _nothing() -> frozenset[str]:
    return frozenset(
        _pressed(phrase) for phrases in load("nothing", dict[str, list[str]]).values() for phrase in phrases
    )


def _pressed(phrase: str) -> str:
    return fold(phrase).replace(" ", "")

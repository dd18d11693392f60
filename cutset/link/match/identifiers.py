"""How the selectors of two mentions agree, where each mention may have several of several kinds.

Only verified selectors are compared. Those of one *sort* are compared together: papers (passport, identity document),
contacts (telephone, email, account, wallet), what a hull or chassis bears for good, and what it bears for a while.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA, JaroWinkler

from cutset.model.mention import MentionKind, SelectorKind
from cutset.model.selector import BEARER

Selectors = tuple[tuple[str, str], ...]
"""Kind and normalised value of each verified selector."""


class Agreement(IntEnum):
    """How selectors of one sort agree, from worst to best; kinds that only one side has are not compared."""

    DIFFERENT = 0
    ALIKE = 1
    """Emails only: the letters are alike, or the part before the @ is."""
    SLIP = 2
    """A slip of the pen apart, or emails with the same part before the @."""
    SAME = 3


PAPERS: Final = frozenset({SelectorKind.PASSPORT, SelectorKind.IDENTITY_DOCUMENT})
CONTACTS: Final = frozenset(
    {
        SelectorKind.PHONE,
        SelectorKind.EMAIL,
        SelectorKind.ACCOUNT,
        SelectorKind.IBAN,
        SelectorKind.WALLET,
        SelectorKind.IMEI,
    }
)
HULL: Final = frozenset({SelectorKind.IMO, SelectorKind.VIN})
REGISTRATION: Final = frozenset(
    {
        SelectorKind.MMSI,
        SelectorKind.CALL_SIGN,
        SelectorKind.PLATE,
        SelectorKind.AIRCRAFT_REGISTRATION,
        SelectorKind.ICAO_ADDRESS,
    }
)
SOUGHT_BY: Final = {**BEARER, **dict.fromkeys(PAPERS | CONTACTS, MentionKind.PERSON)}
"""What is looked for by an identifier alone: of papers and contacts, the person who has them."""


def best(left: Selectors, right: Selectors, sort: frozenset[SelectorKind]) -> tuple[int, str, str]:
    """The best agreement among the selectors of a sort, and the two values; -1 where no kind is on both sides.

    >>> best((("email", "roberta25@smith.net"),), (("email", "roberta25@smiht.com"),), CONTACTS)[0].name
    'SLIP'
    >>> best((("phone", "+5075551234"),), (("email", "a@b.example"),), CONTACTS)[0]
    -1
    """
    found, one_value, other_value = -1, "", ""
    for kind, value in left:
        if kind not in sort:
            continue
        for other_kind, other in right:
            if other_kind == kind:
                agreement = _agreement(kind, value, other)
                if agreement > found:
                    found, one_value, other_value = agreement, value, other
    return found, one_value, other_value


@lru_cache(maxsize=65_536)
def _agreement(kind: str, left: str, right: str) -> Agreement:
    if left == right:
        return Agreement.SAME
    if kind == SelectorKind.EMAIL:
        return _emails(left, right)
    # A country's or an issuer's code before the number is part of it: two issuers' numbers have nothing in common.
    issuer, _, number = left.rpartition(":")
    other_issuer, _, other_number = right.rpartition(":")
    if issuer == other_issuer and min(len(number), len(other_number)) >= 5:
        return Agreement.SLIP if OSA.distance(number, other_number, score_cutoff=1) <= 1 else Agreement.DIFFERENT
    return Agreement.DIFFERENT


def _emails(left: str, right: str) -> Agreement:
    local, other_local = left.partition("@")[0], right.partition("@")[0]
    if (len(local) > 3 and local == other_local) or OSA.distance(left, right, score_cutoff=2) <= 2:
        return Agreement.SLIP
    alike = JaroWinkler.similarity(left, right) >= 0.88 or JaroWinkler.similarity(local, other_local) >= 0.9
    return Agreement.ALIKE if alike else Agreement.DIFFERENT

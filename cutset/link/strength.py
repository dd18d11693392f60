"""How likely a link is: what a shared selector, a judgement and a path are worth, as probabilities.

**A shared selector.** Each kind has a *strength* s: how likely two reports that alone bear the same verified value are
to speak of one thing. A value that n visible live reports bear may be public (a tip line's telephone, a broker's
account), and the more so the more bear it:

    w = s / (1 + ((n - 2) / (h - 2))^2),    n >= 2

where h, the kind's *halving*, is the number of reports at which half of its strength is left. Things that are seen all
the time without being public, such as a hull in position reports, have a large h. Several shared selectors are taken
as independent grounds (a noisy-or): score = 1 - product of (1 - w).

**A judgement** `same` by a person multiplies the odds that the program had shown them, or even odds where it had shown
none, by `PERSON`: people are taken to say `same` so many times more often of one thing than of two. Mentions joined by
several judgements in a row are one only if all of them are right: the probabilities multiply.

**A path** holds only if both its ends and the tie between them do: score = w(first) * tie * w(second).

Where a pair has both a shared selector and a judgement, the higher counts: the one was a reason for the other.

The strengths are a judgement, from how each identifier is issued: unique for good (hull, chassis, wallet key), unique
while in use and then issued again (phone, plate, MMSI), or shared by several parties by design (account, waybill,
stamp). Score and truth are held against each other on *made* data only (`bench/link_leads.py`, docs/linking.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from math import expm1, fsum, log1p, prod

from cutset.model.mention import SelectorKind

VERSION = "selector-strengths-1"
"""The version of `STRENGTH` and `HALVING`, as a waterfall names it: raise it with every change of them."""

STRENGTH: dict[SelectorKind, float] = {
    # Issued once and for good, with a check digit or checksum that catches a slip of the pen.
    SelectorKind.IMO: 0.98,
    SelectorKind.VIN: 0.98,
    SelectorKind.WALLET: 0.97,
    SelectorKind.IBAN: 0.95,
    SelectorKind.IMEI: 0.95,
    SelectorKind.FIREARM: 0.90,
    # One journey or one consignment; the number comes round again after months or years.
    SelectorKind.POSTAL_ITEM: 0.95,
    SelectorKind.UPS_PARCEL: 0.95,
    SelectorKind.USPS_PARCEL: 0.95,
    SelectorKind.AIR_WAYBILL: 0.90,
    SelectorKind.BILL_OF_LADING: 0.90,
    # Unique among documents of one issuer, and often lent, stolen or forged.
    SelectorKind.PASSPORT: 0.92,
    SelectorKind.IDENTITY_DOCUMENT: 0.88,
    # Unique while in use, then issued to another.
    SelectorKind.ICAO_ADDRESS: 0.90,
    SelectorKind.AIRCRAFT_REGISTRATION: 0.88,
    SelectorKind.MMSI: 0.85,
    SelectorKind.PHONE: 0.85,
    SelectorKind.EMAIL: 0.85,
    SelectorKind.ACCOUNT: 0.85,
    SelectorKind.PLATE: 0.80,
    SelectorKind.CALL_SIGN: 0.75,
    # A container carries many parties' goods one after the other.
    SelectorKind.CONTAINER: 0.60,
    # A stamp is copied by others; a CAS number names a substance, not a lot of it.
    SelectorKind.STAMP: 0.30,
    SelectorKind.CAS: 0.02,
}

HALVING = 20
"""The number of reports at which half of a kind's strength is left, where `HALVING_OF` names no other."""

HALVING_OF: dict[SelectorKind, int] = {
    # Seen every day, and still one hull, airframe or chassis.
    SelectorKind.IMO: 400,
    SelectorKind.VIN: 400,
    SelectorKind.MMSI: 200,
    SelectorKind.CALL_SIGN: 200,
    SelectorKind.ICAO_ADDRESS: 200,
    SelectorKind.AIRCRAFT_REGISTRATION: 200,
    # The holder of one paper is one person, however often they are met.
    SelectorKind.PASSPORT: 100,
    SelectorKind.IDENTITY_DOCUMENT: 100,
}

PERSON = 19.0
"""How many times more often a person judges `same` of one thing than of two: 95 in a hundred against 5."""

MOST = 0.999
"""No judgement makes a link surer than this, whatever score it was given with."""


def weight(kind: SelectorKind, reports: int) -> float:
    """The weight, 0 to 1, of one shared selector which `reports` (at least 2) visible live reports bear.

    >>> weight(SelectorKind.PHONE, 2), round(weight(SelectorKind.PHONE, 5), 2), weight(SelectorKind.PHONE, 20)
    (0.85, 0.83, 0.425)
    """
    above = (max(reports, 2) - 2) / (HALVING_OF.get(kind, HALVING) - 2)
    return STRENGTH[kind] / (1 + above * above)


def score(weights: Iterable[float]) -> float:
    """1 minus the product of (1 - w): 0 without grounds, towards 1 with many; the same in whatever order they come.

    >>> round(score([0.5, 0.5]), 12)
    0.75
    >>> score([])
    0.0
    """
    # fsum rounds once, so that the order in which an index finds the selectors cannot show in the score.
    return -expm1(fsum(log1p(-w) for w in weights)) + 0.0


def judged(shown: float | None) -> float:
    """How likely two mentions are one that a person judged `same`, when a program had `shown` that probability.

    >>> round(judged(None), 3), round(judged(0.9), 3), round(judged(0.1), 3)
    (0.95, 0.994, 0.679)
    """
    before = 0.5 if shown is None else min(max(shown, 0.0), MOST)
    odds = PERSON * before / (1 - before)
    return min(odds / (1 + odds), MOST)


def joined(shown: Iterable[float | None]) -> float:
    """How likely two mentions are one that judgements join in a row, each given with the score `shown`.

    >>> round(joined([None, None]), 4)
    0.9025
    """
    return prod(judged(each) for each in shown)


def path(first: float, tie: float, second: float) -> float:
    """How likely a path of two hops holds: both of its steps, and the tie between them.

    >>> round(path(0.85, 0.7, 0.98), 3)
    0.583
    """
    return first * tie * second

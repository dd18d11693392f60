"""How strongly a shared selector says that two reports speak of the same thing: the first, simple form.

Each kind has a *strength* s: how likely two reports that bear the same verified value are to speak of one thing,
before anything is known of the value. A value that n reports bear says less of any two of them, so that its *weight* is

    w = s / (1 + log2(n / 2)),    n >= 2: the live reports with the value that this viewer may see

and several shared selectors add up as independent grounds (a noisy-or):

    score = 1 - product over the shared selectors of (1 - w)

The score lies between 0 and 1 and orders leads; it is not a calibrated probability. The strengths are a first
judgement, from how each identifier is issued: unique for good (hull, chassis, wallet key), unique while in use and
then issued again (phone, plate, MMSI), or shared by several parties by design (account, waybill, stamp).
"""

from __future__ import annotations

from collections.abc import Iterable
from math import expm1, fsum, log1p, log2

from cutset.model.mention import SelectorKind

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


def weight(kind: SelectorKind, reports: int) -> float:
    """The weight, 0 to 1, of one shared selector which `reports` (at least 2) visible live reports bear.

    >>> weight(SelectorKind.IMO, 2)
    0.98
    >>> weight(SelectorKind.IMO, 8) < weight(SelectorKind.IMO, 4) < weight(SelectorKind.IMO, 2)
    True
    """
    return STRENGTH[kind] / (1 + log2(max(reports, 2) / 2))


def score(weights: Iterable[float]) -> float:
    """1 minus the product of (1 - w): 0 without grounds, towards 1 with many; the same in whatever order they come.

    >>> round(score([0.5, 0.5]), 12)
    0.75
    >>> score([])
    0.0
    """
    # fsum rounds once, so that the order in which an index finds the selectors cannot show in the score.
    return -expm1(fsum(log1p(-w) for w in weights)) + 0.0

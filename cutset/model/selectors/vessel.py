"""Identifiers of vessels: IMO number, MMSI, call sign."""

from __future__ import annotations

import re
from functools import cache

from stdnum import imo as imo_number

from cutset.model.selectors.characters import plain, says_nothing
from cutset.model.selectors.tables import load, mirrored

_IMO = re.compile(r"(?:IMO)?(?:NUMBER|NO|NR)?([1-9][0-9]{6})")
_MMSI = re.compile(r"(?:MMSI)?(?:NUMBER|NO|NR)?([0-9]{9})")
# ITU-R M.585-9: where the maritime identification digits stand. A group call (0MID), a man-overboard device (972),
# a search and rescue transmitter (970) and an emergency beacon (974) name no one ship.
_MID = re.compile(r"(?:00|111|8|98|99)?([2-7][0-9]{2})[0-9]*")

# Radio Regulations, article 19, section III. A series is two characters: not Q first, and not two digits; 0 and 1 are
# not used where they could be read as letters.
_SERIES = r"(?:[A-PR-Z][A-Z]|[A-PR-Z][2-9]|[2-9][A-Z])"
_CALL_SIGN = re.compile(
    _SERIES + r"[A-Z]{2}(?:[2-9]|[2-9][0-9]{3})?"  # 19.52 to 19.56: land stations and ships
    r"|" + _SERIES + r"[A-Z]?[2-9][0-9]{3}"  # 19.57: ships with radiotelephony only
    r"|" + _SERIES + r"[A-Z][0-9]{3}"  # no form of the Regulations, but small craft's in several States
    r"|" + _SERIES + r"[A-Z]{3}"  # 19.58: aircraft
    r"|(?:[BFGIKMNRUW]|[A-PR-Z][A-Z0-9]|[2-9][A-Z])[0-9][A-Z0-9]{0,3}[A-Z]"  # 19.68: amateurs
)


def imo(written: str, issuer: str) -> str | None:
    """The seven digits of a ship's IMO number, if its check digit is right.

    The number 1234567 passes the check, and is what people type to fill the field: it is refused. A *company* number
    has seven digits too, but another check. Source: IMO resolution A.1117(30).

    >>> imo("IMO 9074729", "")
    '9074729'
    """
    found = _IMO.fullmatch(plain(written) or "")
    if not found or says_nothing(found[1]) or not imo_number.is_valid(found[1]):
        return None
    return found[1]


def mmsi(written: str, issuer: str) -> str | None:
    """The nine digits of a maritime mobile service identity, if its country digits (MID) are assigned.

    It has no check digit. One whose other digits are all the same was never programmed, and is refused.
    Source: ITU-R M.585-9.

    >>> mmsi("366 943 250", ""), mmsi("123456789", "")
    ('366943250', None)
    """
    found = _MMSI.fullmatch(plain(written) or "")
    if not found or not mmsi_country(found[1]) or len(set(found[1][-6:])) == 1:
        return None
    return found[1]


def mmsi_country(value: str) -> str:
    """ISO 3166-1 alpha-2 of the administration that assigned an MMSI; "" if it tells none.

    >>> mmsi_country("730123456"), mmsi_country("970123456")
    ('CO', '')
    """
    found = _MID.fullmatch(value) if len(value) == 9 else None
    return _countries().get(found[1], "") if found else ""


def call_sign(written: str, issuer: str) -> str | None:
    """A station's call sign, if it has a form of the Radio Regulations, or one in use beside them. No check digit.

    Source: ITU Radio Regulations, article 19, section III.

    >>> call_sign("wdc 6925", ""), call_sign("QABC", "")
    ('WDC6925', None)
    """
    value = plain(written) or ""
    return value if _CALL_SIGN.fullmatch(value) and not says_nothing(value) else None


@cache
def _countries() -> dict[str, str]:
    return mirrored(load("mid", dict[str, list[str]]))

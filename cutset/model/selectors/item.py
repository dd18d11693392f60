"""Identifiers of things seized: firearm, chemical substance, stamp."""

from __future__ import annotations

import re

from stdnum import casrn

from cutset.model.selectors import issuer as issuers
from cutset.model.selectors.characters import is_no_number, plain, says_nothing
from cutset.model.text import compact, fold

_SERIAL = re.compile(r"(?=.*[0-9])[A-Z0-9]{3,20}")
_LABEL = re.compile(r"^(?:serial|s/?n)\b(?:\s*(?:number|no|nr)\b)?[.:#\s]*", re.IGNORECASE)
_CAS = re.compile(r"(?:CAS)?(?:RN)?(?:NUMBER|NO|NR)?([0-9]{2,7})([0-9]{2})([0-9])")
_LONGEST_STAMP = 24

# Makers that are as often written by initials, by the compact form of what is written.
_MAKERS = {
    "SW": "SMITHWESSON",
    "SMITHANDWESSON": "SMITHWESSON",
    "HK": "HECKLERKOCH",
    "HECKLERANDKOCH": "HECKLERKOCH",
    "FN": "FNHERSTAL",
    "FNH": "FNHERSTAL",
    "FABRIQUENATIONALE": "FNHERSTAL",
    "FABRIQUENATIONALEHERSTAL": "FNHERSTAL",
    "CZ": "CESKAZBROJOVKA",
    "SIG": "SIGSAUER",
    "STURMRUGER": "RUGER",
    "PIETROBERETTA": "BERETTA",
    "FORJASTAURUS": "TAURUS",
    "IMBEL": "IMBEL",
    "NORINCO": "NORINCO",
}


def firearm(written: str, issuer: str) -> str | None:
    """A firearm's serial after its maker: `GLOCK:ABC123`; without a maker, None.

    Serials are unique only within a maker, and often only within a model. There is no check digit.

    >>> firearm("S/N abc-123", "Glock"), firearm("U99999", "Smith & Wesson"), firearm("ABC123", "")
    ('GLOCK:ABC123', 'SMITHWESSON:U99999', None)
    """
    serial = _LABEL.sub("", written, count=1) if issuer else written
    parts = issuers.split(serial, issuer, _maker)
    value = (plain(parts[1]) or "") if parts else ""
    return f"{parts[0]}:{value}" if parts and _SERIAL.fullmatch(value) and not says_nothing(value) else None


def cas(written: str, issuer: str) -> str | None:
    """A substance's registry number with its hyphens, if its check digit is right (Chemical Abstracts Service).

    >>> cas("CAS 437-38-7", ""), cas("437387", ""), cas("437-38-8", "")
    ('437-38-7', '437-38-7', None)
    """
    found = _CAS.fullmatch(plain(written) or "")
    value = "-".join(found.groups()) if found else ""
    return value if value and not value.startswith("0") and casrn.is_valid(value) else None


def stamp(written: str, issuer: str) -> str | None:
    """What is pressed on a tablet or printed on a package, folded and without spaces: `M 30` is `m30`.

    A single character says too little, and gives None.

    >>> stamp("M-30", ""), stamp("El Señor", ""), stamp("M", "")
    ('m30', 'elsenor', None)
    """
    value = fold(written).replace(" ", "") if len(written) <= 4 * _LONGEST_STAMP else ""
    return value if 2 <= len(value) <= _LONGEST_STAMP and not is_no_number(value) else None


def _maker(written: str) -> str:
    code = compact(fold(written))
    code = _MAKERS.get(code, code)
    return code if len(code) > 1 and not says_nothing(code) else ""

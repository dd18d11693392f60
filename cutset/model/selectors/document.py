"""Identifiers of persons' documents: passport, identity document, each with the country that issued it."""

from __future__ import annotations

import re

from cutset.model.selectors import issuer as issuers
from cutset.model.selectors.characters import plain, says_nothing

# ICAO 9303 part 4 gives a passport's number nine characters; older and other travel documents have more.
_PASSPORT = re.compile(r"(?=(?:.*[0-9]){3})[A-Z0-9]{5,15}")
_IDENTITY = re.compile(r"(?=(?:.*[0-9]){3})\w{4,24}")


def passport(written: str, issuer: str) -> str | None:
    """A passport's number after its country: `CO:AB123456`; without a country, None.

    It has no check digit outside the machine-readable zone. Source: ICAO 9303.

    >>> passport("AB 123456", "CO"), passport("CO:AB123456", ""), passport("AB123456", "")
    ('CO:AB123456', 'CO:AB123456', None)
    """
    return _issued(written, issuer, _PASSPORT)


def identity_document(written: str, issuer: str) -> str | None:
    """The number of an identity document (cédula, CURP, tax number, driver's licence) after its country.

    Each country has its own check, or none, and sources do not say which document it is: only the form is checked.

    >>> identity_document("8.400.307", "Colombia"), identity_document("unknown", "CO")
    ('CO:8400307', None)
    """
    return _issued(written, issuer, _IDENTITY)


def _issued(written: str, issuer: str, form: re.Pattern[str]) -> str | None:
    parts = issuers.split(written, issuer, issuers.country)
    value = (plain(parts[1]) or "") if parts else ""
    return f"{parts[0]}:{value}" if parts and form.fullmatch(value) and not says_nothing(value) else None

"""Identifiers by which people are reached: telephone number, email address; and a telephone's own, IMEI."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
from stdnum import luhn

from cutset.model.selectors import issuer as issuers
from cutset.model.selectors.characters import plain, says_nothing
from cutset.model.text import tidy

# A number alone: `phonenumbers` would otherwise find one inside any text, and pass over what else stands there.
_PHONE = re.compile(
    r"(?:(?:tel|phone|mobile|cell|fax)[.:]*\s*)?(\+?[0-9()\[\]\-‐-―./\s]{3,40}?)(?:\s*(?:ext\.?|extension|x|#)\s*[0-9]{1,7})?",
    re.IGNORECASE,
)
_LONGEST_EMAIL = 254
# RFC 5321 §4.1.2, a dot-string; RFC 1035 §2.3.1, a domain of two labels or more.
_EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\U0010ffff-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\U0010ffff-]+)*"
    r"@((?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]*[^\W_])"
)
_IMEI = re.compile(r"(?:IMEI)?(?:NUMBER|NO|NR)?([0-9]{15})")


def phone(written: str, issuer: str) -> str | None:
    """A telephone number in E.164 form, if it lies in a range that its country has assigned.

    A number with `+` needs no more. `issuer` is the country whose way of dialling a number without `+` is written in;
    without it, None. An extension is left out. Source: ITU-T E.164, by Google's metadata.

    >>> phone("+57 (1) 555 1234 x9", ""), phone("(202) 555-0143", "US"), phone("202 555 0143", "")
    (None, '+12025550143', None)
    >>> phone("00 44 20 7946 0958", "GB")
    '+442079460958'
    """
    found = _PHONE.fullmatch(tidy(unicodedata.normalize("NFKC", written))) if len(written) < 100 else None
    if not found:
        return None
    region = issuers.country(issuer) if issuer else ""
    if not region and not found[1].startswith("+"):
        return None
    try:
        number = phonenumbers.parse(found[1], region or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def email(written: str, issuer: str) -> str | None:
    """An email address in lower case, with its domain in the form of the DNS (IDNA), if both parts have their form.

    Case is dropped before the `@` too, since no provider of note keeps it apart; dots and `+` tags stay, since some
    do. Source: RFC 5321 §4.1.2.

    >>> email("<J.Doe@Example.COM>", ""), email("josé@correo.españa.es", ""), email("j.doe@localhost", "")
    ('j.doe@example.com', 'josé@correo.xn--espaa-rta.es', None)
    """
    if len(written) > 2 * _LONGEST_EMAIL:
        return None
    address = unicodedata.normalize("NFKC", tidy(written)).strip(" <>\"'.,;()").lower().removeprefix("mailto:")
    found = _EMAIL.fullmatch(address)
    if not found:
        return None
    local = address[: -len(found[1]) - 1]
    try:
        domain = found[1].encode("idna").decode()
    except UnicodeError:
        return None
    if len(local.encode()) > 64 or len(local) + len(domain) + 1 > _LONGEST_EMAIL:
        return None
    return f"{local}@{domain}"


def imei(written: str, issuer: str) -> str | None:
    """The fifteen digits of a mobile telephone's IMEI, if its check digit (Luhn) is right.

    With fourteen digits the check digit is missing, and with sixteen (IMEISV) a software version stands in its place:
    neither can be checked. Source: 3GPP TS 23.003 §6.2.1 and annex B.

    >>> imei("35-686800-004141-8", ""), imei("35-686800-004141-9", "")
    ('356868000041418', None)
    """
    found = _IMEI.fullmatch(plain(written) or "")
    return found[1] if found and luhn.is_valid(found[1]) and not says_nothing(found[1]) else None

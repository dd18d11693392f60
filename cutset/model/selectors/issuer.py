"""Who issued an identifier: `ISSUER:VALUE`, where the issuer is part of what makes it one thing."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from cutset.model import place

_SUBDIVISION = re.compile(r"([A-Z]{2})-([A-Z0-9]{1,3})")


def split(written: str, issuer: str, normal: Callable[[str], str]) -> tuple[str, str] | None:
    """(normalised issuer, what remains of `written`), or None if no issuer is known or the two given differ.

    The issuer stands in `issuer`, or before a colon in `written`, or in both. `normal` gives its normalised form, and
    "" if it is no issuer.
    """
    named = normal(issuer) if issuer else ""
    if issuer and not named:
        return None
    head, colon, tail = written.partition(":")
    if not colon:
        return (named, written) if named else None
    within = normal(head)
    if not within or (named and named != within):
        return None
    return within, tail


@lru_cache(maxsize=4_096)
def country(written: str) -> str:
    """The ISO 3166-1 alpha-2 code of a country in any usual form; "" if it is none."""
    return place.country(written.strip())


@lru_cache(maxsize=4_096)
def jurisdiction(written: str) -> str:
    """The ISO 3166-2 code of a State or province (`US-TX`), or the alpha-2 code of a country; "" if it is neither.

    That the country exists is checked; that it has that subdivision is not.
    """
    found = _SUBDIVISION.fullmatch(written.strip().upper())
    if found:
        return found[0] if country(found[1]) == found[1] else ""
    return country(written)

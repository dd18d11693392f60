"""Passwords, by Argon2id with the parameters of RFC 9106, second choice: 64 MiB, 3 passes, 4 lanes."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cutset.errors import CutsetError

SHORTEST, LONGEST = 12, 256
"""Characters. Long passwords need no rules of digits and signs (NIST SP 800-63B-4 §3.1.1)."""

_hasher = PasswordHasher()


class BadPassword(CutsetError):
    """A password is too short, too long, or the viewer's own name."""


def hashed(password: str, viewer: str = "") -> str:
    """The hash to keep. Raises `BadPassword`."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadPassword(
            f"a password has {SHORTEST} to {LONGEST} characters", remedy="take several words that do not go together"
        )
    if viewer and viewer.partition("@")[0].casefold() == password.casefold()[: len(viewer.partition("@")[0])]:
        raise BadPassword("a password must not begin with your own name", remedy="take another")
    return _hasher.hash(password)


def right(kept: str, password: str) -> bool:
    """Whether `password` is the one whose hash was kept. Without one it takes as long, so that time does not tell."""
    try:
        return _hasher.verify(kept or _of_nobody(), password[:LONGEST]) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def worn(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)


@cache
def _of_nobody() -> str:
    return _hasher.hash("the password of nobody at all")

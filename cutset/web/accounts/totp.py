"""One-time codes by the clock: RFC 6238 (TOTP), with the defaults that every authenticator app knows.

SHA-1, 30 seconds, 6 digits. The strength is in the secret's 160 bits; a collision of SHA-1 does not touch HMAC.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b32decode, b32encode
from datetime import datetime
from hashlib import sha1
from urllib.parse import quote

STEP_S = 30
DIGITS = 6
DRIFT = 1
"""Steps before and after the present one whose code is taken: telephones' clocks are not exact."""


def make_secret() -> str:
    """A fresh secret: 160 random bits in base 32."""
    return b32encode(secrets.token_bytes(20)).decode()


def code(secret: str, step: int, *, digits: int = DIGITS) -> str:
    """The code of a secret (base 32) at a step. Source: RFC 4226 §5.3, RFC 6238 §4.

    >>> code(b32encode(b"12345678901234567890").decode(), 59 // 30, digits=8)  # RFC 6238, appendix B
    '94287082'
    """
    digest = hmac.new(b32decode(secret), step.to_bytes(8, "big"), sha1).digest()
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"


def matched(secret: str, written: str, at: datetime, *, after: int) -> int | None:
    """The step whose code was `written`, near `at` and later than the step `after`; None where there is none.

    A code is used once: keep the step that this gives, and pass it as `after` the next time.
    """
    digits = "".join(each for each in written if each.isascii() and each.isdigit())
    now = int(at.timestamp()) // STEP_S
    found = None
    for step in range(now - DRIFT, now + DRIFT + 1):
        # Every step is compared, so that the time taken does not tell which one was right.
        if hmac.compare_digest(code(secret, step), digits) and step > after and found is None:
            found = step
    return found


def uri(secret: str, viewer: str) -> str:
    """What an authenticator app reads.

    >>> uri("ABC", "ann@dea")
    'otpauth://totp/cutset:ann%40dea?secret=ABC&issuer=cutset'
    """
    return f"otpauth://totp/cutset:{quote(viewer, safe='')}?secret={secret}&issuer=cutset"

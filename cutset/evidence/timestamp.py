"""RFC 3161 timestamps: what a timestamping authority says of when some bytes were there.

A head or a package's manifest is stamped where an authority is configured: its address in `CUTSET_TSA`, and the
certificates that it is trusted by, as PEM, in the file that `CUTSET_TSA_ROOTS` names. Only the SHA-512 digest of the
bytes is sent. The answer is kept as it came (`.tsr`), so that `openssl ts -verify` checks it too.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import Request, urlopen

from cryptography import x509

from cutset.errors import CutsetError
from cutset.log import heads
from cutset.log.entries import Head
from cutset.model.report import Struct

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse

URL_VARIABLE, ROOTS_VARIABLE = "CUTSET_TSA", "CUTSET_TSA_ROOTS"
TIMEOUT_S = 30
MAX_BYTES = 1 << 20
"""More than any honest answer has."""


class BadTimestamp(CutsetError):
    """A timestamp that could not be had, or that does not hold."""


class Authority(Struct, frozen=True):
    """A timestamping authority: its address, and the certificates (PEM) that its own must lead to."""

    url: str
    roots: bytes


class Stamped(Struct, frozen=True):
    """What a timestamp says: the bytes were there at `at`, in UTC, by the authority's clock; and its serial number."""

    at: datetime
    serial: str
    policy: str


def configured() -> Authority | None:
    """The authority that the environment names; None where it names none. Raises `BadTimestamp` for half of one."""
    url, roots = os.environ.get(URL_VARIABLE, ""), os.environ.get(ROOTS_VARIABLE, "")
    if not url and not roots:
        return None
    if not url or not roots:
        raise BadTimestamp(
            "a timestamping authority is only half configured", remedy=f"set both {URL_VARIABLE} and {ROOTS_VARIABLE}"
        )
    try:
        return Authority(url=url, roots=Path(roots).read_bytes())
    except OSError as error:
        raise BadTimestamp(
            f"the authority's certificates cannot be read: {error.strerror}",
            where=roots,
            remedy=f"mend {ROOTS_VARIABLE}",
        ) from error


def stamp(data: bytes, authority: Authority) -> bytes:
    """The authority's answer for `data`, checked before it is given. Raises `BadTimestamp`."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA512).build()
    if not authority.url.startswith(("https://", "http://")):
        raise BadTimestamp(
            "the authority's address is none of the web", where=authority.url, remedy=f"mend {URL_VARIABLE}"
        )
    asked = Request(  # noqa: S310 - the scheme is one of the two above
        authority.url,
        data=request.as_bytes(),
        headers={"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"},
    )
    try:
        with urlopen(asked, timeout=TIMEOUT_S) as answer:  # noqa: S310
            response: bytes = answer.read(MAX_BYTES + 1)
    except (URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise BadTimestamp(
            f"the timestamping authority does not answer: {reason}", where=authority.url, remedy="try again later"
        ) from error
    _checked(response, data, authority.roots, request.nonce)
    return response


def check(response: bytes, data: bytes, roots: bytes) -> Stamped:
    """What a kept answer says of `data`. Raises `BadTimestamp` where it is of other bytes, or not the authority's."""
    return _checked(response, data, roots, None)


def of_head(head: Head) -> bytes:
    """The bytes of a signed head that are stamped: what was signed, and the signature."""
    from cutset.clock import microseconds

    said = heads.message(head.origin, head.size, head.previous, microseconds(head.at), head.root)
    return said + head.signature


def _checked(response: bytes, data: bytes, roots: bytes, nonce: int | None) -> Stamped:
    from rfc3161_client import VerificationError, VerifierBuilder

    decoded = _decoded(response)
    try:
        certificates = x509.load_pem_x509_certificates(roots)
    except ValueError as error:
        raise BadTimestamp(
            "the authority's certificates cannot be read", remedy=f"{ROOTS_VARIABLE} names a file of PEM certificates"
        ) from error
    try:
        VerifierBuilder(roots=certificates, nonce=nonce).build().verify_message(decoded, data)
    except (VerificationError, ValueError) as error:
        raise BadTimestamp(
            f"the timestamp does not hold: {error}",
            remedy="check that it is of these bytes, and that the authority's certificates are the right ones",
        ) from error
    info = decoded.tst_info
    return Stamped(at=info.gen_time, serial=f"{info.serial_number:x}", policy=info.policy.dotted_string)


def _decoded(response: bytes) -> TimeStampResponse:
    from rfc3161_client import decode_timestamp_response

    try:
        decoded = decode_timestamp_response(response)
        # A refusal has no token to read.
        _ = decoded.tst_info
    except ValueError as error:
        raise BadTimestamp(
            "this is no timestamp, or one that was refused", where=f"{len(response)} bytes", remedy="ask for another"
        ) from error
    return decoded

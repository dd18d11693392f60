"""What a leaf commits to, and what a report's id and identity are made of (docs/adr/0002).

    proper   = H(2, salt_p, bytes of the report without portions)
    metadata = H(3, salt_p, bytes of [submitted_us, by, file, line])
    portion  = H(4, salt_k, bytes of portion k)
    portions = H(5, salt_q, portion 1, ..., portion n)
    leaf     = H(0, "R", proper, metadata, portions)
    id       = "r-" and the first 160 bits of `proper` in base 32
    identity = H(7, originator, every part, each with its length)

H is SHA-256 and the number is one byte, so that no two uses of it can be confused. A report has one random salt of 256
bits, from which the salts of its parts are derived one way: whoever is shown one part and its salt can test nothing
about another, not even whether there are portions. The salt lies with the body and goes with it at a purge; what is
left cannot then be tested against a list of guesses.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import msgspec

SALT_BYTES = 32

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [high + low for high in _LETTERS for low in _LETTERS]
_SHIFTS = range(150, -1, -10)

ID_BYTES = 20
"""160 bits: 32 letters, and no collision to be found, since the log and not the submitter draws the salt."""

encode = msgspec.json.Encoder(order="deterministic").encode
"""The canonical bytes of plain data: JSON, fields as declared, keys of maps sorted, decimals as strings."""


def proper(salt: bytes, body: bytes) -> bytes:
    """The commitment to a report without its portions."""
    return sha256(b"\x02" + sha256(b"proper" + salt).digest() + body).digest()


def metadata(salt: bytes, submitted_us: int, by: str, file: str, line: int | None) -> bytes:
    """The commitment to when and by whom the report was submitted, and what it was read from.

    Who may see the report may see these, so that they share its salt.
    """
    said = encode((submitted_us, by, file, line))
    return sha256(b"\x03" + sha256(b"proper" + salt).digest() + said).digest()


def portions(salt: bytes, bodies: Sequence[bytes]) -> bytes:
    """The commitment to all portions in their order; with none it looks no different."""
    each = b""
    for part, body in enumerate(bodies, start=1):
        part_salt = sha256(b"portion" + part.to_bytes(4, "big") + salt).digest()
        each += sha256(b"\x04" + part_salt + body).digest()
    return sha256(b"\x05" + sha256(b"portions" + salt).digest() + each).digest()


def report_leaf(proper: bytes, metadata: bytes, portions: bytes) -> bytes:
    """The Merkle leaf hash of a report, from its three commitments."""
    return sha256(b"\x00R" + proper + metadata + portions).digest()


def notice_leaf(salt: bytes, body: bytes) -> bytes:
    """The Merkle leaf hash of a notice."""
    return sha256(b"\x00N" + sha256(b"\x06" + sha256(b"notice" + salt).digest() + body).digest()).digest()


def report_id(proper: bytes) -> str:
    """The id that people see, from the commitment to the report without its portions.

    >>> report_id(bytes(32))
    'r-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
    """
    number = int.from_bytes(proper[:ID_BYTES], "big")
    # Ten bits at a time, which is half the time of the standard library's five bytes.
    return "r-" + "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


def identity(originator: str, body: bytes, portion_bodies: Sequence[bytes] = ()) -> bytes:
    """The hash by which the same agency's repeat is known."""
    whole = b"\x07"
    for part in (originator.encode(), body, *portion_bodies):
        whole += len(part).to_bytes(8, "big") + part
    return sha256(whole).digest()

"""Signing acts and transfers: the bytes that are signed, and the keys of viewers.

What is signed is UTF-8 text of three lines:

    cutset custody v1
    {the statement: the custody report's content without its signatures}
    {the signature itself, without its `signature` field}

Both objects are JSON without blanks, their fields in the order in which `cutset.model` declares them, fields that have
their default left out, times in RFC 3339 with Z, decimals as strings with the digits that were written. No line end
follows the third line. A signature is Ed25519 (RFC 8032). None of it needs a store: a giver signs in the field, a
receiver signs where it arrives, and both signatures are entered when there is a connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec.structs import replace

from cutset.access.registry import Registry
from cutset.clock import Clock
from cutset.errors import CutsetError
from cutset.log import heads
from cutset.log.commitment import encode
from cutset.log.errors import NoKey
from cutset.model.exhibit import Role, SealState, Signature
from cutset.model.report import Custody

SKEW = timedelta(minutes=5)
"""How far two clocks may differ before it is said."""

_CONTEXT = b"cutset custody v1\n"


class BadKey(CutsetError):
    """A viewer's key that is not there, cannot be read, or is another's."""


def statement(custody: Custody) -> bytes:
    """The canonical bytes of what an act or transfer says, the same whoever has signed it."""
    return encode(replace(custody, signatures=()) if custody.signatures else custody)


def statement_id(custody: Custody) -> str:
    """A name for the statement, which both sides can compute without a store: `x-` and 32 hexadecimal digits."""
    return "x-" + sha256(statement(custody)).hexdigest()[:32]


def message(custody: Custody, signature: Signature) -> bytes:
    """The bytes that a signature is made over."""
    return _CONTEXT + statement(custody) + b"\n" + encode(replace(signature, signature=""))


def sign(
    custody: Custody,
    key: Ed25519PrivateKey,
    *,
    role: Role,
    by: str,
    at: datetime,
    seal_state: SealState | None = None,
    remark: str = "",
) -> Custody:
    """The act or transfer with one more signature, given at `at`."""
    unsigned = Signature(role=role, by=by, key=heads.public_hex(key), at=at, seal_state=seal_state, remark=remark)
    signed = replace(unsigned, signature=key.sign(message(custody, unsigned)).hex())
    return replace(custody, signatures=(*custody.signatures, signed))


def authentic(custody: Custody, signature: Signature) -> bool:
    """Whether the owner of the key that the signature names made it over this act or transfer."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signature.key))
        key.verify(bytes.fromhex(signature.signature), message(custody, signature))
    except (InvalidSignature, ValueError):
        return False
    return True


def lapse(signature: Signature, entered: datetime, registry: Registry) -> str:
    """Why the key that signed was not the signer's to use then; "" where it was.

    `entered` is when the log took the signature in: what it shows of a key that was revoked is only that it was used
    before that moment, since a thief can write any time under a signature.
    """
    viewer = registry.viewer(signature.by)
    key = viewer.key(signature.key) if viewer else None
    if viewer is None or key is None:
        return "unknown"
    if key.revoked is not None and entered >= key.revoked:
        return f"the key was revoked on {key.revoked:%Y-%m-%d %H:%M} UTC, and the signature was entered after that"
    if signature.at < key.since - SKEW:
        return f"the key holds only since {key.since:%Y-%m-%d %H:%M} UTC"
    if key.until is not None and signature.at > key.until:
        return f"the key held only until {key.until:%Y-%m-%d %H:%M} UTC"
    return ""


# ---- the key's file -------------------------------------------------------------------------------------------------


def make_key(path: Path) -> str:
    """The public half of a new key, whose file (PKCS #8, PEM) only its owner may read. Raises `BadKey`."""
    if path.exists():
        raise BadKey("there is a file of that name already", where=str(path), remedy="name another, or remove it first")
    try:
        return heads.public_hex(heads.make_key(path))
    except NoKey as error:
        raise BadKey("the key cannot be written", where=str(path), remedy="name another place") from error


def read_key(path: Path) -> Ed25519PrivateKey:
    """The key in the file. Raises `BadKey`."""
    try:
        return heads.read_key(path)
    except NoKey as error:
        raise BadKey(
            "there is no Ed25519 key that can be read", where=str(path), remedy="make one with `cutset custody key`"
        ) from error


def owned(key: Ed25519PrivateKey, viewer: str, registry: Registry, clock: Clock) -> None:
    """Raises `BadKey` where the key is not one that this viewer may sign with now."""
    public = heads.public_hex(key)
    now = clock()
    why = lapse(Signature(role=Role.HOLDER, by=viewer, key=public, at=now), now, registry)
    if why:
        raise BadKey(
            f"{viewer} may not sign with this key" + (f": {why}" if why != "unknown" else ""),
            where=f"public key {public}",
            remedy=f"have an administrator register it: cutset custody key --register {public} --of {viewer}",
        )


def signed_by(signatures: Sequence[Signature], role: Role, by: str) -> list[Signature]:
    """The signatures that someone gave as `role`."""
    return [each for each in signatures if each.role is role and each.by == by]

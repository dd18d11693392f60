"""Signed tree heads, and the key that signs them."""

from __future__ import annotations

import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from cutset.clock import microseconds
from cutset.log.entries import Head
from cutset.log.errors import NoKey

KEY_VARIABLE = "CUTSET_KEY"
"""The environment variable that names the key's file, where it does not lie beside the store."""

_CONTEXT = b"cutset tree head v1\n"


def authentic(head: Head, public_key: str) -> bool:
    """Whether the owner of `public_key` (which need not be the one that the head itself names) signed the head."""
    try:
        said = message(head.origin, head.size, head.previous, microseconds(head.at), head.root)
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(head.signature, said)
    except (InvalidSignature, ValueError, OverflowError, TypeError):
        return False
    return True


def message(origin: str, size: int, previous: int, at_us: int, root: bytes) -> bytes:
    """What is signed: a context line, the log's origin, three 64-bit numbers (big-endian), and the root."""
    numbers = b"".join(number.to_bytes(8, "big") for number in (size, previous, at_us))
    return _CONTEXT + origin.encode() + b"\n" + numbers + root


class Signer:
    """The private key of a store, read when it is first needed."""

    def __init__(self, path: Path | None, public_key: str) -> None:
        self.path = path
        self.public_key = public_key
        self._key: Ed25519PrivateKey | None = None

    def ready(self) -> Ed25519PrivateKey:
        """The key, read. Raises `NoKey` where it is missing, unreadable or another store's."""
        if self._key is None:
            key = read_key(self.path)
            if public_hex(key) != self.public_key:
                raise NoKey(
                    "the key is not the one that this store was made with",
                    where=str(self.path),
                    remedy="put the store's own key there; only it can go on signing this log",
                )
            self._key = key
        return self._key

    def secret(self, label: str) -> bytes:
        """32 bytes that only who holds the key can make, others for each `label`. Raises `NoKey`."""
        raw = self.ready().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        return hmac.digest(raw, label.encode(), "sha256")

    def sign(self, said: bytes) -> bytes:
        """The signature of `said`. Raises `NoKey`."""
        return self.ready().sign(said)


def public_hex(key: Ed25519PrivateKey) -> str:
    """The public half of a key, in hexadecimal."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def read_key(path: Path | None) -> Ed25519PrivateKey:
    """The key in the PEM file at `path`. Raises `NoKey`."""
    if path is None:
        raise NoKey(
            "no key for signing tree heads was named",
            remedy=f"set the environment variable {KEY_VARIABLE} to the key's file; reading needs none",
        )
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError as error:
        raise NoKey(
            "the key that signs tree heads is missing, so nothing can be added",
            where=str(path),
            remedy=f"put it back, or name its place in {KEY_VARIABLE}; reading and verifying go on without it",
        ) from error
    except (OSError, ValueError, TypeError) as error:
        raise NoKey(
            "the key that signs tree heads cannot be read", where=str(path), remedy="restore it from its backup"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise NoKey("the key is not an Ed25519 key", where=str(path), remedy="restore the store's own key")
    return key


def make_key(path: Path | None) -> Ed25519PrivateKey:
    """The key at `path`, made there, for its owner's eyes only, where there is none yet. Raises `NoKey`."""
    if path is None or path.exists():
        return read_key(path)
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    written = False
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        written = True
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        # Another process made it in this moment.
        return read_key(path)
    except OSError as error:
        if written:
            path.unlink(missing_ok=True)
        raise NoKey(
            "the key that signs tree heads cannot be written",
            where=str(path),
            remedy=f"{error.strerror}: mend that, or name another place in {KEY_VARIABLE}",
        ) from error
    return key

"""Addresses in Bech32 and Bech32m (BIP 173, BIP 350) of any length, and in Bitcoin Cash's CashAddr."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import bech32

_BECH32, _BECH32M = 1, 0x2BC830A3
_VALUES = {char: value for value, char in enumerate(bech32.CHARSET)}
_CASHADDR = "bitcoincash"
# The CashAddr specification, "Checksum": generators of its BCH code over GF(32), 40 bits.
_GENERATORS = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)


def decoded(address: str) -> tuple[str, tuple[int, ...], bool] | None:
    """(human-readable part, values of five bits without the checksum, whether Bech32m), if the checksum is right.

    Unlike BIP 173 it sets no limit of 90 characters, which Zcash and Cardano exceed.
    """
    lower = address.lower()
    if lower != address and address.upper() != address:
        return None
    prefix, separator, rest = lower.rpartition("1")
    values = _values(rest)
    if not prefix or not separator or values is None or len(values) < 7 or not prefix.isascii():
        return None
    check = bech32.bech32_polymod(bech32.bech32_hrp_expand(prefix) + values)
    if check not in (_BECH32, _BECH32M):
        return None
    return prefix, tuple(values[:-6]), check == _BECH32M


def segwit(address: str, prefixes: Sequence[str]) -> str | None:
    """A segregated witness address in lower case, if its checksum, version and program are lawful.

    Version 0 must have Bech32 and a program of 20 or 32 bytes; versions 1 (taproot) to 16 must have Bech32m and
    2 to 40 bytes. Source: BIP 173, BIP 350.
    """
    found = decoded(address)
    if not found or found[0] not in prefixes:
        return None
    (version, *program), tapped = found[1], found[2]
    packed = bech32.convertbits(program, 5, 8, False)
    lengths = (20, 32) if version == 0 else range(2, 41)
    if packed is None or version > 16 or len(packed) not in lengths or tapped == (version == 0):
        return None
    return address.lower()


def from_cashaddr(address: str) -> tuple[int, bytes] | None:
    """(type: 0 key or 1 script, hash of 20 bytes) of a CashAddr address without its prefix, if its checksum is right.

    Types 2 and 3 say that the wallet takes tokens, and are the same address as 0 and 1 (CHIP-2022-02).
    """
    lower = address.lower()
    values = _values(lower) if address in (lower, address.upper()) else None
    if values is None or len(values) != 42 or _checksum((*_prefix(), *values)) != 0:
        return None
    packed = bech32.convertbits(values[:-8], 5, 8, False)
    # The version byte: a bit kept free, four of type, three of size, of which 0 is 20 bytes.
    if packed is None or packed[0] not in (0 << 3, 1 << 3, 2 << 3, 3 << 3):
        return None
    return packed[0] >> 3 & 1, bytes(packed[1:])


def to_cashaddr(kind: int, digest: bytes) -> str:
    """The CashAddr address, without its prefix, of a key's (0) or script's (1) hash of 20 bytes."""
    values = list(bech32.convertbits([kind << 3, *digest], 8, 5) or ())
    check = _checksum((*_prefix(), *values, *[0] * 8))
    values += [check >> 5 * (7 - place) & 31 for place in range(8)]
    return "".join(bech32.CHARSET[value] for value in values)


def _prefix() -> list[int]:
    return [*(ord(char) & 31 for char in _CASHADDR), 0]


def _checksum(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 35
        check = (check & 0x07FFFFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            if top >> bit & 1:
                check ^= generator
    return check ^ 1


def _values(text: str) -> list[int] | None:
    values = [_VALUES.get(char, -1) for char in text]
    return values if -1 not in values else None

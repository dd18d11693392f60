"""Wallets: an address with its chain, verified by the checksum that the address carries."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Callable, Iterator

import base58
from Crypto.Hash import keccak

from cutset.model.selectors import bech32m
from cutset.model.selectors.chains import Chain, all_chains, named

_SHORTEST, _LONGEST = 14, 512
_EVM = re.compile(r"(?:0[xX])?([0-9a-fA-F]{40})")
_STELLAR = re.compile(r"[GMC][A-Z2-7]{55}(?:[A-Z2-7]{13})?")
_EDGES = " \t\r\n\"'`<>()[]{}.,;"
# Monero's base58 writes eight bytes in eleven characters; a last, shorter block of bytes in so many characters.
_MONERO_BLOCKS = {11: 8, 7: 5}
_MONERO_NETWORKS = frozenset({18, 19, 42})  # an address, one with a payment's id, a subaddress
_ZCASH_PREFIXES = {"zs": False, "u": True, "tex": True}  # ZIP 173, ZIP 316, ZIP 320: whether Bech32m


def wallet(written: str, issuer: str) -> str | None:
    """An address after its chain: `XBT:1BoatSLRHtKNngkdXEeobR76b53LETtpyT`.

    `issuer` is a currency's code or name (`XBT`, `BTC`, `USDT`, ...), and its chains are tried first. If their checks
    fail, or no currency is said, all chains are tried in turn: an address whose checksum and version are Tron's is on
    Tron, though a list should file it under Bitcoin. A currency that is not known makes None. Chains that share
    Ethereum's addresses share the code `EVM`, so that one address has one value. Where a chain writes one address in
    several ways, its newest way is the value.

    >>> wallet("1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "BTC")
    'XBT:1BoatSLRHtKNngkdXEeobR76b53LETtpyT'
    >>> wallet("0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe", "USDC")
    'EVM:0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae'
    >>> wallet("1BoatSLRHtKNngkdXEeobR76b53LETtpyU", "")
    """
    return next(wallets(written, issuer), None)


def wallets(written: str, issuer: str = "") -> Iterator[str]:
    """Every wallet that `written` may be, likeliest first: some addresses are lawful on several chains."""
    if len(written) > _LONGEST:
        return
    scheme, colon, address = "".join(unicodedata.normalize("NFKC", written).split()).strip(_EDGES).partition(":")
    if not colon:
        scheme, address = "", scheme
    stated, within = named(issuer), named(scheme)
    if (issuer and not stated) or (scheme and not within):
        return
    if stated and within and not {chain.code for chain in stated} & {chain.code for chain in within}:
        return
    stated = within or stated
    address = "".join(filter(str.isprintable, address.partition("?")[0]))
    found = False
    for chain in stated:
        if canonical := _canonical(address, chain):
            found = True
            yield f"{chain.code}:{canonical}"
    if not found:
        yield from _on_any(address)


def _on_any(address: str) -> Iterator[str]:
    for chain in all_chains().chain:
        # What carries no check, and forty hexadecimal digits alone, are believed only of a source that names the chain.
        bare = chain.form == "solana" or (chain.form == "evm" and address[:2].lower() != "0x")
        if not bare and (canonical := _canonical(address, chain)):
            yield f"{chain.code}:{canonical}"


def _canonical(address: str, chain: Chain) -> str | None:
    if not address.isascii() or len(address) < _SHORTEST:
        return None
    return (
        (_base58check(address, chain.base58) if chain.base58 else None)
        or (bech32m.segwit(address, chain.bech32) if chain.bech32 else None)
        or (_FORMS[chain.form](address) if chain.form else None)
    )


def _base58check(address: str, versions: dict[str, str]) -> str | None:
    payload = _checked(address)
    for version, canonical in versions.items():
        # A hash of 20 bytes; but Zcash's oldest shielded address holds two keys of 32.
        size = 64 if version == "169a" else 20
        if payload and payload.startswith(bytes.fromhex(version)) and len(payload) == len(version) // 2 + size:
            return str(base58.b58encode_check(bytes.fromhex(canonical) + payload[-size:]).decode())
    return None


def _checked(address: str, alphabet: bytes = base58.BITCOIN_ALPHABET) -> bytes | None:
    """The bytes of an address in base58check, if their checksum is right."""
    if len(address) > 100:  # decoding takes time that grows with the square of the length
        return None
    try:
        return bytes(base58.b58decode_check(address, alphabet=alphabet))
    except ValueError:
        return None


def _evm(address: str) -> str | None:
    """EIP-55: mixed case is a checksum; all of one case has none, and is accepted. The null address is no wallet."""
    found = _EVM.fullmatch(address)
    if not found or not int(found[1], 16):
        return None
    digits, lower = found[1], found[1].lower()
    if digits not in (lower, digits.upper()):
        digest = keccak.new(digest_bits=256, data=lower.encode()).hexdigest()
        pairs = zip(lower, digest, strict=False)  # the digest is longer
        if digits != "".join(char.upper() if int(nibble, 16) > 7 else char for char, nibble in pairs):
            return None
    return "0x" + lower


def _cashaddr(address: str) -> str | None:
    """CashAddr, or Bitcoin's older form, which Bitcoin Cash kept until 2018."""
    if found := bech32m.from_cashaddr(address):
        return bech32m.to_cashaddr(*found)
    payload = _checked(address)
    if payload and len(payload) == 21 and payload[0] in (0, 5):
        return bech32m.to_cashaddr(int(payload[0] == 5), payload[1:])
    return None


def _monero(address: str) -> str | None:
    """Blocks of base58; the last four bytes are the start of the Keccak-256 of the others."""
    if len(address) not in (95, 106):
        return None
    blocks = [address[start : start + 11] for start in range(0, len(address), 11)]
    try:
        data = b"".join(base58.b58decode_int(block).to_bytes(_MONERO_BLOCKS[len(block)], "big") for block in blocks)
    except (ValueError, OverflowError):
        return None
    right = data[0] in _MONERO_NETWORKS and keccak.new(digest_bits=256, data=data[:-4]).digest()[:4] == data[-4:]
    return address if right and (data[0] == 19) == (len(address) == 106) else None


def _ripple(address: str) -> str | None:
    payload = _checked(address, base58.RIPPLE_ALPHABET)
    return address if payload and len(payload) == 21 and payload[0] == 0 else None


def _zcash(address: str) -> str | None:
    """Shielded and unified addresses: the checksum, not what the receivers inside are."""
    found = bech32m.decoded(address)
    return address.lower() if found and _ZCASH_PREFIXES.get(found[0]) is found[2] else None


def _cardano(address: str) -> str | None:
    found = bech32m.decoded(address)
    return address.lower() if found and found[0] in ("addr", "stake") and not found[2] else None


def _stellar(address: str) -> str | None:
    """A strkey: base32, of which the last two bytes are a CRC-16 (XModem) with the low byte first (SEP-23)."""
    if not _STELLAR.fullmatch(address):
        return None
    data = base64.b32decode(address + "=" * (-len(address) % 8))
    return address if binascii.crc_hqx(data[:-2], 0) == int.from_bytes(data[-2:], "little") else None


def _ton(address: str) -> str | None:
    """A user-friendly address: base64 of flags, workchain, hash and a CRC-16 (XModem) (TEP-2).

    The flags say whether a transfer may bounce, and are not part of what the address names: the value always says so.
    """
    if len(address) != 48:
        return None
    try:
        data = base64.b64decode(address.translate(str.maketrans("-_", "+/")), validate=True)
    except ValueError:
        return None
    if data[0] not in (0x11, 0x51) or binascii.crc_hqx(data[:-2], 0) != int.from_bytes(data[-2:], "big"):
        return None
    body = b"\x11" + data[1:-2]
    return base64.urlsafe_b64encode(body + binascii.crc_hqx(body, 0).to_bytes(2, "big")).decode()


def _solana(address: str) -> str | None:
    """A public key of 32 bytes in base58. It carries no checksum, so only its form is checked."""
    if not 32 <= len(address) <= 44:
        return None
    try:
        return address if len(base58.b58decode(address)) == 32 else None
    except ValueError:
        return None


_FORMS: dict[str, Callable[[str], str | None]] = {
    "evm": _evm,
    "cashaddr": _cashaddr,
    "monero": _monero,
    "ripple": _ripple,
    "zcash": _zcash,
    "cardano": _cardano,
    "stellar": _stellar,
    "ton": _ton,
    "solana": _solana,
}

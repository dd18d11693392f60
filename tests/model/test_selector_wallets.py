"""Wallets by chain: the standards' own test vectors, and addresses that projects publish as theirs."""

from __future__ import annotations

import base58
import pytest

from cutset.model.mention import SelectorKind
from cutset.model.selector import detect, read
from cutset.model.selectors.chains import all_chains

# (chain as written, address, value): from BIP 173, BIP 350, EIP-55, the CashAddr specification, ZIP 316, CIP 19 and
# others, or the public addresses of a project.
GOOD = [
    ("BTC", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "XBT:1BoatSLRHtKNngkdXEeobR76b53LETtpyT"),
    ("XBT", "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC", "XBT:3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC"),
    ("XBT", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "XBT:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    (
        "XBT",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        "XBT:bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    ),
    ("XBT", "BC1SW50QGDZ25J", "XBT:bc1sw50qgdz25j"),
    ("USDT", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "XBT:1BoatSLRHtKNngkdXEeobR76b53LETtpyT"),
    ("USDT", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "TRX:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
    ("Tron", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "TRX:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
    ("ETH", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "EVM:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"),
    ("ETC", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", "EVM:0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359"),
    ("BSC", "0x52908400098527886E0F7030069857D2E4169EE7", "EVM:0x52908400098527886e0f7030069857d2e4169ee7"),
    ("ARB", "0xde709f2102306220921060314715629080e2fb77", "EVM:0xde709f2102306220921060314715629080e2fb77"),
    ("ETH", "de709f2102306220921060314715629080e2fb77", "EVM:0xde709f2102306220921060314715629080e2fb77"),
    ("BCH", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "BCH:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"),
    ("BCH", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", "BCH:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"),
    ("BCH", "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC", "BCH:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq"),
    ("BCH", "QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A", "BCH:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"),
    ("BSV", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", "BSV:1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu"),
    ("XRP", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "XRP:rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"),
    (
        "XMR",
        "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
        "XMR:44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
    ),
    (
        "monero",
        "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H",
        "XMR:888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H",
    ),
    ("ZEC", "t3Vz22vK5z2LcKEdg16Yv4FFneEL1zg9ojd", "ZEC:t3Vz22vK5z2LcKEdg16Yv4FFneEL1zg9ojd"),
    (
        "ZEC",
        "zcU1Cd6zYyZCd2VJF8yKgmzjxdiiU1rgTTjEwoN1CGUWCziPkUTXUjXmX7TMqdMNsTfuiGN1jQoVN4kGxUR4sAPN4XZ7pxb",
        "ZEC:zcU1Cd6zYyZCd2VJF8yKgmzjxdiiU1rgTTjEwoN1CGUWCziPkUTXUjXmX7TMqdMNsTfuiGN1jQoVN4kGxUR4sAPN4XZ7pxb",
    ),
    ("XLM", "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ", None),
    (
        "ADA",
        "addr1qx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer3n0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2wywfgse35a3x",
        None,
    ),
    ("XTZ", "tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb", None),
    ("TON", "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs", None),
    ("SOL", "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", None),
]

# BIP 350's invalid addresses, of each chain that shares its form, and others.
BAD = [
    ("XBT", "1BoatSLRHtKNngkdXEeobR76b53LETtpyU"),
    ("XBT", "1boatslrhtknngkdxeeobr76b53lettpyt"),
    ("XBT", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd"),
    ("XBT", "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL"),
    ("XBT", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh"),
    ("XBT", "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4"),
    ("XBT", "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R"),
    ("XBT", "bc1pw5dgrnzv"),
    ("XBT", "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P"),
    ("XBT", "bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    ("XBT", "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx"),
    ("ETH", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"),
    ("ETH", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae"),
    ("ETH", "0x" + "0" * 40),
    ("", "de709f2102306220921060314715629080e2fb77"),
    ("BCH", "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6b"),
    ("XMR", "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3B"),
    ("XMR", "5" * 64),
    ("XRP", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTi"),
    ("EUR", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"),
    ("XBT", "ethereum:1BoatSLRHtKNngkdXEeobR76b53LETtpyT"),
    ("", "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"),
    ("XLM", "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGA"),
    ("TON", "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDt"),
    ("", ""),
    ("XBT", "1" * 500),
]


@pytest.mark.parametrize(("chain", "address", "value"), GOOD)
def test_good_addresses(chain: str, address: str, value: str | None) -> None:
    found = read(SelectorKind.WALLET, address, issuer=chain)
    assert found.verified
    assert found.value == (value or f"{chain}:{address}")
    again = read(SelectorKind.WALLET, found.value)
    assert (again.value, again.verified) == (found.value, True)


@pytest.mark.parametrize(("chain", "address"), BAD)
def test_bad_addresses(chain: str, address: str) -> None:
    found = read(SelectorKind.WALLET, address, issuer=chain)
    assert (found.value, found.verified) == (address, False)


@pytest.mark.parametrize(
    ("code", "version", "first"),
    [
        ("LTC", "30", "L"),
        ("LTC", "32", "M"),
        ("DOGE", "1e", "D"),
        ("DASH", "4c", "X"),
        ("DASH", "10", "7"),
        ("BTG", "26", "G"),
        ("BTG", "17", "A"),
        ("XVG", "1e", "D"),
        ("ZEC", "1cb8", "t1"),
        ("TRX", "41", "T"),
    ],
)
def test_versions_begin_with_their_letter(code: str, version: str, first: str) -> None:
    address = base58.b58encode_check(bytes.fromhex(version) + bytes(range(1, 21))).decode()
    found = read(SelectorKind.WALLET, address, issuer=code)
    assert address.startswith(first)
    assert (found.value, found.verified) == (f"{code}:{address}", True)


def test_one_key_written_in_two_ways_is_one_value() -> None:
    bounceable = read(SelectorKind.WALLET, "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs", issuer="TON")
    other = read(SelectorKind.WALLET, "UQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_p0p", issuer="TON")
    assert bounceable.value == other.value
    script = base58.b58decode_check("3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC")[1:]
    older = read(SelectorKind.WALLET, "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC", issuer="LTC")
    newer = read(SelectorKind.WALLET, base58.b58encode_check(b"\x32" + script).decode(), issuer="LTC")
    assert older.value == newer.value
    assert newer.value.startswith("LTC:M")


def test_an_address_filed_under_the_wrong_currency_has_its_own_chain() -> None:
    found = read(SelectorKind.WALLET, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", issuer="XBT")
    assert (found.value, found.verified) == ("TRX:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", True)


def test_spaces_and_invisible_characters_inside_are_dropped() -> None:
    found = read(SelectorKind.WALLET, " 1BoatSLRHtKN\u200bngkdXEeob R76b53LET\x00tpyT.\n", issuer="BTC")
    assert found.value == "XBT:1BoatSLRHtKNngkdXEeobR76b53LETtpyT"


def test_a_bare_address_is_detected() -> None:
    for chain, address, _ in GOOD:
        values = [found.value for found in detect(address) if found.kind is SelectorKind.WALLET]
        found = read(SelectorKind.WALLET, address, issuer=chain)
        assert found.value in values or chain == "SOL" or address.startswith("de709f")


def test_codes_and_names_are_of_one_chain_each() -> None:
    names = [name for chain in all_chains().chain for name in (chain.code, *chain.aliases)]
    assert len(names) == len(set(names))
    assert not {*all_chains().tokens} & {*names}
    assert {code for codes in all_chains().tokens.values() for code in codes} <= {c.code for c in all_chains().chain}

"""Selectors of real lists: found through CUTSET_DATA, and skipped where it is absent."""

from __future__ import annotations

import csv
import gzip
import os
from collections import Counter
from pathlib import Path

import pytest

from cutset.model.mention import SelectorKind
from cutset.model.selector import detect, mmsi_country, read

DATA = Path(os.environ.get("CUTSET_DATA", Path(__file__).parents[3] / "shared" / "data"))
WALLETS = DATA / "sanctions" / "ofac-crypto"
AIS = DATA / "tracks" / "ais-marinecadastre-2022-01-03.csv.gz"

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def wallets() -> list[tuple[str, str]]:
    """(currency, address) of OFAC's lists of wallets."""
    if not WALLETS.is_dir():
        pytest.skip(f"no lists of wallets: {WALLETS} is absent (set CUTSET_DATA)")
    return [
        (path.stem.rpartition("_")[2], line.strip())
        for path in sorted(WALLETS.glob("*.txt"))
        for line in path.read_text().splitlines()
        if line.strip()
    ]


@pytest.fixture(scope="module")
def ships() -> list[dict[str, str]]:
    """The rows of a day of AIS positions."""
    if not AIS.is_file():
        pytest.skip(f"no AIS positions: {AIS} is absent (set CUTSET_DATA)")
    with gzip.open(AIS, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_ofac_wallets_verify(wallets: list[tuple[str, str]]) -> None:
    unverified = [
        (currency, address)
        for currency, address in wallets
        if not read(SelectorKind.WALLET, address, issuer=currency).verified
    ]
    # One line of the Monero list is 64 hexadecimal digits: a payment's id or a key, and no address.
    assert [(currency, len(address)) for currency, address in unverified] == [("XMR", 64)]


def test_ofac_wallets_have_the_chain_of_their_list(wallets: list[tuple[str, str]]) -> None:
    chains: dict[str, Counter[str]] = {}
    for currency, address in wallets:
        found = read(SelectorKind.WALLET, address, issuer=currency)
        if found.verified:
            chains.setdefault(currency, Counter())[found.value.partition(":")[0]] += 1
    # One Tron address is filed under Bitcoin; USDT lives on three chains.
    assert chains["XBT"]["TRX"] == 1
    assert set(chains["USDT"]) == {"EVM", "TRX", "XBT"}
    evm = {"ETH", "ETC", "ARB", "BSC", "USDC"}
    for currency in chains.keys() - {"XBT", "USDT"}:
        assert set(chains[currency]) == {"EVM" if currency in evm else currency}


def test_ofac_wallets_are_detected_without_their_list(wallets: list[tuple[str, str]]) -> None:
    for currency, address in wallets:
        found = read(SelectorKind.WALLET, address, issuer=currency)
        if found.verified:
            assert found.value in {each.value for each in detect(address)}


def test_imo_numbers_of_ships_under_way(ships: list[dict[str, str]]) -> None:
    written = {row["IMO"] for row in ships if row["IMO"]}
    verified = sum(read(SelectorKind.IMO, each).verified for each in written)
    # Of 3,753 numbers typed into transponders, 153 are none: zeros, national numbers, too many digits.
    assert (len(written), verified) == (3_753, 3_600)


def test_mmsi_of_ships_under_way(ships: list[dict[str, str]]) -> None:
    written = {row["MMSI"] for row in ships}
    verified = {each for each in written if read(SelectorKind.MMSI, each).verified}
    assert (len(written), len(verified)) == (10_631, 10_603)
    countries = Counter(map(mmsi_country, verified))
    assert countries.most_common(1)[0][0] == "US"
    assert "" not in countries


def test_call_signs_of_ships_under_way(ships: list[dict[str, str]]) -> None:
    written = {row["CallSign"] for row in ships if row["CallSign"]}
    verified = sum(read(SelectorKind.CALL_SIGN, each).verified for each in written)
    assert verified / len(written) > 0.98

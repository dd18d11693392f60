"""The main job on real files: what agencies hold goes in, and linked leads come out."""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path

import pytest

from tests.cli.running import run

DATA = Path(os.environ.get("CUTSET_DATA", "../shared/data")).absolute()
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"CUTSET_DATA is not there: {DATA}"),
]
WALLETS_IN_BOTH = 204


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("national")
    some = folder / "unodc.csv"
    with gzip.open(
        DATA / "seizures" / "unodc_ids_dev_2011-2014.csv.gz", "rt", encoding="utf-8-sig", newline=""
    ) as rows:
        source, target = csv.reader(rows, delimiter=";"), some.open("w", newline="")
        with target:
            csv.writer(target, delimiter=";").writerows(row for _, row in zip(range(5001), source, strict=False))
    assert run(folder, "init", "national.cutset").status == 0
    for arguments in (
        ("unodc-ids", str(some), "--agency", "unodc"),
        ("ofac-sdn", str(DATA / "sanctions"), "--agency", "treasury", "--kind", "case"),
        ("ofac-crypto", str(DATA / "sanctions" / "ofac-crypto"), "--agency", "treasury"),
        ("ais-csv", str(DATA / "tracks" / "ais-marinecadastre-2022-01-03.csv.gz"), "--agency", "uscg"),
        ("cbp-nationwide", str(DATA / "seizures" / "cbp-nationwide-drugs-fy20-fy23.csv.gz"), "--agency", "cbp"),
        ("cbp-amo", str(DATA / "seizures" / "cbp-amo-drug-seizures-fy20-fy23.csv.gz"), "--agency", "cbp"),
    ):
        ran = run(folder, "ingest", *arguments, "--rejects", ".", "--json")
        assert ran.status == 0, ran.err
        loaded = ran.json
        assert loaded["read"] == loaded["accepted"] + loaded.get("repeated", 0) + loaded.get("rejected", 0)
    return folder


def test_every_wallet_that_both_lists_name_is_a_lead(store: Path) -> None:
    leads = run(store, "leads", "--limit", "100000", "--json").json
    to_cases = [lead for lead in leads if lead["kinds"][1] == "case"]
    wallets = {reason["value"] for lead in to_cases for reason in lead["reasons"] if reason["kind"] == "wallet"}
    assert len(wallets) == WALLETS_IN_BOTH
    told = run(store, "why", to_cases[0]["id"])
    assert told.status == 0
    assert "ofac-crypto" in told.out
    assert "ofac-sdn" in told.out


def test_no_vessel_of_that_day_is_claimed_to_be_designated(store: Path) -> None:
    leads = run(store, "leads", "--limit", "100000", "--json").json
    assert not [lead for lead in leads if "track" in lead["kinds"]]


def test_summaries_overview_and_verify(store: Path) -> None:
    found = run(store, "summary", "--by", "departure,destination,drug,year", "--json").json
    assert found["whole"]["events"] == 5000 + 654
    totals = run(store, "summary", "--basis", "totals", "--by", "drug", "--where", "fiscal_year=2021", "--json").json
    assert {row["key"][0] for row in totals["rows"]} == {"cbp-nationwide", "cbp-amo"}
    assert totals.get("whole") is None
    assert run(store, "overview", "--out", "overview.html").status == 0
    assert (store / "overview.html").stat().st_size > 50_000
    assert "The log is whole" in run(store, "verify").out

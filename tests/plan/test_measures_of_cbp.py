"""CBP's published figures: the measures reproduce fiscal-year totals by drug, and list the restatements."""

from __future__ import annotations

import csv
import gzip
import os
from collections import Counter, defaultdict
from decimal import Decimal
from math import fsum
from pathlib import Path

import pytest

from cutset.ingest.formats import reader
from cutset.ingest.load import load
from cutset.ingest.reader import Context
from cutset.model.marking import Marking, Tlp
from tests.plan.measuring import Measuring

DATA = Path(os.environ.get("CUTSET_DATA", "../shared/data"))
LB_KG = 0.45359237


def files() -> list[Path]:
    found = sorted(path for path in DATA.glob("seizures/cbp-nationwide-drugs-*.csv.gz"))
    if not found:
        pytest.skip("CBP's files are not under CUTSET_DATA")
    return found


def drugs(path: Path) -> dict[tuple[int, str], tuple[int, list[float]]]:
    """Events, and the kilograms of each row, by fiscal year and the source's own name of the drug, from the file alone.

    A row's kilograms are the product of two doubles, its pounds and 0.45359237, rounded once. "Equal exactly" is said
    of the sum of all rows: it must be the one double that is nearest to the exact sum, to the last bit.
    """
    events: Counter[tuple[int, str]] = Counter()
    kilograms: dict[tuple[int, str], list[float]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as text:
        for row in csv.DictReader(text):
            said = {name.strip(): (cell or "").strip() for name, cell in row.items() if name}
            key = (int(said["FY"][:4]), said["Drug Type"].rstrip("* "))
            events[key] += int(said["Count of Event"].replace(",", ""))
            kilograms[key].append(float(said["Sum Qty (lbs)"].replace(",", "")) * LB_KG)
    return {key: (events[key], kilograms[key]) for key in events}


@pytest.fixture
def ingested(measuring: Measuring) -> Measuring:
    ingest(measuring, "cbp-nationwide", files())
    return measuring


def ingest(measuring: Measuring, name: str, editions: list[Path]) -> None:
    context = Context(marking=Marking(originator="ash", tlp=Tlp.CLEAR))
    for path in editions:
        load(measuring.store.log, path, reader(name), context, by="ann@ash", rejects=measuring.folder / "rejects.csv")
    measuring.sources.catch_up()


def test_fiscal_years_by_drug(ingested: Measuring) -> None:
    from cutset.model import codes

    newest = drugs(files()[-1])
    expected_events: Counter[tuple[int, str]] = Counter()
    expected_kg: dict[tuple[int, str], list[float]] = defaultdict(list)
    for (year, name), (counts, kilograms) in newest.items():
        found = codes.find_substance(name)
        code = found.code if found else ""
        expected_events[year, code] += counts
        expected_kg[year, code].extend(kilograms)
    for year in sorted({year for year, _ in newest}):
        counted = ingested.take("seizures", period=f"FY{year}", by=["drug"])
        weighed = ingested.take("seized-mass", period=f"FY{year}", by=["drug"])
        events = {figure.key[1]: figure.value for figure in counted.published}
        masses = {figure.key[1]: figure.value for figure in weighed.published}
        assert events == {code: each for (of, code), each in expected_events.items() if of == year}
        assert masses == {code: fsum(each) for (of, code), each in expected_kg.items() if of == year}
        assert counted.whole.value is None, "published totals are never added to events"


@pytest.mark.parametrize("name", ["cbp-nationwide", "cbp-amo"])
def test_restatements_are_all_listed(measuring: Measuring, name: str) -> None:
    """Records that both editions have and tell otherwise, from the files alone: not those written anew to 15 digits."""
    editions = sorted(DATA.glob(f"seizures/{name}-*.csv.gz"))
    if not editions:
        pytest.skip("CBP's files are not under CUTSET_DATA")
    ingest(measuring, name, editions)
    older, newer = (rows(path) for path in (editions[0], editions[-1]))
    years = {key[0] for key in older} & {key[0] for key in newer}
    changed = {
        key
        for key, (events, pounds) in older.items()
        if key[0] in years
        and (key not in newer or newer[key][0] != events or float(newer[key][1]) != pytest.approx(float(pounds)))
    }
    found = measuring.take("restatements").whole
    if len(editions) < 2:
        assert found.value is None
        return
    assert found.value == len(changed)
    assert found.beside["records compared"] >= len({key for key in older if key in newer})


def rows(path: Path) -> dict[tuple[int, ...], tuple[int, Decimal]]:
    """Events and pounds of each row, by fiscal year and all of its headings."""
    found = {}
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as text:
        for row in csv.DictReader(text):
            said = {name.strip(): " ".join((cell or "").split()) for name, cell in row.items() if name}
            events, pounds = said.pop("Count of Event"), said.pop("Sum Qty (lbs)")
            year = int(said.pop("FY")[:4])
            key = (year, *(cell.casefold() for _, cell in sorted(said.items())))
            found[key] = (int(events.replace(",", "")), Decimal(pounds.replace(",", "")))
    return found  # type: ignore[return-value]

"""Statuses of assets: what a row becomes, and what it must say."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cutset.ingest.asset_statuses import COLUMNS, AssetStatuses
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import BadFile
from cutset.model.marking import Marking
from cutset.model.report import Kind, Track

CONTEXT = Context(marking=Marking(originator="ash"), now=datetime(2024, 5, 1, tzinfo=UTC))
GOOD = "A1,Cutter One,cutter,2024-04-30T12:00:00Z,8.5,-84.25,28,2024-05-20T00:00:00Z,yes"


def read(folder: Path, *rows: str, context: Context = CONTEXT) -> list[Draft | Reject]:
    path = folder / "assets.csv"
    path.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n")
    return list(AssetStatuses().read(path, context))


def test_a_row_is_an_assets_place_and_how_it_stands(tmp_path: Path) -> None:
    full, bare = read(tmp_path, GOOD, ",Launch,,2024-04-30 06:30,-1,0,,,")
    assert isinstance(full, Draft)
    assert isinstance(bare, Draft)
    content = full.report.content
    assert isinstance(content, Track)
    assert content.own is not None
    assert (content.own.name, content.own.sort, content.own.speed_kn) == ("Cutter One", "cutter", 28.0)
    assert content.own.until == datetime(2024, 5, 20, tzinfo=UTC)
    assert content.positions[0].at == datetime(2024, 4, 30, 12, tzinfo=UTC)
    other = bare.report.content
    assert isinstance(other, Track)
    assert other.own is not None
    assert (other.own.speed_kn, other.own.until, other.own.available) == (None, None, True)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("asset", ""),
        ("at", "2024-04-30"),
        ("at", "2031-01-01T00:00:00Z"),
        ("at", "noon"),
        ("latitude", "90.1"),
        ("longitude", ""),
        ("speed_kn", "0"),
        ("until", "May"),
        ("available", "perhaps"),
    ],
)
def test_a_row_at_fault_is_a_reject_that_names_its_cell(tmp_path: Path, column: str, value: str) -> None:
    cells = dict(zip(COLUMNS, GOOD.split(","), strict=True)) | {column: value}
    bad, good = read(tmp_path, ",".join(cells.values()), GOOD)
    assert isinstance(bad, Reject)
    assert (bad.column, bad.value, bad.line) == (column, value, 2)
    assert isinstance(good, Draft)


def test_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="tracks"):
        read(tmp_path, GOOD, context=Context(marking=CONTEXT.marking, kind=Kind.CASE))

"""Made beside real: the figures are those of the files, the page holds them, and what is absent is said."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from cutset.cli.exercise_pages import calibration_page, film_page
from cutset.errors import CutsetError
from cutset.exercise.calibration import REGIONS, SIZES, Calibration, Line, Series, calibrate
from cutset.exercise.world import make

DATA = Path(os.environ.get("CUTSET_DATA", Path(__file__).parents[3] / "shared" / "data"))


@pytest.mark.skipif(not (DATA / "seizures").is_dir(), reason="the real files are not here; set CUTSET_DATA")
def test_the_made_world_is_near_the_real_one_where_it_claims_to_be() -> None:
    found = calibrate(make(7, quiet=0), DATA)
    lines = found.lines
    of = {(line.table.partition(":")[0], line.what, line.unit): line for line in lines}
    # Counted by hand from the file: fiscal years 2022 and 2023 of the edition FY2020-2023.
    assert of["CBP", "cocaine", "kg"].real == pytest.approx(13.104, abs=0.01)
    for drug in ("cocaine", "fentanyl", "methamphetamine"):
        assert not of["CBP", drug, "kg"].differs, of["CBP", drug, "kg"]
    assert sum(not line.differs for line in lines) >= len(lines) / 2
    # Months of each drug and region of which there are enough, over the two years that the file and the world have.
    by_month = [row for row in found.series if row.table.startswith("CBP: share of the events by month")]
    many = {(row.table.rpartition(", ")[2], row.what) for row in by_month}
    assert many >= {(region, drug) for region in REGIONS for drug in ("cocaine", "methamphetamine")}
    assert (REGIONS[0], "fentanyl") in many
    # Of fentanyl elsewhere the made world has next to none.
    assert (REGIONS[1], "fentanyl") not in many
    for row in by_month:
        assert len(row.labels) == len(row.made) == len(row.real) == 24
        assert row.labels[0] == row.labels[12] == "Oct"
        assert sum(row.made) == pytest.approx(100, abs=0.2)
        assert sum(row.real) == pytest.approx(100, abs=0.2)
    # Counted by hand from the same file: at the Southwest border 84 of 2,076 events with cocaine were in October 2021.
    (cocaine,) = (row for row in by_month if row.what == "cocaine" and row.table.endswith(REGIONS[0]))
    assert cocaine.real[0] == pytest.approx(100 * 84 / 2076, abs=0.01)
    (air,) = (row for row in found.series if row.what == "air")
    assert air.labels == SIZES
    assert 0 < air.overlap < 100


def test_rows_that_are_the_same_overlap_wholly() -> None:
    def row(made: tuple[float, ...], real: tuple[float, ...]) -> Series:
        return Series(table="t", what="w", labels=("a", "b"), made=made, real=real)

    assert row((40.0, 60.0), (40.0, 60.0)).overlap == 100
    assert row((100.0, 0.0), (0.0, 100.0)).overlap == 0
    assert row((40.0, 60.0), (60.0, 40.0)).overlap == 80


def test_a_figure_differs_beyond_a_factor_of_two() -> None:
    def line(made: float | None, real: float | None) -> Line:
        return Line(table="t", what="w", made=made, real=real, unit="")

    assert not line(10, 6).differs
    assert line(10, 4).differs
    assert line(4, 10).differs
    assert line(None, 4).differs
    assert line(0.0, 4).differs
    assert not line(None, None).differs


def test_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(CutsetError, match="not there") as told:
        calibrate(make(1, organisations=1, quiet=0, scale=0, months=1), tmp_path)
    assert "cbp-nationwide" in (told.value.where or "")


def test_pages_hold_all_they_need_and_say_that_they_are_made() -> None:
    world = make(1, organisations=3, quiet=0, scale=0, months=5)
    lines = [Line(table="<t>", what="<b>", made=1.0, real=9.0, unit="kg")]
    rows = (Series(table="<t>", what="<i>", labels=("<u>", "b"), made=(40.0, 60.0), real=(60.0, 40.0)),)
    found = Calibration(lines=tuple(lines), series=rows)
    for page in (film_page(world), calibration_page(world, found)):
        assert "MADE EXERCISE DATA" in page
        assert not re.search(r"""(?:src|href)=|url\(|<script|https?://""", page)
    page = calibration_page(world, found)
    for name in ("b", "i", "u"):
        assert f"&lt;{name}&gt;" in page
    assert "<i>" not in page
    assert "<u>" not in page
    assert "80 % of the two is the same" in page
    film = film_page(world)
    assert film.count("<animate ") == 5
    assert "October 2022 (month 1)" in film
    assert "February 2023 (month 5)" in film

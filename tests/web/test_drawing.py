"""Where things are drawn: the map, the curves on it, the time charts, the colours."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import combinations, pairwise
from math import hypot

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from cutset.web import flowmap, timeline
from cutset.web.overview import asset
from cutset.web.overview_data import Flow, Period, Place
from cutset.web.palette import colours
from cutset.web.projection import curve, project
from tests.web import made

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
points = st.tuples(latitudes, longitudes)


def test_the_projection_is_equal_area() -> None:
    """Cells of the same area on the globe have the same area on the map, wherever they lie."""
    from math import asin, degrees

    areas = []
    for band in (-0.9, -0.5, 0.0, 0.4, 0.88):
        south, north = degrees(asin(band)), degrees(asin(band + 0.01))
        corners = [project(south, 30), project(south, 31), project(north, 31), project(north, 30)]
        areas.append(
            abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True)))
        )
    assert max(areas) / min(areas) == pytest.approx(1, rel=2e-3)


@given(points, points)
@example((-84.0, 136.0), (0.0, 179.0))  # The bow alone would go over the edge, and back.
@example((10.0, 180.0), (-40.0, -180.0))
def test_a_curve_joins_its_ends_in_at_most_two_runs(start: tuple[float, float], end: tuple[float, float]) -> None:
    runs = curve(start, end)
    assert 1 <= len(runs) <= 2
    for point, place in ((runs[0][0], start), (runs[-1][-1], end)):
        assert hypot(point[0] - project(*place)[0], point[1] - project(*place)[1]) < 40 or abs(place[1]) > 179
    for run in runs:
        assert all(abs(x) <= 500.001 and abs(y) <= 245 for x, y in run)
        assert max(hypot(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(run)) < 90


def test_the_way_there_and_the_way_back_lie_apart() -> None:
    there, back = curve((4.6, -74.3), (40.5, -3.7))[0], curve((40.5, -3.7), (4.6, -74.3))[0]
    middle = len(there) // 2
    assert hypot(there[middle][0] - back[middle][0], there[middle][1] - back[middle][1]) > 15


def test_the_pacific_is_crossed_the_short_way() -> None:
    runs = curve((35.9, 104.2), (39.8, -98.6))
    assert len(runs) == 2
    assert runs[0][0][0] < runs[0][-1][0]
    assert runs[1][0][0] < 0 < runs[0][-1][0]


def test_names_lie_within_the_map_and_over_no_other() -> None:
    laid = flowmap.lay_out(made.full().flows, {})
    x0, y0, width, height = map(float, laid.view_box.split())
    size = 12.5 * laid.unit
    spots = []
    for name in laid.large:
        wide = 0.56 * size * len(name.text)
        left = name.x - {"start": 0, "end": wide, "middle": wide / 2}[name.anchor]
        assert x0 <= left
        assert left + wide <= x0 + width
        assert y0 <= name.y <= y0 + height
        spots.append((left, name.y - size * 0.85, left + wide, name.y + size * 0.15))
    assert len(spots) >= 10
    for a, b in combinations(spots, 2):
        assert not (a[0] < b[2] - 0.2 and b[0] < a[2] - 0.2 and a[1] < b[3] - 0.2 and b[1] < a[3] - 0.2)


def test_a_small_region_fills_the_map() -> None:
    flow = Flow(departure=made.PLACES["CO"], destination=made.PLACES["PA"], drug_class="", events=1)
    assert float(flowmap.lay_out([flow], {}).view_box.split()[2]) < 500
    assert flowmap.lay_out([], {}).view_box.split()[2] == "1000.0"


def test_pairs_add_up_and_those_that_cannot_be_drawn_are_told() -> None:
    flows = made.full().flows
    laid = flowmap.lay_out(flows, {})
    assert sum(pair.events for pair in (*laid.pairs, *laid.within)) == sum(flow.events for flow in flows)
    assert len(laid.bands) + laid.hidden + laid.unplaced == len(laid.pairs)
    nowhere = replace(flows[0], departure=Place(code="XX", latitude_deg=91.0, longitude_deg=0.0))
    assert flowmap.lay_out([nowhere], {}).unplaced == 1


def test_columns_stack_to_the_height_of_their_sum() -> None:
    periods = [
        Period(year=2025, month=month, drug_class=name, events=events)
        for month, name, events in ((1, "a", 30), (1, "b", 20), (3, "a", 10))
    ]
    laid = timeline.lay_out(periods, {"a": 1, "b": 2})
    assert laid is not None
    assert (laid.by, laid.first, laid.last) == ("month", "Jan 2025", "Mar 2025")
    assert [tick.label for tick in laid.y_ticks] == ["0", "10", "20", "30", "40", "50"]
    january = [column for column in laid.columns if column.x < 30]
    assert sum(column.height for column in january) == pytest.approx(timeline.HEIGHT)
    assert [chart.events for chart in laid.classes] == [40, 20]


def test_years_stand_where_months_are_too_many_or_not_known() -> None:
    long = [Period(year=year, month=6, drug_class="a", events=1) for year in range(2005, 2026)]
    undated = [
        Period(year=2024, month=None, drug_class="a", events=5),
        Period(year=2024, month=2, drug_class="a", events=5),
    ]
    mixed = [
        Period(year=2024, month=None, drug_class="a", events=1),
        Period(year=2024, month=2, drug_class="a", events=99),
    ]
    for periods, by, left_out in ((long, "year", 0), (undated, "year", 0), (mixed, "month", 1)):
        laid = timeline.lay_out(periods, {"a": 1})
        assert laid is not None
        assert (laid.by, laid.left_out) == (by, left_out)


def test_many_classes_end_in_one_for_the_rest_that_adds_up() -> None:
    periods = [Period(year=2025, month=1, drug_class=f"class {n}", events=n + 1) for n in range(12)]
    laid = timeline.lay_out(periods, colours({period.drug_class: period.events for period in periods}))
    assert laid is not None
    assert len(laid.classes) == timeline.MOST_CLASSES
    assert laid.classes[-1].name == "other classes"
    assert sum(chart.events for chart in laid.classes) == sum(period.events for period in periods)


def test_no_two_of_the_first_classes_share_a_colour() -> None:
    names = ["Cocaine-type", "Opioid", "Synthetic opioid", "Amphetamine-type stimulant", "Cannabis", "Sedative", "x"]
    assert sorted(colours(dict.fromkeys(names, 1)).values()) == [1, 2, 3, 4, 5, 6, 7]


# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
SIGHTS = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
Colour = tuple[float, float, float]


def linear(written: str) -> Colour:
    red, green, blue = (int(written[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue))  # type: ignore[return-value]


def luminance(colour: Colour) -> float:
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def lab(colour: Colour) -> Colour:
    def f(t: float) -> float:
        return t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116

    r, g, b = (min(1.0, max(0.0, c)) for c in colour)
    x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505)
    y = f(0.2126 * r + 0.7152 * g + 0.0722 * b)
    z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def shades(scheme: int) -> tuple[list[str], str]:
    """The eight shades and the ground of the light (0) or dark (1) scheme, as the stylesheet gives them."""
    style = str(asset("overview.css"))
    found = [re.findall(rf"--c{number}: (#[0-9a-f]{{6}})", style)[scheme] for number in range(1, 9)]
    return found, re.findall(r"--card: (#[0-9a-f]{6})", style)[scheme]


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize("sight", SIGHTS)
def test_the_shades_are_told_apart_by_every_sight(scheme: int, sight: str) -> None:
    seen = []
    for shade in shades(scheme)[0]:
        colour = linear(shade)
        seen.append(lab(tuple(sum(m * c for m, c in zip(row, colour, strict=True)) for row in SIGHTS[sight])))  # type: ignore[arg-type]
    nearest = min(hypot(*(p - q for p, q in zip(a, b, strict=True))) for a, b in combinations(seen, 2))
    assert nearest >= 18


@pytest.mark.parametrize("scheme", [0, 1])
def test_the_shades_stand_out_from_the_page(scheme: int) -> None:
    found, ground = shades(scheme)
    for shade in found:
        light, dark = sorted((luminance(linear(shade)), luminance(linear(ground))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3


def test_the_base_map_carries_its_licence() -> None:
    notice = files("cutset.web").joinpath("assets", "NOTICE").read_text(encoding="utf-8")
    assert "world-atlas" in notice
    assert "public domain" in notice
    assert "Permission to use, copy, modify" in notice

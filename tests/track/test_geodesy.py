"""Laws of the sphere, and of the earliest meeting on it."""

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cutset.track.geodesy import HALFWAY_NMI, Place, course_deg, distance_nmi, sailed
from cutset.track.intercepts import HORIZON_H, NEAR_NMI, meeting

places = st.tuples(st.floats(-70, 70), st.floats(-180, 179.9))
courses = st.floats(0, 359.9)


@given(places, places, places)
def test_distance_is_a_distance(one: Place, two: Place, three: Place) -> None:
    assert distance_nmi(one, one) == 0
    assert isclose(distance_nmi(one, two), distance_nmi(two, one), abs_tol=1e-9)
    assert 0 <= distance_nmi(one, two) <= HALFWAY_NMI + 1e-6
    assert distance_nmi(one, three) <= distance_nmi(one, two) + distance_nmi(two, three) + 1e-6


@given(places, courses, st.floats(0, 800))
def test_who_sails_comes_no_farther_than_sailed_and_back_again(here: Place, course: float, nmi: float) -> None:
    there = sailed(here, course, nmi)
    assume(abs(there[0]) < 85)
    assert distance_nmi(here, there) <= nmi + 1e-6
    assert distance_nmi(sailed(there, (course + 180) % 360, nmi), here) < 0.01


def test_known_courses_and_distances() -> None:
    # Los Angeles to New York: the worked example of Williams' formulary.
    lax, jfk = (33.95, -118.4), (40.6333, -73.7833)
    assert distance_nmi(lax, jfk) == pytest.approx(2144, abs=1)
    assert course_deg(lax, jfk) == pytest.approx(66, abs=0.5)
    assert sailed((89.9, 0.0), 0.0, 60.0)[0] == 90.0


@given(places, st.floats(1, 60), places, courses, st.floats(0, 60))
def test_at_a_meeting_both_have_come_there_and_not_before(
    asset: Place, asset_kn: float, target: Place, course: float, target_kn: float
) -> None:
    found = meeting(asset, asset_kn, target, course, target_kn)
    if found is None:
        return
    assert 0 <= found.hours <= HORIZON_H
    there = sailed(target, course, target_kn * found.hours)
    assert there == found.place
    assert distance_nmi(asset, there) <= asset_kn * found.hours + NEAR_NMI
    # At no earlier time could it have been there: tried on a grid, with room for the size of a meeting.
    for tenth in range(10):
        hours = found.hours * tenth / 10
        short = distance_nmi(asset, sailed(target, course, target_kn * hours)) - asset_kn * hours
        assert short >= 0 or isclose(short, 0, abs_tol=NEAR_NMI)


@given(places, places, courses, st.floats(0, 20))
def test_the_faster_asset_is_never_later(asset: Place, target: Place, course: float, target_kn: float) -> None:
    slow, fast = (meeting(asset, knots, target, course, target_kn) for knots in (25.0, 50.0))
    if slow is not None:
        assert fast is not None
        assert fast.hours <= slow.hours + 1e-6


def test_what_flees_as_fast_as_it_is_chased_is_not_caught_and_what_comes_is() -> None:
    assert meeting((0, 0), 10, (0, 1), 90, 10) is None
    assert meeting((0, 0), 10, (0, 1), 90, 20) is None
    assert meeting((0, 0), 0, (0, 1), 90, 0) is None
    coming = meeting((0, 0), 0, (0, 1), 270, 10)
    assert coming is not None
    assert coming.hours == pytest.approx(6.0, abs=0.01)
    here = meeting((0, 0), 10, (0, 0), 90, 50)
    assert here is not None
    assert here.hours == 0

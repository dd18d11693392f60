"""Tracks by example: whose positions they are, gaps and jumps that are shown, sources laid together, what age does."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutset.track.geodesy import Box
from cutset.track.legs import LONGEST_US, MOST, Fix, cut, pack, unpack
from cutset.track.picture import Seen, path, picture, span
from cutset.track.tracks import MOST_ODD, NoTrack, Track, radius_nmi
from tests.samples import marked, private
from tests.track.making import apart, at, case, index, seen, ship, track
from tests.worlds import Store

CALM = [(number / 10, 8.0, -84.0 + number * 0.01, 6.0, 90.0) for number in range(20)]
"""Two hours at about six knots to the east."""


def tracks(store: Store, hours: float, agency: str = "ash", **asked: object) -> dict[str, Track]:
    shown = picture(index(store), store.rights(agency), at(hours), **asked)  # type: ignore[arg-type]
    return {each.track.id: each.track for each in shown.tracks}


def one(store: Store, hours: float) -> Track:
    (found,) = tracks(store, hours).values()
    return found


def test_a_calm_track_is_one_without_gaps_or_jumps(store: Store) -> None:
    store.submit(track(*CALM, of=ship("366000001", name="MADE ONE")))
    found = one(store, 2)
    assert (found.id, found.name, found.gapped, found.jumped, found.dark) == ("mmsi:366000001", "MADE ONE", 0, 0, False)
    assert (found.at, found.speed_kn, found.course_deg) == (at(1.9), 6.0, 90.0)
    assert found.trail[0] == (8.0, -84.0)
    assert found.trail[-1] == (8.0, -84.0 + 19 * 0.01)


def test_the_time_slider_shows_it_as_it_was(store: Store) -> None:
    store.submit(track(*CALM, of=ship("366000001")))
    assert one(store, 0.55).at == at(0.5)
    assert one(store, 0.55).longitude_deg == pytest.approx(-83.95)
    assert not tracks(store, -1)
    assert not tracks(store, 100)
    assert one(store, 100 - 24.5 - 72).at == at(1.9)
    assert not tracks(store, 2, back=timedelta(minutes=1))


def test_a_dark_period_is_shown_and_one_that_lasts_has_no_end(store: Store) -> None:
    late = [(hours + 5, *rest) for hours, *rest in CALM]
    store.submit(track(*CALM, *late, of=ship("366000001")))
    found = one(store, 12)
    assert [(each.since, each.until) for each in found.gaps] == [(at(1.9), at(5)), (at(6.9), None)]
    assert found.dark
    assert not one(store, 7).dark


def test_an_impossible_jump_is_shown_and_not_smoothed_away(store: Store) -> None:
    strayed = [*CALM[:10], (0.95, 40.0, -20.0, 6.0, 90.0), *CALM[10:]]
    store.submit(track(*strayed, of=ship("366000001")))
    found = one(store, 2)
    assert [each.came for each in found.jumps] == [(40.0, -20.0), CALM[10][1:3]]
    assert found.jumps[0].speed_kn is not None
    assert found.jumps[0].speed_kn > 10_000
    assert (40.0, -20.0) in found.trail
    assert one(store, 0.97).place == (40.0, -20.0)


def test_two_places_at_once_are_a_jump_of_no_speed(store: Store) -> None:
    store.submit(track((0, 8.0, -84.0), (0, 40.0, -20.0), of=ship("366000001")))
    (found,) = one(store, 0.1).jumps
    assert found.speed_kn is None


def test_an_aircraft_may_fly_what_a_ship_cannot_sail(store: Store) -> None:
    flown = ((0, 8.0, -84.0), (0.5, 11.0, -84.0))
    store.submit(track(*flown, of=ship("111000001", by_air=True)))
    store.submit(track(*flown, of=ship("366000001")))
    found = tracks(store, 1)
    assert (found["mmsi:111000001"].jumped, found["mmsi:366000001"].jumped) == (0, 1)


def test_sources_are_laid_together_and_so_are_their_markings(store: Store) -> None:
    store.submit(track(*CALM[::2], of=ship("366000001", imo="9000001"), marking=marked("ash")))
    store.submit(track(*CALM[1::2], of=ship("366000001"), sensor="satellite", marking=marked("ash", les=True)))
    found = one(store, 2)
    assert (found.id, found.sensors, len(found.reports)) == ("imo:9000001", ("AIS", "satellite"), 2)
    assert found.marking.les
    assert found.jumped == found.gapped == 0
    shown = path(index(store), store.rights(), "imo:9000001", at(2))
    assert [(latitude, longitude) for _, latitude, longitude in shown.positions] == [each[1:3] for each in CALM]


def test_a_second_source_that_puts_it_elsewhere_makes_a_jump(store: Store) -> None:
    store.submit(track(*CALM, of=ship("366000001")))
    store.submit(track((1.05, 20.0, -84.0), of=ship("366000001"), sensor="radar"))
    assert one(store, 2).jumped == 2


def test_a_sighting_that_names_the_ship_is_a_position_of_it(store: Store) -> None:
    store.submit(track(*CALM, of=ship("366000001", imo="9000001")))
    store.submit(seen(6, 8.0, -83.4, ship(imo="9000001")))
    found = one(store, 6.5)
    assert (found.at, found.sensors) == (at(6), ("AIS", "detection"))
    assert found.reach_kn == 50.0


def test_a_weaker_selector_leads_to_the_ship_that_all_name_with_it(store: Store) -> None:
    store.submit(track(*CALM[:5], of=ship(call_sign="MADE1")))
    store.submit(track(*CALM[5:10], of=ship("366000001", call_sign="MADE1")))
    store.submit(track(*CALM[10:], of=ship("366000001", imo="9000001")))
    assert list(tracks(store, 2)) == ["imo:9000001"]
    assert list(tracks(store, 0.45)) == ["imo:9000001"]


def test_one_number_on_two_hulls_is_told_and_not_merged(store: Store) -> None:
    store.submit(track(*CALM, of=ship("366000001", imo="9000001")))
    store.submit(track(*CALM, of=ship("366000001", imo="9000002")))
    store.submit(track(*CALM, of=ship("366000001")))
    found = tracks(store, 2)
    assert set(found) == {"imo:9000001", "imo:9000002", "mmsi:366000001"}
    assert found["mmsi:366000001"].shared == ("imo:9000001", "imo:9000002")


def test_a_number_in_a_stricter_portion_ties_for_those_who_see_it(store: Store) -> None:
    store.submit(apart(track(*CALM), private("ash"), ship(imo="9000001")))
    assert list(tracks(store, 2, "ash")) == ["imo:9000001"]
    ((alone, shown),) = tracks(store, 2, "birch").items()
    assert alone.startswith("r-")
    assert shown.marking == marked("ash")
    assert tracks(store, 2, "ash")["imo:9000001"].marking.rel_to == ()


def test_a_tie_that_is_hidden_ties_nothing_for_others(store: Store) -> None:
    store.submit(track(*CALM, of=ship("366000001")))
    store.submit(
        apart(track(*CALM, of=ship("366000001"), occurrence=2), private("ash"), ship("366000001", imo="9000001"))
    )
    store.submit(track(*CALM, of=ship("366000001", imo="9000002"), marking=private("ash")))
    assert list(tracks(store, 2, "birch")) == ["mmsi:366000001"]
    assert tracks(store, 2, "birch")["mmsi:366000001"].shared == ()
    assert {"imo:9000001", "imo:9000002"} <= set(tracks(store, 2, "ash"))


def test_a_case_that_names_the_ship_makes_it_of_interest_to_those_who_may_know(store: Store) -> None:
    store.submit(track(*CALM, of=ship("366000001", imo="9000001")))
    store.submit(track(*CALM, of=ship("366000002")))
    id = store.submit(case(ship(imo="9000001"), marking=private("ash")))
    first, second = picture(index(store), store.rights("ash"), at(2)).tracks
    assert (first.cases, second.cases) == ((id,), ())
    assert not any(each.of_interest for each in picture(index(store), store.rights("birch"), at(2)).tracks)


def test_a_box_holds_what_was_last_in_it_and_may_lie_across_the_date_line(store: Store) -> None:
    store.submit(track((0, 8.0, -84.0), (20, 8.0, -80.0), of=ship("366000001")))
    store.submit(track((0, 8.0, 179.9), of=ship("366000002")))
    assert list(tracks(store, 20, box=Box(0, -81, 10, -79))) == ["mmsi:366000001"]
    assert not tracks(store, 20, box=Box(0, -85, 10, -83))
    assert list(tracks(store, 20, box=Box(0, 170, 10, -170))) == ["mmsi:366000002"]


def test_a_limit_counts_what_it_leaves_out(store: Store) -> None:
    for number in range(5):
        store.submit(track(*CALM, of=ship(f"36600000{number}")))
    shown = picture(index(store), store.rights(), at(2), limit=2)
    assert (len(shown.tracks), shown.left_out) == (2, 3)


def test_a_correction_replaces_and_a_withdrawal_removes(store: Store) -> None:
    first = store.submit(track(*CALM, of=ship("366000001")))
    store.submit(track((0, 9.0, -84.0), of=ship("366000001"), supersedes=(first,)))
    assert one(store, 2).place == (9.0, -84.0)
    gone = store.submit(track(*CALM, of=ship("366000002")))
    store.submit(track(*CALM, of=ship("366000002"), supersedes=(gone,), withdrawn=True))
    assert list(tracks(store, 2)) == ["mmsi:366000001"]


def test_bad_positions_are_passed_over_and_nothing_is_no_track(store: Store) -> None:
    store.submit(track((0, 95.0, -84.0), (0, 8.0, 400.0), of=ship("366000001")))
    store.submit(track((0, 8.0, -84.0), (0.1, -91.0, 0.0), of=ship("366000002")))
    assert list(tracks(store, 2)) == ["mmsi:366000002"]
    with pytest.raises(NoTrack):
        path(index(store), store.rights(), "mmsi:366000001", at(2))
    assert span(index(store), store.rights()) == (at(0), at(0))


def test_many_jumps_are_counted_and_the_latest_told(store: Store) -> None:
    wild = [(number / 60, 8.0 + 20 * (number % 2), -84.0) for number in range(60)]
    store.submit(track(*wild, of=ship("366000001")))
    found = one(store, 2)
    assert (found.jumped, len(found.jumps)) == (59, MOST_ODD)


def test_course_and_speed_follow_from_positions_that_do_not_say_them(store: Store) -> None:
    store.submit(track((0, 8.0, -84.0), (0.5, 8.1, -84.0), of=ship("366000001")))
    found = one(store, 0.5)
    assert found.speed_kn == pytest.approx(12.0)
    assert found.course_deg == pytest.approx(0.0)
    assert one(store, 1.5).reckoned[0] == pytest.approx(8.3)


@given(st.lists(st.tuples(st.integers(0, 10**11), st.floats(-80, 80), st.floats(-179, 179)), max_size=300))
def test_legs_hold_every_position_once_and_are_short(some: list[tuple[int, float, float]]) -> None:
    fixes = sorted({Fix(*each) for each in some}, key=lambda each: each[:3])
    legs = list(cut(fixes))
    assert [each for leg in legs for each in leg] == fixes
    assert all(leg[-1].at_us - leg[0].at_us <= LONGEST_US and len(leg) <= MOST for leg in legs)
    assert [each for leg in legs for each in unpack(pack(leg))] == fixes


@given(st.floats(0, 10), st.floats(0, 300), st.floats(0, 1000), st.floats(0, 1000))
def test_uncertainty_never_shrinks_with_age(off: float, reach: float, one: float, other: float) -> None:
    younger, older = sorted((one, other))
    assert radius_nmi(off, reach, younger) <= radius_nmi(off, reach, older)
    assert radius_nmi(off, reach, 0) == off


def test_how_positions_are_split_into_reports_does_not_matter(store: Store) -> None:
    random = Random(5)
    positions = [(number / 20, 8 + random.uniform(-0.02, 0.02), -84 + number * 0.01, 6.0, 90.0) for number in range(80)]
    for part in range(4):
        store.submit(track(*positions[part::4], of=ship("366000001")))
    store.submit(track(*positions, of=ship("366000002")))
    first, second = (tracks(store, 4)[f"mmsi:36600000{number}"] for number in (1, 2))
    assert (first.gaps, first.jumps, first.place, first.at) == (second.gaps, second.jumps, second.place, second.at)


def test_a_seen_track_without_case_or_event_is_not_of_interest(store: Store) -> None:
    store.submit(track(*CALM, of=ship("366000001")))
    (found,) = picture(index(store), store.rights(), at(2)).tracks
    assert found == Seen(track=found.track)

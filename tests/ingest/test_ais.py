from __future__ import annotations

import pytest

from cutset.ingest.ais import COLUMNS, AisCsv
from cutset.ingest.ofac_sdn import OfacSdn
from cutset.ingest.source import BadFile
from cutset.model.mention import MentionKind, Role
from cutset.model.report import Kind, Position
from tests.ingest.reading import MADE, context, read, real, verified

FILE = MADE / "made-ais.csv"


@pytest.fixture(scope="module")
def made():
    return read(AisCsv(), FILE)


def test_one_track_a_vessel_in_the_order_of_mmsi(made):
    drafts, _ = made
    assert [draft.report.mentions[0].selectors[0].written for draft in drafts] == ["1234", "366000001", "636091111"]
    assert [(draft.line, draft.rows) for draft in drafts] == [(11, 1), (3, 1), (2, 3)]


def test_positions_stand_in_order_of_time_with_none_for_what_was_not_available(made):
    track = made[0][2].report.content
    assert [position.at.strftime("%H:%M") for position in track.positions] == ["00:01", "00:03", "00:05"]
    assert track.positions[1] == Position(
        at=track.positions[1].at,
        latitude_deg=9.995,
        longitude_deg=-80.005,
        speed_kn=12.4,
        course_deg=45.1,
        heading_deg=45.0,
    )
    last = track.positions[2]
    assert (last.speed_kn, last.course_deg, last.heading_deg) == (None, None, None)
    assert (track.sensor, track.vessel_type, track.length_m) == ("AIS", "70", 120.0)


def test_zero_is_a_speed_course_and_heading(made):
    (position,) = made[0][0].report.content.positions
    assert (position.speed_kn, position.course_deg, position.heading_deg) == (0.0, 0.0, 0.0)


def test_a_vessel_keeps_every_name_and_number_that_it_gave(made):
    (vessel,) = made[0][2].report.mentions
    assert (vessel.kind, vessel.role) == (MentionKind.VESSEL, Role.CONVEYANCE)
    assert (vessel.name, vessel.aliases, vessel.flag) == ("MADE STAR", ("MADE STAR II",), "LR")
    found = {(str(each.kind), each.value, each.verified) for each in vessel.selectors}
    assert {("mmsi", "636091111", True), ("imo", "9074729", True)} <= found
    assert [each.verified for each in vessel.selectors if each.written == "IMO9074720"] == [False]
    assert any(each.written == "A8XX9" for each in vessel.selectors)


def test_an_imo_number_of_zeros_and_a_call_sign_of_zero_are_none(made):
    (vessel,) = made[0][1].report.mentions
    assert [str(each.kind) for each in vessel.selectors] == ["mmsi"]


def test_an_mmsi_that_is_none_keeps_its_track_unverified(made):
    (vessel,) = made[0][0].report.mentions
    assert [(each.value, each.verified) for each in vessel.selectors] == [("1234", False)]


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        (5, "LAT", "91.0"),
        (6, "BaseDateTime", "2022-01-03 noon"),
        (7, "BaseDateTime", "2999-01-03T00:00:00"),
        (8, "MMSI", ""),
        (9, "LON", "nan"),
    ],
)
def test_a_bad_place_time_or_vessel_rejects_its_row(made, line, column, value):
    (reject,) = [reject for reject in made[1] if reject.line == line]
    assert (reject.column, reject.value, len(reject.row)) == (column, value, len(COLUMNS))


def test_every_row_is_in_a_track_or_a_reject(made):
    drafts, rejects = made
    assert sum(draft.rows for draft in drafts) + len(rejects) == 10


def test_a_date_without_a_time_is_no_position(tmp_path):
    day = tmp_path / "day.csv"
    day.write_text(FILE.read_text(encoding="utf-8").replace("T00:05:00", ""), encoding="utf-8")
    _, rejects = read(AisCsv(), day)
    assert (rejects[0].line, rejects[0].column) == (2, "BaseDateTime")


def test_another_kind_is_refused():
    with pytest.raises(BadFile, match="tracks"):
        list(AisCsv().read(FILE, context(kind=Kind.SEIZURE)))


@pytest.mark.data
def test_the_real_day_is_read_whole_and_shares_no_vessel_with_ofac():
    drafts, rejects = read(AisCsv(), real("tracks/ais-marinecadastre-2022-01-03.csv.gz"))
    assert sum(draft.rows for draft in drafts) + len(rejects) == 99_999
    assert len(drafts) == 10_631
    for draft in drafts[::50]:
        times = [position.at for position in draft.report.content.positions]
        assert times == sorted(times)
    designated, _ = read(OfacSdn(), real("sanctions"))
    numbers = verified(designated, "imo", "mmsi")
    assert len(numbers) > 300
    assert not verified(drafts, "imo", "mmsi") & numbers

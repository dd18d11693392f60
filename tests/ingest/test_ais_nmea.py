"""AIS sentences: whole ones become tracks, and each line at fault is told. Sentences are those of real receivers, with
their payloads as published in pyais's and gpsd's documentation, or are written by the exercise's own encoder."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutset.exercise import nmea
from cutset.ingest import ais_nmea
from cutset.ingest.ais_nmea import AisNmea, MissingDecoder
from cutset.ingest.reader import Draft, Reject
from cutset.ingest.source import BadFile
from cutset.model.mention import SelectorKind
from cutset.model.report import Kind
from tests.ingest.reading import context

AT = 1_671_533_231  # 2022-12-20 10:47:11 UTC
SHIP = "730000001"


def position(mmsi: str = SHIP, at: int = AT, latitude: float = 6.25, speed: float = 12.4) -> list[str]:
    fields = nmea.position(mmsi, latitude, -84.5, speed_kn=speed, course_deg=90.5, second=at % 60)
    return list(nmea.sentences(fields, at=at, number=0))


def static(mmsi: str = SHIP, at: int = AT, number: int = 3) -> list[str]:
    fields = nmea.static(mmsi, imo="9074729", call_sign="HKA2001", name="MADE STAR", ship_type=70, length_m=121)
    return list(nmea.sentences(fields, at=at, number=number))


def read(folder: Path, lines: list[str]) -> tuple[list[Draft], list[Reject]]:
    path = folder / "feed.nmea"
    path.write_text("".join(f"{line}\n" for line in lines))
    found = list(AisNmea().read(path, context()))
    drafts = [each for each in found if isinstance(each, Draft)]
    return drafts, [each for each in found if isinstance(each, Reject)]


def test_a_ships_positions_and_static_data_become_its_track(tmp_path: Path) -> None:
    drafts, rejects = read(tmp_path, [*position(at=AT + 600), *static(), "", "# a comment", *position()])
    assert not rejects
    (draft,) = drafts
    assert (draft.line, draft.rows) == (1, 4)
    track = draft.report.content
    assert [each.at.timestamp() for each in track.positions] == [AT, AT + 600]
    first = track.positions[0]
    assert first.latitude_deg == pytest.approx(6.25, abs=1e-6)
    assert (first.speed_kn, first.course_deg, first.heading_deg) == (12.4, 90.5, None)
    assert (track.sensor, track.vessel_type, track.length_m) == ("AIS", "70", 121.0)
    (vessel,) = draft.report.mentions
    assert (vessel.name, vessel.flag) == ("MADE STAR", "CO")
    found = {each.kind: (each.value, each.verified) for each in vessel.selectors}
    assert found[SelectorKind.MMSI] == (SHIP, True)
    assert found[SelectorKind.IMO] == ("9074729", True)
    assert found[SelectorKind.CALL_SIGN][0] == "HKA2001"


def test_parts_of_two_messages_that_come_mixed_are_put_together(tmp_path: Path) -> None:
    (one, two), (three, four) = static(number=3), static("730000002", number=4)
    drafts, rejects = read(tmp_path, [one, three, two, four, *position(), *position("730000002")])
    assert not rejects
    assert [draft.report.mentions[0].name for draft in drafts] == ["MADE STAR", "MADE STAR"]
    assert sum(draft.rows for draft in drafts) == 6


def test_a_time_after_the_checksum_is_read_as_well(tmp_path: Path) -> None:
    bare = position()[0].split("\\")[2]
    drafts, rejects = read(tmp_path, [f"{bare},rMADE,{AT}", bare])
    assert drafts[0].report.content.positions[0].at.timestamp() == AT
    assert [(each.line, each.column) for each in rejects] == [(2, "time")]


def test_milliseconds_are_read_as_such(tmp_path: Path) -> None:
    fields = nmea.position(SHIP, 1, 2, speed_kn=1, course_deg=1, second=0)
    drafts, _ = read(tmp_path, list(nmea.sentences(fields, at=AT * 1000 + 250, number=0)))
    assert drafts[0].report.content.positions[0].at.timestamp() == AT


# A base station's report (type 4), from ITU's form; and a class B position (type 18), from gpsd's test files.
BASE_STATION = "!AIVDM,1,1,,A,403OviQuMGCqWrRO9>E6fE700@GO,0*4D"
CLASS_B = "!AIVDM,1,1,,A,B52K>;h00Fc>jpUlNV@ikwpUoP06,0*4C"


def test_a_class_b_position_of_a_real_receiver_is_read(tmp_path: Path) -> None:
    drafts, rejects = read(tmp_path, [f"{CLASS_B},{AT}"])
    assert not rejects
    assert drafts[0].report.mentions[0].selectors[0].written == "338087471"
    only = drafts[0].report.content.positions[0]
    assert (round(only.latitude_deg, 3), round(only.longitude_deg, 3), only.speed_kn) == (40.685, -74.072, 0.1)


FAULTS = {
    "checksum": (lambda: [position()[0][:-2] + "00"], "checksum"),
    "tag block": (lambda: [position()[0].replace("s:made", "s:fade")], "TAG block"),
    "not a sentence": (lambda: ["$GPGGA,1,2,3*00"], "sentence"),
    "missing part": (lambda: static()[:1], "part"),
    "second part alone": (lambda: static()[1:], "part"),
    "never placed": (static, "sentence"),
    "no type of a ship": (lambda: [f"{BASE_STATION},{AT}"], "type"),
    "not available": (lambda: position(latitude=91), "position"),
    "future": (lambda: position(at=4_000_000_000), "time"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_line_at_fault_is_told_and_loses_nothing_else(tmp_path: Path, name: str) -> None:
    lines, column = FAULTS[name]
    bad = lines()
    good = position("730000099")
    drafts, rejects = read(tmp_path, [*good, *bad, *good])
    assert [(each.line, each.column) for each in rejects] == [(2 + place, column) for place in range(len(bad))]
    assert all(each.reason and each.row == (line,) for each, line in zip(rejects, bad, strict=True))
    assert [draft.rows for draft in drafts] == [2]


def test_parts_that_lie_too_far_apart_are_not_put_together(tmp_path: Path) -> None:
    first, second = static()
    drafts, rejects = read(tmp_path, [first, *position() * (ais_nmea.OPEN + 1), second])
    assert {each.column for each in rejects} == {"part"}
    assert {each.line for each in rejects} == {1, ais_nmea.OPEN + 3}
    assert drafts[0].report.mentions[0].name == ""


def test_a_file_without_a_sentence_is_refused_and_so_is_another_kind(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no AIS sentence"):
        read(tmp_path, ["MMSI,LAT,LON", "1,2,3"])
    with pytest.raises(BadFile, match="tracks"):
        list(AisNmea().read(tmp_path / "feed.nmea", context(kind=Kind.SEIZURE)))


def test_without_the_decoder_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyais", None)
    with pytest.raises(MissingDecoder) as told:
        read(tmp_path, position())
    assert "cutset[ais]" in (told.value.remedy or "")


LINES = st.one_of(
    st.sampled_from([*static(), *static(number=4), *position(), BASE_STATION, f"{CLASS_B},{AT}", ""]),
    st.text(st.characters(codec="ascii", exclude_characters="\r\n"), max_size=90),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, max_size=12), st.integers(0, 200), st.characters(codec="ascii", exclude_characters="\r\n"))
def test_every_line_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], place: int, other: str
) -> None:
    body = [*position(), *lines]
    spoiled = body[-1]
    body[-1] = spoiled[: place % (len(spoiled) + 1)] + other + spoiled[place % (len(spoiled) + 1) + 1 :]
    drafts, rejects = read(tmp_path_factory.mktemp("nmea"), body if len(body) > 1 else [*body, *position()])
    written = body if len(body) > 1 else [*body, *position()]
    counted = [line for line in written if line.strip() and not line.startswith("#")]
    assert sum(each.rows for each in drafts) + len(rejects) == len(counted)

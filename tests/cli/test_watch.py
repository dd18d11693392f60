"""`cutset watch`, as the shell runs it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import run

HEADER = (
    "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,Cargo,"
    "TransceiverClass"
)


def test_a_watch_officer_looks_orders_hands_off_and_keeps_the_log(tmp_path: Path) -> None:
    assert run(tmp_path, "init", "watch.cutset").status == 0
    rows = [
        f"366000001,2024-05-01T0{number}:00:00,8.{number}0,-84.0,6.0,0.0,511,MADE ONE,,,70,,,,,,A"
        for number in range(4)
    ]
    (tmp_path / "ais.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    taken = run(tmp_path, "ingest", "ais-csv", "ais.csv", "--made", "--agency", "local")
    assert taken.status == 0, taken.err
    at = ("--at", "2024-05-01T03:30")
    shown = run(tmp_path, "watch", "picture", *at, "--json").json
    (track,) = (each["track"] for each in shown["tracks"])
    assert (track["id"], track["name"], track["course_deg"]) == ("mmsi:366000001", "MADE ONE", 0.0)
    assert "1 of 1 tracks" in run(tmp_path, "watch", "tracks", *at, "--box", "8,-85,9,-83").out
    assert "0 of 0 tracks" in run(tmp_path, "watch", "tracks", *at, "--box", "0,0,1,1").out
    ship = track["id"]
    assert "Rests on 4 positions" in run(tmp_path, "watch", "why", ship, *at).out
    state = ("--speed", "25", "--until", "2024-05-03", "--when", "2024-05-01T03:00", "--sort", "cutter")
    placed = run(tmp_path, "watch", "asset", "Cutter One", "--latitude", "9.5", "--longitude", "-84", *state)
    assert placed.status == 0, placed.err
    suggested = run(tmp_path, "watch", "intercepts", ship, *at)
    assert "Cutter One" in suggested.out
    assert "keeps the course" in suggested.out
    given = run(tmp_path, "watch", "order", ship, "intercept", "--asset", "Cutter One", *at)
    assert given.status == 0, given.err
    assert "targeted" in run(tmp_path, "watch", "picture", *at).out
    assert "intercept" in run(tmp_path, "watch", "why", ship, *at).out
    assert run(tmp_path, "watch", "enter", "Cutter One is under way.", "--when", "2024-05-01T03:31").status == 0
    log = run(tmp_path, "watch", "log", "--at", "2024-05-01T04:00", "--json").json
    assert [each["sort"] for each in log] == ["entry", "intercept"]
    alone = run(tmp_path, "watch", "hand-off", ship, "nowhere", *at)
    assert alone.status == 2
    assert "no other agency" in alone.err
    for arguments in (("picture", "--box", "x"), ("why", "r-never"), ("answer", "r-never", "--take")):
        refused = run(tmp_path, "watch", *arguments)
        assert refused.status == 2, arguments
        assert refused.err.startswith("cutset: ")

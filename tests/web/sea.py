"""A made sea for the watch officer's pages: ships, a dark one, a jump, cues, assets of two agencies, a case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cutset.access.registry import Agency, Viewer
from cutset.model.marking import Marking
from cutset.model.report import Asset, Case, Detection, Position, Report, Source, Track, When, Where
from cutset.node import Node
from tests.samples import marked, private
from tests.track.making import ship

ANN, BOB = "ann@ash", "bob@birch"


def sea(url: str, clock: Any) -> Node:
    """A store in which it is `clock()` now."""
    node = Node.create(url, clock=clock)
    node.register(
        Agency("ash", name="Ash Coast Guard (made)", country="US"),
        Agency("birch", name="Birch Navy (made)", country="US"),
        Viewer(ANN, "ash"),
        Viewer(BOB, "birch"),
    )
    now = clock()
    for number in range(12):
        name = f"MADE {number + 1}"
        sail(node, now, f"3660000{number:02d}", name, (5.0 + number * 0.7, -92.0 + number * 1.1), 40 + 17 * number)
    sail(node, now - timedelta(hours=5), "366000091", "MADE DARK", (10.0, -88.0), 200)
    node.submit(_case(), by=ANN)
    node.submit(
        _track(
            now,
            "366000092",
            "MADE TWICE",
            ((2.0, 9.0, -80.0), (1.0, 9.1, -80.0), (0.9, 25.0, -50.0), (0.5, 9.2, -80.0)),
        ),
        by=ANN,
    )
    for name, place, hours in (("Cutter Made One", (8.0, -90.5), 40), ("Patrol Made 41", (11.0, -84.5), -1)):
        state = Asset(name=name, sort="cutter", speed_kn=24.0, until=now + timedelta(hours=hours))
        node.report_asset(state, place, by=ANN, when=now - timedelta(hours=1.5), marking=marked("ash"), made=True)
    return node


def sail(node: Node, now: datetime, mmsi: str, name: str, place: tuple[float, float], course: float) -> str:
    """Six hours of a ship's positions, ten minutes apart."""
    positions = tuple(
        (hours / 6, place[0] + 0.02 * (36 - hours) * _north(course), place[1] + 0.02 * (36 - hours) * _east(course))
        for hours in range(36, -1, -1)
    )
    return node.submit(_track(now, mmsi, name, positions, course), by=ANN).id


def _north(course: float) -> float:
    return 1 - abs(course % 360 - 180) / 90 if course % 360 > 90 else 1 - course % 360 / 90


def _east(course: float) -> float:
    return _north(course - 90)


def _track(
    now: datetime, mmsi: str, name: str, positions: tuple[tuple[float, float, float], ...], course: float = 0.0
) -> Report:
    found = tuple(Position(now - timedelta(hours=ago), *at, 11.0, course % 360) for ago, *at in positions)
    return Report(marking=marked("ash"), source=Source(dataset="made", record=mmsi, made=True),
                  content=Track(positions=found, sensor="AIS"), mentions=(ship(mmsi, name=name),))  # fmt: skip


def cue(
    node: Node, now: datetime, place: tuple[float, float], *, marking: Marking | None = None, record: str = ""
) -> str:
    """A sighting that names nothing."""
    content = Detection(
        when=When(at=now),
        where=Where(latitude_deg=place[0], longitude_deg=place[1], place="Eastern Pacific"),
        phase="detected",
        conveyance="go-fast",
    )
    source = Source(dataset="sightings", record=record, made=True)
    return node.submit(Report(marking=marking or marked("ash"), source=source, content=content), by=ANN).id


def secret(node: Node, now: datetime) -> str:
    """A sighting that only ash may know of."""
    return cue(node, now, (6.0, -86.0), marking=private("ash"), record="secret")


def _case() -> Report:
    return Report(marking=marked("ash"), source=Source(dataset="cases", made=True), content=Case(number="MADE-1"),
                  mentions=(ship("366000091"),))  # fmt: skip

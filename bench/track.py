"""The picture of a watch: positions indexed a second, and how long a picture takes, beside plain linear scans.

Run: python -m bench.track [--positions 100000 1000000] [--pictures 30]. The ships are made: each sails for a day and
reports about once in two and a half minutes, an hour to a report. `scan of the log` reads and decodes every report, as
one would without an index; `scan in memory` goes over all positions that are held decoded, and only finds each ship's
last. With CUTSET_DATA a day of real AIS (MarineCadastre) is read too.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter, process_time

from bench.report import Report, percentile, percentiles_ms
from cutset.access.registry import Agency, Viewer
from cutset.access.rights import Rights
from cutset.clock import microseconds
from cutset.ingest.ais import AisCsv
from cutset.ingest.reader import Context
from cutset.log.follower import follow
from cutset.log.store import Log, Submission
from cutset.model.marking import Marking, Tlp
from cutset.model.mention import Mention, MentionKind, Role, Selector, SelectorKind
from cutset.model.report import Position, Source, Track
from cutset.model.report import Report as Reported
from cutset.node import Node
from cutset.track.geodesy import sailed
from cutset.track.index import TrackIndex
from cutset.track.picture import Picture, picture, suggestions

DAY = datetime(2024, 5, 1, tzinfo=UTC)
A_SHIP = 576
"""Positions of one ship in a day: one in two and a half minutes."""
BY = "desk@bench"
OPEN = Marking(originator="bench", tlp=Tlp.CLEAR)
NOTE = (
    "A picture looks a day back unless `back_h` says otherwise, and holds every track with its gaps and jumps, events, "
    "assets and alarms. The scans do less: they find each ship's last position and nothing else."
)


def main() -> None:
    """Measure, and store what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--positions", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--pictures", type=int, default=30)
    parser.add_argument("--print-only", action="store_true", help="store nothing: the machine is not quiet")
    given = parser.parse_args()
    report = Report("track", "The picture of a watch (made ships; real AIS where CUTSET_DATA has it)")
    for positions in given.positions:
        with tempfile.TemporaryDirectory() as folder:
            _measure(report, Path(folder), positions, given.pictures)
    real = Path(os.environ.get("CUTSET_DATA", "../shared/data")) / "tracks" / "ais-marinecadastre-2022-01-03.csv.gz"
    if real.exists():
        with tempfile.TemporaryDirectory() as folder:
            _real(report, Path(folder), real, given.pictures)
    if not given.print_only:
        report.close(NOTE)


def made(positions: int, seed: int = 1) -> Iterator[Reported]:
    """Reports of an hour of one ship's positions each; a few ships go dark, and a few are in two places."""
    random = Random(seed)
    for number in range(max(1, positions // A_SHIP)):
        mmsi = f"{338_000_000 + number:09d}"
        place, course = (random.uniform(-20, 40), random.uniform(-120, -60)), random.uniform(0, 360)
        knots, dark = random.uniform(4, 20), random.randrange(24) if random.random() < 0.05 else -1
        for hour in range(24):
            if hour == dark:
                continue
            said = []
            for each in range(A_SHIP // 24):
                at = DAY + timedelta(hours=hour, seconds=each * 3600 * 24 / A_SHIP)
                there = sailed(place, course, knots * (hour + each * 24 / A_SHIP))
                if random.random() < 0.0002:
                    there = (there[0] / 2, there[1] + 3)
                said.append(Position(at, *there, round(knots, 1), round(course, 1)))
            ship = Mention(kind=MentionKind.VESSEL, role=Role.CONVEYANCE,
                           selectors=(Selector(SelectorKind.MMSI, mmsi, mmsi, True),))  # fmt: skip
            yield Reported(marking=OPEN, source=Source(dataset="bench", made=True), mentions=(ship,),
                           content=Track(positions=tuple(said), sensor="AIS"))  # fmt: skip


def _measure(report: Report, folder: Path, positions: int, pictures: int) -> None:
    url = str(folder / "bench.cutset")
    log = Log.create(url)
    log.register(Agency("bench", country="US"), Viewer(BY, "bench"))
    held, batch = 0, []
    for each in made(positions):
        assert isinstance(each.content, Track)
        held += len(each.content.positions)
        batch.append(Submission(report=each, by=BY))
        if len(batch) == 2000:
            log.append(batch)
            batch = []
    log.append(batch)
    index, rights = TrackIndex(url), log.rights(BY)
    _index(report, log, index, held)
    _pictures(report, index, rights, held, pictures, DAY)
    _scans(report, log, held)


def _index(report: Report, log: Log, index: TrackIndex, held: int) -> None:
    started, begun = perf_counter(), process_time()
    follow(log, index)
    seconds, cpu = perf_counter() - started, process_time() - begun
    report.row(what="indexed from the log", positions=held, per_second=round(held / seconds),
               per_cpu_second=round(held / cpu))  # fmt: skip


def _timed(act: Callable[[], object], times: int) -> dict[str, float]:
    """Wall time, and the median of the processor's: on a machine with other work they differ."""
    wall, cpu = [], []
    for _ in range(times):
        started, begun = perf_counter(), process_time()
        act()
        wall.append(perf_counter() - started)
        cpu.append(process_time() - begun)
    return percentiles_ms(wall) | {"cpu_p50_ms": round(percentile(cpu, 50) * 1e3, 3)}


def _pictures(report: Report, index: TrackIndex, rights: Rights, held: int, pictures: int, day: datetime) -> Picture:
    random = Random(2)
    found = picture(index, rights, day + timedelta(hours=24))
    for back_h in (24, 6):
        for limit in (None, 200):
            taken = _timed(partial(_picture, index, rights, day, random, back_h, limit), pictures)
            report.row(what="picture", positions=held, back_h=back_h, tracks=len(found.tracks), limit=limit, **taken)
    one = found.tracks[0].track.id
    taken = _timed(lambda: suggestions(index, rights, one, day + timedelta(hours=24)), min(pictures, 10))
    report.row(what="intercepts of one track", positions=held, **taken)
    return found


def _picture(
    index: TrackIndex, rights: Rights, day: datetime, random: Random, back_h: float, limit: int | None
) -> Picture:
    """The picture of some moment of the day."""
    at = day + timedelta(hours=random.uniform(1, 24))
    return picture(index, rights, at, back=timedelta(hours=back_h), limit=limit)


def _scans(report: Report, log: Log, held: int) -> None:
    at_us = microseconds(DAY + timedelta(hours=12))
    decoded: list[tuple[str, int, float, float]] = []

    def read() -> None:
        seq = 0
        while batch := log.follow(seq, 5000):
            for each in batch:
                content = each.entry.report.content
                assert isinstance(content, Track)
                mmsi = each.entry.report.mentions[0].selectors[0].value
                decoded.extend(
                    (mmsi, microseconds(one.at), one.latitude_deg, one.longitude_deg) for one in content.positions
                )
            seq = batch[-1].entry.seq

    def scan() -> None:
        newest: dict[str, tuple[str, int, float, float]] = {}
        for row in decoded:
            if row[1] <= at_us and (row[0] not in newest or newest[row[0]][1] < row[1]):
                newest[row[0]] = row

    report.row(what="scan of the log", positions=held, **_timed(read, 1))
    report.row(what="scan in memory", positions=held, **_timed(scan, 5))


def _real(report: Report, folder: Path, real: Path, pictures: int) -> None:
    node = Node.create(str(folder / "real.cutset"))
    node.register(Agency("bench", country="US"), Viewer(BY, "bench"))
    context = Context(marking=OPEN, now=node.clock())
    loaded = node.ingest(real, AisCsv(), context, by=BY)
    index = TrackIndex(node.url)
    read = loaded.read - loaded.rejected
    _index(report, node.log, index, read)
    found = _pictures(report, index, node.rights(BY), read, pictures, datetime(2022, 1, 3, tzinfo=UTC))
    tracks = [each.track for each in found.tracks]
    listed = real.with_name("spoofing_mmsi_2015.txt")
    spoofed = {line.strip().zfill(9) for line in listed.read_text().splitlines()} if listed.exists() else set()
    jumped = [each for each in tracks if each.jumped]
    report.row(what="real AIS, as seen", tracks=len(tracks), with_gaps=sum(bool(each.gapped) for each in tracks),
               with_jumps=len(jumped), sharing_a_number=sum(bool(each.shared) for each in tracks),
               jumped_and_listed_as_spoofed=sum(_mmsi(each.selectors) <= spoofed for each in jumped))  # fmt: skip


def _mmsi(selectors: tuple[str, ...]) -> set[str]:
    return {each.removeprefix("mmsi:") for each in selectors if each.startswith("mmsi:")}


if __name__ == "__main__":
    main()

"""The package of a case of made exhibits: time, peak memory and size, beside a zip of the same JSON by a plain script.

    make bench-evidence      # or: python -m bench.evidence --exhibits 10000

The exhibits are made: each is collected under a seal and signed, and passed to another agency, signed by both.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cutset.access.registry import Agency, Key, Viewer
from cutset.evidence import signing
from cutset.log.heads import public_hex
from cutset.log.store import Submission
from cutset.model.exhibit import Collected, ExhibitKind, Role
from cutset.model.marking import Marking
from cutset.model.report import Content, Custody, Report, Seizure, Source, When
from cutset.node import Node

START = datetime(2024, 1, 1, tzinfo=UTC)
BATCH = 2000
ANN, BOB = "ann@hsi", "bob@dea"
MARKING = Marking(originator="hsi", rel_to=("agency:dea",))


def main() -> None:
    """Run from the command line; one line of JSON for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exhibits", type=int, action="append")
    parser.add_argument("--pdf", action=argparse.BooleanOptionalAction, default=True)
    asked = parser.parse_args()
    for count in asked.exhibits or [10_000]:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measured(Path(folder), count, pdf=asked.pdf)), flush=True)


def measured(folder: Path, count: int, *, pdf: bool) -> dict[str, float]:
    """Seconds, bytes and mebibytes of the package of a case of so many exhibits, and of the baseline."""
    node, event = made(folder, count)
    to = folder / "package"
    # The index is brought up to date before: a package is seldom the first thing that is asked of it.
    node.exhibits(event, viewer=ANN, limit=1)
    before = _peak_mib()
    began = time.perf_counter()
    found = node.package(event, to, viewer=ANN, pdf=pdf)
    took = time.perf_counter() - began
    assert found.exhibits == count
    assert not found.findings
    plain = time.perf_counter()
    with zipfile.ZipFile(folder / "plain.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for each in sorted(to.glob("*.json*")):
            archive.writestr(each.name, each.read_bytes())
    plain = time.perf_counter() - plain
    return {
        "exhibits": count,
        "reports": len(found.reports),
        "package_s": round(took, 1),
        "peak_mib": round(_peak_mib()),
        "peak_before_mib": round(before),
        "package_bytes": sum(each.stat().st_size for each in to.rglob("*") if each.is_file()),
        "plain_zip_s": round(plain, 1),
        "plain_zip_bytes": (folder / "plain.zip").stat().st_size,
    }


def made(folder: Path, count: int) -> tuple[Node, str]:
    """A node with an event of `count` exhibits, and the event's report."""
    keys = {}
    for who in (ANN, BOB):
        signing.make_key(folder / f"{who}.key")
        keys[who] = signing.read_key(folder / f"{who}.key")
    node = Node.create(str(folder / "store.cutset"), clock=lambda: START + timedelta(hours=3))
    node.register(Agency("hsi", country="US"), Agency("dea", country="US"))
    for who, key in keys.items():
        node.register(Viewer(who, who.partition("@")[2], keys=(Key(key=public_hex(key), since=START),)))
    event = node.submit(_report(Seizure(when=When(at=START))), by=ANN).id
    submissions = []
    for number in range(count):
        name, seal = f"hsi/{number}", f"S{number}"
        at = START + timedelta(hours=1)
        collected = Custody(
            exhibit=name,
            when=When(at=at),
            giver=ANN,
            receiver=ANN,
            seal=seal,
            act=Collected(kind=ExhibitKind.DRUG, event=event),
        )
        submissions.append(signing.sign(collected, keys[ANN], role=Role.HOLDER, by=ANN, at=at))
        at += timedelta(hours=1)
        passed = Custody(exhibit=name, when=When(at=at), giver=ANN, receiver=BOB, seal=seal)
        for who, role in ((ANN, Role.GIVER), (BOB, Role.RECEIVER)):
            passed = signing.sign(passed, keys[who], role=role, by=who, at=at)
        submissions.append(passed)
    for first in range(0, len(submissions), BATCH):
        batch = submissions[first : first + BATCH]
        node.log.append([Submission(report=_report(each), by=ANN) for each in batch])
    return node, event


def _report(content: Content) -> Report:
    return Report(marking=MARKING, source=Source(dataset="bench", made=True), content=content)


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

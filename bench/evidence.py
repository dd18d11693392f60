"""Evidence: the package of a case of made exhibits, an attachment of 4 GiB, and verifying a million reports.

    make bench-evidence      # or: python -m bench.evidence --exhibits 300 --attachment-gib 1 --reports 10000

The exhibits are made: each is collected at one of ten events that a telephone links to the case, under a seal and
signed, and passed to another agency, signed by both. Beside the package stands a zip of the same JSON by a plain
script; beside the attachment, SHA-256 and a copy of the same file. The verification has results of its own
(`bench.verify`).
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import file_digest
from pathlib import Path

from bench import verify
from bench.report import Report as Results
from bench.report import apart
from cutset.access.registry import Agency, Key, Viewer
from cutset.evidence import signing
from cutset.evidence.attachments import Attachments
from cutset.log.heads import public_hex
from cutset.log.store import Submission
from cutset.model.exhibit import Collected, ExhibitKind, Role
from cutset.model.marking import Marking
from cutset.model.mention import Mention, MentionKind, Selector, SelectorKind
from cutset.model.report import Case, Content, Custody, Report, Seizure, Source, When
from cutset.node import Node

START = datetime(2024, 1, 1, tzinfo=UTC)
BATCH = 2000
EVENTS = 10
STORE = "store.cutset"
ANN, BOB = "ann@hsi", "bob@dea"
COURIER = Mention(
    kind=MentionKind.PERSON, selectors=(Selector(SelectorKind.PHONE, "+13125550142", "312 555 0142", True),)
)
MARKING = Marking(originator="hsi", rel_to=("agency:dea",))


def main() -> None:
    """Run from the command line; `--reports 0` leaves the verification out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exhibits", type=int, action="append")
    parser.add_argument("--attachment-gib", type=float, default=4)
    parser.add_argument("--reports", type=int, action="append")
    parser.add_argument("--pdf", action=argparse.BooleanOptionalAction, default=True)
    asked = parser.parse_args()
    results = Results("evidence", "Evidence: packages and attachments")
    for count in asked.exhibits or [1_000, 10_000]:
        with tempfile.TemporaryDirectory() as folder:
            # What the filling took is not to stand in the peak of the packing.
            case = apart(made, Path(folder), count)
            results.row(**apart(package, Path(folder), case, count, asked.pdf))
    results.row(**apart(attachment, asked.attachment_gib))
    results.close(
        "A package holds the PDF, CASE/UCO, JSON lines, files and manifest of one case of ten events; the zip is of "
        "its JSON alone. Peak memory is of a process of its own, `before` with the store opened and its indexes made. "
        "An attachment is read, digested, written and synced, and on the way out digested again."
    )
    sizes = [each for each in (asked.reports if asked.reports is not None else verify.SIZES) if each]
    if sizes:
        verify.run(sizes)


def package(folder: Path, case: str, count: int, pdf: bool) -> dict[str, object]:
    """Seconds, bytes and mebibytes of the package of the `made` case of so many exhibits, and of the baseline."""
    node = Node.open(str(folder / STORE), clock=lambda: START + timedelta(hours=3))
    to = folder / "package"
    before = _peak_mib()
    began = time.perf_counter()
    found = node.package(case, to, viewer=ANN, pdf=pdf)
    took = time.perf_counter() - began
    peak = _peak_mib()
    assert found.exhibits == count
    assert not found.findings
    plain = time.perf_counter()
    with zipfile.ZipFile(folder / "plain.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for each in sorted(to.glob("*.json*")):
            archive.writestr(each.name, each.read_bytes())
    plain = time.perf_counter() - plain
    return {
        "what": f"package{'' if pdf else ' without PDF'}, {count:,} exhibits",
        "events": EVENTS,
        "reports": len(found.reports),
        "seconds": round(took, 1),
        "peak_mib": peak,
        "before_mib": before,
        "mib": _mib(sum(each.stat().st_size for each in to.rglob("*") if each.is_file())),
        "baseline": "zip of the same JSON",
        "baseline_s": round(plain, 1),
        "baseline_mib": _mib((folder / "plain.zip").stat().st_size),
    }


def attachment(gib: float) -> dict[str, object]:
    """Seconds to put a file of so many gibibytes in, and to get it out again, and the memory that both take."""
    with tempfile.TemporaryDirectory() as folder:
        source, size = Path(folder) / "image.dd", int(gib * 2**30)
        with source.open("wb") as sparse:
            sparse.truncate(size)
        files = Attachments(Path(folder) / "files")
        before = _peak_mib()
        began = time.perf_counter()
        kept = files.put(source)
        put = time.perf_counter() - began
        began = time.perf_counter()
        assert files.fetch(kept.sha256, Path(folder) / "again.dd") == size
        got = time.perf_counter() - began
        peak = _peak_mib()
        plain = time.perf_counter()
        with source.open("rb") as file:
            assert file_digest(file, "sha256").hexdigest() == kept.sha256
        shutil.copyfile(source, Path(folder) / "copy.dd")
        plain = time.perf_counter() - plain
        return {
            "what": f"attachment of {gib:g} GiB, in and out",
            "seconds": round(put + got, 1),
            "peak_mib": peak,
            "before_mib": before,
            "mib": _mib(size),
            "baseline": "SHA-256, and a copy, unsynced",
            "baseline_s": round(plain, 1),
        }


def made(folder: Path, count: int) -> str:
    """Make a store with a case of `count` exhibits; the case's report."""
    keys = {}
    for who in (ANN, BOB):
        signing.make_key(folder / f"{who}.key")
        keys[who] = signing.read_key(folder / f"{who}.key")
    node = Node.create(str(folder / STORE), clock=lambda: START + timedelta(hours=3))
    node.register(Agency("hsi", country="US"), Agency("dea", country="US"))
    for who, key in keys.items():
        node.register(Viewer(who, who.partition("@")[2], keys=(Key(key=public_hex(key), since=START),)))
    case = node.submit(_report(Case(number="24-001"), COURIER), by=ANN).id
    events = [
        node.submit(_report(Seizure(when=When(at=START + timedelta(minutes=n))), COURIER), by=ANN).id
        for n in range(EVENTS)
    ]
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
            act=Collected(kind=ExhibitKind.DRUG, event=events[number % EVENTS]),
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
    # The indexes are brought up to date before: a package is seldom the first thing that is asked of them.
    assert len(node.leads(viewer=ANN, case=case)) == EVENTS
    assert node.exhibits(case, viewer=ANN, limit=1)
    return case


def _report(content: Content, *named: Mention) -> Report:
    return Report(marking=MARKING, source=Source(dataset="bench", made=True), content=content, mentions=named)


def _peak_mib() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _mib(size: int) -> float:
    return round(size / 2**20, 1)


if __name__ == "__main__":
    main()

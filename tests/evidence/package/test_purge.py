"""A purge while a package is being made, by another thread: the package holds none of it, or there is none."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

import pytest

from cutset.evidence import laboratory
from cutset.evidence.package import folder as of_folder
from cutset.node import Node
from cutset.node.packages import Unsettled
from tests.evidence.package.making import MAKER, CaseDesk


@pytest.fixture
def desk(tmp_path: Path) -> CaseDesk:
    return CaseDesk(tmp_path)


def test_a_report_that_is_purged_meanwhile_is_not_in_the_package(
    desk: CaseDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, purged, kept = Event(), Event(), of_folder.write

    def purge() -> None:
        # Another process: its own node on the same store.
        node = Node.open(str(tmp_path / "store.cutset"))
        assert read.wait(20)
        node.purge([desk.collected, desk.hidden], reason="retention is over", by=MAKER)
        purged.set()

    def write(folder: Path, *args: object, **options: object) -> None:
        if not read.is_set():
            # Everything was read; its reports go before they are written.
            read.set()
            assert purged.wait(20)
        kept(folder, *args, **options)

    monkeypatch.setattr(of_folder, "write", write)
    other = Thread(target=purge)
    other.start()
    found = desk.node.package(desk.case, tmp_path / "case", viewer=MAKER)
    other.join()
    assert purged.is_set()
    assert not {desk.collected, desk.hidden} & set(found.reports)
    for each in (tmp_path / "case").rglob("*"):
        if each.is_file() and each.suffix != ".pdf":
            data = each.read_bytes()
            assert b"Said in L2" not in data, each
            assert b"picture" not in data, each
    assert not list(tmp_path.glob(".case-*"))


def test_purges_at_any_moment_leave_no_purged_report_in_a_package(desk: CaseDesk, tmp_path: Path) -> None:
    path = str(tmp_path / "store.cutset")
    results = [desk.examined(f"M{number}", desk.released) for number in range(6)]
    stop = Event()

    purged: list[str] = []

    def purge() -> None:
        try:
            node = Node.open(path)
            for each in results:
                node.purge([each], reason="retention is over", by=MAKER)
                purged.append(each)
        finally:
            stop.set()

    other = Thread(target=purge)
    other.start()
    made = 0
    while True:
        last = stop.is_set()
        before = {each for each in results if desk.node.log.held(each) is None}
        folder = tmp_path / f"case{made}"
        try:
            found = desk.node.package(desk.case, folder, viewer=MAKER, pdf=False)
            assert not before & set(found.reports)
            assert all(each not in (folder / "reports.jsonl").read_text() for each in before)
        except Unsettled:
            assert not folder.exists()
        made += 1
        if last:
            break
    other.join()
    assert purged == results
    assert not set(results) & set(found.reports)


def test_a_package_that_never_settles_is_refused_in_words(
    desk: CaseDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = [desk.examined(f"M{number}", desk.released) for number in range(4)]
    kept = of_folder.write

    def write(folder: Path, *args: object, **options: object) -> None:
        kept(folder, *args, **options)
        desk.node.purge([results.pop()], reason="retention is over", by=MAKER)

    monkeypatch.setattr(of_folder, "write", write)
    with pytest.raises(Unsettled, match="purged or narrowed"):
        desk.node.package(desk.case, tmp_path / "case", viewer=MAKER, pdf=False)
    assert not [each for each in tmp_path.iterdir() if "case" in each.name]


def test_a_purge_between_two_readings_is_found(desk: CaseDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, left = laboratory.requests, [desk.collected]

    def requests(*args: object, **options: object) -> object:
        # Custody was read with the collection; it goes before the reports themselves are read.
        while left:
            desk.node.purge([left.pop()], reason="retention is over", by=MAKER)
        return kept(*args, **options)

    monkeypatch.setattr(laboratory, "requests", requests)
    found = desk.node.package(desk.event, tmp_path / "case", viewer=MAKER, pdf=False)
    assert not left
    assert desk.collected not in found.reports
    assert desk.collected not in (tmp_path / "case/custody.jsonl").read_text()

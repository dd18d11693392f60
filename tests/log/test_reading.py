"""Reading back: for views in order, for viewers through their rights."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from cutset.access.rights import Rights
from cutset.log.errors import NoSuchViewer
from cutset.log.filters import visible
from cutset.log.store import Log
from cutset.log.tables import log_report
from cutset.model.marking import Marking, Tlp
from tests.log.stores import AGENCIES, BY, VIEWERS, create, put, report

BOB = "bob@birch"


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return create(str(tmp_path / "store.cutset"))


def test_follow_gives_every_report_once_in_order_whatever_the_limit(log: Log) -> None:
    for first in range(0, 40, 8):
        put(log, *(report(n) for n in range(first, first + 8)))
        log.register(replace(VIEWERS[0], name=f"renamed {first}"))
    whole = log.follow(0)
    assert [each.entry.report for each in whole] == [report(n) for n in range(40)]
    for limit in (1, 7, 40, 1000):
        read, after = [], 0
        while batch := log.follow(after, limit):
            assert len(batch) <= limit
            read += batch
            after = batch[-1].entry.seq
        assert read == whole
    assert log.follow(whole[-1].entry.seq) == []


def test_a_report_is_held_with_the_ids_of_its_markings(log: Log) -> None:
    put(log, report(5), report(2))
    first, second = log.follow(0)
    assert first.marking_id != second.marking_id
    assert len(first.portion_marking_ids) == 2 == len(second.portion_marking_ids)
    assert len({*first.portion_marking_ids, *second.portion_marking_ids}) == 1
    assert replace(second, after=0) == replace(log.held(second.entry.id), after=0)  # type: ignore[type-var]
    assert log.held("r-never") is None


def test_fetch_leaves_out_what_the_viewer_may_not_see(log: Log) -> None:
    ids = put(log, *(report(n) for n in range(10)))
    mine, theirs = log.fetch(ids, log.rights(BY)), log.fetch(ids, log.rights(BOB))
    assert [entry.report for entry in mine.values()] == [report(n) for n in range(10)]
    seen = [n for n in range(10) if n % 5 in (0, 1, 2)]
    assert [entry.report for entry in theirs.values()] == [replace(report(n), portions=()) for n in seen]
    nobody = Rights(viewer="x", agency="x", purpose="investigation", visible=frozenset())
    assert log.fetch(ids, nobody) == {}


def test_fetch_answers_in_the_order_asked_and_passes_over_what_is_not_there(log: Log) -> None:
    ids = put(log, *(report(n) for n in range(1200)))
    asked = [*ids[::-1], "r-never", "", "\x00", "x" * 10_000, ids[0]]
    assert list(log.fetch(asked, log.rights(BY))) == ids[::-1]
    assert log.fetch([], log.rights(BY)) == {}


def test_rights_follow_the_registry_and_the_markings(log: Log) -> None:
    assert log.rights(BOB).visible == frozenset()
    put(log, report(1))
    before = log.rights(BOB)
    assert len(before.visible) == 1
    assert log.rights(BOB) is before, "decided once"
    put(log, report(0), report(3))
    after = log.rights(BOB)
    assert before.visible < after.visible
    assert after == Log.open(log.url).rights(BOB), "as if decided anew"
    other = Log.open(log.url)
    other.register(replace(AGENCIES[1], country="CA"))
    put(other, report(2))
    assert log.rights(BOB) == Log.open(log.url).rights(BOB), "another process changed it"
    assert log.rights(BOB).agency == "birch"
    assert log.rights(BOB, "no such purpose").visible == frozenset()
    assert log.rights(BY, "statistics").visible != log.rights(BY).visible or log.rights(BY, "statistics").purpose


def test_unknown_and_inactive_viewers_are_answered_alike(log: Log) -> None:
    put(log, report(1))
    log.rights(BOB)
    log.register(replace(VIEWERS[1], active=False))
    said = []
    for id in (BOB, "never@birch"):
        for ask in (log.rights, log.viewer):
            with pytest.raises(NoSuchViewer) as caught:
                ask(id)
            said.append(str(caught.value).replace(id, "X"))
    assert len(set(said)) == 1
    log.register(VIEWERS[1], replace(AGENCIES[1], active=False))
    with pytest.raises(NoSuchViewer):
        log.rights(BOB)
    log.register(AGENCIES[1])
    assert log.viewer(BOB) == VIEWERS[1]
    assert log.rights(BOB).visible


def test_registering_the_same_again_adds_nothing_and_a_contradiction_nothing_either(log: Log) -> None:
    size = log.head().size
    log.register(*AGENCIES, *VIEWERS)
    assert log.head().size == size
    with pytest.raises(Exception, match="agency is not registered"):
        log.register(replace(VIEWERS[0], agency="never"))
    assert log.head().size == size
    assert log.registry() == Log.open(log.url).registry()


def test_any_number_of_markings_may_be_visible(log: Log) -> None:
    many = [
        replace(report(1), marking=Marking(originator="ash", tlp=Tlp.GREEN, rel_to=(f"agency:a{n}",)), portions=())
        for n in range(3000)
    ]
    ids = put(log, *many)
    assert len(log.rights(BY).visible) == 3000
    assert list(log.fetch(ids, log.rights(BY))) == ids
    assert log.fetch(ids, log.rights(BOB)) == {}
    assert "false" in str(visible(log_report.c.marking_id, log.rights(BOB)))

"""The index keeps what the log says: as it grows, as it forgets, and when it is damaged."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cutset.link.candidates import keys as of_keys
from cutset.link.candidates import packing as of_packing
from cutset.link.candidates.index import CandidateIndex
from cutset.link.candidates.pages import DamagedIndex
from cutset.link.candidates.query import Answer, match
from cutset.log.follower import NewerIndex
from cutset.log.store import Log, Submission
from cutset.log.tables import log_view
from cutset.model.mention import Mention
from tests.link.candidates.people import indexed, person, rebuilt, reports
from tests.samples import marked, portion, private, seizure
from tests.worlds import AGENCIES, NAMES, VIEWERS, Store

ASKED = tuple(
    person(name, born)
    for name in ("Juan Perez", "Perez Lopez, Juan", "Ana Contreras", "Anna Contreraz")
    for born in ("", "1979-09-21", "1979-12-09")
)


def answers(index: CandidateIndex, store: Store) -> list[Answer]:
    return [match(index, store.rights(name), asked, threshold=0) for name in NAMES for asked in ASKED]


def people() -> st.SearchStrategy[tuple[Mention, ...]]:
    return st.lists(st.sampled_from(ASKED), max_size=3).map(tuple)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_an_index_built_little_by_little_answers_as_one_rebuilt(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(of_packing, "FRESH_LEAST", 30)
        store = Store(str(Path(directory) / "store.cutset"))
        index = CandidateIndex(store.log.url)
        ids: dict[str, str] = {}
        for number in range(data.draw(st.integers(1, 12))):
            agency = data.draw(st.sampled_from(NAMES))
            old = data.draw(st.sampled_from([None, *(each for each, by in ids.items() if by == agency)]))
            report = seizure(
                *data.draw(people()),
                marking=data.draw(st.sampled_from([marked(agency), private(agency)]))
                if old is None
                else private(agency),
                portions=(portion(private(agency), *data.draw(people())),),
                supersedes=(old,) if old else (),
                occurrence=number + 1,
            )
            ids[store.put(report)] = agency
            if data.draw(st.booleans()):
                index.catch_up(store.log)
            if data.draw(st.integers(0, 4)) == 0:
                purged = data.draw(st.sampled_from(sorted(ids)))
                store.log.purge([purged], reason="test", by=f"ann@{ids[purged]}")
                del ids[purged]
        index.catch_up(store.log)
        index.check()
        before = answers(index, store)
        assert before == answers(rebuilt(store.log), store)
        # The first index notices that it was rebuilt by another, and does not mistake its numbers.
        assert before == answers(index, store)


@pytest.mark.parametrize("fresh", [0, 100_000])
def test_a_purge_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: int) -> None:
    # A store that no other view follows, so that it can be compacted once this one has forgotten.
    log = Log.create(str(tmp_path / "alone.cutset"))
    log.register(*AGENCIES, *VIEWERS)
    index = CandidateIndex(log.url)
    monkeypatch.setattr(of_packing, "FRESH_LEAST", fresh)
    reports_held = [
        seizure(person("Ana Contreras", "1981-12-01")),
        seizure(person("Juan Perez", "1979-09-21"), person("Zed Quiroga"), occurrence=2),
    ]
    kept, gone = (
        answer.id for answer in log.append([Submission(report=report, by="ann@ash") for report in reports_held])
    )
    index.catch_up(log)
    asked = person("Juan Perez", "1979-09-21")
    assert reports(match(index, log.rights("ann@ash"), asked)) == [gone]
    log.purge([gone], reason="test", by="ann@ash")
    # Before the index has followed, the log no longer has the report, and so it is not found.
    assert match(index, log.rights("ann@ash"), asked).matches == ()
    index.catch_up(log)
    index.check()
    assert match(index, log.rights("ann@ash"), asked).considered == 0
    assert reports(match(index, log.rights("ann@ash"), person("Ana Contreras", "1981-12-01"))) == [kept]
    with sqlite3.connect(log.url) as connection:
        assert connection.execute("SELECT count(*) FROM link_candidate").fetchone() == (1,)
    log.compact()
    index.check()
    assert b"quiroga" not in Path(log.url).read_bytes()


def damage(store: Store, statement: str) -> None:
    with sqlite3.connect(store.log.url) as connection:
        connection.execute(statement)


CUT = "UPDATE link_candidate_page SET body = substr(body, 1, length(body) / 2)"
FLIPPED = "UPDATE link_candidate_page SET body = zeroblob(length(body))"
LOST = "DELETE FROM link_candidate_page WHERE low IN (SELECT low FROM link_candidate_page LIMIT 3)"
UNREADABLE = "UPDATE link_candidate SET profile = substr(profile, 1, 5)"
FORGOTTEN = "DELETE FROM link_candidate WHERE number = (SELECT max(number) FROM link_candidate)"
STATELESS = "DELETE FROM link_candidate_state"
DROPPED = "DROP TABLE link_candidate_page"


@pytest.fixture
def filled(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(of_packing, "FRESH_LEAST", 0)
    for number, asked in enumerate(ASKED):
        store.put(seizure(asked, occurrence=number + 1))
    return store


@pytest.mark.parametrize("how", [CUT, FLIPPED, UNREADABLE, STATELESS, DROPPED])
def test_a_damage_met_by_a_lookup_is_said_and_mended(filled: Store, how: str) -> None:
    index = indexed(filled)
    before = answers(index, filled)
    damage(filled, how)
    for _ in range(2):
        with pytest.raises(DamagedIndex) as raised:
            answers(index, filled)
        assert "rebuilt from the log" in str(raised.value)
    index.catch_up(filled.log)
    assert answers(index, filled) == before
    index.check()
    (told,) = index.told
    assert told.startswith("the index of candidates is rebuilt from the log: ")


@pytest.mark.parametrize("how", [CUT, FLIPPED, LOST, UNREADABLE, FORGOTTEN, STATELESS, DROPPED])
def test_a_check_finds_every_damage(filled: Store, how: str) -> None:
    index = indexed(filled)
    before = answers(index, filled)
    index.check()
    damage(filled, how)
    with pytest.raises(DamagedIndex):
        index.check()
    index.catch_up(filled.log)
    index.check()
    assert answers(index, filled) == before
    assert len(index.told) == 1


@pytest.mark.parametrize("how", [CUT, FLIPPED, STATELESS, DROPPED])
@pytest.mark.parametrize("purges", [False, True])
def test_a_damage_met_by_a_batch_or_a_purge_is_mended(filled: Store, how: str, purges: bool) -> None:
    index = indexed(filled)
    damage(filled, how)
    if purges:
        (first, *_) = filled.log.follow(0)
        filled.log.purge([first.entry.id], reason="test", by="ann@ash")
        # The pass that meets the damage notes it, the next one rebuilds.
        index.catch_up(filled.log)
    else:
        for number in range(100, 110):
            filled.put(seizure(*ASKED, occurrence=number))
    index.catch_up(filled.log)
    index.check()
    assert len(index.told) == 1
    assert index.cursor() == rebuilt(filled.log).cursor()


@pytest.mark.parametrize("how", [STATELESS, DROPPED])
def test_an_index_that_is_opened_with_a_part_gone_is_rebuilt(filled: Store, how: str) -> None:
    before = answers(indexed(filled), filled)
    damage(filled, how)
    index = indexed(filled)
    assert len(index.told) == 1
    assert answers(index, filled) == before


def test_keys_made_in_another_way_rebuild_the_index(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = answers(indexed(filled), filled)
    assert indexed(filled).told == []
    monkeypatch.setattr(of_keys, "_PROBES", of_keys._PROBES[:-1])
    of_keys.fingerprint.cache_clear()
    try:
        index = indexed(filled)
        assert "keys were made in another way" in index.told[0]
        assert answers(index, filled) == before
    finally:
        of_keys.fingerprint.cache_clear()


def test_a_newer_index_is_left_alone(store: Store) -> None:
    index = indexed(store)
    with index.engine.begin() as connection:
        connection.execute(sa.update(log_view).where(log_view.c.name == "candidates").values(version=99))
    with pytest.raises(NewerIndex):
        CandidateIndex(store.log.url)


def test_a_crash_in_a_batch_leaves_no_part_of_it(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    index = indexed(filled)
    before = answers(index, filled)
    filled.put(seizure(person("Juan Perez", "1979-09-21"), occurrence=99))

    def fails(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(of_packing.Packing, "add", fails)
        with pytest.raises(KeyboardInterrupt):
            index.catch_up(filled.log)
    index.check()
    assert answers(index, filled) == before
    assert index.catch_up(filled.log) == 1
    assert answers(index, filled) != before
    index.check()


def test_a_batch_for_another_cursor_changes_nothing(filled: Store) -> None:
    index = CandidateIndex(filled.log.url)
    batch = filled.log.follow(0)
    start = index.cursor()
    assert index.apply(batch, start)
    assert not index.apply(batch, start)
    assert index.apply(batch)
    index.check()


def test_readers_in_several_threads_see_whole_batches(filled: Store) -> None:
    index = indexed(filled)
    asked = person("Juan Perez", "1979-09-21")
    stop = False

    def read() -> int:
        last = 0
        while not stop:
            found = match(index, filled.rights(), asked, limit=100).considered
            assert found >= last
            last = found
        return last

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        try:
            for number in range(100, 130):
                filled.put(seizure(asked, marking=marked(NAMES[number % 3]), occurrence=number))
                index.catch_up(filled.log)
        finally:
            stop = True
        for reader in readers:
            reader.result()
    index.check()


@pytest.mark.postgresql
def test_postgresql_answers_as_sqlite(
    postgresql_database: Callable[[], AbstractContextManager[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(of_packing, "FRESH_LEAST", 30)

    def fill(store: Store) -> list[list[Answer]]:
        index = CandidateIndex(store.log.url)
        ids = []
        for number, asked in enumerate(ASKED * 3):
            marking = private("ash") if number % 5 == 0 else marked(NAMES[number % 3])
            ids.append(store.put(seizure(asked, marking=marking, occurrence=number + 1)))
            index.catch_up(store.log)
        found = [answers(index, store)]
        store.log.purge(ids[:3], reason="test", by="ann@ash")
        index.catch_up(store.log)
        index.check()
        found += [answers(index, store), answers(rebuilt(store.log), store)]
        with index.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE link_candidate_page")
        with pytest.raises(DamagedIndex):
            answers(index, store)
        index.catch_up(store.log)
        assert len(index.told) == 1
        return [*found, answers(index, store)]

    with postgresql_database() as url:
        ours, theirs = fill(Store(str(tmp_path / "store.cutset"))), fill(Store(url))
    assert ours == theirs
    assert ours[1] == ours[2] == ours[3]

"""Threads and processes that write at once: all is taken in, in one order, under one tree."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

from cutset.log import follower
from cutset.log.database import engine, writing
from cutset.log.disputes import DisputeIndex
from cutset.log.moment import once
from cutset.log.store import Held, Log, Refusal, Submission
from cutset.log.tables import log_head
from cutset.model.report import Receipt
from tests.log.stores import BY, create, put, report

ROOT = Path(__file__).parents[2]
THREADS = 12


def heads(url: str) -> int:
    with engine(url).connect() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(log_head)) or 0)


def test_threads_that_wait_share_one_commit(tmp_path: Path) -> None:
    url = str(tmp_path / "store.cutset")
    log = create(url)
    before = heads(url)
    with ThreadPoolExecutor(THREADS) as threads:
        with writing(engine(url)):
            waiting = [threads.submit(put, log, report(n)) for n in range(THREADS)]
            deadline = time.monotonic() + 20
            # One leads, and waits for the database; the others wait for it.
            while len(log._appender._queue) < THREADS - 1 and time.monotonic() < deadline:
                time.sleep(0.005)
        ids = [id for each in waiting for id in each.result()]
    assert {held.entry.id for held in log.follow(0)} == set(ids)
    assert len(set(ids)) == THREADS
    assert heads(url) - before <= 3
    assert log.verify().ok


def test_the_answers_of_each_thread_are_its_own(tmp_path: Path) -> None:
    log = create(str(tmp_path / "store.cutset"))

    def work(thread: int) -> list[tuple[int, str]]:
        found = []
        for n in range(thread * 100, thread * 100 + 25):
            good, bad = log.append(
                [Submission(report=report(n), by=BY), Submission(report=report(n, originator="birch"), by=BY)]
            )
            assert isinstance(good, Receipt)
            assert isinstance(bad, Refusal)
            again, held = log.append_held([Submission(report=report(n), by=BY)])
            assert [answer.id for answer in again if isinstance(answer, Receipt) and answer.held] == [good.id]
            assert held == []
            found.append((n, good.id))
        return found

    with ThreadPoolExecutor(THREADS) as threads:
        told = [each for found in threads.map(work, range(THREADS)) for each in found]
    entries = log.fetch([id for _, id in told], log.rights(BY))
    assert {n: entries[id].report for n, id in told} == {n: report(n) for n, _ in told}
    assert log.verify().ok


WRITE = """
import sys
from cutset.log.store import Log
from tests.log.stores import put, report
log = Log.open(sys.argv[1])
first = int(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for n in range(first, first + 40):
    print(*put(log, report(n), report(1_000_000 + n % 40)), flush=True)
"""


def write_from_processes(url: str) -> None:
    log = create(url)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, url, str(first)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for first in (0, 1000, 2000)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    said = [process.communicate("go\n")[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert [len(words) for words in said] == [80, 80, 80]
    # The second report of each pair is the same in all three: each identity is held once.
    ids = {id for words in said for id in words}
    assert len(ids) == 160
    assert {held.entry.id for held in log.follow(0)} == ids
    verified = log.verify(log.head())
    assert verified.ok, verified.problems
    assert verified.reports == 160


def test_processes_write_one_log(tmp_path: Path) -> None:
    write_from_processes(str(tmp_path / "store.cutset"))


@pytest.mark.postgresql
def test_processes_write_one_log_in_postgresql(
    postgresql_database: Callable[[], AbstractContextManager[str]],
) -> None:
    with postgresql_database() as url:
        write_from_processes(url)


def test_a_reader_sees_whole_batches_only(tmp_path: Path) -> None:
    log = create(str(tmp_path / "store.cutset"))
    other = Log.open(log.url)

    def write() -> None:
        for first in range(0, 600, 20):
            put(log, *(report(n) for n in range(first, first + 20)))

    with ThreadPoolExecutor(1) as threads:
        writing_ = threads.submit(write)
        while not writing_.done():
            assert len(other.follow(0)) % 20 == 0
    writing_.result()
    assert len(other.follow(0)) == 600


def test_of_threads_that_find_a_view_far_behind_one_reads_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = create(str(tmp_path / "store.cutset"))
    many = 5 * follower._FEW
    log.append([Submission(report=report(n), by=BY) for n in range(many)])
    read: list[int] = []
    follow = Log.follow

    def counted(self: Log, seq: int, limit: int) -> list[Held]:
        batch = follow(self, seq, limit)
        read.append(len(batch))
        return batch

    monkeypatch.setattr(Log, "follow", counted)
    index = DisputeIndex(log.url)
    begin = Barrier(THREADS)

    def ask() -> int:
        begin.wait()
        with once():
            return index.catch_up(log)

    with ThreadPoolExecutor(THREADS) as threads:
        found = [each.result() for each in [threads.submit(ask) for _ in range(THREADS)]]
    assert sorted(found) == [0] * (THREADS - 1) + [many]
    # Each looked once to see how far behind it is; the rest was read by one.
    assert sum(read) <= THREADS * follower._FEW + many
    assert index.cursor().seq == log.last()

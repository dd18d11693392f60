"""A writer killed at any moment: every receipt is kept, nothing is there by half, and the log goes on."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from cutset.errors import CutsetError
from cutset.log.store import Log
from tests.log.writer import create, report

ROOT = Path(__file__).parents[2]


class Writers:
    """The process that forks writers."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.log.writer"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def kill_one(self, mode: str, store: str, first: int, after_s: float) -> list[list[str]]:
        """Fork a writer, kill it `after_s` seconds after it has opened its store, and give the lines that it said."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(f"{mode} {store} {first}\n")
        stdin.flush()
        said: list[list[str]] = []
        pid = 0
        # The writer's first word and that of the process which forked it come in either order.
        while not pid or (mode != "create" and not said):
            words = stdout.readline().split()
            if words[0] == "pid":
                pid = int(words[1])
            else:
                said.append(words)
        time.sleep(after_s)
        os.kill(pid, signal.SIGKILL)
        while (words := stdout.readline().split())[0] != "ended":
            said.append(words)
        assert words[1] == str(-signal.SIGKILL), said
        return said

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


@pytest.fixture(scope="module")
def writers() -> Iterator[Writers]:
    started = Writers()
    yield started
    started.close()


class Told:
    """What the writers of one store acknowledged."""

    def __init__(self) -> None:
        self.receipts: dict[str, str] = {}
        self.purged: set[str] = set()
        self.purging: set[str] = set()
        self.viewers: set[str] = set()

    def hear(self, lines: list[list[str]]) -> None:
        for what, *words in lines:
            assert what != "error", words
            if what == "receipt":
                self.receipts[words[1]] = words[0]
            elif what == "purging":
                self.purging.update(words)
            elif what == "purged":
                self.purged.update(words)
            elif what == "registered":
                self.viewers.update(words)

    def check(self, store: str) -> None:
        """Everything acknowledged is there, whole; what was being purged is there whole or not at all."""
        log = Log.open(store)
        rights = log.rights("ann@ash")
        found = log.fetch(self.receipts, rights)
        gone = self.receipts.keys() - found.keys()
        assert self.purged <= gone <= self.purging
        for id, entry in found.items():
            assert entry.report == report(self.receipts[id])
        for held in log.follow(0, limit=1_000_000):
            assert held.entry.report == report(held.entry.report.source.record)
        assert self.viewers <= {viewer.id for viewer in log.registry().viewers}
        checked = log.verify()
        assert checked.ok, checked.problems


def rounds(writers: Writers, mode: str, kills: int, folder: Path) -> int:
    """Kill writers of a few stores in turn, checking after each; how many receipts there were."""
    random, receipts = Random(f"{mode} {kills}"), 0
    told = Told()
    store = str(folder / "store.cutset")
    for kill in range(kills):
        if kill % 10 == 0:
            # A fresh store now and then keeps each check short.
            told, store = Told(), str(folder / f"store-{kill}.cutset")
            create(store)
        before = len(told.receipts)
        told.hear(writers.kill_one(mode, store, kill * 10_000_000, random.uniform(0, 0.06)))
        told.check(store)
        receipts += len(told.receipts) - before
    return receipts


def test_a_writer_killed_two_hundred_times_loses_nothing(writers: Writers, tmp_path: Path) -> None:
    assert rounds(writers, "write", 200, tmp_path) > 100


def test_threads_that_commit_together_and_are_killed_lose_nothing(writers: Writers, tmp_path: Path) -> None:
    assert rounds(writers, "threads", 30, tmp_path) > 5


def test_a_store_whose_making_was_killed_is_whole_or_clearly_none(writers: Writers, tmp_path: Path) -> None:
    random = Random(5)
    whole = 0
    for kill in range(30):
        store = str(tmp_path / f"store-{kill}.cutset")
        told = Told()
        lines = writers.kill_one("create", store, 0, random.uniform(0, 0.15))
        told.hear(lines)
        if ["created"] in lines:
            told.check(store)
            whole += 1
            continue
        with contextlib.suppress(CutsetError):
            assert Log.open(store).verify().ok
    assert 0 < whole < 30

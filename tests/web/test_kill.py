"""Killed under load: what was acknowledged is there afterwards, once, and those who sent go on by sending again.

`CUTSET_KILL_ROUNDS` (2) is how often each test kills.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import msgspec

from cutset.clock import now
from cutset.log.database import forget_engine
from cutset.log.store import Held, Log
from cutset.model.report import Report
from cutset.web.accounts import tokens
from cutset.web.accounts.entrance import Entrance
from cutset.web.accounts.tokens import Scope
from tests.postgresql import Server
from tests.samples import case, phone, seizure
from tests.web.clients import Running, Sender, running
from tests.worlds import Store

ROUNDS = int(os.environ.get("CUTSET_KILL_ROUNDS", "2"))
SENDERS = 4
BETWEEN_S = 1.0
"""How long they send between two kills."""


def reports(sender: int) -> Iterator[Report]:
    for number in count():
        found = seizure(phone(f"+1555{sender:03d}{number % 40:04d}"))
        yield msgspec.structs.replace(
            found, source=msgspec.structs.replace(found.source, record=f"of-{sender}-{number:06d}")
        )


@contextmanager
def sending(address: str, url: str) -> Iterator[list[Sender]]:
    """Programs that submit for as long as the block lasts; all that they have begun is answered at its end."""
    stop, engine = threading.Event(), Entrance(url, now).engine
    made = []
    for number in range(SENDERS):
        _, token = tokens.make(engine, "ann@ash", f"feed {number}", (Scope.SUBMIT,), "investigation", 1, now())
        made.append(Sender(address, token, reports(number), stop))
    for each in made:
        each.start()
    try:
        yield made
    finally:
        stop.set()
        for each in made:
            each.join(70)
            assert not each.is_alive()


def under_load(url: str, server: Running, kill: Callable[[int], None]) -> None:
    """Kill so many rounds while programs send, and look for all that was acknowledged."""
    with sending(server.address, url) as senders:
        for number in range(10 * ROUNDS):
            time.sleep(BETWEEN_S)
            kill(number)
            # A kill between two requests interrupts nobody: then there is another.
            if number + 1 >= ROUNDS and any(each.retries for each in senders):
                break
        # Each goes on after the last kill: the server, and they, came back by themselves.
        before = [len(each.acknowledged) for each in senders]
        until = time.monotonic() + 60
        while time.monotonic() < until and any(
            len(each.acknowledged) < had + 2 for each, had in zip(senders, before, strict=True)
        ):
            time.sleep(0.1)
        assert all(len(each.acknowledged) >= had + 2 for each, had in zip(senders, before, strict=True))
    assert [wrong for each in senders for wrong in each.wrong] == []
    assert sum(each.retries for each in senders) > 0, "nothing was interrupted"
    there(url, senders)


def there(url: str, senders: list[Sender]) -> None:
    """Every acknowledged report is in the log, under one id for each key, and the log is whole."""
    forget_engine(url)
    log = Log.open(url)
    held = {each.entry.report.source.record: each.entry.id for each in _all(log)}
    for each in senders:
        for key, id in each.acknowledged.items():
            assert held.get(key) == id, f"{key} was acknowledged as {id}"
    records = [each.entry.report.source.record for each in _all(log)]
    assert len(records) == len(set(records)), "a report was taken in twice"
    assert log.verify().ok


def _all(log: Log) -> Iterator[Held]:
    after = 0
    while batch := log.follow(after):
        yield from batch
        after = batch[-1].entry.seq


def test_workers_are_killed(postgresql_url: str, tmp_path: Path) -> None:
    Store(postgresql_url).submit(case("C-1", phone("+15550000001")))
    with running(postgresql_url, tmp_path, workers=2) as server:
        under_load(postgresql_url, server, lambda _: server.kill_worker())


def test_the_whole_server_is_killed_and_started_again(store: Store, tmp_path: Path) -> None:
    store.submit(case("C-1", phone("+15550000001")))
    with running(store.url, tmp_path) as server:

        def kill(_: int) -> None:
            assert server.process is not None
            server.kill_worker()
            server.process.wait()
            server.start()

        under_load(store.url, server, kill)


def test_postgresql_is_killed(postgresql_server: Server, postgresql_url: str, tmp_path: Path) -> None:
    Store(postgresql_url).submit(case("C-1", phone("+15550000001")))
    with running(postgresql_url, tmp_path, workers=2) as server:
        under_load(postgresql_url, server, lambda _: postgresql_server.crash())

"""Events: a page is told of what its viewer may see and of nothing else, and forgets when it must."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from cutset.access.registry import Viewer
from cutset.clock import now
from cutset.log.moment import once
from cutset.model.marking import Tlp
from cutset.web.accounts import sessions
from cutset.web.news import MOST, News
from cutset.web.streams import FORGET, Stream, Streams, Told
from cutset.web.workspace import Asker, workspace
from tests.log.test_moment import counted
from tests.samples import case, marked, phone, private, seizure
from tests.web.clients import running
from tests.web.serving import Hours, client, csrf, on_a_port, served
from tests.worlds import Store

ANN, BIRCH = "a" * 43, "b" * 43


class Open:
    """Pages that ash and birch have open, and a hub that looks when it is told to."""

    def __init__(self, store: Store) -> None:
        self.store, self.hours = store, Hours()
        self.made: FastAPI = served(store.url, self.hours)
        self.space = workspace(self.made)
        self.streams: Streams = self.made.state.streams
        self.ash, self.birch = self.page("ann@ash", ANN), self.page("ann@birch", BIRCH)
        self.streams._seq = store.log.last()

    def page(self, viewer: str, secret: str) -> Stream:
        from cutset.node.purpose import ForPurpose

        begun = sessions.begin(self.space.entrance.engine, viewer, "investigation", self.hours(), secret=secret)
        node = ForPurpose(self.space.node, "investigation")
        by = Asker(self.space.node.viewer(viewer), node, "investigation", self.space, session=begun)
        return Stream(by, secret, node.rights(viewer), self.space.node.log.purges())

    def look(self) -> dict[str, Told]:
        told = self.streams.look([self.ash, self.birch])
        return {stream.asker.viewer.agency: event for stream, event in told}


@pytest.fixture
def pages(store: Store) -> Open:
    store.submit(case("C-1", phone("+15551230001"), marking=private("birch")))
    return Open(store)


def test_one_is_told_of_what_concerns_one(pages: Open) -> None:
    assert pages.look() == {}
    pages.store.submit(seizure(phone("+15551230001"), marking=marked("ash", tlp=Tlp.GREEN)))
    assert pages.look() == {"birch": Told("news", News(leads=1))}, "ash may not see the case, and so has no lead"
    assert pages.look() == {}, "once"


def test_nobody_is_told_of_the_hidden(pages: Open) -> None:
    with counted(pages.store.link.engine) as quiet:
        assert pages.look() == {}
    pages.store.submit(seizure(phone("+15551230001"), marking=private("ash")))
    pages.store.submit(case("C-2", phone("+15551230001"), marking=private("ash")))
    assert pages.look() == {"ash": Told("news", News(leads=1))}
    for number in range(MOST + 1):
        pages.store.put(seizure(phone(f"+1555124{number:04d}"), marking=private("ash")))
    assert pages.look() == {"ash": Told("news", News(much=True))}, "birch's limit is not reached by what it may not see"
    with counted(pages.store.link.engine) as after:
        assert pages.look() == {}
    assert len(quiet) == len(after) == 1, "a look that finds nothing costs the same before and after"


def test_a_page_forgets_when_its_viewer_may_see_less(pages: Open) -> None:
    register = pages.store.log.register
    register(Viewer(id="ann@birch", agency="birch", active=False))
    assert pages.look() == {"birch": FORGET}
    register(Viewer(id="ann@birch", agency="birch"))
    assert pages.look() == {}
    register(Viewer(id="ann@birch", agency="ash"))
    assert pages.look() == {"birch": FORGET}


def test_a_page_forgets_when_what_it_may_show_is_purged_or_marked_anew(pages: Open) -> None:
    shown = pages.store.submit(seizure(phone("+15551230003"), marking=marked("ash", tlp=Tlp.GREEN)))
    hidden = pages.store.submit(seizure(phone("+15551230004"), marking=private("ash")))
    pages.look()
    pages.store.log.purge([hidden], reason="entered by mistake", by="ann@ash")
    node = pages.space.node
    later = Stream(pages.ash.asker, ANN, pages.ash.rights, node.log.purges())
    assert pages.streams.look([later]) == [], "a page that was shown after it has nothing of it"
    pages.streams._purges = 0
    assert pages.look() == {"ash": FORGET}, "birch could not see it, and is told nothing"
    assert pages.look() == {}, "once"
    pages.space.node.remark(shown, marked("ash", tlp=Tlp.RED, orcon=True), by="ann@ash")
    assert pages.look() == {"ash": FORGET, "birch": FORGET}


def test_a_page_forgets_when_its_session_ends_or_locks(pages: Open) -> None:
    engine = pages.space.entrance.engine
    sessions.change(engine, ANN, pages.hours(), purpose="audit")
    assert pages.look() == {"ash": FORGET}
    sessions.change(engine, ANN, pages.hours(), purpose="investigation")
    assert pages.look() == {}
    pages.hours.pass_(seconds=pages.space.settings.idle_s + 1)
    assert pages.look() == {"ash": FORGET, "birch": FORGET}, "a stream alone keeps no session open"
    sessions.change(engine, ANN, pages.hours(), locked=False)
    assert pages.look() == {"birch": FORGET}
    sessions.end(engine, ANN)
    assert pages.look() == {"ash": FORGET, "birch": FORGET}


def test_what_a_session_does_not_use_it_does_not_keep_open(pages: Open) -> None:
    engine, settings = pages.space.entrance.engine, pages.space.settings
    pages.hours.pass_(seconds=settings.idle_s - 60)
    times = {"idle_s": settings.idle_s, "session_s": settings.session_s}
    assert sessions.find(engine, ANN, pages.hours(), **times, used=False) is not None
    pages.hours.pass_(seconds=120)
    found = sessions.find(engine, ANN, pages.hours(), **times)
    assert found is not None
    assert found.locked


def test_one_look_serves_all_of_an_agency(pages: Open) -> None:
    more = [pages.page("ann@birch", f"{number:043d}") for number in range(20)]
    with once():
        pages.store.catch_up()
    pages.store.submit(seizure(phone("+15551230001"), marking=marked("ash", tlp=Tlp.GREEN)))
    with counted(pages.store.link.engine) as few:
        assert len(pages.streams.look([pages.birch])) == 1
    pages.store.submit(seizure(phone("+15551230001"), text="another", marking=marked("ash", tlp=Tlp.GREEN)))
    with counted(pages.store.link.engine) as many:
        assert len(pages.streams.look([pages.birch, *more])) == 21
    # The second event has one more lead to be told of, which is a statement or two; twenty pages are none.
    assert len(many) <= len(few) + 4


@contextmanager
def listening(address: str, secret: str) -> Iterator[list[str]]:
    """The lines that a page is sent, while the block lasts."""
    lines: list[str] = []
    ready, over = threading.Event(), threading.Event()

    def listen() -> None:
        with httpx.stream("GET", f"{address}/events", cookies={"cutset": secret}, timeout=30) as answer:
            lines.append(str(answer.status_code))
            lines.extend(f"{name}: {answer.headers[name]}" for name in ("content-type", "x-accel-buffering"))
            for line in answer.iter_lines():
                lines.append(line)
                ready.set()
                if over.is_set():
                    return
        lines.append("ended")

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    assert ready.wait(20)
    yield lines
    over.set()


def until(lines: list[str], wanted: str) -> None:
    for _ in range(400):
        if wanted in lines:
            return
        time.sleep(0.05)
    raise AssertionError((wanted, lines))


def test_a_stream_tells_and_forgets_and_is_on_record(store: Store) -> None:
    store.submit(case("C-1", phone("+13125550142"), marking=marked("birch")))
    made = served(store.url, now)
    space = workspace(made)
    sessions.begin(space.entrance.engine, "ann@birch", "investigation", now(), secret=BIRCH)
    store.log.register(Viewer(id="aud@ash", agency="ash", roles=("auditor",)))
    with on_a_port(made) as address, listening(address, BIRCH) as lines:
        assert lines[:3] == ["200", "content-type: text/event-stream; charset=utf-8", "x-accel-buffering: no"]
        ash = client(made, "ann@ash", secret=ANN)
        form = {"csrf": csrf(ANN), "key": "00000000-0000-4000-8000-000000000001", "when": "2024-12-31T10:00",
                "tlp": "TLP:GREEN", "what_0": "cocaine", "amount_0": "3", "unit_0": "kg", "place": "Mile 7",
                "ident_0": "+1 312 555 0142", "thing_0": "person", "role_0": "subject"}  # fmt: skip
        assert ash.post("/seizure", data=form, headers={"accept": "application/json"}).status_code == 201
        until(lines, "event: news")
        looked = space.node.audit(viewer="aud@ash")
        assert [(each.viewer, each.shown) for each in looked if each.view == "news"] == [("ann@birch", 1)]
        sessions.end(space.entrance.engine, BIRCH)
        until(lines, "ended")
        assert "event: forget" in lines
        until_empty(made.state.streams)


def until_empty(streams: Streams) -> None:
    for _ in range(200):
        if not len(streams):
            return
        time.sleep(0.05)
    raise AssertionError("the closed page is still counted")


def test_there_are_only_so_many(store: Store) -> None:
    made = served(store.url, now, streams=1)
    for viewer, secret in (("ann@ash", ANN), ("ann@birch", BIRCH)):
        sessions.begin(workspace(made).entrance.engine, viewer, "investigation", now(), secret=secret)
    with on_a_port(made) as address:
        with listening(address, ANN):
            full: Any = httpx.get(f"{address}/events", cookies={"cutset": BIRCH})
            assert (full.status_code, full.headers["retry-after"]) == (503, "60")
            sessions.end(workspace(made).entrance.engine, ANN)
            until_empty(made.state.streams)
        with listening(address, BIRCH) as lines:
            assert lines[0] == "200"
            sessions.end(workspace(made).entrance.engine, BIRCH)
            until(lines, "ended")


def test_a_stop_does_not_wait_for_open_pages(store: Store, tmp_path: Path) -> None:
    with running(store.url, tmp_path) as server:
        sessions.begin(workspace(served(store.url, now)).entrance.engine, "ann@ash", "investigation", now(), secret=ANN)
        with listening(server.address, ANN) as lines:
            assert server.process is not None
            server.process.terminate()
            # It would wait `grace_s` for what is under way, 20 s, and then cut it off.
            assert server.process.wait(15) in (0, -signal.SIGTERM)
            until(lines, "ended")

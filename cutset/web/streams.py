"""Streams of events to the pages that people have open: what is new on their desk, and when a page must forget.

One task a process looks at the log every `TICK_S`, for all streams together. What a stream is told follows from what
its viewer may see alone; a hidden report neither makes an event nor moves the time of one, for the task looks as often
whether or not there is anything. It is two statements a tick where there is nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, field
from functools import partial
from types import FrameType
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool

from cutset.access.registry import Viewer
from cutset.access.rights import Rights
from cutset.link.desk.index import DeskIndex
from cutset.log.errors import NoSuchViewer
from cutset.log.moment import once
from cutset.log.store import Held
from cutset.web.accounts import sessions
from cutset.web.news import News, news
from cutset.web.workspace import Asker, Workspace

log = logging.getLogger("cutset.web")

TICK_S = 1.0
QUIET_S = 15.0
"""After so long without an event a comment is sent, by which a proxy keeps the connection and a dead one shows."""
OF_A_SESSION = 6
"""Streams that one session may have open: a browser's tabs share one."""
AT_ONCE = 500
"""Reports that one look at the log reads at most; the next look reads on."""
RETRY_MS = 5000


class Full(Exception):
    """There are as many streams as this process, or this session, may have."""


@dataclass(eq=False)
class Stream:
    """One open page: who has it open, and what it is yet to be told. None ends it.

    `purges` is the number of the last purge before the page was shown: what went by then does not stand on it.
    """

    asker: Asker
    secret: str
    rights: Rights
    purges: int = 0
    due: asyncio.Queue[Told | None] = field(default_factory=lambda: asyncio.Queue(64))


class Told(msgspec.Struct, frozen=True):
    """An event: `name` is `news`, or `forget` where what the page shows may no longer be shown."""

    name: str
    news: News = News()


FORGET = Told("forget")


class Streams:
    """All streams of this process."""

    def __init__(self, space: Workspace, most: int) -> None:
        self._space = space
        self._most = most
        self._open: set[Stream] = set()
        self._task: asyncio.Task[None] | None = None
        self._seq = 0
        self._purges = 0
        self._stopped = False

    def __len__(self) -> int:
        return len(self._open)

    async def join(self, asker: Asker) -> Stream:
        """A stream for who asks. Raises `Full`."""
        assert asker.session is not None
        secret = asker.session.secret
        if self._stopped or len(self._open) >= self._most:
            raise Full
        if sum(each.secret == secret for each in self._open) >= OF_A_SESSION:
            raise Full
        rights = await run_in_threadpool(asker.node.rights, asker.viewer)
        last, purges = await run_in_threadpool(self._last)
        found = Stream(asker, secret, rights, purges)
        if not self._open:
            # What came while nobody listened is on the pages that are opened now.
            self._seq, self._purges = last, purges
        self._open.add(found)
        if self._task is None or self._task.done():
            # In a context of its own: it belongs to no request, and its looks at the log are of its own moments.
            self._task = asyncio.create_task(self._watch(), context=Context())
        return found

    def leave(self, stream: Stream) -> None:
        """The page was closed."""
        self._open.discard(stream)

    def stop(self) -> None:
        """End every stream: the server is about to stop, and would wait for them. To be called in the loop's thread."""
        self._stopped = True
        for each in self._open:
            _put(each, None)

    async def _watch(self) -> None:
        while self._open and not self._stopped:
            await asyncio.sleep(TICK_S)
            open_now = list(self._open)
            try:
                told = await run_in_threadpool(self.look, open_now)
            except Exception:
                # The store may be away for a while: the streams outlive that.
                log.exception(json.dumps({"error": "events"}))
                continue
            for stream, event in told:
                _put(stream, event)

    def _last(self) -> tuple[int, int]:
        with once():
            return self._space.node.log.last(), self._space.node.log.purges()

    def look(self, streams: list[Stream]) -> list[tuple[Stream, Told]]:
        """What each of these streams is to be told now, of all that came since the last look."""
        space = self._space
        idle_s, session_s = space.settings.idle_s, space.settings.session_s
        told: list[tuple[Stream, Told]] = []
        secrets = {each.secret for each in streams}
        standing = sessions.standing(space.entrance.engine, secrets, space.clock(), idle_s=idle_s, session_s=session_s)
        with once():
            # The moment tells too whether there is anything: then nothing more is asked.
            fresh = space.node.log.follow(self._seq, AT_ONCE) if space.node.log.last() > self._seq else []
            purges = space.node.log.purges()
            purged = space.node.log.purged_markings(self._purges) if purges > self._purges else []
            known: dict[tuple[str, frozenset[int]], News] = {}
            for stream in streams:
                rights = self._rights(stream, standing)
                # What was purged, or marked anew, may stand on the page of whoever might see it.
                if rights is None or any(n > stream.purges and id in stream.rights.visible for n, id in purged):
                    told.append((stream, FORGET))
                    continue
                # A marking that is new to the log is one more that may be seen: nothing is to be forgotten for it.
                stream.rights = rights
                if fresh and (found := self._news(rights, fresh, known)):
                    told.append((stream, Told("news", found)))
            if fresh:
                self._seq = fresh[-1].entry.seq
            self._purges = purges
        return told

    def _rights(self, stream: Stream, standing: dict[str, str]) -> Rights | None:
        """What the stream's viewer may see now; None where its page must forget what it shows."""
        if standing.get(stream.secret) != stream.asker.purpose:
            return None
        try:
            viewer: Viewer = self._space.node.log.viewer(stream.asker.viewer.id)
            rights = stream.asker.node.rights(viewer)
        except NoSuchViewer:
            return None
        same = viewer == stream.asker.viewer and rights.agency == stream.rights.agency
        return rights if same and stream.rights.visible <= rights.visible else None

    def _news(self, rights: Rights, fresh: list[Held], known: dict[tuple[str, frozenset[int]], News]) -> News:
        """What is new for a desk; those of one agency who may see the same have the same news."""
        key = (rights.agency, rights.visible)
        if key not in known:
            node = self._space.node
            if not known:
                node.catch_up_links()
            known[key] = news(node.log, node.link, node.index(DeskIndex), rights, fresh)
        return known[key]


async def events(streams: Streams, stream: Stream) -> AsyncIterator[str]:
    """What is sent to a page, until it is closed or must forget; each thing told is a look, and on record before."""
    try:
        yield f"retry: {RETRY_MS}\n\n"
        while True:
            try:
                event = await asyncio.wait_for(stream.due.get(), QUIET_S)
            except TimeoutError:
                yield ": quiet\n\n"
                continue
            if event is None:
                return
            if event.name == "news":
                await run_in_threadpool(_record, stream.asker, event.news)
            yield f"event: {event.name}\ndata: {msgspec.json.encode(event.news).decode()}\n\n"
            if event.name == "forget":
                return
    finally:
        streams.leave(stream)


def _record(asker: Asker, found: News) -> None:
    with asker.node.looks.look("news", asker.viewer) as look:
        look.show(None, found.leads + found.pointers + found.requests + found.watch)


def _put(stream: Stream, event: Told | None) -> None:
    try:
        stream.due.put_nowait(event)
    except asyncio.QueueFull:
        # A page that takes nothing for so long has to begin anew.
        stream.due.get_nowait()
        stream.due.put_nowait(None)


@contextmanager
def until_stopped(streams: Streams) -> Iterator[None]:
    """In this block, the signal that stops the server ends the streams first: it waits for what is under way."""
    loop, before = asyncio.get_running_loop(), {}

    def stopping(handler: Any, number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(streams.stop)
        if callable(handler):
            handler(number, frame)

    for number in (signal.SIGTERM, signal.SIGINT):
        handler = signal.getsignal(number)
        try:
            signal.signal(number, partial(stopping, handler))
        except ValueError:
            # Only a process's main thread has signals; in another, whoever runs the server stops it otherwise.
            break
        before[number] = handler
    try:
        yield
    finally:
        streams.stop()
        for number, handler in before.items():
            signal.signal(number, handler)

"""A server over a made store, in which it is now, and visits of its viewers in a real browser."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser

from cutset import clock
from cutset.node import Node
from cutset.web.accounts import sessions
from cutset.web.workspace import workspace
from tests.web.serving import served
from tests.web.test_workspace import Visit


class Place:
    """The server, at `address` while it runs; pages may take `slow_ms` to come."""

    def __init__(self, node: Node, slow_ms: int) -> None:
        self.node = node
        self.made = served(node.url, clock.now)
        self.engine = workspace(self.made).entrance.engine
        self.address = ""
        self._slow_ms = slow_ms

    def visit(self, browser: Browser, viewer: str, **context: Any) -> Visit:
        begun = sessions.begin(self.engine, viewer, "investigation", clock.now())
        visit = Visit(browser, self.address, **context)
        visit.context.set_default_timeout(self._slow_ms)
        visit.context.add_cookies([{"name": "cutset", "value": begun.secret, "url": self.address}])
        return visit

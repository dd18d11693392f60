"""A server over a small store, asked in process or through a real port."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from cutset.web.accounts import sessions
from cutset.web.app import app
from cutset.web.settings import Settings
from cutset.web.workspace import workspace

PASSWORD = "four words that part"
SECRET = "a" * 43


class Hours:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = datetime(2025, 1, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **span: float) -> None:
        self.at += timedelta(**span)


def client(made: FastAPI, viewer: str = "", *, purpose: str = "investigation", secret: str = SECRET) -> TestClient:
    """A client that is signed in as `viewer`, or not."""
    found = TestClient(made, follow_redirects=False)
    if viewer:
        space = workspace(made)
        sessions.end(space.entrance.engine, secret)
        sessions.begin(space.entrance.engine, viewer, purpose, space.clock(), secret=secret)
        found.cookies.set(space.cookie, secret)
    return found


def secret_of(viewer: str) -> str:
    """The secret of the session that `clients` signs a viewer in with."""
    return viewer.ljust(43, "x")


def clients(made: FastAPI) -> Callable[[str], TestClient]:
    """A client of the server for each viewer, signed in when first asked for."""
    known: dict[str, TestClient] = {}

    def sign_in(viewer: str) -> TestClient:
        if viewer not in known:
            known[viewer] = client(made, viewer, secret=secret_of(viewer))
        return known[viewer]

    return sign_in


def post_as(by: TestClient, viewer: str, address: str, **form: Any) -> Any:
    """What is answered to a form that the viewer sends from a page of theirs."""
    return by.post(address, data={"csrf": csrf(secret_of(viewer)), **form})


def csrf(secret: str = SECRET) -> str:
    return sessions.Session(secret, "", "", False).csrf


def served(url: str, clock: Any = None, **settings: Any) -> FastAPI:
    given = Settings(store=url, requests_per_minute=100_000, **settings)
    return app(given, clock=clock or Hours())


@contextmanager
def on_a_port(made: FastAPI) -> Iterator[str]:
    """The server's address, while it runs in a thread."""
    server = uvicorn.Server(uvicorn.Config(made, host="127.0.0.1", port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not (server.started and server.servers):
        thread.join(0.02)
        assert thread.is_alive(), "the server did not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)

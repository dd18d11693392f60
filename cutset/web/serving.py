"""Runs the server: one process or several, and a stop that lets requests under way end."""

from __future__ import annotations

import os

import msgspec
import uvicorn
from fastapi import FastAPI

from cutset.errors import CutsetError
from cutset.log.database import is_postgresql
from cutset.web.app import app
from cutset.web.settings import Settings

_HANDED_ON = "CUTSET_SERVED"


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; then take nothing new, and wait for what is under way, `grace_s` at most."""
    if settings.workers > 1 and not is_postgresql(settings.store):
        raise CutsetError(
            "several processes need a PostgreSQL store",
            where=f"workers = {settings.workers}",
            remedy="set one worker, which uses several threads; or move the store to PostgreSQL",
        )
    made: FastAPI | None = None
    if settings.workers == 1:
        made = app(settings)
    else:
        # Each worker process makes the app anew, by what it is handed here.
        os.environ[_HANDED_ON] = msgspec.json.encode(settings).decode()
    uvicorn.run(
        made or "cutset.web.serving:of_worker",
        factory=made is None,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_graceful_shutdown=settings.grace_s,
        timeout_keep_alive=20,
        # A stream is a connection that stays, and must not take the place of a request.
        limit_concurrency=512 + settings.streams,
        h11_max_incomplete_event_size=64 << 10,
        server_header=False,
        access_log=False,
        log_level="warning",
    )


def of_worker() -> FastAPI:
    """The app of one of several worker processes."""
    return app(msgspec.json.decode(os.environ[_HANDED_ON], type=Settings))

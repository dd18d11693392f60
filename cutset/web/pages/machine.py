"""For the machines around the server: is it up, is it ready, how is it doing, and the files of its pages."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter, Request
from prometheus_client import generate_latest
from starlette.responses import PlainTextResponse, Response

from cutset.errors import CutsetError
from cutset.web.texts import language, script
from cutset.web.workspace import Nothing, workspace

public = APIRouter()


@public.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return PlainTextResponse("up\n")


@public.get("/readyz")
def readyz(request: Request) -> Response:
    """The store and the accounts answer too, and the server is not about to stop."""
    space = workspace(request.app)
    try:
        space.node.log.registry()
        space.entrance.there_are_accounts()
    except CutsetError:
        return PlainTextResponse("not ready: the store does not answer\n", 503)
    return PlainTextResponse("ready\n")


@public.get("/metrics")
def metrics(request: Request) -> Response:
    """Numbers of the server, to this machine alone: give them on by a proxy of your own where others need them."""
    space = workspace(request.app)
    address = request.client.host if request.client else ""
    # Behind a proxy every request comes from a named one; its header then says whose it was.
    if not space.settings.metrics or address not in ("127.0.0.1", "::1", "testclient"):
        raise Nothing
    return Response(generate_latest(request.app.state.numbers.registry), media_type="text/plain; version=0.0.4")


@public.get("/worker.js")
def worker() -> Response:
    """The service worker, which keeps the seizure form for where there is no network. Its place is its scope."""
    text = files("cutset.web").joinpath("static", "worker.js").read_bytes()
    return Response(text, media_type="text/javascript", headers={"cache-control": "no-cache"})


@public.get("/static/words.js")
def words() -> Response:
    """What the pages' scripts say, in the language that the browser asks for."""
    told = {"cache-control": "no-cache", "vary": "accept-language", "content-language": language()}
    return Response(script(), media_type="text/javascript", headers=told)

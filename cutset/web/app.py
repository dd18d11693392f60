"""The server: pages and an API over one store, each answered through the rights of whoever asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from cutset import clock as clocks
from cutset.clock import Clock
from cutset.errors import CutsetError
from cutset.link.errors import NotFound
from cutset.link.match import weights
from cutset.log.errors import NoSuchViewer, StoreError
from cutset.node import Node, Refused
from cutset.web.accounts.entrance import Entrance
from cutset.web.guard import Guard, Numbers
from cutset.web.pages import (
    administration,
    allocate,
    api,
    cases,
    contradicting,
    desk,
    disputing,
    entrance,
    events,
    evidence,
    governing,
    graph,
    keeping,
    linking,
    machine,
    oversight,
    photographs,
    planner,
    planning,
    provider,
    responding,
    reviewing,
    searching,
    seizure,
    signing,
    targeting,
    watch,
)
from cutset.web.recording import Recording
from cutset.web.render import data, page
from cutset.web.settings import Settings
from cutset.web.streams import Streams, until_stopped
from cutset.web.texts import say, told
from cutset.web.warming import warm
from cutset.web.workspace import NotAllowed, Nothing, SignIn, Workspace

if TYPE_CHECKING:
    from cutset.web.accounts.oidc import Provider

NOTHING = "There is no such page, or none that you may see."


def app(settings: Settings, *, clock: Clock = clocks.now) -> FastAPI:
    """The server of the store that the settings name. Raises `CutsetError` where there is none."""
    node = Node.open(settings.store, clock=clock)
    node.weigh_by(*(weights.load(Path(each)) for each in settings.weights))
    space = Workspace(node, Entrance(settings.store, clock), settings, clock, _provider(settings, clock))
    streams = Streams(space, settings.streams)

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(warm, node)
        # uvicorn stops taking requests, lets those under way end, and only then comes here: streams must end before.
        with until_stopped(streams):
            yield

    made = FastAPI(
        title="cutset",
        summary="One log; everything else is a view of it, through the viewer's rights.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=living,
        # FastAPI can measure itself and send that elsewhere, if the environment says so; here never.
        telemetry={"auto_configure": False, "tracing": False, "metrics": False, "logs": False},
    )
    numbers = Numbers()
    made.state.streams = streams
    made.state.workspace = space
    made.state.numbers = numbers
    for router in (machine.public, entrance.public, provider.public, seizure.public, entrance.router,
                   seizure.router, photographs.router, events.router, linking.router, desk.router,
                   contradicting.router, cases.router, graph.router, searching.router, planning.router,
                   planner.router, responding.router, targeting.router, watch.router, allocate.router,
                   allocate.programs, governing.router, oversight.router, reviewing.router,
                   administration.router, evidence.router, disputing.router, signing.router,
                   keeping.router, api.router):  # fmt: skip
        made.include_router(router, include_in_schema=router in (api.router, allocate.programs))
    with as_file(files("cutset.web").joinpath("static")) as folder:
        made.mount("/static", StaticFiles(directory=folder), name="static")
    _answer_errors(made)
    made.add_middleware(Recording)
    made.add_middleware(Guard, settings=settings, numbers=numbers, cookie=space.cookie)
    return made


def _provider(settings: Settings, clock: Clock) -> Provider | None:
    if not settings.oidc_issuer:
        return None
    try:
        from cutset.web.accounts.oidc import Provider
    except ImportError as error:
        remedy = "pip install 'cutset[server]'"
        raise CutsetError(f"what `oidc_issuer` needs is not installed: {error.name}", remedy=remedy) from error
    return Provider(settings, clock)


def _answer_errors(made: FastAPI) -> None:
    answers: dict[Any, Any] = {
        SignIn: _sign_in,
        Nothing: _nothing,
        NotFound: _nothing,
        NoSuchViewer: _nothing,
        HTTPException: _http,
        RequestValidationError: _not_understood,
        NotAllowed: _not_allowed,
        Refused: _refused,
        StoreError: _store,
        CutsetError: _refused,
    }
    for error, answer in answers.items():
        made.add_exception_handler(error, answer)


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _said(request: Request, status: int, words: str, **headers: str) -> Response:
    if _is_api(request):
        return api.problem(status, words)
    answer = page("said", status=status, words=words)
    answer.headers.update(headers)
    return answer


def _sign_in(request: Request, error: SignIn) -> Response:
    if _is_api(request):
        answer = api.problem(401, say("Sign in, or give a token."))
        answer.headers["www-authenticate"] = 'Bearer realm="cutset"'
        return answer
    if "application/json" in request.headers.get("accept", ""):
        return data({"locked": error.locked}, status=401)
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "") if request.method == "GET" else "/"
    to = f"{'/unlock' if error.locked else '/sign-in'}?to={quote(back, safe='')}"
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"hx-redirect": to})
    return RedirectResponse(to, 303)


def _nothing(request: Request, _: Exception) -> Response:
    return _said(request, 404, say(NOTHING))


def _http(request: Request, error: HTTPException) -> Response:
    if error.status_code in (404, 405):
        # A path that is none and one that others may see are the same to who asks.
        return _said(request, 404, say(NOTHING))
    return _said(request, error.status_code, say("That request cannot be read."))


def _not_understood(request: Request, _: RequestValidationError) -> Response:
    return _said(request, 422, say("That is not what this page can be asked."))


def _not_allowed(request: Request, _: NotAllowed) -> Response:
    return _said(request, 403, say("This was not sent from a page of your session, or your token does not "
                 "allow it. Open the page anew."))  # fmt: skip


def _refused(request: Request, error: CutsetError) -> Response:
    return _said(request, 422, told(error))


def _store(request: Request, _: StoreError) -> Response:
    words = "The store does not answer just now. Nothing of this was taken in; try again in a moment."
    return _said(request, 503, say(words), **{"retry-after": "5"})

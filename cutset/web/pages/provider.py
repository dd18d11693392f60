"""Signing in at the provider that the settings name, and coming back from there."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from cutset.log.errors import NoSuchViewer
from cutset.node import INVESTIGATION
from cutset.web.accounts import sessions, subjects
from cutset.web.accounts.tries import Begun, NotIn, begin
from cutset.web.pages.entrance import onward
from cutset.web.render import page
from cutset.web.texts import say, told
from cutset.web.workspace import Nothing, Workspace, workspace

if TYPE_CHECKING:
    from cutset.web.accounts.oidc import Provider

log = logging.getLogger("cutset.web")
public = APIRouter()

TRIED_S = 600
"""How long a try to sign in there may take."""
NOT_HERE = "The provider vouches for you, but you are no viewer here, or another came as that viewer before."


@public.get("/sign-in/provider")
def begin_there(request: Request, to: str = "/") -> Response:
    """Send the browser to the provider."""
    space, provider = _provider(request)
    begun = begin()
    try:
        answer = RedirectResponse(provider.asked(begun), 303)
    except NotIn as error:
        return _not_in(error)
    # Lax, and not strict: the way back comes from the provider's own page.
    answer.set_cookie(
        _cookie(space), f"{begun.secret}.{_written(onward(to))}", max_age=TRIED_S, httponly=True,
        secure=space.settings.https, samesite="lax", path="/",
    )  # fmt: skip
    return answer


@public.get("/sign-in/provider/back")
def come_back(request: Request) -> Response:
    """Begin a session for whom the provider vouches for, where that is a viewer."""
    space, provider = _provider(request)
    secret, _, to = request.cookies.get(_cookie(space), "").partition(".")
    try:
        claimed = provider.answered(Begun(secret or begin().secret), dict(request.query_params))
        space.node.viewer(claimed.viewer)
        if not subjects.is_the_same(space.entrance.engine, claimed.viewer, provider.issuer, claimed.subject):
            raise NoSuchViewer(claimed.viewer)
    except NotIn as error:
        return _forget(space, _not_in(error))
    except NoSuchViewer:
        # One answer for who is no viewer, and who is one that somebody else came as.
        return _forget(space, page("said", status=403, words=say(NOT_HERE)))
    old = space.session(request)
    purpose = INVESTIGATION
    if old is not None:
        # Who comes back to a locked session goes on for the purpose that it had.
        purpose = old.purpose if old.viewer == claimed.viewer else purpose
        sessions.end(space.entrance.engine, old.secret)
    begun = sessions.begin(space.entrance.engine, claimed.viewer, purpose, space.clock())
    answer = RedirectResponse(_read(to), 303)
    answer.set_cookie(space.cookie, begun.secret, httponly=True, secure=space.settings.https, samesite="lax", path="/")
    return _forget(space, answer)


def _provider(request: Request) -> tuple[Workspace, Provider]:
    space = workspace(request.app)
    if space.provider is None:
        raise Nothing
    return space, space.provider


def _cookie(space: Workspace) -> str:
    return f"{space.cookie}-provider"


def _forget(space: Workspace, answer: Response) -> Response:
    answer.delete_cookie(_cookie(space), path="/", secure=space.settings.https, httponly=True)
    return answer


def _not_in(error: NotIn) -> Response:
    log.info(json.dumps({"error": "sign-in at the provider", "what": error.what}))
    return page("said", status=401, words=told(error))


def _written(path: str) -> str:
    return path.encode().hex()


def _read(written: str) -> str:
    try:
        return onward(bytes.fromhex(written).decode())
    except ValueError:
        return "/"

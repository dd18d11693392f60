"""Signing in and out, the idle lock, and the account's own page."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from cutset.access.policy import policy
from cutset.errors import CutsetError
from cutset.log.errors import NoSuchViewer
from cutset.node import INVESTIGATION
from cutset.web.accounts import sessions, tokens, totp
from cutset.web.accounts.entrance import Outcome
from cutset.web.accounts.passwords import BadPassword
from cutset.web.accounts.sessions import Session
from cutset.web.accounts.tokens import Scope
from cutset.web.forms import Form, fields, posted
from cutset.web.render import data, page
from cutset.web.texts import say, told
from cutset.web.workspace import Asker, SignIn, Workspace, asker, workspace


class NotLetIn(CutsetError):
    """Someone tried to sign in, or to go on, with what does not let them; tries that must wait are not counted."""


WRONG = "that name, password and code do not go together"
PRESENT = "Your present password did not do."

public = APIRouter()
router = APIRouter(dependencies=[Depends(asker)])


def onward(path: str) -> str:
    """Where to go after signing in: a path of this server, and nothing else.

    >>> onward("/leads?after=l-1"), onward("//evil.example"), onward("https://evil.example")
    ('/leads?after=l-1', '/', '/')
    """
    safe = path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable()
    return path if safe else "/"


@public.get("/sign-in")
def sign_in_page(request: Request, to: str = "/", left: bool = False) -> Response:
    """The page to sign in; to who has `left`, it says where to sign out at the provider too."""
    space = workspace(request.app)
    leaving = space.provider.leaving() if left and space.provider else ""
    return _page_to_sign_in(space, to=to, leaving=leaving)


def _page_to_sign_in(space: Workspace, *, status: int = 200, to: str = "/", **values: Any) -> Response:
    shown: dict[str, Any] = {"problem": "", "viewer": "", "purpose": INVESTIGATION, "leaving": ""} | values
    return page(
        "sign_in",
        status=status,
        to=onward(to),
        purposes=policy().purposes,
        provider=space.provider.name if space.provider else "",
        accounts=space.entrance.there_are_accounts(),
        **shown,
    )


@public.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Begin a session, or say that this did not do."""
    return await run_in_threadpool(_sign_in, request, await fields(request))


def _sign_in(request: Request, form: Form) -> Response:
    space = workspace(request.app)
    viewer, purpose = form.get("viewer", "").strip().lower(), form.get("purpose", INVESTIGATION)
    outcome, wait_s = space.entrance.try_in(viewer, form.get("password", ""), form.get("code", ""), _address(request))
    known = outcome in (Outcome.IN, Outcome.CHOOSE) and purpose in policy().purposes and _registered(space, viewer)
    if outcome is Outcome.IN and known:
        return _let_in(request, viewer, purpose, form)
    to = form.get("to", "/")
    if outcome is Outcome.CHOOSE and known:
        return _page_to_choose(viewer, purpose, to)
    _failed(space, outcome, "sign-in", viewer)
    problem = _problem(outcome, wait_s)
    return _page_to_sign_in(space, status=_status(outcome), problem=problem, to=to, viewer=viewer, purpose=purpose)


@public.post("/sign-in/first")
async def choose(request: Request) -> Response:
    """Choose a password of one's own in the place of the one that an administrator made, and be signed in by it."""
    return await run_in_threadpool(_choose, request, await fields(request))


def _choose(request: Request, form: Form) -> Response:
    space = workspace(request.app)
    viewer, purpose = form.get("viewer", "").strip().lower(), form.get("purpose", INVESTIGATION)
    given, fresh, code = form.get("password", ""), form.get("fresh", ""), form.get("code", "")
    values = viewer, purpose, form.get("to", "/")
    if fresh != form.get("again", "") or purpose not in policy().purposes:
        return _page_to_choose(*values, status=422, problem=say("The two are not the same. Type it again."))
    try:
        outcome, wait_s = space.entrance.choose_own(viewer, given, code, fresh, _address(request))
    except BadPassword as error:
        return _page_to_choose(*values, status=422, problem=told(error))
    if outcome is Outcome.IN and _registered(space, viewer):
        return _let_in(request, viewer, purpose, form)
    _failed(space, outcome, "sign-in", viewer)
    return _page_to_choose(*values, status=_status(outcome), problem=_problem(outcome, wait_s))


def _page_to_choose(viewer: str, purpose: str, to: str, *, status: int = 200, problem: str = "") -> Response:
    return page("first", status=status, problem=problem, viewer=viewer, purpose=purpose, to=onward(to))


def _let_in(request: Request, viewer: str, purpose: str, form: Form) -> Response:
    space = workspace(request.app)
    old = space.session(request)
    if old is not None:
        sessions.end(space.entrance.engine, old.secret)
    begun = sessions.begin(space.entrance.engine, viewer, purpose, space.clock())
    answer = RedirectResponse(onward(form.get("to", "/")), 303)
    # Lax, so that a link in a message opens; forms are guarded by a token of their own.
    answer.set_cookie(space.cookie, begun.secret, httponly=True, secure=space.settings.https, samesite="lax", path="/")
    return answer


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _status(outcome: Outcome) -> int:
    return 429 if outcome is Outcome.WAIT else 401


def _problem(outcome: Outcome, wait_s: int) -> str:
    if outcome is Outcome.WAIT:
        return say("Too many tries. Wait {seconds} seconds.", seconds=wait_s)
    return say("That name, password and code do not go together.")


def _failed(space: Workspace, outcome: Outcome, what: str, viewer: str, problem: str = WRONG) -> None:
    """The audit has every failed try; those that were made to wait tried nothing."""
    if outcome is not Outcome.WAIT:
        space.node.looks.failed(what, viewer, NotLetIn(problem), {})


def _registered(space: Workspace, viewer: str) -> bool:
    try:
        space.node.viewer(viewer)
    except NoSuchViewer:
        return False
    return True


@public.get("/unlock")
def unlock_page(request: Request, to: str = "/") -> Response:
    """The page to go on after a pause."""
    session = workspace(request.app).session(request)
    if session is None:
        raise SignIn
    return _page_to_unlock(request, session, to=onward(to))


def _page_to_unlock(
    request: Request, session: Session, *, status: int = 200, to: str = "/", problem: str = ""
) -> Response:
    provider = workspace(request.app).provider
    return page("unlock", status=status, to=to, problem=problem, viewer=session.viewer, csrf=session.csrf,
                provider=provider.name if provider else "")  # fmt: skip


@public.post("/unlock")
async def unlock(request: Request) -> Response:
    """Go on in a locked session, by the password."""
    return await run_in_threadpool(_unlock, request, await posted(request))


def _unlock(request: Request, form: Form) -> Response:
    space = workspace(request.app)
    session = space.session(request)
    if session is None:
        raise SignIn
    password, code = form.get("password", ""), form.get("code", "")
    outcome, wait_s = space.entrance.try_in(session.viewer, password, code, _address(request))
    to = onward(form.get("to", "/"))
    if outcome is Outcome.IN:
        sessions.change(space.entrance.engine, session.secret, space.clock(), locked=False)
        return RedirectResponse(to, 303)
    _failed(space, outcome, "unlock", session.viewer, "that password did not do")
    problem = _problem(outcome, wait_s) if outcome is Outcome.WAIT else say("That did not do.")
    return _page_to_unlock(request, session, status=401, to=to, problem=problem)


@public.post("/sign-out")
async def sign_out(request: Request, form: Annotated[Form, Depends(posted)]) -> Response:
    """End the session, and have the browser forget all that it kept of this server's pages."""
    space = workspace(request.app)
    session = space.session(request)
    if session is not None:
        await run_in_threadpool(sessions.end, space.entrance.engine, session.secret)
    answer = RedirectResponse("/sign-in?left=1" if space.provider else "/sign-in", 303)
    answer.delete_cookie(space.cookie, path="/", secure=space.settings.https, httponly=True)
    answer.headers["clear-site-data"] = '"cache"'
    return answer


@public.get("/session")
def session_state(request: Request) -> Response:
    """Whose session this is, and what its forms carry: for the page that sends later what was written offline."""
    session = workspace(request.app).session(request)
    if session is None or session.locked:
        return data({"viewer": session.viewer if session else "", "csrf": "", "locked": session is not None})
    return data({"viewer": session.viewer, "csrf": session.csrf, "locked": False})


@router.post("/purpose")
def change_purpose(by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)]) -> Response:
    """Go on for another purpose, which may show other things."""
    purpose = form.get("purpose", "")
    if purpose in policy().purposes and by.session is not None:
        space = by.workspace
        sessions.change(space.entrance.engine, by.session.secret, space.clock(), purpose=purpose)
    return RedirectResponse("/", 303)


@router.get("/account")
def account_page(by: Annotated[Asker, Depends(asker)]) -> Response:
    """The viewer's own account: password, one-time codes, tokens."""
    return _account(by)


def _account(by: Asker, *, status: int = 200, **values: object) -> Response:
    entrance = by.workspace.entrance
    shown = {"problem": "", "said": "", "secret": "", "fresh_token": ""} | values
    return page(
        "account",
        by,
        status=status,
        purposes=policy().purposes,
        tokens=tokens.of(entrance.engine, by.viewer.id),
        has_totp=entrance.has_totp(by.viewer.id),
        uri=totp.uri(str(shown["secret"]), by.viewer.id),
        **shown,
    )


@router.post("/account/password")
def change_password(
    request: Request, by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)]
) -> Response:
    """Take another password; every session of the viewer ends."""
    if not _again(request, by, form):
        return _account(by, status=401, problem=say(PRESENT))
    try:
        by.workspace.entrance.set_password(by.viewer.id, form.get("fresh", ""))
    except BadPassword as error:
        return _account(by, status=422, problem=told(error))
    return RedirectResponse("/sign-in", 303)


@router.post("/account/codes")
def change_codes(
    request: Request, by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)]
) -> Response:
    """Ask for one-time codes from now on (once a code shows that the app has the secret), or no more."""
    entrance = by.workspace.entrance
    if not _again(request, by, form):
        return _account(by, status=401, problem=say(PRESENT))
    if form.get("off"):
        entrance.set_totp(by.viewer.id, "")
        return _account(by, said=say("No code is asked for any more."))
    secret = form.get("secret", "") or totp.make_secret()
    if not _a_secret(secret) or totp.matched(secret, form.get("code", ""), by.workspace.clock(), after=0) is None:
        return _account(by, secret=secret if _a_secret(secret) else totp.make_secret())
    entrance.set_totp(by.viewer.id, secret)
    return _account(by, said=say("From now on a code is asked for."))


def _a_secret(secret: str) -> bool:
    return len(secret) == 32 and set(secret) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


@router.post("/account/tokens")
def make_token(
    request: Request, by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)]
) -> Response:
    """Make a token for a program, or revoke one."""
    engine = by.workspace.entrance.engine
    if form.get("revoke"):
        tokens.revoke(engine, by.viewer.id, form["revoke"])
        return _account(by, said=say("The token is revoked."))
    if not _again(request, by, form):
        return _account(by, status=401, problem=say(PRESENT))
    scopes = tuple(Scope(each) for each in form.every("scope") if each in set(Scope))
    purpose = form.get("purpose", INVESTIGATION)
    days = form.get("days", "90")
    if not scopes or purpose not in policy().purposes or not (days.isascii() and days.isdigit()):
        return _account(by, status=422, problem=say("Say what the token may do, for what, and for how many days."))
    _, secret = tokens.make(
        engine, by.viewer.id, form.get("name", "")[:80], scopes, purpose, int(days[:4]), by.workspace.clock()
    )
    return _account(by, fresh_token=secret)


def _again(request: Request, by: Asker, form: Form) -> bool:
    password, code = form.get("password", ""), form.get("present_code", "")
    outcome, _ = by.workspace.entrance.try_in(by.viewer.id, password, code, _address(request))
    return outcome is Outcome.IN

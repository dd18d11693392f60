"""What all requests share: the store, the accounts, the settings and the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request

from cutset.access.registry import Viewer
from cutset.clock import Clock
from cutset.log.disputes import Dispute
from cutset.log.errors import NoSuchViewer
from cutset.node import Node
from cutset.node.looks import reports_in
from cutset.node.purpose import ForPurpose
from cutset.web.accounts import sessions
from cutset.web.accounts.entrance import Entrance
from cutset.web.accounts.sessions import Session
from cutset.web.accounts.tokens import Scope, Token
from cutset.web.accounts.tokens import find as find_token
from cutset.web.settings import Settings

if TYPE_CHECKING:
    from cutset.web.accounts.oidc import Provider

HOST_COOKIE, COOKIE = "__Host-cutset", "cutset"
"""The cookie's name over HTTPS, where a browser then takes it from this host alone, and without."""


class SignIn(Exception):
    """The request needs a session, and has none that holds; `locked` where it was idle for too long."""

    def __init__(self, *, locked: bool = False) -> None:
        super().__init__("locked" if locked else "not signed in")
        self.locked = locked


class NotAllowed(Exception):
    """The token has not the scope, or the form was not sent from a page of this session."""


class Nothing(Exception):
    """There is no such page, or none that this viewer may see: which of the two is not said."""


@dataclass(frozen=True)
class Workspace:
    """One server's store with its accounts."""

    node: Node
    entrance: Entrance
    settings: Settings
    clock: Clock
    provider: Provider | None = None

    @property
    def cookie(self) -> str:
        """The name of the session's cookie."""
        return HOST_COOKIE if self.settings.https else COOKIE

    def session(self, request: Request, *, used: bool = True) -> Session | None:
        """The request's session, locked or not; it is looked for once a request, and marked as `used`."""
        if not hasattr(request.state, "session"):
            request.state.session = self._find(request.cookies.get(self.cookie, ""), used)
        found: Session | None = request.state.session
        return found

    def _find(self, secret: str, used: bool) -> Session | None:
        if not secret or len(secret) > 128:
            return None
        idle_s, session_s = self.settings.idle_s, self.settings.session_s
        return sessions.find(self.entrance.engine, secret, self.clock(), idle_s=idle_s, session_s=session_s, used=used)


@dataclass(frozen=True)
class Asker:
    """Who asks: a viewer in a session, or a program by a token; `node` answers for the asker's purpose."""

    viewer: Viewer
    node: ForPurpose
    purpose: str
    workspace: Workspace
    session: Session | None = None
    token: Token | None = None

    @property
    def csrf(self) -> str:
        """What a form of this session carries."""
        return self.session.csrf if self.session else ""

    def disputed(self, *shown: object) -> dict[str, tuple[Dispute, ...]]:
        """What disputes each of the reports that are `shown`; a page marks those that it lists."""
        reports = sorted(set(reports_in(shown)))
        return self.node.disputes(reports, viewer=self.viewer) if reports else {}

    def needs(self, *scopes: Scope) -> None:
        """Raises `NotAllowed` where a token has not these scopes; a person's session has them all."""
        if self.token is not None and not set(scopes) <= set(self.token.scopes):
            raise NotAllowed


def workspace(app: FastAPI) -> Workspace:
    """The app's workspace."""
    found: Any = app.state.workspace
    assert isinstance(found, Workspace)
    return found


def listener(request: Request) -> Asker:
    """Who asks, where the page asks by itself: it does not keep a session open that nobody uses. Raises `SignIn`."""
    workspace(request.app).session(request, used=False)
    return asker(request)


def asker(request: Request) -> Asker:
    """Who asks, by the session's cookie. Raises `SignIn`.

    The registry is asked at each request: who was made inactive, or whose agency was, is out at once, and a change of
    rights holds from the next request on.
    """
    space = workspace(request.app)
    session = space.session(request)
    if session is None:
        raise SignIn
    if session.locked:
        raise SignIn(locked=True)
    return Asker(
        viewer=_active(space, session.viewer),
        node=ForPurpose(space.node, session.purpose),
        purpose=session.purpose,
        workspace=space,
        session=session,
    )


def program(request: Request) -> Asker:
    """Who asks through the API: a program by its token, or a page's script by its session. Raises `SignIn`."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        return asker(request)
    space = workspace(request.app)
    token = find_token(space.entrance.engine, secret.strip(), space.clock()) if scheme.lower() == "bearer" else None
    if token is None:
        raise SignIn
    viewer = _active(space, token.viewer)
    return Asker(viewer, ForPurpose(space.node, token.purpose), token.purpose, space, token=token)


def _active(space: Workspace, viewer: str) -> Viewer:
    try:
        return space.node.viewer(viewer)
    except NoSuchViewer:
        raise SignIn from None


def page_of(items: Sequence[Any], limit: int) -> tuple[Sequence[Any], bool]:
    """A page of what was asked for with one too many, and whether there is more.

    >>> page_of([1, 2, 3], 2)
    ([1, 2], True)
    """
    return items[:limit], len(items) > limit

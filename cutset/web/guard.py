"""What stands before every request: limits, headers, a request's id, numbers for the operator, and one line of log."""

from __future__ import annotations

import json
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from threading import Lock
from time import monotonic

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cutset.web.settings import Settings
from cutset.web.texts import say, spoken

log = logging.getLogger("cutset.web")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
"""Nothing is fetched from, or sent to, any other server; no script or style stands in a page."""

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not `no-referrer`: a form's Origin would then be null, and could not be told from another site's.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(self), camera=(self), microphone=(), payment=(), usb=()",
}
WITH_FILES = frozenset({"/custody/draft", "/exhibits/result", "/seizure"})
"""Where photographs and other files are sent to: streamed, and only once there is a session."""
_REMEMBERED = 20_000
PER_ADDRESS = 20
"""How many people are taken to share an address."""


TOO_LARGE = "That is larger than this server takes."
WRONG = "Something went wrong here. It is written down under {id}."


class TooLarge(Exception):
    """The body is larger than the limit."""


class Numbers:
    """What is measured of the server itself; never of a viewer."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("cutset_requests", "Requests answered.", labels, registry=self.registry)
        self.seconds = Histogram("cutset_request_seconds", "Time to answer.", ("route",), registry=self.registry)
        self.underway = Gauge("cutset_requests_underway", "Requests being answered.", registry=self.registry)
        self.refused = Counter("cutset_refused", "Requests refused by a limit.", ("why",), registry=self.registry)


class Rate:
    """So many requests a minute for each who asks: a bucket that fills steadily, in this process's memory."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self._per_s = per_minute / 60
        self._most = float(per_minute)
        self._clock = clock
        self._left: OrderedDict[bytes, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def allows(self, who: str) -> bool:
        """Whether one more is within the rate; it counts."""
        name, now = sha256(who.encode()).digest(), self._clock()
        with self._lock:
            left, at = self._left.pop(name, (self._most, now))
            left = min(self._most, left + (now - at) * self._per_s)
            self._left[name] = (max(left - 1, 0.0), now)
            if len(self._left) > _REMEMBERED:
                self._left.popitem(last=False)
            return left >= 1


class Guard:
    """Wraps the app. It is plain ASGI, so that no body is ever held whole."""

    def __init__(self, app: ASGIApp, settings: Settings, numbers: Numbers, cookie: str) -> None:
        self._app = app
        self._settings = settings
        self._numbers = numbers
        self._cookie = cookie
        self._rate = Rate(settings.requests_per_minute)
        # An invented cookie or token must not buy a fresh bucket: all that an address asks counts as well.
        self._of_address = Rate(settings.requests_per_minute * PER_ADDRESS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with spoken(_language(scope)):
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, id = monotonic(), secrets.token_hex(8)
        scope["request_id"] = id
        answered = 0

        async def sending(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = message["status"]
                self._dress(message, scope["path"], id)
            await send(message)

        self._numbers.underway.inc()
        try:
            refused = self._refused(scope)
            if refused:
                self._numbers.refused.labels(refused[2]).inc()
                await _say(sending, *refused[:2])
            else:
                await self._app(scope, self._limited(receive, self._most(scope)), sending)
        except TooLarge:
            if not answered:
                await _say(sending, 413, say(TOO_LARGE))
        except Exception:
            log.exception(json.dumps({"request": id, "error": "unexpected"}))
            if not answered:
                await _say(sending, 500, say(WRONG, id=id))
        finally:
            self._numbers.underway.dec()
            self._tell(scope, id, answered, monotonic() - began)

    def _refused(self, scope: Scope) -> tuple[int, str, str] | None:
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
        if self._settings.hosts and host not in self._settings.hosts:
            return 400, say("This server is not reached by that name."), "host"
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self._most(scope):
            return 413, say(TOO_LARGE), "size"
        session = cookie_parser(headers.get("cookie", "")).get(self._cookie, "")
        address = scope["client"][0] if scope.get("client") else ""
        who = headers.get("authorization", "") or session or address
        if not (self._of_address.allows(address) and self._rate.allows(who)):
            return 429, say("Too many requests. Wait a minute."), "rate"
        return None

    def _most(self, scope: Scope) -> int:
        """The largest body that is taken there, in bytes."""
        return self._settings.file_bytes if scope["path"] in WITH_FILES else self._settings.upload_bytes

    def _limited(self, receive: Receive, most: int) -> Receive:
        taken = 0

        async def receiving() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise TooLarge
            return message

        return receiving

    def _dress(self, message: Message, path: str, id: str) -> None:
        present = {key.lower() for key, _ in message["headers"]}
        added = {**HEADERS, "x-request-id": id}
        if self._settings.https:
            added["strict-transport-security"] = "max-age=31536000; includeSubDomains"
        if not path.startswith("/static/"):
            # No cache, browser's or proxy's, keeps what one viewer saw for another.
            added["cache-control"] = "no-store"
        message["headers"] = [
            *message["headers"],
            *((key.encode(), value.encode()) for key, value in added.items() if key.encode() not in present),
        ]

    def _tell(self, scope: Scope, id: str, status: int, took_s: float) -> None:
        # The route's pattern and not the path: a path holds ids, and a question holds names.
        route = getattr(scope.get("route"), "path", "") or "unmatched"
        self._numbers.requests.labels(scope["method"] if route != "unmatched" else "ANY", route, status).inc()
        if route != "/events":
            # How long a page was open says nothing of how long an answer takes.
            self._numbers.seconds.labels(route).observe(took_s)
        line = {"request": id, "method": scope["method"], "route": route, "status": status, "ms": round(took_s * 1e3)}
        log.info(json.dumps(line))


def _language(scope: Scope) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == b"accept-language"), "")


async def _say(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    if status == 429:
        headers.append((b"retry-after", b"60"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})

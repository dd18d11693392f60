"""The looks of one request: written together, in one commit, before the first byte of its answer goes out.

Who there is and how far the views have come is read once a request, too: a change holds from the next one on.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cutset.errors import CutsetError
from cutset.log.moment import once
from cutset.node.looks import request
from cutset.web.texts import say


class Recording:
    """Wraps the app. Where looks cannot be written, what they showed is not sent, and the answer is 503."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        unwritten, answered = False, False
        with request() as kept, once():

            async def sending(message: Message) -> None:
                nonlocal unwritten, answered
                if kept:
                    # Before each message, and not the first alone: a stream goes on looking while it is sent.
                    try:
                        await run_in_threadpool(kept.write)
                    except CutsetError:
                        unwritten = True
                        raise
                answered = True
                await send(message)

            try:
                await self._app(scope, receive, sending)
            except Exception:
                if answered or not unwritten:
                    raise
                words = "The look could not be recorded, and so nothing is shown. Try again in a moment."
                await PlainTextResponse(say(words), 503, {"retry-after": "5"})(scope, receive, send)

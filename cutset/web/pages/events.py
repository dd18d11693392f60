"""Server-sent events: a page that is open is told what is new, and when to forget what it shows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from cutset.web.streams import Full, Streams, events
from cutset.web.texts import say
from cutset.web.workspace import Asker, listener

router = APIRouter(dependencies=[Depends(listener)])

HEADERS = {
    # A proxy that gathers an answer before it hands it on would hand on no event.
    "x-accel-buffering": "no",
    "cache-control": "no-store",
}


@router.get("/events")
async def events_page(request: Request, by: Annotated[Asker, Depends(listener)]) -> Response:
    """A stream of events for this session, for as long as the page is open."""
    streams: Streams = request.app.state.streams
    try:
        stream = await streams.join(by)
    except Full:
        return PlainTextResponse(
            say("There are too many open pages. Reload this one later.") + "\n", 503, {"retry-after": "60"}
        )
    return StreamingResponse(events(streams, stream), media_type="text/event-stream", headers=HEADERS)

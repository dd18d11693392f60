"""Search: results while typing, narrowed by kind, agency and time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from cutset.model.report import Kind
from cutset.web.places import MOST_PLACES
from cutset.web.render import page
from cutset.web.workspace import Asker, asker

router = APIRouter(dependencies=[Depends(asker)])

PAGE = 20
LONGEST = 200


@router.get("/search")
def search_page(
    request: Request,
    by: Annotated[Asker, Depends(asker)],
    q: str = "",
    kind: str = "",
    agency: str = "",
    since: str = "",
    until: str = "",
    offset: int = 0,
) -> Response:
    """What was found; only the results where the page's own script asks for them."""
    q, offset = q[:LONGEST].strip(), max(0, min(offset, 10_000))
    kinds = (Kind(kind),) if kind in set(Kind) else ()
    found = by.node.search(
        q,
        viewer=by.viewer,
        kinds=kinds,
        originator=agency[:80].strip().lower(),
        since=day(since),
        until=day(until),
        limit=PAGE,
        offset=offset,
    )
    shown: dict[str, Any] = {"q": q, "kind": kind, "agency": agency[:80], "offset": offset}
    shown |= {"since": since[:10], "until": until[:10]}
    name = "results" if request.headers.get("hx-request") else "search"
    rows = by.node.reports([hit.id for hit in found.hits], viewer=by.viewer)
    return page(name, by, found=found, rows=rows, kinds=list(Kind), page_size=PAGE, disputed=by.disputed(rows),
                **shown)  # fmt: skip


@router.get("/map")
def map_page(by: Annotated[Asker, Depends(asker)], q: str = "") -> Response:
    """Where what was found was, on a map that can be moved; the map asks for the places by itself."""
    return page("map", by, q=q[:LONGEST].strip(), most=MOST_PLACES)


def day(written: str) -> datetime | None:
    """The first instant of a day as a browser's date field gives it; None for what is none.

    >>> day("2024-02-30"), day("2024-02-29").day
    (None, 29)
    """
    try:
        return datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None

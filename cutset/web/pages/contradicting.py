"""The queue of contradictions: what some judged the same and another different, until one judgement is undone."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends
from starlette.responses import Response

from cutset.link.contradictions import Contradiction
from cutset.link.errors import NotFound
from cutset.web.pairs import Pair, Pairs
from cutset.web.render import page
from cutset.web.workspace import Asker, asker, page_of

router = APIRouter(dependencies=[Depends(asker)])

PAGE = 10


class Waiting(msgspec.Struct, frozen=True):
    """A contradiction, the pair that was judged different, and the pairs judged the same along the way between."""

    of: Contradiction
    pair: Pair
    along: list[Pair]


@router.get("/contradictions")
def contradictions_page(by: Annotated[Asker, Depends(asker)], after: str = "") -> Response:
    """What waits for a person to settle, of all that the viewer may see: the longest waiting first."""
    try:
        found = by.node.contradictions(viewer=by.viewer, limit=PAGE + 1, after=after or None)
    except NotFound:
        # The one where the last page ended was settled meanwhile: begin anew.
        found = by.node.contradictions(viewer=by.viewer, limit=PAGE + 1)
    shown, more = page_of(found, PAGE)
    named = {name.partition("#")[0] for each in shown for name in (*each.mentions, *each.way)}
    entries = by.node.reports(sorted(named), viewer=by.viewer)
    pairs = Pairs(by, entries)
    waiting = [
        Waiting(each, pair, pairs.along(each.way))
        for each in shown
        if (pair := pairs.of(each.mentions[0], each.mentions[1])) is not None
    ]
    return page("contradictions", by, waiting=waiting, after=shown[-1].different if more else "",
                disputed=by.disputed(entries), made=any(each.report.source.made for each in entries))  # fmt: skip

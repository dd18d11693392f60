"""The planner's pages: the scoreboard, and what each of its measures says."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from cutset.errors import CutsetError
from cutset.plan import catalogue, document
from cutset.plan.filed import current
from cutset.plan.measure import in_words
from cutset.web.render import page
from cutset.web.texts import told
from cutset.web.workspace import Asker, Nothing, asker

router = APIRouter(dependencies=[Depends(asker)])

MOST_SHOWN = 50
MOST_ROWS = 500


@router.get("/plan")
def scoreboard_page(by: Annotated[Asker, Depends(asker)], period: str = "", agency: str = "") -> Response:
    """Area by focus by agency: how each stands in a period, by default the present fiscal year."""
    period = period[:40].strip() or default_period(by)
    plan, agency = document.load("niccp_2021"), current(by.node.log.registry(), agency)
    try:
        board = by.node.scoreboard(period, viewer=by.viewer)
    except CutsetError as error:
        return page("refused", by, status=422, problem=told(error), back="/plan")
    cells = [cell for cell in board.cells if not agency or cell.agency == agency]
    return page("plan", by, board=board, cells=cells, plan=plan, agency=agency,
                agencies=sorted({cell.agency for cell in board.cells}), period=period,
                banner=board.banner, made=board.made)  # fmt: skip


@router.get("/plan/measures/{measure}")
def measure_page(by: Annotated[Asker, Depends(asker)], measure: str, period: str = "",
                 split: Annotated[str, Query(alias="by")] = "") -> Response:  # fmt: skip
    """One measure: its figures, split by a breakdown if asked, how sure they are, what they rest on and do not show."""
    period = period[:40].strip() or default_period(by)
    try:
        asked = catalogue.measure(measure)
    except catalogue.UnknownMeasure:
        raise Nothing from None
    found = by.node.measure(asked.id, viewer=by.viewer, period=period, by=parted(split))
    # Titles of the first of them; there may be very many.
    shown = by.node.reports(list(found.report_ids[:MOST_SHOWN]), viewer=by.viewer)
    return page("measure", by, found=found, period=period, splits=asked.by, split=",".join(found.by), most=MOST_ROWS,
                in_words=in_words, shown=shown, disputed=by.disputed(shown), banner=found.banner,
                made=found.made)  # fmt: skip


def parted(split: str) -> tuple[str, ...]:
    """Breakdowns as an address gives them, with commas between."""
    return tuple(part.strip() for part in split[:200].split(",") if part.strip())


def default_period(by: Asker) -> str:
    """The U.S. fiscal year of today, from 1 October."""
    at = by.workspace.clock()
    return f"FY{at.year + (at.month >= 10)}"

"""The planner's pages: a cell of the scoreboard, gaps, funds, registers, and what is published of them."""

from __future__ import annotations

import io
from datetime import UTC
from typing import Annotated
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from fastapi import APIRouter, Depends
from starlette.responses import Response

from cutset.errors import CutsetError
from cutset.plan import document, fiscal_years
from cutset.plan import scoreboard as of_scoreboard
from cutset.plan.filed import current
from cutset.plan.gaps import EFFECTS, FUNDS_BY, amounts_in_words, effect_in_words, roll_up
from cutset.plan.gaps import funds as of_funds
from cutset.plan.gaps import gaps as of_gaps
from cutset.plan.publish import numbers, pdf
from cutset.plan.publish import page as html
from cutset.plan.publish.publication import Publication
from cutset.plan.registers import REGISTERS, table
from cutset.web.pages.planning import default_period
from cutset.web.render import page
from cutset.web.texts import told
from cutset.web.workspace import Asker, Nothing, asker

router = APIRouter(dependencies=[Depends(asker)])

PLAN = "niccp_2021"
ROLLED_BY = ("", "agency", "area", "function", "status")
FORMATS = {"pdf": "application/pdf", "html": "text/html; charset=utf-8", "csv": "application/zip"}


def year_of(by: Asker, written: str = "") -> int:
    """The fiscal year that is written, or today's where none is. Raises `BadFiscalYear` for what is no fiscal year."""
    if written.strip():
        return fiscal_years.read(written[:40])
    at = by.workspace.clock().astimezone(UTC)
    return at.year + (at.month >= 10)


# ---- the scoreboard -------------------------------------------------------------------------------------------------


@router.get("/plan/cell")
def cell_page(by: Annotated[Asker, Depends(asker)], area: str, focus: str = "", agency: str = "",
              period: str = "") -> Response:  # fmt: skip
    """One cell of the scoreboard: its duties in words, each measure with figure, trend, target and limits."""
    period, plan = period[:40].strip() or default_period(by), document.load(PLAN)
    agency = current(by.node.log.registry(), agency)
    try:
        with by.node.looks.look("scoreboard cell", by.viewer, {"area": area, "agency": agency}) as look:
            rights = by.node.rights(by.viewer)
            board = of_scoreboard.scoreboard(
                by.node.sources(), rights, period, plan=plan, areas=[area], clock=by.node.clock
            )
            look.show(board)
    except document.UnknownTerm:
        raise Nothing from None
    cell = next((each for each in board.cells if (each.area, each.focus, each.agency) == (area, focus, agency)), None)
    if cell is None:
        raise Nothing
    duties = {duty.id: duty for duty in plan.duties if duty.id in cell.duties}
    return page("cell", by, cell=cell, board=board, period=period, duties=duties, unmeasured=set(cell.unmeasured),
                banner=board.banner, made=board.made)  # fmt: skip


# ---- gaps, funds, registers -----------------------------------------------------------------------------------------


@router.get("/plan/gaps")
def gaps_page(by: Annotated[Asker, Depends(asker)], split: str = "") -> Response:
    """What is lacking: each gap, or rolled up by agency, area, function or status over the fiscal years."""
    split, plan = split if split in ROLLED_BY else "", document.load(PLAN)
    with by.node.looks.look("plan gaps", by.viewer, {"by": split}) as look:
        rights = by.node.rights(by.viewer)
        rolled = roll_up(by.node.log, rights, plan, by=split or "agency")
        rows = of_gaps(by.node.log, rights, plan)
        look.show(rolled if split else rows)
    duties = {duty.id: duty.text for duty in plan.duties}
    return page("gaps", by, rolled=rolled, rows=rows, split=split, splits=ROLLED_BY[1:], note=EFFECTS,
                years=sorted({year for row in rolled.rows for year in row.cost}), words=amounts_in_words,
                effect=effect_in_words, duties=duties, banner=rolled.basis.banner, made=rolled.basis.made)  # fmt: skip


@router.get("/plan/funds")
def funds_page(by: Annotated[Asker, Depends(asker)], split: str = "agency,function") -> Response:
    """The fiscal year table: request, enacted and actual side by side, each line once; disputed lines stand apart."""
    chosen = tuple(dict.fromkeys(each for each in split.split(",") if each in FUNDS_BY)) or ("agency", "function")
    with by.node.looks.look("plan funds", by.viewer, {"by": ",".join(chosen)}) as look:
        rights, plan = by.node.rights(by.viewer), document.load(PLAN)
        found = of_funds(by.node.log, rights, plan, by=chosen)
        unknown = table(by.node.log, rights, plan, "budget").unknown_agencies
        look.show(found)
    splits = ("agency,function", "agency", "function", "agency,account", "duty")
    return page("funds", by, found=found, split=",".join(chosen), splits=splits, words=amounts_in_words,
                unknown=unknown, banner=found.basis.banner, made=found.basis.made)  # fmt: skip


@router.get("/plan/registers")
def registers_page(by: Annotated[Asker, Depends(asker)], name: str = "task-forces", fy: str = "") -> Response:
    """A register as a table: task forces, agreements, technology, training, grants, gaps, the budget."""
    name = name if name in REGISTERS else "task-forces"
    year = year_of(by, fy) if fy.strip() else None
    with by.node.looks.look("plan register", by.viewer, {"register": name}) as look:
        found = table(by.node.log, by.node.rights(by.viewer), document.load(PLAN), name, fiscal_year=year)
        look.show(found)
    return page("register", by, found=found, chosen=name, names=list(REGISTERS), fy=year or "",
                banner=found.basis.banner, made=found.basis.made)  # fmt: skip


# ---- publications ---------------------------------------------------------------------------------------------------


@router.get("/plan/publications")
def publications_page(by: Annotated[Asker, Depends(asker)], fy: str = "") -> Response:
    """What can be made of the Plan's numbers: the annual report, and each agency's response."""
    return page("publications", by, fy=year_of(by, fy), agencies=_agencies(by))


def _agencies(by: Asker) -> list[str]:
    return sorted({each.id for each in by.node.log.registry().agencies if each.active})


@router.get("/plan/publication")
def publication_file(
    by: Annotated[Asker, Depends(asker)], fy: str = "", agency: str = "", form: str = "pdf", unclassified: bool = False
) -> Response:
    """The annual performance report, or an agency's response, as PDF, as a page, or its numbers as CSV files."""
    if form not in FORMATS:
        raise Nothing
    year = year_of(by, fy)
    try:
        found = by.node.publication(year, viewer=by.viewer, agency=agency.strip()[:80], unclassified=unclassified)
        body = _body(found, form)
    except CutsetError as error:
        return page("refused", by, status=422, problem=told(error), back=f"/plan/publications?fy={year}")
    name = f"{'response-' + agency.strip() if agency.strip() else 'annual-report'}-fy{year}"
    suffix = "zip" if form == "csv" else form
    safe = "".join(letter if letter.isalnum() else "-" for letter in name)
    headers = {"content-disposition": f'attachment; filename="{safe}.{suffix}"'}
    return Response(body, media_type=FORMATS[form], headers=headers)


def _body(found: Publication, form: str) -> bytes:
    if form == "pdf":
        return pdf.render(found)
    if form == "html":
        return html.render(found).encode()
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as zipped:
        for name, text in sorted(numbers.files(found).items()):
            # Without the time of day: one publication gives one file's bytes.
            zipped.writestr(ZipInfo(name), text.encode(), ZIP_DEFLATED)
    return packed.getvalue()

"""The investigator's pages: leads, what each rests on, a report or case with all that is linked to it, judgements."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from cutset.errors import CutsetError
from cutset.link.candidates.near import Nearby
from cutset.link.candidates.pages import DamagedIndex
from cutset.link.errors import NotFound
from cutset.link.judging import NothingToJudge
from cutset.link.pairs import VERDICTS
from cutset.link.references import BadReference
from cutset.model.report import Entry, Kind
from cutset.web.drawings import graph, map_of, waterfall
from cutset.web.forms import Form, posted
from cutset.web.grounds import grounds
from cutset.web.pages.entrance import onward
from cutset.web.pairs import Pair, likely, seen
from cutset.web.render import page
from cutset.web.texts import say, told
from cutset.web.workspace import Asker, Nothing, asker, page_of

log = logging.getLogger("cutset.web")
router = APIRouter(dependencies=[Depends(asker)])

PAGE = 25
MOST_ON_PAGE = 200
MOST_LIKELY = 12
"""Pairs of mentions that a report's page puts before its reader."""


@router.get("/")
def home(by: Annotated[Asker, Depends(asker)]) -> Response:
    """What to look at first: the strongest leads, and the latest reports."""
    leads = by.node.leads(viewer=by.viewer, limit=6)
    latest = by.node.search("", viewer=by.viewer, limit=8)
    return page("home", by, leads=leads, latest=latest, disputed=by.disputed(leads, latest),
                made=any(lead.made for lead in leads))  # fmt: skip


@router.get("/leads")
def leads_page(by: Annotated[Asker, Depends(asker)], after: str = "") -> Response:
    """The leads, the strongest first, a page at a time."""
    try:
        found = by.node.leads(viewer=by.viewer, limit=PAGE + 1, after=after or None)
    except NotFound:
        # The lead where the last page ended is no more: begin anew, as for one who has seen nothing yet.
        found = by.node.leads(viewer=by.viewer, limit=PAGE + 1)
    leads, more = page_of(found, PAGE)
    return page("leads", by, leads=leads, more=more, disputed=by.disputed(leads),
                made=any(lead.made for lead in leads))  # fmt: skip


@router.get("/leads/{lead}")
def lead_page(by: Annotated[Asker, Depends(asker)], lead: str) -> Response:
    """Why a lead stands: each reason's part in the score, both reports, and what people judged of it."""
    return _lead(by, lead)


def _lead(by: Asker, lead: str, *, problem: str = "", status: int = 200) -> Response:
    try:
        found = by.node.why(lead, viewer=by.viewer)
    except NotFound:
        raise Nothing from None
    on = grounds(by, found)
    return page(
        "lead",
        by,
        status=status,
        found=found,
        bars=waterfall(found.lead.reasons),
        grounds=on,
        pairs=list({pair.names: pair for ground in on for pair in ground.pairs}.values()),
        item=by.node.inbox_item(found.lead, viewer=by.viewer),
        disputed=by.disputed(found.event, found.other, found.through, [ground.pairs for ground in on]),
        problem=problem,
        banner=found.lead.banner,
        made=found.lead.made,
    )


@router.post("/judgements")
def judge(by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)]) -> Response:
    """Record a judgement on a pair, unless someone judged it since the form was shown. A double click records one."""
    about, verdict = form.every("about"), form.get("verdict", "")
    back = onward(form.get("back", "/leads"))
    if verdict not in VERDICTS or len(set(about)) != 2:
        problem = say("A judgement is on two things: same, different or unsure.")
        return page("refused", by, status=422, problem=problem, back=back)
    try:
        standing = by.node.history(about[0], about[1], viewer=by.viewer)
        mine = next((each for each in standing[::-1] if each.by == by.viewer.id and each.standing == "stands"), None)
        if not hmac.compare_digest(form.get("seen", ""), seen(standing)):
            if mine is not None and mine.verdict == verdict and not form.get("reverses"):
                # The same click twice: what it asked for is there.
                return RedirectResponse(back, 303)
            problem = say("Someone judged this since you opened the page. Look again, then decide.")
            return page("refused", by, status=409, back=back, problem=problem)
        if form.get("reverses"):
            by.node.undo(form["reverses"], by=by.viewer, reason=form.get("reason", "").strip())
        else:
            by.node.judge(verdict, about, by=by.viewer, reason=form.get("reason", "").strip())
    except (NothingToJudge, BadReference, NotFound):
        raise Nothing from None
    return RedirectResponse(back, 303)


@router.post("/requests")
def request_release(by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)]) -> Response:
    """Ask the owner that a pointer named to release what it points to."""
    back = onward(form.get("back", "/leads"))
    try:
        by.node.request_release(form.get("of", ""), by=by.viewer, reason=form.get("reason", "").strip())
    except NotFound:
        raise Nothing from None
    except CutsetError as error:
        return page("refused", by, status=422, problem=told(error), back=back)
    return RedirectResponse(back, 303)


@router.get("/cases")
def cases_page(by: Annotated[Asker, Depends(asker)], offset: int = 0) -> Response:
    """The cases, the latest first."""
    return _listed(by, (Kind.CASE,), offset, "cases")


@router.get("/reports")
def reports_page(by: Annotated[Asker, Depends(asker)], offset: int = 0) -> Response:
    """The reports, the latest first."""
    return _listed(by, (), offset, "reports")


def _listed(by: Asker, kinds: tuple[Kind, ...], offset: int, what: str) -> Response:
    offset = max(0, min(offset, 1_000_000))
    found = by.node.search("", viewer=by.viewer, kinds=kinds, limit=PAGE, offset=offset)
    rows = by.node.reports([hit.id for hit in found.hits], viewer=by.viewer)
    return page("reports", by, rows=rows, total=found.total, offset=offset,
                page_size=PAGE, what=what, disputed=by.disputed(rows))  # fmt: skip


@router.get("/reports/{report}")
def report_page(by: Annotated[Asker, Depends(asker)], report: str, sent: bool = False) -> Response:
    """A report, or a case, as the viewer may see it, with its leads, timeline, map and graph."""
    entry = by.node.report(report, viewer=by.viewer)
    if entry is None:
        raise Nothing
    leads = by.node.leads(report, viewer=by.viewer, limit=MOST_ON_PAGE)
    if entry.report.kind is Kind.CASE:
        leads = by.node.leads(viewer=by.viewer, case=report, limit=MOST_ON_PAGE)
    pointers = [each for each in by.node.pointers(viewer=by.viewer) if each.event == report]
    owners = {each.owner: by.node.log.registry().agency(each.owner) for each in pointers}
    others = [lead.event if lead.other == report else lead.other for lead in leads]
    near = {each.id: each for each in by.node.reports(others, viewer=by.viewer)}
    may_be = _likely(by, entry)
    places = [
        (each.id, f"{each.report.kind} of {each.report.originator}", where)
        for each in (entry, *near.values())
        if (where := getattr(each.report.content, "where", None)) is not None
    ]
    return page(
        "report",
        by,
        entry=entry,
        sent=sent,
        disputed=by.disputed(entry, leads, [pair.entries[1] for pair in may_be or ()]),
        may_be=may_be,
        pointers=pointers,
        owners=owners,
        asked=by.node.release_requests(viewer=by.viewer) if pointers else [],
        leads=leads,
        near=near,
        timeline=_timeline([entry, *near.values()]),
        graph=graph(leads, report) if leads else None,
        map=map_of(places),
        banner=entry.report.marking.banner,
        made=entry.report.source.made,
    )


def _likely(by: Asker, entry: Entry) -> list[Pair] | None:
    """Who and what its mentions may be; None where they could not be compared just now."""
    try:
        nearby = by.node.near(entry.id, viewer=by.viewer)
    except NotFound:
        # It was superseded or withdrawn: its names are compared in what took its place.
        nearby = Nearby()
    except DamagedIndex:
        log.exception(json.dumps({"error": "names could not be compared"}))
        return None
    return likely(by, entry, nearby, MOST_LIKELY)


def _timeline(entries: Sequence[Entry]) -> list[Entry]:
    timed = [entry for entry in entries if getattr(entry.report.content, "when", None) is not None]
    return sorted(timed, key=lambda entry: (entry.report.content.when.at, entry.id))  # type: ignore[union-attr]

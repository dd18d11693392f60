"""The privacy officer's decisions: what is due for review, kept, purged; and to whom a report was given."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from cutset.access.roles import Power
from cutset.errors import CutsetError
from cutset.log.retention import Due
from cutset.model.retention import classes
from cutset.web.forms import Form, posted
from cutset.web.pages.governing import holding
from cutset.web.render import page
from cutset.web.texts import say, told
from cutset.web.workspace import Asker, Nothing, asker

router = APIRouter(dependencies=[Depends(asker)])

LONGEST_AHEAD_DAYS = 3660


@router.get("/oversight/review")
def review_page(by: Annotated[Asker, Depends(asker)], within: int = 90, renewed: int = 0, purged: int = 0) -> Response:
    """The reports of one's own agency that are due for review, or overdue. Nothing is purged by the clock."""
    return _queue(by, within, renewed=renewed, purged=purged)


def _queue(by: Asker, within: int = 90, *, problem: str = "", chosen: Sequence[str] = (), reason: str = "",
           renewed: int = 0, purged: int = 0) -> Response:  # fmt: skip
    holding(by, Power.AUDIT, Power.PURGE)
    within = max(0, min(within, LONGEST_AHEAD_DAYS))
    due = by.node.review_queue(viewer=by.viewer, within_days=within)
    return page("review", by, status=422 if problem else 200, due=due, within=within, problem=problem,
                chosen=set(chosen), reason=reason, renewed=renewed, purged=purged, classes=classes(),
                disputed=by.disputed(due))  # fmt: skip


@router.post("/oversight/review")
def decide(by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)]) -> Response:
    """Keep what was reviewed, with a reason; or purge it, which is asked for twice: the second time is for good."""
    holding(by, Power.PURGE)
    chosen, reason = sorted(set(form.every("report"))), form.get("reason", "").strip()
    if not chosen or not reason:
        return _queue(by, problem=say("Choose the reports, and say the reason. It stays on record, and names nobody."),
                      chosen=chosen, reason=reason)  # fmt: skip
    try:
        if form.get("decision") == "purge":
            return _purge(by, chosen, reason, form.get("confirmed", ""))
        count = by.node.renew(chosen, reason=reason, by=by.viewer)
    except CutsetError as error:
        return _queue(by, problem=told(error), chosen=chosen, reason=reason)
    return RedirectResponse(f"/oversight/review?renewed={count}", 303)


def _purge(by: Asker, chosen: Sequence[str], reason: str, confirmed: str) -> Response:
    """The first time it shows what would go; the second time, for the same reports and reason alone, it does it."""
    word = said(by, chosen, reason)
    if hmac.compare_digest(confirmed.encode(), word.encode()):
        count = by.node.purge_due(chosen, reason=reason, by=by.viewer)
        return RedirectResponse(f"/oversight/review?purged={count}", 303)
    due = {each.report: each for each in by.node.review_queue(viewer=by.viewer, within_days=LONGEST_AHEAD_DAYS)}
    early = [each for each in chosen if each not in due or not due[each].overdue]
    if early:
        return _queue(by, problem=say("Only what is overdue can be purged here, and not all that you chose is. "
                      "Nothing was purged."), chosen=chosen, reason=reason)  # fmt: skip
    going: list[Due] = [due[each] for each in chosen]
    return page("purge", by, going=going, reason=reason, confirmed=word)


def said(by: Asker, chosen: Sequence[str], reason: str) -> str:
    """What the second step must bring: it fits these reports, this reason and this session, and no others."""
    return hmac.new(by.csrf.encode(), "\n".join((*chosen, reason)).encode(), sha256).hexdigest()


@router.get("/reports/{report}/given")
def given_page(by: Annotated[Asker, Depends(asker)], report: str) -> Response:
    """To whom a report was given on another way than through a view, and a form to record that it was."""
    return _given(by, report)


def _given(by: Asker, report: str, *, problem: str = "", values: Form | None = None) -> Response:
    entry = by.node.report(report, viewer=by.viewer)
    if entry is None:
        raise Nothing
    given = by.node.disseminations(report, viewer=by.viewer)
    return page("given", by, status=422 if problem else 200, entry=entry, given=given, problem=problem,
                disputed=by.disputed(report), values=defaultdict(str, values or {}), banner=entry.report.marking.banner,
                made=entry.report.source.made)  # fmt: skip


@router.post("/reports/{report}/given")
def record(by: Annotated[Asker, Depends(asker)], report: str, form: Annotated[Form, Depends(posted)]) -> Response:
    """Record that a report was given to somebody who is no viewer (28 CFR 23.20(e), (g))."""
    to, need, right = (form.get(name, "").strip() for name in ("to", "need", "right"))
    try:
        count = by.node.disseminate([report], to=to, need=need, right=right, by=by.viewer)
    except CutsetError as error:
        return _given(by, report, problem=told(error), values=form)
    if not count:
        raise Nothing
    return RedirectResponse(f"/reports/{report}/given", 303)

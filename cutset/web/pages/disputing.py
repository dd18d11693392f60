"""Disputes and corrections: what the person concerned says against a report, and words that may tell of a trait."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from cutset.errors import CutsetError
from cutset.evidence.entering import marking_for
from cutset.model.protected import Warned, spoken_of
from cutset.model.report import Case, Entry, Report, Source
from cutset.web.forms import Form, posted
from cutset.web.render import page
from cutset.web.seizure_form import KEY
from cutset.web.texts import say, told
from cutset.web.workspace import Asker, Nothing, asker

router = APIRouter(dependencies=[Depends(asker)])


@router.get("/reports/{report}/disputes")
def disputes_page(by: Annotated[Asker, Depends(asker)], report: str) -> Response:
    """What disputes a report, and a form to enter another dispute or request for correction."""
    return _disputes(by, report, {"key": str(uuid4())})


def _disputes(by: Asker, report: str, values: dict[str, str], problem: str = "") -> Response:
    entry = _seen(by, report)
    found = by.node.disputes([report], viewer=by.viewer).get(report, ())
    return page("disputes", by, status=422 if problem else 200, entry=entry, found=found, problem=problem,
                values=defaultdict(str, values), banner=entry.report.marking.banner,
                made=entry.report.source.made)  # fmt: skip


@router.post("/reports/{report}/disputes")
def dispute(by: Annotated[Asker, Depends(asker)], report: str, form: Annotated[Form, Depends(posted)]) -> Response:
    """Enter a dispute, as a report of one's own agency, marked so that whose report it disputes may see it."""
    entry = _seen(by, report)
    number, text, key = (form.get(name, "").strip() for name in ("number", "text", "key"))
    if not number or not text or not KEY.fullmatch(key):
        fresh = dict(form) | ({} if KEY.fullmatch(key) else {"key": str(uuid4())})
        return _disputes(by, report, fresh, say("Say what the letter or call is known by, and what is disputed."))
    try:
        marking = marking_for(by.viewer, [entry], [entry.report.originator], by.node.log.registry())
        by.node.submit(
            Report(
                marking=marking,
                source=Source(dataset="disputes", record=key, made=entry.report.source.made),
                content=Case(number=number, title="Dispute"),
                text=text,
                disputes=(report,),
            ),
            by=by.viewer,
        )
    except CutsetError as error:
        return _disputes(by, report, dict(form), told(error))
    return RedirectResponse(f"/reports/{report}/disputes", 303)


def _seen(by: Asker, report: str) -> Entry:
    entry = by.node.report(report, viewer=by.viewer)
    if entry is None:
        raise Nothing
    return entry


@router.post("/protected")
def protected(by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)]) -> Response:
    """What of a text that is being typed may tell of a protected trait. It is neither kept nor asked of the store."""
    found = [
        Warned(name, trait, words) for name in sorted(form) if name != "csrf" for trait, words in spoken_of(form[name])
    ]
    return page("protected", by, found=found)

"""The lead desk's pages: the inbox, decisions on leads, clocks, pointers, and requests to release something."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from cutset.errors import CutsetError
from cutset.link.desk.decisions import Decision, Stale, State
from cutset.link.desk.inbox import Item, Of
from cutset.link.desk.index import ACCEPTED, IN_CONTACT, REJECTED
from cutset.link.desk.pointers import Pointer
from cutset.link.desk.requests import Request
from cutset.link.errors import NotFound
from cutset.link.judging import NothingToJudge
from cutset.link.references import mentions
from cutset.model.report import Entry
from cutset.web.forms import Form, posted
from cutset.web.numbers import duration
from cutset.web.render import page
from cutset.web.texts import say, told
from cutset.web.workspace import Asker, Nothing, asker, page_of

router = APIRouter(dependencies=[Depends(asker)])

PAGE = 25
MOST_COUNTED = 50
"""Contradictions that the inbox counts; more are many."""
MOST_OFFERED = 20
"""Reports that are offered to whoever answers a request."""


# ---- the inbox ------------------------------------------------------------------------------------------------------


@router.get("/inbox")
def inbox_page(by: Annotated[Asker, Depends(asker)], of: str = Of.AGENCY, state: str = "", after: str = "") -> Response:
    """The leads that concern the viewer's agency, or what they submitted: conflicts and new ones first."""
    whose = Of(of) if of in set(Of) else Of.AGENCY
    states = (State(state),) if state in set(State) else ()
    try:
        found = by.node.inbox(viewer=by.viewer, of=whose, state=states, limit=PAGE + 1, after=after or None)
    except NotFound:
        # The lead where the last page ended was decided meanwhile: begin anew.
        found = by.node.inbox(viewer=by.viewer, of=whose, state=states, limit=PAGE + 1)
    items, more = page_of(found, PAGE)
    ends = dict.fromkeys(end for each in items for end in (each.lead.event, each.lead.other))
    waiting = by.node.contradictions(viewer=by.viewer, limit=MOST_COUNTED + 1)
    return page("inbox", by, items=items, more=more, disputed=by.disputed(items), of=whose,
                contradictions=len(waiting), most_counted=MOST_COUNTED,
                state=states[0] if states else "", states=list(State),
                ends={each.id: each for each in by.node.reports(list(ends), viewer=by.viewer)},
                made=any(each.lead.made for each in items))  # fmt: skip


@router.post("/inbox/{lead}")
def decide(by: Annotated[Asker, Depends(asker)], lead: str, form: Annotated[Form, Depends(posted)]) -> Response:
    """Accept or reject a lead, or say that both sides are in contact; or undo what was decided.

    The form bears the state in which the lead was shown. Where it is in another by now nothing is recorded, and who
    decided is said. The same click twice is one decision.
    """
    back = f"/leads/{lead}"
    try:
        if form.get("undo"):
            return _undo(by, lead, form, back)
        return _decide(by, lead, form, back)
    except (NotFound, NothingToJudge):
        raise Nothing from None
    except CutsetError as error:
        return page("refused", by, status=409 if isinstance(error, Stale) else 422, problem=told(error), back=back)


def _decide(by: Asker, lead: str, form: Form, back: str) -> Response:
    verdict, expected = form.get("verdict", ""), form.get("expected", "")
    decided = {ACCEPTED: by.node.accept_lead, REJECTED: by.node.reject_lead, IN_CONTACT: by.node.contact_lead}
    if verdict not in decided or expected not in set(State):
        return page("refused", by, status=422, back=back,
                    problem=say("Accept the lead, reject it, or say that you are in contact."))  # fmt: skip
    reason = form.get("reason", "").strip()
    if verdict == REJECTED and not reason:
        problem = say("Say why the lead is none: the other agency reads it, and may know better.")
        return page("refused", by, status=422, back=back, problem=problem)
    try:
        decided[verdict](lead, by=by.viewer, reason=reason, expected=State(expected))
    except Stale:
        last = _last(by.node.inbox_item(lead, viewer=by.viewer))
        if last is None or (last.verdict, last.by, last.reason) != (verdict, by.viewer.id, reason):
            raise
        # The same click twice: what it asked for is there.
    return RedirectResponse(back, 303)


def _undo(by: Asker, lead: str, form: Form, back: str) -> Response:
    standing = by.node.inbox_item(lead, viewer=by.viewer).standing
    # One that does not stand any more, by this click's twin or by another's, is as its reader wants it.
    if form["undo"] in {each.id for each in standing.decisions}:
        by.node.undo(form["undo"], by=by.viewer, reason=form.get("reason", "").strip())
    return RedirectResponse(back, 303)


def _last(item: Item) -> Decision | None:
    return item.standing.decisions[-1] if item.standing.decisions else None


@router.post("/inbox/{lead}/seen")
def see(by: Annotated[Asker, Depends(asker)], lead: str, _: Annotated[Form, Depends(posted)]) -> Response:
    """Mark a lead as opened by this viewer: the clock from lead to seen stops. Each later call says the same."""
    try:
        receipt = by.node.see_lead(lead, by=by.viewer)
    except (NotFound, NothingToJudge):
        raise Nothing from None
    except CutsetError as error:
        return page("opened", by, at=None, problem=told(error))
    return page("opened", by, at=receipt.submitted_at, problem="")


# ---- clocks ---------------------------------------------------------------------------------------------------------


@router.get("/clocks")
def clocks_page(by: Annotated[Asker, Depends(asker)]) -> Response:
    """How long each step takes from an event to an accepted lead: all together, by agency, by the case's owner."""
    timed = by.node.clocks(viewer=by.viewer)
    tables = (
        (say("All together"), [each for each in timed if not each.agency and not each.owner]),
        (say("By the event's agency"), [each for each in timed if each.agency]),
        (say("By the case's owner"), [each for each in timed if each.owner]),
    )
    return page("clocks", by, tables=tables, longest=max((each.p99_s for each in timed), default=0.0),
                duration=duration, made=any(each.made for each in timed))  # fmt: skip


# ---- pointers and requests ------------------------------------------------------------------------------------------


@router.get("/requests")
def requests_page(by: Annotated[Asker, Depends(asker)], done: str = "") -> Response:
    """What one was pointed to, who was pointed to one's own agency, and what each side asked the other for."""
    mine = by.viewer.agency
    asked = by.node.release_requests(viewer=by.viewer)
    pointers = by.node.pointers(viewer=by.viewer)
    return page(
        "requests",
        by,
        done=done in ("released", "refused") and done,
        to_answer=[each for each in asked if each.owner == mine and each.answered is None],
        answered=[each for each in asked if each.owner == mine and each.answered is not None],
        made_requests=[each for each in asked if each.asker == mine],
        received=[each for each in pointers if each.asker == mine],
        given=[each for each in pointers if each.owner == mine],
        owners={each.owner: by.node.log.registry().agency(each.owner) for each in pointers},
        asked_of={each.follows for each in asked if each.asker == mine},
        now=by.workspace.clock(),
    )


@router.get("/requests/{request}")
def request_page(by: Annotated[Asker, Depends(asker)], request: str) -> Response:
    """A request with its occasion; for its owner, what could be released in answer."""
    return _request(by, request)


def _request(by: Asker, id: str, *, problem: str = "", values: Form | None = None, status: int = 200) -> Response:
    asked = _asked(by, id)
    pointer = next((each for each in by.node.pointers(viewer=by.viewer) if each.id == asked.follows), None)
    answers = asked.owner == by.viewer.agency and asked.answered is None
    about = by.node.report(asked.about, viewer=by.viewer) if asked.about else None
    offered = _offered(by, asked, pointer) if answers else []
    return page(
        "request",
        by,
        status=status,
        asked=asked,
        pointer=pointer,
        about=about,
        answers=answers,
        offered=offered,
        disputed=by.disputed(about, offered),
        problem=problem,
        values=values or Form([]),
        chosen=set((values or Form([])).every("portion")),
        now=by.workspace.clock(),
    )


def _asked(by: Asker, id: str) -> Request:
    found = next((each for each in by.node.release_requests(viewer=by.viewer) if each.id == id), None)
    if found is None:
        raise Nothing
    return found


def _offered(by: Asker, asked: Request, pointer: Pointer | None) -> list[Entry]:
    """The owner's reports that may be meant: the one asked about, or those that bear the selector pointed to."""
    found: list[Entry] = []
    about = by.node.report(asked.about, viewer=by.viewer) if asked.about else None
    if about is not None and about.report.originator == by.viewer.agency:
        found.append(about)
    if pointer is not None:
        hits = by.node.search(pointer.value, viewer=by.viewer, originator=by.viewer.agency, limit=MOST_OFFERED).hits
        found += by.node.reports([hit.id for hit in hits], viewer=by.viewer)
    return [each for each in found if _bears(each, pointer) or each is about]


def _bears(entry: Entry, pointer: Pointer | None) -> bool:
    """Whether the report bears the selector itself, and not only its words."""
    if pointer is None:
        return False
    return any(
        (selector.kind, selector.value) == (pointer.kind, pointer.value)
        for _, _, mention in mentions(entry.id, entry.report)
        for selector in mention.selectors
    )


@router.post("/requests/{request}")
def answer(by: Annotated[Asker, Depends(asker)], request: str, form: Annotated[Form, Depends(posted)]) -> Response:
    """Release a report with the portions that were ticked, or refuse with a reason. The answer is a report."""
    asked = _asked(by, request)
    if asked.owner != by.viewer.agency:
        raise Nothing
    if asked.answered is not None:
        if form.get("answer") == asked.answered and asked.answer_reason == form.get("reason", "").strip():
            # The same click twice.
            return RedirectResponse(f"/requests?done={asked.answered}", 303)
        problem = say("The request was {answered} already. Nothing more was recorded.", answered=say(asked.answered))
        return page("refused", by, status=409, back=f"/requests/{request}", problem=problem)
    reason = form.get("reason", "").strip()
    try:
        if form.get("answer") != "released":
            by.node.refuse(request, by=by.viewer, reason=reason)
            return RedirectResponse("/requests?done=refused", 303)
        report = form.get("report", "").strip()
        if not report:
            return _request(by, request, problem=say("Choose the report that you release."), values=form, status=422)
        portions = {int(each.rpartition("#")[2]) for each in form.every("portion") if _portion_of(each, report)}
        by.node.release(request, report, by=by.viewer, reason=reason, portions=portions)
    except NothingToJudge:
        problem = say("There is no such report of your agency, or none that you may see.")
        return _request(by, request, problem=problem, values=form, status=422)
    except CutsetError as error:
        return _request(by, request, problem=told(error), values=form, status=422)
    return RedirectResponse("/requests?done=released", 303)


def _portion_of(named: str, report: str) -> bool:
    of, _, number = named.rpartition("#")
    return of == report and number.isdecimal() and len(number) < 4

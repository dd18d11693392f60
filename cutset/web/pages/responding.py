"""Agencies' responses to the Plan: side by side, and one's own, drafted, signed off and submitted."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from cutset.errors import CutsetError
from cutset.model.marking import Marking, Tlp
from cutset.plan import document, response
from cutset.plan.clauses import Plan
from cutset.plan.filed import Filed, current, filed
from cutset.plan.prefill import guide
from cutset.plan.publish.answers import due_in_words
from cutset.plan.response import BadResponse, Stage
from cutset.web.forms import LONGEST, Form, posted
from cutset.web.pages.planner import PLAN, year_of
from cutset.web.render import page
from cutset.web.texts import say, told
from cutset.web.workspace import Asker, Nothing, asker

router = APIRouter(dependencies=[Depends(asker)])

LEVELS = (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT)
"""What a submission may be marked: RED would be read by nobody."""
STEPS = ("draft", "sign", "submit")
OVERTAKEN = (
    "{by} saved or submitted this at {at} UTC, after you opened the page. Nothing of yours was recorded: it stands in "
    "the fields below. Put the two together, then save."
)


@router.get("/plan/responses")
def responses_page(by: Annotated[Asker, Depends(asker)], fy: str = "") -> Response:
    """All responses side by side: how far each has come, its clock, and the answers item by item."""
    plan = document.load(PLAN)
    year = _year(by, fy)
    with by.node.looks.look("plan responses", by.viewer, {"fy": year}) as look:
        found = response.reading(by.node.log, by.node.rights(by.viewer), plan, year, by.node.clock)
        look.show(found.standings)
    return page("responses", by, found=found, year=year, due=due_in_words(found.due), mine=_mine(by),
                late={each.agency for each in found.late}, banner=found.basis.banner,
                made=found.basis.made)  # fmt: skip


def _mine(by: Asker) -> str:
    """The viewer's agency as it goes now."""
    return current(by.node.log.registry(), by.viewer.agency)


@router.get("/plan/responses/{agency}")
def response_page(by: Annotated[Asker, Depends(asker)], agency: str, fy: str = "", done: str = "") -> Response:
    """One agency's response; of one's own, what the log tells about each item and a form to answer it."""
    return _response(by, agency, _year(by, fy), done=done if done in STEPS else "")


def _year(by: Asker, written: str) -> int:
    return year_of(by, written) if written.strip() else response.fiscal_year_of(document.load(PLAN))


def _response(by: Asker, agency: str, year: int, *, done: str = "", problem: str = "",
              typed: Mapping[str, str] | None = None, status: int = 200) -> Response:  # fmt: skip
    plan, node = document.load(PLAN), by.node
    rights = node.rights(by.viewer)
    with node.looks.look("plan respond", by.viewer, {"agency": agency, "fy": year}) as look:
        found = response.reading(node.log, rights, plan, year, node.clock)
        try:
            standing = response.of_agency(found, node.log.registry(), agency)
        except BadResponse:
            raise Nothing from None
        drafts = _drafts(by, plan, year) if standing.agency == _mine(by) else []
        take = node.taker(rights, plan, year)
        items = guide(node.log, rights, plan, agency, year, written=dict(_written(drafts, standing.answers)), take=take)
        look.show((standing, items))
    shown = drafts[-1] if drafts else standing.shown
    return page(
        "respond",
        by,
        status=status,
        standing=standing,
        items=items,
        typed=typed or {},
        year=year,
        own=standing.agency == _mine(by),
        drafts=drafts,
        stage=response.stage(drafts[-1]) if drafts else standing.stage,
        seen=_seen(drafts, standing.submissions),
        due=due_in_words(found.due),
        levels=LEVELS,
        longest=LONGEST - 1,
        done=done,
        problem=problem,
        banner=shown.marking.banner if shown else "",
        made=bool(shown and shown.made),
    )


def _written(drafts: Sequence[Filed], answers: Mapping[str, str]) -> Mapping[str, str]:
    return drafts[-1].content.items if drafts else answers


def _filed(by: Asker, plan: Plan) -> list[Filed]:
    return filed(by.node.log, by.node.rights(by.viewer), plan=plan.id)


def _drafts(by: Asker, plan: Plan, year: int) -> list[Filed]:
    return response.drafts(_filed(by, plan), plan, _mine(by), year)


def _seen(drafts: Sequence[Filed], submissions: Sequence[Filed]) -> str:
    """What the form's reader had seen: it is stale where another has saved or submitted since."""
    latest = [*submissions, *drafts]
    return latest[-1].id if latest else ""


@router.post("/plan/responses/{agency}")
def respond(by: Annotated[Asker, Depends(asker)], agency: str, form: Annotated[Form, Depends(posted)]) -> Response:
    """Keep a draft, sign it off, or submit what was signed. Nothing is recorded where another was quicker."""
    plan, year, step = document.load(PLAN), _year(by, form.get("fy", "")), form.get("step", "")
    if current(by.node.log.registry(), agency) != _mine(by) or step not in STEPS:
        raise Nothing
    typed = {item.id: form.get(f"item-{item.id}", "").replace("\r\n", "\n").strip() for item in plan.response_items}
    back = f"/plan/responses/{agency}?fy={year}"
    cut = [id for id in typed if len(form.get(f"item-{id}", "")) >= LONGEST]
    if cut:
        problem = say(
            "An answer is longer than {most} characters: {items}. Nothing was recorded.",
            most=f"{LONGEST - 1:,}",
            items=", ".join(cut),
        )
        return _response(by, agency, year, problem=problem, typed=typed, status=422)
    everything = _filed(by, plan)
    drafts = response.drafts(everything, plan, _mine(by), year)
    submissions = response.submissions(everything, plan, _mine(by), year)
    now = _seen(drafts, submissions)
    if not hmac.compare_digest(form.get("seen", "").encode(), now.encode()):
        latest = next(each for each in everything if each.id == now) if now else None
        if latest is not None and _is_done(latest, by, step, typed):
            # The same click twice.
            return RedirectResponse(f"{back}&done={step}", 303)
        problem = (
            say(OVERTAKEN, by=latest.by, at=f"{latest.submitted_at:%Y-%m-%d %H:%M}")
            if latest
            else say("What you opened was withdrawn. Nothing was recorded.")
        )
        return _response(by, agency, year, problem=problem, typed=typed, status=409)
    try:
        _take(by, plan, year, step, typed, drafts, submissions, form)
    except CutsetError as error:
        return _response(by, agency, year, problem=told(error), typed=typed, status=422)
    return RedirectResponse(f"{back}&done={step}", 303)


def _is_done(latest: Filed, by: Asker, step: str, typed: Mapping[str, str]) -> bool:
    wanted = {"draft": Stage.DRAFT, "sign": Stage.SIGNED, "submit": Stage.SUBMITTED}[step]
    said = {id: text for id, text in typed.items() if text}
    return latest.by == by.viewer.id and response.stage(latest) is wanted and (
        step == "submit" or dict(latest.content.items) == said
    )  # fmt: skip


def _take(by: Asker, plan: Plan, year: int, step: str, typed: Mapping[str, str], drafts: list[Filed],
          submissions: list[Filed], form: Form) -> None:  # fmt: skip
    """Do the step. What was typed and not yet saved is saved before it is signed."""
    said = {id: text for id, text in typed.items() if text}
    if step == "submit":
        if not drafts:
            raise BadResponse("there is nothing signed to submit", remedy="save a draft and sign it off first")
        level = Tlp(form["tlp"]) if form.get("tlp") in set(LEVELS) else Tlp.GREEN
        marking = Marking(originator=drafts[-1].originator, tlp=level)
        by.node.submit(response.submit(plan, drafts[-1], marking=marking, earlier=submissions), by=by.viewer)
        return
    missing = [id for id, text in typed.items() if not text]
    if step == "sign" and missing:
        raise BadResponse("the response does not answer every item, and nothing was recorded", where=", ".join(missing),
                          remedy="answer each; where there is nothing to tell, say so")  # fmt: skip
    latest = drafts[-1] if drafts else None
    unsaved = latest is None or dict(latest.content.items) != said or response.stage(latest) is not Stage.DRAFT
    if step == "draft" or unsaved:
        made = bool(latest and latest.made)
        by.node.submit(response.draft(plan, by.viewer.agency, year, said, older=drafts, made=made), by=by.viewer)
    if step == "sign":
        fresh = _drafts(by, plan, year)
        by.node.submit(response.sign(plan, fresh[-1], by=by.viewer.id), by=by.viewer)

"""The targeter's pages: the queue for a day's capacity with its reasons, decisions, examinations, and the rules."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from cutset.errors import CutsetError
from cutset.model.marking import join
from cutset.model.report import Entry, Tasking
from cutset.target.queue import BY_LOT, BadCapacity, Day
from cutset.target.ranking import NoTarget, Target
from cutset.target.words import ORDERS, RANDOM, State, Verdict
from cutset.target.writing import Stale
from cutset.web.forms import Form, posted
from cutset.web.render import page
from cutset.web.texts import say, told
from cutset.web.workspace import Asker, Nothing, asker

router = APIRouter(dependencies=[Depends(asker)])

CAPACITY, MOST = 40, 500
"""How many can be examined in a day, where nothing else is said, and the most that one page shows."""
ALL_DAYS = "all"
REASONS = (
    "papers explain it",
    "known trader, examined before without a find",
    "examined elsewhere",
    "another person of the same name",
    "cannot be examined in time",
    "for the owner of the case",
)
"""Reasons offered by number; any other may be typed."""
DETECTORS = ("x-ray", "dog", "search", "drug test", "density meter")


@router.get("/targets")
def queue_page(
    by: Annotated[Asker, Depends(asker)], capacity: str = "", place: str = "", on: str = "", random: str = ""
) -> Response:
    """The queue: some drawn by lot, the rest by rank, each with why it is there and the rules that it fires."""
    asked = {"capacity": capacity, "place": place, "on": on, "random": random}
    day = day_of(by, asked)
    try:
        found = by.node.targets(
            viewer=by.viewer, capacity=day.capacity, place=day.place, on=day.date, random=day.random
        )
    except BadCapacity as error:
        return page("refused", by, status=422, problem=told(error), back="/targets")
    places = found.places[:MOST]
    entries = _entries(by, [each.target for each in places])
    states = [each.target.state for each in places]
    return page("targets", by, found=found, places=places, day=day, fields=fields_of(day), reasons=REASONS,
                detectors=DETECTORS, by_lot=BY_LOT, problem="", entries=entries,
                done=sum(each is not State.OPEN for each in states), banner=_banner(entries),
                disputed=by.disputed([each.target.id for each in places]),
                made=any(each.target.made for each in places))  # fmt: skip


def day_of(by: Asker, asked: dict[str, str]) -> Day:
    """The day's queue that is asked for; what is not said, or is nonsense, is today's and the usual."""
    written, capacity = asked.get("on", "").strip(), asked.get("capacity", "").strip()
    on: date | None = by.workspace.clock().astimezone(UTC).date()
    if written == ALL_DAYS:
        on = None
    elif written:
        with suppress(ValueError):
            on = date.fromisoformat(written)
    try:
        share = float(asked.get("random", "") or 0.1)
    except ValueError:
        share = 0.1
    return Day(
        capacity=min(int(capacity), MOST) if capacity.isdecimal() and len(capacity) < 6 else CAPACITY,
        place=asked.get("place", "")[:80].strip(),
        date=on,
        random=share if 0 <= share <= 1 else 0.1,
    )


def fields_of(day: Day) -> dict[str, str]:
    """The day as a form carries it."""
    on = day.date.isoformat() if day.date else ALL_DAYS
    return {"capacity": str(day.capacity), "place": day.place, "on": on, "random": f"{day.random:g}"}


def _entries(by: Asker, targets: Sequence[Target]) -> dict[str, Entry]:
    """The shipments themselves, and the last decisions on them."""
    ids = list(dict.fromkeys(id for each in targets for id in (each.id, each.decided) if id))
    return {each.id: each for each in by.node.reports(ids, viewer=by.viewer)}


def _banner(entries: dict[str, Entry]) -> str:
    markings = [part.marking for each in entries.values() for part in each.report.portions]
    markings += [each.report.marking for each in entries.values()]
    return join(*markings).banner if markings else ""


@router.get("/targets/rules")
def rules_page(by: Annotated[Asker, Depends(asker)]) -> Response:
    """The rules with their weights and hit rates, beside what was drawn by lot."""
    return page("target_rules", by, found=by.node.target_rules(viewer=by.viewer))


@router.get("/targets/{target}")
def target_page(by: Annotated[Asker, Depends(asker)], target: str) -> Response:
    """One shipment: each rule that it fires, and by how much that moves its score."""
    return _one(by, target)


def _one(by: Asker, id: str, problem: str = "", status: int = 200) -> Response:
    found = _target(by, id)
    entries = _entries(by, [found])
    strongest = max((abs(each.log_odds) for each in found.reasons), default=1.0) or 1.0
    return page("target", by, status=status, found=found, entry=entries.get(id), entries=entries, reasons=REASONS,
                strongest=strongest, detectors=DETECTORS, problem=problem, fields={}, banner=_banner(entries),
                disputed=by.disputed(id), made=found.made)  # fmt: skip


def _target(by: Asker, id: str) -> Target:
    try:
        return by.node.target(id, viewer=by.viewer)
    except NoTarget:
        raise Nothing from None


@router.post("/targets/{target}")
def decide(
    request: Request, by: Annotated[Asker, Depends(asker)], target: str, form: Annotated[Form, Depends(posted)]
) -> Response:
    """Decide to inspect, release or refer; or record what an examination found. The same click twice is once.

    A page's script is answered with the shipment's row as it stands now, and what went wrong if anything did.
    """
    shown, problem, status = _target(by, target), "", 200
    try:
        if form.get("found") in ("yes", "no"):
            by.node.record_examination(
                target, form["found"] == "yes", by=by.viewer, detector=form.get("detector", "")[:80].strip()
            )
        else:
            _decide(by, shown, form)
    except Stale as error:
        problem, status = _who(by, target, told(error)), 409
    except CutsetError as error:
        problem, status = told(error), 422
    if request.headers.get("hx-request"):
        # htmx takes in what was answered well: the row says itself what went wrong.
        return _row(by, target, form, problem)
    if problem:
        return _one(by, target, problem, status)
    to = f"/targets?{urlencode(_passed_on(form))}#{target}" if form.get("capacity") else f"/targets/{target}"
    return RedirectResponse(to, 303)


def _decide(by: Asker, shown: Target, form: Form) -> None:
    verdict, expected, reason = form.get("verdict", ""), form.get("expected", ""), form.get("reason", "").strip()
    if verdict not in set(Verdict) or expected not in set(State):
        raise CutsetError("that is no decision", remedy="inspect it, release it or refer it")
    if State(expected) is not shown.state and _said(by, shown, Verdict(verdict), reason):
        # The same click twice: what it asked for is there.
        return
    day = day_of(by, dict(form)) if form.get("capacity") else None
    by.node.decide_target(shown.id, verdict, by=by.viewer, reason=reason, unit=form.get("unit", "")[:80].strip(),
                          expected=expected, day=day)  # fmt: skip


def _said(by: Asker, shown: Target, verdict: Verdict, reason: str) -> bool:
    """Whether the last decision on the shipment is this very one of this viewer."""
    for last in by.node.reports([shown.decided] if shown.decided else [], viewer=by.viewer):
        content = last.report.content
        orders = (ORDERS[verdict], RANDOM) if verdict is Verdict.INSPECT else (ORDERS[verdict],)
        return (last.by == by.viewer.id and isinstance(content, Tasking) and content.order in orders
                and content.reason == reason)  # fmt: skip
    return False


def _who(by: Asker, id: str, said: str) -> str:
    """A stale decision's words, with who was quicker."""
    last = _entries(by, [_target(by, id)]).get(_target(by, id).decided)
    if last is None:
        return said
    at = last.submitted_at.astimezone(UTC)
    return say(
        "{by} decided at {at} UTC: {said}. Nothing of yours was recorded.",
        by=last.by,
        at=f"{at:%Y-%m-%d %H:%M}",
        said=said,
    )


def _row(by: Asker, id: str, form: Form, problem: str) -> Response:
    found = _target(by, id)
    return page("target_row", by, target=found, why=form.get("why", "")[:80], fields=_passed_on(form), reasons=REASONS,
                detectors=DETECTORS, problem=problem, entries=_entries(by, [found]), by_lot=BY_LOT,
                disputed=by.disputed(id))  # fmt: skip


def _passed_on(form: Form) -> dict[str, str]:
    return {name: form[name][:80] for name in ("capacity", "place", "on", "random") if name in form}

"""The watch officer's pages: the picture of a moment with its map, one event or track, hand-offs, the log."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from cutset.errors import CutsetError
from cutset.model.marking import Marking, join
from cutset.model.report import Asset, Struct, Tasking, Watch
from cutset.track.events import EventOfInterest, NoEvent
from cutset.track.handoffs import HandOff
from cutset.track.near import near
from cutset.track.picture import Path, Picture, Suggestions
from cutset.track.tracks import NoTrack
from cutset.track.words import ANSWER, DAY, Order
from cutset.track.writing import Stale
from cutset.web import watch_map
from cutset.web.forms import Form, posted
from cutset.web.render import data, page
from cutset.web.texts import told
from cutset.web.workspace import Asker, Nothing, asker

router = APIRouter(dependencies=[Depends(asker)])

MOST_TRACKS, MOST_DRAWN, MOST_LINES = 200, 5000, 100
"""Tracks in the table and on the map, and lines of the log, that one page shows."""
SLIDER = timedelta(days=3)
STEP = timedelta(minutes=10)
AGAIN = timedelta(minutes=1)
"""The same thing said again by the same viewer so soon is the same click."""
_FORM = "%Y-%m-%dT%H:%M"
ORDERS = (Order.MONITOR, Order.INTERCEPT, Order.TAKE_OVER, Order.BREAK_OFF)
ANSWERS = (15, 30, 60, 180)
"""Minutes in which a hand-off is to be answered."""


class Moment(Struct, frozen=True):
    """What time the picture is of. `live` where it goes on with the clock, or stands at the last that is known.

    `written` is how a form or link carries it: "" for the present. The slider goes from `first` to `last`.
    """

    at: datetime
    live: bool
    written: str
    first: datetime
    last: datetime


def moment_of(by: Asker, written: str) -> Moment:
    """The moment that is asked for. Nonsense, and what is yet to come, is the present; of a store in which nothing
    has happened for a day it is the last that is known of.
    """
    now = by.workspace.clock().astimezone(UTC)
    span = by.node.watch_span(viewer=by.viewer)
    latest = now if span is None or span[1] > now - DAY else span[1]
    at, live = latest, True
    with suppress(ValueError):
        given = datetime.strptime(written[:16], _FORM).replace(tzinfo=UTC)
        if given <= now:
            at, live = given, given == latest
    last = min(max(latest, at), at + SLIDER / 2) if not live else at
    return Moment(at=at, live=live, written="" if at == now else at.strftime(_FORM), first=last - SLIDER, last=last)


@router.get("/watch")
def watch_page(request: Request, by: Annotated[Asker, Depends(asker)], at: str = "") -> Response:
    """The picture. A page's script is answered with what changes: alarms, events, assets, tracks and the log."""
    then = moment_of(by, at)
    name = "watch_picture" if request.headers.get("hx-request") else "watch"
    return _picture_page(by, name, then)


def _picture_page(
    by: Asker, name: str, then: Moment, problem: str = "", status: int = 200, values: Form | None = None
) -> Response:
    found = by.node.watch_picture(viewer=by.viewer, at=then.at, limit=MOST_TRACKS)
    lines = by.node.watch_log(then.at - timedelta(hours=12), then.at, viewer=by.viewer, limit=10)
    ships = sum(not each.track.id.startswith("asset:") for each in found.tracks) + found.left_out
    marking = _joint(found.marking, *(each.marking for each in lines))
    made = found.made or any(each.made for each in lines)
    return page(name, by, status=status, found=found, then=then, lines=lines, problem=problem, step=STEP, tracks=ships,
                part=name == "watch_picture", link=watch_map.link, held=watch_map.held, values=values or Form([]),
                banner=marking.banner if marking else "", made=made)  # fmt: skip


def _joint(*markings: Marking | None) -> Marking | None:
    """The marking of all that a page shows; None where nothing of it is marked."""
    found = [each for each in markings if each is not None]
    return join(*found) if found else None


@router.get("/watch/map.json")
def map_data(by: Annotated[Asker, Depends(asker)], at: str = "", id: str = "") -> Response:
    """The picture as GeoJSON; `shapes` are drawn under its points. Of one event or track, with the ways to meet it."""
    then = moment_of(by, at)
    found = by.node.watch_picture(viewer=by.viewer, at=then.at, limit=MOST_DRAWN)
    meetings: Suggestions | None = None
    if id:
        with suppress(NoTrack):
            meetings = by.node.watch_intercepts(id, viewer=by.viewer, at=then.at)
        found = _only(found, id)
    answer = watch_map.collection(watch_map.points(found, then.written), found)
    drawn = list(watch_map.shapes(found, meetings.intercepts if meetings else ()))
    return data(answer | {"shapes": {"type": "FeatureCollection", "features": drawn}})


def _only(found: Picture, id: str) -> Picture:
    """The part of a picture that is of one event or track, with the assets."""
    events = tuple(each for each in found.events if id == each.id or id in each.reports or id in each.tracks)
    tied = {id, *(each for event in events for each in event.tracks)}
    tracks = tuple(each for each in found.tracks if each.track.id in tied)
    return Picture(at=found.at, window_s=found.window_s, tracks=tracks, left_out=0, events=events, assets=found.assets,
                   alarms=(), marking=found.marking, made=found.made)  # fmt: skip


# ---- one event or track ---------------------------------------------------------------------------------------------


@router.get("/watch/one")
def one_page(by: Annotated[Asker, Depends(asker)], id: str = "", at: str = "") -> Response:
    """An event or track: what is told of it, who holds it, where it can be met, and what may be decided."""
    return _one(by, id, moment_of(by, at))


def _one(
    by: Asker, id: str, then: Moment, problem: str = "", status: int = 200, values: Form | None = None
) -> Response:
    event, path = _found(by, id, then)
    met: Suggestions | None = None
    with suppress(NoTrack):
        met = by.node.watch_intercepts(id, viewer=by.viewer, at=then.at)
    shown = by.node.watch_picture(viewer=by.viewer, at=then.at)
    mine = by.viewer.agency
    tracks = near(event, shown.tracks) if event and event.cue else []
    marking = _joint(
        event.marking if event else None,
        path.seen.track.marking if path else None,
        *(each.marking for each in (met.intercepts if met else ())),
        *(each.seen.track.marking for each in tracks),
    )
    return page(
        "watch_one",
        by,
        status=status,
        id=id,
        event=event,
        path=path,
        then=then,
        met=met,
        near=tracks,
        assets=[each for each in shown.assets if each.agency == mine],
        agencies=[each for each in by.node.log.registry().agencies if each.id != mine and each.active],
        entries={each.id: each for each in by.node.reports(event.reports if event else (), viewer=by.viewer)},
        orders=_orders(event, mine),
        to_answer=event is not None and event.offered is not None and _ours(event.offered, by, shown),
        may_offer=event is None or event.holder is None or event.holder.agency == mine,
        answers=ANSWERS,
        answer=ANSWER // timedelta(minutes=1),
        values=values or Form([]),
        problem=problem,
        link=watch_map.link,
        held=watch_map.held,
        named=watch_map.named,
        banner=marking.banner if marking else "",
        made=bool(event.made if event else path and path.seen.track.made),
    )


def _found(by: Asker, id: str, then: Moment) -> tuple[EventOfInterest | None, Path | None]:
    event: EventOfInterest | None = None
    with suppress(NoEvent):
        event = by.node.watch_event(id, viewer=by.viewer, at=then.at)
    path: Path | None = None
    for each in (id, *(event.tracks if event else ())):
        with suppress(NoTrack):
            path = path or by.node.watch_track(each, viewer=by.viewer, at=then.at)
    if event is None and path is None:
        raise Nothing
    return event, path


def _orders(event: EventOfInterest | None, agency: str) -> list[Order]:
    """The orders that can be given of an event by an agency."""
    holder = event.holder if event else None
    acting = {each.agency for each in (holder, *(event.also if event else ())) if each is not None}
    barred = {Order.BREAK_OFF} if agency not in acting else set()
    barred |= {Order.TAKE_OVER} if holder is not None or event is None else set()
    return [each for each in ORDERS if each not in barred]


def _ours(offered: HandOff, by: Asker, shown: Picture) -> bool:
    mine = by.viewer.agency
    return offered.to == mine or any(each.agency == mine and each.name == offered.to for each in shown.assets)


@router.post("/watch/one")
def decide(
    by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)], id: str = "", at: str = ""
) -> Response:
    """Order, hand off, take over or decline, or say which track a cue is of. The same click twice is once."""
    then = moment_of(by, at)
    event, _ = _found(by, id, then)
    problem, status = "", 200
    try:
        if not _again(by, event, form):
            _decide(by, id, then, form)
    except Stale as error:
        problem, status = told(error), 409
    except CutsetError as error:
        problem, status = told(error), 422
    if problem:
        return _one(by, id, then, problem, status, form)
    return RedirectResponse(watch_map.link(id, then.written), 303)


def _decide(by: Asker, id: str, then: Moment, form: Form) -> None:
    reason, asset = form.get("reason", "")[:2000].strip(), form.get("asset", "")[:80].strip()
    # A picture of the present is decided of at the time of the decision; one of the past, as of then.
    when = None if not then.written else then.at
    match form.get("do", ""):
        case "order" if form.get("order", "") in set(ORDERS):
            by.node.watch_order(id, form["order"], by=by.viewer, asset=asset, reason=reason, at=when)
        case "hand off":
            minutes = form.get("minutes", "")
            due = int(minutes) if minutes.isdecimal() and len(minutes) < 5 else 30
            answer_by = (when or by.workspace.clock()) + timedelta(minutes=due)
            by.node.hand_off(id, form.get("to", ""), by=by.viewer, answer_by=answer_by, reason=reason, at=when)
        case "take over" | "decline" as answer:
            taken = answer == "take over"
            by.node.answer_hand_off(form.get("offer", ""), taken, by=by.viewer, asset=asset, reason=reason, at=when)
        case "assign":
            by.node.assign_cue(id, form.get("track", ""), by=by.viewer, reason=reason, at=when)
        case _:
            raise CutsetError("that is no decision", remedy="order it, hand it off, or answer what was offered")


_DOING = {"hand off": Order.HAND_OFF, "take over": Order.TAKE_OVER, "decline": Order.DECLINE}


def _again(by: Asker, event: EventOfInterest | None, form: Form) -> bool:
    """Whether the last word on the event is this very one, of this viewer, a moment ago."""
    if event is None or not event.steps:
        return False
    asked = _DOING.get(form.get("do", ""), form.get("order", ""))
    asset = form.get("to" if asked == Order.HAND_OFF else "asset", "").strip() or by.viewer.agency
    for last in by.node.reports([event.steps[-1].report], viewer=by.viewer):
        content = last.report.content
        return (
            isinstance(content, Tasking)
            and last.by == by.viewer.id
            and by.workspace.clock() - last.submitted_at < AGAIN
            and (content.order, content.asset, content.reason) == (asked, asset, form.get("reason", "").strip())
        )
    return False


# ---- the log of the watch, and its assets ---------------------------------------------------------------------------


@router.get("/watch/log")
def log_page(by: Annotated[Asker, Depends(asker)], at: str = "", hours: str = "") -> Response:
    """The entries of the watch, and what happened in it."""
    back = int(hours) if hours.isdecimal() and 0 < int(hours[:4]) <= 24 * 31 else 24
    return _log(by, moment_of(by, at), back)


def _log(by: Asker, then: Moment, back: int = 24, problem: str = "", status: int = 200, words: str = "") -> Response:
    lines = by.node.watch_log(then.at - timedelta(hours=back), then.at, viewer=by.viewer, limit=MOST_LINES)
    marking = _joint(*(each.marking for each in lines))
    return page("watch_log", by, status=status, lines=lines, then=then, hours=back, problem=problem, words=words,
                banner=marking.banner if marking else "", made=any(each.made for each in lines))  # fmt: skip


@router.post("/watch/log")
def enter(
    by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)], at: str = "", about: str = ""
) -> Response:
    """Enter something in the log of the watch. The same click twice is once."""
    then, words = moment_of(by, at), form.get("text", "")[:4000].strip()
    try:
        if not _entered(by, then, words):
            by.node.watch_entry(words, by=by.viewer, when=then.at if then.written else None,
                                about=[about] if about else ())  # fmt: skip
    except CutsetError as error:
        return _log(by, then, problem=told(error), status=422, words=words)
    return RedirectResponse(f"/watch/log{f'?at={then.written}' if then.written else ''}", 303)


def _entered(by: Asker, then: Moment, words: str) -> bool:
    lines = by.node.watch_log(then.at - AGAIN, then.at, viewer=by.viewer, limit=20)
    mine = [each.report for each in lines if each.by == by.viewer.id and each.words == words]
    now = by.workspace.clock()
    return any(isinstance(each.report.content, Watch) and now - each.submitted_at < AGAIN
               for each in by.node.reports(mine, viewer=by.viewer))  # fmt: skip


@router.post("/watch/assets")
def report_asset(
    by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)], at: str = ""
) -> Response:
    """Take in where an asset of the viewer's agency is, and until when it can stay."""
    then = moment_of(by, at)
    try:
        state = Asset(
            name=form.get("name", "")[:80].strip(),
            sort=form.get("sort", "")[:80].strip(),
            speed_kn=_number(form, "speed", "knots") if form.get("speed", "").strip() else None,
            until=_time(form, "until"),
            available=form.get("available", "yes") != "no",
        )
        place = _number(form, "latitude", "degrees"), _number(form, "longitude", "degrees")
        by.node.report_asset(state, place, by=by.viewer, when=then.at if then.written else None)
    except CutsetError as error:
        return _picture_page(by, "watch", then, told(error), 422, form)
    return RedirectResponse(f"/watch{f'?at={then.written}' if then.written else ''}#assets", 303)


def _number(form: Form, name: str, unit: str) -> float:
    try:
        found = float(form.get(name, ""))
    except ValueError:
        found = float("nan")
    if found != found or abs(found) == float("inf"):
        raise CutsetError(f"the {name} is no number", where=form.get(name, "")[:80], remedy=f"give {unit}")
    return found


def _time(form: Form, name: str) -> datetime | None:
    written = form.get(name, "").strip()
    if not written:
        return None
    try:
        return datetime.strptime(written[:16], _FORM).replace(tzinfo=UTC)
    except ValueError:
        raise CutsetError(f"the time {name} is no time", where=written[:80], remedy="give day and hour, UTC") from None

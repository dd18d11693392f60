"""`cutset watch`: the watch officer's picture, why, intercepts, hand-offs, orders, the log of the watch, assets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from cutset.cli import options, output
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.errors import CutsetError
from cutset.model.report import Asset
from cutset.track.events import EventOfInterest, NoEvent
from cutset.track.geodesy import Box
from cutset.track.picture import Path, Picture, Seen
from cutset.track.words import Order

app = typer.Typer(help="The watch officer's picture: tracks, events, hand-offs, alarms, intercepts, log.",
                  no_args_is_help=True)  # fmt: skip

_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"]
At = Annotated[datetime | None, typer.Option("--at", formats=_FORMATS, help="The moment, UTC; without it, now.")]
Hours = Annotated[float, typer.Option("--hours", min=0.1, help="How far back tracks are looked for.")]
Part = Annotated[str, typer.Option("--box", help="south,west,north,east in degrees: only what was last in it.")]
Id = Annotated[str, typer.Argument(help="An event or a track, as `cutset watch picture` names it; or a report of it.")]
Reason = Annotated[str, typer.Option(help="Why; it stays with the order.")]
_TIME = "%Y-%m-%d %H:%M"


@app.command()
def picture(
    at: At = None,
    hours: Hours = 24.0,
    box: Part = "",
    limit: options.Limit = 20,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Alarms, events of interest, assets and tracks, as they stood at a moment.

    Example: cutset watch picture --at 2024-05-01T06:00 --box 0,-100,20,-75
    """
    found = _picture(store, as_, at, hours, box, limit)
    if json:
        output.as_json(found)
        return
    output.banner(found.marking.banner if found.marking else "", made=found.made)
    output.say(f"The picture at {_time(found.at)} UTC.")
    if found.alarms:
        rows = ((each.sort, each.about, each.words, _time(each.since)) for each in found.alarms)
        output.table(("alarm", "about", "what", "since"), rows)
    _events(found.events)
    _assets(found)
    _tracks(found.tracks, found.left_out)


@app.command()
def tracks(
    at: At = None,
    hours: Hours = 24.0,
    box: Part = "",
    limit: options.Limit = 20,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Tracks with last position, course, speed, age and uncertainty; those of interest first.

    Example: cutset watch tracks --at 2024-05-01T06:00 --hours 12
    """
    found = _picture(store, as_, at, hours, box, limit)
    if json:
        output.as_json(found.tracks)
        return
    output.banner(found.marking.banner if found.marking else "", made=found.made)
    _tracks(found.tracks, found.left_out)


@app.command()
def why(
    id: Id,
    at: At = None,
    hours: Hours = 24.0,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Why the picture says so: each report of an event, and a track's dark periods and impossible jumps.

    Example: cutset watch why r-abc…
    """
    node, viewer = opened(store, as_)
    try:
        event = node.watch_event(id, viewer=viewer, at=_utc(at))
    except NoEvent:
        path = node.watch_track(id, viewer=viewer, at=_utc(at), back=timedelta(hours=hours))
        output.as_json(path) if json else _path(path)
        return
    if json:
        output.as_json(event)
        return
    output.banner(event.marking.banner, made=event.made)
    _events([event])
    rows = ((_time(each.at), each.what, each.agency, each.report) for each in event.steps)
    output.table(("when", "what", "agency", "report"), rows)
    hands = ((_time(each.at), each.giver, each.to, each.answer, _time(each.answer_by)) for each in event.hand_offs)
    if event.hand_offs:
        output.table(("offered", "by", "to", "what became of it", "answer due"), hands)


@app.command()
def intercepts(
    id: Id, at: At = None, store: options.Store = "", as_: options.As = OPERATOR, json: options.Json = False
) -> None:
    """Where and when each asset could first meet a track or event. A suggestion: a person decides and orders.

    Example: cutset watch intercepts mmsi:366000001
    """
    node, viewer = opened(store, as_)
    found = node.watch_intercepts(id, viewer=viewer, at=_utc(at))
    if json:
        output.as_json(found)
        return
    output.banner(found.target.marking.banner, made=found.target.made)
    output.table(
        ("asset", "agency", "meets at", "where", "hours", "nmi", "course", "within endurance", "target within nmi"),
        (
            (
                each.asset.name,
                each.asset.agency,
                _time(each.at),
                _place(each.meeting.place) if each.meeting else each.why_not,
                f"{each.meeting.hours:.1f}" if each.meeting else "",
                output.number(each.nmi),
                f"{each.meeting.course_deg:03.0f}" if each.meeting else "",
                {True: "yes", False: "no", None: "not known"}[each.inside] if each.meeting else "",
                output.number(each.radius_nmi),
            )
            for each in found.intercepts
        ),
        right=("hours", "nmi", "target within nmi"),
    )
    output.say("Assumed:", *(f"- {each}" for each in found.assumptions))


@app.command("order")
def give(
    id: Id,
    order: Annotated[Order, typer.Argument(help="monitor, intercept, take over (what nobody holds), break off.")],
    asset: Annotated[str, typer.Option(help="Who is to do it; your agency without it.")] = "",
    reason: Reason = "",
    at: At = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Order an event or track to be monitored or intercepted; take it over, or break off. The order is a report.

    Example: cutset watch order r-abc… intercept --asset "Cutter One"
    """
    node, viewer = opened(store, as_)
    done = node.watch_order(id, order, by=viewer, asset=asset, reason=reason, at=_utc(at))
    output.as_json(done) if json else output.say(f"Ordered: {done.id}")


@app.command("hand-off")
def hand_off(
    id: Id,
    to: Annotated[str, typer.Argument(help="The agency that it is offered to, by id.")],
    answer_by: Annotated[
        datetime | None, typer.Option(formats=_FORMATS, help="When the answer is due, UTC; half an hour without it.")
    ] = None,
    reason: Reason = "",
    at: At = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Offer an event to another agency; until it takes it over, yours holds it.

    Example: cutset watch hand-off r-abc… dea --answer-by 2024-05-01T07:00
    """
    node, viewer = opened(store, as_)
    done = node.hand_off(id, to, by=viewer, answer_by=_utc(answer_by), reason=reason, at=_utc(at))
    output.as_json(done) if json else output.say(f"Offered: {done.id}")


@app.command()
def answer(
    hand_off: Annotated[str, typer.Argument(help="The hand-off, a report id.")],
    take: Annotated[bool, typer.Option("--take/--decline", help="Whether your agency takes it over.")],
    asset: Annotated[str, typer.Option(help="The asset that takes it over.")] = "",
    reason: Annotated[str, typer.Option(help="Why; to decline needs it.")] = "",
    at: At = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Take over what was offered to your agency, or decline it.

    Example: cutset watch answer r-abc… --take --asset "Cutter One"
    """
    node, viewer = opened(store, as_)
    done = node.answer_hand_off(hand_off, take, by=viewer, asset=asset, reason=reason, at=_utc(at))
    output.as_json(done) if json else output.say(f"{'Taken over' if take else 'Declined'}: {done.id}")


@app.command()
def log(
    since: Annotated[
        datetime | None, typer.Option(formats=_FORMATS, help="From when, UTC; twelve hours back without it.")
    ] = None,
    at: At = None,
    limit: options.Limit = 50,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """The log of the watch: its entries and what happened, the latest first.

    Example: cutset watch log --since 2024-05-01
    """
    node, viewer = opened(store, as_)
    until = _utc(at) or node.clock()
    found = node.watch_log(_utc(since) or until - timedelta(hours=12), until, viewer=viewer, limit=limit)
    if json:
        output.as_json(found)
        return
    output.banner("", made=any(each.made for each in found))
    rows = ((_time(each.at), each.sort, each.words, each.agency, each.by, each.report) for each in found)
    output.table(("when", "what", "words", "agency", "by", "report"), rows)


@app.command()
def enter(
    words: Annotated[str, typer.Argument(help="What was seen, done or told.")],
    about: Annotated[list[str] | None, typer.Option(help="A report that it concerns; may be given again.")] = None,
    when: Annotated[datetime | None, typer.Option(formats=_FORMATS, help="When it was, UTC; now without it.")] = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Enter something in the log of the watch.

    Example: cutset watch enter "Relieved the watch; nothing to report."
    """
    node, viewer = opened(store, as_)
    done = node.watch_entry(words, by=viewer, when=_utc(when), about=about or ())
    output.as_json(done) if json else output.say(f"Entered: {done.id}")


@app.command()
def asset(
    name: Annotated[str, typer.Argument(help="What taskings call it.")],
    latitude: Annotated[float, typer.Option(help="Degrees, north positive.")],
    longitude: Annotated[float, typer.Option(help="Degrees, east positive.")],
    speed: Annotated[float | None, typer.Option(help="The most knots that it can keep up.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=_FORMATS, help="The end of its endurance, UTC.")] = None,
    sort: Annotated[str, typer.Option(help="What it is: cutter, aircraft, team.")] = "",
    available: Annotated[bool, typer.Option("--available/--not-available", help="Whether it can be sent.")] = True,
    when: Annotated[datetime | None, typer.Option(formats=_FORMATS, help="When it was there, UTC.")] = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Report where an asset of your agency is, how fast it is, and until when it can stay.

    Example: cutset watch asset "Cutter One" --latitude 8.5 --longitude -84.2 --speed 24 --until 2024-05-03
    """
    node, viewer = opened(store, as_)
    state = Asset(name=name.strip(), sort=sort, speed_kn=speed, until=_utc(until), available=available)
    done = node.report_asset(state, (latitude, longitude), by=viewer, when=_utc(when))
    output.as_json(done) if json else output.say(f"Reported: {done.id}")


# ---- parts ----------------------------------------------------------------------------------------------------------


def _picture(store: str, as_: str, at: datetime | None, hours: float, box: str, limit: int) -> Picture:
    node, viewer = opened(store, as_)
    return node.watch_picture(viewer=viewer, at=_utc(at), back=timedelta(hours=hours), box=_box(box), limit=limit)


def _box(written: str) -> Box | None:
    if not written:
        return None
    try:
        south, west, north, east = map(float, written.split(","))
    except ValueError:
        raise CutsetError("that is no box", where=written, remedy="write south,west,north,east in degrees") from None
    return Box(south, west, north, east)


def _utc(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at else None


def _time(at: datetime | None) -> str:
    return f"{at:{_TIME}}" if at else ""


def _place(place: tuple[float, float] | None) -> str:
    return f"{place[0]:.2f}, {place[1]:.2f}" if place else ""


def _age(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds / 3600:.1f} h"


def _events(found: Iterable[EventOfInterest]) -> None:
    rows = [
        (
            each.id,
            f"{each.phase}{' (cue)' if each.cue else ''}",
            each.conveyance,
            each.holder.agency + (f", {each.holder.asset}" if each.holder.asset else "") if each.holder else "nobody",
            f"{each.offered.to} ({each.offered.answer})" if each.offered else "",
            _place(each.place),
            output.number(each.radius_nmi),
            _age(each.age_s),
        )
        for each in found
    ]
    if rows:
        columns = ("event", "phase", "conveyance", "held by", "offered to", "last known", "within nmi", "last word")
        output.table(columns, rows, right=("within nmi", "last word"))


def _assets(found: Picture) -> None:
    rows = [
        (each.name, each.agency, _place(each.place), _age(each.age_s), output.number(each.speed_kn), _time(each.until),
         each.order)
        for each in found.assets
    ]  # fmt: skip
    if rows:
        output.table(
            ("asset", "agency", "last known", "age", "knots", "endurance", "last order"), rows, right=("knots",)
        )


def _tracks(found: Iterable[Seen], left_out: int) -> None:
    rows = [
        (
            each.track.id,
            each.track.name,
            _place(each.track.place),
            "" if each.track.course_deg is None else f"{each.track.course_deg:03.0f}",
            output.number(each.track.speed_kn, 1),
            _age(each.track.age_s),
            output.number(each.track.radius_nmi, 1),
            each.track.gapped,
            each.track.jumped,
            ", ".join(filter(None, ("case" if each.cases else "", "event" if each.events else ""))),
        )
        for each in found
    ]
    columns = ("track", "name", "last known", "course", "knots", "age", "within nmi", "dark", "jumps", "of interest")
    output.table(columns, rows, right=("course", "knots", "age", "within nmi", "dark", "jumps"))
    output.say(f"{len(rows)} of {len(rows) + left_out} tracks.")


def _path(path: Path) -> None:
    track = path.seen.track
    output.banner(track.marking.banner, made=track.made)
    _tracks([path.seen], 0)
    output.say(f"Rests on {len(path.positions)} positions of {', '.join(track.reports)}.")
    if path.seen.cases:
        output.say(f"Known to {', '.join(path.seen.cases)}.")
    if track.shared:
        output.say(f"It shares a selector with {', '.join(track.shared)}, and is not told apart from them.")
    gaps = ((_time(each.since), _time(each.until) or "now", output.number(each.nmi, 1)) for each in track.gaps)
    if track.gaps:
        output.table(("dark from", "until", "nmi between"), gaps, right=("nmi between",))
    jumps = (
        (_time(each.until), _place(each.left), _place(each.came), output.number(each.nmi), output.number(each.speed_kn))
        for each in track.jumps
    )
    if track.jumps:
        output.table(("jumped", "from", "to", "nmi", "knots"), jumps, right=("nmi", "knots"))

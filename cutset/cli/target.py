"""`cutset targets` and `cutset target`: the queue for today's capacity, why, decisions, examinations, rules."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cutset.cli import options, output
from cutset.cli.disputes import tell_disputes
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.node.disputed import marked
from cutset.target.queue import Day
from cutset.target.ranking import Target
from cutset.target.rates import Rate
from cutset.target.words import State, Verdict

app = typer.Typer(help="Shipments ranked for inspection: why, decide, record, rules.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The shipment, a report id.")]
Capacity = Annotated[int, typer.Option(help="How many can be examined that day.")]
At = Annotated[str, typer.Option(help="A UN/LOCODE, or the destination's name; all without it.")]
OnDay = Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="The day of arrival, UTC.")]
Share = Annotated[float, typer.Option("--random", help="The share of the capacity that is drawn by lot.")]


def targets(
    capacity: Capacity = 40,
    place: At = "",
    on: OnDay = None,
    random: Share = 0.1,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """The queue for a day's capacity: some drawn by lot, the rest by rank, each with why it is there.

    Example: cutset targets --place USLAX --date 2024-03-01 --capacity 40 --random 0.1
    """
    node, viewer = opened(store, as_)
    day = on.date() if on else None
    found = node.targets(viewer=viewer, capacity=capacity, place=place, on=day, random=random)
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
        return
    output.banner("", made=any(each.target.made for each in found.places))
    output.table(
        ("shipment", "number", "score", "state", "why it is here", "first reason"),
        (
            (
                each.target.id,
                each.target.number or each.target.record,
                f"{each.target.score:.3f}",
                each.target.state,
                each.why,
                each.target.reasons[0].words if each.target.reasons else "",
            )
            for each in found.places
        ),
        right=("score",),
    )
    output.say(f"{len(found.places)} of {found.arrivals} arrivals. `cutset target why SHIPMENT` tells the reasons.")


@app.command()
def why(id: Id, store: options.Store = "", as_: options.As = OPERATOR, json: options.Json = False) -> None:
    """Why a shipment has its score: each rule that it fires, and by how many log-odds it moves it.

    Example: cutset target why r-abc…
    """
    node, viewer = opened(store, as_)
    found = node.target(id, viewer=viewer)
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
        return
    output.banner("", made=found.made)
    output.say(*_lines(found))
    output.table(
        ("rule", "log-odds", "what it says"),
        ((each.rule, f"{each.log_odds:+.2f}", each.words) for each in found.reasons),
        right=("log-odds",),
    )


def _lines(found: Target) -> list[str]:
    lines = [
        f"{found.id}: score {found.score:.4f} (log-odds {found.log_odds:+.2f} ± {found.spread:.2f}), {found.state}"
    ]
    if found.conflict:
        lines.append("Two people decided differently, neither knowing of the other: decide again.")
    return lines


@app.command()
def decide(
    id: Id,
    verdict: Annotated[Verdict, typer.Argument(help="What is to become of it.")],
    reason: Annotated[str, typer.Option(help="Why; a release and a referral need it.", callback=options.watched)] = "",
    unit: Annotated[str, typer.Option(help="Who is to examine it.")] = "",
    expected: Annotated[State | None, typer.Option(help="Refuse, where it is not in this state any more.")] = None,
    capacity: Annotated[int | None, typer.Option(help="The capacity of the queue in which it was shown.")] = None,
    place: At = "",
    on: OnDay = None,
    random: Share = 0.1,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Decide to inspect, release or refer a shipment; give its queue's capacity, so that a lot is ordered as one.

    Example: cutset target decide r-abc… inspect --unit "USLAX scanner" --expected open
    """
    node, viewer = opened(store, as_)
    day = None
    if capacity is not None:
        day = Day(capacity=capacity, place=place, date=on.date() if on else None, random=random)
    done = node.decide_target(id, verdict, by=viewer, reason=reason, unit=unit, expected=expected, day=day)
    output.as_json(done) if json else output.say(f"Decided: {done.id}")


@app.command()
def record(
    id: Id,
    found: Annotated[bool, typer.Option("--found/--nothing", help="Whether something was found.")],
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day; today without it.")
    ] = None,
    detector: Annotated[str, typer.Option(help="By what: x-ray, dog, search.")] = "",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Record what the examination of a shipment found.

    Example: cutset target record r-abc… --found --on 2024-03-01 --detector x-ray
    """
    node, viewer = opened(store, as_)
    at = on.replace(tzinfo=UTC) if on else None
    done = node.record_examination(id, found, by=viewer, on=at, detector=detector)
    output.as_json(done) if json else output.say(f"Recorded: {done.id}")


@app.command()
def rules(store: options.Store = "", as_: options.As = OPERATOR, json: options.Json = False) -> None:
    """The rules with their weights and hit rates, beside what was drawn by lot.

    Example: cutset target rules
    """
    node, viewer = opened(store, as_)
    found = node.target_rules(viewer=viewer)
    if json:
        output.as_json(found)
        return
    output.table(
        ("rule", "weight before", "now", "fires", "found", "by lot", "earlier half", "later half"),
        (
            (
                each.rule,
                f"{each.prior:+.2f}",
                f"{each.weight:+.2f}",
                each.fires,
                *(_rate(rate) for rate in (each.rate, each.by_lot, each.earlier, each.later)),
            )
            for each in found.rules
        ),
        right=("weight before", "now", "fires"),
    )
    output.say(f"Drawn by lot: {_rate(found.random)}. Targeted: {_rate(found.targeted)}. Not told: {found.untold}.")


def _rate(rate: Rate) -> str:
    if rate.share is None or rate.low is None or rate.high is None:
        return "none examined"
    return f"{rate.found}/{rate.examined} ({rate.low:.1%} to {rate.high:.1%})"

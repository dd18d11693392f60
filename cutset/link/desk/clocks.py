"""Clocks: how long each step takes from an event to an accepted lead, the Plan's timeliness.

    event -> submitted -> lead made -> seen -> accepted

Only leads from an event to a case run a clock. A step whose beginning or end the viewer may not see, or that has not
been taken, is not counted; a time that runs backwards (an event known to a day only) counts as 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from cutset.access.rights import Rights
from cutset.link.desk.decisions import State
from cutset.link.desk.index import ACCEPTED, DeskIndex
from cutset.link.desk.states import Handled, handled
from cutset.link.index import LinkIndex
from cutset.link.lead import Lead
from cutset.link.leads import leads
from cutset.model.report import Struct


class Step(StrEnum):
    """A step on the way from an event to an accepted lead, and the whole way."""

    SUBMITTED = "event to submitted"
    MADE = "submitted to lead"
    """From the later of the two submissions: before it there was nothing to link."""
    SEEN = "lead to seen"
    ACCEPTED = "seen to accepted"
    WHOLE = "event to accepted"


class Timed(Struct, frozen=True):
    """How long a step took, in seconds, for the `leads` that took it: the 50th, 90th and 99th percentile.

    `agency` is the event's originator, `owner` the case's; "" means any. `made` is true if any is an exercise's.
    """

    step: Step
    agency: str
    owner: str
    leads: int
    p50_s: float
    p90_s: float
    p99_s: float
    made: bool = False


def clocks(index: DeskIndex, link: LinkIndex, rights: Rights) -> list[Timed]:
    """Each step's percentiles: all together, by the event's agency, and by the case's owner."""
    found = [each for each in leads(link, rights) if each.case]
    done = handled(index, rights, found)
    taken: dict[tuple[Step, str, str], list[tuple[float, bool]]] = {}
    for lead in found:
        for step, seconds in _steps(lead, done[lead.id]):
            for agency, owner in (("", ""), (lead.agencies[0], ""), ("", lead.agencies[1])):
                taken.setdefault((step, agency, owner), []).append((max(seconds, 0.0), lead.made))
    order = list(Step)
    keys = sorted(taken, key=lambda key: (key[1] != "", key[2] != "", key[1], key[2], order.index(key[0])))
    return [_timed(key, taken[key]) for key in keys]


def _steps(lead: Lead, done: Handled) -> Iterator[tuple[Step, float]]:
    clock = lead.clock
    accepted = _accepted(done)
    opened = [each.at for each in done.seen.values()]
    # Who accepts a lead has seen it, whether or not they marked it so.
    seen = min([*opened, *([accepted] if accepted else [])], default=None)
    if clock.event:
        yield Step.SUBMITTED, (clock.event_submitted - clock.event).total_seconds()
    yield Step.MADE, (clock.made - max(clock.event_submitted, clock.other_submitted)).total_seconds()
    if seen:
        yield Step.SEEN, (seen - clock.made).total_seconds()
    if seen and accepted:
        yield Step.ACCEPTED, (accepted - seen).total_seconds()
    if accepted and clock.event:
        yield Step.WHOLE, (accepted - clock.event).total_seconds()


def _accepted(done: Handled) -> datetime | None:
    """When the lead was first accepted, where the last word of `accepted` and `rejected` says that it is."""
    words = [each for each in done.standing.decisions if each.verdict != State.IN_CONTACT]
    if not words or words[-1].verdict != ACCEPTED:
        return None
    return next(each.at for each in words if each.verdict == ACCEPTED)


def _timed(key: tuple[Step, str, str], taken: Sequence[tuple[float, bool]]) -> Timed:
    ordered = sorted(seconds for seconds, _ in taken)
    return Timed(
        step=key[0],
        agency=key[1],
        owner=key[2],
        leads=len(ordered),
        p50_s=percentile(ordered, 0.5),
        p90_s=percentile(ordered, 0.9),
        p99_s=percentile(ordered, 0.99),
        made=any(made for _, made in taken),
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The percentile of sorted values, between the two nearest ranks.

    >>> percentile([1.0, 2.0, 4.0], 0.5)
    2.0
    """
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)

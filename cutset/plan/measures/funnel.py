"""The funnel: events detected, monitored, handed off, targeted, disrupted, and how many are lost at each step.

Reports of one agency that bear the same record of the same dataset tell of one event; others of one each. How far an
event came is the furthest phase that any visible report of it says, a tasking on it and an outcome of it included.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from cutset.log.tables import log_report
from cutset.model.report import Kind
from cutset.plan.facts import event
from cutset.plan.measure import Measured
from cutset.plan.measures import facts
from cutset.plan.measures.asking import DETECTION, SEIZURE, Ask
from cutset.plan.tally import How, Key, Part, Tally

STEPS = ("detected", "monitored", "handed off", "targeted", "disrupted")
"""A seizure is a disruption."""

_STEP = {step: number for number, step in enumerate(STEPS)} | {"seized": len(STEPS) - 1, "": 0}
ORDERS = {"monitor": 1, "track": 1, "hand off": 2, "intercept": 3, "interdict": 3, "board": 3}
"""What a tasking's order says of the event that it names: how far it came."""


class Course:
    """One event: how far it came, whether it began with a detection, and what says so."""

    __slots__ = ("keys", "made", "marking_ids", "noticed", "reached", "seqs")

    def __init__(self, keys: tuple[Key, ...]) -> None:
        self.keys = keys
        self.reached = 0
        self.noticed = False
        self.seqs: list[int] = []
        self.marking_ids: set[int] = set()
        self.made = False


def courses(ask: Ask) -> list[Course]:
    """The events of the period, each with its course. The five measures of the funnel share one reading of them."""
    period = ask.period.label if ask.period else ""
    return ask.reading.once(("courses", period, ask.by), lambda: _courses(ask))


def _courses(ask: Ask) -> list[Course]:
    columns: list[sa.ColumnElement[Any]] = [log_report.c[name] for name in ("id", "record", "dataset")]
    columns += [event.c.phase.label("said"), event.c.kind, event.c.originator.label("by_whom")]
    found: dict[tuple[str, ...], Course] = {}
    with_agency = _acts(ask)
    for each in ask.events(DETECTION, SEIZURE, joined=log_report, columns=columns):
        row = each.row
        identity = (row.by_whom, row.dataset, row.record) if row.record else (row.id,)
        course = found.get(identity)
        if course is None:
            course = found[identity] = Course(each.keys)
        course.noticed = course.noticed or row.kind == DETECTION
        course.reached = max(course.reached, len(STEPS) - 1 if row.kind == SEIZURE else _STEP.get(row.said, 0))
        course.seqs.append(each.seq)
        course.marking_ids.update(each.marking_ids)
        course.made = course.made or each.made
        for act, step in with_agency.get(row.id, ()):
            course.reached = max(course.reached, step)
            course.seqs.append(act.seq)
            course.marking_ids.add(act.marking_id)
            course.made = course.made or bool(act.made)
    return list(found.values())


def _acts(ask: Ask) -> dict[str, list[tuple[sa.Row[Any], int]]]:
    """Taskings and outcomes by the event that they name, with the step that each says it came to."""
    reading = ask.reading
    steps = {
        row.seq: (row, ORDERS[row.order_given])
        for row in reading.acts(Kind.TASKING, facts.task)
        if row.order_given in ORDERS
    }
    for row in reading.acts(Kind.OUTCOME, facts.finding):
        if row.found:
            steps[row.seq] = (row, len(STEPS) - 1)
    named = reading.named(Kind.TASKING, Kind.OUTCOME)
    return {id: [steps[seq] for seq in seqs if seq in steps] for id, seqs in named.items()}


def _reached(ask: Ask, step: str) -> Iterator[Part]:
    number = STEPS.index(step)
    for course in courses(ask):
        if course.reached >= number and (course.noticed or number == 0):
            yield Part(
                keys=course.keys,
                seqs=tuple(course.seqs),
                marking_ids=tuple(course.marking_ids),
                made=course.made,
                beside=(("events seized that no detection came before", float(not course.noticed)),),
            )


def detected(ask: Ask) -> Measured:
    """Distinct events that someone or something noticed."""
    return ask.total(_reached(ask, "detected"))


def monitored(ask: Ask) -> Measured:
    """Detected events that were followed, or came further."""
    return ask.total(_reached(ask, "monitored"), needs=[Kind.DETECTION])


def targeted(ask: Ask) -> Measured:
    """Detected events that an asset or team was sent to interdict, or that came further."""
    return ask.total(_reached(ask, "targeted"), needs=[Kind.DETECTION])


def disrupted(ask: Ask) -> Measured:
    """Detected events that ended in a seizure, or in the load's loss or return."""
    return ask.total(_reached(ask, "disrupted"), needs=[Kind.DETECTION])


def drop_off(ask: Ask) -> Measured:
    """Of the detected events at each step, the share that did not reach the next.

    All together: of the events detected, the share that was not disrupted; beside, how many came how far.
    """
    with_phase = "phase" in ask.by

    def parts() -> Iterator[Part]:
        for course in courses(ask):
            if not course.noticed:
                continue
            lost = float(course.reached < len(STEPS) - 1)
            yield Part(
                keys=() if with_phase else course.keys,
                amount=lost,
                seqs=tuple(course.seqs),
                marking_ids=tuple(course.marking_ids),
                made=course.made,
                beside=tuple((step, float(course.reached >= number)) for number, step in enumerate(STEPS)),
            )

    found = ask.share(parts(), needs=[Kind.DETECTION])
    if not with_phase or found.no_data:
        return found
    return _by_step(ask, found)


def _by_step(ask: Ask, found: Measured) -> Measured:
    """`found` with a figure for each step and the other breakdowns."""
    tally = Tally(How.SHARE)
    for course in courses(ask):
        if not course.noticed:
            continue
        for number, (step, _) in enumerate(pairwise(STEPS)):
            if course.reached >= number:
                keys = tuple(
                    tuple(step if name == "phase" else said for name, said in zip(ask.by, key, strict=True))
                    for key in course.keys
                )
                tally.add([Part(keys=keys, amount=float(course.reached == number), seqs=tuple(course.seqs))])
    return replace(found, figures=tally.figures())

"""The funnel: events detected, monitored, handed off, targeted, disrupted, and how many are lost at each step.

Reports of one agency that bear the same record of the same dataset tell of one event; others of one each. How far an
event came is the furthest phase that any visible report of it says, a tasking on it and an outcome of it included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from cutset.log.filters import visible
from cutset.log.tables import log_report
from cutset.model.report import Kind
from cutset.plan.facts import event
from cutset.plan.measure import Measured
from cutset.plan.measures.asking import DETECTION, SEIZURE, Ask
from cutset.plan.measures.counting import first_events, groups, touched
from cutset.plan.tally import How, Key, Part, Tally

STEPS = ("detected", "monitored", "handed off", "targeted", "disrupted")
"""A seizure is a disruption."""

_STEP = {step: number for number, step in enumerate(STEPS)} | {"seized": len(STEPS) - 1, "": 0}
ORDERS = {"monitor": 1, "track": 1, "hand off": 2, "intercept": 3, "interdict": 3, "board": 3}
"""What a tasking's order says of the event that it names: how far it came."""


class Course:
    """One event: how far it came, whether it began with a detection, and what says so.

    Of events that one report each tells of there are many alike: `times` says how many. They are counted, not named.
    """

    __slots__ = ("keys", "made", "marking_ids", "noticed", "reached", "seqs", "times")

    def __init__(self, keys: tuple[Key, ...], times: int = 1) -> None:
        self.keys = keys
        self.times = times
        self.reached = 0
        self.noticed = False
        self.seqs: list[int] = []
        self.marking_ids: set[int] = set()
        self.made = False

    def say(self, kind: str, phase: str) -> None:
        """Take in what a report says of how far the event came."""
        self.noticed = self.noticed or kind == DETECTION
        self.reached = max(self.reached, len(STEPS) - 1 if kind == SEIZURE else _STEP.get(phase, 0))

    def part(self, keys: tuple[Key, ...], amount: float, beside: tuple[tuple[str, float], ...] = ()) -> Part:
        """The event, or the many alike, as a part of a measure."""
        return Part(
            keys=keys,
            amount=amount,
            seqs=tuple(self.seqs),
            marking_ids=tuple(self.marking_ids),
            made=self.made,
            beside=beside,
            times=self.times,
            reports=0 if self.seqs else self.times,
        )


def courses(ask: Ask) -> list[Course]:
    """The events of the period, each with its course. The five measures of the funnel share one reading of them."""
    period = ask.period.label if ask.period else ""
    return ask.reading.once(("courses", period, ask.by), lambda: _courses(ask))


def _courses(ask: Ask) -> list[Course]:
    with_acts = _acts(ask)
    concerned = {*ask.reading.numbers(with_acts), *_told_twice(ask)}
    found = []
    for group in groups(ask, (DETECTION, SEIZURE)):
        many = Course(group.keys, group.events)
        many.say(group.kind, group.phase)
        many.marking_ids.update(group.marking_ids)
        many.made = group.made
        found.append(many)
    for course, alone in _told(ask, concerned, with_acts):
        found.extend((course, *alone))
    return found


def _told_twice(ask: Ask) -> list[int]:
    """The events whose record another event bears too, whoever may see it."""
    shared = (
        sa.select(event.c.of_record)
        .where(event.c.of_record.is_not(None))
        .group_by(event.c.of_record)
        .having(sa.func.count() > 1)
    )
    query = sa.select(event.c.seq).where(event.c.of_record.in_(shared), visible(event.c.marking_id, ask.reading.rights))
    return list(ask.reading.connection.scalars(query))


def _told(
    ask: Ask, concerned: set[int], with_acts: dict[str, list[tuple[sa.Row[Any], int]]]
) -> Iterable[tuple[Course, list[Course]]]:
    """The events that more than one report tells of, each with what takes it out of the many that are alike."""
    columns: list[sa.ColumnElement[Any]] = [log_report.c[name] for name in ("id", "record", "dataset")]
    columns += [event.c.phase.label("said"), event.c.kind, event.c.originator.label("by_whom")]
    found: dict[tuple[str, ...], tuple[Course, list[Course]]] = {}
    for each in touched(ask, concerned, DETECTION, SEIZURE, joined=log_report, columns=columns):
        row = each.row
        identity = (row.by_whom, row.dataset, row.record) if row.record else (row.id,)
        alone = Course(each.keys, times=-1)
        alone.say(row.kind, row.said)
        course, taken_back = found.setdefault(identity, (Course(each.keys), []))
        taken_back.append(alone)
        course.say(row.kind, row.said)
        course.seqs.append(each.seq)
        course.marking_ids.update(each.marking_ids)
        course.made = course.made or each.made
        for act, step in with_acts.get(row.id, ()):
            course.reached = max(course.reached, step)
            course.seqs.append(act.seq)
            course.marking_ids.add(act.marking_id)
            course.made = course.made or bool(act.made)
    return found.values()


def _acts(ask: Ask) -> dict[str, list[tuple[sa.Row[Any], int]]]:
    """Taskings and outcomes by the event that they name, with the step that each says it came to."""
    reading = ask.reading
    found: dict[str, list[tuple[sa.Row[Any], int]]] = {}
    for kind in (Kind.TASKING, Kind.OUTCOME):
        rows = reading.acts(kind).by_seq
        for id, seqs in reading.naming(kind).by.items():
            for row in (rows[seq] for seq in seqs if seq in rows):
                step = _step(kind, row)
                if step is not None:
                    found.setdefault(id, []).append((row, step))
    return {id: sorted(acts, key=lambda each: each[0].seq) for id, acts in found.items()}


def _step(kind: Kind, row: sa.Row[Any]) -> int | None:
    """The step to which an event came that the act names; None where the act says nothing of it."""
    if kind is Kind.TASKING:
        return ORDERS.get(row.order_given)
    return len(STEPS) - 1 if row.found else None


def _reached(ask: Ask, step: str) -> Iterator[Part]:
    number = STEPS.index(step)
    for course in courses(ask):
        if course.reached >= number and (course.noticed or number == 0):
            unheralded = (("events seized that no detection came before", float(not course.noticed)),)
            yield course.part(course.keys, 1.0, unheralded)


def _furthest(ask: Ask, step: str) -> Measured:
    said = [name for name, reached in _STEP.items() if name and reached >= STEPS.index(step)]
    first = first_events(ask, DETECTION, where=[event.c.phase.in_(said)])
    return ask.total(_reached(ask, step), needs=[Kind.DETECTION], first=first)


def detected(ask: Ask) -> Measured:
    """Distinct events that someone or something noticed."""
    return ask.total(_reached(ask, "detected"), first=first_events(ask, DETECTION, SEIZURE))


def monitored(ask: Ask) -> Measured:
    """Detected events that were followed, or came further."""
    return _furthest(ask, "monitored")


def targeted(ask: Ask) -> Measured:
    """Detected events that an asset or team was sent to interdict, or that came further."""
    return _furthest(ask, "targeted")


def disrupted(ask: Ask) -> Measured:
    """Detected events that ended in a seizure, or in the load's loss or return."""
    return _furthest(ask, "disrupted")


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
            came = tuple((step, float(course.reached >= number)) for number, step in enumerate(STEPS))
            yield course.part(() if with_phase else course.keys, lost, came)

    found = ask.share(parts(), needs=[Kind.DETECTION], first=first_events(ask, DETECTION))
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
                tally.add([course.part(keys, float(course.reached == number))])
    return replace(found, figures=tally.figures())

"""Assets: the days on which ships and aircraft were on task, and those that the cued events would have taken.

The days needed rest on a model, whose assumptions stand with the figure: a cued event takes one asset the way to it
and back, and a time on the scene.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from cutset.model.orders import ON_TASK
from cutset.model.report import Kind
from cutset.plan.facts import event
from cutset.plan.measure import Measured
from cutset.plan.measures.asking import DETECTION, Ask, fiscal_year_of_month
from cutset.plan.measures.counting import first_events, groups, part
from cutset.plan.tally import Part

_DAY_US = 86_400_000_000


class Answer(NamedTuple):
    """What it takes to answer one cued event: miles each way, speed, hours on the scene. Our assumptions, not facts."""

    distance_nmi: float
    speed_kn: float
    scene_h: float

    @property
    def days(self) -> float:
        """Asset days, of 24 hours.

        >>> Answer(distance_nmi=240, speed_kn=20, scene_h=12).days
        1.5
        """
        return (2 * self.distance_nmi / self.speed_kn + self.scene_h) / 24


ANSWERS = {
    "maritime": Answer(distance_nmi=240, speed_kn=20, scene_h=12),
    "river": Answer(distance_nmi=30, speed_kn=15, scene_h=6),
    "air": Answer(distance_nmi=300, speed_kn=240, scene_h=2),
}
"""By the modality of the event. Events of other modalities are no task for a ship or aircraft."""


def days_needed(ask: Ask) -> Measured:
    """Asset days that the cued events of the period would have taken to answer."""

    def parts() -> Iterator[Part]:
        for group in groups(ask, (DETECTION,), more=[event.c.modality]):
            if group.more[0] in ANSWERS:
                yield part(group, amount=ANSWERS[str(group.more[0])].days, beside=(("events", 1.0),))

    notes = [
        f"Assumed for a {means} event: {answer.distance_nmi:g} nautical miles each way at {answer.speed_kn:g} knots, "
        f"and {answer.scene_h:g} hours on the scene; {answer.days:.2f} asset days. Weather is not in it."
        for means, answer in sorted(ANSWERS.items())
    ]
    first = first_events(ask, DETECTION, where=[event.c.modality.in_(sorted(ANSWERS))])
    return ask.total(
        parts(), needs=[Kind.DETECTION], empty="no detection at sea or in the air", notes=notes, first=first
    )


def days_had(ask: Ask) -> Measured:
    """Days on which an asset was on task: each asset counts once a day; beside, the taskings.

    A day on which an asset had taskings of two sorts stands under the first of them in the log.
    """
    met: set[tuple[str, str, int]] = set()
    undated = 0
    alike: dict[tuple[str, str, int | None, bool], list[sa.Row[Any]]] = {}
    for row in ask.reading.acts(Kind.TASKING).by_seq.values():
        if row.order_given not in ON_TASK:
            continue
        at_us = row.at_us
        if at_us is None:
            undated += 1
        elif ask.in_month(row.month):
            agency = ask.agency(row.originator)
            day = (agency, row.asset, at_us // _DAY_US)
            of = (agency, row.modality, fiscal_year_of_month(row.month), day not in met)
            met.add(day)
            alike.setdefault(of, []).append(row)

    parts = (
        Part(
            keys=(ask.key(agency=agency, modality=modality, fiscal_year=fiscal_year),),
            amount=float(first),
            seqs=tuple(row.seq for row in rows),
            marking_ids=tuple({row.marking_id for row in rows}),
            made=any(row.made for row in rows),
            beside=(("taskings", 1.0),),
            times=len(rows),
        )
        for (agency, modality, fiscal_year, first), rows in alike.items()
    )
    notes = [f"{undated} taskings give no day, and are left out."] if undated else []
    return ask.total(parts, needs=[Kind.TASKING], empty="no tasking puts an asset on task", notes=notes)

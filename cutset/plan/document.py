"""A plan as a document: loading it, and asking it who must do what.

>>> plan = load("niccp_2021")
>>> [duty.id for duty in duties(plan, area="border-regions", object="tbml")]
['br-ctr-09']
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from cutset.errors import CutsetError
from cutset.model.report import Struct
from cutset.model.text import fold
from cutset.plan.catalogue import catalogue, measure, objects
from cutset.plan.clauses import PLAN_WIDE, TABLES, Duty, Plan, clauses, inherit
from cutset.plan.files import BadPlan, PlanFiles
from cutset.plan.soundness import problems

__all__ = [
    "BadPlan",
    "Due",
    "UnknownTerm",
    "available",
    "concerned",
    "counts",
    "duties",
    "duties_measured_by",
    "load",
    "of_id",
    "response_due",
]

_SHOWN = 10


class UnknownTerm(CutsetError):
    """Duties were asked for by a word that the plan does not use."""


class Due(Struct, frozen=True):
    """The day on which something is due: between `first` and `last` where the plan's own day is not known."""

    first: date
    last: date


def available() -> tuple[str, ...]:
    """The plans that are shipped, by name.

    >>> available()
    ('made_state', 'niccp_2021')
    """
    return tuple(sorted(each.name for each in _shipped().iterdir() if each.joinpath("plan.toml").is_file()))


def load(name_or_path: str | Path) -> Plan:
    """The plan of this name, or in this file or folder, with each duty's area, focus and agencies filled in.

    Raises `BadPlan`, which says in which file, line and clause each mistake stands.
    """
    name = str(name_or_path).replace("-", "_")
    files = PlanFiles(_shipped().joinpath(name) if name in available() else Path(name_or_path))
    try:
        plan = msgspec.convert(files.tables, Plan)
    except msgspec.ValidationError as error:
        raise files.explain(error) from error
    found = [
        f"{f'{files.where(each.table, each.index)}: ' if each.table else ''}{each.what}"
        for each in problems(plan, catalogue(), objects())
    ]
    if found:
        more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise BadPlan(
            f"the plan has {len(found)} mistake{'s' * (len(found) != 1)}: {'; '.join(found[:_SHOWN])}{more}",
            where=str(name_or_path),
            remedy="docs/plan.md tells what each clause may name",
            problems=tuple(found),
        )
    return inherit(plan)


def of_id(id: str) -> Plan | None:
    """The shipped plan with this id; None where no shipped one has it.

    >>> of_id("made-state-2022").publisher, of_id("nobody-1999")
    ('governor', None)
    """
    return next((plan for plan in map(load, available()) if plan.id == id), None)


def _shipped() -> Traversable:
    return resources.files(__package__)


def duties(
    plan: Plan,
    *,
    area: str | None = None,
    focus: str | None = None,
    agency: str | None = None,
    object: str | None = None,  # noqa: A002 - the plan's own word, and the option's on the command line
    text: str | None = None,
) -> tuple[Duty, ...]:
    """The duties that match everything asked, in the plan's order.

    `area` and `focus` are ids of the plan, or `plan-wide`. `agency` finds the duties that concern it: by the
    section's heading or the sentence, through its parents and the collectives that it belongs to. `text` is words,
    or beginnings of words, that the duty's text must all hold, accents and case aside. Raises `UnknownTerm`.

    >>> plan = load("niccp_2021")
    >>> [duty.id for duty in duties(plan, agency="uscg", text="ship air")]
    ['bb-rts-08', 'bb-rts-09']
    """
    _known("area", area, [PLAN_WIDE, *(each.id for each in plan.areas)])
    _known("focus", focus, [PLAN_WIDE, *(each.id for each in plan.focus_areas)])
    _known("agency", agency, [each.id for each in plan.agencies])
    _known("object", object, list(objects()))
    words = fold(text or "").split()
    line = _with_parents(plan, agency) if agency else frozenset()
    return tuple(
        duty
        for duty in plan.duties
        if (area is None or duty.area == area)
        and (focus is None or duty.focus == focus)
        and (object is None or object in duty.objects)
        and (agency is None or agency in duty.actors or line & concerned(plan, duty))
        and _begins(fold(duty.text).split(), words)
    )


def _begins(said: list[str], asked: list[str]) -> bool:
    return all(any(word.startswith(beginning) for word in said) for beginning in asked)


def _known(what: str, asked: str | None, known: list[str]) -> None:
    if asked is not None and asked not in known:
        raise UnknownTerm(f"the plan knows no such {what}", where=asked, remedy=f"use one of {', '.join(known)}")


def _with_parents(plan: Plan, agency: str) -> frozenset[str]:
    parents = {each.id: each.parent for each in plan.agencies}
    found = [agency]
    while parent := parents[found[-1]]:
        found.append(parent)
    return frozenset(found)


def concerned(plan: Plan, duty: Duty) -> frozenset[str]:
    """The agencies that a duty concerns.

    Those of its heading, and those that its sentence names one by one. A collective name (`ndcpa`) in the sentence
    adds no one to a heading's list; where there is no list, and in the list itself, it stands for its members.

    >>> plan = load("niccp_2021")
    >>> sorted(concerned(plan, duties(plan, text="tunnels")[0]))
    ['border-strategies', 'dhs', 'dod', 'doj', 'hidta']
    """
    members = {each.id: each.members for each in plan.agencies if each.kind == "collective"}
    found = set(duty.agencies or duty.actors) | {actor for actor in duty.actors if actor not in members}
    of_collectives = [members[each] for each in found if each in members]
    return frozenset(each for each in found if each not in members).union(*of_collectives)


def duties_measured_by(plan: Plan, name: str) -> tuple[Duty, ...]:
    """The duties that the measure called `name` speaks to. Raises `UnknownMeasure`."""
    asked = measure(name).id
    return tuple(duty for duty in plan.duties if asked in duty.measures)


def response_due(plan: Plan) -> Due | None:
    """When agencies' responses are due; None where the plan asks for none.

    Only the month of this plan's publication is known, so its sixtieth day has a first and a last date.

    >>> due = response_due(load("niccp_2021"))
    >>> str(due.first), str(due.last)
    ('2021-09-30', '2021-10-30')
    """
    if plan.response is None:
        return None
    year, *rest = map(int, plan.published.split("-"))
    month, last_month = (rest[0], rest[0]) if rest else (1, 12)
    day, last_day = (rest[1], rest[1]) if len(rest) == 2 else (1, calendar.monthrange(year, last_month)[1])
    days = timedelta(days=plan.response.days)
    return Due(first=date(year, month, day) + days, last=date(year, last_month, last_day) + days)


def counts(plan: Plan) -> dict[str, int]:
    """How many clauses of each sort the plan has, by the names of `Plan`'s fields.

    >>> counts(load("niccp_2021"))["lines_of_effort"]
    9
    """
    return {field: len(clauses(plan, field)) for field, _ in TABLES}

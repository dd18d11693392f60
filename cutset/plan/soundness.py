"""Soundness of a plan: that each clause names only what exists, and says what it must."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from cutset.model import codes
from cutset.model.report import Struct
from cutset.plan.catalogue import Catalogue
from cutset.plan.clauses import PLAN_WIDE, TABLES, BadReference, Duty, Plan, clauses, reference

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PUBLISHED = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


class Problem(Struct, frozen=True):
    """A mistake: what is wrong, and in which item of which TOML table ("" for the plan as a whole)."""

    what: str
    table: str = ""
    index: int = 0


class _Known:
    """What the clauses of a plan may name."""

    def __init__(self, plan: Plan, catalogue: Catalogue, objects: Mapping[str, str]) -> None:
        self.agencies = {each.id for each in plan.agencies}
        self.areas = {each.id for each in plan.areas}
        self.focus = {each.id for each in plan.focus_areas}
        self.lines = {each.id for each in plan.lines_of_effort}
        self.sections = {each.id for each in plan.sections}
        self.measures = {each.id for each in catalogue.measures}
        self.objects = set(objects)


def problems(plan: Plan, catalogue: Catalogue, objects: Mapping[str, str]) -> list[Problem]:
    """Every mistake of `plan`, in the order of its tables; an empty list where it is sound."""
    known = _Known(plan, catalogue, objects)
    return [
        *_of_plan(plan, known),
        *_of_ids(plan),
        *_of_references(plan, known),
        *_of_names(plan, known),
        *_of_duties(plan, known),
        *_of_not_duties(plan),
        *_of_parents(plan),
    ]


def _of_plan(plan: Plan, known: _Known) -> Iterator[Problem]:
    if not _ID.fullmatch(plan.id):
        yield Problem(what=f"the plan's id `{plan.id}` is not small letters, digits and hyphens")
    dated = [("published", plan.published)]
    if plan.budget_summary:
        dated.append(("budget_summary.published", plan.budget_summary.published))
    for name, written in dated:
        if not _is_date(written):
            yield Problem(what=f"{name} is `{written}`, not a year, month or day such as 2021-08")
    named: list[tuple[str, tuple[str, ...]]] = [("publisher", (plan.publisher,))]
    if plan.response:
        named += [("response.to", (plan.response.to,)), ("response.by", plan.response.by)]
        if plan.response.days < 1:
            yield Problem(what=f"response.days is {plan.response.days}; it must be 1 or more")
    elif plan.response_items:
        yield Problem(what="there are items of a response, and no [response] that asks for one")
    for name, agencies in named:
        yield from (Problem(what=what) for what in _unknown(name, agencies, known.agencies))


def _is_date(written: str) -> bool:
    found = _PUBLISHED.fullmatch(written)
    try:
        return bool(found and date(int(found[1]), int(found[2] or 1), int(found[3] or 1)))
    except ValueError:
        return False


def _of_ids(plan: Plan) -> Iterator[Problem]:
    for field, table in TABLES:
        found = clauses(plan, field)
        times = Counter(each.id for each in found)
        for index, each in enumerate(found):
            if times[each.id] > 1:
                yield Problem(table=table, index=index, what=f"{times[each.id]} clauses have the id `{each.id}`")
            if table != "not_duty" and not _ID.fullmatch(each.id):
                yield Problem(table=table, index=index, what="the id is not small letters, digits and hyphens")
            for name in ("text", "name", "heading", "reason"):
                if not getattr(each, name, "said").strip():
                    yield Problem(table=table, index=index, what=f"{name} is blank")


def _of_references(plan: Plan, known: _Known) -> Iterator[Problem]:
    single = [("outcome", plan.outcome.at)]
    single += [("response", plan.response.at)] if plan.response else []
    single += [("budget_summary", plan.budget_summary.at)] if plan.budget_summary else []
    for name, at in single:
        yield from (Problem(what=f"{name}: {what}") for what in _bad_references([at] if at else [], known))
    for field, table in TABLES:
        for index, each in enumerate(clauses(plan, field)):
            at = getattr(each, "at", "")
            also = each.also_at if isinstance(each, Duty) else ()
            for what in _bad_references([*([at] if at else []), *also], known):
                yield Problem(table=table, index=index, what=what)


def _bad_references(written: Iterable[str], known: _Known) -> Iterator[str]:
    for at in written:
        try:
            section = reference(at).section
        except BadReference:
            yield f"`{at}` is not section, paragraph, sentence, as in `goals 1.2`"
        else:
            yield from _unknown("at", [section], known.sections)


def _of_names(plan: Plan, known: _Known) -> Iterator[Problem]:
    """What all clauses but duties name."""
    area_codes = {code.code for code in codes.code_list("area").codes}
    named: dict[str, list[tuple[str, str, set[str]]]] = {
        "section": [("area", "area", known.areas), ("focus", "focus", known.focus), ("agencies", "", known.agencies)],
        "area": [("code", "code", area_codes)],
        "line_of_effort": [("focus", "focus", known.focus)],
        "assumption": [("measures", "", known.measures)],
        "agency": [("parent", "parent", known.agencies), ("members", "", known.agencies)],
        "response_item": [("prefill", "", known.measures)],
        "strategy": [("borders", "", known.agencies), ("challenges", "", known.objects)],
        "target": [("measure", "measure", known.measures)],
    }
    for field, table in TABLES:
        for index, each in enumerate(clauses(plan, field)):
            for name, one, among in named.get(table, []):
                value = getattr(each, name)
                names = ([value] if value else []) if one else value
                yield from (Problem(table=table, index=index, what=what) for what in _unknown(name, names, among))


def _of_duties(plan: Plan, known: _Known) -> Iterator[Problem]:
    for index, duty in enumerate(plan.duties):
        for what in _of_duty(duty, known):
            yield Problem(table="duty", index=index, what=what)


def _of_duty(duty: Duty, known: _Known) -> Iterator[str]:
    one = [
        ("area", duty.area, known.areas | {PLAN_WIDE}),
        ("focus", duty.focus, known.focus | {PLAN_WIDE}),
        ("line_of_effort", duty.line_of_effort, known.lines),
    ]
    for name, value, among in one:
        yield from _unknown(name, [value] if value else [], among)
    yield from _unknown("agencies", duty.agencies, known.agencies)
    yield from _unknown("actors", duty.actors, known.agencies)
    yield from _unknown("objects", duty.objects, known.objects)
    yield from _unknown("measures", duty.measures, known.measures)
    if not duty.objects:
        yield "it is about nothing: `objects` is empty"
    if duty.measures and duty.unmeasured:
        yield "it has measures, and `unmeasured` says why it has none"
    if not duty.measures and not duty.unmeasured.strip():
        yield "it has no measure, and `unmeasured` does not say why"


def _of_not_duties(plan: Plan) -> Iterator[Problem]:
    said = {at for duty in plan.duties for at in (duty.at, *duty.also_at)}
    for index, each in enumerate(plan.not_duties):
        if each.at in said:
            yield Problem(table="not_duty", index=index, what="a duty stands at this very sentence")


def _of_parents(plan: Plan) -> Iterator[Problem]:
    parents = {each.id: each.parent for each in plan.agencies}
    for index, each in enumerate(plan.agencies):
        above, steps = each.parent, 0
        while above in parents and above != each.id and steps <= len(parents):
            above, steps = parents[above], steps + 1
        if above == each.id:
            yield Problem(table="agency", index=index, what="it is part of itself, through its parents")


def _unknown(name: str, written: Iterable[str], known: set[str]) -> Iterator[str]:
    seen: set[str] = set()
    for each in written:
        if each not in known:
            yield f"{name} names `{each}`, which is not known"
        elif each in seen:
            yield f"{name} names `{each}` twice"
        seen.add(each)

"""The views that the law of the platform is tried on, and how each is asked for everything that it can show.

A new view adds a function here, under `@tries` with the public functions that it calls. A view that no function here
calls fails `tests/test_non_interference.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from cutset import clock
from cutset.access.rights import Rights
from cutset.errors import CutsetError
from cutset.link.candidates.query import match, matches_of
from cutset.link.contradictions import contradictions
from cutset.link.entities import entities, entity, entity_of
from cutset.link.history import history
from cutset.link.leads import common, lead, leads
from cutset.link.repeats import repeats
from cutset.link.why import why
from cutset.log.store import Log
from cutset.model.mention import Mention, MentionKind
from cutset.plan.assumptions import assumptions_tested
from cutset.plan.catalogue import catalogue
from cutset.plan.dimensions import DIMENSIONS, Basis
from cutset.plan.document import load as load_plan
from cutset.plan.filed import filed
from cutset.plan.gaps import FUNDS_BY, funds, gaps, roll_up
from cutset.plan.measures.compute import measure
from cutset.plan.measures.compute import reading as measures_of
from cutset.plan.prefill import guide
from cutset.plan.publish.annual import agency_response, annual
from cutset.plan.publish.interdictions import published, seizures
from cutset.plan.publish.resources import registers, resources
from cutset.plan.registers import REGISTERS, agreements, grants, table, task_forces, technology, training
from cutset.plan.response import reading
from cutset.plan.scoreboard import scoreboard
from cutset.plan.summary import summary
from cutset.plan.vintages import restatements
from cutset.web.gather import gather
from tests.worlds import PEOPLE, Store


@dataclass(frozen=True)
class Asked:
    """Ids that one with every right would see, and some that never were."""

    reports: list[str]
    leads: list[str]
    groups: list[str]
    entities: list[str]
    contradictions: list[str]
    mentions: list[str]
    dataset: list[str] = field(default_factory=lambda: ["one", "two", "never"])


PLAN = load_plan("niccp_2021")
AGENCIES = ("ash", "birch", "cedar")
AT = clock.fixed(datetime(2025, 1, 1, tzinfo=UTC))

Trial = Callable[[Store, Rights, Asked], Any]
TRIALS: dict[str, Trial] = {}
TRIED: set[Any] = set()


def tries(*views: Any) -> Callable[[Trial], Trial]:
    """Registers a trial and the public functions that it tries."""

    def register(trial: Trial) -> Trial:
        TRIALS[trial.__name__] = trial
        TRIED.update(views)
        return trial

    return register


def attempt(view: Callable[[], Any]) -> Any:
    """What the view gives, or the error that the viewer would read."""
    try:
        return view()
    except CutsetError as error:
        return type(error), str(error)


@tries(Log.fetch)
def reports(store: Store, rights: Rights, asked: Asked) -> Any:
    entries = store.log.fetch(asked.reports, rights)
    # Sequence numbers order the log, and are shown to nobody.
    return {id: (entry.submitted_at, entry.by, entry.report) for id, entry in entries.items()}


@tries(leads, lead)
def of_leads(store: Store, rights: Rights, asked: Asked) -> Any:
    link = store.link
    return {
        "all": leads(link, rights),
        "first": leads(link, rights, limit=2),
        "of case": {report: leads(link, rights, case=report) for report in asked.reports},
        "of event": {report: leads(link, rights, event=report) for report in asked.reports},
        "after": {each: attempt(lambda each=each: leads(link, rights, after=each)) for each in asked.leads},
        "one": {each: attempt(lambda each=each: lead(link, rights, each)) for each in asked.leads},
    }


@tries(common)
def of_common_values(store: Store, rights: Rights, asked: Asked) -> Any:
    return common(store.link, rights)


@tries(why)
def of_why(store: Store, rights: Rights, asked: Asked) -> Any:
    def told(lead_id: str) -> Any:
        found = why(store.link, store.log, rights, lead_id)
        ends = [(entry.id, entry.submitted_at, entry.by, entry.report) for entry in (found.event, found.other)]
        return found.lead, ends, found.rule, found.grounds, found.reading

    return {each: attempt(lambda each=each: told(each)) for each in asked.leads}


@tries(repeats)
def of_repeats(store: Store, rights: Rights, asked: Asked) -> Any:
    after = {each: attempt(lambda each=each: repeats(store.link, rights, after=each)) for each in asked.groups}
    return repeats(store.link, rights), repeats(store.link, rights, limit=1), after


@tries(entities, entity, entity_of)
def of_entities(store: Store, rights: Rights, asked: Asked) -> Any:
    link = store.link
    return {
        "all": entities(link, rights),
        "first": entities(link, rights, limit=1),
        "after": {each: attempt(lambda each=each: entities(link, rights, after=each)) for each in asked.entities},
        "one": {each: attempt(lambda each=each: entity(link, rights, each)) for each in asked.entities},
        "of": {each: attempt(lambda each=each: entity_of(link, rights, each)) for each in asked.mentions},
    }


@tries(contradictions)
def of_contradictions(store: Store, rights: Rights, asked: Asked) -> Any:
    link = store.link
    after = {each: attempt(lambda each=each: contradictions(link, rights, after=each)) for each in asked.contradictions}
    return contradictions(link, rights), contradictions(link, rights, limit=1), after


@tries(history)
def of_history(store: Store, rights: Rights, asked: Asked) -> Any:
    of_pairs = {pair: history(store.link, rights, *pair) for pair in combinations(asked.mentions[:4], 2)}
    return {each: history(store.link, rights, each) for each in asked.mentions}, of_pairs


def _by_fives(basis: Basis) -> list[tuple[str, ...]]:
    """All dimensions, five at a time: a summary by one could hide what a summary by five shows, never the reverse."""
    names = list(DIMENSIONS[basis])
    return [tuple(names[start : start + 5]) for start in range(0, len(names), 5)]


@tries(match, matches_of)
def of_candidates(store: Store, rights: Rights, asked: Asked) -> Any:
    index = store.candidates
    index.catch_up(store.log)
    people = [
        Mention(kind=MentionKind.PERSON, name=name, born=born) for name in PEOPLE for born in ((), ("1979-09-21",))
    ]
    return {
        "of mentions": [match(index, rights, each, threshold=0, limit=3) for each in people],
        "of reports": {
            report: attempt(lambda report=report: matches_of(index, rights, report, threshold=0))
            for report in asked.reports
        },
    }


@tries(summary)
def of_summaries(store: Store, rights: Rights, asked: Asked) -> Any:
    plan = store.plan
    return {
        "by default": summary(plan, rights),
        "by all": [summary(plan, rights, by=some, basis=basis) for basis in Basis for some in _by_fives(basis)],
        "whole": summary(plan, rights, by=()),
        "where": summary(plan, rights, by=("drug", "unit"), where={"drug": ["cocaine", ""], "made": False}),
        "totals": summary(
            plan, rights, by=("breakdown.region", "drug_class"), basis="totals", order="mass_kg", limit=2
        ),
    }


@tries(restatements)
def of_restatements(store: Store, rights: Rights, asked: Asked) -> Any:
    return [restatements(store.plan, rights, dataset) for dataset in asked.dataset]


@tries(gather)
def of_overview(store: Store, rights: Rights, asked: Asked) -> Any:
    return gather(store.log, store.link, store.plan, rights, AT)


@tries(filed, reading, guide, gaps, roll_up, funds, table, task_forces, agreements, technology, training, grants)
def of_what_is_filed(store: Store, rights: Rights, asked: Asked) -> Any:
    log = store.log
    return {
        "filed": filed(log, rights),
        "reading": reading(log, rights, PLAN, 2024, AT),
        "guide": [guide(log, rights, PLAN, agency, 2024) for agency in AGENCIES],
        "gaps": gaps(log, rights, PLAN),
        "roll-ups": [roll_up(log, rights, PLAN, by=by) for by in ("agency", "area", "function", "status")],
        "funds": [funds(log, rights, PLAN, by=(by,)) for by in FUNDS_BY],
        "lists": [each(log, rights, PLAN) for each in (task_forces, agreements, technology, training, grants)],
        "tables": [table(log, rights, PLAN, name, fiscal_year=2024) for name in REGISTERS],
    }


@tries(annual, agency_response, seizures, published, resources, registers)
def of_publications(store: Store, rights: Rights, asked: Asked) -> Any:
    # `annual` shows every section; `agency_response` is refused for one that nobody asked and that has filed nothing.
    def told(agency: str) -> Any:
        return attempt(lambda: agency_response(store.log, rights, PLAN, agency, 2024, AT))

    whole = [annual(store.log, store.plan, rights, PLAN, 2024, AT, unclassified=narrow) for narrow in (False, True)]
    return whole, [told(agency) for agency in AGENCIES]


@tries(measure, measures_of)
def of_measures(store: Store, rights: Rights, asked: Asked) -> Any:
    # A sixth of them for each world: `tests/plan/test_measures_of_the_visible.py` tries all on worlds of its own.
    names = [each.id for each in catalogue().measures[len(asked.reports) % 6 :: 6]]
    with measures_of(store.sources(), rights, plan=PLAN, clock=AT) as found:
        return [found.measure(name) for name in names]


@tries(scoreboard, assumptions_tested)
def of_the_scoreboard(store: Store, rights: Rights, asked: Asked) -> Any:
    # Both show measures and little else; they take them all, and so are tried on some worlds only.
    if len(asked.reports) % 4:
        return None
    sources = store.sources()
    cells = scoreboard(sources, rights, "FY 2024", plan=PLAN, areas=["inside-the-borders"], agencies=["dhs"], clock=AT)
    return cells, assumptions_tested(sources, rights, plan=PLAN, clock=AT)

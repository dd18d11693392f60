"""Trials of the views of the Plan."""

from __future__ import annotations

from typing import Any

from cutset.access.rights import Rights
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
from cutset.plan.summary import summaries, summary
from cutset.plan.vintages import compared, restatements
from tests.non_interference.trials import AT, PARTS, Asked, attempt, tries
from tests.worlds import Store

PARTS.update(
    {
        "cutset.plan.measures.running.Running.groups": "the counts that measures are made of",
        "cutset.plan.measures.running.Running.known": "what measures keep up",
        "cutset.plan.measures.acts.acts": "the acts that measures count",
        "cutset.plan.measures.acts.said": "what acts say, which measures count",
        "cutset.plan.measures.linked.linked": "the links that measures are made of",
        "cutset.plan.measures.linked.markings": "the markings of the links that measures are made of",
        "cutset.plan.vintages.outdated": "part of summary",
        "cutset.plan.publish.edition.name": "the reader's own agency and purpose",
        "cutset.node.planning.Planning.taker": "takes measures for guide",
    }
)

PLAN = load_plan("niccp_2021")
AGENCIES = ("ash", "birch", "cedar")


def _by_fives(basis: Basis) -> list[tuple[str, ...]]:
    """All dimensions, five at a time: a summary by one could hide what a summary by five shows, never the reverse."""
    names = list(DIMENSIONS[basis])
    return [tuple(names[start : start + 5]) for start in range(0, len(names), 5)]


@tries(summary, summaries)
def of_summaries(store: Store, rights: Rights, asked: Asked) -> Any:
    plan = store.plan
    return {
        "by default": summary(plan, rights),
        "by all": [summary(plan, rights, by=some, basis=basis) for basis in Basis for some in _by_fives(basis)],
        "whole": summary(plan, rights, by=()),
        "several": summaries(plan, rights, [("drug",), ("agency", "drug_class"), ()]),
        "where": summary(plan, rights, by=("drug", "unit"), where={"drug": ["cocaine", ""], "made": False}),
        "totals": summary(
            plan, rights, by=("breakdown.region", "drug_class"), basis="totals", order="mass_kg", limit=2
        ),
    }


@tries(restatements, compared)
def of_restatements(store: Store, rights: Rights, asked: Asked) -> Any:
    steps = [each for dataset in asked.dataset for each in compared(store.plan, rights, dataset)]
    return (
        [restatements(store.plan, rights, dataset) for dataset in asked.dataset],
        sorted((each.older.id, each.newer.id, each.said) for each in steps),
    )


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

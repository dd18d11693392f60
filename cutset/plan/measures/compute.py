"""Asking for measures: one by its name, or all of the catalogue in one reading.

>>> len(COMPUTED)
45
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from cutset import clock as clocks
from cutset.access.rights import Rights
from cutset.clock import Clock, microseconds
from cutset.errors import CutsetError
from cutset.model.marking import join
from cutset.plan import catalogue, document
from cutset.plan.agencies import Agencies
from cutset.plan.catalogue import Measure
from cutset.plan.clauses import Plan
from cutset.plan.measure import Measured
from cutset.plan.measures import (
    assets,
    commodities,
    containers,
    course,
    displacement,
    evidence,
    funnel,
    grants,
    linkage,
    parcels,
    partners,
    seizures,
    sharing,
    technology,
    timeliness,
)
from cutset.plan.measures.asking import Ask
from cutset.plan.measures.reading import Reading, Sources
from cutset.plan.periods import Period
from cutset.plan.periods import read as read_period
from cutset.plan.vintages import Restatement

COMPUTED: dict[str, Callable[[Ask], Measured] | Callable[[Ask, Plan], Measured]] = {
    "lead-time": timeliness.lead_time,
    "accepted-lead-time": timeliness.accepted_lead_time,
    "linked-to-case": linkage.linked_to_case,
    "linked-to-priority-target": linkage.linked_to_priority_target,
    "cases-after-link": linkage.cases_after_link,
    "interdictions-from-leads": linkage.interdictions_from_leads,
    "case-outcomes": linkage.case_outcomes,
    "reports-shared": sharing.reports_shared,
    "sharing-balance": sharing.sharing_balance,
    "pointers-answered": sharing.pointers_answered,
    "requests-answered-in-time": sharing.requests_answered_in_time,
    "task-force-participation": partners.task_force_participation,
    "agreements-in-force": partners.agreements_in_force,
    "grants-with-sharing": grants.with_sharing,
    "evidence-integrated-in-time": evidence.integrated_in_time,
    "custody-complete": evidence.custody_complete,
    "seizures": seizures.seizures,
    "seized-mass": seizures.seized_mass,
    "restatements": seizures.restated,
    "precursor-seized": commodities.precursor_seized,
    "currency-seized": commodities.currency_seized,
    "crypto-seized": commodities.crypto_seized,
    "weapons-seized": commodities.weapons_seized,
    "pill-presses-seized": commodities.pill_presses_seized,
    "tbml-instruments-seized": commodities.tbml_instruments_seized,
    "events-detected": funnel.detected,
    "events-monitored": funnel.monitored,
    "events-targeted": funnel.targeted,
    "events-disrupted": funnel.disrupted,
    "event-drop-off": funnel.drop_off,
    "parcels-with-advance-data": parcels.with_advance_data,
    "containers-examined": containers.examined,
    "examination-hit-rate": containers.hit_rate,
    "asset-days-needed": assets.days_needed,
    "asset-days-had": assets.days_had,
    "displacement": displacement.displacement,
    "detectors-fielded": technology.fielded,
    "detector-yield": technology.detector_yield,
    "technology-shared": technology.shared_technology,
    "training-delivered": partners.training_delivered,
    "responses-in-time": course.responses_in_time,
    "response-items-complete": course.response_items_complete,
    "gaps-costed": course.gaps_costed,
    "gaps-in-budget": course.gaps_in_budget,
    "funds-traced-to-duties": course.funds_traced_to_duties,
}
"""How each measure of the catalogue is computed. Those of the plan's own course need the plan as well."""

_OF_PLAN = frozenset(
    {
        "responses-in-time",
        "response-items-complete",
        "gaps-costed",
        "gaps-in-budget",
        "funds-traced-to-duties",
    }
)


class UnknownBreakdown(CutsetError):
    """A measure was asked to be split by what it cannot be split by."""


class Measures:
    """One viewer's measures in one reading: what several of them need is read once."""

    def __init__(self, reading: Reading, plan: Plan) -> None:
        self.reading = reading
        self.plan = plan
        self.agencies = Agencies(plan, reading.registry)

    def measure(
        self, name: str, period: Period | None = None, by: Sequence[str] = (), *, roll_up: bool = False
    ) -> Measured:
        """The measure called `name`. Raises `UnknownMeasure`, `UnknownBreakdown`.

        With `roll_up` a figure of an agency holds those of its components too, as the plan says who is part of whom.
        """
        asked = catalogue.measure(name)
        ask = Ask(self.reading, asked, period, _breakdowns(asked, by), self.agencies.above if roll_up else None)
        compute = COMPUTED[asked.id]
        found: Measured = compute(ask, self.plan) if asked.id in _OF_PLAN else compute(ask)  # type: ignore[call-arg]
        return found

    def banner(self, found: Iterable[Measured]) -> str:
        """The join of the markings of several measures, as people read it; "" for none."""
        markings = {each.marking for each in found if each.marking is not None}
        return join(*markings).banner if markings else ""

    def restatements(self, period: Period | None = None) -> list[Restatement]:
        """Every change that a later edition of published totals made in the period, with both values."""
        return seizures.listed(Ask(self.reading, catalogue.measure("restatements"), period, ()))


@contextmanager
def reading(
    sources: Sources, rights: Rights, *, plan: Plan | None = None, clock: Clock = clocks.now
) -> Iterator[Measures]:
    """A reading for one viewer; the indexes of `sources` must have caught up. `plan` is the shipped one by default."""
    with sources.measures.engine.connect() as connection:
        yield Measures(Reading(sources, rights, connection, microseconds(clock())), plan or document.load("niccp_2021"))


def measure(
    sources: Sources,
    rights: Rights,
    name: str,
    *,
    period: str | Period | None = None,
    by: Sequence[str] = (),
    plan: Plan | None = None,
    clock: Clock = clocks.now,
) -> Measured:
    """The measure called `name`, of what the viewer may see, over `period` (all time if None), split by `by`.

    Raises `UnknownMeasure`, `UnknownBreakdown`, `BadPeriod`, `BadFiscalYear`.
    """
    with reading(sources, rights, plan=plan, clock=clock) as measures:
        return measures.measure(name, read_period(period) if isinstance(period, str) else period, by)


def _breakdowns(asked: Measure, by: Sequence[str]) -> tuple[str, ...]:
    unknown = [name for name in by if name not in asked.by]
    if unknown:
        raise UnknownBreakdown(
            f"the measure {asked.id} cannot be split by this",
            where=", ".join(unknown),
            remedy=f"use {', '.join(asked.by)}",
        )
    return tuple(dict.fromkeys(by))

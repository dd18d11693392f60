"""What a node shows of networks and proposals; what people keep of them and order goes in at the top."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from msgspec.structs import replace

from cutset.access.decide import all_may_see
from cutset.access.registry import Viewer
from cutset.allocate import orders as of_orders
from cutset.allocate.changes import Changes, Difference, changed
from cutset.allocate.cut import Cut, Vital
from cutset.allocate.evidence import Revise
from cutset.allocate.index import AllocateIndex
from cutset.allocate.network import Network
from cutset.allocate.outcome import Outcome, outcome, outcome_now
from cutset.allocate.patrol import Day, Patrol
from cutset.allocate.proposal import Method, Proposal
from cutset.allocate.response import Objective
from cutset.allocate.simulation import Simulation
from cutset.allocate.solver import MissingExtra
from cutset.link.desk.writing import joint
from cutset.model.marking import Marking
from cutset.model.network import Allocation, Plain, Posting
from cutset.model.report import Receipt, Report, Source
from cutset.node import reckoned
from cutset.node.core import Core, Refused, viewer_id
from cutset.node.looks import looked, tried
from cutset.node.networks import Rests, Seen, seen, standing
from cutset.plan import document, fiscal_years
from cutset.plan.filed import Entered, entries, filed
from cutset.plan.registers import enter

PLAN = "niccp_2021"
LIMIT_S = 10.0
"""The longest that a proposal is looked for."""
MONTHS, DRAWS = 24, 100
"""How long, and how often, a kept allocation is simulated."""
DATASET = "allocation-orders"


class Proposed(Plain, frozen=True):
    """A proposal, and what it rests on."""

    proposal: Proposal
    rests: Rests


class Compared(Plain, frozen=True):
    """What changes would make of a network, and what that rests on."""

    difference: Difference
    rests: Rests


class Played(Plain, frozen=True):
    """What adaptive traffickers would make of postings, and what that rests on."""

    simulation: Simulation
    rests: Rests


class Cutting(Plain, frozen=True):
    """The cheapest cut of a traffic and its vital ways, and what they rest on."""

    cut: Cut
    vital: Vital
    rests: Rests


class Scheduled(Plain, frozen=True):
    """A patrol strategy, days drawn by it, and what it rests on."""

    patrol: Patrol
    days: tuple[Day, ...]
    rests: Rests


class Kept(Plain, frozen=True):
    """An allocation that a person kept. `changed` names what it rests on that is not in force any more, or not seen."""

    name: str
    agency: str
    allocation: Allocation
    report: str
    by: str
    at: datetime
    reason: str
    marking: Marking
    made: bool
    changed: tuple[str, ...]


class Ordered(Plain, frozen=True):
    """Orders that were given; `left_out` are postings of another agency's means, or on a way that is not seen."""

    receipts: tuple[Receipt, ...]
    left_out: tuple[Posting, ...]


class Allocating(Core):
    """Where scarce means would matter most, on the network of the entries that the viewer may see.

    `revise` says which of the stated estimates the viewer's reports revise (`cutset.allocate.evidence`). A program
    proposes; a person keeps an allocation, and a person orders it.
    """

    @looked(words=("revise",))
    def allocation_network(self, *, viewer: Viewer | str, revise: Revise | str = Revise.SWEEP) -> Seen:
        """The network as this viewer has it, with what their reports say of each estimate."""
        return self._seen(viewer, revise)

    @looked(words=("revise",))
    def allocation_cut(
        self,
        traffic: str,
        *,
        viewer: Viewer | str,
        chance: float | None = None,
        vital: int = 1,
        revise: Revise | str = Revise.SWEEP,
    ) -> Cutting:
        """The ways whose removal cuts a traffic off at least cost, and those that matter most. Raises `BadNetwork`."""
        shown = self._seen(viewer, revise)
        rights = self.rights(viewer)
        cut, found = reckoned.cut(rights.visible, shown.network, traffic, chance, vital)
        return Cutting(cut=cut, vital=found, rests=shown.rests)

    @looked(words=("revise", "objective", "method"))
    def propose_allocation(
        self,
        *,
        viewer: Viewer | str,
        objective: Objective | str = Objective.ARRIVED,
        method: Method | str = Method.DECOMPOSITION,
        revise: Revise | str = Revise.SWEEP,
        changes: Changes | None = None,
        months: int = 24,
        draws: int = 200,
        seed: int = 0,
        time_limit_s: float = LIMIT_S,
    ) -> Proposed:
        """Where to send the means, with a bound, baselines, reasons, and how sure it is. Raises `BadNetwork`.

        `changes` are made to the network first. `months` of 0 simulates nothing.
        """
        shown, limit = self._seen(viewer, revise), min(time_limit_s, LIMIT_S)
        network, visible = changed(shown.network, changes or Changes()), self.rights(viewer).visible
        asked = (Objective(objective), Method(method), months, draws, seed, limit)
        return Proposed(proposal=reckoned.proposal(visible, network, *asked), rests=shown.rests)

    @looked(words=("revise", "objective"))
    def allocation_what_if(
        self,
        changes: Changes,
        *,
        viewer: Viewer | str,
        postings: Sequence[Posting] | None = None,
        objective: Objective | str = Objective.ARRIVED,
        again: bool = False,
        revise: Revise | str = Revise.SWEEP,
    ) -> Compared:
        """What changes would make of the postings, or of a proposal made `again`. Raises `BadNetwork`."""
        shown, visible = self._seen(viewer, revise), self.rights(viewer).visible
        given = None if postings is None else tuple(postings)
        found = reckoned.difference(visible, shown.network, changes, given, Objective(objective), again, LIMIT_S)
        return Compared(difference=found, rests=shown.rests)

    @looked(words=("revise",))
    def simulate_allocation(
        self,
        postings: Sequence[Posting] | None = None,
        *,
        viewer: Viewer | str,
        months: int = 24,
        draws: int = 200,
        seed: int = 0,
        revise: Revise | str = Revise.SWEEP,
    ) -> Played:
        """What traffickers who learn would make of the postings; without them, of the days as now."""
        shown, visible = self._seen(viewer, revise), self.rights(viewer).visible
        given = None if postings is None else tuple(postings)
        return Played(
            simulation=reckoned.simulation(visible, shown.network, given, months, draws, seed), rests=shown.rests
        )

    @looked(words=("revise", "objective"))
    def patrol_schedule(
        self,
        *,
        viewer: Viewer | str,
        days: int = 30,
        objective: Objective | str = Objective.ARRIVED,
        seed: int = 0,
        revise: Revise | str = Revise.SWEEP,
    ) -> Scheduled:
        """Days of patrol drawn so that nobody who watches can tell where the next is. Raises `BadNetwork`."""
        shown, visible = self._seen(viewer, revise), self.rights(viewer).visible
        patrol, drawn = reckoned.schedule(visible, shown.network, Objective(objective), days, seed)
        return Scheduled(patrol=patrol, days=drawn, rests=shown.rests)

    @looked()
    def kept_allocations(self, *, viewer: Viewer | str) -> list[Kept]:
        """The allocations in force that people kept, by name."""
        rights = self.rights(viewer)
        found = entries(filed(self.log, rights, plan=_plan_id()), Allocation)
        named = {id for each in found for id in each.entry.rests_on}
        stand = standing(self.log, rights, named)
        texts = self.log.fetch([each.filed.id for each in found], rights)
        return [_kept(each, texts[each.filed.id].report.text, stand) for each in found]

    # ---- in at the top --------------------------------------------------------------------------------------------

    @tried
    def keep_allocation(
        self,
        id: str,
        title: str,
        postings: Sequence[Posting],
        *,
        by: Viewer | str,
        reason: str,
        objective: Objective | str = Objective.ARRIVED,
        revise: Revise | str = Revise.SWEEP,
        changes: Changes | None = None,
        seed: int = 0,
    ) -> Receipt:
        """Keep an allocation in the register, under `agency/id`, with what it is expected to bring.

        What is expected is reckoned here of what the viewer sees, after the `changes`, beside the days as now. It is
        marked at least as strictly as all that it rests on, and takes the place of an earlier one of that id. Raises
        `BadNetwork` for postings that cannot be, and `Refused` without a reason, or where not all of the agency may
        see what it rests on.
        """
        viewer, why = self.viewer(viewer_id(by)), reason.strip()
        if not why:
            raise Refused("to keep an allocation needs a reason", remedy="say why this one")
        shown, chosen, given = self._seen(viewer, revise), Objective(objective), tuple(postings)
        network = changed(shown.network, changes or Changes())
        now, then = outcome_now(shown.network, chosen), outcome(network, given, chosen)
        learned = self._learned(viewer, network, given, seed)
        allocation = Allocation(
            id=id,
            title=title.strip() or id,
            postings=given,
            objective=chosen.value,
            expected=_expected(now, then) | learned,
            rests_on=shown.rests.rests_on,
            seed=seed,
            version=version("cutset"),
        )
        plan, everything = document.load(PLAN), filed(self.log, self.rights(viewer), plan=_plan_id())
        older = [
            each.filed
            for each in entries(everything, Allocation)
            if (each.agency, each.entry.id) == (viewer.agency, id)
        ]
        report = enter(plan, allocation, fiscal_years.of(self.clock().astimezone(UTC).date()), older=older,
                       marking=self._at_least(viewer, shown.rests.markings), made=shown.rests.made)  # fmt: skip
        return self.submit(replace(report, text=_in_words(why, changes)), by=viewer)

    @tried
    def order_allocation(
        self, name: str, *, by: Viewer | str, since: datetime | None = None, reason: str = ""
    ) -> Ordered:
        """Order what a kept allocation has of the viewer's agency's own means: a tasking for each asset and day.

        `since` is the first day, without it today's. The same orders given again are held already. Raises `Refused`
        where there is no such allocation, or it places nothing of the agency's.
        """
        viewer = self.viewer(viewer_id(by))
        found = next((each for each in self.kept_allocations(viewer=viewer) if each.name == name), None)
        if found is None:
            raise Refused("no allocation of this name was kept", where=name, remedy="see `cutset allocate kept`")
        stated = self._seen(viewer, Revise.NOTHING).stated
        own = {key: means for key, means in stated.means.items() if key.partition("/")[0] == viewer.agency}
        day = (since or self.clock()).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        why = reason.strip() or found.allocation.title
        given = list(of_orders.taskings(found.allocation, own, stated.ways, since=day, about=found.report, reason=why))
        if not given:
            raise Refused(
                "it places none of your agency's means on a way that you see",
                where=name,
                remedy="an agency orders its own means alone: hand the allocation to the one whose they are",
            )
        marking, source = self._at_least(viewer, [found.marking]), Source(dataset=DATASET, made=found.made)
        reports = [Report(marking=marking, source=source, content=tasking) for tasking in given]
        receipts = tuple(self.submit(report, by=viewer) for report in reports)
        left_out = (each for each in found.allocation.postings if each.means not in own or each.way not in stated.ways)
        return Ordered(receipts=receipts, left_out=tuple(left_out))

    # ---- parts ----------------------------------------------------------------------------------------------------

    def _seen(self, viewer: Viewer | str, revise: Revise | str) -> Seen:
        index, rights = self.index(AllocateIndex), self.rights(viewer)
        reckoned.forget_purged(self.url, index.cursor().forget_n)
        return seen(self.log, index, rights, plan=_plan_id(), revise=Revise(revise))

    def forget(self) -> None:
        """As every view; and what was reckoned of networks that are purged is not kept."""
        super().forget()
        if AllocateIndex.NAME in self.log.views():
            reckoned.forget_purged(self.url, self.index(AllocateIndex).cursor().forget_n)

    def _learned(self, viewer: Viewer, network: Network, given: tuple[Posting, ...], seed: int) -> dict[str, float]:
        """What is expected if traffickers learn; nothing where what a simulation needs is not installed."""
        try:
            visible = self.rights(viewer).visible
            found = reckoned.simulation(visible, network, given, MONTHS, DRAWS, seed).chance.arrived_kg
        except MissingExtra:
            return {}
        figures = {"": found.mean, ", low": found.low, ", high": found.high}
        return {f"kg arriving a month if they learn{name}": _rounded(value) for name, value in figures.items()}

    def _at_least(self, viewer: Viewer, markings: Sequence[Marking]) -> Marking:
        """The marking of what the viewer's agency says of what these mark. Raises `Refused`."""
        registry, own = self.log.registry(), Marking(originator=viewer.agency)
        if not all_may_see(viewer.agency, markings, registry):
            raise Refused(
                "not all of your agency may see what this rests on, and a report of it would tell them",
                remedy="ask the originators to release it to your agency",
            )
        return joint([*markings, own], viewer.agency, registry)


def _plan_id() -> str:
    return document.load(PLAN).id


def _expected(now: Outcome, then: Outcome) -> dict[str, float]:
    """What is expected of an allocation a month, beside the days as now."""
    found = {
        "kg arriving a month": then.arrived_kg,
        "kg arriving a month as now": now.arrived_kg,
        "kg met a month": then.met_kg,
        "kg met a month as now": now.met_kg,
        "asset-days a month": then.days,
    }
    return {name: _rounded(value) for name, value in found.items()}


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def _in_words(reason: str, changes: Changes | None) -> str:
    """The reason, and the changes under which the figures hold."""
    if changes is None:
        return reason
    said = [f"{name} had {days:g} days a month" for name, days in sorted(changes.days.items())]
    said += [f"{name} was shut" for name in changes.closed] + [f"{name} was open" for name in changes.opened]
    return f"{reason}\n\nReckoned as if {', and '.join(said)}." if said else reason


def _kept(each: Entered[Allocation], text: str, standing: set[str]) -> Kept:
    return Kept(
        name=each.key,
        agency=each.agency,
        allocation=each.entry,
        report=each.filed.id,
        by=each.filed.by,
        at=each.filed.submitted_at,
        reason=text,
        marking=each.filed.marking,
        made=each.filed.made,
        changed=tuple(name for name in each.entry.rests_on if name not in standing),
    )

"""What a node shows of the Plan: summaries, restatements, measures, the scoreboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cutset.access.registry import Viewer
from cutset.access.rights import Rights
from cutset.evidence.index import EvidenceIndex
from cutset.node.core import Core
from cutset.node.looks import looked
from cutset.plan import catalogue, document
from cutset.plan import scoreboard as of_scoreboard
from cutset.plan import summary as of_summary
from cutset.plan import vintages as of_vintages
from cutset.plan.clauses import Plan
from cutset.plan.dimensions import Value
from cutset.plan.measure import Measured
from cutset.plan.measures import compute
from cutset.plan.measures.index import MeasureIndex
from cutset.plan.measures.reading import Sources
from cutset.plan.periods import Period
from cutset.plan.periods import read as read_period
from cutset.plan.prefill import Take
from cutset.plan.publish import edition
from cutset.plan.publish.annual import agency_response, annual
from cutset.plan.publish.publication import Publication
from cutset.plan.scoreboard import Scoreboard
from cutset.plan.summary import Summary
from cutset.plan.vintages import Restatement


class Planning(Core):
    """The Plan's numbers."""

    @looked(words=("by", "basis", "order"))
    def summary(
        self,
        *,
        viewer: Viewer | str,
        by: Sequence[str] = ("departure", "destination", "drug", "year"),
        where: Mapping[str, Value | Sequence[Value]] | None = None,
        basis: str = "events",
        limit: int | None = None,
        order: str = "events",
    ) -> Summary:
        """Events, mass, counts and money, split by dimensions (`cutset.plan.summary`)."""
        self.catch_up()
        rights = self.rights(viewer)
        return of_summary.summary(self.plan, rights, by=by, where=where, basis=basis, limit=limit, order=order)

    @looked()
    def restatements(self, dataset: str, *, viewer: Viewer | str) -> list[Restatement]:
        """What later editions of a dataset of published totals say otherwise than earlier ones."""
        self.catch_up()
        return of_vintages.restatements(self.plan, self.rights(viewer), dataset)

    def sources(self) -> Sources:
        """What measures are taken from, up to date."""
        sources = Sources(self.log, self.link, self.plan, self._made(MeasureIndex), self._made(EvidenceIndex))
        sources.catch_up()
        return sources

    @looked(words=("name", "period", "by", "plan"))
    def measure(
        self,
        name: str,
        *,
        viewer: Viewer | str,
        period: str | None = None,
        by: Sequence[str] = (),
        plan: str = "niccp_2021",
    ) -> Measured:
        """A measure of the catalogue, taken from what the viewer may see. Raises `UnknownMeasure`, `BadPeriod`."""
        rights = self.rights(viewer)
        of = document.load(plan)
        return compute.measure(self.sources(), rights, name, period=period, by=by, plan=of, clock=self.clock)

    @looked(words=("period", "plan", "areas", "agencies"))
    def scoreboard(
        self,
        period: str,
        *,
        viewer: Viewer | str,
        plan: str = "niccp_2021",
        areas: Sequence[str] | None = None,
        agencies: Sequence[str] | None = None,
    ) -> Scoreboard:
        """Area by focus by agency: the duties, their measures, trends, and what has no data.

        `areas` and `agencies` narrow it to theirs.
        """
        rights, of = self.rights(viewer), document.load(plan)
        return of_scoreboard.scoreboard(
            self.sources(), rights, period, plan=of, areas=areas, agencies=agencies, clock=self.clock
        )

    @looked(words=("agency", "plan"))
    def publication(
        self,
        fy: int,
        *,
        viewer: Viewer | str,
        agency: str = "",
        unclassified: bool = False,
        plan: str = "niccp_2021",
    ) -> Publication:
        """The annual performance report of a fiscal year, or an agency's response, in the edition that is asked for.

        Raises `BadResponse` for an agency that the Plan does not ask.
        """
        self.catch_up()
        of, rights = document.load(plan), self.rights(viewer)
        seen = edition.of(self.log, rights, unclassified=unclassified)
        if agency:
            take = self.taker(seen, of, fy)
            return agency_response(self.log, rights, of, agency, fy, self.clock, unclassified=unclassified, take=take)
        with compute.reading(self.sources(), seen, plan=of, clock=self.clock) as measures:
            taken = [measures.measure(each.id, _year(fy)) for each in catalogue.catalogue().measures]
        return annual(self.log, self.plan, rights, of, fy, self.clock, unclassified=unclassified, taken=taken)

    def taker(self, rights: Rights, plan: Plan, fy: int) -> Take:
        """Takes a measure for the fiscal year, split by agency with its components: for `prefill.guide`."""
        sources = self.sources()

        def take(name: str) -> Measured:
            by = ("agency",) if "agency" in catalogue.measure(name).by else ()
            with compute.reading(sources, rights, plan=plan, clock=self.clock) as measures:
                return measures.measure(name, _year(fy), by, roll_up=True)

        return take


def _year(fy: int) -> Period:
    return read_period(f"FY {fy}")

"""A node: one store with its views, as programs, notebooks and the command line use it.

import cutset
node = cutset.open("exercise.cutset")
deputy = node.viewer("deputy@county")
receipt = node.submit(seizure, by=deputy)       # durable when it returns
for lead in node.leads(receipt, viewer=deputy):
print(lead.score, lead.case, lead.reasons)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from cutset import clock as clocks
from cutset.access.decide import decide
from cutset.access.registry import Agency, Group, Viewer
from cutset.access.rights import Rights
from cutset.clock import Clock
from cutset.errors import CutsetError
from cutset.ingest.load import Loaded, Progress, load
from cutset.ingest.reader import Context, Reader
from cutset.link import contradictions as of_contradictions
from cutset.link import entities as of_entities
from cutset.link import history as of_history
from cutset.link import judging
from cutset.link import leads as of_leads
from cutset.link import repeats as of_repeats
from cutset.link import why as of_why
from cutset.link.candidates import query
from cutset.link.candidates.index import CandidateIndex
from cutset.link.candidates.query import Answer, Matched
from cutset.link.contradictions import Contradiction
from cutset.link.entities import Entity
from cutset.link.history import Judged
from cutset.link.index import LinkIndex
from cutset.link.leads import CommonValue, Lead
from cutset.link.repeats import RepeatGroup
from cutset.link.why import Explanation
from cutset.log.follower import follow
from cutset.log.store import Held, Log, Refusal, Submission
from cutset.model.marking import Marking
from cutset.model.mention import Mention
from cutset.model.report import Entry, Judgement, Receipt, Report
from cutset.plan import document
from cutset.plan import scoreboard as of_scoreboard
from cutset.plan import summary as of_summary
from cutset.plan import vintages as of_vintages
from cutset.plan.dimensions import Value
from cutset.plan.index import PlanIndex
from cutset.plan.measure import Measured
from cutset.plan.measures import compute
from cutset.plan.measures.index import MeasureIndex
from cutset.plan.measures.reading import Sources
from cutset.plan.scoreboard import Scoreboard
from cutset.plan.summary import Summary
from cutset.plan.vintages import Restatement

INVESTIGATION = "investigation"
"""The purpose for which a viewer asks where they name no other."""


class Refused(CutsetError):
    """The log did not take a report; `what` says why, `remedy` what to do."""


class Node:
    """A store with its views. Every view is asked for by a viewer, and is computed from what that viewer may see.

    `open` and `create` make one; a node may be used by several threads. Views are brought up to date with the log
    before they answer.
    """

    def __init__(self, url: str, log: Log, clock: Clock) -> None:
        self.url = url
        self.log = log
        self.clock = clock
        self.link = LinkIndex(url, clock=clock)
        self.plan = PlanIndex(url)
        self._measures: MeasureIndex | None = None
        self._candidates: CandidateIndex | None = None

    @classmethod
    def create(cls, url: str, *, clock: Clock = clocks.now) -> Node:
        """A new store at `url`: a file's path or `postgresql://…`. Raises `CutsetError` where one is there already."""
        return cls(url, Log.create(url, clock=clock), clock)

    @classmethod
    def open(cls, url: str, *, clock: Clock = clocks.now) -> Node:
        """The store at `url`. Raises `CutsetError` where there is none, or a newer cutset wrote it."""
        return cls(url, Log.open(url, clock=clock), clock)

    # ---- who ----------------------------------------------------------------------------------------------------

    def register(self, *members: Agency | Viewer | Group) -> None:
        """Add agencies, viewers and groups, or replace those of the same id."""
        self.log.register(*members)

    def viewer(self, id: str) -> Viewer:
        """The viewer with this id. Raises `CutsetError` where there is none."""
        return self.log.viewer(id)

    def rights(self, viewer: Viewer | str, purpose: str = INVESTIGATION) -> Rights:
        """What the viewer may see for this purpose, as it goes into each query."""
        return self.log.rights(_id(viewer), purpose)

    # ---- in at the top --------------------------------------------------------------------------------------------

    def submit(self, report: Report, *, by: Viewer | str) -> Receipt:
        """The receipt of a report, which is durable and indexed when this returns. Raises `Refused`."""
        (answer,) = self.log.append([Submission(report=report, by=_id(by))])
        if isinstance(answer, Refusal):
            raise Refused(answer.reason, remedy=answer.remedy)
        self.catch_up()
        return answer

    def ingest(
        self,
        path: Path,
        reader: Reader,
        context: Context,
        *,
        by: Viewer | str,
        progress: Progress | None = None,
        rejects: Path | None = None,
    ) -> Loaded:
        """Read a file into the log, durably, and index what is new. Bad rows go to a file beside, or in `rejects`."""
        self.catch_up()
        loaded = load(
            self.log, path, reader, context, by=_id(by), progress=progress, rejects=rejects, on_batch=self._apply
        )
        self.catch_up()
        return loaded

    def judge(
        self,
        verdict: str,
        about: Sequence[str],
        *,
        by: Viewer | str,
        reason: str = "",
        reverses: str = "",
        score: float | None = None,
        features: Mapping[str, float] | None = None,
    ) -> Receipt:
        """Record a person's judgement (`same`, `different`, `unsure`) on reports or mentions, as a report.

        `about` names whole reports by id, or two mentions (`report#2`). `score` and `features` are what the person had
        been shown. The judgement's marking is at least as strict as that of everything judged. Raises
        `NothingToJudge` where the viewer may not see all of it, in the same words as where it is not there; `Refused`
        where a colleague may not, to whom the judgement, a report of the agency's own, would tell of it.
        """
        viewer = self.viewer(_id(by))
        entries = self.log.fetch(judging.reports_named(about, reverses), self.rights(viewer))
        markings = judging.markings_of(about, entries, reverses)
        self._refuse_for_colleagues(viewer, markings)
        content = Judgement(
            verdict=verdict,
            about=tuple(about),
            reason=reason,
            reverses=reverses,
            score=score,
            features=dict(features or {}),
        )
        made = any(entry.report.source.made for entry in entries.values())
        report = judging.judgement_report(content, agency=viewer.agency, markings=markings, made=made)
        return self.submit(report, by=viewer)

    def undo(self, judgement: str, *, by: Viewer | str, reason: str = "") -> Receipt:
        """Undo a judgement by another that reverses it; this one can be undone in turn. Raises as `judge` does."""
        entry = self.report(judgement, viewer=by)
        if entry is None or not isinstance(entry.report.content, Judgement):
            raise judging.NothingToJudge(judgement)
        return self.judge("unsure", entry.report.content.about, by=by, reason=reason, reverses=judgement)

    def _refuse_for_colleagues(self, viewer: Viewer, markings: Sequence[Marking]) -> None:
        registry = self.log.registry()
        colleagues = [each for each in registry.viewers if each.agency == viewer.agency and each.active]
        if not all(decide(each, marking, registry).allowed for each in colleagues for marking in markings):
            raise Refused(
                "not all of your agency may see what is judged, and a judgement would tell them of it",
                remedy="ask the originator to judge, or to release it to your agency",
            )

    def purge(self, reports: Sequence[str], *, reason: str, by: Viewer | str) -> int:
        """Forget these reports for good, in the log, in every view and in the store's files; how many there were."""
        count = self.log.purge(reports, reason=reason, by=_id(by))
        self.catch_up()
        self.log.compact()
        return count

    def catch_up(self) -> int:
        """Bring the views up to date with the log; how many reports were read."""
        return follow(self.log, self.link, self.plan)

    def _apply(self, batch: Sequence[Held]) -> None:
        # What was just appended need not be read again, unless reports of another process came between.
        for index in (self.link, self.plan):
            cursor = index.cursor()
            if batch and cursor.seq >= batch[0].after:
                index.apply(batch, cursor)

    # ---- views ----------------------------------------------------------------------------------------------------

    def report(self, id: str, *, viewer: Viewer | str) -> Entry | None:
        """The report with this id as the viewer may see it; None where there is none, or none that they may see."""
        return self.log.fetch([id], self.rights(viewer)).get(id)

    def leads(
        self,
        report: Receipt | str | None = None,
        *,
        viewer: Viewer | str,
        case: str | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> list[Lead]:
        """Leads, best first: all, those of one event (`report`, an id or a receipt), or those to one `case`."""
        event = report.id if isinstance(report, Receipt) else report
        self.catch_up()
        return of_leads.leads(self.link, self.rights(viewer), case=case, event=event, limit=limit, after=after)

    def common(self, *, viewer: Viewer | str) -> list[CommonValue]:
        """Selectors that too many reports bear to link any two of them."""
        self.catch_up()
        return of_leads.common(self.link, self.rights(viewer))

    def why(self, lead: Lead | str, *, viewer: Viewer | str) -> Explanation:
        """The reports, selectors and rule that a lead rests on. Raises `CutsetError` where there is no such lead."""
        self.catch_up()
        return of_why.why(self.link, self.log, self.rights(viewer), lead if isinstance(lead, str) else lead.id)

    def repeats(self, *, viewer: Viewer | str, limit: int | None = None, after: str | None = None) -> list[RepeatGroup]:
        """Groups of reports that look like one event reported twice, for a person to judge."""
        self.catch_up()
        return of_repeats.repeats(self.link, self.rights(viewer), limit=limit, after=after)

    def entities(self, *, viewer: Viewer | str, limit: int | None = None, after: str | None = None) -> list[Entity]:
        """The mentions that were judged to be one thing, as far as the viewer may see the judgements."""
        self.catch_up()
        return of_entities.entities(self.link, self.rights(viewer), limit=limit, after=after)

    def entity(self, id_or_mention: str, *, viewer: Viewer | str) -> Entity:
        """The entity with this id, or the one that a mention belongs to. Raises `NotFound`."""
        self.catch_up()
        view = of_entities.entity_of if "#" in id_or_mention else of_entities.entity
        return view(self.link, self.rights(viewer), id_or_mention)

    def contradictions(
        self, *, viewer: Viewer | str, limit: int | None = None, after: str | None = None
    ) -> list[Contradiction]:
        """Judgements `different` on mentions that judgements `same` connect, for a person to settle."""
        self.catch_up()
        return of_contradictions.contradictions(self.link, self.rights(viewer), limit=limit, after=after)

    def history(self, mention: str, other: str | None = None, *, viewer: Viewer | str) -> list[Judged]:
        """What was ever judged of a mention, or of a pair of them, and what of it stands."""
        self.catch_up()
        return of_history.history(self.link, self.rights(viewer), mention, other)

    def match(self, mention: Mention, *, viewer: Viewer | str, limit: int = 10, threshold: float = 0.5) -> Answer:
        """Mentions that may be the same as this one, the likeliest first, each with what speaks for and against it.

        A match is no lead: a person judges. Matching follows the log with an index of its own, made when first asked.
        """
        return query.match(self.candidates(), self.rights(viewer), mention, limit=limit, threshold=threshold)

    def matches_of(
        self, report: str, *, viewer: Viewer | str, limit: int = 10, threshold: float = 0.5
    ) -> list[Matched]:
        """The same for each mention of a report. Raises `NotFound` where the viewer sees no such report."""
        return query.matches_of(self.candidates(), self.rights(viewer), report, limit=limit, threshold=threshold)

    def candidates(self) -> CandidateIndex:
        """The index that matching asks, up to date."""
        if self._candidates is None:
            self._candidates = CandidateIndex(self.url)
        follow(self.log, self._candidates)
        return self._candidates

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

    def restatements(self, dataset: str, *, viewer: Viewer | str) -> list[Restatement]:
        """What later editions of a dataset of published totals say otherwise than earlier ones."""
        self.catch_up()
        return of_vintages.restatements(self.plan, self.rights(viewer), dataset)

    # ---- the Plan ---------------------------------------------------------------------------------------------------

    def sources(self) -> Sources:
        """What measures are taken from, up to date. Their own index is made when it is first asked for."""
        if self._measures is None:
            self._measures = MeasureIndex(self.url)
        sources = Sources(self.log, self.link, self.plan, self._measures)
        sources.catch_up()
        return sources

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

    def scoreboard(self, period: str, *, viewer: Viewer | str, plan: str = "niccp_2021") -> Scoreboard:
        """Area by focus by agency: the duties, their measures, trends, and what has no data."""
        rights = self.rights(viewer)
        return of_scoreboard.scoreboard(self.sources(), rights, period, plan=document.load(plan), clock=self.clock)


def _id(viewer: Viewer | str) -> str:
    return viewer if isinstance(viewer, str) else viewer.id

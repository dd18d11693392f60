"""What a node shows of links: leads, repeats, entities, matches; and what people judge of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from cutset.access.decide import all_may_see
from cutset.access.registry import Viewer
from cutset.link import contradictions as of_contradictions
from cutset.link import entities as of_entities
from cutset.link import history as of_history
from cutset.link import judging, references, shown
from cutset.link import leads as of_leads
from cutset.link import repeats as of_repeats
from cutset.link import why as of_why
from cutset.link.candidates import near as of_near
from cutset.link.candidates import profiles as of_profiles
from cutset.link.candidates import query
from cutset.link.candidates.index import CandidateIndex
from cutset.link.candidates.near import Nearby
from cutset.link.candidates.pages import DamagedIndex
from cutset.link.candidates.query import Answer, Matched
from cutset.link.contradictions import Contradiction
from cutset.link.entities import Entity
from cutset.link.history import Judged
from cutset.link.lead import CommonValue, Lead, Link, PassedOver
from cutset.link.match.profile import Profile
from cutset.link.match.score import Score, Scorer
from cutset.link.match.weights import Weights
from cutset.link.repeats import RepeatGroup
from cutset.link.why import Explanation
from cutset.model.marking import Marking
from cutset.model.mention import Mention, MentionKind
from cutset.model.report import Judgement, Receipt, Report
from cutset.node.core import Core, Refused, viewer_id
from cutset.node.looks import looked, tried

_T = TypeVar("_T")


class Linking(Core):
    """Judgements in, links out."""

    scorer: Scorer | None = None
    """By which mentions are matched; None for the shipped weights."""

    def weigh_by(self, *weights: Weights) -> None:
        """Match by these weights from now on; of the kinds that they do not name, by the shipped ones."""
        self.scorer = Scorer(weights) if weights else None

    # ---- in -------------------------------------------------------------------------------------------------------

    @tried
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

        `about` names two or more whole reports by id, or two mentions (`report#2`). Two mentions that can be compared
        are scored, as `compare` shows it, and the judgement keeps that; unless another program had shown the person
        something, which `score` (0 to 1) and `features` (comparison -> bits) then say. The judgement's marking is at
        least as strict as that of everything judged. Raises `NotAJudgement` and `BadReference` for what has not the
        form of a judgement; `NothingToJudge` where the viewer may not see all of it, in the same words as where it is
        not there; `Refused` where a colleague may not, to whom the judgement, a report of the agency's own, would tell
        of it, and where the score is no probability.
        """
        judging.check(verdict, about)
        content = Judgement(
            verdict=verdict,
            about=tuple(sorted(about)),
            reason=reason,
            reverses=reverses,
            score=score,
            features=dict(features or {}),
        )
        return self._judge(self.viewer(viewer_id(by)), content)

    @tried
    def undo(self, judgement: str, *, by: Viewer | str, reason: str = "") -> Receipt:
        """Undo a judgement by another that reverses it; this one can be undone in turn. Raises as `judge` does."""
        entry = self.report(judgement, viewer=by)
        if entry is None or not isinstance(entry.report.content, Judgement):
            raise judging.NothingToJudge(judgement)
        content = Judgement(
            verdict="unsure", about=tuple(sorted(entry.report.content.about)), reason=reason, reverses=judgement
        )
        return self._judge(self.viewer(viewer_id(by)), content)

    def _judge(self, viewer: Viewer, content: Judgement) -> Receipt:
        about, reverses = content.about, content.reverses
        entries = self.log.fetch(judging.reports_named(about, reverses), self.rights(viewer))
        markings = judging.markings_of(about, entries, reverses)
        self._refuse_for_colleagues(viewer, markings)
        if len(about) == 2 and all("#" in each for each in about):
            content = judging.shown_with(content, entries, self.scorer or query.shipped_scorer())
            self.catch_up_links()
            rights = self.rights(viewer)
            given = of_history.history(self.link, rights, *about)
            reports = self.log.fetch([each.id for each in given], rights)
            content = judging.saying_again(content, given, reports, viewer.agency)
        made = any(entry.report.source.made for entry in entries.values())
        report = judging.judgement_report(content, agency=viewer.agency, markings=markings, made=made)
        return self.submit(report, by=viewer)

    def _refuse_for_colleagues(self, viewer: Viewer, markings: Sequence[Marking]) -> None:
        if not all_may_see(viewer.agency, markings, self.log.registry()):
            raise Refused(
                "not all of your agency may see what is judged, and a judgement would tell them of it",
                remedy="ask the originator to judge, or to release it to your agency",
            )

    # ---- out ------------------------------------------------------------------------------------------------------

    @looked()
    def leads(
        self,
        report: Receipt | str | None = None,
        *,
        viewer: Viewer | str,
        case: str | None = None,
        by: Collection[Link] = of_leads.ALL,
        limit: int | None = None,
        after: str | None = None,
    ) -> list[Lead]:
        """Leads, best first: all, those of one event (`report`, an id or a receipt), or those to one `case`.

        `by` narrows them to kinds of link: `selector`, `entity`, `path`.
        """
        event = report.id if isinstance(report, Receipt) else report
        self.catch_up_links()
        return of_leads.leads(self.link, self.rights(viewer), case=case, event=event, by=by, limit=limit, after=after)

    @looked()
    def passed_over(self, report: str, *, viewer: Viewer | str) -> list[PassedOver]:
        """What was too common, or named too much, to be followed from this report in looking for its leads."""
        self.catch_up_links()
        return of_leads.passed_over(self.link, self.rights(viewer), report)

    @looked()
    def common(self, *, viewer: Viewer | str) -> list[CommonValue]:
        """Selectors that too many reports bear to link any two of them."""
        self.catch_up_links()
        return of_leads.common(self.link, self.rights(viewer))

    @looked()
    def why(self, lead: Lead | str, *, viewer: Viewer | str) -> Explanation:
        """The reports, selectors and rule that a lead rests on. Raises `CutsetError` where there is no such lead."""
        self.catch_up_links()
        return of_why.why(self.link, self.log, self.rights(viewer), lead if isinstance(lead, str) else lead.id)

    @looked()
    def compare(self, mention: str, other: str, *, viewer: Viewer | str) -> Score | None:
        """What speaks for and against two mentions being one: what `judge` keeps, to be shown before judging.

        None where they cannot be compared: they are of two kinds, of one that is known by its selectors alone, or have
        nothing in common that could be. Raises `BadReference`, and `NothingToJudge` where the viewer may not see both.
        """
        # Read as a judgement names them, so that both show the same side on the left.
        about = sorted((mention, other))
        entries = self.log.fetch([references.read(each).report for each in about], self.rights(viewer))
        judging.markings_of(about, entries)
        return shown.compared(about, entries, self.scorer or query.shipped_scorer())

    @looked()
    def repeats(self, *, viewer: Viewer | str, limit: int | None = None, after: str | None = None) -> list[RepeatGroup]:
        """Groups of reports that look like one event reported twice, for a person to judge."""
        self.catch_up_links()
        return of_repeats.repeats(self.link, self.rights(viewer), limit=limit, after=after)

    @looked()
    def entities(self, *, viewer: Viewer | str, limit: int | None = None, after: str | None = None) -> list[Entity]:
        """The mentions that were judged to be one thing, as far as the viewer may see the judgements."""
        self.catch_up_links()
        return of_entities.entities(self.link, self.rights(viewer), limit=limit, after=after)

    @looked()
    def entity(self, id_or_mention: str, *, viewer: Viewer | str) -> Entity:
        """The entity with this id, or the one that a mention belongs to. Raises `NotFound`."""
        self.catch_up_links()
        view = of_entities.entity_of if "#" in id_or_mention else of_entities.entity
        return view(self.link, self.rights(viewer), id_or_mention)

    @looked()
    def contradictions(
        self, *, viewer: Viewer | str, limit: int | None = None, after: str | None = None
    ) -> list[Contradiction]:
        """Judgements `different` on mentions that judgements `same` connect, for a person to settle."""
        self.catch_up_links()
        return of_contradictions.contradictions(self.link, self.rights(viewer), limit=limit, after=after)

    @looked()
    def history(self, mention: str, other: str | None = None, *, viewer: Viewer | str) -> list[Judged]:
        """What was ever judged of a mention, or of a pair of them, and what of it stands."""
        self.catch_up_links()
        return of_history.history(self.link, self.rights(viewer), mention, other)

    @looked()
    def match(self, mention: Mention, *, viewer: Viewer | str, limit: int = 10, threshold: float = 0.5) -> Answer:
        """Mentions that may be the same as this one, the likeliest first, each with what speaks for and against it.

        A match is no lead: a person judges. Matching follows the log with an index of its own, made when first asked.
        """
        rights = self.rights(viewer)
        return self._asking(
            lambda index: query.match(index, rights, mention, limit=limit, threshold=threshold, scorer=self.scorer)
        )

    @looked()
    def near(self, report: Report | str, *, viewer: Viewer | str, limit: int = 3, threshold: float = 0.5) -> Nearby:
        """What may be the same as the things that a report names, in cases and events: candidates, and no leads.

        `report` is a held one's id, or one that is yet to be submitted. `limit` is how many for each mention.
        """
        rights = self.rights(viewer)
        return self._asking(
            lambda index: of_near.near(index, rights, report, limit=limit, threshold=threshold, scorer=self.scorer)
        )

    @looked()
    def matches_of(
        self, report: str, *, viewer: Viewer | str, limit: int = 10, threshold: float = 0.5
    ) -> list[Matched]:
        """The same for each mention of a report. Raises `NotFound` where the viewer sees no such report."""
        rights = self.rights(viewer)
        return self._asking(
            lambda index: query.matches_of(index, rights, report, limit=limit, threshold=threshold, scorer=self.scorer)
        )

    @looked()
    def profiles(self, kind: MentionKind, *, viewer: Viewer | str) -> list[Profile]:
        """What is compared of the mentions of a kind that the viewer may see: to learn weights from, without labels."""
        rights = self.rights(viewer)
        return self._asking(lambda index: of_profiles.profiles(index, rights, kind))

    def told_of_candidates(self) -> list[str]:
        """Each rebuilding of the index of candidates since this was last asked, and why, in words for the operator.

        They say nothing of any report.
        """
        index = self._indexes.get(CandidateIndex)
        told = index.told if isinstance(index, CandidateIndex) else []
        return [told.pop(0) for _ in range(len(told))]

    def _asking(self, ask: Callable[[CandidateIndex], _T]) -> _T:
        """What a question to the index gives. One that meets damage has it rebuilt, and is asked once more."""
        try:
            return ask(self.index(CandidateIndex))
        except DamagedIndex:
            # The index has noted it: following the log empties it first, and tells of it.
            return ask(self.index(CandidateIndex))

"""Oversight: the audit, reviews, disputes, changes of marking, and the reports of a privacy officer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from cutset.access.registry import Viewer
from cutset.access.rights import Rights
from cutset.access.roles import may_purge
from cutset.errors import CutsetError
from cutset.evidence.entering import marking_for
from cutset.log import audit_search, usage
from cutset.log.audit_index import AuditIndex
from cutset.log.audit_search import Question, Scope, Seen, Viewed
from cutset.log.disputes import Dispute, DisputeIndex, disputes
from cutset.log.retention import Due
from cutset.log.reviews import Given, NotSaid
from cutset.log.usage import Use
from cutset.model.marking import Marking, join
from cutset.model.report import Case, Receipt, Report, Source
from cutset.node.core import Refused, viewer_id
from cutset.node.looks import looked, tried
from cutset.node.planning import Planning


class NoReport(CutsetError):
    """There is no such report, or not for this viewer."""

    def __init__(self, report: str) -> None:
        super().__init__("there is no such report, or it is not your agency's", where=report, remedy="check the id")


class Remarked(msgspec.Struct, frozen=True, kw_only=True):
    """A report under its new marking, and everyone who had been shown it under the old one."""

    receipt: Receipt
    seen_by: tuple[Viewed, ...]


class Answering(msgspec.Struct, frozen=True, kw_only=True):
    """How an agency answers pointers or requests that fell due, as far as the viewer sees both.

    `answered` are those answered in time, `late` those answered after their day.
    """

    agency: str
    what: str
    answered: int
    late: int
    due: int

    @property
    def never(self) -> bool:
        """Whether not one was answered, not even late."""
        return not self.answered and not self.late


class Oversight(Planning):
    """What auditors and privacy officers look at, and what they decide."""

    # ---- the audit ------------------------------------------------------------------------------------------------

    @looked(words=("view", "searched_purpose"), reports=False)
    def audit(
        self,
        *,
        viewer: Viewer | str,
        of: str = "",
        agency: str = "",
        report: str = "",
        view: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        searched_purpose: str = "",
        failed: bool | None = None,
        text: str = "",
        before: int | None = None,
        limit: int = 100,
    ) -> list[Seen]:
        """Looks, the newest first (`cutset.log.audit_search.Question`). Raises `AuditRefused`.

        `of` is the viewer who looked; `text` a name or selector: who asked for it, in those words.
        """
        question = Question(
            viewer=of,
            agency=agency,
            report=report,
            view=view,
            since=since,
            until=until,
            purpose=searched_purpose,
            failed=failed,
            asked=self.looks.digests.of(text) if text else "",
            before=before,
            limit=limit,
        )
        return audit_search.search(self._audit(), self.log.registry(), *self._overseeing(viewer), question)

    @looked()
    def who_saw(self, report: str, *, viewer: Viewer | str) -> list[Viewed]:
        """Everyone who was shown a report, purged or not. Raises `AuditRefused`."""
        return audit_search.who_saw(self._audit(), self.log.registry(), *self._overseeing(viewer), report)

    @looked()
    def usage(self, *, viewer: Viewer | str, days: int = 30) -> list[Use]:
        """Every viewer's use in the last days, the most unusual first (`cutset.log.usage`). Raises `AuditRefused`."""
        rights, scope = self._overseeing(viewer)
        now = self.clock()
        since, until = now - timedelta(days=days), now + timedelta(seconds=1)
        return usage.usage(self._audit(), self.log.registry(), rights, scope, since=since, until=until)

    @looked()
    def answering(self, *, viewer: Viewer | str) -> list[Answering]:
        """How each agency answers the pointers and requests that fell due; those that never do come first."""
        counts: dict[tuple[str, str], dict[str, int]] = {}
        for what, name in (("pointers", "pointers-answered"), ("requests", "requests-answered-in-time")):
            for figure in self.measure(name, viewer=viewer, by=("agency", "status")).figures:
                agency, status = map(str, figure.key)
                counts.setdefault((agency, what), {})[status] = round(figure.denominator or 0)
        found = [
            Answering(
                agency=agency,
                what=what,
                answered=of.get("in time", 0),
                late=of.get("late", 0),
                due=sum(of.values()),
            )
            for (agency, what), of in counts.items()
        ]
        return sorted(found, key=lambda each: (_share(each), -each.due, each.agency, each.what))

    # ---- reviews --------------------------------------------------------------------------------------------------

    @looked()
    def review_queue(self, *, viewer: Viewer | str, within_days: int = 90) -> list[Due]:
        """Reports of the viewer's agency, and of those it succeeded, due for review within so many days, or overdue.

        A privacy officer is shown all of them; others those that they may see.
        """
        return self.log.due(self._in_office(viewer), timedelta(days=within_days))

    @tried
    def renew(self, reports: Sequence[str], *, reason: str, by: Viewer | str) -> int:
        """Record that reports were reviewed and are kept, and why (28 CFR 23.20(h)); how many. Raises `Refused`."""
        self._officer(by)
        return self.log.renew(reports, reason=reason, by=viewer_id(by), rights=self._in_office(by))

    @tried
    def purge_due(self, reports: Sequence[str], *, reason: str, by: Viewer | str) -> int:
        """Purge those of `reports` that are overdue for review; how many. Nothing is ever purged without being named.

        Raises `Refused` where one of them is not overdue, or the viewer is no privacy officer: then none is purged.
        """
        self._officer(by)
        overdue = {each.report for each in self.log.due(self._in_office(by), timedelta()) if each.overdue}
        early = [each for each in reports if each not in overdue]
        if early:
            raise Refused(
                f"{len(early)} of these are not overdue, and nothing was purged",
                where=early[0],
                remedy="take the ids from `cutset retention due`; for another reason, `cutset purge`",
            )
        return self.purge(reports, reason=reason, by=by)

    @tried
    def disseminate(self, reports: Sequence[str], *, to: str, need: str, right: str, by: Viewer | str) -> int:
        """Record that reports were given to somebody on another way than through a view; how many."""
        id = viewer_id(by)
        return self.log.disseminate(reports, to=to, need=need, right=right, by=id, rights=self.rights(by))

    @looked()
    def disseminations(self, report: str, *, viewer: Viewer | str) -> list[Given]:
        """To whom a report was given on another way than through a view, by whom, when and why."""
        return self.log.given(report, self.rights(viewer))

    # ---- the person concerned, and the originator -------------------------------------------------------------------

    @looked()
    def disputes(self, reports: Sequence[str], *, viewer: Viewer | str) -> dict[str, tuple[Dispute, ...]]:
        """What disputes each of these reports; those that nothing disputes are left out."""
        return disputes(self.index(DisputeIndex), self.rights(viewer), reports)

    @tried
    def dispute(self, report: str, *, letter: str, text: str, by: Viewer | str) -> Receipt:
        """Enter what the person concerned disputes of a report, or asks to have corrected, as the agency's own report.

        `letter` is what the letter or call is known by. Its marking is at least as strict as that of the report, whose
        originator may see it. Raises `NoReport`, `NotSaid`, `NotYours`, `Refused`.
        """
        viewer = self.viewer(viewer_id(by))
        entry = self.report(report, viewer=viewer)
        if entry is None:
            raise NoReport(report)
        if not letter.strip() or not text.strip():
            raise NotSaid("a dispute says what letter or call it is, and what is disputed", remedy="say both")
        disputed = entry.report
        marking = marking_for(viewer, [entry], [disputed.originator], self.log.registry())
        source = Source(dataset="disputes", record=f"{letter}|{report}", made=disputed.source.made)
        content = Case(number=letter, title="Dispute")
        return self.submit(
            Report(marking=marking, source=source, content=content, text=text, disputes=(report,)), by=viewer
        )

    @tried
    def remark(self, report: str, marking: Marking, *, by: Viewer | str) -> Remarked:
        """Give a report of one's own agency another marking, narrower or wider; views follow at once.

        Its content is submitted anew under the new marking, portions at least as strictly, and what bore the old one is
        purged, so that nobody goes on seeing it by that. Judgements on it lapse, as at any correction. Raises
        `NoReport`, and `Refused` for another originator's marking or the same one.
        """
        viewer = self.viewer(viewer_id(by))
        held = self.log.held(report)
        if held is None or held.entry.report.originator != viewer.agency or self.report(report, viewer=viewer) is None:
            raise NoReport(report)
        old = held.entry.report
        if marking.originator != old.originator or marking == old.marking:
            raise Refused("that is the marking that it has, or another originator's", remedy="change the marking")
        rights = self.rights(viewer)
        seen_by = audit_search.who_saw(self._audit(), self.log.registry(), rights, Scope.AGENCY, report)
        receipt = self.submit(remarked(old, report, marking), by=viewer)
        self.log.purge([report], reason=f"re-marked by its originator: it stands as {receipt.id}", by=viewer.id)
        self.forget()
        return Remarked(receipt=receipt, seen_by=tuple(seen_by))

    def _audit(self) -> AuditIndex:
        index = self._made(AuditIndex)
        index.catch_up(self.log)
        return index

    def _in_office(self, viewer: Viewer | str) -> Rights:
        return self.log.rights_in_office(viewer_id(viewer), self.rights(viewer).purpose)

    def _overseeing(self, viewer: Viewer | str) -> tuple[Rights, Scope]:
        return self._in_office(viewer), audit_search.scope_of(self.viewer(viewer_id(viewer)), self.log.registry())

    def _officer(self, by: Viewer | str) -> None:
        viewer = self.viewer(viewer_id(by))
        if not may_purge(viewer, self.log.registry()):
            raise Refused(f"{viewer.id} may not review for the agency", remedy="ask its privacy officer")


def remarked(report: Report, id: str, marking: Marking) -> Report:
    """The report under another marking, in the place of the one called `id`."""
    portions = tuple(
        msgspec.structs.replace(
            each,
            marking=msgspec.structs.replace(join(each.marking, marking), retention=each.marking.retention),
        )
        for each in report.portions
    )
    return msgspec.structs.replace(report, marking=marking, portions=portions, supersedes=(id,))


def _share(answering: Answering) -> float:
    return (answering.answered + answering.late) / answering.due if answering.due else 1.0

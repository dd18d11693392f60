"""Oversight: the audit, reviews, disputes, changes of marking, and the reports of a privacy officer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from cutset.access.registry import Viewer
from cutset.access.rights import Rights
from cutset.access.roles import may_audit, may_purge
from cutset.errors import CutsetError
from cutset.evidence.entering import marking_for
from cutset.log import audit_search, editions, usage
from cutset.log.audit_index import AuditIndex
from cutset.log.audit_search import Question, Scope, Seen, Viewed
from cutset.log.disputes import Dispute, DisputeIndex, disputes
from cutset.log.retention import Due
from cutset.log.reviews import Given, NotSaid
from cutset.log.usage import Use
from cutset.model.marking import Marking, join
from cutset.model.report import Case, Receipt, Report, Source
from cutset.node.core import INVESTIGATION, Refused, viewer_id
from cutset.node.looks import looked, tried
from cutset.node.planning import Planning

REASON_CHARACTERS = 300
"""Characters that the reason of a re-marking may have; the log says beside it what became of the report."""


class NoReport(CutsetError):
    """There is no such report, or not for this viewer."""

    def __init__(self, report: str) -> None:
        super().__init__("there is no such report, or it is not your agency's", where=report, remedy="check the id")


class Remarked(msgspec.Struct, frozen=True, kw_only=True):
    """A report under its new marking, everyone who had been shown it, and to whom it was given on another way.

    Both under the old marking, and those that it had before that.
    """

    receipt: Receipt
    seen_by: tuple[Viewed, ...]
    given: tuple[Given, ...] = ()


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

    @looked(words=("view", "searched_purpose"), members=("of", "agency"), reports=False)
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
        """Everyone who was shown a report, purged or not, or for whom a package with it was made.

        Also under markings that it had before. Raises `AuditRefused`.
        """
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
        """To whom a report was given on another way than through a view, by whom, when and why.

        What was recorded of it under an earlier marking is told too, as far as the viewer may see what bore that. An
        auditor is told of every report, a privacy officer also of purged ones that were the agency's or that they saw.
        """
        known, registry = self.viewer(viewer_id(viewer)), self.log.registry()
        rights = self._in_office(viewer)
        return self.log.given(report, rights, purged=may_purge(known, registry), every=may_audit(known, registry))

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
    def remark(
        self, report: str, marking: Marking, *, by: Viewer | str, reason: str = "", purpose: str = INVESTIGATION
    ) -> Remarked:
        """Give a report of one's own agency another marking, narrower or wider; views follow at once.

        Its content is submitted anew under the new marking, portions at least as strictly, and what bore the old one is
        purged, so that nobody goes on seeing it by that. Judgements on it lapse, as at any correction. Its retention
        clock runs on; another retention class is a privacy officer's to give, with a `reason`, which stays in the log.
        The report is one that the viewer sees for `purpose`.

        Raises `NoReport`, `NotSaid`, and `Refused` for another originator's marking, the same one, or another class.
        """
        viewer = self.viewer(viewer_id(by))
        rights = self.rights(viewer, purpose)
        with self.looks.look("remark", viewer, {"report": report}, purpose=purpose) as look:
            seen = self.log.fetch([report], rights)
            look.show(seen)
        held = self.log.held(report)
        if held is None or held.entry.report.originator != viewer.agency or not seen:
            raise NoReport(report)
        old = held.entry.report
        if marking.originator != old.originator or marking == old.marking:
            raise Refused("that is the marking that it has, or another originator's", remedy="change the marking")
        why = self._reason_to_remark(old.marking, marking, reason.strip(), viewer)
        seen_by = audit_search.who_saw(self._audit(), self.log.registry(), rights, Scope.AGENCY, report)
        given = self.log.given(report, rights)
        receipt = self.submit(remarked(old, report, marking), by=viewer)
        self.log.purge([report], reason=editions.reason(receipt.id, why), by=viewer.id)
        self.forget()
        return Remarked(receipt=receipt, seen_by=tuple(seen_by), given=tuple(given))

    def _reason_to_remark(self, old: Marking, new: Marking, reason: str, viewer: Viewer) -> str:
        """What the log keeps of why, and of a change of class. Raises `Refused`, `NotSaid`."""
        if len(reason) > REASON_CHARACTERS:
            raise NotSaid(
                "the reason is too long, and nothing was changed",
                where=f"{len(reason)} characters",
                remedy=f"say it in at most {REASON_CHARACTERS} characters, and name nobody whom a report names",
            )
        if old.retention == new.retention:
            return reason
        # The class says when a report must be reviewed, and whether at all: who may decide a review may change it.
        self._officer(viewer)
        if not reason:
            raise NotSaid(
                f"why the class is {new.retention} and no longer {old.retention} is not said, and nothing was changed",
                remedy="give the reason; it stays in the log, and names nobody",
            )
        return f"{old.retention} to {new.retention}: {reason}"

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

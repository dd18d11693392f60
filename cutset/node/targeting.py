"""What a node shows of targets, and takes in there: decisions, and what examinations found."""

from __future__ import annotations

from datetime import date, datetime

from cutset.access.decide import all_may_see
from cutset.access.registry import Viewer
from cutset.link.desk.writing import joint
from cutset.model.marking import Marking
from cutset.model.report import Goods, Receipt
from cutset.node.core import Core, Refused, viewer_id
from cutset.node.looks import looked, tried
from cutset.target import queue as of_queue
from cutset.target import ranking, rates, writing
from cutset.target.index import TargetIndex
from cutset.target.queue import BY_LOT, Day, Queue
from cutset.target.ranking import Target
from cutset.target.rates import RuleRates
from cutset.target.words import State, Verdict


class Targeting(Core):
    """Shipments ranked for inspection."""

    @looked()
    def ranked_targets(self, *, viewer: Viewer | str, limit: int | None = None) -> list[Target]:
        """Every shipment not yet examined, the likeliest to carry something first."""
        return ranking.ranked(self.index(TargetIndex), self.rights(viewer), limit=limit)

    @looked()
    def targets(
        self,
        *,
        viewer: Viewer | str,
        capacity: int,
        place: str = "",
        on: date | None = None,
        random: float = 0.1,
    ) -> Queue:
        """The queue for a place's and day's capacity, some of it drawn by lot. Raises `BadCapacity`."""
        day = Day(capacity=capacity, place=place, date=on, random=random)
        return of_queue.queue(self.index(TargetIndex), self.rights(viewer), day, self._lots())

    @looked()
    def target(self, id: str, *, viewer: Viewer | str) -> Target:
        """One shipment with its reasons and state. Raises `NoTarget`."""
        return ranking.target(self.index(TargetIndex), self.rights(viewer), id)

    @looked()
    def target_rules(self, *, viewer: Viewer | str) -> RuleRates:
        """The rules with their weights and hit rates, beside what was drawn by lot."""
        return rates.rule_rates(self.index(TargetIndex), self.rights(viewer))

    @tried
    def decide_target(
        self,
        id: str,
        verdict: Verdict | str,
        *,
        by: Viewer | str,
        reason: str = "",
        unit: str = "",
        expected: State | str | None = None,
        day: Day | None = None,
    ) -> Receipt:
        """Decide to inspect, release or refer a shipment. `expected` is the state in which it was shown.

        `day` is the queue in which it was shown: what was drawn by lot there is ordered as a random examination. Raises
        `NoTarget`, `Stale`, and `Refused` where a release or referral has no reason.
        """
        viewer, word = self.viewer(viewer_id(by)), Verdict(verdict)
        rights = self.rights(viewer)
        found = ranking.target(self.index(TargetIndex), rights, id)
        if expected is not None and State(expected) is not found.state:
            raise writing.Stale(found, State(expected))
        if word is not Verdict.INSPECT and not reason.strip():
            raise Refused(f"to {word} a shipment needs a reason", where=id, remedy="say why")
        drawn = False
        if day is not None:
            made = of_queue.queue(self.index(TargetIndex), rights, day, self._lots())
            drawn = any(each.target.id == id and each.why == BY_LOT for each in made.places)
        report = writing.decision(
            found,
            word,
            unit=unit,
            reason=reason,
            random=drawn,
            marking=self._of_target(found, viewer),
            by=viewer.id,
            at=self.clock(),
        )
        return self.submit(report, by=viewer)

    @tried
    def record_examination(
        self,
        id: str,
        found: bool,
        *,
        by: Viewer | str,
        on: datetime | None = None,
        detector: str = "",
        goods: tuple[Goods, ...] = (),
    ) -> Receipt:
        """What an examination of a shipment found; `on` is when, else now. Raises `NoTarget`, `BadExamination`."""
        viewer = self.viewer(viewer_id(by))
        shown = ranking.target(self.index(TargetIndex), self.rights(viewer), id)
        now = self.clock()
        report = writing.examination(
            shown,
            found,
            on=on or now,
            now=now,
            detector=detector,
            goods=goods,
            marking=self._of_target(shown, viewer),
            by=viewer.id,
        )
        return self.submit(report, by=viewer)

    def _lots(self) -> bytes:
        return self.log.secret("cutset target lots v1")

    def _of_target(self, target: Target, viewer: Viewer) -> Marking:
        """The marking of what the viewer's agency says of a shipment: at least as strict as all that it names."""
        named = [each for each in (target.id, target.decided) if each]
        entries = self.log.fetch(named, self.rights(viewer))
        markings = [each.report.marking for each in entries.values()]
        registry = self.log.registry()
        if not all_may_see(viewer.agency, markings, registry):
            raise Refused(
                "not all of your agency may see what this is about, and a report of it would tell them",
                remedy="ask the originator to release it to your agency",
            )
        return joint(markings, viewer.agency, registry)

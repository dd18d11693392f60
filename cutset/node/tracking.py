"""What a node shows of the watch officer's picture, and takes in there: orders, hand-offs, entries, assets' status."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from cutset.access.decide import all_may_see, decide
from cutset.access.registry import Viewer
from cutset.link.desk.writing import joint
from cutset.model.marking import Marking, Tlp
from cutset.model.report import Asset, Receipt
from cutset.node.core import Core, Refused, viewer_id
from cutset.node.looks import looked, tried
from cutset.track import picture as of_picture
from cutset.track import watch_log as of_log
from cutset.track import writing
from cutset.track.events import EventOfInterest, NoEvent
from cutset.track.geodesy import Box, Place
from cutset.track.handoffs import HandOff
from cutset.track.index import TrackIndex
from cutset.track.picture import Path, Picture, Suggestions
from cutset.track.watch_log import Logged
from cutset.track.words import DAY, Order
from cutset.track.writing import Stale

ORDERS = (Order.MONITOR, Order.INTERCEPT, Order.TAKE_OVER, Order.BREAK_OFF)
"""What may be ordered of an event that is offered to nobody."""


class Tracking(Core):
    """The picture of a watch at a moment, and what the watch decides. `at` is the moment, without it the present."""

    @looked()
    def watch_picture(
        self,
        *,
        viewer: Viewer | str,
        at: datetime | None = None,
        back: timedelta = DAY,
        box: Box | None = None,
        limit: int | None = None,
    ) -> Picture:
        """Tracks, events of interest, assets and alarms, as they stood at a moment by what is known now."""
        index, rights = self.index(TrackIndex), self.rights(viewer)
        return of_picture.picture(index, rights, at or self.clock(), back=back, box=box, limit=limit)

    @looked()
    def watch_span(self, *, viewer: Viewer | str) -> tuple[datetime, datetime] | None:
        """The times of the first and last position, event, order or entry; None where there is none."""
        return of_picture.span(self.index(TrackIndex), self.rights(viewer))

    @looked()
    def watch_track(self, id: str, *, viewer: Viewer | str, at: datetime | None = None, back: timedelta = DAY) -> Path:
        """One track with all its positions. Raises `NoTrack`."""
        return of_picture.path(self.index(TrackIndex), self.rights(viewer), id, at or self.clock(), back=back)

    @looked()
    def watch_event(self, id: str, *, viewer: Viewer | str, at: datetime | None = None) -> EventOfInterest:
        """The event of interest that a report tells of. Raises `NoEvent`."""
        return of_picture.event(self.index(TrackIndex), self.rights(viewer), id, at or self.clock())

    @looked()
    def watch_intercepts(self, id: str, *, viewer: Viewer | str, at: datetime | None = None) -> Suggestions:
        """Where and when each asset could first meet a track or event. Raises `NoTrack`. It orders nothing."""
        return of_picture.suggestions(self.index(TrackIndex), self.rights(viewer), id, at or self.clock())

    @looked()
    def watch_log(
        self, since: datetime, until: datetime | None = None, *, viewer: Viewer | str, limit: int | None = None
    ) -> list[Logged]:
        """The entries of a watch and what happened in it, the latest first."""
        index, rights = self.index(TrackIndex), self.rights(viewer)
        return of_log.watch_log(index, self.log, rights, since, until or self.clock(), limit=limit)

    # ---- in at the top --------------------------------------------------------------------------------------------

    @tried
    def watch_order(
        self,
        id: str,
        order: Order | str,
        *,
        by: Viewer | str,
        asset: str = "",
        reason: str = "",
        at: datetime | None = None,
    ) -> Receipt:
        """Order an event to be monitored or intercepted, take over what nobody holds, or break off.

        `asset` is who is to do it, without it the viewer's agency. Raises `NoEvent`, `Stale` where it has ended, or is
        held by another agency where it was to be taken over or broken off, and `Refused` for what is no such order.
        """
        viewer, given = self.viewer(viewer_id(by)), Order(order)
        if given not in ORDERS:
            raise Refused(f"{given} is not ordered so", remedy="offer a hand-off, or answer the one that was offered")
        event = self._open(id, viewer, at)
        holder = event.holder
        if given is Order.TAKE_OVER and holder is not None and holder.agency != viewer.agency:
            raise Stale(f"{holder.agency} holds it: only they can hand it off", event.id)
        acting = {each.agency for each in (holder, *event.also) if each is not None}
        if given is Order.BREAK_OFF and viewer.agency not in acting:
            raise Stale("your agency does not hold it", event.id)
        report = writing.order(
            event,
            given,
            asset=asset.strip(),
            reason=reason,
            marking=self._of_event(viewer, event.id),
            by=viewer.id,
            at=self._then(at),
        )
        return self.submit(report, by=viewer)

    @tried
    def hand_off(
        self,
        id: str,
        to: str,
        *,
        by: Viewer | str,
        answer_by: datetime | None = None,
        reason: str = "",
        at: datetime | None = None,
    ) -> Receipt:
        """Offer an event to another agency. Until it takes it over, this agency holds it.

        Raises `NoEvent`; `Stale` where it has ended, is held by another, or is offered to them already; `Refused` where
        there is no such agency, or not all of it may see what is offered; `BadEntry` for an answer due before now.
        """
        viewer, registry = self.viewer(viewer_id(by)), self.log.registry()
        if registry.agency(to) is None or to == viewer.agency:
            raise Refused("that is no other agency", where=to, remedy="name the agency by its id")
        event = self._open(id, viewer, at)
        if event.holder is not None and event.holder.agency != viewer.agency:
            raise Stale(f"{event.holder.agency} holds it: only they can hand it off", event.id)
        if event.offered is not None and event.offered.to == to:
            raise Stale(f"it is offered to {to} already, who is to answer", event.id)
        then = self._then(at)
        named = self._shared(viewer, event, to)
        offered = replace(event, id=named)
        report = writing.hand_off(offered, to, answer_by=answer_by, reason=reason,
                                  marking=self._for_both(viewer, to, named), by=viewer.id, at=then)  # fmt: skip
        return self.submit(report, by=viewer)

    @tried
    def answer_hand_off(
        self,
        hand_off: str,
        taken: bool,
        *,
        by: Viewer | str,
        asset: str = "",
        reason: str = "",
        at: datetime | None = None,
    ) -> Receipt:
        """Take over what was offered to the viewer's agency, by an asset where one is named; or decline, and say why.

        Raises `NoEvent` where there is no such offer, `Stale` where it was answered, or is another's to answer, and
        `Refused` where a refusal has no reason.
        """
        viewer = self.viewer(viewer_id(by))
        event = self._open(hand_off, viewer, at)
        offered = self._offered(event, hand_off, viewer)
        if not taken and not reason.strip():
            raise Refused("to decline a hand-off needs a reason", where=hand_off, remedy="say why")
        entry = self.log.fetch([hand_off], self.rights(viewer))[hand_off]
        about = getattr(entry.report.content, "about", (event.id,))
        report = writing.answer(
            replace(event, id=about[0]),
            offered,
            taken,
            asset=asset.strip(),
            reason=reason,
            marking=self._for_both(viewer, offered.giver, hand_off),
            by=viewer.id,
            at=self._then(at),
        )
        return self.submit(report, by=viewer)

    @tried
    def assign_cue(
        self, id: str, track: str, *, by: Viewer | str, reason: str = "", at: datetime | None = None
    ) -> Receipt:
        """Judge that a cue is of a track: a judgement `same` on two reports, undone as any is (`undo`).

        Raises `NoEvent`, and as `judge` does.
        """
        viewer = self.viewer(viewer_id(by))
        index, rights, then = self.index(TrackIndex), self.rights(viewer), self._then(at)
        event = of_picture.event(index, rights, id, then)
        of = of_picture.untold(index, rights, track, then)
        marking = self._of_event(viewer, event.id, of.id)
        return self.submit(writing.assigned(event, of, reason=reason, marking=marking, by=viewer.id), by=viewer)

    @tried
    def watch_entry(
        self,
        words: str,
        *,
        by: Viewer | str,
        when: datetime | None = None,
        about: Sequence[str] = (),
        station: str = "",
        marking: Marking | None = None,
        made: bool = False,
    ) -> Receipt:
        """Enter something in the log of the watch. Raises `BadEntry`, and `Refused` where what it is about is not seen.

        Its marking is at least as strict as that of what it is about; without that, TLP:AMBER.
        """
        viewer = self.viewer(viewer_id(by))
        base = marking or Marking(originator=viewer.agency)
        of = self._joint(viewer, about, base) if about else replace(base, originator=viewer.agency)
        seen = self.log.fetch(about, self.rights(viewer))
        now = self.clock()
        report = writing.entry(
            words,
            when=when or now,
            station=station,
            about=tuple(sorted(set(about))),
            marking=of,
            by=viewer.id,
            made=made or any(each.report.source.made for each in seen.values()),
            now=now,
        )
        return self.submit(report, by=viewer)

    @tried
    def report_asset(
        self,
        asset: Asset,
        place: Place,
        *,
        by: Viewer | str,
        when: datetime | None = None,
        marking: Marking | None = None,
        made: bool = False,
    ) -> Receipt:
        """Where an asset of the viewer's agency is, and what it can do. Raises `BadEntry`."""
        viewer, now = self.viewer(viewer_id(by)), self.clock()
        of = replace(marking or Marking(originator=viewer.agency), originator=viewer.agency)
        report = writing.status(asset, place, when=when or now, now=now, marking=of, by=viewer.id, made=made)
        return self.submit(report, by=viewer)

    # ---- parts ----------------------------------------------------------------------------------------------------

    def _then(self, at: datetime | None) -> datetime:
        now = self.clock()
        if at is not None and at > now:
            raise writing.BadEntry("this time is yet to come", where=f"{at:%Y-%m-%d %H:%M} UTC",
                                   remedy="leave it out to decide now")  # fmt: skip
        return at or now

    def _open(self, id: str, viewer: Viewer, at: datetime | None) -> EventOfInterest:
        """The event that a report tells of, at the moment of a decision. Raises `NoEvent`, `Stale`."""
        index, rights = self.index(TrackIndex), self.rights(viewer)
        then = self._then(at)
        try:
            event = of_picture.event(index, rights, id, then)
        except NoEvent:
            # A track that nothing names yet is no event: the first order makes it one.
            event = of_picture.untold(index, rights, id, then)
        if event.phase.ended and event.phase is not event.phase.LOST:
            raise Stale(f"it has ended: {event.phase}", event.id)
        return event

    def _offered(self, event: EventOfInterest, hand_off: str, viewer: Viewer) -> HandOff:
        found = next((each for each in event.hand_offs if each.id == hand_off), None)
        if found is None:
            raise NoEvent(hand_off)
        if viewer.agency != found.to and viewer.agency not in self._owners(viewer, found.to):
            raise Stale(f"it was offered to {found.to}, and is theirs to answer", hand_off)
        if event.offered is None or event.offered.id != hand_off:
            raise Stale(f"that hand-off is {found.answer}", hand_off)
        return found

    def _owners(self, viewer: Viewer, asset: str) -> set[str]:
        """The agencies that have an asset of this name."""
        shown = of_picture.picture(self.index(TrackIndex), self.rights(viewer), self.clock(), limit=0)
        return {each.agency for each in shown.assets if each.name == asset}

    def _of_event(self, viewer: Viewer, *named: str) -> Marking:
        return self._joint(viewer, named, Marking(originator=viewer.agency))

    def _joint(self, viewer: Viewer, named: Sequence[str], base: Marking) -> Marking:
        """The marking of what the viewer's agency says of these reports: at least as strict as they and `base`."""
        entries = self.log.fetch(named, self.rights(viewer))
        if len(entries) < len(set(named)):
            raise NoEvent(", ".join(sorted(set(named) - entries.keys())))
        markings = [each.report.marking for each in entries.values()]
        registry = self.log.registry()
        if not all_may_see(viewer.agency, markings, registry):
            raise Refused(
                "not all of your agency may see what this is about, and a report of it would tell them",
                remedy="ask the originator to release it to your agency",
            )
        return joint([*markings, replace(base, originator=viewer.agency)], viewer.agency, registry)

    def _shared(self, viewer: Viewer, event: EventOfInterest, to: str) -> str:
        """The first report of the event that all of another agency may see. Raises `Refused` where there is none."""
        entries, registry = self.log.fetch(event.members, self.rights(viewer)), self.log.registry()
        for id in event.members:
            if id in entries and all_may_see(to, [entries[id].report.marking], registry):
                return id
        raise Refused(
            f"not all of {to} may see what you would hand off",
            where=event.id,
            remedy="release a report of it to them first, or ask its originator to",
        )

    def _for_both(self, viewer: Viewer, other: str, *named: str) -> Marking:
        """The marking of what is said between two agencies of what both may see."""
        whole, registry = self._of_event(viewer, *named), self.log.registry()
        if all_may_see(other, [whole], registry):
            return whole
        level = whole.tlp if whole.tlp.strictness < Tlp.RED.strictness else Tlp.AMBER_STRICT
        named_too = replace(whole, tlp=level, rel_to=tuple(sorted({*(whole.rel_to or ()), f"agency:{other}"})))
        entries = self.log.fetch(named, self.rights(viewer))
        lets_in = [each for each in registry.viewers if decide(each, named_too, registry).allowed]
        if all(decide(each, entry.report.marking, registry).allowed for each in lets_in for entry in entries.values()):
            return named_too
        raise Refused(
            f"no marking lets {other} see this and shows nobody what they may not see",
            where=", ".join(named),
            remedy="release what it is about to them first",
        )

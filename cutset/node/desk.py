"""What a node shows of the lead desk, and takes in there: decisions, pointers, requests, answers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec.structs import replace

from cutset.access.decide import all_may_see
from cutset.access.registry import Agency, PointerRule, Viewer
from cutset.access.roles import may_administer
from cutset.link import judging
from cutset.link import leads as of_leads
from cutset.link.desk import clocks as of_clocks
from cutset.link.desk import inbox as of_inbox
from cutset.link.desk import pointers as of_pointers
from cutset.link.desk import requests as of_requests
from cutset.link.desk import writing
from cutset.link.desk.clocks import Timed
from cutset.link.desk.decisions import Stale, State
from cutset.link.desk.inbox import Item, Of
from cutset.link.desk.index import ACCEPTED, IN_CONTACT, REJECTED, SEEN, DeskIndex
from cutset.link.desk.pointers import Pointer
from cutset.link.desk.requests import Request
from cutset.link.desk.states import handled
from cutset.link.errors import NotFound
from cutset.link.lead import Lead
from cutset.model.marking import Marking
from cutset.model.report import Detection, Judgement, Receipt, Report, Seizure, Struct, Tasking, When
from cutset.node.core import Core, Refused, viewer_id
from cutset.node.looks import looked, tried


class See(Struct, frozen=True, tag="see", tag_field="answer"):
    """The viewer's rights allow the match: here is the lead."""

    lead: Lead


class Call(Struct, frozen=True, tag="pointer", tag_field="answer"):
    """A match exists, and this is whom to call; nothing else is said. `pointer` is the record of it, for both sides."""

    owner: str
    name: str
    contact: str
    pointer: Pointer


class Asked(Struct, frozen=True, tag="request", tag_field="answer"):
    """The owner was asked to release something, and may have answered."""

    request: Request


Answer = See | Call | Asked
"""What a match is answered by. The fourth answer, nothing, is that there is none of these."""


class Desk(Core):
    """Leads decided, pointers given, requests made and answered."""

    # ---- leads ----------------------------------------------------------------------------------------------------

    @looked(words=("of", "state"))
    def inbox(
        self,
        *,
        viewer: Viewer | str,
        of: Of | str = Of.AGENCY,
        state: State | str | Collection[State | str] = (),
        limit: int | None = None,
        after: str | None = None,
    ) -> list[Item]:
        """The leads that concern the viewer's agency, or what they submitted: new first, priority targets' first."""
        wanted = [state] if isinstance(state, str) else list(state)
        self.catch_up_links()
        return of_inbox.inbox(
            self.index(DeskIndex),
            self.link,
            self.rights(viewer),
            of=Of(of),
            states=[State(each) for each in wanted],
            limit=limit,
            after=after,
        )

    @looked()
    def inbox_item(self, lead: Lead | str, *, viewer: Viewer | str) -> Item:
        """One lead with what became of it, whomever it concerns. Raises `NotFound`."""
        return self._opened(lead, viewer)[2]

    @looked()
    def inbox_items(self, leads: Collection[Lead], *, viewer: Viewer | str) -> list[Item]:
        """What became of each of these leads, as the viewer was given them."""
        rights = self.rights(viewer)
        return of_inbox.items(self.index(DeskIndex), rights, leads)

    @looked()
    def clocks(self, *, viewer: Viewer | str) -> list[Timed]:
        """How long each step takes from an event to an accepted lead: all together, by agency, by owner of the case."""
        self.catch_up_links()
        return of_clocks.clocks(self.index(DeskIndex), self.link, self.rights(viewer))

    @tried
    def accept_lead(
        self, lead: Lead | str, *, by: Viewer | str, reason: str = "", expected: State | str | None = None
    ) -> Receipt:
        """Accept a lead: it links what it says. `expected` is the state in which it was shown.

        Raises `Stale` where it is in another by now, `NotFound` where the viewer sees no such lead, `Refused` where
        not all of the viewer's agency may see what it rests on. A decision is undone by `undo`.
        """
        return self._decide(ACCEPTED, lead, by, reason, expected)

    @tried
    def reject_lead(
        self, lead: Lead | str, *, by: Viewer | str, reason: str = "", expected: State | str | None = None
    ) -> Receipt:
        """Reject a lead: it does not link what it says. Raises as `accept_lead` does."""
        return self._decide(REJECTED, lead, by, reason, expected)

    @tried
    def contact_lead(
        self, lead: Lead | str, *, by: Viewer | str, reason: str = "", expected: State | str | None = None
    ) -> Receipt:
        """Say that the two sides of a lead are in contact. Raises as `accept_lead` does."""
        return self._decide(IN_CONTACT, lead, by, reason, expected)

    @tried
    def see_lead(self, lead: Lead | str, *, by: Viewer | str) -> Receipt:
        """Mark a lead as opened by this viewer, the first time; later calls give the first mark's receipt."""
        viewer, found, _ = self._opened(lead, by)
        mine = handled(self.index(DeskIndex), self.rights(viewer), [found])[found.id].seen.get(viewer.id)
        if mine is not None:
            return Receipt(id=mine.id, submitted_at=mine.at, held=True)
        return self._write(viewer, found, Judgement(verdict=SEEN, about=_ends(found)))

    def _decide(
        self, verdict: str, lead: Lead | str, by: Viewer | str, reason: str, expected: State | str | None
    ) -> Receipt:
        viewer, found, item = self._opened(lead, by)
        standing = item.standing
        if expected is not None and State(expected) is not standing.state:
            raise Stale(found.id, State(expected), standing)
        content = Judgement(
            verdict=verdict, about=_ends(found), reason=reason, score=found.score, follows=standing.last
        )
        return self._write(viewer, found, content)

    def _opened(self, lead: Lead | str, by: Viewer | str) -> tuple[Viewer, Lead, Item]:
        viewer = self.viewer(viewer_id(by))
        self.catch_up_links()
        rights = self.rights(viewer)
        if isinstance(lead, str):
            found = of_leads.lead(self.link, rights, lead)
        else:
            of_event = of_leads.leads(self.link, rights, event=lead.event)
            found = next((each for each in of_event if each.id == lead.id), None) or _missing(lead.id)
        return viewer, found, of_inbox.item(self.index(DeskIndex), rights, found)

    def _write(self, viewer: Viewer, lead: Lead, content: Judgement) -> Receipt:
        follows = content.follows
        named = [*writing.named_by(lead), *([follows] if follows else [])]
        entries = self.log.fetch(named, self.rights(viewer))
        markings = writing.markings_of(lead, entries)
        if follows in entries:
            markings = (*markings, entries[follows].report.marking)
        self._refuse_where_colleagues_may_not(viewer, markings)
        marking = writing.joint(markings, viewer.agency, self.log.registry())
        return self.submit(writing.decision(lead, content, marking=marking, by=viewer.id), by=viewer)

    # ---- answers --------------------------------------------------------------------------------------------------

    @looked()
    def answers(self, event: Receipt | str, *, viewer: Viewer | str) -> list[Answer]:
        """What there is on an event: leads that the viewer may see, pointers, requests; an empty list is nothing.

        Pointers are sought for an event of the viewer's own agency only, and what is found is recorded before this
        returns, for its owner to see. Raises `NotFound` where the viewer sees no such event.
        """
        event_id = event.id if isinstance(event, Receipt) else event
        rights = self.rights(viewer)
        self.catch_up_links()
        entry = self.log.fetch([event_id], rights).get(event_id)
        if entry is None or not isinstance(entry.report.content, Seizure | Detection):
            raise NotFound("event", event_id)
        index, registry = self.index(DeskIndex), self.log.registry()
        sought = of_pointers.seek(index, self.link, rights, entry, registry, self.clock())
        for found in sought.found:
            shows = all_may_see(found.owner, [entry.report.marking], registry)
            made = writing.pointer(found, entry, shows_event=shows, agency=rights.agency)
            self.submit(made, by=viewer)
        rights, index = self.rights(viewer), self.index(DeskIndex)
        leads = of_leads.leads(self.link, rights, event=event_id)
        pointers = [each for each in of_pointers.given(index, rights, event_id) if each.asker == rights.agency]
        ids = {event_id, *(each.id for each in pointers)}
        asked = [each for each in of_requests.requests(index, rights) if {each.about, each.follows} & ids]
        calls = [_call(each, registry.agency(each.owner)) for each in pointers]
        return [*(See(lead=each) for each in leads), *calls, *(Asked(request=each) for each in asked)]

    @looked()
    def pointers(self, *, viewer: Viewer | str) -> list[Pointer]:
        """The pointers that the viewer's agency got, and those that others got to what it holds; the latest first."""
        return of_pointers.given(self.index(DeskIndex), self.rights(viewer))

    @tried
    def set_pointers(
        self, agency: str, rules: Collection[PointerRule], *, by: Viewer | str, reason: str = ""
    ) -> Agency:
        """Say which of an agency's reports give pointers, and why: none do, without a rule. For administrators."""
        viewer = self.viewer(viewer_id(by))
        registry = self.log.registry()
        found = registry.agency(agency)
        if found is None or not may_administer(viewer, registry):
            raise Refused(
                f"{viewer.id} may not say which reports of {agency} give pointers", remedy="ask an administrator"
            )
        changed = replace(found, pointers=tuple(dict.fromkeys(rules)))
        self.log.register(changed, by=viewer.id, reason=reason)
        return changed

    # ---- requests -------------------------------------------------------------------------------------------------

    @looked()
    def release_requests(self, *, viewer: Viewer | str, open_only: bool = False) -> list[Request]:
        """The requests that the viewer's agency made or was asked, with their answers; the open ones first."""
        return of_requests.requests(self.index(DeskIndex), self.rights(viewer), open_only=open_only)

    @tried
    def request_release(self, of: str, *, by: Viewer | str, reason: str, due: datetime | None = None) -> Receipt:
        """Ask the owner to release what a pointer points to, or more of a report that the viewer may see.

        `of` is the pointer's id or the report's. Raises `Refused` where there is no reason, or it is the viewer's own.
        """
        viewer = self.viewer(viewer_id(by))
        rights = self.rights(viewer)
        if not reason.strip():
            raise Refused("a request needs a reason", remedy="say why you need it: the owner decides by it")
        pointers = of_pointers.given(self.index(DeskIndex), rights)
        pointer = next((each for each in pointers if each.id == of and each.asker == viewer.agency), None)
        entry = self.log.fetch([of], rights).get(of)
        if entry is None:
            raise judging.NothingToJudge(of)
        owner = pointer.owner if pointer else entry.report.originator
        if owner == viewer.agency:
            raise Refused("the report is your own agency's", remedy="there is nobody else to ask")
        self._refuse_where_colleagues_may_not(viewer, [entry.report.marking])
        about, hidden = of, ""
        if pointer is not None:
            # The owner is told of the event where the pointer told it already.
            told = isinstance(entry.report.content, Tasking) and bool(entry.report.content.about)
            about, hidden = (pointer.event, "") if told else ("", pointer.event)
        made = writing.request(
            owner,
            agency=viewer.agency,
            by=viewer.id,
            reason=reason,
            about=about,
            hidden_about=hidden,
            follows=pointer.id if pointer else "",
            due=When(at=due) if due else None,
            made=entry.report.source.made,
        )
        return self.submit(made, by=viewer)

    @tried
    def release(
        self,
        request: str,
        released: Report | str,
        *,
        by: Viewer | str,
        reason: str = "",
        portions: Collection[int] = (),
    ) -> Receipt:
        """Answer a request: release a report to its asker. The receipt is the answer's.

        `released` is a report with the marking that the owner means, or the id of one of its reports. That is released
        as it is where the asker may see it, and else in a new edition that the asker may see too. `portions` are the
        places, from 0, of those that the new edition lets the asker see besides; the others stay as they are marked.
        Raises `Refused` where the asker still could not see it, or the request is not for the viewer to answer.
        """
        viewer, asked = self._to_answer(request, by)
        if isinstance(released, str):
            entry = self.log.fetch([released], self.rights(viewer)).get(released)
            if entry is None or entry.report.originator != viewer.agency:
                raise judging.NothingToJudge(released)
            seen = self._all_see(asked.asker, entry.report.marking)
            report_id = released
            if not set(portions) <= set(range(len(entry.report.portions))):
                raise judging.NothingToJudge(released)
            if not seen or portions:
                wider = writing.widened(entry.report, released, asked.asker, portions=portions, seen=seen)
                for marking in (wider.marking, *(wider.portions[each].marking for each in sorted(portions))):
                    self._refuse_unseen(asked.asker, marking)
                report_id = self.submit(wider, by=viewer).id
        else:
            self._refuse_unseen(asked.asker, released.marking)
            report_id = self.submit(released, by=viewer).id
        return self._answer(viewer, asked, report_id, reason)

    @tried
    def refuse(self, request: str, *, by: Viewer | str, reason: str) -> Receipt:
        """Answer a request by a refusal, with its reason. Raises `Refused` where that is missing."""
        viewer, asked = self._to_answer(request, by)
        if not reason.strip():
            raise Refused("a refusal needs a reason", remedy="say why, or whom else to ask")
        return self._answer(viewer, asked, "", reason)

    def _to_answer(self, request: str, by: Viewer | str) -> tuple[Viewer, Request]:
        viewer = self.viewer(viewer_id(by))
        found = of_requests.requests(self.index(DeskIndex), self.rights(viewer))
        asked = next((each for each in found if each.id == request and each.owner == viewer.agency), None)
        if asked is None:
            raise NotFound("request to your agency", request)
        return viewer, asked

    def _answer(self, viewer: Viewer, asked: Request, released: str, reason: str) -> Receipt:
        entry = self.log.fetch([asked.id], self.rights(viewer))[asked.id]
        made = entry.report.source.made
        report = writing.answer(
            asked.id, released=released, reason=reason, owner=viewer.agency, asker=asked.asker, made=made
        )
        return self.submit(report, by=viewer)

    def _refuse_unseen(self, asker: str, marking: Marking) -> None:
        if not self._all_see(asker, marking):
            raise Refused(
                f"not all of {asker} could see what is released under {marking.banner}",
                remedy=f"name agency:{asker} in its REL TO, at TLP:AMBER+STRICT or below",
            )

    def _all_see(self, agency: str, marking: Marking) -> bool:
        registry = self.log.registry()
        people = [each for each in registry.viewers if each.agency == agency and each.active]
        return bool(people) and all_may_see(agency, [marking], registry)

    def _refuse_where_colleagues_may_not(self, viewer: Viewer, markings: Collection[Marking]) -> None:
        if not all(self._all_see(viewer.agency, marking) for marking in markings):
            raise Refused(
                "not all of your agency may see what this is about, and a report of it would tell them",
                remedy="ask the originator to release it to your agency",
            )


def _ends(lead: Lead) -> tuple[str, ...]:
    return tuple(sorted((lead.event, lead.other)))


def _missing(lead: str) -> Lead:
    raise NotFound("lead", lead)


def _call(pointer: Pointer, owner: Agency | None) -> Call:
    return Call(
        owner=pointer.owner,
        name=owner.name if owner else "",
        contact=owner.contact if owner else "",
        pointer=pointer,
    )

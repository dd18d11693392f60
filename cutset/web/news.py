"""News: what reports that just came mean for one viewer's desk, seen through their rights."""

from __future__ import annotations

from collections.abc import Sequence

from cutset.access.rights import Rights
from cutset.link.desk import pointers as of_pointers
from cutset.link.desk import requests as of_requests
from cutset.link.desk.index import DeskIndex
from cutset.link.index import LinkIndex
from cutset.link.leads import leads
from cutset.log.store import Held, Log
from cutset.model.report import (
    Case,
    Content,
    Detection,
    Entry,
    Event,
    Seizure,
    Struct,
    Tasking,
    Track,
    Watch,
)
from cutset.track.words import HEEDED, SENT

MOST = 20
"""Reports at once whose leads are sought one by one; of more than these it is said that there is much."""


class News(Struct, frozen=True):
    """How many leads, pointers and requests are new to the viewer's agency; `much` where more came than is counted.

    `watch` counts the reports that may change a watch's picture.
    """

    leads: int = 0
    pointers: int = 0
    requests: int = 0
    much: bool = False
    watch: int = 0

    def __bool__(self) -> bool:
        return self != News()


def news(log: Log, link: LinkIndex, desk: DeskIndex, rights: Rights, fresh: Sequence[Held]) -> News:
    """What the reports `fresh` mean for the viewer's agency: those that the viewer may not see mean nothing.

    The indexes must have taken them in. Whatever is counted is counted of what the viewer may see, and the limit too:
    a hidden report moves neither a number nor the limit.
    """
    seen = [held.entry for held in fresh if held.marking_id in rights.visible]
    linked = [entry for entry in seen if isinstance(entry.report.content, Case | Seizure | Detection)]
    told = {entry.id for entry in seen} - {entry.id for entry in linked}
    pointers = [each for each in of_pointers.given(desk, rights) if each.id in told] if told else []
    asked = [each for each in of_requests.requests(desk, rights) if {each.id, each.answer} & told] if told else []
    watch = sum(_of_watch(entry.report.content) for entry in seen)
    if len(linked) > MOST:
        return News(pointers=len(pointers), requests=len(asked), much=True, watch=watch)
    return News(leads=_leads(log, link, rights, linked), pointers=len(pointers), requests=len(asked), watch=watch)


def _of_watch(content: Content) -> bool:
    match content:
        case Track() | Watch():
            return True
        case Event():
            return bool(content.phase) or content.where.latitude_deg is not None
        case Tasking():
            return content.order in HEEDED | SENT
    return False


def _leads(log: Log, link: LinkIndex, rights: Rights, linked: Sequence[Entry]) -> int:
    """How many leads of these reports concern one of the viewer's agency."""
    found = {}
    for entry in linked:
        of_one = (
            leads(link, rights, case=entry.id)
            if isinstance(entry.report.content, Case)
            else leads(link, rights, event=entry.id)
        )
        found.update({lead.id: lead for lead in of_one})
    ends = {id for lead in found.values() for id in (lead.event, lead.other)}
    held = log.fetch(ends, rights)
    ours = {id for id, entry in held.items() if entry.report.marking.originator == rights.agency}
    return sum(lead.event in ours or lead.other in ours for lead in found.values())

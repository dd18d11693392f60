"""The inbox: leads that concern an agency's reports, the undecided first, priority targets' cases before others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.link.desk.decisions import Standing, State
from cutset.link.desk.index import DeskIndex
from cutset.link.desk.states import Handled, handled
from cutset.link.errors import NotFound
from cutset.link.index import LinkIndex
from cutset.link.lead import Lead
from cutset.link.leads import Outline, chosen
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.tables import log_report
from cutset.model.report import Struct

_ORDER = {State.NEW: 0, State.IN_CONTACT: 1, State.ACCEPTED: 2, State.REJECTED: 3}


class Of(StrEnum):
    """Whose inbox: what concerns any report of the viewer's agency, or one that the viewer submitted."""

    AGENCY = "agency"
    VIEWER = "viewer"


class Item(Struct, frozen=True):
    """A lead in an inbox: its standing, when this viewer first opened it, and when anybody first did."""

    lead: Lead
    standing: Standing
    opened: datetime | None = None
    first_seen: datetime | None = None


def inbox(
    index: DeskIndex,
    link: LinkIndex,
    rights: Rights,
    *,
    of: Of = Of.AGENCY,
    states: Collection[State] = (),
    limit: int | None = None,
    after: str | None = None,
) -> list[Item]:
    """The leads that concern the viewer: in conflict or new first, then in contact, accepted, rejected.

    Within a state leads keep the order of `leads`: priority targets' cases first, then by score. `states` narrows them.
    `limit` is how many to give, `after` the id of the lead where the last page ended; raises `NotFound` where it is
    not in this inbox any more.
    """
    done: dict[str, Handled] = {}

    def page(outlines: Sequence[Outline]) -> Sequence[Outline]:
        found = list(outlines)
        if of is Of.VIEWER:
            mine = _submitted(index, rights, {report for each in found for report in (each.event, each.other)})
            found = [each for each in found if each.event in mine or each.other in mine]
        done.update(handled(index, rights, found))
        if states:
            found = [each for each in found if done[each.id].standing.state in states]
        found.sort(key=lambda each: _place(done[each.id].standing))
        start = 0
        if after is not None:
            start = next((at + 1 for at, each in enumerate(found) if each.id == after), -1)
            if start < 0:
                raise NotFound("lead in this inbox", after)
        return found[start:] if limit is None else found[start : start + limit]

    return [_item(each, done[each.id], rights.viewer) for each in chosen(link, rights, page, agency=rights.agency)]


def _place(standing: Standing) -> tuple[bool, int]:
    return not standing.conflict, _ORDER[standing.state]


def item(index: DeskIndex, rights: Rights, lead: Lead) -> Item:
    """A lead with what became of it."""
    return items(index, rights, [lead])[0]


def items(index: DeskIndex, rights: Rights, leads: Collection[Lead]) -> list[Item]:
    """Leads that the viewer sees, each with what became of it."""
    done = handled(index, rights, list(leads))
    return [_item(each, done[each.id], rights.viewer) for each in leads]


def _item(lead: Lead, done: Handled, viewer: str) -> Item:
    mine = done.seen.get(viewer)
    return Item(
        lead=lead,
        standing=done.standing,
        opened=mine.at if mine else None,
        first_seen=min((each.at for each in done.seen.values()), default=None),
    )


def _submitted(index: DeskIndex, rights: Rights, reports: set[str]) -> set[str]:
    found: set[str] = set()
    with index.engine.connect() as connection:
        for chunk in chunks(sorted(reports)):
            query = sa.select(log_report.c.id).where(
                log_report.c.id.in_(chunk),
                log_report.c.submitted_by == rights.viewer,
                visible(log_report.c.marking_id, rights),
            )
            found.update(connection.scalars(query))
    return found

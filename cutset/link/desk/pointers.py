"""Pointers: a hidden match exists, and this is whom to call. The one deliberate exception to non-interference.

A pointer is sought only for the verified selectors of an event that the viewer's own agency has submitted, and given
only where the owner of the hidden report has said that what is marked so gives pointers (`Agency.pointers`). It says
the owner, whom to call there, and which of the asker's own selectors matched. It is a report: the owner sees at once
who asked, when and by which selector. Nobody else sees anything.

What bounds it: one pointer for each event (in all its editions) and owner; the first `MOST_ASKED` selectors of an
event; `A_DAY` new pointers a viewer in 24 hours. A value too common to link gives none, whether it is common among what
the asker may see or among what the owner holds. What a third agency holds has no part in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from cutset.access.registry import Registry
from cutset.access.rights import Rights
from cutset.clock import instant, microseconds
from cutset.link import leads as of_leads
from cutset.link.desk.index import POINTER, DeskIndex, asking
from cutset.link.errors import NotFound
from cutset.link.index import LinkIndex
from cutset.link.postings import Side, named, posting, selector
from cutset.link.strength import STRENGTH
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.markings import markings_by_id
from cutset.log.tables import log_report, log_supersession
from cutset.model.mention import Selector, SelectorKind
from cutset.model.report import Entry, Struct

MOST_ASKED = 20
"""Selectors of one event that are asked for; a list of hundreds is a search, and no seizure."""
A_DAY = 50
"""New pointers that one viewer may get in 24 hours."""
LEAST_STRENGTH = 0.5
"""Kinds of selector below this strength (`cutset.link.strength`) name no one thing, and give no pointer."""


class Pointer(Struct, frozen=True):
    """A recorded pointer: `asker` and `owner` are agencies, `by` is who asked, `kind` and `value` what matched.

    `id` is its own report. `event` is "" for an owner who may not see that event.
    """

    id: str
    asker: str
    by: str
    at: datetime
    owner: str
    kind: SelectorKind
    value: str
    event: str = ""


class Found(NamedTuple):
    """A hidden match that its owner lets be pointed to."""

    owner: str
    selector: Selector


class Sought(NamedTuple):
    """What a search for pointers gave: those to record now, and how many more the day's limit kept back.

    The limit is told to nobody: above it the answer is nothing, now, and asking again tomorrow may give them.
    """

    found: tuple[Found, ...] = ()
    kept_back: int = 0


def given(index: DeskIndex, rights: Rights, event: str | None = None) -> list[Pointer]:
    """The pointers that the viewer may see, as asker or as owner, the latest first; those of one event's editions."""
    with index.engine.connect() as connection:
        seen = (visible(asking.c.marking_id, rights), live(asking.c.seq, rights))
        query = sa.select(asking, visible(asking.c.event_marking_id, rights).label("shown"))
        # Any agency may write a tasking: it counts as a pointer for the two whose it says that it is.
        ours = sa.or_(asking.c.asker == rights.agency, asking.c.owner == rights.agency)
        query = query.where(asking.c.sort == POINTER, ours, *seen)
        if event is not None:
            query = query.where(
                asking.c.event.in_(editions(connection, rights, event)), visible(asking.c.event_marking_id, rights)
            )
        rows = connection.execute(query).all()
    return [_pointer(row) for row in sorted(rows, key=lambda row: (-row.at_us, row.id))]


def editions(connection: sa.Connection, rights: Rights, report: str) -> list[str]:
    """A report and all editions before it that the viewer may see. Empty where the viewer may not see the report."""
    new, old = log_report.alias("new"), log_report.alias("old")
    found: list[str] = []
    reached = list(
        connection.scalars(
            sa.select(log_report.c.id).where(log_report.c.id == report, visible(log_report.c.marking_id, rights))
        )
    )
    while reached:
        found.extend(reached)
        earlier = (
            sa.select(old.c.id)
            .join(log_supersession, log_supersession.c.old_seq == old.c.seq)
            .join(new, new.c.seq == log_supersession.c.new_seq)
            .where(new.c.id.in_(reached), visible(old.c.marking_id, rights), visible(new.c.marking_id, rights))
        )
        reached = sorted(set(connection.scalars(earlier)) - set(found))
    return found


def seek(index: DeskIndex, link: LinkIndex, rights: Rights, event: Entry, registry: Registry, at: datetime) -> Sought:
    """The pointers that this event of the viewer's own agency gives and that are not recorded yet.

    `event` is as the viewer may see it. Raises `NotFound` where it is not live. Nothing is recorded here.
    """
    owners = {
        agency.id: agency
        for agency in registry.agencies
        if agency.active and agency.pointers and agency.id != rights.agency
    }
    pointed = {each.owner for each in given(index, rights, event.id) if each.asker == rights.agency}
    owners = {id: agency for id, agency in owners.items() if id not in pointed}
    if event.report.originator != rights.agency or not owners:
        return Sought()
    with link.engine.connect() as connection:
        if not connection.scalar(sa.select(named.c.seq).where(named.c.seq == event.seq, live(named.c.seq, rights))):
            raise NotFound("event", event.id)
        found: dict[str, Found] = {}
        for each in _asked(event):
            if _visible_bearers(connection, rights, each) > of_leads.COMMON_ABOVE:
                continue
            for row in _hidden(connection, rights, event, each, list(owners)):
                markings = markings_by_id(connection, {row.marking_id, row.portion_marking_id})
                rules = owners[row.originator].pointers
                if all(any(rule.allows(one, rights.purpose) for rule in rules) for one in markings.values()):
                    found.setdefault(row.originator, Found(row.originator, each))
        left = max(A_DAY - _today(connection, rights, at), 0)
    ordered = [found[owner] for owner in sorted(found)]
    return Sought(tuple(ordered[:left]), len(ordered[left:]))


def _asked(event: Entry) -> list[Selector]:
    """The event's verified selectors that name one thing, each once, in the order in which it names them."""
    report = event.report
    mentions = (*report.mentions, *(mention for portion in report.portions for mention in portion.mentions))
    found: dict[tuple[SelectorKind, str], Selector] = {}
    for mention in mentions:
        for each in mention.selectors:
            if each.verified and each.value and STRENGTH[each.kind] >= LEAST_STRENGTH:
                found.setdefault((each.kind, each.value), each)
    return list(found.values())[:MOST_ASKED]


def _visible_bearers(connection: sa.Connection, rights: Rights, of: Selector) -> int:
    query = _bearing(of).where(
        visible(posting.c.marking_id, rights),
        visible(posting.c.portion_marking_id, rights),
        live(posting.c.seq, rights),
    )
    return connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0


def _bearing(of: Selector) -> sa.Select[Any]:
    return (
        sa.select(posting.c.seq)
        .join(selector, selector.c.id == posting.c.selector_id)
        .where(selector.c.kind == str(of.kind), selector.c.value == of.value)
        .distinct()
    )


def _hidden(
    connection: sa.Connection, rights: Rights, event: Entry, of: Selector, owners: Sequence[str]
) -> Iterator[sa.Row[Any]]:
    """The owners' events and cases that bear the value where this viewer may not see it, unless it is common there.

    Live here means that no report at all supersedes it: the owner's own view, for owners correct only their own.
    """
    current = ~sa.exists().where(log_supersession.c.old_seq == posting.c.seq)
    held = (
        sa.select(
            named.c.originator,
            named.c.seq,
            named.c.side,
            named.c.made,
            posting.c.marking_id,
            posting.c.portion_marking_id,
            sa.and_(visible(posting.c.marking_id, rights), visible(posting.c.portion_marking_id, rights)).label("seen"),
        )
        .join(selector, selector.c.id == posting.c.selector_id)
        .join(named, named.c.seq == posting.c.seq)
        .where(selector.c.kind == str(of.kind), selector.c.value == of.value, named.c.originator.in_(owners), current)
    )
    rows = connection.execute(held).all()
    counts: dict[str, set[int]] = {}
    for row in rows:
        counts.setdefault(row.originator, set()).add(row.seq)
    seen = {row.seq for row in rows if row.seen}
    for row in rows:
        ends = row.side in (Side.EVENT, Side.CASE) and row.made == event.report.source.made
        if ends and row.seq not in seen and len(counts[row.originator]) <= of_leads.COMMON_ABOVE:
            yield row


def _today(connection: sa.Connection, rights: Rights, at: datetime) -> int:
    """How many pointers this viewer got in the 24 hours before `at`."""
    since = microseconds(at - timedelta(days=1))
    mine = (asking.c.sort == POINTER, asking.c.by == rights.viewer, asking.c.at_us > since)
    return connection.scalar(sa.select(sa.func.count()).where(*mine, visible(asking.c.marking_id, rights))) or 0


def _pointer(row: sa.Row[Any]) -> Pointer:
    return Pointer(
        id=row.id,
        asker=row.asker,
        by=row.by,
        at=instant(row.at_us),
        owner=row.owner,
        kind=SelectorKind(row.kind),
        value=row.value,
        event=row.event if row.shown else "",
    )

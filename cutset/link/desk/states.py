"""The states of leads, and who has seen them, as far as this viewer may see the decisions.

A decision on an earlier edition of a report holds for the later one, as it does for the measures.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import instant
from cutset.link.desk.decisions import DECISIONS, Decision, Standing, standing
from cutset.link.desk.index import SEEN, DeskIndex, decision
from cutset.link.lead import Lead
from cutset.link.leads import Outline
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.tables import log_report, log_supersession
from cutset.model.report import Struct

Ends = frozenset[str]
"""The ids of a lead's two reports."""


class Handled(Struct, frozen=True):
    """What became of a lead: its standing, and who first opened it when (viewer's id -> the judgement `seen`)."""

    standing: Standing = Standing()
    seen: Mapping[str, Decision] = {}


NEW = Handled()


def handled(index: DeskIndex, rights: Rights, leads: Iterable[Lead | Outline]) -> dict[str, Handled]:
    """By lead id, what became of each of these leads, of what the viewer may see. A lead without any word is new."""
    ends = {lead.id: frozenset((lead.event, lead.other)) for lead in leads}
    with index.engine.connect() as connection:
        found = _by_ends(connection, rights, {report for each in ends.values() for report in each})
    return {id: _handled(found.get(each, ())) for id, each in ends.items()}


def _handled(given: Collection[Decision]) -> Handled:
    if not given:
        return NEW
    seen: dict[str, Decision] = {}
    for each in sorted(given, key=lambda each: (each.at, each.id)):
        if each.verdict == SEEN:
            seen.setdefault(each.by, each)
    return Handled(standing=standing(each for each in given if each.verdict != SEEN), seen=seen)


def _by_ends(connection: sa.Connection, rights: Rights, reports: set[str]) -> dict[Ends, list[Decision]]:
    """The live judgements on two of `reports` or of their earlier editions, by the present ends."""
    present = _editions(connection, rights, reports)
    rows: dict[int, sa.Row[Any]] = {}
    seen = (visible(decision.c.marking_id, rights), live(decision.c.seq, rights))
    for chunk in chunks(sorted(present)):
        query = sa.select(decision).where(decision.c.first.in_(chunk), decision.c.second != "", *seen)
        rows.update((row.seq, row) for row in connection.execute(query))
    found: dict[Ends, list[Decision]] = {}
    for row in rows.values():
        ends = frozenset(present[each] for each in (row.first, row.second) if each in present)
        if len(ends) == 2 and (row.verdict in (*DECISIONS, SEEN) or row.reverses):
            found.setdefault(ends, []).append(_decision(row))
    return found


def _decision(row: sa.Row[Any]) -> Decision:
    return Decision(
        id=row.id,
        verdict=row.verdict,
        by=row.by,
        at=instant(row.at_us),
        reason=row.reason,
        reverses=row.reverses,
        follows=row.follows,
    )


def _editions(connection: sa.Connection, rights: Rights, reports: set[str]) -> dict[str, str]:
    """The reports, and all earlier editions of them that the viewer may see, each with the report it has become."""
    present = {report: report for report in reports}
    reached = set(reports)
    new, old = log_report.alias("new"), log_report.alias("old")
    while reached:
        earlier: dict[str, str] = {}
        for chunk in chunks(sorted(reached)):
            query = (
                sa.select(old.c.id, new.c.id)
                .join(log_supersession, log_supersession.c.old_seq == old.c.seq)
                .join(new, new.c.seq == log_supersession.c.new_seq)
                .where(new.c.id.in_(chunk), visible(old.c.marking_id, rights), visible(new.c.marking_id, rights))
                .order_by(new.c.seq)
            )
            earlier.update((older, present[newer]) for older, newer in connection.execute(query))
        reached = earlier.keys() - present.keys()
        present.update((each, earlier[each]) for each in reached)
    return present

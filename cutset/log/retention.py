"""The review queue: which reports of one's own agency are due, and when (`cutset.model.retention` has the classes).

A clock runs from the report's submission, or from the last review that kept it; another marking starts none anew
(`cutset.log.editions`). What is due is shown until a person renews it, with a reason, or purges it; nothing is purged
by the clock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import instant, microseconds
from cutset.log.editions import earlier as editions_before
from cutset.log.editions import replacing, submitted
from cutset.log.filters import visible
from cutset.log.markings import markings_by_id
from cutset.log.reviews import renewals
from cutset.log.tables import log_portion, log_report
from cutset.model.retention import RetentionClass, classes


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A report that must be reviewed: since when its clock runs, and when it is or was due (aware, UTC)."""

    report: str
    retention: str
    kind: str
    submitted_at: datetime
    since: datetime
    due: datetime
    overdue: bool


def queue(
    connection: sa.Connection, rights: Rights, *, agencies: frozenset[str], at: datetime, within: timedelta
) -> list[Due]:
    """Reports that `agencies` originated, that the viewer sees and that are due by `at` + `within`, the first first.

    A report with portions is due with that of them, or of itself, which is due first.
    """
    markings = markings_by_id(connection, rights.visible)
    own = {id: marking.retention for id, marking in markings.items() if marking.originator in agencies}
    running = {id: classes()[code] for id, code in own.items() if code in classes() and classes()[code].review_years}
    if not running:
        return []
    shortest = min(each.review_years for each in running.values())
    # No clock that runs from a later day can be out by then; 366 days a year would leave some out.
    latest = microseconds(at + within - timedelta(days=365 * shortest))
    # What was given another marking runs on from the edition before it.
    candidates = sa.or_(log_report.c.submitted_us <= latest, log_report.c.seq.in_(replacing))
    rows = connection.execute(
        sa.select(
            log_report.c.id, log_report.c.seq, log_report.c.kind, log_report.c.marking_id, log_report.c.submitted_us
        ).where(visible(log_report.c.marking_id, _limited(rights, own)), candidates)
    ).all()
    if not rows:
        return []
    portions = _portions(connection, _limited(rights, _shorter(own, running)), candidates)
    since = _since(connection, rights, rows)
    found = []
    for row in rows:
        marked = [each for each in (row.marking_id, *portions.get(row.seq, ())) if each in running]
        if not marked:
            continue
        due, retention = min((_due(running[each], since[row.seq]), own[each]) for each in marked)
        if due <= at + within:
            found.append(
                Due(
                    report=row.id,
                    retention=retention,
                    kind=row.kind,
                    submitted_at=instant(row.submitted_us),
                    since=since[row.seq],
                    due=due,
                    overdue=due <= at,
                )
            )
    return sorted(found, key=lambda each: (each.due, each.report))


def _since(connection: sa.Connection, rights: Rights, rows: Sequence[Any]) -> dict[int, datetime]:
    """Since when the clock of each of these rows of `log_report` runs, by seq.

    It runs from the report's first edition, or from the last review of any of them.
    """
    renewed, replaced = renewals(connection), set(connection.scalars(replacing))
    before = editions_before(connection, {row.seq: row.id for row in rows if row.seq in replaced}, rights)
    found = {}
    for row in rows:
        editions = before.get(row.seq, ())
        first = submitted(connection, editions[0]) if editions else instant(row.submitted_us)
        found[row.seq] = max([first, *(renewed[each] for each in (row.seq, *editions) if each in renewed)])
    return found


def _due(retention: RetentionClass, since: datetime) -> datetime:
    due = retention.due(since)
    assert due is not None, "a clock that runs"
    return due


def _shorter(own: Mapping[int, str], running: Mapping[int, RetentionClass]) -> set[int]:
    """The markings whose clocks can be out before that of a report which bears another."""
    longest = max(each.review_years for each in running.values())
    endless = len(running) < len(own)
    return {id for id, each in running.items() if endless or each.review_years < longest}


def _portions(connection: sa.Connection, rights: Rights, candidates: sa.ColumnElement[bool]) -> dict[int, list[int]]:
    """The markings of the candidates' portions, as far as `rights` go, by the candidate's seq."""
    found: dict[int, list[int]] = {}
    for row in connection.execute(
        sa.select(log_portion.c.seq, log_portion.c.marking_id)
        .join(log_report, log_report.c.seq == log_portion.c.seq)
        .where(visible(log_portion.c.marking_id, rights), candidates)
    ):
        found.setdefault(row.seq, []).append(row.marking_id)
    return found


def _limited(rights: Rights, ids: Collection[int]) -> Rights:
    return msgspec.structs.replace(rights, visible=rights.visible.intersection(ids))

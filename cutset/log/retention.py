"""The review queue: which reports of one's own agency are due, and when (`cutset.model.retention` has the classes).

A clock runs from the report's submission, or from the last review that kept it. What is due is shown until a person
renews it, with a reason, or purges it; nothing is purged by the clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import instant, microseconds
from cutset.log.filters import visible
from cutset.log.markings import markings_by_id
from cutset.log.reviews import renewals
from cutset.log.tables import log_report
from cutset.model.retention import classes


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A report that must be reviewed: since when its clock runs, and when it is or was due (aware, UTC)."""

    report: str
    retention: str
    kind: str
    submitted_at: datetime
    since: datetime
    due: datetime
    overdue: bool


def queue(connection: sa.Connection, rights: Rights, *, at: datetime, within: timedelta) -> list[Due]:
    """Reports of the viewer's agency that the viewer sees and that are due by `at` + `within`, the first first."""
    markings = markings_by_id(connection, rights.visible)
    clocks = {
        id: classes()[marking.retention]
        for id, marking in markings.items()
        if marking.originator == rights.agency and marking.retention in classes()
    }
    running = {id: each for id, each in clocks.items() if each.review_years}
    if not running:
        return []
    shortest = min(each.review_years for each in running.values())
    # No clock that runs from a later day can be out by then; 366 days a year would leave some out.
    latest = microseconds(at + within - timedelta(days=365 * shortest))
    rows = connection.execute(
        sa.select(
            log_report.c.id, log_report.c.seq, log_report.c.kind, log_report.c.marking_id, log_report.c.submitted_us
        ).where(
            visible(log_report.c.marking_id, msgspec.structs.replace(rights, visible=frozenset(running))),
            log_report.c.submitted_us <= latest,
        )
    ).all()
    renewed = renewals(connection) if rows else {}
    found = []
    for row in rows:
        submitted = instant(row.submitted_us)
        since = max(submitted, renewed.get(row.seq, submitted))
        due = running[row.marking_id].due(since)
        assert due is not None
        if due <= at + within:
            found.append(
                Due(
                    report=row.id,
                    retention=markings[row.marking_id].retention,
                    kind=row.kind,
                    submitted_at=submitted,
                    since=since,
                    due=due,
                    overdue=due <= at,
                )
            )
    return sorted(found, key=lambda each: (each.due, each.report))

"""Reviews and disseminations, as notices: that a report was validated and is kept, and to whom one was given.

28 CFR 23.20(h) wants the reviewer's name, the date and the reason to keep with what is kept; 23.20(g) a record of who
was given information, why and when, for each dissemination outside the project; 23.20(e) a need and a right to know.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.errors import CutsetError
from cutset.log.audit import distances, from_distances
from cutset.log.database import chunks
from cutset.log.editions import earlier
from cutset.log.filters import visible
from cutset.log.notices import Disseminated, Renewed, decode
from cutset.log.tables import log_body, log_notice, log_purge, log_report
from cutset.log.turn import Turn

WORDS = 500
"""Characters that a reason, a need or a right may have."""


class NotSaid(CutsetError):
    """A reason, recipient, need or right was left out, or is too long; nothing was recorded."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A dissemination on record: when, by whom, to whom, why it needed to know, and by what right."""

    at: datetime
    by: str
    to: str
    need: str
    right: str


def renew(turn: Turn, ids: Iterable[str], *, reason: str, by: str, rights: Rights, agencies: frozenset[str]) -> int:
    """Record the review of those of `ids` that `agencies` originated and that the viewer sees; how many.

    Raises `NotSaid` for a reason that is none.
    """
    _said("the reason to keep", reason)
    rows = _seen(turn.connection, ids, rights, log_report.c.originator.in_(sorted(agencies)))
    if rows:
        turn.add_notice(Renewed(at=turn.at, by=by, reason=reason, reports=distances(row.seq for row in rows)))
    return len(rows)


def disseminate(turn: Turn, ids: Iterable[str], *, to: str, need: str, right: str, by: str, rights: Rights) -> int:
    """Record that those of `ids` which the viewer sees were given `to` somebody; how many. Raises `NotSaid`."""
    for what, text in (("the recipient", to), ("the need to know", need), ("the right to know", right)):
        _said(what, text)
    rows = _seen(turn.connection, ids, rights)
    if rows:
        reports = distances(row.seq for row in rows)
        turn.add_notice(Disseminated(at=turn.at, by=by, reports=reports, to=to, need=need, right=right))
    return len(rows)


def renewals(connection: sa.Connection) -> dict[int, datetime]:
    """When each report that ever was renewed was so last, by its seq."""
    found: dict[int, datetime] = {}
    for notice in _notices(connection, "renewed"):
        assert isinstance(notice, Renewed)
        found.update(dict.fromkeys(from_distances(notice.reports), notice.at))
    return found


def given(
    connection: sa.Connection, report: str, rights: Rights, *, purged: bool = False, every: bool = False
) -> list[Given]:
    """Every dissemination of a report that the viewer may see, and of the editions before it; the first first.

    With `purged` also of one that is purged, as far as its tombstone's marking goes; with `every`, of any report.
    """
    among = None if every else rights
    tables = (log_report, log_purge) if purged or every else (log_report,)
    seen = [
        seq
        for table in tables
        for seq in connection.scalars(
            sa.select(table.c.seq).where(
                table.c.id == report, *(() if among is None else (visible(table.c.marking_id, among),))
            )
        )
    ]
    if not seen:
        return []
    before = earlier(connection, dict.fromkeys(seen, report), among)
    wanted = set(seen).union(*before.values())
    return [
        Given(at=each.at, by=each.by, to=each.to, need=each.need, right=each.right)
        for each in _notices(connection, "disseminated")
        if isinstance(each, Disseminated) and not wanted.isdisjoint(from_distances(each.reports))
    ]


def _notices(connection: sa.Connection, what: str) -> Iterable[Any]:
    rows = connection.execution_options(stream_results=True).scalars(
        sa.select(log_body.c.body)
        .join(log_notice, log_notice.c.seq == log_body.c.seq)
        .where(log_notice.c.what == what)
        .order_by(log_notice.c.seq)
    )
    return (decode(body) for body in rows)


def _seen(
    connection: sa.Connection, ids: Iterable[str], rights: Rights, *conditions: sa.ColumnElement[bool]
) -> list[Any]:
    found: list[Any] = []
    for chunk in chunks(sorted(set(ids))):
        found += connection.execute(
            sa.select(log_report.c.seq).where(
                log_report.c.id.in_(chunk), visible(log_report.c.marking_id, rights), *conditions
            )
        ).all()
    return found


def _said(what: str, text: str) -> None:
    if not text.strip() or len(text) > WORDS or "\x00" in text:
        raise NotSaid(
            f"{what} is not said, and nothing was recorded",
            where=f"{len(text)} characters",
            remedy=f"say it in at most {WORDS} characters, and name nobody whom a report names",
        )

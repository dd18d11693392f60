"""Requests: an owner is asked to release a portion of what it holds; the answer is a report."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import instant
from cutset.link.desk.index import REFUSED, RELEASED, REQUESTS, DeskIndex, asking, decision
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.tables import log_report
from cutset.model.report import Struct


class Answered(StrEnum):
    """What an owner answered."""

    RELEASED = RELEASED
    REFUSED = REFUSED


class Request(Struct, frozen=True):
    """A request, and its answer as far as the viewer may see it.

    `asker` and `owner` are agencies, `by` is who asked, `about` the report that it is about ("" where the viewer may
    not see which), `follows` the pointer that gave occasion. `answer` is the id of the report that answers it,
    `answered` what that says, `released` the report that the owner released.
    """

    id: str
    asker: str
    by: str
    at: datetime
    owner: str
    reason: str
    about: str = ""
    follows: str = ""
    due: datetime | None = None
    answer: str = ""
    answered: Answered | None = None
    answered_at: datetime | None = None
    answer_reason: str = ""
    released: str = ""


def requests(index: DeskIndex, rights: Rights, *, open_only: bool = False) -> list[Request]:
    """The requests that the viewer may see, as asker or as owner: those without an answer first, then the latest."""
    with index.engine.connect() as connection:
        query = sa.select(asking, visible(asking.c.event_marking_id, rights).label("shown")).where(
            asking.c.sort == REQUESTS[0], visible(asking.c.marking_id, rights), live(asking.c.seq, rights)
        )
        rows = connection.execute(query).all()
        answers = _answers(connection, rights, {row.id: row.owner for row in rows})
    found = [_request(row, answers.get(row.id)) for row in rows]
    if open_only:
        found = [each for each in found if each.answered is None]
    return sorted(found, key=lambda each: (each.answered is not None, -each.at.timestamp(), each.id))


def _answers(connection: sa.Connection, rights: Rights, owners: dict[str, str]) -> dict[str, tuple[Any, str]]:
    """The last answer that each request's owner gave, with the report that it releases."""
    found: dict[str, tuple[Any, str]] = {}
    for chunk in chunks(sorted(owners)):
        query = (
            sa.select(decision, log_report.c.originator)
            .join(log_report, log_report.c.seq == decision.c.seq)
            .where(
                sa.or_(decision.c.first.in_(chunk), decision.c.second.in_(chunk)),
                decision.c.verdict.in_((RELEASED, REFUSED)),
                visible(decision.c.marking_id, rights),
                live(decision.c.seq, rights),
            )
            .order_by(decision.c.seq)
        )
        for row in connection.execute(query):
            request, other = (row.first, row.second) if row.first in owners else (row.second, row.first)
            if row.originator == owners[request]:
                found[request] = (row, other)
    return found


def _request(row: Any, answered: tuple[Any, str] | None) -> Request:
    answer, released = answered or (None, "")
    return Request(
        id=row.id,
        asker=row.asker,
        by=row.by,
        at=instant(row.at_us),
        owner=row.owner,
        reason=row.reason,
        about=row.event if row.shown else "",
        follows=row.follows,
        due=None if row.due_us is None else instant(row.due_us),
        answer=answer.id if answer else "",
        answered=Answered(answer.verdict) if answer else None,
        answered_at=instant(answer.at_us) if answer else None,
        answer_reason=answer.reason if answer else "",
        released=released,
    )

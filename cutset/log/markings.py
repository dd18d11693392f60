"""Markings by the ids that postings carry, for the banner of what is derived from several reports."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from cutset.log.tables import log_marking
from cutset.model.marking import Marking


def markings_by_id(connection: sa.Connection, ids: Iterable[int]) -> dict[int, Marking]:
    """The markings that the log knows by `ids`."""
    found = connection.execute(sa.select(log_marking.c.id, log_marking.c.body).where(log_marking.c.id.in_(sorted(ids))))
    return {row.id: msgspec.json.decode(row.body, type=Marking) for row in found}

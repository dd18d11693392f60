"""The desk's own index: decisions on leads, pointers, requests, and their answers."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from cutset.clock import microseconds
from cutset.log.follower import Taken
from cutset.log.rows import insert
from cutset.log.store import Held
from cutset.log.table_index import TableIndex
from cutset.model.report import Judgement, Tasking

VERSION = 1
"""The form of the tables. Raise it with every change to them: an older index is then rebuilt."""

ACCEPTED, REJECTED, IN_CONTACT, SEEN = "accepted", "rejected", "in contact", "seen"
RELEASED, REFUSED = "released", "refused"
POINTER = "pointer"
REQUESTS = ("request", "release")
"""The orders of taskings that ask an owner to release something (docs/measures.md)."""

metadata = sa.MetaData()

decision = sa.Table(
    "desk_decision",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("first", sa.Text, nullable=False, index=True),
    sa.Column("second", sa.Text, nullable=False, index=True),
    sa.Column("reverses", sa.Text, nullable=False, index=True),
    sa.Column("follows", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
)
"""Judgements on two whole reports, in the order of their ids, and those on one (`second` is ""), as of a refusal."""

asking = sa.Table(
    "desk_asking",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("sort", sa.Text, nullable=False),
    sa.Column("asker", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False, index=True),
    sa.Column("event_marking_id", sa.Integer, nullable=False),
    sa.Column("follows", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("due_us", sa.BigInteger),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
)
"""Pointers and requests. `event` is the report that it is about, which only `event_marking_id` may show."""


class DeskIndex(TableIndex):
    """What the views of the desk read beside the links' index."""

    NAME = "desk"
    VERSION = VERSION
    TABLES = metadata

    def take(self, batch: Sequence[Held]) -> Taken:
        """The rows of a batch of reports."""
        return _Rows(batch)


class _Rows:
    """The rows of one batch."""

    def __init__(self, batch: Sequence[Held]) -> None:
        self._decisions: list[tuple[object, ...]] = []
        self._askings: list[tuple[object, ...]] = []
        for held in batch:
            report = held.entry.report
            if report.withdrawn:
                continue
            if isinstance(report.content, Judgement):
                self._decide(held, report.content)
            elif isinstance(report.content, Tasking) and report.content.order in (POINTER, *REQUESTS):
                self._ask(held, report.content)

    def write(self, connection: sa.Connection) -> None:
        """Insert the rows."""
        insert(connection, decision, self._decisions)
        insert(connection, asking, self._askings)

    def _decide(self, held: Held, content: Judgement) -> None:
        entry, ends = held.entry, sorted({each for each in content.about if "#" not in each})
        if len(ends) not in (1, 2):
            return
        said = (content.verdict, ends[0], ends[1] if len(ends) == 2 else "", content.reverses, content.follows)
        given = (content.reason, entry.by, microseconds(entry.submitted_at), held.marking_id)
        self._decisions.append((entry.seq, entry.id, *said, *given))

    def _ask(self, held: Held, content: Tasking) -> None:
        entry, report = held.entry, held.entry.report
        event, event_marking_id = content.about[0] if content.about else "", held.marking_id
        if not event and report.portions:
            # The owner may not see the event: its id stands in a portion for the asker's own people.
            event, event_marking_id = report.portions[0].text, held.portion_marking_ids[0]
        matched = content.selectors[0] if content.selectors else None
        self._askings.append(
            (
                entry.seq,
                entry.id,
                POINTER if content.order == POINTER else REQUESTS[0],
                report.originator,
                entry.by,
                content.asset,
                event,
                event_marking_id,
                content.follows,
                str(matched.kind) if matched else "",
                matched.value if matched else "",
                content.reason,
                microseconds(content.when.at) if content.when else None,
                microseconds(entry.submitted_at),
                held.marking_id,
            )
        )

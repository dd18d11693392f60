"""The audit's index: looks by viewer, view, time and report, and changes of the registry among them.

It follows the log like a view's, for auditors alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from cutset.clock import microseconds
from cutset.log.audit import from_distances
from cutset.log.commitment import encode
from cutset.log.database import chunks
from cutset.log.follower import Cursor, Follower
from cutset.log.notices import Looked, Registered, decode
from cutset.log.rows import insert
from cutset.log.store import Held, Log
from cutset.log.tables import log_body, log_notice, log_purge, log_report

VERSION = 2
_AT_ONCE = 5000

REGISTRY = "registry"
"""The view that a change of the registry stands under; `changed` says of what. Why is in the log, and not here."""

HANDED = "handed over"
"""The view that a package for a `recipient` stands under, beside its maker's look: which reports it handed on."""

metadata = sa.MetaData()

look = sa.Table(
    "audit_look",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("viewer", sa.Text, nullable=False),
    sa.Column("view", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("failed", sa.Text, nullable=False),
    sa.Column("shown", sa.BigInteger, nullable=False),
    sa.Column("asked", sa.Text, nullable=False),
    sa.Index("audit_look_viewer", "viewer", "at_us"),
)
seen = sa.Table(
    "audit_seen",
    metadata,
    sa.Column("report_seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("look_seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
    sa.Index("audit_seen_look", "look_seq"),
    sqlite_with_rowid=False,
)
"""Which look showed which report; `marking_id` is the report's, or what its tombstone kept of it."""


class AuditIndex:
    """Looks in tables of their own. A purge takes nothing from them: they name nobody, and a tombstone keeps the id."""

    NAME = "audit"

    def __init__(self, url: str) -> None:
        self._follower = Follower(url, name=self.NAME, version=VERSION, tables=metadata)

    @property
    def engine(self) -> sa.Engine:
        """The database, for the search."""
        return self._follower.engine

    def cursor(self) -> Cursor:
        """How far the index has come: the last leaf whose notices it holds."""
        return self._follower.cursor()

    def apply(self, batch: Sequence[Held], since: Cursor | None = None) -> bool:
        """Take in the looks up to the last report of `batch`; False where the cursor is no longer `since`."""
        if not batch:
            return True
        with self._follower.turn(since) as turn:
            if turn is None:
                return False
            connection, cursor = turn
            last = batch[-1].entry.seq
            while cursor.seq < last and (taken := self._take(connection, cursor, last)):
                cursor = taken
            self._follower.advance(connection, Cursor(max(last, cursor.seq), cursor.forget_n))
        return True

    def forget(self, purges: Sequence[tuple[int, int]]) -> None:
        """Nothing but the cursor moves: who saw a purged report stays known."""
        self._follower.forget(purges, lambda _connection, _seqs: None)

    def catch_up(self, log: Log) -> None:
        """Take in every look of the log. No report is read: looks alone are wanted."""
        taken: Cursor | None = Cursor()
        while taken:
            with self._follower.turn(None) as turn:
                assert turn is not None
                connection, cursor = turn
                taken = self._take(connection, cursor, None)
                if taken:
                    self._follower.advance(connection, taken)
        self.forget(log.forgotten(self.cursor().forget_n))

    def drop(self) -> None:
        """Empty the index. The next `catch_up` rebuilds it."""
        self._follower.drop()

    def _take(self, connection: sa.Connection, cursor: Cursor, last: int | None) -> Cursor | None:
        """Insert the next looks after the cursor, not beyond `last`; the cursor after them, None if there are none."""
        query = (
            sa.select(log_notice.c.seq, log_body.c.body)
            .join(log_body, log_body.c.seq == log_notice.c.seq)
            .where(log_notice.c.what.in_(("looked", "registered")), log_notice.c.seq > cursor.seq)
            .order_by(log_notice.c.seq)
            .limit(_AT_ONCE)
        )
        rows = connection.execute(query if last is None else query.where(log_notice.c.seq <= last)).all()
        if not rows:
            return None
        notices = [
            (row.seq, _look(notice)) for row in rows if isinstance(notice := decode(row.body), Looked | Registered)
        ]
        insert(connection, look, [_row(seq, notice) for seq, notice in notices])
        shown = [(report, seq) for seq, notice in notices for report in from_distances(notice.reports)]
        markings = _markings(connection, sorted({report for report, _ in shown}))
        insert(connection, seen, sorted((report, seq, markings.get(report, 0)) for report, seq in shown))
        return Cursor(rows[-1].seq, cursor.forget_n)


def _look(notice: Looked | Registered) -> Looked:
    """A notice as the audit lists it: of a change of the registry, which records were put in."""
    if isinstance(notice, Looked):
        return notice
    kinds = (("agency", notice.agencies), ("viewer", notice.viewers), ("group", notice.groups))
    changed = " ".join(f"{kind}:{record.id}" for kind, records in kinds for record in records)
    return Looked(at=notice.at, by=notice.by, view=REGISTRY, purpose="", asked={"changed": changed})


def _row(seq: int, notice: Looked) -> tuple[Any, ...]:
    return (
        seq,
        microseconds(notice.at),
        notice.by,
        notice.view,
        notice.purpose,
        notice.failed,
        notice.shown,
        encode(notice.asked).decode(),
    )


def _markings(connection: sa.Connection, seqs: Sequence[int]) -> Mapping[int, int]:
    """The marking id of each report, from its row or its tombstone."""
    found: dict[int, int] = {}
    for chunk in chunks(seqs):
        for table in (log_report, log_purge):
            rows = connection.execute(sa.select(table.c.seq, table.c.marking_id).where(table.c.seq.in_(chunk)))
            found.update((row.seq, row.marking_id) for row in rows)
    return found

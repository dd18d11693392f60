"""Disputes: what the person concerned says against a report, shown wherever the report is shown.

A dispute or a request for correction is a report of whoever received it, that names what it `disputes`. It changes
nothing of the report disputed: its originator answers with a report that supersedes it, or lets it stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import instant, microseconds
from cutset.log.database import chunks
from cutset.log.database import reading as read_transaction
from cutset.log.filters import visible
from cutset.log.follower import Cursor, Follower, follow
from cutset.log.liveness import live
from cutset.log.rows import delete, insert
from cutset.log.store import Held, Log
from cutset.log.tables import log_report

VERSION = 1

metadata = sa.MetaData()

dispute = sa.Table(
    "dispute_report",
    metadata,
    sa.Column("disputed", sa.Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("originator", sa.Text, nullable=False),
    sa.Column("submitted_us", sa.BigInteger, nullable=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
)


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """A report that disputes another: its id, whose it is, and when it came in (aware, UTC)."""

    id: str
    originator: str
    submitted_at: datetime


class _Rows:
    def __init__(self, batch: Sequence[Held]) -> None:
        self._rows = [
            (
                disputed,
                held.entry.seq,
                held.entry.id,
                held.entry.report.originator,
                microseconds(held.entry.submitted_at),
                held.marking_id,
            )
            for held in batch
            if not held.entry.report.withdrawn
            for disputed in sorted(set(held.entry.report.disputes))
        ]

    def write(self, connection: sa.Connection) -> None:
        insert(connection, dispute, self._rows)


class DisputeIndex:
    """Which report disputes which. It follows the log."""

    NAME = "disputes"

    def __init__(self, url: str) -> None:
        self._follower = Follower(url, name=self.NAME, version=VERSION, tables=metadata)

    @property
    def engine(self) -> sa.Engine:
        """The database, for the view."""
        return self._follower.engine

    def cursor(self) -> Cursor:
        """How far the index has come."""
        return self._follower.cursor()

    def catch_up(self, log: Log) -> int:
        """Apply what is new in the log, and its purges; how many reports were read."""
        return follow(log, self)

    def apply(self, batch: Sequence[Held], since: Cursor | None = None) -> bool:
        """Take in the reports of `batch`; False, with nothing done, where the cursor is no longer `since`."""
        return self._follower.take_in(batch, since, _Rows)

    def forget(self, purges: Sequence[tuple[int, int]]) -> None:
        """Drop every row of the purged reports, given as (number of the purge, seq)."""
        self._follower.forget(purges, lambda connection, seqs: delete(connection, seqs, dispute))

    def drop(self) -> None:
        """Empty the index. The next `catch_up` rebuilds it."""
        self._follower.drop()


def disputes(index: DisputeIndex, rights: Rights, reports: Iterable[str]) -> dict[str, tuple[Dispute, ...]]:
    """What disputes each of `reports`, where the viewer sees both; reports that nothing disputes are left out."""
    found: dict[str, list[Dispute]] = {}
    with read_transaction(index.engine) as connection:
        for chunk in chunks(sorted(set(reports))):
            rows = connection.execute(
                sa.select(dispute)
                .join(log_report, log_report.c.id == dispute.c.disputed)
                .where(
                    dispute.c.disputed.in_(chunk),
                    visible(dispute.c.marking_id, rights),
                    visible(log_report.c.marking_id, rights),
                    live(dispute.c.seq, rights),
                )
                .order_by(dispute.c.disputed, dispute.c.seq)
            )
            for row in rows:
                found.setdefault(row.disputed, []).append(
                    Dispute(id=row.id, originator=row.originator, submitted_at=instant(row.submitted_us))
                )
    return {disputed: tuple(each) for disputed, each in found.items()}

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
from cutset.log.follower import Taken
from cutset.log.liveness import live
from cutset.log.rows import insert
from cutset.log.store import Held
from cutset.log.table_index import TableIndex
from cutset.log.tables import log_purge, log_report, log_supersession

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


class DisputeIndex(TableIndex):
    """Which report disputes which."""

    NAME = "disputes"
    VERSION = 1
    TABLES = metadata

    def take(self, batch: Sequence[Held]) -> Taken:
        """The rows of a batch of reports."""
        return _Rows(batch)


def disputes(index: DisputeIndex, rights: Rights, reports: Iterable[str]) -> dict[str, tuple[Dispute, ...]]:
    """What disputes each of `reports`, where the viewer sees both; reports that nothing disputes are left out.

    What disputed a version that is purged, as one is that was given another marking, disputes the one in its place.
    """
    found: dict[str, dict[str, Dispute]] = {}
    standing = (visible(dispute.c.marking_id, rights), live(dispute.c.seq, rights))
    with read_transaction(index.engine) as connection:
        if connection.execute(sa.select(dispute.c.seq).where(*standing).limit(1)).first() is None:
            # Every page asks this, and most viewers see no dispute at all.
            return {}
        for some in chunks(sorted(set(reports))):
            named = _named(connection, rights, some)
            for chunk in chunks(sorted(named)):
                rows = connection.execute(
                    sa.select(dispute).where(dispute.c.disputed.in_(chunk), *standing).order_by(dispute.c.seq)
                )
                for row in rows:
                    said = Dispute(id=row.id, originator=row.originator, submitted_at=instant(row.submitted_us))
                    for report in named[row.disputed]:
                        found.setdefault(report, {})[row.id] = said
    return {report: tuple(found[report].values()) for report in sorted(found)}


def _named(connection: sa.Connection, rights: Rights, reports: Sequence[str]) -> dict[str, set[str]]:
    """By each id under which reports that the viewer sees may be disputed, their own and those of purged versions that
    they replaced: these reports.
    """
    rows = connection.execute(
        sa.select(log_report.c.id, log_report.c.seq).where(
            log_report.c.id.in_(reports), visible(log_report.c.marking_id, rights)
        )
    )
    of = {row.seq: {row.id} for row in rows}
    found = {id: {id} for ids in of.values() for id in ids}
    while of:
        replaced = connection.execute(
            sa.select(log_supersession.c.new_seq, log_purge.c.seq, log_purge.c.id)
            .join(log_purge, log_purge.c.seq == log_supersession.c.old_seq)
            .where(log_supersession.c.new_seq.in_(of), visible(log_supersession.c.marking_id, rights))
        )
        earlier: dict[int, set[str]] = {}
        for row in replaced:
            # A report replaces what was there before it, so that this comes to an end.
            found.setdefault(row.id, set()).update(of[row.new_seq])
            earlier.setdefault(row.seq, set()).update(of[row.new_seq])
        of = earlier
    return found

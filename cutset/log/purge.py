"""Purging: a report's body, salt and every row that tells of it go; its leaf and a tombstone stay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from cutset.access.roles import may_purge
from cutset.log.commitment import identity
from cutset.log.database import chunks, untied, without_password
from cutset.log.errors import NotForgotten, PurgeRefused, StoreBusy
from cutset.log.notices import Purged, Tombstone
from cutset.log.reading import reports_by_id
from cutset.log.registrations import Standing
from cutset.log.rows import delete
from cutset.log.tables import (
    log_body,
    log_identity,
    log_portion,
    log_purge,
    log_report,
    log_supersession,
    log_view,
)
from cutset.log.turn import Turn

REASON_CHARACTERS = 500


def purge(turn: Turn, standing: Standing, ids: Iterable[str], *, reason: str, by: str) -> int:
    """Purge those of `ids` that are reports of the viewer's agency, or any where a role lets the viewer; how many.

    An id that there is not, that was purged before, or that is not the viewer's to purge is passed over: no answer
    tells them apart. Raises `NoSuchViewer`, and `PurgeRefused` for a reason that is empty or long.
    """
    viewer = standing.viewer(by)
    if not reason.strip() or len(reason) > REASON_CHARACTERS or "\x00" in reason:
        raise PurgeRefused(
            "a purge needs a short reason, and nothing was purged",
            where=f"{len(reason)} characters",
            remedy=f"name the rule that it follows in at most {REASON_CHARACTERS} characters, and nobody",
        )
    everyones = may_purge(viewer, standing.registry)
    doomed = [
        row
        for row in reports_by_id(turn.connection, sorted(set(ids))).values()
        if everyones or row.originator == viewer.agency
    ]
    if not doomed:
        return 0
    doomed.sort(key=lambda row: row.seq)
    tombstones = _tombstones(turn.connection, doomed)
    _delete(turn.connection, doomed)
    turn.add_purge(Purged(at=turn.at, by=by, reason=reason, tombstones=tuple(tombstones)))
    return len(doomed)


def compact(engine: sa.Engine, url: str) -> None:
    """Give free space back, so that no byte of what was purged is left in the database's files.

    Raises `NotForgotten` where a view's index still has what was purged, and `StoreBusy` where someone reads.
    """
    with engine.connect() as connection:
        last = connection.scalar(sa.select(sa.func.max(log_purge.c.n))) or 0
        late = connection.scalars(sa.select(log_view.c.name).where(log_view.c.forget_n < last)).all()
    if late:
        raise NotForgotten(
            "a view has not yet forgotten what was purged",
            where=", ".join(sorted(late)),
            remedy="bring the views up to date, and compact then",
        )
    with untied(engine) as connection:
        if connection.dialect.name == "postgresql":
            # Each table of the store, and not all of the server's own, which would take as long again. The planner's
            # statistics, which quote common values, are of those: they are made anew, and their table emptied.
            names = sa.inspect(connection).get_table_names()
            connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {', '.join(names)}")
            connection.exec_driver_sql("VACUUM FULL pg_catalog.pg_statistic")
            return
        connection.exec_driver_sql("VACUUM")
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    if busy:
        raise StoreBusy(
            "the write-ahead file could not be emptied, since someone is reading",
            where=without_password(url),
            remedy="end the other programs that use the store, and compact again",
        )


def _tombstones(connection: sa.Connection, doomed: Sequence[sa.Row[Any]]) -> list[Tombstone]:
    superseded: dict[int, list[int]] = {}
    for chunk in chunks([row.seq for row in doomed]):
        for row in connection.execute(
            sa.select(log_supersession.c.new_seq, log_supersession.c.old_seq)
            .where(log_supersession.c.new_seq.in_(chunk))
            .order_by(log_supersession.c.new_seq, log_supersession.c.old_seq)
        ):
            superseded.setdefault(row.new_seq, []).append(row.old_seq)
    return [Tombstone(row.seq, row.id, row.marking_id, tuple(superseded.get(row.seq, ()))) for row in doomed]


def _delete(connection: sa.Connection, doomed: Sequence[sa.Row[Any]]) -> None:
    """Delete the rows of the doomed reports. Supersessions stay: they name nothing, and nothing comes back to life."""
    for chunk in chunks(doomed, 200):
        originators = {row.seq: row.originator for row in chunk}
        seqs = list(originators)
        portions: dict[int, list[bytes]] = {seq: [] for seq in seqs}
        for row in connection.execute(
            sa.select(log_portion.c.seq, log_portion.c.body)
            .where(log_portion.c.seq.in_(seqs))
            .order_by(log_portion.c.seq, log_portion.c.part)
        ):
            portions[row.seq].append(row.body)
        bodies = connection.execute(sa.select(log_body.c.seq, log_body.c.body).where(log_body.c.seq.in_(seqs)))
        identities = [identity(originators[row.seq], row.body, portions[row.seq]) for row in bodies]
        connection.execute(sa.delete(log_identity).where(log_identity.c.hash.in_(identities)))
        delete(connection, seqs, log_portion, log_body, log_report)

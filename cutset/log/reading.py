"""Reading reports back: in the log's order for views, by id for viewers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import instant
from cutset.log.database import chunks
from cutset.log.entries import Held
from cutset.log.errors import DamagedStore
from cutset.log.filters import visible
from cutset.log.submission import read_report
from cutset.log.tables import log_body, log_portion, log_purge, log_report
from cutset.model.report import Entry

Portions = tuple[Sequence[int], Sequence[bytes]]
"""The marking ids and the bytes of a report's portions, in their order."""

_REPORTS = sa.select(
    log_report.c.seq,
    log_report.c.id,
    log_report.c.submitted_us,
    log_report.c.submitted_by,
    log_report.c.file,
    log_report.c.line,
    log_report.c.marking_id,
    log_body.c.body,
).join(log_body, log_body.c.seq == log_report.c.seq)

_PORTIONS = sa.select(log_portion.c.seq, log_portion.c.marking_id, log_portion.c.body).order_by(
    log_portion.c.seq, log_portion.c.part
)


def follow(connection: sa.Connection, after_seq: int, limit: int) -> list[Held]:
    """At most `limit` reports after `after_seq`, whole, in the log's order; `connection` is in a read transaction."""
    rows = connection.execute(
        _REPORTS.where(log_report.c.seq > after_seq).order_by(log_report.c.seq).limit(limit)
    ).all()
    if not rows:
        return []
    portions = _portions(connection.execute(_PORTIONS.where(log_portion.c.seq.between(rows[0].seq, rows[-1].seq))))
    held, last = [], after_seq
    for row in rows:
        marking_ids, bodies = portions.get(row.seq, ((), ()))
        held.append(Held(_entry(row, bodies), row.marking_id, tuple(marking_ids), last))
        last = row.seq
    return held


def held(connection: sa.Connection, report_id: str) -> Held | None:
    """The report of that id, whole, whoever may see it."""
    row = connection.execute(_REPORTS.where(log_report.c.id == report_id)).one_or_none()
    if row is None:
        return None
    portions = _portions(connection.execute(_PORTIONS.where(log_portion.c.seq == row.seq)))
    marking_ids, bodies = portions.get(row.seq, ((), ()))
    return Held(_entry(row, bodies), row.marking_id, tuple(marking_ids), row.seq - 1)


def fetch(connection: sa.Connection, ids: Iterable[str], rights: Rights) -> dict[str, Entry]:
    """The reports of `ids` that the viewer may see, without the portions that they may not, in the order asked for."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, Entry] = {}
    for chunk in chunks(wanted):
        rows = connection.execute(
            _REPORTS.where(log_report.c.id.in_(chunk), visible(log_report.c.marking_id, rights))
        ).all()
        seqs = [row.seq for row in rows]
        portions = _portions(
            connection.execute(_PORTIONS.where(log_portion.c.seq.in_(seqs), visible(log_portion.c.marking_id, rights)))
        )
        found.update((row.id, _entry(row, portions.get(row.seq, ((), ()))[1])) for row in rows)
    return {id: found[id] for id in wanted if id in found}


def reports_by_id(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Any]:
    """`id`, `seq`, `originator` and `marking_id` of the reports of `ids`, whoever may see them."""
    found: dict[str, Any] = {}
    for chunk in chunks(ids):
        rows = connection.execute(
            sa.select(log_report.c.id, log_report.c.seq, log_report.c.originator, log_report.c.marking_id).where(
                log_report.c.id.in_(chunk)
            )
        )
        found.update((row.id, row) for row in rows)
    return found


def forgotten(connection: sa.Connection, after_n: int) -> list[tuple[int, int]]:
    """The purges after number `after_n`, in their order: (number, seq of the report)."""
    rows = connection.execute(
        sa.select(log_purge.c.n, log_purge.c.seq).where(log_purge.c.n > after_n).order_by(log_purge.c.n)
    )
    return [(row.n, row.seq) for row in rows]


def _portions(rows: Iterable[sa.Row[Any]]) -> Mapping[int, Portions]:
    found: dict[int, tuple[list[int], list[bytes]]] = {}
    for row in rows:
        marking_ids, bodies = found.setdefault(row.seq, ([], []))
        marking_ids.append(row.marking_id)
        bodies.append(row.body)
    return found


def _entry(row: Any, portions: Sequence[bytes]) -> Entry:
    try:
        report = read_report(row.body, tuple(portions))
    except (msgspec.DecodeError, TypeError) as error:
        raise DamagedStore(
            "a report's body is damaged", where=row.id, remedy="run `cutset verify`; restore a backup"
        ) from error
    return Entry(
        id=row.id,
        seq=row.seq,
        submitted_at=instant(row.submitted_us),
        by=row.submitted_by,
        report=report,
        file=row.file,
        line=row.line,
    )

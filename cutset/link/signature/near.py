"""The laboratory results whose signatures are like that of another, among those that a viewer may see.

A comparison rests on the two results and on the shipped table alone: how common a profile is among reports would tell
of reports that the viewer may not see. It makes no lead, and tells nobody: it is for a person to judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.link.errors import NotFound
from cutset.link.index import LinkIndex
from cutset.link.signature.compare import Comparison, Statement, compare
from cutset.link.signature.features import Table
from cutset.log import reading
from cutset.log.database import reading as read_transaction
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.tables import log_report
from cutset.model.marking import join
from cutset.model.report import Entry, Kind, Lab, Struct

_AT_ONCE = 500


class Alike(Struct, frozen=True):
    """A result that is like the one asked about: its report and number, exhibit, laboratory, and the comparison.

    `banner` is the join of both reports' markings; `made` is true where either comes of an exercise.
    """

    report: str
    number: str
    exhibit: str
    laboratory: str
    comparison: Comparison
    banner: str
    made: bool = False


def compared(index: LinkIndex, rights: Rights, left: str, right: str, table: Table | None = None) -> Alike:
    """The result `right` compared with `left`, by the ids of their reports.

    Raises `NotFound` where the viewer may see no live laboratory result of one of these ids.
    """
    with read_transaction(index.engine) as connection:
        one, other = (_result(connection, rights, report) for report in (left, right))
    return _alike(one, other, table)


def alike(index: LinkIndex, rights: Rights, report: str, *, limit: int = 20, table: Table | None = None) -> list[Alike]:
    """The live results of which one batch or one source may be stated with that of `report`: the strongest first.

    Only results on the same substance are compared. Raises `NotFound` as `compared` does.
    """
    found: list[Alike] = []
    with read_transaction(index.engine) as connection:
        asked = _result(connection, rights, report)
        substances = _substances(asked)
        for other in _results(connection, rights):
            if other.id != report and substances & _substances(other):
                each = _alike(asked, other, table)
                if each.comparison.statement in (Statement.SAME_BATCH, Statement.SAME_SOURCE):
                    found.append(each)
    return sorted(found, key=_order)[:limit]


def _order(each: Alike) -> tuple[object, ...]:
    of = each.comparison
    return of.statement is not Statement.SAME_BATCH, -max(of.batch, of.source), each.report


def _result(connection: sa.Connection, rights: Rights, report: str) -> Entry:
    seq = connection.scalar(_live_labs(rights).where(log_report.c.id == report))
    entry = reading.fetch(connection, [report], rights).get(report) if seq is not None else None
    if entry is None:
        raise NotFound("laboratory result", report)
    return entry


def _results(connection: sa.Connection, rights: Rights) -> Iterator[Entry]:
    """Every live laboratory result that the viewer may see and that has a signature."""
    ids = list(connection.scalars(_live_labs(rights).order_by(log_report.c.seq)))
    for start in range(0, len(ids), _AT_ONCE):
        for entry in reading.fetch(connection, ids[start : start + _AT_ONCE], rights).values():
            if _lab(entry).signature is not None:
                yield entry


def _live_labs(rights: Rights) -> sa.Select[Any]:
    return sa.select(log_report.c.id).where(
        log_report.c.kind == Kind.LAB.value, visible(log_report.c.marking_id, rights), live(log_report.c.seq, rights)
    )


def _alike(asked: Entry, other: Entry, table: Table | None) -> Alike:
    lab = _lab(other)
    return Alike(
        report=other.id,
        number=lab.number,
        exhibit=lab.exhibit,
        laboratory=lab.laboratory,
        comparison=compare(_lab(asked), lab, table),
        banner=join(asked.report.marking, other.report.marking).banner,
        made=asked.report.source.made or other.report.source.made,
    )


def _substances(entry: Entry) -> set[str]:
    return {goods.substance or goods.contraband for goods in _lab(entry).findings}


def _lab(entry: Entry) -> Lab:
    assert isinstance(entry.report.content, Lab)
    return entry.report.content

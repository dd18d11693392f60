"""The tables of the allocation view, and the rows that reports give them: what was found where, and who was out.

No free text is kept here, and nobody's name: places are folded for comparing, and a source's own record is hashed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from hashlib import blake2b

import sqlalchemy as sa

from cutset.log.store import Held
from cutset.log.table_index import TableRows, report_table, text_column
from cutset.model.orders import ON_TASK
from cutset.model.report import Detection, Goods, Outcome, Precision, Report, Seizure, Tasking, When
from cutset.model.text import fold

metadata = sa.MetaData()

_table = partial(report_table, metadata)


found = _table(
    "allocate_found",
    text_column("id"),
    text_column("kind"),
    text_column("originator"),
    sa.Column("record", sa.BigInteger),
    sa.Column("month", sa.Integer, nullable=False),
    text_column("area", index=True),
    text_column("place", index=True),
    text_column("modality"),
    sa.Column("events", sa.BigInteger),
    sa.Column("made", sa.Boolean, nullable=False),
)
"""Seizures and detections, and totals published for a month (`kind` is the report's).

`month` is counted from January of the year 0, `area` the code of the area of operation, `place` what the source names
the place, both folded. `record` is a hash of the source's own, None where it has none: two reports of one agency that
bear the same tell of one event. `events` is what a total counts.
"""

goods = _table("allocate_goods", text_column("substance"), sa.Column("kg", sa.Double))
"""What was found, by substance, under its portion's marking; `kg` is None where no mass was told."""

day = _table(
    "allocate_day",
    text_column("id"),
    text_column("originator"),
    text_column("asset"),
    sa.Column("day", sa.Integer, nullable=False),
    sa.Column("month", sa.Integer, nullable=False),
    text_column("place", index=True),
    sa.Column("made", sa.Boolean, nullable=False),
)
"""Orders that put an asset on task, by the day, counted from 1 January of the year 1."""


class Rows(TableRows):
    """The rows of one batch of reports."""

    TABLES = metadata

    def add(self, held: Held) -> None:
        """Add the rows of one report."""
        report = held.entry.report
        match report.content:
            case Seizure() | Detection() as said:
                self._found(held, said.when, fold(said.area), fold(said.where.place), said.modality, None, said.goods)
            case Outcome(found=None) as said:
                place = fold(said.where.place)
                self._found(held, said.period, "", place, said.modality, said.events, said.goods)
            case Tasking(when=When() as when, order=order) as said if order in ON_TASK and _month(when) is not None:
                cells = (said.asset, when.at.toordinal(), _month(when), fold(said.where.place), report.source.made)
                self.put(day, held, held.entry.id, report.originator, *cells)

    def _found(
        self,
        held: Held,
        when: When,
        area: str,
        place: str,
        modality: str,
        events: int | None,
        of_report: Sequence[Goods],
    ) -> None:
        report, month = held.entry.report, _month(when)
        if month is None:
            return
        cells = (month, area, place, modality, events, report.source.made)
        self.put(found, held, held.entry.id, str(report.kind), report.originator, _record(report), *cells)
        for marking_id, some in _by_part(held, of_report):
            self.rows[goods] += [(held.entry.seq, marking_id, each.substance, _kg(each)) for each in some]


def _by_part(held: Held, of_report: Sequence[Goods]) -> list[tuple[int, Sequence[Goods]]]:
    """The goods of the report proper and of each portion, with the marking of each."""
    portions = zip(held.portion_marking_ids, held.entry.report.portions, strict=True)
    return [(held.marking_id, of_report), *((marking_id, portion.goods) for marking_id, portion in portions)]


def _kg(each: Goods) -> float | None:
    return each.quantity.mass_kg if each.quantity else None


def _month(when: When) -> int | None:
    """The month, counted from January of the year 0; None where only the year is known."""
    return None if when.precision is Precision.YEAR else when.at.year * 12 + when.at.month - 1


def _record(report: Report) -> int | None:
    source = report.source
    if not source.record:
        return None
    written = f"{source.dataset}\n{source.record}".encode()
    return int.from_bytes(blake2b(written, digest_size=8).digest(), "big", signed=True)

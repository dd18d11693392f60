"""Facts: what seizures, detections and published totals say, in rows that a summary can add up.

Events and totals stand in separate tables, so that no query can add the one to the other. Goods stand apart from
both, each under its portion's marking.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

import msgspec
import sqlalchemy as sa

from cutset.clock import microseconds
from cutset.log.rows import insert
from cutset.log.store import Held
from cutset.model.report import Detection, Goods, Outcome, Precision, Report, Seizure, When

metadata = sa.MetaData()


def _source() -> list[sa.Column[object]]:
    return [
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("marking_id", sa.Integer, nullable=False),
        sa.Column("originator", sa.Text, nullable=False),
        sa.Column("dataset", sa.Text, nullable=False),
        sa.Column("made", sa.Boolean, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("month", sa.Integer),
        sa.Column("fiscal_year", sa.Integer),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("subdivision", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("modality", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
    ]


event = sa.Table(
    "plan_event",
    metadata,
    *_source(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("installation", sa.Text, nullable=False),
    sa.Column("departure", sa.Text, nullable=False),
    sa.Column("destination", sa.Text, nullable=False),
    sa.Column("producing", sa.Text, nullable=False),
    sa.Column("conveyance", sa.Text, nullable=False),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("phase", sa.Text, nullable=False),
    sa.Column("of_record", sa.BigInteger, index=True),
)
"""`of_record` is a hash of the source's own record, None where it has none: what bears the same tells of one event."""

total = sa.Table(
    "plan_total",
    metadata,
    *_source(),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("vintage", sa.Text, nullable=False),
    sa.Column("submitted_us", sa.BigInteger, nullable=False),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sa.Column("period_us", sa.BigInteger, nullable=False),
    sa.Column("events", sa.BigInteger),
    sa.Column("breakdown", sa.Text, nullable=False),
)
goods = sa.Table(
    "plan_goods",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
    sa.Column("contraband", sa.Text, nullable=False),
    sa.Column("substance", sa.Text, nullable=False),
    sa.Column("written", sa.Text, nullable=False),
    sa.Column("concealment", sa.Text, nullable=False),
    sa.Column("amount", sa.Double),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("mass_kg", sa.Double),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("money", sa.Text),
    # Goods lie in the order of their events, so that the two tables are read side by side.
    sqlite_with_rowid=False,
)
NO_DRUG = goods.c.contraband != sa.literal_column("'drug'")
"""Goods of the rarer sorts, which have an index of their own. A query uses it that says this in so many words."""
sa.Index("plan_goods_rare", goods.c.contraband, sqlite_where=NO_DRUG, postgresql_where=NO_DRUG)

_encode = msgspec.json.Encoder(order="sorted").encode


class Facts:
    """The rows of one batch of reports."""

    def __init__(self, batch: Sequence[Held]) -> None:
        self.events: list[tuple[object, ...]] = []
        self.totals: list[tuple[object, ...]] = []
        self.goods: list[tuple[object, ...]] = []
        for held in batch:
            report = held.entry.report
            content = report.content
            if isinstance(content, Seizure | Detection):
                if not report.withdrawn:
                    self.events.append(_event(held, report, content))
                    self._add_goods(held, content.goods)
            elif isinstance(content, Outcome) and not _one_act(content):
                self.totals.append(_total(held, report, content))
                self._add_goods(held, content.goods)

    def write(self, connection: sa.Connection) -> None:
        """Insert the rows."""
        insert(connection, event, self.events)
        insert(connection, total, self.totals)
        insert(connection, goods, self.goods)

    def _add_goods(self, held: Held, of_report: Sequence[Goods]) -> None:
        seq = held.entry.seq
        for number, each in enumerate(of_report):
            self.goods.append((seq, 0, number, held.marking_id, *_goods(each)))
        if held.entry.report.portions:
            portions = zip(held.entry.report.portions, held.portion_marking_ids, strict=True)
            for part, (portion, marking_id) in enumerate(portions, start=1):
                for number, each in enumerate(portion.goods):
                    self.goods.append((seq, part, number, marking_id, *_goods(each)))


def _one_act(content: Outcome) -> bool:
    """Whether it tells of one examination, and publishes no total: such a one is counted by its own measures."""
    return content.found is not None and content.events is None and not content.goods


def us_fiscal_year(at: datetime) -> int:
    """The U.S. fiscal year, from 1 October to 30 September, named after the year in which it ends (31 U.S.C. 1102).

    >>> us_fiscal_year(datetime(2021, 10, 1)), us_fiscal_year(datetime(2021, 9, 30))  # noqa: DTZ001
    (2022, 2021)
    """
    return at.year + (at.month >= 10)


def _calendar(when: When, fiscal_year: int | None) -> tuple[int, int | None, int | None]:
    """Year, month and fiscal year, the last two None where only the year is known."""
    if when.precision is Precision.YEAR:
        return when.at.year, None, fiscal_year
    return when.at.year, when.at.month, us_fiscal_year(when.at) if fiscal_year is None else fiscal_year


def _event(held: Held, report: Report, content: Seizure | Detection) -> tuple[object, ...]:
    source, where, route = report.source, content.where, content.route
    return (
        held.entry.seq,
        held.marking_id,
        report.originator,
        source.dataset,
        source.made,
        *_calendar(content.when, None),
        where.country,
        where.subdivision,
        where.place,
        content.modality,
        content.direction,
        "seizure" if isinstance(content, Seizure) else "detection",
        where.installation,
        route.departure,
        route.destination,
        route.producing,
        content.conveyance,
        content.area,
        content.phase,
        _of_record(report),
    )


def _of_record(report: Report) -> int | None:
    source = report.source
    return of_record(report.originator, source.dataset, source.record) if source.record else None


def of_record(originator: str, dataset: str, record: str) -> int:
    """The number that stands for a source's own record, of the bytes of all three.

    Two records may share a number by chance, so that who reads it compares the records themselves.
    """
    written = _encode((originator, dataset, record))
    return int.from_bytes(blake2b(written, digest_size=8).digest(), "big", signed=True)


def _total(held: Held, report: Report, content: Outcome) -> tuple[object, ...]:
    source, where = report.source, content.where
    return (
        held.entry.seq,
        held.marking_id,
        report.originator,
        source.dataset,
        source.made,
        *_calendar(content.period, content.fiscal_year),
        where.country,
        where.subdivision,
        where.place,
        content.modality,
        content.direction,
        source.record,
        content.vintage,
        microseconds(held.entry.submitted_at),
        report.withdrawn,
        microseconds(content.period.at),
        content.events,
        _encode(content.breakdown).decode(),
    )


def _goods(each: Goods) -> tuple[object, ...]:
    quantity, money = each.quantity, each.money
    return (
        each.contraband,
        each.substance,
        each.written,
        each.concealment,
        quantity.amount if quantity else None,
        quantity.unit if quantity else "",
        quantity.mass_kg if quantity else None,
        money.currency if money else "",
        str(money.amount) if money else None,
    )

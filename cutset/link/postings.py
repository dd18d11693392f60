"""Postings: which live report bears which verified selector, in which role, under which markings.

The tables hold one row a report, one row a selector, and one row each time a report names it. No table holds pairs of
reports: pairs are made when asked for, from the postings that the viewer may see.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum

import sqlalchemy as sa

from cutset.clock import microseconds
from cutset.log.rows import delete, insert
from cutset.log.store import Held
from cutset.model.mention import Mention
from cutset.model.report import (
    Case,
    Content,
    Detection,
    Lab,
    Outcome,
    Precision,
    Seizure,
    Shipment,
    Tasking,
    Track,
    When,
)

metadata = sa.MetaData()

selector = sa.Table(
    "link_selector",
    metadata,
    # A conflict burns a number of PostgreSQL's sequence, so that 32 bits would not last.
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.UniqueConstraint("kind", "value"),
)
posting = sa.Table(
    "link_posting",
    metadata,
    sa.Column("selector_id", sa.BigInteger, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False, index=True),
    sa.Column("part", sa.Integer, nullable=False),
    sa.Column("mention", sa.Integer, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("written", sa.Text, nullable=False),
    sa.Column("side", sa.SmallInteger, nullable=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
    sa.Column("portion_marking_id", sa.Integer, nullable=False),
    # What a viewer may see of a selector is counted in the index alone, whatever hidden reports bear it besides.
    sa.Index("link_posting_selector", "selector_id", "marking_id", "portion_marking_id", "seq"),
)
named = sa.Table(
    "link_report",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("side", sa.SmallInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("originator", sa.Text, nullable=False),
    sa.Column("dataset", sa.Text, nullable=False),
    sa.Column("made", sa.Boolean, nullable=False),
    sa.Column("at_us", sa.BigInteger),
    sa.Column("precision", sa.Text, nullable=False),
    sa.Column("submitted_us", sa.BigInteger, nullable=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
    sa.Column("priority", sa.Boolean, nullable=False),
)
"""`priority` is true of a case that concerns a priority target."""


class Side(IntEnum):
    """Which end of a lead a report can be: an event links to anything but OTHER, a sign only to a case."""

    EVENT = 0
    """Seizure or detection."""
    SIGN = 1
    """Shipment, track or laboratory result: it bears on a case without being an event itself."""
    CASE = 2
    OTHER = 3
    """No end of a lead, yet it counts towards how common a value is."""


def side(content: Content) -> Side:
    """Which end of a lead a report with this content can be.

    >>> side(Case(number="7"))
    <Side.CASE: 2>
    """
    if isinstance(content, Seizure | Detection):
        return Side.EVENT
    if isinstance(content, Case):
        return Side.CASE
    return Side.SIGN if isinstance(content, Shipment | Track | Lab) else Side.OTHER


def when(content: Content) -> When | None:
    """When that which a report tells of happened: seizure, opening of the case, first position, arrival, …"""
    if isinstance(content, Case):
        return content.opened
    if isinstance(content, Shipment):
        return content.arrives or content.departs or content.declared
    if isinstance(content, Track):
        return When(at=content.positions[0].at) if content.positions else None
    if isinstance(content, Outcome):
        return content.period
    if isinstance(content, Seizure | Detection | Lab | Tasking):
        return content.when
    return None


class Named:
    """The rows of one batch of reports, and of the verified selectors that they name."""

    def __init__(self, batch: Sequence[Held]) -> None:
        self.reports: list[tuple[object, ...]] = []
        self.postings: list[tuple[object, ...]] = []
        """(kind, value) and then the columns of `posting` after `selector_id`."""
        for held in batch:
            if held.entry.report.withdrawn:
                continue
            # Every report, whatever it names: a row that only a hidden portion's mention gave would tell of it.
            self.postings.extend(_rows(held))
            self.reports.append(_report(held))

    def write(self, connection: sa.Connection) -> None:
        """Insert the rows, giving an id to each selector seen for the first time."""
        insert(connection, named, self.reports)
        if not self.postings:
            return
        pairs = sorted({(row[0], row[1]) for row in self.postings}, key=str)
        ids = _selector_ids(connection, pairs)
        insert(connection, posting, [(ids[row[0], row[1]], *row[2:]) for row in self.postings])


def forget(connection: sa.Connection, seqs: Sequence[int]) -> None:
    """Delete what these reports named, and each selector that no report names any more."""
    touched: set[int] = set()
    for seq in seqs:
        touched.update(connection.scalars(sa.select(posting.c.selector_id).where(posting.c.seq == seq).distinct()))
    delete(connection, seqs, posting, named)
    if touched:
        unnamed = ~sa.exists().where(posting.c.selector_id == selector.c.id)
        connection.execute(
            sa.delete(selector).where(selector.c.id == sa.bindparam("doomed"), unnamed),
            [{"doomed": doomed} for doomed in sorted(touched)],
        )


def _rows(held: Held) -> Iterator[tuple[object, ...]]:
    report = held.entry.report
    end = int(side(report.content))
    seq, marking = held.entry.seq, held.marking_id
    for number, kind_value, role, written in _verified(report.mentions):
        yield (*kind_value, seq, 0, number, role, written, end, marking, marking)
    markings = held.portion_marking_ids
    for part, (portion, portion_marking) in enumerate(zip(report.portions, markings, strict=True), start=1):
        for number, kind_value, role, written in _verified(portion.mentions):
            yield (*kind_value, seq, part, number, role, written, end, marking, portion_marking)


def _verified(mentions: Sequence[Mention]) -> Iterator[tuple[int, tuple[str, str], str, str]]:
    for number, mention in enumerate(mentions):
        for found in mention.selectors:
            if found.verified and found.value:
                yield number, (str(found.kind), found.value), str(mention.role), found.written


def _report(held: Held) -> tuple[object, ...]:
    entry, report = held.entry, held.entry.report
    happened = when(report.content)
    return (
        entry.seq,
        entry.id,
        int(side(report.content)),
        str(report.kind),
        report.originator,
        report.source.dataset,
        report.source.made,
        microseconds(happened.at) if happened else None,
        str(happened.precision if happened else Precision.SECOND),
        microseconds(entry.submitted_at),
        held.marking_id,
        isinstance(report.content, Case) and report.content.priority_target,
    )


def _selector_ids(
    connection: sa.Connection, pairs: Sequence[tuple[object, object]]
) -> dict[tuple[object, object], int]:
    rows = [{"kind": kind, "value": value} for kind, value in pairs]
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as upsert
    else:
        from sqlalchemy.dialects.sqlite import insert as upsert  # type: ignore[assignment]
    connection.execute(upsert(selector).on_conflict_do_nothing(), rows)
    ids: dict[tuple[object, object], int] = {}
    by_kind: dict[object, list[object]] = {}
    for kind, value in pairs:
        by_kind.setdefault(kind, []).append(value)
    for kind, values in by_kind.items():
        for start in range(0, len(values), 500):
            wanted = selector.c.value.in_(values[start : start + 500])
            for row in connection.execute(sa.select(selector).where(selector.c.kind == kind, wanted)):
                ids[row.kind, row.value] = row.id
    return ids

"""Facts that measures read and no other index holds: cases, shipments, taskings, findings, exhibits, wallets.

`act` has a row for each report that is neither an event nor only a published total; the other tables say more of one
kind. Seizures and detections stand in the plan's own index (`cutset.plan.facts`).
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from cutset.clock import microseconds
from cutset.log.store import Held
from cutset.log.table_index import TableRows
from cutset.model.mention import Mention, MentionKind
from cutset.model.report import (
    Case,
    Content,
    Custody,
    Judgement,
    Lab,
    Outcome,
    Report,
    Shipment,
    Tasking,
    Track,
    When,
    Where,
)

metadata = sa.MetaData()

act = sa.Table(
    "measure_act",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
    sa.Column("originator", sa.Text, nullable=False),
    sa.Column("made", sa.Boolean, nullable=False),
    sa.Column("submitted_us", sa.BigInteger, nullable=False),
    sa.Column("at_us", sa.BigInteger),
    sa.Column("month", sa.Integer),
    sa.Column("country", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("modality", sa.Text, nullable=False),
    sa.Index("measure_act_kind", "kind", "seq"),
)
"""`month` is that of `at_us`, counted from January of the year 0."""

case = sa.Table(
    "measure_case",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("programme", sa.Text, nullable=False),
    sa.Column("priority_target", sa.Boolean, nullable=False),
)
shipment = sa.Table(
    "measure_shipment",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("sort", sa.Text, nullable=False),
    sa.Column("declared_us", sa.BigInteger),
    sa.Column("arrives_us", sa.BigInteger),
    sa.Column("arrives_month", sa.Integer),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("destination", sa.Text, nullable=False),
)
task = sa.Table(
    "measure_task",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("asset", sa.Text, nullable=False),
    sa.Column("order_given", sa.Text, nullable=False),
)
finding = sa.Table(
    "measure_finding",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("found", sa.Boolean),
    sa.Column("detector", sa.Text, nullable=False),
)
about = sa.Table(
    "measure_about",
    metadata,
    sa.Column("seq", sa.BigInteger, nullable=False, index=True),
    sa.Column("report", sa.Text, nullable=False),
)
"""What a tasking, finding or judgement names: whole reports, by id."""

exhibit = sa.Table(
    "measure_exhibit",
    metadata,
    sa.Column("seq", sa.BigInteger, nullable=False, index=True),
    sa.Column("exhibit", sa.Text, nullable=False),
    sa.Column("giver", sa.Text, nullable=False),
    sa.Column("receiver", sa.Text, nullable=False),
)
wallet = sa.Table(
    "measure_wallet",
    metadata,
    sa.Column("seq", sa.BigInteger, nullable=False, index=True),
    sa.Column("marking_id", sa.Integer, nullable=False),
)
"""Reports of any kind that name a wallet, by the marking of the portion that does."""

PARCEL, CONTAINER = "parcel", "container"
DETECTOR = "detector"
"""The heading of an outcome's breakdown that says with what something was examined."""


class Facts(TableRows):
    """The rows of one batch of reports."""

    TABLES = metadata

    def add(self, held: Held) -> None:
        """Add the rows of one report."""
        report, seq = held.entry.report, held.entry.seq
        self.rows[wallet].extend((seq, marking_id) for marking_id in _wallets(held))
        kept = list(_of(report.content, report))
        if not kept:
            return
        when, where = _when(report.content), _where(report.content)
        self.rows[act].append(
            (
                seq,
                held.entry.id,
                str(report.kind),
                held.marking_id,
                report.originator,
                report.source.made,
                microseconds(held.entry.submitted_at),
                microseconds(when.at) if when else None,
                _month(when),
                where.country,
                where.place,
                getattr(report.content, "modality", ""),
            )
        )
        for table, values in kept:
            if table is not act:
                self.rows[table].append((seq, *values))


def _of(content: Content, report: Report) -> Iterator[tuple[sa.Table, tuple[object, ...]]]:
    """What each kind keeps: nothing of events, published totals and responses."""
    match content:
        case Case():
            programme = content.programmes[0] if content.programmes else ""
            named = (content.number, content.status, content.organisation, programme, content.priority_target)
            yield case, named
        case Shipment():
            ends = [microseconds(when.at) if when else None for when in (content.declared, content.arrives)]
            where = (content.origin.country, content.destination.country)
            yield shipment, (_sort(content, report), *ends, _month(content.arrives), *where)
        case Tasking():
            yield task, (content.asset, content.order)
            for named_report in sorted(set(content.about)):
                yield about, (named_report,)
        case Outcome() if content.found is not None or content.about:
            yield finding, (content.found, content.breakdown.get(DETECTOR, ""))
            for named_report in sorted(set(content.about)):
                yield about, (named_report,)
        case Judgement():
            yield act, ()
            for named_report in sorted({each for each in content.about if "#" not in each}):
                yield about, (named_report,)
        case Custody():
            yield exhibit, (content.exhibit, content.giver, content.receiver)
        case Lab():
            yield exhibit, (content.exhibit, "", "")
        case Track():
            yield act, ()


def _when(content: Content) -> When | None:
    match content:
        case Case():
            return content.opened
        case Shipment():
            return content.arrives or content.departs or content.declared
        case Outcome():
            return content.period
        case Track():
            return When(at=content.positions[0].at) if content.positions else None
        case Judgement():
            return None
    found: When | None = getattr(content, "when", None)
    return found


def _month(when: When | None) -> int | None:
    return when.at.year * 12 + when.at.month - 1 if when else None


def _where(content: Content) -> Where:
    if isinstance(content, Shipment):
        return content.destination
    found = getattr(content, "where", None)
    return found if isinstance(found, Where) else Where()


def _sort(content: Shipment, report: Report) -> str:
    """Parcel or container, by what the report itself (never a portion of it) names, or else by its modality."""
    kinds = {mention.kind for mention in report.mentions}
    if MentionKind.PARCEL in kinds or content.modality == "mail":
        return PARCEL
    return CONTAINER if MentionKind.CONTAINER in kinds or content.modality == "container" else ""


def _wallets(held: Held) -> Iterator[int]:
    report = held.entry.report
    if any(map(_is_wallet, report.mentions)):
        yield held.marking_id
    for portion, marking_id in zip(report.portions, held.portion_marking_ids, strict=True):
        if any(map(_is_wallet, portion.mentions)):
            yield marking_id


def _is_wallet(mention: Mention) -> bool:
    return mention.kind is MentionKind.WALLET

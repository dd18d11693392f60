"""The tables of the targeting view, and the rows that reports give them. No free text is kept here, and no person.

An organisation is known by its name, folded to plain letters, and only to tell it from another; a person is never
known by a name: neither the name nor what it may say of anybody's origin can weigh in a score.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from cutset.clock import microseconds
from cutset.log.store import Held
from cutset.log.table_index import TableRows, report_table
from cutset.model.mention import Mention, MentionKind, Role
from cutset.model.report import Case, Outcome, Seizure, Shipment, Tasking, When
from cutset.model.text import fold
from cutset.target.words import ORDERS, RANDOM, Verdict

metadata = sa.MetaData()

_table = partial(report_table, metadata)

shipment = _table(
    "target_shipment",
    sa.Column("id", sa.Text, nullable=False, index=True),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("originator", sa.Text, nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("declared_us", sa.BigInteger),
    sa.Column("departs_us", sa.BigInteger),
    sa.Column("arrives_us", sa.BigInteger),
    sa.Column("modality", sa.Text, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("lading", sa.Text, nullable=False),
    sa.Column("port", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("hs_code", sa.Text, nullable=False),
    sa.Column("weight_kg", sa.Float),
    sa.Column("value", sa.Float),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("made", sa.Boolean, nullable=False),
)
"""A declared shipment. `at_us` is its arrival, else the latest other time that it tells, else its submission;
`origin` and `lading` are ISO 3166-1 alpha-2 countries, `port` the UN/LOCODE of its destination, `place` its name."""

party = _table(
    "target_party", sa.Column("role", sa.Text, nullable=False), sa.Column("key", sa.Text, nullable=False, index=True)
)
"""The organisations that send and receive shipments."""

selector = _table(
    "target_selector",
    sa.Column("sort", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False, index=True),
    sa.Column("at_us", sa.BigInteger, nullable=False),
)
"""Verified selectors of mentions in shipments, cases and seizures (`sort`). `at_us` is when a case was opened or a
seizure was made, as far as the report tells, else its submission."""

finding = _table(
    "target_finding",
    sa.Column("id", sa.Text, nullable=False, index=True),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("found", sa.Boolean, nullable=False),
    sa.Column("made", sa.Boolean, nullable=False),
)
"""Outcomes that say whether something was found."""

ordered = _table(
    "target_order",
    sa.Column("id", sa.Text, nullable=False, index=True),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("random", sa.Boolean, nullable=False),
    sa.Column("follows", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("made", sa.Boolean, nullable=False),
)
"""Decisions on shipments: taskings with one of the orders of `words`."""

about = _table("target_about", sa.Column("about", sa.Text, nullable=False, index=True))
"""What findings and orders are about, by report id."""

_PARTIES = {Role.SHIPPER: "shipper", Role.CONSIGNEE: "consignee"}
_SORTS = {Shipment: "shipment", Case: "case", Seizure: "seizure"}


class Rows(TableRows):
    """The rows of one batch of reports."""

    TABLES = metadata

    def add(self, held: Held) -> None:
        """Add the rows of one report."""
        entry = held.entry
        content, made = entry.report.content, entry.report.source.made
        match content:
            case Shipment():
                self.put(shipment, held, *_shipment(held, content))
            case Outcome(found=bool(found)):
                at_us = microseconds(content.period.at)
                self.put(finding, held, entry.id, at_us, found, made)
                self._about(held, content.about)
            case Tasking():
                # The order is told by its place among the words that there are: no other text of it is read.
                verdict = _verdict(content)
                if verdict is None:
                    return
                at_us = microseconds(entry.submitted_at)
                self.put(ordered, held, entry.id, str(verdict[0]), verdict[1], content.follows, entry.by, at_us, made)
                self._about(held, content.about)
        sort = _SORTS.get(type(content))
        if sort:
            for mention, marking_id in _mentions(held):
                self._mention(held, marking_id, sort, mention)

    def _about(self, held: Held, ids: Sequence[str]) -> None:
        self.rows[about] += [(held.entry.seq, held.marking_id, id) for id in dict.fromkeys(ids)]

    def _mention(self, held: Held, marking_id: int, sort: str, mention: Mention) -> None:
        seq = held.entry.seq
        role = _PARTIES.get(mention.role)
        if sort == "shipment" and role and mention.kind is MentionKind.ORGANIZATION and mention.name:
            self.rows[party].append((seq, marking_id, role, fold(mention.name)))
        for each in mention.selectors:
            if each.verified:
                self.rows[selector].append((seq, marking_id, sort, str(each.kind), each.value, _began_us(held)))


def _verdict(tasking: Tasking) -> tuple[Verdict, bool] | None:
    """The decision that a tasking is, and whether by lot; None where its order is none of the words that there are."""
    for verdict, random, given in (*((v, False, o) for v, o in ORDERS.items()), (Verdict.INSPECT, True, RANDOM)):
        match tasking:
            case Tasking(order=said) if said == given:
                return verdict, random
    return None


def _began_us(held: Held) -> int:
    """When a case was opened or a seizure made, in microseconds; else when the report was submitted."""
    match held.entry.report.content:
        case Case(opened=When(at=at)) | Seizure(when=When(at=at)):
            return microseconds(at)
    return microseconds(held.entry.submitted_at)


def _mentions(held: Held) -> Iterator[tuple[Mention, int]]:
    report = held.entry.report
    yield from ((each, held.marking_id) for each in report.mentions)
    for portion, marking_id in zip(report.portions, held.portion_marking_ids, strict=True):
        yield from ((each, marking_id) for each in portion.mentions)


def _shipment(held: Held, said: Shipment) -> tuple[Any, ...]:
    declared, departs, arrives = (
        microseconds(each.at) if each else None for each in (said.declared, said.departs, said.arrives)
    )
    at_us = next(
        each for each in (arrives, departs, declared, microseconds(held.entry.submitted_at)) if each is not None
    )
    value = said.value
    return (
        held.entry.id,
        said.number,
        held.entry.report.source.record,
        held.entry.report.originator,
        at_us,
        declared,
        departs,
        arrives,
        said.modality,
        said.origin.country,
        said.origin.locode[:2],
        said.destination.locode,
        fold(said.destination.place),
        said.hs_code,
        said.weight_kg,
        float(value.amount) if value else None,
        value.currency if value else "",
        held.entry.report.source.made,
    )

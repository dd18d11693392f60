"""Rows of seizures and detections, in the form in which repeats are found.

A repeat is looked for among reports of one originator's one dataset. Two 64-bit digests of the report without its
portions stand for most of its fields: `near` (where, when, which substances) gathers what could be one event, and
`remainder` is all but the occurrence number, how the amount was written, and what has a column of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from math import fsum

import msgspec
import sqlalchemy as sa

from cutset.clock import microseconds
from cutset.link.postings import metadata
from cutset.log.rows import delete, insert
from cutset.log.store import Held
from cutset.model.report import Detection, Report, Seizure
from cutset.model.text import fold

row = sa.Table(
    "link_row",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("near", sa.BigInteger, nullable=False, index=True),
    sa.Column("remainder", sa.BigInteger, nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("amount", sa.Double),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("mass_kg", sa.Double),
    sa.Column("modality", sa.Text, nullable=False),
    sa.Column("conveyance", sa.Text, nullable=False),
    sa.Column("direction", sa.Text, nullable=False),
    sa.Column("concealment", sa.Text, nullable=False),
    sa.Column("route", sa.Text, nullable=False),
    sa.Column("made", sa.Boolean, nullable=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
)

_encode = msgspec.json.Encoder(decimal_format="string").encode
_fold = lru_cache(maxsize=65536)(fold)


def of_events(batch: Sequence[Held]) -> list[tuple[object, ...]]:
    """The rows of the seizures and detections in `batch` that were not withdrawn."""
    found = []
    for held in batch:
        report = held.entry.report
        content = report.content
        if isinstance(content, Seizure | Detection) and not report.withdrawn:
            found.append((held.entry.seq, *_fields(report, content), report.source.made, held.marking_id))
    return found


def write(connection: sa.Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert the rows that `of_events` gave."""
    insert(connection, row, rows)


def forget(connection: sa.Connection, seqs: Sequence[int]) -> None:
    """Delete the rows of these reports."""
    delete(connection, seqs, row)


def _fields(report: Report, event: Seizure | Detection) -> tuple[object, ...]:
    source, where, route, goods = report.source, event.where, event.route, event.goods
    amount, unit, mass_kg, amounts = _quantity(event)
    near = (
        report.originator,
        source.dataset,
        where.country,
        _fold(where.place),
        event.when,
        sorted([(each.contraband, each.substance or _fold(each.written)) for each in goods]),
    )
    remainder = (
        where,
        event.area,
        event.phase,
        event.confidence,
        source.record,
        report.mentions,
        report.text,
        amounts,
        [(each.written, each.marks, each.money) for each in goods],
    )
    return (
        _digest(near),
        _digest(remainder),
        microseconds(event.when.at),
        amount,
        unit,
        mass_kg,
        event.modality,
        event.conveyance,
        event.direction,
        goods[0].concealment if len(goods) == 1 else "+".join([each.concealment for each in goods]),
        f"{route.producing}>{route.departure}>{','.join(route.transit)}>{route.destination}",
    )


def _quantity(event: Seizure | Detection) -> tuple[float | None, str, float | None, object]:
    """Amount, unit and mass of an event's only goods; for several, their whole mass, and all amounts for the rest."""
    if len(event.goods) == 1:
        quantity = event.goods[0].quantity
        return (quantity.amount, quantity.unit, quantity.mass_kg, ()) if quantity else (None, "", None, ())
    quantities = [each.quantity for each in event.goods]
    masses = [each.mass_kg for each in quantities if each is not None and each.mass_kg is not None]
    whole = fsum(masses) if masses and len(masses) == len(quantities) else None
    return None, "", whole, quantities


def _digest(fields: object) -> int:
    return int.from_bytes(blake2b(_encode(fields), digest_size=8).digest(), "big", signed=True)

"""Parcels: whether their electronic data came before they did."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import sqlalchemy as sa

from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.model.report import Kind
from cutset.plan.measure import Measured
from cutset.plan.measures import facts
from cutset.plan.measures.asking import SHOWN_REPORTS, Ask, fiscal_year_of_month
from cutset.plan.measures.running import Bounds, Counted, rows_of
from cutset.plan.tally import Part

_act, _shipment = facts.act, facts.shipment
_INBOUND = (
    _shipment.c.sort == facts.PARCEL,
    sa.or_(_shipment.c.origin == "", _shipment.c.origin != _shipment.c.destination),
)


def with_advance_data(ask: Ask) -> Measured:
    """Parcels from one country to another declared before they arrived, of all whose arrival was reported.

    Beside: parcels whose arrival is not known, which are no part of the share.
    """
    counted = ask.reading.groups("parcels", lambda bounds: _counted(ask, bounds))
    unknown = sum(number for (_, _, _, month, _, _, _), (number,) in counted.items() if month is None)

    def parts() -> Iterator[Part]:
        for (originator, origin, modality, month, declared, marking_id, made), (number,) in counted.items():
            if month is None or not ask.in_month(month):
                continue
            key = ask.key(
                agency=ask.agency(originator),
                country=origin,
                modality=modality,
                month=month % 12 + 1,
                fiscal_year=fiscal_year_of_month(month),
            )
            yield Part(
                keys=(key,),
                amount=float(declared),
                marking_ids=(marking_id,),
                made=made,
                times=number,
                reports=number,
            )

    notes = [f"{unknown} parcels whose arrival is not known are left out."] if unknown else []
    return ask.share(
        parts(), needs=[Kind.SHIPMENT], empty="no parcel's arrival is reported", notes=notes, first=_first(ask)
    )


def _counted(ask: Ask, bounds: Bounds) -> Iterator[tuple[Hashable, Counted]]:
    """Parcels by what the measure tells apart, and by whether they were declared before they arrived."""
    before = sa.func.coalesce(_shipment.c.declared_us < _shipment.c.arrives_us, sa.false())
    columns = [
        _act.c.originator,
        _shipment.c.origin,
        _act.c.modality,
        _shipment.c.arrives_month,
        before.label("declared"),
        _act.c.marking_id,
        _act.c.made,
    ]
    query = (
        sa.select(sa.func.count(), *columns)
        .join(_act, _act.c.seq == _shipment.c.seq)
        .where(*_INBOUND, visible(_act.c.marking_id, ask.reading.rights), bounds(_act.c.seq))
        .group_by(*columns)
    )
    for row in rows_of(ask.reading.connection, query):
        number, originator, origin, modality, month, declared, marking_id, made = tuple[Any, ...](row)
        yield (originator, origin, modality, month, bool(declared), marking_id, bool(made)), (number,)


def _first(ask: Ask) -> list[int]:
    """The numbers of the first parcels that arrived in the period, as many as an answer names."""
    rights, arrives = ask.reading.rights, _shipment.c.arrives_month
    when: list[sa.ColumnElement[bool]] = [arrives.is_not(None)]
    if ask.period is not None:
        when += [arrives >= ask.period.first, arrives < ask.period.after]
    query = (
        sa.select(_act.c.seq)
        .join(_shipment, _shipment.c.seq == _act.c.seq)
        .where(*_INBOUND, *when, visible(_act.c.marking_id, rights), live(_act.c.seq, rights))
    )
    return list(ask.reading.connection.scalars(query.order_by(_act.c.seq).limit(SHOWN_REPORTS)))

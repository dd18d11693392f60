"""Parcels: whether their electronic data came before they did."""

from __future__ import annotations

from collections.abc import Iterator

from cutset.clock import instant
from cutset.model.report import Kind
from cutset.plan.measure import Measured
from cutset.plan.measures import facts
from cutset.plan.measures.asking import Ask, fiscal_year_of
from cutset.plan.tally import Part


def with_advance_data(ask: Ask) -> Measured:
    """Parcels from one country to another declared before they arrived, of all whose arrival was reported.

    Beside: parcels whose arrival is not known, which are no part of the share.
    """
    unknown = 0
    inbound = [
        row
        for row in ask.reading.acts(Kind.SHIPMENT, facts.shipment)
        if row.sort == facts.PARCEL and not (row.origin and row.origin == row.destination)
    ]
    unknown = sum(row.arrives_us is None for row in inbound)

    def parts() -> Iterator[Part]:
        for row in inbound:
            if row.arrives_us is None or not ask.at(row.arrives_us):
                continue
            yield Part(
                keys=(
                    ask.key(
                        agency=ask.agency(row.originator),
                        country=row.origin,
                        modality=row.modality,
                        month=instant(row.arrives_us).month,
                        fiscal_year=fiscal_year_of(row.arrives_us),
                    ),
                ),
                amount=float(row.declared_us is not None and row.declared_us < row.arrives_us),
                seqs=(row.seq,),
                marking_ids=(row.marking_id,),
                made=bool(row.made),
            )

    notes = [f"{unknown} parcels whose arrival is not known are left out."] if unknown else []
    return ask.share(parts(), needs=[Kind.SHIPMENT], empty="no parcel's arrival is reported", notes=notes)

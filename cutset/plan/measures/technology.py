"""Technology: what stands in the field, what it finds, and what one agency opened to another."""

from __future__ import annotations

from collections.abc import Iterator

from cutset.model.register import Technology, TechnologyStage
from cutset.plan.filed import Entered
from cutset.plan.measure import Measured
from cutset.plan.measures.asking import Ask, fiscal_year_of
from cutset.plan.measures.examinations import examinations
from cutset.plan.measures.registered import entered, in_force, part
from cutset.plan.tally import Part

EMPTY = "no register entry of technology is visible"


def fielded(ask: Ask) -> Measured:
    """Detectors and other technology in use; beside, the examinations that their owners give."""

    def parts() -> Iterator[Part]:
        for each in entered(ask, Technology):
            entry = each.entry
            if entry.stage is not TechnologyStage.DEPLOYED or not in_force(ask, entry.since, entry.until):
                continue
            beside = (("entries that give no number", 1.0),) if entry.count is None else ()
            if entry.examined is not None and ask.in_year(entry.fiscal_year):
                beside = (*beside, ("examined", float(entry.examined)))
            yield _part(ask, each, amount=float(entry.count or 0), beside=beside)

    return ask.total(parts(), empty=EMPTY)


def _part(
    ask: Ask,
    each: Entered[Technology],
    *,
    amount: float,
    of: float = 1.0,
    beside: tuple[tuple[str, float], ...] = (),
) -> Part:
    entry = each.entry
    return part(
        ask,
        each.filed,
        amount=amount,
        of=of,
        beside=beside,
        area=entry.area,
        place=entry.place,
        detector=entry.type,
        fiscal_year=entry.fiscal_year,
    )


def detector_yield(ask: Ask) -> Measured:
    """Examinations with a type of detector that led to a find.

    What owners registered for the fiscal year counts, and the single examinations that name a detector of which the
    same agency registered none: never both.
    """
    registered: set[tuple[str, str]] = set()

    def parts() -> Iterator[Part]:
        for each in entered(ask, Technology):
            entry = each.entry
            if entry.examined is None or entry.found is None or not ask.in_year(entry.fiscal_year):
                continue
            registered.add((each.agency, entry.type))
            yield _part(ask, each, amount=float(entry.found), of=float(entry.examined))
        for examination in examinations(ask.reading).by_seq.values():
            row = examination.row
            agency = ask.agency(row.originator)
            if not row.detector or (agency, row.detector) in registered or not ask.at(row.at_us):
                continue
            key = ask.key(agency=agency, place=row.place, detector=row.detector, fiscal_year=fiscal_year_of(row.at_us))
            yield Part(
                keys=(key,),
                amount=float(row.found),
                seqs=(row.seq,),
                marking_ids=(row.marking_id,),
                made=bool(row.made),
            )

    return ask.share(parts(), empty="no examination with a named detector is visible")


def shared_technology(ask: Ask) -> Measured:
    """Items of technology that another agency uses too, by pair; one shared with two partners counts once in all."""

    def parts() -> Iterator[Part]:
        for each in entered(ask, Technology):
            entry = each.entry
            if not entry.shared_with or not in_force(ask, entry.since, entry.until):
                continue
            partners = sorted({ask.agency(partner) for partner in entry.shared_with})
            keys = tuple(
                dict.fromkeys(
                    ask.key(agency=each.agency, partner=partner, detector=entry.type, fiscal_year=entry.fiscal_year)
                    for partner in partners
                )
            )
            yield part(ask, each.filed, amount=float(1 if entry.count is None else entry.count), keys=keys)

    return ask.total(parts(), empty="no register entry of shared technology is visible")

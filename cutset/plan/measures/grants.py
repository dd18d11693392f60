"""Grants: whether those whom a grant obliges to share do so."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from cutset.log.markings import markings_by_id
from cutset.model.register import Grant
from cutset.plan.measure import Measured
from cutset.plan.measures.asking import Ask
from cutset.plan.measures.registered import entered, part
from cutset.plan.measures.sharing import counted, seen_by
from cutset.plan.tally import Part


def with_sharing(ask: Ask) -> Measured:
    """Grants of the period whose terms require sharing and whose recipient shared a report in the period, of all.

    Beside: those with the term alone; those whose recipient has no report at all that is visible here.
    """
    granted = entered(ask, Grant)
    sharing, reporting = _sharing(ask) if granted else ({}, {})

    def parts() -> Iterator[Part]:
        for each in granted:
            entry = each.entry
            if ask.period is not None and not ask.in_year(entry.fiscal_year):
                continue
            recipient = ask.agency(entry.recipient)
            shares = entry.must_share and recipient in sharing
            beside = [("must share", float(entry.must_share)), ("recipient shares", float(recipient in sharing))]
            beside.append(("recipient reports nothing", float(recipient not in reporting)))
            found = part(
                ask,
                each.filed,
                amount=float(shares),
                beside=tuple(beside),
                grant_program=entry.programme,
                fiscal_year=entry.fiscal_year,
            )
            if recipient in reporting:
                seq, ids = sharing.get(recipient, reporting[recipient])
                found = found._replace(seqs=(seq,), marking_ids=ids)
            yield found

    return ask.share(parts(), empty="no register entry of a grant is visible")


Witness = tuple[int, tuple[int, ...]]
"""A report that shows it: its number in the log, and its markings."""


def _sharing(ask: Ask) -> tuple[dict[str, Witness], dict[str, Witness]]:
    """The agencies that submitted a report which another may see, and all that submitted one, each with one report."""
    every = counted(ask)
    found = ask.reading.connection.execute(
        sa.select(every.c.originator, every.c.marking_id, sa.func.min(every.c.seq).label("seq")).group_by(
            every.c.originator, every.c.marking_id
        )
    )
    rows = sorted(found, key=lambda row: row.seq)
    markings = markings_by_id(ask.reading.connection, {row.marking_id for row in rows})
    sharing: dict[str, Witness] = {}
    reporting: dict[str, Witness] = {}
    for row in rows:
        agency = ask.agency(row.originator)
        witness = (row.seq, (row.marking_id,))
        reporting.setdefault(agency, witness)
        if any(partner != agency for partner in seen_by(ask, markings[row.marking_id])):
            sharing.setdefault(agency, witness)
    return sharing, reporting

"""Whether a store has taken in the made world against whose truth it is to be held."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from cutset.exercise.truth import World
from cutset.log.database import chunks, engine
from cutset.log.filters import visible
from cutset.log.tables import log_report
from cutset.model.mention import SelectorKind
from cutset.model.report import Report, Seizure
from cutset.node import Node


def holds(node: Node, world: World, viewer: str) -> bool:
    """Whether `viewer` sees records of `world` in the store, and not those of another world.

    Numbers alone tell nothing, since those of every made world run from 1. So cases are told by their vehicles, which
    no two worlds share, and events by their days, of which one in hundreds agrees by chance; a tenth has to.
    """
    known = {card.number: {thing.value for thing in card.things if thing.kind == "vin"} for card in world.organisations}
    known |= {each.key: {f"{each.at:%F}"} for each in world.happenings if each.filed}
    rights, seen, agree = node.rights(viewer), 0, 0
    with node.looks.look("exercise score", viewer) as look, engine(node.url).connect() as connection:
        for names in chunks(known):
            query = sa.select(log_report.c.id).where(
                log_report.c.record.in_(names), visible(log_report.c.marking_id, rights)
            )
            for entry in node.log.fetch(list(connection.scalars(query)), rights).values():
                seen += 1
                agree += not known[entry.report.source.record].isdisjoint(_telling(entry.report))
        look.show(None, seen)
    return 0 < seen <= 10 * agree


def _telling(report: Report) -> Iterator[str]:
    """By what a report is told from one of the same number in another made world."""
    if isinstance(report.content, Seizure):
        yield f"{report.content.when.at:%F}"
    for mention in report.mentions:
        yield from (each.value for each in mention.selectors if each.kind is SelectorKind.VIN)

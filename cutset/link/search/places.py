"""Where the reports that hold a question say that something was: many at once, for a map."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.link.search.index import SearchIndex, document, place
from cutset.link.search.query import best_first, seek
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.markings import markings_by_id
from cutset.model.marking import Marking
from cutset.model.report import Kind, Struct


class Placed(Struct, frozen=True):
    """A report that says where something was: its id, kind and originator, what it calls the place, whether it is made.

    `positions` are (latitude, longitude) in degrees, WGS 84: one, or those of a track, in its order.
    """

    id: str
    kind: Kind
    originator: str
    named: str
    made: bool
    positions: tuple[tuple[float, float], ...]


class Places(Struct, frozen=True):
    """The best of the reports that hold a question and have a position, and how many there are in `total`.

    `markings` are those of the ones that are given.
    """

    placed: tuple[Placed, ...] = ()
    total: int = 0
    markings: tuple[Marking, ...] = ()


def places(index: SearchIndex, rights: Rights, asked: str, *, limit: int = 1000, region: str = "") -> Places:
    """Where the live reports that hold `asked` were, as `cutset.link.search.query.search` reads it, the best first."""
    with index.engine.connect() as connection:
        sought = seek(connection, rights, asked, region)
        if sought is None:
            return Places()
        holds, _, order = best_first(sought)
        found = (
            sa.select(
                document.c.id, document.c.kind, document.c.originator, place, sa.func.count().over().label("total")
            )
            .select_from(holds.join(place, place.c.seq == document.c.seq))
            .where(visible(place.c.marking_id, rights), live(document.c.seq, rights))
            .order_by(*order)
            .limit(limit)
        )
        rows = connection.execute(found).all()
        markings = markings_by_id(connection, {row.marking_id for row in rows})
    decode = msgspec.msgpack.Decoder(tuple[tuple[float, float], ...]).decode
    placed = tuple(
        Placed(row.id, Kind(row.kind), row.originator, row.named, row.made, decode(row.positions)) for row in rows
    )
    return Places(placed, rows[0].total if rows else 0, tuple(markings.values()))

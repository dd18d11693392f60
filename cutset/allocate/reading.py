"""What one viewer may see of the index: rights and supersession are conditions of each query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.allocate import rows
from cutset.allocate.index import AllocateIndex
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.markings import markings_by_id
from cutset.model.marking import Marking, join

_AT_ONCE = 400
"""Values that one statement asks for: SQLite limits its parameters."""


class Reading:
    """The visible, live rows of a store, as one transaction sees them."""

    def __init__(self, connection: sa.Connection, rights: Rights) -> None:
        self._connection = connection
        self._rights = rights
        self._markings: dict[int, Marking] = {}

    @classmethod
    @contextmanager
    def of(cls, index: AllocateIndex, rights: Rights) -> Iterator[Self]:
        """A reading for the length of a `with` block."""
        with index.engine.connect() as connection:
            yield cls(connection, rights)

    def found(self, places: Collection[str]) -> list[sa.Row[Any]]:
        """Seizures, detections and published totals of these areas or places (folded), each event once.

        Of two reports of one agency that bear the same record of one source the later is taken.
        """
        table = rows.found
        of_event: dict[object, sa.Row[Any]] = {}
        for some in _some(places):
            where = sa.or_(table.c.area.in_(some), table.c.place.in_(some))
            for row in self._rows(table, where):
                key = row.seq if row.record is None else (row.originator, row.kind, row.record)
                of_event[key] = max(of_event.get(key, row), row, key=lambda each: each.seq)
        return sorted(of_event.values(), key=lambda each: each.seq)

    def goods(self, seqs: Collection[int]) -> dict[int, list[sa.Row[Any]]]:
        """What was found by each of these reports."""
        found: dict[int, list[sa.Row[Any]]] = defaultdict(list)
        for some in _some(seqs):
            for row in self._rows(rows.goods, rows.goods.c.seq.in_(some)):
                found[row.seq].append(row)
        return found

    def days(self, places: Collection[str]) -> list[sa.Row[Any]]:
        """Asset-days of these places (folded): each asset counts once a day in a place, by the first of its orders."""
        first: dict[tuple[str, str, str, int], sa.Row[Any]] = {}
        for some in _some(places):
            for row in self._rows(rows.day, rows.day.c.place.in_(some)):
                key = (row.originator, row.asset, row.place, row.day)
                first[key] = min(first.get(key, row), row, key=lambda each: each.seq)
        return sorted(first.values(), key=lambda each: each.seq)

    def markings(self, ids: Iterable[int]) -> tuple[Marking, ...]:
        """The markings of these ids, each once, in an order that tells nothing of the ids."""
        wanted = set(ids)
        missing = wanted - self._markings.keys()
        if missing:
            self._markings.update(markings_by_id(self._connection, missing))
        return tuple(sorted({self._markings[id] for id in wanted}, key=repr))

    def marking(self, ids: Iterable[int]) -> Marking | None:
        """The marking of what is derived from what these marking ids mark; None for none."""
        found = self.markings(ids)
        return join(*found) if found else None

    def _rows(self, table: sa.Table, *where: sa.ColumnElement[bool]) -> Sequence[sa.Row[Any]]:
        seen = visible(table.c.marking_id, self._rights), live(table.c.seq, self._rights)
        return self._connection.execute(sa.select(table).where(*seen, *where).order_by(table.c.seq)).all()


def _some(values: Collection[Any]) -> Iterator[Sequence[Any]]:
    ordered = sorted(values)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))

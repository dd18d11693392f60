"""What one viewer may see of the index: rights and supersession are conditions of each query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from cutset.allocate import rows
from cutset.log.database import chunks
from cutset.log.seen_rows import SeenRows
from cutset.model.marking import Marking, join


class Reading(SeenRows):
    """The visible, live rows of what was found and who was out."""

    def found(self, places: Collection[str]) -> list[sa.Row[Any]]:
        """Seizures, detections and published totals of these areas or places (folded), each event once.

        Of two reports of one agency that bear the same record of one source the later is taken.
        """
        table = rows.found
        of_event: dict[object, sa.Row[Any]] = {}
        for some in chunks(sorted(places)):
            for row in self.rows(table, sa.or_(table.c.area.in_(some), table.c.place.in_(some))):
                key = row.seq if row.record is None else (row.originator, row.kind, row.record)
                of_event[key] = max(of_event.get(key, row), row, key=lambda each: each.seq)
        return sorted(of_event.values(), key=lambda each: each.seq)

    def goods(self, seqs: Collection[int]) -> dict[int, list[sa.Row[Any]]]:
        """What was found by each of these reports."""
        found: dict[int, list[sa.Row[Any]]] = defaultdict(list)
        for row in self.among(rows.goods, "seq", seqs):
            found[row.seq].append(row)
        return found

    def days(self, places: Collection[str]) -> list[sa.Row[Any]]:
        """Asset-days of these places (folded): each asset counts once a day in a place, by the first of its orders."""
        first: dict[tuple[str, str, str, int], sa.Row[Any]] = {}
        for row in self.among(rows.day, "place", places):
            key = (row.originator, row.asset, row.place, row.day)
            first[key] = min(first.get(key, row), row, key=lambda each: each.seq)
        return sorted(first.values(), key=lambda each: each.seq)

    def markings(self, ids: Iterable[int]) -> tuple[Marking, ...]:
        """The markings of these ids, each once, in an order that tells nothing of the ids."""
        return tuple(sorted(set(self._marked(ids)), key=repr))

    def marking(self, ids: Iterable[int]) -> Marking | None:
        """The marking of what is derived from what these marking ids mark; None for none."""
        found = self.markings(ids)
        return join(*found) if found else None

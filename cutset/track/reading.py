"""What one viewer may see of a stretch of time: rights and supersession are conditions of each query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.markings import markings_by_id
from cutset.model.marking import Marking, join
from cutset.track import legs, rows
from cutset.track.index import TrackIndex

_AT_ONCE = 400
"""Values that one statement asks for: SQLite limits its parameters."""


class Reading:
    """The visible, live rows of a store, as one transaction sees them."""

    def __init__(self, connection: sa.Connection, rights: Rights) -> None:
        self._connection = connection
        self._rights = rights
        self._markings: dict[int, Marking] = {}
        self._conditions: dict[sa.FromClause, tuple[sa.ColumnElement[bool], ...]] = {}
        self._joined: dict[frozenset[int], Marking] = {}

    @classmethod
    @contextmanager
    def of(cls, index: TrackIndex, rights: Rights) -> Iterator[Self]:
        """A reading for the length of a `with` block."""
        with index.engine.connect() as connection:
            yield cls(connection, rights)

    def rows(self, table: sa.FromClause, *where: sa.ColumnElement[bool]) -> Sequence[sa.Row[Any]]:
        """The rows of a table that hold what `where` says, in the order in which they came."""
        return self._connection.execute(sa.select(table).where(*self._seen(table), *where).order_by(table.c.seq)).all()

    def among(self, table: sa.Table, column: str, values: Collection[Any]) -> Iterator[sa.Row[Any]]:
        """The rows of a table whose `column` has one of `values`."""
        for some in _some(values):
            yield from self.rows(table, table.c[column].in_(some))

    def between(self, table: sa.Table, since_us: int, until_us: int) -> Sequence[sa.Row[Any]]:
        """The rows of a table whose time lies after `since_us` and not after `until_us`."""
        return self.rows(table, table.c.at_us > since_us, table.c.at_us <= until_us)

    def legs(self, since_us: int, until_us: int) -> Sequence[sa.Row[Any]]:
        """The legs with a position after `since_us` that begin by `until_us`."""
        return self.rows(rows.leg, *self._of_time(since_us, until_us))

    def of_legs(self, table: sa.Table, since_us: int, until_us: int) -> Sequence[sa.Row[Any]]:
        """The rows of a table that are of the same reports as those legs."""
        seqs = sa.select(rows.leg.c.seq).where(*self._seen(rows.leg), *self._of_time(since_us, until_us))
        return self.rows(table, table.c.seq.in_(seqs))

    def legs_of(self, seqs: Collection[int], since_us: int, until_us: int) -> Iterator[sa.Row[Any]]:
        """The legs of these reports in that time."""
        for some in _some(seqs):
            yield from self.rows(rows.leg, rows.leg.c.seq.in_(some), *self._of_time(since_us, until_us))

    def _of_time(self, since_us: int, until_us: int) -> tuple[sa.ColumnElement[bool], ...]:
        leg = rows.leg.c
        # No leg is longer than `LONGEST_US`: so one range of the index holds them all.
        return leg.from_us > since_us - legs.LONGEST_US, leg.from_us <= until_us, leg.to_us > since_us

    def ties(self, values: Collection[tuple[str, str]]) -> dict[tuple[str, str], set[tuple[int, str, str]]]:
        """With what stronger selectors (rank, kind, value) each of these (kind, value) stands in one mention."""
        weak, strong = rows.name.alias(), rows.name.alias()
        found: dict[tuple[str, str], set[tuple[int, str, str]]] = defaultdict(set)
        seen = (*self._seen(weak), visible(strong.c.marking_id, self._rights))
        columns = (weak.c.kind, weak.c.value, strong.c.rank, strong.c.kind.label("to"), strong.c.value.label("of"))
        same = (strong.c.seq == weak.c.seq, strong.c.mention == weak.c.mention, strong.c.rank < weak.c.rank)
        for some in _some({value for _, value in values}):
            query = sa.select(*columns).distinct().where(*seen, *same, weak.c.value.in_(some), weak.c.of != "case")
            for kind, value, rank, to, of in self._connection.execute(query):
                if (kind, value) in values:
                    found[kind, value].add((rank, to, of))
        return found

    def first_and_last(self, column: sa.ColumnElement[int]) -> tuple[int, int] | None:
        """The earliest and the latest time in a column; None where nothing is visible."""
        table = column.table
        query = sa.select(sa.func.min(column), sa.func.max(column)).where(*self._seen(table))
        first, last = self._connection.execute(query).one()
        return None if first is None else (first, last)

    def marking(self, ids: Iterable[int]) -> Marking:
        """The marking of what is derived from what these marking ids mark."""
        wanted = frozenset(ids)
        if wanted not in self._joined:
            missing = wanted - self._markings.keys()
            if missing:
                self._markings.update(markings_by_id(self._connection, missing))
            self._joined[wanted] = join(*(self._markings[id] for id in sorted(wanted)))
        return self._joined[wanted]

    def _seen(self, table: sa.FromClause) -> tuple[sa.ColumnElement[bool], ...]:
        found = self._conditions.get(table)
        if found is None:
            found = visible(table.c.marking_id, self._rights), live(table.c.seq, self._rights)
            self._conditions[table] = found
        return found


def _some(values: Collection[Any]) -> Iterator[Sequence[Any]]:
    ordered = sorted(values)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))

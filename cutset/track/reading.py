"""What one viewer may see of a stretch of time: rights and supersession are conditions of each query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.seen_rows import SeenRows
from cutset.model.marking import Marking, join
from cutset.track import legs, rows


class Reading(SeenRows):
    """The visible, live rows of tracks."""

    def __init__(self, connection: sa.Connection, rights: Rights) -> None:
        super().__init__(connection, rights)
        self._joined: dict[frozenset[int], Marking] = {}

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
        for some in chunks(sorted(seqs)):
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
        for some in chunks(sorted({value for _, value in values})):
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
            self._joined[wanted] = join(*self._marked(wanted))
        return self._joined[wanted]

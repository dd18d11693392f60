"""What one viewer may see of a view's index: rights and supersession are conditions of each query."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.markings import markings_by_id
from cutset.log.table_index import TableIndex
from cutset.model.marking import Marking


class SeenRows:
    """The visible, live rows of an index's tables (`table_index.report_table`), as one transaction sees them."""

    def __init__(self, connection: sa.Connection, rights: Rights) -> None:
        self._connection = connection
        self._rights = rights
        self._markings: dict[int, Marking] = {}
        self._conditions: dict[sa.FromClause, tuple[sa.ColumnElement[bool], ...]] = {}

    @classmethod
    @contextmanager
    def of(cls, index: TableIndex, rights: Rights) -> Iterator[Self]:
        """Them for the length of a `with` block."""
        with index.engine.connect() as connection:
            yield cls(connection, rights)

    def rows(self, table: sa.FromClause, *where: sa.ColumnElement[bool]) -> Sequence[sa.Row[Any]]:
        """The rows of a table that hold what `where` says, in the order in which they came."""
        return self._connection.execute(sa.select(table).where(*self._seen(table), *where).order_by(table.c.seq)).all()

    def among(self, table: sa.Table, column: str, values: Collection[Any]) -> Iterator[sa.Row[Any]]:
        """The rows of a table whose `column` has one of `values`."""
        for some in chunks(sorted(values)):
            yield from self.rows(table, table.c[column].in_(some))

    def _marked(self, ids: Iterable[int]) -> list[Marking]:
        """The markings of these ids, in the ids' order."""
        wanted = sorted(set(ids))
        missing = set(wanted) - self._markings.keys()
        if missing:
            self._markings.update(markings_by_id(self._connection, missing))
        return [self._markings[id] for id in wanted]

    def _seen(self, table: sa.FromClause) -> tuple[sa.ColumnElement[bool], ...]:
        found = self._conditions.get(table)
        if found is None:
            found = visible(table.c.marking_id, self._rights), live(table.c.seq, self._rights)
            self._conditions[table] = found
        return found

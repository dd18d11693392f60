"""A table read once, in the order of a key, alongside others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import sqlalchemy as sa

from cutset.log.findings import Findings

_AT_ONCE = 2000


_END = 1 << 128
_NOTHING: list[Any] = []


class Stream:
    """A table's rows in ascending order of `key`, the column at `place`, to be taken key by key."""

    def __init__(self, rows: Iterator[Any], table: str, key: str, place: int) -> None:
        self._rows = rows
        self._table = table
        self._key = key
        self._place = place
        self._advance()

    def _advance(self) -> None:
        self._next = next(self._rows, None)
        self._at = _END if self._next is None else self._next[self._place]

    def take(self, key: int, findings: Findings) -> list[Any]:
        """The rows of that key. Those of a smaller key, which nobody took, are problems."""
        # Most tables have no row for most leaves.
        if self._at.__class__ is int and self._at > key:
            return _NOTHING
        taken = []
        while self._next is not None:
            if not isinstance(self._at, int):
                findings.add("a row whose key is not a number", self.where(self._next))
            elif self._at > key:
                break
            elif self._at < key:
                findings.add("a row that nothing vouches for", self.where(self._next))
            else:
                taken.append(self._next)
            self._advance()
        return taken

    def where(self, row: Any) -> str:
        """The row's place, for a problem."""
        return f"{self._table}, {self._key} {getattr(row, self._key)}"

    def finish(self, findings: Findings) -> None:
        """What nobody took is a problem."""
        for row in self:
            findings.add("a row that nothing vouches for", self.where(row))

    def __iter__(self) -> Iterator[Any]:
        """What is left."""
        while self._next is not None:
            row = self._next
            self._advance()
            yield row


def stream(
    connection: sa.Connection, table: sa.Table, *keys: str, where: sa.ColumnElement[bool] | None = None
) -> Stream:
    """The rows of a table in the order of `keys`, the first of which is that of the stream."""
    query = sa.select(table).order_by(*(table.c[key] for key in keys))
    if where is not None:
        query = query.where(where)
    result = connection.execution_options(stream_results=True, max_row_buffer=_AT_ONCE).execute(query)
    # Whole batches: a row at a time costs the library as long again as reading it.
    rows = chain.from_iterable(result.partitions(_AT_ONCE))
    return Stream(rows, table.name, keys[0], list(table.c).index(table.c[keys[0]]))

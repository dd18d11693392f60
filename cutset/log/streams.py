"""A table read once, in the order of a key, alongside others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from cutset.log.findings import Findings

_AT_ONCE = 2000


class Stream:
    """A table's rows in ascending order of `key`, to be taken key by key."""

    def __init__(self, rows: Iterator[Any], table: str, key: str) -> None:
        self._rows = rows
        self._table = table
        self._key = key
        self._next = next(rows, None)

    def take(self, key: int, findings: Findings) -> list[Any]:
        """The rows of that key. Those of a smaller key, which nobody took, are problems."""
        row = self._next
        if row is None:
            return []
        taken = []
        while row is not None:
            found = getattr(row, self._key)
            if not isinstance(found, int):
                findings.add("a row whose key is not a number", self.where(row))
            elif found > key:
                break
            elif found < key:
                findings.add("a row that nothing vouches for", self.where(row))
            else:
                taken.append(row)
            row = next(self._rows, None)
        self._next = row
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
            row, self._next = self._next, next(self._rows, None)
            yield row


def stream(
    connection: sa.Connection, table: sa.Table, *keys: str, where: sa.ColumnElement[bool] | None = None
) -> Stream:
    """The rows of a table in the order of `keys`, the first of which is that of the stream."""
    query = sa.select(table).order_by(*(table.c[key] for key in keys))
    if where is not None:
        query = query.where(where)
    result = connection.execution_options(stream_results=True, max_row_buffer=_AT_ONCE).execute(query)
    return Stream(iter(result), table.name, keys[0])

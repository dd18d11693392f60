"""Rows in bulk: how the log and the views' indexes write and delete many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

_COPIED = 16
"""Rows from which PostgreSQL's COPY is faster than an INSERT each."""


def insert(connection: sa.Connection, table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert `rows`, each with a value for every column of `table` in its order, in the dialect's fastest way."""
    if not rows:
        return
    columns = ", ".join(column.name for column in table.columns)
    postgresql = connection.dialect.name == "postgresql"
    if postgresql and len(rows) >= _COPIED:
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join(["%s" if postgresql else "?"] * len(table.columns))
    # The names are those of this program's own tables, never of any input.
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", list(rows))  # noqa: S608


def delete(connection: sa.Connection, seqs: Iterable[int], *tables: sa.Table) -> None:
    """Delete the rows of the reports `seqs` from `tables`, each of which has a column `seq`."""
    doomed = [{"doomed": seq} for seq in seqs]
    for table in tables if doomed else ():
        connection.execute(sa.delete(table).where(table.c.seq == sa.bindparam("doomed")), doomed)

"""What most views' indexes are: tables that follow the log, with a row or more for each report that concerns them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from cutset.log.follower import Cursor, Follower, Taken, follow
from cutset.log.rows import delete, insert
from cutset.log.store import Held, Log


class TableIndex:
    """Tables that follow the log, and can be dropped and rebuilt from it. A view's index says what its own are:

    `NAME` is its row in the log's table of views, `TABLES` its tables, `VERSION` their form, and `KEPT` those that a
    rebuild does not empty; `take` makes the rows of a batch, `forget_rows` drops those of purged reports.

    `url` is that of the log: a file's path or `postgresql://…`. Raises `NewerIndex` where a newer cutset wrote it.
    """

    NAME: str
    VERSION: int
    TABLES: sa.MetaData
    KEPT: Sequence[sa.Table] = ()

    def __init__(self, url: str) -> None:
        self._follower = Follower(url, name=self.NAME, version=self.VERSION, tables=self.TABLES, kept=self.KEPT)

    @property
    def engine(self) -> sa.Engine:
        """The database, for the readers of the view's package."""
        return self._follower.engine

    def cursor(self) -> Cursor:
        """How far the index has come."""
        return self._follower.cursor()

    def catch_up(self, log: Log) -> int:
        """Apply what is new in the log, and its purges; how many reports were read."""
        return follow(log, self)

    def apply(self, batch: Sequence[Held], since: Cursor | None = None) -> bool:
        """Take in the reports of `batch`, in one transaction with the cursor.

        Reports that the index has already are passed over. False, with nothing done, where the cursor is not `since`.
        """
        return self._follower.take_in(batch, since, self.take)

    def forget(self, purges: Sequence[tuple[int, int]]) -> None:
        """Drop every row of the purged reports, given as (number of the purge, seq)."""
        self._follower.forget(purges, self.forget_rows)

    def drop(self) -> None:
        """Empty the index. The next `catch_up` rebuilds it."""
        self._follower.drop()

    def take(self, batch: Sequence[Held]) -> Taken:
        """The rows of a batch of reports."""
        raise NotImplementedError

    def forget_rows(self, connection: sa.Connection, seqs: Sequence[int]) -> None:
        """Drop the rows of the reports at `seqs`: those of every table, each of which has a column `seq`."""
        delete(connection, seqs, *self.TABLES.sorted_tables)


def report_table(metadata: sa.MetaData, name: str, *columns: sa.Column[Any]) -> sa.Table:
    """A table of rows of reports: each has its report's place in the log, and the marking that it is under."""
    return sa.Table(
        name,
        metadata,
        sa.Column("seq", sa.BigInteger, nullable=False, index=True),
        sa.Column("marking_id", sa.Integer, nullable=False),
        *columns,
    )


def text_column(name: str, *, index: bool = False) -> sa.Column[str]:
    """A column of text, "" where there is none."""
    return sa.Column(name, sa.Text, nullable=False, index=index)


class TableRows:
    """The rows of one batch of reports, by table. A view's own say what `TABLES` they are for, and `add` a report's.

    Reports that were withdrawn have none.
    """

    TABLES: sa.MetaData

    def __init__(self, batch: Sequence[Held]) -> None:
        self.rows: dict[sa.Table, list[tuple[Any, ...]]] = {table: [] for table in self.TABLES.sorted_tables}
        for held in batch:
            if not held.entry.report.withdrawn:
                self.add(held)

    def write(self, connection: sa.Connection) -> None:
        """Insert the rows."""
        for table, rows in self.rows.items():
            insert(connection, table, rows)

    def add(self, held: Held) -> None:
        """Add the rows of one report."""
        raise NotImplementedError

    def put(self, table: sa.Table, held: Held, *cells: Any) -> None:
        """Add a row of the report to a `report_table`, under the report's own marking."""
        self.rows[table].append((held.entry.seq, held.marking_id, *cells))

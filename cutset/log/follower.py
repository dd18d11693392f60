"""How a view's index follows the log: its cursor, its turn to write, and one pass that feeds several indexes.

An index's rows and its cursor change in one transaction, so that a crash leaves neither half a batch nor a batch
applied twice. The cursor has two parts: the last report applied and the last purge applied. A batch is applied only
if neither part has moved since it was read; otherwise a purge, or another process, came between, and it is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from threading import RLock
from typing import Any, Protocol

import msgspec
import sqlalchemy as sa

from cutset.errors import CutsetError
from cutset.log import moment
from cutset.log.cycles import no_cycles
from cutset.log.database import engine as engine_of
from cutset.log.database import unhurried, untied, writing
from cutset.log.store import Held, Log
from cutset.log.tables import log_view


class NewerIndex(CutsetError):
    """The index was written by a newer version of cutset."""


class Cursor(msgspec.Struct, frozen=True):
    """How far an index has come: the last report's `seq` and the last purge's number, `forget_n`."""

    seq: int = 0
    forget_n: int = 0


class Index(Protocol):
    """What a view's index offers to whoever keeps it up to date."""

    def cursor(self) -> Cursor:
        """How far the index has come."""
        ...

    def apply(self, batch: Sequence[Held], since: Cursor | None = None) -> bool:
        """Take in the reports of `batch`; False, with nothing done, where the cursor is no longer `since`."""
        ...

    def forget(self, purges: Sequence[tuple[int, int]]) -> None:
        """Drop every row of the purged reports: (number of the purge, seq)."""
        ...


class Taken(Protocol):
    """The rows that a batch of reports gives an index, ready to be written."""

    def write(self, connection: sa.Connection) -> None:
        """Insert the rows."""
        ...


_FEW = 100
"""Reports that any thread may apply by itself: fewer than these cost less than to wait for another."""
_far_behind = RLock()


def follow(log: Log, *indexes: Index, limit: int = 5000) -> int:
    """Bring `indexes` up to date in one pass over the log, `limit` reports at a time; how many were read.

    Each report is read and decoded once, whatever the number of indexes. Of several threads that find an index far
    behind, one brings it on, and the others wait for it: they would each read the same reports.
    """
    read = 0
    since: list[Cursor] = []
    at_once = min(limit, _FEW)
    with no_cycles(), ExitStack() as turns:
        while indexes:
            since = [index.cursor() for index in indexes]
            batch = log.follow(min(cursor.seq for cursor in since), at_once)
            if not batch:
                break
            if len(batch) == at_once < limit:
                at_once = limit
                turns.enter_context(_far_behind)
                # How far it had come, it may have come further while another brought it on.
                moment.forget(engine_of(log.url))
                continue
            for index, cursor in zip(indexes, since, strict=True):
                fresh = batch if batch[0].entry.seq > cursor.seq else _after(batch, cursor.seq)
                if fresh:
                    index.apply(fresh, cursor)
            read += len(batch)
    if indexes:
        purges = log.forgotten(min(cursor.forget_n for cursor in since))
        for index, cursor in zip(indexes, since, strict=True):
            due = [each for each in purges if each[0] > cursor.forget_n]
            if due:
                index.forget(due)
    return read


def _after(batch: Sequence[Held], seq: int) -> list[Held]:
    return [held for held in batch if held.entry.seq > seq]


class Follower:
    """An index's tables, its cursor in `log_view`, and its turn to write.

    `name` is the row in `log_view`; `version` that of the tables' form: where the stored one is older, the tables are
    dropped and made anew, and the next catch-up fills them. `kept` are tables that a rebuild does not empty. Raises
    `NewerIndex` where the stored version is newer than this program's.
    """

    def __init__(
        self, url: str, *, name: str, version: int, tables: sa.MetaData, kept: Iterable[sa.Table] = ()
    ) -> None:
        self.engine: sa.Engine = engine_of(url)
        self.name = name
        self.version = version
        self._tables = list(tables.sorted_tables)
        self._kept = {table.name for table in kept}
        with self.engine.connect() as connection:
            made = self._is_made(connection)
        if not made:
            # The turn comes before the reading: who read first could not write after another process has.
            with writing(self.engine) as connection:
                if not self._is_made(connection):
                    self._begin(connection)

    def cursor(self) -> Cursor:
        """How far the index has come."""
        known = moment.known(self.engine)
        if known is not None and self.name in known.views:
            return Cursor(*known.views[self.name])
        with untied(self.engine) as connection:
            return self._read(connection)

    def drop(self) -> None:
        """Empty the index, so that the next catch-up rebuilds it."""
        with writing(self.engine) as connection:
            self._begin(connection)
        moment.forget(self.engine)

    @contextmanager
    def turn(self, since: Cursor | None, *, synced: bool = True) -> Iterator[tuple[sa.Connection, Cursor] | None]:
        """One transaction that alone may change this index, with the cursor; None where the cursor is not `since`.

        Where it is not `synced`, the database need not have it on disk when the block ends. The log's own commits are
        before it in the write-ahead log: a crash can take the index back, and never leave it ahead of the log.
        """
        try:
            with (
                self.engine.connect() as connection,
                nullcontext() if synced else unhurried(connection),
                connection.begin(),
            ):
                # Writing the row before reading it makes a second writer wait here, on SQLite and PostgreSQL alike.
                mine = sa.update(log_view).where(log_view.c.name == self.name).values(name=self.name)
                told: list[sa.ColumnElement[Any]] = [log_view.c.seq, log_view.c.forget_n]
                if not synced and connection.dialect.name == "postgresql":
                    told.append(sa.func.set_config("synchronous_commit", "off", True))
                row = connection.execute(mine.returning(*told)).one()
                cursor = Cursor(row.seq, row.forget_n)
                if since is not None and cursor != since:
                    moment.forget(self.engine)
                yield (connection, cursor) if since is None or cursor == since else None
        except BaseException:
            moment.forget(self.engine)
            raise

    def take_in(self, batch: Sequence[Held], since: Cursor | None, take: Callable[[Sequence[Held]], Taken]) -> bool:
        """Take in what is new in `batch`, in one transaction with the cursor; False where the cursor is not `since`.

        `take` makes the rows of the fresh reports before the turn begins, so that others wait for the writing alone.
        """
        since = since or self.cursor()
        fresh = _after(batch, since.seq)
        found = take(fresh)
        with self.turn(since, synced=False) as turn:
            if turn is None:
                return False
            if fresh:
                connection, cursor = turn
                found.write(connection)
                self.advance(connection, Cursor(fresh[-1].entry.seq, cursor.forget_n))
        return True

    def forget(self, purges: Sequence[tuple[int, int]], drop: Callable[[sa.Connection, Sequence[int]], None]) -> None:
        """Have `drop` delete every row of the reports purged since the cursor, given as (number of the purge, seq)."""
        with self.turn(None) as turn:
            assert turn is not None
            connection, cursor = turn
            due = [(n, seq) for n, seq in purges if n > cursor.forget_n]
            if due:
                drop(connection, sorted({seq for _, seq in due}))
                self.advance(connection, Cursor(cursor.seq, max(n for n, _ in due)))

    def advance(self, connection: sa.Connection, cursor: Cursor) -> None:
        """Store the cursor, in the transaction of the rows that it vouches for."""
        connection.execute(
            sa.update(log_view).where(log_view.c.name == self.name).values(seq=cursor.seq, forget_n=cursor.forget_n)
        )
        moment.applied(self.engine, self.name, cursor.seq, cursor.forget_n)

    def _is_made(self, connection: sa.Connection) -> bool:
        """Whether the tables are there in this version's form. Raises `NewerIndex`."""
        stored = connection.scalar(sa.select(log_view.c.version).where(log_view.c.name == self.name))
        if stored is not None and stored > self.version:
            raise NewerIndex(
                f"the {self.name} index was written by a newer cutset",
                where=f"index version {stored}, this program knows {self.version}",
                remedy="update cutset, or rebuild the index with this version",
            )
        return stored == self.version

    def _read(self, connection: sa.Connection) -> Cursor:
        row = connection.execute(
            sa.select(log_view.c.seq, log_view.c.forget_n).where(log_view.c.name == self.name)
        ).one()
        return Cursor(row.seq, row.forget_n)

    def _begin(self, connection: sa.Connection) -> None:
        for table in reversed(self._tables):
            if table.name not in self._kept:
                table.drop(connection, checkfirst=True)
        for table in self._tables:
            table.create(connection, checkfirst=True)
        connection.execute(sa.delete(log_view).where(log_view.c.name == self.name))
        connection.execute(sa.insert(log_view).values(name=self.name, seq=0, forget_n=0, version=self.version))

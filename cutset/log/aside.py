"""A place aside: where a view's index is made anew beside a store, to be compared with the one in use.

The log is read where it is and is not copied. On SQLite the place is a file of its own to which the store is attached,
read-only; on PostgreSQL a schema of its own, with views on the log's tables, out of which no other table is in reach.
In both a table without a schema's name is one of the place, or one of the log's.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from time import time
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from cutset.log.database import engine, forget_engine, is_postgresql, path_of, untied, without_password
from cutset.log.errors import StoreBusy
from cutset.log.tables import log_view, metadata

_PREFIX = "cutset_aside_"
_STALE_S = 24 * 3600
# "aside" as a number: the advisory lock of PostgreSQL by which one place at a time is made.
_ONE = 0x6173696465


class Aside:
    """A place aside: its url, for an index; its tables' schema, and that of the store's own tables, quoted."""

    def __init__(self, url: str, here: str, store: str) -> None:
        self.url = url
        self.here = here
        self.store = store

    @property
    def engine(self) -> sa.Engine:
        """The database, in which both schemas are seen."""
        return engine(self.url)

    def quoted(self, name: str) -> str:
        """A column's name as it is written in a statement."""
        return self.engine.dialect.identifier_preparer.quote(name)


@contextmanager
def aside(url: str) -> Iterator[Aside]:
    """A place aside the store at `url`, as long as the block lasts; then nothing is left of it.

    What a check that was killed left behind is taken away first. Raises `StoreError`: `StoreBusy` where PostgreSQL has
    one already.
    """
    with _schema(url) if is_postgresql(url) else _file(path_of(url)) as place:
        try:
            yield place
        finally:
            forget_engine(place.url)


@contextmanager
def _file(store: Path) -> Iterator[Aside]:
    # Beside the store, whose rows it will hold too: whoever guards that folder guards this one.
    prefix = f".{store.name}-aside-"
    for left in store.parent.glob(f"{prefix}*"):
        if time() - left.stat().st_mtime > _STALE_S:
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(mkdtemp(dir=store.parent, prefix=prefix))
    try:
        path = folder / "aside.cutset"
        path.touch(mode=0o600)
        made = engine(str(path))

        @sa.event.listens_for(made, "connect")
        def attach(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("ATTACH DATABASE ? AS store", (f"{store.as_uri()}?mode=ro",))
            # What is made here is thrown away: it need not outlive a crash.
            connection.execute("PRAGMA main.synchronous = OFF")

        with made.begin() as connection:
            log_view.create(connection)
        yield Aside(str(path), "main", "store")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _schema(url: str) -> Iterator[Aside]:
    with untied(engine(url)) as connection:
        if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_ONE))):
            raise StoreBusy("the views are being checked already", where=without_password(url), remedy="wait for that")
        try:
            _sweep(connection)
            here = f"{_PREFIX}{uuid4().hex[:12]}"
            store = _quoted(connection, _schema_of_the_log(connection))
            connection.exec_driver_sql(f"CREATE SCHEMA {here}")
            try:
                for table in metadata.sorted_tables:
                    if table is not log_view:
                        # The names are those of this program's own tables.
                        connection.exec_driver_sql(
                            f"CREATE VIEW {here}.{table.name} AS SELECT * FROM {store}.{table.name}"  # noqa: S608
                        )
                place = Aside(_reached_in(url, here), here, store)
                with place.engine.begin() as within:
                    log_view.create(within)
                yield place
            finally:
                _drop(connection, here)
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(_ONE)))


def _reached_in(url: str, schema: str) -> str:
    """The url by which tables without a schema's name are those of `schema`, and no others."""
    made = sa.make_url(url)
    options: Any = made.query.get("options", "")
    return made.update_query_dict({"options": f"{options} -csearch_path={schema}".strip()}).render_as_string(
        hide_password=False
    )


def _schema_of_the_log(connection: sa.Connection) -> str:
    return str(
        connection.exec_driver_sql(
            "SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.oid = 'log_leaf'::regclass"
        ).scalar_one()
    )


def _sweep(connection: sa.Connection) -> None:
    found = connection.exec_driver_sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'cutset\\_aside\\_%%'")
    for name in found.scalars().all():
        _drop(connection, name)


def _drop(connection: sa.Connection, schema: str) -> None:
    connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {_quoted(connection, schema)} CASCADE")


def _quoted(connection: sa.Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)

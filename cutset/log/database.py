"""The database under the store: how it is opened, kept durable, written in turns, and how its errors read."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import ExceptionContext

from cutset.errors import CutsetError
from cutset.log.errors import DamagedStore, NoStore, ReadOnlyStore, StoreBusy, StoreError, StoreFull, StoreUnreachable

BUSY_S = 60
"""Seconds that a writer waits for its turn."""

SQLITE_HEADER = b"SQLite format 3\x00"

# "cutset" as a number: the advisory lock that makes one writer across processes on PostgreSQL.
_WRITER = 0x637574736574

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # FULL syncs the write-ahead log at every commit; NORMAL would lose acknowledged reports at a power failure.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # A purge must reach free pages too.
    "PRAGMA secure_delete = ON",
    "PRAGMA cache_size = -65536",
    # Ids and identities fall on random pages: the longer the write-ahead log, the fewer of them are written twice.
    "PRAGMA wal_autocheckpoint = 16000",
    "PRAGMA journal_size_limit = 67108864",
)

_STATEMENTS = 512
"""The statements that a connection keeps prepared: one with a list of parameters is another for each length of it."""

_engines: dict[tuple[int, str], sa.Engine] = {}
_places: WeakKeyDictionary[sa.Engine, str] = WeakKeyDictionary()
"""How errors name the store of each engine."""
_making = Lock()


def is_postgresql(url: str) -> bool:
    """Whether `url` is that of a PostgreSQL database.

    >>> is_postgresql("postgresql://localhost/cutset"), is_postgresql("national.cutset")
    (True, False)
    """
    return url.startswith(("postgresql:", "postgresql+psycopg:", "postgres:"))


def path_of(url: str) -> Path:
    """The file of an SQLite store's `url`: a path, or `sqlite:///` and a path. Raises `NoStore` for another scheme."""
    if url.startswith("sqlite:///"):
        url = url.removeprefix("sqlite:///")
    elif "://" in url:
        raise NoStore(
            "that is no place for a store", where=without_password(url), remedy="give a file's path or postgresql://…"
        )
    return Path(url).absolute()


def without_password(url: str) -> str:
    """The url as it may be shown.

    >>> without_password("postgresql://ann:secret@db/cutset")
    'postgresql://ann:***@db/cutset'
    """
    try:
        return sa.make_url(url).render_as_string(hide_password=True) if "://" in url else url
    except sa.exc.ArgumentError:
        return url.partition("://")[0] + "://…"


def engine(url: str) -> sa.Engine:
    """The engine for the store at `url`, one for each url and process.

    It never makes a file. Its errors are `StoreError`s where the store, and not the program, is at fault.
    """
    place = url if is_postgresql(url) else str(path_of(url))
    # A forked child must not use its parent's connections; they stay referenced, so that it does not close them.
    key = (os.getpid(), place)
    with _making:
        if key not in _engines:
            _engines[key] = _postgresql(url) if is_postgresql(url) else _sqlite(path_of(url))
        return _engines[key]


def forget_engine(url: str) -> None:
    """Close the connections to `url`, so that the next `engine` opens what is there now."""
    with _making:
        found = _engines.pop((os.getpid(), url if is_postgresql(url) else str(path_of(url))), None)
    if found is not None:
        found.dispose()


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that no other writer of the log is in, in this process or another. It commits durably, or not."""
    with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_WRITER,))
        yield connection


@contextmanager
def unhurried(connection: sa.Connection) -> Iterator[None]:
    """Commits of this connection, in this block, need not be on disk when they return: for what the log can give anew.

    On SQLite, in its write-ahead log: what was committed before is on disk, a power failure takes the last commits back
    in their order, and the log's next commit syncs them too. PostgreSQL is told in the transaction itself.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    # A transaction's own level cannot be changed: it is said before the transaction begins, and undone after its end.
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        driver.execute("PRAGMA synchronous = FULL")


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction whose statements all see the store as it was at the first of them."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def reading_by_driver(engine: sa.Engine) -> Iterator[Any]:
    """Like `reading`, with the driver's own connection: for a question of so few microseconds that layers would double.

    What the store is at fault for is raised as for an engine's connection.
    """
    try:
        pooled = engine.raw_connection()
        try:
            driver: Any = pooled.driver_connection
            if engine.dialect.name == "postgresql":
                driver.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            else:
                driver.execute("BEGIN")
            yield driver
        finally:
            # The pool ends the transaction, and closes what it cannot end.
            pooled.close()
    except Exception as error:
        if (known := _known(error, engine)) is not None:
            raise known from error
        raise


def _known(error: BaseException, engine: sa.Engine) -> StoreError | None:
    """What an error of the driver says of the store; None where the program is at fault."""
    where = _places[engine]
    if isinstance(error, sqlite3.Error | UnicodeDecodeError):
        return _of_sqlite(error, where)
    return _of_postgresql(error, where) if engine.dialect.name == "postgresql" else None


@contextmanager
def untied(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection outside of any transaction: for one statement alone, or for a database's own upkeep."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            yield connection.execution_options(isolation_level="AUTOCOMMIT")
        else:
            yield connection.execution_options(begin="")


def chunks(items: Iterable[Any], size: int = 500) -> Iterator[list[Any]]:
    """`items` in lists of at most `size`, for statements whose parameters are limited in number."""
    chunk: list[Any] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _sqlite(path: Path) -> sa.Engine:
    uri = f"{path.as_uri()}?mode=rw"

    def connect() -> sqlite3.Connection:
        _look_at(path)
        connection = sqlite3.connect(
            uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False, cached_statements=_STATEMENTS
        )
        try:
            for pragma in _PRAGMAS:
                connection.execute(pragma)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            connection.close()
            raise (_of_sqlite(error, str(path)) or error) from error
        return connection

    made = sa.create_engine(
        "sqlite://", creator=connect, poolclass=sa.pool.QueuePool, pool_size=8, max_overflow=56, echo=False
    )
    _listen(made, str(path))
    return made


def _look_at(path: Path) -> None:
    """Raise what SQLite would only say as "unable to open database file"."""
    if path.is_dir():
        raise NoStore("that is a folder, not a store", where=str(path), remedy="name the store's file in it")
    if not path.exists():
        raise NoStore("there is no store there", where=str(path), remedy=f"make one: `cutset init {path.name}`")
    try:
        with path.open("rb") as file:
            header = file.read(len(SQLITE_HEADER))
    except OSError as error:
        raise NoStore("the store cannot be read", where=str(path), remedy=f"{error.strerror}: mend that") from error
    if header and header != SQLITE_HEADER:
        raise NoStore("that file is not a cutset store", where=str(path), remedy="name a file that `cutset init` made")
    effective = os.access in os.supports_effective_ids
    if not all(os.access(each, os.W_OK, effective_ids=effective) for each in (path, path.parent)):
        raise ReadOnlyStore(
            "the store cannot be written to",
            where=str(path),
            remedy="give this user the right to write the file and its folder; SQLite needs both even to read",
        )


def _postgresql(url: str) -> sa.Engine:
    scheme, _, rest = url.partition("://")
    made = sa.create_engine(
        f"postgresql+psycopg://{rest}" if scheme != "postgresql+psycopg" else url,
        pool_size=8,
        max_overflow=24,
        connect_args={"connect_timeout": 10, "application_name": "cutset"},
    )

    @sa.event.listens_for(made, "connect")
    def durable(connection: Any, _: object) -> None:
        # A server may have been told not to wait for the disk. A stricter setting than `on` stays.
        with connection.cursor() as cursor:
            if cursor.execute("SHOW synchronous_commit").fetchone()[0] == "off":
                cursor.execute("SET synchronous_commit = on")
            cursor.execute(f"SET lock_timeout = '{BUSY_S}s'")
        connection.commit()

    _listen(made, without_password(url))
    return made


def _listen(made: sa.Engine, where: str) -> None:
    _places[made] = where
    if made.dialect.name == "sqlite":

        @sa.event.listens_for(made, "begin")
        def begin(connection: sa.Connection) -> None:
            # The driver begins no transaction for a read; without one, two reads could see different stores.
            begin = connection.get_execution_options().get("begin", "BEGIN")
            if begin:
                connection.exec_driver_sql(begin)

    @sa.event.listens_for(made, "handle_error")
    def explain(context: ExceptionContext) -> CutsetError | None:
        return _known(context.original_exception, made)


def _of_sqlite(error: sqlite3.Error | UnicodeDecodeError, where: str) -> StoreError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return _full(where)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusy(
            f"another process has been writing for more than {BUSY_S} s",
            where=where,
            remedy="wait for it, or end it; nothing of this was written",
        )
    if code == sqlite3.SQLITE_READONLY:
        return ReadOnlyStore("the store cannot be written to", where=where, remedy="give this user the right to write")
    if code == sqlite3.SQLITE_IOERR:
        return StoreFull(
            "the disk could not be read or written",
            where=where,
            remedy="see that the disk is whole and has room, and try again; nothing of this was written",
        )
    if code == sqlite3.SQLITE_NOTADB:
        return NoStore("that file is not a cutset store", where=where, remedy="name a file that `cutset init` made")
    if code == sqlite3.SQLITE_CORRUPT:
        return DamagedStore("the store's file is damaged", where=where, remedy="restore it from a backup")
    if code == sqlite3.SQLITE_CANTOPEN:
        return NoStore("the store cannot be opened", where=where, remedy="check the path, its folder and their rights")
    if "decode" in str(error):
        # The driver's own word for text that is no UTF-8.
        return DamagedStore("a text in the store is damaged", where=where, remedy="restore it from a backup")
    return None


def _of_postgresql(error: BaseException, where: str) -> StoreError | None:
    state = getattr(error, "sqlstate", None)
    if state in ("53100", "53200"):
        return _full(where)
    if state in ("55P03", "40P01"):
        return StoreBusy(
            f"another process has been writing for more than {BUSY_S} s",
            where=where,
            remedy="wait for it, or end it; nothing of this was written",
        )
    if state in ("25006", "42501"):
        return ReadOnlyStore("the store cannot be written to", where=where, remedy="give this user the right to write")
    if state in ("XX001", "XX002"):
        return DamagedStore("the database is damaged", where=where, remedy="restore it from a backup")
    unreachable = state is None and type(error).__name__ == "OperationalError"
    if unreachable or (state or "").startswith(("08", "57P", "28", "3D", "53")):
        return StoreUnreachable(
            "the database does not answer",
            where=where,
            remedy=f"see that it runs and that this user may use it: {str(error).strip().splitlines()[0]}",
        )
    return None


def _full(where: str) -> StoreFull:
    return StoreFull(
        "there is no room left for the store",
        where=where,
        remedy="make room and try again; nothing of this was written, and what was acknowledged is safe",
    )

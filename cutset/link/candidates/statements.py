"""Statements given to the database's driver itself: a lookup makes fifteen, and a layer between doubles its time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from cutset.link.candidates.pages import DamagedIndex


class Statements:
    """Reads and writes by SQL with `?` for each parameter, in the transaction that the driver's connection is in."""

    def __init__(self, driver: Any, dialect: sa.Dialect) -> None:
        self._driver = driver
        self._postgresql = dialect.name == "postgresql"

    @classmethod
    def of(cls, connection: sa.Connection) -> Statements:
        """Those in the transaction of a connection."""
        return cls(connection.connection.driver_connection, connection.dialect)

    def rows(self, sql: str, *parameters: Any) -> Iterator[tuple[Any, ...]]:
        """The rows that a query gives, as they are asked for."""
        return iter(self._driver.execute(self._spelt(sql), parameters))

    def row(self, sql: str, *parameters: Any) -> tuple[Any, ...] | None:
        """The first row that a query gives."""
        found: tuple[Any, ...] | None = self._driver.execute(self._spelt(sql), parameters).fetchone()
        return found

    def do(self, sql: str, *parameters: Any) -> None:
        """Carry out one statement."""
        self._driver.execute(self._spelt(sql), parameters)

    def do_each(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Carry out a statement once for each of `rows`."""
        if rows:
            self._driver.cursor().executemany(self._spelt(sql), rows)

    def _spelt(self, sql: str) -> str:
        return _with_percent(sql) if self._postgresql else sql


@lru_cache(maxsize=1024)
def _with_percent(sql: str) -> str:
    return sql.replace("?", "%s")


@contextmanager
def explained() -> Iterator[None]:
    """Says of a table that is damaged or gone that the index can be rebuilt; other errors pass."""
    try:
        yield
    except Exception as error:
        if _tells_of_damage(error):
            raise DamagedIndex("the index of candidates cannot be read", str(error).strip()) from error
        raise


def _tells_of_damage(error: Exception) -> bool:
    error = getattr(error, "orig", None) or error
    if isinstance(error, sqlite3.DatabaseError):
        # SQLITE_ERROR is what a table that is gone gives.
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR)
    # PostgreSQL: undefined table or column, data or index corrupted. The driver is imported only where it is used.
    return getattr(error, "sqlstate", None) in ("42P01", "42703", "XX001", "XX002")


def marks(count: int) -> str:
    """`count` marks for parameters.

    >>> marks(3)
    '?,?,?'
    """
    return ",".join("?" * count)

"""Making a store, and knowing one."""

from __future__ import annotations

import os
from datetime import UTC
from pathlib import Path

import sqlalchemy as sa

from cutset.clock import Clock
from cutset.log.database import engine, forget_engine, is_postgresql, path_of, without_password, writing
from cutset.log.errors import NewerStore, NoStore, StoreExists
from cutset.log.heads import Signer, make_key, public_hex
from cutset.log.merkle import Frontier
from cutset.log.notices import Made
from cutset.log.tables import log_frontier, log_meta, metadata
from cutset.log.turn import Salt, Turn

FORMAT = 1
"""The form of the log's tables and of what its leaves commit to."""


def make(url: str, key: Path | None, clock: Clock, salt: Salt) -> None:
    """Make the store's file or tables, its key where there is none, and its first leaf.

    Raises `StoreExists`, `NoStore`, `NoKey`; then there is no store.
    """
    if is_postgresql(url):
        _make_tables(url, key, clock, salt)
        return
    path = path_of(url)
    _make_file(path)
    forget_engine(url)
    try:
        _make_tables(url, key, clock, salt)
    except BaseException:
        forget_engine(url)
        for ending in ("-wal", "-shm", ""):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        raise


def _make_tables(url: str, key: Path | None, clock: Clock, salt: Salt) -> None:
    with writing(engine(url)) as connection:
        if sa.inspect(connection).has_table(log_meta.name):
            raise StoreExists(
                "there is a store there already", where=without_password(url), remedy="open it, or name another place"
            )
        public_key = public_hex(make_key(key))
        metadata.create_all(connection)
        origin = os.urandom(16).hex()
        rows = {"format": str(FORMAT), "origin": origin, "public_key": public_key}
        connection.execute(sa.insert(log_meta), [{"name": name, "value": value} for name, value in rows.items()])
        connection.execute(sa.insert(log_frontier).values(one=1, size=0, peaks=b""))
        first = Turn(connection, Frontier(), clock().astimezone(UTC), salt)
        first.add_notice(Made(at=first.at, format=FORMAT, origin=origin, public_key=public_key))
        first.close(Signer(key, public_key), origin)


def read_meta(connection: sa.Connection) -> dict[str, str]:
    """The rows of `log_meta`."""
    return {row.name: row.value for row in connection.execute(sa.select(log_meta.c.name, log_meta.c.value))}


def check_format(connection: sa.Connection, url: str) -> dict[str, str]:
    """The rows of `log_meta`. Raises `NoStore` where there are none, `NewerStore` where this is too old."""
    where = without_password(url)
    if not sa.inspect(connection).has_table(log_meta.name):
        raise NoStore("that is a database, but not a cutset store", where=where, remedy="make one: `cutset init`")
    meta = read_meta(connection)
    if not {"format", "origin", "public_key"} <= meta.keys() or not meta["format"].isdigit():
        raise NoStore("the store does not say what it is", where=f"{where}, log_meta", remedy="restore a backup")
    if int(meta["format"]) > FORMAT:
        raise NewerStore(
            "the store was written by a newer cutset",
            where=f"{where}: format {meta['format']}, this program knows {FORMAT}",
            remedy="update cutset",
        )
    return meta


def _make_file(path: Path) -> None:
    if path.is_dir():
        raise NoStore("that is a folder, not a store", where=str(path), remedy="name the store's file in it")
    try:
        # It holds what agencies trust each other with: for its owner alone, as its key is.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError as error:
        if path.stat().st_size:
            raise StoreExists(
                "there is a file there already", where=str(path), remedy="open it, or name another place"
            ) from error
    except OSError as error:
        raise NoStore(
            "the store cannot be made there", where=str(path), remedy=f"{error.strerror}: mend that"
        ) from error

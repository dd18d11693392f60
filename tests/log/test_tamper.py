"""Whoever edits the store's file is found by `verify`: any row of the log's tables, or any byte that the log reads."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from cutset.access.registry import Viewer
from cutset.errors import CutsetError
from cutset.log.audit import Look
from cutset.log.database import forget_engine
from cutset.log.store import Log
from tests.log.stores import BY, create, put, report

HARMLESS_TABLES = {"log_view"}
"""Tables that the log does not rest on: how far each view's index has come. A wrong cursor is mended by a rebuild."""

EDITS = 320
BYTES = 120


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with something in every table of the log, in one file."""
    path = tmp_path_factory.mktemp("tamper") / "whole.cutset"
    log = create(str(path))
    ids: list[str] = []
    for first in range(0, 260, 20):
        replaced = {n: ids[n // 2 : n // 2 + 1] for n in range(first, first + 20, 3)}
        ids += put(log, *(report(n, supersedes=replaced.get(n, ())) for n in range(first, first + 20)), file="list.csv")
        log.register(Viewer(id=f"extra-{first}@ash", agency="ash"))
    assert log.purge([ids[100], ids[151], ids[202]], reason="ordered by a court", by=BY) == 3
    put(log, report(999))
    log.looked(
        Look(view="leads", by=BY, asked={"n": "1"}, shown=2, reports=frozenset(ids[:2])), Look(view="x", failed="e")
    )
    assert log.renew(ids[3:5], reason="validated", by=BY, rights=log.rights(BY)) == 2
    assert log.disseminate(ids[6:8], to="a sheriff", need="n", right="r", by=BY, rights=log.rights(BY)) == 2
    assert log.verify(log.head()).ok
    log.compact()
    forget_engine(str(path))
    assert not list(path.parent.glob("*-wal"))
    return path


def tables(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """The columns of each of the log's tables."""
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'log_%' ORDER BY name"
    )
    return {
        name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        for (name,) in names
        if name not in HARMLESS_TABLES
    }


def rows(connection: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()


def content(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that the log holds."""
    connection = sqlite3.connect(path)
    try:
        return {name: rows(connection, name) for name in tables(connection)}
    finally:
        connection.close()


def edited(value: Any, random: Random) -> Any:
    """Another value, near by or far off."""
    if value is None:
        return random.choice([0, 7, "x"])
    if isinstance(value, int):
        return random.choice([value + 1, value - 1, -value - 1, value + 1000, None])
    if isinstance(value, str):
        place = random.randrange(len(value) + 1)
        changed = value[:place] + random.choice("xyz") + value[place + random.choice([0, 1]) :]
        return random.choice([changed, value + " ", value.upper() + "A", value.encode() + b"", None])
    place = random.randrange(len(value))
    flipped = value[:place] + bytes([value[place] ^ (1 << random.randrange(8))]) + value[place + 1 :]
    return random.choice([flipped, flipped, value[:-1], value + b"\0", b""])


def edit(connection: sqlite3.Connection, random: Random) -> str:
    """Change one thing in one table; what it was. It may be refused by the database itself."""
    columns = tables(connection)
    table = random.choice(sorted(columns))
    found = rows(connection, table)
    assert found, f"{table} is empty, so that nothing in it is tried"
    how = random.choice(["change", "change", "change", "delete", "insert", "swap", "reorder", "empty"])
    names = columns[table]
    column = random.choice(names)
    first, second = random.choice(found), random.choice(found)

    def where(row: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
        return " AND ".join(f"{name} IS ?" for name in names), row

    def put(row: tuple[Any, ...], name: str, value: Any) -> None:
        condition, values = where(row)
        connection.execute(f"UPDATE {table} SET {name} = ? WHERE {condition}", (value, *values))

    at = names.index(column)
    if how == "change":
        put(first, column, edited(first[at], random))
    elif how == "delete":
        condition, values = where(first)
        connection.execute(f"DELETE FROM {table} WHERE {condition}", values)
    elif how == "insert":
        changed = list(first)
        for place in random.sample(range(len(names)), random.randint(1, len(names))):
            changed[place] = edited(changed[place], random)
        connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", changed)
    elif how == "empty":
        connection.execute(f"DELETE FROM {table}")
    else:
        # A swap exchanges one column's values between two rows; a reordering exchanges all but the key.
        for name in [column] if how == "swap" else names[1:]:
            place = names.index(name)
            if first[place] != second[place] and first != second:
                connection.execute(
                    f"UPDATE {table} SET {name} = CASE {names[0]} WHEN ? THEN ? ELSE ? END WHERE {names[0]} IN (?, ?)",
                    (first[0], second[place], first[place], first[0], second[0]),
                )
    return f"{how} {table}.{column}"


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Iterator[Any]:
    """Makes copies of the store."""
    made: list[Path] = []

    def make() -> Path:
        path = tmp_path / f"copy-{len(made)}.cutset"
        shutil.copyfile(whole, path)
        made.append(path)
        return path

    yield make
    for path in made:
        forget_engine(str(path))


def is_found(path: Path, head: Any) -> bool:
    """Whether `verify` finds something wrong, or the store does not open for what is wrong with it."""
    try:
        return not Log.open(str(path)).verify(head).ok
    except CutsetError:
        return True
    finally:
        forget_engine(str(path))
        for left in path.parent.glob(f"{path.name}*"):
            left.unlink()


def test_every_edit_of_a_row_is_found(whole: Path, copy: Any) -> None:
    random, before, head = Random(1), content(whole), Log.open(str(whole)).head()
    missed, tried, touched = [], 0, set()
    while tried < EDITS:
        path = copy()
        connection = sqlite3.connect(path)
        try:
            with connection:
                what = edit(connection, random)
        except (sqlite3.IntegrityError, sqlite3.OperationalError):
            continue  # The database itself refused it: no such row can be.
        finally:
            connection.close()
        if content(path) == before:
            continue
        tried += 1
        touched.add(what.split()[1].split(".")[0])
        if not is_found(path, head):
            missed.append(what)
    assert not missed
    assert touched == set(before)


def test_every_changed_byte_is_found_or_harmless(whole: Path, copy: Any) -> None:
    random, before, head = Random(2), content(whole), Log.open(str(whole)).head()
    missed, found = [], 0
    for _ in range(BYTES):
        path = copy()
        raw = bytearray(path.read_bytes())
        place = random.randrange(len(raw))
        raw[place] ^= 1 << random.randrange(8)
        path.write_bytes(raw)
        same = reads_the_same(path, before)
        if is_found(path, head):
            found += 1
        elif not same:
            missed.append(place)
    assert not missed
    assert found > BYTES // 5, "most bytes of a file say something"


def reads_the_same(path: Path, before: dict[str, list[tuple[Any, ...]]]) -> bool:
    """Whether every row of the log reads as before, and so do its indexes: what was changed then means nothing."""
    connection = sqlite3.connect(path)
    try:
        if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            return False
        return {name: rows(connection, name) for name in tables(connection)} == before
    except (sqlite3.Error, UnicodeDecodeError, ValueError):
        return False
    finally:
        connection.close()

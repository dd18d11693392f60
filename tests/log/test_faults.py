"""Stores that are missing, full, locked, damaged or cut short: a clear error, and nothing acknowledged is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from cutset.log.database import engine, forget_engine, unhurried
from cutset.log.errors import (
    DamagedStore,
    NewerStore,
    NoKey,
    NoStore,
    ReadOnlyStore,
    StoreError,
    StoreExists,
    StoreFull,
)
from cutset.log.store import Log
from tests.log.stores import BY, create, put, report

NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """Where a test's store lies."""
    found = tmp_path / "store.cutset"
    yield found
    forget_engine(str(found))


@contextmanager
def unprivileged(*folders: Path) -> Iterator[None]:
    """As somebody whom the file system refuses something; root is refused nothing."""
    if os.geteuid():
        yield
        return
    for folder in folders:
        folder.chmod(0o755)
        for file in folder.iterdir():
            os.chown(file, NOBODY, NOBODY)
        os.chown(folder, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that anybody may reach, which pytest's are not."""
    folder = Path(tempfile.mkdtemp())
    yield folder
    shutil.rmtree(folder)


# ---- no store ----


def test_what_is_no_store_is_said_to_be_none(tmp_path: Path, path: Path) -> None:
    with pytest.raises(NoStore, match="no store") as caught:
        Log.open(str(path))
    assert "cutset init" in caught.value.remedy
    assert not path.exists(), "opening makes nothing"
    with pytest.raises(NoStore, match="folder"):
        Log.open(str(tmp_path))
    text = tmp_path / "list.csv"
    text.write_text("when,what\n" * 1000)
    with pytest.raises(NoStore, match="not a cutset store"):
        Log.open(str(text))
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE seizure (id)")
    connection.close()
    with pytest.raises(NoStore, match="not a cutset store"):
        Log.open(str(other))
    empty = tmp_path / "empty.cutset"
    empty.touch()
    with pytest.raises(NoStore, match="not a cutset store"):
        Log.open(str(empty))
    with pytest.raises(NoStore):
        Log.open("mysql://somewhere/else")


def test_a_store_is_made_only_where_there_is_none(tmp_path: Path, path: Path) -> None:
    create(str(path))
    before = path.read_bytes()
    with pytest.raises(StoreExists):
        Log.create(str(path))
    assert path.read_bytes() == before
    with pytest.raises(StoreError):
        Log.create(str(tmp_path / "no such folder" / "store.cutset"))
    with pytest.raises(StoreError):
        Log.create(str(tmp_path))


def test_a_newer_store_is_not_touched(path: Path) -> None:
    put(create(str(path)), report(1))
    forget_engine(str(path))
    connection = sqlite3.connect(path)
    with connection:
        (column,) = [row[1] for row in connection.execute("PRAGMA table_info(log_meta)") if row[5]]
        connection.execute(f"UPDATE log_meta SET value = '999' WHERE {column} = 'format'")
    connection.close()
    with pytest.raises(NewerStore, match="newer") as caught:
        Log.open(str(path))
    assert "999" in caught.value.where


# ---- no right to write, no key ----


def test_a_read_only_file_is_a_clear_error(open_folder: Path) -> None:
    path = open_folder / "store.cutset"
    put(create(str(path)), report(1))
    forget_engine(str(path))
    with unprivileged(open_folder):
        path.chmod(0o400)
        with pytest.raises(ReadOnlyStore, match="cannot be written") as caught:
            Log.open(str(path)).append([])
        assert str(path) in caught.value.where
        forget_engine(str(path))
        path.chmod(0o000)
        with pytest.raises(StoreError):
            Log.open(str(path))
        path.chmod(0o600)
        assert len(put(Log.open(str(path)), report(2))) == 1
        forget_engine(str(path))


def test_a_folder_without_the_right_to_write_makes_no_store(open_folder: Path) -> None:
    with unprivileged(open_folder):
        open_folder.chmod(0o555)
        with pytest.raises(StoreError):
            Log.create(str(open_folder / "store.cutset"))
        open_folder.chmod(0o755)
        assert not list(open_folder.iterdir())


def test_without_its_key_a_store_is_read_and_not_written(path: Path) -> None:
    ids = put(create(str(path)), report(1), report(2))
    key = path.with_name(path.name + ".key")
    assert key.stat().st_mode & 0o777 == 0o600
    kept = key.read_bytes()
    key.unlink()
    log = Log.open(str(path))
    assert list(log.fetch(ids, log.rights(BY))) == ids
    assert log.verify(log.head()).ok
    with pytest.raises(NoKey, match="key") as caught:
        put(log, report(3))
    assert str(key) in caught.value.where
    assert caught.value.remedy
    key.write_bytes(b"no key at all")
    with pytest.raises(NoKey):
        put(Log.open(str(path)), report(3))
    create(str(path.with_name("other.cutset")))
    shutil.copyfile(path.with_name("other.cutset.key"), key)
    with pytest.raises(NoKey):
        put(Log.open(str(path)), report(3))
    key.write_bytes(kept)
    assert len(put(log, report(3))) == 1
    assert len(log.follow(0)) == 3


# ---- a full disk ----


def test_a_full_database_takes_nothing_in_and_loses_nothing(path: Path) -> None:
    log = create(str(path))
    ids = put(log, *(report(n) for n in range(20)))
    room = {"pages": 0}

    @sa.event.listens_for(engine(str(path)), "checkout")
    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {room['pages'] or 1_000_000}")

    room["pages"] = path.stat().st_size // 4096 + 20
    full = 0
    for n in range(20, 60):
        try:
            ids += put(log, report(n, text="x" * 20_000))
        except StoreFull:
            full += 1
    assert full > 5
    assert {held.entry.id for held in log.follow(0)} == set(ids)
    assert log.verify(log.head()).ok
    room["pages"] = 0
    ids += put(log, report(99, text="x" * 20_000))
    assert {held.entry.id for held in log.follow(0)} == set(ids)
    assert log.verify(log.head()).ok


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two MiB."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    if os.geteuid():
        pytest.skip("only root can mount a small file system")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    forget_engine(str(folder / "store.cutset"))
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_takes_nothing_in_and_loses_nothing(tiny_disk: Path) -> None:
    path = tiny_disk / "store.cutset"
    log = create(str(path))
    ids, full = [], 0
    for n in range(200):
        try:
            ids += put(log, *(report(10 * n + k, text="x" * 2000) for k in range(10)))
        except StoreError:
            full += 1
            if full > 5:
                break
    assert ids
    assert full > 5
    assert {held.entry.id for held in log.follow(0)} == set(ids)
    subprocess.run(["mount", "-o", "remount,size=16m", tiny_disk], check=True)
    ids += put(log, report(99_999))
    assert {held.entry.id for held in log.follow(0)} == set(ids)
    assert log.verify(log.head()).ok


def test_no_store_is_left_where_the_disk_is_full_while_it_is_made(tiny_disk: Path) -> None:
    (tiny_disk / "filler").write_bytes(b"x" * (2 * 1024 * 1024 - 8192))
    path = tiny_disk / "store.cutset"
    with pytest.raises(StoreError):
        create(str(path))
    with pytest.raises(StoreError):
        Log.open(str(path))
    (tiny_disk / "filler").unlink()
    assert put(create(str(path)), report(1))


# ---- damage ----


def copied(source: Path, target: Path, *endings: str) -> None:
    for ending in ("", *endings):
        shutil.copyfile(f"{source}{ending}", f"{target}{ending}")


def test_a_damaged_file_is_a_clear_error(tmp_path: Path, path: Path) -> None:
    log = create(str(path))
    for first in range(0, 300, 50):
        put(log, *(report(n, text="x" * 500) for n in range(first, first + 50)))
    log.compact()
    forget_engine(str(path))
    random, raw, wrong = Random(3), path.read_bytes(), 0
    for number in range(40):
        page = random.randrange(len(raw) // 4096)
        copy = tmp_path / f"copy-{number}.cutset"
        copy.write_bytes(raw[: page * 4096] + random.randbytes(4096) + raw[(page + 1) * 4096 :])
        shutil.copyfile(f"{path}.key", f"{copy}.key")
        with suppress(StoreError):
            wrong -= 1
            damaged = Log.open(str(copy))
            damaged.follow(0)
            put(damaged, report(1000))
            wrong += damaged.verify().ok
        wrong += 1
        forget_engine(str(copy))
    assert wrong <= 4, "a page that held nothing may be damaged with no harm"


def test_a_file_cut_short_is_damaged(tmp_path: Path, path: Path) -> None:
    log = create(str(path))
    put(log, *(report(n, text="x" * 500) for n in range(200)))
    log.compact()
    forget_engine(str(path))
    raw = path.read_bytes()
    for pages in (1, 5, len(raw) // 8192, len(raw) // 4096 - 1):
        copy = tmp_path / f"copy-{pages}.cutset"
        copy.write_bytes(raw[: pages * 4096])
        with pytest.raises(DamagedStore):
            Log.open(str(copy)).verify()
        forget_engine(str(copy))


def test_a_write_ahead_log_cut_short_leaves_whole_commits(tmp_path: Path, path: Path) -> None:
    log = create(str(path))
    states = [len(log.follow(0))]
    ids: list[str] = []
    for n in range(12):
        ids += put(log, *(report(10 * n + k) for k in range(1 + n % 4)))
        states.append(len(ids))
    head, random, seen = log.head(), Random(4), set()
    wal = Path(f"{path}-wal").stat().st_size
    for number in range(40):
        copy = tmp_path / f"copy-{number}.cutset"
        copied(path, copy, "-wal", ".key")
        with Path(f"{copy}-wal").open("r+b") as file:
            if number % 2:
                file.truncate(random.randrange(wal))
            else:
                file.seek(random.randrange(wal))
                file.write(b"\xff\x00torn")
        try:
            cut = Log.open(str(copy))
        except NoStore:
            seen.add(-1)  # Cut within the commit that made the store.
            continue
        found = [held.entry.id for held in cut.follow(0)]
        assert found == ids[: len(found)]
        assert len(found) in states
        seen.add(len(found))
        assert cut.verify().ok
        assert cut.verify(head).ok == (len(found) == len(ids)), "only a head kept elsewhere tells that the end is gone"
        forget_engine(str(copy))
    assert len(seen) > 5


def test_only_what_the_log_can_give_anew_is_committed_without_a_sync(path: Path) -> None:
    log = create(str(path))
    level = lambda connection: connection.exec_driver_sql("PRAGMA synchronous").scalar()  # noqa: E731
    for fails in (False, True):
        with suppress(ZeroDivisionError), engine(str(path)).connect() as connection:
            with unhurried(connection), connection.begin():
                assert level(connection) == 1
                assert 1 / (not fails)
            assert level(connection) == 2
        # The same connection, taken from the pool again, syncs every commit.
        with engine(str(path)).connect() as connection:
            assert level(connection) == 2
    assert put(log, report(1))


def test_a_file_swapped_for_a_backup_is_found_by_a_head_kept_elsewhere(tmp_path: Path, path: Path) -> None:
    log = create(str(path))
    put(log, report(1))
    log.compact()
    backup = tmp_path / "backup.cutset"
    copied(path, backup, ".key")
    put(log, report(2))
    old = Log.open(str(backup))
    assert old.verify().ok
    assert not old.verify(log.head()).ok
    put(old, report(3))
    put(old, report(4))
    assert old.verify().ok
    assert not old.verify(log.head()).ok, "the same key has signed another history"

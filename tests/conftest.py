"""What all tests share: a real PostgreSQL server, of which each test gets a database of its own."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.postgresql import Server, missing, newest_programs
from tests.worlds import Store

# Random worlds are stores by the hundred, each of which syncs at every commit. In memory, where there is room, a sync
# costs nothing; what a crash leaves is tried by killing writers, which the page cache outlives there as elsewhere.
_MEMORY, _ENOUGH_BYTES = Path("/dev/shm"), 4 << 30
if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES:
    tempfile.tempdir = str(_MEMORY)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """The tests' own server, which runs as long as they do."""
    reason, programs = missing(), newest_programs()
    if reason or programs is None:
        pytest.skip(reason)
    server = Server(programs)
    try:
        server.start()
    except BaseException:
        shutil.rmtree(server.folder, ignore_errors=True)
        raise
    yield server
    server.stop()


@pytest.fixture
def postgresql_database(
    postgresql_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], AbstractContextManager[str]]:
    """Gives the url of a fresh database for a `with` block, as often as it is called.

    The signing keys of the stores in them go into the test's own folder.
    """
    from cutset.log.database import forget_engine

    @contextmanager
    def fresh() -> Iterator[str]:
        database = f"test_{uuid.uuid4().hex}"
        monkeypatch.setenv("CUTSET_KEY", str(tmp_path / f"{database}.key"))
        postgresql_server.run(f"CREATE DATABASE {database}")
        url = postgresql_server.url(database)
        yield url
        forget_engine(url)
        postgresql_server.run(f"DROP DATABASE {database} WITH (FORCE)")

    return fresh


@pytest.fixture
def postgresql_url(postgresql_database: Callable[[], AbstractContextManager[str]]) -> Iterator[str]:
    """The url of a fresh database."""
    with postgresql_database() as url:
        yield url


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty log with the indexes that follow it."""
    return Store(str(tmp_path / "store.cutset"))

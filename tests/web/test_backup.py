"""A backup is whole and for administrators; a restore puts all in place, or nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path

import pytest

from cutset import clock
from cutset.access.registry import Viewer
from cutset.cli.backup_postgresql import is_empty
from cutset.evidence.attachments import FOLDER_VARIABLE, Attachments, folder_of
from cutset.log.database import forget_engine
from cutset.log.heads import make_key
from cutset.log.store import Log
from cutset.node import Node
from cutset.web.accounts.entrance import Entrance, Outcome
from tests.cli.running import Ran, run
from tests.samples import phone, seizure
from tests.web.serving import PASSWORD
from tests.worlds import Store

BOSS, AUDITOR = "boss@ash", "eye@ash"
BEFORE, AFTER = seizure(phone("+15551230001")), seizure(phone("+15551230002"))


@pytest.fixture
def kept(store: Store, tmp_path: Path) -> Store:
    """A store with an administrator, an account, a report and two attachments."""
    store.log.register(Viewer(BOSS, "ash", roles=("administrator",)), Viewer(AUDITOR, "ash", roles=("auditor",)))
    Entrance(store.url, clock.now).set_password("ann@ash", PASSWORD)
    store.submit(BEFORE)
    for content in (b"a picture", b"another"):
        Attachments(folder_of(store.url)).put(BytesIO(content))
    return store


def backup(kept: Store, out: Path, *more: str, viewer: str = BOSS) -> Ran:
    return run(out.parent, "backup", "--store", kept.url, "--out", str(out), "--as", viewer, *more)


def beside(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_what_was_backed_up_is_restored(kept: Store, tmp_path: Path) -> None:
    out, key = tmp_path / "monday", tmp_path / "kept.key"
    done = backup(kept, out, "--key-out", str(key), "--json")
    assert (done.status, done.json["files"], done.json["damaged"]) == (0, 4, [])
    kept.submit(AFTER)
    assert not any(b"PRIVATE KEY" in path.read_bytes() for path in out.rglob("*") if path.is_file())
    back = tmp_path / "there" / "back.cutset"
    assert run(tmp_path, "restore", str(out), "--store", str(back), "--key", str(key)).status == 0
    assert Log.open(str(back)).verify().reports == 1
    assert Entrance(str(back), clock.now).try_in("ann@ash", PASSWORD, "", "a")[0] is Outcome.IN
    held = Attachments(folder_of(str(back)))
    assert sorted(b"".join(held.read(digest)) for digest in held.hashes()) == [b"a picture", b"another"]
    assert Node.open(str(back)).submit(AFTER, by="ann@ash").held is False
    assert beside(back.parent) >= {"back.cutset", "back.cutset.key", "back.cutset.accounts"}
    assert not list(back.parent.glob(".restore-*"))


def test_files_lie_where_they_were_told_to(kept: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_of(kept.url).rename(tmp_path / "elsewhere")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "elsewhere"))
    assert backup(kept, tmp_path / "monday").status == 0
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "new"))
    (tmp_path / "new").mkdir()
    back = tmp_path / "back.cutset"
    assert run(tmp_path, "restore", str(tmp_path / "monday"), "--store", str(back)).status == 0
    assert len(list(Attachments(tmp_path / "new").hashes())) == 2


def test_backups_are_for_administrators_and_are_seen(kept: Store, tmp_path: Path) -> None:
    assert backup(kept, tmp_path / "taken", viewer="ann@ash").status == 2
    assert not (tmp_path / "taken").exists()
    assert backup(kept, tmp_path / "monday").status == 0
    looks = [each for each in Node.open(kept.url).audit(viewer=AUDITOR) if each.view == "backup"]
    assert {(each.viewer, bool(each.failed)) for each in looks} == {("ann@ash", True), (BOSS, False)}


def test_a_damaged_attachment_is_named_and_the_rest_is_kept(kept: Store, tmp_path: Path) -> None:
    victim = sorted(folder_of(kept.url).glob("*/*"))[0]
    victim.write_bytes(b"rotten")
    done = backup(kept, tmp_path / "monday", "--json")
    assert (done.status, done.json["damaged"], done.json["files"]) == (1, [victim.name], 3)
    assert run(tmp_path, "restore", str(tmp_path / "monday"), "--store", str(tmp_path / "back.cutset")).status == 0


def change(backup: Path, what: str) -> None:
    """Do harm to a backup."""
    listed = json.loads((backup / "backup.json").read_text())
    if what == "a byte":
        path = backup / "store.cutset"
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    elif what == "an attachment":
        sorted((backup / "files").iterdir())[0].unlink()
    elif what == "the list":
        (backup / "backup.json").unlink()
    elif what == "another log":
        # Even the list was changed to fit: the log's own proofs tell.
        import sqlite3
        from hashlib import sha256

        with sqlite3.connect(backup / "store.cutset") as connection:
            connection.execute("UPDATE log_body SET body = substr(body, 2) WHERE seq = (SELECT max(seq) FROM log_body)")
        connection.close()
        listed["files"]["store.cutset"] = sha256((backup / "store.cutset").read_bytes()).hexdigest()
        (backup / "backup.json").write_text(json.dumps(listed))
    else:
        listed["files"]["../outside"] = listed["files"]["store.cutset"]
        (backup / "backup.json").write_text(json.dumps(listed))
        (backup.parent / "outside").write_bytes((backup / "store.cutset").read_bytes())


@pytest.mark.parametrize("what", ["a byte", "an attachment", "the list", "another log", "a way out"])
def test_a_backup_that_was_changed_leaves_nothing_behind(kept: Store, tmp_path: Path, what: str) -> None:
    assert backup(kept, tmp_path / "monday").status == 0
    change(tmp_path / "monday", what)
    into = tmp_path / "into"
    done = run(tmp_path, "restore", str(tmp_path / "monday"), "--store", str(into / "back.cutset"))
    assert done.status == 2, done.err
    assert not into.exists() or not beside(into)


@pytest.mark.parametrize("name", ["back.cutset", "back.cutset.key", "back.cutset.accounts"])
def test_a_restore_overwrites_nothing(kept: Store, tmp_path: Path, name: str) -> None:
    assert backup(kept, tmp_path / "monday", "--key-out", str(tmp_path / "kept.key")).status == 0
    into = tmp_path / "into"
    into.mkdir()
    (into / name).write_text("mine")
    arguments = ("--store", str(into / "back.cutset"), "--key", str(tmp_path / "kept.key"))
    assert run(tmp_path, "restore", str(tmp_path / "monday"), *arguments).status == 2
    assert beside(into) == {name}
    assert (into / name).read_text() == "mine"


@pytest.fixture
def database(
    postgresql_database: Callable[[], AbstractContextManager[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    """The same on PostgreSQL, where there are its programs for dumps."""
    if not (shutil.which("pg_dump") and shutil.which("pg_restore")):
        pytest.skip("PostgreSQL's client programs are not installed")
    with postgresql_database() as url:
        monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "files"))
        store = Store(url)
        store.log.register(Viewer(BOSS, "ash", roles=("administrator",)))
        Entrance(url, clock.now).set_password("ann@ash", PASSWORD)
        store.submit(BEFORE)
        Attachments(folder_of(url)).put(BytesIO(b"a picture"))
        yield store


def test_a_database_is_backed_up_and_restored(
    database: Store,
    postgresql_database: Callable[[], AbstractContextManager[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out, key = tmp_path / "monday", tmp_path / "kept.key"
    done = backup(database, out, "--key-out", str(key), "--json")
    assert (done.status, done.json["files"], done.json["damaged"]) == (0, 2, [])
    database.submit(AFTER)
    with postgresql_database() as url:
        monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "other"))
        monkeypatch.delenv("CUTSET_KEY")
        arguments = ("restore", str(out), "--store", url)
        wrong = tmp_path / "wrong.key"
        make_key(wrong)
        assert run(tmp_path, *arguments, "--key", str(wrong)).status == 2
        assert is_empty(url), "a key of another store puts nothing there"
        assert not list(Attachments(tmp_path / "other").hashes())
        assert run(tmp_path, *arguments, "--key", str(key)).status == 0
        assert Log.open(url).verify().reports == 1
        assert Entrance(url, clock.now).try_in("ann@ash", PASSWORD, "", "a")[0] is Outcome.IN
        held = Attachments(tmp_path / "other")
        assert [b"".join(held.read(each)) for each in held.hashes()] == [b"a picture"]
        monkeypatch.setenv("CUTSET_KEY", str(key))
        assert Node.open(url).submit(AFTER, by="ann@ash").held is False
        assert run(tmp_path, *arguments).status == 2, "what is there is not overwritten"
        assert Log.open(url).verify().reports == 2
        assert run(tmp_path, "restore", str(out), "--store", str(tmp_path / "back.cutset")).status == 2
        forget_engine(url)

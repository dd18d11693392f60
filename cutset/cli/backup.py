"""`cutset backup` and `cutset restore`: the store, its accounts and attachments, and apart from them its key."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from contextlib import closing
from hashlib import file_digest
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

import msgspec
import typer

from cutset.access.roles import may_administer
from cutset.cli import options, output
from cutset.cli.backup_postgresql import DUMP, dump, is_empty
from cutset.cli.backup_postgresql import restore as restore_dump
from cutset.cli.options import OPERATOR
from cutset.cli.stores import find, opened
from cutset.errors import CutsetError
from cutset.evidence.attachments import Attachments, DamagedAttachment, NoAttachment, UnwritableFile, folder_of
from cutset.log.database import forget_engine, is_postgresql, path_of, without_password
from cutset.log.heads import KEY_VARIABLE, read_key
from cutset.log.store import Log

LIST = "backup.json"
"""The file in a backup that names the others with their digests. It is written last: without it there is none."""
STORE, ACCOUNTS, FILES = "store.cutset", "store.cutset.accounts", "files"
_FILE = re.compile(rf"{FILES}/([0-9a-f]{{64}})")


class BadBackup(CutsetError):
    """A backup cannot be made there, is not whole, or would overwrite something."""


class Listed(msgspec.Struct, frozen=True):
    """What a backup holds: the SHA-256 of each file by its name in the folder."""

    files: dict[str, str]


def backup(
    out: Annotated[Path, typer.Option(help="The folder to make; it must not be there yet.", file_okay=False)],
    key_out: Annotated[
        Path | None, typer.Option(help="A file for the signing key: keep it elsewhere than the backup.")
    ] = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Copy a store that is in use, whole and as of one moment; for administrators.

    The key is copied only where --key-out says. An attachment that is damaged is left out and named; the status is 1.

    Example: cutset backup --out backups/monday --key-out safe/national.key
    """
    place = find(store)
    node, by = opened(place, as_)
    if not may_administer(by, node.log.registry()):
        refused = BadBackup("backups are for administrators", where=by.id, remedy="ask one, or name one by --as")
        node.looks.failed("backup", by, refused, {})
        raise refused
    if out.exists():
        raise BadBackup("there is something there already", where=str(out), remedy="name a folder that is not there")
    signing_key = None if key_out is None else _key_of(place)
    out.parent.mkdir(parents=True, exist_ok=True)
    making = Path(mkdtemp(prefix=".backup-", dir=out.parent))
    try:
        # The look is recorded before the backup is given its name: nobody takes one away unseen.
        with node.looks.look("backup", by, {"key": key_out is not None}) as look:
            files, damaged = _copied(place, making)
            output.write(making / LIST, msgspec.json.encode(Listed(files)))
            look.show(None, len(files))
        if key_out is not None and signing_key is not None:
            output.write(key_out, signing_key)
        making.rename(out)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    _tell(json, out, len(files), damaged, "Backed up to")
    if damaged:
        raise typer.Exit(1)


def restore(
    backup: Annotated[Path, typer.Argument(help="The folder that `cutset backup` made.", exists=True, file_okay=False)],
    store: Annotated[
        str, typer.Option("--store", help="The file to make, which must not be there yet; or an empty database.")
    ],
    key: Annotated[Path | None, typer.Option(help="The store's signing key; without it the store only reads.")] = None,
    as_: options.Anyone = OPERATOR,
    json: options.Json = False,
) -> None:
    """Check every file of a backup and verify its log; only then put it in place.

    Example: cutset restore backups/monday --store national.cutset --key safe/national.key
    """
    listed = _read(backup)
    if (DUMP in listed.files) != is_postgresql(store):
        kind = "a PostgreSQL database" if DUMP in listed.files else "an SQLite file"
        raise BadBackup(f"that is the backup of {kind}", where=str(backup), remedy="name one such by --store")
    if is_postgresql(store):
        reports = _into_database(backup, listed, store, key)
        _tell(json, without_password(store), len(listed.files), [], f"Verified {reports:,} reports and restored")
        return
    reports = _into_file(backup, listed, Path(store), key)
    _tell(json, store, len(listed.files), [], f"Verified {reports:,} reports and restored")


def _into_file(backup: Path, listed: Listed, store: Path, key: Path | None) -> int:
    store.parent.mkdir(parents=True, exist_ok=True)
    making = Path(mkdtemp(prefix=".restore-", dir=store.parent))
    try:
        for name, digest in listed.files.items():
            _take(backup / name, making / name, digest)
        if key is not None:
            read_key(key)
            output.write(making / f"{STORE}.key", key.read_bytes())
        reports = _verified(making)
        _place(making, store, [found[1] for name in listed.files if (found := _FILE.fullmatch(name))])
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return reports


def _into_database(backup: Path, listed: Listed, place: str, key: Path | None) -> int:
    """Put a backup into an empty database, and its attachments into their folder; how many reports there are."""
    if not is_empty(place):
        raise BadBackup("there is something there already", where=without_password(place), remedy="make an empty one")
    kept = Attachments(folder_of(place)) if len(listed.files) > 1 else None
    making = Path(mkdtemp(prefix=".restore-"))
    placed: list[str] = []
    try:
        for name, digest in listed.files.items():
            _take(backup / name, making / name, digest)
        for name in listed.files:
            found = _FILE.fullmatch(name)
            if found is not None and kept is not None and not kept.holds(found[1]):
                kept.put(making / name)
                placed.append(found[1])
        return restore_dump(making / DUMP, place, key)
    except BaseException:
        if kept is not None:
            kept.delete(kept.set_aside(placed))
        raise
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _copied(place: str, out: Path) -> tuple[dict[str, str], list[str]]:
    """Copy the store; the digests of the copies by name, and the attachments that are damaged."""
    if is_postgresql(place):
        dump(place, out)
        files = {DUMP: _digest(out / DUMP)}
    else:
        files = _copied_files(path_of(place), out)
    # After the store: whatever it names was written before it was named, and is never changed.
    try:
        attachments = Attachments(folder_of(place))
    except UnwritableFile:
        # Of a database without a folder for files nobody has attached one.
        return files, []
    damaged = []
    (out / FILES).mkdir(mode=0o700)
    for digest in sorted(attachments.hashes()):
        try:
            attachments.fetch(digest, out / FILES / digest)
            files[f"{FILES}/{digest}"] = digest
        except DamagedAttachment:
            damaged.append(digest)
        except NoAttachment:
            continue  # deleted since it was listed
    return files, damaged


def _copied_files(path: Path, out: Path) -> dict[str, str]:
    files = {}
    for database, name in ((path, STORE), (path.with_name(path.name + ".accounts"), ACCOUNTS)):
        if database.exists():
            with (
                closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as source,
                closing(sqlite3.connect(out / name)) as copy,
            ):
                # SQLite's own online copy: one moment of the store, while others write on.
                source.backup(copy)
            (out / name).chmod(0o600)
            files[name] = _digest(out / name)
    return files


def _key_of(place: str) -> bytes:
    named = os.environ.get(KEY_VARIABLE)
    if named or is_postgresql(place):
        key = Path(named) if named else None
    else:
        path = path_of(place)
        key = path.with_name(path.name + ".key")
    read_key(key)
    assert key is not None, "none is read where there is none"
    return key.read_bytes()


def _read(folder: Path) -> Listed:
    try:
        listed = msgspec.json.decode((folder / LIST).read_bytes(), type=Listed)
    except (OSError, msgspec.DecodeError) as error:
        raise BadBackup("that is no backup", where=str(folder), remedy="name a folder of `cutset backup`") from error
    for name, digest in listed.files.items():
        # A list from elsewhere must not name a file outside of the backup, or of this machine.
        found = _FILE.fullmatch(name)
        if name not in (STORE, ACCOUNTS, DUMP) and (found is None or found[1] != digest):
            raise BadBackup("the list of the backup names what no backup holds", where=name, remedy="take another")
    if (STORE in listed.files) == (DUMP in listed.files):
        raise BadBackup("there is no store in the backup", where=str(folder), remedy="take another backup")
    return listed


def _take(source: Path, target: Path, digest: str) -> None:
    """Copy a file, and check the copy."""
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copyfile(source, target)
        target.chmod(0o600)
        whole = _digest(target) == digest
    except OSError as error:
        raise BadBackup(
            f"a file of the backup cannot be copied: {error.strerror}",
            where=source.name,
            remedy="see that it is there, and that there is room",
        ) from error
    if not whole:
        raise BadBackup(
            "a file of the backup is not as it was written", where=source.name, remedy="take another backup"
        )


def _verified(folder: Path) -> int:
    """How many reports the log in the folder holds. Raises `BadBackup` where it is broken, `NoKey` for a wrong key."""
    url = str(folder / STORE)
    try:
        log = Log.open(url, key=folder / f"{STORE}.key")
        if (folder / f"{STORE}.key").exists():
            log.secret("cutset restore")
        found = log.verify()
    finally:
        # The last connection that closes writes the write-ahead log back into the file that is then moved.
        forget_engine(url)
    if not found.ok:
        raise BadBackup("the log in the backup is not whole", where=str(folder), remedy="take another backup")
    return found.reports


def _place(making: Path, store: Path, attachments: list[str]) -> None:
    """Put everything in place, or nothing."""
    targets = {making / name: store.with_name(store.name + name.removeprefix(STORE))
               for name in (ACCOUNTS, f"{STORE}.key", STORE) if (making / name).exists()}  # fmt: skip
    for target in (store, *targets.values()):
        if target.exists():
            raise BadBackup("there is something there already", where=str(target), remedy="name another by --store")
    kept = Attachments(folder_of(str(store)))
    had_folder = kept.folder.exists()
    placed: list[Path] = []
    # Attachments lie under their digests: one that is there already is the same, and stays whatever happens.
    fresh = [digest for digest in attachments if not kept.holds(digest)]
    try:
        for digest in fresh:
            kept.put(making / FILES / digest)
        for source, target in targets.items():
            source.rename(target)
            placed.append(target)
    except BaseException:
        for target in placed:
            target.unlink(missing_ok=True)
        kept.delete(kept.set_aside(fresh))
        if not had_folder:
            shutil.rmtree(kept.folder, ignore_errors=True)
        raise


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _tell(json: bool, where: Path | str, files: int, damaged: list[str], what: str) -> None:
    if json:
        output.as_json({"at": str(where), "files": files, "damaged": damaged})
        return
    output.say(f"{what} {where}: {files:,} files")
    for digest in damaged:
        output.say(f"Damaged, and not in the backup: attachment {digest}")

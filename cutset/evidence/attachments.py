"""Attachments: files beside the store, each under the SHA-256 of what is in it.

A file is written under a passing name, synced, and only then given its own: who has its digest has the whole file.
What is read is digested again, so that a damaged file is never handed out. All is streamed; the memory that it takes
does not depend on a file's size.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from cutset.clock import instant
from cutset.errors import CutsetError
from cutset.log.database import is_postgresql, path_of
from cutset.model.exhibit import Attachment

FOLDER_VARIABLE = "CUTSET_FILES"
"""The environment variable that names the folder, where it does not lie beside the store."""

CHUNK_BYTES = 1 << 20
STALE = timedelta(days=1)
"""How old a half-written file must be before it counts as left behind by a crash."""

_HASH = re.compile(r"[0-9a-f]{64}")
_INCOMING, _DOOMED = ".incoming-", ".doomed-"


class NoAttachment(CutsetError):
    """There is no such file, or none that this viewer may fetch."""

    def __init__(self, digest: str) -> None:
        super().__init__(
            "there is no such file", where=digest, remedy="check the digest; `cutset custody` shows those it names"
        )


class DamagedAttachment(CutsetError):
    """A file's bytes are not those that its digest was made of."""


class UnwritableFile(CutsetError):
    """A file cannot be read or written."""


def folder_of(url: str) -> Path:
    """The folder of a store's files: what `CUTSET_FILES` names, or `<store>.files`. Raises `UnwritableFile`."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named)
    if is_postgresql(url):
        raise UnwritableFile(
            "no folder for files was named",
            where="PostgreSQL",
            remedy=f"set the environment variable {FOLDER_VARIABLE}",
        )
    path = path_of(url)
    return path.with_name(path.name + ".files")


class Attachments:
    """A folder of files under their hashes. Several processes may use one at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, file: Path | BinaryIO, *, name: str = "", media_type: str = "", what: str = "") -> Attachment:
        """The file's attachment, when it is durable. Raises `UnwritableFile`; nothing is then left behind.

        A file that is there already is not written twice; one that is damaged there is mended.
        """
        if isinstance(file, Path):
            with _opened(file) as source:
                return self.put(source, name=name or file.name, media_type=media_type, what=what)
        incoming = None
        try:
            self._make(self.folder)
            with NamedTemporaryFile(dir=self.folder, prefix=_INCOMING, delete=False) as target:
                incoming = Path(target.name)
                running, size = sha256(), 0
                while chunk := file.read(CHUNK_BYTES):
                    running.update(chunk)
                    size += len(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            digest = running.hexdigest()
            self._keep(incoming, digest)
        except OSError as error:
            if incoming is not None:
                incoming.unlink(missing_ok=True)
            raise UnwritableFile(
                f"the file cannot be kept: {error.strerror}",
                where=str(self.folder),
                remedy="free room, or mend its rights",
            ) from error
        except BaseException:
            if incoming is not None:
                incoming.unlink(missing_ok=True)
            raise
        return Attachment(sha256=digest, size=size, name=name, media_type=media_type, what=what)

    def holds(self, digest: str) -> bool:
        """Whether a file of that digest is there."""
        return _HASH.fullmatch(digest) is not None and self._place(digest).is_file()

    def size(self, digest: str) -> int:
        """The file's size in bytes. Raises `NoAttachment`."""
        if not self.holds(digest):
            raise NoAttachment(digest)
        return self._place(digest).stat().st_size

    def make(self) -> None:
        """Make the folder, where there is none."""
        self._make(self.folder)

    def incoming(self, name: str) -> Path:
        """Where a file may lie while it comes. It has no digest yet, is nobody's to fetch, and `sweep` ends it."""
        return self.folder / f"{_INCOMING}{name}"

    def all_incoming(self, prefix: str) -> list[Path]:
        """The files on their way whose name begins with `prefix`."""
        return [*self.folder.glob(f"{_INCOMING}{prefix}*")]

    def adopt(self, path: Path, digest: str) -> None:
        """Give a file in the folder, of which this is the digest, the name of its own; durably."""
        with path.open("rb") as source:
            os.fsync(source.fileno())
        self._keep(path, digest)

    def fetch(self, digest: str, to: Path) -> int:
        """Write the file to `to`, wholly or not at all, for its owner's eyes; its size in bytes.

        Raises `NoAttachment`, `DamagedAttachment`, `UnwritableFile`.
        """
        written = None
        try:
            with NamedTemporaryFile(dir=to.parent, prefix=".", delete=False) as target:
                written = Path(target.name)
                size = sum(target.write(chunk) for chunk in self.read(digest))
                target.flush()
                os.fsync(target.fileno())
            written.replace(to)
        except OSError as error:
            raise UnwritableFile(
                f"the file cannot be written: {error.strerror}", where=str(to), remedy="name another place"
            ) from error
        finally:
            if written is not None:
                written.unlink(missing_ok=True)
        return size

    def read(self, digest: str) -> Iterator[bytes]:
        """The file's bytes in turn. What was given is only to be relied on when the last of it came without an error.

        Raises `NoAttachment` before, and `DamagedAttachment` after, the last chunk.
        """
        if not self.holds(digest):
            raise NoAttachment(digest)
        running = sha256()
        with self._place(digest).open("rb") as source:
            while chunk := source.read(CHUNK_BYTES):
                running.update(chunk)
                yield chunk
        if running.hexdigest() != digest:
            raise DamagedAttachment(
                "a file is damaged: its bytes are not those that were sealed by its digest",
                where=digest,
                remedy="restore it from a backup: put the file in again, and it is mended",
            )

    def hashes(self) -> Iterator[str]:
        """The hashes of all files that are there, in no order."""
        if self.folder.is_dir():
            for part in self.folder.iterdir():
                if part.is_dir():
                    yield from (each.name for each in part.iterdir() if _HASH.fullmatch(each.name))

    def orphans(self, named: Collection[str]) -> list[str]:
        """The hashes of files that none of the hashes `named` is, sorted."""
        return sorted(set(self.hashes()) - set(named))

    def set_aside(self, hashes: Iterable[str]) -> list[str]:
        """Take files away without deleting them; those that were there. `delete` or `put_back` must follow."""
        taken = []
        for digest in hashes:
            try:
                self._place(digest).rename(self._aside(digest))
                taken.append(digest)
            except FileNotFoundError:
                continue
        return taken

    def put_back(self, digest: str) -> None:
        """Undo `set_aside`."""
        self._aside(digest).rename(self._place(digest))

    def delete(self, hashes: Iterable[str]) -> None:
        """Delete what was set aside, durably."""
        touched = set()
        for digest in hashes:
            self._aside(digest).unlink(missing_ok=True)
            touched.add(self._aside(digest).parent)
        for folder in touched:
            _sync(folder)

    def sweep(self, now: datetime) -> int:
        """Delete what a crash left half-written or set aside more than a day before `now`; how many files."""
        left = []
        if self.folder.is_dir():
            left = [*self.folder.glob(f"{_INCOMING}*"), *self.folder.glob(f"*/{_DOOMED}*")]
        count = 0
        for path in left:
            try:
                if now - instant(path.stat().st_mtime_ns // 1000) > STALE:
                    path.unlink()
                    count += 1
            except FileNotFoundError:
                continue
        return count

    def _keep(self, incoming: Path, digest: str) -> None:
        place = self._place(digest)
        self._make(place.parent)
        # Replaced even where it is there: the bytes are the same, unless those there were damaged.
        incoming.replace(place)
        _sync(place.parent)
        _sync(self.folder)

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync(folder.parent)

    def _place(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest

    def _aside(self, digest: str) -> Path:
        return self.folder / digest[:2] / f"{_DOOMED}{digest}"


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise UnwritableFile(
            f"the file cannot be read: {error.strerror}", where=str(path), remedy="check its name"
        ) from None


def _sync(folder: Path) -> None:
    """Make what was renamed in a folder durable, where the system lets a folder be opened."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

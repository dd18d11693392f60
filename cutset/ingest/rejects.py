"""The file of rejected rows, from which they can be mended and sent again."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec

from cutset.errors import CutsetError
from cutset.ingest.reader import Reject

_encode = msgspec.json.Encoder().encode


class NoRejectsFile(CutsetError):
    """Rejected rows cannot be written anywhere."""


class Rejects:
    """Writes rejects, a JSON object a line, into `<file>.rejects.jsonl`: whole when `close` returns, or not at all.

    It lies beside the input, or in `folder`; where the input's folder cannot be written to and no other is named, in
    the current one. Where nothing was rejected, a file of that name from an earlier reading is taken away.
    """

    def __init__(self, path: Path, folder: Path | None) -> None:
        self._name = f"{path.resolve().name}.rejects.jsonl"
        self._folders = [folder] if folder is not None else [path.resolve().parent, Path.cwd()]
        self._partial: Path | None = None
        self._file: IO[bytes] | None = None

    def write(self, reject: Reject) -> None:
        """Adds a reject. Raises `NoRejectsFile` where it cannot be written: a closed folder, a full disk."""
        if self._file is None:
            self._file = self._open()
        try:
            self._file.write(_encode(reject) + b"\n")
        except OSError as error:
            raise self._unwritten(error) from error

    def close(self) -> str:
        """Puts the file in its place; its path, "" where nothing was rejected. Raises `NoRejectsFile`."""
        if self._file is None or self._partial is None:
            for folder in self._folders[:1]:
                with suppress(OSError):
                    (folder / self._name).unlink(missing_ok=True)
            return ""
        final = self._partial.with_name(self._name)
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._partial.replace(final)
        except OSError as error:
            raise self._unwritten(error) from error
        return str(final)

    def abandon(self) -> None:
        """Drops what was written, after an error that ends the reading."""
        if self._file is not None and self._partial is not None:
            with suppress(OSError):  # closing writes what is left, which a full disk refuses
                self._file.close()
            self._partial.unlink(missing_ok=True)

    def _open(self) -> IO[bytes]:
        failed = OSError()
        for folder in self._folders:
            partial = folder / f".{self._name}.{os.getpid()}.partial"
            try:
                folder.mkdir(parents=True, exist_ok=True)
                file = partial.open("wb")
            except OSError as error:
                failed = error
                continue
            self._partial = partial
            return file
        raise self._unwritten(failed) from failed

    def _unwritten(self, error: OSError) -> NoRejectsFile:
        where = str(self._partial.parent if self._partial else self._folders[0])
        what = f"rejected rows cannot be written: {error.strerror}"
        return NoRejectsFile(what, where=where, remedy="name a folder for them with --rejects, or free space")

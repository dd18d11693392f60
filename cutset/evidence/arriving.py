"""Files that come in pieces, over connections that may be lost: each goes on from where it stopped.

Who sends a file says its SHA-256 first, which names it until all of it is there. A piece says where it belongs, so that
the same piece sent twice changes nothing; and the whole is kept only where its digest is the one that was said.
"""

from __future__ import annotations

import os
from hashlib import sha256 as digest_of
from pathlib import Path

from cutset.errors import CutsetError
from cutset.evidence.attachments import CHUNK_BYTES, Attachments, UnwritableFile

MOST_ARRIVING = 24
"""Files of one sender that are on their way at a time; with one more, the one that has waited longest goes."""


class Misplaced(CutsetError):
    """A piece does not follow on what is there."""


class Garbled(CutsetError):
    """All of a file came, and it is not the one that was announced. It is to be sent anew, from its beginning."""


class Arriving:
    """A file on its way from one sender, whose digest (64 hexadecimal digits) was announced.

    Nobody else's pieces of the same file count, so that no sender learns what others have sent.
    """

    def __init__(self, attachments: Attachments, sender: str, sha256: str) -> None:
        self._attachments = attachments
        self._sha256 = sha256
        self._mine = f"{digest_of(sender.encode()).hexdigest()[:16]}-"
        self._path: Path = attachments.incoming(f"{self._mine}{sha256}")

    def size(self) -> int:
        """How many of its first bytes are there."""
        try:
            return self._path.stat().st_size
        except FileNotFoundError:
            return 0

    def add(self, piece: bytes, at: int) -> int:
        """Put a piece at its place, and say how many bytes there are then. Raises `Misplaced`, `UnwritableFile`."""
        there = self.size()
        if not 0 <= at <= there:
            raise Misplaced("this piece leaves a gap", where=f"byte {at}", remedy=f"go on from byte {there}")
        if not there:
            self._make_room()
        try:
            self._attachments.make()
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                # At its place and not at the end: where two connections bring the same piece, both write the same.
                left = memoryview(piece)
                while left:
                    written = os.pwrite(descriptor, left, at)
                    left, at = left[written:], at + written
            finally:
                os.close(descriptor)
        except OSError as error:
            raise UnwritableFile(
                f"the file cannot be kept: {error.strerror}",
                where=str(self._attachments.folder),
                remedy="free room, or mend its rights",
            ) from error
        return self.size()

    def keep(self) -> int:
        """Keep the whole of it, durably, under its digest; its size in bytes. Raises `Garbled`, `UnwritableFile`."""
        running, size = digest_of(), 0
        try:
            with self._path.open("rb") as source:
                while chunk := source.read(CHUNK_BYTES):
                    running.update(chunk)
                    size += len(chunk)
            if running.hexdigest() != self._sha256:
                self._path.unlink(missing_ok=True)
                raise Garbled(
                    "the file came otherwise than it was announced", where=self._sha256, remedy="send it again"
                )
            self._attachments.adopt(self._path, self._sha256)
        except FileNotFoundError:
            # Another connection of the same sender brought its end first.
            if not self._attachments.holds(self._sha256):
                raise Misplaced("nothing of it is here", where=self._sha256, remedy="begin with byte 0") from None
            return self._attachments.size(self._sha256)
        except OSError as error:
            raise UnwritableFile(
                f"the file cannot be kept: {error.strerror}",
                where=str(self._attachments.folder),
                remedy="free room, or mend its rights",
            ) from error
        return size

    def _make_room(self) -> None:
        waiting = sorted(self._attachments.all_incoming(self._mine), key=_touched)
        for each in waiting[: max(0, len(waiting) - MOST_ARRIVING + 1)]:
            each.unlink(missing_ok=True)


def _touched(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0

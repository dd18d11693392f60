"""Opens a file, plain or compressed, as lines of text, and stops what would harm: cuts, bombs, binary, endless lines.

What can be read is read. A line at fault is still given, mended, and named in `Text.faults`, so that its row is
rejected and the rest goes on. A compressed file that ends too soon gives every whole line before the cut, and then
raises `BadFile`: the line that the cut went through is never given, for half of a number is another number.
"""

from __future__ import annotations

import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from cutset.errors import CutsetError
from cutset.model.report import Struct

MIB = 1 << 20


class BadFile(CutsetError):
    """A file of which nothing (more) can be read; `line` is where it stopped, 0 where that has no meaning."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "", line: int = 0) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.line = line


class Limits(Struct, frozen=True):
    """How much a file may be: `line_length` in characters, `unpacked_bytes`, and how many times its packed size.

    Deflate reaches 1,032:1 only on runs of one byte; tables of text reach some 60:1. The ratio is looked at once
    `harmless_bytes` have been unpacked.
    """

    line_length: int = MIB
    unpacked_bytes: int = 64 * 1024 * MIB
    unpacked_ratio: int = 250
    harmless_bytes: int = 64 * MIB


LIMITS = Limits()

_GZIP, _XZ, _ZIP = b"\x1f\x8b", b"\xfd7zXZ\x00", b"PK\x03\x04"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BINARY = (
    (_ZIP, "a zip file within another", "unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file", "save it as .xlsx or .csv"),
    (b"PAR1", "a Parquet file", "export it as .csv"),
    (b"%PDF", "a PDF", "export its table as .csv"),
    (b"SQLite format 3", "an SQLite database", "export its table as .csv"),
)
_BROKEN = (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)
_UNDECODED = re.compile("[\ud800-\udfff]")


class Text:
    """The lines of an open file, each with its line end; iterate once, inside `with`.

    `name` is the file's name (and member). `encoding` is the one in use: a byte order mark overrules what was said.
    `line` is the number, from 1, of the line last given; `faults` maps the numbers of lines at fault to the reason.
    Iteration raises `BadFile` where the file breaks off or is more than its limits.
    """

    def __init__(self, guard: _Guard, *, name: str, encoding: str, limits: Limits) -> None:
        self.name = name
        self.encoding = encoding
        self.line = 0
        self.faults: dict[int, str] = {}
        self._guard = guard
        self._limits = limits
        buffered = io.BufferedReader(guard, 1 << 17)
        self._text = io.TextIOWrapper(buffered, encoding=encoding, errors="surrogateescape", newline="")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self._text.close()

    def __iter__(self) -> Iterator[str]:
        try:
            yield from self._lines()
        except UnicodeError as error:
            raise self._bad(f"it is not {self.encoding}: {error}", "say the file's encoding") from error

    def _lines(self) -> Iterator[str]:
        readline, longest = self._text.readline, self._limits.line_length
        while line := readline(longest):
            if line[-1] not in "\r\n":
                if len(line) == longest:
                    line = self._too_long(line)
                elif self._guard.fault:
                    break
            self.line += 1
            if "\0" in line:
                self.faults[self.line] = "holds a NUL byte, which no text has"
                line = line.replace("\0", "\u2400")
            if not line.isascii() and (found := _UNDECODED.search(line)):
                byte = ord(found.group()) & 0xFF
                self.faults[self.line] = f"byte 0x{byte:02X} is not {self.encoding}; say the file's encoding"
                line = _UNDECODED.sub("\ufffd", line)
            yield line
        if self._guard.fault:
            raise self._bad(self._guard.fault, "fetch the file again; the rows before this were read")

    def _too_long(self, start: str) -> str:
        """What stands for a line beyond the limit: its first 200 characters, with no quotes that would stay open."""
        rest = start
        while rest and rest[-1] not in "\r\n":
            rest = self._text.readline(self._limits.line_length)
        self.faults[self.line + 1] = f"is longer than {self._limits.line_length:,} characters"
        return start[:200].replace('"', "'") + "…\n"

    def _bad(self, what: str, remedy: str) -> BadFile:
        return BadFile(what, where=f"{self.name}, after line {self.line:,}", remedy=remedy, line=self.line + 1)


class _Guard(io.RawIOBase):
    """A stream that counts what comes out of it, and ends, keeping the `fault`, where that breaks or is too much."""

    def __init__(self, stream: IO[bytes], raw: IO[bytes], *, packed: int | None, limits: Limits) -> None:
        self.fault = ""
        self._stream: Any = stream
        self._raw = raw
        self._packed = packed
        self._limits = limits
        self._head = b""
        self._count = 0

    def readable(self) -> bool:
        return True

    def peek(self) -> bytes:
        """The first 4 KiB, which stay to be read."""
        while len(self._head) < 4096 and not self.fault and (more := self._take(4096 - len(self._head))):
            self._head += more
        return self._head

    def readinto(self, buffer: Any) -> int:
        if self._head:
            data, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        else:
            data = self._take(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _take(self, size: int) -> bytes:
        if self.fault:
            return b""
        try:
            # read1 gives what one step unpacked, so that an error in the next step loses none of it
            data: bytes = self._stream.read1(size)
        except _BROKEN as error:
            self.fault = f"the file breaks off or is damaged: {error}"
            return b""
        self._count += len(data)
        if self._count > self._limits.harmless_bytes:
            self._weigh()
        return b"" if self.fault else data

    def _weigh(self) -> None:
        packed = self._raw.tell() if self._packed is None else self._packed
        if self._count > self._limits.unpacked_bytes:
            self.fault = f"the file holds more than {self._limits.unpacked_bytes:,} bytes"
        elif self._stream is not self._raw and self._count > self._limits.unpacked_ratio * max(packed, 1):
            self.fault = f"{packed:,} packed bytes unpack to over {self._count:,}: a decompression bomb"

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            self._raw.close()
        super().close()


def open_text(path: Path, *, encoding: str = "utf-8", member: str = "", limits: Limits = LIMITS) -> Text:
    """The lines of the file at `path`: plain, gzip, xz, or a `member` of a zip file ("" = the only one).

    How it is packed is told by its first bytes, not by its name. Raises `BadFile` for a folder, a missing, empty or
    unreadable file, one that is not text, an unknown encoding and a zip file with no such member.
    """
    raw = open_raw(path)
    try:
        guard, name = _unpack(path, raw, member, limits)
        head = guard.peek()
        if not head:
            what = guard.fault or "the file is empty"
            raise BadFile(what, where=name, remedy="check that it was fetched whole")
        encoding = next((found for mark, found in _MARKS if head.startswith(mark)), encoding)
        _check_text(head, name, encoding)
        return Text(guard, name=name, encoding=encoding, limits=limits)
    except LookupError as error:
        raw.close()
        raise BadFile(f"no encoding is called {encoding!r}", where=path.name, remedy="try utf-8 or cp1252") from error
    except BaseException:
        raw.close()
        raise


def open_raw(path: Path) -> IO[bytes]:
    """The file at `path` as bytes. Raises `BadFile` for a folder and for a file missing or not to be read."""
    if path.is_dir():
        raise BadFile("a file is needed, and this is a folder", where=str(path), remedy="name a file in it")
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise BadFile("there is no such file", where=str(path), remedy="check its name") from error
    except OSError as error:
        raise BadFile(f"the file cannot be read: {error.strerror}", where=str(path)) from error


def is_zip(path: Path) -> bool:
    """Whether the file at `path` is a zip file, as an Excel workbook is too. Raises `BadFile` as `open_raw` does."""
    with open_raw(path) as raw:
        return raw.read(4) == _ZIP


def weigh_zip(path: Path, limits: Limits = LIMITS) -> None:
    """Raises `BadFile` if the zip file (or workbook) at `path` is damaged, or says that it unpacks beyond `limits`."""
    with open_raw(path) as raw:
        try:
            with zipfile.ZipFile(raw) as archive:
                infos = archive.infolist()
        except _BROKEN as error:
            raise BadFile(f"the zip file is damaged: {error}", where=path.name, remedy="fetch it again") from error
    unpacked, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    if unpacked > limits.harmless_bytes and unpacked > limits.unpacked_ratio * packed:
        raise BadFile(f"{packed:,} packed bytes unpack to {unpacked:,}: a decompression bomb", where=path.name)
    if unpacked > limits.unpacked_bytes:
        raise BadFile(f"the file holds more than {limits.unpacked_bytes:,} bytes", where=path.name)


def _unpack(path: Path, raw: IO[bytes], member: str, limits: Limits) -> tuple[_Guard, str]:
    head = raw.read(8)
    raw.seek(0)
    if head.startswith(_ZIP):
        info, stream = _member(path, raw, member)
        return _Guard(stream, raw, packed=info.compress_size, limits=limits), f"{path.name}/{info.filename}"
    if member:
        raise BadFile("only a zip file has members", where=path.name, remedy="leave the member out")
    stream = raw
    if head.startswith(_GZIP):
        stream = gzip.GzipFile(fileobj=raw)  # type: ignore[assignment]
    elif head.startswith(_XZ):
        stream = lzma.LZMAFile(raw)  # noqa: SIM115 - the guard closes it
    return _Guard(stream, raw, packed=None, limits=limits), path.name


def _member(path: Path, raw: IO[bytes], member: str) -> tuple[zipfile.ZipInfo, IO[bytes]]:
    try:
        archive = zipfile.ZipFile(raw)
        files = [info for info in archive.infolist() if not info.is_dir()]
        if member:
            files = [info for info in files if info.filename == member]
        if len(files) == 1:
            return files[0], archive.open(files[0])
        names = ", ".join(sorted(archive.namelist())[:20]) or "nothing"
    except (*_BROKEN, RuntimeError, NotImplementedError) as error:  # RuntimeError: it wants a password
        raise BadFile(f"the zip file cannot be read: {error}", where=path.name, remedy="fetch it again") from error
    what = f"the zip file has no member {member!r}" if member else "the zip file does not hold just one file"
    raise BadFile(f"{what}; it holds {names}", where=path.name, remedy="name one of its members, or unpack it")


def _check_text(head: bytes, name: str, encoding: str) -> None:
    for magic, what, remedy in _BINARY:
        if head.startswith(magic):
            raise BadFile(f"this is {what}, not text", where=name, remedy=remedy)
    if not encoding.lower().startswith(("utf-16", "utf_16", "utf-32", "utf_32")) and head.count(0) > len(head) // 20:
        remedy = "export it as text; if it is UTF-16 without a byte order mark, say the encoding"
        raise BadFile("this is not text: it is full of NUL bytes", where=name, remedy=remedy)

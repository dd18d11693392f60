"""Files beside the store: durable, verified, in constant memory, and gone with the last report that names them."""

from __future__ import annotations

import io
import tracemalloc
from hashlib import sha256
from pathlib import Path

import pytest

from cutset.errors import CutsetError
from cutset.evidence.attachments import Attachments, DamagedAttachment, NoAttachment, UnwritableFile


@pytest.fixture
def files(tmp_path: Path) -> Attachments:
    return Attachments(tmp_path / "files")


def test_what_is_put_in_comes_out(files: Attachments, tmp_path: Path) -> None:
    (tmp_path / "photograph.jpg").write_bytes(b"picture")
    kept = files.put(tmp_path / "photograph.jpg", what="photograph")
    assert (kept.sha256, kept.size, kept.name) == (sha256(b"picture").hexdigest(), 7, "photograph.jpg")
    assert files.fetch(kept.sha256, tmp_path / "again") == 7
    assert (tmp_path / "again").read_bytes() == b"picture"
    assert files.put(io.BytesIO(b"picture")).sha256 == kept.sha256
    assert list(files.hashes()) == [kept.sha256]


def test_a_large_file_takes_no_more_memory_than_a_small_one(files: Attachments, tmp_path: Path) -> None:
    size = 96 << 20
    with (tmp_path / "sparse").open("wb") as sparse:
        sparse.truncate(size)
    tracemalloc.start()
    kept = files.put(tmp_path / "sparse")
    assert files.fetch(kept.sha256, tmp_path / "again") == size
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20


@pytest.mark.parametrize("spoil", [b"", b"picturE", b"picture and more"], ids=["emptied", "changed", "longer"])
def test_a_damaged_file_is_never_handed_out(files: Attachments, tmp_path: Path, spoil: bytes) -> None:
    kept = files.put(io.BytesIO(b"picture"))
    (files.folder / kept.sha256[:2] / kept.sha256).write_bytes(spoil)
    with pytest.raises(DamagedAttachment):
        files.fetch(kept.sha256, tmp_path / "again")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["files"]
    files.put(io.BytesIO(b"picture"))
    assert files.fetch(kept.sha256, tmp_path / "again") == 7


class Failing(io.RawIOBase):
    """A source that breaks off."""

    def __init__(self, error: BaseException) -> None:
        self._error = error
        self._read = False

    def read(self, size: int = -1) -> bytes:
        if self._read:
            raise self._error
        self._read = True
        return b"half"


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "stopped"]
)
def test_nothing_is_left_of_what_broke_off(files: Attachments, error: BaseException) -> None:
    with pytest.raises((UnwritableFile, KeyboardInterrupt)):
        files.put(Failing(error))
    assert list(files.folder.iterdir()) == []


@pytest.mark.parametrize("name", ["../secret", "a" * 64, "", "A" * 64], ids=["path", "unknown", "empty", "capitals"])
def test_only_a_hash_that_is_there_is_found(files: Attachments, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    with pytest.raises(NoAttachment):
        files.fetch(name, tmp_path / "again")


def test_a_file_that_is_not_there_says_so(files: Attachments, tmp_path: Path) -> None:
    with pytest.raises(CutsetError, match="cannot be read"):
        files.put(tmp_path / "never")

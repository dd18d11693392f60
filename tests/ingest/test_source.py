"""Opening files: plain or packed, and what is said of those that are cut, bombs, binary, or not files at all."""

from __future__ import annotations

import gzip
import lzma
import zipfile
from pathlib import Path

import pytest

from cutset.ingest.source import BadFile, Limits, is_zip, open_raw, open_text, weigh_zip

LINES = "a;b\n1;2\n3;4\n"


def read(path: Path, **options: object) -> tuple[list[str], str]:
    """The lines that can be read, and the fault that ended them."""
    lines = []
    with open_text(path, **options) as text:  # type: ignore[arg-type]
        try:
            lines.extend(text)
        except BadFile as error:
            return lines, str(error)
    return lines, ""


def packed(path: Path, form: str, content: bytes) -> Path:
    if form == "gzip":
        path.write_bytes(gzip.compress(content, mtime=0))
    elif form == "xz":
        path.write_bytes(lzma.compress(content))
    elif form == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("in/table.csv", content)
    else:
        path.write_bytes(content)
    return path


@pytest.mark.parametrize("form", ["plain", "gzip", "xz", "zip"])
def test_how_a_file_is_packed_is_told_by_its_bytes_not_its_name(tmp_path: Path, form: str) -> None:
    path = packed(tmp_path / "table.csv", form, LINES.encode())
    with open_text(path) as text:
        assert list(text) == LINES.splitlines(keepends=True)
        assert text.line == 3
        assert text.name == ("table.csv/in/table.csv" if form == "zip" else "table.csv")
    assert is_zip(path) == (form == "zip")


def test_a_gzip_file_of_several_members_is_one_file(tmp_path: Path) -> None:
    path = tmp_path / "two.gz"
    path.write_bytes(gzip.compress(b"a\n", mtime=0) + gzip.compress(b"b\n", mtime=0))
    assert read(path) == (["a\n", "b\n"], "")


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")]
)
def test_a_byte_order_mark_overrules_the_encoding_that_was_said(tmp_path: Path, encoding: str, mark: bytes) -> None:
    path = tmp_path / "marked.csv"
    path.write_bytes(mark + "región\nÁvila\n".encode(encoding))
    assert read(path, encoding="cp1252") == (["región\n", "Ávila\n"], "")


def test_lines_may_end_as_they_do_on_any_system(tmp_path: Path) -> None:
    path = tmp_path / "ends.csv"
    path.write_bytes(b"a\r\nb\rc\nd")
    assert read(path)[0] == ["a\r\n", "b\r", "c\n", "d"]


@pytest.mark.parametrize("form", ["gzip", "xz", "zip"])
def test_a_cut_file_gives_every_whole_line_before_the_cut_and_none_after(tmp_path: Path, form: str) -> None:
    numbers = [f"{number * 7919 % 100003};{number}\n" for number in range(20_000)]
    whole = packed(tmp_path / "whole", form, "".join(numbers).encode())
    cut = tmp_path / "cut"
    content = whole.read_bytes()
    if form == "zip":  # the list of members stands at a zip file's end, so that a cut leaves no zip file
        cut.write_bytes(content[: len(content) // 2])
        with pytest.raises(BadFile, match="zip file cannot be read"):
            read(cut)
        return
    cut.write_bytes(content[: len(content) // 2])
    lines, fault = read(cut)
    assert 100 < len(lines) < 20_000
    assert lines == numbers[: len(lines)]
    assert "breaks off or is damaged" in fault
    assert f"after line {len(lines):,}" in fault


def test_the_line_that_a_cut_went_through_is_never_given(tmp_path: Path) -> None:
    whole = gzip.compress(b"12345;67890\n" * 3, mtime=0)
    seen = set()
    for length in range(20, len(whole)):
        path = tmp_path / "cut.gz"
        path.write_bytes(whole[:length])
        try:
            lines, fault = read(path)
        except BadFile:
            continue  # not a line came out
        assert fault
        seen.update(lines)
    assert seen <= {"12345;67890\n"}


def test_damage_in_the_middle_of_a_gzip_file_is_found(tmp_path: Path) -> None:
    lines = [f"{number * 7919 % 100003}\n" for number in range(20_000)]
    whole = gzip.compress("".join(lines).encode(), mtime=0)
    for place in range(len(whole) // 2, len(whole) - 4, 4001):
        content = bytearray(whole)
        content[place] ^= 0xFF
        path = tmp_path / "damaged.gz"
        path.write_bytes(bytes(content))
        assert "breaks off or is damaged" in read(path)[1], place


def test_a_bomb_is_stopped_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    with gzip.open(path, "wb", compresslevel=9) as file:
        for _ in range(80):
            file.write((b"0" * 1023 + b"\n") * 1024)
    lines, fault = read(path)
    assert "a decompression bomb" in fault
    assert len(lines) < 70 * 1024


def test_a_zip_bomb_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * (3 << 20))
    tight = Limits(harmless_bytes=1 << 20)
    with open_text(path, limits=tight) as text, pytest.raises(BadFile, match="a decompression bomb"):
        list(text)
    with pytest.raises(BadFile, match="a decompression bomb"):
        weigh_zip(path, tight)
    weigh_zip(path)


def test_no_file_is_more_than_the_limit_says(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(b"row\n" * 100_000)
    lines, fault = read(path, limits=Limits(unpacked_bytes=200_000, harmless_bytes=100))
    assert "more than 200,000 bytes" in fault
    assert 0 < len(lines) <= 50_000


def test_a_line_of_50_mb_is_a_fault_of_its_own_and_the_others_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(b"a\n" + b'"' + b"x" * (50 << 20) + b"\nb\n")
    with open_text(path) as text:
        lines = list(text)
        assert [lines[0], lines[2]] == ["a\n", "b\n"]
        assert len(lines[1]) < 300
        assert text.faults == {2: "is longer than 1,048,576 characters"}


def test_wrong_bytes_are_faults_of_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_bytes(b"good\n" + "Bogotá\n".encode("latin-1") + b"nul\0nul\nBogot\xc3\xa1\n")
    with open_text(path) as text:
        assert list(text) == ["good\n", "Bogot\ufffd\n", "nul\u2400nul\n", "Bogotá\n"]
        assert text.faults == {
            2: "byte 0xE1 is not utf-8; say the file's encoding",
            3: "holds a NUL byte, which no text has",
        }


def test_broken_utf_16_ends_the_file_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_bytes(b"\xff\xfe" + "good\n".encode("utf-16-le") + b"\x00\xdc\x00\xdc")
    assert "it is not utf-16" in read(path)[1]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the file is empty"),
        (gzip.compress(b"", mtime=0), "the file is empty"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "an old Excel or Word file"),
        (b"PAR1\x15\x04", "a Parquet file"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"SQLite format 3\0", "an SQLite database"),
        (bytes(range(32)) * 10 + bytes(300), "full of NUL bytes"),
        ("no mark\n".encode("utf-16-le"), "full of NUL bytes"),
        (gzip.compress(b"x\n", mtime=0)[:8], "breaks off or is damaged"),
        (b"\x1f\x8b but no gzip", "breaks off or is damaged"),
        (b"PK\x03\x04 but no zip", "the zip file cannot be read"),
    ],
)
def test_what_is_no_text_is_said_to_be_what_it_is(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "thing.csv"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=what):
        open_text(path)


def test_a_folder_a_missing_file_and_an_unknown_encoding_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="this is a folder"):
        open_text(tmp_path)
    with pytest.raises(BadFile, match="no such file"):
        open_raw(tmp_path / "none.csv")
    path = packed(tmp_path / "table.csv", "plain", LINES.encode())
    with pytest.raises(BadFile, match="no encoding is called 'klingon'"):
        open_text(path, encoding="klingon")
    with pytest.raises(BadFile, match="only a zip file has members"):
        open_text(path, member="a.csv")


def test_members_of_a_zip_file_are_named(tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "a\n")
        archive.writestr("b.csv", "b\n")
    assert read(path, member="b.csv") == (["b\n"], "")
    with pytest.raises(BadFile, match=r"does not hold just one file; it holds a\.csv, b\.csv"):
        read(path)
    with pytest.raises(BadFile, match=r"no member 'c\.csv'"):
        read(path, member="c.csv")

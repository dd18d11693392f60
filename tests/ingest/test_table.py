"""Delimited text: line numbers, headers, and rows at fault that take none of their neighbours with them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutset.ingest.reader import Reject
from cutset.ingest.source import BadFile, open_text
from cutset.ingest.table import MOST_LINES, Row, Table

GOOD = "a,b\n1,2\n"


def rows(path: Path, content: str | bytes, **options: object) -> list[Row | Reject]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with open_text(path) as text:
        return list(Table(text, options.pop("columns", ()), **options))  # type: ignore[arg-type]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def kept(found: list[Row | Reject]) -> list[Row]:
    return [each for each in found if not isinstance(each, Reject)]


def rejected(found: list[Row | Reject]) -> list[tuple[int, str]]:
    return [(each.line, each.reason) for each in found if isinstance(each, Reject)]


def test_a_row_stands_at_its_first_line_and_may_hold_quotes_and_line_ends(file: Path) -> None:
    found = rows(file, 'a,b\n1,"two\nlines"\n\n3,"say ""four"""\r\n  ,\n5,6')
    assert found == [(2, ["1", "two\nlines"]), (5, ["3", 'say "four"']), (6, ["  ", ""]), (7, ["5", "6"])]


def test_ragged_rows_are_rejected_and_empty_cells_beyond_the_header_are_not(file: Path) -> None:
    found = rows(file, "a,b\n1\n1,2,3\n1,2,,\n3,4\n")
    assert kept(found) == [(4, ["1", "2"]), (5, ["3", "4"])]
    assert rejected(found) == [(2, "has 1 cells where the header has 2"), (3, "has 3 cells where the header has 2")]
    assert [each.row for each in found if isinstance(each, Reject)] == [("1",), ("1", "2", "3")]


def test_a_quote_that_never_closes_costs_one_row(file: Path) -> None:
    found = rows(file, 'a,b\n1,2\n3,"4\n5,6\n7,8\n')
    assert kept(found) == [(2, ["1", "2"]), (4, ["5", "6"]), (5, ["7", "8"])]
    assert rejected(found) == [(3, "a quote opens here and never closes")]


def test_a_quote_closed_rows_later_by_another_costs_one_row(file: Path) -> None:
    found = rows(file, 'a,b\n1,"2\n3,4\n5,"6"\n7,8\n')
    assert [row[0] for row in kept(found)] == [3, 4, 5]
    assert [line for line, _ in rejected(found)] == [2]


def test_a_quote_open_over_many_lines_costs_one_row(file: Path) -> None:
    lines = [f"{number},x" for number in range(3 * MOST_LINES)]
    found = rows(file, 'a,b\n1,"2\n' + "\n".join(lines) + '\n9,9"\n')
    assert len(kept(found)) == len(lines) + 1
    assert [line for line, _ in rejected(found)] == [2]


def test_a_field_of_50_mb_costs_one_row(file: Path) -> None:
    found = rows(file, b"a,b\n1,2\n3," + b"x" * (50 << 20) + b"\n5,6\n")
    assert kept(found) == [(2, ["1", "2"]), (4, ["5", "6"])]
    assert rejected(found) == [(3, "is longer than 1,048,576 characters")]


def test_a_field_beyond_what_csv_takes_costs_one_row(file: Path) -> None:
    found = rows(file, b"a,b\n1,2\n3," + b"x" * 200_000 + b"\n5,6\n")
    assert kept(found) == [(2, ["1", "2"]), (4, ["5", "6"])]
    assert rejected(found) == [(3, "field larger than field limit (131072)")]


def test_wrong_bytes_cost_one_row(file: Path) -> None:
    found = rows(file, b"a,b\n1,2\n3,Bogot\xe1\n4,nul\0\n5,6\n")
    assert kept(found) == [(2, ["1", "2"]), (5, ["5", "6"])]
    assert [line for line, _ in rejected(found)] == [3, 4]


def test_columns_are_found_by_name_in_any_order(file: Path) -> None:
    file.write_text(" b ,a,c,,\n2,1,3,,\n")
    with open_text(file) as text:
        table = Table(text, ("a", "b"))
        assert table.header == ("b", "a", "c")
        assert table.positions("a", "b") == (1, 0)
        with pytest.raises(KeyError):
            table.position("z")
        assert list(table) == [(2, ["2", "1", "3"])]


@pytest.mark.parametrize(
    ("content", "options", "what"),
    [
        ("a,c\n", {"columns": ("a", "b")}, r"lacks 'b' \(table.csv, line 1\).* its header is 'a', 'c'"),
        ("a;b\n", {"columns": ("a", "b")}, "lacks 'a', 'b'.*seem to be separated by ';', not by ','"),
        ("a,b,a\n", {"columns": ("a", "b")}, "names 'a' twice"),
        ("a,b,z\n", {"columns": ("a", "b"), "closed": True}, "columns unknown here: 'z'"),
        ("\n \n", {"columns": ("a", "b")}, "has no header"),
        (b"a,Regi\xf3n\n1,2\n", {"columns": ("a",)}, "byte 0xF3 is not utf-8"),
        ("x" * 200_000 + "\n", {"columns": ("a",)}, "header cannot be read"),
    ],
)
def test_a_wrong_header_is_told_precisely(
    file: Path, content: str | bytes, options: dict[str, object], what: str
) -> None:
    with pytest.raises(BadFile, match=what):
        rows(file, content, **options)


def test_a_header_alone_is_a_table_without_rows(file: Path) -> None:
    assert rows(file, "a,b\n", columns=("a", "b")) == []
    assert rows(file, "a,b", columns=("a", "b")) == []


def test_lines_before_the_header_are_passed_over_and_a_file_may_have_none(file: Path) -> None:
    assert rows(file, "Report of 2024\n\na,b\n1,2\n", columns=("a", "b"), skip=2) == [(4, ["1", "2"])]
    assert rows(file, GOOD, columns=("x", "y"), headed=False) == [(1, ["a", "b"]), (2, ["1", "2"])]


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\ue000", exclude_categories=("Cs",)), max_size=6)


@settings(max_examples=150, deadline=None)
@given(table=st.lists(st.tuples(CELLS, CELLS, st.just("end")), max_size=8))
def test_what_csv_writes_is_read_back(tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, ...]]) -> None:
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("a", "b", "c"), *table])
    found = rows(tmp_path_factory.getbasetemp() / "round.csv", written.getvalue().encode(), columns=("a", "b", "c"))
    assert rejected(found) == []
    assert [tuple(cells) for _, cells in kept(found)] == table


@settings(max_examples=300, deadline=None)
@given(noise=st.text('ab"\n\r,;x', max_size=40))
def test_noise_takes_no_good_row_with_it(tmp_path_factory: pytest.TempPathFactory, noise: str) -> None:
    good = [f"good{number},row" for number in range(5)]
    content = "\n".join(["a,b", good[0], noise, *good[1:]]) + "\n"
    found = rows(tmp_path_factory.getbasetemp() / "noise.csv", content)
    assert all(each for each in found)
    # A quote may swallow the row that follows it, if a later quote closes it in time and the widths fit: no reader can
    # know better. Noise without quotes takes nothing.
    if '"' not in noise:
        cells = [cells for _, cells in kept(found)]
        assert all(row.split(",") in cells for row in good)

"""Budget tables by mapping file: wide and long, read into the log, mended and read again."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from cutset.ingest.load import load
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import BadFile
from cutset.model.report import Kind
from cutset.plan import document
from cutset.plan.budget_table import BadBudgetMapping, BudgetTable, read
from cutset.plan.fiscal_years import BadFiscalYear
from cutset.plan.gaps import funds
from tests.plan.national import NOW, PLAN, National, green

WIDE = """
name = "budget-summary-2022"
title = "A made budget summary"
plan = "niccp-2021"
agency = "Department"
account = "Account"
function = "Function"
gaps = "Gaps"
scale = 1000000
pass_over = ["Total"]

[file]
optional = ["Gaps"]
null = ["-"]

[agencies]
"Department of Homeland Security" = "dhs"

[functions]
"Interdiction" = "interdiction"

[[amounts]]
column = "FY 2020 Final"
fiscal_year = "FY 2020"
stage = "actual"

[[amounts]]
column = "FY 2021 Enacted"
fiscal_year = 2021
stage = "enacted"
"""

TABLE = """Department,Account,Function,FY 2020 Final,FY 2021 Enacted,Gaps
Department of Homeland Security,Cutters,Interdiction,"1,250.5",1300,dhs/ships; dhs/crews
Department of Homeland Security,Research,Research,12.25,-,
Total,,,"1,262.75",1300,
"""

LONG = """
name = "long"
title = "A made budget in long form"
plan = "niccp-2021"
agency = "agency"
account = "account"
function = "function"
line = "line"

[stages]
"Budget authority" = "enacted"
"Request" = "request"

[[amounts]]
column = "amount"
fiscal_year_column = "year"
stage_column = "level"
"""


@pytest.fixture
def national(tmp_path: Path) -> National:
    return National(tmp_path)


def drafts(mapping: str, text: str, folder: Path) -> tuple[list[Draft], list[Reject]]:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    found = list(read(mapping, "mapping.toml").read(path, Context(marking=green("ondcp"), now=NOW)))
    return [each for each in found if isinstance(each, Draft)], [each for each in found if isinstance(each, Reject)]


def ingest(national: National, reader: BudgetTable, text: str, folder: Path) -> tuple[int, int, int, int]:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    loaded = load(national.log, path, reader, Context(marking=green("ondcp"), now=NOW), by="ann@ondcp")
    assert loaded.read == loaded.accepted + loaded.repeated + loaded.rejected
    return loaded.read, loaded.accepted, loaded.repeated, loaded.rejected


def test_a_wide_table_gives_a_line_a_row_in_whole_units(tmp_path: Path) -> None:
    found, rejects = drafts(WIDE, TABLE, tmp_path)
    assert rejects == []
    cutters, research = (draft.report.content.entry for draft in found)  # type: ignore[union-attr]
    assert (cutters.id, cutters.agency, cutters.function) == ("dhs-cutters", "dhs", "interdiction")
    assert [(each.fiscal_year, each.stage, each.amount) for each in cutters.amounts] == [
        (2020, "actual", Decimal(1_250_500_000)),
        (2021, "enacted", Decimal(1_300_000_000)),
    ]
    assert cutters.gaps == ("dhs/ships", "dhs/crews")
    # A dash means no amount, which is not nothing.
    assert [str(each.amount) for each in research.amounts] == ["12250000"]


def test_a_long_table_puts_the_rows_of_a_line_together(tmp_path: Path) -> None:
    text = (
        "line,agency,account,function,year,level,amount\n"
        "L1,dhs,Cutters,interdiction,FY 2021,Budget authority,7\n"
        "L2,dhs,Labs,research,FY 2021,Request,1\n"
        "L1,dhs,Cutters,interdiction,FY 2022,Request,9\n"
    )
    found, rejects = drafts(LONG, text, tmp_path)
    assert rejects == []
    assert [(draft.rows, draft.line) for draft in found] == [(2, 2), (1, 3)]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("L1,dhs,Cutters,interdiction,FY 20221,Request,9", "year", "no fiscal year"),
        ("L1,dhs,Cutters,interdiction,FY 2022,Wish,9", "level", "no stage of a budget"),
        ("L1,dhs,Cutters,interdiction,FY 2022,Request,nine", "amount", "not a number"),
        ("L1,dhs,Cutters,interdiction,FY 2022,Request,-9", "amount", "not a number"),
        ("L1,dhs,Cutters,,FY 2022,Request,9", "function", "is empty"),
        ("L1,,Cutters,interdiction,FY 2022,Request,9", "agency", "is empty"),
        ("—,dhs,Cutters,interdiction,FY 2022,Request,9", "line", "no letter or digit"),
    ],
)
def test_a_bad_row_is_rejected_with_its_column(row: str, column: str, reason: str, tmp_path: Path) -> None:
    found, (reject,) = drafts(LONG, f"line,agency,account,function,year,level,amount\n{row}\n", tmp_path)
    assert found == []
    assert (reject.line, reject.column) == (2, column)
    assert reason in reject.reason


def test_a_line_in_two_functions_is_rejected_with_all_its_rows(tmp_path: Path) -> None:
    text = (
        "line,agency,account,function,year,level,amount\n"
        "L1,dhs,Cutters,interdiction,FY 2021,Request,7\n"
        "L2,dhs,Labs,research,FY 2021,Request,1\n"
        "L1,dhs,Cutters,research,FY 2022,Request,9\n"
    )
    found, rejects = drafts(LONG, text, tmp_path)
    assert len(found) == 1
    assert [reject.line for reject in rejects] == [2, 4]
    assert {reject.reason for reject in rejects} == {
        "is one line that stands in 2 functions: interdiction, research. To mend it: give each its own line by a "
        "`line` column (docs/responses.md)"
    }


def test_a_line_for_a_duty_that_the_plan_does_not_have_is_rejected(tmp_path: Path) -> None:
    text = (
        "line,agency,account,function,year,level,amount,serves\n"
        "L1,dhs,Cutters,interdiction,FY 2021,Request,7,bb-rts-08; xx-99\n"
        "L2,dhs,Labs,research,FY 2021,Request,1,bb-rts-08\n"
    )
    mapping = LONG.replace('line = "line"', 'line = "line"\nduties = "serves"')
    assert "serves" in mapping
    found, (reject,) = drafts(mapping, text, tmp_path)
    assert len(found) == 1
    assert (reject.line, reject.column, reject.value) == (2, "serves", "xx-99")
    assert "no such duty" in reject.reason
    # A plan that is not at hand cannot be asked.
    assert len(drafts(mapping.replace("niccp-2021", "nobody-1999"), text, tmp_path)[0]) == 2
    with pytest.raises(BadBudgetMapping, match="of the plan niccp-2021"):
        read(mapping, "mapping.toml", document.load("made_state"))


def test_two_amounts_for_one_year_and_stage_are_rejected(tmp_path: Path) -> None:
    row = "L1,dhs,Cutters,interdiction,FY 2021,Request,{}\n"
    text = "line,agency,account,function,year,level,amount\n" + row.format(7) + row.format(8)
    found, rejects = drafts(LONG, text, tmp_path)
    assert found == []
    assert {reject.reason for reject in rejects} == {"has two amounts for the line, FY 2021 request"}


def test_a_second_version_supersedes_the_first_line_by_line(national: National, tmp_path: Path) -> None:
    reader = read(WIDE, "mapping.toml")
    assert ingest(national, reader, TABLE, tmp_path) == (2, 2, 0, 0)
    assert ingest(national, reader, TABLE, tmp_path) == (2, 0, 2, 0)
    assert ingest(national, reader, TABLE.replace(",1300,dhs", ",1400,dhs"), tmp_path)[3] == 0
    found = funds(national.log, national.rights("ondcp"), PLAN, by=("function",))
    assert found.conflicts == ()
    assert found.whole.amounts["2021 enacted"] == {"USD": Decimal(1_400_000_000)}
    # A line that moves to another function in the next version is a correction, and in no two functions.
    ingest(national, reader, TABLE.replace("Cutters,Interdiction", "Cutters,Research"), tmp_path)
    found = funds(national.log, national.rights("ondcp"), PLAN, by=("function",))
    assert found.conflicts == ()
    assert [row.key for row in found.rows] == [("Research",)]


def test_a_table_that_lacks_a_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="FY 2021 Enacted"):
        drafts(WIDE, TABLE.replace("FY 2021 Enacted", "FY 2021"), tmp_path)
    path = tmp_path / "table.csv"
    with pytest.raises(BadFile, match="responses only"):
        list(read(WIDE, "m").read(path, Context(marking=green("ondcp"), kind=Kind.CASE)))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('stage = "actual"', 'stage = "wish"', "no stage is called wish"),
        ('stage = "actual"', "", "give stage or stage_column"),
        ("scale = 1000000", "scale = 0", "scale is less than 1"),
        ("scale = 1000000", "weather = 1", "unknown field `weather`"),
        ('agency = "Department"', "", "missing required field `agency`"),
        ("[[amounts]]", "[[amounts", "Expected"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused(old: str, new: str, what: str) -> None:
    with pytest.raises(BadBudgetMapping, match=what):
        read(WIDE.replace(old, new, 1), "mapping.toml")


def test_a_mapping_with_a_year_that_is_none_is_refused() -> None:
    with pytest.raises(BadFiscalYear):
        read(WIDE.replace("FY 2020", "FY 20200", 2), "mapping.toml")

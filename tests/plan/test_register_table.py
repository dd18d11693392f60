"""Registers by mapping file: rows become entries, bad rows are rejected with their column, later tables supersede."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from cutset.cli import app
from cutset.ingest.load import load
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import BadFile
from cutset.model.network import Estimate
from cutset.model.register import Member, TaskForce, TechnologyStage
from cutset.model.report import Kind
from cutset.plan import register_table
from cutset.plan.budget_table import BudgetTable
from cutset.plan.fiscal_years import BadFiscalYear
from cutset.plan.register_table import BadRegisterMapping, read
from cutset.plan.registers import task_forces
from tests.plan.national import NOW, PLAN, National, green
from tests.plan.test_budget_table import WIDE

FORCES = """
name = "task-forces-2021"
title = "Made task forces"
plan = "niccp-2021"
register = "task-forces"
fiscal_year = "FY 2021"

[columns]
id = "Number"
name = "Name"
"members.agency" = "Agency"
"members.people" = "Officers"
"members.since" = "From"

[constants]
area = "border-regions"

[values."members.agency"]
"Drug Enforcement Administration" = "dea"
"""

TABLE = """Number,Name,Agency,Officers,From
T1,Harbour,Drug Enforcement Administration,"1,200",2019-10-01
T1,Harbour,dhs,4,
T2,Desert,dhs,2,2020-10-01
"""

MORE = {
    "grants": ("amount", "must_share", "programme", "recipient", "fiscal_year"),
    "training": ("course", "partner", "fiscal_year", "people", "days"),
    "technology": ("type", "stage", "finds", "examined", "found"),
    "agreements": ("partner", "covers", "since", "until"),
    "ways": (
        "origin.name",
        "goal.name",
        "goal.latitude_deg",
        "goal.longitude_deg",
        "modality",
        "sweep.value",
        "sweep.low",
        "sweep.high",
        "sweep.source",
        "days",
    ),
    "traffic": ("substance", "sources", "goals", "kg_month.value", "kg_month.low", "kg_month.high", "kg_month.source"),
    "means": ("sort", "days", "step", "areas"),
    "gaps": ("title", "duties", "status", "costs.fiscal_year", "costs.function", "costs.amount"),
}


@pytest.fixture
def national(tmp_path: Path) -> National:
    return National(tmp_path)


def mapping_of(register: str) -> str:
    fields = "\n".join(f'"{name}" = "{name}"' for name in ("id", *MORE[register]))
    head = f'name = "made"\ntitle = "Made"\nplan = "niccp-2021"\nregister = "{register}"\nfiscal_year = 2021\n'
    return f"{head}[columns]\n{fields}\n"


def drafts(mapping: str, text: str, folder: Path) -> tuple[list[Any], list[Reject]]:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    found = list(read(mapping, "mapping.toml").read(path, Context(marking=green("ondcp"), now=NOW)))
    entries = [each.report.content.entry for each in found if isinstance(each, Draft)]  # type: ignore[union-attr]
    return entries, [each for each in found if isinstance(each, Reject)]


def of_register(register: str, row: str, folder: Path) -> tuple[list[Any], list[Reject]]:
    return drafts(mapping_of(register), f"id,{','.join(MORE[register])}\n{row}\n", folder)


def test_rows_of_one_id_are_one_entry_with_its_list(tmp_path: Path) -> None:
    (harbour, desert), rejects = drafts(FORCES, TABLE, tmp_path)
    assert rejects == []
    assert harbour == TaskForce(
        id="T1",
        name="Harbour",
        area="border-regions",
        members=(Member(agency="dea", people=1200, since="2019-10-01"), Member(agency="dhs", people=4)),
    )
    assert desert.members == (Member(agency="dhs", people=2, since="2020-10-01"),)


def test_each_register_reads_its_own_kinds_of_value(tmp_path: Path) -> None:
    (grant,), _ = of_register("grants", 'g,"$1,250.50",yes,HIDTA,dhs,FY 2021', tmp_path)
    assert (grant.amount, grant.must_share, grant.fiscal_year) == (Decimal("1250.50"), True, 2021)
    (course,), _ = of_register("training", "c,Canine,Guatemala,2021,12,2.5", tmp_path)
    assert (course.people, course.days) == (12, Decimal("2.5"))
    (scanner,), _ = of_register("technology", "x,x-ray,deployed,drug; currency,100,7", tmp_path)
    assert (scanner.stage, scanner.finds, scanner.found) == (TechnologyStage.DEPLOYED, ("drug", "currency"), 7)
    (gap,), _ = of_register("gaps", "g,Scanners,bb-ctr-14,costed,FY 2022,interdiction,36000000", tmp_path)
    assert [(cost.fiscal_year, cost.amount) for cost in gap.costs] == [(2022, Decimal(36_000_000))]
    (way,), _ = of_register("ways", "w,Tumaco,San José,13.9,-90.8,maritime,0.013,0.006,0.036,assumed,8", tmp_path)
    assert (way.goal.name, way.goal.longitude_deg, way.days, way.open) == ("San José", -90.8, 8.0, True)
    assert way.sweep == Estimate(value=0.013, low=0.006, high=0.036, source="assumed")
    (traffic,), _ = of_register("traffic", 'c,cocaine,Tumaco; Cali,San José,"4,000",2000,8000,assumed', tmp_path)
    assert (traffic.sources, traffic.kg_month.value) == (("Tumaco", "Cali"), 4000.0)


def test_two_rows_of_a_way_that_say_its_end_otherwise_are_both_rejected(tmp_path: Path) -> None:
    rows = "".join(f"w,Tumaco,{goal},0,0,maritime,,,,,8\n" for goal in ("San José", "Colón"))
    entries, rejects = drafts(mapping_of("ways"), f"id,{','.join(MORE['ways'])}\n{rows}", tmp_path)
    assert entries == []
    assert [(each.column, each.reason) for each in rejects] == [
        ("goal", "is otherwise in another row of the same entry")
    ] * 2


@pytest.mark.parametrize(
    ("register", "row", "column", "reason"),
    [
        ("grants", "g,ten,yes,HIDTA,dhs,FY 2021", "amount", "not a number"),
        ("grants", "g,10,perhaps,HIDTA,dhs,FY 2021", "must_share", "neither yes nor no"),
        ("grants", "g,10,yes,HIDTA,dhs,FY 20x1", "fiscal_year", "no fiscal year"),
        ("grants", "g,10,yes,,dhs,FY 2021", "", "programme"),
        ("grants", ",10,yes,HIDTA,dhs,FY 2021", "id", "is empty"),
        ("grants", "a b,10,yes,HIDTA,dhs,FY 2021", "", "id is empty, or has blanks"),
        ("training", "c,Canine,Guatemala,2021,1.5,2", "people", "not a whole number"),
        ("technology", "x,x-ray,dreamt,drug,,", "stage", "dreamt"),
        ("technology", "x,x-ray,deployed,drug,3,7", "", "more was found than was examined"),
        ("ways", "w,Tumaco,San José,13,here,maritime,,,,,8", "goal.longitude_deg", "not a number"),
        ("ways", "w,Tumaco,San José,,,maritime,1,2,3,assumed,8", "", "outside of its own range"),
        ("ways", "w,Tumaco,San José,,,maritime,1,,3,assumed,8", "", "low"),
        ("agreements", "a,Panama,ships,2021-13-01,", "", "this is no day"),
        ("agreements", "a,Panama,ships,2021-02-01,2020-02-01", "", "ends before it begins"),
    ],
)
def test_a_bad_row_is_rejected_and_the_good_one_kept(
    register: str, row: str, column: str, reason: str, tmp_path: Path
) -> None:
    good = {"grants": "ok,1,no,HIDTA,dhs,2021", "training": "ok,Canine,Chile,2021,1,1"}
    good["ways"] = "ok,Tumaco,Colón,,,maritime,,,,,8"
    kept = good.get(register, "ok,x,deployed,,," if register == "technology" else "ok,Peru,ships,,")
    entries, (reject,) = of_register(register, f"{kept}\n{row}", tmp_path)
    assert [entry.id for entry in entries] == ["ok"]
    assert (reject.line, reject.column) == (3, column)
    assert reason in reject.reason


def test_rows_that_contradict_each_other_are_rejected_together(tmp_path: Path) -> None:
    entries, rejects = drafts(FORCES, TABLE.replace("T1,Harbour,dhs", "T1,Haven,dhs"), tmp_path)
    assert [entry.id for entry in entries] == ["T2"]
    assert [(reject.line, reject.column) for reject in rejects] == [(2, "Name"), (3, "Name")]
    assert {reject.reason for reject in rejects} == {"is Harbour in another row of the same entry"}


def test_a_second_version_supersedes_the_first_entry_by_entry(national: National, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    for text in (TABLE, TABLE, TABLE.replace(",4,", ",6,")):
        path.write_text(text, encoding="utf-8")
        context = Context(marking=green("ondcp"), now=NOW)
        loaded = load(national.log, path, read(FORCES, "m"), context, by="ann@ondcp")
        assert loaded.rejected == 0
    found = task_forces(national.log, national.rights("ondcp"), PLAN)
    assert [(each.entry.id, [member.people for member in each.entry.members]) for each in found] == [
        ("T1", [1200, 6]),
        ("T2", [2]),
    ]


def test_a_workbook_says_the_same_as_its_csv(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    for number, line in enumerate(["T1;Harbour;dhs;4", "T2;Desert;dhs;2"]):
        if number == 0:
            book.active.append(["Number", "Name", "Agency", "Officers", "From"])
        id, name, agency, people = line.split(";")
        book.active.append([id, name, agency, int(people), None])
    path = tmp_path / "table.xlsx"
    book.save(path)
    mapping = FORCES + '\n[file]\nformat = "xlsx"\n'
    found = list(read(mapping, "m").read(path, Context(marking=green("ondcp"), now=NOW)))
    assert [each.report.content.entry.id for each in found if isinstance(each, Draft)] == ["T1", "T2"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"task-forces"', '"wishes"', "no register is called wishes"),
        ('"members.people"', '"members.horses"', "have no field members.horses"),
        ('id = "Number"', "", "no column gives the entries' id"),
        ("[columns]", "scale = 0\n[columns]", "scale is less than 1"),
        ("[columns]", "weather = 1\n[columns]", "unknown field `weather`"),
        ("[columns]", "[columns", "Expected"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused(old: str, new: str, what: str) -> None:
    with pytest.raises(BadRegisterMapping, match=what):
        read(FORCES.replace(old, new, 1), "mapping.toml")


def test_a_mapping_with_a_year_that_is_none_is_refused() -> None:
    with pytest.raises(BadFiscalYear):
        read(FORCES.replace("FY 2021", "FY 20x1"), "mapping.toml")


def test_a_table_that_lacks_a_column_or_is_to_be_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="Officers"):
        drafts(FORCES, TABLE.replace("Officers", "People"), tmp_path)
    with pytest.raises(BadFile, match="responses only"):
        list(read(FORCES, "m").read(tmp_path / "table.csv", Context(marking=green("ondcp"), kind=Kind.CASE)))


def test_a_mapping_file_tells_whether_it_is_of_a_register_or_a_budget(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(WIDE, encoding="utf-8")
    assert isinstance(register_table.load(path), BudgetTable)
    path.write_text(FORCES, encoding="utf-8")
    assert isinstance(register_table.load(path), register_table.RegisterTable)
    path.write_text("[[", encoding="utf-8")
    with pytest.raises(BadRegisterMapping):
        register_table.load(path)


def test_the_verbs_import_a_table_and_show_the_register(tmp_path: Path) -> None:
    store, mapping, table = tmp_path / "s.cutset", tmp_path / "m.toml", tmp_path / "t.csv"
    mapping.write_text(FORCES, encoding="utf-8")
    table.write_text(TABLE + "T3,,dhs,x,\n", encoding="utf-8")
    run = CliRunner().invoke
    assert run(app, ["init", str(store)]).exit_code == 0
    told = run(app, ["plan", "import", str(mapping), str(table), "--store", str(store)])
    assert told.exit_code == 0, told.output
    assert "4 rows read: 3 taken in, 0 held already, 1 rejected" in told.output
    shown = run(app, ["plan", "register", "task-forces", "--store", str(store)])
    assert "Harbour" in shown.output
    assert "2 entries." in shown.output

"""What a planner does at the command line, and the mistakes that are made there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cutset.cli import app
from cutset.errors import CutsetError
from cutset.model.marking import Marking, Tlp
from cutset.model.register import BudgetLine, Gap
from cutset.model.report import Outcome, Precision, Report, Response, Seizure, Source, When
from cutset.node import Node
from cutset.plan import document, response
from cutset.plan.filed import filed
from cutset.plan.fiscal_years import BadFiscalYear
from cutset.plan.registers import enter

Run = Callable[..., Result]
WHY = ("--reason", "tried")

BUDGET = """
name = "budget-{name}"
title = "Budget of a made agency"
plan = "niccp-2021"
register = "budget"
fiscal_year = "FY 2021"

[columns]
id = "Line"
account = "Account"
function = "Function"
"amounts.fiscal_year" = "Year"
"amounts.stage" = "Stage"
"amounts.amount" = "Amount"
"""
GAPS = """
name = "gaps-2021"
title = "Gaps of a made agency"
plan = "niccp-2021"
register = "gaps"
fiscal_year = "FY 2021"

[columns]
id = "Gap"
title = "Title"
duties = "Duties"
need = "Need"
effect = "Effect"
part_of = "Part of"
"costs.fiscal_year" = "Year"
"costs.function" = "Function"
"costs.amount" = "Cost"
"""
FORCES = """
name = "task-forces-2021"
title = "Task forces of a made agency"
plan = "niccp-2021"
register = "task-forces"
fiscal_year = "FY 2021"

[columns]
id = "Number"
name = "Name"
"members.agency" = "Agency"
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a verb as planner@dhs on a new store; a refusal that people can mend is in `exception`."""
    store = str(tmp_path / "s.cutset")
    runner = CliRunner()

    def invoke(*words: str, viewer: str = "planner@dhs") -> Result:
        return runner.invoke(app, [*words, "--store", store, "--as", viewer])

    assert runner.invoke(app, ["init", store]).exit_code == 0
    for agency in ("dhs", "ondcp", "homeland"):
        assert invoke("access", "agency", agency, *WHY, viewer="operator@local").exit_code == 0
        told = invoke("access", "viewer", f"planner@{agency}", "--agency", agency, *WHY, viewer="operator@local")
        assert told.exit_code == 0, told.output
    return invoke


def test_gaps_and_funds_with_nothing_counted_twice(run: Run, tmp_path: Path) -> None:
    mapping, table = tmp_path / "gaps.toml", tmp_path / "gaps.csv"
    mapping.write_text(GAPS, encoding="utf-8")
    table.write_text(
        "Gap,Title,Duties,Need,Effect,Part of,Year,Function,Cost\n"
        "g1,Scanners,br-ctr-04,12 scanners,more found,,2022,interdiction,100\n"
        "g2,Scanners at one port,br-ctr-04,2 scanners,,dhs/g1,2022,interdiction,20\n",
        encoding="utf-8",
    )
    assert run("plan", "import", str(mapping), str(table)).exit_code == 0
    shown = run("plan", "gaps", "--by", "agency")
    assert "100 USD" in shown.output.replace("USD 100", "100 USD"), shown.output
    assert "120" not in shown.output
    each = run("plan", "gaps")
    assert "rests on an allocation that was kept" in " ".join(each.output.split())
    assert "not stated" in " ".join(each.output.split())


def test_a_gap_of_an_unknown_duty_is_rejected_and_an_unknown_agency_is_named(run: Run, tmp_path: Path) -> None:
    mapping, path = tmp_path / "gaps.toml", tmp_path / "gaps.csv"
    mapping.write_text(GAPS, encoding="utf-8")
    path.write_text(
        "Gap,Title,Duties,Need,Effect,Part of,Year,Function,Cost\n"
        "g1,Scanners,br-ctr-04,12 scanners,,,2022,interdiction,100\n"
        "g2,Ferrets,xx-99,a ferret,,,2022,interdiction,20\n",
        encoding="utf-8",
    )
    told = run("plan", "import", str(mapping), str(path)).output
    assert "1 taken in" in told
    assert "1 rejected" in told
    (rejects,) = tmp_path.glob("*.rejects.jsonl")
    assert '"value":"xx-99"' in rejects.read_text(encoding="utf-8")
    assert "no such duty" in rejects.read_text(encoding="utf-8")
    node = Node.open(str(tmp_path / "s.cutset"))
    entry = Gap(id="old", title="Old", duties=("xx-99",))
    content, marking = (
        Response(plan="niccp-2021", fiscal_year=2021, entry=entry),
        Marking(originator="dhs", tlp=Tlp.GREEN),
    )
    node.submit(Report(marking=marking, source=Source(dataset="made"), content=content), by="planner@dhs")
    assert "The plan has no such duty: xx-99." in run("plan", "gaps").output
    forces = tmp_path / "forces.csv"
    forces.write_text("Number,Name,Agency\n1,Border team,dhs\n1,Border team,nosuch\n", encoding="utf-8")
    mapping.write_text(FORCES, encoding="utf-8")
    said = "Neither the registry nor the plan has these agencies, which entries name: nosuch."
    assert said in run("plan", "import", str(mapping), str(forces)).output
    assert said in run("plan", "register", "task-forces").output
    mapping.write_text(FORCES.replace("niccp-2021", "of-our-own"), encoding="utf-8")
    forces.write_text("Number,Name,Agency\n2,Second team,dhs\n", encoding="utf-8")
    assert "of-our-own is not at hand: no duty was checked." in run("plan", "import", str(mapping), str(forces)).output
    line = BudgetLine(id="l", agency="Department of Labor", account="A", function="f", amounts=())
    node.submit(enter(document.load("niccp_2021"), line, 2021, marking=marking), by="planner@dhs")
    assert "which entries name: Department of Labor." in run("plan", "funds").output


def test_a_line_in_two_functions_is_in_no_sum(run: Run, tmp_path: Path) -> None:
    for function in ("interdiction", "intelligence"):
        mapping, table = tmp_path / f"{function}.toml", tmp_path / f"{function}.csv"
        mapping.write_text(BUDGET.format(name=function), encoding="utf-8")
        rows = [f"L1,Air,{function},2021,enacted,70", f"L-{function},Sea,{function},2021,enacted,5"]
        table.write_text("Line,Account,Function,Year,Stage,Amount\n" + "\n".join(rows) + "\n", encoding="utf-8")
        told = run("plan", "import", str(mapping), str(table))
        assert told.exit_code == 0, told.output
    shown = run("plan", "funds", "--by", "function")
    assert shown.exit_code == 0, shown.output
    assert "all                  USD 10" in shown.output
    assert "In no sum: dhs/L1 stands in intelligence and in interdiction" in " ".join(shown.output.split())


def test_what_is_no_fiscal_year_is_refused(run: Run) -> None:
    refused = run("plan", "measure", "seizures", "--period", "FY 20x1")
    assert isinstance(refused.exception, CutsetError)
    assert "20x1" in str(refused.exception)


def test_a_measure_over_an_empty_period_has_no_data(run: Run) -> None:
    shown = run("plan", "measure", "seizures", "--period", "FY 1999")
    assert shown.exit_code == 0, shown.output
    assert "No data" in shown.output


def test_a_measure_says_whose_it_is_and_which_duties_it_speaks_to(run: Run) -> None:
    told = run("plan", "measure", "parcels-with-advance-data").output
    assert "Answered for by the agency that examines cargo, parcels or vehicles. More is better." in told
    assert "Target: niccp-2021 sets none." in told
    assert "It speaks to 3 duties of niccp-2021: " in told


def test_a_status_of_one_agency_shows_its_measures_trends_and_what_they_rest_on(run: Run) -> None:
    told = run("plan", "status", "--period", "FY 2022", "--agency", "dhs", "--area", "border-regions").output
    assert "trend" in told
    assert "reports" in told
    assert "br-net-01" in told
    assert "bb-net-01" not in told
    assert "No duty is uscg's own" in run("plan", "status", "--period", "FY 2022", "--agency", "uscg").output


def test_two_submissions_of_one_response_are_one_agency_that_answered(run: Run, tmp_path: Path) -> None:
    document = tmp_path / "response.md"
    for text in ("Ours.", "Ours, mended."):
        assert run("plan", "respond", "dhs", "--fy", "2021", "--out", str(document)).exit_code == 0
        kept = document.read_text(encoding="utf-8")
        filled = "\n".join(f"{line}\n\n{text}\n" if line.startswith("## ") else line for line in kept.splitlines())
        document.write_text(filled, encoding="utf-8")
        told = run("plan", "respond", "dhs", "--fy", "FY 2021", "--answers", str(document), "--sign", "--submit")
        assert told.exit_code == 0, (told.output, told.exception)
    shown = run("plan", "responses", "--fy", "2021", viewer="planner@ondcp")
    assert shown.exit_code == 0, shown.output
    (row,) = [line for line in shown.output.splitlines() if "5 of 5" in line]
    assert row.split()[:2] == ["dhs", "submitted"]
    # Both submissions are counted, each with its time: the first meets the clock, the last is in force.
    assert row.split()[-1] == "2"
    assert len(re.findall(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", row)) == 2
    assert "between 2021-09-30 and 2021-10-30" in shown.output
    # The answers stand side by side, those in force only.
    assert shown.output.count("Ours, mended.") == 5
    assert "Ours.\n" not in shown.output
    assert shown.output.count("What was done to begin") == 1
    # Whoever has not answered is late by now, and shown so.
    assert shown.output.count("overdue") == 9, "eight agencies, and the sentence below them"
    narrowed = run("plan", "responses", "--fy", "21", "--item", "gaps", viewer="planner@ondcp").output
    assert narrowed.count("Ours, mended.") == 1
    nosuch = run("plan", "responses", "--fy", "2021", "--item", "weather", viewer="planner@ondcp")
    assert "the plan asks for no such item" in str(nosuch.exception)


def test_no_verb_takes_what_is_no_fiscal_year_and_each_takes_it_as_people_write_it(run: Run, tmp_path: Path) -> None:
    answers, out = tmp_path / "answers.md", tmp_path / "report.html"
    answers.write_text("## gaps\n\nNone.\n", encoding="utf-8")
    verbs = (
        ("respond", "dhs", "--out", str(tmp_path / "out.md")),
        ("respond", "dhs", "--answers", str(answers)),
        ("responses",),
        ("report", "--agency", "dhs", "--out", str(out)),
        ("register", "gaps"),
    )
    for year in ("0", "20x1", "1066", "-1", "FY"):
        for words in verbs:
            refused = run("plan", *words, f"--fy={year}")
            assert isinstance(refused.exception, BadFiscalYear), (words, refused.exception)
            assert "write it as FY 2021" in str(refused.exception)
    assert not list(tmp_path.glob("*.html"))
    node = Node.open(str(tmp_path / "s.cutset"))
    assert filed(node.log, node.rights("planner@dhs")) == []
    for year, words in zip(("FY 2021", "2021", "FY21", "fy 2021", "21"), verbs, strict=True):
        done = run("plan", *words, "--fy", year)
        assert done.exit_code == 0, (words, done.exception)
    (kept,) = filed(node.log, node.rights("planner@dhs"))
    assert kept.content.fiscal_year == 2021


def test_a_measure_shows_its_interval_what_it_is_made_of_and_published_totals(run: Run, tmp_path: Path) -> None:
    node = Node.open(str(tmp_path / "s.cutset"))
    period = When(at=datetime(2021, 3, 1, tzinfo=UTC), precision=Precision.MONTH)
    marking = Marking(originator="dhs", tlp=Tlp.GREEN)
    source = Source(dataset="monthly-totals", record="2021-03", made=True)
    node.submit(Report(marking=marking, source=source, content=Outcome(period=period, events=12)), by="planner@dhs")
    shown = run("plan", "measure", "seizures", "--period", "FY 2021", "--by", "agency").output
    assert "Seizures, events, FY2021: no events; totals published by others stand below" in shown
    assert re.search(r"monthly-totals +dhs +12 +1\b", shown), shown
    seized(tmp_path, "dhs", 1)
    both = run("plan", "measure", "seizures", "--period", "FY 2021", "--by", "agency").output
    assert "events, FY2021: 1\n" in both
    assert re.search(r"monthly-totals +dhs +12 +1\b", both), both
    items = {each.id: "None." for each in document.load("niccp_2021").response_items}
    node.submit(response.draft(document.load("niccp_2021"), "dhs", 2021, items), by="planner@dhs")
    run("plan", "respond", "dhs", "--fy", "2021", "--sign")
    run("plan", "respond", "dhs", "--fy", "2021", "--submit")
    share = run("plan", "measure", "responses-in-time", "--by", "agency").output
    assert "Made of: 0 of 9" in share
    assert "95 % interval: 0 to 0.2991" in share
    assert "Beside it: late 1; missing 8" in share
    assert re.search(r"dhs +0 +0 of 1 +0 to 0\.\d+ +late 1 +1\b", share), share


def test_the_example_plan_is_compared_with_the_national_one(run: Run) -> None:
    shown = CliRunner().invoke(app, ["plan", "diff", "niccp_2021", "made_state"])
    assert shown.exit_code == 0, shown.output
    assert "+ duty road-02" in shown.output


def seized(tmp_path: Path, agency: str, day: int) -> None:
    when = When(at=datetime(2021, 3, day, tzinfo=UTC), precision=Precision.DAY)
    marking = Marking(originator=agency, tlp=Tlp.GREEN)
    report = Report(marking=marking, source=Source(dataset="made", made=True), content=Seizure(when=when))
    Node.open(str(tmp_path / "s.cutset")).submit(report, by=f"planner@{agency}")


def test_an_agency_renamed_in_mid_year_is_one_agency(run: Run, tmp_path: Path) -> None:
    seized(tmp_path, "dhs", 1)
    renamed = ("access", "agency", "homeland", "--successor-of", "dhs", *WHY)
    assert run(*renamed, viewer="planner@ondcp").exception is not None
    told = run(*renamed, viewer="operator@local")
    assert told.exit_code == 0, told.output
    seized(tmp_path, "homeland", 2)
    measured = ("plan", "measure", "seizures", "--period", "FY 2021", "--by", "agency")
    shown = run(*measured, viewer="planner@homeland")
    assert shown.exit_code == 0, shown.output
    (row,) = [line.split() for line in shown.output.splitlines() if line.strip().startswith("homeland")]
    assert row[1] == "2", shown.output
    assert "dhs is counted as homeland, which succeeded it" in " ".join(shown.output.split())
    # Registered again, it is still what it was, and the retired one stays retired.
    assert run("access", "agency", "homeland", "--country", "US", *WHY, viewer="operator@local").exit_code == 0
    assert run("access", "agency", "dhs", *WHY, viewer="operator@local").exit_code == 0
    assert run(*measured, viewer="planner@homeland").output == shown.output
    assert run(*measured, viewer="planner@dhs").exception is not None


def test_duties_and_status_of_a_renamed_agency_are_found_by_its_name_of_today(run: Run) -> None:
    before = run("plan", "duties", "--agency", "dhs").output
    assert isinstance(run("plan", "duties", "--agency", "homeland").exception, CutsetError)
    told = run("access", "agency", "homeland", "--successor-of", "dhs", *WHY, viewer="operator@local")
    assert told.exit_code == 0, told.output
    assert run("plan", "duties", "--agency", "homeland", viewer="planner@homeland").output == before
    asked = ("plan", "status", "--period", "FY 2022", "--area", "border-regions", "--agency")
    shown = run(*asked, "homeland", viewer="planner@homeland")
    assert shown.exit_code == 0, shown.output
    assert "dhs is counted as homeland, which succeeded it." in shown.output
    assert run(*asked, "dhs", viewer="planner@homeland").output == shown.output


def test_only_an_agency_that_there_is_can_be_succeeded(run: Run) -> None:
    refused = run("access", "agency", "homeland", "--successor-of", "dsh", *WHY, viewer="operator@local")
    assert isinstance(refused.exception, CutsetError)
    assert "there is no such agency" in str(refused.exception)


def test_an_agency_registered_again_keeps_its_pointers(run: Run, tmp_path: Path) -> None:
    assert run("pointers", "dhs", "--allow", "TLP:AMBER", *WHY, viewer="operator@local").exit_code == 0
    rules = Node.open(str(tmp_path / "s.cutset")).log.registry().agency("dhs").pointers
    assert rules
    assert run("access", "agency", "dhs", "--name", "Homeland", *WHY, viewer="operator@local").exit_code == 0
    now = Node.open(str(tmp_path / "s.cutset")).log.registry().agency("dhs")
    assert (now.name, now.pointers) == ("Homeland", rules)

"""Every verb on a made world: what it prints for people and for programs, and how it says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer

from cutset import cli
from tests.cli.running import run

WHY = ("--reason", "tried")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    ran = run(folder, "demo", "--folder", "demo", "--json")
    assert ran.status == 0, ran.err
    assert ran.json["whole"]
    return folder / "demo"


def ask(demo: Path, *arguments: str, viewer: str = "watch@fusion") -> object:
    ran = run(demo, *arguments, "--as", viewer, "--json")
    assert ran.status == 0, ran.err
    return ran.json


def verbs(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if isinstance(command, typer.core.TyperGroup):
        for name, sub in command.commands.items():
            yield from verbs(sub, (*path, name))
    else:
        yield path, command


MADE_ROW = """\
REGION;SUBREGION;COUNTRY;ADMINISTRATIVE_DIVISION;PLACE;SEIZURE_DATE;DRUG_NAME;AMOUNT;DRUG_UNIT;HIDING_PLACE;\
INSTALLATION;TRANSPORT;PRODUCING_COUNTRY;DEPARTURE_COUNTRY;DESTINATION_COUNTRY;ROUTING
Americas;South America;Peru;;Made Town;2014-03-04;Heroin;2;Kilogram;;;;;;;
"""
ALL = dict(verbs(typer.main.get_command(cli.app)))


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_a_verb_has_an_example_and_the_common_options(path: tuple[str, ...]) -> None:
    command = ALL[path]
    assert f"Example: cutset {' '.join(path)}" in (command.help or "")
    options = {flag for parameter in command.params for flag in parameter.opts}
    assert {"--json", "--as"} <= options


def test_the_demo_finds_all_that_was_planted_and_nothing_else(demo: Path) -> None:
    ran = run(demo, "exercise", "score", "world", "--json")
    assert ran.status == 0, ran.err
    for score in ran.json["leads"]:
        assert score["found"] == score["planted"] > 150
        assert score["right"] == score["leads"]
        assert score["recall"] == score["precision"] == 1.0 > score["recall_of_all"] > 0.8
        assert score.get("claimed", 0) == score.get("leaked", 0) == 0
        assert score["near_misses"] > 100


def test_leads_why_and_their_pages(demo: Path) -> None:
    first = ask(demo, "leads", "--limit", "3")
    assert len(first) == 3
    next_page = ask(demo, "leads", "--limit", "3", "--after", first[-1]["id"])
    assert not {lead["id"] for lead in first} & {lead["id"] for lead in next_page}
    told = ask(demo, "why", first[0]["id"])
    assert told["event"]["id"] == first[0]["event"]
    assert "seq" not in str(told)
    shown = run(demo, "why", first[0]["id"], "--as", "watch@fusion")
    assert "MADE exercise data" in shown.out
    assert "Grounds" in shown.out
    ids = [lead["id"] for lead in ask(demo, "leads", "--case", first[0]["other"], "--limit", "99")]
    assert first[0]["id"] in ids


def test_a_viewer_sees_no_lead_of_anothers_confidential_source(demo: Path) -> None:
    mine = {lead["id"] for lead in ask(demo, "leads", "--limit", "999", viewer="desk@cbp")}
    all_others = {lead["id"] for lead in ask(demo, "leads", "--limit", "999")}
    hidden = mine - all_others
    assert hidden
    refused = run(demo, "why", hidden.pop(), "--as", "watch@fusion")
    assert refused.status == 2
    assert "there is no such lead" in refused.err


def test_summaries_common_values_and_repeats(demo: Path) -> None:
    found = ask(demo, "summary", "--by", "drug,year", "--where", "year=2023,2024", "--order", "mass_kg", "--limit", "5")
    assert len(found["rows"]) == 5
    assert {row["key"][1] for row in found["rows"]} <= {2023, 2024}
    assert ask(demo, "common")[0]["reports"] > 200
    assert "hotline" not in run(demo, "common", "--as", "watch@fusion").out
    totals = run(demo, "summary", "--basis", "totals", "--by", "fiscal_year", "--as", "watch@fusion")
    assert "cbp-nationwide" in totals.out
    assert run(demo, "repeats", "--as", "watch@fusion").status == 0
    assert run(demo, "restatements", "cbp-nationwide", "--as", "watch@fusion").status == 0


def test_judging_and_undoing(demo: Path) -> None:
    lead = ask(demo, "leads", "--limit", "1")[0]
    about = (lead["event"], lead["other"])
    given = ask(demo, "judge", "same", *about, "--reason", "tried by a test")
    undone = ask(demo, "undo", given["id"])
    assert given["id"] != undone["id"]
    pair = [f"{each}#0" for each in about]
    ask(demo, "judge", "same", *pair)
    (entity,) = ask(demo, "entities")
    assert ask(demo, "entity", pair[0]) == entity
    assert ask(demo, "contradictions") == []
    ask(demo, "judge", "different", *pair)
    assert len(ask(demo, "contradictions")) == 1
    assert [each["verdict"] for each in ask(demo, "history", *pair)] == ["same", "different"]
    for shown in (("entities",), ("entity", pair[0]), ("contradictions",), ("history", pair[0])):
        ran = run(demo, *shown, "--as", "watch@fusion")
        assert pair[0] in ran.out, ran.err
    for wrong in (("perhaps", *about), ("same", about[0]), ("same", about[0], "r-never")):
        assert run(demo, "judge", *wrong, "--as", "watch@fusion").status == 2


def test_verify_head_and_access(demo: Path, tmp_path: Path) -> None:
    assert run(demo, "verify", "--as", "watch@fusion").status == 2
    asked = ("access", "viewer", "audit@fusion", "--agency", "fusion", "--role", "auditor", *WHY)
    made = run(demo, *asked, "--as", "watch@fusion")
    assert made.status == 2
    assert "may not change the registry" in made.err


def test_an_own_store_from_init_to_purge(tmp_path: Path) -> None:
    assert run(tmp_path, "init", "own.cutset").status == 0
    again = run(tmp_path, "init", "own.cutset")
    assert again.status == 2
    (tmp_path / "made.csv").write_text(MADE_ROW)
    ingest = ("ingest", "unodc-ids", "made.csv", "--agency", "unodc", "--tlp", "TLP:CLEAR", "--made", "--json")
    loaded = run(tmp_path, *ingest)
    assert loaded.status == 0, loaded.err
    assert "without a country" in loaded.err
    assert loaded.json["accepted"] == 1
    assert run(tmp_path, *ingest).json["repeated"] == 1
    head = run(tmp_path, "log", "head", "--out", "head.json")
    assert head.status == 0, head.err
    assert run(tmp_path, "verify", "--head", "head.json").status == 0
    assert "unodc" in run(tmp_path, "access", "list").out
    assert run(tmp_path, "access", "group", "grove", "--member", "agency:unodc", *WHY).status == 0
    assert run(tmp_path, "access", "agency", "birch", "--country", "US", *WHY).status == 0
    assert run(tmp_path, "access", "viewer", "ann@birch", "--agency", "birch", *WHY).status == 0
    assert run(tmp_path, "access", "viewer", "bob@birch", "--agency", "birch", "--role", "king", *WHY).status == 2
    from cutset import open as open_node

    (held,) = open_node(str(tmp_path / "own.cutset")).log.follow(0)
    told = run(tmp_path, "access", "why", "ann@birch", held.entry.id)
    assert "permitted by clear" in told.out
    purged = run(tmp_path, "purge", held.entry.id, "--reason", "tried by a test")
    assert "Purged 1 of 1" in purged.out, purged.err
    assert "1 tombstones" in run(tmp_path, "verify").out
    assert run(tmp_path, "access", "why", "ann@birch", held.entry.id).status == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("leads",), "there is no store in this folder"),
        (("leads", "--store", "none.cutset"), "none.cutset"),
        (("leads", "--store", "."), "folder"),
        (("ingest", "no-such-format", "x.csv", "--agency", "a", "--store", "none.cutset"), "no such format"),
        (("plan", "duties", "--area", "the-moon"), "no such area"),
        (("exercise", "score", "nowhere"), "no truth"),
        (("exercise", "make", "--seed", "x"), "--seed"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = run(tmp_path, *arguments)
    assert ran.status == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_store_is_made_for_whom_it_says(tmp_path: Path) -> None:
    for wrong in ("ann", "Ann@Home"):
        assert run(tmp_path, "init", "home.cutset", "--as", wrong).status == 2
        assert not (tmp_path / "home.cutset").exists()
    assert run(tmp_path, "init", "home.cutset", "--as", "ann@home").status == 0
    assert run(tmp_path, "verify", "--as", "ann@home").status == 0
    assert run(tmp_path, "verify").status == 2


def test_one_viewers_score(demo: Path) -> None:
    found = ask(demo, "exercise", "score", "world", viewer="desk@cbp")
    assert [score["viewer"] for score in found["leads"]] == ["desk@cbp"]
    assert {each["feed"] for each in found["targets"]} == {"manifests", "advance-parcels"}


def test_what_cannot_be_written_is_said_and_leaves_nothing(demo: Path) -> None:
    before = sorted(path.name for path in demo.iterdir())
    (demo / "taken").mkdir(exist_ok=True)
    ran = run(demo, "overview", "--out", "taken", "--as", "watch@fusion")
    assert ran.status == 2
    assert "Traceback" not in ran.err
    (demo / "taken").rmdir()
    made = run(demo, "exercise", "make", "--out", "overview.html/inside")
    assert made.status == 2
    assert "overview.html" in made.err
    assert sorted(path.name for path in demo.iterdir()) == before


def test_two_stores_in_a_folder_must_be_told_apart(tmp_path: Path) -> None:
    for name in ("a.cutset", "b.cutset"):
        assert run(tmp_path, "init", name).status == 0
    ran = run(tmp_path, "leads")
    assert ran.status == 2
    assert "a.cutset, b.cutset" in ran.err


def test_the_overview_is_written_whole_and_for_its_owner(demo: Path) -> None:
    ran = run(demo, "overview", "--out", "page.html", "--as", "desk@dea")
    assert ran.status == 0, ran.err
    page = demo / "page.html"
    assert page.stat().st_mode & 0o077 == 0
    assert re.search(r"</html>\s*$", page.read_text())
    refused = run(demo, "overview", "--out", "no/such/folder.html", "--as", "desk@dea")
    assert refused.status == 2


def test_the_plan(tmp_path: Path) -> None:
    ran = run(tmp_path, "plan", "duties", "--area", "inside-the-borders", "--object", "parcel", "--json")
    assert ran.json
    shown = run(tmp_path, "plan", "duties", "--agency", "uscg")
    assert "duties." in shown.out
    same = run(tmp_path, "plan", "diff", "niccp_2021", "niccp_2021")
    assert same.status == 0, same.err


def test_matching_by_name_and_of_a_report(demo: Path) -> None:
    leads = ask(demo, "leads", "--limit", "1")
    event = ask(demo, "why", leads[0]["id"])["event"]["report"]
    name = next(mention["name"] for mention in event["mentions"] if mention.get("name"))
    answer = ask(demo, "match", name.upper(), "--threshold", "0", "--limit", "3")
    assert len(answer["matches"]) == 3
    shown = run(demo, "match", name, "--threshold", "0", "--as", "watch@fusion")
    assert "probability" in shown.out
    assert run(demo, "match", "--as", "watch@fusion").status == 2
    assert ask(demo, "matches", leads[0]["event"], "--threshold", "0")
    assert run(demo, "matches", leads[0]["event"], "--as", "watch@fusion").status == 0
    assert run(demo, "matches", "r-never", "--as", "watch@fusion").status == 2


def test_evaluating_on_a_labelled_file(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text('kind = "person"\nid = "{id}"\nname = "{name}"\nborn = ["{born}"]\n')
    (tmp_path / "made.csv").write_text(
        "id,name,born,who\n1,Ana Quintero,1979-09-21,a\n2,QUINTERO Ana,1979-09-21,a\n3,Pedro Zambada,1950-02-03,b\n"
    )
    asked = ("link", "evaluate", "made.csv", "--mapping", "map.toml", "--truth", "who")
    found = run(tmp_path, *asked, "--json").json
    assert (found["records"], found["true_pairs"], found["f1"]) == (3, 1, 1.0)
    assert "F1 1.0000" in run(tmp_path, *asked).out
    assert run(tmp_path, "link", "evaluate", "none.csv", "--mapping", "map.toml", "--truth", "who").status == 2


def test_measures_scoreboard_and_assumptions(demo: Path) -> None:
    assert len(ask_nobody(demo, "plan", "measures")) == 45
    seized = ask(demo, "plan", "measure", "seizures", "--by", "drug", "--period", "FY 2024")
    assert seized["whole"]["value"] > 1000
    custody = ask(demo, "plan", "measure", "custody-complete", "--period", "FY 2024")
    # Some of the exercise's agencies sign, others file transfers that nobody signed.
    assert 0.3 < custody["whole"]["value"] < 0.8
    assert "Rests on" in run(demo, "plan", "measure", "seizures", "--by", "drug", "--as", "watch@fusion").out
    states = {cell["state"] for cell in ask(demo, "plan", "status", "--period", "FY 2024")["cells"]}
    assert "no data" in states
    assert "met" not in states  # The Plan sets no targets.
    assert len(ask(demo, "plan", "assumptions")) == 8
    wrong = run(demo, "plan", "status", "--period", "FY20x1", "--as", "watch@fusion")
    assert wrong.status == 2
    assert "this is no fiscal year" in wrong.err


def ask_nobody(demo: Path, *arguments: str) -> list[object]:
    ran = run(demo, *arguments, "--json")
    assert ran.status == 0, ran.err
    return list(ran.json)


def test_a_response_from_its_document_to_its_publication(tmp_path: Path) -> None:
    assert run(tmp_path, "init", "own.cutset").status == 0
    for agency in ("dhs", "ondcp"):
        assert run(tmp_path, "access", "agency", agency, "--country", "US", "--kind", "federal", *WHY).status == 0
        assert run(tmp_path, "access", "viewer", f"ann@{agency}", "--agency", agency, *WHY).status == 0
    respond = ("plan", "respond", "dhs", "--fy", "2021", "--as", "ann@dhs")
    assert run(tmp_path, *respond, "--out", "response.md").status == 0
    document = tmp_path / "response.md"
    lines = document.read_text().splitlines()
    answered = [f"{line}\n\nNothing to tell." if line.startswith("## ") else line for line in lines]
    document.write_text("\n".join(answered))
    early = run(tmp_path, *respond, "--submit")
    assert early.status == 2
    for step in (("--answers", "response.md"), ("--sign",), ("--submit",)):
        ran = run(tmp_path, *respond, *step)
        assert ran.status == 0, ran.err
    assert "submitted, 5 of 5 items" in ran.out
    side_by_side = run(tmp_path, "plan", "responses", "--fy", "2021", "--as", "ann@ondcp")
    assert "submitted" in side_by_side.out
    for name in ("report.html", "report.pdf"):
        ran = run(tmp_path, "plan", "report", "--fy", "2021", "--out", name, "--as", "ann@ondcp")
        assert ran.status == 0, ran.err
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "report-numbers" / "figures.csv").exists()
    free = run(tmp_path, "plan", "report", "--fy", "2021", "--out", "free.html", "--unclassified", "--as", "ann@ondcp")
    assert free.status == 0, free.err
    assert run(tmp_path, "plan", "report", "--fy", "2021", "--out", "report.doc", "--as", "ann@ondcp").status == 2


def test_the_demo_keeps_its_hands_off_another_folder(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    ran = run(tmp_path, "demo", "--folder", "mine")
    assert ran.status == 2
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "mine"

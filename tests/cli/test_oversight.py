"""The verbs of oversight, as their people use them, and the refusals that others meet."""

from __future__ import annotations

from pathlib import Path

import pytest

import cutset
from cutset.access.registry import Agency, Viewer
from cutset.model.marking import Tlp
from cutset.node.administration import Change
from tests.cli.running import run
from tests.samples import case, marked, phone, seizure


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ran = run(tmp_path, "init", "made.cutset")
    assert ran.status == 0, ran.err
    node = cutset.open(str(tmp_path / "made.cutset"))
    node.register(Agency("ash", country="US"), Viewer("ann@ash", "ash"), Agency("birch", country="US"))
    node.register(Viewer("bob@birch", "birch"), Viewer("officer@ash", "ash", roles=("privacy-officer",)))
    return tmp_path


def submit(folder: Path, report: object, by: str = "ann@ash") -> str:
    return cutset.open(str(folder / "made.cutset")).submit(report, by=by).id  # type: ignore[arg-type]


def test_a_look_is_searched_listed_and_exported(folder: Path) -> None:
    event = submit(folder, seizure(phone("+5071")))
    submit(folder, case("7", phone("+5071"), marking=marked("birch")), by="bob@birch")
    (lead,) = run(folder, "leads", "--as", "bob@birch", "--json").json
    assert run(folder, "why", lead["id"], "--as", "bob@birch").status == 0
    found = run(folder, "audit", "search", "--viewer", "bob@birch", "--json").json
    assert {"leads", "why"} <= {each["view"] for each in found}
    assert "bob@birch" in run(folder, "audit", "search", "--agency", "birch").out
    assert [each["viewer"] for each in run(folder, "audit", "who", event, "--json").json] == ["bob@birch"]
    assert "bob@birch" in run(folder, "audit", "who", event, "--as", "officer@ash").out
    for name in ("looks.csv", "looks.jsonl"):
        assert run(folder, "audit", "export", "--out", name).status == 0
        assert event in (folder / name).read_text()


def test_what_is_refused_on_the_command_line_is_in_the_audit(folder: Path) -> None:
    for refused in (
        ("audit", "search", "--as", "ann@ash"),
        ("verify", "--as", "ann@ash"),
        ("purge", "r-x", "--reason", "none", "--as", "ann@ash"),
        ("access", "agency", "elm", "--reason", "x", "--as", "ann@ash"),
        ("access", "why", "ann@ash", "r-x", "--as", "ann@ash"),
        ("leads", "--as", "mallory@ash"),
    ):
        assert run(folder, *refused).status == 2
    failed = run(folder, "audit", "search", "--failed", "--json").json
    views = [each["view"] for each in failed]
    assert sorted(views) == ["access why", "audit", "change_registry", "purge", "verify", "viewer"]
    assert all(each["viewer"] == ("" if each["view"] == "viewer" else "ann@ash") for each in failed)


def changes(folder: Path, of: str) -> list[Change]:
    return cutset.open(str(folder / "made.cutset")).registry_changes(viewer="operator@local", of=of)


def test_a_change_of_the_registry_says_who_asked_and_why(folder: Path) -> None:
    why = ("--reason", "agreement 7")
    for verb in (("agency", "elm"), ("viewer", "eve@elm", "--agency", "elm"), ("group", "g", "--member", "agency:elm")):
        assert run(folder, "access", *verb).status == 2
        blank = run(folder, "access", *verb, "--reason", " ")
        assert (blank.status, "the reason is not said" in blank.err) == (2, True)
        assert changes(folder, verb[1]) == []
        assert run(folder, "access", *verb, *why).status == 0
        # Said again it is done already: nothing is recorded a second time.
        again = run(folder, "access", *verb, *why)
        assert (again.status, "says that already" in again.out) == (0, True)
        (change,) = changes(folder, verb[1])
        assert (change.by, change.reason, change.fresh) == ("operator@local", "agreement 7", True)
    assert run(folder, "pointers", "elm", "--allow", "TLP:AMBER").status == 2
    assert run(folder, "pointers", "elm", "--allow", "TLP:AMBER", "--reason", "order 3").status == 0
    assert changes(folder, "elm")[0].reason == "order 3"


def test_the_last_administrator_cannot_be_removed(folder: Path) -> None:
    mine = ("access", "viewer", "operator@local", "--agency", "local", "--reason", "leaves")
    for change in ((), ("--role", "auditor"), ("--role", "administrator", "--no-active")):
        refused = run(folder, *mine, *change)
        assert (refused.status, "nobody would be left" in refused.err) == (2, True)
    assert run(folder, "access", "agency", "elm", "--successor-of", "local", "--reason", "merged").status == 2
    assert run(folder, "access", "viewer", "ann@ash", "--agency", "ash", "--role", "administrator",
               "--reason", "takes over").status == 0  # fmt: skip
    assert run(folder, *mine).status == 0
    assert run(folder, "access", "agency", "fir", "--reason", "x").status == 2
    assert run(folder, "access", "agency", "fir", "--reason", "x", "--as", "ann@ash").status == 0


def test_a_key_is_registered_and_revoked_with_a_reason_and_never_comes_back(folder: Path) -> None:
    public = run(folder, "custody", "key", "--out", "ann.key", "--as", "ann@ash", "--json").json["public"]
    register = ("custody", "key", "--register", public, "--of", "ann@ash")
    revoke = ("custody", "key", "--revoke", public, "--of", "ann@ash", "--reason", "lost")
    assert run(folder, *register).status == 2
    assert run(folder, *register, "--reason", "hers").status == 0
    assert run(folder, *revoke).status == 0
    for late in ((*register, "--reason", "found again"), revoke):
        assert run(folder, *late).status == 2
    assert [each.reason for each in changes(folder, "ann@ash")][:2] == ["lost", "hers"]


def test_usage_classes_and_the_review_queue(folder: Path) -> None:
    assert run(folder, "audit", "usage", "--json").json["usage"]
    assert "median" in run(folder, "audit", "usage").out
    assert run(folder, "retention", "classes", "--json").json["intelligence"]["review_years"] == 5
    assert "28 CFR 23.20" in run(folder, "retention", "classes").out
    event = submit(folder, seizure())
    assert "0 due" in run(folder, "retention", "due", "--as", "officer@ash").out
    (due,) = run(folder, "retention", "due", "--within", "4000", "--as", "officer@ash", "--json").json
    assert (due["report"], due["overdue"]) == (event, False)
    assert event in run(folder, "retention", "due", "--within", "4000", "--as", "officer@ash").out
    assert run(folder, "retention", "renew", event, "--reason", "seen", "--as", "officer@ash", "--json").json == {
        "renewed": 1
    }
    early = run(folder, "retention", "purge", event, "--reason", "law", "--as", "officer@ash")
    assert early.status == 2
    assert "not overdue" in early.err
    given = ("--to", "sheriff", "--need", "a stop", "--right", "an order", "--as", "ann@ash")
    assert "1 of 1 recorded" in run(folder, "retention", "disseminated", event, *given).out


def test_a_dispute_is_shown_where_the_report_is(folder: Path) -> None:
    event = submit(folder, seizure(phone("+5071")))
    submit(folder, case("7", phone("+5071"), marking=marked("birch")), by="bob@birch")
    dispute = submit(folder, case("letter", marking=marked("birch"), disputes=(event,)), by="bob@birch")
    (lead,) = run(folder, "leads", "--as", "ann@ash", "--json").json
    assert f"DISPUTED: {event}, by {dispute} of birch" in run(folder, "why", lead["id"], "--as", "ann@ash").out


def test_words_of_a_protected_trait_are_warned_of_and_stop_nothing(folder: Path) -> None:
    event = submit(folder, seizure(phone("+5071")))
    said = ("--letter", "letter of 3 May", "--text", "He is muslim, and was abroad.")
    ran = run(folder, "dispute", event, *said, "--as", "bob@birch", "--json")
    assert ran.json["id"]
    assert "text: “muslim” may tell of religion" in ran.err
    fine = run(folder, "dispute", event, *said[:3], "He was abroad.", "--as", "bob@birch")
    assert (fine.status, "may tell of" in fine.err) == (0, False)


def test_every_verb_of_oversight_warns_of_what_it_is_told_and_goes_on(folder: Path) -> None:
    event = submit(folder, seizure(phone("+5071")))
    given = ["--to", "sheriff", "--need", "a stop", "--right", "an order"]
    told = "“muslim” may tell of religion"
    for number, name in enumerate(("to", "need", "right")):
        words = list(given)
        words[2 * number + 1] = "he is muslim"
        ran = run(folder, "retention", "disseminated", event, *words, "--as", "ann@ash")
        assert (ran.status, f"{name}: {told}" in ran.err) == (0, True), name
    said = ("--reason", "he is muslim")
    for verb in (
        ("retention", "renew", event, *said, "--as", "officer@ash"),
        ("remark", event, "--withdraw", *said, "--as", "ann@ash"),
        ("retention", "purge", "r-x", *said, "--as", "officer@ash"),
        ("purge", "r-x", *said, "--as", "officer@ash"),
        ("custody", "key", "--register", "0" * 64, "--of", "nobody@ash", *said),
    ):
        assert f"reason: {told}" in run(folder, *verb).err, verb


def test_to_whom_a_report_was_given_is_listed_through_re_marking_and_purge(folder: Path) -> None:
    event = submit(folder, seizure(phone("+5071")))
    given = ("--to", "county sheriff", "--need", "a stop", "--right", "an order", "--as", "ann@ash")
    assert run(folder, "retention", "disseminated", event, *given).status == 0
    assert "county sheriff" in run(folder, "retention", "given", event, "--as", "ann@ash").out
    assert run(folder, "retention", "given", event, "--as", "ann@ash", "--json").json[0]["right"] == "an order"
    ran = run(folder, "remark", event, "--withdraw", "--as", "ann@ash")
    assert "county sheriff" in ran.out
    (done,) = {word.strip(";.") for word in ran.out.split() if word.startswith("r-") and event not in word}
    assert "county sheriff" in run(folder, "retention", "given", done, "--as", "ann@ash").out
    assert run(folder, "retention", "given", done, "--as", "bob@birch", "--json").json == []
    assert run(folder, "purge", done, "--reason", "law", "--as", "officer@ash").status == 0
    assert "county sheriff" in run(folder, "retention", "given", done, "--as", "officer@ash").out
    assert run(folder, "retention", "given", done, "--as", "ann@ash", "--json").json == []


def test_another_retention_class_is_the_officers_to_give(folder: Path) -> None:
    event = submit(folder, seizure())
    change = ("remark", event, "--retention", "tip", "--json")
    assert run(folder, *change, "--reason", "not looked into", "--as", "ann@ash").status == 2
    assert run(folder, *change, "--as", "officer@ash").status == 2
    done = run(folder, *change, "--reason", "not looked into", "--as", "officer@ash").json["receipt"]["id"]
    (due,) = run(folder, "retention", "due", "--within", "400", "--as", "officer@ash", "--json").json
    assert (due["report"], due["retention"]) == (done, "tip")


def test_a_marking_is_withdrawn_and_who_saw_it_is_listed(folder: Path) -> None:
    event = submit(folder, seizure(phone("+5071")))
    submit(folder, case("7", phone("+5071"), marking=marked("birch")), by="bob@birch")
    run(folder, "leads", "--as", "bob@birch")
    ran = run(folder, "remark", event, "--withdraw", "--as", "ann@ash")
    assert ran.status == 0, ran.err
    assert "bob@birch" in ran.out
    assert run(folder, "leads", "--as", "bob@birch", "--json").json == []
    other = submit(folder, seizure(occurrence=2))
    narrowed = run(
        folder, "remark", other, "--tlp", Tlp.AMBER.value, "--rel-to", "agency:birch", "--as", "ann@ash", "--json"
    )
    assert narrowed.json["receipt"]["id"] != other
    assert run(folder, "remark", "r-x", "--withdraw", "--as", "ann@ash").status == 2


def test_ingest_warns_of_protected_traits_and_takes_the_row_in(folder: Path) -> None:
    rows = (
        "REGION;SUBREGION;COUNTRY;ADMINISTRATIVE_DIVISION;PLACE;SEIZURE_DATE;DRUG_NAME;AMOUNT;DRUG_UNIT;HIDING_PLACE;"
        "INSTALLATION;TRANSPORT;PRODUCING_COUNTRY;DEPARTURE_COUNTRY;DESTINATION_COUNTRY;ROUTING\n"
        "Americas;South America;Peru;;Made Town;2014-03-04;Heroin;2;Kilogram;in a mosquee box;;;;;;\n"
    )
    (folder / "made.csv").write_text(rows)
    ran = run(folder, "ingest", "unodc-ids", "made.csv", "--agency", "unodc", "--json")
    assert ran.json["accepted"] == 1
    assert "may tell of religion" in ran.err


def test_rows_that_are_rejected_are_in_the_audit_by_number_and_without_a_word(folder: Path) -> None:
    rows = (
        "REGION;SUBREGION;COUNTRY;ADMINISTRATIVE_DIVISION;PLACE;SEIZURE_DATE;DRUG_NAME;AMOUNT;DRUG_UNIT;HIDING_PLACE;"
        "INSTALLATION;TRANSPORT;PRODUCING_COUNTRY;DEPARTURE_COUNTRY;DESTINATION_COUNTRY;ROUTING\n"
        "Americas;South America;Peru;;Made Town;2014-03-04;Heroin;2;Kilogram;Quartermain;;;;;;\n"
        "Americas;South America;Peru;;Made Town;no day Xiphias;Heroin;2;Kilogram;Quartermain;;;;;;\n"
    )
    (folder / "made.csv").write_text(rows)
    ran = run(folder, "ingest", "unodc-ids", "made.csv", "--agency", "unodc", "--json")
    assert (ran.json["accepted"], ran.json["rejected"]) == (1, 1)
    (look,) = run(folder, "audit", "search", "--failed", "--json").json
    assert (look["view"], look["failed"], look["asked"]) == ("ingest", "RowsRejected", {"read": "2", "rejected": "1"})
    assert run(folder, "audit", "export", "--out", "looks.jsonl").status == 0
    for word in ("Xiphias", "Quartermain", "Made Town"):
        assert word not in (folder / "looks.jsonl").read_text()


def test_a_dispute_is_entered_and_shown_in_every_list_that_names_the_report(folder: Path) -> None:
    event = submit(folder, seizure(phone("+5071")))
    submit(folder, case("7", phone("+5071"), marking=marked("birch")), by="bob@birch")
    said = ("--letter", "letter of 3 May", "--text", "He was abroad.")
    ran = run(folder, "dispute", event, *said, "--as", "bob@birch", "--json")
    assert ran.status == 0, ran.err
    told = f"DISPUTED: {event}, by {ran.json['id']} of birch"
    assert told in run(folder, "disputes", event, "--as", "ann@ash").out
    (lead,) = run(folder, "leads", "--as", "ann@ash", "--json").json
    for verb in (("leads",), ("why", lead["id"]), ("inbox",), ("matches", event)):
        assert told in run(folder, *verb, "--as", "ann@ash").out, verb
        # In JSON each item that names the report bears it, and standard output stays JSON alone.
        asked = run(folder, *verb, "--as", "ann@ash", "--json")
        (marked_,) = asked.json if isinstance(asked.json, list) else [asked.json]
        assert [each["id"] for each in marked_["disputed"][event]] == [ran.json["id"]], verb
        assert told in asked.err, verb
    assert run(folder, "dispute", "r-x", *said).status == 2
    assert run(folder, "dispute", event, "--letter", " ", "--text", "x").status == 2
    assert "Nothing disputes" in run(folder, "disputes", "r-x").out

"""The desk's verbs, as a person types them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import run
from tests.link.desk.people import ANN, BOB, CAT, node
from tests.samples import case, marked, phone, private, seizure


def test_the_desks_verbs(tmp_path: Path) -> None:
    made = node(tmp_path)
    event = made.submit(seizure(phone("+5071"), phone("+5072")), by=ANN).id
    made.submit(case("7", phone("+5071"), marking=marked("birch")), by=BOB)
    hidden = made.submit(case("8", phone("+5072"), marking=private("birch")), by=BOB).id

    def ask(viewer: str, *arguments: str) -> object:
        ran = run(tmp_path, *arguments, "--as", viewer, "--json")
        assert ran.status == 0, ran.err
        return ran.json

    def say(viewer: str, *arguments: str) -> str:
        ran = run(tmp_path, *arguments, "--as", viewer)
        assert ran.status == 0, ran.err
        return ran.out

    (item,) = ask(ANN, "inbox")  # type: ignore[misc]
    lead = item["lead"]["id"]
    assert lead in say(BOB, "inbox", "--state", "new")
    say(ANN, "seen", lead)
    assert "Accepted" in say(ANN, "accept", lead, "--expected", "new")
    stale = run(tmp_path, "reject", lead, "--expected", "new", "--as", BOB)
    assert (stale.status, "is accepted by ann@ash" in stale.err) == (2, True)
    say(BOB, "contact", lead)
    say(BOB, "reject", lead, "--reason", "a taxi rank")
    assert say(BOB, "inbox", "--state", "new").count(lead) == 0
    assert "No report of birch gives pointers." in say(CAT, "pointers", "birch")
    rule = "TLP:RED//ORCON//REL TO"
    assert rule in say(CAT, "pointers", "birch", "--allow", rule, "--reason", "agreed")
    assert run(tmp_path, "pointers", "birch", "--allow", "RED", "--reason", "x", "--as", CAT).status == 2
    assert "call Birch the desk, +1 555 0100 about phone +5072" in say(ANN, "answers", event)
    pointer = next(each for each in ask(ANN, "answers", event) if each["answer"] == "pointer")  # type: ignore[attr-defined]
    asked = ask(ANN, "request", pointer["pointer"]["id"], "--reason", "why")["id"]  # type: ignore[index]
    assert asked in say(BOB, "requests", "--open")
    say(BOB, "refuse", asked, "--reason", "sealed")
    assert "refused sealed" in say(ANN, "answers", event)
    say(BOB, "release", asked, hidden)
    assert ask(ANN, "requests")["requests"][0]["answered"] == "released"  # type: ignore[index]
    assert "event to submitted" in say(ANN, "clocks")
    assert "No report" in say(CAT, "pointers", "birch", "--none", "--reason", "no more")

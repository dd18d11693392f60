"""Who a name probably is: before the form is sent, on the report's page, with the reasons, judged and undone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from cutset.access.registry import Agency, Viewer
from cutset.link.candidates.pages import DamagedIndex
from cutset.model.marking import Marking, Tlp
from cutset.model.mention import Mention, MentionKind, Role
from cutset.node import Node
from tests.samples import case, marked, private
from tests.web.desks import seized
from tests.web.serving import Hours, csrf, post_as, secret_of

DEPUTY = "deputy@county"
KEY = "3b241101-e2bb-4255-8caf-4136c566a962"
ROW = {"name_0": "Pancho Quintero", "born_0": "1979-09-21", "role_0": "driver"}


def man(name: str, role: Role = Role.SUBJECT) -> Mention:
    return Mention(kind=MentionKind.PERSON, role=role, name=name, born=("1979-09-21",))


@pytest.fixture
def node(tmp_path: Path, hours: Hours) -> Node:
    """A case of DEA's about a man, and one that the county may not see about another."""
    node = Node.create(str(tmp_path / "made.cutset"), clock=hours)
    node.register(
        Agency("county", country="US"),
        Agency("dea", country="US"),
        Viewer(DEPUTY, "county"),
        Viewer("ann@dea", "dea"),
        Viewer("aud@dea", "dea", roles=("auditor",)),
    )
    node.submit(case("24-7", man("QUINTERO ZAMUDIO, Francisco"), marking=marked("dea")), by="ann@dea")
    node.submit(case("24-8", man("OCHOA VILLASEÑOR, Ramiro"), marking=private("dea")), by="ann@dea")
    return node


def form(**changes: Any) -> dict[str, Any]:
    return {"key": KEY, "csrf": csrf(secret_of(DEPUTY)), "what_0": "cocaine", "amount_0": "12", "unit_0": "kg",
            "place": "Mile 12", "when": "2024-12-31T10:00", "tlp": "TLP:GREEN", **ROW, **changes}  # fmt: skip


def card(node: Node) -> str:
    return node.search("24-7", viewer="ann@dea").hits[0].id


def test_before_the_form_is_sent_it_says_who_a_name_probably_is_and_why(node: Node, of: Any) -> None:
    text = re.sub(r"\s+", " ", of(DEPUTY).get("/seizure/near", params=ROW).text)
    assert 'almost certainly</b> <span class="soft">(over 99 %)</span> the subject in' in text
    assert "Case 24-7" in text
    assert "nickname" in text, "each comparison and its level"
    assert re.search(r"<b>born</b> <span class=\"soft\">same</span></span><span class=\"bit\">\+1\d\.\d</span>", text)
    assert f'value="different {card(node)}#0"' in text
    assert node.search("", viewer="ann@dea").total == 2, "nothing was submitted"


def test_the_hidden_gives_nothing_and_tells_nobody(node: Node, of: Any) -> None:
    asked = {**ROW, "name_0": "Ramiro Ochoa Villasenor"}
    never = of(DEPUTY).get("/seizure/near", params={**ROW, "name_0": "Wolfgang Unbekannt"})
    assert of(DEPUTY).get("/seizure/near", params=asked).content == never.content
    assert "Case 24-8" in of("ann@dea").get("/seizure/near", params=asked).text
    sent = of(DEPUTY).post("/seizure", data=form(**asked))
    assert "likely" not in of(DEPUTY).get(sent.headers["location"]).text
    assert node.pointers(viewer="ann@dea") == []


def test_the_look_says_who_was_looked_for_by_digest_alone(node: Node, of: Any) -> None:
    of(DEPUTY).get("/seizure/near", params=ROW)
    (look,) = node.audit(viewer="aud@dea", view="near")
    assert look.asked["report"].split() == ["person", node.looks.digests.of("pancho quintero")]
    assert look.reports == (card(node),)
    for nothing in ({"name_0": "Q"}, {"ident_0": "Q"}, {"ident_0": "+1 956 555 0137"}):
        assert "Case" not in of(DEPUTY).get("/seizure/near", params=nothing).text
    assert len(node.audit(viewer="aud@dea", view="near")) == 1, "what cannot be compared is not looked for"


def test_the_report_says_it_too_and_a_judgement_there_makes_a_lead_and_is_undone(node: Node, of: Any) -> None:
    deputy = of(DEPUTY)
    where = deputy.post("/seizure", data=form()).headers["location"]
    report = where.split("?")[0]
    shown = deputy.get(where).text
    assert "A name may be known" in shown
    assert "almost certainly" in shown
    assert "QUINTERO ZAMUDIO, Francisco" in shown
    told = {"about": re.findall(r'name="about" value="([^"]+)"', shown)[:2], "back": report}
    assert set(told["about"]) == {f"{report.removeprefix('/reports/')}#0", f"{card(node)}#0"}

    def send(page: str, **given: str) -> int:
        stamp = re.findall(r'name="seen" value="(\w+)"', page)[0]
        return int(post_as(deputy, DEPUTY, "/judgements", **told, seen=stamp, **given).status_code)

    assert send(shown, verdict="same", reason="his own word") == 303
    judged = deputy.get(report).text
    assert "judged same" in re.sub(r"\s+", " ", judged)
    assert "his own word" in judged
    (lead,) = node.leads(report.removeprefix("/reports/"), viewer=DEPUTY)
    assert lead.other == card(node)
    undo = re.search(r'name="reverses" value="([^"]+)"', judged)
    assert undo is not None
    assert send(judged, verdict="unsure", reverses=undo[1]) == 303
    assert node.leads(report.removeprefix("/reports/"), viewer=DEPUTY) == []


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_what_was_said_before_sending_is_recorded_once(node: Node, of: Any, accept: str) -> None:
    deputy = of(DEPUTY)
    # Row 1 is empty: the man of row 2 is the report's second mention.
    more = {
        "name_2": "Francisco Quintero Z.",
        "born_2": "1979-09",
        "judged_0": f"different {card(node)}#0",
        "judged_2": f"same {card(node)}#0",
    }
    for _ in range(2):
        deputy.post("/seizure", data=form(**more), headers={"accept": accept})
    event = node.search("Mile 12", viewer=DEPUTY).hits[0].id
    for number, verdict in ((0, "different"), (1, "same")):
        (judged,) = node.history(f"{event}#{number}", f"{card(node)}#0", viewer=DEPUTY)
        assert (judged.verdict, judged.by) == (verdict, DEPUTY)


def test_nonsense_and_the_hidden_are_not_judged_and_the_seizure_is_in(node: Node, of: Any) -> None:
    hidden = node.search("24-8", viewer="ann@dea").hits[0].id
    said = [f"same {hidden}#0", "same r-never#0", "perhaps x", "same", f"same {hidden}#0"]
    answer = of(DEPUTY).post("/seizure", data=form(judged_0=said))
    assert answer.status_code == 303
    event = node.search("Mile 12", viewer=DEPUTY).hits[0].id
    assert node.history(f"{event}#0", viewer=DEPUTY) == node.history(f"{event}#0", viewer="ann@dea") == []


def test_a_date_of_birth_that_cannot_be_read_is_said(node: Node, of: Any) -> None:
    answer = of(DEPUTY).post("/seizure", data=form(born_0="9/21/79"))
    assert answer.status_code == 422
    assert "write a date of birth as" in answer.text
    assert 'value="9/21/79"' in answer.text


def test_names_that_cannot_be_compared_just_now_keep_nothing_else_back(
    node: Node, of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: Any, **__: Any) -> None:
        raise DamagedIndex("a page of it does not add up")

    monkeypatch.setattr(Node, "near", damaged)
    assert "could not be compared just now" in of(DEPUTY).get("/seizure/near", params=ROW).text
    page = of(DEPUTY).get(of(DEPUTY).post("/seizure", data=form()).headers["location"])
    assert page.status_code == 200
    assert "It is in, and safe" in page.text
    assert "could not be compared just now" in page.text


def test_a_report_in_a_language_of_its_own_breaks_no_page(node: Node, of: Any) -> None:
    breaking = man("<b onload=alert(1)> Quintero & Söhne", Role.DRIVER)
    event = node.submit(seized(1, breaking, marking=Marking(originator="county", tlp=Tlp.GREEN)), by=DEPUTY).id
    assert "<b onload" not in of(DEPUTY).get(f"/reports/{event}").text
    assert "<b onload" not in of(DEPUTY).get("/seizure/near", params={**ROW, "name_0": breaking.name}).text

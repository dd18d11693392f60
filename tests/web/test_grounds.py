"""What a lead rests on, drawn step by step and told to programs; and the queue of what speaks against itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from cutset.link.lead import Joined, Lead, Link, Reason
from cutset.node import Node
from tests.web.desks import carded, desk, person, seized
from tests.web.desks import of as marked
from tests.web.serving import Hours, post_as

ANN = "ann@dea"


@pytest.fixture
def node(tmp_path: Path, hours: Hours) -> Node:
    return desk(str(tmp_path / "made.cutset"), hours)


def lead(node: Node, link: Link) -> Lead:
    return next(each for each in node.leads(viewer=ANN) if each.link is link)


def flat(answer: Any) -> str:
    assert answer.status_code == 200, answer.text[:500]
    return re.sub(r"\s+", " ", answer.text)


def test_an_entity_lead_is_drawn_and_its_judgement_undone_from_its_page(node: Node, of: Any) -> None:
    found = lead(node, Link.ENTITY)
    (joined,) = found.joined
    page = flat(of(ANN).get(f"/leads/{found.id}"))
    assert 'class="waterfall"' not in page, "there is no sum of selectors to draw"
    assert "judged the same" in page
    assert f"<b>{joined.probability:.2f}</b>" in page
    told = {"about": re.findall(r'name="about" value="([^"]+)"', page)[:2]}
    assert set(told["about"]) == set(joined.way)
    form = {"seen": re.findall(r'name="seen" value="(\w+)"', page)[0], "verdict": "unsure", "back": "/leads"}
    assert f'name="reverses" value="{joined.judgements[0]}"' in page
    post_as(of(ANN), ANN, "/judgements", **told, **form, reverses=joined.judgements[0])
    assert of(ANN).get(f"/leads/{found.id}").status_code == 404


def test_a_path_leads_through_reports_that_one_can_open_and_pairs_that_one_can_judge(node: Node, of: Any) -> None:
    found = lead(node, Link.PATH)
    assert found.path is not None
    page = flat(of(ANN).get(f"/leads/{found.id}"))
    for end in (found.event, found.path.through, found.other):
        assert f'href="/reports/{end}"' in page
    assert f"tied as {found.path.tie}" in page
    worth = [found.path.first.weight, found.path.tie_weight, found.path.second.weight, found.score]
    assert re.findall(r'class="worth">.*?<b>(\d\.\d\d)</b>', page) == [f"{each:.2f}" for each in worth]
    ends = {tuple(each.split("#")[0] for each in pair) for pair in pairs(page)}
    assert ends == {(found.event, found.path.through), (found.path.through, found.other)}


def pairs(page: str) -> list[tuple[str, ...]]:
    names = re.findall(r'name="about" value="([^"]+)"', page)
    return [tuple(names[at : at + 2]) for at in range(0, len(names), 2)]


def test_a_path_over_a_judgement_shows_what_is_to_be_undone(node: Node, of: Any) -> None:
    case = node.submit(carded("24-050", "By word", person("+13125550666"), marking=marked("dea")), by=ANN)
    through = node.submit(seized(8, person("+13125550667"), person("+13125550668")), by="deputy@county")
    node.submit(seized(9, person("+13125550668")), by="deputy@county")
    given = node.judge("same", [f"{through.id}#0", f"{case.id}#0"], by=ANN, reason="his own word")
    found = next(each for each in node.leads(viewer=ANN, case=case.id) if each.link is Link.PATH)
    assert found.path is not None
    shared = {type(found.path.first.shared), type(found.path.second.shared)}
    assert shared == {Reason, Joined}
    page = flat(of(ANN).get(f"/leads/{found.id}"))
    assert f'name="reverses" value="{given.id}"' in page
    assert "his own word" in page


def test_programs_are_told_why_as_data_and_as_a_picture(node: Node, of: Any) -> None:
    by = of(ANN)
    found = lead(node, Link.ENTITY)
    told = by.get(f"/api/v1/leads/{found.id}/why")
    why = told.json()
    assert why["lead"]["id"] == found.id
    assert (why["event"]["id"], why["other"]["id"]) == (found.event, found.other)
    assert "seq" not in why["event"]
    assert len(why["grounds"]) == 1
    again = by.get(f"/api/v1/leads/{found.id}/why", headers={"if-none-match": told.headers["etag"]})
    assert again.status_code == 304
    assert by.get("/api/v1/leads/l-never/why").status_code == 404
    assert by.get(f"/api/v1/leads/{found.id}/why", params={"format": "png"}).status_code == 422


def test_the_picture_has_what_was_shown_to_who_judged(node: Node, of: Any) -> None:
    case = node.submit(
        carded("24-060", "Scored", person("+13125550555", "Ramiro Ochoa"), marking=marked("dea")), by=ANN
    )
    event = node.submit(seized(11, person("+13125550556", "R. Ochoa")), by="deputy@county")
    node.judge("same", [f"{event.id}#0", f"{case.id}#0"], by=ANN, score=0.9, features={"family": 9.5, "given": 2.0})
    (found,) = node.leads(viewer=ANN, case=case.id)
    for asked in ({"params": {"format": "svg"}}, {"headers": {"accept": "image/svg+xml"}}):
        answer = of(ANN).get(f"/api/v1/leads/{found.id}/why", **asked)
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert answer.text.startswith("<svg")
        assert "family" in answer.text
    page = flat(of(ANN).get(f"/leads/{found.id}"))
    assert "What it holds of the two: very likely (90 %)" in page
    assert '<span class="bit">+9.5</span>' in page


def test_a_contradiction_waits_in_the_inbox_and_is_settled_by_an_undo(node: Node, of: Any) -> None:
    by, found = of(ANN), lead(node, Link.ENTITY)
    (joined,) = found.joined
    assert "No contradictions" in by.get("/contradictions").text
    assert "contradiction waits" not in by.get("/inbox").text
    third = node.submit(seized(12, person("+13125550444", "Juan P.")), by="deputy@county").id + "#0"
    node.judge("same", [third, joined.way[0]], by="deputy@county", reason="his own word")
    against = node.judge("different", [third, joined.way[-1]], by="bob@dea", reason="seen in court")
    assert "One contradiction waits" in by.get("/inbox").text
    page = flat(by.get("/contradictions"))
    for words in ("seen in court", "his own word", "the same date of birth"):
        assert words in page
    assert len(re.findall(r'name="reverses"', page)) == 3, "any of the three can be undone"
    (told,) = by.get("/api/v1/contradictions").json()["contradictions"]
    assert told["different"] == against.id
    assert by.get("/api/v1/entities").json()["entities"][0]["contested"] is True
    at = page.index(f'value="{against.id}"')
    seen = re.findall(r'name="seen" value="(\w+)"', page[:at])[-1]
    form = {"about": [third, joined.way[-1]], "seen": seen, "verdict": "unsure", "reverses": against.id}
    answer = post_as(by, ANN, "/judgements", **form, back="/contradictions")
    assert answer.headers["location"] == "/contradictions"
    assert "No contradictions" in by.get("/contradictions").text


def test_pages_of_contradictions_follow_each_other(node: Node, of: Any) -> None:
    for number in range(11):
        people = [person(f"+1312555{number:02}{each:02}") for each in range(3)]
        events = [node.submit(seized(20 + 3 * number + at, each), by="deputy@county") for at, each in enumerate(people)]
        one, two, three = (f"{each.id}#0" for each in events)
        node.judge("same", [one, two], by=ANN)
        node.judge("same", [two, three], by=ANN)
        node.judge("different", [one, three], by=ANN)
    first = of(ANN).get("/contradictions").text
    assert first.count('class="card contradiction"') == 10
    after = re.search(r'href="(/contradictions\?after=[^"]+)"', first)
    assert after is not None
    assert of(ANN).get(after[1]).text.count('class="card contradiction"') == 1
    assert "11 contradictions wait" in of(ANN).get("/inbox").text
    assert of(ANN).get("/contradictions?after=r-never").text == first

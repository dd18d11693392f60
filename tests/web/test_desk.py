"""The lead desk in a browser's words: decisions once, stale forms refused, pointers, requests and their answers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from cutset.access.registry import Agency, Viewer
from cutset.link.desk.decisions import State
from cutset.link.desk.index import REJECTED
from cutset.link.desk.writing import decision
from cutset.model.report import Judgement
from cutset.node import Node
from tests.web.desks import SECRET_TEXT, desk
from tests.web.serving import Hours, client, csrf, secret_of, served


@pytest.fixture
def node(tmp_path: Path, hours: Hours) -> Node:
    return desk(str(tmp_path / "made.cutset"), hours)


def send(by: TestClient, path: str, viewer: str, **form: Any) -> Any:
    answer = by.post(path, data={"csrf": csrf(secret_of(viewer)), **form})
    assert not answer.headers.get("location", "").startswith(("/sign-in", "/unlock"))
    return answer


def test_the_inbox_shows_what_concerns_the_agency_by_state_and_page(node: Node, of: Any) -> None:
    items = node.inbox(viewer="deputy@county")
    text = of("deputy@county").get("/inbox").text
    assert text.count('<li class="lead') == len(items) > 2
    assert "priority target" in text
    node.accept_lead(items[0].lead, by="ann@dea", reason="ours")
    accepted = of("deputy@county").get("/inbox", params={"state": "accepted"}).text
    assert accepted.count('<li class="lead') == 1
    assert "by ann@dea" in accepted
    assert "No lead of yours" in of("deputy@county").get("/inbox", params={"state": "rejected"}).text
    # Nonsense in the address is no error, and no state.
    assert of("deputy@county").get("/inbox", params={"state": "x", "of": "y", "after": "l-z"}).text.count("unopened")


def test_two_deciding_at_once_the_later_is_told_who_decided_and_nothing_is_recorded(node: Node, of: Any) -> None:
    lead = node.inbox(viewer="ann@dea")[0].lead.id
    assert 'value="new"' in of("deputy@county").get(f"/leads/{lead}").text
    assert send(of("ann@dea"), f"/inbox/{lead}", "ann@dea", verdict="accepted", expected="new").status_code == 303
    stale = send(of("deputy@county"), f"/inbox/{lead}", "deputy@county", verdict="rejected", expected="new", reason="x")
    assert stale.status_code == 409
    assert "it is accepted by ann@dea at 2025-01-01 12:00 UTC" in stale.text
    standing = node.inbox_item(lead, viewer="ann@dea").standing
    assert [each.verdict for each in standing.decisions] == ["accepted"]
    shown = of("deputy@county").get(f"/leads/{lead}").text
    assert "by ann@dea" in shown
    assert 'name="expected" value="accepted"' in shown


def test_a_double_click_decides_once(node: Node, of: Any) -> None:
    lead = node.inbox(viewer="ann@dea")[0].lead.id
    form = {"verdict": "rejected", "expected": "new", "reason": "another man"}
    answers = [send(of("ann@dea"), f"/inbox/{lead}", "ann@dea", **form) for _ in range(3)]
    assert [each.status_code for each in answers] == [303, 303, 303]
    assert len(node.inbox_item(lead, viewer="ann@dea").standing.decisions) == 1


def test_a_rejection_needs_a_reason_and_a_decision_is_undone_once(node: Node, of: Any) -> None:
    lead = node.inbox(viewer="ann@dea")[0].lead.id
    ann = of("ann@dea")
    assert send(ann, f"/inbox/{lead}", "ann@dea", verdict="rejected", expected="new").status_code == 422
    assert send(ann, f"/inbox/{lead}", "ann@dea", verdict="seen", expected="new").status_code == 422
    assert node.inbox_item(lead, viewer="ann@dea").standing.state is State.NEW
    send(ann, f"/inbox/{lead}", "ann@dea", verdict="in contact", expected="new")
    (given,) = node.inbox_item(lead, viewer="ann@dea").standing.decisions
    for _ in range(2):
        assert send(ann, f"/inbox/{lead}", "ann@dea", undo=given.id).status_code == 303
    assert node.inbox_item(lead, viewer="ann@dea").standing.state is State.NEW


def test_a_conflict_shows_both_words_until_one_settles_it(node: Node, of: Any, hours: Hours) -> None:
    lead = node.inbox(viewer="ann@dea")[0].lead
    node.accept_lead(lead, by="ann@dea")
    # As another node's word comes in, given without knowledge of ann's.
    (first,) = node.inbox_item(lead, viewer="ann@dea").standing.decisions
    (entry,) = node.reports([first.id], viewer="ann@dea")
    hours.pass_(minutes=5)
    content = Judgement(verdict=REJECTED, about=tuple(sorted((lead.event, lead.other))), reason="sold last year")
    node.submit(decision(lead, content, marking=entry.report.marking, by="bob@dea"), by="bob@dea")
    assert "in conflict" in of("ann@dea").get("/inbox").text
    shown = of("ann@dea").get(f"/leads/{lead.id}").text
    assert "sold last year" in shown
    assert "the next decision settles it" in shown
    hours.pass_(minutes=5)
    send(of("ann@dea"), f"/inbox/{lead.id}", "ann@dea", verdict="accepted", expected="rejected", reason="seen it")
    assert "in conflict" not in of("ann@dea").get("/inbox").text


def test_a_lead_is_marked_as_opened_once_and_only_by_a_post(node: Node, of: Any) -> None:
    lead = node.inbox(viewer="ann@dea")[0].lead.id
    assert "Mark as opened" in of("ann@dea").get(f"/leads/{lead}").text
    assert node.inbox_item(lead, viewer="ann@dea").opened is None
    first, again = (send(of("ann@dea"), f"/inbox/{lead}/seen", "ann@dea").text for _ in range(2))
    assert "Opened by you" in first
    assert first == again
    assert "You opened it first" in of("ann@dea").get(f"/leads/{lead}").text
    assert send(of("ann@dea"), "/inbox/l-never/seen", "ann@dea").status_code == 404


def test_the_clocks_say_each_step_by_agency(node: Node, of: Any, hours: Hours) -> None:
    lead = node.inbox(viewer="ann@dea")[0].lead.id
    hours.pass_(hours=5)
    send(of("ann@dea"), f"/inbox/{lead}/seen", "ann@dea")
    hours.pass_(minutes=90)
    of("ann@dea").cookies.clear()
    client_of = client(served(node.url, hours), "ann@dea", secret=secret_of("ann@dea"))
    send(client_of, f"/inbox/{lead}", "ann@dea", verdict="accepted", expected="new")
    text = re.sub(r"\s+", " ", client_of.get("/clocks").text)
    row = '<th scope="row">lead to seen</th><td class="number">5 h</td>'
    assert row in text
    assert '<th scope="row">seen to accepted</th><td class="number">1 h 30 min</td>' in text
    assert '<th scope="row">county</th>' in text
    assert '<th scope="row">dea</th>' in text


def test_a_pointer_is_followed_by_a_request_and_a_release_of_the_chosen_portion_alone(node: Node, of: Any) -> None:
    deputy, ann = of("deputy@county"), of("ann@dea")
    (pointer,) = node.pointers(viewer="deputy@county")
    assert "the duty desk, 555 0111" in deputy.get("/requests").text
    assert "24-900" not in deputy.get("/requests").text
    assert "deputy@county" in ann.get("/requests").text
    assert send(deputy, "/requests", "deputy@county", of=pointer.id, reason="he sits here").status_code == 303
    (asked,) = node.release_requests(viewer="ann@dea")
    offer = ann.get(f"/requests/{asked.id}").text
    assert "he sits here" in offer
    (held,) = set(re.findall(r'name="report" value="(r-\w+)"', offer))
    assert len(re.findall(r'name="portion" value="', offer)) == 2
    # The asker is offered nothing to answer with, and may not answer.
    assert held not in deputy.get(f"/requests/{asked.id}").text
    assert send(deputy, f"/requests/{asked.id}", "deputy@county", answer="refused", reason="x").status_code == 404
    form = {"answer": "released", "report": held, "portion": f"{held}#1", "reason": "call first"}
    assert send(ann, f"/requests/{asked.id}", "ann@dea", **form).headers["location"] == "/requests?done=released"
    (answered,) = node.release_requests(viewer="deputy@county")
    seen = deputy.get(f"/reports/{answered.released}").text
    assert "the driver&#39;s own telephone" in seen
    assert SECRET_TEXT not in seen
    assert SECRET_TEXT in ann.get(f"/reports/{answered.released}").text
    # The same click again is done; another answer is told that it comes too late.
    assert send(ann, f"/requests/{asked.id}", "ann@dea", **form).status_code == 303
    late = send(of("bob@dea"), f"/requests/{asked.id}", "bob@dea", answer="refused", reason="no")
    assert late.status_code == 409
    assert "released already" in late.text
    assert len(node.release_requests(viewer="ann@dea")) == 1


def test_a_refusal_needs_a_reason_and_what_was_typed_stays(node: Node, of: Any) -> None:
    (pointer,) = node.pointers(viewer="deputy@county")
    send(of("deputy@county"), "/requests", "deputy@county", of=pointer.id, reason="he sits here")
    (asked,) = node.release_requests(viewer="ann@dea")
    path = f"/requests/{asked.id}"
    assert "a refusal needs a reason" in send(of("ann@dea"), path, "ann@dea", answer="refused").text
    bad = send(of("ann@dea"), path, "ann@dea", answer="released", report="r-" + "a" * 32, reason="kept words")
    assert bad.status_code == 422
    assert "no such report of your agency" in bad.text
    assert "kept words" in bad.text
    assert send(of("ann@dea"), path, "ann@dea", answer="refused", reason="a source").status_code == 303
    assert "a source" in of("deputy@county").get(path).text


def test_a_request_is_there_for_its_two_agencies_alone(node: Node, of: Any) -> None:
    node.register(Agency("birch", country="US"), Viewer("eve@birch", "birch"))
    (pointer,) = node.pointers(viewer="deputy@county")
    send(of("deputy@county"), "/requests", "deputy@county", of=pointer.id, reason="he sits here")
    (asked,) = node.release_requests(viewer="ann@dea")
    eve, never = of("eve@birch"), "r-" + "a" * 32
    assert eve.get(f"/requests/{asked.id}").content == eve.get(f"/requests/{never}").content
    answers = [send(eve, f"/requests/{id}", "eve@birch", answer="refused", reason="x") for id in (asked.id, never)]
    assert answers[0].status_code == answers[1].status_code == 404
    assert answers[0].content == answers[1].content
    assert node.release_requests(viewer="ann@dea")[0].answered is None
    for id in (pointer.id, asked.id):
        assert id not in eve.get("/requests").text

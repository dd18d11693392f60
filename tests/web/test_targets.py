"""The targeter's pages: the queue with its reasons, decisions once, examinations, rules with their hit rates."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from cutset.node import Node
from cutset.target.words import State
from tests.web.ports import port
from tests.web.serving import Hours, csrf, secret_of

QUEUE = {"on": "2024-12-31", "capacity": "10", "random": "0.2"}


@pytest.fixture
def node(tmp_path: Path, hours: Hours) -> Node:
    return port(str(tmp_path / "port.cutset"), hours)


def send(by: TestClient, viewer: str, id: str, *, script: bool = False, **form: str) -> Any:
    headers = {"hx-request": "true"} if script else {}
    return by.post(f"/targets/{id}", data={"csrf": csrf(secret_of(viewer)), **form}, headers=headers)


def known(node: Node) -> str:
    return next(each.id for each in node.ranked_targets(viewer="ann@ash") if each.number == "M90")


def state(node: Node, id: str) -> State:
    return node.target(id, viewer="ann@ash").state


def test_the_queue_is_the_days_capacity_some_by_lot_each_with_its_reasons(node: Node, of: Any) -> None:
    text = of("ann@ash").get("/targets", params=QUEUE).text
    assert text.count('<li class="target card"') == 10
    assert text.count(">by lot<") == 2
    assert "<b>10</b> of 32 arrivals" in text
    row = text.split(f'id="{known(node)}"')[1].split("</li>\n<li class")[0]
    assert re.search(r"\+\d\.\d\d</span> ", row)
    # Today nothing arrives; nonsense is today and the usual; a capacity of none is refused.
    assert "No arrival is known" in of("ann@ash").get("/targets").text
    nonsense = {"on": "x", "capacity": "-3", "random": "nan", "place": "<script>"}
    assert of("ann@ash").get("/targets", params=nonsense).status_code == 200
    assert of("ann@ash").get("/targets", params={"capacity": "0", "on": "all"}).status_code == 422


def test_what_is_hidden_is_in_no_queue_and_moves_nothing(node: Node, of: Any) -> None:
    hidden = next(each.id for each in node.ranked_targets(viewer="ann@ash") if each.number == "M91")
    bob, everything = of("bob@birch"), {"on": "all", "capacity": "100"}
    assert "M91" in of("ann@ash").get("/targets", params=everything).text
    assert "M91" not in bob.get("/targets", params=everything).text
    assert bob.get(f"/targets/{hidden}").content == bob.get("/targets/r-never").content
    for id in (hidden, "r-never"):
        assert send(bob, "bob@birch", id, verdict="inspect", expected="open").status_code == 404
    assert state(node, hidden) is State.OPEN


def test_two_deciding_at_once_the_later_is_told_who_was_quicker(node: Node, of: Any) -> None:
    id = known(node)
    assert send(of("ann@ash"), "ann@ash", id, verdict="inspect", expected="open", **QUEUE).status_code == 303
    late = {"verdict": "release", "expected": "open", "reason": "papers explain it"}
    answer = send(of("abe@ash"), "abe@ash", id, **late)
    assert answer.status_code == 409
    assert "ann@ash decided at 2025-01-01 12:00 UTC" in answer.text
    row = send(of("abe@ash"), "abe@ash", id, script=True, **late)
    assert row.status_code == 200
    assert row.text.lstrip().startswith("<li ")
    assert "Nothing of yours was recorded" in row.text
    assert 'data-state="inspect"' in row.text
    assert state(node, id) is State.INSPECT


def test_a_double_click_decides_once_and_a_release_needs_a_reason(node: Node, of: Any) -> None:
    ann, id = of("ann@ash"), known(node)
    bare = send(ann, "ann@ash", id, verdict="release", expected="open")
    assert bare.status_code == 422
    assert "needs a reason" in bare.text
    before = node.search("", viewer="ann@ash").total
    for _ in range(3):
        form = {"verdict": "release", "expected": "open", "reason": "papers explain it"}
        assert send(ann, "ann@ash", id, **form).status_code == 303
    assert state(node, id) is State.RELEASE
    assert node.search("", viewer="ann@ash").total == before + 1
    assert send(ann, "ann@ash", id, verdict="burn", expected="open").status_code == 422


def test_an_examination_is_recorded_once_and_counts_in_the_rules_hit_rates(node: Node, of: Any) -> None:
    ann, id = of("ann@ash"), known(node)
    send(ann, "ann@ash", id, verdict="inspect", expected="open")
    assert "none examined" in ann.get("/targets/rules").text
    for _ in range(2):
        row = send(ann, "ann@ash", id, script=True, found="yes", detector="x-ray", expected="inspect")
        assert "Something was found." in row.text
    rates = node.target_rules(viewer="ann@ash")
    assert (rates.targeted.found, rates.targeted.examined) == (1, 1)
    assert "<b>100.0 %</b>" in ann.get("/targets/rules").text


def test_what_is_drawn_by_lot_is_ordered_as_an_examination_at_random(node: Node, of: Any) -> None:
    ann = of("ann@ash")
    text = ann.get("/targets", params=QUEUE).text
    drawn = [row.split('"')[0] for row in text.split('<li class="target card" id="')[1:] if ">by lot<" in row]
    assert len(drawn) == 2
    send(ann, "ann@ash", drawn[0], verdict="inspect", expected="open", **QUEUE)
    send(ann, "ann@ash", drawn[0], found="no", expected="inspect")
    assert node.target_rules(viewer="ann@ash").random.examined == 1

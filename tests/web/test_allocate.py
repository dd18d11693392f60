"""The planner's what-if: what it shows, what a change would bring, what is kept and ordered, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cutset.model.report import Case, Tasking
from cutset.node import Node
from tests.web.coasts import ANN, BOB, coast, hide
from tests.web.serving import Hours, clients, post_as, served

pytest.importorskip("highspy")
CHANGED = {"go": "1", "d.ash/cutters": "40"}


@pytest.fixture
def node(tmp_path: Path, hours: Hours) -> Node:
    return coast(str(tmp_path / "coast.cutset"), hours)


@pytest.fixture
def of(node: Node, hours: Hours) -> Any:
    return clients(served(node.url, hours, idle_s=10**7, session_s=10**8))


def keep(of: Any, viewer: str = ANN, **form: Any) -> Any:
    given = {"id": "spring", "title": "More days", "reason": "most passes there", "post": ["ash/cutters|ash/south|20"]}
    return post_as(of(viewer), viewer, "/allocate/keep", **given | form)


def kept(node: Node, viewer: str = ANN) -> list[str]:
    return [each.name for each in node.kept_allocations(viewer=viewer)]


def test_the_page_shows_the_network_with_its_estimates_and_what_finds_make_of_them(of: Any) -> None:
    text = of(ANN).get("/allocate").text
    for words in ("ash/north", "ash/cutters", "Tumaco → San José", "finds in 13 reports", "no data",
                  "no order that you may see put an asset on task there", "None that you may see", "Made exercise data",
                  "7 entries of the registers"):  # fmt: skip
        assert words in text, words
    assert "Colón &lt;b&gt;" in text
    assert "Colón <b>" not in text
    assert 'id="result"' not in text
    assert 'href="/allocate"' in of(ANN).get("/plan/gaps").text


def test_a_change_is_reckoned_beside_the_baselines_without_a_script(of: Any) -> None:
    text = of(ANN).get("/allocate", params=CHANGED | {"shut": "ash/road"}).text
    for words in ("as now, before the change", "proposal", "spread evenly", "where finds are", "greedy", "How sure:",
                  "What one more deployment would be worth", "Where traffic would go instead", "shut in this what-if",
                  "Keep this allocation"):  # fmt: skip
        assert words in text, words
    assert 'value="40"' in text
    assert "before the change" not in of(ANN).get("/allocate?go=1").text
    # What the form sends without a mark for a way that is open is that it was shut.
    ticked = {"go": "1", "ways": "1", "open": ["ash/north", "ash/south", "ash/round"]}
    assert "ash/road</a> <span" in of(ANN).get("/allocate", params=ticked).text


@pytest.mark.parametrize(
    "nonsense",
    [
        {"d.ash/cutters": "many"},
        {"d.ash/cutters": "-3"},
        {"d.ash/cutters": "1e999"},
        {"d.never/was": "3"},
        {"shut": "never/was"},
        {"revise": "x", "objective": "<script>", "seed": "x"},
    ],
)
def test_nonsense_is_passed_over(of: Any, nonsense: dict[str, str]) -> None:
    plain, asked = (of(ANN).get("/allocate", params=given) for given in ({}, nonsense))
    assert (asked.status_code, asked.text) == (200, plain.text)


def test_what_cannot_be_reckoned_says_why_and_keeps_what_was_typed(of: Any) -> None:
    answer = of(ANN).get("/allocate", params={"go": "1", "objective": "value", "d.ash/cutters": "44"})
    assert answer.status_code == 422
    assert "needs to know what a kilogram brings" in answer.text
    assert 'value="44"' in answer.text


def test_the_map_has_ways_as_wide_as_their_traffic_and_marks_for_postings(of: Any) -> None:
    bare = of(ANN).get("/allocate/map.json").json()
    assert {each["properties"]["name"] for each in bare["features"]} == {"Tumaco", "San José", "Colón <b>"}
    lines = {each["properties"]["name"]: each["properties"] for each in bare["shapes"]["features"]}
    assert set(lines) == {"ash/north", "ash/south", "ash/round", "ash/road"}
    # The south suits twice as well.
    assert lines["ash/south"]["width"] > lines["ash/north"]["width"]
    assert bare["made"]
    assert bare["banner"].startswith("TLP:GREEN")
    proposed = of(ANN).get("/allocate/map.json", params=CHANGED).json()
    marks = [each["properties"]["name"] for each in proposed["features"] if each["properties"]["kind"] == "asset"]
    assert any("ash/cutters" in each for each in marks)


def test_an_allocation_is_kept_once_and_ordered_by_its_own_agency(node: Node, of: Any) -> None:
    first = keep(of)
    assert (first.status_code, first.headers["location"]) == (303, "/allocate?#kept")
    again = keep(of)
    assert again.status_code == 303
    assert kept(node) == ["ash/spring"]
    (one,) = node.kept_allocations(viewer=ANN)
    assert one.allocation.postings[0].days == 20
    page = of(ANN).get("/allocate").text
    assert "most passes there" in page
    assert "Order your agency" in page
    assert "Order your agency" not in of(BOB).get("/allocate").text
    for _ in range(2):
        ordered = post_as(of(ANN), ANN, "/allocate/order", name="ash/spring", since="2025-02-01", reason="spring")
        assert ordered.status_code == 303
    reports = [held.entry.report.content for held in node.log.follow(0)]
    assert sum(isinstance(each, Tasking) and each.reason == "spring" for each in reports) == 20


def test_what_is_kept_of_a_change_says_under_which(node: Node, of: Any) -> None:
    done = keep(of, post=["ash/cutters|ash/south|40"], **{"d.ash/cutters": "40", "go": "1"})
    assert done.status_code == 303
    assert "as if ash/cutters had 40 days a month" in node.kept_allocations(viewer=ANN)[0].reason


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"reason": " "}, "needs a reason"),
        ({"id": "a b"}, "blanks"),
        ({"post": ["ash/cutters|ash/south|400"]}, "days are posted of"),
        ({"post": ["nonsense"]}, "that is no posting"),
        ({"post": []}, "places nothing"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_what_was_typed(
    node: Node, of: Any, form: dict[str, Any], words: str
) -> None:
    answer = keep(of, **form)
    assert answer.status_code == 422
    assert words in answer.text
    assert kept(node) == []


def test_a_form_of_another_site_is_refused(of: Any) -> None:
    assert of(ANN).post("/allocate/keep", data={"csrf": "x", "id": "a"}).status_code == 403
    assert of(ANN).post("/allocate/order", data={"name": "a"}).status_code == 403


def test_an_order_of_nothing_is_refused(node: Node, of: Any) -> None:
    assert keep(of).status_code == 303
    for form, words in (
        ({"name": "ash/never", "since": "2025-02-01"}, "no allocation of this name"),
        ({"name": "ash/spring", "since": "spring"}, "is no day"),
    ):
        answer = post_as(of(ANN), ANN, "/allocate/order", **form)
        assert answer.status_code == 422
        assert words in answer.text
    answer = post_as(of(BOB), BOB, "/allocate/order", name="ash/spring", since="2025-02-01")
    assert "none of your agency" in answer.text


def test_what_is_hidden_is_in_nothing_that_is_shown_kept_or_ordered(node: Node, of: Any) -> None:
    addresses = ("/allocate", "/allocate?go=1", "/allocate/map.json?go=1", "/api/v1/allocate/network",
                 "/api/v1/allocate/proposal", "/api/v1/allocate/kept")  # fmt: skip
    before = [of(BOB).get(each).text for each in addresses]
    ids = hide(node)
    assert [of(BOB).get(each).text for each in addresses] == before
    mine = of(ANN).get("/allocate").text
    assert "secret-way" in mine
    # Kept by who sees all of it, it is hidden as what it rests on is; its name is then a name of nothing.
    assert keep(of, id="hidden").status_code == 303
    assert ids[0] in node.kept_allocations(viewer=ANN)[0].allocation.rests_on
    assert [of(BOB).get(each).text for each in addresses] == before
    tries = [
        post_as(of(BOB), BOB, "/allocate/order", name=name, since="2025-02-01") for name in ("ash/hidden", "ash/other")
    ]
    assert tries[0].status_code == tries[1].status_code == 422
    assert tries[0].text.replace("ash/hidden", "") == tries[1].text.replace("ash/other", "")
    named = [keep(of, BOB, post=[f"ash/cutters|{way}|20"]) for way in ("ash/secret-way", "ash/other-ways")]
    assert named[0].text.replace("ash/secret-way", "") == named[1].text.replace("ash/other-ways", "")
    # Kept by who does not see it, an allocation rests on what they see.
    assert keep(of, BOB).status_code == 303
    rests_on = next(
        each for each in node.kept_allocations(viewer=BOB) if each.name == "birch/spring"
    ).allocation.rests_on
    assert not set(rests_on) & set(ids)


def test_programs_are_answered_the_same(of: Any) -> None:
    network = of(ANN).get("/api/v1/allocate/network")
    assert set(network.json()["stated"]["ways"]) == {"ash/north", "ash/south", "ash/round", "ash/road"}
    tag = {"if-none-match": network.headers["etag"]}
    assert of(ANN).get("/api/v1/allocate/network", headers=tag).status_code == 304
    asked = {"days": "ash/cutters=40", "closed": "ash/road"}
    found = of(ANN).get("/api/v1/allocate/proposal", params=asked).json()
    assert sum(each["days"] for each in found["proposal"]["postings"] if each["means"] == "ash/cutters") == 40
    for wrong in ({"days": "x"}, {"days": "never/was=3"}, {"closed": "never/was"}):
        answer = of(ANN).get("/api/v1/allocate/proposal", params=wrong)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_a_disputed_report_is_marked_where_it_revises_an_estimate(node: Node, of: Any) -> None:
    found = node.allocation_network(viewer=ANN).evidence
    seizure = found.sweeps[0].first[0]
    about = node.report(seizure, viewer=ANN)
    assert about is not None
    node.submit(replace(about.report, content=Case(number="D-1"), disputes=(seizure,)), by=ANN)
    page = of(ANN).get("/allocate").text
    assert f'<a class="chip warn" href="/reports/{seizure}/disputes">disputed</a>' in page
    assert seizure in of(ANN).get("/api/v1/allocate/network").json()["disputed"]

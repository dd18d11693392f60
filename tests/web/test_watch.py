"""The watch officer's pages: the picture, its map, hand-offs between two agencies, the log, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cutset.node import Node
from cutset.track.words import Phase
from tests.web.sea import ANN, BOB, cue, sea, secret
from tests.web.serving import Hours, clients, post_as, served


@pytest.fixture
def node(tmp_path: Path, hours: Hours) -> Node:
    return sea(str(tmp_path / "sea.cutset"), hours)


@pytest.fixture
def of(node: Node, hours: Hours) -> Any:
    return clients(served(node.url, hours, idle_s=10**7, session_s=10**8))


def test_the_picture_shows_alarms_events_assets_tracks_and_log(node: Node, of: Any, hours: Hours) -> None:
    cue(node, hours() - timedelta(hours=1), (8.0, -90.0))
    text = of(ANN).get("/watch").text
    for words in ("nobody holds it", "past endurance", "gone dark", "go-fast", "Cutter Made One", "MADE DARK",
                  "MADE TWICE", "2 jumps", "Made exercise data"):  # fmt: skip
        assert words in text, words
    # The dark ship is of interest, since a case names it: it comes first.
    assert text.index("MADE DARK") < text.index("MADE 1<")
    part = of(ANN).get("/watch", headers={"hx-request": "true"}).text
    assert "<html" not in part
    assert "MADE DARK" in part


def test_the_time_slider_shows_another_moment(node: Node, of: Any, hours: Hours) -> None:
    id = cue(node, hours() - timedelta(hours=1), (8.0, -90.0))
    before = (hours() - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    text = of(ANN).get(f"/watch?at={before}").text
    assert "go-fast" not in text
    assert "Back to the present" in text
    assert of(ANN).get(f"/watch/one?id={id}&at={before}").status_code == 404
    for nonsense in ("x", "2999-01-01T00:00", "<script>"):
        assert "Back to the present" not in of(ANN).get("/watch", params={"at": nonsense}).text
    hours.pass_(days=30)
    assert "the last moment of which anything is known" in of(ANN).get("/watch").text


def test_the_map_says_what_the_tables_say(node: Node, of: Any, hours: Hours) -> None:
    id = cue(node, hours() - timedelta(hours=1), (8.0, -90.0))
    found = of(ANN).get("/watch/map.json").json()
    names = [each["properties"]["name"] for each in found["features"]]
    assert "go-fast · detected · held by nobody" in names
    assert len([each for each in names if each.startswith("MADE ")]) == 14
    kinds = {each["properties"]["kind"] for each in found["shapes"]["features"]}
    assert {"reach", "jump", "dim", "trail", "reckoned"} <= kinds
    assert found["made"]
    alone = of(ANN).get(f"/watch/map.json?id={id}").json()
    assert "intercept" in {each["properties"]["kind"] for each in alone["shapes"]["features"]}


def test_a_hand_off_goes_from_one_agency_to_another(node: Node, of: Any, hours: Hours) -> None:
    id = cue(node, hours() - timedelta(hours=1), (8.0, -90.0))
    page = f"/watch/one?id={id}"
    assert post_as(of(ANN), ANN, page, do="order", order="monitor", asset="Cutter Made One").status_code == 303
    assert "Cutter Made One" in of(BOB).get(page).text
    hours.pass_(minutes=5)
    offered = post_as(of(ANN), ANN, page, do="hand off", to="birch", minutes="15", reason="in your waters")
    assert offered.status_code == 303
    event = node.watch_event(id, viewer=BOB)
    assert event.offered is not None
    assert event.offered.answer_by == hours() + timedelta(minutes=15)
    text = of(BOB).get(page).text
    assert "Offered to you by ash" in text
    assert "in your waters" in text
    assert "Offered to you" not in of(ANN).get(page).text
    refused = post_as(of(BOB), BOB, page, do="decline", offer=event.offered.id)
    assert refused.status_code == 422
    assert "reason" in refused.text
    hours.pass_(minutes=20)
    assert "hand-off not answered" in of(ANN).get("/watch").text
    for _ in range(2):
        # The same click twice is one answer.
        taken = post_as(of(BOB), BOB, page, do="take over", offer=event.offered.id, asset="Frigate")
        assert taken.status_code == 303
    after = node.watch_event(id, viewer=ANN)
    assert after.holder is not None
    assert (after.holder.agency, after.holder.asset, after.phase) == ("birch", "Frigate", Phase.HANDED_OFF)
    assert [each.what for each in after.steps].count("take over") == 1
    hours.pass_(minutes=5)
    late = post_as(of(ANN), ANN, page, do="hand off", to="birch")
    assert late.status_code == 409
    assert "birch holds it" in late.text


def test_a_cue_is_tied_to_a_track_that_may_be_it(node: Node, of: Any, hours: Hours) -> None:
    dark = next(each.track for each in node.watch_picture(viewer=ANN).tracks if each.track.name == "MADE DARK")
    id = cue(node, hours() - timedelta(minutes=30), dark.place)
    page = f"/watch/one?id={id}"
    assert "MADE DARK" in of(ANN).get(page).text
    assert post_as(of(ANN), ANN, page, do="assign", track=dark.id, reason="same hull").status_code == 303
    assert node.watch_event(id, viewer=BOB).tracks == (dark.id,)
    assert "Is it one of these tracks?" not in of(ANN).get(page).text


def test_a_track_is_opened_met_and_ordered(node: Node, of: Any, hours: Hours) -> None:
    page = "/watch/one?id=mmsi:366000092"
    text = of(ANN).get(page).text
    assert "knots" in text
    assert "Where it could be met" in text
    assert "it is past its endurance" in text
    assert post_as(of(ANN), ANN, page, do="order", order="intercept", asset="Cutter Made One").status_code == 303
    assert "targeted" in of(ANN).get("/watch").text
    known = next(each for each in node.watch_picture(viewer=ANN).tracks if each.track.name == "MADE DARK")
    assert f"/cases/{known.cases[0]}" in of(ANN).get("/watch").text


def test_the_log_is_kept_and_an_entry_is_once(node: Node, of: Any, hours: Hours) -> None:
    for _ in range(2):
        assert post_as(of(ANN), ANN, "/watch/log", text="Relieved <the> watch.").status_code == 303
    text = of(ANN).get("/watch/log").text
    assert text.count("Relieved &lt;the&gt; watch.") == 1
    assert post_as(of(ANN), ANN, "/watch/log", text="  ").status_code == 422
    assert of(ANN).get("/watch/log?hours=999999999999").status_code == 200


def test_an_asset_is_reported_or_refused_with_what_was_typed(node: Node, of: Any, hours: Hours) -> None:
    given = {"name": "Boat Made", "sort": "boat", "latitude": "7.5", "longitude": "-89", "speed": "30",
             "until": (hours() + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M")}  # fmt: skip
    assert post_as(of(ANN), ANN, "/watch/assets", **given).status_code == 303
    (mine,) = [each for each in node.watch_picture(viewer=ANN).assets if each.name == "Boat Made"]
    assert (mine.place, mine.speed_kn, mine.until) == ((7.5, -89.0), 30.0, hours() + timedelta(hours=8))
    for wrong in ({"latitude": "x"}, {"latitude": "nan"}, {"latitude": "95"}, {"speed": "-1"}, {"until": "soon"}):
        answer = post_as(of(ANN), ANN, "/watch/assets", **(given | wrong))
        assert answer.status_code == 422, wrong
        assert "Boat Made" in answer.text


def test_what_is_hidden_is_nothing_to_look_at_or_to_decide_of(node: Node, of: Any, hours: Hours) -> None:
    id = secret(node, hours() - timedelta(hours=1))
    never = "r-" + "a" * 32
    nothing = of(BOB).get("/no/such/page")
    assert of(ANN).get(f"/watch/one?id={id}").status_code == 200
    for each in (id, never):
        for answer in (
            of(BOB).get(f"/watch/one?id={each}"),
            post_as(of(BOB), BOB, f"/watch/one?id={each}", do="order"),
        ):
            assert (answer.status_code, answer.content) == (404, nothing.content)
    entries = [post_as(of(BOB), BOB, f"/watch/log?about={each}", text="I guess.") for each in (id, never)]
    assert entries[0].status_code == entries[1].status_code == 422
    assert entries[0].text.replace(id, "") == entries[1].text.replace(never, "")
    before = of(BOB).get("/watch").text
    node.watch_order(id, "monitor", by=ANN)
    assert of(BOB).get("/watch").text == before


def test_nonsense_is_refused_in_words(node: Node, of: Any, hours: Hours) -> None:
    id = cue(node, hours() - timedelta(hours=1), (8.0, -90.0))
    page = f"/watch/one?id={id}"
    for form in ({}, {"do": "order", "order": "sink"}, {"do": "order", "order": "hand off"}, {"do": "hand off"}):
        assert post_as(of(ANN), ANN, page, **form).status_code == 422, form
    assert of(ANN).post(page, data={"do": "order", "order": "monitor"}).status_code == 403
    assert post_as(of(ANN), ANN, page, do="order", order="break off").status_code == 409
    assert of(ANN).get("/watch/one").status_code == 404

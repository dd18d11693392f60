"""The map and the graph that can be moved, in a real browser: many points, by keyboard, and nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from cutset.clock import now
from cutset.model.report import Where
from cutset.web.accounts import sessions
from cutset.web.workspace import workspace
from tests.samples import case, marked, phone, private, seizure
from tests.web.browsers import WITHOUT_A_CARD, chromium
from tests.web.serving import client, on_a_port, served
from tests.worlds import Store

pytestmark = pytest.mark.browser
SECRET = "a" * 43
POINTS, NODES = 100_000, 500


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(*WITHOUT_A_CARD) as found:
        yield found


@pytest.fixture
def page(browser: Browser, store: Store) -> Iterator[tuple[Page, list[str]]]:
    """A page of a signed-in viewer, and what it said that it should not."""
    made, said = served(store.url, now), []
    sessions.begin(workspace(made).entrance.engine, "ann@ash", "investigation", now(), secret=SECRET)
    with on_a_port(made) as address:
        context = browser.new_context(base_url=address, viewport={"width": 900, "height": 800})
        context.add_cookies([{"name": "cutset", "value": SECRET, "url": address}])
        opened = context.new_page()
        opened.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.on(
            "request",
            lambda asked: None if asked.url.startswith((address, "blob:", "data:")) else said.append(asked.url),
        )
        yield opened, said
        context.close()


def made_points(number: int) -> dict[str, Any]:
    random = Random(4)
    return {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": f"made {each}", "kind": "seizure", "url": f"/reports/r-{each}"},
         "geometry": {"type": "Point", "coordinates": [random.uniform(-170, 170), random.uniform(-60, 70)]}}
        for each in range(number)]}  # fmt: skip


def answering(found: object) -> Any:
    def answer(route: Route) -> None:
        route.fulfill(status=200, content_type="application/json", body=json.dumps(found))

    return answer


def test_many_points_are_drawn_and_moved_by_keyboard(page: tuple[Page, list[str]]) -> None:
    opened, said = page
    opened.route("**/api/v1/places*", answering(made_points(POINTS)))
    opened.goto("/map")
    opened.wait_for_selector(f"[data-drawn='{POINTS}']", timeout=60_000)
    place = opened.locator("[data-atlas]")
    assert place.get_attribute("data-plain") == "yes", "this browser draws by software: fewer pixels and corners"
    assert place.evaluate("each => each.atlas.getCanvas().width < each.atlas.getContainer().clientWidth")
    before = place.evaluate("each => each.atlas.getCenter().lng")
    opened.locator("canvas").focus()
    for _ in range(3):
        opened.keyboard.press("ArrowRight")
    opened.wait_for_function(
        "before => document.querySelector('[data-atlas]').atlas.getCenter().lng > before + 1", arg=before
    )
    place.locator(".as-list summary").click()
    assert place.locator(".as-list li").count() == 201, "a list that can be read, and how many it leaves out"
    assert said == []


def test_a_map_of_a_part_says_so(page: tuple[Page, list[str]], store: Store) -> None:
    for number in range(3):
        store.submit(seizure(where=Where(latitude_deg=20.0 + number, longitude_deg=-100.0), marking=marked("ash")))
    store.submit(seizure(where=Where(latitude_deg=20.0, longitude_deg=-100.0), marking=private("birch")))
    asked = client(served(store.url, now), "ann@ash", secret="b" * 43).get("/api/v1/places", params={"limit": 2}).json()
    assert (asked["total"], asked["looked"], len(asked["features"])) == (3, 2, 2)
    opened, said = page
    opened.route("**/api/v1/places*", answering(asked))
    opened.goto("/map")
    opened.wait_for_selector("[data-drawn='2']", timeout=30_000)
    assert opened.get_by_text("Of 3 reports that have a position, the first 2 are shown.").is_visible()
    assert said == []


def test_the_map_shows_what_the_viewer_may_see(page: tuple[Page, list[str]], store: Store) -> None:
    opened, said = page
    at = Where(country="US", place="<b>Mile</b> 7", latitude_deg=31.5, longitude_deg=-106.2)
    store.submit(seizure(where=at, marking=marked("ash")))
    store.submit(seizure(where=at, marking=private("birch")))
    opened.goto("/map?q=mile")
    opened.wait_for_selector("[data-drawn='1']", timeout=30_000)
    box = opened.locator("canvas").bounding_box()
    assert box is not None
    opened.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    opened.wait_for_selector(".maplibregl-popup a", timeout=10_000)
    assert opened.locator(".marks").inner_text().startswith("TLP:")
    assert opened.locator(".maplibregl-popup a").inner_text() == "seizure ash <b>Mile</b> 7"
    assert said == []


def test_a_large_graph_moves_and_opens_what_is_chosen(page: tuple[Page, list[str]], store: Store) -> None:
    opened, said = page
    telephones = [f"+1555123{number:04d}" for number in range(90)]
    first = store.submit(case("W-1", *(phone(each) for each in telephones[:45]), marking=marked("ash")))
    second = store.submit(case("W-2", *(phone(each) for each in telephones[44:]), marking=marked("ash")))
    store.submit(case("W-3", phone(telephones[0]), marking=private("birch")))
    opened.goto(f"/graph?of={first}&open=phone:{telephones[44].replace('+', '%2B')}&limit=50")
    assert opened.locator("[data-network]").count() == 0, "a small graph stands still, with names"
    opened.goto(f"/graph?of={first}&open={second}&limit=50")
    place = opened.locator("[data-network]")
    opened.wait_for_selector("[data-network][data-drawn='92']", timeout=30_000)
    assert place.evaluate("each => each.graph.edges().length") == 91
    place.evaluate("(each, id) => each.graph.getElementById(id).emit('onetap')", f"phone:{telephones[3]}")
    opened.wait_for_url("**open=phone**")
    opened.wait_for_selector("[data-network][data-drawn='92']", timeout=30_000)
    assert opened.locator("details .net .is-open").count() == 3
    assert said == []


def test_five_hundred_nodes_are_laid_out(page: tuple[Page, list[str]]) -> None:
    opened, said = page
    random = Random(5)
    dots = [
        {"id": f"n{each}", "name": f"made {each}", "sort": "report" if each % 3 else "selector"}
        for each in range(NODES)
    ]
    lines = [{"report": f"n{each}", "thing": f"n{random.randrange(each)}"} for each in range(1, NODES)]
    opened.route("**/graph.json*", answering({"dots": dots, "lines": lines, "way": ["n0", "n1"]}))
    opened.goto("/map")
    opened.evaluate(
        """() => {
          const place = document.createElement("div");
          place.dataset.network = "";
          place.dataset.src = "/graph.json?of=n0";
          document.getElementById("main").append(place);
          return import("/static/network.js");
        }"""
    )
    opened.wait_for_selector(f"[data-network][data-drawn='{NODES}']", timeout=30_000)
    place = opened.locator("[data-network]")
    before = place.evaluate("each => each.graph.pan().x")
    place.focus()
    opened.keyboard.press("ArrowLeft")
    assert place.evaluate("each => each.graph.pan().x") == before + 60
    spread = place.evaluate("each => { const { w, h } = each.graph.elements().boundingBox(); return [w, h]; }")
    assert min(spread) > 300, "nodes are not in a heap"
    apart = place.evaluate(
        """async (each) => {
          const { places } = await import("/static/layout.js");
          const number = (end) => Number(end.id().slice(1));
          const lines = each.graph.edges().map((line) => [number(line.source()), number(line.target())]);
          const [one, other] = [places(500, lines), places(500, lines)];
          let least = Infinity;
          for (let a = 0; a < 1000; a += 2) for (let b = 0; b < a; b += 2)
            least = Math.min(least, Math.hypot(one[a] - one[b], one[a + 1] - one[b + 1]));
          return [least, one.every((at, which) => at === other[which]), places(0, []).length, [...places(1, [])]];
        }"""
    )
    assert apart[0] > 8, "no two nodes hide one another"
    assert apart[1:] == [True, 0, [0, 0]], "the same graph stands the same way"
    assert said == []


def test_scripts_before_a_map_are_under_100_kb(store: Store) -> None:
    made, total = served(store.url), 0
    page = client(made, "ann@ash").get("/").text
    for part in page.split('<script src="')[1:]:
        name = part.split('"')[0]
        total += len(client(made).get(name).content)
    assert 50_000 < total < 100_000


def test_places_are_those_with_a_position(store: Store) -> None:
    store.submit(seizure(where=Where(latitude_deg=95.0, longitude_deg=0.0)))
    store.submit(seizure(where=Where(country="US")))
    asked = client(served(store.url, now), "ann@ash").get("/api/v1/places").json()
    assert asked == {
        "type": "FeatureCollection", "features": [], "banner": "", "made": False, "total": 0, "looked": 0
    }  # fmt: skip
    assert Path("cutset/web/static/world.geojson").stat().st_size < 1_500_000

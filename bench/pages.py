"""What pages ask of a browser: the script of the first page, a map of many points that is moved, a graph laid out.

python -m bench.pages

A frame is what the browser had to wait for between two paints while the map was moved; a task is what kept the page
from answering to a key or a click. Chromium draws here by software: a machine with a graphics card takes less.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import Page, Route

import cutset
from bench.report import Report as Results
from bench.report import percentiles_ms
from cutset.access.registry import Agency, Viewer
from cutset.clock import now
from cutset.web.accounts import sessions
from cutset.web.workspace import workspace
from tests.web.browsers import WITHOUT_A_CARD, chromium
from tests.web.serving import on_a_port, served

SECRET = "a" * 43
WATCH = """() => {
  window.frames_ms = []; window.tasks_ms = [];
  new PerformanceObserver((list) => tasks_ms.push(...list.getEntries().map((each) => each.duration)))
    .observe({ entryTypes: ["longtask"] });
  let last = performance.now();
  const frame = (at) => { frames_ms.push(at - last); last = at; if (!window.over) requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
}"""
NETWORK = """() => {
  const place = document.createElement("div");
  Object.assign(place.dataset, { network: "", src: "/graph.json?of=n0" });
  document.getElementById("main").append(place);
  return import("/static/network.js");
}"""


def answering(found: object) -> Any:
    body = json.dumps(found)

    def answer(route: Route) -> None:
        route.fulfill(status=200, content_type="application/json", body=body)

    return answer


def points(number: int) -> dict[str, Any]:
    random = Random(4)
    return {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": f"made {each}", "kind": "seizure"},
         "geometry": {"type": "Point", "coordinates": [random.gauss(-95, 25), random.gauss(20, 14)]}}
        for each in range(number)]}  # fmt: skip


def nodes(number: int) -> dict[str, Any]:
    random = Random(5)
    dots = [{"id": f"n{each}", "name": f"made {each}", "sort": "report"} for each in range(number)]
    lines = [{"report": f"n{each}", "thing": f"n{random.randrange(each)}"} for each in range(1, number)]
    return {"dots": dots, "lines": lines, "way": []}


def moved(page: Page, results: Results, number: int) -> None:
    page.unroute("**/api/v1/places*")
    page.route("**/api/v1/places*", answering(points(number)))
    page.goto("/map")
    page.wait_for_selector(f"[data-drawn='{number}']", timeout=120_000)
    drawn_ms = page.evaluate("() => performance.now()")
    page.evaluate(WATCH)
    page.locator("canvas").focus()
    for key in ["ArrowRight"] * 10 + ["ArrowUp"] * 5 + ["+", "ArrowLeft", "ArrowLeft", "-"] + ["ArrowLeft"] * 10:
        page.keyboard.press(key)
        page.wait_for_timeout(120)
    found = page.evaluate("() => { window.over = true; return [frames_ms, tasks_ms]; }")
    frames = percentiles_ms([each / 1e3 for each in found[0]])
    results.row(what="map moved", number=number, drawn_ms=round(drawn_ms), frame_p50_ms=frames["p50_ms"],
                frame_p99_ms=frames["p99_ms"], frame_longest_ms=round(max(found[0])),
                task_longest_ms=round(max(found[1], default=0)))  # fmt: skip


def laid_out(page: Page, results: Results, number: int) -> None:
    # The page of the map has the styles of the graph too.
    page.unroute("**/graph.json*")
    page.unroute("**/api/v1/places*")
    page.route("**/api/v1/places*", answering(points(0)))
    page.route("**/graph.json*", answering(nodes(number)))
    page.goto("/map")
    page.evaluate(NETWORK)
    page.wait_for_selector(f"[data-network][data-drawn='{number}']", timeout=60_000)
    took = page.locator("[data-network]").get_attribute("data-took")
    results.row(what="graph laid out", number=number, drawn_ms=int(took or 0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, nargs="*", default=[1_000, 100_000])
    parser.add_argument("--nodes", type=int, nargs="*", default=[100, 500])
    given = parser.parse_args()
    results = Results("pages", "What pages ask of a browser")
    with tempfile.TemporaryDirectory() as folder, chromium(*WITHOUT_A_CARD) as browser:
        url = str(Path(folder) / "pages.cutset")
        cutset.create(url).register(Agency("ash", country="US"), Viewer("ann@ash", "ash"))
        made = served(url, now)
        sessions.begin(workspace(made).entrance.engine, "ann@ash", "investigation", now(), secret=SECRET)
        with on_a_port(made) as address:
            context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
            context.add_cookies([{"name": "cutset", "value": SECRET, "url": address}])
            page, scripts = context.new_page(), []
            page.on("response", lambda answer: scripts.append(answer) if _is_script(answer.url) else None)
            page.goto("/", wait_until="load")
            results.row(what="script of the first page", bytes=sum(len(each.body()) for each in scripts))
            for number in given.points:
                moved(page, results, number)
            for number in given.nodes:
                laid_out(page, results, number)
            context.close()
    results.close(
        "`drawn_ms` of a map is from the request for its page until all points stand; of a graph, its layout."
    )


def _is_script(url: str) -> bool:
    return url.split("?")[0].endswith((".js", ".mjs"))


if __name__ == "__main__":
    main()

"""What pages ask of a browser: the script of the first page, a map of many points that is moved, a graph laid out.

python -m bench.pages

A frame is what the browser had to wait for between two paints while the map was moved; a task is what kept the page
from answering to a key or a click. Chromium draws here by software: a machine with a graphics card takes less.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from playwright.sync_api import Browser, Page

import cutset
from bench.report import Report as Results
from bench.report import percentiles_ms
from cutset.access.registry import Agency, Viewer
from cutset.clock import now
from cutset.log.store import Submission
from cutset.model.marking import Marking, Tlp
from cutset.model.mention import Mention, MentionKind, Selector, SelectorKind
from cutset.model.report import Case, Report, Seizure, Source, When, Where
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
OF_A_REPORT = 49
"""Telephones of one report of the web; the next report bears the last of them too."""


def fill(node: cutset.Node, points: int, nodes: int) -> list[str]:
    """Seizures at as many points, and a web of reports that bear telephones of others; the ids of the web's reports."""
    random = Random(4)
    for start in range(0, points, 5_000):
        node.log.append([_at_a_point(each, random) for each in range(start, min(start + 5_000, points))])
    web = []
    for each in range(nodes // (OF_A_REPORT + 1) + 1):
        mine = range(each * OF_A_REPORT, (each + 1) * OF_A_REPORT + 1)
        bearers = tuple(_bearer(number) for number in mine)
        web.append(node.submit(_report(Case(number=f"W-{each}"), bearers), by="ann@ash").id)
    return web


def _at_a_point(number: int, random: Random) -> Submission:
    at = Where(
        place=f"made {number}",
        longitude_deg=max(-180.0, min(180.0, random.gauss(-95, 25))),
        latitude_deg=max(-90.0, min(90.0, random.gauss(20, 14))),
    )
    content = Seizure(when=When(datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=number)), where=at)
    return Submission(report=_report(content), by="ann@ash")


def _bearer(number: int) -> Mention:
    value = f"+1312{number + 1_000_000:07d}"
    return Mention(kind=MentionKind.PERSON, selectors=(Selector(SelectorKind.PHONE, value, value, True),))


def _report(content: Seizure | Case, mentions: tuple[Mention, ...] = ()) -> Report:
    marking = Marking(originator="ash", tlp=Tlp.GREEN)
    return Report(marking=marking, source=Source(dataset="made", made=True), content=content, mentions=mentions)


def moved(page: Page, results: Results, number: int) -> None:
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


def laid_out(page: Page, results: Results, number: int, web: list[str]) -> None:
    """The graph of as many nodes: reports of the web are opened until there are."""
    opened = "".join(f"&open={each}" for each in web[1 : number // (OF_A_REPORT + 1)])
    page.goto(f"/graph?of={web[0]}&limit=50{opened}")
    page.wait_for_selector("[data-network][data-drawn]", timeout=60_000)
    place = page.locator("[data-network]")
    drawn, took = int(place.get_attribute("data-drawn") or 0), int(place.get_attribute("data-took") or 0)
    whole_ms = page.evaluate("() => performance.now()")
    results.row(what="graph laid out", number=drawn, drawn_ms=round(whole_ms), layout_ms=took)


def measure(browser: Browser, results: Results, points: int, graphs: list[int]) -> None:
    """A store with so many points, and the web for the graphs, in a real server."""
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "pages.cutset")
        node = cutset.create(url)
        node.register(Agency("ash", country="US"), Viewer("ann@ash", "ash"))
        web = fill(node, points, max(graphs, default=0))
        made = served(url, now)
        sessions.begin(workspace(made).entrance.engine, "ann@ash", "investigation", now(), secret=SECRET)
        with on_a_port(made) as address:
            context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
            context.add_cookies([{"name": "cutset", "value": SECRET, "url": address}])
            page, scripts = context.new_page(), []
            page.on("response", lambda answer: scripts.append(answer) if _is_script(answer.url) else None)
            page.goto("/", wait_until="load")
            if graphs:
                results.row(what="script of the first page", bytes=sum(len(each.body()) for each in scripts))
            moved(page, results, points)
            for number in graphs:
                laid_out(page, results, number, web)
            context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, nargs="*", default=[1_000, 100_000])
    parser.add_argument("--nodes", type=int, nargs="*", default=[100, 500])
    given = parser.parse_args()
    results = Results("pages", "What pages ask of a browser")
    with chromium(*WITHOUT_A_CARD) as browser:
        for at, number in enumerate(given.points):
            nodes = given.nodes if at == len(given.points) - 1 else []
            measure(browser, results, number, nodes)
    results.close(
        "A real server over a made store. `drawn_ms` is from the request for the page until all of it stands, "
        "`layout_ms` what of that laid the graph out."
    )


def _is_script(url: str) -> bool:
    return url.split("?")[0].endswith((".js", ".mjs"))


if __name__ == "__main__":
    main()

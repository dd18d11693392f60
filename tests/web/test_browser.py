"""The overview page in a real browser: complete, quiet, accessible, and fit for a telephone and for the dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from cutset.web.overview import OverviewData, render
from tests.web import made
from tests.web.browsers import chromium

pytestmark = pytest.mark.browser
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
PAGES = {"full": made.full(), "empty": made.empty(), "breaking": made.breaking(), "observed": made.full(made=False)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


class Visit:
    """A page that was opened, with all that it said and asked for."""

    def __init__(self, browser: Browser, folder: Path, data: OverviewData, **context: Any) -> None:
        file = folder / "overview.html"
        file.write_text(render(data), encoding="utf-8")
        self.context = browser.new_context(**context)
        self.page: Page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.said.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        found: int = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return found

    def violations(self) -> list[str]:
        """What axe-core finds against WCAG 2.2, levels A and AA, and against good practice."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")
        return [
            f"{each['id']}: {node['html'][:200]} {node['failureSummary']}"
            for each in found["violations"]
            for node in each["nodes"]
        ]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_it_opens_quietly_asks_for_nothing_and_fits(browser: Browser, tmp_path: Path, name: str, width: int) -> None:
    visit = Visit(browser, tmp_path, PAGES[name], viewport={"width": width, "height": 800})
    assert visit.said == []
    # Its own icon lies in the page; nothing else may be asked for, not even that a request fails.
    assert [url for url in visit.asked if not url.startswith("data:image/svg+xml,")] == [visit.page.url]
    assert PAGES[name].title in visit.page.title()
    assert ("made" in visit.page.title()) == PAGES[name].made
    assert visit.overflow() <= 0
    visit.context.close()


@pytest.mark.parametrize("name", ["full", "empty"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_it_is_accessible(browser: Browser, tmp_path: Path, name: str, scheme: Any, width: int) -> None:
    visit = Visit(browser, tmp_path, PAGES[name], color_scheme=scheme, viewport={"width": width, "height": 900})
    assert visit.violations() == []
    visit.context.close()


def test_the_map_draws_each_flow_and_says_what_it_leaves_out(browser: Browser, tmp_path: Path) -> None:
    visit = Visit(browser, tmp_path, PAGES["full"])
    pairs = {(flow.departure.code, flow.destination.code) for flow in PAGES["full"].flows}
    placed = {pair for pair in pairs if pair[0] != pair[1] and "ZA" not in pair}
    assert visit.page.locator("#flow-map .band").count() == len(placed)
    assert "1 flow cannot be placed" in visit.page.locator("#flows .lede").inner_text()
    visit.context.close()


def test_light_and_dark_differ_and_both_are_painted(browser: Browser, tmp_path: Path) -> None:
    grounds = {}
    for scheme in ("light", "dark"):
        visit = Visit(browser, tmp_path, PAGES["full"], color_scheme=scheme)
        grounds[scheme] = visit.page.evaluate(
            "[document.body, document.querySelector('.land'), document.querySelector('.band')].map("
            "each => [getComputedStyle(each).backgroundColor, getComputedStyle(each).fill].join())"
        )
        visit.context.close()
    assert all(light != dark for light, dark in zip(grounds["light"], grounds["dark"], strict=True))


def test_it_is_whole_without_a_script(browser: Browser, tmp_path: Path) -> None:
    with_script = Visit(browser, tmp_path, PAGES["full"])
    without = Visit(browser, tmp_path, PAGES["full"], java_script_enabled=False)
    counted = [".band", ".lead", ".multiples li", "tbody tr", ".tile"]
    found = [[visit.page.locator(each).count() for each in counted] for visit in (with_script, without)]
    assert found[0] == found[1]
    assert all(found[0])
    assert without.page.locator(".band title").count() == found[0][0]
    for visit in (with_script, without):
        visit.context.close()


def test_a_table_is_sorted_by_its_numbers_with_the_keyboard(browser: Browser, tmp_path: Path) -> None:
    visit = Visit(browser, tmp_path, PAGES["full"])
    head = visit.page.locator("#what .drugs th", has_text="Events")
    events = visit.page.locator("#what .drugs tbody td:nth-child(5)")
    for direction, backwards in (("descending", True), ("ascending", False)):
        head.locator("button").press("Enter")
        shown = [int(text.replace(",", "")) for text in events.all_inner_texts()]
        assert shown == sorted(shown, reverse=backwards)
        assert head.get_attribute("aria-sort") == direction
    visit.context.close()


def test_a_class_can_be_singled_out_on_the_map(browser: Browser, tmp_path: Path) -> None:
    visit = Visit(browser, tmp_path, PAGES["full"])
    button = visit.page.get_by_role("button", name="Opioid", exact=True)
    button.press("Enter")
    shown = visit.page.locator("#flow-map .band:not(.dim)")
    assert set(shown.evaluate_all("bands => bands.map(band => band.dataset.class)")) == {"Opioid"}
    button.press("Enter")
    assert visit.page.locator("#flow-map .band.dim").count() == 0
    visit.context.close()


def test_a_mark_says_what_it_is(browser: Browser, tmp_path: Path) -> None:
    visit = Visit(browser, tmp_path, PAGES["full"], viewport={"width": 1280, "height": 8000})
    visit.page.locator("#time .plot rect").first.hover()
    tip = visit.page.locator("#tip")
    assert tip.is_visible()
    assert tip.inner_text().startswith("Oct 2024, Cocaine-type: ")
    visit.page.keyboard.press("Escape")
    assert not tip.is_visible()
    visit.context.close()


def test_every_printed_page_carries_the_marking(browser: Browser, tmp_path: Path) -> None:
    visit = Visit(browser, tmp_path, PAGES["full"])
    visit.page.emulate_media(media="print")
    assert visit.page.locator("nav").is_hidden()
    margins = visit.page.evaluate("[...document.styleSheets[1].cssRules].map(rule => rule.cssText).join()")
    assert "TLP:AMBER//LES//REL TO country:US · MADE DATA" in margins
    assert visit.page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    visit.context.close()

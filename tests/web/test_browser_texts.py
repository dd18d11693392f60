"""The workspace in a made language, in a real browser: each text of a page stands in brackets, or is no text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from cutset.web import texts
from tests.web.browsers import WITHOUT_A_CARD, chromium
from tests.web.test_workspace import DESK, Visit, place

pytestmark = pytest.mark.browser
__all__ = ["place"]

LEFT = """(data) => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const words = (text) => {
    for (let before = ""; before !== text; ) { before = text; text = text.replace(/⟦[^⟦⟧]*⟧/g, ""); }
    text = text.replace(/[0-9a-f]{32,}/g, "");
    for (const each of data) text = text.replaceAll(each, "");
    return text.match(/\\p{L}{3,}/gu);
  };
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    if (!node.parentElement.closest("code, pre, script, [hidden], .marking") && words(node.data))
      found.push(node.data.trim());
  for (const name of ["aria-label", "placeholder", "title", "alt"])
    for (const each of document.querySelectorAll(`[${name}]`))
      if (words(each.getAttribute(name))) found.push(`${name}: ${each.getAttribute(name)}`);
  return found;
}"""
DATA = (
    "deputy@county",
    "agent@dea",
    "county",
    "County",
    "dea",
    "DEA",
    "cutset",
    "investigation",
    "C-17",
    "cocaine",
    "Mile 12",
    "kg",
)
"""What the made store holds."""
SIGNS = ("UTC", "TLP:AMBER+STRICT", "TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:RED", "Natural Earth", "US-TX")
"""What is the same in every language."""


class Bracketed(dict[str, str]):
    """A made language that has every text: the English in brackets."""

    def get(self, text: str, default: Any = None) -> str:
        return f"⟦{text}⟧"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(*WITHOUT_A_CARD) as found:
        yield found


def scripts(route: Route) -> None:
    words = "window.cutsetWords = new Proxy({}, { get: (_, text) => `⟦${text}⟧` });"
    route.fulfill(status=200, content_type="text/javascript", body=words)


def left(page: Page) -> list[str]:
    found: list[str] = page.evaluate(LEFT, [*DATA, *SIGNS])
    return found


def test_every_text_of_the_main_pages_is_said_in_the_language(
    browser: Browser, place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = Visit(browser, place[0], viewport=DESK)
    page = visit.sign_in()
    monkeypatch.setattr(texts, "texts", lambda _: Bracketed())
    visit.context.route("**/static/words.js", scripts)
    for path in ("/", "/seizure", "/seizure/kept", "/search?q=c", "/leads", "/inbox", "/clocks", "/cases", "/account",
                 "/map", "/registry", "/registry/health", "/oversight", "/requests", "/explain", "/targets", "/watch",
                 "/exhibits"):  # fmt: skip
        page.goto(path, wait_until="networkidle")
        assert left(page) == [], path
    page.goto("/seizure")
    page.get_by_role("button", name="⟦Send⟧").click()
    page.locator("#problems a").first.wait_for()
    assert page.locator("#problems").inner_text().startswith("⟦")
    page.locator("#locate").click()
    page.get_by_text("⟦no position: type the place⟧").wait_for()
    page.locator("#photograph").set_input_files({"name": "empty.png", "mimeType": "image/png", "buffer": b""})
    page.get_by_text("empty.png").wait_for()
    assert left(page) == []
    visit.context.close()

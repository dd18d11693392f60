"""What the server does not take in is kept on the device, says why, and is mended and sent again: nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browsers import chromium
from tests.web.test_browser_photographs import digest, names, picture
from tests.web.test_workspace import PHONE, Visit, fill, place

pytestmark = pytest.mark.browser
__all__ = ["place"]
ROUTE = "**/seizure"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def visit(browser: Browser, place: Any) -> Iterator[Visit]:
    found = Visit(browser, place[0], viewport=PHONE)
    found.sign_in()
    yield found
    found.context.close()


def written_offline(visit: Visit, what: str, amount: str) -> Page:
    """A page on which a seizure was written without a network; what else it says can be read."""
    page = visit.page
    page.goto("/seizure")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    visit.context.set_offline(True)
    page.goto("/seizure")
    fill(page, what)
    page.get_by_label("How much").fill(amount)
    return page


def held(page: Page) -> int:
    found: int = page.evaluate("cutset.kept().then((items) => items.length)")
    return found


def test_what_was_refused_later_is_listed_with_its_reason_mended_and_sent_once(
    visit: Visit, place: Any, tmp_path: Path
) -> None:
    node = place[1]
    taken = picture(tmp_path / "taken.png", 30_000, 60)
    page = written_offline(visit, "khat", "a dozen")
    page.get_by_role("button", name="More", exact=True).click()
    page.locator("#name_1").fill("Rosa <b>Perez</b>")
    page.locator("#role_1").select_option("witness")
    page.locator("#les").uncheck()
    page.locator("#camera").set_input_files(taken)
    page.locator("#chosen li").wait_for()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Kept on this device").wait_for()
    # It is sent when there is a network, and not taken in: the page says so, wherever one is.
    visit.context.set_offline(False)
    page.goto("/leads")
    page.get_by_role("link", name="1 kept here were not taken in").click()
    page.wait_for_url("**/seizure/kept")
    row = page.locator("#kept li.row")
    row.get_by_text("Not taken in. To be mended:").wait_for()
    assert "khat a dozen kg Mile 12" in row.inner_text()
    assert "a dozen" in row.locator("ul").inner_text() or "number" in row.locator("ul").inner_text()
    assert visit.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    # Without a network the list is there too, and the form with what was typed.
    visit.context.set_offline(True)
    page.goto("/seizure/kept")
    page.get_by_role("link", name="Open and mend").click()
    expect(page.locator("#what_0")).to_have_value("khat")
    assert page.locator("#problems a").first.get_attribute("href") == "#amount_0"
    assert page.locator("#name_1").input_value() == "Rosa <b>Perez</b>"
    assert page.locator("#role_1").input_value() == "witness"
    assert not page.locator("#les").is_checked()
    assert digest(taken) in page.locator("#chosen").inner_text()
    page.get_by_label("How much").fill("12")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Kept on this device").wait_for()
    assert held(page) == 1, "mended, it took the place of what was refused"
    visit.context.set_offline(False)
    page.evaluate("Promise.all([cutset.flush(), cutset.flush()])")
    assert held(page) == 0
    assert node.search("khat", viewer="deputy@county").total == 1
    assert names(node, "khat") == [digest(taken)]


def test_what_is_refused_on_the_page_outlives_the_page(visit: Visit, place: Any) -> None:
    page = visit.page
    page.goto("/seizure")
    fill(page, "psilocin")
    page.get_by_label("Country", exact=True).fill("Atlantis")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="no country is known by that name").wait_for()
    # The tab is closed before it is mended.
    page.close()
    page = visit.context.new_page()
    page.goto("/seizure/kept")
    page.get_by_role("link", name="Open and mend").click()
    expect(page.locator("#country")).to_have_value("Atlantis")
    page.get_by_label("Country", exact=True).fill("Mexico")
    page.get_by_role("button", name="Send").dblclick()
    page.wait_for_url("**/reports/*")
    assert held(page) == 0
    assert place[1].search("psilocin", viewer="deputy@county").total == 1


def test_what_no_server_takes_is_not_sent_for_ever_and_goes_only_when_told_twice(visit: Visit, place: Any) -> None:
    page = written_offline(visit, "ibogaine", "3")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Kept on this device").wait_for()
    sent: list[str] = []

    def too_large(route: Any) -> None:
        if route.request.method != "POST":
            return route.continue_()
        sent.append(route.request.method)
        return route.fulfill(status=413, content_type="text/plain", body="too large")

    visit.context.route(ROUTE, too_large)
    visit.context.set_offline(False)
    page.get_by_text("1 kept here were not taken in").wait_for()
    for _ in range(2):
        page.goto("/")
        page.get_by_text("1 kept here were not taken in").wait_for()
    assert sent == ["POST"], "what was refused waits for its writer"
    page.goto("/seizure/kept")
    page.get_by_text("it is too large, or cannot be read").wait_for()
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Take off").click()
    assert held(page) == 1
    # The proxy was to blame, and is mended: the same is sent again as it was.
    visit.context.unroute(ROUTE)
    page.get_by_role("button", name="Send again").click()
    page.get_by_text("Nothing waits here").wait_for()
    assert place[1].search("ibogaine", viewer="deputy@county").total == 1


def test_what_another_viewer_wrote_is_counted_and_not_shown(visit: Visit) -> None:
    page = visit.page
    page.goto("/seizure/kept")
    page.evaluate("cutset.keep({ key: 'k', viewer: 'someone@county', body: 'what_0=secret+cargo' })")
    page.reload()
    page.get_by_text("1 more were written by others").wait_for()
    assert "secret" not in page.content()
    page.goto("/seizure?kept=k")
    page.get_by_text("That is kept here no more").wait_for()
    assert "secret" not in page.locator("#what_0").input_value()
    page.evaluate("cutset.forget('k')")

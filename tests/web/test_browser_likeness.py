"""A deputy at the roadside, on a telephone: who the driver probably is, said while the form is still open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from cutset.access.registry import Agency, Viewer
from cutset.node import Node
from tests.samples import case, marked
from tests.web.browsers import chromium
from tests.web.serving import on_a_port
from tests.web.test_likeness import DEPUTY, man
from tests.web.test_workspace import PHONE, fill
from tests.web.visiting import Place

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    node = Node.create(str(tmp_path / "made.cutset"))
    node.register(Agency("county", country="US"), Agency("dea", country="US"))
    node.register(Viewer(DEPUTY, "county"), Viewer("ann@dea", "dea"))
    node.submit(case("24-7", man("QUINTERO ZAMUDIO, Francisco"), marking=marked("dea")), by="ann@dea")
    found = Place(node, slow_ms=15_000)
    with on_a_port(found.made) as address:
        found.address = address
        yield found


def test_the_driver_is_known_before_the_form_is_sent_and_judged_as_it_is(browser: Browser, place: Place) -> None:
    visit = place.visit(browser, DEPUTY, viewport=PHONE, color_scheme="dark")
    page = visit.page
    page.goto("/seizure")
    fill(page, "cocaine")
    page.get_by_label("Name, if it has one").press_sequentially("Pancho Quintero")
    page.get_by_label("Born, of a person").press_sequentially("1979-09-21")
    page.get_by_text("almost certainly").wait_for()
    assert page.locator(".near a").inner_text() == "Case 24-7"
    page.locator(".near summary").focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("pancho / francisco").is_visible()
    # Choosing asks nothing anew: the answer that is chosen from stays.
    asked = len(visit.asked)
    page.get_by_label("Is it the same?").select_option("same")
    page.wait_for_timeout(900)
    assert len(visit.asked) == asked
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    # A second row is another's: what was said of the first is not in it.
    page.get_by_role("button", name="More", exact=True).click()
    assert page.locator(".near").nth(1).inner_text() == ""
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/reports/*")
    page.locator("#likely").get_by_text("judged same").wait_for()
    assert "dea" in page.locator("#hits").inner_text(), "the judgement makes a lead at once"
    assert visit.violations() == []
    assert visit.said == []
    visit.context.close()

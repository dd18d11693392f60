"""The planner in a real browser: days are changed by keyboard, compared, kept with a reason, and ordered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from cutset import clock
from tests.web.browsers import WITHOUT_A_CARD, chromium
from tests.web.coasts import ANN, coast
from tests.web.serving import on_a_port
from tests.web.visiting import Place

pytest.importorskip("highspy")
pytestmark = pytest.mark.browser
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
SLOW_MS = 30_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(*WITHOUT_A_CARD) as found:
        yield found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("coast")
    found = Place(coast(str(folder / "coast.cutset"), clock.now), SLOW_MS)
    with on_a_port(found.made) as address:
        found.address = address
        yield found


def test_a_planner_asks_what_more_days_would_bring_keeps_it_and_orders_it(browser: Browser, place: Place) -> None:
    visit = place.visit(browser, ANN, viewport=DESK)
    page = visit.page
    page.goto("/plan/gaps")
    page.get_by_role("link", name="Allocate").click()
    page.wait_for_selector("[data-atlas][data-under]", timeout=SLOW_MS)
    assert page.locator("[data-atlas]").get_attribute("data-failed") is None
    # The slider and the field are one number, by keyboard.
    field, slider = page.get_by_label("ash/cutters cutter"), page.get_by_label("Slider: ash/cutters")
    slider.focus()
    for _ in range(5):
        slider.press("ArrowRight")
    expect(field).to_have_value("30")
    page.get_by_text("Ways: open and shut").press("Enter")
    page.get_by_label("ash/road").press("Space")
    page.get_by_role("button", name="Propose and compare").press("Enter")
    page.get_by_role("heading", name="What it would bring, a month").wait_for()
    expect(page.locator("#result")).to_contain_text("greedy")
    expect(page.locator("#result")).to_contain_text("How sure")
    expect(page.get_by_role("region", name="Ways", exact=True)).to_contain_text("shut in this what-if")
    page.get_by_label("Id, without blanks").fill("spring")
    page.get_by_label("Why this one").fill("Most passes there.")
    page.get_by_role("button", name="Keep this allocation").dblclick()
    page.locator("#kept").get_by_text("Most passes there.").wait_for()
    assert [each.name for each in place.node.kept_allocations(viewer=ANN)] == ["ash/spring"]
    page.get_by_text("Order your agency's part").click()
    page.get_by_role("button", name="Order it").dblclick()
    page.wait_for_url("**/allocate?ordered=1*")
    assert visit.said == []
    assert all(url.startswith((place.address, "blob:", "data:")) for url in visit.asked)
    visit.context.close()


@pytest.mark.parametrize(
    "context", [{"viewport": PHONE}, {"viewport": DESK, "color_scheme": "dark"}], ids=["phone", "dark"]
)
def test_the_page_is_for_everyone_and_fits_a_telephone(browser: Browser, place: Place, context: dict[str, Any]) -> None:
    visit = place.visit(browser, ANN, **context)
    visit.page.goto("/allocate?go=1&d.ash/cutters=30")
    visit.page.wait_for_selector("[data-atlas][data-under]", timeout=SLOW_MS)
    assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert visit.violations() == []
    visit.context.close()


def test_the_planner_needs_no_script(browser: Browser, place: Place) -> None:
    visit = place.visit(browser, ANN, viewport=DESK, java_script_enabled=False)
    page = visit.page
    page.goto("/allocate")
    page.get_by_label("ash/cutters cutter").fill("40")
    page.get_by_role("button", name="Propose and compare").click()
    page.get_by_role("heading", name="What it would bring, a month").wait_for()
    assert page.get_by_label("Slider: ash/cutters").is_hidden()
    visit.context.close()

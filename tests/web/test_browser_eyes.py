"""The pages for who needs more contrast or the system's own colours, and the position that a device gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.samples import marked, phone, seizure
from tests.web.browsers import WITHOUT_A_CARD, chromium
from tests.web.test_workspace import PHONE, Visit, place

pytestmark = pytest.mark.browser
__all__ = ["place"]
PATHS = (
    "/",
    "/seizure",
    "/seizure/kept",
    "/leads",
    "/search?q=cocaine",
    "/account",
    "/registry",
    "/oversight",
    "/plan",
    "/targets",
    "/watch",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(*WITHOUT_A_CARD) as found:
        yield found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_more_contrast_is_given_to_who_asks_for_it(browser: Browser, place: Any, scheme: Any) -> None:
    place[1].submit(seizure(phone("+13125550142"), marking=marked("county")), by="deputy@county")
    visit = Visit(browser, place[0], viewport=PHONE, contrast="more", color_scheme=scheme)
    page = visit.sign_in()
    for path in PATHS:
        page.goto(path)
        assert visit.violations() == [], path
        # Seven to one, as level AAA of WCAG 2.2 asks, 1.4.6.
        found = page.evaluate("axe.run({ runOnly: ['color-contrast-enhanced'] })")
        assert [node["html"][:160] for each in found["violations"] for node in each["nodes"]] == [], path
    visit.context.close()


def test_the_systems_own_colours_are_kept_and_the_focus_is_seen(browser: Browser, place: Any) -> None:
    visit = Visit(browser, place[0], viewport=PHONE, forced_colors="active")
    page = visit.sign_in()
    for path in PATHS:
        page.goto(path)
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        assert visit.violations() == [], path
    page.goto("/seizure")
    for _ in range(12):
        page.keyboard.press("Tab")
        seen = page.evaluate("() => { const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);"
                             " return [outlineStyle, parseFloat(outlineWidth)]; }")  # fmt: skip
        assert seen[0] != "none"
        assert seen[1] >= 2
    visit.context.close()


def test_a_position_is_taken_from_the_device(browser: Browser, place: Any) -> None:
    where = {"latitude": 31.7601234, "longitude": -106.4871234, "accuracy": 12.4}
    visit = Visit(browser, place[0], viewport=PHONE, geolocation=where, permissions=["geolocation"])
    page = visit.sign_in()
    page.goto("/seizure")
    page.get_by_role("button", name="Use my position").click()
    page.get_by_text("within 12 m").wait_for()
    assert page.get_by_label("Latitude").input_value() == "31.76012"
    assert page.get_by_label("Longitude").input_value() == "-106.48712"
    page.get_by_label("What", exact=True).fill("mitragynine")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/reports/*")
    (hit,) = place[1].search("mitragynine", viewer="deputy@county").hits
    entry = place[1].report(hit.id, viewer="deputy@county")
    assert (entry.report.content.where.latitude_deg, entry.report.content.where.longitude_deg) == (31.76012, -106.48712)
    visit.context.close()


def test_a_position_is_pointed_to_on_a_map_by_hand_and_by_keyboard(browser: Browser, place: Any) -> None:
    visit = Visit(browser, place[0], viewport=PHONE)
    page = visit.sign_in()
    page.goto("/seizure")
    assert not any("maplibre" in url for url in visit.asked), "the map comes when it is asked for"
    page.get_by_role("button", name="Point on a map").click()
    page.wait_for_selector("#pointing[data-drawn]", timeout=30_000)
    box = page.locator("#pointing canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2 + 20, box["y"] + box["height"] / 2)
    latitude, longitude = (float(page.get_by_label(name).input_value()) for name in ("Latitude", "Longitude"))
    assert abs(latitude - 25) < 0.5
    assert -95 < longitude < -75
    page.locator("#pointing canvas").focus()
    page.keyboard.press("Enter")
    page.get_by_text("25.00000, -95.00000").wait_for()
    assert page.get_by_label("Longitude").input_value() == "-95.00000"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert visit.said == []
    assert all(url.startswith((place[0], "blob:", "data:")) for url in visit.asked)
    visit.context.close()


def test_where_the_map_does_not_come_the_place_is_typed(browser: Browser, place: Any) -> None:
    # A browser of its own: one that has drawn the map once may have kept it.
    visit = Visit(browser, place[0], viewport=PHONE)
    page = visit.sign_in()
    page.goto("/seizure")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto("/")
    visit.context.set_offline(True)
    page.goto("/seizure")
    page.get_by_role("button", name="Point on a map").click()
    page.get_by_text("The map does not come").wait_for()
    visit.context.close()


def test_without_a_position_the_place_is_typed(browser: Browser, place: Any) -> None:
    visit = Visit(browser, place[0], viewport=PHONE)
    page = visit.sign_in()
    page.goto("/seizure")
    page.get_by_role("button", name="Use my position").click()
    page.get_by_text("no position: type the place").wait_for()
    assert page.get_by_label("Latitude").input_value() == ""
    visit.context.close()

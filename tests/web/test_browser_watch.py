"""The watch in a real browser: a cue rings by itself, is taken up and handed off; time goes back by the keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from cutset import clock
from tests.web.browsers import WITHOUT_A_CARD, chromium
from tests.web.sea import ANN, BOB, cue, sea
from tests.web.serving import on_a_port
from tests.web.visiting import Place

pytestmark = pytest.mark.browser
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
SLOW_MS = 20_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(*WITHOUT_A_CARD) as found:
        yield found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("sea")
    found = Place(sea(str(folder / "sea.cutset"), clock.now), SLOW_MS)
    with on_a_port(found.made) as address:
        found.address = address
        yield found


def drawn(page: Page) -> None:
    """Wait until the map shows its points and what lies under them."""
    page.wait_for_selector("[data-atlas][data-under]", timeout=SLOW_MS)
    assert page.locator("[data-atlas]").get_attribute("data-failed") is None


def test_a_cue_rings_by_itself_and_is_handed_from_one_watch_to_another(browser: Browser, place: Place) -> None:
    ann = place.visit(browser, ANN, viewport=DESK)
    bob = place.visit(browser, BOB, viewport=PHONE, color_scheme="dark")
    for visit in (ann, bob):
        visit.page.goto("/watch")
        drawn(visit.page)
    alarms = ann.page.locator("#alarms")
    expect(alarms).not_to_contain_text("nobody holds it")
    points = int(ann.page.locator("[data-atlas]").get_attribute("data-drawn") or 0)
    id = cue(place.node, clock.now() - timedelta(minutes=20), (8.0, -90.0))
    expect(alarms).to_contain_text("nobody holds it", timeout=SLOW_MS)
    expect(ann.page.locator(".as-list summary")).to_contain_text(str(points + 1))
    alarms.get_by_role("link", name="go-fast detected").click()
    drawn(ann.page)
    # The best suggestion is ordered, and then the event is offered to the other watch.
    ann.page.get_by_role("button", name="Order Cutter Made One to intercept").click()
    ann.page.get_by_text("targeted", exact=True).wait_for()
    ann.page.get_by_label("To", exact=True).select_option("birch")
    ann.page.locator("#hand-reason").fill("in your waters")
    ann.page.get_by_role("button", name="Offer").dblclick()
    ann.page.get_by_text("offered to birch").wait_for()
    expect(bob.page.locator("#picture")).to_contain_text("offered to birch", timeout=SLOW_MS)
    bob.page.locator("#picture").get_by_role("link", name="go-fast").first.click()
    bob.page.get_by_text("Offered to you by ash").wait_for()
    assert bob.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    bob.page.locator("#take-asset").fill("Frigate Made")
    bob.page.get_by_role("button", name="Take over").click()
    bob.page.get_by_text("birch, Frigate Made", exact=True).wait_for()
    ann.page.goto("/watch")
    expect(ann.page.locator("#picture")).to_contain_text("birch, Frigate Made")
    event = place.node.watch_event(id, viewer=ANN)
    assert [each.what for each in event.steps] == ["detected", "intercept", "hand off", "take over"]
    for visit in (ann, bob):
        assert visit.said == []
        assert all(url.startswith((place.address, "blob:", "data:")) for url in visit.asked)
        visit.context.close()


def test_time_goes_back_by_keyboard_and_the_log_is_kept(browser: Browser, place: Place) -> None:
    cue(place.node, clock.now() - timedelta(minutes=15), (9.0, -89.0), record="late")
    visit = place.visit(browser, ANN, viewport=DESK)
    page = visit.page
    page.goto("/watch")
    drawn(page)
    area = page.locator("#picture")
    expect(area).to_contain_text("Eastern Pacific")
    slider = page.get_by_label(re.compile("Time slider"))
    slider.focus()
    for _ in range(36):
        slider.press("ArrowLeft")
    expect(area).not_to_contain_text("Eastern Pacific", timeout=SLOW_MS)
    expect(page.locator("#told")).to_contain_text("events of interest")
    page.get_by_role("link", name="Log of the watch").click()
    page.get_by_label("New entry").fill("Attends mosque; relieved the watch.")
    page.get_by_text("may tell of religion").wait_for()
    page.get_by_label("New entry").fill("Relieved the watch.")
    page.get_by_role("button", name="Enter").dblclick()
    page.get_by_text("Relieved the watch.").wait_for()
    assert visit.said == []
    visit.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_pages_are_accessible_and_fit(browser: Browser, place: Place, width: int, scheme: Any) -> None:
    id = cue(place.node, clock.now() - timedelta(minutes=25), (10.0, -86.0), record=f"for {width}")
    visit = place.visit(browser, ANN, color_scheme=scheme, viewport={"width": width, "height": 900})
    for address in ("/watch", f"/watch/one?id={id}", "/watch/one?id=mmsi:366000092", "/watch/log"):
        answer = visit.page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        if address != "/watch/log":
            drawn(visit.page)
        assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
        assert visit.violations() == [], address
    assert visit.said == []
    visit.context.close()

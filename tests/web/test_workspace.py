"""The workspace in a real browser: each of the main tasks, on a telephone and a desk, accessible and quiet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from cutset.access.registry import Agency, Viewer
from cutset.node import Node
from cutset.web.accounts.entrance import Entrance
from tests.samples import case, marked, phone
from tests.web.browsers import chromium
from tests.web.serving import PASSWORD, on_a_port, served

pytestmark = pytest.mark.browser
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Node]]:
    """A server over a store with one case, and one deputy who may sign in."""
    from cutset import clock

    url = str(tmp_path_factory.mktemp("served") / "made.cutset")
    node = Node.create(url)
    node.register(
        Agency(id="county", name="County", country="US", contact="555 0100"),
        Agency(id="dea", name="DEA", country="US"),
        Viewer(id="deputy@county", agency="county", roles=("administrator", "auditor")),
        Viewer(id="agent@dea", agency="dea"),
    )
    node.submit(case("C-17", phone("+13125550142"), marking=marked("dea")), by="agent@dea")
    Entrance(url, clock.now).set_password("deputy@county", PASSWORD)
    with on_a_port(served(url, clock.now)) as address:
        yield address, node


class Visit:
    """A deputy in a browser, with all that the pages said and asked for."""

    def __init__(self, browser: Browser, address: str, **context: Any) -> None:
        self.address = address
        self.context: BrowserContext = browser.new_context(base_url=address, **context)
        self.context.set_default_timeout(6000)
        self.page: Page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def sign_in(self) -> Page:
        self.page.goto("/sign-in")
        self.page.get_by_label("Viewer").fill("deputy@county")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(self.address + "/")
        return self.page

    def violations(self) -> list[str]:
        # By a world of the browser's own: the page's policy lets no script in.
        self.context.new_cdp_session(self.page).send("Page.setBypassCSP", {"enabled": True})
        self.page.reload()
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")
        return [f"{each['id']}: {node['html'][:160]}" for each in found["violations"] for node in each["nodes"]]


def fill(page: Page, what: str) -> None:
    page.get_by_label("What", exact=True).fill(what)
    page.get_by_label("How much").fill("12")
    page.get_by_label("Unit or currency").fill("kg")
    page.get_by_label("Place").fill("Mile 12")
    page.get_by_label("VIN, plate").fill("(312) 555-0142")


def test_a_deputy_reports_a_seizure_on_a_telephone_and_sees_the_hit(browser: Browser, place: Any) -> None:
    visit = Visit(browser, place[0], viewport=PHONE, color_scheme="dark")
    page = visit.sign_in()
    page.get_by_role("link", name="Report a seizure").click()
    fill(page, "cocaine")
    page.get_by_text("Read as phone").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_role("button", name="Send").dblclick()
    page.wait_for_url("**/reports/*")
    assert page.get_by_text("It is in, and safe.").is_visible()
    assert "dea" in page.locator("#hits").inner_text()
    assert place[1].search("cocaine mile", viewer="deputy@county").total == 1
    assert visit.said == []
    assert all(url.startswith(place[0]) for url in visit.asked)
    visit.context.close()


def test_what_is_written_offline_is_sent_later_exactly_once(browser: Browser, place: Any) -> None:
    visit = Visit(browser, place[0], viewport=PHONE)
    page = visit.sign_in()
    page.goto("/seizure")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    visit.context.set_offline(True)
    page.goto("/seizure")
    fill(page, "heroin")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Kept on this device").wait_for()
    assert place[1].search("heroin", viewer="deputy@county").total == 0
    # The browser is closed and opened again before there is a network.
    page.close()
    page = visit.context.new_page()
    page.goto("/seizure")
    page.get_by_text("1 kept here").wait_for()
    visit.context.set_offline(False)
    page.evaluate("Promise.all([cutset.flush(), cutset.flush()])")
    page.wait_for_function("cutset.kept().then(items => items.length === 0)")
    page.goto("/")
    assert place[1].search("heroin", viewer="deputy@county").total == 1
    visit.context.close()


def test_an_investigator_judges_and_undoes(browser: Browser, place: Any) -> None:
    node = place[1]
    from tests.samples import seizure

    node.submit(seizure(phone("+13125550142"), marking=marked("county"), text="found twice"), by="deputy@county")
    visit = Visit(browser, place[0], viewport=DESK)
    page = visit.sign_in()
    page.get_by_role("link", name="Leads", exact=True).click()
    page.locator(".lead .score").first.click()
    stale = visit.context.new_page()
    stale.goto(page.url)
    page.get_by_role("button", name="Same").first.dblclick()
    page.locator(".judged").get_by_text("stands").wait_for()
    stale.get_by_role("button", name="Different").first.click()
    assert stale.get_by_text("Someone judged this since").is_visible()
    page.get_by_role("button", name="Undo").first.click()
    page.locator(".judged").get_by_text("reversed").wait_for()
    visit.context.close()


def test_results_appear_while_typing(browser: Browser, place: Any) -> None:
    visit = Visit(browser, place[0], viewport=DESK)
    page = visit.sign_in()
    page.goto("/search")
    page.get_by_label("Words").press_sequentially("C 17")
    page.locator("#results").get_by_text("Case C-17").wait_for()
    visit.context.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_fit(browser: Browser, place: Any, scheme: Any, width: int) -> None:
    visit = Visit(browser, place[0], color_scheme=scheme, viewport={"width": width, "height": 900})
    page = visit.sign_in()
    event = place[1].search("cocaine", viewer="deputy@county").hits
    lead = place[1].leads(viewer="deputy@county")
    paths = [
        "/",
        "/seizure",
        "/leads",
        "/cases",
        "/search?q=cocaine",
        "/account",
        "/registry",
        "/oversight",
        "/explain",
    ]
    paths += [f"/reports/{hit.id}" for hit in event[:1]] + [f"/leads/{each.id}" for each in lead[:1]]
    for path in paths:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert visit.violations() == [], path
    visit.context.close()


def test_a_page_loads_little_script(browser: Browser, place: Any) -> None:
    visit = Visit(browser, place[0])
    sizes: dict[str, int] = {}
    visit.page.on(
        "response",
        lambda answer: sizes.update(
            {answer.url: len(answer.body())} if answer.request.resource_type == "script" else {}
        ),
    )
    visit.sign_in()
    visit.page.goto("/seizure", wait_until="networkidle")
    assert 50_000 < sum(sizes.values()) < 100_000, "of all that the two pages ask for"
    visit.context.close()

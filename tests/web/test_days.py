"""The investigator's, planner's and targeter's days in a real browser: their main tasks, accessible, quiet and fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from cutset import clock
from cutset.node import Node
from cutset.web.accounts.entrance import Entrance
from tests.web.browsers import chromium
from tests.web.desks import DRIVER, VIN, desk
from tests.web.serving import PASSWORD, on_a_port, served

pytestmark = pytest.mark.browser
AXE = Path(__file__).parent / "vendor" / "axe.min.js"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Node]]:
    """A server over the desk's made store, where an agent and a deputy may sign in."""
    url = str(tmp_path_factory.mktemp("days") / "made.cutset")
    node = desk(url)
    for viewer in ("ann@dea", "deputy@county"):
        Entrance(url, clock.now).set_password(viewer, PASSWORD)
    with on_a_port(served(url, clock.now)) as address:
        yield address, node


class Visit:
    """Someone in a browser, with all that the pages said and asked for."""

    def __init__(self, browser: Browser, address: str, viewer: str = "ann@dea", **context: Any) -> None:
        self.address = address
        self.context: BrowserContext = browser.new_context(base_url=address, **context)
        self.context.set_default_timeout(6000)
        self.page: Page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto("/sign-in")
        self.page.get_by_label("Viewer").fill(viewer)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(address + "/")

    def violations(self) -> list[str]:
        # By a world of the browser's own: the page's policy lets no script in.
        self.context.new_cdp_session(self.page).send("Page.setBypassCSP", {"enabled": True})
        self.page.reload()
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")
        return [f"{each['id']}: {node['html'][:160]}" for each in found["violations"] for node in each["nodes"]]


def paths(node: Node) -> list[str]:
    """Every page of these people, with something on it."""
    case = node.search("Nogales", viewer="ann@dea").hits[0].id
    event = node.search("Mile 0", viewer="ann@dea").hits[0].id
    asked = node.release_requests(viewer="ann@dea")[0].id
    return [
        "/inbox",
        "/inbox?state=rejected",
        "/clocks",
        "/requests",
        f"/requests/{asked}",
        f"/leads/{node.inbox(viewer='ann@dea')[0].lead.id}",
        f"/cases/{case}",
        "/graph",
        f"/graph?of={case}&open={quote('phone:' + DRIVER)}",
        f"/graph?of={VIN}&to={quote('+13125550143')}",
        f"/compare?about={quote(case + '#0')}&about={quote(event + '#0')}",
    ]


@pytest.mark.parametrize(("scheme", "width"), [("dark", 360), ("light", 1280)])
def test_pages_are_accessible_fit_and_quiet(browser: Browser, place: Any, scheme: Any, width: int) -> None:
    address, node = place
    if not node.release_requests(viewer="ann@dea"):
        (pointer,) = node.pointers(viewer="deputy@county")
        node.request_release(pointer.id, by="deputy@county", reason="he sits here")
    visit = Visit(browser, address, color_scheme=scheme, viewport={"width": width, "height": 900})
    for path in paths(node):
        visit.page.goto(path)
        assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert visit.violations() == [], path
    assert [each for each in visit.said if "EventSource" not in each] == []
    assert all(url.startswith(address) for url in visit.asked)
    visit.context.close()


def test_an_investigator_decides_a_lead_by_keyboard_and_is_told_of_anothers_word(browser: Browser, place: Any) -> None:
    address, node = place
    visit = Visit(browser, address)
    page = visit.page
    page.goto("/inbox?state=new")
    page.locator(".unopened .ends a").first.press("Enter")
    page.get_by_text("Opened by you").wait_for()
    lead = page.url.rpartition("/")[2]
    stale = visit.context.new_page()
    stale.goto(page.url)
    page.locator("#why-decided").fill("he attends mosque there")
    page.get_by_text("may tell of religion").wait_for()
    page.locator("#why-decided").fill("our driver")
    page.get_by_role("button", name="Accept").press("Enter")
    page.locator(".decisions").get_by_text("our driver").wait_for()
    stale.locator("#why-decided").fill("sold")
    stale.get_by_role("button", name="Reject").click()
    assert stale.get_by_text("it is accepted by ann@dea").is_visible()
    assert len(node.inbox_item(lead, viewer="ann@dea").standing.decisions) == 1
    page.get_by_role("button", name="Undo").press("Enter")
    page.get_by_text("Nobody has decided yet.").wait_for()
    visit.context.close()


def test_an_investigator_expands_the_graph_finds_a_way_and_judges_two_mentions(browser: Browser, place: Any) -> None:
    address, node = place
    visit = Visit(browser, address)
    page = visit.page
    case = node.search("Nogales", viewer="ann@dea").hits[0].id
    page.goto(f"/cases/{case}")
    page.get_by_role("link", name="Explore").press("Enter")
    page.locator(".net a.selector", has_text=DRIVER).press("Enter")
    page.locator(".net a.report", has_text="seizure Mile 1").wait_for()
    page.get_by_label("To (finds").fill("(312) 555-0143")
    page.get_by_role("button", name="Show").press("Enter")
    assert "judged the same" in page.locator(".way").inner_text()
    page.goto(f"/graph?of={VIN}")
    for mention in page.locator("input[name=about]").all()[:2]:
        mention.press("Space")
    page.get_by_role("button", name="Compare").press("Enter")
    page.get_by_role("button", name="Same").press("Enter")
    page.locator(".judged").get_by_text("stands").wait_for()
    page.get_by_role("button", name="Undo").press("Enter")
    page.locator(".judged").get_by_text("reversed").wait_for()
    visit.context.close()


def test_a_package_is_downloaded_again_and_again(browser: Browser, place: Any, tmp_path: Path) -> None:
    visit = Visit(browser, place[0])
    visit.page.goto(f"/cases/{place[1].search('Nogales', viewer='ann@dea').hits[0].id}")
    visit.page.get_by_label("With a PDF").uncheck()
    visit.page.get_by_label("Discovery").check()
    for number in range(2):
        with visit.page.expect_download() as started:
            visit.page.get_by_role("button", name="Download").click()
        started.value.save_as(tmp_path / f"{number}.zip")
        with ZipFile(tmp_path / f"{number}.zip") as zipped:
            assert "package/manifest.sha256" in zipped.namelist()
    visit.context.close()

"""The investigator's, planner's and targeter's days in a real browser: their main tasks, accessible, quiet and fit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
from tests.web.plans import ITEMS, planning
from tests.web.ports import port
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
    with serving(url, desk(url), "ann@dea", "deputy@county") as found:
        yield found


@contextmanager
def serving(url: str, made: Node, *viewers: str) -> Iterator[tuple[str, Node]]:
    """A server over a store, where these viewers may sign in."""
    for viewer in viewers:
        Entrance(url, clock.now).set_password(viewer, PASSWORD)
    with on_a_port(served(url, clock.now)) as address:
        yield address, made


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Node]]:
    """A server over the planners' made store."""
    url = str(tmp_path_factory.mktemp("office") / "made.cutset")
    with serving(url, planning(url), "ben@dhs", "ann@ondcp") as found:
        yield found


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Node]]:
    """A server over the made port."""
    url = str(tmp_path_factory.mktemp("harbour") / "made.cutset")
    with serving(url, port(url), "ann@ash", "abe@ash") as found:
        yield found


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
        "/contradictions",
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
def test_an_investigators_pages_are_accessible_fit_and_quiet(
    browser: Browser, place: Any, scheme: Any, width: int
) -> None:
    address, node = place
    if not node.release_requests(viewer="ann@dea"):
        (pointer,) = node.pointers(viewer="deputy@county")
        node.request_release(pointer.id, by="deputy@county", reason="he sits here")
    tried(Visit(browser, address, color_scheme=scheme, viewport={"width": width, "height": 900}), paths(node))


@pytest.mark.parametrize(("scheme", "width"), [("dark", 360), ("light", 1280)])
def test_a_planners_pages_are_accessible_fit_and_quiet(browser: Browser, office: Any, scheme: Any, width: int) -> None:
    visit = Visit(browser, office[0], "ben@dhs", color_scheme=scheme, viewport={"width": width, "height": 900})
    visit.page.goto("/plan?period=FY+2026&agency=dhs")
    cell = visit.page.locator("a.state").first.get_attribute("href")
    assert cell is not None
    pages = ["responses", "responses/dhs", "gaps", "gaps?split=area", "funds", "registers", "publications"]
    tried(visit, ["/plan?period=FY+2026&agency=dhs", cell, *(f"/plan/{each}" for each in pages)])


@pytest.mark.parametrize(("scheme", "width"), [("dark", 360), ("light", 1280)])
def test_a_targeters_pages_are_accessible_fit_and_quiet(
    browser: Browser, harbour: Any, scheme: Any, width: int
) -> None:
    visit = Visit(browser, harbour[0], "ann@ash", color_scheme=scheme, viewport={"width": width, "height": 900})
    one = harbour[1].ranked_targets(viewer="ann@ash", limit=1)[0].id
    tried(visit, ["/targets?on=all&capacity=8", "/targets", f"/targets/{one}", "/targets/rules"])


def tried(visit: Visit, pages: list[str]) -> None:
    """Each page fits its window, breaks no rule of WCAG 2.2 AA, says nothing, and asks no other server."""
    for path in pages:
        visit.page.goto(path)
        assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert visit.violations() == [], path
    assert [each for each in visit.said if "EventSource" not in each] == []
    assert all(url.startswith((visit.address, "blob:")) for url in visit.asked)
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


def test_a_planner_takes_over_what_the_log_tells_signs_and_submits(browser: Browser, office: Any) -> None:
    visit = Visit(browser, office[0], "ben@dhs")
    page = visit.page
    page.goto("/plan/responses/dhs")
    page.locator("button.take", has_text="Takes part in Border team").press("Enter")
    assert "with 12 people" in page.locator("#item-task-forces").input_value()
    for item in ITEMS:
        if not page.locator(f"#item-{item}").input_value():
            page.locator(f"#item-{item}").fill("As last year.")
    page.get_by_role("button", name="Sign off").press("Enter")
    page.get_by_text("Signed by ben@dhs").wait_for()
    page.get_by_role("button", name="Submit", exact=True).press("Enter")
    page.get_by_text("Submitted. Its readers see it now.").wait_for()
    reader = Visit(browser, office[0], "ann@ondcp")
    reader.page.goto("/plan/responses")
    reader.page.locator("summary", has_text="task-forces").press("Enter")
    assert "with 12 people" in reader.page.locator("details[open]").last.inner_text()
    assert "script" not in "".join(visit.said + reader.said)
    reader.context.close()
    visit.context.close()


def test_a_targeter_decides_and_records_by_keyboard_alone(browser: Browser, harbour: Any) -> None:
    address, node = harbour
    visit = Visit(browser, address, "ann@ash")
    page, keys = visit.page, visit.page.keyboard
    page.goto("/targets?on=all&capacity=8&random=0")
    page.get_by_role("button", name="Work by keyboard").press("Enter")
    ids = page.locator("#targets > li").evaluate_all("rows => rows.map(row => row.id)")
    keys.press("?")
    assert page.get_by_role("dialog").get_by_text("release; needs a reason").is_visible()
    keys.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    for pressed, state in (("i", "inspect"), ("f", "examined")):
        keys.press(pressed)
        page.locator(f"#targets > li:nth-child(1)[data-state={state}]").wait_for()
        page.wait_for_function("id => document.activeElement.id === id", arg=ids[0])
    keys.press("j")
    keys.press("r")
    assert str(node.target(ids[1], viewer="ann@ash").state) == "open"
    keys.press("1")
    page.locator("#targets > li:nth-child(2)[data-state=release]").wait_for()
    assert "papers explain it" in page.locator("#targets > li:nth-child(2)").inner_text()
    # Another was quicker with the third: nothing is recorded, and the row says who it was.
    node.decide_target(ids[2], "inspect", by="abe@ash")
    page.wait_for_function("id => document.activeElement.id === id", arg=ids[1])
    keys.press("j")
    keys.press("3")
    keys.press("e")
    page.locator("#targets > li:nth-child(3) .problem").get_by_text("abe@ash decided").wait_for()
    assert str(node.target(ids[2], viewer="ann@ash").state) == "inspect"
    keys.press("k")
    assert page.evaluate("document.activeElement.id") == ids[1]
    # In a field, a letter is a letter.
    page.locator("#targets > li:nth-child(4) [name=reason]").press_sequentially("irk")
    assert str(node.target(ids[3], viewer="ann@ash").state) == "open"
    assert [each for each in visit.said if "EventSource" not in each] == []
    visit.context.close()

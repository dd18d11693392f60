"""The offices in a real browser: the tasks of auditor, officer, custodian and administrator, on any width."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import Browser, Page

from cutset import clock
from cutset.access.registry import Agency, Group, Key, PointerRule, Viewer
from cutset.log.heads import public_hex
from cutset.model.exhibit import Collected, ExhibitKind, Sealed, SealState
from cutset.model.marking import Tlp
from cutset.node import Node
from cutset.web.accounts import sessions
from cutset.web.accounts.entrance import Entrance
from cutset.web.workspace import workspace
from tests.evidence.making import grams, key_of
from tests.oversight.test_retention import intelligence
from tests.samples import case, marked, phone, seizure
from tests.web.browsers import chromium
from tests.web.serving import PASSWORD, on_a_port, served
from tests.web.test_workspace import Visit

pytestmark = pytest.mark.browser
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
BREAKING = "<img src=x onerror=alert(1)> & a name that is rather long for a page"


class Clock:
    """The time, some of it passed already."""

    def __init__(self) -> None:
        self.ahead = timedelta(days=-5 * 366)

    def __call__(self) -> Any:
        return clock.now() + self.ahead


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


class Place:
    """A server over a store with something for each office to do."""

    def __init__(self, folder: Path) -> None:
        self.time = Clock()
        url = str(folder / "made.cutset")
        self.node = node = Node.create(url, clock=self.time)
        key = lambda name: (Key(key=public_hex(key_of(name)), since=self.time()),)  # noqa: E731
        node.register(
            Agency("ash", name="Ash Valley Sheriff", country="US", contact="555 0100"),
            Agency("birch", name=BREAKING, country="US", pointers=(PointerRule(Tlp.AMBER, les=True),)),
            Viewer("root@ash", "ash", roles=("administrator",), name="Root"),
            Viewer("aud@birch", "birch", roles=("auditor",)),
            Viewer("officer@ash", "ash", roles=("privacy-officer",)),
            Viewer("ann@ash", "ash", keys=key("ann"), name=BREAKING),
            Viewer("bob@birch", "birch", keys=key("bob")),
            Group("task-force", name="Task force", members=("agency:ash", "viewer:bob@birch")),
        )
        self.overdue = node.submit(intelligence("1"), by="ann@ash").id
        self.kept = node.submit(intelligence("2"), by="ann@ash").id
        self.time.ahead = timedelta(hours=-3)
        self.keys = {}
        for name in ("ann", "bob"):
            self.keys[name] = folder / f"{name}.key"
            self.keys[name].write_bytes(key_of(name).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        self.event = node.submit(seizure(phone("+13125550142"), marking=marked("ash")), by="ann@ash").id
        self.case = node.submit(case("C-1", marking=marked("birch")), by="bob@birch").id
        node.report(self.event, viewer="bob@birch")
        self._custody()
        self.time.ahead = timedelta()
        made = served(url, self.time)
        self.engine = workspace(made).entrance.engine
        Entrance(url, self.time).set_password("bob@birch", PASSWORD)
        self.made = made
        self.address = ""

    def _custody(self) -> None:
        """One chain in which nothing is wrong, and one in which much is."""
        node, photo = self.node, self.keys["ann"].with_name("photo.png")
        photo.write_bytes(b"\x89PNG\r\n\x1a\n" + b"made")
        for number in ("7", "8"):
            done = Collected(kind=ExhibitKind.DRUG, event=self.event, description="brick, wrapped in brown tape",
                             net=grams("1000.5", "0.2"))  # fmt: skip
            node.act(number, done, by="ann@ash", key=self.keys["ann"], seal=f"A{number}", files=[photo])
            self.time.ahead += timedelta(minutes=10)
        node.offer("ash/8", "bob@birch", by="ann@ash", key=self.keys["ann"], seal="A8", purpose="examination")
        self.time.ahead += timedelta(minutes=10)
        node.act("ash/8", Sealed(seal="X1", replaces="A8"), by="bob@birch", key=self.keys["bob"],
                 seal_state=SealState.BROKEN)  # fmt: skip
        self.time.ahead += timedelta(minutes=10)
        node.offer("ash/8", "carl@elm", by="root@ash", seal="X1")
        node.request_examination(["ash/7"], "birch", by="ann@ash")

    def visit(self, browser: Browser, viewer: str, **context: Any) -> Visit:
        """A viewer who is signed in, in a browser of their own."""
        begun = sessions.begin(self.engine, viewer, "investigation", self.time())
        visit = Visit(browser, self.address, **context)
        visit.context.add_cookies([{"name": "cutset", "value": begun.secret, "url": self.address}])
        return visit


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    found = Place(tmp_path_factory.mktemp("offices"))
    with on_a_port(found.made) as address:
        found.address = address
        yield found


PAGES = {
    "aud@birch": ["/oversight", "/oversight/audit", "/oversight/seen?report={event}", "/oversight/use",
                  "/registry/changes", "/registry/rules", "/registry/health"],
    "officer@ash": ["/oversight", "/oversight/review", "/oversight/audit?of=nobody"],
    "ann@ash": ["/exhibits", "/exhibits/one?name=ash/7", "/exhibits/one?name=ash/8", "/exhibits/findings",
                "/exhibits/laboratory", "/exhibits/collect?event={event}", "/exhibits/act?name=ash/7&do=transfer",
                "/exhibits/act?name=ash/7&do=split", "/reports/{event}", "/reports/{event}/disputes",
                "/reports/{event}/given"],
    "bob@birch": ["/exhibits/accept", "/exhibits/one?name=ash/8"],
    "root@ash": ["/registry", "/registry/agency?id=birch", "/registry/agency", "/registry/viewer?id=ann@ash",
                 "/registry/viewer", "/registry/group?id=task-force", "/registry/agreements",
                 "/registry/changes", "/registry/health", "/exhibits/collect"],
}  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light"), (1280, "dark")])
@pytest.mark.parametrize("viewer", PAGES)
def test_pages_are_accessible_fit_and_run_nothing(
    browser: Browser, place: Place, viewer: str, width: int, scheme: Any
) -> None:
    visit = place.visit(browser, viewer, color_scheme=scheme, viewport={"width": width, "height": 900})
    visit.page.on("dialog", lambda dialog: (visit.said.append(dialog.message), dialog.dismiss()))
    for path in PAGES[viewer]:
        address = path.format(event=place.event)
        answer = visit.page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
        assert visit.violations() == [], address
    # A made photograph of four letters is none; what it says of that is no fault of the page.
    assert [each for each in visit.said if "photo" not in each] == []
    assert all(url.startswith(place.address) for url in visit.asked)
    visit.context.close()


def test_an_auditor_searches_and_verifies_by_keyboard(browser: Browser, place: Place) -> None:
    visit = place.visit(browser, "aud@birch", viewport=DESK)
    page = visit.page
    page.goto("/oversight/audit")
    page.get_by_label("Viewer").press_sequentially("bob@birch")
    page.get_by_label("Report, by id").press_sequentially(place.event)
    page.keyboard.press("Enter")
    page.wait_for_url("**/oversight/audit?*of=bob*")
    assert page.locator(".looks .row").count() >= 1
    assert set(page.locator(".looks .row b").all_inner_texts()) == {"bob@birch"}
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download as CSV").press("Enter")
    assert taken.value.suggested_filename == "looks.csv"
    page.goto("/oversight")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download the head").press("Enter")
    page.get_by_label("The head's file").set_input_files(taken.value.path())
    page.get_by_role("button", name="Verify against it").press("Enter")
    page.get_by_text("It still holds everything that the given head signed").wait_for()
    page.get_by_role("button", name="Begin", exact=True).press("Enter")
    # The page follows it by itself, and stops asking when it has ended.
    page.locator("#check td", has_text="yes").first.wait_for(timeout=30_000)
    page.locator("#check", has_text="Ended").wait_for(timeout=30_000)
    assert page.locator("#check[hx-trigger]").count() == 0
    assert page.locator("#check tbody tr").count() == page.locator("#check td", has_text="yes").count()
    assert visit.violations() == []
    assert visit.said == []
    visit.context.close()


def test_an_officer_keeps_one_and_purges_another_in_two_steps(browser: Browser, place: Place) -> None:
    visit = place.visit(browser, "officer@ash", viewport=PHONE)
    page = visit.page
    page.goto("/oversight/review")
    assert page.get_by_text("overdue", exact=True).count() == 2
    page.locator(f'input[value="{place.kept}"]').check()
    page.get_by_label("Reason").fill("validated by the controlled delivery of 9 June")
    page.get_by_role("button", name="Keep").click()
    page.get_by_text("1 renewed").wait_for()
    page.locator(f'input[value="{place.overdue}"]').check()
    page.get_by_label("Reason").fill("attends mosque; not validated")
    page.get_by_text("may tell of religion").wait_for()
    page.get_by_label("Reason").fill("not validated within five years")
    page.get_by_role("button", name="Purge what is overdue").click()
    page.get_by_role("heading", name="Purge 1 for good?").wait_for()
    assert place.node.report(place.overdue, viewer="ann@ash") is not None
    page.get_by_role("button", name="Purge for good").dblclick()
    page.get_by_text("1 purged for good").wait_for()
    assert place.node.report(place.overdue, viewer="ann@ash") is None
    assert place.node.report(place.kept, viewer="ann@ash") is not None
    visit.context.close()


def sign(page: Page, key: Path) -> None:
    page.get_by_label("Your key's file").set_input_files(key)
    page.locator("#signed").get_by_text("Signed.").wait_for()
    page.get_by_role("button", name="Enter it").click()
    page.get_by_text("It is entered, and safe.").wait_for()


def test_a_transfer_is_signed_in_two_browsers_and_no_key_leaves_them(browser: Browser, place: Place) -> None:
    ann, bob = (place.visit(browser, viewer, viewport=PHONE) for viewer in ("ann@ash", "bob@birch"))
    bodies: list[bytes] = []
    for visit in (ann, bob):
        visit.page.on("request", lambda request: bodies.append(request.post_data_buffer or b""))
    ann.page.goto(f"/exhibits/collect?event={place.event}")
    ann.page.get_by_label("Number, as your agency gives it").fill("9")
    ann.page.get_by_label("Net mass, g").fill("12.5 ± 0.1")
    ann.page.get_by_label("Seal that it bears").fill("A9")
    ann.page.get_by_label("Photographs").set_input_files([{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"x"}])
    ann.page.locator("#hashes").get_by_text("a.jpg: SHA-256 2d711642").wait_for()
    ann.page.get_by_role("button", name="Go on to sign").click()
    # Another's key is told to be another's, before anything is sent.
    ann.page.get_by_label("Your key's file").set_input_files(place.keys["bob"])
    ann.page.get_by_text("That is another key").wait_for()
    sign(ann.page, place.keys["ann"])
    ann.page.get_by_role("link", name="Pass it on").click()
    ann.page.get_by_label("Who gets it").fill("bob@birch")
    ann.page.get_by_role("button", name="Go on to sign").click()
    sign(ann.page, place.keys["ann"])
    assert ann.page.get_by_text("has not signed").count() >= 1
    bob.page.goto("/exhibits/one?name=ash/9")
    bob.page.get_by_role("link", name="Sign it").click()
    bob.page.get_by_label("How you found the seal").select_option("intact")
    bob.page.get_by_role("button", name="Go on to sign").click()
    sign(bob.page, place.keys["bob"])
    assert bob.page.get_by_text("Nothing is wrong with this chain").is_visible()
    chain = place.node.custody("ash/9", viewer="ann@ash")
    assert (chain.findings, chain.exhibit.holder) == ((), "bob@birch")
    for name in ("ann", "bob"):
        secret = key_of(name).private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        pem = place.keys[name].read_bytes().splitlines()[1]
        assert not any(secret in body or secret.hex().encode() in body or pem in body for body in bodies)
    assert [each for visit in (ann, bob) for each in visit.said] == []
    for visit in (ann, bob):
        visit.context.close()


def test_a_page_forgets_who_was_made_inactive(browser: Browser, place: Place) -> None:
    root = place.visit(browser, "root@ash", viewport=DESK)
    place.node.register(Viewer("gone@ash", "ash"))
    gone = place.visit(browser, "gone@ash", viewport=DESK)
    gone.page.goto(f"/reports/{place.event}")
    gone.page.goto("/exhibits")
    root.page.goto("/registry")
    root.page.get_by_role("link", name="gone@ash").click()
    root.page.get_by_label("Active.").uncheck()
    root.page.get_by_label("Reason, for the record; it names").fill("left the agency")
    root.page.get_by_role("button", name="Record the change").click()
    root.page.get_by_text("gone@ash is as you said").wait_for()
    # The page is told, and leaves by itself what it showed.
    gone.page.wait_for_url("**/sign-in*")
    gone.page.go_back()
    gone.page.wait_for_url("**/sign-in*")
    assert "Balboa" not in gone.page.content()
    (change, *_) = place.node.registry_changes(viewer="root@ash", of="gone@ash")
    assert (change.by, change.reason) == ("root@ash", "left the agency")
    for visit in (root, gone):
        visit.context.close()

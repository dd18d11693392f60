"""The seizure form on a telephone: nothing covers "Send", and what is typed is checked, without a network too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from cutset.model.mention import SelectorKind as K
from cutset.model.selector import read
from tests.model.test_selector import UNVERIFIED, VERIFIED
from tests.web.browsers import chromium
from tests.web.test_seizure_form import READ, UNREAD
from tests.web.test_workspace import PHONE, Visit, fill, place

pytestmark = pytest.mark.browser
__all__ = ["place"]
ON_THE_DEVICE = (K.CONTAINER, K.POSTAL_ITEM, K.UPS_PARCEL, K.USPS_PARCEL, K.VIN, K.IMO)
LEFT_TO_THE_SERVER = (
    "RA473124829ZZ",  # whether there is such a country
    "WVWZZZ1JZXW000001",  # what makers elsewhere write
    # which of two ZIP codes stands before it
    "4201002334249200190132607600833457",
    "4201028200009261290113185417468510",
    "4202215392748931507708513018050063",
)
COVERED = """() => [0, document.body.scrollHeight].map((top) => {
  scrollTo(0, top);
  const {left, width, top: upper, height} = document.getElementById("send").getBoundingClientRect();
  return [0.1, 0.5, 0.9].map((part) => document.elementFromPoint(left + part * width, upper + height / 2).id);
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser, place: Any) -> Iterator[Page]:
    visit = Visit(browser, place[0], viewport=PHONE)
    visit.sign_in()
    visit.page.goto("/seizure")
    yield visit.page
    visit.context.close()


def test_what_is_kept_covers_neither_send_nor_the_end_of_a_page(page: Page, place: Any) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto("/seizure")
    for what in ("mescaline", "kratom"):
        fill(page, what)
        page.get_by_role("button", name="Send").click()
        page.get_by_text("Kept on this device").wait_for()
    page.get_by_text("2 kept here").wait_for()
    assert page.evaluate(COVERED) == [["send"] * 3] * 2
    assert page.locator("#queue").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    # Elsewhere it hangs over the page, whose end can still be moved out from under it.
    page.goto("/seizure/kept")
    page.get_by_text("2 kept here").wait_for()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    last = page.get_by_role("button", name="Take off").last.bounding_box()
    queue = page.locator("#queue").bounding_box()
    assert last
    assert queue
    assert last["y"] + last["height"] <= queue["y"]
    page.context.set_offline(False)
    page.evaluate("Promise.all([cutset.flush(), cutset.flush()])")
    # The second has a time of its own, though it was written in the form that the first had emptied.
    assert page.evaluate("cutset.kept()") == []
    assert place[1].search("kratom", viewer="deputy@county").total == 1


def test_an_amount_is_checked_as_it_is_typed_and_as_the_server_reads_it(page: Page) -> None:
    page.get_by_label("How much").fill("a dozen")
    page.get_by_label("Unit or currency").focus()
    expect(page.locator("#amount_0-wrong")).to_have_text(
        "How much: “a dozen” is no amount. Type a number, as 2.5, and its unit beside it"
    )
    assert page.locator("#amount_0").get_attribute("aria-describedby") == "amount_0-wrong"
    page.get_by_label("How much").fill("about 3 lbs")
    page.get_by_label("Unit or currency").focus()
    expect(page.locator("#amount_0-wrong")).to_have_text("")
    assert page.locator("#amount_0").get_attribute("aria-invalid") is None
    texts = [much for much, *_ in READ] + UNREAD
    taken = page.evaluate("texts => texts.filter(each => cutset.typed.amount(each))", texts)
    # That 1 2 3 parts no thousands the server says.
    assert [each for each in texts if each not in taken] == [each for each in UNREAD if each != "1 2 3"]
    assert page.evaluate("cutset.typed.amount('about $5,000', true) && !cutset.typed.amount('$5,000')")


def test_identifiers_are_checked_on_the_device_as_the_server_checks_them(page: Page) -> None:
    samples = [(kind, written) for kind, written, *_ in [*VERIFIED, *UNVERIFIED] if kind in ON_THE_DEVICE]
    asked = [[written, kind.value] for kind, written in samples]
    found = page.evaluate("asked => asked.map(([written, kind]) => cutset.typed.identifier(written, kind))", asked)
    for (kind, written), each in zip(samples, found, strict=True):
        known = read(kind, written)
        if written in LEFT_TO_THE_SERVER:
            continue
        assert each == ({"kind": kind.value, "value": known.value} if known.verified else None), written


def test_without_a_network_an_identifier_is_checked_or_said_not_to_be(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto("/seizure")
    page.locator("#ident_0").fill("csqu 305438-3")
    expect(page.locator("#read_0")).to_have_text("Read on this device as iso6346 CSQU3054383")
    page.locator("#ident_0").fill("csqu 305438-4")
    expect(page.locator("#read_0")).to_contain_text("Not checked: the server could not be asked")
    page.get_by_role("button", name="More", exact=True).click()
    page.locator("#ident_1").fill("1M8GDM9AXKP042788")
    expect(page.locator("#read_1")).to_have_text("Read on this device as vin 1M8GDM9AXKP042788")
    page.context.set_offline(False)
    page.locator("#ident_1").fill("ABC 1234")
    expect(page.locator("#read_1")).to_contain_text("give it, as TX")
    # Its State, once it is named, is read with it.
    page.locator("#issuer_1").fill("Texas")
    page.locator("#issuer_1").blur()
    expect(page.locator("#read_1")).to_contain_text("US-TX:ABC1234 (Texas)")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

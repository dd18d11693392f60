"""An open page in a real browser: what is new appears without a reload, and what may no longer be shown goes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from cutset.access.registry import Viewer
from cutset.clock import now
from cutset.model.marking import Tlp
from cutset.web.accounts import sessions
from cutset.web.workspace import workspace
from tests.samples import case, marked, phone, private, seizure
from tests.web.browsers import chromium
from tests.web.serving import on_a_port, served
from tests.worlds import Store

pytestmark = pytest.mark.browser
SECRET = "b" * 43


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def test_an_open_page_is_told_and_forgets(browser: Browser, store: Store) -> None:
    store.submit(case("C-1", phone("+15551230001"), marking=private("birch")))
    made, said = served(store.url, now), []
    sessions.begin(workspace(made).entrance.engine, "ann@birch", "investigation", now(), secret=SECRET)
    with on_a_port(made) as address:
        context = browser.new_context(base_url=address)
        context.add_cookies([{"name": "cutset", "value": SECRET, "url": address}])
        first, second = context.new_page(), context.new_page()
        for page in (first, second):
            page.on("pageerror", lambda error: said.append(str(error)))
            page.goto("/cases")
        form = context.new_page()
        form.goto("/seizure")
        form.fill("#place", "Mile 7")
        first.wait_for_function("() => navigator.locks.query().then((all) => all.held.length === 1)")
        for _ in range(200):
            if len(made.state.streams):
                break
            first.wait_for_timeout(50)
        assert len(made.state.streams) == 1, "the tabs share one stream"
        store.submit(seizure(phone("+15551230001"), marking=marked("ash", tlp=Tlp.GREEN)))
        for page in (first, second):
            page.wait_for_selector("#news a", state="visible", timeout=20_000)
            assert page.locator("#news a").inner_text() == "1 new lead"
        assert second.locator("#main").inner_text().count("C-1") == 1
        store.log.register(Viewer(id="ann@birch", agency="birch", active=False))
        for page in (first, second):
            page.wait_for_url("**/sign-in*", timeout=20_000)
            assert "C-1" not in page.content()
        assert form.input_value("#place") == "Mile 7", "what one has typed is one's own, and stays"
        assert said == []
        context.close()

"""What a request asks of the database: bounds that a page cannot pass unnoticed.

The counts do not depend on the machine. One that must grow is raised here, with the reason in the commit. What a view
reads of its own tables is not counted: that is the view's, and depends on what is linked to what.
"""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from tests.log.test_moment import counted
from tests.samples import case, marked, phone, seizure
from tests.web.serving import client, csrf, served
from tests.worlds import Store

MOST = {"/": 10, "/leads": 10, "/reports/{}": 16, "/search?q=cocaine": 10, "/api/v1/search?q=coc": 8, "/seizure": 1}
"""Statements of each page, with the seven or eight that write down the look; a report's read two for its disputes."""
MOST_OF_A_SUBMISSION = 31
OF_VIEWS = re.compile(r"\b(link|search|desk|plan|dispute|evidence|target)_")
REGISTRY, CURSORS = "log_notice.what = ?", "log_view.forget_n"
FORM = {"when": "2024-12-31T10:00", "tlp": "TLP:GREEN", "what_0": "cocaine", "amount_0": "3", "unit_0": "kg",
        "place": "Mile 7", "ident_0": "+1 312 555 0142", "thing_0": "person", "role_0": "subject"}  # fmt: skip


def of_the_server(said: list[str]) -> list[str]:
    return [each for each in said if not OF_VIEWS.search(each)]


@pytest.fixture
def ann(store: Store) -> TestClient:
    store.submit(case("C-1", phone("+13125550142"), marking=marked("birch")))
    return client(served(store.url), "ann@ash")


def test_a_page_asks_little_and_nothing_twice(store: Store, ann: TestClient) -> None:
    event = store.submit(seizure(phone("+13125550142"), marking=marked("ash")))
    for path, most in MOST.items():
        address = path.format(event)
        # The first time makes the indexes that the page reads.
        assert ann.get(address).status_code == 200
        with counted(store.link.engine) as said:
            assert ann.get(address).status_code == 200
        own = of_the_server(said)
        assert len(own) <= most, f"{path} sends {len(own)} statements:\n" + "\n".join(own)
        assert sum(REGISTRY in each for each in said) <= 1, f"{path} asks twice who there is"
        assert sum(CURSORS in each for each in said) <= 1, f"{path} asks twice how far its views have come"


def test_a_submission_asks_little(store: Store, ann: TestClient) -> None:
    def send(key: int) -> int:
        form = FORM | {"csrf": csrf(), "key": f"00000000-0000-4000-8000-{key:012d}", "amount_0": str(key)}
        return ann.post("/seizure", data=form, headers={"accept": "application/json"}).status_code

    assert send(1) == 201
    with counted(store.link.engine) as said:
        assert send(2) == 201
    own = of_the_server(said)
    assert len(own) <= MOST_OF_A_SUBMISSION, f"{len(own)} statements:\n" + "\n".join(own)
    assert sum("INSERT INTO log_head" in each for each in said) == 2, "one commit for the report, one for the look"

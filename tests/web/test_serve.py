"""The looks of a request are one commit, and are written before its answer; a report that is in is said to be in."""

from __future__ import annotations

from typing import Any

import pytest

from cutset.log.errors import StoreFull
from cutset.log.store import Log
from cutset.node import Node
from cutset.web.workspace import workspace
from tests.samples import case, phone, seizure
from tests.web.serving import client, csrf, served
from tests.worlds import Store

KEY = "3b241101-e2bb-4255-8caf-4136c566a962"


@pytest.fixture
def event(store: Store) -> str:
    store.submit(case("C-1", phone("+15551230001")))
    return store.submit(seizure(phone("+15551230001")))


def test_a_page_is_one_commit_of_many_looks(store: Store, event: str) -> None:
    ann = client(served(store.url), "ann@ash")
    before = store.log.head()
    assert ann.get(f"/reports/{event}").status_code == 200
    head = store.log.head()
    assert head.previous == before.size
    assert head.size > before.size + 2
    assert store.log.verify(head).ok


def test_what_asks_for_nothing_of_the_store_writes_nothing(store: Store) -> None:
    ann = client(served(store.url), "ann@ash")
    before = store.log.head()
    for path in ("/healthz", "/static/app.css", "/seizure/check?ident_0=x", "/seizure/near?name_0=x", "/no/such/page"):
        ann.get(path)
    assert store.log.head() == before


def test_nothing_is_shown_where_the_look_cannot_be_recorded(
    store: Store, event: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = served(store.url)
    ann = client(made, "ann@ash")

    def full(*_: Any) -> None:
        raise StoreFull("there is no room left", where="the disk", remedy="make room")

    monkeypatch.setattr(Log, "looked", full)
    for path in (f"/reports/{event}", f"/api/v1/reports/{event}"):
        answer = ann.get(path)
        assert answer.status_code == 503
        assert "5551230001" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
    monkeypatch.undo()
    assert ann.get(f"/reports/{event}").status_code == 200


def filled() -> dict[str, str]:
    return {"key": KEY, "csrf": csrf(), "what_0": "cocaine", "amount_0": "12", "unit_0": "kg", "place": "Mile 12",
            "when": "2024-12-31T10:00", "tlp": "TLP:GREEN"}  # fmt: skip


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_seizure_that_is_in_is_said_to_be_in(store: Store, accept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = client(served(store.url), "ann@ash")

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Node, "answers", broken)
    answer = ann.post("/seizure", data=filled(), headers={"accept": accept})
    assert answer.status_code in (200, 201), answer.text
    if accept == "text/html":
        assert "It is in, and safe" in answer.text
    else:
        assert workspace(ann.app).node.report(answer.json()["id"], viewer="ann@ash") is not None  # type: ignore[arg-type]
    monkeypatch.undo()
    again = ann.post("/seizure", data=filled(), headers={"accept": "application/json"})
    assert (again.status_code, again.json()["held"]) == (200, True)

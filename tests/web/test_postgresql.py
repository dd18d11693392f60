"""The server on PostgreSQL: what it finds and answers is what it finds and answers on SQLite."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, Phase, given, settings

from cutset.clock import now
from cutset.link.search.index import SearchIndex
from cutset.link.search.query import search
from cutset.log.database import forget_engine
from cutset.model.report import Kind
from cutset.web.accounts import tokens
from cutset.web.accounts.entrance import Entrance, Outcome
from cutset.web.accounts.tokens import Scope
from tests.samples import case, phone, private, seizure
from tests.test_non_interference import everything
from tests.web.serving import PASSWORD, Hours, client, csrf, served
from tests.web.test_rights import requests, shown
from tests.worlds import AGENCIES, VIEWERS, Step, Store, build, worlds

QUESTIONS = ("", "perez", "juan p", "peres", "cocaina", "lancha rapida", "c-1", "ñandu", "1555", "a'b", "%", "\x00x")

# A world is a database: to shrink one that fails would take minutes.
TRIED = settings(
    deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=(Phase.explicit, Phase.generate)
)


def both(steps: list[Step], folder: Path, url: str) -> tuple[Store, Store]:
    """The same world in an SQLite file and in a PostgreSQL database."""
    return build(folder, steps)[0], build(folder, steps, url=url)[0]


def found(store: Store) -> list[Any]:
    index, answers = store.index(SearchIndex), []
    for viewer, asked, kinds in product(VIEWERS, QUESTIONS, ((), (Kind.SEIZURE,))):
        rights = store.log.rights(viewer.id)
        answers.append(search(index, rights, asked, kinds=kinds, limit=5))
        answers.append(search(index, rights, asked, kinds=kinds, limit=2, offset=1, originator=AGENCIES[0].id))
    return answers


def test_a_search_finds_the_same(postgresql_database: Callable[[], AbstractContextManager[str]]) -> None:
    @settings(TRIED, max_examples=3)
    @given(worlds())
    def same(steps: list[Step]) -> None:
        with tempfile.TemporaryDirectory() as folder, postgresql_database() as url:
            file, database = both(steps, Path(folder), url)
            assert found(database) == found(file)

    same()


def test_every_page_answers_the_same(postgresql_database: Callable[[], AbstractContextManager[str]]) -> None:
    @settings(TRIED, max_examples=2)
    @given(worlds())
    def same(steps: list[Step]) -> None:
        with tempfile.TemporaryDirectory() as folder, postgresql_database() as url:
            file, database = both(steps, Path(folder), url)
            asked = everything(file)
            some = [*asked.reports[:3], "r-x"]
            addresses = list(requests({"reports": some, "cases": some, "leads": [*asked.leads[:2], "l-x"]}))
            for viewer in VIEWERS[:2]:
                assert shown(database.url, viewer.id, addresses) == shown(file.url, viewer.id, addresses)

    same()


def test_accounts_tokens_and_submissions(postgresql_url: str) -> None:
    store, hours = Store(postgresql_url), Hours()
    store.submit(case("C-1", phone("+15551230001"), marking=private("birch")))
    entrance = Entrance(postgresql_url, hours)
    entrance.set_password("ann@ash", PASSWORD)
    assert [entrance.try_in("ann@ash", "no such words", "", "a")[0] for _ in range(5)] == [Outcome.WRONG] * 4 + [
        Outcome.WAIT
    ]
    hours.pass_(seconds=2)
    made = served(postgresql_url, hours)
    anyone = client(made)
    answer = anyone.post("/sign-in", data={"viewer": "ann@ash", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert anyone.get("/").status_code == 200
    _, secret = tokens.make(entrance.engine, "ann@ash", "feed", tuple(Scope), "investigation", 1, hours())
    program = client(made)
    program.headers["authorization"] = f"Bearer {secret}"
    body = msgspec.json.encode(seizure(phone("+15551230001")))
    sent = [program.post("/api/v1/reports", content=body, headers={"idempotency-key": "k-000001"}) for _ in range(2)]
    assert [each.status_code for each in sent] == [201, 200]
    assert sent[0].json()["id"] == sent[1].json()["id"]
    ann = client(made, "ann@ash")
    form = {"purpose": "audit", "csrf": csrf()}
    assert ann.post("/purpose", data=form).status_code == 303


def test_two_servers_share_sessions_and_reports(postgresql_url: str) -> None:
    Store(postgresql_url)
    one = client(served(postgresql_url, now), "ann@ash")
    other = client(served(postgresql_url, now))
    other.cookies.update(one.cookies)
    body = msgspec.json.encode(seizure(phone("+15551230001"), text="lancha rapida"))
    headers = {"idempotency-key": "k-000001", "x-csrf": csrf()}
    sent = one.post("/api/v1/reports", content=body, headers=headers)
    assert other.get("/api/v1/search?q=lancha").json()["hits"][0]["id"] == sent.json()["id"]
    assert other.post("/sign-out", data={"csrf": csrf()}).status_code == 303
    assert one.get("/").status_code == 303
    forget_engine(postgresql_url)

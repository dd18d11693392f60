"""Whatever is asked, the server answers, and never with a failure of its own: by its own description, and beyond it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from cutset.web.accounts import tokens
from cutset.web.accounts.tokens import Scope
from cutset.web.workspace import workspace
from tests.samples import case, phone, seizure
from tests.web.serving import client, csrf, served
from tests.web.test_rights import paths
from tests.worlds import Store

QUICK = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)


@pytest.fixture(scope="module")
def made() -> Iterator[FastAPI]:
    """A server over a small store."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(str(Path(folder) / "store.cutset"))
        store.submit(case("C-1", phone("+15551230001")))
        store.submit(seizure(phone("+15551230001"), text="lancha rapida"))
        yield served(store.url, upload_bytes=1 << 20)


@pytest.fixture(scope="module")
def ann(made: FastAPI) -> TestClient:
    return client(made, "ann@ash")


def test_what_the_description_allows_is_answered(made: FastAPI) -> None:
    space = workspace(made)
    _, secret = tokens.make(space.entrance.engine, "ann@ash", "fuzz", tuple(Scope), "investigation", 1, space.clock())
    # Not by Schemathesis' own plugin for pytest, which is behind the pytest in use.
    described = schemathesis.openapi.from_asgi("/api/v1/openapi.json", made)
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) > 8
    for operation in operations:

        @settings(QUICK, max_examples=12)
        @given(asked=operation.as_strategy())
        def ask(asked: Any) -> None:
            answer = asked.call(headers={"authorization": f"Bearer {secret}"})
            assert answer.status_code < 500, answer.text

        ask()


TEXT = st.text(st.characters(codec="utf-8"), max_size=60) | st.sampled_from(
    ["", "\x00", "../../etc/passwd", "-1", "9" * 40, "1e999", "NaN", "'; DROP TABLE log_leaf; --", "<script>", "%00"]
)


@QUICK
@given(data=st.data())
def test_every_route_answers_any_question_and_any_form(made: FastAPI, ann: TestClient, data: st.DataObject) -> None:
    # A stream of events does not end by itself, and says that it is full: `test_events` asks those.
    path = data.draw(st.sampled_from(sorted(paths(made) - {"/sign-out", "/account/password", "/events"})))
    filled = re.sub(r"\{.*?\}", lambda _: re.sub(r"[/?#\s]|[^\x21-\x7e]", "x", data.draw(TEXT)) or "x", path)
    names = ("q", "after", "offset", "limit", "kind", "viewer", "report", "key", "about", "verdict", "of", "purpose",
             "period", "what_0", "amount_0", "when", "tlp", "latitude", "secret", "days", "to", "password",
             "go", "post", "since", "name", "reason")  # fmt: skip
    fields = data.draw(st.dictionaries(st.sampled_from(names), TEXT, max_size=8))
    assert ann.get(filled, params=fields).status_code < 500
    assert ann.post(filled, data=fields | {"csrf": csrf()}).status_code < 500


@QUICK
@given(body=st.binary(max_size=400), kind=st.sampled_from(
    ["application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=", "application/json",
     "multipart/form-data; boundary=x", "text/plain; charset=none-such", "\xff"]))  # fmt: skip
def test_any_body_is_answered(ann: TestClient, body: bytes, kind: str) -> None:
    headers = {"content-type": kind.encode("latin-1"), "x-csrf": csrf(), "idempotency-key": "k-000001"}
    for path, content in product(
        ("/seizure", "/custody/draft", "/sign-in", "/api/v1/reports"), (body, b"--x\r\n" + body + b"\r\n--x--")
    ):
        assert ann.post(path, content=content, headers=headers).status_code < 500  # type: ignore[arg-type]


HEADERS = ("cookie", "authorization", "host", "origin", "accept", "if-none-match", "content-length", "x-forwarded-for",
           "sec-fetch-site", "hx-request", "idempotency-key", "accept-language", "range", "content-type")  # fmt: skip


@QUICK
@given(headers=st.dictionaries(st.sampled_from(HEADERS), st.binary(max_size=80).map(
    lambda value: re.sub(rb"[\r\n\x00]", b"", value)), max_size=6))  # fmt: skip
def test_any_header_is_answered(made: FastAPI, headers: dict[str, bytes]) -> None:
    anyone = TestClient(made, follow_redirects=False)
    for path in ("/", "/sign-in", "/api/v1/search", "/static/app.css"):
        assert anyone.get(path, headers=headers).status_code < 500  # type: ignore[arg-type]

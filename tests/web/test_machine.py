"""What machines around the server are told, and what they are not: numbers, lines of log, tags of answers, licences."""

from __future__ import annotations

import json
import logging
from importlib.resources import files

import pytest

from tests.samples import marked, phone, seizure
from tests.web.serving import Hours, client, served
from tests.worlds import Store

NAMES = ("ann@ash", "perez", "5551230001")


def test_numbers_and_lines_of_log_name_routes_and_nobody(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    report = store.submit(seizure(phone("+15551230001"), marking=marked("ash")))
    ann = client(served(store.url), "ann@ash")
    with caplog.at_level(logging.INFO, logger="cutset.web"):
        assert ann.get(f"/reports/{report}").status_code == 200
        assert ann.get("/search", params={"q": "perez 5551230001"}).status_code == 200
        assert ann.get("/no/such/place").status_code == 404
    lines = [json.loads(each.getMessage()) for each in caplog.records if each.name == "cutset.web"]
    assert [(each["route"], each["status"]) for each in lines] == [
        ("/reports/{report}", 200), ("/search", 200), ("unmatched", 404)
    ]  # fmt: skip
    assert all(set(each) == {"request", "method", "route", "status", "ms"} for each in lines)
    numbers = ann.get("/metrics").text
    assert 'cutset_requests_total{method="GET",route="/reports/{report}",status="200"} 1.0' in numbers
    for told in (numbers, json.dumps(lines)):
        assert not any(each in told for each in (*NAMES, report))


def test_numbers_are_for_this_machine_and_may_be_switched_off(store: Store) -> None:
    off = client(served(store.url, metrics=False))
    assert off.get("/metrics").content == off.get("/no/such/page").content
    assert (off.get("/healthz").status_code, off.get("/readyz").status_code) == (200, 200)


def test_an_answer_that_is_known_is_not_sent_again_until_it_changes(store: Store) -> None:
    event = store.submit(seizure(phone("+15551230001"), marking=marked("ash")))
    ann = client(served(store.url, Hours()), "ann@ash")
    first = ann.get(f"/api/v1/reports/{event}")
    known = {"if-none-match": first.headers["etag"]}
    again = ann.get(f"/api/v1/reports/{event}", headers=known)
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    tag = first.headers["etag"]
    for other in (f"W/{tag}", f'"another", W/{tag}', "*"):
        assert ann.get(f"/api/v1/reports/{event}", headers={"if-none-match": other}).status_code == 304
    assert ann.get(f"/api/v1/reports/{event}", headers={"if-none-match": '"another"'}).status_code == 200
    leads = ann.get("/api/v1/leads")
    store.submit(seizure(phone("+15551230001"), marking=marked("birch"), text="another"))
    assert ann.get("/api/v1/leads", headers={"if-none-match": leads.headers["etag"]}).status_code == 200


def test_what_is_not_ours_in_the_pages_carries_its_licence() -> None:
    folder = files("cutset.web").joinpath("static", "vendor")
    names = {each.name for each in folder.iterdir()}
    for each in names:
        if each.endswith((".js", ".mjs", ".css")):
            whose = each.split(".")[0].removesuffix("-worker")
            licence = folder.joinpath(f"LICENSE-{whose}")
            assert licence.is_file(), f"{each} has no licence beside it"
            assert "without" in licence.read_text("utf-8").casefold()
    assert "cytoscape" in folder.joinpath("NOTICE").read_text("utf-8")
    # Nothing is fetched from elsewhere: no page, script or style names a server.
    web = files("cutset.web")
    for place in ("templates/workspace", "static"):
        for each in web.joinpath(place).iterdir():
            if each.name.endswith((".j2", ".js", ".css")):
                text = each.read_text("utf-8").replace("http://www.w3.org/", "")
                assert "http://" not in text, each.name
                assert "https://" not in text, each.name

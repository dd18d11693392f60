"""Rights through HTTP: each route of the table is tried, and none tells of what is hidden."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings

from cutset.link.leads import leads
from cutset.model.marking import Tlp
from cutset.web.seizure_form import KEY
from tests.samples import case, marked, phone, private, seizure
from tests.test_non_interference import everything
from tests.web.serving import SECRET, client, csrf, served
from tests.worlds import VIEWERS, Step, Store, build, build_for, worlds

PUBLIC = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/worker.js",
    "/sign-in",
    "/sign-in/first",
    "/sign-in/provider",
    "/sign-in/provider/back",
    "/seizure/offline",
    "/seizure/kept/offline",
    "/static/words.js",
    "/unlock",
    "/sign-out",
    "/session",
}
"""Routes that show nothing of the store."""
OF_THE_ASKER = {
    "/account",
    "/account/password",
    "/account/codes",
    "/account/tokens",
    "/purpose",
    "/protected",
    "/photographs/{sha256}",
    "/api/v1/files/{sha256}",
    "/seizure/check",
    "/seizure/kept",
}
"""Routes that show only what the asker gave or owns."""
ASKED: dict[str, dict[str, list[str]]] = {
    "/": {},
    "/allocate": {"go": ["", "1"], "revise": ["", "traffic"]},
    "/allocate/map.json": {"go": ["", "1"]},
    "/api/v1/allocate/network": {"revise": ["nothing", "sweep"]},
    "/api/v1/allocate/proposal": {},
    "/api/v1/allocate/kept": {},
    "/clocks": {},
    "/contradictions": {"after": ["", "reports"]},
    "/inbox": {"of": ["agency", "viewer"], "state": ["", "new"], "after": ["leads"]},
    "/leads": {"after": ["leads"]},
    "/leads/{lead}": {},
    "/cases/{case}": {},
    "/graph": {"of": ["reports"], "open": ["imo:A"], "to": ["phone:A", "iso6346:B"]},
    "/graph.json": {"of": ["reports"], "to": ["phone:A"]},
    "/cases": {"offset": ["0", "1"]},
    "/reports": {"offset": ["0", "2"]},
    "/reports/{report}": {},
    "/reports/{report}/disputes": {},
    "/reports/{report}/given": {},
    "/seizure": {},
    "/seizure/near": {"name_0": ["", "juan perez", "x"], "born_0": ["1979"], "ident_0": ["", "+15551230001"]},
    "/exhibits": {"of": ["reports"]},
    "/exhibits/accept": {"report": ["reports"]},
    "/exhibits/act": {"name": ["ash/1", "ash/2", "ash/9"], "do": ["sealed"]},
    "/exhibits/collect": {"event": ["reports"]},
    "/exhibits/findings": {"of": ["reports"]},
    "/exhibits/laboratory": {},
    "/exhibits/one": {"name": ["ash/1", "ash/2", "birch/1", "ash/9"]},
    "/plan/funds": {"split": ["agency"]},
    "/plan/gaps": {"split": ["", "area"]},
    "/plan/registers": {"name": ["task-forces", "gaps"], "fy": ["2024"]},
    "/plan/publications": {},
    "/plan/responses": {"fy": ["2024"]},
    "/targets": {"on": ["all"], "capacity": ["3"], "random": ["0"]},
    "/targets/rules": {},
    "/watch": {"at": ["", "2024-01-01T06:00"]},
    "/watch/map.json": {"at": ["2024-01-01T06:00"], "id": ["", "imo:A"]},
    "/watch/one": {"id": ["reports", "imo:A"], "at": ["2024-01-01T06:00"]},
    "/watch/log": {"at": ["2024-01-01T06:00"]},
    "/search": {"q": ["", "perez", "juan p", "cocaina"], "kind": ["", "seizure"]},
    "/explain": {"viewer": ["ann@ash"], "report": ["reports"]},
    "/api/v1/reports/{report}": {},
    "/api/v1/leads": {"after": ["leads"], "event": ["reports"]},
    "/api/v1/leads/{lead}/why": {"format": ["json"]},
    "/api/v1/contradictions": {"after": ["", "reports"]},
    "/api/v1/entities": {"limit": ["1", "50"]},
    "/api/v1/search": {"q": ["", "peres"]},
    "/api/v1/places": {"q": ["", "perez"]},
    "/map": {"q": ["", "perez"]},
}
"""What each route that shows something is asked; a list's name stands for all ids of that kind."""
OF_CUSTODY = (
    "/custody",
    "/custody/draft",
    "/custody/text",
    "/exhibits/request",
    "/exhibits/result",
    "/files/{sha256}",
    "/reports/{report}/statement",
)
OF_POWERS = (
    "/oversight",
    "/oversight/audit",
    "/oversight/check",
    "/oversight/export",
    "/oversight/head",
    "/oversight/head.json",
    "/oversight/review",
    "/oversight/seen",
    "/oversight/use",
    "/registry",
    "/registry/account",
    "/registry/agency",
    "/registry/agreements",
    "/registry/changes",
    "/registry/group",
    "/registry/health",
    "/registry/key",
    "/registry/rules",
    "/registry/viewer",
)
"""Pages of auditors, privacy officers and administrators; what each is told, tests/web/test_offices.py tries."""
ELSEWHERE = {
    "/events": "tests/web/test_events.py; it does not end by itself",
    "/api/v1/reports": "the log refuses what is not the viewer's own agency's; it answers no more",
    "/inbox/{lead}": "test_a_decision_on_the_hidden_is_on_nothing",
    "/inbox/{lead}/seen": "test_a_decision_on_the_hidden_is_on_nothing",
    "/cases/{case}/package.zip": "tests/web/test_cases.py: test_the_graph_shows_nothing…, test_the_package_…",
    "/compare": "tests/web/test_cases.py: test_two_mentions_are_compared_judged_and_the_judgement_undone",
    "/requests": "test_a_request_for_the_hidden_is_for_nothing, and what it shows, tests/web/test_desk.py",
    "/requests/{request}": "tests/web/test_desk.py: test_a_request_is_there_for_its_two_agencies_alone",
    "/judgements": "test_a_judgement_on_the_hidden_is_on_nothing",
    "/plan": "costs seconds; its view is tried in tests/non_interference/plan.py",
    "/targets/{target}": "tests/web/test_targets.py: test_what_is_hidden_is_in_no_queue_and_moves_nothing",
    "/allocate/keep": "tests/web/test_allocate.py: test_what_is_hidden_is_in_nothing_that_is_shown_kept_or_ordered",
    "/allocate/order": "tests/web/test_allocate.py: test_what_is_hidden_is_in_nothing_that_is_shown_kept_or_ordered",
    "/watch/assets": "tests/web/test_watch.py: test_an_asset_is_reported_or_refused_with_what_was_typed",
    "/plan/cell": "costs seconds; its view is tried in tests/non_interference/plan.py",
    "/plan/publication": "costs seconds; its views are tried in tests/non_interference/plan.py",
    "/plan/responses/{agency}": "tests/web/test_planner.py: test_another_agency_neither_sees_a_draft_nor_answers…",
    "/plan/measures/{measure}": "its view is tried in tests/non_interference/plan.py",
    "/api/v1/measures/{measure}": "its view is tried in tests/non_interference/plan.py",
    **dict.fromkeys(OF_CUSTODY, "tests/web/test_custody_pages.py: test_what_is_hidden_is_answered_as_what_never_was"),
    **dict.fromkeys(OF_POWERS, "test_pages_of_powers_are_not_there_for_others"),
}


def paths(made: FastAPI) -> set[str]:
    """Every path of the server, with its routers' prefixes."""
    found: set[str] = set()

    def walk(routes: Any, prefix: str) -> None:
        for route in routes:
            inner = getattr(route, "original_router", None)
            if inner is not None:
                context = getattr(route, "include_context", None) or route
                walk(inner.routes, prefix + (getattr(context, "prefix", "") or ""))
            elif getattr(route, "path", "") not in ("/static", "/api/v1/openapi.json", ""):
                found.add(prefix + route.path)

    walk(made.routes, "")
    return found


def test_every_route_is_tried(store: Store) -> None:
    known = PUBLIC | OF_THE_ASKER | set(ASKED) | set(ELSEWHERE)
    assert paths(served(store.url)) == known, "a route without a rights test"


@pytest.mark.parametrize("path", sorted(OF_THE_ASKER | set(ASKED) | set(ELSEWHERE)))
def test_nothing_is_shown_without_a_session(store: Store, path: str) -> None:
    anyone = client(served(store.url))
    for method in ("GET", "POST"):
        answer = anyone.request(method, re.sub(r"\{.*?\}", "x", path))
        assert answer.status_code in (303, 401, 404, 422, 403), (method, answer.status_code)
        assert "ann@" not in answer.text


def requests(ids: dict[str, list[str]]) -> Iterator[str]:
    """Every address that the table gives, for these ids."""
    for path, questions in ASKED.items():
        names = re.findall(r"\{(.*?)\}", path)
        for values in product(*(ids[f"{name}s"] for name in names)):
            filled = path
            for name, value in zip(names, values, strict=True):
                filled = filled.replace(f"{{{name}}}", value)
            choices = [[f"{key}={value}" for given in values for value in ids.get(given, [given])]
                       for key, values in questions.items()]  # fmt: skip
            yield filled
            for chosen in product(*choices):
                yield f"{filled}?{'&'.join(chosen)}"


def shown(url: str, viewer: str, addresses: list[str]) -> dict[str, tuple[Any, ...]]:
    """What the server answers at each: status, body and headers, without those that differ from answer to answer."""
    by = client(served(url), viewer)
    found = {}
    for address in addresses:
        answer = by.get(address)
        headers = {key: value for key, value in answer.headers.items() if key not in ("x-request-id", "date")}
        # A form's own key is random, and the same key twice would be the same seizure.
        text = re.sub(r'id="key" value="' + KEY.pattern, 'id="key" value="', answer.text)
        headers.pop("content-length" if address.startswith("/seizure") else "", None)
        found[address] = (answer.status_code, text, headers)
    return found


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_http_does_not_tell_of_the_hidden(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        whole, submitted = build(Path(directory), steps)
        asked = everything(whole)
        some = [*asked.reports[:5], "r-never"]
        addresses = list(requests({"reports": some, "cases": some, "leads": [*asked.leads[:3], "l-never"]}))
        for viewer in VIEWERS[1:]:
            mine = build_for(Path(directory), viewer, submitted)
            assert shown(whole.url, viewer.id, addresses) == shown(mine.url, viewer.id, addresses)


@pytest.fixture
def hidden(store: Store) -> tuple[Store, str, str]:
    """A store with a report and a lead that birch may not see."""
    event = store.submit(seizure(phone("+15551230001"), marking=private("ash")))
    store.submit(case("C-1", phone("+15551230001"), marking=private("ash")))
    (found,) = leads(store.link, store.rights("ash"))
    return store, event, found.id


def test_an_id_of_the_hidden_is_an_id_of_nothing(hidden: tuple[Store, str, str]) -> None:
    store, event, lead = hidden
    made = served(store.url)
    birch, ash = client(made, "ann@birch"), client(made, "ann@ash", secret="b" * 43)
    nothing = birch.get("/no/such/page")
    for path in (path for path in ASKED if "{" in path):
        address, nowhere = (re.sub(r"\{(report|case)\}", report, path).replace("{lead}", of)
                            for report, of in ((event, lead), ("r-never", "l-never")))  # fmt: skip
        assert ash.get(address).status_code == 200
        found, never = birch.get(address), birch.get(nowhere)
        assert (found.status_code, found.content) == (404, never.content)
        if not path.startswith("/api"):
            assert found.content == nothing.content


def test_a_judgement_on_the_hidden_is_on_nothing(hidden: tuple[Store, str, str]) -> None:
    store, event, _ = hidden
    birch = client(served(store.url), "ann@birch")
    answers = []
    for report in (event, "r-" + "a" * 32):
        form = {"about": [f"{report}#0", f"{report}#1"], "verdict": "same", "csrf": csrf(SECRET), "seen": ""}
        answers.append(birch.post("/judgements", data=form))
    assert answers[0].status_code == answers[1].status_code
    assert answers[0].content == answers[1].content


def test_a_decision_on_the_hidden_is_on_nothing(hidden: tuple[Store, str, str]) -> None:
    store, _, lead = hidden
    birch = client(served(store.url), "ann@birch")
    nothing = birch.get("/no/such/page")
    for id in (lead, "l-" + "a" * 26):
        for path, form in ((f"/inbox/{id}", {"verdict": "accepted", "expected": "new"}), (f"/inbox/{id}/seen", {}),
                           (f"/inbox/{id}", {"undo": "r-" + "a" * 32})):  # fmt: skip
            answer = birch.post(path, data={"csrf": csrf(SECRET), **form})
            assert (answer.status_code, answer.content) == (404, nothing.content)


def test_a_request_for_the_hidden_is_for_nothing(hidden: tuple[Store, str, str]) -> None:
    store, event, _ = hidden
    birch = client(served(store.url), "ann@birch")
    answers = [birch.post("/requests", data={"of": of, "reason": "a case", "csrf": csrf(SECRET)})
               for of in (event, "r-" + "a" * 32)]  # fmt: skip
    assert answers[0].status_code == answers[1].status_code >= 400
    assert answers[0].text.replace(event, "") == answers[1].text.replace("r-" + "a" * 32, "")


def test_pages_of_powers_are_not_there_for_others(store: Store) -> None:
    birch = client(served(store.url), "ann@birch")
    nothing = birch.get("/no/such/page")
    for path in OF_POWERS:
        assert birch.get(path).content == nothing.content
        assert birch.post(path, data={"csrf": csrf(SECRET)}).content == nothing.content
        assert 'href="' + path not in birch.get("/").text


def test_a_change_of_rights_holds_from_the_next_request(store: Store) -> None:
    event = store.submit(seizure(phone("+15551230001"), marking=marked("ash", tlp=Tlp.GREEN)))
    birch = client(served(store.url), "ann@birch")
    assert birch.get(f"/reports/{event}").status_code == 200
    store.log.register(VIEWERS[1].__class__(id="ann@birch", agency="birch", active=False))
    assert birch.get(f"/reports/{event}").headers["location"].startswith("/sign-in")

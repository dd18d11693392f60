"""The pages of auditors, privacy officers and administrators: what each may do there, and what stays undone."""

from __future__ import annotations

import csv
import json
import re
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from cutset.access.registry import Agency, Key, Viewer
from cutset.errors import CutsetError
from cutset.log.entries import Head, Verification
from cutset.model.marking import Tlp
from cutset.node import Node
from cutset.node.checking import ViewChecked
from cutset.web.accounts.entrance import Entrance, Outcome
from cutset.web.checks import LOG, Checks, Said
from tests.oversight.test_retention import intelligence
from tests.samples import case, marked, phone, seizure
from tests.web.serving import Hours, client, csrf, secret_of, served

BREAKING = "<script>alert(1)</script>"
KEY = "ab" * 32


@pytest.fixture
def node(tmp_path: Path, hours: Hours) -> Node:
    """A store with an administrator, an auditor, a privacy officer, an agent, and one of another agency."""
    made = Node.create(str(tmp_path / "made.cutset"), clock=hours)
    made.register(
        Agency("ash", name="Ash", country="US"),
        Agency("birch", name="Birch", country="US"),
        Viewer("root@ash", "ash", roles=("administrator",)),
        Viewer("aud@birch", "birch", roles=("auditor",)),
        Viewer("officer@ash", "ash", roles=("privacy-officer",)),
        Viewer("ann@ash", "ash"),
        Viewer("bob@birch", "birch"),
    )
    return made


def send(by: TestClient, path: str, viewer: str, **form: Any) -> Any:
    answer = by.post(path, data={"csrf": csrf(secret_of(viewer)), **form})
    assert not answer.headers.get("location", "").startswith(("/sign-in", "/unlock"))
    return answer


# ---- the audit ------------------------------------------------------------------------------------------------------


def test_an_auditor_finds_who_looked_by_each_filter_and_takes_it_along(node: Node, of: Any) -> None:
    report = node.submit(case("7", phone("+13125550142"), marking=marked("ash")), by="ann@ash").id
    assert of("bob@birch").get(f"/reports/{report}").status_code == 200
    assert of("bob@birch").get("/search", params={"q": "perez"}).status_code == 200
    auditor = of("aud@birch")
    looks = lambda **asked: auditor.get("/oversight/audit", params=asked).text.count('<li class="row')  # noqa: E731
    assert looks(of="bob@birch", report=report, view="report", purpose="investigation", agency="birch") == 1
    assert looks(of="bob@birch", text="PEREZ") >= 1
    assert looks(of="bob@birch", text="other") == 0
    assert looks(of="ann@ash", report=report) == 0
    assert looks(of="bob@birch", outcome="failed") == 0
    assert looks(of="bob@birch", since="2025-01-01T11:00", until="2025-01-01T13:00") > 0
    assert looks(of="bob@birch", since="2025-01-01T13:00") == 0
    file = auditor.get("/oversight/export", params={"of": "bob@birch", "report": report})
    assert 'filename="looks.csv"' in file.headers["content-disposition"]
    rows = list(csv.DictReader(file.text.splitlines()))
    assert rows
    assert {row["viewer"] for row in rows} == {"bob@birch"}
    assert all(report in row["reports"] for row in rows)
    lines = auditor.get("/oversight/export", params={"of": "bob@birch", "report": report, "form": "jsonl"})
    assert len(lines.text.splitlines()) == len(rows)
    assert "perez" not in auditor.get("/oversight/export", params={"of": "bob@birch"}).text.casefold()
    assert "bob@birch" in auditor.get("/oversight/seen", params={"report": report}).text
    # The export was a look of its own.
    assert any(each.viewer == "aud@birch" for each in node.audit(viewer="aud@birch", view="audit"))


def test_a_time_that_is_none_is_said_to_be_none(of: Any) -> None:
    for typed in ("yesterday", "9999-12-31T23:59", "0001-01-01T00:00+14:00"):
        answer = of("aud@birch").get("/oversight/audit", params={"since": typed})
        assert answer.status_code == 422
        assert "this is no time" in answer.text


def test_pages_of_looks_lead_on_for_an_auditor_and_for_an_officer(node: Node, of: Any) -> None:
    report = node.submit(case("7", marking=marked("ash")), by="ann@ash").id
    for _ in range(130):
        node.report(report, viewer="bob@birch")
    for viewer in ("aud@birch", "officer@ash"):
        first = of(viewer).get("/oversight/audit", params={"report": report, "of": "bob@birch"})
        assert first.text.count('<li class="row') == 100
        older = re.search(r'href="(/oversight/audit\?[^"]*)">Older', first.text)
        assert older is not None
        assert of(viewer).get(older[1].replace("&amp;", "&")).text.count('<li class="row') >= 30


def test_an_officer_is_told_of_their_agencys_reports_and_not_of_the_log(node: Node, of: Any) -> None:
    theirs = node.submit(case("8", marking=marked("birch", tlp=Tlp.RED)), by="bob@birch").id
    node.report(theirs, viewer="bob@birch")
    officer = of("officer@ash")
    assert "bob@birch" not in officer.get("/oversight/seen", params={"report": theirs}).text
    assert "Download the head" not in officer.get("/oversight").text
    assert officer.get("/oversight/head.json").status_code == 404
    assert officer.get("/oversight/check").status_code == 404
    assert send(officer, "/oversight/check", "officer@ash").status_code == 404
    assert "Begin" not in officer.get("/oversight").text
    assert "/oversight" in officer.get("/").text


def test_unusual_use_is_shown_with_its_reason(node: Node, of: Any) -> None:
    node.register(*(Viewer(f"p{number}@birch", "birch") for number in range(5)))
    report = node.submit(case("7", marking=marked("ash")), by="ann@ash").id
    for _ in range(60):
        node.report(report, viewer="p0@birch")
    for number in range(1, 5):
        for _ in range(number):
            node.report(report, viewer=f"p{number}@birch")
    shown = of("aud@birch").get("/oversight/use").text
    assert re.search(r"p0@birch</a></b>: \d+ looks against a median", shown)


# ---- reviews --------------------------------------------------------------------------------------------------------


def test_a_review_keeps_with_a_reason_and_a_purge_is_asked_for_twice(node: Node, of: Any, hours: Hours) -> None:
    kept, gone, early = (node.submit(intelligence(each), by="ann@ash").id for each in ("1", "2", "3"))
    hours.pass_(days=5 * 366)
    node.renew([early], reason="validated today", by="officer@ash")
    officer = of("officer@ash")
    decide = lambda **form: send(officer, "/oversight/review", "officer@ash", **form)  # noqa: E731
    assert decide(report=[kept], decision="renew", reason=" ").status_code == 422
    assert decide(decision="renew", reason="validated").status_code == 422
    assert (
        decide(report=[kept], decision="renew", reason="validated on 3 May").headers["location"].endswith("renewed=1")
    )
    assert decide(report=[gone, early], decision="purge", reason="not validated").status_code == 422
    first = decide(report=[gone], decision="purge", reason="not validated")
    word = re.search(r'name="confirmed" value="(\w+)"', first.text)
    assert word is not None
    assert node.report(gone, viewer="ann@ash") is not None
    # The second step is for the same reports and the same reason, and in this session.
    for changed in ({"reason": "other"}, {"report": [gone, kept]}, {"confirmed": "0" * 64}):
        form = {"report": [gone], "decision": "purge", "reason": "not validated", "confirmed": word[1]} | changed
        assert decide(**form).status_code in (200, 422)
        assert node.report(gone, viewer="ann@ash") is not None
    done = decide(report=[gone], decision="purge", reason="not validated", confirmed=word[1])
    assert done.headers["location"].endswith("purged=1")
    assert node.report(gone, viewer="ann@ash") is None
    assert node.report(kept, viewer="ann@ash") is not None


def test_who_holds_no_office_decides_nothing(node: Node, of: Any, hours: Hours) -> None:
    report = node.submit(intelligence("1"), by="ann@ash").id
    hours.pass_(days=5 * 366)
    for viewer in ("ann@ash", "aud@birch", "root@ash"):
        form = {"report": [report], "decision": "renew", "reason": "validated"}
        assert send(of(viewer), "/oversight/review", viewer, **form).status_code == 404
    assert node.review_queue(viewer="officer@ash")[0].overdue


def test_what_was_given_otherwise_is_on_record(node: Node, of: Any) -> None:
    report = node.submit(case("7", marking=marked("ash")), by="ann@ash").id
    ann = of("ann@ash")
    assert send(ann, f"/reports/{report}/given", "ann@ash", to="county sheriff").status_code == 422
    form = {"to": BREAKING, "need": "stop of 3 May", "right": "28 CFR 23.20(f)(1)"}
    assert send(ann, f"/reports/{report}/given", "ann@ash", **form).status_code == 303
    shown = ann.get(f"/reports/{report}/given").text
    assert "stop of 3 May" in shown
    assert BREAKING not in shown
    assert "28 CFR 23.20(f)(1)" in of("officer@ash").get("/oversight/seen", params={"report": report}).text
    assert len(node.disseminations(report, viewer="ann@ash")) == 1
    assert send(ann, "/reports/r-never/given", "ann@ash", **form).status_code == 404


# ---- is the log whole? ----------------------------------------------------------------------------------------------


def ended(auditor: TestClient) -> str:
    """What the page says of the check that was begun last, once it has ended."""
    for _ in range(600):
        text = auditor.get("/oversight/check").text
        if "hx-trigger" not in text:
            return text
        time.sleep(0.05)
    raise AssertionError(text)


def test_a_check_is_begun_and_looked_at_and_tells_of_a_view_that_was_edited(node: Node, of: Any, hours: Hours) -> None:
    node.submit(case("7", phone("+13125550142"), marking=marked("ash")), by="ann@ash")
    node.search("7", viewer="ann@ash")
    auditor = of("aud@birch")
    assert send(auditor, "/oversight/check", "aud@birch", views="1").headers["location"] == "/oversight"
    assert "Check begun by aud@birch" in auditor.get("/oversight").text
    found = ended(auditor)
    assert "The log is whole: 1 reports" in found
    assert found.count("<td>yes</td>") == len(node.log.views()) > 1
    with node.link.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM link_posting")
    hours.pass_(minutes=1)
    send(auditor, "/oversight/check", "aud@birch", views="1")
    found = ended(auditor)
    assert "link_posting: 1 rows are missing" in found
    assert "The log is whole" in found
    assert {"verify", "check_views"} <= {each.view for each in node.audit(viewer="aud@birch", of="aud@birch")}


def test_one_check_runs_at_a_time_and_one_that_was_killed_is_seen_to_be_broken_off(
    node: Node, of: Any, hours: Hours, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A process that is killed gives no sign of life.
    monkeypatch.setattr("cutset.web.checks.BEATS_S", 3600)
    checks = Checks(Entrance(node.url, hours).engine, hours)
    go, steps = threading.Event(), []

    def whole(_: Head | None) -> Verification:
        steps.append("log")
        go.wait(30)
        return node.log.verify()

    def view(name: str) -> ViewChecked:
        raise CutsetError(f"no room to make {name} anew", remedy="free some")

    said = Said(steps=(LOG, "search"))
    first = checks.begin("aud@birch", said, whole, view)
    again = checks.begin("other@birch", said, whole, view)
    assert (again.id, again.by, again.runs) == (first.id, "aud@birch", True)
    hours.pass_(minutes=2)
    broken = checks.latest()
    assert broken is not None
    assert (broken.lost, broken.runs) == (True, False)
    assert "broken off" in of("aud@birch").get("/oversight").text
    go.set()
    # It lived after all, and what it could not do is said.
    for _ in range(600):
        latest = checks.latest()
        if latest is not None and latest.ended:
            break
        time.sleep(0.05)
    assert "no room to make search anew" in of("aud@birch").get("/oversight").text
    assert steps == ["log"]


def test_a_head_that_was_taken_along_is_verified_against(node: Node, of: Any, hours: Hours, tmp_path: Path) -> None:
    auditor = of("aud@birch")
    head = auditor.get("/oversight/head.json")
    assert json.loads(head.text)["size"] > 0
    node.submit(case("7", marking=marked("ash")), by="ann@ash")

    def verified(content: bytes) -> Any:
        files = {"head": ("head.json", content, "application/json")}
        hours.pass_(minutes=1)
        return auditor.post("/oversight/head", data={"csrf": csrf(secret_of("aud@birch"))}, files=files)

    def told(content: bytes) -> str:
        assert verified(content).status_code == 303
        return ended(auditor)

    assert "The log is whole" in (said := told(head.content))
    assert "still holds everything that the given head signed" in said
    other = Node.create(str(tmp_path / "other.cutset"))
    assert "THE LOG IS NOT WHOLE" in told(msgspec.json.encode(other.log.head()))
    longer = msgspec.structs.replace(node.log.head(), size=10_000)
    assert "THE LOG IS NOT WHOLE" in told(msgspec.json.encode(longer))
    for bad in (b"", b"{}", b"\xff\xfe", b"[" * 9000):
        assert verified(bad).status_code == 422
    assert auditor.post("/oversight/head", files={"head": ("h", head.content)}).status_code == 403


# ---- who there is ---------------------------------------------------------------------------------------------------


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\w*)"', page)
    assert found is not None
    return found[1]


def test_a_change_of_rights_has_a_person_and_a_reason_and_holds_at_once(node: Node, of: Any) -> None:
    root, bob = of("root@ash"), of("bob@birch")
    assert bob.get("/").status_code == 200
    page = root.get("/registry/viewer", params={"id": "bob@birch"}).text
    form = {"id": "bob@birch", "agency": "birch", "name": BREAKING, "role": ["liaison"], "seen": seen(page)}
    assert send(root, "/registry/viewer", "root@ash", **form).status_code == 422
    assert node.log.registry().viewer("bob@birch") == Viewer("bob@birch", "birch")
    assert send(root, "/registry/viewer", "root@ash", **form, reason="left the agency").status_code == 303
    assert bob.get("/").headers["location"].startswith("/sign-in")
    (change, *_) = node.registry_changes(viewer="root@ash")
    assert (change.by, change.reason, change.id) == ("root@ash", "left the agency", "bob@birch")
    assert change.differences == ("roles: none → liaison", "active: yes → no", f"name: none → {BREAKING}")
    for path in ("/registry", "/registry/changes", "/registry/viewer?id=bob@birch"):
        shown = root.get(path).text
        assert "bob@birch" in shown
        assert BREAKING not in shown


def test_a_stale_form_changes_nothing(node: Node, of: Any) -> None:
    root = of("root@ash")
    stale = seen(root.get("/registry/agency", params={"id": "birch"}).text)
    node.register(Agency("birch", name="Birch", country="CO"))
    form = {"id": "birch", "name": "Elm", "country": "US", "active": "on", "seen": stale, "reason": "renamed"}
    answer = send(root, "/registry/agency", "root@ash", **form)
    assert answer.status_code == 422
    assert "someone changed this" in answer.text
    # Nor does a form for a new one stand in the place of one that is there.
    assert send(root, "/registry/agency", "root@ash", **form | {"seen": ""}).status_code == 422
    agency = node.log.registry().agency("birch")
    assert agency is not None
    assert (agency.name, agency.country) == ("Birch", "CO")


def test_the_last_administrator_stays_one(node: Node, of: Any) -> None:
    root = of("root@ash")
    page = root.get("/registry/viewer", params={"id": "root@ash"}).text
    mine = {"id": "root@ash", "agency": "ash", "seen": seen(page), "reason": "going"}
    for change in ({"active": "on"}, {"role": ["administrator"]}):  # the role is gone; the viewer is not active
        assert "nobody would be left" in send(root, "/registry/viewer", "root@ash", **mine, **change).text
    page = root.get("/registry/agency", params={"id": "ash"}).text
    ash = {"id": "ash", "name": "Ash", "country": "US", "seen": seen(page), "reason": "closed"}
    assert "nobody would be left" in send(root, "/registry/agency", "root@ash", **ash).text
    node.register(Viewer("deputy@birch", "birch", roles=("administrator",)))
    assert send(root, "/registry/viewer", "root@ash", **mine, active="on").status_code == 303
    assert root.get("/registry").status_code == 404


def test_what_the_registry_cannot_be_is_said_and_not_done(node: Node, of: Any) -> None:
    root, before = of("root@ash"), node.log.registry().version
    for path, form in (
        ("viewer", {"id": "Eve@ash", "agency": "ash"}),
        ("viewer", {"id": "eve@elm", "agency": "elm"}),
        ("agency", {"id": "elm", "country": "USA"}),
        ("group", {"id": "grove", "members": "agency:never"}),
        ("group", {"id": "grove", "members": "group:grove"}),
    ):
        answer = send(root, f"/registry/{path}", "root@ash", **form, active="on", seen="", reason="new")
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True), form
    assert node.log.registry().version == before
    form = {"id": "grove", "members": "agency:ash\nviewer:bob@birch", "seen": "", "reason": "task force"}
    assert send(root, "/registry/group", "root@ash", **form).status_code == 303
    group = node.log.registry().group("grove")
    assert group is not None
    assert group.members == ("agency:ash", "viewer:bob@birch")


def test_pointers_are_set_by_marking(node: Node, of: Any) -> None:
    root = of("root@ash")
    page = root.get("/registry/agency", params={"id": "birch"}).text
    levels = re.findall(r'name="tlp" value="([^"]+)"', page)
    amber, red = levels.index(Tlp.AMBER), levels.index(Tlp.RED)
    form = {"id": "birch", "name": "Birch", "country": "US", "active": "on", "law_enforcement": "on", "tlp": levels,
            f"points_{amber}": "on", f"les_{amber}": "on", f"orcon_{red}": "on", "seen": seen(page),
            "reason": "agreed on 3 May"}  # fmt: skip
    assert send(root, "/registry/agency", "root@ash", **form).status_code == 303
    agency = node.log.registry().agency("birch")
    assert agency is not None
    # A caveat without the level's own box is not a rule.
    (rule,) = agency.pointers
    assert (rule.tlp, rule.les, rule.orcon, rule.rel_to) == (Tlp.AMBER, True, False, False)


def test_a_key_is_registered_and_revoked_for_good(node: Node, of: Any, hours: Hours) -> None:
    root = of("root@ash")
    change = lambda **form: send(root, "/registry/key", "root@ash", of="ann@ash", **form)  # noqa: E731
    assert change(key=KEY).status_code == 422
    assert change(key="not a key", reason="hers").status_code == 422
    assert change(key=KEY.upper(), reason="hers").status_code == 303
    assert change(key=KEY, reason="hers").status_code == 422
    hours.pass_(minutes=5)
    assert change(revoke=KEY, reason="lost").status_code == 303
    assert change(revoke=KEY, reason="lost").status_code == 422
    viewer = node.log.registry().viewer("ann@ash")
    assert viewer is not None
    assert viewer.keys == (Key(key=KEY, since=viewer.keys[0].since, revoked=hours()),)
    # A change of the viewer's record takes no key away.
    page = root.get("/registry/viewer", params={"id": "ann@ash"}).text
    form = {"id": "ann@ash", "agency": "ash", "name": "Ann", "active": "on", "seen": seen(page), "reason": "name"}
    assert send(root, "/registry/viewer", "root@ash", **form).status_code == 303
    viewer = node.log.registry().viewer("ann@ash")
    assert viewer is not None
    assert viewer.keys[0].key == KEY


def test_an_account_is_made_reset_and_removed_on_record(node: Node, of: Any, hours: Hours) -> None:
    root, entrance = of("root@ash"), Entrance(node.url, hours)
    change = lambda **form: send(root, "/registry/account", "root@ash", **{"of": "bob@birch"} | form)  # noqa: E731
    assert change(what="password").status_code == 422
    assert not entrance.there_are_accounts()
    made = re.search(r'class="secret">([^<]+)<', change(what="password", reason="new here").text)
    assert made is not None
    assert entrance.try_in("bob@birch", made[1], "", "a")[0] is Outcome.CHOOSE
    bob = of("bob@birch")
    assert bob.get("/").status_code == 200
    again = re.search(r'class="secret">([^<]+)<', change(what="password", reason="forgot it").text)
    assert again is not None
    assert bob.get("/").headers["location"].startswith("/sign-in")
    assert entrance.try_in("bob@birch", made[1], "", "b")[0] is Outcome.WRONG
    change(what="remove", reason="left")
    assert entrance.try_in("bob@birch", again[1], "", "c")[0] is Outcome.WRONG
    said = [each.reason for each in node.registry_changes(viewer="root@ash", of="bob@birch")]
    assert said[:3] == ["account: removed: left", "account: new password: forgot it", "account: new password: new here"]
    assert all(made[1] not in each.reason for each in node.registry_changes(viewer="root@ash"))
    assert change(of="root@ash", what="remove", reason="x").status_code == 422
    assert change(of="nobody@ash", what="remove", reason="x").status_code == 404


def test_who_may_not_administer_changes_nothing(node: Node, of: Any) -> None:
    before = node.log.registry().version
    for viewer in ("ann@ash", "aud@birch", "officer@ash"):
        for path in ("agency", "viewer", "group", "key", "account"):
            form = {"id": "ann@ash", "of": "ann@ash", "agency": "ash", "what": "password", "reason": "x", "key": KEY}
            assert send(of(viewer), f"/registry/{path}", viewer, **form).status_code == 404
        with pytest.raises(Exception, match="may not change the registry"):
            node.change_registry(Viewer("eve@ash", "ash"), reason="x", by=viewer)
    assert node.log.registry().version == before


def test_rules_agreements_and_health_are_told(node: Node, of: Any) -> None:
    root = of("root@ash")
    assert "amber-partners" in root.get("/registry/rules").text
    assert "No agreement is entered" in root.get("/registry/agreements").text
    assert "Nothing is wrong" in root.get("/registry/health").text
    key = Path(node.url + ".key")
    key.rename(key.with_suffix(".away"))
    anew = client(served(node.url), "root@ash", secret=secret_of("root@ash"))
    # Without the key no look can be recorded, and so nothing of the store is shown; but why is.
    assert anew.get("/registry").status_code == 503
    assert "Something needs a person" in anew.get("/registry/health").text


# ---- disputes -------------------------------------------------------------------------------------------------------


def test_a_dispute_is_entered_once_and_shown_where_the_report_is(node: Node, of: Any) -> None:
    report = node.submit(case("7", marking=marked("ash", tlp=Tlp.AMBER)), by="ann@ash").id
    bob = of("bob@birch")
    page = bob.get(f"/reports/{report}/disputes").text
    key = re.search(r'id="key" value="([^"]+)"', page)
    assert key is not None
    form = {"key": key[1], "number": "letter 1", "text": f"He was abroad. {BREAKING}"}
    enter = lambda **changed: send(bob, f"/reports/{report}/disputes", "bob@birch", **form | changed)  # noqa: E731
    assert enter(text=" ").status_code == 422
    assert enter(key="x").status_code == 422
    assert [enter().status_code, enter().status_code] == [303, 303]
    (found,) = node.disputes([report], viewer="ann@ash")[report]
    assert found.originator == "birch"
    ann = of("ann@ash")
    assert "DISPUTED" in ann.get(f"/reports/{report}").text
    shown = ann.get(f"/reports/{found.id}").text
    assert "He was abroad." in shown
    assert BREAKING not in shown
    # It is marked at least as strictly as what it disputes.
    entry = node.report(found.id, viewer="bob@birch")
    assert entry is not None
    assert entry.report.marking.tlp is Tlp.AMBER
    assert send(bob, "/reports/r-never/disputes", "bob@birch", **form).status_code == 404


def test_intelligence_is_shown_with_the_basis_on_which_it_is_kept(node: Node, of: Any) -> None:
    kept = intelligence()
    assert kept.basis is not None
    report = node.submit(kept, by="ann@ash").id
    shown = of("ann@ash").get(f"/reports/{report}").text
    for said in (kept.basis.facts, kept.basis.activity, kept.basis.obtained, kept.basis.official, "B2"):
        assert f"<dd>{said}</dd>" in shown, said


def test_a_disputed_report_is_marked_in_every_list_that_names_it(node: Node, of: Any) -> None:
    named = phone("+5071")
    event = node.submit(seizure(named, marking=marked("ash")), by="ann@ash").id
    card = node.submit(case("7", named, marking=marked("ash")), by="ann@ash").id
    (lead,) = node.leads(viewer="ann@ash")
    lists = ["/", "/leads", f"/leads/{lead.id}", "/inbox", "/reports", "/search?q=balboa", f"/reports/{card}",
             f"/cases/{card}", f"/graph?of={card}&open=phone:%2B5071", f"/reports/{event}/given"]  # fmt: skip
    programs = ["/api/v1/leads", "/api/v1/search", f"/api/v1/reports/{event}", f"/graph.json?of={event}"]
    mark = f'<a class="chip warn" href="/reports/{event}/disputes">disputed</a>'
    ann = of("ann@ash")
    for path in lists:
        assert mark not in ann.get(path).text, path
    letter = case("letter", marking=marked("ash", tlp=Tlp.AMBER_STRICT, rel_to=()), disputes=(event,))
    dispute = node.submit(letter, by="ann@ash").id
    for path in lists:
        assert mark in ann.get(path).text, path
    for path in programs:
        assert [each["id"] for each in ann.get(path).json()["disputed"][event]] == [dispute], path
    # Who sees the report and not the dispute sees the report as before.
    bob = of("bob@birch")
    for path in [*lists, *programs]:
        assert "disputed" not in bob.get(path).text, path


def test_words_of_a_protected_trait_are_warned_of_while_typing(node: Node, of: Any) -> None:
    before = node.log.head().size
    ann = of("ann@ash")
    warned = send(ann, "/protected", "ann@ash", text="attends mosque on Fridays").text
    assert "may tell of religion" in warned
    assert send(ann, "/protected", "ann@ash", text="a white Ford, two black bags").text.strip() == ""
    assert "may tell of religion" in send(ann, "/protected", "ann@ash", **{"item-goals": "attends mosque"}).text
    for page in ("/seizure", "/exhibits/collect"):
        assert 'hx-post="/protected"' in ann.get(page).text, page
    assert node.log.head().size == before

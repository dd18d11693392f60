"""The case page, the graph, comparing two mentions, and the package: what each shows, and to whom."""

from __future__ import annotations

import io
import re
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from cutset.node import Node
from tests.web.desks import BOAT, DRIVER, SECRET_TEXT, VIN, desk, person, seized
from tests.web.serving import Hours, csrf, secret_of

PHONE = f"phone:{DRIVER}"


@pytest.fixture
def node(tmp_path: Path, hours: Hours) -> Node:
    return desk(str(tmp_path / "made.cutset"), hours)


def card(node: Node, title: str = "Nogales") -> str:
    return node.search(title, viewer="ann@dea").hits[0].id


def test_a_case_shows_its_leads_times_places_exhibits_and_what_is_wrong_with_them(node: Node, of: Any) -> None:
    case = card(node)
    lead = next(each for each in node.leads(viewer="ann@dea", case=case) if each.reasons)
    node.accept_lead(lead, by="ann@dea", reason="our driver")
    text = of("ann@dea").get(f"/cases/{case}").text
    leads = node.leads(viewer="ann@dea", case=case)
    assert text.count('<li class="lead">') == len(leads) > 2
    assert "1 accepted" in text
    assert "our driver" in re.sub(r"\s+", " ", text.split('id="timeline"')[1].split("</section>")[0])
    assert text.count('class="spot"') == len({each.event for each in leads})
    assert "county/24-1" in text
    assert "11500 g" in text.replace(",", "")
    assert "priority target" in text
    # A made report says so, and a case that is none is none.
    assert "Made exercise data" in text
    assert of("ann@dea").get("/cases/r-never").status_code == 404
    judgement = node.history(f"{case}#0", viewer="ann@dea")[0].id
    assert of("ann@dea").get(f"/cases/{judgement}").status_code == 404


def test_a_node_is_opened_within_a_limit_that_is_said(node: Node, of: Any) -> None:
    ann = of("ann@dea")
    first = ann.get("/graph", params={"of": f"VIN {VIN[:5]} {VIN[5:]}"}).text
    assert "case 24-001" in first
    assert "seizure Mile 0" in first
    assert "seizure Mile 2" not in first
    case = card(node)
    for number in range(10, 24):
        node.submit(seized(number, person(DRIVER)), by="deputy@county")
    text = ann.get("/graph", params={"of": case, "open": PHONE, "limit": 12}).text
    shown = node.opened(PHONE, viewer="ann@dea", limit=12)
    assert f"{shown.left_out} more of {DRIVER} are not drawn" in text
    assert shown.left_out > 3
    data = ann.get("/graph.json", params={"of": case, "open": PHONE}).json()
    assert data["left_out"][PHONE] == shown.left_out
    assert {each.id for each in shown.dots} <= {each["id"] for each in data["dots"]}


def test_a_way_is_drawn_with_why_each_link_is_there(node: Node, of: Any) -> None:
    ann = of("ann@dea")
    text = ann.get("/graph", params={"of": VIN, "to": "(312) 555-0143"}).text
    assert "The shortest way, 4 steps" in text
    assert "judged the same" in text
    assert text.count('class="walked"') == 4
    assert "written “3125550143”" in text
    none = ann.get("/graph", params={"of": VIN, "to": BOAT}).text
    assert "Nothing that you may see joins the two" in none
    assert "Nothing that you may see is called so" in ann.get("/graph", params={"of": VIN, "to": "r-never"}).text


def test_the_graph_shows_nothing_of_what_is_hidden_from_its_viewer(node: Node, of: Any) -> None:
    hidden = node.search("informer", viewer="ann@dea").hits[0].id
    deputy, ann = of("deputy@county"), of("ann@dea")
    assert "case 24-900" in ann.get("/graph", params={"of": "+13125550777"}).text
    seen = deputy.get("/graph", params={"of": "+13125550777"})
    assert seen.status_code == 200
    assert "24-900" not in seen.text
    assert hidden not in seen.text
    for path in ("/graph", "/graph.json"):
        never = deputy.get(path, params={"of": "r-never"})
        assert deputy.get(path, params={"of": hidden}).content == never.content
    assert deputy.get(f"/cases/{hidden}").content == deputy.get("/cases/r-never").content


def test_two_mentions_are_compared_judged_and_the_judgement_undone(node: Node, of: Any) -> None:
    case, ann = card(node), of("ann@dea")
    event = node.search("Mile 0", viewer="ann@dea").hits[0].id
    names = [f"{case}#0", f"{event}#0"]
    page = ann.get("/compare", params={"about": names})
    assert "Juan Pérez" in page.text
    assert "John Perez" in page.text

    def send(**form: str) -> Any:
        shown = ann.get("/compare", params={"about": names}).text
        seen = re.findall(r'name="seen" value="(\w+)"', shown)[0]
        back = re.findall(r'name="back" value="([^"]+)"', shown)[0].replace("&amp;", "&")
        form = {"csrf": csrf(secret_of("ann@dea")), "seen": seen, "back": back, **form}
        return ann.post("/judgements", data={**form, "about": names})

    answer = send(verdict="different", reason="born 1979 and 1991")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/compare?about=")
    (judged,) = node.history(*names, viewer="ann@dea")
    assert "born 1979 and 1991" in ann.get(answer.headers["location"]).text
    assert send(verdict="unsure", reverses=judged.id).status_code == 303
    assert str(node.history(*names, viewer="ann@dea")[0].standing) == "reversed"
    assert ann.get("/compare", params={"about": names[:1]}).status_code == 422
    hidden = node.search("informer", viewer="ann@dea").hits[0].id
    deputy = of("deputy@county")
    answers = [deputy.get("/compare", params={"about": [names[1], each]}) for each in (f"{hidden}#0", "r-never#0", "x")]
    assert {each.status_code for each in answers} == {404}
    assert len({each.content for each in answers}) == 1


def unpacked(answer: Any) -> dict[str, bytes]:
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["content-type"] == "application/zip"
    assert int(answer.headers["content-length"]) == len(answer.content)
    with ZipFile(io.BytesIO(answer.content)) as zipped:
        assert zipped.testzip() is None
        return {each: zipped.read(each) for each in zipped.namelist()}


def test_the_package_is_downloaded_for_a_recipient_and_in_discovery_with_what_was_rejected(node: Node, of: Any) -> None:
    case, ann = card(node), of("ann@dea")
    lead = next(each for each in node.leads(viewer="ann@dea", case=case) if each.reasons)
    node.reject_lead(lead, by="ann@dea", reason="sold last year")
    plain = unpacked(ann.get(f"/cases/{case}/package.zip"))
    # Every file is named in the manifest with its digest, and each digest holds.
    named = [line.split(maxsplit=1) for line in plain.pop("package/manifest.sha256").decode().splitlines()]
    digests = {f"package/{name.lstrip('*')}": digest for digest, name in named}
    assert {name: sha256(each).hexdigest() for name, each in plain.items()} == digests
    assert not any(b"sold last year" in each for each in plain.values())
    answer = ann.get(f"/cases/{case}/package.zip", params={"discovery": "true", "recipient": "deputy@county"})
    assert "case-24-001-discovery.zip" in answer.headers["content-disposition"]
    whole = unpacked(answer)
    assert any(b"sold last year" in each for each in whole.values())
    # Nothing of the recipient's unseen, nor of who may not see the case at all.
    hidden = node.search("informer", viewer="ann@dea").hits[0].id
    own = unpacked(ann.get(f"/cases/{hidden}/package.zip"))
    assert any(SECRET_TEXT.encode() in each for each in own.values())
    theirs = ann.get(f"/cases/{hidden}/package.zip", params={"recipient": "deputy@county"})
    assert theirs.status_code == 422
    assert "what both of you may see" in theirs.text
    deputy = of("deputy@county")
    assert deputy.get(f"/cases/{hidden}/package.zip").content == deputy.get("/cases/r-never/package.zip").content
    assert ann.get(f"/cases/{case}/package.zip", params={"recipient": "nobody@nowhere"}).status_code == 422


def test_the_package_leaves_no_file_behind(node: Node, of: Any, tmp_path: Path, monkeypatch: Any) -> None:
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(passing))
    assert unpacked(of("ann@dea").get(f"/cases/{card(node)}/package.zip"))
    assert of("ann@dea").get(f"/cases/{card(node)}/package.zip", params={"recipient": "x"}).status_code == 422
    assert list(passing.iterdir()) == []

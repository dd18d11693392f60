"""The planner's pages: responses by several hands, gaps, funds, registers, a cell of the scoreboard, publications."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from starlette.testclient import TestClient

from cutset.access.registry import Agency
from cutset.model.marking import Marking, Tlp
from cutset.model.register import BudgetLine, Gap, Member, TaskForce
from cutset.model.report import Outcome, Precision, Report, Response, Source, When
from cutset.node import Node
from cutset.plan import response
from cutset.plan.filed import filed
from cutset.plan.registers import enter
from tests.web.plans import BREAKING, ITEMS, PLAN, planning
from tests.web.serving import Hours, csrf, secret_of

DHS = "/plan/responses/dhs"


@pytest.fixture
def node(tmp_path: Path, hours: Hours) -> Node:
    return planning(str(tmp_path / "made.cutset"), hours)


def seen(by: TestClient) -> str:
    return re.findall(r'name="seen" value="([^"]*)"', by.get(DHS).text)[0]


def send(by: TestClient, viewer: str, step: str, was: str, text: str = "As last year.", **form: str) -> Any:
    fields = {f"item-{item}": text for item in ITEMS} | form
    token = csrf(secret_of(viewer))
    return by.post(DHS, data={"csrf": token, "fy": "2021", "seen": was, "step": step, **fields})


def drafts(node: Node) -> list[Any]:
    return response.drafts(filed(node.log, node.rights("ben@dhs"), plan=PLAN.id), PLAN, "dhs", 2021)


def standing(node: Node, viewer: str = "ann@ondcp") -> Any:
    found = response.reading(node.log, node.rights(viewer), PLAN, 2021, node.clock)
    return response.of_agency(found, node.log.registry(), "dhs")


# ---- responses ------------------------------------------------------------------------------------------------------


def test_an_agency_answers_item_by_item_from_what_the_log_tells_and_its_readers_see_it_once_submitted(
    node: Node, of: Any
) -> None:
    ben, ann = of("ben@dhs"), of("ann@ondcp")
    form = ben.get(DHS).text
    assert "Takes part in Border team with 12 people" in form
    assert form.count('name="item-') == len(ITEMS)
    assert send(ben, "ben@dhs", "draft", seen(ben)).headers["location"] == f"{DHS}?fy=2021&done=draft"
    assert standing(node).stage is response.Stage.NONE
    assert "As last year." not in ann.get("/plan/responses").text
    assert send(ben, "ben@dhs", "sign", seen(ben)).status_code == 303
    assert "Signed by ben@dhs" in ben.get(DHS).text
    assert send(ben, "ben@dhs", "submit", seen(ben), tlp="TLP:GREEN").status_code == 303
    assert (standing(node).stage, standing(node).answered) == (response.Stage.SUBMITTED, len(ITEMS))
    text = ann.get("/plan/responses").text
    assert "As last year." in text
    assert "As the Attorney General wrote." in text
    # A year past the sixtieth day: what came is late, what did not come is overdue.
    assert text.count('in-conflict">late') == 2
    assert "overdue" in text


def test_the_stale_form_is_refused_says_who_was_quicker_and_keeps_what_was_typed(node: Node, of: Any) -> None:
    ben, bea = of("ben@dhs"), of("bea@dhs")
    was = seen(bea)
    send(ben, "ben@dhs", "draft", was, "Ben's words")
    late = send(bea, "bea@dhs", "draft", was, "Bea's words")
    assert late.status_code == 409
    assert "ben@dhs saved or submitted this at 2025-01-01 12:00 UTC" in late.text
    assert late.text.count("Bea&#39;s words") == len(ITEMS)
    assert "Ben&#39;s words" in late.text
    assert [each.by for each in drafts(node)] == ["ben@dhs"]
    (again,) = set(re.findall(r'name="seen" value="([^"]*)"', late.text))
    assert send(bea, "bea@dhs", "draft", again, "Both words").status_code == 303
    assert [each.by for each in drafts(node)] == ["bea@dhs"]


@pytest.mark.parametrize("step", ["draft", "sign", "submit"])
def test_a_double_click_is_once(node: Node, of: Any, step: str) -> None:
    ben = of("ben@dhs")
    for before in {"draft": (), "sign": (), "submit": ("sign",)}[step]:
        send(ben, "ben@dhs", before, seen(ben))
    was = seen(ben)
    answers = [send(ben, "ben@dhs", step, was) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    mine = [each for each in filed(node.log, node.rights("ben@dhs"), plan=PLAN.id)
            if each.agency == "dhs" and each.content.entry is None]  # fmt: skip
    assert len(mine) == {"draft": 1, "sign": 2, "submit": 3}[step]


def test_nothing_is_signed_that_leaves_an_item_open_nor_submitted_that_is_not_signed(node: Node, of: Any) -> None:
    ben = of("ben@dhs")
    open_one = send(ben, "ben@dhs", "sign", "", **{f"item-{ITEMS[0]}": ""})
    assert open_one.status_code == 422
    assert "does not answer every item" in open_one.text
    assert open_one.text.count("As last year.") >= len(ITEMS) - 1
    assert drafts(node) == []
    assert send(ben, "ben@dhs", "submit", "").status_code == 422
    send(ben, "ben@dhs", "draft", "")
    assert "the response is not signed" in send(ben, "ben@dhs", "submit", seen(ben)).text
    longest = send(ben, "ben@dhs", "draft", seen(ben), "x" * 20_001)
    assert longest.status_code == 422
    assert "longer than 19,999" in longest.text
    assert standing(node).stage is response.Stage.NONE


def test_what_was_signed_is_what_is_submitted_whatever_stands_in_the_form(node: Node, of: Any) -> None:
    ben = of("ben@dhs")
    send(ben, "ben@dhs", "sign", "", "Signed words")
    send(ben, "ben@dhs", "submit", seen(ben), "Later words")
    assert set(standing(node).answers.values()) == {"Signed words"}


def test_another_agency_neither_sees_a_draft_nor_answers_for_it(node: Node, of: Any) -> None:
    ben, ann = of("ben@dhs"), of("ann@ondcp")
    before = [ann.get(path).content for path in (DHS, "/plan/responses")]
    send(ben, "ben@dhs", "sign", "")
    assert [ann.get(path).content for path in (DHS, "/plan/responses")] == before
    assert 'name="step"' not in ann.get(DHS).text
    for step in ("draft", "sign", "submit"):
        assert send(ann, "ann@ondcp", step, "").status_code == 404
    assert ann.get("/plan/responses/nobody").status_code == 404


# ---- gaps, funds, registers -----------------------------------------------------------------------------------------


def test_gaps_are_shown_each_and_rolled_up_of_what_one_may_see(node: Node, of: Any) -> None:
    each = of("ann@ondcp").get("/plan/gaps").text
    assert "Scanners for outbound lanes &lt;script&gt;" in each
    assert BREAKING not in each
    assert "USD 36,000,000" in each
    assert "Drones" not in each
    assert "Drones" in of("ben@dhs").get("/plan/gaps").text
    rolled = of("ann@ondcp").get("/plan/gaps", params={"split": "area"}).text
    assert "beyond-the-borders + border-regions" in rolled
    assert '<th scope="col" class="number">FY 2022</th>' in rolled
    assert of("ann@ondcp").get("/plan/gaps", params={"split": "nonsense"}).status_code == 200


def test_funds_and_registers_are_tables(node: Node, of: Any) -> None:
    ann = of("ann@ondcp")
    for split in ("agency,function", "account", "nonsense"):
        assert "USD 1,200,000" in ann.get("/plan/funds", params={"split": split}).text
    assert "Border team" in ann.get("/plan/registers").text
    assert "Drones" not in ann.get("/plan/registers", params={"name": "gaps"}).text
    assert "No entry in force" in ann.get("/plan/registers", params={"name": "grants", "fy": "2021"}).text
    assert ann.get("/plan/registers", params={"name": "../secrets"}).status_code == 200


def test_what_neither_the_registry_nor_the_plan_has_is_said(node: Node, of: Any) -> None:
    green = Marking(originator="dhs", tlp=Tlp.GREEN)
    force = TaskForce(id="tf-2", name="Second team", members=(Member(agency="nosuch"), Member(agency="uscg")))
    line = BudgetLine(id="l", agency="Department of Labor", account="A", function="f", amounts=())
    for entry in (force, line):
        node.submit(enter(PLAN, entry, 2021, marking=green), by="ben@dhs")
    content = Response(plan=PLAN.id, fiscal_year=2021, entry=Gap(id="old", title="Old", duties=("xx-99",)))
    node.submit(Report(marking=green, source=Source(dataset="made"), content=content), by="ben@dhs")
    ann = of("ann@ondcp")
    assert "which entries name: nosuch." in ann.get("/plan/registers").text
    assert "which entries name: Department of Labor." in ann.get("/plan/funds").text
    assert 'xx-99 <span class="chip warn">unknown duty</span>' in ann.get("/plan/gaps").text


# ---- the scoreboard and what is published ---------------------------------------------------------------------------


def test_a_cell_of_the_scoreboard_opens_to_its_duties_measures_and_reports(node: Node, of: Any) -> None:
    ann = of("ann@ondcp")
    board = ann.get("/plan", params={"period": "FY 2025"}).text
    opened = re.findall(r'href="(/plan/cell\?[^"]+)"', board)
    assert len(opened) > 20
    cell = ann.get(opened[0].replace("&amp;", "&")).text
    assert "Duties, in our words" in cell
    duty = re.findall(r'<li class="row"><span><b>([\w-]+)</b>', cell)
    assert set(duty) <= {each.id for each in PLAN.duties}
    assert duty
    for link in re.findall(r'href="(/plan/measures/[^"]+)"', cell)[:1]:
        assert ann.get(link.replace("&amp;", "&")).status_code == 200
    assert ann.get("/plan/cell", params={"area": "nowhere"}).status_code == 404


def test_a_measure_is_split_and_shows_its_interval_what_it_is_made_of_and_what_others_published(
    node: Node, of: Any
) -> None:
    total = Outcome(
        period=When(at=datetime(2021, 3, 1, tzinfo=UTC), precision=Precision.MONTH), events=12, vintage="2021-10"
    )
    source = Source(dataset="monthly-totals", record="2021-03")
    node.submit(Report(marking=Marking(originator="dhs", tlp=Tlp.GREEN), source=source, content=total), by="ben@dhs")
    ann, seizures = of("ann@ondcp"), "/plan/measures/seizures"
    alone = ann.get(seizures, params={"period": "FY 2021"}).text
    assert "no events; totals published by others stand below" in alone
    assert "no data</b>" not in alone
    assert re.search(r'<th scope="row">monthly-totals</th><td class="number">12</td>', alone)
    split = ann.get(seizures, params={"period": "1900..2100", "by": "agency"}).text
    assert re.search(r'<th scope="row">dhs</th><td class="number">3</td>', split)
    assert '<option value="agency" selected>' in split
    several = ann.get(seizures, params={"period": "1900..2100", "by": "agency,drug"}).text
    assert '<option value="agency,drug" selected>' in several
    share = ann.get("/plan/measures/responses-in-time", params={"period": "FY 2021", "by": "agency"}).text
    assert "Made of 0 of 9" in share
    assert "0 to 0.2991" in share
    assert "<dt>missing</dt><dd>8</dd>" in share


BAD = [
    ("/plan", "period", "FY20x3"),
    ("/plan/cell?area=border-regions", "period", "x"),
    ("/plan/measures/seizures", "period", "FY20x3"),
    ("/plan/measures/seizures", "by", "weather"),
    ("/api/v1/measures/seizures", "period", "FY20x3"),
    ("/api/v1/measures/seizures", "by", "weather"),
    ("/plan/registers", "fy", "20x1"),
    ("/plan/publications", "fy", "0"),
    ("/plan/publication", "fy", "20x1"),
    ("/plan/responses", "fy", "20x1"),
    (DHS, "fy", "1066"),
]


@pytest.mark.parametrize(("path", "name", "written"), BAD, ids=[f"{path} {name}" for path, name, _ in BAD])
def test_what_is_no_year_period_or_breakdown_is_refused_with_what_to_write(
    node: Node, of: Any, path: str, name: str, written: str
) -> None:
    ben = of("ben@dhs")
    joint = "&" if "?" in path else "?"
    refused = ben.get(f"{path}{joint}{name}={written}")
    assert refused.status_code == 422
    assert written in refused.text
    assert "To mend it" in refused.text
    assert 'name="fy"' not in refused.text


def test_an_answer_is_not_filed_under_a_year_that_is_none(node: Node, of: Any) -> None:
    ben = of("ben@dhs")
    was = seen(ben)
    assert send(ben, "ben@dhs", "draft", was, fy="20x1").status_code == 422
    assert drafts(node) == []
    assert send(ben, "ben@dhs", "draft", was, fy="FY 2021").status_code == 303
    assert len(drafts(node)) == 1


def test_years_are_read_as_people_write_them_and_an_unknown_measure_is_nothing(node: Node, of: Any) -> None:
    ann = of("ann@ondcp")
    assert "FY 2021" in ann.get("/plan/responses", params={"fy": "FY21"}).text
    assert "FY 2021" in ann.get("/plan/responses").text
    assert ann.get("/plan/registers", params={"fy": " "}).status_code == 200
    for path in ("/plan/measures/nosuch", "/api/v1/measures/nosuch"):
        assert ann.get(path).status_code == 404
    found = ann.get("/api/v1/measures/seizures", params={"by": "agency"}).json()
    assert [figure["key"] for figure in found["figures"]] == [["dhs"]]


def test_the_scoreboard_finds_a_renamed_agency_under_either_name(node: Node, of: Any) -> None:
    node.register(Agency("dhs", active=False), Agency("homeland", country="US", successor_of=("dhs",)))
    ann = of("ann@ondcp")
    asked = {"area": "border-regions", "focus": "network", "period": "FY 2025"}
    old, new = (ann.get("/plan/cell", params=asked | {"agency": name}) for name in ("dhs", "homeland"))
    assert new.status_code == 200
    assert new.text == old.text
    assert "dhs is counted as homeland, which succeeded it." in new.text


def test_a_publication_is_made_as_pdf_page_and_numbers_of_what_one_may_see(node: Node, of: Any) -> None:
    ann = of("ann@ondcp")
    page = ann.get("/plan/publication", params={"fy": "2021", "form": "html"})
    assert page.headers["content-disposition"] == 'attachment; filename="annual-report-fy2021.html"'
    assert "Scanners for outbound lanes" in page.text
    assert BREAKING not in page.text
    assert "Drones" not in page.text
    packed = ann.get("/plan/publication", params={"fy": "2021", "form": "csv"})
    with ZipFile(io.BytesIO(packed.content)) as zipped:
        tables = {name: list(csv.reader(io.StringIO(zipped.read(name).decode()))) for name in zipped.namelist()}
    assert tables["figures.csv"]
    assert not any("Drones" in cell for rows in tables.values() for row in rows for cell in row)
    response_of = ann.get("/plan/publication", params={"fy": "2021", "form": "html", "agency": "doj"})
    assert "As the Attorney General wrote." in response_of.text
    refused = ann.get("/plan/publication", params={"fy": "2021", "form": "html", "agency": "nobody"})
    assert refused.status_code == 422
    assert ann.get("/plan/publication", params={"form": "exe"}).status_code == 404


def test_a_publication_is_made_as_pdf(node: Node, of: Any) -> None:
    pytest.importorskip("typst")
    found = of("ann@ondcp").get("/plan/publication", params={"fy": "2021", "form": "pdf", "agency": "doj"})
    assert found.headers["content-type"] == "application/pdf"
    assert found.content.startswith(b"%PDF")

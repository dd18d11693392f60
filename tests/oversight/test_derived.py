"""What people enter on a report of any retention class is taken in: a dispute, a judgement, an exhibit of it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from cutset.link.desk.writing import widened
from cutset.model.exhibit import Collected, ExhibitKind
from cutset.model.marking import Tlp
from cutset.model.report import Report
from cutset.model.retention import classes
from cutset.node import Node
from tests.oversight.places import made
from tests.oversight.test_retention import BASIS
from tests.samples import case, marked, phone, portion, seizure


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return made(tmp_path)


def of_class(code: str, number: str = "7") -> Report:
    marking = marked("ash", les=True, retention=code)
    return case(number, phone("+50755501234"), marking=marking, basis=BASIS if classes()[code].intelligence else None)


def retention_of(node: Node, id: str) -> str:
    entry = node.report(id, viewer="ann@ash") or node.report(id, viewer="bob@birch")
    assert entry is not None
    return entry.report.marking.retention


ENTERED = {code: code if code in ("fact", "tip", "exercise") else "fact" for code in classes()}


@pytest.mark.parametrize("code", sorted(classes()))
@pytest.mark.parametrize("by", ["ann@ash", "bob@birch"])
def test_a_report_of_every_class_can_be_disputed(node: Node, code: str, by: str) -> None:
    report = node.submit(of_class(code), by="ann@ash").id
    dispute = node.dispute(report, letter="letter of 3 May", text="He was abroad.", by=by)
    assert [each.id for each in node.disputes([report], viewer="ann@ash")[report]] == [dispute.id]
    assert retention_of(node, dispute.id) == ENTERED[code]


@pytest.mark.parametrize("code", sorted(classes()))
def test_an_exhibit_of_an_event_and_a_judgement_of_every_class_are_taken_in(node: Node, code: str) -> None:
    first, second = (node.submit(of_class(code, number), by="ann@ash").id for number in ("7", "8"))
    collected = node.act("1", Collected(kind=ExhibitKind.DOCUMENT, event=first), by="ann@ash")
    judged = node.judge("same", [first, second], by="ann@ash")
    for each in (collected, judged):
        assert retention_of(node, each.id) == ENTERED[code]


def test_a_lead_to_criminal_intelligence_can_be_accepted(node: Node) -> None:
    node.submit(of_class("intelligence"), by="ann@ash")
    event = seizure(phone("+50755501234"), marking=marked("ash", les=True, retention="intelligence"))
    node.submit(msgspec.structs.replace(event, basis=BASIS), by="ann@ash")
    (lead,) = node.leads(viewer="ann@ash")
    assert retention_of(node, node.accept_lead(lead.id, by="ann@ash").id) == "fact"


def test_what_is_entered_on_made_and_on_real_reports_does_not_go_with_the_exercise(node: Node) -> None:
    played, real = (node.submit(of_class(code, code), by="ann@ash").id for code in ("exercise", "fact"))
    assert retention_of(node, node.judge("different", [played, real], by="ann@ash").id) == "fact"


def test_the_rights_of_what_is_entered_are_as_strict_as_they_were(node: Node) -> None:
    report = of_class("intelligence")
    id = node.submit(report, by="ann@ash").id
    entered = node.report(node.dispute(id, letter="1", text="He was abroad.", by="ann@ash").id, viewer="ann@ash")
    assert entered is not None
    assert entered.report.marking == msgspec.structs.replace(report.marking, retention="fact")


def test_a_portion_that_is_released_keeps_its_class() -> None:
    apart = portion(marked("ash", tlp=Tlp.AMBER, les=True, retention="intelligence"), phone("+5072"))
    report = seizure(portions=(apart,), marking=marked("ash", tlp=Tlp.AMBER, les=True, rel_to=("agency:ash",)))
    (released,) = widened(report, "r-" + "a" * 32, "birch", portions=[0]).portions
    assert released.marking.retention == "intelligence"
    assert released.marking.rel_to == ("agency:birch",)

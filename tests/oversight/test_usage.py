"""Unusual use is told by a rule that can be explained, and to nobody whose it is not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutset.access.registry import Agency, Viewer
from cutset.errors import CutsetError
from cutset.log.audit import Look
from cutset.log.usage import LEAST_COUNT, LEAST_PEERS, UNUSUAL, _counted
from cutset.model.report import Judgement, Report, Source, Tasking, When
from cutset.node import Node
from tests.oversight.places import START, Hands, made
from tests.samples import marked, seizure


@pytest.fixture
def node(tmp_path: Path, hands: Hands) -> Node:
    node = made(tmp_path, hands=hands)
    node.register(*(Viewer(f"v{n}@ash", "ash") for n in range(6)), *(Viewer(f"w{n}@birch", "birch") for n in range(6)))
    return node


def test_who_looks_far_more_than_their_peers_is_told_with_the_reason(node: Node) -> None:
    for n in range(6):
        node.log.looked(*(Look(view="leads", by=f"v{n}@ash") for _ in range(20 + n)))
    node.log.looked(*(Look(view="report", by="amy@ash") for _ in range(500)))
    node.log.looked(*(Look(view="entity", by="w3@birch", failed="NotFound") for _ in range(40)))
    told = node.usage(viewer="officer@ash")
    assert [each.viewer for each in told if each.unusual] == ["amy@ash"]
    assert "500 looks against a median of" in told[0].why
    assert {each.agency for each in told} == {"ash"}
    assert [each.viewer for each in node.usage(viewer="aud@birch") if each.failed.unusual] == ["w3@birch"]


def test_only_the_period_counts(node: Node, hands: Hands) -> None:
    node.log.looked(*(Look(view="report", by="amy@ash") for _ in range(500)))
    hands.at = START + timedelta(days=40)
    assert {each.looks.number for each in node.usage(viewer="officer@ash", days=30)} == {0}


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=30))
def test_the_rule(numbers: list[int]) -> None:
    counted = _counted(numbers)
    assert len(counted) == len(numbers)
    for each in counted:
        assert each.unusual <= (each.number > each.median and each.number >= LEAST_COUNT)
        assert (each.z is None) == (len(numbers) < LEAST_PEERS)
        assert each.z is None or each.unusual <= (each.z >= UNUSUAL)
    assert sum(each.unusual for each in counted) <= len(numbers) / 2, "most are never unusual"


def asked(node: Node, hands: Hands, of: str, number: int, order: str = "pointer") -> str:
    """A pointer or request that ash submitted to another agency, due within days."""
    content = Tasking(asset=of, order=order, when=When(at=START + timedelta(days=10)), about=())
    source = Source(dataset=order, record=f"{of} {number}")
    return node.submit(Report(marking=marked("ash"), source=source, content=content), by="ann@ash").id


def answer(node: Node, asking: str, by: str) -> None:
    content = Judgement(verdict="in contact", about=(asking,))
    report = Report(marking=marked(by.partition("@")[2]), source=Source(dataset="answers"), content=content)
    node.submit(report, by=by)


def test_which_agency_never_answers_is_told_and_which_is_only_late(node: Node, hands: Hands) -> None:
    """birch never answers, cedar always does, elm only when it is too late."""
    node.register(Agency("cedar", country="US"), Agency("elm", country="US"))
    node.register(Viewer("cyd@cedar", "cedar"), Viewer("eve@elm", "elm"))
    for number in range(3):
        asked(node, hands, "birch", number)
    answered = [asked(node, hands, "cedar", number) for number in range(2)]
    late = [asked(node, hands, "elm", number) for number in range(2)]
    hands.at = START + timedelta(days=1)
    for each in answered:
        answer(node, each, "cyd@cedar")
    hands.at = START + timedelta(days=60)
    answer(node, late[0], "eve@elm")
    told = node.answering(viewer="officer@ash")
    assert [(each.agency, each.answered, each.late, each.due, each.never) for each in told] == [
        ("birch", 0, 0, 3, True),
        ("elm", 0, 1, 2, False),
        ("cedar", 2, 0, 2, False),
    ]
    with pytest.raises(CutsetError):
        node.answering(viewer="nobody@ash")


def test_an_officer_s_three_questions_on_a_world_whose_answers_are_known(node: Node, hands: Hands) -> None:
    """Who saw this report, whose rights were used unusually, who is silent: each answer is known beforehand."""
    secret = node.submit(seizure(), by="ann@ash").id
    asked(node, hands, "birch", 1)
    for n in range(6):
        for _ in range(3 + n % 2):
            node.leads(viewer=f"v{n}@ash")
    for _ in range(60):
        assert node.report(secret, viewer="amy@ash") is not None
    assert node.report(secret, viewer="bob@birch") is not None
    hands.at = START + timedelta(days=20)
    assert [(each.viewer, each.looks) for each in node.who_saw(secret, viewer="officer@ash")] == [
        ("amy@ash", 60),
        ("bob@birch", 1),
    ]
    assert [each.viewer for each in node.usage(viewer="officer@ash") if each.unusual] == ["amy@ash"]
    assert [each.agency for each in node.answering(viewer="officer@ash") if each.never] == ["birch"]

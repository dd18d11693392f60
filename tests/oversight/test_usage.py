"""Unusual use is told by a rule that can be explained, and to nobody whose it is not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutset.access.registry import Viewer
from cutset.errors import CutsetError
from cutset.log.audit import Look
from cutset.log.usage import LEAST_COUNT, LEAST_PEERS, UNUSUAL, _counted
from cutset.model.report import Report, Source, Tasking
from cutset.node import Node
from tests.oversight.places import START, Hands, made
from tests.samples import day, marked


@pytest.fixture
def hands() -> Hands:
    return Hands()


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


def test_an_agency_that_never_answers_is_told(node: Node, hands: Hands) -> None:
    for number in range(3):
        content = Tasking(asset="birch", order="pointer", when=day(1 + number), about=())
        report = Report(marking=marked("ash"), source=Source(dataset="pointers", record=str(number)), content=content)
        node.submit(report, by="ann@ash")
    hands.at = START + timedelta(days=60)
    (told,) = node.answering(viewer="officer@ash")
    assert (told.agency, told.what, told.due, told.never) == ("birch", "pointers", 3, True)
    with pytest.raises(CutsetError):
        node.answering(viewer="nobody@ash")

"""What is learned and shown rests on the visible alone: worlds of shipments, cases, orders and outcomes."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cutset.model.mention import Mention, MentionKind, Role
from cutset.model.report import Case, Outcome, Report, Shipment, Source, Tasking, When, Where
from cutset.target import signs
from cutset.target.index import TargetIndex
from cutset.target.queue import Day, queue
from cutset.target.ranking import ranked
from cutset.target.rates import rule_rates
from tests.samples import marked, phone, private
from tests.worlds import Store

START = datetime(2024, 1, 1, tzinfo=UTC)
PHONES = ("+12125550100", "+12125550101")

Made = tuple[str, bool, int, int]
"""Its kind, whether only its originator sees it, and two small numbers that say what is in it."""


def made() -> st.SearchStrategy[list[Made]]:
    kinds = st.sampled_from(["shipment", "shipment", "shipment", "case", "order", "outcome"])
    return st.lists(st.tuples(kinds, st.booleans(), st.integers(0, 5), st.integers(0, 1)), min_size=4, max_size=16)


def report(number: int, each: Made, shipments: list[str]) -> Report:
    kind, hidden, one, other = each
    marking = private("birch") if hidden else marked("ash")
    source = Source(dataset="made", record=f"{number}", made=True)
    content: Any
    mentions: tuple[Mention, ...] = ()
    if kind == "shipment":
        content = Shipment(
            number=f"{number}",
            arrives=When(at=START + timedelta(days=one)),
            origin=Where(country=("EC", "CN")[other], locode=("ECGYE", "PAONX")[one % 2]),
            hs_code=("080390", "690721")[other],
            weight_kg=100.0 * (one + 1) ** 2,
            modality="container",
        )
        shipper = Mention(kind=MentionKind.ORGANIZATION, role=Role.SHIPPER, name=("Ace", "Bee", "Cee")[one % 3])
        mentions = (shipper, phone(PHONES[other], Role.CONSIGNEE))
    elif kind == "case":
        content, mentions = Case(number=f"{number}"), (phone(PHONES[other]),)
    else:
        about = (shipments[one % len(shipments)],) if shipments else ()
        if kind == "order":
            content = Tasking(asset="x", order=("examine", "examine at random")[other], about=about)
        else:
            content = Outcome(period=When(at=START), found=bool(other), about=about)
    return Report(marking=marking, source=source, content=content, mentions=mentions)


def shown(store: Store) -> Any:
    index, rights = store.index(TargetIndex), store.rights("ash")
    return ranked(index, rights), rule_rates(index, rights), queue(index, rights, Day(capacity=4, random=0.5), b"key")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made())
def test_what_ash_is_shown_does_not_depend_on_what_birch_hides(steps: list[Made]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(signs, "LEAST_SEEN", 2),
        patch.object(signs, "SHARED", 1),
    ):
        whole, mine = Store(str(Path(folder, "whole"))), Store(str(Path(folder, "mine")))
        shipments: list[str] = []
        for number, each in enumerate(steps):
            given_in = report(number, each, shipments)
            id = whole.put(given_in)
            if not each[1]:
                assert mine.put(given_in) == id
            if each[0] == "shipment":
                shipments.append(id)
        assert shown(whole) == shown(mine)

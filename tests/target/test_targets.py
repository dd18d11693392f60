"""Targets on a small made port: what ranks first and why, the queue, decisions, examinations, bad input."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cutset import clock
from cutset.access.registry import Agency, Viewer
from cutset.model.marking import Marking
from cutset.model.mention import Mention, MentionKind, Role, Selector, SelectorKind
from cutset.model.report import Case, Money, Outcome, Report, Seizure, Shipment, Source, Tasking, When, Where
from cutset.node import Node, Refused
from cutset.target.index import TargetIndex
from cutset.target.queue import BY_LOT, BadCapacity
from cutset.target.ranking import NoTarget, Ranking, Target, scores
from cutset.target.reading import Consignment
from cutset.target.writing import BadExamination, Stale
from tests.samples import day, marked, phone, private

NOW = datetime(2024, 3, 10, tzinfo=UTC)
ANN, BOB = "ann@ash", "bob@birch"


def shipment(number: int, *mentions: Mention, shipper: str = "Regular", **changes: Any) -> Report:
    marking: Marking = changes.pop("marking", marked())
    fields: dict[str, Any] = {
        "arrives": When(at=datetime(2024, 3, 1, tzinfo=UTC)),
        "origin": Where(country="EC", locode="ECGYE"),
        "destination": Where(country="US", locode="USLAX"),
        "modality": "container",
        "hs_code": "080390",
        "weight_kg": 20_000.0 + number,
        "value": Money(amount=Decimal(12_000 + number), currency="USD"),
    } | changes
    firm = Mention(kind=MentionKind.ORGANIZATION, role=Role.SHIPPER, name=shipper)
    return Report(
        marking=marking,
        source=Source(dataset="manifests", record=f"M{number}", made=True),
        content=Shipment(number=f"M{number}", **fields),
        mentions=(firm, *mentions),
    )


@pytest.fixture
def node(tmp_path: Path) -> Node:
    made = Node.create(str(tmp_path / "port.cutset"), clock=clock.fixed(NOW))
    made.register(
        *(Agency(id=name, name=name, country="US", law_enforcement=True) for name in ("ash", "birch")),
        *(Viewer(id=id, agency=id.split("@")[1], roles=(), active=True) for id in (ANN, BOB)),
    )
    for number in range(30):
        made.submit(shipment(number), by=ANN)
    return made


def put(node: Node, number: int, *mentions: Mention, by: str = ANN, **changes: Any) -> str:
    return node.submit(shipment(number, *mentions, **changes), by=by).id


def container(number: str) -> Mention:
    return Mention(
        kind=MentionKind.CONTAINER, selectors=(Selector(SelectorKind.CONTAINER, number, number, verified=True),)
    )


def case(marking: Marking) -> Report:
    return Report(
        marking=marking, source=Source(dataset="cases"), content=Case(number="1"), mentions=(phone("+12125550100"),)
    )


def test_a_consignee_whose_telephone_stands_in_a_case_ranks_first_and_says_so(node: Node) -> None:
    node.submit(case(marked()), by=ANN)
    id = put(node, 99, phone("+12125550100", Role.CONSIGNEE))
    first = node.ranked_targets(viewer=ANN)[0]
    assert first.id == id
    assert first.reasons[0].rule == "known-to-case"


def test_a_case_that_the_viewer_may_not_see_moves_nothing(node: Node) -> None:
    id = put(node, 99, phone("+12125550100", Role.CONSIGNEE))
    before = node.target(id, viewer=ANN)
    node.submit(case(private("birch")), by=BOB)
    assert node.target(id, viewer=ANN) == before
    assert "known-to-case" in {each.rule for each in node.target(id, viewer=BOB).reasons}


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("odd-weight", {"weight_kg": 60_000.0, "value": Money(amount=Decimal(36_000), currency="USD")}),
        ("odd-value", {"value": Money(amount=Decimal(900_000), currency="USD")}),
        ("transshipped", {"origin": Where(country="EC", locode="PAONX")}),
        ("odd-origin", {"origin": Where(country="CN", locode="CNSHA"), "hs_code": "080390"}),
        ("missing-data", {"weight_kg": 0.0}),
        ("missing-data", {"hs_code": ""}),
        ("late-data", {"declared": When(at=NOW), "departs": When(at=datetime(2024, 2, 1, tzinfo=UTC))}),
        ("first-shipper", {"shipper": "Never Seen"}),
    ],
)
def test_each_sign_fires_its_rule_and_raises_the_score(node: Node, rule: str, changes: dict[str, Any]) -> None:
    plain = put(node, 40, arrives=When(at=datetime(2024, 3, 2, tzinfo=UTC)))
    odd = put(node, 41, **{"arrives": When(at=datetime(2024, 3, 2, tzinfo=UTC))} | changes)
    assert rule not in {each.rule for each in node.target(plain, viewer=ANN).reasons}
    assert rule in {each.rule for each in node.target(odd, viewer=ANN).reasons}
    assert node.target(odd, viewer=ANN).score > node.target(plain, viewer=ANN).score


def test_finds_raise_the_weight_of_the_rule_that_found_them(node: Node) -> None:
    before = {each.rule: each.weight for each in node.target_rules(viewer=ANN).rules}
    for number in range(50, 60):
        put_id = put(node, number, origin=Where(country="EC", locode="PAONX"))
        node.decide_target(put_id, "inspect", by=ANN)
        node.record_examination(put_id, True, by=ANN, detector="x-ray")
    for each in node.ranked_targets(viewer=ANN)[:10]:
        node.record_examination(each.id, False, by=ANN)
    told = node.target_rules(viewer=ANN)
    after = {each.rule: each for each in told.rules}
    assert after["transshipped"].weight > before["transshipped"]
    assert (after["transshipped"].rate.found, after["transshipped"].rate.examined) == (10, 10)
    assert (told.targeted.examined, told.untold) == (10, 10)


def test_no_more_targets_are_made_than_are_asked_for(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(50, 55):
        put(node, number, shipper=f"New {number}")
    whole = node.ranked_targets(viewer=ANN)
    made: list[str] = []
    build = Ranking._target

    def counted(self: Ranking, each: Consignment) -> Target:
        made.append(each.id)
        return build(self, each)

    monkeypatch.setattr(Ranking, "_target", counted)
    assert node.ranked_targets(viewer=ANN, limit=2) == whole[:2]
    # Those that score as the second does are made as well, to be put in order.
    assert len(made) == sum(each.log_odds >= whole[1].log_odds for each in whole) < len(whole)
    made.clear()
    numbers = dict(scores(node.index(TargetIndex), node.rights(ANN)))
    assert numbers == {each.record: each.log_odds for each in whole}
    assert not made
    node.targets(viewer=ANN, capacity=4)
    assert len(made) == 4


def test_a_queue_draws_its_share_by_lot_and_says_why_each_is_there(node: Node) -> None:
    found = node.targets(viewer=ANN, capacity=10, random=0.3, place="USLAX", on=date(2024, 3, 1))
    assert found == node.targets(viewer=ANN, capacity=10, random=0.3, place="USLAX", on=date(2024, 3, 1))
    assert len({each.target.id for each in found.places}) == len(found.places) == 10
    assert [each.why for each in found.places].count(BY_LOT) == 3
    drawn = found.places[0].target.id
    node.decide_target(drawn, "inspect", by=ANN, day=found.day)
    node.record_examination(drawn, False, by=ANN)
    assert node.target_rules(viewer=ANN).random.examined == 1
    again = node.targets(viewer=ANN, capacity=10, random=0.3, place="USLAX", on=date(2024, 3, 1))
    assert [each.target.id for each in again.places[:3]] == [each.target.id for each in found.places[:3]]
    assert not node.targets(viewer=ANN, capacity=5, place="USNYC").places


def test_the_measure_of_the_plan_reads_the_same(node: Node) -> None:
    found = node.targets(viewer=ANN, capacity=10, random=0.3)
    for number, each in enumerate(found.places):
        node.decide_target(each.target.id, "inspect", by=ANN, day=found.day)
        node.record_examination(each.target.id, number in (0, 5), by=ANN)
    told = node.target_rules(viewer=ANN)
    whole = node.measure("examination-hit-rate", viewer=ANN).whole
    assert whole.beside == {
        "targeted finds": told.targeted.found,
        "targeted": told.targeted.examined,
        "random finds": told.random.found,
        "random": told.random.examined,
    }


def test_a_stale_decision_is_refused_and_one_that_knows_is_not(node: Node) -> None:
    id = put(node, 70)
    node.decide_target(id, "inspect", by=ANN, expected="open")
    with pytest.raises(Stale):
        node.decide_target(id, "release", by=ANN, reason="known trader", expected="open")
    node.decide_target(id, "release", by=ANN, reason="known trader", expected="inspect")
    assert node.target(id, viewer=ANN).state == "release"
    assert not node.target(id, viewer=ANN).conflict


def test_bad_input_is_refused_in_words(node: Node) -> None:
    hidden = put(node, 80, marking=private("birch"), by=BOB)
    future = put(node, 81, arrives=When(at=datetime(2024, 4, 1, tzinfo=UTC)))
    for capacity, share in ((0, 0.1), (-1, 0.1), (5, 1.5)):
        with pytest.raises(BadCapacity):
            node.targets(viewer=ANN, capacity=capacity, random=share)
    with pytest.raises(NoTarget):
        node.record_examination(hidden, True, by=ANN)
    with pytest.raises(BadExamination, match="after this examination"):
        node.record_examination(future, False, by=ANN)
    with pytest.raises(Refused):
        node.decide_target(future, "release", by=ANN)
    bare = put(node, 82, origin=Where(), destination=Where(), hs_code="999999", weight_kg=None, value=None)
    assert node.target(bare, viewer=ANN).score > 0


def test_the_index_can_be_rebuilt_from_the_log(node: Node) -> None:
    before = node.ranked_targets(viewer=ANN)
    node.index(TargetIndex).drop()
    assert node.ranked_targets(viewer=ANN) == before


def test_what_is_kept_follows_the_log_and_forgets_with_it(node: Node) -> None:
    kept = node.ranked_targets(viewer=ANN)
    assert node.ranked_targets(viewer=ANN) == kept
    id = put(node, 99, shipper="Nobody Before")
    anew = node.ranked_targets(viewer=ANN)
    assert id in {each.id for each in anew}
    node.purge([id], reason="its time is up", by=ANN)
    assert node.ranked_targets(viewer=ANN) == kept
    with pytest.raises(NoTarget):
        node.target(id, viewer=ANN)


def weight(node: Node, rule: str) -> float:
    return next(each.weight for each in node.target_rules(viewer=ANN).rules if each.rule == rule)


def examined(node: Node, id: str, found: bool, order: str) -> None:
    receipt = node.submit(
        Report(
            marking=marked(),
            source=Source(dataset="orders", record=f"{order} {id}", made=True),
            content=Tasking(asset="team", order=order, when=day(1, 3), about=(id,)),
        ),
        by=ANN,
    )
    outcome = Outcome(period=day(2, 3), found=found, about=(id, receipt.id))
    source = Source(dataset="findings", record=f"{order} {id}", made=True)
    node.submit(Report(marking=marked(), source=source, content=outcome), by=ANN)


def test_the_seizure_that_an_examination_led_to_does_not_explain_it(node: Node) -> None:
    before = weight(node, "known-to-seizure")
    for number in range(50, 60):
        box = container(f"MSKU{number:07d}")
        examined(node, put(node, number, box, arrives=day(2, 3)), True, "examine")
        source = Source(dataset="seizures", record=f"S{number}", made=True)
        node.submit(Report(marking=marked(), source=source, content=Seizure(when=day(3, 3)), mentions=(box,)), by=ANN)
    # One that nobody has examined is marked all the same.
    late = put(node, 60, container("MSKU0000050"), arrives=day(2, 3))
    assert weight(node, "known-to-seizure") == before
    assert "known-to-seizure" in {each.rule for each in node.target(late, viewer=ANN).reasons}


def test_one_find_among_many_examined_shipments_tells_less_than_one_among_few(node: Node) -> None:
    for number in range(50, 80):
        examined(node, put(node, number, shipper="Large", arrives=day(2, 3)), number == 50, "examine at random")
    examined(node, put(node, 80, shipper="Small", arrives=day(2, 3)), True, "examine at random")
    parts = {}
    for number, shipper in ((90, "Large"), (91, "Small")):
        target = node.target(put(node, number, shipper=shipper, arrives=day(3, 3)), viewer=ANN)
        parts[shipper] = {each.rule: each.log_odds for each in target.reasons}.get("found-before", 0.0)
    assert parts["Small"] > 0.5 > parts["Large"] >= 0


def test_who_was_chosen_for_a_tip_does_not_make_a_sign_seem_harmless(node: Node) -> None:
    """Loads chosen for a tip show no sign, innocents were chosen for theirs: lots say that the sign tells of loads."""
    odd = {"origin": Where(country="EC", locode="PAONX")}
    for number in range(50, 90):
        examined(node, put(node, number), True, "examine")
        examined(node, put(node, number + 100, **odd), False, "examine")
    for number in range(300, 320):
        examined(node, put(node, number), False, "examine at random")
        examined(node, put(node, number + 100, **odd), number % 2 == 0, "examine at random")
    assert weight(node, "transshipped") > 0

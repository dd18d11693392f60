"""A node's network, what people keep of it and what they order: by rights, with a reason, marked by its basis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cutset.access.registry import Agency, Viewer
from cutset.allocate.changes import Changes
from cutset.allocate.evidence import Revise
from cutset.allocate.network import BadNetwork, Network
from cutset.allocate.proposal import Method, Proposal, propose
from cutset.errors import CutsetError
from cutset.model.marking import Marking, Tlp
from cutset.model.network import Allocation, Means, Posting
from cutset.model.register import RegisterEntry
from cutset.model.report import Precision, Response, Tasking
from cutset.node import Node, Refused, reckoned
from cutset.plan import document
from cutset.plan.filed import filed
from cutset.plan.measures.compute import measure
from cutset.plan.registers import enter
from tests.allocate.shores import COCAINE, CUTTERS, met, patrol, way
from tests.samples import marked, private

PLAN = document.load("niccp_2021")
ANN, BOB = "ann@ash", "bob@birch"
HERE = (
    Posting(means="ash/cutters", way="ash/north", days=12.0),
    Posting(means="ash/cutters", way="ash/south", days=8.0),
)
START = datetime(2024, 5, 1, tzinfo=UTC)


class Hours:
    """A clock that goes on by itself, so that no two reports are of one moment."""

    def __init__(self) -> None:
        self.at = datetime(2024, 4, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def state(node: Node, entry: RegisterEntry, marking: Marking, by: str = ANN) -> str:
    return node.submit(enter(PLAN, entry, 2024, marking=marking, made=True), by=by).id


@pytest.fixture
def node(tmp_path: Path) -> Node:
    node = Node.create(str(tmp_path / "node.cutset"), clock=Hours())
    node.register(Agency("ash", country="US"), Agency("birch", country="US"), Viewer(ANN, "ash"), Viewer(BOB, "birch"))
    for entry in (way(), way("south", days=30.0), COCAINE, CUTTERS):
        state(node, entry, marked("ash", tlp=Tlp.GREEN))
    return node


def keep(node: Node, by: str = ANN, **changes: Any) -> str:
    given: dict[str, Any] = {"reason": "most passes there", "postings": HERE} | changes
    return node.keep_allocation("spring", "More days", by=by, **given).id


def test_the_network_is_made_of_what_the_viewer_may_see(node: Node) -> None:
    state(node, way("secret"), private("ash"))
    mine, theirs = (node.allocation_network(viewer=viewer) for viewer in (ANN, BOB))
    assert list(mine.stated.ways) == ["ash/north", "ash/secret", "ash/south"]
    assert list(theirs.stated.ways) == ["ash/north", "ash/south"]
    assert (theirs.rests.entries, theirs.rests.made) == (4, True)
    assert theirs.rests.marking is not None
    assert theirs.rests.marking.tlp is Tlp.GREEN


def test_what_the_viewer_lacks_is_left_out_and_said(node: Node) -> None:
    fresh = Means(id="boats", sort="boat", days=4.0, areas=("Lake",))
    state(node, fresh, marked("ash", tlp=Tlp.GREEN))
    found = node.allocation_network(viewer=BOB)
    assert "ash/boats" not in found.stated.means
    assert any("ash/boats" in fault for fault in found.rests.faults)


def test_finds_revise_what_is_reckoned_with_and_mark_it(node: Node) -> None:
    for number in range(1, 11):
        node.submit(patrol(number), by=ANN)
    node.submit(met(3, marking=marked("ash", tlp=Tlp.AMBER)), by=ANN)
    stated, revised = (node.allocation_network(viewer=ANN, revise=each) for each in (Revise.NOTHING, Revise.SWEEP))
    assert stated.network == stated.stated == revised.stated
    assert revised.network != stated.network
    assert (stated.rests.reports, revised.rests.reports) == (0, 11)
    assert revised.rests.marking is not None
    assert revised.rests.marking.tlp is Tlp.AMBER


def test_what_was_reckoned_is_kept_until_a_purge(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = state(node, way("secret"), private("ash"))
    asked: list[tuple[str, ...]] = []

    def counted(network: Network, **how: Any) -> Proposal:
        asked.append(tuple(network.ways))
        return propose(network, **how)

    monkeypatch.setattr(reckoned.of_proposal, "propose", counted)
    for purged in (False, True):
        if purged:
            node.purge([secret], reason="retention is over", by=ANN)
        for _ in range(2):
            for viewer in (ANN, BOB):
                node.propose_allocation(viewer=viewer, method=Method.GREEDY, months=0)
    shared = ("ash/north", "ash/south")
    # Once for each viewer; after the purge for each again, though one of them asks for the very same network.
    assert asked == [("ash/north", "ash/secret", "ash/south"), shared, shared, shared]


def test_a_kept_allocation_says_what_it_rests_on_and_what_it_is_expected_to_bring(node: Node) -> None:
    keep(node)
    (kept,) = node.kept_allocations(viewer=BOB)
    assert (kept.name, kept.agency, kept.by, kept.reason) == ("ash/spring", "ash", ANN, "most passes there")
    # At least an agency's own level, whatever it rests on.
    assert kept.marking.tlp is Tlp.AMBER
    assert (kept.made, kept.changed) == (True, ())
    expected = kept.allocation.expected
    assert expected["kg arriving a month"] < 1000
    assert expected["kg arriving a month"] + expected["kg met a month"] == pytest.approx(1000)
    assert expected["asset-days a month"] == 20
    entries = node.allocation_network(viewer=ANN).rests.rests_on
    assert kept.allocation.rests_on == entries
    assert set(kept.allocation.rests_on) <= {each.id for each in filed(node.log, node.rights(ANN))}


def test_an_allocation_is_as_strict_as_all_that_it_rests_on(node: Node) -> None:
    state(node, way("near", days=1.0), marked("ash", tlp=Tlp.AMBER, les=True))
    keep(node)
    (kept,) = node.kept_allocations(viewer=ANN)
    assert (kept.marking.tlp, kept.marking.les) == (Tlp.AMBER, True)
    state(node, way("secret"), private("ash"))
    keep(node)
    # Who may not see what the later one rests on sees the earlier one still.
    assert node.kept_allocations(viewer=BOB) == [kept]
    (later,) = node.kept_allocations(viewer=ANN)
    assert later.report != kept.report
    assert later.marking.tlp is Tlp.RED


def test_what_not_all_of_the_agency_may_see_cannot_be_kept(node: Node) -> None:
    node.register(Viewer("bea@birch", "birch"))
    only = marked("ash", tlp=Tlp.RED, rel_to=(f"viewer:{BOB}",))
    state(node, way("secret"), only)
    assert "ash/secret" in node.allocation_network(viewer=BOB).stated.ways
    with pytest.raises(Refused, match="not all of your agency"):
        keep(node, by=BOB)


def test_keeping_it_again_takes_the_place_of_the_earlier_one(node: Node) -> None:
    first = keep(node)
    second = keep(node, postings=HERE[:1])
    (kept,) = node.kept_allocations(viewer=ANN)
    assert kept.report == second != first
    assert kept.allocation.postings == HERE[:1]


def test_what_has_changed_since_is_told(node: Node) -> None:
    keep(node)
    older = [each for each in filed(node.log, node.rights(ANN)) if getattr(each.content.entry, "id", "") == "north"]
    node.submit(enter(PLAN, way(days=1.0), 2024, marking=marked("ash", tlp=Tlp.GREEN), older=older), by=ANN)
    (kept,) = node.kept_allocations(viewer=ANN)
    assert kept.changed == (older[0].id,)


@pytest.mark.parametrize(
    ("changes", "error", "what"),
    [
        ({"reason": " "}, Refused, "needs a reason"),
        ({"postings": ()}, CutsetError, "places nothing"),
        ({"postings": (Posting(means="ash/cutters", way="ash/never", days=2.0),)}, BadNetwork, "not of the network"),
        ({"postings": (Posting(means="ash/cutters", way="ash/north", days=40.0),)}, BadNetwork, "are posted of"),
        ({"postings": (Posting(means="ash/cutters", way="ash/north", days=3.0),)}, BadNetwork, "whole deployments"),
    ],
)
def test_what_cannot_be_is_not_kept(node: Node, changes: dict[str, Any], error: type[Exception], what: str) -> None:
    with pytest.raises(error, match=what):
        keep(node, **changes)
    assert node.kept_allocations(viewer=ANN) == []


def test_what_is_kept_under_changes_says_which(node: Node) -> None:
    more = (Posting(means="ash/cutters", way="ash/north", days=40.0),)
    keep(node, postings=more, changes=Changes(days={"ash/cutters": 40.0}, closed=("ash/south",)))
    (kept,) = node.kept_allocations(viewer=ANN)
    assert "as if ash/cutters had 40 days a month, and ash/south was shut" in kept.reason
    assert kept.allocation.expected["asset-days a month"] == 40


def test_nothing_is_ordered_until_somebody_orders_it_and_then_each_day(node: Node) -> None:
    keep(node)
    assert _taskings(node) == []
    done = node.order_allocation("ash/spring", by=ANN, since=START)
    assert len(done.receipts) == 20
    assert done.left_out == ()
    found = _taskings(node)
    (kept,) = node.kept_allocations(viewer=ANN)
    assert {each.order for each in found} == {"patrol"}
    assert {each.about for each in found} == {(kept.report,)}
    assert {each.where.place for each in found} == {"Eastern Pacific"}
    days = [(each.asset, each.when.at) for each in found if each.when]
    assert len(set(days)) == 20, "an asset is sent to one place a day"
    assert min(at for _, at in days) == START
    assert max(at for _, at in days) < START + timedelta(days=30)
    assert all(each.when.precision is Precision.DAY for each in found if each.when)
    # What was ordered is what the Plan counts as asset days.
    counted = measure(node.sources(), node.rights(ANN), "asset-days-had", plan=PLAN, clock=node.clock)
    assert counted.whole.value == 20


def test_the_same_orders_given_again_are_held(node: Node) -> None:
    keep(node)
    node.order_allocation("ash/spring", by=ANN, since=START)
    again = node.order_allocation("ash/spring", by=ANN, since=START)
    assert all(each.held for each in again.receipts)
    assert len(_taskings(node)) == 20


def test_an_order_tells_nobody_of_an_allocation_that_they_may_not_see(node: Node) -> None:
    node.register(Viewer("bea@birch", "birch"))
    state(node, Means(id="boats", sort="boat", days=6.0, step=2.0), marked("birch", tlp=Tlp.GREEN), by=BOB)
    only = marked("ash", tlp=Tlp.RED, rel_to=("viewer:ann@ash", f"viewer:{BOB}"))
    postings = (Posting(means="birch/boats", way="ash/south", days=6.0),)
    state(node, Allocation(id="quiet", title="Quiet", postings=postings), only)
    assert "ash/quiet" in [each.name for each in node.kept_allocations(viewer=BOB)]
    with pytest.raises(Refused, match="not all of your agency"):
        node.order_allocation("ash/quiet", by=BOB, since=START)
    assert _taskings(node) == []


def test_an_agency_orders_its_own_means_alone(node: Node) -> None:
    keep(node)
    with pytest.raises(Refused, match="none of your agency's means"):
        node.order_allocation("ash/spring", by=BOB, since=START)
    boats = Means(id="boats", sort="boat", days=6.0, step=2.0)
    state(node, boats, marked("birch", tlp=Tlp.GREEN), by=BOB)
    both = (HERE[0], Posting(means="birch/boats", way="ash/south", days=6.0))
    keep(node, postings=both)
    done = node.order_allocation("ash/spring", by=BOB, since=START)
    assert len(done.receipts) == 6
    assert done.left_out == (HERE[0],)
    with pytest.raises(Refused, match="no allocation of this name"):
        node.order_allocation("ash/never", by=ANN)


def test_a_proposal_is_found_of_the_visible_and_compared_with_how_it_is(node: Node) -> None:
    pytest.importorskip("highspy")
    hidden = way("secret", days=0.0, sweep=None)
    before = node.propose_allocation(viewer=BOB, months=0)
    state(node, hidden, private("ash"))
    assert node.propose_allocation(viewer=BOB, months=0) == before
    assert (
        node.propose_allocation(viewer=ANN, months=0).proposal.outcome.arrived_kg > before.proposal.outcome.arrived_kg
    )
    more = node.allocation_what_if(Changes(days={"ash/cutters": 60.0}), viewer=BOB, again=True).difference
    assert more.after.arrived_kg < before.proposal.outcome.arrived_kg


def test_a_kept_allocation_is_a_report_of_its_register(node: Node) -> None:
    report = keep(node)
    entry = node.report(report, viewer=ANN)
    assert entry is not None
    content = entry.report.content
    assert isinstance(content, Response)
    assert isinstance(content.entry, Allocation)
    assert content.plan == PLAN.id
    assert msgspec.json.decode(msgspec.json.encode(entry.report), type=type(entry.report)) == entry.report


def _taskings(node: Node) -> list[Tasking]:
    reports = [held.entry.report for held in node.log.follow(0)]
    return [each.content for each in reports if isinstance(each.content, Tasking)]

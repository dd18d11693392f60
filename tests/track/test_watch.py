"""What the watch decides, through a node: orders, hand-offs and answers, entries and assets, each with its marking."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cutset.access.registry import Agency, Viewer
from cutset.model.marking import Marking, Tlp
from cutset.model.report import Asset
from cutset.node import Node, Refused
from cutset.track.events import NoEvent
from cutset.track.handoffs import Answer
from cutset.track.index import TrackIndex
from cutset.track.words import Order, Phase
from cutset.track.writing import BadEntry, Stale
from tests.samples import marked, private
from tests.track.making import at, seen, ship, track

ANN, BOB, CAT, JAN = "ann@ash", "bob@birch", "cat@cedar", "jan@juniper"


class Hours:
    """A clock that a test sets, in hours after dawn."""

    def __init__(self) -> None:
        self.hours = 1.0

    def __call__(self) -> datetime:
        return at(self.hours)


@pytest.fixture
def clock() -> Hours:
    return Hours()


@pytest.fixture
def node(tmp_path: Path, clock: Hours) -> Node:
    made = Node.create(str(tmp_path / "watch.cutset"), clock=clock)
    made.register(
        *(Agency(id=name, name=name, country="US") for name in ("ash", "birch", "cedar")),
        Agency(id="juniper", name="juniper", country="NL"),
        *(Viewer(id=id, agency=id.split("@")[1]) for id in (ANN, BOB, CAT, JAN)),
    )
    return made


def cue(node: Node, marking: Marking | None = None) -> str:
    return node.submit(seen(0.5, 8.0, -84.0, marking=marking or marked("ash")), by=ANN).id


def test_a_cue_is_taken_up_handed_off_and_taken_over(node: Node, clock: Hours) -> None:
    id = cue(node)
    node.watch_order(id, "monitor", by=ANN, asset="Cutter One", reason="nearest")
    offered = node.hand_off(id, "birch", by=ANN, answer_by=at(2), reason="in their waters")
    waiting = node.watch_event(id, viewer=BOB)
    assert waiting.offered is not None
    assert waiting.holder is not None
    assert (waiting.holder.agency, waiting.offered.answer_by) == ("ash", at(2))
    clock.hours = 1.5
    taken = node.answer_hand_off(offered.id, True, by=BOB, asset="Patrol Two")
    after = node.watch_event(id, viewer=ANN)
    assert after.holder is not None
    assert (after.holder.agency, after.holder.asset, after.holder.report) == ("birch", "Patrol Two", taken.id)
    assert after.phase is Phase.HANDED_OFF
    # As the picture was before: the giver held it.
    before = node.watch_event(id, viewer=ANN, at=at(1.2)).holder
    assert before is not None
    assert before.agency == "ash"


def test_a_hand_off_is_answered_once_and_by_whom_it_was_offered_to(node: Node, clock: Hours) -> None:
    id = cue(node)
    offered = node.hand_off(id, "birch", by=ANN).id
    with pytest.raises(Stale, match="theirs to answer"):
        node.answer_hand_off(offered, True, by=CAT)
    with pytest.raises(Refused, match="reason"):
        node.answer_hand_off(offered, False, by=BOB)
    clock.hours = 1.1
    node.answer_hand_off(offered, False, by=BOB, reason="no boat")
    with pytest.raises(Stale, match="declined"):
        node.answer_hand_off(offered, True, by=BOB)
    hands = node.watch_event(id, viewer=ANN).hand_offs
    assert [each.answer for each in hands] == [Answer.DECLINED]
    with pytest.raises(Stale, match="ash holds it"):
        node.hand_off(id, "cedar", by=BOB)
    with pytest.raises(NoEvent):
        node.answer_hand_off("r-never", True, by=BOB)


def test_an_answer_may_come_late_and_an_offer_is_made_once(node: Node, clock: Hours) -> None:
    id = cue(node)
    offered = node.hand_off(id, "birch", by=ANN).id
    with pytest.raises(Stale, match="already"):
        node.hand_off(id, "birch", by=ANN)
    clock.hours = 3
    (alarm,) = node.watch_picture(viewer=ANN).alarms
    assert (alarm.about, alarm.since) == (id, at(1.5))
    node.answer_hand_off(offered, True, by=BOB)
    assert not node.watch_picture(viewer=ANN).alarms


def test_a_hand_off_is_for_its_two_agencies_where_the_event_is_closed(node: Node) -> None:
    id = cue(node, Marking(originator="ash", tlp=Tlp.AMBER_STRICT, rel_to=("agency:birch",)))
    offered = node.hand_off(id, "birch", by=ANN).id
    assert node.report(offered, viewer=BOB) is not None
    assert node.report(offered, viewer=CAT) is None
    with pytest.raises(Refused, match="may see what you would hand off"):
        node.hand_off(id, "cedar", by=ANN)


def test_a_foreign_partner_is_offered_what_it_may_see(node: Node) -> None:
    id = cue(node, marked("ash"))
    offered = node.hand_off(id, "juniper", by=ANN).id
    assert node.report(offered, viewer=JAN) is not None
    node.answer_hand_off(offered, True, by=JAN)
    holder = node.watch_event(id, viewer=ANN).holder
    assert holder is not None
    assert holder.agency == "juniper"


def test_orders_say_what_they_cannot(node: Node, clock: Hours) -> None:
    id = cue(node)
    hidden = cue(node, private("ash"))
    with pytest.raises(NoEvent):
        node.watch_order(hidden, "monitor", by=BOB)
    with pytest.raises(Refused):
        node.watch_order(id, "hand off", by=ANN)
    with pytest.raises(ValueError, match="sink"):
        node.watch_order(id, "sink", by=ANN)
    with pytest.raises(Stale, match="does not hold"):
        node.watch_order(id, Order.BREAK_OFF, by=ANN)
    with pytest.raises(BadEntry, match="yet to come"):
        node.watch_order(id, "monitor", by=ANN, at=at(5))
    with pytest.raises(Refused, match="no other agency"):
        node.hand_off(id, "ash", by=ANN)
    with pytest.raises(Refused, match="no other agency"):
        node.hand_off(id, "nowhere", by=ANN)
    with pytest.raises(BadEntry, match="before"):
        node.hand_off(id, "birch", by=ANN, answer_by=at(0))
    node.watch_order(id, Order.TAKE_OVER, by=BOB)
    with pytest.raises(Stale, match="birch holds it"):
        node.watch_order(id, Order.TAKE_OVER, by=ANN)
    clock.hours = 1.2
    node.watch_order(id, Order.BREAK_OFF, by=BOB)
    assert node.watch_event(id, viewer=ANN).holder is None


def test_a_track_is_ordered_by_its_craft_and_stays_one_event_over_its_reports(node: Node, clock: Hours) -> None:
    positions = ((0, 8.0, -84.0, 10.0, 0.0), (0.5, 8.08, -84.0, 10.0, 0.0))
    node.submit(track(*positions, of=ship("366000001")), by=ANN)
    node.watch_order("mmsi:366000001", "monitor", by=ANN)
    clock.hours = 2
    later = [(hours + 1, latitude + 0.16, *rest) for hours, latitude, *rest in positions]
    node.submit(track(*later, of=ship("366000001"), sensor="satellite"), by=ANN)
    node.hand_off("mmsi:366000001", "birch", by=ANN)
    shown = node.watch_picture(viewer=ANN)
    (event,) = shown.events
    assert event.tracks == ("mmsi:366000001",)
    assert event.offered is not None
    assert shown.tracks[0].events == (event.id,)


def test_intercepts_are_suggested_and_ordered_by_a_person(node: Node, clock: Hours) -> None:
    node.submit(track((0.9, 8.0, -84.0, 10.0, 0.0), of=ship("366000001")), by=ANN)
    state = Asset(name="Cutter One", sort="cutter", speed_kn=25.0, until=at(40))
    node.report_asset(state, (10.0, -84.0), by=ANN, when=at(0.8))
    (best,) = node.watch_intercepts("mmsi:366000001", viewer=ANN).intercepts
    assert best.meeting is not None
    assert best.inside
    assert not node.watch_picture(viewer=ANN).events
    node.watch_order("mmsi:366000001", "intercept", by=ANN, asset="Cutter One")
    assert node.watch_picture(viewer=ANN).events[0].phase is Phase.TARGETED
    for broken in (Asset(name=" "), Asset(name="C", speed_kn=-1.0)):
        with pytest.raises(BadEntry):
            node.report_asset(broken, (10.0, -84.0), by=ANN)
    with pytest.raises(BadEntry, match="no place on earth"):
        node.report_asset(state, (100.0, -84.0), by=ANN)


def test_entries_are_marked_as_what_they_are_about(node: Node, clock: Hours) -> None:
    id = cue(node, private("ash"))
    node.watch_entry("Of our own source.", by=ANN, about=[id])
    node.watch_entry("Relieved the watch.", by=ANN, marking=marked("ash"))
    words = [each.words for each in node.watch_log(at(0.9), viewer=ANN)]
    assert sorted(words) == ["Of our own source.", "Relieved the watch."]
    assert [each.words for each in node.watch_log(at(0.9), viewer=BOB)] == ["Relieved the watch."]
    with pytest.raises(NoEvent):
        node.watch_entry("I guess.", by=BOB, about=[id])
    with pytest.raises(BadEntry, match="words"):
        node.watch_entry("  ", by=ANN)
    with pytest.raises(BadEntry, match="yet to come"):
        node.watch_entry("Tomorrow.", by=ANN, when=at(20))


def test_what_is_purged_is_forgotten_and_the_index_can_be_rebuilt(node: Node, clock: Hours) -> None:
    node.submit(track((0.9, 8.0, -84.0, 10.0, 0.0), of=ship("366000001")), by=ANN)
    before = node.watch_picture(viewer=ANN)
    id = cue(node)
    node.watch_order(id, "monitor", by=ANN)
    assert node.watch_picture(viewer=ANN) != before
    node.purge([id, *(each.report for each in node.watch_event(id, viewer=ANN).steps)], reason="its time is up", by=ANN)
    assert node.watch_picture(viewer=ANN) == before
    node.index(TrackIndex).drop()
    assert node.watch_picture(viewer=ANN) == before
    assert node.watch_span(viewer=ANN) == (at(0.9), at(0.9))


def test_a_picture_of_a_day_a_week_later_is_empty_of_tracks(node: Node, clock: Hours) -> None:
    node.submit(track((0.9, 8.0, -84.0), of=ship("366000001")), by=ANN)
    clock.hours = 24 * 8
    assert node.watch_picture(viewer=ANN).tracks == ()
    assert len(node.watch_picture(viewer=ANN, at=at(2)).tracks) == 1
    assert len(node.watch_picture(viewer=ANN, back=timedelta(days=9)).tracks) == 1

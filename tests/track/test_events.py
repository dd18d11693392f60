"""Events of interest by example: phases, holders, hand-offs, cues that age, alarms, assets, the log of the watch."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cutset.track.alarms import Sort
from cutset.track.events import EventOfInterest, NoEvent
from cutset.track.handoffs import Answer
from cutset.track.picture import Picture, event, picture, suggestions
from cutset.track.watch_log import watch_log
from cutset.track.words import Phase
from tests.samples import marked, private
from tests.track.making import asset, at, entry, found, index, order, report, same, seen, seized, ship, track
from tests.worlds import Store


def shown(store: Store, hours: float, agency: str = "ash") -> Picture:
    return picture(index(store), store.rights(agency), at(hours))


def one(store: Store, hours: float, agency: str = "ash") -> EventOfInterest:
    (only,) = shown(store, hours, agency).events
    return only


def sorts(store: Store, hours: float, agency: str = "ash") -> list[Sort]:
    return [each.sort for each in shown(store, hours, agency).alarms]


def test_a_sighting_that_nobody_took_up_is_a_cue_that_ages_and_rings(store: Store) -> None:
    id = store.submit(seen(0, 8.0, -84.0))
    young, old = one(store, 1), one(store, 5)
    assert (young.id, young.phase, young.cue, young.holder) == (id, Phase.DETECTED, True, None)
    assert (young.radius_nmi, old.radius_nmi) == (52.0, 252.0)
    assert (young.age_s, old.age_s) == (3600, 5 * 3600)
    assert sorts(store, 1) == [Sort.UNHELD]
    assert shown(store, 1).cues == (young,)


def test_an_order_to_monitor_holds_it_and_stills_the_alarm(store: Store) -> None:
    id = store.submit(seen(0, 8.0, -84.0))
    given = store.submit(order("monitor", id, 1, to="Cutter"))
    held = one(store, 2)
    assert (held.phase, held.since, held.cue) == (Phase.MONITORED, at(1), False)
    assert held.holder is not None
    assert (held.holder.agency, held.holder.asset, held.holder.report) == ("ash", "Cutter", given)
    assert not sorts(store, 2)
    # As it was before the order.
    assert one(store, 0.5).cue


def test_who_says_that_it_is_followed_holds_it(store: Store) -> None:
    store.submit(seen(0, 8.0, -84.0, phase="monitored"))
    holder = one(store, 1).holder
    assert holder is not None
    assert holder.agency == "ash"


def test_the_phases_follow_the_reports_to_the_end(store: Store) -> None:
    id = store.submit(seen(0, 8.0, -84.0))
    store.submit(order("intercept", id, 2))
    assert one(store, 3).phase is Phase.TARGETED
    store.submit(order("monitor", id, 3))
    assert one(store, 4).phase is Phase.TARGETED
    store.submit(found(id, 5, True))
    assert (one(store, 6).phase, one(store, 6).holder) == (Phase.DISRUPTED, None)
    other = store.submit(seized(7, 8.2, -84.0))
    store.submit(same(id, other))
    assert one(store, 8).phase is Phase.SEIZED
    assert [each.what for each in one(store, 8).steps] == ["detected", "intercept", "monitor", "found", "seizure"]
    assert not shown(store, 8 + 25).events


def test_what_nothing_is_heard_of_is_lost_and_so_is_what_was_not_found(store: Store) -> None:
    id = store.submit(seen(0, 8.0, -84.0))
    assert one(store, 49).phase is Phase.LOST
    assert one(store, 49).since == at(48)
    store.submit(found(id, 1, False))
    assert (one(store, 2).phase, one(store, 2).since) == (Phase.LOST, at(1))
    store.submit(order("monitor", id, 3))
    assert one(store, 4).phase is Phase.MONITORED


def test_until_a_hand_off_is_taken_the_giver_holds(store: Store) -> None:
    id = store.submit(seen(0, 8.0, -84.0))
    store.submit(order("monitor", id, 1))
    offered = store.submit(order("hand off", id, 2, to="birch", due=4))
    waiting = one(store, 3)
    assert waiting.holder is not None
    assert (waiting.holder.agency, waiting.phase) == ("ash", Phase.MONITORED)
    assert waiting.offered is not None
    assert (waiting.offered.id, waiting.offered.to, waiting.offered.answer) == (offered, "birch", Answer.OFFERED)
    assert sorts(store, 3) == []
    assert sorts(store, 5) == [Sort.UNANSWERED]
    store.submit(order("take over", id, 4.5, by="cedar", follows=offered))
    assert one(store, 5).offered is not None
    taken = store.submit(order("take over", id, 6, by="birch", follows=offered))
    after = one(store, 7)
    assert after.holder is not None
    assert (after.holder.agency, after.holder.report, after.phase) == ("birch", taken, Phase.HANDED_OFF)
    assert after.offered is None
    assert [each.answer for each in after.hand_offs] == [Answer.TAKEN]
    assert sorts(store, 7) == []


def test_a_hand_off_that_is_declined_stays_with_its_giver(store: Store) -> None:
    id = store.submit(seen(0, 8.0, -84.0))
    offered = store.submit(order("hand off", id, 1, to="birch"))
    store.submit(order("decline hand-off", id, 1.2, by="birch", follows=offered))
    after = one(store, 2)
    assert after.holder is not None
    assert (after.holder.agency, after.offered) == ("ash", None)
    assert [each.answer for each in after.hand_offs] == [Answer.DECLINED]


def test_a_hand_off_to_an_asset_is_taken_by_its_agency(store: Store) -> None:
    id = store.submit(seen(0, 8.0, -84.0))
    store.submit(asset("Birch One", 0, 9.0, -84.0, marking=marked("birch")))
    offered = store.submit(order("hand off", id, 1, to="Birch One"))
    store.submit(order("take over", id, 2, by="birch", to="Birch One", follows=offered))
    holder = one(store, 3).holder
    assert holder is not None
    assert (holder.agency, holder.asset) == ("birch", "Birch One")


def test_another_agency_that_acts_does_not_take_it_from_who_holds(store: Store) -> None:
    id = store.submit(seen(0, 8.0, -84.0))
    store.submit(order("monitor", id, 1))
    store.submit(order("intercept", id, 2, by="birch", to="Birch One"))
    both = one(store, 3)
    assert both.holder is not None
    assert (both.holder.agency, [each.agency for each in both.also]) == ("ash", ["birch"])
    store.submit(order("break off", id, 4))
    assert one(store, 5).holder is None
    assert sorts(store, 5) == [Sort.UNHELD]


def test_a_cue_is_assigned_to_a_track_by_a_judgement_and_taken_from_it(store: Store) -> None:
    sailing = store.submit(track((0, 8.0, -84.0, 10.0, 0.0), (0.5, 8.1, -84.0, 10.0, 0.0), of=ship("366000001")))
    cue = store.submit(seen(0.2, 8.0, -84.0))
    judged = store.submit(same(sailing, cue))
    tied = one(store, 1)
    assert (tied.cue, tied.tracks, tied.placed_at) == (False, ("mmsi:366000001",), at(0.5))
    assert shown(store, 1).tracks[0].events == (tied.id,)
    store.submit(report(same(sailing, cue).content.__class__(verdict="unsure", about=(cue,), reverses=judged)))
    assert one(store, 1).cue
    store.submit(same(sailing, cue, verdict="different"))
    assert one(store, 1).tracks == ()


def test_a_judgement_that_is_hidden_joins_and_parts_nothing_for_others(store: Store) -> None:
    sailing = store.submit(track((0, 8.0, -84.0), of=ship("366000001")))
    first, second = store.submit(seen(0.2, 8.0, -84.0)), store.submit(seen(0.3, 8.0, -84.0))
    open_word = same(first, second)
    joined = store.submit(open_word)
    store.submit(report(same(sailing, first).content, marking=private("ash")))
    (of_birch,) = shown(store, 1, "birch").events
    assert (of_birch.tracks, set(of_birch.members)) == ((), {first, second})
    assert one(store, 1, "ash").tracks == ("mmsi:366000001",)
    # What ash undoes among its own people alone still stands for birch.
    store.submit(report(same(first, verdict="unsure", reverses=joined).content, marking=private("ash")))
    assert len(shown(store, 1, "birch").events) == 1
    assert len(shown(store, 1, "ash").events) == 2


def test_one_record_of_one_agency_is_one_event(store: Store) -> None:
    store.submit(seen(0, 8.0, -84.0, record="S1"))
    store.submit(seen(1, 8.2, -84.0, record="S1", phase="monitored"))
    store.submit(seen(1, 8.2, -84.0, record="S1", marking=marked("birch")))
    assert [each.phase for each in shown(store, 2).events] == [Phase.DETECTED, Phase.MONITORED]


def test_a_track_can_be_held_and_handed_off_itself_and_its_dark_rings(store: Store) -> None:
    sailing = store.submit(track((0, 8.0, -84.0), of=ship("366000001")))
    store.submit(track((0, 8.0, -84.0), of=ship("366000002")))
    assert shown(store, 3).events == ()
    assert sorts(store, 3) == []
    store.submit(order("monitor", sailing, 0.5))
    assert (one(store, 3).id, one(store, 3).tracks) == (sailing, ("mmsi:366000001",))
    assert sorts(store, 3) == [Sort.DARK]


def test_what_is_hidden_holds_nothing_for_others(store: Store) -> None:
    id = store.submit(seen(0, 8.0, -84.0))
    given = order("monitor", id, 1)
    store.submit(report(given.content, marking=private("ash")))
    assert one(store, 2, "ash").holder is not None
    assert (one(store, 2, "birch").holder, one(store, 2, "birch").cue) == (None, True)


def test_an_asset_is_where_it_reported_and_rings_past_its_endurance(store: Store) -> None:
    store.submit(asset("Cutter", 0, 9.0, -84.0, until=6))
    store.submit(asset("Cutter", 2, 9.5, -84.0, until=6))
    id = store.submit(seen(0, 8.0, -84.0))
    store.submit(order("intercept", id, 3, to="Cutter"))
    (mine,) = shown(store, 4).assets
    assert (mine.name, mine.place, mine.order, mine.about) == ("Cutter", (9.5, -84.0), "intercept", (id,))
    assert not mine.past_endurance
    assert sorts(store, 7) == [Sort.ENDURANCE]
    assert shown(store, 1).assets[0].place == (9.0, -84.0)
    assert [each.track.id for each in shown(store, 4).tracks] == ["asset:ash/Cutter"]


def test_intercepts_are_ranked_and_say_why_not(store: Store) -> None:
    sailing = store.submit(track((0, 8.0, -84.0, 10.0, 0.0), (0.1, 8.0167, -84.0, 10.0, 0.0), of=ship("366000001")))
    for name, place, said in (
        ("Near", (9.0, -84.0), {}),
        ("Far", (12.0, -84.0), {}),
        ("Short", (8.6, -84.0), {"until": 0.5}),
        ("Slow", (2.0, -84.0), {"speed_kn": 5.0}),
        ("Away", (8.1, -84.0), {"available": False}),
        ("Mute", (8.1, -84.0), {"speed_kn": None}),
    ):
        store.submit(asset(name, 0, *place, **said))  # type: ignore[arg-type]
    found = suggestions(index(store), store.rights(), "mmsi:366000001", at(0.1))
    assert [each.asset.name for each in found.intercepts] == ["Near", "Far", "Short", "Away", "Mute", "Slow"]
    near, _, short = found.intercepts[:3]
    assert (near.inside, short.inside) == (True, False)
    assert near.meeting is not None
    assert near.meeting.hours == pytest.approx(59 / 35, abs=0.02)
    assert [bool(each.why_not) for each in found.intercepts] == [False] * 3 + [True] * 3
    assert "keeps the course" in found.assumptions[0]
    # An event tied to it is met where it is; a cue is met where it was seen.
    store.submit(order("monitor", sailing, 0.1))
    assert suggestions(index(store), store.rights(), sailing, at(0.1)).target.id == "mmsi:366000001"
    cue = store.submit(seen(0, 8.0, -84.0))
    assert "lie still" in suggestions(index(store), store.rights(), cue, at(0.1)).assumptions[-1]


def test_the_log_of_the_watch_is_entries_and_what_happened(store: Store) -> None:
    id = store.submit(seen(0, 8.0, -84.0))
    store.submit(order("monitor", id, 1, to="Cutter"))
    store.submit(entry("Cutter says that it sees two outboards.", 2))
    store.submit(entry("For our own people.", 3, marking=private("ash")))
    lines = watch_log(index(store), store.log, store.rights("birch"), at(-1), at(10))
    assert [each.words for each in lines] == [
        "Cutter says that it sees two outboards.",
        "Cutter monitor",
        "go-fast detected, Made Sea, 8.00, -84.00",
    ]
    assert len(watch_log(index(store), store.log, store.rights("ash"), at(-1), at(10), limit=2)) == 2
    assert lines[1].about == (id,)


def test_what_is_not_there_is_an_error_in_words(store: Store) -> None:
    id = store.submit(seen(0, 8.0, -84.0, marking=private("ash")))
    assert event(index(store), store.rights("ash"), id, at(1)).id == id
    with pytest.raises(NoEvent, match="no event of interest"):
        event(index(store), store.rights("birch"), id, at(1))
    assert shown(store, 1, "birch") == Picture(
        at=at(1), window_s=timedelta(days=1).total_seconds(), tracks=(), left_out=0, events=(), assets=(), alarms=(),
        marking=None, made=False,
    )  # fmt: skip

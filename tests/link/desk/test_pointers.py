"""Pointers: with the owner's leave and never without, to asker and owner alone, and nothing else changes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import cutset.link.desk.pointers as of_pointers
import cutset.link.leads as of_leads
from cutset.access.registry import PointerRule
from cutset.link.errors import NotFound
from cutset.log.store import Log
from cutset.model.marking import Marking, Tlp
from cutset.model.report import Tasking
from cutset.node import Node, Refused
from cutset.node.desk import Asked, Call, See
from tests.link.desk.people import ABE, ANN, BOB, CAT, OPEN, Hours, node
from tests.samples import case, imo, marked, phone, portion, private, seizure


def calls(made: Node, event: str, viewer: str = ANN) -> list[Call]:
    return [each for each in made.answers(event, viewer=viewer) if isinstance(each, Call)]


def test_a_pointer_says_whom_to_call_and_the_owner_learns_who_asked(tmp_path: Path) -> None:
    made = node(tmp_path, birch=OPEN)
    hidden = made.submit(case("8", phone("+5071"), marking=private("birch")), by=BOB).id
    event = made.submit(seizure(phone("+5079"), phone("+5071")), by=ANN).id
    (found,) = made.answers(event, viewer=ANN)
    assert isinstance(found, Call)
    assert (found.owner, found.name, found.contact) == ("birch", "Birch", "the desk, +1 555 0100")
    assert (found.pointer.kind, found.pointer.value, found.pointer.event) == ("phone", "+5071", event)
    told = made.report(found.pointer.id, viewer=ANN)
    assert told is not None
    assert hidden not in str(told.report)
    assert made.pointers(viewer=BOB) == [found.pointer]
    assert made.pointers(viewer=CAT) == []
    assert made.report(found.pointer.id, viewer=CAT) is None
    assert made.answers(event, viewer=ANN) == [found]
    assert made.answers(event, viewer=ABE) == [found]
    assert len(made.pointers(viewer=BOB)) == 1


def test_an_owner_who_may_not_see_the_event_is_not_told_which_it_is(tmp_path: Path) -> None:
    made = node(tmp_path, birch=OPEN)
    made.submit(case("8", phone("+5071"), marking=private("birch")), by=BOB)
    event = made.submit(seizure(phone("+5071"), marking=private("ash")), by=ANN).id
    (found,) = calls(made, event)
    assert found.pointer.event == event
    (told,) = made.pointers(viewer=BOB)
    assert (told.by, told.event) == (ANN, "")
    entry = made.report(told.id, viewer=BOB)
    assert entry is not None
    assert event not in str(entry.report)
    assert made.answers(event, viewer=ANN) == [found]


@pytest.mark.parametrize(
    ("marking", "rules", "gives"),
    [
        (private("birch"), (), False),
        (private("birch"), (PointerRule(Tlp.RED),), False),
        (private("birch"), (PointerRule(Tlp.RED, orcon=True),), False),
        (private("birch"), (PointerRule(Tlp.AMBER, orcon=True, rel_to=True),), False),
        (private("birch"), OPEN, True),
        (Marking(originator="birch", tlp=Tlp.RED, les=True), (PointerRule(Tlp.RED),), False),
        (Marking(originator="birch", tlp=Tlp.RED, les=True), (PointerRule(Tlp.RED, les=True),), True),
        (Marking(originator="birch", tlp=Tlp.RED, purposes=("prosecution",)), (PointerRule(Tlp.RED),), False),
    ],
    ids=["no rule", "caveats", "one caveat", "another level", "all said", "les", "les said", "another purpose"],
)
def test_only_what_the_owners_setting_names_gives_pointers(
    tmp_path: Path, marking: Marking, rules: tuple[PointerRule, ...], gives: bool
) -> None:
    made = node(tmp_path, birch=rules)
    made.submit(case("8", phone("+5071"), marking=marking), by=BOB)
    event = made.submit(seizure(phone("+5071")), by=ANN).id
    assert bool(calls(made, event)) is gives
    assert bool(made.pointers(viewer=BOB)) is gives


def test_a_hidden_portion_gives_a_pointer_only_if_its_own_marking_does(tmp_path: Path) -> None:
    made = node(tmp_path, birch=(PointerRule(Tlp.CLEAR),))
    made.submit(case("8", marking=marked("birch"), portions=(portion(private("birch"), phone("+5071")),)), by=BOB)
    event = made.submit(seizure(phone("+5071")), by=ANN).id
    assert calls(made, event) == []
    made.set_pointers("birch", (PointerRule(Tlp.CLEAR), *OPEN), by=CAT)
    assert len(calls(made, event)) == 1


def test_nobody_fishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Hours()
    made = node(tmp_path, birch=OPEN, clock=clock)
    for number in range(4):
        made.submit(case(str(number), phone(f"+507{number}"), marking=private("birch")), by=BOB)
    mine = made.submit(seizure(phone("+5070"), phone("+5071")), by=ANN).id
    assert calls(made, mine, viewer=CAT) == []
    assert len(calls(made, mine)) == 1
    later = made.submit(seizure(phone("+5072"), supersedes=(mine,)), by=ANN).id
    # One pointer for all editions of an event: correcting it is no second question.
    assert [each.pointer.value for each in calls(made, later)] == ["+5070"]
    with pytest.raises(NotFound):
        made.answers("r-never", viewer=ANN)
    unverified = made.submit(seizure(phone("+5073", verified=False)), by=ANN).id
    assert calls(made, unverified) == []
    monkeypatch.setattr(of_pointers, "A_DAY", 1)
    another = made.submit(seizure(phone("+5073"), occurrence=2), by=ANN).id
    assert made.answers(another, viewer=ANN) == []
    assert len(made.pointers(viewer=BOB)) == 1
    clock.move(25)
    assert len(calls(made, another)) == 1
    monkeypatch.setattr(of_pointers, "A_DAY", 9)
    monkeypatch.setattr(of_pointers, "MOST_ASKED", 1)
    listed = made.submit(seizure(phone("+5999"), phone("+5070"), occurrence=3), by=ANN).id
    assert calls(made, listed) == []


def test_what_is_common_among_what_the_owner_holds_gives_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_leads, "COMMON_ABOVE", 2)
    made = node(tmp_path, birch=OPEN)
    event = made.submit(seizure(phone("+5071"), imo("9074729")), by=ANN).id
    for number in range(3):
        made.submit(case(str(number), phone("+5071"), marking=private("birch")), by=BOB)
    assert calls(made, event) == []
    made.submit(case("9", imo("9074729"), marking=private("birch")), by=BOB)
    assert [each.pointer.value for each in calls(made, event)] == ["9074729"]


def test_made_and_real_do_not_point_to_each_other(tmp_path: Path) -> None:
    made = node(tmp_path, birch=OPEN)
    hidden = case("8", phone("+5071"), marking=private("birch"))
    made.submit(replace(hidden, source=replace(hidden.source, made=True)), by=BOB)
    event = made.submit(seizure(phone("+5071")), by=ANN).id
    assert made.answers(event, viewer=ANN) == []


_world = st.lists(
    st.tuples(
        st.sampled_from(["event", "case"]),
        st.sampled_from(["ash", "birch", "cedar"]),
        st.sampled_from(["+5071", "+5072"]),
        st.sampled_from(["clear", "private"]),
    ),
    min_size=2,
    max_size=6,
)
PEOPLE = {"ash": ANN, "birch": BOB, "cedar": CAT}


def _told(folder: Path, world: list[Any], *, allowed: bool, hidden: bool) -> Any:
    """What Ann is shown of every event that she sees: (answers but pointers, pointers, leads, inbox)."""
    folder.mkdir()
    made = node(folder, birch=OPEN if allowed else (), salt=lambda: bytes(32))
    events = []
    for number, (what, agency, value, kind) in enumerate(world):
        marking = marked(agency) if kind == "clear" else private(agency)
        if not hidden and kind == "private" and agency != "ash":
            continue
        if what == "event":
            report = seizure(phone(value), marking=marking, occurrence=number + 1)
        else:
            report = case(str(number), phone(value), marking=marking)
        receipt = made.submit(report, by=PEOPLE[agency])
        if what == "event" and (agency == "ash" or kind == "clear"):
            events.append(receipt.id)
    answers = [made.answers(each, viewer=ANN) for each in events]
    pointers = [each for found in answers for each in found if isinstance(each, Call)]
    others = [[each for each in found if not isinstance(each, Call)] for found in answers]
    return (others, made.inbox(viewer=ANN), made.clocks(viewer=ANN), made.common(viewer=ANN)), pointers


@settings(max_examples=8, deadline=None)
@given(world=_world)
def test_without_leave_nothing_shows_and_with_it_the_pointer_alone(
    world: list[Any],
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        whole = _told(folder / "whole", world, allowed=False, hidden=True)
        visible = _told(folder / "visible", world, allowed=False, hidden=False)
        pointed = _told(folder / "pointed", world, allowed=True, hidden=True)
    assert whole == visible
    assert whole[1] == []
    assert pointed[0] == visible[0]
    held = {value for _, agency, value, kind in world if agency == "birch" and kind == "private"}
    mine = [value for what, agency, value, _ in world if what == "event" and agency == "ash"]
    assert sorted(each.pointer.value for each in pointed[1]) == sorted(value for value in mine if value in held)
    assert {each.owner for each in pointed[1]} <= {"birch"}


def test_a_request_is_answered_by_a_report_or_a_refusal(tmp_path: Path) -> None:
    made = node(tmp_path, birch=OPEN)
    hidden = made.submit(case("8", phone("+5071"), marking=private("birch")), by=BOB).id
    event = made.submit(seizure(phone("+5071"), marking=private("ash")), by=ANN).id
    (call,) = calls(made, event)
    with pytest.raises(Refused, match="needs a reason"):
        made.request_release(call.pointer.id, by=ANN, reason=" ")
    asked = made.request_release(call.pointer.id, by=ANN, reason="the same telephone").id
    (open_one,) = made.release_requests(viewer=BOB, open_only=True)
    assert (open_one.id, open_one.by, open_one.reason, open_one.about) == (asked, ANN, "the same telephone", "")
    assert made.release_requests(viewer=CAT) == []
    for other in (ANN, CAT):
        with pytest.raises(NotFound):
            made.refuse(asked, by=other, reason="no")
    made.refuse(asked, by=BOB, reason="sealed by the court")
    (refused,) = made.release_requests(viewer=ANN)
    assert (refused.answered, refused.answer_reason, refused.about) == ("refused", "sealed by the court", event)
    made.release(asked, hidden, by=BOB, reason="the seal is lifted")
    (released,) = made.release_requests(viewer=ANN)
    assert released.answered == "released"
    assert made.report(released.released, viewer=ANN) is not None
    assert made.report(hidden, viewer=ANN) is None
    assert made.report(released.released, viewer=CAT) is None
    kinds = [type(each) for each in made.answers(event, viewer=ANN)]
    assert kinds == [See, Call, Asked]
    assert [type(each) for each in made.answers(event, viewer=ANN)] == kinds


def test_an_owner_is_told_what_release_would_shut_out_or_not_reach(tmp_path: Path) -> None:
    made = node(tmp_path, birch=OPEN)
    shown = made.submit(case("7", marking=marked("birch")), by=BOB).id
    asked = made.request_release(shown, by=ANN, reason="the rest of it").id
    with pytest.raises(Refused, match="not all of ash could see"):
        made.release(asked, case("7b", marking=private("birch")), by=BOB)
    made.release(asked, case("7c", phone("+5071"), marking=marked("birch")), by=BOB)
    (found,) = made.release_requests(viewer=ANN)
    assert found.answered == "released"
    with pytest.raises(Refused, match="own agency's"):
        made.request_release(found.released, by=BOB, reason="mine")


def test_only_an_administrator_says_what_gives_pointers(tmp_path: Path) -> None:
    made = node(tmp_path)
    with pytest.raises(Refused, match="may not say"):
        made.set_pointers("birch", OPEN, by=ANN)
    assert made.set_pointers("birch", OPEN, by=CAT).pointers == OPEN
    made.set_pointers("birch", (), by=CAT)
    agency = Log.open(made.url).registry().agency("birch")
    assert agency is not None
    assert agency.pointers == ()
    assert agency.contact


def test_a_forged_pointer_to_others_counts_for_nobody_else(tmp_path: Path) -> None:
    made = node(tmp_path, birch=OPEN)
    event = made.submit(seizure(phone("+5071")), by=ANN).id
    forged = case("1", marking=marked("cedar"))
    made.submit(replace(forged, content=Tasking(asset="birch", order="pointer", about=(event,))), by=CAT)
    made.submit(case("8", phone("+5071"), marking=private("birch")), by=BOB)
    assert len(calls(made, event)) == 1

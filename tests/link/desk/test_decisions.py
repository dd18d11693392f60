"""States of leads from any order of decisions, and nobody's decision is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutset.link.desk.decisions import DECISIONS, Decision, Stale, standing
from cutset.link.desk.inbox import Of
from cutset.link.desk.index import DeskIndex
from cutset.link.errors import NotFound
from cutset.model.marking import Tlp
from cutset.model.report import Case, Report, Source
from cutset.node import Node
from tests.link.desk.people import ABE, ANN, BOB, CAT, Hours, node
from tests.samples import case, marked, phone, portion, seizure

AT = datetime(2024, 1, 1, tzinfo=UTC)


@st.composite
def histories(draw: st.DrawFn) -> list[Decision]:
    found: list[Decision] = []
    for number in range(draw(st.integers(0, 8))):
        ids = [each.id for each in found]
        reverses = draw(st.sampled_from(["", *ids]))
        found.append(
            Decision(
                id=f"r-{number}",
                verdict="unsure" if reverses else draw(st.sampled_from(DECISIONS)),
                by=draw(st.sampled_from([ANN, BOB])),
                at=AT + timedelta(hours=number),
                reverses=reverses,
                follows=draw(st.sampled_from(["", *ids])),
            )
        )
    return found


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_in_which_decisions_are_read_does_not_matter(history: list[Decision], random: Any) -> None:
    shuffled = list(history)
    random.shuffle(shuffled)
    assert standing(shuffled) == standing(history)


@given(histories())
def test_the_state_is_the_last_decision_that_was_not_undone(history: list[Decision]) -> None:
    def undone(id: str) -> bool:
        return any(each.reverses == id and not undone(each.id) for each in history)

    left = [each for each in history if each.verdict in DECISIONS and not undone(each.id)]
    found = standing(history)
    assert list(found.decisions) == left
    assert found.state == (left[-1].verdict if left else "new")


@given(histories())
def test_who_knew_everything_settles_a_conflict(history: list[Decision]) -> None:
    last = standing(history).last
    word = Decision(id="r-z", verdict="rejected", by=ANN, at=AT + timedelta(days=9), follows=last)
    after = standing([*history, word])
    assert after.state == "rejected"
    assert not after.conflict


@given(histories(), st.sampled_from(DECISIONS))
def test_undoing_a_decision_restores_what_was(history: list[Decision], verdict: str) -> None:
    before = standing(history)
    word = Decision(id="r-y", verdict=verdict, by=ANN, at=AT + timedelta(days=8), follows=before.last)
    undo = Decision(id="r-z", verdict="unsure", by=BOB, at=AT + timedelta(days=9), reverses="r-y")
    after = standing([*history, word, undo])
    assert (after.state, after.decisions, after.conflict) == (before.state, before.decisions, before.conflict)


def linked(folder: Path, clock: Hours | None = None, **of: Any) -> tuple[Node, str, str]:
    made = node(folder, clock=clock, **of)
    event = made.submit(seizure(phone("+5071")), by=ANN).id
    made.submit(case("7", phone("+5071"), marking=marked("birch")), by=BOB)
    (lead,) = made.leads(viewer=ANN)
    return made, event, lead.id


def state(made: Node, viewer: str = ANN) -> Any:
    (found,) = made.inbox(viewer=viewer)
    return found.standing


def test_two_who_decide_at_once_are_both_kept_and_in_conflict(tmp_path: Path) -> None:
    made, _, lead = linked(tmp_path)
    (shown,) = made.leads(viewer=ANN)
    first = Decision(id="r-1", verdict="accepted", by=ANN, at=AT)
    other = Decision(id="r-2", verdict="rejected", by=BOB, at=AT)
    assert standing([first, other]).conflict
    made.accept_lead(shown, by=ANN, expected="new")
    with pytest.raises(Stale, match=r"is accepted by ann@ash at 2024-02-01 00:00 UTC"):
        made.reject_lead(lead, by=BOB, expected="new")
    assert state(made).state == "accepted"
    made.reject_lead(lead, by=BOB, expected="accepted", reason="a taxi rank")
    assert [(each.verdict, each.by) for each in state(made).decisions] == [("accepted", ANN), ("rejected", BOB)]
    assert state(made).state == "rejected"


def test_a_decision_undone_can_be_given_again(tmp_path: Path) -> None:
    made, _, lead = linked(tmp_path, Hours())
    first = made.accept_lead(lead, by=ANN)
    assert state(made).state == "accepted"
    made.undo(first.id, by=BOB, reason="not yet")
    assert state(made).state == "new"
    again = made.accept_lead(lead, by=ANN)
    assert not again.held
    assert state(made).state == "accepted"


def test_a_decision_holds_for_a_later_edition_as_it_does_for_the_measures(tmp_path: Path) -> None:
    made, event, lead = linked(tmp_path)
    made.accept_lead(lead, by=ANN)
    made.submit(seizure(phone("+5071"), phone("+5079"), supersedes=(event,)), by=ANN)
    (found,) = made.inbox(viewer=BOB)
    assert found.lead.id != lead
    assert found.standing.state == "accepted"
    assert made.measure("linked-to-case", viewer=ANN).whole.value == 1.0


def test_seen_marks_are_each_viewers_own_and_only_the_first_counts(tmp_path: Path) -> None:
    clock = Hours()
    made, _, lead = linked(tmp_path, clock)
    first = made.see_lead(lead, by=ANN)
    clock.move()
    again = made.see_lead(lead, by=ANN)
    assert (again.id, again.submitted_at, again.held) == (first.id, first.submitted_at, True)
    made.see_lead(lead, by=ABE)
    mine, hers = made.inbox(viewer=ABE)[0], made.inbox(viewer=ANN)[0]
    assert mine.opened == clock.at
    assert hers.opened == first.submitted_at == mine.first_seen


def test_a_decision_is_hidden_from_whom_an_end_or_its_portion_is_hidden_and_shown_to_both_owners(
    tmp_path: Path,
) -> None:
    made = node(tmp_path)
    named = marked("ash", tlp=Tlp.AMBER_STRICT, rel_to=("agency:birch",))
    made.submit(seizure(portions=(portion(named, phone("+5071")),)), by=ANN)
    made.submit(
        case("7", phone("+5071"), marking=marked("birch", tlp=Tlp.AMBER_STRICT, rel_to=("agency:ash",))), by=BOB
    )
    (lead,) = made.leads(viewer=ANN)
    receipt = made.accept_lead(lead, by=ANN)
    assert made.report(receipt.id, viewer=BOB) is not None
    assert state(made, BOB).state == "accepted"
    assert made.report(receipt.id, viewer=CAT) is None


def test_who_cannot_see_a_lead_cannot_decide_it(tmp_path: Path) -> None:
    made = node(tmp_path)
    made.submit(seizure(phone("+5071"), marking=marked("ash", tlp=Tlp.RED)), by=ANN)
    made.submit(case("7", phone("+5071")), by=ANN)
    (lead,) = made.leads(viewer=ANN)
    for asked in (lead, lead.id, "l-never"):
        with pytest.raises(NotFound):
            made.accept_lead(asked, by=BOB)


def test_the_inbox_has_new_ones_first_then_priority_and_pages(tmp_path: Path) -> None:
    made = node(tmp_path)
    made.submit(seizure(phone("+5071"), phone("+5072"), phone("+5073")), by=ANN)
    for number in "123":
        content = Case(number=number, priority_target=number == "3")
        report = Report(
            marking=marked("birch"), source=Source(dataset="cases"), content=content, mentions=(phone("+507" + number),)
        )
        made.submit(report, by=BOB)
    whole = made.inbox(viewer=ANN)
    assert whole[0].lead.priority
    made.accept_lead(whole[0].lead, by=BOB)
    after = made.inbox(viewer=ANN)
    assert [each.standing.state for each in after] == ["new", "new", "accepted"]
    assert made.inbox(viewer=ANN, limit=1, after=after[1].lead.id) == after[2:]
    assert made.inbox(viewer=ANN, state="accepted") == after[2:]
    assert made.inbox(viewer=BOB, of=Of.VIEWER) == made.inbox(viewer=BOB)
    assert made.inbox(viewer=ABE, of="viewer") == []
    assert made.inbox(viewer=CAT) == []
    index = made.index(DeskIndex)
    index.drop()
    assert made.inbox(viewer=ANN) == after


def test_the_clocks_run_from_event_to_accepted(tmp_path: Path) -> None:
    clock = Hours()
    made, _, lead = linked(tmp_path, clock)
    clock.move(2)
    made.see_lead(lead, by=BOB)
    clock.move(3)
    made.accept_lead(lead, by=BOB)
    whole = {each.step: each for each in made.clocks(viewer=ANN) if not each.agency and not each.owner}
    hours = {str(step): each.p50_s / 3600 for step, each in whole.items()}
    assert hours == {
        "event to submitted": 29 * 24,
        "submitted to lead": 0,
        "lead to seen": 2,
        "seen to accepted": 3,
        "event to accepted": 29 * 24 + 5,
    }
    assert {(each.agency, each.owner) for each in made.clocks(viewer=ANN)} == {("", ""), ("ash", ""), ("", "birch")}

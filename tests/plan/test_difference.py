"""The difference of two plans: told by clause and field, and nothing told where nothing differs."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutset.plan import document
from cutset.plan.clauses import BudgetLevel, Duty, Modal, Plan
from cutset.plan.difference import Change, Changed, Difference, Differences, difference, lines
from cutset.plan.document import load

MADE = Path(document.__file__).parent / "made_state" / "plan.toml"
NATIONAL = load("niccp_2021")


@pytest.fixture
def made() -> Plan:
    return load(MADE)


def with_duty(plan: Plan, key: str, **changes: object) -> Plan:
    return msgspec.structs.replace(
        plan, duties=tuple(msgspec.structs.replace(d, **changes) if d.id == key else d for d in plan.duties)
    )


def test_a_plan_does_not_differ_from_itself(made: Plan) -> None:
    assert difference(made, load(MADE)).sorts == ()
    assert list(lines(difference(made, made))) == ["made-state-2022 and made-state-2022 say the same."]


def test_two_plans_from_files_differ_by_what_was_edited(made: Plan, tmp_path: Path) -> None:
    text = MADE.read_text(encoding="utf-8")
    for old, new in [
        ('id = "made-state-2022"', 'id = "made-state-2023"'),
        ("days = 30", "days = 45"),
        ('modal = "should"', 'modal = "shall"'),
        ('measures = ["technology-shared"]', 'measures = ["technology-shared", "detectors-fielded"]'),
        ('text = "Interdict in the mail."', 'text = "Interdict in the mail and at the depot."'),
    ]:
        assert old in text
        text = text.replace(old, new, 1)
    text += """
[[duty]]
id = "mail-02"
text = "Train dogs for the depot."
modal = "shall"
objects = ["training"]
measures = ["training-delivered"]

[[agency]]
id = "depot"
name = "Mail depot"
kind = "partner"
"""
    path = tmp_path / "next.toml"
    path.write_text(text, encoding="utf-8")
    found = difference(made, load(path))
    assert found.of("duty") == Differences(
        sort="duty",
        added=("mail-02",),
        changed=(
            Changed(
                id="road-02",
                changes=(
                    Change(field="modal", before=Modal.SHOULD, after=Modal.SHALL),
                    Change(
                        field="measures",
                        before=("technology-shared",),
                        after=("technology-shared", "detectors-fielded"),
                    ),
                ),
            ),
        ),
    )
    assert list(lines(found)) == [
        "~ plan",
        "    id: made-state-2022 -> made-state-2023",
        "    response.days: 30 -> 45",
        "~ line_of_effort mail",
        "    text: Interdict in the mail. -> Interdict in the mail and at the depot.",
        "+ duty mail-02",
        "~ duty road-02",
        "    modal: should -> shall",
        "    measures: technology-shared -> technology-shared, detectors-fielded",
        "+ agency depot",
    ]


def test_what_a_section_passes_on_is_a_change_of_its_duties(made: Plan, tmp_path: Path) -> None:
    text = MADE.read_text(encoding="utf-8")
    old = 'agencies = ["state-police", "counties"]'
    assert old in text
    path = tmp_path / "next.toml"
    path.write_text(text.replace(old, 'agencies = ["counties"]', 1), encoding="utf-8")
    found = difference(made, load(path)).of("duty").changed
    assert [(each.id, [change.field for change in each.changes]) for each in found] == [
        ("road-01", ["agencies"]),
        ("road-02", ["agencies"]),
    ]


def test_a_reference_counts_only_when_asked_for(made: Plan) -> None:
    moved = with_duty(made, "mail-01", at="parcels 2.1", also_at=("purpose 1.2",))
    moved = msgspec.structs.replace(moved, not_duties=())
    assert difference(made, moved).sorts == ()
    found = difference(made, moved, references=True)
    assert [change.field for change in found.of("duty").changed[0].changes] == ["at", "also_at"]
    assert found.of("not_duty").removed == ("highways 1.3",)


def test_a_list_in_another_order_says_the_same(made: Plan) -> None:
    duty = made.duties[0]
    turned = with_duty(made, duty.id, agencies=duty.agencies[::-1], measures=duty.measures[::-1])
    assert turned != made
    assert difference(made, turned).sorts == ()


def test_a_clause_with_a_new_id_and_the_same_words_is_renamed(made: Plan) -> None:
    renamed = with_duty(made, "road-02", id="dogs-01", text="Share detection DOGS, between counties", modal=Modal.MUST)
    changed = difference(made, renamed).of("duty")
    assert (changed.added, changed.removed) == ((), ())
    assert [(each.id, each.was) for each in changed.changed] == [("dogs-01", "road-02")]
    assert {change.field for change in changed.changed[0].changes} == {"text", "modal"}
    assert "~ duty dogs-01 (was road-02)" in list(lines(difference(made, renamed)))


def test_words_said_twice_do_not_decide_who_was_renamed(made: Plan) -> None:
    first = made.duties[0]
    twins = tuple(msgspec.structs.replace(first, id=f"twin-{n}") for n in (1, 2))
    found = difference(made, msgspec.structs.replace(made, duties=(*twins, *made.duties[1:]))).of("duty")
    assert found.added == ("twin-1", "twin-2")
    assert found.removed == (first.id,)


def test_parts_of_the_plan_are_told_field_by_field() -> None:
    summary = NATIONAL.budget_summary
    assert summary is not None
    later = msgspec.structs.replace(summary, levels=(BudgetLevel(fiscal_year=2023, stage="request"),))
    found = difference(NATIONAL, msgspec.structs.replace(NATIONAL, budget_summary=later))
    assert [change.field for change in found.of("plan").changed[0].changes] == ["budget_summary.levels"]
    gone = difference(NATIONAL, msgspec.structs.replace(NATIONAL, budget_summary=None))
    assert [(change.field, change.after) for change in gone.of("plan").changed[0].changes] == [("budget_summary", None)]


def test_unlike_plans_are_compared_too(made: Plan) -> None:
    found = difference(NATIONAL, made)
    assert set(found.of("duty").removed) == {duty.id for duty in NATIONAL.duties}
    assert set(found.of("duty").added) == {duty.id for duty in made.duties}
    # Both plans have a focus area of this name, and both ask for an item on sharing.
    assert [each.id for each in found.of("focus_area").changed] == ["routes"]
    assert [each.id for each in found.of("response_item").changed] == ["sharing"]


duty_lists = st.lists(st.sampled_from(NATIONAL.duties), unique_by=lambda duty: duty.id, max_size=12)


def apply(found: Difference, before: tuple[Duty, ...], after: tuple[Duty, ...]) -> dict[str, Duty]:
    """`before` as the difference would have it; whole new duties are taken from `after`."""
    result = {duty.id: duty for duty in before}
    news = {duty.id: duty for duty in after}
    duties = found.of("duty")
    for key in duties.removed:
        del result[key]
    for each in duties.changed:
        former = result.pop(each.was or each.id)
        values = {change.field: change.after for change in each.changes}
        result[each.id] = msgspec.structs.replace(former, id=each.id, **values)
    for key in duties.added:
        assert key not in result
        result[key] = news[key]
    return result


@settings(max_examples=150, deadline=None)
@given(duty_lists, duty_lists, st.lists(st.sampled_from(list(Modal)), max_size=12), st.sets(st.integers(0, 11)))
def test_a_difference_leads_from_one_plan_to_the_other(
    before: list[Duty], after: list[Duty], modals: list[Modal], renamed: set[int]
) -> None:
    edited = [
        msgspec.structs.replace(
            duty,
            modal=modals[n] if n < len(modals) else duty.modal,
            id=f"new-{n}" if n in renamed else duty.id,
        )
        for n, duty in enumerate(after)
    ]
    old = msgspec.structs.replace(NATIONAL, duties=tuple(before))
    new = msgspec.structs.replace(NATIONAL, duties=tuple(edited))
    found = difference(old, new, references=True)
    assert apply(found, old.duties, new.duties) == {duty.id: duty for duty in new.duties}
    back = difference(new, old, references=True).of("duty")
    assert set(back.added) == set(found.of("duty").removed)
    assert set(back.removed) == set(found.of("duty").added)

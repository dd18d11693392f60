"""Leads by judged entities and by paths of two hops: found within rights, bounded, and shown step by step."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from cutset.link import bearings
from cutset.link.lead import Joined, Lead, Link, Reason
from cutset.link.leads import lead, leads, passed_over, to_cases
from cutset.link.strength import joined, judged, weight
from cutset.link.ties import BYSTANDERS, WORTH, Tie, tie
from cutset.link.why import why
from cutset.model.marking import Marking
from cutset.model.mention import Mention, MentionKind, Role, Selector, SelectorKind
from cutset.model.report import Case, Kind, Report, Seizure, Source
from tests.link.judging import judge, judgement, undo
from tests.samples import CLEAR, case, day, imo, marked, phone, portion, private, seizure
from tests.worlds import Step, Store, build, worlds


def person(name: str, role: Role = Role.SUBJECT) -> Mention:
    return Mention(kind=MentionKind.PERSON, name=name, role=role)


def company(account: str, role: Role = Role.OWNER) -> Mention:
    return Mention(
        kind=MentionKind.ORGANIZATION,
        role=role,
        name="Naviera Inventada",
        selectors=(Selector(SelectorKind.ACCOUNT, account, account, True),),
    )


def by_path(store: Store, agency: str = "ash") -> list[Lead]:
    return leads(store.link, store.rights(agency), by={Link.PATH})


def the_phones_owners_company(store: Store, marking: Marking = CLEAR) -> tuple[str, str, str]:
    """The event with a phone, the report between, and the case with the company."""
    event = store.submit(seizure(phone("+5071", Role.DRIVER)))
    between = store.submit(
        Report(
            marking=marking,
            source=Source(dataset="registry"),
            content=Case(number="reg-1"),
            mentions=(phone("+5071"), company("PA-7")),
        )
    )
    target = store.submit(case("7", company("PA-7"), imo("9074729")))
    return event, between, target


def test_a_path_leads_from_the_phone_by_its_owners_company_to_the_case(store: Store) -> None:
    event, between, target = the_phones_owners_company(store)
    (found,) = by_path(store)
    assert (found.event, found.other, found.link) == (event, target, Link.PATH)
    assert found.path is not None
    assert (found.path.through, found.path.through_kind, found.path.tie) == (between, Kind.CASE, "partners")
    first, second = found.path.first.shared, found.path.second.shared
    assert isinstance(first, Reason)
    assert isinstance(second, Reason)
    assert [(each.kind, each.value) for each in (first, second)] == [
        (SelectorKind.PHONE, "+5071"),
        (SelectorKind.ACCOUNT, "PA-7"),
    ]
    expected = weight(SelectorKind.PHONE, 2) * WORTH[Tie.PARTNERS] * weight(SelectorKind.ACCOUNT, 2)
    assert found.score == pytest.approx(expected)
    for asked in (event, target):
        narrowed = {"event": event} if asked == event else {"case": target}
        assert found in leads(store.link, store.rights(), **narrowed)


def test_who_may_not_see_the_report_between_has_no_path(store: Store) -> None:
    the_phones_owners_company(store, marking=private("ash"))
    (found,) = by_path(store)
    assert found.banner.startswith("TLP:RED")
    assert by_path(store, "birch") == []


def test_a_nearer_link_takes_the_place_of_a_path_and_the_lead_keeps_its_id(store: Store) -> None:
    event, _, target = the_phones_owners_company(store)
    (path,) = by_path(store)
    both = tuple(sorted((f"{event}#0", f"{target}#0")))
    judged_same = judge(store, "same", *both)
    assert [each.link for each in leads(store.link, store.rights()) if each.id == path.id] == [Link.ENTITY]
    undo(store, judged_same, *both)
    assert lead(store.link, store.rights(), path.id).link is Link.PATH


@pytest.mark.parametrize("role", sorted(BYSTANDERS))
def test_no_path_passes_a_bystander(store: Store, role: Role) -> None:
    store.submit(seizure(phone("+5071", Role.DRIVER)))
    store.submit(case("reg", phone("+5071"), company("PA-7", role)))
    store.submit(case("7", company("PA-7")))
    assert by_path(store) == []


def test_no_path_passes_a_value_that_many_bear_or_a_list(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    event, between, _ = the_phones_owners_company(store)
    monkeypatch.setattr(bearings, "MOST_NAMED", 1)
    assert by_path(store) == []
    assert [each.what for each in passed_over(store.link, store.rights(), event)] == [between]
    monkeypatch.undo()
    monkeypatch.setattr(bearings, "PASSED_ABOVE", 2)
    assert len(by_path(store)) == 1
    store.submit(seizure(phone("+5071"), when=day(9), marking=private("ash")))
    assert by_path(store) == []
    (passed,) = passed_over(store.link, store.rights(), event)
    assert (passed.what, passed.number, passed.limit) == ("phone +5071", 3, 2)
    # Who does not see the third still has the path, and nothing passed over.
    assert len(by_path(store, "birch")) == 1
    assert passed_over(store.link, store.rights("birch"), event) == []


def test_no_path_between_two_events_passes_their_case(store: Store) -> None:
    store.submit(seizure(phone("+5071"), when=day(2)))
    store.submit(seizure(imo("9074729"), when=day(3)))
    store.submit(case("7", phone("+5071"), imo("9074729")))
    assert [each.link for each in leads(store.link, store.rights())] == [Link.SELECTOR] * 2


def test_mentions_judged_same_link_by_name_alone(store: Store) -> None:
    event = store.submit(seizure(person("Juan Perez", Role.DRIVER)))
    target = store.submit(case("7", person("PEREZ, Juan")))
    assert leads(store.link, store.rights()) == []
    judged_same = judge(store, "same", f"{event}#0", f"{target}#0", score=0.9, features={"family": 9.0, "given": 4.0})
    (found,) = leads(store.link, store.rights())
    assert found.link is Link.ENTITY
    (together,) = found.joined
    assert (together.way, together.judgements) == ((f"{event}#0", f"{target}#0"), (judged_same,))
    assert found.score == pytest.approx(judged(0.9))
    explained = why(store.link, store.log, store.rights(), found.id)
    shown = explained.compared[0].waterfall
    assert shown is not None
    assert shown.probability == pytest.approx(0.9)
    assert shown.prior_weight + sum(step.weight for step in shown.comparisons) == pytest.approx(shown.weight)


def test_a_judgement_that_one_may_not_see_makes_no_lead_for_them(store: Store) -> None:
    event = store.submit(seizure(person("Juan Perez")))
    target = store.submit(case("7", person("PEREZ, Juan")))
    judge(store, "same", f"{event}#0", f"{target}#0", marking=private("birch"))
    assert leads(store.link, store.rights("ash")) == []
    (found,) = leads(store.link, store.rights("birch"))
    assert found.banner.startswith("TLP:RED")


def test_a_contested_entity_links_nothing(store: Store) -> None:
    event = store.submit(seizure(person("Juan Perez")))
    target = store.submit(case("7", person("PEREZ, Juan")))
    judge(store, "same", f"{event}#0", f"{target}#0")
    judge(store, "different", f"{event}#0", f"{target}#0")
    assert leads(store.link, store.rights()) == []


def test_several_judgements_in_a_row_must_all_be_right(store: Store) -> None:
    event = store.submit(seizure(person("Juan Perez")))
    names = [event, *(store.submit(case(str(number), person(f"J. Perez {number}"))) for number in (1, 2))]
    for left, right in pairwise(names):
        judge(store, "same", f"{left}#0", f"{right}#0")
    scores = {each.other: each.score for each in leads(store.link, store.rights())}
    assert scores[names[1]] == pytest.approx(joined([None]))
    assert scores[names[2]] == pytest.approx(joined([None, None]))


def test_a_path_may_step_by_an_entity_and_why_tells_each_step(store: Store) -> None:
    event = store.submit(seizure(person("Juan Perez", Role.DRIVER)))
    between = store.submit(
        Report(
            marking=CLEAR,
            source=Source(dataset="registry"),
            content=Seizure(when=day(1)),
            mentions=(person("PEREZ, Juan", Role.OWNER), imo("9074729")),
        )
    )
    store.submit(case("7", imo("9074729"), marking=marked("birch")))
    judged_same = store.submit(judgement("same", f"{event}#0", f"{between}#0", reason="same passport photograph"))
    (found,) = by_path(store)
    assert found.path is not None
    assert isinstance(found.path.first.shared, Joined)
    assert found.path.tie == Tie.CONTROL
    explained = why(store.link, store.log, store.rights(), found.id)
    assert explained.through is not None
    assert explained.through.id == between
    assert [each.judgement for each in explained.compared] == ["", judged_same]
    text = " ".join(explained.grounds)
    for word in ("driver Juan Perez", "owner PEREZ, Juan", "imo 9074729", "control", judged_same):
        assert word in text


def test_priority_targets_come_first_whatever_the_score(store: Store) -> None:
    store.submit(seizure(phone("+5071"), imo("9074729")))
    store.submit(case("likelier", imo("9074729")))
    content = Case(number="priority", priority_target=True)
    first = store.submit(
        Report(marking=CLEAR, source=Source(dataset="cases"), content=content, mentions=(phone("+5071"),))
    )
    found = leads(store.link, store.rights())
    assert [each.priority for each in found] == [True, False]
    assert found[0].other == first
    assert found[0].score < found[1].score


def test_a_hidden_portion_of_the_report_between_ties_for_its_readers_only(store: Store) -> None:
    store.submit(seizure(phone("+5071", Role.DRIVER)))
    store.submit(case("reg", phone("+5071"), portions=(portion(private("ash"), company("PA-7")),)))
    store.submit(case("7", company("PA-7")))
    assert len(by_path(store)) == 1
    assert by_path(store, "birch") == []


def test_every_tie_is_symmetric_and_has_a_worth() -> None:
    assert set(WORTH) == set(Tie)
    assert all(tie(one, other) == tie(other, one) for one in Role for other in Role)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(worlds())
def test_the_leads_of_one_report_or_of_the_cases_are_those_of_all_that_end_there(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store, _ = build(Path(directory), steps, at_once=True)
        rights = store.rights()
        everything = leads(store.link, rights)
        of_cases = sorted((each.id, each.event, each.other) for each in everything if each.case)
        assert sorted(to_cases(store.link, rights, page=2)) == of_cases
        for held in store.log.follow(0):
            report = held.entry.id
            mine = [each for each in everything if report in (each.event, each.other)]
            assert leads(store.link, rights, event=report) == mine
            assert leads(store.link, rights, case=report) == [each for each in mine if each.case == report]

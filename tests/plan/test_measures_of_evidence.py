"""Evidence in the measures: chains as the evidence view judges them, and findings that reach the linked case."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from cutset.evidence import custody as of_custody
from cutset.evidence import signing
from cutset.evidence.findings import Fault
from cutset.model.exhibit import Act, Collected, ExhibitKind, Part, Sampled
from cutset.model.exhibit import Role as Signing
from cutset.model.mention import Mention
from cutset.model.report import Custody, Lab, Report, When
from cutset.plan.measures.compute import reading
from tests.evidence.making import key_of, registry, who
from tests.plan.measuring import LATER, Measuring, at, case, report, values
from tests.plan.test_measures_of_the_visible import working
from tests.samples import day, phone, private, seizure
from tests.worlds import VIEWERS, Step, build

ANN = phone("+5071")


def step(
    exhibit: str, giver: str, receiver: str, when: When, *, act: Act | None = None, unsigned: Sequence[Signing] = ()
) -> Report:
    """A transfer, or what its holder did, signed by all who must but the `unsigned`."""
    content = Custody(exhibit=exhibit, when=when, giver=who(giver), receiver=who(receiver), act=act)
    owed = ((giver, Signing.GIVER), (receiver, Signing.RECEIVER)) if act is None else ((giver, Signing.HOLDER),)
    for name, role in owed:
        if role not in unsigned:
            content = signing.sign(content, key_of(name), role=role, by=who(name), at=when.at)
    return report(content)


def collected(exhibit: str, when: When, *, event: str = "") -> Report:
    return step(exhibit, "ann", "ann", when, act=Collected(kind=ExhibitKind.DRUG, event=event))


@pytest.fixture
def signing_people(measuring: Measuring) -> Measuring:
    """People whose keys are registered."""
    measuring.register(*registry().agencies, *registry().viewers)
    return measuring


UNSIGNED = [collected("1", at(3)), step("1", "ann", "bea", at(4), unsigned=[Signing.RECEIVER])]
GAP = [collected("1", at(3)), step("1", "bea", "cyd", at(4))]
TWO_HOLDERS = [collected("1", at(3)), step("1", "ann", "bea", at(4)), step("1", "ann", "cyd", at(5))]


@pytest.mark.parametrize(
    ("steps", "fault"),
    [(UNSIGNED, Fault.NOT_ACCEPTED), (GAP, Fault.GAP), (TWO_HOLDERS, Fault.TWO_HOLDERS)],
    ids=["unsigned receiver", "gap", "two holders"],
)
def test_a_broken_chain_is_not_complete(signing_people: Measuring, steps: list[Report], fault: Fault) -> None:
    measuring = signing_people
    measuring.put_all([collected("2", at(3)), step("2", "ann", "bea", at(4)), step("2", "bea", "cyd", at(5))])
    assert measuring.take("custody-complete").whole.value == 1
    ids = measuring.put_all(steps)
    store = measuring.store
    found = of_custody.check(store.evidence, store.log, store.rights())
    assert {each.fault for each in found} == {fault}
    share = measuring.take("custody-complete", by=["agency"])
    assert (share.whole.numerator, share.whole.denominator) == (1, 2)
    assert share.whole.beside["findings"] == len(found)
    assert set(ids) <= set(share.report_ids)


def test_what_mends_a_chain_mends_the_measure(signing_people: Measuring) -> None:
    measuring = signing_people
    measuring.put_all(UNSIGNED)
    assert measuring.take("custody-complete").whole.value == 0
    accepted_ = step("1", "ann", "bea", at(4), unsigned=[Signing.GIVER])
    measuring.put(accepted_)
    assert measuring.take("custody-complete").whole.value == 1


def test_a_chain_is_judged_by_what_the_viewer_sees_of_it(signing_people: Measuring) -> None:
    measuring = signing_people
    hidden = replace(step("1", "ann", "bea", at(4)), marking=private())
    measuring.put_all([collected("1", at(3)), hidden, step("1", "bea", "cyd", at(5))])
    assert measuring.take("custody-complete").whole.value == 1
    assert measuring.take("custody-complete", agency="birch").whole.value == 0


def test_an_exhibit_stands_under_its_area_and_year(signing_people: Measuring) -> None:
    measuring = signing_people
    event = measuring.put(seizure(area="border region"))
    measuring.put(collected("1", at(3), event=event))
    measuring.put(collected("2", at(3, 11)), after=timedelta(days=300))
    found = measuring.take("custody-complete", by=["area", "fiscal_year"])
    assert values(found) == {("border region", 2024): 1, ("", 2025): 1}
    assert measuring.take("custody-complete", period="FY2022").whole.value is None


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(working())
def test_the_plan_and_the_evidence_view_agree(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store, _ = build(Path(directory), steps)
        for viewer in VIEWERS:
            rights = store.rights(viewer.agency)
            with reading(store.sources(), rights, clock=LATER) as measures:
                found = measures.measure("custody-complete")
            every = of_custody.exhibits(store.evidence, store.log, rights)
            wrong = of_custody.check(store.evidence, store.log, rights)
            if not every:
                assert found.whole.value is None
                continue
            complete = {each.name for each in every} - {each.exhibit for each in wrong}
            assert (found.whole.numerator, found.whole.denominator) == (len(complete), len(every))
            assert found.whole.beside["findings"] == len(wrong)


def finding(exhibit: str, *mentions: Mention, **more: Any) -> Report:
    return report(Lab(number=f"of {exhibit}", exhibit=exhibit), *mentions, **more)


@pytest.fixture
def linked(signing_people: Measuring) -> tuple[Measuring, str]:
    """An event of 3 January that a lead links to a case, and its report's id."""
    measuring = signing_people
    event = measuring.put(seizure(ANN, when=day(3), area="border region"))
    measuring.put(case("7", ANN))
    return measuring, event


def test_a_finding_reaches_the_case_that_its_event_is_linked_to(linked: tuple[Measuring, str]) -> None:
    measuring, event = linked
    measuring.put_all([collected(number, at(3), event=event) for number in ("1", "2", "3")])
    assert "lab" in measuring.take("evidence-integrated-in-time").no_data
    measuring.put(finding("1"), after=timedelta(days=10))
    measuring.put(finding("2"), after=timedelta(days=30))
    found = measuring.take("evidence-integrated-in-time", by=["area", "partner"])
    assert values(found) == {("border region", "ash"): pytest.approx(1 / 3)}
    assert found.whole.beside == {"without a finding": 1}
    assert event in found.report_ids


def test_an_exhibit_is_of_the_seizure_whose_number_it_bears(measuring: Measuring) -> None:
    seized = seizure(ANN, when=day(3))
    measuring.put(replace(seized, source=replace(seized.source, record="MADE-1")))
    measuring.put(case("7", ANN))
    measuring.put(report(Custody(exhibit="ash/MADE-1", when=at(3), giver="Officer", receiver="Vault")))
    measuring.put(report(Custody(exhibit="ash/MADE-2", when=at(3), giver="Officer", receiver="Vault")))
    measuring.put(finding("ash/MADE-1"))
    found = measuring.take("evidence-integrated-in-time")
    assert (found.whole.numerator, found.whole.denominator) == (1, 1)


def test_a_finding_on_a_sample_is_one_on_the_exhibit(linked: tuple[Measuring, str]) -> None:
    measuring, event = linked
    sampled = Sampled(parts=(Part(exhibit="1-A"),))
    measuring.put_all([collected("1", at(3), event=event), step("1", "ann", "ann", at(4), act=sampled)])
    measuring.put(finding("1-A"))
    found = measuring.take("evidence-integrated-in-time")
    assert (found.whole.numerator, found.whole.denominator) == (1, 1)


def test_a_case_that_comes_late_is_reached_late(signing_people: Measuring) -> None:
    measuring = signing_people
    event = measuring.put(seizure(ANN, when=day(3)))
    measuring.put_all([collected("1", at(3), event=event), finding("1")])
    measuring.put(case("7", ANN), after=timedelta(days=60))
    found = measuring.take("evidence-integrated-in-time")
    assert (found.whole.numerator, found.whole.denominator) == (0, 1)


def test_a_hidden_event_links_no_exhibit(signing_people: Measuring) -> None:
    measuring = signing_people
    event = measuring.put(seizure(ANN, when=day(3), marking=private()))
    measuring.put_all([case("7", ANN), collected("1", at(3), event=event), finding("1")])
    assert measuring.take("evidence-integrated-in-time").whole.value == 1
    assert measuring.take("evidence-integrated-in-time", agency="birch").whole.value is None

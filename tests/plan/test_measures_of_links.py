from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from cutset.clock import instant
from cutset.link.leads import Link, leads
from cutset.model.report import When
from cutset.plan.measures.linked import linked
from tests.plan.measuring import Measuring, accepted, at, case, month, tasking, values
from tests.plan.test_measures_of_the_visible import working
from tests.samples import cocaine, day, marked, phone, private, seizure
from tests.worlds import VIEWERS, Step, build

ANN = phone("+5071")


def test_an_accepted_lead_links_a_seizure_to_a_case(measuring: Measuring) -> None:
    event = measuring.put(seizure(ANN, when=day(5)))
    measuring.put(seizure(when=day(6)))
    card = measuring.put(case("7", ANN, priority_target=True, organisation="Made Cartel"))
    assert "judgement" in measuring.take("linked-to-case").no_data
    ruling = measuring.put(accepted(event, card))
    found = measuring.take("linked-to-case", by=["agency"])
    assert values(found) == {"ash": 0.5}
    assert (found.whole.numerator, found.whole.denominator, found.reports) == (1, 2, 4)
    assert found.whole.low is not None
    assert found.whole.high is not None
    assert found.whole.low < 0.5 < found.whole.high
    named = measuring.take("linked-to-priority-target", by=["organisation"])
    assert values(named) == {"Made Cartel": 1, "": 0}
    assert named.whole.value == 0.5
    undone = measuring.put(accepted(event, card, verdict="unsure", reverses=ruling))
    assert measuring.take("linked-to-case").whole.value == 0
    measuring.put(accepted(event, card, verdict="unsure", reverses=undone))
    assert measuring.take("linked-to-case").whole.value == 0.5
    measuring.put(accepted(event, card, verdict="rejected"), after=timedelta(hours=1))
    assert measuring.take("linked-to-case").whole.value == 0


def test_a_corrected_event_keeps_its_link(measuring: Measuring) -> None:
    event = measuring.put(seizure(ANN, when=day(5)))
    card = measuring.put(case("7", ANN))
    measuring.put(accepted(event, card))
    measuring.put(seizure(ANN, when=day(4), supersedes=(event,)))
    found = measuring.take("linked-to-case")
    assert (found.whole.numerator, found.whole.denominator) == (1, 1)


def test_a_hidden_case_or_judgement_links_nothing(measuring: Measuring) -> None:
    event = measuring.put(seizure(ANN))
    card = measuring.put(case("7", ANN, marking=private()))
    measuring.put(accepted(event, card, marking=private()))
    assert measuring.take("linked-to-case").whole.value == 1
    hidden = measuring.take("linked-to-case", agency="birch")
    assert hidden.no_data == "no report of kind case is visible; no report of kind judgement is visible"


def test_time_to_lead_and_to_accepted_lead(measuring: Measuring) -> None:
    # The clock stands at 10 January.
    event = measuring.put(seizure(ANN, when=at(10)))
    card = measuring.put(case("7", ANN, marking=marked("birch")), after=timedelta(hours=6))
    found = measuring.take("lead-time")
    assert found.whole.value == pytest.approx(6)
    assert found.whole.beside["ninth decile"] == pytest.approx(6)
    assert (found.reports, found.banner) == (2, "TLP:CLEAR")
    measuring.put(accepted(event, card), after=timedelta(hours=4))
    later = measuring.take("accepted-lead-time", by=["partner"])
    assert later.whole.value == pytest.approx(10)
    assert values(later) == {"birch": pytest.approx(10)}
    assert measuring.take("lead-time", period="FY2020").whole.value is None


def test_the_first_lead_counts(measuring: Measuring) -> None:
    measuring.put(seizure(ANN, when=at(10)))
    for number in range(3):
        measuring.put(case(str(number), ANN), after=timedelta(hours=2))
    assert measuring.take("lead-time").whole.value == pytest.approx(2)


def test_cases_that_a_seizure_led_to(measuring: Measuring) -> None:
    first = measuring.put(seizure(ANN, when=day(5, 1, 2023)))
    second = measuring.put(seizure(ANN, when=day(6, 1, 2023)))
    measuring.put(seizure(when=day(7, 1, 2023)))
    after = measuring.put(case("after", ANN, opened=at(1, 6, 2023)))
    before = measuring.put(case("before", ANN, opened=at(1, 6, 2022)))
    for event, card in ((first, after), (second, after), (second, before)):
        measuring.put(accepted(event, card))
    found = measuring.take("cases-after-link", period="FY2023")
    assert found.whole.value == 1
    assert found.whole.beside == {"seizures linked to no case": 1, "seizures that led to a case": 2}


def test_seizures_that_a_case_pointed_to(measuring: Measuring) -> None:
    card = measuring.put(case("7", ANN))
    measuring.put(tasking("intercept", card))
    event = measuring.put(seizure(ANN), after=timedelta(hours=1))
    measuring.put(seizure(occurrence=2))
    assert measuring.take("interdictions-from-leads").whole.value == 0
    measuring.put(accepted(event, card))
    assert measuring.take("interdictions-from-leads").whole.value == 0.5
    measuring.put(tasking("intercept", card, asset="late"), after=timedelta(hours=1))
    assert measuring.take("interdictions-from-leads").whole.numerator == 1


def test_where_cases_stand(measuring: Measuring) -> None:
    for number, status in enumerate(["open", "open", "convicted"]):
        measuring.put(case(str(number), status=status, opened=month(3), programmes=("ocdetf",)))
    measuring.put(case("undated"))
    found = measuring.take("case-outcomes", period="FY2024", by=["status", "case_kind"])
    assert values(found) == {("open", "ocdetf"): 2, ("convicted", "ocdetf"): 1}
    assert measuring.take("case-outcomes").whole.value == 4


def test_a_seizure_known_by_its_year_alone(measuring: Measuring) -> None:
    from cutset.model.report import Precision

    measuring.put(seizure(when=When(at=day(1, 1, 2023).at, precision=Precision.YEAR), goods=(cocaine(1.0),)))
    taken = {each: measuring.take("seizures", period=each).whole.value for each in ("2023", "FY2023", "2023-01")}
    assert taken == {"2023": 1, "FY2023": None, "2023-01": None}


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(working())
def test_links_are_those_of_the_leads_that_people_are_shown(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store, _ = build(Path(directory), steps)
        for viewer in VIEWERS:
            rights = store.rights(viewer.agency)
            told = [
                (each.event, each.other, each.kinds, each.clock.event, each.clock.made)
                for each in leads(store.link, rights, by=(Link.SELECTOR,))
            ]
            short = [
                (each.event, each.other, each.kinds, None if each.at_us is None else instant(each.at_us), each.made)
                for each in linked(store.link, rights)
            ]
            assert sorted(told, key=str) == sorted(short, key=str)


def test_a_case_stands_under_the_area_of_each_event_that_is_linked_to_it(measuring: Measuring) -> None:
    event = measuring.put(seizure(ANN, when=day(5), area="border region"))
    for number in ("7", "8"):
        measuring.put(accepted(event, measuring.put(case(number, ANN))))
    measuring.put(case("9"))
    assert values(measuring.take("case-outcomes", by=["area"])) == {"border region": 2, "": 1}

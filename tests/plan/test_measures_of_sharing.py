from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from cutset.access.registry import Agency
from cutset.model.marking import Tlp
from cutset.model.register import Agreement, Grant, Member, TaskForce, Training
from tests.plan.measuring import Measuring, accepted, at, entry, tasking, values
from tests.samples import cocaine, marked, private, seizure


def released(originator: str, *to: str) -> object:
    return marked(originator, tlp=Tlp.AMBER, rel_to=tuple(sorted(f"agency:{each}" for each in to)))


def test_what_each_shows_each(measuring: Measuring) -> None:
    for number in range(3):
        measuring.put(seizure(marking=released("ash", "birch"), occurrence=number + 1))
    measuring.put(seizure(marking=released("birch", "ash")))
    measuring.put(seizure(marking=private("ash")))
    found = measuring.take("reports-shared", by=["agency", "partner"])
    assert values(found) == {("ash", "birch"): 3, ("birch", "ash"): 1}
    assert (found.whole.value, found.whole.denominator, found.reports) == (4, 5, 5)
    assert len(found.report_ids) == 5
    assert measuring.take("sharing-balance", by=["agency", "partner"]).whole.value == 1 / 3
    # Birch does not see what Ash keeps to itself.
    assert measuring.take("reports-shared", agency="birch").whole.denominator == 4


def test_a_report_that_three_may_see_counts_once_in_all(measuring: Measuring) -> None:
    measuring.put(seizure())
    found = measuring.take("reports-shared", by=["partner", "fiscal_year"])
    assert values(found) == {("birch", 2024): 1, ("cedar", 2024): 1}
    assert found.whole.value == 1


def test_a_withdrawn_report_is_not_shared(measuring: Measuring) -> None:
    measuring.put(seizure(withdrawn=True))
    assert measuring.take("reports-shared").whole.value is None


def test_an_agency_out_of_force_is_no_partner(measuring: Measuring) -> None:
    measuring.register(Agency(id="cedar", country="US", law_enforcement=False, active=False))
    measuring.put(seizure())
    assert values(measuring.take("reports-shared", by=["partner"])) == {"birch": 1}


def test_requests_in_time_late_and_open(measuring: Measuring) -> None:
    event = measuring.put(seizure())
    first, second, third = (
        measuring.put(tasking("release", event, asset="birch", when=at(12, hour=number))) for number in (1, 2, 3)
    )
    measuring.put(accepted(first, event, verdict="released", marking=marked("birch")), after=timedelta(days=1))
    measuring.put(accepted(second, event, verdict="refused", marking=marked("birch")), after=timedelta(days=9))
    found = measuring.take("requests-answered-in-time", by=["agency", "partner", "status"])
    assert found.whole.value == 1 / 3
    assert values(found) == {
        ("birch", "ash", "in time"): 1,
        ("birch", "ash", "late"): 0,
        ("birch", "ash", "not answered"): 0,
    }
    assert third in found.report_ids
    # Before they fell due there was nothing to tell.
    from cutset import clock

    early = measuring.take("requests-answered-in-time", now=clock.fixed(at(11).at))
    assert early.no_data == "no request fell due"


def test_pointers(measuring: Measuring) -> None:
    pointer = measuring.put(tasking("pointer", asset="birch"))
    assert measuring.take("pointers-answered").whole.value == 0
    measuring.put(accepted(pointer, verdict="contact", marking=marked("birch")), after=timedelta(days=3))
    assert measuring.take("pointers-answered").whole.value == 1


def test_agreements_training_and_task_forces(measuring: Measuring) -> None:
    measuring.put(entry(Agreement(id="a", partner="birch", since="2022-01-01", until="2023-12-31")))
    measuring.put(entry(Agreement(id="b", partner="Made Navy", country="CO", since="2023-11-01")))
    found = measuring.take("agreements-in-force", period="FY2024", by=["country"])
    assert values(found) == {"CO": 1, "": 0}
    assert found.whole.beside == {"begun": 1, "lapsed": 1}
    assert measuring.take("agreements-in-force", period="FY2023").whole.value == 1
    measuring.put(
        entry(Training(id="t", course="boarding", partner="Made Navy", fiscal_year=2024, people=4, days=Decimal("2.5")))
    )
    assert measuring.take("training-delivered", period="FY2024").whole.value == 10
    assert measuring.take("training-delivered", period="FY2023").whole.value is None
    members = (Member(agency="ash", people=3), Member(agency="birch"), Member(agency="cedar", until="2020-01-01"))
    measuring.put(entry(TaskForce(id="grove", name="Grove", members=members)))
    measuring.put(seizure())
    seats = measuring.take("task-force-participation", period="FY2024", by=["task_force", "agency"])
    assert values(seats) == {("grove", "ash"): 1, ("grove", "birch"): 1}
    assert seats.whole.beside == {"members that submitted": 1, "people": 3}


def test_grants_whose_recipients_share(measuring: Measuring) -> None:
    for number, recipient in enumerate(["birch", "cedar"]):
        measuring.put(
            entry(
                Grant(
                    id=str(number),
                    programme="hidta",
                    recipient=recipient,
                    fiscal_year=2024,
                    amount=Decimal(5),
                    must_share=True,
                )
            )
        )
    measuring.put(seizure(marking=marked("birch"), goods=(cocaine(1.0),)))
    found = measuring.take("grants-with-sharing", period="FY2024")
    assert found.whole.value == 0.5
    assert found.whole.beside == {"must share": 2, "recipient reports nothing": 1, "recipient shares": 1}

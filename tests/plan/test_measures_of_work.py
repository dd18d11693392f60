"""Events step by step, evidence, cargo, assets, technology, and the plan's own course."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from cutset.access.registry import Agency, Viewer
from cutset.model.mention import Mention, MentionKind
from cutset.model.register import Amount, BudgetLine, Cost, FundingStage, Gap, Technology, TechnologyStage
from cutset.model.report import (
    Custody,
    Detection,
    Goods,
    Lab,
    Money,
    Quantity,
    Response,
    Shipment,
    Where,
)
from cutset.plan.document import load
from cutset.plan.gaps import funds as fund_table
from cutset.plan.measures.displacement import Surge, surges
from tests.plan.measuring import Measuring, at, case, entry, examination, report, tasking, values
from tests.samples import Route, day, marked, phone, seizure


def detection(phase: str = "", *, record: str = "", **content: Any) -> Any:
    return report(Detection(**({"when": day(5), "phase": phase} | content)), record=record, dataset="ccdb")


def test_the_funnel(measuring: Measuring) -> None:
    measuring.put(detection("detected", record="1"))
    measuring.put(detection("monitored", record="1"))
    measuring.put(detection("targeted", record="2"))
    third = measuring.put(detection("detected", record="3"))
    measuring.put(tasking("intercept", third))
    measuring.put(detection("disrupted", record="4"))
    measuring.put(seizure())
    reached = [
        measuring.take(f"events-{step}").whole.value for step in ("detected", "monitored", "targeted", "disrupted")
    ]
    assert reached == [5, 4, 3, 1]
    lost = measuring.take("event-drop-off", by=["phase"])
    assert values(lost) == {"detected": 0, "monitored": 0.25, "handed off": 0, "targeted": pytest.approx(2 / 3)}
    assert lost.whole.value == 0.75
    assert lost.whole.beside["handed off"] == 3


def custody(exhibit: str, giver: str, receiver: str, number: int) -> Any:
    return report(Custody(exhibit=exhibit, when=at(number), giver=giver, receiver=receiver))


def test_evidence_that_reached_the_case(measuring: Measuring) -> None:
    ann = phone("+5071")
    measuring.put(case("7", ann))
    for exhibit in ("E1", "E2", "E3"):
        measuring.put(custody(exhibit, "officer", "vault", 10))
    measuring.put(report(Lab(number="1", exhibit="E1"), ann), after=timedelta(days=20))
    measuring.put(report(Lab(number="2", exhibit="E2"), ann), after=timedelta(days=20))
    measuring.put(report(Lab(number="3", exhibit="E3")))
    found = measuring.take("evidence-integrated-in-time")
    assert (found.whole.numerator, found.whole.denominator) == (1, 2)


def parcel(declared: Any, arrives: Any, **content: Any) -> Any:
    origin = content.pop("origin", "CN")
    return report(
        Shipment(
            declared=declared,
            arrives=arrives,
            modality="mail",
            origin=Where(country=origin),
            destination=Where(country="US"),
            **content,
        )
    )


def test_parcels_with_advance_data(measuring: Measuring) -> None:
    measuring.put(parcel(at(4), at(5)))
    measuring.put(parcel(at(6), at(5)))
    measuring.put(parcel(None, at(5)))
    measuring.put(parcel(at(4), None))
    measuring.put(parcel(at(4), at(5), origin="US"))
    found = measuring.take("parcels-with-advance-data", by=["country"])
    assert values(found) == {"CN": pytest.approx(1 / 3)}
    assert found.notes == ("1 parcels whose arrival is not known are left out.",)


def container(number: int) -> Any:
    box = Mention(kind=MentionKind.CONTAINER, name=f"box {number}")
    return report(Shipment(number=str(number), arrives=at(5), modality="maritime"), box)


def test_containers_examined_and_hit_rate(measuring: Measuring) -> None:
    boxes = measuring.put_all([container(number) for number in range(40)])
    targeted = measuring.put(tasking("examine", *boxes[:5]))
    random = measuring.put(tasking("examine at random", *boxes[5:25]))
    measuring.put_all([examination(number < 3, targeted, box) for number, box in enumerate(boxes[:5])])
    measuring.put_all([examination(False, random, box) for box in boxes[5:25]])
    examined = measuring.take("containers-examined")
    assert (examined.whole.numerator, examined.whole.denominator) == (25, 40)
    none = measuring.take("examination-hit-rate")
    assert none.whole.value is None
    assert any("No random examination found anything" in note for note in none.notes)
    measuring.put(examination(True, random, boxes[5], day=6))
    measuring.put(examination(True, boxes[30]))
    found = measuring.take("examination-hit-rate")
    assert found.whole.value == pytest.approx((3 / 5) / (1 / 21))
    assert found.whole.low is not None
    assert found.whole.high is not None
    assert found.whole.low < 12.6 < found.whole.high
    assert found.whole.beside == {"targeted finds": 3, "targeted": 5, "random finds": 1, "random": 21}
    assert any("1 examinations name no tasking" in note for note in found.notes)


def test_what_a_detector_examined_is_a_share_of_all_that_arrived(measuring: Measuring) -> None:
    boxes = measuring.put_all([container(number) for number in range(10)])
    measuring.put_all([examination(False, box, detector="x-ray") for box in boxes[:3]])
    measuring.put(examination(True, boxes[3], detector="dog"))
    found = measuring.take("containers-examined", by=["detector"])
    assert values(found) == {"x-ray": 0.3, "dog": 0.1}
    assert (found.whole.numerator, found.whole.denominator, found.reports) == (4, 10, 14)


def test_asset_days(measuring: Measuring) -> None:
    for hour in (1, 9):
        measuring.put(tasking("patrol", when=at(5, hour=hour)))
    measuring.put(tasking("patrol", when=at(6)))
    measuring.put(tasking("release", when=at(7)))
    found = measuring.take("asset-days-had", period="2024-01")
    assert (found.whole.value, found.whole.beside) == (2, {"taskings": 3})
    measuring.put(detection(modality="maritime"))
    measuring.put(detection(modality="pedestrian"))
    needed = measuring.take("asset-days-needed")
    assert needed.whole.value == 1.5
    assert any("240 nautical miles" in note for note in needed.notes)


def test_a_surge_needs_a_before() -> None:
    assert surges({("PA", 4): 9}) == []
    assert surges({("PA", 1): 3, ("PA", 4): 9, ("PA", 5): 30}) == [Surge("PA", 4)]


def test_displacement_against_controls(measuring: Measuring) -> None:
    # Panama surges in April. Costa Rica shares its origin; Peru shares nothing with it.
    reports = []
    for number in range(1, 7):
        for country in ("PA", "CR", "PE"):
            effort = 8 if country == "PA" and number >= 4 else 2
            reports += [
                tasking("patrol", asset=f"{country}{each}", when=at(3, number), country=country)
                for each in range(effort)
            ]
            events = 6 if country == "CR" and number >= 4 else 2
            route = Route(departure="BO" if country == "PE" else "CO", destination="BR" if country == "PE" else "US")
            reports += [
                seizure(when=day(3, number), where=Where(country=country), route=route, occurrence=each + 1)
                for each in range(events)
            ]
    measuring.put_all(reports)
    found = measuring.take("displacement", period="FY2024", by=["fiscal_year"])
    assert found.whole.value == pytest.approx(3)
    assert found.whole.low is not None
    assert found.whole.low > 0
    assert values(found) == {2024: pytest.approx(3)}
    assert found.whole.beside["neighbours' events after"] == 18
    assert measuring.take("displacement", period="FY2022").no_data == "no month shows a surge of effort"


def test_technology(measuring: Measuring) -> None:
    deployed = TechnologyStage.DEPLOYED
    measuring.put(
        entry(
            Technology(
                id="x",
                type="x-ray",
                stage=deployed,
                count=3,
                place="Made Port",
                shared_with=("birch", "cedar"),
                fiscal_year=2024,
                examined=200,
                found=10,
            )
        )
    )
    measuring.put(entry(Technology(id="y", type="trace", stage=TechnologyStage.DEVELOPMENT, count=9)))
    measuring.put(examination(True, detector="x-ray"))
    measuring.put(examination(True, detector="dog"))
    assert values(measuring.take("detectors-fielded", period="FY2024", by=["detector"])) == {"x-ray": 3}
    found = measuring.take("detector-yield", period="FY2024", by=["detector"])
    assert values(found) == {"x-ray": 0.05, "dog": 1}
    shared = measuring.take("technology-shared", by=["agency", "partner"])
    assert values(shared) == {("ash", "birch"): 3, ("ash", "cedar"): 3}
    assert shared.whole.value == 3


def goods(sort: str, amount: float | None = None, **more: Any) -> Goods:
    quantity = Quantity(amount=amount, unit="unit") if amount is not None else None
    return Goods(contraband=sort, quantity=quantity, **more)


def test_commodities(measuring: Measuring) -> None:
    usd, eur = (Money(amount=Decimal("10.10"), currency=code) for code in ("USD", "EUR"))
    five = Quantity(amount=5, unit="kg", mass_kg=5.0)
    wallet = Mention(kind=MentionKind.WALLET, name="made")
    measuring.put(seizure(goods=(goods("weapon", 2), goods("ammunition", 50), goods("weapon"))))
    measuring.put(seizure(wallet, goods=(goods("currency", money=usd), goods("currency", money=eur))))
    measuring.put(seizure(goods=(goods("currency", money=usd), goods("pill press", 1)), occurrence=2))
    measuring.put(seizure(goods=(goods("tbml instrument", 1),), occurrence=3))
    measuring.put(seizure(goods=(Goods(contraband="precursor", quantity=five),), occurrence=4))
    weapons = measuring.take("weapons-seized", by=["contraband"])
    assert values(weapons) == {"ammunition": 50, "weapon": 2}
    assert weapons.whole.beside == {"goods with no amount": 1}
    money = measuring.take("currency-seized")
    assert money.by == ("currency",)
    assert values(money) == {"EUR": 10.10, "USD": 20.20}
    assert (money.whole.value, money.whole.shown, money.no_data) == (None, "10 EUR; 20 USD", "")
    assert measuring.take("crypto-seized", by=["status"]).figures[0].key == ("not linked",)
    taken = [measuring.take(f"{name}-seized").whole.value for name in ("pill-presses", "tbml-instruments", "precursor")]
    assert taken == [1, 1, 5]


def response(agency: str, stage: str = "submitted", **items: str) -> Any:
    content = Response(plan="niccp-2021", fiscal_year=2021, items=items, stage=stage, signed_by="a made signer")
    return report(content, marking=marked(agency))


def test_responses_in_time_and_in_full(measuring: Measuring) -> None:
    plan = load("niccp_2021")
    items = [item.id for item in plan.response_items]
    measuring.store.times.at = datetime(2021, 10, 1, tzinfo=UTC)
    measuring.register(*(Agency(id=each, country="US") for each in ("dhs", "doj")))
    measuring.register(*(Viewer(id=f"ann@{each}", agency=each) for each in ("dhs", "doj")))
    measuring.put(response("dhs", **{items[0]: "Much.", items[1]: " "}))
    measuring.put(response("doj", "draft", **{items[0]: "Little."}))
    measuring.put(response("doj"), after=timedelta(days=90))
    found = measuring.take("responses-in-time", by=["agency"])
    assert len(found.figures) == found.whole.denominator == sum(found.whole.beside.values())
    assert {agency for agency, share in values(found).items() if share} == {"dhs"}
    assert (found.whole.beside["in time"], found.whole.beside["late"]) == (1, 1)
    whole = measuring.take("response-items-complete", by=["agency"])
    assert values(whole) == {"doj": 0, "dhs": 1 / len(items)}


def test_gaps_and_funds(measuring: Measuring) -> None:
    cost = Cost(fiscal_year=2024, function="interdiction", amount=Decimal(100))
    wide = Gap(id="wide", title="Ships", duties=("bb-rts-08",), need="two ships", costs=(cost,))
    measuring.put(entry(wide))
    measuring.put(
        entry(Gap(id="part", title="A ship", duties=("bb-rts-08",), need="one", costs=(cost,), part_of="ash/wide"))
    )
    measuring.put(entry(Gap(id="vague", title="More")))
    costed = measuring.take("gaps-costed", by=["area"])
    assert costed.whole.value == pytest.approx(2 / 3)
    assert costed.whole.beside["cost USD"] == 100
    assert measuring.take("gaps-in-budget").whole.value == 0
    stages = [
        Amount(fiscal_year=2024, stage=stage, amount=Decimal(amount))
        for stage, amount in ((FundingStage.REQUEST, 90), (FundingStage.ENACTED, 80))
    ]
    measuring.put(
        entry(BudgetLine(id="l", account="Ops", function="interdiction", amounts=tuple(stages), duties=("bb-rts-08",)))
    )
    other = Amount(fiscal_year=2024, stage=FundingStage.ENACTED, amount=Decimal(20))
    measuring.put(entry(BudgetLine(id="m", account="Else", function="research", amounts=(other,))))
    funds = measuring.take("funds-traced-to-duties", period="FY2024", by=["function"])
    assert (funds.whole.numerator, funds.whole.denominator) == (80, 100)
    assert values(funds) == {"interdiction": 1, "research": 0}


def line(id: str, function: str, amount: int, *, agency: str = "", **more: Any) -> Any:
    enacted = Amount(fiscal_year=2024, stage=FundingStage.ENACTED, amount=Decimal(amount))
    return entry(
        BudgetLine(id=id, account="Ops", function=function, amounts=(enacted,), agency=agency, duties=("bb-rts-08",)),
        **more,
    )


def test_a_line_that_two_agencies_report_counts_once_and_a_disputed_one_not_at_all(measuring: Measuring) -> None:
    measuring.put(line("l", "interdiction", 80))
    measuring.put(line("l", "interdiction", 80, agency="ash", marking=marked("birch")))
    measuring.put(line("m", "research", 20))
    found = measuring.take("funds-traced-to-duties")
    assert (found.whole.numerator, found.whole.denominator, found.reports) == (100, 100, 3)
    measuring.put(line("m", "interdiction", 20, record="again"))
    found = measuring.take("funds-traced-to-duties")
    assert (found.whole.denominator, found.reports) == (80, 2)
    assert found.notes == ("ash/m is in no sum until one of its reports is mended.",)
    table = fund_table(measuring.store.log, measuring.store.rights(), load("niccp_2021"), by=())
    assert table.whole.amounts == {"2024 enacted": {"USD": Decimal(80)}}


def test_a_cost_stands_under_its_own_function_and_year(measuring: Measuring) -> None:
    costs = tuple(
        Cost(fiscal_year=year, function=function, amount=Decimal(amount))
        for year, function, amount in ((2024, "interdiction", 100), (2025, "research", 30))
    )
    measuring.put(entry(Gap(id="wide", title="Ships", duties=("bb-rts-08",), need="two ships", costs=costs)))
    found = measuring.take("gaps-costed", by=["function"])
    assert {figure.key: figure.beside["cost USD"] for figure in found.figures} == {
        ("interdiction",): 100,
        ("research",): 30,
    }
    assert (found.whole.value, found.whole.beside["cost USD"]) == (1, 130)
    assert measuring.take("gaps-costed", period="FY2025").whole.beside["cost USD"] == 30
    assert measuring.take("gaps-costed", period="FY2030").whole.value is None


def test_responses_are_due_in_the_plans_own_year(measuring: Measuring) -> None:
    measuring.store.times.at = datetime(2021, 10, 1, tzinfo=UTC)
    measuring.register(Agency(id="dhs", country="US"), Viewer(id="ann@dhs", agency="dhs"))
    measuring.put(response("dhs"))
    assert measuring.take("responses-in-time", period="FY2021").whole.beside["in time"] == 1
    assert "fall due in FY2021" in measuring.take("responses-in-time", period="FY2024").no_data
    measuring.register(Agency(id="dhs", country="US", active=False), Agency(id="homeland", successor_of=("dhs",)))
    renamed = measuring.take("responses-in-time", period="FY2021", by=["agency"])
    assert renamed.whole.beside["in time"] == 1
    assert {agency for agency, share in values(renamed).items() if share} == {"homeland"}
    assert measuring.take("response-items-complete", period="FY2024").no_data


def test_what_names_an_unknown_duty_is_traced_to_none(measuring: Measuring) -> None:
    cost = Cost(fiscal_year=2024, function="interdiction", amount=Decimal(100))
    measuring.put(entry(Gap(id="a", title="Ferrets", duties=("xx-99",), need="a ferret", costs=(cost,))))
    costed = measuring.take("gaps-costed", by=["area"])
    assert costed.whole.value == 0
    assert values(costed) == {"unknown duty": 0}
    amount = Amount(fiscal_year=2024, stage=FundingStage.ENACTED, amount=Decimal(80))
    measuring.put(entry(BudgetLine(id="l", account="Ops", function="f", amounts=(amount,), duties=("xx-99",))))
    assert measuring.take("funds-traced-to-duties").whole.numerator == 0


def test_what_names_a_former_edition_names_the_one_that_replaced_it(measuring: Measuring) -> None:
    box = measuring.put(container(1))
    ordered = measuring.put(tasking("examine", box))
    measuring.put(examination(True, ordered, box))
    spotted = measuring.put(detection("detected"))
    measuring.put(tasking("intercept", spotted))
    assert measuring.take("containers-examined").whole.value == 1
    assert measuring.take("events-targeted").whole.value == 1
    measuring.put(replace(container(1), supersedes=(box,), text="corrected"))
    measuring.put(replace(detection("detected", area="border region"), supersedes=(spotted,)))
    assert measuring.take("containers-examined").whole.value == 1
    assert measuring.take("events-targeted").whole.value == 1

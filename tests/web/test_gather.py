"""What the overview gathers from the views: the right numbers, and nothing from what the viewer may not see."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cutset import clock
from cutset.model.report import Goods, Money, Report, Route
from cutset.web.gather import gather
from cutset.web.overview import render
from cutset.web.overview_data import Counts, OverviewData
from tests.samples import case, cocaine, day, outcome, phone, private, seizure
from tests.worlds import Store

NOON = clock.fixed(datetime(2025, 6, 1, 12, tzinfo=UTC))
NUMBER = "+12025550143"
WAY = Route(departure="CO", destination="US")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store.cutset"))


def seen(store: Store, agency: str = "ash") -> OverviewData:
    return gather(store.log, store.link, store.plan, store.rights(agency), NOON)


def put(store: Store, *reports: Report) -> None:
    for report in reports:
        store.put(report)
    store.catch_up()


def test_an_empty_store_gives_an_empty_page(store: Store) -> None:
    found = seen(store)
    assert found.counts == Counts()
    assert (found.banner, found.made, found.flows, found.leads, found.holdings) == ("", False, (), (), ())
    assert (found.generated_at, found.agency, found.purpose) == (NOON(), "Ash", "investigation")
    assert "Nothing to show yet" in render(found)


def test_events_flows_drugs_and_leads_are_gathered(store: Store) -> None:
    put(
        store,
        seizure(phone(NUMBER), route=WAY, goods=(cocaine(5.0), cocaine(40.0, "tablet")), direction="inbound"),
        seizure(route=WAY, goods=(cocaine(7.0),), when=day(4), modality="maritime"),
        seizure(goods=(), when=day(5)),
        case("7", phone(NUMBER)),
    )
    found = seen(store)
    assert found.counts == Counts(reports=4, events=3, cases=1, tracks=0, leads=1)
    assert found.routed == 2
    (flow,) = found.flows
    assert (flow.departure.name, flow.destination.code, flow.drug_class) == ("Colombia", "US", "Cocaine-type")
    assert (flow.events, flow.mass_kg) == (2, 12.0)
    assert flow.departure.latitude_deg is not None
    assert [(each.year, each.month, each.events) for each in found.periods] == [(2024, 1, 2)]
    assert {each.name: each.events for each in found.modalities} == {"": 2, "Maritime": 1}
    assert {each.name: each.events for each in found.directions} == {"": 2, "Inbound": 1}
    assert {each.name: each.events for each in found.countries} == {"Panama": 3}
    assert [(each.events, each.mass_kg, each.counts) for each in found.drugs] == [(2, 12.0, {"tablet": 40.0})]
    assert [reason.value for reason in found.leads[0].reasons] == [NUMBER]
    assert [each.count for each in found.clocks] == [1, 1]
    assert found.banner == "TLP:CLEAR//ASH"
    assert {(each.kind, each.reports) for each in found.holdings} == {("seizure", 3), ("case", 1)}
    assert NUMBER in render(found)


def test_totals_stand_apart_by_dataset_and_fiscal_year(store: Store) -> None:
    cash = Goods(contraband="currency", money=Money(amount=Decimal("10.10"), currency="USD"))
    put(
        store,
        outcome("a", 4, cocaine(100.0)),
        outcome("b", 6, cocaine(50.0)),
        outcome("c", 2, cash, dataset="cash"),
    )
    found = seen(store)
    assert found.counts.events == 0
    assert [(each.dataset, each.year, each.fiscal, each.events, each.mass_kg) for each in found.totals] == [
        ("cash", 2022, True, 2, 0.0),
        ("totals", 2022, True, 10, 150.0),
    ]
    assert found.totals[0].money == {"USD": Decimal("10.10")}


def test_what_was_taken_back_is_no_longer_held(store: Store) -> None:
    old = store.submit(case("7", phone(NUMBER)))
    store.submit(case("8"))
    assert seen(store).counts.cases == 2
    store.submit(case("7", phone(NUMBER), supersedes=(old,), withdrawn=True))
    assert seen(store).counts == Counts(reports=1, cases=1)


def test_repeats_wait_for_a_judgement(store: Store) -> None:
    put(store, seizure(goods=(cocaine(5.0),)), seizure(goods=(cocaine(5.0),), occurrence=2))
    repeats = seen(store).repeats
    assert (repeats.groups, repeats.reports, repeats.settled, repeats.identical) == (1, 2, 0, 1)
    assert len(repeats.waiting) == 1


def test_what_is_hidden_changes_nothing(store: Store) -> None:
    put(store, seizure(phone(NUMBER), goods=(cocaine(5.0),), route=WAY))
    before = seen(store, "birch")
    put(
        store,
        case("7", phone(NUMBER), marking=private()),
        seizure(goods=(cocaine(9.0),), marking=private(), when=day(9)),
    )
    assert seen(store, "birch") == before
    assert seen(store, "ash").counts.leads == 1

from __future__ import annotations

from decimal import Decimal
from math import fsum
from typing import Any

import pytest

from cutset.model.marking import Marking
from cutset.model.report import Goods, Money, Precision, Quantity, Route, When, Where
from cutset.plan.dimensions import DIMENSIONS, Basis, UnknownDimension
from cutset.plan.facts import us_fiscal_year
from cutset.plan.summary import BadSummary, SummaryRow, summary
from tests.samples import CLEAR, cocaine, day, marked, outcome, portion, private, seizure
from tests.worlds import Store


def by_key(store: Store, *by: str, agency: str = "ash", **asked: Any) -> dict[tuple[Any, ...], SummaryRow]:
    return {row.key: row for row in summary(store.plan, store.rights(agency), by=by, **asked).rows}


def test_events_mass_and_counts_are_split_by_the_dimensions(store: Store) -> None:
    route = Route(departure="CO", destination="US")
    store.submit(seizure(goods=(cocaine(5), cocaine(490, "tablet")), route=route))
    store.submit(seizure(goods=(cocaine(0.25),), route=route, when=day(4)))
    store.submit(seizure(goods=(), when=day(5)))
    found = summary(store.plan, store.rights())
    assert found.columns == ("departure", "destination", "drug", "year")
    first, second = found.rows
    assert first == SummaryRow(key=("CO", "US", "cocaine", 2024), events=2, mass_kg=5.25, counts={"tablet": 490.0})
    assert second == SummaryRow(key=("", "", "", 2024), events=1)
    assert found.whole == SummaryRow(key=(), events=3, mass_kg=5.25, counts={"tablet": 490.0})
    assert found.banner == "TLP:CLEAR//ASH"
    assert not found.made
    assert any("not in mass_kg" in note for note in found.notes)


def test_an_event_with_two_drugs_is_one_event_in_each(store: Store) -> None:
    heroin = Goods(contraband="drug", substance="heroin", quantity=Quantity(amount=1.0, unit="kg", mass_kg=1.0))
    store.submit(seizure(goods=(cocaine(5), cocaine(6), heroin)))
    found = by_key(store, "drug")
    assert (found["cocaine",].events, found["cocaine",].mass_kg) == (1, 11.0)
    assert found["heroin",].events == 1
    assert by_key(store, "country")["PA",].events == 1
    assert summary(store.plan, store.rights(), by=("drug",)).whole == SummaryRow(key=(), events=1, mass_kg=12.0)


def test_sums_are_exact_whatever_their_order(store: Store) -> None:
    masses = [1e16, 1.0, -0.0, 1e-9, 3.3, 0.1, 0.2, 1e16 + 2]
    for number, mass in enumerate(masses):
        store.put(seizure(goods=(cocaine(abs(mass)),), occurrence=number + 1))
    store.catch_up()
    assert by_key(store, "country")["PA",].mass_kg == fsum(masses)


def test_money_is_exact_and_stands_by_currency(store: Store) -> None:
    amounts = (("0.10", "USD"), ("0.20", "USD"), ("12345678901234567890123456789.01", "USD"), ("5", "EUR"))
    for amount, currency in amounts:
        cash = Goods(contraband="currency", money=Money(amount=Decimal(amount), currency=currency))
        store.put(seizure(goods=(cash,), text=amount))
    store.catch_up()
    money = by_key(store, "contraband")["currency",].money
    assert money == {"EUR": Decimal(5), "USD": Decimal("12345678901234567890123456789.31")}


def test_goods_of_a_hidden_portion_are_not_added(store: Store) -> None:
    store.submit(seizure(goods=(cocaine(5),), portions=(portion(private("ash"), goods=(cocaine(7),)),)))
    assert by_key(store, "drug", agency="ash")["cocaine",].mass_kg == 12.0
    assert by_key(store, "drug", agency="birch")["cocaine",].mass_kg == 5.0
    assert summary(store.plan, store.rights("birch"), by=("drug",)).banner == "TLP:CLEAR//ASH"
    assert "TLP:RED" in summary(store.plan, store.rights("ash"), by=("drug",)).banner


def test_a_superseded_event_counts_until_its_successor_is_visible(store: Store) -> None:
    old = store.submit(seizure(goods=(cocaine(5),)))
    store.submit(seizure(goods=(cocaine(6),), supersedes=(old,), marking=private("ash")))
    assert by_key(store, "drug", agency="ash")["cocaine",].mass_kg == 6.0
    assert by_key(store, "drug", agency="birch")["cocaine",].mass_kg == 5.0


def test_a_withdrawn_event_does_not_count(store: Store) -> None:
    old = store.submit(seizure(goods=(cocaine(5),)))
    store.submit(seizure(goods=(cocaine(5),), supersedes=(old,), withdrawn=True))
    assert summary(store.plan, store.rights()).rows == ()


def test_where_narrows_by_event_and_by_goods(store: Store) -> None:
    store.submit(seizure(goods=(cocaine(5), cocaine(9, "tablet")), where=Where(country="PA")))
    store.submit(seizure(goods=(cocaine(6),), where=Where(country="CO"), when=day(1, year=2023)))
    assert by_key(store, "country", where={"country": "CO"})["CO",].mass_kg == 6.0
    assert set(by_key(store, "country", where={"year": "2023"})) == {("CO",)}
    assert set(by_key(store, "country", where={"year": [2023, 2024]})) == {("CO",), ("PA",)}
    of_tablets = by_key(store, "country", where={"unit": "tablet"})
    assert of_tablets == {("PA",): SummaryRow(key=("PA",), events=1, counts={"tablet": 9.0})}
    assert by_key(store, "country", where={"made": "yes"}) == {}


def test_drug_class_comes_from_the_codes(store: Store) -> None:
    from cutset.model import codes

    known = codes.substance("cocaine")
    assert known is not None
    goods = Goods(contraband="drug", substance=known.code, quantity=Quantity(amount=1.0, unit="kg", mass_kg=1.0))
    store.submit(seizure(goods=(goods,)))
    store.submit(seizure(goods=(), when=day(9)))
    assert set(by_key(store, "drug_class")) == {(str(known.drug_class),), ("",)}
    assert set(by_key(store, "drug", where={"drug_class": str(known.drug_class)})) == {(known.code,)}


def test_order_and_limit(store: Store) -> None:
    for country, mass, times in (("CO", 1.0, 3), ("PA", 9.0, 1), ("", 4.0, 2)):
        for number in range(times):
            store.put(seizure(goods=(cocaine(mass),), where=Where(country=country), occurrence=number + 1))
    store.catch_up()
    orders = {
        order: [row.key[0] for row in summary(store.plan, store.rights(), by=("country",), order=order).rows]
        for order in ("events", "mass_kg", "key")
    }
    assert orders == {"events": ["CO", "", "PA"], "mass_kg": ["PA", "", "CO"], "key": ["CO", "PA", ""]}
    cut = summary(store.plan, store.rights(), by=("country",), limit=1)
    assert len(cut.rows) == 1
    assert "1 of 3 rows are shown." in cut.notes


@pytest.mark.parametrize("basis", list(Basis))
def test_every_dimension_can_split_and_narrow(store: Store, basis: Basis) -> None:
    store.submit(seizure(goods=(cocaine(5),)))
    store.submit(outcome("k", 2, cocaine(5)))
    for name in DIMENSIONS[basis]:
        (row,) = summary(store.plan, store.rights(), by=(name,), basis=basis).rows
        narrowed = summary(store.plan, store.rights(), by=(name,), basis=basis, where={name: row.key[-1]})
        assert narrowed.rows == (row,), name


def test_an_unknown_dimension_is_told_with_the_known_ones(store: Store) -> None:
    with pytest.raises(UnknownDimension, match="use agency, area, concealment"):
        summary(store.plan, store.rights(), by=("colour",))
    with pytest.raises(UnknownDimension, match="is one of totals"):
        summary(store.plan, store.rights(), by=("vintage",))
    for asked in ({"basis": "guesses"}, {"order": "beauty"}, {"where": {"year": "soon"}}, {"where": {"made": "maybe"}}):
        with pytest.raises(BadSummary):
            summary(store.plan, store.rights(), **asked)  # type: ignore[arg-type]


def test_totals_are_never_added_to_events_nor_over_datasets(store: Store) -> None:
    store.submit(seizure(goods=(cocaine(5),)))
    store.submit(outcome("k", 10, cocaine(100), dataset="nationwide", marking=marked("birch")))
    store.submit(outcome("k", 3, cocaine(30), dataset="amo", marking=marked("birch")))
    assert by_key(store, "drug")["cocaine",].mass_kg == 5.0
    totals = summary(store.plan, store.rights(), by=("drug",), basis="totals")
    assert totals.columns == ("dataset", "drug")
    assert [row.key for row in totals.rows] == [("nationwide", "cocaine"), ("amo", "cocaine")]
    assert [(row.events, row.mass_kg) for row in totals.rows] == [(10, 100.0), (3, 30.0)]
    assert totals.whole is None
    assert "never added together" in totals.notes[0]


def test_totals_by_the_sources_own_headings(store: Store) -> None:
    store.submit(outcome("a", 1, cocaine(1), breakdown={"region": "north"}))
    store.submit(outcome("b", None, cocaine(2)))
    found = by_key(store, "dataset", "breakdown.region", basis="totals")
    assert found["totals", "north"].mass_kg == 1.0
    assert found["totals", ""].events == 0
    assert set(by_key(store, "dataset", basis="totals", where={"breakdown.region": "north"})) == {("totals",)}


def test_the_fiscal_year_begins_in_october(store: Store) -> None:
    store.submit(seizure(goods=(), when=day(30, 9)))
    store.submit(seizure(goods=(), when=day(1, 10)))
    year = When(at=day(1).at, precision=Precision.YEAR)
    store.submit(seizure(goods=(), when=year))
    assert set(by_key(store, "year", "month", "fiscal_year")) == {(2024, 9, 2024), (2024, 10, 2025), (2024, None, None)}
    assert us_fiscal_year(day(1, 10, 2021).at) == 2022


def test_made_reports_are_said_to_be_made(store: Store) -> None:
    report = seizure(goods=(cocaine(1),))
    from msgspec.structs import replace

    store.submit(replace(report, source=replace(report.source, made=True)))
    found = summary(store.plan, store.rights())
    assert found.made
    assert any("made for an exercise" in note for note in found.notes)


def test_nobody_sees_nothing(store: Store) -> None:
    hidden: Marking = private("ash")
    store.submit(seizure(goods=(cocaine(1),), marking=hidden))
    found = summary(store.plan, store.rights("birch"))
    assert found.rows == ()
    assert found.whole == SummaryRow(key=())
    (note,) = found.notes
    assert note.startswith("An event with goods of several sorts counts once in each row")
    assert found.banner == ""
    assert CLEAR.banner == "TLP:CLEAR//ASH"

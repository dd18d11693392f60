"""Every measure: that it is there, is honest about nothing, and rests on what is visible alone."""

from __future__ import annotations

import msgspec
import pytest

from cutset.access.registry import Agency, Viewer
from cutset.plan.assumptions import TESTS
from cutset.plan.catalogue import UnknownMeasure, catalogue
from cutset.plan.document import load
from cutset.plan.measure import Measured
from cutset.plan.measures.compute import COMPUTED, UnknownBreakdown, measure
from cutset.plan.measures.seizures import restated
from tests.plan.measuring import Measuring, values
from tests.samples import CLEAR, cocaine, day, marked, outcome, private, seizure

EVERY = sorted(COMPUTED)


def test_each_measure_of_the_catalogue_is_computed() -> None:
    assert set(COMPUTED) == {each.id for each in catalogue().measures}
    assert set(TESTS) == {each.id for each in load("niccp_2021").assumptions}


def test_nothing_is_no_data_with_a_reason(measuring: Measuring) -> None:
    for name in EVERY:
        found = measuring.take(name, period="FY2024")
        assert found.whole.value is None, name
        assert found.whole.shown == "no data"
        assert "visible" in found.no_data or "no pair of agencies" in found.no_data, (name, found.no_data)
        assert (found.figures, found.reports, found.banner) == ((), 0, "")
        assert found.limits == catalogue_limits(name)


def catalogue_limits(name: str) -> str:
    return next(each.limits for each in catalogue().measures if each.id == name)


def test_custody_says_which_kind_is_missing(measuring: Measuring) -> None:
    measuring.put(seizure())
    assert measuring.take("custody-complete").no_data == "no report of kind custody is visible"


def test_an_empty_period_is_no_data(measuring: Measuring) -> None:
    measuring.put(seizure(when=day(3, 1, 2024)))
    assert measuring.take("seizures", period="FY2024").whole.value == 1
    empty = measuring.take("seizures", period="FY2019")
    assert empty.whole.value is None
    assert empty.no_data == "no seizure that counts here is visible in FY2019"


def test_unknown_names_say_what_is_known(measuring: Measuring) -> None:
    with pytest.raises(UnknownMeasure, match="seized-mass"):
        measuring.take("seized")
    with pytest.raises(UnknownBreakdown, match="agency, area"):
        measuring.take("seizures", by=["colour"])


def test_every_measure_can_be_split_by_all_that_it_names(measuring: Measuring) -> None:
    measuring.put(seizure(goods=(cocaine(5.0),)))
    for each in catalogue().measures:
        for name in each.by:
            assert name in measuring.take(each.id, by=[name]).by
        assert isinstance(measuring.take(each.id, by=each.by), Measured)


def test_seizures_and_mass(measuring: Measuring) -> None:
    measuring.put(seizure(when=day(30, 9, 2023), goods=(cocaine(5.0),)))
    measuring.put(seizure(when=day(1, 10, 2023), goods=(cocaine(7.0), cocaine(3, "tablet")), marking=marked("birch")))
    measuring.put(seizure(when=day(2, 10, 2023), goods=(cocaine(100.0),), marking=private("birch")))
    assert values(measuring.take("seizures", by=["fiscal_year"])) == {2023: 1, 2024: 1}
    mass = measuring.take("seized-mass", by=["agency"])
    assert values(mass) == {"ash": 5.0, "birch": 7.0}
    assert mass.whole.value == 12.0
    assert measuring.take("seized-mass", agency="birch").whole.value == 112.0
    assert (mass.reports, len(mass.report_ids)) == (2, 2)
    assert mass.banner == "TLP:CLEAR"
    assert measuring.take("seized-mass", agency="birch").banner.startswith("TLP:RED//ORCON//REL TO nobody")


def test_an_event_with_two_sorts_counts_once_in_all(measuring: Measuring) -> None:
    heroin = msgspec.structs.replace(cocaine(1.0), substance="heroin")
    measuring.put(seizure(goods=(cocaine(5.0), heroin)))
    found = measuring.take("seizures", by=["drug"])
    assert values(found) == {"cocaine": 1, "heroin": 1}
    assert found.whole.value == 1
    assert any("do not add" in note for note in found.notes)


def test_published_totals_stand_apart(measuring: Measuring) -> None:
    measuring.put(seizure(when=day(3, 10, 2021), goods=(cocaine(5.0),)))
    first = measuring.put(outcome("oct", 4, cocaine(10.0), vintage="v1"))
    measuring.put(outcome("oct", 5, cocaine(11.0), vintage="v2", supersedes=(first,)))
    mass = measuring.take("seized-mass", period="FY2022", by=["drug"])
    assert mass.whole.value == 5.0
    assert [(each.key, each.value) for each in mass.published] == [(("totals", "cocaine"), 11.0)]
    assert measuring.take("seizures").published[0].value == 5
    assert measuring.take("seized-mass", period="FY2021").published == ()
    changed = measuring.take("restatements", by=["drug", "fiscal_year"])
    assert values(changed) == {("cocaine", 2022): 1}
    assert changed.reports == 2
    assert restated is COMPUTED["restatements"]


def test_editions_that_say_the_same_were_restated_by_none(measuring: Measuring) -> None:
    first = measuring.put(outcome("oct", 4, cocaine(10.0), vintage="v1"))
    alone = measuring.take("restatements", period="FY2022")
    assert alone.whole.value is None
    assert alone.no_data == "only one edition is visible of each total that was published for FY2022"
    measuring.put(outcome("oct", 4, cocaine(10.0), vintage="v2", supersedes=(first,)))
    same = measuring.take("restatements", period="FY2022", by=["agency", "drug"])
    assert (same.whole.value, same.whole.reports, same.no_data) == (0, 2, "")
    assert same.whole.beside == {"records compared": 1}
    assert values(same) == {("ash", "cocaine"): 0}
    assert measuring.take("restatements", period="FY2020").whole.value is None


def test_an_agency_renamed_in_mid_year_is_one(measuring: Measuring) -> None:
    measuring.put(seizure(when=day(3, 11, 2023)))
    measuring.register(Agency(id="ash", country="US", active=False))
    measuring.register(Agency(id="elm", country="US", successor_of=("ash",)), Viewer(id="ann@elm", agency="elm"))
    measuring.put(seizure(when=day(3, 3, 2024), marking=marked("elm")))
    found = measuring.take("seizures", agency="birch", period="FY2024", by=["agency"])
    assert values(found) == {"elm": 2}
    assert "ash is counted as elm, which succeeded it." in found.notes


def test_a_purged_report_counts_no_more(measuring: Measuring) -> None:
    from tests.plan.measuring import case

    kept, gone = measuring.put(case("1")), measuring.put(case("2", status="charged"))
    assert measuring.take("case-outcomes").whole.value == 2
    measuring.store.log.purge([gone], reason="expired by law", by="ann@ash")
    measuring.sources.catch_up()
    found = measuring.take("case-outcomes")
    assert (found.whole.value, found.report_ids) == (1, (kept,))


def test_made_reports_are_said_to_be_made(measuring: Measuring) -> None:
    made = msgspec.structs.replace(seizure(), source=msgspec.structs.replace(seizure().source, made=True))
    measuring.put(made)
    found = measuring.take("seizures")
    assert found.made
    assert any("exercise" in note for note in found.notes)
    assert measuring.take("reports-shared").made


def test_a_measure_by_name_and_period_is_the_public_face(measuring: Measuring) -> None:
    measuring.put(seizure(marking=CLEAR))
    found = measure(measuring.sources, measuring.store.rights(), "seizures", period="2024-01")
    assert found.whole.shown == "1"
    assert found.period == "2024-01"

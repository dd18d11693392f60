"""Each measure equals what a plain recount of the visible reports gives, on random worlds with work in them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cutset.model.marking import Marking, Tlp
from cutset.model.report import (
    Case,
    Detection,
    Goods,
    Money,
    Outcome,
    Precision,
    Quantity,
    Report,
    Route,
    Seizure,
    Shipment,
    Source,
    Tasking,
    When,
    Where,
)
from cutset.plan.catalogue import catalogue
from cutset.plan.document import load
from cutset.plan.measures.compute import Measures, reading
from tests.plan import recount, recount_filed
from tests.plan.dense import Dense
from tests.plan.measuring import Measuring, at, report
from tests.plan.recount import Told, World
from tests.plan.recount_filed import Family
from tests.plan.test_measures_of_the_visible import LATER, working
from tests.worlds import NAMES, START, VIEWERS, Step, Store, build

DAY = When(at=START, precision=Precision.DAY)


def sorts() -> st.SearchStrategy[Any]:
    """Goods of every sort that a measure adds up."""
    money = st.sampled_from(
        [None, Money(amount=Decimal("3.30"), currency="USD"), Money(amount=Decimal(7), currency="EUR")]
    )
    quantity = st.sampled_from([None, Quantity(amount=2.0, unit="unit"), Quantity(amount=0.1, unit="kg", mass_kg=0.1)])
    names = ("weapon", "ammunition", "currency", "crypto", "precursor", "pill press", "tbml instrument", "drug")
    return st.builds(Goods, contraband=st.sampled_from(names), quantity=quantity, money=money)


def acts(ids: Sequence[str]) -> st.SearchStrategy[Any]:
    """Work that names reports of the world, and things that others name."""
    about = st.lists(st.sampled_from(ids), max_size=3, unique=True).map(lambda each: tuple(sorted(each)))
    orders = ("patrol", "intercept", "hand off", "examine", "examine at random", "release", "pointer")
    shipment = st.builds(
        Shipment,
        declared=st.sampled_from([None, When(at=START.replace(year=2023))]),
        arrives=st.sampled_from([None, DAY]),
        modality=st.sampled_from(["mail", "container", "maritime"]),
        origin=st.sampled_from([Where(), Where(country="US"), Where(country="CN")]),
        destination=st.just(Where(country="US")),
    )
    tasking = st.builds(
        Tasking,
        asset=st.sampled_from(NAMES),
        order=st.sampled_from(orders),
        when=st.none() | st.just(DAY),
        about=about,
    )
    detector = st.sampled_from([{}, {"detector": "dog"}])
    outcome = st.builds(Outcome, period=st.just(DAY), found=st.booleans(), about=about, breakdown=detector)
    seizure = st.builds(Seizure, goods=st.lists(sorts(), min_size=1, max_size=3).map(tuple), when=st.just(DAY))
    phase, modality = st.sampled_from(["", "monitored", "targeted"]), st.sampled_from(["air", "river", "land"])
    detection = st.builds(Detection, when=st.just(DAY), phase=phase, modality=modality)
    case = st.builds(Case, number=st.just("9"), opened=st.none() | st.just(DAY))
    total = st.builds(
        Outcome,
        period=st.just(DAY),
        events=st.sampled_from([None, 3, 4]),
        vintage=st.sampled_from(["a", "b"]),
        goods=st.lists(sorts(), min_size=1, max_size=2).map(tuple),
    )
    return st.one_of(tasking, tasking, outcome, outcome, total, seizure, detection, case, shipment)


def worked(draw: Any, store: Store) -> None:
    """Put work into the store, of which one act may replace another, or name what was replaced."""
    ids = [held.entry.id for held in store.log.follow(0)]
    mine: dict[str, list[str]] = {}
    for number in range(draw(st.integers(3, 10))):
        agency = draw(st.sampled_from(NAMES))
        done = draw(acts(ids))
        old = draw(st.sampled_from(mine.get(agency, [""])) | st.just(""))
        report = Report(
            marking=Marking(originator=agency, tlp=draw(st.sampled_from([Tlp.CLEAR, Tlp.CLEAR, Tlp.AMBER_STRICT]))),
            source=Source(dataset="work", record=draw(st.sampled_from(["", "", "k1"])), occurrence=200 + number),
            content=done,
            supersedes=(old,) if old else (),
        )
        id = store.submit(report)
        mine.setdefault(agency, []).append(id)
        ids.append(id)


def agreeing(measures: Measures, world: World, families: Iterable[Family], viewer: str) -> dict[str, Told]:
    """What the recounts told, each of which the measure equals."""
    every: dict[str, Told] = {}
    for family in families:
        for name, told in family(world).items():
            every[name] = told
            whole = measures.measure(name).whole
            if isinstance(told, tuple):
                assert (whole.numerator, whole.denominator) == pytest.approx(told), (viewer, name)
            else:
                assert whole.value == (told if told is None else pytest.approx(told)), (viewer, name)
    return every


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(working(), st.data())
def test_a_measure_equals_its_plain_recount(steps: list[Step], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store, _ = build(Path(directory), steps)
        worked(data.draw, store)
        for viewer in VIEWERS:
            rights = store.rights(viewer.agency)
            world = World(store, rights, LATER())
            with reading(store.sources(), rights, clock=LATER) as measures:
                agreeing(measures, world, (*recount.FAMILIES, *recount_filed.FAMILIES), viewer.id)


NATIONAL = load("niccp_2021")
assert NATIONAL.response is not None
PLAN = replace(NATIONAL, response=replace(NATIONAL.response, by=NAMES))
"""The Plan, as if it asked the made agencies."""
EVERY = (*recount.FAMILIES, *recount_filed.FAMILIES, lambda world: recount_filed.of_course(world, PLAN))


def test_dense_worlds_equal_their_plain_recount(tmp_path: Path) -> None:
    told: dict[str, list[Told]] = {}
    for seed in (1, 2):
        folder = tmp_path / str(seed)
        folder.mkdir()
        measuring = Measuring(folder)
        measuring.store.times.at = datetime(2021, 9, 25, tzinfo=UTC)
        Dense(measuring, seed).fill(500)
        for agency in NAMES[:2]:
            rights = measuring.store.rights(agency)
            world = World(measuring.store, rights, LATER())
            with reading(measuring.sources, rights, plan=PLAN, clock=LATER) as measures:
                for name, said in agreeing(measures, world, EVERY, agency).items():
                    told.setdefault(name, []).append(said)
    # There is something to count of each, so that the agreement says something.
    assert {name for name, every in told.items() if not any(map(counts, every))} == {"displacement"}


def counts(told: Told) -> bool:
    return bool(told[0] if isinstance(told, tuple) else told)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_displacement_equals_its_plain_recount(measuring: Measuring, seed: int) -> None:
    """Effort that rises in one country, and events there and next door in the months around."""
    random, put = Random(seed), []
    routes = {"PA": ("CO", "US"), "CO": ("CO", "CA"), "CR": ("MX", "JP"), "GT": ("EC", "ES")}
    for country, (departure, destination) in routes.items():
        for month in range(1, 9):
            when, where = at(5, month), Where(country=country)
            efforts = 12 if (country, month) == ("PA", 5) else random.randint(1, 2)
            patrol = Tasking(asset="a", order="patrol", when=when, where=where)
            spotted = Detection(when=when, where=where, route=Route(departure=departure, destination=destination))
            put += [patrol] * efforts + [spotted] * random.randint(1, 4)
    measuring.put_all([report(content, record=f"d{number}") for number, content in enumerate(put)])
    rights = measuring.store.rights()
    world = World(measuring.store, rights, LATER())
    with reading(measuring.sources, rights, clock=LATER) as measures:
        told = agreeing(measures, world, [recount_filed.of_surges], "ash")
    assert told["displacement"]


def test_which_measures_have_no_plain_recount(measuring: Measuring) -> None:
    # What is wrong with a chain of custody is the evidence view's to say (test_measures_of_evidence holds the two
    # together), and evidence is in time by that view's chains.
    nothing = World(measuring.store, measuring.store.rights(), LATER())
    told = {name for family in EVERY for name in family(nothing)}
    assert {each.id for each in catalogue().measures} - told == {"custody-complete", "evidence-integrated-in-time"}

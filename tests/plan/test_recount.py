"""Each measure equals what a plain recount of the visible reports gives, on random worlds with work in them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
    Seizure,
    Shipment,
    Source,
    Tasking,
    When,
    Where,
)
from cutset.plan.measures.compute import reading
from tests.plan.recount import FAMILIES, World
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
    return st.one_of(tasking, tasking, outcome, seizure, detection, case, shipment)


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
                for family in FAMILIES:
                    for name, told in family(world).items():
                        whole = measures.measure(name).whole
                        if isinstance(told, tuple):
                            assert (whole.numerator, whole.denominator) == pytest.approx(told), (viewer.id, name)
                        else:
                            assert whole.value == (told if told is None else pytest.approx(told)), (viewer.id, name)

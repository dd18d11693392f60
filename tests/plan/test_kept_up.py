"""What is kept up from one reading to the next, act by act and chain by chain, equals what is made anew."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cutset.access.registry import Agency
from cutset.evidence import custody as of_custody
from cutset.model.exhibit import Collected, Combined, ExhibitKind, Part, Sampled, Sealed, Split
from cutset.model.report import Custody, Lab, Outcome, Report, Shipment, Tasking, Where
from cutset.plan.catalogue import catalogue, measure
from cutset.plan.measures import exhibits
from cutset.plan.measures.compute import reading
from cutset.plan.measures.index import MeasureIndex
from tests.plan.dense import Dense
from tests.plan.measuring import LATER, Measuring, at, report
from tests.samples import CLEAR, private

QUICK = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}
EVERY = tuple(each.id for each in catalogue().measures)
OF_CHAINS = ("custody-complete", "evidence-integrated-in-time")


def told(measuring: Measuring, names: Sequence[str], agency: str, *, anew: bool = False) -> dict[Any, Any]:
    """Measures whole and split, from what is kept or, `anew`, from the beginning."""
    sources = measuring.sources
    if anew:
        sources = sources._replace(measures=MeasureIndex(measuring.store.url))
    with reading(sources, measuring.store.rights(agency), clock=LATER) as measures:
        return {(name, by): measures.measure(name, None, by) for name in names for by in ((), measure(name).by[:1])}


def same(measuring: Measuring, names: Sequence[str]) -> None:
    for agency in ("ash", "birch"):
        kept, anew = told(measuring, names, agency), told(measuring, names, agency, anew=True)
        for what in anew:
            assert kept[what] == anew[what], (agency, what)


def test_a_dense_world_is_kept_up(measuring: Measuring) -> None:
    dense = Dense(measuring, seed=3)
    for _ in range(3):
        dense.fill(100)
        same(measuring, EVERY)


def test_an_examination_named_its_order_before_that_came(measuring: Measuring, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    box = report(Shipment(arrives=at(3), modality="container", destination=Where(country="US")))
    other = Measuring(tmp_path / "elsewhere")
    container = other.put(box)
    order = report(Tasking(asset="a", order="examine at random", when=at(4), about=(container,)))
    named = other.put(order)
    measuring.put(report(Outcome(period=at(5), found=True, about=(named,))))
    assert measuring.take("examination-hit-rate").whole.beside == {}
    measuring.put(order)
    assert measuring.take("examination-hit-rate").whole.beside["random finds"] == 1
    assert measuring.take("containers-examined").whole.value is None
    measuring.put(box)
    assert measuring.take("containers-examined").whole.value == 1
    same(measuring, ("examination-hit-rate", "containers-examined", "detector-yield"))


def custody() -> st.SearchStrategy[Any]:
    """Steps of a few exhibits that come from each other, are put together, and bear each other's seals."""
    names, numbers = st.sampled_from(["1", "2", "3", "1-A"]), st.sampled_from(["S1", "S2"])
    parts = st.lists(st.builds(Part, exhibit=names, seal=numbers | st.just("")), min_size=1, max_size=2).map(tuple)
    did = st.one_of(
        st.none(),
        st.just(Collected(kind=ExhibitKind.DRUG)),
        st.builds(Sealed, seal=numbers),
        st.builds(Split, parts=parts),
        st.builds(Sampled, parts=parts),
        st.builds(Combined, of=st.lists(names, min_size=2, max_size=2, unique=True).map(tuple)),
    )
    people = st.sampled_from(["officer", "vault"])
    steps = st.builds(
        Custody,
        exhibit=names,
        when=st.sampled_from([at(3), at(4), at(5)]),
        giver=people,
        receiver=people,
        seal=numbers | st.just(""),
        act=did,
    )
    return st.one_of(steps, steps, steps, st.builds(Lab, number=st.just("7"), exhibit=names))


def chains_of(measuring: Measuring, agency: str, *, anew: bool = False) -> dict[str, exhibits.Chain]:
    sources = measuring.sources
    if anew:
        sources = sources._replace(measures=MeasureIndex(measuring.store.url))
    with reading(sources, measuring.store.rights(agency), clock=LATER) as measures:
        return {each.name: each for each in exhibits.chains(measures.reading)}


@settings(max_examples=4, **QUICK)  # type: ignore[arg-type]
@given(st.lists(st.tuples(custody(), st.integers(0, 3), st.booleans(), st.booleans()), min_size=3, max_size=10))
def test_chains_that_are_kept_up_are_those_replayed(steps: list[tuple[Any, int, bool, bool]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        measuring = Measuring(Path(directory))
        ids: list[str] = []
        for number, (content, hidden, corrects, looks) in enumerate(steps):
            done = report(
                content,
                marking=CLEAR if hidden else private(),
                record=f"c{number}",
                supersedes=(ids[-1],) if corrects and ids else (),
            )
            ids.append(measuring.put(done))
            if looks:
                for agency in ("ash", "birch"):
                    assert chains_of(measuring, agency) == chains_of(measuring, agency, anew=True)
        same(measuring, OF_CHAINS)
        assert chains_of(measuring, "ash") == chains_of(measuring, "ash", anew=True)


def test_only_the_chains_that_something_bears_on_are_replayed(
    measuring: Measuring, monkeypatch: pytest.MonkeyPatch
) -> None:
    replayed: list[set[str]] = []
    register = of_custody.register

    def recorded(index: Any, log: Any, rights: Any, exhibits: Collection[str]) -> Any:
        replayed.append(set(exhibits))
        return register(index, log, rights, exhibits)

    monkeypatch.setattr(of_custody, "register", recorded)

    def moved(exhibit: str, **more: Any) -> Report:
        return report(Custody(exhibit=exhibit, when=at(3), giver="officer", receiver="vault"), **more)

    ids = measuring.put_all([moved("1"), moved("2"), moved("3")])
    assert len(chains_of(measuring, "ash")) == 3
    measuring.put(moved("4"))
    again = msgspec.structs.replace(moved("2", record="again"), supersedes=(ids[1],))
    measuring.put(again)
    assert len(chains_of(measuring, "ash")) == 4
    assert len(chains_of(measuring, "ash")) == 4
    assert replayed == [{"ash/1", "ash/2", "ash/3"}, {"ash/2", "ash/4"}]
    measuring.register(Agency("new", country="US"))
    chains_of(measuring, "ash")
    assert replayed[2:] == [{"ash/1", "ash/2", "ash/3", "ash/4"}]

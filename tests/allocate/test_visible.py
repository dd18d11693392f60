"""A network and its evidence rest on the visible alone: worlds of entries, patrols and seizures."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cutset.allocate.index import AllocateIndex
from cutset.model.network import Stop
from cutset.model.report import Response, Seizure, Tasking, Where
from tests.allocate import shores
from tests.allocate.shores import way
from tests.non_interference.allocate import of_networks
from tests.non_interference.trials import Asked
from tests.samples import cocaine, day
from tests.worlds import VIEWERS, Step, Store, build, build_for, events, networks, reports

WAY, COCAINE = (
    Response(plan="niccp-2021", fiscal_year=2024, entry=entry)
    for entry in (way("w1", origin=Stop(name="A"), goal=Stop(name="B"), area="Colón"),
                  msgspec.structs.replace(shores.COCAINE, id="t1", sources=("A",), goals=("B",)))
)  # fmt: skip
OUT = Tasking(asset="Cutter", order="patrol", when=day(1), where=Where(place="COLON"))
FOUND = Seizure(when=day(2), where=Where(place="Colón"), modality="maritime", goods=(cocaine(5.0),))


@st.composite
def coasts(draw: st.DrawFn) -> list[Step]:
    """Worlds in which a way is stated, somebody is out there and something is found, each under any marking."""
    found = [draw(reports(contents=st.just(each))) for each in (WAY, COCAINE, OUT, FOUND)]
    found += draw(st.lists(reports(contents=networks() | networks() | events()), min_size=2, max_size=10))
    return [Step(msgspec.structs.replace(report, withdrawn=False)) for report in found]


def asked(store: Store) -> Asked:
    return Asked([*(each.entry.id for each in store.log.follow(0)), "r-never"], [], [], [], [], [])


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(coasts())
def test_what_is_shown_does_not_depend_on_the_hidden(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole, submitted = build(Path(folder), steps, at_once=True)
        of = asked(whole)
        for viewer in VIEWERS:
            mine = build_for(Path(folder), viewer, submitted, at_once=True)
            shown = of_networks(whole, whole.rights(viewer.agency), of)
            assert shown == of_networks(mine, mine.rights(viewer.agency), of)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(coasts(), st.data())
def test_to_forget_is_to_rebuild_without(steps: list[Step], data: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store, _ = build(Path(folder), steps, at_once=True)
        of, index = asked(store), store.index(AllocateIndex)
        doomed = data.draw(st.lists(st.sampled_from(of.reports[:-1]), min_size=1, max_size=3, unique=True))
        store.log.purge(doomed, reason="its time is up", by="ann@ash")
        before = [of_networks(store, store.rights(viewer.agency), of) for viewer in VIEWERS]
        index.drop()
        assert before == [of_networks(store, store.rights(viewer.agency), of) for viewer in VIEWERS]


def test_the_worlds_reach_the_view() -> None:
    """In some worlds a viewer's reports revise what they see, and another viewer of the same sees something else."""
    revised, differing = [], []

    @settings(max_examples=8, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(coasts())
    def look(steps: list[Step]) -> None:
        if revised and differing:
            return
        with tempfile.TemporaryDirectory() as folder:
            store, _ = build(Path(folder), steps, at_once=True)
            shown = [of_networks(store, store.rights(viewer.agency), asked(store)) for viewer in VIEWERS]
            revised.extend(each for one in shown for each in one["evidence"].sweeps if each.revised)
            differing.extend(one for one in shown if one["evidence"] != shown[0]["evidence"])

    look()
    assert revised
    assert differing

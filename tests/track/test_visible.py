"""What the watch is shown rests on the visible alone: worlds of tracks, sightings, orders and judgements."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cutset.model.report import Detection, Tasking, Track
from cutset.track.index import TrackIndex
from tests.non_interference.track import of_tracks
from tests.non_interference.trials import Asked
from tests.worlds import VIEWERS, Step, Store, build, build_for, worlds


@st.composite
def watches(draw: st.DrawFn) -> list[Step]:
    """Worlds in which something is tracked."""
    return draw(worlds().filter(lambda steps: sum(map(_of_watch, steps)) > 1))


def _of_watch(step: Step) -> bool:
    content = step.report.content
    return isinstance(content, Track | Detection) or (isinstance(content, Tasking) and bool(step.names))


def asked(store: Store) -> Asked:
    """The ids of all reports, and one that never was."""
    return Asked([*(each.entry.id for each in store.log.follow(0)), "r-never"], [], [], [], [], [])


def shown(store: Store, agency: str, of: Asked) -> Any:
    return of_tracks(store, store.rights(agency), of)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(watches())
def test_what_is_shown_does_not_depend_on_the_hidden(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole, submitted = build(Path(folder), steps, at_once=True)
        of = asked(whole)
        for viewer in VIEWERS:
            mine = build_for(Path(folder), viewer, submitted, at_once=True)
            assert shown(whole, viewer.agency, of) == shown(mine, viewer.agency, of)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(watches(), st.data())
def test_to_forget_is_to_rebuild_without(steps: list[Step], data: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store, _ = build(Path(folder), steps, at_once=True)
        of, index = asked(store), store.index(TrackIndex)
        doomed = data.draw(st.lists(st.sampled_from(of.reports[:-1]), min_size=1, max_size=3, unique=True))
        store.log.purge(doomed, reason="its time is up", by="ann@ash")
        before = {viewer.id: shown(store, viewer.agency, of) for viewer in VIEWERS}
        index.drop()
        assert before == {viewer.id: shown(store, viewer.agency, of) for viewer in VIEWERS}

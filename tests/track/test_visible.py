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
from tests.test_non_interference import everything
from tests.worlds import VIEWERS, Step, Store, build, build_for, worlds


@st.composite
def watches(draw: st.DrawFn) -> list[Step]:
    """Worlds in which something is tracked."""
    return draw(worlds().filter(lambda steps: sum(_of_watch(each) for each in steps) > 1))


def _of_watch(step: Step) -> bool:
    return isinstance(step.report.content, Track | Detection) or (
        isinstance(step.report.content, Tasking) and bool(step.names)
    )


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(watches())
def test_what_is_shown_does_not_depend_on_the_hidden(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole, submitted = build(Path(folder), steps)
        asked = everything(whole)
        for viewer in VIEWERS:
            mine = build_for(Path(folder), viewer, submitted)
            assert of_tracks(whole, whole.rights(viewer.agency), asked) == of_tracks(
                mine, mine.rights(viewer.agency), asked
            )


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(watches(), st.data())
def test_to_forget_is_to_rebuild_without(steps: list[Step], data: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store, _ = build(Path(folder), steps)
        asked = everything(store)
        index = store.index(TrackIndex)
        doomed = data.draw(st.lists(st.sampled_from(asked.reports[:-1]), min_size=1, max_size=3, unique=True))
        store.log.purge(doomed, reason="its time is up", by="ann@ash")
        shown = {viewer.id: _shown(store, viewer.agency, asked) for viewer in VIEWERS}
        index.drop()
        assert shown == {viewer.id: _shown(store, viewer.agency, asked) for viewer in VIEWERS}


def _shown(store: Store, agency: str, asked: Any) -> Any:
    return of_tracks(store, store.rights(agency), asked)

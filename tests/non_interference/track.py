"""Trials of the tracking view."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cutset.access.rights import Rights
from cutset.track.geodesy import Box
from cutset.track.index import TrackIndex
from cutset.track.picture import event, path, picture, span, suggestions, untold
from cutset.track.watch_log import watch_log
from tests.non_interference.trials import Asked, attempt, tries
from tests.worlds import START, Store

CRAFTS = ("imo:A", "mmsi:B")


@tries(picture, path, event, suggestions, span, untold, watch_log)
def of_tracks(store: Store, rights: Rights, asked: Asked) -> Any:
    index, early, late = store.index(TrackIndex), START + timedelta(hours=2), START + timedelta(days=1)
    near = Box(0, -90, 10, -80)
    # Each of these is a picture of its own: a few ids tell what many would.
    some = (asked.reports[0], asked.reports[-2])
    return {
        "picture": picture(index, rights, late),
        "part": picture(index, rights, early, box=near, limit=1),
        "paths": [attempt(lambda id=id: path(index, rights, id, late)) for id in CRAFTS],  # type: ignore[misc]
        "events": [attempt(lambda id=id: event(index, rights, id, late)) for id in some],  # type: ignore[misc]
        "untold": [attempt(lambda id=id: untold(index, rights, id, late)) for id in some],  # type: ignore[misc]
        "suggested": [attempt(lambda id=id: suggestions(index, rights, id, late)) for id in (*CRAFTS, *some)],  # type: ignore[misc]
        "span": span(index, rights),
        "log": watch_log(index, store.log, rights, START - timedelta(days=1), late),
        "cut": watch_log(index, store.log, rights, START - timedelta(days=1), late, limit=1),
    }

"""Trials of what the log shows."""

from __future__ import annotations

from typing import Any

from cutset.access.rights import Rights
from cutset.log.store import Log
from tests.non_interference.trials import PARTS, Asked, tries
from tests.worlds import Store

PARTS.update(
    {
        "cutset.log.seen_rows.SeenRows.of": "what picture, path, event, suggestions, span, watch_log and "
        "allocating's evidence read by",
        "cutset.log.filters.visible": "the clause itself",
        "cutset.log.reading.fetch": "what Log.fetch calls",
        "cutset.log.liveness.live": "a clause",
    }
)


@tries(Log.fetch)
def reports(store: Store, rights: Rights, asked: Asked) -> Any:
    entries = store.log.fetch(asked.reports, rights)
    # Sequence numbers order the log, and are shown to nobody.
    return {id: (entry.submitted_at, entry.by, entry.report) for id, entry in entries.items()}

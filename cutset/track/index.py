"""The tracking view's own index: legs of positions and whose they are, events, orders, hand-offs, entries."""

from __future__ import annotations

from collections.abc import Sequence

from cutset.log.follower import Taken
from cutset.log.store import Held
from cutset.log.table_index import TableIndex
from cutset.track import rows


class TrackIndex(TableIndex):
    """What the views of this package read."""

    NAME = "track"
    VERSION = 1
    TABLES = rows.metadata

    def take(self, batch: Sequence[Held]) -> Taken:
        """The rows of a batch of reports."""
        return rows.Rows(batch)

"""What a node finds by words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cutset.access.registry import Viewer
from cutset.access.rights import Rights
from cutset.link.search import places as of_places
from cutset.link.search import query
from cutset.link.search.index import SearchIndex
from cutset.link.search.places import Places
from cutset.link.search.query import Found
from cutset.model.report import Entry, Kind
from cutset.node.core import Core
from cutset.node.looks import looked


class Searching(Core):
    """Search over reports."""

    @looked(words=("kinds",))
    def search(
        self,
        asked: str,
        *,
        viewer: Viewer | str,
        kinds: tuple[Kind, ...] = (),
        originator: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> Found:
        """Live reports that hold every word of `asked`, or the identifier that it is; without a word all.

        The best come first, or the latest. A telephone number is read in the way of the viewer's country. The index
        follows the log, and is made when first asked.
        """
        rights = self.rights(viewer)
        return query.search(
            self.index(SearchIndex),
            rights,
            asked,
            kinds=kinds,
            originator=originator,
            since=since,
            until=until,
            limit=limit,
            offset=offset,
            region=self._region(rights),
        )

    @looked()
    def places(self, asked: str, *, viewer: Viewer | str, limit: int = 1000) -> Places:
        """Where the live reports that hold `asked`, read as `search` does, say that something was; the best first."""
        rights = self.rights(viewer)
        return of_places.places(self.index(SearchIndex), rights, asked, limit=limit, region=self._region(rights))

    @looked()
    def reports(self, ids: Sequence[str], *, viewer: Viewer | str) -> list[Entry]:
        """The reports of these ids, in their order, as the viewer may see them, without those that they may not."""
        found = self.log.fetch(ids, self.rights(viewer))
        return [found[id] for id in ids if id in found]

    def _region(self, rights: Rights) -> str:
        """The country in whose way the viewer writes a telephone number."""
        return self.log.registry().country(rights.agency)

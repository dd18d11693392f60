"""How postings are written: first as fresh rows, and then, a little with every batch, onto pages.

A page is rewritten whole, so that it pays to write several postings to it at once. Fresh postings wait until they are
one in `FRESH_SHARE` of the packed ones; then every batch packs about as many as it brings, going round the keys as the
hand of a clock does. No batch takes long for what others brought.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from cutset.link.candidates import pages
from cutset.link.candidates.keys import KEY_BITS
from cutset.link.candidates.pages import Page
from cutset.link.candidates.statements import Statements

FRESH_SHARE: Final = 16
FRESH_LEAST: Final = 16_384
"""So many fresh postings may always wait."""

_PACKED_AT_ONCE: Final = 3
"""A batch packs this many times the postings that it brings, so that the fresh ones grow fewer."""


class Packing:
    """The postings of an index, for who writes them in one transaction.

    `packed` and `unpacked` are how many postings are on pages and are fresh, `hand` the key where packing goes on.
    """

    def __init__(self, statements: Statements, packed: int, unpacked: int, hand: int) -> None:
        self.packed = packed
        self.unpacked = unpacked
        self.hand = hand
        self._statements = statements

    def add(self, postings: Sequence[int]) -> None:
        """Add postings, ascending, none of which is there."""
        may_wait = max(FRESH_LEAST, self.packed // FRESH_SHARE)
        if len(postings) > may_wait:
            # A rebuild: as many at once are better packed than written twice.
            self._pack(postings)
            return
        rows = [(posting // pages.NUMBERS, posting % pages.NUMBERS) for posting in postings]
        self._statements.do_each("INSERT INTO link_candidate_fresh (key, number) VALUES (?, ?)", rows)
        self.unpacked += len(rows)
        if self.unpacked > may_wait:
            self._pack_some(max(len(rows) * _PACKED_AT_ONCE, 1024))

    def remove(self, postings: Sequence[int]) -> None:
        """Remove postings, ascending, wherever they are; what is not there is passed over."""
        rows = [(posting // pages.NUMBERS, posting % pages.NUMBERS) for posting in postings]
        for key, number in rows:
            gone = self._statements.row(
                "DELETE FROM link_candidate_fresh WHERE key = ? AND number = ? RETURNING 1", key, number
            )
            self.unpacked -= gone is not None
        for page, concerned in self._pages_of(postings, make=False):
            left = pages.without(page, concerned)
            self.packed -= pages.count(page) - pages.count(left)
            self._write(left)

    def _pack_some(self, count: int) -> None:
        """Pack some `count` fresh postings from the hand on, whole keys."""
        statements = self._statements
        last = statements.row(
            "SELECT key FROM link_candidate_fresh WHERE key >= ? ORDER BY key LIMIT 1 OFFSET ?", self.hand, count
        )
        end = last[0] + 1 if last else 1 << KEY_BITS
        rows = statements.rows(
            "SELECT key, number FROM link_candidate_fresh WHERE key >= ? AND key < ? ORDER BY key, number",
            self.hand,
            end,
        )
        postings = [pages.posting(key, number) for key, number in rows]
        statements.do("DELETE FROM link_candidate_fresh WHERE key >= ? AND key < ?", self.hand, end)
        self.unpacked -= len(postings)
        self.hand = end if last else 0
        self._pack(postings)

    def _pack(self, postings: Sequence[int]) -> None:
        for page, added in self._pages_of(postings, make=True):
            for each in pages.merged(page, added):
                self._write(each)
        self.packed += len(postings)

    def _pages_of(self, postings: Sequence[int], *, make: bool) -> Iterator[tuple[Page, Sequence[int]]]:
        """Each page on which some of the postings belong, with these; a shelf that has none gets its first."""
        begin = 0
        while begin < len(postings):
            at = pages.place(postings[begin])
            page, next_low = self._page_at(at)
            end = bisect_left(postings, pages.first_posting(next_low), begin)
            if page is not None or make:
                yield page or pages.pack(pages.shelf(at), ()), postings[begin:end]
            begin = end

    def _page_at(self, place: int) -> tuple[Page | None, int]:
        """The page on which a place stands, and where the next page begins."""
        here = self._statements.row(
            "SELECT low, body FROM link_candidate_page WHERE low <= ? ORDER BY low DESC LIMIT 1", place
        )
        after = self._statements.row("SELECT low FROM link_candidate_page WHERE low > ? ORDER BY low LIMIT 1", place)
        end = pages.shelf_end(place)
        page = Page(*here) if here and here[0] >= pages.shelf(place) else None
        return page, min(after[0], end) if after else end

    def _write(self, page: Page) -> None:
        self._statements.do(
            "INSERT INTO link_candidate_page (low, body) VALUES (?, ?) "
            "ON CONFLICT (low) DO UPDATE SET body = excluded.body",
            page.low,
            page.body,
        )

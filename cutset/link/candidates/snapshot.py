"""The index at one moment, as one viewer may see it: nothing here gives a mention that the viewer may not see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from cutset.access.rights import Rights
from cutset.link.candidates import pages
from cutset.link.candidates.entries import ROLES
from cutset.link.candidates.numbering import RUN_BITS, Markings, Runs
from cutset.link.candidates.pages import Page
from cutset.link.candidates.statements import Statements, marks
from cutset.link.candidates.tallies import Counts
from cutset.link.match.profile import Profile, decode
from cutset.link.references import Reference
from cutset.model.marking import Marking, join
from cutset.model.mention import MentionKind, Role

_AT_ONCE: Final = 500
_NOTHING: Final = memoryview(b"").cast("I")
_MENTIONS: Final = (
    "SELECT m.number, m.seq, m.part, m.place, m.portion, m.role, m.made, m.profile, s.marking_id "
    "FROM link_candidate m LEFT JOIN log_supersession s ON s.old_seq = m.seq WHERE "
)


class Indexed(NamedTuple):
    """A mention in the index. `seq`, `part` and `place` order, and are shown to nobody.

    `superseding` is the marking id of a report that supersedes its report: a row of the database is one of several
    where several do.
    """

    number: int
    seq: int
    part: int
    place: int
    portion: str
    role_place: int
    is_made: int
    encoded: bytes
    superseding: int | None = None

    def reference(self, report: str) -> str:
        """How a judgement names the mention, of the report of this id."""
        return str(Reference(report=report, portion=self.portion, number=self.place))

    @property
    def role(self) -> Role:
        """What the mention has to do with its report."""
        return ROLES[self.role_place]

    @property
    def profile(self) -> Profile:
        """What of it is compared."""
        return decode(self.encoded)


class Snapshot:
    """Reads in one transaction. `visible` says of each run of numbers whether the viewer may see its mentions."""

    def __init__(
        self,
        statements: Statements,
        rights: Rights,
        runs: Runs,
        visible: bytearray,
        banners: dict[Markings, str],
        counts: Counts,
        *,
        fresh: bool,
    ) -> None:
        self._statements = statements
        self._rights = rights
        self._runs = runs
        self._visible = visible
        self._banners = banners
        self._counts = counts
        self._fresh = fresh

    def bearers(self, keys: Sequence[int], most: int) -> list[list[int]]:
        """For each key the numbers of the mentions with it that the viewer may see, at most `most` + 1 of them.

        Hidden ones are gone before anything is counted. Superseded ones count: they too were seen to have the key.
        """
        fresh = self._fresh_bearers(keys)
        first = self._first_pages(keys)
        found = []
        for key in keys:
            numbers = list(fresh.get(key, ()))
            begins = first.get(pages.first_place(key))
            here, goes_on = pages.of_key(begins, key) if begins is not None else (_NOTHING, True)
            numbers += self._seen(here)
            for page in self._pages_after(key, begins) if goes_on else ():
                here, _ = pages.of_key(page, key)
                numbers += self._seen(here)
                if len(numbers) > most:
                    break
            found.append(numbers[: most + 1] if len(numbers) > most else numbers)
        return found

    def mentions(self, numbers: Iterable[int]) -> list[Indexed]:
        """The mentions of these numbers that nothing visible supersedes."""
        wanted = list(numbers)
        found: list[Indexed] = []
        for start in range(0, len(wanted), _AT_ONCE):
            chunk = wanted[start : start + _AT_ONCE]
            rows = self._statements.rows(f"{_MENTIONS} m.number IN ({marks(len(chunk))})", *chunk)
            found.extend(map(Indexed._make, rows))
        return self._live(found)

    def reports(self, mentions: Sequence[Indexed]) -> dict[int, tuple[str, str]]:
        """The id and the kind of the report that each mention stands in, by its `seq`; none for one that is purged."""
        seqs = list({each.seq for each in mentions})
        found: dict[int, tuple[str, str]] = {}
        for start in range(0, len(seqs), _AT_ONCE):
            chunk = seqs[start : start + _AT_ONCE]
            rows = self._statements.rows(
                f"SELECT seq, id, kind FROM log_report WHERE seq IN ({marks(len(chunk))})",  # noqa: S608
                *chunk,
            )
            found.update((seq, (report, kind)) for seq, report, kind in rows)
        return found

    def in_log_order(self, numbers: Sequence[int]) -> list[int]:
        """The numbers in the order in which the log has their mentions."""
        found: list[tuple[int, ...]] = []
        for start in range(0, len(numbers), _AT_ONCE):
            chunk = numbers[start : start + _AT_ONCE]
            found.extend(
                self._statements.rows(
                    f"SELECT seq, part, place, number FROM link_candidate WHERE number IN ({marks(len(chunk))})",  # noqa: S608
                    *chunk,
                )
            )
        return [row[3] for row in sorted(found)]

    def mentions_in(self, report: str) -> list[Indexed]:
        """The live mentions of a report that the viewer may see, in its order."""
        where = "m.seq = (SELECT seq FROM log_report WHERE id = ?)"
        rows = list(map(Indexed._make, self._statements.rows(_MENTIONS + where, report)))
        seen = [each for each in rows if self._visible[each.number >> RUN_BITS]]
        return sorted(self._live(seen), key=lambda each: (each.part, each.place))

    def profiles(self, kind: MentionKind) -> Iterator[Profile]:
        """The profiles of all live mentions of a kind that the viewer may see, in the order of the log."""
        row = self._statements.row("SELECT max(seq) FROM link_candidate")
        end = (row[0] if row else None) or 0
        for begin in range(0, end, _AT_ONCE):
            rows = self._statements.rows(
                f"{_MENTIONS} m.seq > ? AND m.seq <= ? ORDER BY m.seq, m.part, m.place", begin, begin + _AT_ONCE
            )
            found = [each for each in map(Indexed._make, rows) if self._visible[each.number >> RUN_BITS]]
            for each in self._live(found):
                profile = each.profile
                if profile.kind is kind:
                    yield profile

    def count(self, kind: MentionKind) -> int:
        """How many mentions of a kind the viewer may see."""
        return self._counts.seen(self._statements, self._rights, kind)

    def more_than(self, mentions: int) -> bool:
        """Whether the index may hold more than so many mentions: where not, nobody's count needs to be made."""
        return self._counts.mentions > mentions

    def sees(self, report: str) -> bool:
        """Whether there is a live report of that id that the viewer may see."""
        row = self._statements.row("SELECT seq, marking_id FROM log_report WHERE id = ?", report)
        return row is not None and row[1] in self._rights.visible and not self._superseded([row[0]])

    def banner(self, number: int) -> str:
        """The banner of a mention: the join of the markings of its report and of its portion.

        The log never gives a marking's id to another marking, so that what was joined once is kept.
        """
        pair = self._runs.markings(number)
        found = self._banners.get(pair)
        if found is None:
            ids = sorted(set(pair))
            rows = self._statements.rows(f"SELECT body FROM log_marking WHERE id IN ({marks(len(ids))})", *ids)  # noqa: S608
            found = join(*(msgspec.json.decode(body, type=Marking) for (body,) in rows)).banner
            self._banners[pair] = found
        return found

    def _seen(self, numbers: memoryview[int]) -> list[int]:
        visible = self._visible
        # A list is walked in half the time that a view of memory is.
        return [number for number in numbers.tolist() if visible[number >> RUN_BITS]]

    def _fresh_bearers(self, keys: Sequence[int]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        if self._fresh and keys:
            visible = self._visible
            rows = self._statements.rows(
                f"SELECT key, number FROM link_candidate_fresh WHERE key IN ({marks(len(keys))})",  # noqa: S608
                *keys,
            )
            for key, number in rows:
                if visible[number >> RUN_BITS]:
                    found.setdefault(key, []).append(number)
        return found

    def _first_pages(self, keys: Sequence[int]) -> dict[int, Page]:
        """The page on which each key begins, by the key's first place; all in one statement, for that is most of it."""
        if not keys:
            return {}
        firsts = list(map(pages.first_place, keys))
        rows = self._statements.rows(
            f"WITH wanted (first) AS (VALUES {','.join(['(?)'] * len(firsts))}) "  # noqa: S608
            "SELECT first, low, body FROM wanted JOIN link_candidate_page "
            "ON low = (SELECT max(low) FROM link_candidate_page WHERE low <= first)",
            *firsts,
        )
        return {first: Page(low, body) for first, low, body in rows if low >= pages.shelf(first)}

    def _pages_after(self, key: int, page: Page | None) -> Iterable[Page]:
        """The pages on which a key goes on after `page`; they are read as they are asked for."""
        first = pages.first_place(key)
        rows = self._statements.rows(
            "SELECT low, body FROM link_candidate_page WHERE low > ? AND low < ? ORDER BY low",
            page.low if page else first,
            pages.first_place(key + 1),
        )
        return map(Page._make, rows)

    def _live(self, mentions: list[Indexed]) -> list[Indexed]:
        """Those of the rows that nothing visible supersedes, each mention once."""
        if all(each.superseding is None for each in mentions):
            return mentions
        gone = {each.number for each in mentions if each.superseding in self._rights.visible}
        return list({each.number: each for each in mentions if each.number not in gone}.values())

    def _superseded(self, seqs: Sequence[int]) -> set[int]:
        """Those of the reports at `seqs` that a report supersedes that the viewer may see."""
        gone: set[int] = set()
        for start in range(0, len(seqs), _AT_ONCE):
            chunk = seqs[start : start + _AT_ONCE]
            rows = self._statements.rows(
                f"SELECT old_seq, marking_id FROM log_supersession WHERE old_seq IN ({marks(len(chunk))})",  # noqa: S608
                *chunk,
            )
            gone.update(old for old, marking in rows if marking in self._rights.visible)
        return gone

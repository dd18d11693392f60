"""Pairs of mentions as a page puts them before a person, who says whether they are the same: with what was judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise

import msgspec

from cutset.link import references
from cutset.link.candidates.near import Nearby
from cutset.link.history import Judged
from cutset.link.match.score import Score
from cutset.link.why import Compared
from cutset.model.mention import Mention
from cutset.model.report import Entry
from cutset.web.workspace import Asker


class Pair(msgspec.Struct, frozen=True):
    """Two mentions by their names, their reports, and the judgements on them.

    `seen` is what the form says that its reader saw of these. `score` is how likely the two are one, where it was
    asked, and `shown` what those who judged were shown, by judgement. `banner` marks what is shown of the right one.
    """

    names: tuple[str, str]
    left: Mention
    right: Mention
    entries: tuple[Entry, Entry]
    judged: tuple[Judged, ...]
    seen: str
    score: Score | None = None
    shown: dict[str, Score] = {}
    banner: str = ""
    made: bool = False

    @property
    def verdict(self) -> str:
        """What stands of the judgements, where they agree; "" where there are none, or they do not."""
        standing = {each.verdict for each in self.judged if each.standing == "stands" and not each.reverses}
        return standing.pop() if len(standing) == 1 else ""


def seen(judged: Sequence[Judged]) -> str:
    """What a form says that its reader had seen of a pair's judgements: it is stale where this is no longer so."""
    return sha256("\n".join(f"{each.id} {each.standing}" for each in judged).encode()).hexdigest()[:32]


class Pairs:
    """Makes pairs of the mentions that stand in `entries`, as the asker may see them, each pair once.

    `compared` is what was shown to people who judged.
    """

    def __init__(self, by: Asker, entries: Iterable[Entry], compared: Iterable[Compared] = ()) -> None:
        self._by = by
        self._mentions: dict[str, tuple[Entry, Mention]] = {}
        self._shown = {each.judgement: score for each in compared if (score := each.waterfall) is not None}
        self._made: dict[frozenset[str], Pair] = {}
        for entry in entries:
            for reference, _, mention in references.mentions(entry.id, entry.report):
                self._mentions[str(reference)] = entry, mention

    def of(self, left: str, right: str, score: Score | None = None, banner: str = "") -> Pair | None:
        """The pair of two mentions by name; None where one of them is in none of the entries."""
        key = frozenset((left, right))
        if key not in self._made:
            if left not in self._mentions or right not in self._mentions:
                return None
            (one, mine), (two, theirs) = self._mentions[left], self._mentions[right]
            judged = tuple(self._by.node.history(left, right, viewer=self._by.viewer))
            shown = {each.id: self._shown[each.id] for each in judged if each.id in self._shown}
            if score is None:
                score = self._by.node.compare(left, right, viewer=self._by.viewer)
            made = one.report.source.made or two.report.source.made
            self._made[key] = Pair(
                (left, right), mine, theirs, (one, two), judged, seen(judged), score, shown, banner, made
            )
        return self._made[key]

    def along(self, way: Sequence[str]) -> list[Pair]:
        """The pairs of each mention on a way and the next."""
        found = (self.of(left, right) for left, right in pairwise(way))
        return [each for each in found if each is not None]

    def sharing(self, left: Entry, right: Entry, selectors: set[tuple[str, str]]) -> list[Pair]:
        """The pairs of a mention of each of two reports that both bear one of the selectors."""
        sides = [self._bearers(entry, selectors) for entry in (left, right)]
        found = (
            self.of(one, two) for one, mine in sides[0].items() for two, theirs in sides[1].items() if mine & theirs
        )
        return [each for each in found if each is not None]

    def _bearers(self, entry: Entry, selectors: set[tuple[str, str]]) -> Mapping[str, set[tuple[str, str]]]:
        named = references.mentions(entry.id, entry.report)
        found = {str(name): {(s.kind.value, s.value) for s in each.selectors} & selectors for name, _, each in named}
        return {name: borne for name, borne in found.items() if borne}


def likely(by: Asker, entry: Entry, nearby: Nearby, most: int) -> list[Pair]:
    """Each mention of a held report with those that it may be, the likeliest first, at most so many."""
    others = by.node.reports(list(dict.fromkeys(each.match.report for each in nearby.found[:most])), viewer=by.viewer)
    pairs = Pairs(by, (entry, *others))
    made = (pairs.of(each.mention, each.match.mention, each.match.score, each.match.banner) for each in nearby.found)
    return [each for each in made if each is not None][:most]

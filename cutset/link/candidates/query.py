"""Which of the mentions that are held may be the one that is asked about, with the reasons.

Every key of the mention is looked up; a key that more than `COMMON_ABOVE` visible mentions have is passed over and
reported. What is left is put in order by the keys that a mention shares, the rarer the more:

    promise = sum over the shared keys of news * (1 + log2(COMMON_ABOVE / n)),    n: the visible mentions with the key

where `news` is how much of what a key tells its neighbours do not tell already (`cutset.link.candidates.keys.news`).
The most promising live ones get a match weight (`cutset.link.match.score`): `LEAST_SCORED` of them, and then up to
`most_scored` while they promise at least one in `faintest` of the best; of those that promise the same, all or none,
unless the first of all are too many. Those above the threshold are given, the best first.

More people have more namesakes, so that more and fainter ones are scored the more mentions of the kind the viewer may
see.

A match is a likeness and its probability, for a person to judge. It makes no lead by itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from heapq import nlargest
from itertools import islice
from math import log2, log10
from operator import attrgetter
from typing import Final, NamedTuple

from cutset.access.rights import Rights
from cutset.errors import CutsetError
from cutset.link.candidates.index import CandidateIndex
from cutset.link.candidates.keys import keys_of, news, number_of
from cutset.link.candidates.snapshot import Indexed, Snapshot
from cutset.link.errors import NotFound
from cutset.link.match.profile import COMPARED, STAMPED, Profile, profile
from cutset.link.match.score import Score, Scorer, Weighed, log_odds
from cutset.model.mention import Mention, MentionKind, Role
from cutset.model.report import Struct

COMMON_ABOVE: Final = 2_000
"""A key that more visible mentions have than this finds nobody."""

LEAST_SCORED: Final = 1
MOST_SCORED: Final = 24
FAINTEST: Final = 4
"""How many of the most promising mentions are scored (`bench/link_latency.py` tells what more would find)."""

FEW: Final = 100_000
"""The visible mentions of one kind up to which neither grows."""

_IN_ONE_READ: Final = 16
"""Mentions that promise the same are put in the log's order by reading them all, where they are no more than this."""

_READ_ON: Final = 40
"""Mentions that are read at once where the first did not suffice."""

THRESHOLD: Final = 0.5
"""The least probability of a match, unless another is asked for."""


class BadQuestion(CutsetError, ValueError):
    """No match could be the answer: the threshold is no probability that a match can have, or the limit is below 0."""


class Match(Struct, frozen=True):
    """A mention that may be the one asked about.

    `mention` is its reference (`report#number`), `report` the id of its report, `content` that report's kind and `role`
    the mention's role there. `score` has the weight, the probability and each comparison. `keys` are the blocking keys
    that both have. `banner` is the join of its report's and portion's markings, `made` is true for an exercise's
    report, and `cut` says that it has more names than are compared. `origin` says that the likeness is one of origin:
    two parcels or lots with one stamp may come from one source, and are not for that one thing.
    """

    mention: str
    report: str
    role: Role
    score: Score
    keys: tuple[str, ...]
    banner: str
    made: bool = False
    cut: bool = False
    content: str = ""
    origin: bool = False

    @property
    def probability(self) -> float:
        """The probability that both are one; of parcels and lots, that they come from one source."""
        return self.score.probability


class Answer(Struct, frozen=True):
    """What was found for one mention: `matches`, the best first.

    `capped` are the keys that too many visible mentions have to look at. `considered` is how many visible mentions
    share another key, `scored` how many of them were scored. `compared` is false for a kind that is known by its
    selectors alone, and for a parcel or lot without a stamp. `cut` says that the mention asked about has more names
    than are compared.
    """

    matches: tuple[Match, ...] = ()
    capped: tuple[str, ...] = ()
    considered: int = 0
    scored: int = 0
    compared: bool = True
    cut: bool = False


class Matched(Struct, frozen=True):
    """What was found for a mention of a report that is held: its reference, kind and role, and the answer."""

    mention: str
    kind: MentionKind
    role: Role
    answer: Answer


def match(
    index: CandidateIndex,
    rights: Rights,
    mention: Mention,
    *,
    limit: int = 10,
    threshold: float = THRESHOLD,
    scorer: Scorer | None = None,
) -> Answer:
    """The mentions that the viewer may see and that are probably the one described, at most `limit`.

    `threshold` is the least probability, from 0 (all that were scored) to below 1. `scorer` has the shipped weights
    unless given; it must count no frequencies but of what the viewer may see. Raises `DamagedIndex` and
    `BadQuestion`.
    """
    with index.snapshot(rights) as snapshot:
        return answer(snapshot, profile(mention), Asked(limit, threshold, scorer or shipped_scorer()))


def matches_of(
    index: CandidateIndex,
    rights: Rights,
    report: str,
    *,
    limit: int = 10,
    threshold: float = THRESHOLD,
    scorer: Scorer | None = None,
) -> list[Matched]:
    """For each mention of a held report that can be compared, the mentions of other reports that are probably it.

    Raises `NotFound` where the viewer may see no live report of that id, `DamagedIndex` and `BadQuestion`.
    """
    with index.snapshot(rights) as snapshot:
        if not snapshot.sees(report):
            raise NotFound("report", report)
        found = []
        for mention in snapshot.mentions_in(report):
            read = mention.profile
            asked = Asked(limit, threshold, scorer or shipped_scorer(), mention.seq)
            found.append(Matched(mention.reference(report), read.kind, mention.role, answer(snapshot, read, asked)))
        return found


@lru_cache(maxsize=1)
def shipped_scorer() -> Scorer:
    """The scorer with the shipped weights and frequencies."""
    return Scorer()


class Asked:
    """How a question is asked: how many matches, from which probability on, by which scorer.

    `but_seq` is the place in the log of a report that is left out, `contents` the kinds of reports that are looked at:
    all of them where there is none.
    """

    def __init__(
        self,
        limit: int,
        threshold: float,
        scorer: Scorer,
        but_seq: int = 0,
        contents: frozenset[str] = frozenset(),
    ) -> None:
        if not 0 <= threshold < 1:
            raise BadQuestion(f"no match reaches the probability {threshold:g}", remedy="ask from 0 to below 1")
        if limit < 0:
            raise BadQuestion(f"{limit} matches cannot be shown", remedy="ask for a limit of 0 or more")
        self.limit = limit
        self.least_weight = log_odds(threshold) if threshold else float("-inf")
        self.scorer = scorer
        self._but_seq = but_seq
        self._contents = contents

    def wanted(self, snapshot: Snapshot, mentions: list[Indexed]) -> list[Indexed]:
        """Those of the mentions that stand in a report that is looked at."""
        found = [each for each in mentions if each.seq != self._but_seq]
        if not self._contents:
            return found
        reports = snapshot.reports(found)
        return [each for each in found if each.seq in reports and reports[each.seq][1] in self._contents]


def most_scored(seen: int) -> int:
    """How many are scored at most among so many visible mentions of a kind.

    >>> most_scored(100_000), most_scored(6_000_000)
    (24, 123)
    """
    more: float = (max(seen, FEW) / FEW) ** 0.4
    return round(MOST_SCORED * more)


def faintest(seen: int) -> float:
    """How many times less than the best a mention may promise and still be scored, among so many: tenfold, one more.

    >>> faintest(100_000), faintest(1_000_000)
    (4.0, 5.0)
    """
    return FAINTEST + log10(max(seen, FEW) / FEW)


def answer(snapshot: Snapshot, asked: Profile, how: Asked) -> Answer:
    """What is found for one profile."""
    if asked.kind not in COMPARED or (asked.kind in STAMPED and not asked.titles):
        return Answer(compared=False)
    keys = keys_of(asked)
    seen = snapshot.count(asked.kind) if snapshot.more_than(FEW) else 0
    bearers = snapshot.bearers([number_of(asked.kind, key) for key in keys], COMMON_ABOVE)
    capped = tuple(key for key, numbers in zip(keys, bearers, strict=True) if len(numbers) > COMMON_ABOVE)
    kept = [(key, numbers) for key, numbers in zip(keys, bearers, strict=True) if 0 < len(numbers) <= COMMON_ABOVE]
    promise = _promise(kept)
    best, scored = _best(snapshot, asked, promise, seen, how)
    sharing = _sharing(kept, {each.mention.number for each in best})
    reports = snapshot.reports([each.mention for each in best])
    return Answer(
        matches=tuple(
            _match(snapshot, each, how.scorer, sharing[each.mention.number], *reports[each.mention.seq])
            for each in best
            if each.mention.seq in reports
        ),
        capped=capped,
        considered=len(promise),
        scored=scored,
        cut=asked.cut,
    )


class _Scored(NamedTuple):
    """A mention that reaches the least weight: itself, its profile, and its weight."""

    mention: Indexed
    profile: Profile
    weighed: Weighed

    @property
    def order(self) -> tuple[float, int, int, int]:
        """By weight. The order of the log settles what that does not, so that it never rests on how an index grew."""
        return -self.weighed.weight, self.mention.seq, self.mention.part, self.mention.place


def _best(
    snapshot: Snapshot, asked: Profile, promise: dict[int, float], seen: int, how: Asked
) -> tuple[list[_Scored], int]:
    """The best of the most promising mentions, best first, and how many were scored, of so many that are seen."""
    most = max(most_scored(seen), how.limit)
    faint = max(promise.values(), default=0.0) / faintest(seen)
    ranked = _first(promise, most + LEAST_SCORED)
    enough = min(max(bisect_right(ranked, -faint, key=lambda each: -promise[each]), LEAST_SCORED), most)
    if enough < len(ranked):
        whole, _ = _alike(ranked, promise, enough)
        enough = whole if whole >= LEAST_SCORED else enough
    least = promise[ranked[enough - 1]] if enough <= len(ranked) else 0.0
    weigh = how.scorer.weigh
    found: list[_Scored] = []
    scored = 0
    for mention in islice(_most_promising(snapshot, promise, ranked, enough, how), most):
        if scored >= LEAST_SCORED and promise[mention.number] < least:
            break
        scored += 1
        read = mention.profile
        weighed = weigh(asked, read)
        if weighed.weight >= how.least_weight:
            found.append(_Scored(mention, read, weighed))
    return sorted(found, key=attrgetter("order"))[: how.limit], scored


def _sharing(kept: list[tuple[str, list[int]]], numbers: set[int]) -> dict[int, tuple[str, ...]]:
    """For each number the keys under which it is listed."""
    sharing: dict[int, tuple[str, ...]] = dict.fromkeys(numbers, ())
    for key, listed in kept:
        for number in numbers.intersection(listed):
            sharing[number] += (key,)
    return sharing


def _promise(kept: list[tuple[str, list[int]]]) -> dict[int, float]:
    """For each number, the sum of what the keys that it is listed under promise."""
    promise: dict[int, float] = {}
    get = promise.get
    for key, numbers in kept:
        worth = news(key) * (1 + log2(COMMON_ABOVE / len(numbers)))
        for number in numbers:
            promise[number] = get(number, 0.0) + worth
    return promise


def _most_promising(
    snapshot: Snapshot, promise: dict[int, float], ranked: list[int], first: int, how: Asked
) -> Iterator[Indexed]:
    """The live mentions, the most promising first and the earliest first of those that promise the same.

    `ranked` are the first by promise, with all that promise as much as the last; about `first` are read at once.
    """
    complete = len(ranked) == len(promise)
    start = ordered = 0
    while start < len(ranked):
        end = min(start + (_READ_ON if start else first), len(ranked))
        if ordered < end < len(ranked) and promise[ranked[end]] == promise[ranked[end - 1]]:
            # A number says nothing to order by: which of those that promise the same come first, the log's order says.
            begin, alike = _alike(ranked, promise, end)
            if alike - start <= _IN_ONE_READ:
                end = alike
            else:
                ordered = alike
                ranked[begin:ordered] = snapshot.in_log_order(ranked[begin:ordered])
        live = how.wanted(snapshot, snapshot.mentions(ranked[start:end]))
        yield from sorted(live, key=lambda each: (-promise[each.number], each.seq, each.part, each.place))
        start = end
        if start == len(ranked) and not complete:
            least = promise[ranked[-1]]
            ranked += sorted((each for each in promise if promise[each] < least), key=promise.__getitem__, reverse=True)
            complete = True


def _first(promise: dict[int, float], count: int) -> list[int]:
    """The `count` most promising, and all that promise as much as the last of them, the most promising first."""
    if len(promise) <= 10 * count:
        return sorted(promise, key=promise.__getitem__, reverse=True)
    least = nlargest(count, promise.values())[-1]
    return sorted((each for each in promise if promise[each] >= least), key=promise.__getitem__, reverse=True)


def _alike(ranked: list[int], promise: dict[int, float], place: int) -> tuple[int, int]:
    """Where those begin and end that promise the same as the one at a place."""
    same = promise[ranked[place]]
    begin, end = place, place + 1
    while begin and promise[ranked[begin - 1]] == same:
        begin -= 1
    while end < len(ranked) and promise[ranked[end]] == same:
        end += 1
    return begin, end


def _match(
    snapshot: Snapshot, scored: _Scored, scorer: Scorer, keys: tuple[str, ...], report: str, content: str
) -> Match:
    mention, profile = scored.mention, scored.profile
    return Match(
        mention=mention.reference(report),
        report=report,
        role=mention.role,
        score=scorer.explain(profile.kind, scored.weighed.compared),
        keys=keys,
        banner=snapshot.banner(mention.number),
        made=bool(mention.is_made),
        cut=profile.cut,
        content=content,
        origin=profile.kind in STAMPED,
    )

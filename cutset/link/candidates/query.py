"""Which of the mentions that are held may be the one that is asked about, with the reasons.

Every key of the mention is looked up; a key that more than `COMMON_ABOVE` visible mentions have is passed over and
reported. What is left is put in order by how many keys a mention shares, the rarer the more:

    promise = sum over the shared keys of 1 + log2(COMMON_ABOVE / n),    n: the visible mentions with the key

and the most promising live ones get a match weight (`cutset.link.match.score`): `LEAST_SCORED` of them, and then up to
`MOST_SCORED` while they promise at least a `FAINT`th of the best. Those above the threshold are given, the best first.

A match is a likeness and its probability, for a person to judge. It makes no lead by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from heapq import nlargest
from itertools import islice
from math import log2
from typing import Final

from cutset.access.rights import Rights
from cutset.link.candidates.index import CandidateIndex
from cutset.link.candidates.keys import keys_of, number_of
from cutset.link.candidates.snapshot import Indexed, Snapshot
from cutset.link.errors import NotFound
from cutset.link.match.profile import COMPARED, Profile, profile
from cutset.link.match.score import Score, Scorer, log_odds
from cutset.model.mention import Mention, MentionKind, Role
from cutset.model.report import Struct

COMMON_ABOVE: Final = 2_000
"""A key that more visible mentions have than this finds nobody."""

LEAST_SCORED: Final = 10
MOST_SCORED: Final = 20
FAINT: Final = 4
"""How many of the most promising mentions are scored (`bench/link_latency.py` tells what more would find)."""

THRESHOLD: Final = 0.5
"""The least probability of a match, unless another is asked for."""


class Match(Struct, frozen=True):
    """A mention that may be the one asked about.

    `mention` is its reference (`report#number`), `report` the id of its report and `role` its role there. `score` has
    the weight, the probability and each comparison. `keys` are the blocking keys that both have. `banner` is
    the join of its report's and portion's markings, `made` is true for an exercise's report, and `cut` says that it has
    more names than are compared.
    """

    mention: str
    report: str
    role: Role
    score: Score
    keys: tuple[str, ...]
    banner: str
    made: bool = False
    cut: bool = False

    @property
    def probability(self) -> float:
        """The probability that both are one."""
        return self.score.probability


class Answer(Struct, frozen=True):
    """What was found for one mention: `matches`, the best first.

    `capped` are the keys that too many visible mentions have to look at. `considered` is how many visible mentions
    share another key, `scored` how many of them were scored. `compared` is false for a kind that is known by its
    selectors alone, and `cut` says that the mention asked about has more names than are compared.
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
    unless given; it must count no frequencies but of what the viewer may see. Raises `DamagedIndex`.
    """
    with index.snapshot(rights) as snapshot:
        return _answer(snapshot, profile(mention), _Asked(limit, threshold, scorer or shipped_scorer()))


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

    Raises `NotFound` where the viewer may see no live report of that id, and `DamagedIndex`.
    """
    with index.snapshot(rights) as snapshot:
        if not snapshot.sees(report):
            raise NotFound("report", report)
        found = []
        for mention in snapshot.mentions_in(report):
            read = mention.profile
            asked = _Asked(limit, threshold, scorer or shipped_scorer(), mention.seq)
            found.append(Matched(mention.reference, read.kind, mention.role, _answer(snapshot, read, asked)))
        return found


@lru_cache(maxsize=1)
def shipped_scorer() -> Scorer:
    """The scorer with the shipped weights and frequencies."""
    return Scorer()


class _Asked:
    """How a question is asked: how many matches, from which weight in bits on, by which scorer, but of which report."""

    def __init__(self, limit: int, threshold: float, scorer: Scorer, but_seq: int = 0) -> None:
        if not 0 <= threshold < 1 or limit < 0:
            raise ValueError("ask for a limit of 0 or more and a threshold from 0 to below 1")
        self.limit = limit
        self.least_weight = log_odds(threshold) if threshold else float("-inf")
        self.scorer = scorer
        self.but_seq = but_seq


def _answer(snapshot: Snapshot, asked: Profile, how: _Asked) -> Answer:
    if asked.kind not in COMPARED:
        return Answer(compared=False)
    keys = keys_of(asked)
    bearers = snapshot.bearers([number_of(asked.kind, key) for key in keys], COMMON_ABOVE)
    capped = tuple(key for key, numbers in zip(keys, bearers, strict=True) if len(numbers) > COMMON_ABOVE)
    kept = [(key, numbers) for key, numbers in zip(keys, bearers, strict=True) if 0 < len(numbers) <= COMMON_ABOVE]
    promise = _promise(numbers for _, numbers in kept)
    weigh = how.scorer.weight
    scored: list[tuple[float, Indexed, Profile]] = []
    faint = max(promise.values(), default=0.0) / FAINT
    for mention in islice(_most_promising(snapshot, promise, how.but_seq), max(MOST_SCORED, how.limit)):
        if promise[mention.number] < faint and len(scored) >= max(LEAST_SCORED, how.limit):
            break
        read = mention.profile
        scored.append((weigh(asked, read), mention, read))
    # The order of the log settles what the weight does not, so that it never rests on how an index was built.
    scored.sort(key=lambda each: (-each[0], each[1].seq, each[1].part, each[1].place))
    best = [each for each in scored if each[0] >= how.least_weight][: how.limit]
    return Answer(
        matches=tuple(_match(snapshot, asked, mention, read, how.scorer, kept) for _, mention, read in best),
        capped=capped,
        considered=len(promise),
        scored=len(scored),
        cut=asked.cut,
    )


def _promise(lists: Iterator[list[int]]) -> dict[int, float]:
    """For each number, the sum of what the keys that it is listed under promise."""
    promise: dict[int, float] = {}
    get = promise.get
    for numbers in lists:
        worth = 1 + log2(COMMON_ABOVE / len(numbers))
        for number in numbers:
            promise[number] = get(number, 0.0) + worth
    return promise


def _most_promising(snapshot: Snapshot, promise: dict[int, float], but_seq: int) -> Iterator[Indexed]:
    """The live mentions, the most promising first and the earliest first of those that promise the same."""
    ranked = _first(promise, LEAST_SCORED + MOST_SCORED)
    complete = len(ranked) == len(promise)
    start = ordered = 0
    while start < len(ranked):
        end = min(start + (MOST_SCORED if start else LEAST_SCORED), len(ranked))
        if ordered < end < len(ranked) and promise[ranked[end]] == promise[ranked[end - 1]]:
            # A number says nothing to order by: which of those that promise the same come first, the log's order says.
            begin, ordered = _alike(ranked, promise, end)
            ranked[begin:ordered] = snapshot.in_log_order(ranked[begin:ordered])
        live = [each for each in snapshot.mentions(ranked[start:end]) if each.seq != but_seq]
        yield from sorted(live, key=lambda each: (-promise[each.number], each.seq, each.part, each.place))
        start = end
        if start == len(ranked) and not complete:
            least = promise[ranked[-1]]
            ranked += sorted((each for each in promise if promise[each] < least), key=promise.__getitem__, reverse=True)
            complete = True


def _first(promise: dict[int, float], count: int) -> list[int]:
    """The `count` most promising, and all that promise as much as the last of them, the most promising first."""
    first = nlargest(count, promise, key=promise.__getitem__)
    if len(first) == len(promise):
        return first
    least = promise[first[-1]]
    better = [each for each in first if promise[each] > least]
    return better + [each for each in promise if promise[each] == least]


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
    snapshot: Snapshot,
    asked: Profile,
    mention: Indexed,
    read: Profile,
    scorer: Scorer,
    kept: list[tuple[str, list[int]]],
) -> Match:
    return Match(
        mention=mention.reference,
        report=mention.report,
        role=mention.role,
        score=scorer.score(asked, read),
        keys=tuple(key for key, numbers in kept if mention.number in numbers),
        banner=snapshot.banner(mention.number),
        made=bool(mention.is_made),
        cut=read.cut,
    )

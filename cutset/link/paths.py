"""Pairs: which two reports a lead links, directly or by a path of two hops, and what each link is worth.

Direct: an event and a case, or two events, that share a selector or an entity. A path of two hops: an event shares one
key with a third report, which shares another with the case or event at the far end; `cutset.link.ties` says whether
the two mentions by which the path enters and leaves the report between have anything to do with each other.

A path is told only where there is no direct link. It passes neither a key that too many reports bear, nor a stamp or a
substance, nor a report that names too many selectors. Between two events it does not pass a case: each of them already
has a lead to that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import NamedTuple

from cutset.link import strength
from cutset.link.bearings import Bearing, Bearings, Key, Node, Of, sharing
from cutset.link.components import Place
from cutset.link.postings import Side
from cutset.link.resolved import Resolved
from cutset.link.ties import BYSTANDERS, WORTH, Tie, tie

Ends = tuple[int, int]
"""The places in the log of the event and of the other."""


class Way(NamedTuple):
    """Judgements in a row that join two mentions: the mentions, the judgements, and how likely the two are one."""

    places: tuple[Place, ...]
    judgements: tuple[int, ...]
    probability: float


class Hop(NamedTuple):
    """One step of a path: the key, the mention at the end and the one in the report between, what it is worth."""

    key: Key
    end: Bearing
    between: Bearing
    weight: float


class Passing(NamedTuple):
    """A path of two hops, through the report at `through`."""

    first: Hop
    through: int
    tie: Tie
    second: Hop
    score: float


class Pair(NamedTuple):
    """Two reports that a lead links: by keys that they share, or by the best of so many `ways`."""

    event: Node
    other: Node
    score: float
    keys: tuple[Key, ...] = ()
    best: Passing | None = None
    ways: int = 0


class Worth:
    """What sharing a key is worth: by its kind and commonness, or by the judgements between two mentions.

    `scores` are those with which the judgements were given, by their place in the log.
    """

    def __init__(self, found: Bearings, mine: Resolved, scores: Mapping[int, float | None]) -> None:
        self._found = found
        self._components = mine.verdicts.components
        self._scores = scores
        self._ways: dict[tuple[Place, Place], Way] = {}

    def way(self, key: Place, one: int, other: int) -> Way:
        """The likeliest row of judgements between mentions of the entity in the reports at `one` and `other`."""
        bearing = self._found.by_key[key]
        ways = [self.between(left.place, right.place) for left, right in product(bearing[one], bearing[other])]
        return min(ways, key=lambda way: (-way.probability, sorted(way.places)))

    def of(self, key: Key, one: int, other: int) -> float:
        """How likely two reports that share the key speak of one thing."""
        of = self._found.keys[key]
        if isinstance(key, Place):
            return self.way(key, one, other).probability
        assert of.kind is not None
        return strength.weight(of.kind, of.reports)

    def hop(self, key: Key, end: Bearing, between: Bearing) -> Hop:
        """One step of a path by these two mentions."""
        if isinstance(key, Place):
            return Hop(key, end, between, self.between(end.place, between.place).probability)
        return Hop(key, end, between, self.of(key, end.place.seq, between.place.seq))

    def between(self, one: Place, other: Place) -> Way:
        """The shortest row of judgements between two mentions of one entity."""
        # Either way round it is the same row: of several shortest ones, the earliest from the earlier mention.
        both = (min(one, other), max(one, other))
        if both not in self._ways:
            places, judgements = self._components.path(both)
            probability = strength.joined(self._scores.get(each) for each in judgements)
            self._ways[both] = Way(tuple(places), tuple(judgements), probability)
        way = self._ways[both]
        return way if one == both[0] else Way(way.places[::-1], way.judgements[::-1], way.probability)


def pairs(found: Bearings, worth: Worth, roots: Collection[str] | None = None, *, paths: bool = True) -> list[Pair]:
    """All pairs, or those of which one of the reports `roots` is an end; without `paths`, the direct ones only.

    Several roots are cases: no pair has two of these.
    """
    shared = _direct(found, roots)
    direct = {ends: _pair(found, worth, ends, keys) for ends, keys in shared.items()}
    if not paths:
        return list(direct.values())
    starts = [
        node for node in found.nodes.values() if (node.side is not Side.CASE if roots is None else node.id in roots)
    ]
    best: dict[Ends, Passing] = {}
    ways: dict[Ends, set[tuple[Key, int, Key]]] = {}
    for start in starts:
        for far, passing in _passings(found, worth, start):
            event, other = _ordered(start, far)
            ends = (event.seq, other.seq)
            # From either end the same path is found; it is told, and its worth computed, from the event.
            if ends in direct or (roots is None and event is not start):
                continue
            told = passing if event is start else _turned(passing)
            ways.setdefault(ends, set()).add((told.first.key, told.through, told.second.key))
            if ends not in best or _before(found, told, best[ends]):
                best[ends] = told
    by_path = [
        Pair(found.nodes[event], found.nodes[other], passing.score, best=passing, ways=len(ways[event, other]))
        for (event, other), passing in best.items()
    ]
    return [*direct.values(), *by_path]


def _direct(found: Bearings, roots: Collection[str] | None) -> dict[Ends, list[Key]]:
    shared: dict[Ends, list[Key]] = {}
    for key, nodes in sharing(found):
        for event, other in ends(nodes, roots, few=found.keys[key].reports <= found.limits.common):
            shared.setdefault((event.seq, other.seq), []).append(key)
    return shared


def ends(
    nodes: Sequence[Node], roots: Collection[str] | None = None, *, few: bool = True
) -> Iterator[tuple[Node, Node]]:
    """The pairs that one key makes: each event and sign with each case, and, of `few`, events among themselves.

    With `roots`, those of which one of these reports is an end.
    """
    by_side: dict[Side, list[Node]] = {end: [] for end in Side}
    for node in nodes:
        by_side[node.side].append(node)
    mine = [node for node in nodes if node.id in roots] if roots is not None else None
    signs = [*by_side[Side.EVENT], *by_side[Side.SIGN]]
    if mine is None:
        yield from product(signs, by_side[Side.CASE])
        yield from (_ordered(left, right) for left, right in combinations(by_side[Side.EVENT], 2) if few)
        return
    for node in mine:
        if node.side is Side.CASE:
            yield from ((sign, node) for sign in signs)
        elif node.side is not Side.OTHER:
            yield from ((node, case) for case in by_side[Side.CASE])
            if node.side is Side.EVENT and few:
                yield from (_ordered(node, event) for event in by_side[Side.EVENT] if event is not node)


def _linkable(one: Node, other: Node) -> bool:
    sides = {one.side, other.side}
    return sides in ({Side.EVENT, Side.CASE}, {Side.SIGN, Side.CASE}, {Side.EVENT})


def _ordered(left: Node, right: Node) -> tuple[Node, Node]:
    """The event and the other: a case is always the other, of two events the earlier is."""
    if left.side is Side.CASE or right.side is Side.CASE:
        return (right, left) if left.side is Side.CASE else (left, right)
    later = max(left, right, key=lambda node: (node.at_us is not None, node.at_us or 0, node.id))
    return (left, right) if later is left else (right, left)


def _pair(found: Bearings, worth: Worth, ends: Ends, keys: Sequence[Key]) -> Pair:
    event, other = ends
    by_selector = strength.score(worth.of(key, event, other) for key in keys if isinstance(key, int))
    by_entity = max((worth.of(key, event, other) for key in keys if not isinstance(key, int)), default=0.0)
    return Pair(found.nodes[event], found.nodes[other], max(by_selector, by_entity), tuple(keys))


def _passings(found: Bearings, worth: Worth, start: Node) -> Iterator[tuple[Node, Passing]]:
    """The paths of two hops from a report, with the report at the far end of each."""
    if start.seq in found.lists:
        return
    for key, mentions in found.by_report.get(start.seq, {}).items():
        begins = _acting(mentions)
        if not begins or not found.passes(key):
            continue
        for seq, entered in found.by_key[key].items():
            through = found.nodes.get(seq)
            if through is None or seq == start.seq or seq in found.lists:
                continue
            for onward, left_by in found.by_report[seq].items():
                if onward == key or not found.passes(onward):
                    continue
                tied = _best_tie(entered, left_by)
                if tied is None:
                    continue
                first, kind, second = tied
                begin = _nearest(worth, key, begins, first)
                for far_seq, far_mentions in found.by_key[onward].items():
                    far, goals = found.nodes.get(far_seq), _acting(far_mentions)
                    if far is None or far_seq in (start.seq, seq) or not goals or not _linkable(start, far):
                        continue
                    if far_seq in found.lists or (
                        through.side is Side.CASE and Side.CASE not in (start.side, far.side)
                    ):
                        continue
                    goal = _nearest(worth, onward, goals, second)
                    score = strength.path(begin.weight, WORTH[kind], goal.weight)
                    yield far, Passing(begin, seq, kind, goal, score)


def _acting(mentions: Iterable[Bearing]) -> list[Bearing]:
    return [each for each in mentions if each.role not in BYSTANDERS]


def _best_tie(entered: Sequence[Bearing], left_by: Sequence[Bearing]) -> tuple[Bearing, Tie, Bearing] | None:
    """The strongest tie between a mention by which a path enters a report and one by which it leaves."""
    tied = []
    for one, other in product(entered, left_by):
        if one.place == other.place:
            kind = None if one.role in BYSTANDERS else Tie.ONE_THING
        else:
            kind = tie(one.role, other.role)
        if kind is not None:
            tied.append((one, kind, other))
    # Which of two equal ties stands for them must not depend on the direction of the search.
    return min(tied, key=lambda each: (-WORTH[each[1]], sorted((each[0].place, each[2].place))), default=None)


def _nearest(worth: Worth, key: Key, ends: Sequence[Bearing], between: Bearing) -> Hop:
    """The step by the likeliest of the mentions at an end, of equal ones the earliest."""
    hops = [worth.hop(key, end, between) for end in ends]
    return min(hops, key=lambda hop: (-hop.weight, hop.end.place))


def _turned(passing: Passing) -> Passing:
    score = strength.path(passing.second.weight, WORTH[passing.tie], passing.first.weight)
    return Passing(passing.second, passing.through, passing.tie, passing.first, score)


def _before(found: Bearings, one: Passing, other: Passing) -> bool:
    """Whether `one` is the better path, or by what the viewer sees the first of two equals."""
    return _rank(found, one) < _rank(found, other)


def _rank(found: Bearings, passing: Passing) -> tuple[float, str, str, str]:
    first, second = (_named(found.keys[hop.key]) for hop in (passing.first, passing.second))
    return -passing.score, found.nodes[passing.through].id, first, second


def _named(of: Of) -> str:
    return f"{of.kind or ''} {of.value}"

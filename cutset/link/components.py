"""Components: what `same` connects, as judgements come and go. Pure data, no I/O.

A judgement stands if no judgement that stands reverses it. Entities are the connected components of the `same` that
stand. A `different` that stands inside of a component contradicts it.

Adding an edge moves the smaller of two components into the larger. Taking one away searches from both of its ends in
turn, and stops when the searches meet or one has nowhere to go: what falls off costs as much as its own size. Only an
edge of a long ring costs more, up to the ring.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple


class Place(NamedTuple):
    """Where a mention stands: its report in the log, its part (0 is the report proper), its number there.

    Places are ordered as the log is. They are shown to nobody.
    """

    seq: int
    part: int
    number: int


Pair = tuple[Place, Place]


class Given(NamedTuple):
    """A judgement: its place in the log, its id, its verdict on `pair` (None where it has none), what it reverses."""

    seq: int
    id: str
    verdict: str
    pair: Pair | None
    reverses: str = ""


class _Component:
    """Two or more connected places, and the earliest of them."""

    __slots__ = ("first", "places")

    def __init__(self, places: set[Place]) -> None:
        self.places = places
        self.first = min(places)


class Components:
    """The connected components of a graph whose edges are judgements; two places may have several between them."""

    def __init__(self) -> None:
        self._edges: dict[Place, dict[Place, set[int]]] = {}
        self._of: dict[Place, _Component] = {}
        self._components: set[_Component] = set()

    def join(self, pair: Pair, seq: int) -> None:
        """Add the edge that the judgement at `seq` makes."""
        left, right = pair
        edge = self._edges.setdefault(left, {}).get(right)
        if edge is not None:
            edge.add(seq)
            return
        edge = {seq}
        self._edges[left][right] = edge
        self._edges.setdefault(right, {})[left] = edge
        larger, smaller = self._component(left), self._component(right)
        if larger is smaller:
            return
        if len(larger.places) < len(smaller.places):
            larger, smaller = smaller, larger
        larger.places |= smaller.places
        larger.first = min(larger.first, smaller.first)
        for place in smaller.places:
            self._of[place] = larger
        self._components.discard(smaller)

    def part(self, pair: Pair, seq: int) -> None:
        """Take away the edge that the judgement at `seq` made."""
        left, right = pair
        edge = self._edges[left][right]
        edge.remove(seq)
        if edge:
            return
        del self._edges[left][right], self._edges[right][left]
        fallen = self._fallen(left, right)
        if fallen is None:
            return
        whole = self._of[left]
        whole.places -= fallen
        if whole.first in fallen:
            whole.first = min(whole.places)
        split = _Component(fallen)
        self._components.add(split)
        for place in fallen:
            self._of[place] = split
        for each in (whole, split):
            if len(each.places) == 1:
                self._components.remove(each)
                del self._of[each.first], self._edges[each.first]

    def of(self, place: Place) -> frozenset[Place]:
        """The component of a place: itself alone where no edge touches it."""
        component = self._of.get(place)
        return frozenset((place,) if component is None else component.places)

    def together(self, pair: Pair) -> bool:
        """Whether the two places are in one component."""
        left = self._of.get(pair[0])
        return left is not None and left is self._of.get(pair[1])

    def first(self, place: Place) -> Place:
        """The earliest place of the component of a place."""
        component = self._of.get(place)
        return place if component is None else component.first

    def firsts(self) -> list[Place]:
        """The earliest place of each component of two or more, in order."""
        return sorted(component.first for component in self._components)

    def edges(self, component: Collection[Place]) -> set[int]:
        """The judgements whose edges lie in the component."""
        return {seq for place in component for edge in self._edges.get(place, {}).values() for seq in edge}

    def path(self, pair: Pair) -> tuple[list[Place], list[int]]:
        """A shortest path between two places of one component, of several the earliest: its places, its judgements."""
        start, goal = pair
        # From the goal outwards: each place then knows its distance, and the way back takes the least at each step.
        far, ring, distance = {goal: 0}, {goal}, 0
        while start not in far:
            distance += 1
            ring = {near for place in ring for near in self._edges[place]} - far.keys()
            far.update(dict.fromkeys(ring, distance))
        places, judgements = [start], []
        while places[-1] != goal:
            here = places[-1]
            step = min(near for near in self._edges[here] if far.get(near) == far[here] - 1)
            judgements.append(min(self._edges[here][step]))
            places.append(step)
        return places, judgements

    def _component(self, place: Place) -> _Component:
        component = self._of.get(place)
        if component is None:
            component = self._of[place] = _Component({place})
            self._components.add(component)
        return component

    def _fallen(self, left: Place, right: Place) -> set[Place] | None:
        """The smaller of the two components that an edge just taken away leaves; None where it leaves one."""
        mine, other = {left}, {right}
        here, there = [left], [right]
        while here and there:
            for near in self._edges[here.pop()]:
                if near in other:
                    return None
                if near not in mine:
                    mine.add(near)
                    here.append(near)
            mine, other, here, there = other, mine, there, here
        return other if here else mine


class Verdicts:
    """The judgements that one viewer may see, which of them stand, and the components that those make."""

    def __init__(self) -> None:
        self.components = Components()
        self._given: dict[str, Given] = {}
        self._against: dict[str, int] = {}
        """How many judgements that stand reverse the one of this id, whether or not that is given."""
        self._apart: dict[Pair, set[int]] = {}

    def __contains__(self, judgement: str) -> bool:
        return judgement in self._given

    def stands(self, judgement: str) -> bool:
        """Whether the judgement was given, and none that stands reverses it."""
        return judgement in self._given and judgement not in self._against

    def judge(self, given: Given) -> None:
        """Take in a judgement, and what follows for those that it reverses."""
        self._given[given.id] = given
        if given.id not in self._against:
            self._turn(given, standing=True)

    def retract(self, judgement: str) -> None:
        """Forget a judgement as if it had never been given."""
        given = self._given.pop(judgement)
        if judgement not in self._against:
            self._turn(given, standing=False)

    def lapse(self, judgement: str) -> None:
        """Take from a judgement its say on its pair; what it reverses stays reversed."""
        given = self._given[judgement]
        if judgement not in self._against:
            self._mark(given, standing=False)
        self._given[judgement] = given._replace(pair=None)

    def contradictions(self) -> list[tuple[Pair, int]]:
        """Each pair inside of one component that a judgement which stands calls different, with that judgement."""
        return sorted(
            (pair, seq) for pair, seqs in self._apart.items() if self.components.together(pair) for seq in seqs
        )

    def _turn(self, given: Given, *, standing: bool) -> None:
        # Ids are hashes over what a judgement reverses, so that the chain cannot come round to itself.
        while True:
            self._mark(given, standing=standing)
            if not given.reverses:
                return
            before = self._against.pop(given.reverses, 0)
            after = before + (1 if standing else -1)
            if after:
                self._against[given.reverses] = after
            reversed_one = self._given.get(given.reverses)
            if reversed_one is None or (before and after):
                return
            given, standing = reversed_one, not after

    def _mark(self, given: Given, *, standing: bool) -> None:
        if given.pair is None:
            return
        if given.verdict == "same":
            (self.components.join if standing else self.components.part)(given.pair, given.seq)
        elif given.verdict == "different":
            if standing:
                self._apart.setdefault(given.pair, set()).add(given.seq)
            else:
                self._apart[given.pair].discard(given.seq)
                if not self._apart[given.pair]:
                    del self._apart[given.pair]

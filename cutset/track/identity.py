"""Whose positions they are: reports tied to one craft by verified selectors, the strongest first.

A report is of the craft of its strongest selector: IMO number or ICAO address, then MMSI or registration, then call
sign. One that has only a weaker selector is of the craft with which all visible reports name that selector. Where they
name two, it is of neither, and both are told: one MMSI on two hulls is a mistake, a change of flag, or a lie.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from cutset.track.reading import Reading

Tie = tuple[int, str, str]
"""A selector with its rank: (rank, kind, value)."""
Said = tuple[int, str, str, int]
"""A selector or name with the marking of the part that says it: (rank, kind, value, marking id)."""
_NAME = ""


class Craft:
    """What visible reports say of one craft: its selectors and names, and the markings of the parts that say them."""

    __slots__ = ("id", "marking_ids", "names", "selectors", "shared")

    def __init__(self, id: str) -> None:
        self.id = id
        self.selectors: set[tuple[str, str]] = set()
        self.names: dict[str, None] = {}
        self.marking_ids: set[int] = set()
        self.shared: set[str] = set()


def crafts(reading: Reading, names: Iterable[sa.Row[Any]]) -> dict[int, list[Craft]]:
    """The crafts of each report (by seq), from its visible rows of `track_name`; one without selectors has none."""
    mentions: dict[tuple[int, int], list[Said]] = {}
    for row in names:
        mentions.setdefault((row.seq, row.mention), []).append((row.rank, row.kind, row.value, row.marking_id))
    # A ship sends a hundred reports that say the same of it: what they say is looked at once.
    alike: dict[tuple[Said, ...], list[int]] = {}
    for (seq, _), all_said in mentions.items():
        alike.setdefault(tuple(all_said), []).append(seq)
    own = {said: _strongest(each[:3] for each in said) for said in alike}
    up = _upward(reading, {each for each in own.values() if each is not None})
    found: dict[str, Craft] = {}
    of: dict[int, list[Craft]] = {}
    for said, seqs in alike.items():
        mine = own[said]
        if mine is not None:
            craft = _said_of(found, mine, up, said)
            for seq in seqs:
                crafts_of = of.setdefault(seq, [])
                if craft not in crafts_of:
                    crafts_of.append(craft)
    return of


def _said_of(found: dict[str, Craft], mine: Tie, up: dict[tuple[str, str], set[Tie]], said: tuple[Said, ...]) -> Craft:
    top, shared = _top(mine, up)
    id = _id(top)
    craft = found.setdefault(id, Craft(id))
    craft.shared |= shared
    for _, kind, value, marking_id in said:
        craft.marking_ids.add(marking_id)
        if kind:
            craft.selectors.add((kind, value))
        else:
            craft.names[value] = None
    return craft


def _id(tie: Tie) -> str:
    return f"{tie[1]}:{tie[2]}"


def _strongest(ties: Iterable[Tie]) -> Tie | None:
    """The strongest selector of which there is only one; a report that gives two IMO numbers for a ship tells none."""
    by_rank: dict[int, set[Tie]] = defaultdict(set)
    for each in ties:
        if each[1] != _NAME:
            by_rank[each[0]].add(each)
    for rank in sorted(by_rank):
        if len(by_rank[rank]) == 1:
            return next(iter(by_rank[rank]))
    # Two of each kind there is: the first by the alphabet, so that the positions are somebody's.
    return min(by_rank[max(by_rank)]) if by_rank else None


def _upward(reading: Reading, start: set[Tie]) -> dict[tuple[str, str], set[Tie]]:
    """The stronger selectors tied to each selector, and to those in turn."""
    found: dict[tuple[str, str], set[Tie]] = {}
    pending = {each[1:] for each in start if each[0] > 0}
    while pending:
        ties = reading.ties(pending)
        found.update({each: ties.get(each, set()) for each in pending})
        pending = {(kind, value) for each in ties.values() for rank, kind, value in each if rank > 0} - found.keys()
    return found


def _top(tie: Tie, up: dict[tuple[str, str], set[Tie]]) -> tuple[Tie, set[str]]:
    """The craft's strongest selector, and what else shares a selector with it where that is not told apart."""
    here = tie
    while True:
        above = up.get(here[1:], set())
        if not above:
            return here, set()
        rank = min(each[0] for each in above)
        best = {each for each in above if each[0] == rank}
        if len(best) > 1:
            return here, {_id(each) for each in best}
        here = best.pop()

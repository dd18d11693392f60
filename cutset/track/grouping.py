"""Which reports tell of one event of interest: the same record of one agency, and what people judged to be the same.

A track that is held is one event however many reports its positions come in, and that of a sighting which names its
craft, where there is one; two sightings of one craft may be two events.

A judgement counts unless a visible one undoes it, and of two on the same pair the later: so a cue is assigned to a
track, or to another cue, by a judgement `same` on the two reports, and taken from it by one that undoes it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any

import sqlalchemy as sa

from cutset.track import rows
from cutset.track.identity import crafts
from cutset.track.reading import Reading
from cutset.track.words import DIFFERENT, HEEDED, SAME


class Group:
    """The reports of one event: detections and seizures, and tracks that orders or judgements name."""

    __slots__ = ("crafts", "judgements", "marking_ids", "told", "tracks")

    def __init__(self) -> None:
        self.crafts: set[str] = set()
        self.marking_ids: set[int] = set()
        self.told: list[sa.Row[Any]] = []
        self.tracks: list[sa.Row[Any]] = []
        self.judgements: list[sa.Row[Any]] = []

    @property
    def members(self) -> list[sa.Row[Any]]:
        """All of them, in the order of time."""
        return sorted((*self.told, *self.tracks), key=lambda row: (row.at_us, row.id))

    def take(self, other: Group) -> None:
        """Take in what another group holds."""
        self.told += other.told
        self.tracks += other.tracks
        self.judgements += other.judgements
        self.crafts |= other.crafts
        self.marking_ids |= other.marking_ids


class _Joined:
    """Sets that are joined pair by pair."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def of(self, id: str) -> str:
        while self._above.get(id, id) != id:
            id = self._above[id]
        return id

    def join(self, one: str, other: str) -> None:
        first, second = sorted((self.of(one), self.of(other)))
        self._above[second] = first


def groups(reading: Reading, since_us: int, at_us: int) -> list[Group]:
    """The events of interest between two times, and those that orders of that time name."""
    told: dict[str, sa.Row[Any]] = {row.id: row for row in reading.between(rows.event, since_us, at_us)}
    tracks: dict[str, sa.Row[Any]] = {}
    orders = {row.seq for row in reading.between(rows.order, since_us, at_us) if row.said in HEEDED}
    named = {row.about for row in reading.among(rows.about, "seq", orders)}
    _load(reading, named - told.keys(), at_us, told, tracks)
    standing: dict[str, tuple[sa.Row[Any], frozenset[str]]] = {}
    asked: set[str] = set()
    while pending := (told.keys() | tracks.keys()) - asked:
        asked |= pending
        standing |= _verdicts(reading, pending)
        new = {id for _, ends in standing.values() for id in ends} - told.keys() - tracks.keys()
        _load(reading, new, at_us, told, tracks)
    found = _together(told, tracks, list(standing.values()))
    # A track that a judgement tells from an event is none of its own.
    kept = [each for each in found if each.told or any(row.id in named for row in each.tracks)]
    _crafts(reading, kept)
    return _of_one_craft(kept)


def _crafts(reading: Reading, found: Sequence[Group]) -> None:
    """The crafts that each group's reports name; a track without a selector is its report's own, or its asset's."""
    of = {row.seq: each for each in found for row in each.members}
    for seq, named in crafts(reading, list(reading.among(rows.name, "seq", of.keys()))).items():
        for craft in named:
            of[seq].crafts.add(craft.id)
            of[seq].marking_ids |= craft.marking_ids
    for each in found:
        for row in each.tracks if not each.crafts else ():
            each.crafts.add(f"asset:{row.originator}/{row.asset}" if row.asset else row.id)


def _of_one_craft(found: Sequence[Group]) -> list[Group]:
    """Groups of tracks alone go into the last sighting's of their craft, else into one another."""
    of: dict[str, Group] = {}
    for each in sorted((each for each in found if each.told), key=lambda each: each.members[-1].at_us):
        of.update(dict.fromkeys(each.crafts, each))
    kept = [each for each in found if each.told]
    for each in sorted((each for each in found if not each.told), key=lambda each: each.members[0].id):
        home = next((of[id] for id in sorted(each.crafts) if id in of), None)
        if home is None:
            kept.append(each)
            home = each
        else:
            home.take(each)
        of.update(dict.fromkeys(each.crafts - of.keys(), home))
    return kept


def _load(
    reading: Reading, ids: Collection[str], at_us: int, told: dict[str, sa.Row[Any]], tracks: dict[str, sa.Row[Any]]
) -> None:
    told.update({row.id: row for row in reading.among(rows.event, "id", ids) if row.at_us <= at_us})
    tracks.update({row.id: row for row in reading.among(rows.placed, "id", set(ids) - told.keys())})


def _verdicts(reading: Reading, ids: Collection[str]) -> dict[str, tuple[sa.Row[Any], frozenset[str]]]:
    """The judgements on these reports that stand, each with all reports that it is about."""
    seqs = {row.seq for row in reading.among(rows.about, "about", ids)}
    found = {row.id: row for row in reading.among(rows.verdict, "seq", seqs)}
    pending = set(found)
    while pending:
        undoing = {row.id: row for row in reading.among(rows.verdict, "reverses", pending)}
        pending = undoing.keys() - found.keys()
        found |= undoing
    undone: set[str] = set()
    for row in sorted(found.values(), key=lambda row: row.seq, reverse=True):
        if row.id not in undone:
            undone.add(row.reverses)
    ends: dict[int, set[str]] = defaultdict(set)
    standing = {id: row for id, row in found.items() if id not in undone and row.verdict in (SAME, DIFFERENT)}
    for row in reading.among(rows.about, "seq", {row.seq for row in standing.values()}):
        ends[row.seq].add(row.about)
    return {id: (row, frozenset(ends[row.seq])) for id, row in standing.items()}


def _pairs(verdicts: Iterable[tuple[sa.Row[Any], frozenset[str]]]) -> Iterator[tuple[str, str, sa.Row[Any]]]:
    """The pairs of reports of which the last word is that they are the same."""
    last: dict[tuple[str, str], sa.Row[Any]] = {}
    for row, ends in sorted(verdicts, key=lambda each: (each[0].at_us, each[0].seq)):
        for pair in combinations(sorted(ends), 2):
            last[pair] = row
    for (one, other), row in last.items():
        if row.verdict == SAME:
            yield one, other, row


def _together(
    told: dict[str, sa.Row[Any]],
    tracks: dict[str, sa.Row[Any]],
    verdicts: list[tuple[sa.Row[Any], frozenset[str]]],
) -> list[Group]:
    joined = _Joined()
    of_record: dict[tuple[str, str], str] = {}
    for row in told.values():
        if row.record:
            joined.join(row.id, of_record.setdefault((row.originator, row.record), row.id))
    judged = [each for each in _pairs(verdicts) if all(id in told or id in tracks for id in each[:2])]
    for one, other, _ in judged:
        joined.join(one, other)
    found: dict[str, Group] = defaultdict(Group)
    for row in told.values():
        found[joined.of(row.id)].told.append(row)
    for row in tracks.values():
        found[joined.of(row.id)].tracks.append(row)
    for one, _, row in judged:
        found[joined.of(one)].judgements.append(row)
    return list(found.values())

"""Targets hit: of declared shipments ranked for inspection, how many of the first 1, 5 and 10 % truly carried drugs.

What has been examined or seized is left out, for its outcome is in the log and would tell. What is left is what a
targeting unit has yet to choose from. Beside the ranking stand what chance hits, what an oracle could, and what the
*signs* alone could, if all that were planted were seen and counted. What is left to the oracle rides with a regular
trader, and shows no more than innocents do.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from math import ceil, inf

from cutset.exercise.digests import Numbers
from cutset.exercise.papers import SHIPMENTS
from cutset.exercise.truth import Paper, World
from cutset.model.report import Struct

DEPTHS = (0.01, 0.05, 0.10)
"""The fractions that are inspected."""


class Hits(Struct, frozen=True):
    """Of `shipments` in a file, `loaded` carry drugs; at each of `DEPTHS`, how many were inspected and what was hit.

    `ranked` is None where the viewer has no ranking. `chance` is what is expected of inspecting at random.
    """

    feed: str
    shipments: int
    loaded: int
    inspected: tuple[int, ...]
    chance: tuple[float, ...]
    signs: tuple[float, ...]
    oracle: tuple[int, ...]
    ranked: tuple[float, ...] | None = None


def hits(worlds: World | Iterable[World], scores: Mapping[str, float] | Numbers | None = None) -> list[Hits]:
    """The hits among the shipments of each file. `scores` gives a ranking, by the source's own key: highest first.

    A shipment that has no score comes last. Equal scores count as if drawn by lot among themselves.
    """
    found = {feed: _Shipments() for feed in SHIPMENTS}
    for world in [worlds] if isinstance(worlds, World) else worlds:
        filed = [paper for paper in world.papers if paper.filed is not None]
        examined = {paper.cells["paper"] for paper in filed if paper.feed == "examinations"}
        for paper in filed:
            if paper.feed in found and not paper.seized and paper.record not in examined:
                score = None if scores is None else scores.get(paper.record)
                found[paper.feed].add(paper, -inf if score is None else score)
    return [_hits(feed, shipments, scores is not None) for feed, shipments in found.items() if shipments.loaded]


class _Shipments:
    """The shipments of a file, as numbers: whether each is loaded, how many signs it shows, and its score."""

    def __init__(self) -> None:
        self.loaded, self.signs, self.score = bytearray(), bytearray(), array("d")

    def add(self, paper: Paper, score: float) -> None:
        """Take in one."""
        self.loaded.append(paper.load > 0)
        self.signs.append(len(paper.signs))
        self.score.append(score)


def _hits(feed: str, shipments: _Shipments, ranked: bool) -> Hits:
    number, loaded = len(shipments.loaded), sum(shipments.loaded)
    inspected = tuple(ceil(depth * number) for depth in DEPTHS)
    return Hits(
        feed=feed,
        shipments=number,
        loaded=loaded,
        inspected=inspected,
        chance=tuple(round(each * loaded / number, 2) for each in inspected),
        signs=_hit(shipments.loaded, shipments.signs, inspected),
        oracle=tuple(min(each, loaded) for each in inspected),
        ranked=_hit(shipments.loaded, shipments.score, inspected) if ranked else None,
    )


def _hit(loaded: Sequence[int], score: Sequence[float], inspected: Sequence[int]) -> tuple[float, ...]:
    """What is hit among the first so many, by score.

    >>> _hit([1, 0, 1, 0], [2, 1, 1, 0], (1, 2, 4))
    (1.0, 1.5, 2.0)
    """
    groups: dict[float, list[int]] = {}
    for has, value in zip(loaded, score, strict=True):
        group = groups.setdefault(value, [0, 0])
        group[0] += 1
        group[1] += has
    found = []
    for number in inspected:
        left, hit = number, 0.0
        for value in sorted(groups, reverse=True):
            many, full = groups[value]
            taken = min(left, many)
            hit += taken * full / many
            left -= taken
        found.append(round(hit, 2))
    return tuple(found)

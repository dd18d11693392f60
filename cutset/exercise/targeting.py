"""Targets hit: of declared shipments ranked for inspection, how many of the first 1, 5 and 10 % truly carried drugs.

What has been examined or seized is left out, for its outcome is in the log and would tell. What is left is what a
targeting unit has yet to choose from. Beside the ranking stand what chance hits, what an oracle could, and what the
*signs* alone could, if all that were planted were seen and counted. What is left to the oracle rides with a regular
trader, and shows no more than innocents do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import ceil

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


def hits(worlds: World | Iterable[World], scores: Mapping[str, float] | None = None) -> list[Hits]:
    """The hits among the shipments of each file. `scores` gives a ranking, by the source's own key: highest first.

    A shipment that has no score comes last. Equal scores count as if drawn by lot among themselves.
    """
    found: dict[str, list[tuple[str, bool, int]]] = {feed: [] for feed in SHIPMENTS}
    for world in [worlds] if isinstance(worlds, World) else worlds:
        examined = {paper.cells["paper"] for paper in world.papers if paper.feed == "examinations"}
        for paper in world.papers:
            if paper.feed in found and not paper.seized and paper.record not in examined:
                found[paper.feed].append(_short(paper))
    return [_hits(feed, shipments, scores) for feed, shipments in found.items() if shipments]


def _short(paper: Paper) -> tuple[str, bool, int]:
    return paper.record, paper.load > 0, len(paper.signs)


def _hits(feed: str, shipments: Sequence[tuple[str, bool, int]], scores: Mapping[str, float] | None) -> Hits:
    loaded = sum(each[1] for each in shipments)
    inspected = tuple(ceil(depth * len(shipments)) for depth in DEPTHS)
    return Hits(
        feed=feed,
        shipments=len(shipments),
        loaded=loaded,
        inspected=inspected,
        chance=tuple(round(number * loaded / len(shipments), 2) for number in inspected),
        signs=_hit(shipments, inspected, lambda each: each[2]),
        oracle=tuple(min(number, loaded) for number in inspected),
        ranked=None if scores is None else _hit(shipments, inspected, lambda each: scores.get(each[0], float("-inf"))),
    )


def _hit(
    shipments: Sequence[tuple[str, bool, int]],
    inspected: Sequence[int],
    score: Callable[[tuple[str, bool, int]], float],
) -> tuple[float, ...]:
    """What is hit among the first so many, by score.

    >>> shipments = [("a", True, 2), ("b", False, 1), ("c", True, 1), ("d", False, 0)]
    >>> _hit(shipments, (1, 2, 4), lambda each: each[2])
    (1.0, 1.5, 2.0)
    """
    groups: dict[float, list[bool]] = {}
    for each in shipments:
        groups.setdefault(score(each), []).append(each[1])
    found = []
    for number in inspected:
        left, hit = number, 0.0
        for value in sorted(groups, reverse=True):
            taken = min(left, len(groups[value]))
            hit += taken * sum(groups[value]) / len(groups[value])
            left -= taken
        found.append(round(hit, 2))
    return tuple(found)

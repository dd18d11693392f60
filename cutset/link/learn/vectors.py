"""Comparison vectors: the level of every comparison for pairs of profiles, and how often chance gives each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from random import Random

from cutset.link.match.compare import COMPARISONS, compare
from cutset.link.match.frequencies import Frequencies
from cutset.link.match.profile import Profile
from cutset.model.mention import MentionKind

Pair = tuple[int, int]
Vector = tuple[int, ...]


def vectors(profiles: Sequence[Profile], pairs: Iterable[Pair]) -> Iterator[Vector]:
    """The levels of each pair, in the order of the kind's `COMPARISONS`; -1 where something is missing."""
    frequencies = Frequencies()
    for one, other in pairs:
        yield tuple(int(found.level) for found in compare(profiles[one], profiles[other], frequencies))


def by_chance(
    profiles: Sequence[Profile], kind: MentionKind, pairs: int, seed: int, things: Sequence[object] | None = None
) -> dict[str, tuple[float, ...]]:
    """u: the share of random pairs with each level, of those in which the comparison is not missing.

    Half a pair is added to each level, so that none is impossible. A comparison that was always missing is left out.
    Where it is known of what thing each profile is, pairs of one thing are left out too.
    """
    random = Random(seed)  # noqa: S311 - a sample, not a secret
    size = len(profiles)
    sample = ((random.randrange(size), random.randrange(size)) for _ in range(pairs))
    counts = [[0] * len(comparison.levels) for comparison in COMPARISONS[kind]]
    apart = ((one, other) for one, other in sample if one != other and (things is None or things[one] != things[other]))
    for vector in vectors(profiles, apart):
        for count, level in zip(counts, vector, strict=True):
            if level >= 0:
                count[level] += 1
    return {
        comparison.name: tuple((number + 0.5) / (sum(count) + len(count) / 2) for number in count)
        for comparison, count in zip(COMPARISONS[kind], counts, strict=True)
        if sum(count)
    }

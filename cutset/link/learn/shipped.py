"""How the shipped weights were learned, so that anyone can learn them again.

    learn_shipped(MentionKind.VESSEL)
    learn_shipped(MentionKind.PERSON, others=profiles_of_febrl_1_and_2)
    count_stamps()

By EM over made mentions (`cutset.link.learn.made`), and for persons also over the records of Febrl 1 and 2
(made in Australia, BSD-3). No file by which cutset is measured was seen: neither Febrl 3, nor Splink's, nor their
labels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from math import fsum
from typing import Final

import msgspec

from cutset.link.learn.em import expect_and_maximise, levels_learned
from cutset.link.learn.made import mentions
from cutset.link.learn.vectors import by_chance, vectors
from cutset.link.match.blocking import blocked
from cutset.link.match.compare import COMPARISONS, Comparison
from cutset.link.match.profile import Profile, profile
from cutset.link.match.weights import Level, Weights
from cutset.model.mention import MentionKind

THINGS: Final = 6_000
RANDOM_PAIRS: Final = 600_000
UNMET_M: Final = 0.002
UNMET_U: Final = 1e-4
JUDGED_U: Final[Mapping[str, float]] = {"papers": 1e-6, "serial": 1e-8, "registration": 1e-6, "contact": 1e-5}
"""How often two things bear one verified number by chance or by fraud: too seldom to count, so judged. A telephone is
shared by a household; a hull's number by nobody but forgers."""
PRIOR_OF_STAMPS: Final = 0.01
"""That two stamped lots are of one source. Judged, and far above `PRIOR`: a maker stamps many lots."""
PRIOR: Final = 1e-5
"""That two mentions of a store of some hundred thousand are of one thing; callers that can count replace it."""


def learn_shipped(
    kind: MentionKind, others: Sequence[tuple[str, Profile]] = (), *, things: int = THINGS, seed: int = 20
) -> Weights:
    """The weights of a kind, learned from `things` made things, and `others`, each with its cluster.

    Clusters keep pairs of one thing out of the random pairs by which u is counted; m is learned without them.
    Raises `MissingExtra`.
    """
    made = [(str(thing), profile(mention)) for thing, mention in mentions(kind, things, seed=seed)]
    clusters, profiles = zip(*made, *others, strict=True)
    chance = by_chance(profiles, kind, RANDOM_PAIRS, seed, clusters)
    m = expect_and_maximise(vectors(profiles, blocked(profiles)[0]), kind, chance)
    return Weights(
        version=f"{kind.value}-made-1",
        kinds=(kind, MentionKind.AIRCRAFT) if kind is MentionKind.VEHICLE else (kind,),
        prior=PRIOR,
        learned=_how(kind, len(profiles), bool(others)),
        comparisons={comparison.name: _levels(comparison, m, chance) for comparison in COMPARISONS[kind]},
    )


def count_stamps(*, makers: int = THINGS, pairs: int = RANDOM_PAIRS, seed: int = 20) -> Weights:
    """The weights of stamps: m counted over pairs of made lots of one made maker, u over random `pairs` of two makers'.

    There is one comparison alone, from which EM has nothing to learn; so the truth of the made lots is used. The prior
    is a judgement.
    """
    made = list(mentions(MentionKind.DRUG_LOT, makers, seed=seed))
    profiles = [profile(mention) for _, mention in made]
    of_makers = [maker for maker, _ in made]
    together: dict[int, list[int]] = {}
    for number, maker in enumerate(of_makers):
        together.setdefault(maker, []).append(number)
    of_one = (pair for lots in together.values() for pair in combinations(lots, 2))
    levels = Counter(level for (level,) in vectors(profiles, of_one) if level >= 0)
    chance = by_chance(profiles, MentionKind.DRUG_LOT, pairs, seed, of_makers)["stamp"]
    order = range(len(chance))
    counted = [Level((levels[level] + 0.5) / (levels.total() + len(chance) / 2), chance[level]) for level in order]
    return Weights(
        version="stamp-made-1",
        kinds=(MentionKind.PARCEL, MentionKind.DRUG_LOT),
        prior=PRIOR_OF_STAMPS,
        learned=(
            f"Counted, and not learned: over {levels.total()} pairs of {len(profiles)} made lots of one made maker "
            f"(cutset.link.learn.made.mentions), and {pairs} random pairs of two makers'. That two lots are of "
            "one source beforehand is a judgement, and so are the rates of mistakes and the shares of stamps "
            "(tables/stamp.tsv). It is a likeness of origin, and says of no two lots that they are one."
        ),
        comparisons={"stamp": rounded(counted)},
    )


def _levels(
    comparison: Comparison, m: Mapping[str, Sequence[float]], u: Mapping[str, Sequence[float]]
) -> tuple[Level, ...]:
    """The levels of a comparison; one that was never met is judged to say little, some four bits."""
    unmet = Level(UNMET_M, UNMET_U)
    if comparison.name not in m:
        # No made mention has it: say nothing, whatever the level.
        return tuple(Level(1 / len(comparison.levels), 1 / len(comparison.levels)) for _ in comparison.levels)
    chance = [
        each if one else max(each, UNMET_U) for each, one in zip(u[comparison.name], m[comparison.name], strict=True)
    ]
    if comparison.name in JUDGED_U:
        chance[-1] = JUDGED_U[comparison.name]
    total = fsum(chance)
    return rounded(levels_learned([unmet] * len(chance), m[comparison.name], [each / total for each in chance]))


def rounded(levels: Sequence[Level]) -> tuple[Level, ...]:
    """Levels to four significant digits: more would say that more is known."""
    return tuple(
        msgspec.structs.replace(level, m=float(f"{level.m:.4g}"), u=float(f"{level.u:.4g}")) for level in levels
    )


def _how(kind: MentionKind, profiles: int, with_febrl: bool) -> str:
    febrl = " and Febrl 1 and 2 (made, BSD-3)" if with_febrl else ""
    return (
        f"EM by Splink on DuckDB, without labels, over {profiles} profiles: made {kind.value} mentions "
        f"(cutset.link.learn.made){febrl}; u counted over {RANDOM_PAIRS} random pairs, or judged for numbers issued "
        "once. The rates of mistakes in made mentions are a judgement, and no count. Learn "
        "on your own mentions where you can."
    )

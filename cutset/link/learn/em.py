"""Weights learned without labels: expectation and maximisation by Splink, on DuckDB or on Spark.

For pairs of profiles with comparison vectors g, a share lambda of which are of one thing, EM alternates

    p_i = lambda prod_c m_c[g_ic] / (lambda prod_c m_c[g_ic] + (1 - lambda) prod_c u_c[g_ic])
    m_c[l] = sum of p_i over pairs with g_ic = l / sum of p_i over pairs where c is not missing

until it stands still; u is counted over random pairs and stays. Pairs are taken where one comparison (or both names)
fully agrees, and EM learns the others from them: given that two are one, comparisons are taken as independent, so that
what holds among pairs that agree on the date of birth holds for all. A level learned from several such blocks is
averaged, as Splink does. Where pairs agree on a number that is issued once (`_SURE`), levels are counted.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import fsum, log2
from typing import Any, Final

import msgspec

from cutset.errors import CutsetError
from cutset.link.learn.vectors import Vector, by_chance, vectors
from cutset.link.match.blocking import blocked
from cutset.link.match.compare import COMPARISONS, Comparison
from cutset.link.match.extras import needed
from cutset.link.match.profile import Profile
from cutset.link.match.score import log_odds, probability
from cutset.link.match.weights import Level, Weights, shipped
from cutset.model.mention import MentionKind

SAMPLE: Final = 300_000
"""Random pairs by which u is counted."""

LEAST_PAIRS: Final = 30
"""A block with fewer pairs teaches nothing."""

MOST_PAIRS: Final = 200_000
"""Pairs of one block that are used: the first ones."""

LEAST: Final = 1e-5
"""No level of m is put below this: what was not met in a sample is not impossible."""

LEAST_DISAGREEMENT: Final = 0.01
"""No m of a worst level is put below this: EM takes pairs of one thing that differ in all it looks at for two things,
and a source that is right in 99 of 100 entries is a good one."""

_COLUMN: Final = "level_"  # Some comparisons bear names that SQL keeps for itself.

# What each block agrees on: its pairs must all be candidates, so a blocking key must hold it.
_BLOCKS: Final[Mapping[MentionKind, tuple[tuple[str, ...], ...]]] = {
    MentionKind.PERSON: (("given", "family"), ("born",), ("papers",), ("contact",), ("street",)),
    MentionKind.ORGANIZATION: (("name",), ("papers",), ("contact",), ("street",)),
    MentionKind.VESSEL: (("name",), ("serial",), ("registration",)),
    MentionKind.VEHICLE: (("serial",), ("registration",)),
}


_SURE: Final = (("serial",), ("papers",))
"""Blocks whose pairs are all taken to be of one thing, for the number was issued once: there is nothing to expect, only
to count. EM would take a vessel that was renamed and reflagged at once for two."""


class NothingToLearn(CutsetError):
    """There are too few profiles, or none that agree on anything."""


def learn(
    profiles: Sequence[Profile],
    *,
    base: Weights | None = None,
    backend: Any = None,
    version: str = "",
    sample: int = SAMPLE,
    seed: int = 1,
) -> Weights:
    """Weights for profiles of one kind, without labels; what they have nothing of keeps the levels of `base`.

    `base` is the shipped weights unless given. `backend` is a Splink database API: DuckDB's in memory unless given, or
    Spark's (`spark_backend`); `sample` is how many random pairs u is counted
    by. Raises `MissingExtra` or `NothingToLearn`.
    """
    kinds = {profile.kind for profile in profiles}
    if len(profiles) < 2 or len(kinds) != 1:
        raise NothingToLearn(
            "weights are learned from two or more profiles of one kind", remedy="give one kind of mention at a time"
        )
    kind = kinds.pop()
    base = base or shipped(kind)
    chance = by_chance(profiles, kind, sample, seed)
    met = Counter(vectors(profiles, blocked(profiles)[0]))
    learned = expect_and_maximise(met.elements(), kind, chance, backend=backend)
    chance = without_matches(met, learned, chance, base, len(profiles) * (len(profiles) - 1) // 2)
    if not learned:
        raise NothingToLearn("too few pairs agree on anything", remedy="give more mentions, or use the shipped weights")
    return msgspec.structs.replace(
        base,
        version=version or f"{base.version}+learned",
        learned=f"EM by Splink over {len(profiles)} profiles without labels; on the rest, {base.version}",
        comparisons={
            name: levels_learned(levels, learned[name], chance[name]) if name in learned else levels
            for name, levels in base.comparisons.items()
        },
    )


def spark_backend(session: Any) -> Any:
    """Splink's interface to a Spark session, as `backend`. Raises `MissingExtra`.

    Splink's own functions for Spark, in a JAR, are not needed, and persisting needs no folder for checkpoints.
    """
    needed("pyspark.sql")
    splink = needed("splink")
    return splink.SparkAPI(spark_session=session, break_lineage_method="persist", register_udfs_automatically=False)


def expect_and_maximise(
    met: Iterable[Vector], kind: MentionKind, chance: Mapping[str, Sequence[float]], *, backend: Any = None
) -> dict[str, tuple[float, ...]]:
    """m: of each comparison that some block could teach, the share of pairs of one thing with each level."""
    comparisons = [comparison for comparison in COMPARISONS[kind] if comparison.name in chance]
    places = [place for place, comparison in enumerate(COMPARISONS[kind]) if comparison.name in chance]
    best = {comparison.name: len(comparison.levels) - 1 for comparison in comparisons}
    blocks = [block for block in _BLOCKS.get(kind, ()) if all(name in best for name in block)]
    rows: list[Vector] = []
    sizes = [0] * len(blocks)
    column = {comparison.name: number for number, comparison in enumerate(comparisons)}
    for vector in met:
        row = tuple(vector[place] for place in places)
        inside = [all(row[column[name]] == best[name] for name in block) for block in blocks]
        if any(each and size < MOST_PAIRS for each, size in zip(inside, sizes, strict=True)):
            rows.append(row)
            sizes = [size + each for size, each in zip(sizes, inside, strict=True)]
    taught = [block for block, size in zip(blocks, sizes, strict=True) if size >= LEAST_PAIRS]
    if not taught:
        return {}
    met_levels = {name: {row[column[name]] for row in rows} for name in column}
    learned = [
        _counted([row for row in rows if row[column[name]] == best[name]], comparisons, name)
        for (name,) in (block for block in taught if block in _SURE)
    ]
    unsure = [block for block in taught if block not in _SURE]
    if unsure:
        linker = _linker(backend or needed("splink").DuckDBAPI(), rows, comparisons, chance)
        for block in unsure:
            agreeing = " and ".join(f"l.{_COLUMN}{name} = {best[name]}" for name in block)
            linker.training.estimate_parameters_using_expectation_maximisation(
                f"l.pair = r.pair and {agreeing}", fix_u_probabilities=True
            )
        learned.append(_m(linker, unsure, met_levels))
    return _averaged(learned)


def _counted(rows: Sequence[Vector], comparisons: Sequence[Comparison], agreed: str) -> dict[str, tuple[float, ...]]:
    """Each level's share m of the pairs not missing, all taken to be of one thing, for they agree on `agreed`."""
    found: dict[str, tuple[float, ...]] = {}
    for number, comparison in enumerate(comparisons):
        levels = Counter(row[number] for row in rows if row[number] >= 0)
        if levels and comparison.name != agreed:
            found[comparison.name] = tuple(levels[level] / levels.total() for level in range(len(comparison.levels)))
    return found


def _averaged(learned: Sequence[Mapping[str, Sequence[float]]]) -> dict[str, tuple[float, ...]]:
    """The mean of what was learned of each comparison in several ways."""
    found: dict[str, tuple[float, ...]] = {}
    for name in {name for each in learned for name in each}:
        said = [each[name] for each in learned if name in each]
        found[name] = tuple(fsum(levels) / len(said) for levels in zip(*said, strict=True))
    return found


def _linker(
    api: Any, rows: Sequence[Vector], comparisons: Sequence[Comparison], chance: Mapping[str, Sequence[float]]
) -> Any:
    """A Splink model over vectors that are known already: two tables, joined row by row."""
    splink, library = needed("splink"), needed("splink.comparison_library")
    logging.getLogger("splink").setLevel(logging.ERROR)
    table: dict[str, list[int | None]] = {"unique_id": list(range(len(rows))), "pair": list(range(len(rows)))}
    for number, comparison in enumerate(comparisons):
        table[_COLUMN + comparison.name] = [row[number] if row[number] >= 0 else None for row in rows]
    settings = splink.SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=0.1,
        blocking_rules_to_generate_predictions=["l.pair = r.pair"],
        comparisons=[
            library.CustomComparison(
                output_column_name=_COLUMN + comparison.name,
                comparison_levels=_splink_levels(comparison, chance[comparison.name]),
            )
            for comparison in comparisons
        ],
    )
    return splink.Linker([api.register(table), api.register(table)], settings, log_level=None)


def _splink_levels(comparison: Comparison, chance: Sequence[float]) -> list[dict[str, Any]]:
    """The levels as Splink takes them: best first, with a start that favours agreement."""
    column = f"{_COLUMN}{comparison.name}_l"
    number = len(comparison.levels)
    # A start in which each better level is twice as likely: EM needs to be told which side is which.
    start = [2.0**level for level in range(number)]
    levels: list[dict[str, Any]] = [
        {"sql_condition": f"{column} is null", "label_for_charts": "MISSING", "is_null_level": True}
    ]
    levels.extend(
        {
            "sql_condition": f"{column} = {int(level)}" if level else "ELSE",
            "label_for_charts": level.name,
            "m_probability": start[level] / fsum(start),
            "u_probability": chance[level],
        }
        for level in reversed(comparison.levels)
    )
    return levels


def _m(linker: Any, taught: Sequence[tuple[str, ...]], met: Mapping[str, set[int]]) -> dict[str, tuple[float, ...]]:
    """What the model learned, worst level first; a level that was never met has 0."""
    learned: dict[str, tuple[float, ...]] = {}
    for comparison in linker.misc.save_model_to_json()["comparisons"]:
        name = comparison["output_column_name"].removeprefix(_COLUMN)
        # The one block there was agreed on this very comparison: it could not teach it.
        if all(name in block for block in taught):
            continue
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        # Splink leaves a level that it never met at its start, which nobody measured.
        learned[name] = tuple(
            float(level["m_probability"]) if number in met[name] else 0.0
            for number, level in enumerate(reversed(levels))
        )
    return learned


def levels_learned(base: Sequence[Level], m: Sequence[float], u: Sequence[float]) -> tuple[Level, ...]:
    """The levels learned; one that was never met keeps what `base` says of it, and the others share the rest."""
    kept = fsum(level.m for level, share in zip(base, m, strict=True) if not share)
    rest = fsum(m) / max(1 - kept, LEAST)
    raised = [max(share / rest, LEAST) if share else level.m for level, share in zip(base, m, strict=True)]
    raised[0] = max(raised[0], LEAST_DISAGREEMENT)
    return tuple(Level(share / fsum(raised), chance) for share, chance in zip(raised, u, strict=True))


def without_matches(
    met: Mapping[Vector, int],
    m: Mapping[str, Sequence[float]],
    u: Mapping[str, Sequence[float]],
    base: Weights,
    possible: int,
) -> dict[str, tuple[float, ...]]:
    """u, with the random pairs that happened to be of one thing taken off: u' = (u - lambda m) / (1 - lambda).

    lambda is estimated over the candidates' vectors, counted in `met`, of `possible` pairs in all. It matters where
    many
    mentions are of few things: there, most random pairs that share a number are of one thing. No u falls below that of
    `base` by it, for few pairs measure such small shares badly.
    """
    order = [comparison.name for comparison in COMPARISONS[base.kinds[0]]]
    bare = [
        (
            fsum(
                log2(max(m[name][level], LEAST) / u[name][level])
                for name, level in zip(order, each, strict=True)
                if level >= 0 and name in m
            ),
            times,
        )
        for each, times in met.items()
    ]
    share = 0.5 / max(possible, 1)
    for _ in range(100):
        found = fsum(times * probability(weight + log_odds(share)) for weight, times in bare) / max(possible, 1)
        share = min(max(found, 1e-12), 0.5)
    corrected = {name: tuple(levels) for name, levels in u.items()}
    for name in m:
        floors = [min(chance, level.u) for chance, level in zip(u[name], base.comparisons[name], strict=True)]
        left = [max(chance - share * one, floor) for chance, one, floor in zip(u[name], m[name], floors, strict=True)]
        corrected[name] = tuple(each / fsum(left) for each in left)
    return corrected

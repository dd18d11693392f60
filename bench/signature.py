"""Drug signatures: how often a statement misleads, and what its ratios cost, on made samples.

    make bench-signature          # or: python -m bench.signature --sources 200

Made sources, batches and samples vary as the shipped table says, or half or twice as much. Pairs are of one batch, of
one source, and of two. Cllr (Brümmer and du Preez, 2006) is the cost of the ratios in bits: 0 is perfect, 1 is what
saying nothing costs. Beside it: the correlation of the two profiles, scaled by the table, with the threshold that would
err least on half of the very pairs; profiling units have long used such scores.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from math import log2, sqrt
from random import Random
from typing import NamedTuple

from bench.report import Report as Results
from cutset.link.signature.compare import Comparison, Statement, compare
from cutset.link.signature.features import Known, shipped
from cutset.model.report import Lab
from cutset.model.signature import DrugSignature, Feature

FEATURES = (
    "cis-cinnamoylcocaine",
    "trans-cinnamoylcocaine",
    "truxillines",
    "trimethoxycocaine",
    "tropacocaine",
    "delta-13c",
    "delta-15n",
)
PER_MIL = 5
"""The uncertainty of an isotope ratio in per mil, for each unit of relative uncertainty of an impurity ratio."""


class Sample(NamedTuple):
    """A made sample: where it is from, its profile, and its values on the table's scales."""

    source: int
    batch: int
    lab: Lab
    scaled: tuple[float, ...]


def draw(random: Random, centre: dict[str, float], level: str, wider: float) -> dict[str, float]:
    """Each feature moved from its centre by one level of the hierarchy, correlated in its group as the table says."""
    table = shipped()
    shared = {name: random.gauss(0, 1) for name in table.groups}
    moved = {}
    for name, at in centre.items():
        known = table.features[name]
        correlation = table.groups[known.group].correlation
        move = sqrt(correlation) * shared[known.group] + sqrt(1 - correlation) * random.gauss(0, 1)
        moved[name] = at + move * getattr(known, level) * wider
    return moved


def measured(random: Random, known: Known, at: float, relative: float) -> tuple[float, float]:
    """A value as the laboratory reports it, with its standard uncertainty."""
    if known.scale == "log":
        value = 10**at
        found = max(value * (1 + random.gauss(0, relative)), value / 100)
        return found, found * relative
    return at + random.gauss(0, relative * PER_MIL), relative * PER_MIL


def samples(sources: int, wider: float, relative: float, random: Random) -> Iterator[Sample]:
    """Two samples of each of two batches of each source."""
    known = shipped().features
    mean = {name: known[name].mean for name in FEATURES}
    for source in range(sources):
        of_source = draw(random, mean, "between", 1.0)
        for batch in range(2):
            of_batch = draw(random, of_source, "batch", wider)
            for _ in range(2):
                of_sample = draw(random, of_batch, "piece", wider)
                found = {name: measured(random, known[name], at, relative) for name, at in of_sample.items()}
                features = tuple(Feature(name=name, value=v, uncertainty=u) for name, (v, u) in found.items())
                lab = Lab(number="1", signature=DrugSignature(features=features, method="made"))
                yield Sample(source, batch, lab, tuple(known[name].scaled(found[name][0]) for name in FEATURES))


def cllr(same: list[float], different: list[float]) -> float:
    """The cost of log10 likelihood ratios, in bits."""
    of_same = sum(log2(1 + 10**-each) for each in same) / len(same)
    of_different = sum(log2(1 + 10**each) for each in different) / len(different)
    return (of_same + of_different) / 2


def correlation(left: Sample, right: Sample) -> float:
    """Pearson's correlation of two profiles, each feature scaled by the table."""
    known = [shipped().features[name] for name in FEATURES]
    one, other = (
        [(value - each.mean) / each.between for value, each in zip(sample.scaled, known, strict=True)]
        for sample in (left, right)
    )
    means = sum(one) / len(one), sum(other) / len(other)
    top = sum((a - means[0]) * (b - means[1]) for a, b in zip(one, other, strict=True))
    spread = sqrt(sum((a - means[0]) ** 2 for a in one) * sum((b - means[1]) ** 2 for b in other))
    return top / spread if spread else 0.0


def share(of: list[Comparison], *statements: Statement) -> float:
    """The share of comparisons with one of these statements."""
    return round(sum(each.statement in statements for each in of) / len(of), 4)


def by_correlation(same: list[float], different: list[float]) -> tuple[float, float]:
    """Misses and false claims at the threshold that errs least on every other pair, counted on the rest."""
    fitted = [(value, True) for value in same[::2]] + [(value, False) for value in different[::2]]
    cuts = sorted({value for value, _ in fitted})

    def errors(cut: float) -> float:
        missed = sum(value < cut for value, one in fitted if one) / len(same[::2])
        return missed + sum(value >= cut for value, one in fitted if not one) / len(different[::2])

    best = min(cuts, key=errors)
    missed = sum(value < best for value in same[1::2]) / len(same[1::2])
    return missed, sum(value >= best for value in different[1::2]) / len(different[1::2])


def measure(results: Results, sources: int, wider: float, relative: float, name: str) -> None:
    """One row for the ratios, and one for the correlation."""
    random = Random(7)
    every = list(samples(sources, wider, relative, random))
    of_batch = [(every[at], every[at + 1]) for at in range(0, len(every), 2)]
    of_source = [(every[at], every[at + 2]) for at in range(0, len(every), 4)]
    strangers = [(every[at], every[(at + 4 * random.randrange(1, sources)) % len(every)]) for at in range(len(every))]
    began = time.process_time()
    batch, source, apart = (
        [compare(left.lab, right.lab) for left, right in pairs] for pairs in (of_batch, of_source, strangers)
    )
    took = (time.process_time() - began) / (len(batch) + len(source) + len(apart))
    results.row(
        samples_vary=name,
        uncertainty=f"{relative:.0%}",
        who="cutset",
        pairs=len(batch) + len(source) + len(apart),
        cllr_batch=round(cllr([each.batch for each in batch], [each.batch for each in apart]), 4),
        cllr_source=round(cllr([each.source for each in source], [each.source for each in apart]), 4),
        one_batch_stated=share(batch, Statement.SAME_BATCH),
        one_source_stated=share(source, Statement.SAME_SOURCE, Statement.SAME_BATCH),
        wrongly_batch=share(source, Statement.SAME_BATCH),
        wrongly_one=share(apart, Statement.SAME_SOURCE, Statement.SAME_BATCH),
        wrongly_different=share([*batch, *source], Statement.DIFFERENT),
        no_statement=share([*batch, *source, *apart], Statement.NONE),
        cpu_us_a_pair=round(took * 1e6),
    )
    missed, claimed = by_correlation(
        [correlation(*pair) for pair in [*of_batch, *of_source]], [correlation(*pair) for pair in strangers]
    )
    results.row(
        samples_vary=name,
        uncertainty=f"{relative:.0%}",
        who="correlation, its best threshold",
        one_source_stated=round(1 - missed, 4),
        wrongly_one=round(claimed, 4),
    )


def main() -> None:
    """Run, print, store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=500)
    asked = parser.parse_args()
    results = Results("signature", "Drug signatures: statements that mislead, on made samples")
    for relative in (0.03, 0.01, 0.10, 0.20):
        measure(results, asked.sources, 1.0, relative, "as the table says")
    for wider, name in ((0.5, "half as much"), (2.0, "twice as much")):
        measure(results, asked.sources, wider, 0.03, name)
    results.close(
        "Made samples of the cocaine features with both isotopes; `samples_vary` is how batches and pieces vary "
        "against the table, `uncertainty` the standard uncertainty of a ratio (five times that, in per mil, of an "
        "isotope ratio). `one_source_stated` of pairs of one source in two batches counts both statements. "
        "`wrongly_batch` is of the same pairs, `wrongly_one` of pairs of two sources. The correlation has its "
        "threshold from half of the pairs, with their truth known, which no laboratory has; it always states."
    )


if __name__ == "__main__":
    main()

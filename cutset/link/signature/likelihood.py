"""How likely two profiles are, if they come of one batch, of one source, or of two: a normal model of three levels.

A feature of a sample is, on its scale,

    x = source + batch + piece + error

each normal, with the variances of the table and the laboratory's own uncertainty for the error. Features of one group
are correlated alike at every level; the errors are independent. So two profiles together are multivariate normal, with
the covariance between them that the shared levels give: source and batch, source, or nothing. The likelihood ratio is
that of the two profiles, for one hypothesis against two sources.

Lindley (1977), A problem in forensic science, Biometrika 64; Aitken and Lucy (2004), Evaluation of trace evidence in
the form of multivariate data, Applied Statistics 53; the third level as in Bolck, Ni and Lopatka (2015), Evaluating
score- and feature-based likelihood ratio models for multivariate continuous data, Law, Probability and Risk 14.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log, log10, pi, sqrt
from typing import NamedTuple

from cutset.link.signature.features import Known

_LOG_10 = log(10)


class Pair(NamedTuple):
    """A feature that both profiles have: what is known of it, both values on its scale, both measurement variances."""

    known: Known
    left: float
    right: float
    left_variance: float
    right_variance: float


class Ratio(NamedTuple):
    """log10 likelihood ratios against two sources: of one batch, and of one source in two batches."""

    batch: float
    source: float


def ratios(pairs: Sequence[Pair], correlation: float) -> list[Ratio]:
    """For each feature of one group, what it adds to the log10 likelihood ratios, given the features before it.

    >>> known = Known(group="isotopes", scale="plain", mean=0.0, between=2.0, batch=0.5, piece=0.1)
    >>> (near,) = ratios([Pair(known, 3.0, 3.0, 0.01, 0.01)], 0.0)
    >>> (far,) = ratios([Pair(known, 3.0, -3.0, 0.01, 0.01)], 0.0)
    >>> near.batch > near.source > 0 > far.source > far.batch
    True
    """
    # Sums are rounded in their order: it must not matter which profile is called the left one.
    if [(each.right, each.right_variance) for each in pairs] < [(each.left, each.left_variance) for each in pairs]:
        pairs = [Pair(each.known, each.right, each.left, each.right_variance, each.left_variance) for each in pairs]
    apart, source, batch = (_densities(pairs, correlation, levels) for levels in (0, 1, 2))
    return [
        Ratio(batch=(of_batch - of_none) / _LOG_10, source=(of_source - of_none) / _LOG_10)
        for of_none, of_source, of_batch in zip(apart, source, batch, strict=True)
    ]


def agreement(sharing: float, share: float, *, both: bool) -> float:
    """log10 likelihood ratio of something that is there or not, when the profiles agree in it, or only one has it.

    With probability `sharing` the one has it because the other has; else each has it as `share` of all samples do.

    >>> round(agreement(0.9, 0.1, both=True), 2), round(agreement(0.9, 0.1, both=False), 2)
    (0.96, -1.0)
    """
    return log10((sharing + (1 - sharing) * share) / share if both else 1 - sharing)


def _densities(pairs: Sequence[Pair], correlation: float, levels: int) -> list[float]:
    """For each feature, the log density of both its values given those of the features before it.

    The values stand as left, right, left, right ...; `levels` of the hierarchy (source, batch) are shared. The factor
    of Cholesky is built row by row, so that each row gives the density of its value given all before.
    """
    deviations = [(each.known.between, each.known.batch, each.known.piece) for each in pairs]
    rows: list[list[float]] = []
    scores: list[float] = []
    densities: list[float] = []
    for at, pair in enumerate(pairs):
        density = 0.0
        for side, (value, error) in enumerate(((pair.left, pair.left_variance), (pair.right, pair.right_variance))):
            row: list[float] = []
            for column in range(len(rows)):
                other, other_side = divmod(column, 2)
                common = 3 if side == other_side else levels
                together = sum(a * b for a, b in zip(deviations[at][:common], deviations[other][:common], strict=True))
                together *= 1.0 if at == other else correlation
                known = sum(a * b for a, b in zip(row, rows[column], strict=False))
                row.append((together - known) / rows[column][column])
            variance = sum(a * a for a in deviations[at]) + error - sum(a * a for a in row)
            spread = sqrt(variance)
            score = (value - pair.known.mean - sum(a * b for a, b in zip(row, scores, strict=True))) / spread
            rows.append([*row, spread])
            scores.append(score)
            density -= 0.5 * (score * score + log(2 * pi)) + log(spread)
        densities.append(density)
    return densities

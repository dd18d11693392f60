"""How sure a number is: 95 % intervals of shares, medians, counts and ratios, and the tests that compare two shares.

Every function answers None where there is too little to tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, comb, erfc, exp, floor, log, sqrt

Interval = tuple[float, float]

_Z = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""


def of_share(part: float, whole: float) -> Interval | None:
    """Wilson's score interval of `part` of `whole` (counts).

    (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n). Source: E. B. Wilson, JASA 22 (1927) 209-212.

    >>> [round(end, 4) for end in of_share(8, 10) or ()]
    [0.4902, 0.9433]
    """
    if whole <= 0 or not 0 <= part <= whole:
        return None
    share, spread = part / whole, _Z * _Z / whole
    middle = share + spread / 2
    reach = _Z * sqrt(share * (1 - share) / whole + spread / (4 * whole))
    low, high = (middle - reach) / (1 + spread), (middle + reach) / (1 + spread)
    return (0.0 if part == 0 else low, 1.0 if part == whole else high)


def percentile(ordered: Sequence[float], share: float) -> float:
    """The percentile of sorted values, between the two nearest ranks.

    >>> percentile([1.0, 2.0, 4.0], 0.5)
    2.0
    """
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def of_median(ordered: Sequence[float]) -> Interval | None:
    """The interval of the median between two order statistics, which assumes no distribution; None under 6 values.

    The ranks are exact for 1,000 values or fewer and by the normal approximation beyond.

    >>> of_median([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    (1.0, 6.0)
    """
    number = len(ordered)
    if number < 6:
        return None
    if number > 1000:
        rank = floor(number / 2 - _Z * sqrt(number) / 2)
    else:
        rank, below = 0, 0
        while (below + comb(number, rank)) * 40 <= 1 << number:
            below += comb(number, rank)
            rank += 1
    rank = max(rank, 1)
    return ordered[rank - 1], ordered[number - rank]


def of_mean(mean: float, spread: float, number: int) -> Interval | None:
    """Student's interval of a mean of `number` values with standard deviation `spread`; None under 2 values.

    m ± t s / √n. Source: Student, "The probable error of a mean", Biometrika 6 (1908).

    >>> [round(end, 3) for end in of_mean(10.0, 2.0, 9) or ()]
    [8.463, 11.537]
    """
    if number < 2:
        return None
    reach = student(number - 1) * spread / sqrt(number)
    return mean - reach, mean + reach


def student(freedom: int) -> float:
    """The 97.5th percentile of Student's t: by table to 4 degrees of freedom, then by Fisher's expansion.

    Within 0.001 of the tables. Source: M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, 26.7.5.

    >>> [round(student(n), 3) for n in (1, 5, 30, 10_000)]
    [12.706, 2.57, 2.042, 1.96]
    """
    if freedom <= 4:
        return (12.7062, 4.3027, 3.1824, 2.7764)[freedom - 1]
    z = _Z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / float(freedom) ** (n + 1) for n, term in enumerate(terms))


def of_risk_ratio(part: float, whole: float, other_part: float, other_whole: float) -> Interval | None:
    """Katz's log interval of (part/whole) / (other_part/other_whole), all counts.

    exp(ln r ± z √(1/a - 1/n + 1/b - 1/m)). Source: D. Katz et al., Biometrics 34 (1978) 469-474.

    >>> [round(end, 2) for end in of_risk_ratio(30, 100, 10, 100) or ()]
    [1.55, 5.8]
    """
    if min(part, whole, other_part, other_whole) <= 0:
        return None
    spread = sqrt(max(1 / part - 1 / whole + 1 / other_part - 1 / other_whole, 0.0))
    middle = log(part / whole) - log(other_part / other_whole)
    return exp(middle - _Z * spread), exp(middle + _Z * spread)


def of_rate_change(after: int, before: int, control_after: int, control_before: int, ratio: float) -> Interval | None:
    """The log interval of a ratio of ratios of Poisson counts: exp(ln r ± z √(1/a + 1/b + 1/c + 1/d)).

    >>> of_rate_change(0, 5, 5, 5, 0.0) is None
    True
    """
    counts = (after, before, control_after, control_before)
    if min(counts) <= 0 or ratio <= 0:
        return None
    spread = sqrt(sum(1 / count for count in counts))
    return exp(log(ratio) - _Z * spread), exp(log(ratio) + _Z * spread)


def difference_p(part: float, whole: float, other_part: float, other_whole: float) -> float | None:
    """Two-sided p of no difference between two shares: Fisher's exact test, or the z test above 2,000 in all.

    >>> round(difference_p(8, 10, 1, 10) or 0, 4)
    0.0055
    """
    a, n, b, m = (int(each) for each in (part, whole, other_part, other_whole))
    if n <= 0 or m <= 0:
        return None
    if n + m > 2000:
        pooled = (a + b) / (n + m)
        spread = sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
        return 1.0 if spread == 0 else erfc(abs(a / n - b / m) / spread / sqrt(2))
    total = comb(n + m, a + b)
    ways = {x: comb(n, x) * comb(m, a + b - x) for x in range(max(0, a + b - m), min(n, a + b) + 1)}
    return sum(each for each in ways.values() if each <= ways[a]) / total


def rank_correlation(pairs: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """Spearman's rank correlation of pairs, and its two-sided p by Fisher's transformation; None under 5 pairs.

    Ties share their mean rank. Source: C. Spearman, Am. J. Psychol. 15 (1904) 72-101.

    >>> rank_correlation([(1, 2), (2, 4), (3, 6)]) is None
    True
    """
    number = len(pairs)
    if number < 5:
        return None
    left, right = (_ranks([pair[side] for pair in pairs]) for side in (0, 1))
    middle = (number + 1) / 2
    covered = sum((x - middle) * (y - middle) for x, y in zip(left, right, strict=True))
    spread = sqrt(sum((x - middle) ** 2 for x in left) * sum((y - middle) ** 2 for y in right))
    if spread == 0:
        return None
    rho = max(-1.0, min(1.0, covered / spread))
    if abs(rho) == 1.0:
        return rho, 0.0
    return rho, erfc(abs(log((1 + rho) / (1 - rho)) / 2) * sqrt(number - 3) / sqrt(2))


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for place in order[start : end + 1]:
            ranks[place] = (start + end) / 2 + 1
        start = end + 1
    return ranks


def needed(share: float, margin: float) -> int:
    """How many random examinations tell a share to within `margin`, both from 0 to 1: n = z² p(1-p) / margin².

    >>> needed(0.01, 0.005)
    1522
    """
    return ceil(_Z * _Z * share * (1 - share) / (margin * margin))


def stratified_ratio(strata: Sequence[tuple[int, int, int, int]]) -> tuple[float, Interval] | None:
    """The Mantel-Haenszel ratio of two shares over strata (part, whole, other part, other whole), with its interval.

    r = Σ aᵢmᵢ/Nᵢ ÷ Σ bᵢnᵢ/Nᵢ. Source: S. Greenland, J. M. Robins, Biometrics 41 (1985) 55-68.

    >>> ratio, (low, high) = stratified_ratio([(8, 10, 4, 10), (6, 10, 3, 10)])
    >>> round(ratio, 2), round(low, 2), round(high, 2)
    (2.0, 1.04, 3.86)
    """
    told = [(a, n, b, m) for a, n, b, m in strata if n and m]
    upper = sum(a * m / (n + m) for a, n, b, m in told)
    lower = sum(b * n / (n + m) for a, n, b, m in told)
    if not upper or not lower:
        return None
    spread = sum((n * m * (a + b) - a * b * (n + m)) / (n + m) ** 2 for a, n, b, m in told) / (upper * lower)
    middle, reach = log(upper / lower), _Z * sqrt(max(spread, 0.0))
    return upper / lower, (exp(middle - reach), exp(middle + reach))

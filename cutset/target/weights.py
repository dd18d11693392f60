"""Weights: what each rule weighs, as outcomes have moved it. Bayesian logistic regression, in plain Python.

    p = 1 / (1 + exp(-x·w)),   w ~ Normal(m, diag(s²)),   ŵ = argmax log p(y | w) + log p(w)   (Newton's method)

The covariance of ŵ is the inverse of the curvature there (Laplace's approximation). Source: Bishop, Pattern Recognition
and Machine Learning (2006), 4.4-4.5.

Examinations that were not drawn by lot have weights of their own, w + d with d ~ Normal(0, OWN²): who chose them knew
more than the rules do. What they found must not raise what is expected of a shipment that nobody chose; and where some
were chosen for their signs and others for a tip, a sign tells less among them than among all, which must not lower its
weight (Berkson, "Limitations of the application of fourfold table analysis to hospital data", Biometrics Bulletin 2,
1946).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import exp, log, sqrt

from cutset.model.report import Struct
from cutset.target.reading import Reading
from cutset.target.rules import Rule, rules
from cutset.target.signs import Fired

BASE = "any shipment"
CHOSEN = "chosen, not drawn"
EXPECTED = 0.01
"""The share of shipments that carry something, before anything was examined: an assumption, soon moved by outcomes."""
OWN = 1.0
"""How far a rule's weight among chosen examinations may be off (one standard deviation): assumed."""
_PRIOR = {
    BASE: Rule(words="any shipment", source="assumed", log_odds=log(EXPECTED / (1 - EXPECTED)), sure=1.5),
    CHOSEN: Rule(words="chosen by a person", source="assumed", log_odds=1.0, sure=2.0),
}
_FIRST = len(_PRIOR)
"""The place of the first rule among the weights."""

Vector = list[float]


class Weights(Struct, frozen=True):
    """The weight of each rule in log-odds, and the covariance of these weights, in the order of `names`."""

    names: tuple[str, ...]
    weights: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    examined: int

    def odds(self, signs: Mapping[str, float]) -> tuple[float, float]:
        """The log-odds of a shipment with these signs, and their standard deviation."""
        at = [(0, 1.0), *((place, signs[name]) for place, name in enumerate(self.names) if name in signs)]
        mean = sum(self.weights[place] * value for place, value in at)
        spread = sum(one * other * self.covariance[i][j] for i, one in at for j, other in at)
        return mean, sqrt(max(spread, 0.0))


def probability(odds: float) -> float:
    """The probability of these log-odds.

    >>> probability(0.0)
    0.5
    """
    return 1 / (1 + exp(-odds)) if odds > -700 else 0.0


def learn(reading: Reading, fired: Fired) -> Weights:
    """The weights, from the examinations that the viewer may see."""
    prior = _PRIOR | rules().rules
    names = tuple(prior)
    history = reading.history
    counted: Counter[tuple[tuple[float, ...], bool]] = Counter()
    for seq in history.findings:
        place = reading.place(seq)
        signs = fired[place] if place is not None else {}
        chosen = 0.0 if history.by_lot(seq) else 1.0
        given = {BASE: 1.0, **signs, CHOSEN: chosen}
        plain = tuple(round(given.get(name, 0.0), 3) for name in names)
        counted[(*plain, *(chosen * each for each in plain[_FIRST:])), bool(history.label(seq))] += 1
    examples = sorted((vector, label, number) for (vector, label), number in counted.items())
    own = len(names) - _FIRST
    means = [*(prior[name].log_odds for name in names), *[0.0] * own]
    precisions = [*(1 / prior[name].sure ** 2 for name in names), *[1 / OWN**2] * own]
    found, covariance = _fit(examples, means, precisions)
    # What is learned of chosen examinations alone is left behind with them: the weights are those of any shipment.
    return Weights(
        names=names,
        weights=tuple(found[: len(names)]),
        covariance=tuple(tuple(row[: len(names)]) for row in covariance[: len(names)]),
        examined=counted.total(),
    )


def _fit(
    examples: Sequence[tuple[tuple[float, ...], bool, int]], means: Vector, precisions: Vector
) -> tuple[Vector, list[Vector]]:
    """The likeliest weights and the inverse of the curvature there."""
    at = list(means)
    sparse = [([(i, v) for i, v in enumerate(vector) if v], label, n) for vector, label, n in examples]
    for _ in range(25):
        slope = [p * (m - w) for p, m, w in zip(precisions, means, at, strict=True)]
        curve = [[precisions[i] if i == j else 0.0 for j in range(len(at))] for i in range(len(at))]
        for vector, label, number in sparse:
            p = probability(sum(at[i] * value for i, value in vector))
            for i, value in vector:
                slope[i] += number * (label - p) * value
                for j, other in vector:
                    curve[i][j] += number * p * (1 - p) * value * other
        inverse = _inverse(curve)
        # A long step could leap over the top; one of at most 2 log-odds a weight cannot go far wrong.
        step = [max(-2.0, min(2.0, sum(a * b for a, b in zip(row, slope, strict=True)))) for row in inverse]
        at = [w + s for w, s in zip(at, step, strict=True)]
        if max(map(abs, step)) < 1e-6:
            break
    return at, inverse


def _inverse(matrix: Iterable[Vector]) -> list[Vector]:
    """The inverse of a symmetric positive definite matrix, by elimination."""
    left = [[*row] for row in matrix]
    size = len(left)
    work = [[*row, *(float(i == j) for j in range(size))] for i, row in enumerate(left)]
    for i in range(size):
        pivot = work[i][i]
        work[i] = [value / pivot for value in work[i]]
        for k in range(size):
            factor = work[k][i]
            if k != i and factor:
                work[k] = [a - factor * b for a, b in zip(work[k], work[i], strict=True)]
    return [row[size:] for row in work]

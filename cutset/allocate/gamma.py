"""The gamma distribution: what is thought of a rate, and what counting events makes of it."""

from __future__ import annotations

from functools import lru_cache
from math import exp, inf, isfinite, lgamma, log

from cutset.model.network import Estimate, Plain

_LEAST_SHAPE, _MOST_SHAPE = 0.05, 1e4
"""The shapes that a stated range can stand for: ends apart by more than a billion times, or by less than 4 %."""
_LEAST = 1e-300
_NEAR = 1e-12
"""How near a quantile is found, as a part of it."""


class Gamma(Plain, frozen=True):
    """What is thought of a rate: density ∝ x^(a-1) e^(-bx), `shape` a (no unit) and `rate` b (1 over the unit of x)."""

    shape: float
    rate: float

    @property
    def mean(self) -> float:
        """Its mean, a / b."""
        return self.shape / self.rate

    def after(self, events: float, exposure: float) -> Gamma:
        """What is thought of it once `events` were counted, where x · `exposure` were to be expected.

        The gamma is conjugate to Poisson's law: a' = a + N, b' = b + E. Source: A. Gelman and others, Bayesian Data
        Analysis, 3rd ed. (2013), section 2.6.

        >>> Gamma(shape=2.0, rate=10.0).after(4, 10.0).mean
        0.3
        """
        return Gamma(shape=self.shape + events, rate=self.rate + exposure)

    def quantile(self, share: float) -> float:
        """The value below which it lies with the chance `share`, by halving.

        >>> round(Gamma(shape=1.0, rate=1.0).quantile(0.975), 4)
        3.6889
        """
        low, high = 0.0, max(1.0, self.shape)
        while lower(self.shape, high) < share:
            low, high = high, high * 2
        while high - low > _NEAR * high and high > _LEAST:
            middle = (low + high) / 2
            low, high = (middle, high) if lower(self.shape, middle) < share else (low, middle)
        return high / self.rate

    @property
    def interval(self) -> tuple[float, float]:
        """Where it lies with 95 %: from the 2.5th to the 97.5th percentile."""
        return self.quantile(0.025), self.quantile(0.975)


def of_estimate(stated: Estimate) -> Gamma | None:
    """The distribution that a stated estimate stands for; None where it leaves nothing to learn: 0, or no range.

    Its mean is the stated value, which plans reckon with; its 95 % interval is as wide as the stated range, end over
    end: q(0.975) / q(0.025) = high / low. Where the low end is 0 it is the exponential, of which only the mean counts.

    >>> found = of_estimate(Estimate(value=0.02, low=0.01, high=0.04, source="assumed"))
    >>> round(found.mean, 9), round(found.interval[1] / found.interval[0], 6)
    (0.02, 4.0)
    """
    if not 0 < stated.value < inf or stated.high <= stated.low:
        return None
    shape = _shape(stated.high / stated.low) if stated.low > 0 else 1.0
    return Gamma(shape=shape, rate=shape / stated.value)


@lru_cache(maxsize=4096)
def _shape(ratio: float) -> float:
    """The shape whose 95 % interval has this ratio of its ends: it falls as the shape grows."""
    low, high = log(_LEAST_SHAPE), log(_MOST_SHAPE)
    for _ in range(45):
        middle = (low + high) / 2
        ends = Gamma(shape=exp(middle), rate=1.0).interval
        wider = not ends[0] or ends[1] / ends[0] > ratio
        low, high = (middle, high) if wider else (low, middle)
    return exp(high)


def lower(shape: float, x: float) -> float:
    """The regularised lower incomplete gamma function P(a, x): the chance to lie below x, at a rate of 1.

    By its series where x < a + 1, else by the continued fraction of its complement, summed after Lentz. Source: NIST
    Digital Library of Mathematical Functions, 8.7.1 and 8.9.2.

    >>> round(lower(1.0, 1.0), 9), round(lower(2.5, 6.0), 9)
    (0.632120559, 0.965212219)
    """
    if x <= 0:
        return 0.0
    scale = exp(shape * log(x) - x - lgamma(shape))
    if not isfinite(scale):
        return 1.0 if x > shape else 0.0
    if x < shape + 1:
        return min(1.0, scale * _series(shape, x))
    return max(0.0, 1.0 - scale * _fraction(shape, x))


def _series(shape: float, x: float) -> float:
    term = found = 1.0 / shape
    number = shape
    while abs(term) > abs(found) * 1e-15:
        number += 1
        term *= x / number
        found += term
    return found


def _fraction(shape: float, x: float) -> float:
    """Lentz's sum of 1/(x+1-a- 1·(1-a)/(x+3-a- …))."""
    tiny = 1e-300
    b = x + 1 - shape
    c, d = 1 / tiny, 1 / b
    found = d
    for number in range(1, 100_000):
        a = -number * (number - shape)
        b += 2
        d = 1 / (a * d + b or tiny)
        c = b + a / c or tiny
        found *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return found

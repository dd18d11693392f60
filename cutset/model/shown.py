"""What a program had shown a person who judged two mentions: each comparison, its level, and what it is worth."""

from __future__ import annotations

from math import exp2
from typing import Final

from cutset.model.network import Plain

MISSING: Final = "MISSING"
"""The level of a comparison for which one side has nothing."""


class Comparison(Plain, frozen=True):
    """One comparison of two mentions: its `level` (or `MISSING`), and its match weight in `bits`.

    `share` is the share of mentions that bear the value on which both agree, 0 where that does not count. Of the bits,
    `share_bits` are for how rare the value is, and `chance_bits`, never above 0, for the pairs of values that were
    tried. The values themselves stand in the mentions and nowhere else.
    """

    name: str
    level: str
    bits: float = 0.0
    share: float = 0.0
    share_bits: float = 0.0
    chance_bits: float = 0.0


class Shown(Plain, frozen=True):
    """A match weight as it was shown: the sum, in bits, of `prior_bits` and of each comparison's.

    `weights` is the version of the weights file by which it was reckoned (docs/linking.md).
    """

    weights: str
    prior_bits: float
    comparisons: tuple[Comparison, ...] = ()

    @property
    def probability(self) -> float:
        """The probability that the sum stands for: 2^W / (1 + 2^W), without overflow.

        >>> same = Comparison(name="name", level="SAME", bits=10.0)
        >>> Shown(weights="made-1", prior_bits=-10.0, comparisons=(same,)).probability
        0.5
        """
        weight = sum((each.bits for each in self.comparisons), start=self.prior_bits)
        return 1 / (1 + exp2(-min(max(weight, -1000.0), 1000.0)))

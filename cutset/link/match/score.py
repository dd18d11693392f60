"""The score of two mentions: a Fellegi-Sunter match weight, in bits, and the probability that it stands for.

    W = log2(p / (1 - p)) + sum over the comparisons that are not missing of w_c
    w_c = log2(m_l / u_l) + log2(u_l / max(f, f_least)) - log2(k)

with p the prior probability that the two are one, m_l and u_l the shares of pairs of one thing and of two things with
level l, f the share of mentions that have the very value on which both agree (term frequency; where it is not known,
the
second term is 0), and k the number of pairs of values tried, whose bits are taken off an agreement only, down to 0: who
has many names agrees by chance more often. The probability is 2^W / (1 + 2^W).

Fellegi and Sunter (1969), A Theory for Record Linkage, JASA 64. Term frequencies as in Splink (Linacre et al., 2022).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp2, log2
from typing import Final, NamedTuple

import msgspec

from cutset.link.match.addresses import Address
from cutset.link.match.compare import COMPARISONS, Comparison, Found, comparable, compare
from cutset.link.match.dates import Born
from cutset.link.match.frequencies import Frequencies
from cutset.link.match.profile import Profile
from cutset.link.match.titles import Title
from cutset.link.match.weights import Weights, shipped
from cutset.model.mention import MentionKind

LEAST_SHARE: Final = 1e-8
"""f_least: no value is taken to be rarer than this."""

DIFFERENT_KINDS: Final = -100.0
"""The weight, in bits, of two mentions of different kinds: a person is not a vessel."""


class Compared(msgspec.Struct, frozen=True):
    """One step of the waterfall. `weight` is the sum, in bits, of `level_weight`, `share_weight` and `chance_weight`.

    `level` is "MISSING" where one side has nothing. `share` is the share of mentions with the value agreed on, 0 where
    it does not count; `left` and `right` are the values as compared.
    """

    name: str
    level: str
    weight: float
    level_weight: float = 0.0
    share_weight: float = 0.0
    chance_weight: float = 0.0
    share: float = 0.0
    left: str = ""
    right: str = ""


class Score(msgspec.Struct, frozen=True):
    """How strongly two mentions are one: `weight` in bits, its `probability`, the prior's weight, and each comparison.

    `version` is of the weights file. The prior's weight and the comparisons' add up to the weight.
    """

    weight: float
    probability: float
    prior_weight: float
    comparisons: tuple[Compared, ...]
    version: str


class Weighed(NamedTuple):
    """A match weight in bits, and the comparisons that it is the sum of."""

    weight: float
    compared: tuple[Found, ...]


class Scorer:
    """Scores pairs of profiles, with the shipped weights or others, each kind with its own.

    `prior` replaces that of every weights file. `frequencies` are the shipped ones unless given.
    """

    def __init__(
        self,
        weights: Weights | tuple[Weights, ...] = (),
        *,
        frequencies: Frequencies | None = None,
        prior: float | None = None,
    ) -> None:
        given = (weights,) if isinstance(weights, Weights) else weights
        by_kind = {kind: each for each in given for kind in each.kinds}
        self.frequencies = frequencies or Frequencies()
        self._weights = {kind: by_kind.get(kind) or shipped(kind) for kind in COMPARISONS}
        if prior is not None:
            self._weights = {kind: each.with_prior(prior) for kind, each in self._weights.items()}
        self._tables = {kind: tables(each, kind) for kind, each in self._weights.items()}
        self._priors = {kind: log_odds(each.prior) for kind, each in self._weights.items()}
        self._others: dict[float, Scorer] = {}

    def with_prior(self, prior: float) -> Scorer:
        """The scorer with the same weights and frequencies and another prior; one is kept for each prior asked for."""
        found = self._others.get(prior)
        if found is None:
            weights = tuple(self._weights.values())
            found = self._others[prior] = Scorer(weights, frequencies=self.frequencies, prior=prior)
        return found

    @property
    def weights(self) -> Mapping[MentionKind, Weights]:
        """The weights of each kind."""
        return self._weights

    def weight(self, left: Profile, right: Profile) -> float:
        """The match weight alone, in bits: the very `weight` of `score`, at less cost.

        Raises `KeyError` for a kind that `profile.COMPARED` does not have.
        """
        return self.weigh(left, right).weight

    def weigh(self, left: Profile, right: Profile) -> Weighed:
        """The match weight, with what `explain` makes the reasons of."""
        if not comparable(left.kind, right.kind):
            return Weighed(DIFFERENT_KINDS, ())
        total = self._priors[left.kind]
        compared = compare(left, right, self.frequencies)
        for table, found in zip(self._tables[left.kind], compared, strict=True):
            if found[0] >= 0:
                total += _weight(table[found[0]], found)
        return Weighed(total, compared)

    def score(self, left: Profile, right: Profile) -> Score:
        """The match weight with its reasons."""
        if not comparable(left.kind, right.kind):
            kinds = Compared("kind", "DIFFERENT", DIFFERENT_KINDS, DIFFERENT_KINDS, left=left.kind, right=right.kind)
            return Score(DIFFERENT_KINDS, probability(DIFFERENT_KINDS), 0.0, (kinds,), "")
        return self.explain(left.kind, compare(left, right, self.frequencies))

    def explain(self, kind: MentionKind, compared: Sequence[Found]) -> Score:
        """The score that comparisons already made, of two profiles of a kind, add up to."""
        total = prior = self._priors[kind]
        steps: list[Compared] = []
        for comparison, table, found in zip(COMPARISONS[kind], self._tables[kind], compared, strict=True):
            step = _step(comparison, table, found)
            total += step.weight
            steps.append(step)
        return Score(total, probability(total), prior, tuple(steps), self._weights[kind].version)


def log_odds(p: float) -> float:
    """log2(p / (1 - p)), in bits."""
    return log2(p / (1 - p))


def probability(weight: float) -> float:
    """The probability of a match weight in bits, without overflow.

    >>> probability(0.0), probability(-5000.0), probability(5000.0)
    (0.5, 0.0, 1.0)
    """
    if weight > 0:
        return 1 / (1 + exp2(-min(weight, 1000.0)))
    odds = exp2(max(weight, -1100.0))
    return odds / (1 + odds)


_Row = tuple[float, float, bool]
"""A level's log2(m/u), log2(u), and whether a shared value's rarity counts."""


def tables(weights: Weights, kind: MentionKind | None = None) -> tuple[tuple[_Row, ...], ...]:
    """Of each comparison of the kind, in order, and each level: log2(m/u), log2(u), whether a value's rarity counts."""
    return tuple(
        tuple(
            (log2(level.m / level.u), log2(level.u), number in comparison.by_share)
            for number, level in enumerate(weights.comparisons[comparison.name])
        )
        for comparison in COMPARISONS[kind or weights.kinds[0]]
    )


def _weight(row: _Row, found: Found) -> float:
    weight = row[0]
    if found.share and row[2]:
        weight += row[1] - log2(max(found.share, LEAST_SHARE))
    if found.chances > 1 and weight > 0:
        weight = max(0.0, weight - log2(found.chances))
    return weight


def _step(comparison: Comparison, table: tuple[_Row, ...], found: Found) -> Compared:
    if found.level < 0:
        return Compared(comparison.name, "MISSING", 0.0)
    row = table[found.level]
    weight = _weight(row, found)
    share = found.share if row[2] else 0.0
    by_share = row[1] - log2(max(share, LEAST_SHARE)) if share else 0.0
    return Compared(
        name=comparison.name,
        level=comparison.levels(found.level).name,
        weight=weight,
        level_weight=row[0],
        share_weight=by_share,
        chance_weight=weight - row[0] - by_share,
        share=share,
        left=shown(found.left),
        right=shown(found.right),
    )


def shown(value: object) -> str:
    """A compared value for people to read: its words with single spaces.

    >>> from cutset.link.match.dates import Born
    >>> shown(("perez", "lopez")), shown(Born(1979, 9, circa=True)), shown(None)
    ('perez lopez', 'circa 1979-09', '')
    """
    if value is None:
        return ""
    if isinstance(value, Born):
        parts = [f"{value.year:04}", *(f"{part:02}" for part in (value.month, value.day) if part)]
        return "circa " * value.circa + "-".join(parts)
    if isinstance(value, Address):
        return ", ".join(filter(None, (f"{value.number} {value.street}".strip(), *value.places, value.postcode)))
    if isinstance(value, Title):
        return " ".join(value.words)
    return " ".join(value) if isinstance(value, tuple) else str(value)

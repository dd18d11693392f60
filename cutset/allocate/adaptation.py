"""How trafficking organisations learn and move, and how interdiction follows them.

The structure is that of NarcoLogic: expected profit under a perceived risk that seizures raise, that salience bends and
that time forgets; a cost of taking up a way that lies idle; nodes that are taken up after losses and given up in quiet;
interdiction that goes where it found something. It is written from the published description alone: N. Magliocca and
others, "Modeling cocaine traffickers and counterdrug interdiction forces as a complex adaptive system", PNAS 116
(2019).
What is ours, because the description leaves it open, is the logit choice and each number, which the exercise keeps in
its `parameters.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp


def perceived_risk(before: float, sent: float, lost: float, *, forgetting: float) -> float:
    """What an organisation now takes for the risk of a way, from what it lost there this month.

        r' = f r + (1 - f) l / s        f forgetting, r risk before, s loads sent, l loads lost

    A way by which nothing was sent is remembered as it was.

    >>> perceived_risk(0.1, 10, 5, forgetting=0.8)
    0.18
    >>> perceived_risk(0.1, 0, 0, forgetting=0.8)
    0.1
    """
    return round(forgetting * before + (1 - forgetting) * lost / sent, 9) if sent else before


def salience(payoff: float, reference: float) -> float:
    """How much an outcome stands out from what one usually has: |x - y| / (|x| + |y| + 1).

    Source: P. Bordalo, N. Gennaioli, A. Shleifer, "Salience theory of choice under risk", Q. J. Econ. 127 (2012).
    """
    return abs(payoff - reference) / (abs(payoff) + abs(reference) + 1)


def expected_profit(risk: float, gain: float, loss: float, *, reference: float, delta: float) -> float:
    """What a load is thought to bring: the outcome that stands out more weighs more than its chance.

        w = r d_l / (r d_l + (1 - r) d_g)        V = (1 - w) gain - w loss

    d is `delta` for the less salient of the two outcomes and 1 for the other. `gain` and `loss` are positive.

    >>> round(expected_profit(0.1, 20, 10, reference=15, delta=1), 6)
    17.0
    >>> expected_profit(0.1, 20, 10, reference=15, delta=0.5) < 17
    True
    """
    loss_stands_out = salience(-loss, reference) > salience(gain, reference)
    of_loss, of_gain = (1.0, delta) if loss_stands_out else (delta, 1.0)
    weight = risk * of_loss / (risk * of_loss + (1 - risk) * of_gain)
    return (1 - weight) * gain - weight * loss


def shares(
    profits: Sequence[float], before: Sequence[float], suitability: Sequence[float], *, heat: float, haste: float
) -> list[float]:
    """How an organisation now spreads its loads over its ways.

        q_i = a_i exp(V_i / t) / Σ a_j exp(V_j / t)        s_i' = (1 - h) s_i + h q_i

    a is the `suitability` of a way, `heat` t is in the unit of the profits, `haste` h (0 to 1) how fast it turns.

    >>> [round(each, 3) for each in shares([1, 1], [0.8, 0.2], [1, 1], heat=1, haste=0.5)]
    [0.65, 0.35]
    """
    most = max(profits)
    weights = [suits * exp((each - most) / heat) for each, suits in zip(profits, suitability, strict=True)]
    total = sum(weights)
    return [(1 - haste) * old + haste * weight / total for old, weight in zip(before, weights, strict=True)]


def active(count: int, lost: float, *, tolerance: float, most: int) -> int:
    """How many ways an organisation now uses: one more after a month of many losses, one fewer after a quiet one.

    >>> [active(count, lost, tolerance=0.2, most=8) for count, lost in ((3, 0.4), (3, 0.05), (8, 0.4))]
    [4, 2, 8]
    """
    if lost > tolerance:
        return min(most, count + 1)
    return max(2, count - 1) if lost < tolerance / 2 else count


def load_factor(before: float, lost: float, *, tolerance: float) -> float:
    """The size of loads against the usual: smaller after losses, so that less is lost at once; it recovers slowly.

    >>> round(load_factor(1.0, 0.4, tolerance=0.2), 3), load_factor(0.99, 0.0, tolerance=0.2)
    (0.85, 1.0)
    """
    return max(0.3, before * 0.85) if lost > tolerance else min(1.0, before * 1.03)


def effort(standing: Mapping[str, float], found: Mapping[str, float], *, kept: float) -> dict[str, float]:
    """Where an agency's effort now goes: a part stays, the rest goes where finds are remembered.

        e_i' = k E_i + (1 - k) (Σ E_j) m_i / Σ m_j        k kept, E standing effort, m memory of finds

    The sum of the effort stays the same.

    >>> effort({"a": 1.0, "b": 1.0}, {"a": 3.0, "b": 1.0}, kept=0.5)
    {'a': 1.25, 'b': 0.75}
    """
    total, remembered = sum(standing.values()), sum(found.values())
    if not remembered:
        return dict(standing)
    return {name: kept * each + (1 - kept) * total * found[name] / remembered for name, each in standing.items()}


def chance(loss: float, strength: float) -> float:
    """The chance that a load is met on a way watched with effort `strength`: 1 - (1 - p)^e.

    Twice the effort is two independent looks.

    >>> round(chance(0.1, 2), 6), chance(0.1, 0)
    (0.19, 0.0)
    """
    return 1.0 - float((1.0 - loss) ** strength)

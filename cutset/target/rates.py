"""Rules with their hit rates beside those of what was drawn by lot: what each finds, how surely, and its drift."""

from __future__ import annotations

from cutset import intervals
from cutset.access.rights import Rights
from cutset.model.report import Struct
from cutset.target.index import TargetIndex
from cutset.target.ranking import ranking
from cutset.target.rules import rules


class Rate(Struct, frozen=True):
    """Finds among examinations, with Wilson's 95 % interval; `share` and its ends are None where there are none."""

    examined: int = 0
    found: int = 0
    share: float | None = None
    low: float | None = None
    high: float | None = None


class RuleRate(Struct, frozen=True):
    """A rule: its weight before and after the visible outcomes, how often it fires, and what was found where it did.

    `rate` counts all examinations, `by_lot` only those drawn by lot, which alone are no matter of choice. `earlier` and
    `later` are the older and the newer half of all examinations: where they differ, the rule drifts. Of the rule
    `route`, it fires where the route's rate is above that of all routes.
    """

    rule: str
    words: str
    source: str
    prior: float
    weight: float
    fires: int
    rate: Rate
    by_lot: Rate
    earlier: Rate
    later: Rate


class RuleRates(Struct, frozen=True):
    """All rules, and what was found by lot and by choice. `untold` examinations do not say how they were chosen."""

    version: str
    random: Rate
    targeted: Rate
    untold: int
    rules: tuple[RuleRate, ...]


def rate_of(found: int, examined: int) -> Rate:
    """A rate with Wilson's score interval.

    >>> rate = rate_of(8, 10)
    >>> round(rate.low, 4), round(rate.high, 4)
    (0.4902, 0.9433)
    """
    interval = intervals.of_share(found, examined)
    if interval is None:
        return Rate()
    return Rate(examined=examined, found=found, share=found / examined, low=interval[0], high=interval[1])


def rule_rates(index: TargetIndex, rights: Rights) -> RuleRates:
    """The rules with their hit rates, from what the viewer may see."""
    of = ranking(index, rights)
    history = of.history
    done = [seq for seq in of.timed if seq in history.findings]
    newer = set(done[len(done) // 2 :])
    weight = dict(zip(of.weights.names, of.weights.weights, strict=True))

    def rate(seqs: list[int]) -> Rate:
        return rate_of(sum(bool(history.label(seq)) for seq in seqs), len(seqs))

    made = []
    for name, rule in rules().rules.items():
        fires = [of.seqs[place] for place in of.fired.positive(name)]
        mine = [seq for seq in fires if seq in history.findings]
        made.append(
            RuleRate(
                rule=name,
                words=rule.words,
                source=rule.source,
                prior=rule.log_odds,
                weight=round(weight[name], 3),
                fires=len(fires),
                rate=rate(mine),
                by_lot=rate([seq for seq in mine if history.by_lot(seq)]),
                earlier=rate([seq for seq in mine if seq not in newer]),
                later=rate([seq for seq in mine if seq in newer]),
            )
        )
    targeted = [seq for seq in done if any(each.random is False for each in history.findings[seq])]
    return RuleRates(
        version=rules().version,
        random=rate([seq for seq in done if history.by_lot(seq)]),
        targeted=rate([seq for seq in targeted if not history.by_lot(seq)]),
        untold=sum(all(each.random is None for each in history.findings[seq]) for seq in done),
        rules=tuple(made),
    )

"""A proposal for a planner: where the means could go, what is expected of it, how near the best it is, and how sure.

A program proposes; a person decides.
"""

from __future__ import annotations

from enum import StrEnum
from importlib.metadata import version

from cutset.allocate import interdiction
from cutset.allocate.baselines import even, greedy, where_finds_are
from cutset.allocate.network import Network, deployments, present, standing
from cutset.allocate.outcome import Outcome, outcome, outcome_now
from cutset.allocate.placement import Placing
from cutset.allocate.quantal import against_error
from cutset.allocate.reasons import Reason, Shadow, reasons, shadows
from cutset.allocate.response import Objective
from cutset.allocate.robustness import Robustness, robustness
from cutset.allocate.simulation import Simulation, simulate
from cutset.model.network import Plain, Posting


class Method(StrEnum):
    """How a placement is found.

    `decomposition` and `plain` place against the worst that traffickers can do, with a bound; `greedy` does so one
    deployment after another, with none. `quantal` places against traffickers who choose better routes more often, not
    always the best, with none: it gains more from those who err and are slow, and is worse against those who are not.
    """

    DECOMPOSITION = "decomposition"
    PLAIN = "plain"
    GREEDY = "greedy"
    QUANTAL = "quantal"


class Baseline(Plain, frozen=True):
    """A placement to compare with. "as now" has no postings: it is the ways' own days."""

    name: str
    postings: tuple[Posting, ...]
    outcome: Outcome
    simulated: Simulation | None = None


class Proposal(Plain, frozen=True):
    """A placement with what is expected of it, its bound, baselines, reasons and how sure it is.

    No placement of whole deployments brings less than `bound`; `gap` is how much less than this one, as a fraction, and
    `proved` says whether the gap asked for was reached in time. The figures of `outcome` are for traffickers who see it
    all and answer at their best, those of `simulated` for traffickers who learn.
    """

    objective: Objective
    method: Method
    postings: tuple[Posting, ...]
    outcome: Outcome
    bound: float
    gap: float
    proved: bool
    baselines: tuple[Baseline, ...]
    reasons: tuple[Reason, ...]
    shadow: tuple[Shadow, ...]
    notes: tuple[str, ...]
    seed: int
    version: str
    simulated: Simulation | None = None
    robustness: Robustness | None = None


def propose(
    network: Network,
    *,
    objective: Objective = Objective.ARRIVED,
    method: Method = Method.DECOMPOSITION,
    gap: float = 0.01,
    time_limit_s: float = 20.0,
    heat: float = 0.12,
    months: int = 24,
    draws: int = 200,
    seed: int = 0,
) -> Proposal:
    """Places the network's means so that the objective is least, whatever routes the traffickers take.

    `heat` is for the method `quantal`: how much traffickers err, as a fraction of what a kilogram brings. `months` and
    `draws` are those of the play against traffickers who learn; with `months` 0 there is no play, and with
    the method `greedy` no optimiser, so that neither extra is needed. Days on ways to which no means can be sent stay.
    Raises `BadNetwork` where there is nothing to place or to place it against, `MissingExtra` without `highspy`.
    """
    placing = Placing(network, objective)
    found = _placed(placing, method, gap, time_limit_s, heat)
    postings = placing.postings(found.counts)
    others = [
        ("spread evenly", placing.postings(even(placing))),
        ("where finds are", placing.postings(where_finds_are(placing))),
        ("greedy", placing.postings(greedy(placing))),
    ]

    def played(given: tuple[Posting, ...] | None) -> Simulation | None:
        return simulate(network, given, months=months, draws=draws, seed=seed) if months else None

    return Proposal(
        objective=objective,
        method=method,
        postings=postings,
        outcome=outcome(network, postings, objective),
        bound=found.bound,
        gap=found.gap,
        proved=found.proved,
        simulated=played(postings),
        baselines=(
            Baseline(name="as now", postings=(), outcome=outcome_now(network, objective), simulated=played(None)),
            *(
                Baseline(name=name, postings=given, outcome=outcome(network, given, objective), simulated=played(given))
                for name, given in others
            ),
        ),
        reasons=reasons(placing, found.counts),
        shadow=shadows(placing, found.counts, found.prices),
        robustness=robustness(network, postings, objective, draws=draws, seed=seed) if months else None,
        notes=_notes(network, found, method, gap),
        seed=seed,
        version=version("cutset"),
    )


def _placed(placing: Placing, method: Method, gap: float, time_limit_s: float, heat: float) -> interdiction.Placement:
    if method in (Method.GREEDY, Method.QUANTAL):
        counts = greedy(placing) if method is Method.GREEDY else against_error(placing, heat)
        return interdiction.Placement(
            counts=tuple(counts), value=placing.value(counts), bound=0.0, proved=False, rounds=0
        )
    solve = interdiction.plain if method is Method.PLAIN else interdiction.decomposition
    return solve(placing, gap=gap, time_limit_s=time_limit_s)


def _notes(network: Network, found: interdiction.Placement, method: Method, gap: float) -> tuple[str, ...]:
    """What a planner must know to read the figures."""
    notes = []
    placed = sum(deployments(means) * means.step for means in network.means.values())
    now = sum(present(network).values()) - sum(standing(network).values())
    if abs(placed - now) > 1e-6:
        notes.append(
            f"the means have {placed:g} days a month in whole deployments, and {now:g} are spent now on the ways that "
            "they may watch: the comparison with how it is now is also one of how much there is"
        )
    if kept := standing(network):
        notes.append(f"{sum(kept.values()):g} days stay where no means can be sent: on {', '.join(kept)}")
    if blind := [name for name, way in network.ways.items() if way.open and way.sweep is None]:
        notes.append(f"a way without a sweep is taken as one on which nothing can be met: {', '.join(blind)}")
    if method in (Method.GREEDY, Method.QUANTAL):
        notes.append("no bound was reckoned: how much better the best placement is, is not known")
    elif not found.proved:
        notes.append(
            f"time ran out at a gap of {found.gap:.1%}, where {gap:.1%} was asked for: the best placement may be that "
            "much better"
        )
    return tuple(notes)


def expected(proposal: Proposal) -> dict[str, float]:
    """A proposal's figures by name, as an `Allocation` keeps them."""
    figures: dict[str, float | None] = {
        "objective": proposal.outcome.objective,
        "objective_now": proposal.baselines[0].outcome.objective,
        "bound": proposal.bound,
        "gap": proposal.gap,
        "arrived_kg": proposal.outcome.arrived_kg,
        "met_kg": proposal.outcome.met_kg,
        "denied_usd": proposal.outcome.denied_usd,
        "days": proposal.outcome.days,
        "cost_usd": proposal.outcome.cost_usd,
    }
    figures |= {f"arrived_kg of {each.traffic}": each.arrived_kg for each in proposal.outcome.traffic}
    if proposal.simulated:
        learned = proposal.simulated.estimates.arrived_kg
        figures |= {"learned_kg": learned.mean, "learned_low_kg": learned.low, "learned_high_kg": learned.high}
    if proposal.robustness:
        figures["beats_now"] = proposal.robustness.beats_now
    return {name: value for name, value in figures.items() if value is not None}

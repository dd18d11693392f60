"""Where to place means: the two exact ways beside a greedy one by size, and placements against the made world's agents.

Run: python -m bench.allocate [--limit 20] [--seeds 20] [--print-only]. The networks of the first part are made: layers
of stops, with sweeps, costs and traffic at random. The second part takes the exercise's map for what is known, places
each agency's days on the ways that it watches there, and then plays the exercise's own organisations, which learn by
its rules and know nothing of ours, from month 13 on under each placement.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from math import log
from random import Random
from statistics import mean, stdev
from time import perf_counter, process_time

from bench.report import Report
from cutset import intervals
from cutset.allocate.baselines import even, greedy, where_finds_are
from cutset.allocate.interdiction import decomposition, plain
from cutset.allocate.network import Network, build, present
from cutset.allocate.placement import Placing
from cutset.allocate.quantal import against_error
from cutset.allocate.response import Objective
from cutset.allocate.simulation import simulate
from cutset.exercise import network as exercise
from cutset.exercise.parameters import Parameter, described
from cutset.exercise.scenario import Change, Scenario
from cutset.exercise.theatre import Theatre, cast
from cutset.model.network import Estimate, Means, Stop, Traffic, Way

SIZES = ((20, 2, 4, 12), (40, 4, 5, 24), (100, 8, 5, 40), (300, 20, 6, 60))
"""Ways, traffics, layers of stops, deployments of each of two means."""
MONTHS, TURN, SETTLED = 36, 13, 16
"""Months played, the month in which a placement takes hold, and the month from which it is measured."""
ORGANISATIONS = 40
NOTE = (
    "`of all` is the objective as a fraction of what it is with nobody anywhere; `bound` is so too: no placement of "
    "whole deployments is under it. A limit of time is one on looking further, so a solution may end a little after "
    "it. In the exercise `share arrived` is the share of loads that arrive, by the exercise's own organisations, "
    "`change` is against the days as they are now, paired by seed, both with Student's 95 % interval over seeds. The "
    "map, its numbers and its organisations are made: this says how a placement fares against traffickers who learn in "
    "another way than the one that it was reckoned with, and nothing of the real world. They are slow and err, so what "
    "is best against the worst case need not be best against them; the method `quantal` is told of that, and at a heat "
    "of 0.12 even of how much the exercise lets them err, which nobody knows of real ones. The machine was shared: "
    "`cpu_s` is the time of the processor, of which `seconds` were many times as much."
)


def main() -> None:
    """Measure, and store what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=20.0, help="seconds for a placement")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--print-only", action="store_true", help="store nothing: the machine is not quiet")
    given = parser.parse_args()
    report = Report("allocate", "Placing means: two exact ways beside greedy; and against organisations that learn")
    for size in SIZES:
        for objective in (Objective.ARRIVED, Objective.PROFIT):
            _placed(report, made(*size), objective, given.limit)
    _simulated(report)
    _against_the_exercise(report, given.limit, given.seeds)
    if not given.print_only:
        report.close(NOTE)


def made(ways: int, traffics: int, layers: int, deployments: int, seed: int = 1) -> Network:
    """A random network of that size."""
    random = Random(seed)
    per = max(2, round((ways / (layers - 1)) ** 0.5))
    stops = [[f"{layer}.{n}" for n in range(per)] for layer in range(layers)]
    pairs = [(a, b) for above, below in pairwise(stops) for a in above for b in below]
    chosen = [(above[0], below[0]) for above, below in pairwise(stops)]
    chosen += random.choices(pairs, k=ways - len(chosen))
    entries = {
        f"a/w{n:03}": Way(
            id=f"w{n:03}", origin=Stop(name=first), goal=Stop(name=last), modality=random.choice(("sea", "land")),
            sweep=_about(random.uniform(0.005, 0.03)), cost_usd_kg=_about(random.uniform(100, 2000)),
            suits=random.choice((0.3, 1.0, 2.0, 4.0)), days=random.choice((0.0, 0.0, 5.0, 10.0)),
        )
        for n, (first, last) in enumerate(chosen)
    }  # fmt: skip
    traffic = {
        f"a/t{n:02}": Traffic(
            id=f"t{n:02}", substance="cocaine", sources=(stops[0][0], random.choice(stops[0][1:])),
            goals=(stops[-1][0], random.choice(stops[-1][1:])), kg_month=_about(random.uniform(500, 5000)),
            load_kg=_about(random.uniform(50, 900)), gain_usd_kg=_about(random.uniform(5000, 30000)),
        )
        for n in range(traffics)
    }  # fmt: skip
    means = {
        "a/any": Means(id="any", sort="cutter", days=7.0 * deployments, step=7),
        "a/sea": Means(id="sea", sort="aircraft", days=5.0 * deployments, step=5, modalities=("sea",), factor=1.5),
    }
    return build(entries, traffic, means)


def _about(value: float) -> Estimate:
    return Estimate(value=value, low=value / 2, high=value * 1.8, source="assumed")


def _placed(report: Report, network: Network, objective: Objective, limit: float) -> None:
    placing = Placing(network, objective)
    nothing = placing.value(placing.none())
    size = {"ways": len(network.ways), "traffics": len(network.traffic), "objective": objective.value,
            "deployments": sum(placing.limits.values())}  # fmt: skip
    for name, make in (("spread evenly", even), ("where finds are", where_finds_are), ("greedy", greedy)):
        began, cpu = perf_counter(), process_time()
        value = placing.value(make(placing)) / nothing
        report.row(
            **size,
            how=name,
            seconds=round(perf_counter() - began, 2),
            cpu_s=round(process_time() - cpu, 2),
            of_all=round(value, 4),
        )
    for name, solve in (("decomposition", decomposition), ("plain program", plain)):
        began, cpu = perf_counter(), process_time()
        found = solve(placing, gap=0.01, time_limit_s=limit)
        report.row(
            **size,
            how=name,
            seconds=round(perf_counter() - began, 2),
            cpu_s=round(process_time() - cpu, 2),
            of_all=round(found.value / nothing, 4),
            bound=round(found.bound / nothing, 4),
            gap=round(found.gap, 4),
            proved=found.proved,
        )


def _simulated(report: Report) -> None:
    network = made(40, 4, 5, 24)
    began, cpu = perf_counter(), process_time()
    simulate(network, None, months=24, draws=200)
    report.row(
        ways=40,
        traffics=4,
        how="24 months in 200 draws, twice",
        seconds=round(perf_counter() - began, 2),
        cpu_s=round(process_time() - cpu, 2),
    )


def _estimate(given: Parameter) -> Estimate:
    return Estimate(value=given.value, low=given.low, high=given.high, source=given.source)


def of_the_exercise() -> Network:
    """The exercise's map as what is known: each agency's days are means of its own, for the ways that it watches.

    A way's sweep is such that the days of an effort of 1 meet what the exercise's loss says.
    """
    known, world = described(), exercise.network()
    usual = known["counter.patrol_days"].value

    def sweep(mode: str) -> Estimate:
        loss = known[f"{mode}.loss"]
        value, low, high = (-log(1 - each) / usual for each in (loss.value, loss.low, loss.high))
        return Estimate(value=value, low=low, high=high, source=loss.source)

    def dear(name: str) -> Estimate:
        given = known[name]
        return Estimate(value=1e3 * given.value, low=1e3 * given.low, high=1e3 * given.high, source=given.source)

    ways = {
        f"x/{name}": Way(
            id=name, origin=Stop(name=edge.origin), goal=Stop(name=edge.goal), modality=edge.mode, area=edge.area,
            cost_usd_kg=dear(f"{edge.mode}.cost"), suits=edge.suits, sweep=sweep(edge.mode),
            days=usual * edge.effort, open=edge.opens,
        )
        for name, edge in world.edges.items()
    }  # fmt: skip
    markets = tuple(name for name, node in world.nodes.items() if node.kind == "market")
    sent = _loads_a_month()
    traffic = {
        f"x/{drug}": Traffic(
            id=drug, substance=drug, sources=each.sources, goals=markets, kg_month=_about(sent[drug]),
            gain_usd_kg=dear(f"price.{drug}_market"),
        )
        for drug, each in world.drugs.items()
    }  # fmt: skip
    means = {}
    for agency in sorted({edge.watch for edge in world.edges.values()}):
        mine = tuple(name for name, edge in world.edges.items() if edge.watch == agency)
        days = sum(usual * world.edges[name].effort for name in mine if world.edges[name].opens)
        means[f"x/{agency}"] = Means(id=agency, sort="unit", days=days, step=2, ways=mine)
    return build(ways, traffic, means)


def _loads_a_month() -> dict[str, float]:
    """Loads a month by drug, each counted as a kilogram: in the exercise a load weighs what the way lets it."""
    found: dict[str, float] = {}
    for month in _theatre(0, Scenario(name="", title="", story="")).play():
        for load in month.loads:
            found[load.drug] = found.get(load.drug, 0.0) + 1 / MONTHS
    return found


def _theatre(seed: int, plot: Scenario) -> Theatre:
    random = Random(f"{seed}/allocate")
    forms, drugs = cast(random, ORGANISATIONS, {name: each.share for name, each in exercise.network().drugs.items()})
    return Theatre(random, plot, MONTHS, forms, drugs)


def _plot(network: Network, effort: dict[str, float], *, follows: bool = False) -> Scenario:
    """Each way watched so from the turn on; `follows`: a part of that goes on to where finds are."""
    changes = tuple(
        Change(since=TURN, edge=network.ways[name].id, effort=effort.get(name, 0.0) / way.days)
        for name, way in network.ways.items()
        if way.days
    )
    return Scenario(name="placed", title="", story="", changes=changes, parameters={} if follows else STAYS)


STAYS = {"counter.standing": 1.0}


def _against_the_exercise(report: Report, limit: float, seeds: int) -> None:
    network = of_the_exercise()
    now = present(network)
    plots = {"as now": _plot(network, now), "as now, a part follows finds": _plot(network, now, follows=True)}
    expected: dict[str, float] = {}
    for objective in (Objective.ARRIVED, Objective.PROFIT):
        placing = Placing(network, objective)
        makes = {"by the decomposition": list(decomposition(placing, gap=0.01, time_limit_s=limit).counts)}
        if objective is Objective.ARRIVED:
            makes |= {"spread evenly": even(placing), "where finds are": where_finds_are(placing)}
            makes |= {"greedy": greedy(placing)}
            makes |= {f"quantal, heat {heat}": against_error(placing, heat) for heat in (0.03, 0.12)}
        for name, counts in makes.items():
            called = f"{name} ({objective.value})"
            effort = {placing.graph.names[n]: 0.0 for n in range(len(placing.graph.names))}
            for choice, count in zip(placing.choices, counts, strict=True):
                effort[placing.graph.names[choice.way]] += count * choice.days
            plots[called] = _plot(network, effort)
            expected[called] = placing.value(counts) / placing.value(placing.none())
    arrived = {name: [_arrived(seed, plot) for seed in range(seeds)] for name, plot in plots.items()}
    for name, shares in arrived.items():
        changes = [share / usual - 1 for share, usual in zip(shares, arrived["as now"], strict=True)]
        report.row(how=f"exercise: {name}", share_arrived=_with_interval(shares), change=_with_interval(changes),
                   seeds=seeds, **({"of_all": round(expected[name], 4)} if name in expected else {}))  # fmt: skip


def _arrived(seed: int, plot: Scenario) -> float:
    """The share of loads that arrive, from when the placement has been learned of."""
    loads = [load for month in _theatre(seed, plot).play() if month.number >= SETTLED for load in month.loads]
    return sum(not load.met for load in loads) / len(loads)


def _with_interval(values: list[float]) -> str:
    low, high = intervals.of_mean(mean(values), stdev(values), len(values)) or (0.0, 0.0)
    return f"{mean(values):.3f} ({low:.3f} to {high:.3f})"


if __name__ == "__main__":
    main()

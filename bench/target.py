"""Targets: hits at 1, 5 and 10 % of made shipments inspected, beside chance, a count of rules, and an oracle.

Run: python -m bench.target [--seeds 3] [--scale 2]. The worlds are made; what was examined is learned from and left
out of the test. `oracle` knows every load; loads in regular traders' consignments show no more signs than innocents do.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter

from bench.report import Report
from cutset.exercise import files, scenario, truth_files
from cutset.exercise.agencies import WATCH
from cutset.exercise.play import take_in, theatres
from cutset.exercise.targeting import Hits, hits
from cutset.node import Node
from cutset.target.index import TargetIndex
from cutset.target.ranking import Target, ranked
from cutset.target.weights import probability

BINS = 10
NOTE = (
    "Loads in containers come from few countries and go to few ports, as cocaine does, which the rule `route` learns: "
    "`no route` is the same ranking without that rule's part. Parcels with drugs arrive where all parcels do. `signs` "
    "counts the signs truly planted."
)


def main() -> None:
    """Measure, and store what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=2.0)
    given = parser.parse_args()
    report = Report("target", "Targets hit among declared shipments (made data)")
    for seed in range(1, given.seeds + 1):
        with tempfile.TemporaryDirectory() as folder:
            _measure(report, Path(folder), seed, given.scale)
    report.close(NOTE)


def _measure(report: Report, folder: Path, seed: int, scale: float) -> None:
    files.write(theatres(scale, seed, 24, scenario.load("steady")), folder / "world")
    node = Node.create(str(folder / "bench.cutset"))
    take_in(node, folder / "world")
    truth = partial(truth_files.theatres, folder / "world")
    index, rights = node.index(TargetIndex), node.rights(WATCH)
    started = perf_counter()
    targets = ranked(index, rights)
    seconds = perf_counter() - started
    by_score = hits(truth(), {each.record: each.log_odds for each in targets})
    by_rest = hits(truth(), {each.record: each.log_odds - _route(each) for each in targets})
    by_count = hits(truth(), {each.record: float(_raised(each)) for each in targets})
    loaded = {paper.record for world in truth() for paper in world.papers if paper.load > 0}
    error = calibration([(probability(each.log_odds), each.record in loaded) for each in targets])
    for scored, rest, counted in zip(by_score, by_rest, by_count, strict=True):
        report.row(seed=seed, feed=scored.feed, **_columns(scored, rest, counted))
    report.row(
        seed=seed,
        feed="all",
        shipments=len(targets),
        loaded=sum(each.record in loaded for each in targets),
        calibration_error=round(error, 4),
        seconds=round(seconds, 2),
        seconds_per_100k=round(seconds * 100_000 / max(1, len(targets)), 1),
    )


def _raised(target: Target) -> int:
    return sum(each.log_odds > 0 and each.rule != "route" for each in target.reasons)


def _route(target: Target) -> float:
    return sum(each.log_odds for each in target.reasons if each.rule == "route")


def _columns(scored: Hits, rest: Hits, counted: Hits) -> Mapping[str, object]:
    found: dict[str, object] = {"shipments": scored.shipments, "loaded": scored.loaded}
    for at, percent in enumerate((1, 5, 10)):
        found[f"inspected_{percent}"] = scored.inspected[at]
        for name, numbers in (
            ("chance", scored.chance),
            ("rules counted", counted.ranked or ()),
            ("ranked", scored.ranked or ()),
            ("no route", rest.ranked or ()),
            ("signs", scored.signs),
            ("oracle", scored.oracle),
        ):
            found[f"{name} {percent} %"] = numbers[at]
    return found


def calibration(pairs: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error: the mean gap of score and share over bins of as many each, weighted by their size.

    >>> calibration([(0.5, True), (0.5, False)] * 10)
    0.0
    """
    ordered = sorted(pairs)
    total = 0.0
    for number in range(BINS):
        part = ordered[number * len(ordered) // BINS : (number + 1) * len(ordered) // BINS]
        total += abs(sum(score for score, _ in part) - sum(truly for _, truly in part))
    return total / max(1, len(ordered))


if __name__ == "__main__":
    main()

"""Linking a whole set at once: pairs a second on DuckDB, on Spark (local), in plain Python, and by Splink's own SQL.

    make bench-link          # or: python -m bench.link_batch --things 20000

The mentions are made. All but Splink compare the same pairs with the same comparisons and weights, and agree to 1e-6
bits.
Splink's are pairs of Febrl 3 by its documented settings: simpler comparisons, in SQL alone.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.link_accuracy import DATA
from bench.link_peer import febrl3, link
from bench.report import Report
from cutset.link.learn.batch import DuckDb, Engine, Spark, link_all, write_parquet
from cutset.link.learn.made import mentions
from cutset.link.match.blocking import blocked
from cutset.link.match.evaluate import counted
from cutset.link.match.extras import MissingExtra, needed
from cutset.link.match.profile import Profile, profile
from cutset.link.match.score import Scorer
from cutset.model.mention import MentionKind

KIND = MentionKind.PERSON


def spark() -> Any:
    """A local Spark session of two threads, or None with the reason printed."""
    try:
        sql = needed("pyspark.sql")
    except MissingExtra as error:
        print(f"Spark is left out: {error}")
        return None
    if not shutil.which("java"):
        print("Spark is left out: there is no Java")
        return None
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    session = (
        sql.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def engine_row(
    results: Report, who: str, engine: Engine, path: Path, profiles: dict[str, Profile], scorer: Scorer
) -> None:
    """One engine: how fast, and how far from the online scorer."""
    began = time.perf_counter()
    found = link_all(path, KIND, scorer, engine, threshold=0.01)
    seconds = time.perf_counter() - began
    apart = max(
        (abs(pair.weight - scorer.weight(profiles[pair.left], profiles[pair.right])) for pair in found.pairs),
        default=0.0,
    )
    results.row(
        who=who,
        mentions=len(profiles),
        pairs=found.compared,
        seconds=round(seconds, 1),
        pairs_per_s=round(found.compared / seconds),
        furthest_from_online_bits=f"{apart:.1e}",
    )


def main() -> None:
    """Run, print, store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--things", type=int, default=20_000)
    asked = parser.parse_args()
    results = Report("link_batch", "Linking: a whole set at once")
    profiles = {f"m{number:08}": profile(mention) for number, (_, mention) in enumerate(mentions(KIND, asked.things))}
    scorer = Scorer(frequencies=counted(profiles.values()))
    began = time.perf_counter()
    listed = list(profiles.values())
    pairs = blocked(listed)[0]
    for one, other in pairs:
        scorer.weight(listed[one], listed[other])
    seconds = time.perf_counter() - began
    results.row(
        who="plain Python",
        mentions=len(listed),
        pairs=len(pairs),
        seconds=round(seconds, 1),
        pairs_per_s=round(len(pairs) / seconds),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mentions.parquet"
        write_parquet(profiles.items(), path)
        engine_row(results, "DuckDB", DuckDb(), path, profiles, scorer)
        if session := spark():
            engine_row(results, "Spark local[2]", Spark(session), path, profiles, scorer)
            session.stop()
    if (DATA / "dataset3.csv").exists():
        scored, seconds = link(DATA / "dataset3.csv", febrl3)
        results.row(
            who="Splink on DuckDB, Febrl 3, with training",
            mentions=5000,
            pairs=len(scored),
            seconds=round(seconds, 1),
            pairs_per_s=round(len(scored) / seconds),
        )
    results.close("Seconds are wall time with blocking; Spark's include the start of its Python workers.")


if __name__ == "__main__":
    main()

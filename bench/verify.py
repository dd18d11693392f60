"""Verifying a log: leaves a second, beside a plain `sha256sum` of the same bytes.

python -m bench.verify --reports 100000 --reports 1000000
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from bench.report import Report as Results
from bench.report import apart
from bench.rights import AGENCIES, BATCH, GROUPS, VIEWERS, made
from cutset.log.database import forget_engine
from cutset.log.store import Log, Submission

SIZES = (100_000, 1_000_000)


def filled(url: str, reports: int) -> Log:
    """A log of made seizures."""
    log, random = Log.create(url), Random(9)
    log.register(*AGENCIES, *VIEWERS, *GROUPS)
    for first in range(0, reports, BATCH):
        several = [made(number, random) for number in range(first, min(first + BATCH, reports))]
        log.append([Submission(report=each, by=f"ann@{each.originator}") for each in several])
    log.compact()
    return log


def sha256_of(path: Path) -> float:
    """Seconds that `sha256sum` takes of a file's bytes."""
    start = time.perf_counter()
    subprocess.run(["sha256sum", str(path)], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def measured(reports: int) -> dict[str, float]:
    """Seconds of verifying a log of so many reports, leaves a second, and peak memory of this process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "verify.cutset"
        log = filled(str(path), reports)
        plain = min(sha256_of(path) for _ in range(3))
        start = time.perf_counter()
        found = log.verify(log.head())
        seconds = time.perf_counter() - start
        assert found.ok, found.problems
        forget_engine(str(path))
        return {
            "reports": reports,
            "leaves": found.leaves,
            "file_mib": round(path.stat().st_size / 2**20),
            "verify_s": round(seconds, 1),
            "leaves_per_s": round(found.leaves / seconds),
            "sha256_s": round(plain, 2),
            "times_sha256": round(seconds / plain, 1),
            "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }


def run(sizes: Sequence[int]) -> None:
    """Measure each size, in a process of its own, and store the results."""
    results = Results("verify", "Verifying a log, beside `sha256sum` of the same file")
    for reports in sizes:
        results.row(**apart(measured, reports))
    results.close(
        "`verify` reads every row of every table, decodes every report, and checks each against its leaf, each leaf "
        "against the tree, each head's signature, and the database's own file; `sha256sum` reads the file's bytes once."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, action="append")
    run(parser.parse_args().reports or SIZES)


if __name__ == "__main__":
    main()

"""UNODC's file end to end: read, normalise, append durably, index, link; beside a plain pandas and SQLite script.

    make bench-ingest          # or: python -m bench.ingest --rows 10000 --rows 208172

Each run is a process of its own, so that its time holds the start of Python and its peak memory is its own.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from bench.report import Report

DATA = Path(os.environ.get("CUTSET_DATA", "../shared/data"))
SOURCE = DATA / "seizures" / "unodc_ids_dev_2011-2014.csv.gz"
WHOLE = 208_172

CUTSET = """
import sys
from pathlib import Path
import cutset
from cutset.access.registry import Agency, Viewer
from cutset.ingest.formats import reader
from cutset.ingest.reader import Context
from cutset.model.marking import Marking, Tlp
source, store, rejects = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
node = cutset.create(store)
node.register(Agency(id="unodc"), Viewer(id="feed@unodc", agency="unodc"))
context = Context(marking=Marking(originator="unodc", tlp=Tlp.CLEAR))
loaded = node.ingest(source, reader("unodc-ids"), context, by="feed@unodc", rejects=rejects)
node.summary(viewer="feed@unodc")
node.leads(viewer="feed@unodc")
print(loaded.read)
"""


def cut(rows: int, folder: Path) -> Path:
    """The file's first `rows` rows, as a file of its own; beyond its end its rows again, as reports of their own."""
    if rows == WHOLE:
        return SOURCE
    path = folder / f"unodc-{rows}.csv"
    with gzip.open(SOURCE, "rt", encoding="utf-8-sig", newline="") as source, path.open("w", newline="") as target:
        reader, writer = csv.reader(source, delimiter=";"), csv.writer(target, delimiter=";")
        writer.writerow(next(reader))
        held = list(reader)
        writer.writerows(islice(cycle(held), rows))
    return path


def timed(arguments: list[str]) -> tuple[float, float]:
    """Seconds and peak MiB of one process."""
    began = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{arguments[:3]} ended with {status}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def main() -> None:
    """Run, print, store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, action="append")
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    if not SOURCE.exists():
        raise SystemExit(f"{SOURCE} is not there: set CUTSET_DATA")
    report = Report("ingest", "UNODC individual drug seizures, end to end")
    for rows in asked.rows or [10_000, 50_000, WHOLE, 1_000_000]:
        with tempfile.TemporaryDirectory() as directory:
            folder = Path(directory)
            source = cut(rows, folder)
            for who in ("cutset", "pandas and SQLite"):
                seconds, peaks = [], []
                for run in range(asked.repeat if rows <= WHOLE else 1):
                    store = folder / f"{who[:6]}-{run}.cutset"
                    if who == "cutset":
                        arguments = [sys.executable, "-c", CUTSET, str(source), str(store), str(folder)]
                    else:
                        arguments = [sys.executable, "-m", "bench.unodc_pandas", str(source), str(store)]
                    took, peak = timed(arguments)
                    seconds.append(took)
                    peaks.append(peak)
                    size = sum(path.stat().st_size for path in folder.glob(f"{store.name}*")) / 2**20
                median = statistics.median(seconds)
                report.row(
                    who=who,
                    rows=rows,
                    runs=len(seconds),
                    seconds=round(median, 2),
                    rows_per_s=round(rows / median),
                    peak_mib=round(max(peaks)),
                    store_mib=round(size),
                )
    report.close(
        "cutset also rejects bad rows with reasons, makes Merkle leaves and signed heads, and indexes for leads, "
        "repeats and summaries through rights; the script does none of that. Beyond 208,172 rows the file is read "
        "again: rows that no one observed, and every one of them a repeat that a person must judge."
    )


if __name__ == "__main__":
    main()

"""What a durable append costs: one report at a time and in batches, as the log grows, on SQLite and on PostgreSQL.

    make bench-append          # or: python -m bench.append --reports 10000 --reports 1000000

Beside each stands a plain program that inserts the same JSON into one table, with the same promise of durability:
SQLite with a write-ahead log that is synced at every commit, PostgreSQL with `fsync` and `synchronous_commit` on. Only
the time in the store is counted, not that of making the reports. PostgreSQL is a server of the benchmark's own, with
the settings that it comes with.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

import msgspec

from bench.report import Report as Results
from bench.report import percentiles_ms
from bench.rights import AGENCIES, BATCH, GROUPS, VIEWERS, made
from cutset.log.store import Log, Submission
from cutset.model.report import Receipt
from tests.postgresql import Server, missing, newest_programs

Append = Callable[[Sequence[Submission]], None]


def of_cutset(url: str) -> Append:
    """Appending to a log, each answer of which must be a receipt."""
    log = Log.create(url)
    log.register(*AGENCIES, *VIEWERS, *GROUPS)

    def append(batch: Sequence[Submission]) -> None:
        for answer in log.append(batch):
            if not isinstance(answer, Receipt):
                raise SystemExit(f"a made report was refused: {answer}")

    return append


def of_sqlite3(path: str) -> Append:
    """Plain inserts with Python's own module."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE report (seq INTEGER PRIMARY KEY, body BLOB NOT NULL)")

    def append(batch: Sequence[Submission]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO report (body) VALUES (?)", [(msgspec.json.encode(each.report),) for each in batch]
        )
        connection.execute("COMMIT")

    return append


def of_psycopg(url: str) -> Append:
    """Plain inserts with psycopg, which sends many as a pipeline."""
    import psycopg

    connection = psycopg.connect(url)
    connection.execute("CREATE TABLE report (seq bigserial PRIMARY KEY, body bytea NOT NULL)")
    connection.commit()

    def append(batch: Sequence[Submission]) -> None:
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO report (body) VALUES (%s)", [(msgspec.json.encode(each.report),) for each in batch]
            )

    return append


@contextmanager
def server(folder: Path) -> Iterator[Server | None]:
    """A PostgreSQL server; None, with the reason printed, where there can be none."""
    programs = newest_programs()
    if missing() or programs is None:
        print(f"without PostgreSQL: {missing()}")
        yield None
        return
    # The signing key of a store in PostgreSQL lies where this says.
    os.environ["CUTSET_KEY"] = str(folder / "postgresql.key")
    started = Server(programs)
    started.start()
    try:
        yield started
    finally:
        started.stop()


def measure(
    results: Results, database: str, who: str, append: Append, sizes: Sequence[int], one_by_one: int, kept: int
) -> None:
    """Single appends and batches at each size of the log."""
    random, held = Random(7), 0
    for size in sizes:
        seconds: list[float] = []
        before = held
        while held < size:
            batch = submissions(held, min(BATCH, size - held), random)
            seconds.append(timed(append, batch))
            held += len(batch)
        # The last batches tell what a log of this size costs, and not how it came to be.
        last = seconds[-kept:]
        counted = min(kept * BATCH, held - before)
        singly = [timed(append, submissions(held + number, 1, random)) for number in range(one_by_one)]
        held += one_by_one
        results.row(
            database=database,
            who=who,
            log=size,
            batch=min(BATCH, size - before),
            reports_per_s=round(counted / sum(last)),
            reports_per_s_all=round((size - before) / sum(seconds)),
            singly=one_by_one,
            **percentiles_ms(singly),
        )


def submissions(first: int, count: int, random: Random) -> list[Submission]:
    """Made reports, as an agency's feed would submit them."""
    reports = [made(number, random) for number in range(first, first + count)]
    return [Submission(report=report, by=f"ann@{report.originator}") for report in reports]


def timed(append: Append, batch: Sequence[Submission]) -> float:
    """Seconds until the batch is durable."""
    began = time.perf_counter()
    append(batch)
    return time.perf_counter() - began


def main() -> None:
    """Run, print, store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, action="append", help="sizes of the log to measure at")
    parser.add_argument("--singly", type=int, default=500, help="reports appended one by one at each size")
    asked = parser.parse_args()
    sizes = sorted(asked.reports or [10_000, 100_000, 1_000_000])
    results = Results("append", "Durable appends")
    with tempfile.TemporaryDirectory() as directory, server(Path(directory)) as postgresql:
        folder = Path(directory)
        for who, start in (("cutset", of_cutset), ("plain sqlite3", of_sqlite3)):
            path = folder / f"{who[:6]}.cutset"
            measure(results, "SQLite", who, start(str(path)), sizes, asked.singly, kept=4)
            for file in folder.glob(f"{path.name}*"):
                file.unlink()
        if postgresql is not None:
            for who, start in (("cutset", of_cutset), ("plain psycopg", of_psycopg)):
                name = who.split()[-1]
                postgresql.run(f"CREATE DATABASE {name}")
                measure(results, "PostgreSQL", who, start(postgresql.url(name)), sizes, asked.singly, kept=4)
    results.close(
        f"`reports_per_s` is over the last four batches before the size is reached, `reports_per_s_all` over all since "
        f"the row before; batches have up to {BATCH:,} reports. `p50_ms` and `p99_ms` are of reports appended one by "
        "one, each durable before the next. cutset also checks rights, finds repeats, makes Merkle leaves and signs a "
        "tree head in each append; the plain programs do none of that."
    )


if __name__ == "__main__":
    main()

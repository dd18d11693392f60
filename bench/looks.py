"""What it costs to record a look: on its own, by threads that share commits, and as one request's batch; and its bytes.

python -m bench.looks --looks 2000
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from pathlib import Path
from random import Random

import sqlalchemy as sa

import cutset
from bench.report import Report as Results
from bench.report import percentiles_ms
from bench.rights import made
from cutset.access.registry import Agency, Viewer
from cutset.log.audit import Look
from cutset.log.database import engine
from cutset.log.store import Submission
from cutset.node import Node

REPORTS = 20_000
THREADS = 8


def store(folder: Path) -> tuple[Node, list[str]]:
    """A node with made seizures."""
    node = cutset.create(str(folder / "looks.cutset"))
    node.register(*(Agency(f"agency-{n}", country="US") for n in range(8)))
    node.register(
        *(Viewer(f"ann@agency-{n}", f"agency-{n}") for n in range(8)), Viewer("aud@agency-0", "agency-0", ("auditor",))
    )
    random, ids = Random(7), []
    reports = [made(number, random) for number in range(REPORTS)]
    for first in range(0, REPORTS, 5000):
        submissions = [Submission(report=each, by=f"ann@{each.originator}") for each in reports[first : first + 5000]]
        ids += [answer.id for answer in node.log.append(submissions)]  # type: ignore[union-attr]
    return node, ids


def size(node: Node) -> int:
    """Bytes of the store's file, without free pages, once its write-ahead log is written back."""
    with engine(node.url).connect().execution_options(begin="") as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        free = connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
    return (pages - free) * 4096


def timed(node: Node, looks: list[Look]) -> list[float]:
    """Seconds of each look, one after another."""
    found = []
    for look in looks:
        start = time.perf_counter()
        node.log.looked(look)
        found.append(time.perf_counter() - start)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--looks", type=int, default=2000)
    count, random = parser.parse_args().looks, Random(8)
    results = Results("looks", "What it costs to record a look")
    with tempfile.TemporaryDirectory() as folder:
        node, ids = store(Path(folder))

        def looks(number: int, reports: int) -> list[Look]:
            return [
                Look(
                    view="leads",
                    by=f"ann@agency-{random.randrange(8)}",
                    asked={"limit": "20", "case": random.choice(ids)},
                    shown=reports,
                    reports=frozenset(random.sample(ids, reports)),
                )
                for _ in range(number)
            ]

        for reports in (0, 1, 20, 1000):
            each = looks(count if reports < 1000 else count // 10, reports)
            before = size(node)
            seconds = timed(node, each)
            grown = (size(node) - before) / len(each)
            results.row(what="one by one", reports_shown=reports, **percentiles_ms(seconds), bytes_each=round(grown))
        together(node, looks(count, 20), results)
        views(node, ids, results)
    results.close("Each look is durable (synced) before its time ends. `bytes_each` is what the store's file grows by.")


def together(node: Node, looks: list[Look], results: Results) -> None:
    """The same looks by threads that share commits, and as requests of ten looks."""
    times: list[float] = []
    threads = [
        threading.Thread(target=lambda part: times.extend(timed(node, part)), args=(looks[n::THREADS],))
        for n in range(THREADS)
    ]
    before, start = size(node), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = round(len(looks) / (time.perf_counter() - start))
    grown = round((size(node) - before) / len(looks))
    of_threads = percentiles_ms(times)
    results.row(what=f"{THREADS} threads", reports_shown=20, **of_threads, bytes_each=grown, looks_per_s=rate)
    before, start = size(node), time.perf_counter()
    for first in range(0, len(looks), 10):
        node.log.looked(*looks[first : first + 10])
    rate = round(len(looks) / (time.perf_counter() - start))
    grown = round((size(node) - before) / len(looks))
    results.row(what="ten a request", reports_shown=20, bytes_each=grown, looks_per_s=rate)


def views(node: Node, ids: list[str], results: Results) -> None:
    """A view with its look beside the same view without, and the auditor's first and later searches."""
    rights, plain, audited = node.rights("ann@agency-0"), [], []
    for id in ids[:300]:
        start = time.perf_counter()
        node.log.fetch([id], rights)
        plain.append(time.perf_counter() - start)
        start = time.perf_counter()
        node.report(id, viewer="ann@agency-0")
        audited.append(time.perf_counter() - start)
    results.row(what="a report fetched, unrecorded", reports_shown=1, **percentiles_ms(plain))
    results.row(what="a report fetched, recorded", reports_shown=1, **percentiles_ms(audited))
    with engine(node.url).connect() as connection:
        total = connection.scalar(sa.text("SELECT count(*) FROM log_notice WHERE what = 'looked'"))
    start = time.perf_counter()
    node.audit(viewer="aud@agency-0")
    results.row(what=f"an auditor's first search, {total:,} looks", p50_ms=round((time.perf_counter() - start) * 1e3))
    times = []
    for id in ids[:50]:
        start = time.perf_counter()
        node.who_saw(id, viewer="aud@agency-0")
        times.append(time.perf_counter() - start)
    results.row(what="who saw a report", **percentiles_ms(times))


if __name__ == "__main__":
    main()

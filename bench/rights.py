"""What rights cost: one viewer's count and one report's fetch, beside the same with no rights, as the log grows.

    make bench-rights          # or: python -m bench.rights --reports 10000 --reports 1000000

The log is of made seizures by eight agencies under 320 distinct markings; the viewer may see six in ten of them.
Each timed pair, with rights and without, is taken in turn, so that both meet the same caches.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import sqlalchemy as sa

from bench.report import Report as Results
from bench.report import percentiles_ms
from cutset.access.decide import decide
from cutset.access.registry import Agency, Group, Registry, Viewer
from cutset.access.rights import Rights
from cutset.log.database import engine
from cutset.log.filters import visible
from cutset.log.store import Log, Submission
from cutset.log.tables import log_report
from cutset.model.marking import Marking, Tlp
from cutset.model.mention import Mention, MentionKind, Role, Selector, SelectorKind
from cutset.model.report import Goods, Quantity, Receipt, Report, Seizure, Source, When, Where

AGENCIES = tuple(Agency(f"agency-{number}", country="US" if number < 6 else "CO") for number in range(8))
VIEWERS = tuple(Viewer(f"ann@{agency.id}", agency.id) for agency in AGENCIES)
GROUPS = (Group("task-force", members=("agency:agency-0", "agency:agency-6")),)
RELEASES: tuple[tuple[str, ...] | None, ...] = (
    None,
    None,
    ("agency:agency-0",),
    ("group:task-force",),
    ("country:CO",),
)
MARKINGS = tuple(
    Marking(originator=agency.id, tlp=level, les=les, rel_to=rel_to)
    for agency, level, les, rel_to in itertools.product(AGENCIES, Tlp, (False, True), RELEASES)
)
BATCH = 5000


def made(number: int, random: Random) -> Report:
    """A made seizure, of one of the markings."""
    at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    kilograms = float(random.randint(1, 400))
    goods = Goods(
        contraband="drug", substance="cocaine", quantity=Quantity(amount=kilograms, unit="kg", mass_kg=kilograms)
    )
    phone = f"+5075{number:07}"
    person = Mention(
        kind=MentionKind.PERSON,
        role=Role.SUBJECT,
        selectors=(Selector(SelectorKind.PHONE, phone, phone, True),),
    )
    return Report(
        marking=random.choice(MARKINGS),
        source=Source(dataset="bench", record=str(number), made=True),
        content=Seizure(when=When(at=at), where=Where(country="PA"), goods=(goods,)),
        mentions=(person,),
    )


def fill(log: Log, reports: range, random: Random) -> Iterator[str]:
    """Append made reports, and give their ids."""
    for start in range(reports.start, reports.stop, BATCH):
        batch = [made(number, random) for number in range(start, min(start + BATCH, reports.stop))]
        for answer in log.append([Submission(report=report, by=f"ann@{report.originator}") for report in batch]):
            if not isinstance(answer, Receipt):
                raise SystemExit(f"a made report was refused: {answer}")
            yield answer.id


def in_turn(times: int, *works: Callable[[int], object]) -> list[list[float]]:
    """Seconds of each of the works, done in turn `times` times, after one round that is not counted."""
    took: list[list[float]] = [[] for _ in works]
    for turn in range(times + 1):
        for seconds, work in zip(took, works, strict=True):
            began = time.perf_counter()
            work(turn)
            if turn:
                seconds.append(time.perf_counter() - began)
    return took


def count(connection: sa.Connection, rights: Rights | None) -> int:
    """How many reports there are; with rights, how many of them the viewer may see."""
    query = sa.select(sa.func.count()).select_from(log_report)
    if rights is not None:
        query = query.where(visible(log_report.c.marking_id, rights))
    return int(connection.scalar(query) or 0)


def measure(results: Results, url: str, reports: int, ids: list[str], times: int) -> None:
    """One size of the log: count and fetch, with rights and without, and what it takes to decide the rights."""
    log = Log.open(url)
    rights = log.rights("ann@agency-0")
    random = Random(reports)
    asked = [random.choice(ids) for _ in range(times * 10 + 1)]
    with engine(url).connect() as connection:
        share = round(count(connection, rights) / count(connection, None), 2)
        seqs = [
            connection.scalars(sa.select(log_report.c.seq).where(log_report.c.id == report_id)).one()
            for report_id in asked
        ]
        of_all, of_mine = in_turn(times, lambda _: count(connection, None), lambda _: count(connection, rights))
    # Without rights a report is read whole, as a view's index reads it.
    whole, mine = in_turn(
        times * 10, lambda n: log.follow(seqs[n] - 1, limit=1), lambda n: log.fetch([asked[n]], rights)
    )
    afresh = in_turn(times, lambda _: Log.open(url).rights("ann@agency-0"), lambda _: log.rights("ann@agency-0"))
    for what, who, seconds in (
        ("count", "no rights", of_all),
        ("count", "with rights", of_mine),
        ("fetch one", "no rights", whole),
        ("fetch one", "with rights", mine),
        ("rights", "decided anew", afresh[0]),
        ("rights", "kept", afresh[1]),
    ):
        results.row(what=what, who=who, reports=reports, visible=share, times=len(seconds), **percentiles_ms(seconds))


def deciding(results: Results, markings: int = 200_000) -> None:
    """How many markings a second are decided, in one thread."""
    registry = Registry(AGENCIES, VIEWERS, GROUPS)
    several = list(itertools.islice(itertools.cycle(MARKINGS), markings))
    seconds = []
    for viewer in VIEWERS[:5]:
        began = time.perf_counter()
        for marking in several:
            decide(viewer, marking, registry)
        seconds.append(time.perf_counter() - began)
    per_second = round(markings / statistics.median(seconds))
    results.row(what="decide", who="one thread", times=len(seconds) * markings, markings_per_s=per_second)


def main() -> None:
    """Run, print, store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, action="append")
    parser.add_argument("--times", type=int, default=100)
    asked = parser.parse_args()
    results = Results("rights", "Rights: a viewer's count and fetch, with and without")
    deciding(results)
    with tempfile.TemporaryDirectory() as directory:
        url = str(Path(directory) / "rights.cutset")
        log = Log.create(url)
        log.register(*AGENCIES, *VIEWERS, *GROUPS)
        ids: list[str] = []
        random = Random(7)
        for reports in sorted(asked.reports or [10_000, 100_000, 1_000_000]):
            ids.extend(fill(log, range(len(ids), reports), random))
            measure(results, url, reports, ids, asked.times)
    results.close(
        f"The log is of made reports under {len(set(MARKINGS))} markings. Without rights, a count is of all that the "
        "log holds, and a fetch gives every portion. With rights the viewer's marking ids are in the query. Rights are "
        "decided once for each state of registry and markings."
    )


if __name__ == "__main__":
    main()

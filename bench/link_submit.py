"""From submit to a visible lead, end to end and durable, in a store that already holds many reports.

    python -m bench.link_submit                      # a million reports, in the folder build/
    python -m bench.link_submit --reports 100000 --folder /srv/disk

The store lies on a disk: a file in memory would be no more durable than memory is. Half of the reports are case cards,
half seizures; each names one made person (`bench/made_people.py`) and one telephone, and telephones are shared as a
world shares them: most by nobody, some by a few reports, three by one report in a hundred. Each submission is a seizure
that names the telephone of a case that is held, so that there is a lead to see. What is timed is what a deputy waits
for: `submit`, durable and indexed when it returns, and `leads` of the event; then, in a row of its own, what stands
near it by name. The stages are the same calls taken apart, on other submissions of the same sort.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import msgspec

from bench.made_people import SHARED_PHONES, People, misheard
from bench.report import Report as Results
from bench.report import percentile, percentiles_ms
from cutset.access.registry import Agency, Viewer
from cutset.link import leads as of_leads
from cutset.link.candidates.index import CandidateIndex
from cutset.link.candidates.near import near
from cutset.link.index import LinkIndex
from cutset.log.database import forget_engine
from cutset.log.follower import follow
from cutset.log.store import Log, Submission
from cutset.model.marking import Marking, Tlp
from cutset.model.mention import Mention, Role, Selector, SelectorKind
from cutset.model.report import Case, Receipt, Report, Seizure, Source, When
from cutset.node import Node
from cutset.plan.index import PlanIndex

AGENCIES = tuple(Agency(f"agency-{number}", country="US") for number in range(8))
BY = Viewer("ann@agency-0", "agency-0")
VIEWERS = (BY, *(Viewer(f"ann@{agency.id}", agency.id) for agency in AGENCIES[1:]))
MARKINGS = tuple(
    Marking(originator=agency.id, tlp=tlp) for agency in AGENCIES for tlp in (Tlp.GREEN, Tlp.CLEAR, Tlp.RED)
)
START = datetime(2024, 1, 1, tzinfo=UTC)
BATCH = 20_000


def phone(value: str) -> Selector:
    """A telephone as a verified selector."""
    return Selector(SelectorKind.PHONE, value, value, True)


def report(number: int, mention: Mention, value: str, marking: Marking) -> Report:
    """A made report: a case card, or a seizure, of a person with a telephone."""
    person = Mention(
        kind=mention.kind, role=Role.SUBJECT, name=mention.name, born=mention.born, selectors=(phone(value),)
    )
    when = When(START + timedelta(minutes=number % 500_000))
    content = Case(number=str(number)) if number % 2 else Seizure(when=when)
    source = Source(dataset="bench", record=str(number), made=True)
    return Report(marking=marking, source=source, content=content, mentions=(person,))


def fill(log: Log, reports: int, random: Random) -> list[tuple[Mention, str]]:
    """Append made reports; a sample of the visible cases' people and telephones."""
    people: Iterator[Mention] = iter(People(seed=3))
    sample: list[tuple[Mention, str]] = []
    recent = [f"+1956{number:07}" for number in range(64)]
    for start in range(0, reports, BATCH):
        batch = []
        for number in range(start, min(start + BATCH, reports)):
            mention = next(people)
            draw = random.random()
            value = f"+1{2_020_000_000 + number}"
            if draw < 0.01:
                value = SHARED_PHONES[number % 3]
            elif draw < 0.2:
                value = random.choice(recent)
            else:
                recent[random.randrange(64)] = value
            marking = random.choice(MARKINGS)
            if number % 2 and marking.tlp is not Tlp.RED and draw > 0.01 and random.random() < 0.01:
                sample.append((mention, value))
            batch.append(report(number, mention, value, marking))
        answers = log.append([Submission(report=each, by=f"ann@{each.originator}") for each in batch])
        if refused := next((each for each in answers if not isinstance(each, Receipt)), None):
            raise SystemExit(f"a made report was refused: {refused}")
    return sample


def asked(sample: list[tuple[Mention, str]], random: Random) -> Iterator[Report]:
    """Seizures, each of a person and a telephone that a case has."""
    for number in itertools.count(10_000_000):
        mention, value = random.choice(sample)
        yield report(number * 2, misheard(mention, random), value, random.choice(MARKINGS[:2]))


def timed(results: Results, what: str, reports: int, work: Callable[[], object], times: int) -> None:
    """A row: how long `work` takes, on the wall and of this thread's processor time."""
    for _ in range(20):
        work()
    wall, cpu = [], []
    for _ in range(times):
        began, began_cpu = time.perf_counter(), time.thread_time()
        work()
        cpu.append(time.thread_time() - began_cpu)
        wall.append(time.perf_counter() - began)
    results.row(
        what=what,
        reports=reports,
        times=times,
        **percentiles_ms(wall),
        p50_cpu_ms=round(percentile(cpu, 50) * 1e3, 3),
        p99_cpu_ms=round(percentile(cpu, 99) * 1e3, 3),
    )


def stages(results: Results, node: Node, reports: int, new: Iterator[Report], times: int) -> None:
    """The parts of it, each in a row of its own."""
    held: list[str] = []

    def append() -> None:
        (answer,) = node.log.append([Submission(report=next(new), by=BY.id)])
        assert isinstance(answer, Receipt)
        held.append(answer.id)

    def following(index: LinkIndex | PlanIndex) -> list[float]:
        follow(node.log, index)
        took = []
        for _ in range(times):
            append()
            began = time.perf_counter()
            follow(node.log, index)
            took.append(time.perf_counter() - began)
        return took

    timed(results, "  of which: append, durable", reports, append, times)
    for name, index in (("links", node.link), ("the plan", node.plan)):
        what = f"  of which: the index of {name} follows"
        results.row(what=what, reports=reports, times=times, **percentiles_ms(following(index)))
    follow(node.log, node.link, node.plan)
    timed(results, "  of which: rights", reports, lambda: node.rights(BY), times)
    rights = node.rights(BY)
    ids = itertools.cycle(held)
    timed(
        results,
        "  of which: leads of the event",
        reports,
        lambda: of_leads.leads(node.link, rights, event=next(ids)),
        times,
    )


def beside(results: Results, node: Node, reports: int, new: Iterator[Report], times: int) -> None:
    """What stands near by name, with an index of its own that follows the log too."""
    index = node.index(CandidateIndex)
    rights = node.rights(BY)

    def submit_and_near() -> None:
        receipt = node.submit(next(new), by=BY)
        follow(node.log, index)
        near(index, rights, receipt.id)

    timed(results, "submit, and what stands near by name", reports, submit_and_near, times)
    timed(results, "near, before it is submitted", reports, lambda: near(index, rights, next(new)), times)


def store(folder: Path, reports: int) -> list[tuple[Mention, str]]:
    """See that the folder has a store of so many reports, indexed; what `fill` gives. An earlier run's is taken."""
    url, kept = str(folder / f"submit-{reports}.cutset"), folder / f"submit-{reports}.json"
    if kept.exists():
        return msgspec.json.decode(kept.read_bytes(), type=list[tuple[Mention, str]])
    began = time.perf_counter()
    log = Log.create(url)
    log.register(*AGENCIES, *VIEWERS)
    sample = fill(log, reports, Random(5))
    Node.open(url).catch_up()
    forget_engine(url)
    kept.write_bytes(msgspec.json.encode(sample))
    print(f"filled and indexed in {time.perf_counter() - began:.0f} s", flush=True)
    return sample


def main() -> None:
    """Run, print, store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=500)
    parser.add_argument(
        "--folder", type=Path, default=Path(__file__).parents[1] / "build", help="on a real disk; the store stays there"
    )
    parser.add_argument("--build", action="store_true", help="build the store, and measure nothing")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    sample = store(given.folder, given.reports)
    if given.build:
        return
    results = Results("link_submit", "Submit to visible lead, durable")
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        name = f"submit-{given.reports}.cutset"
        for each in (name, f"{name}.key"):
            shutil.copy(given.folder / each, folder)
        run(results, str(Path(folder) / name), given.reports, given.times, asked(sample, Random(6)))
    results.close(
        "Every submission is synced to disk before its receipt. `cpu` is this thread's processor time: the rest is "
        f"waiting for the disk, or for other work of the machine (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} "
        "cores at the end). The reports are made."
    )


def run(results: Results, url: str, reports: int, times: int, new: Iterator[Report]) -> None:
    """Ask, of a store that is filled."""
    node = Node.open(url)
    node.catch_up()
    gc.collect()
    gc.freeze()
    seen = 0

    def submit_and_see() -> None:
        nonlocal seen
        receipt = node.submit(next(new), by=BY)
        seen += bool(node.leads(receipt, viewer=BY))

    timed(results, "submit to visible lead", reports, submit_and_see, times)
    results.rows[-1]["with_a_lead"] = round(seen / (times + 20), 3)
    stages(results, node, reports, new, times)
    beside(results, node, reports, new, times)


if __name__ == "__main__":
    main()

"""All measures of the catalogue over a log of made reports: the first index and answer, and after another thousand.

    make bench-plan          # or: python -m bench.plan --reports 10000 --reports 1000000 --out results

The reports are made: seizures and detections in nine of ten, else cases, shipments, taskings, examinations, custody.
One in a hundred events names a telephone that a case names too, and people accepted half of those leads.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

import msgspec

from bench.report import RESULTS
from bench.report import Report as Results
from cutset import clock
from cutset.access.registry import Agency, Viewer
from cutset.evidence.index import EvidenceIndex
from cutset.link.index import LinkIndex
from cutset.link.leads import leads
from cutset.log.store import Log, Submission
from cutset.model.marking import Marking, Tlp
from cutset.model.mention import Mention, MentionKind, Selector, SelectorKind
from cutset.model.report import (
    Case,
    Content,
    Custody,
    Detection,
    Goods,
    Judgement,
    Outcome,
    Quantity,
    Receipt,
    Report,
    Route,
    Seizure,
    Shipment,
    Source,
    Tasking,
    When,
    Where,
)
from cutset.plan import document, periods
from cutset.plan.catalogue import catalogue
from cutset.plan.index import PlanIndex
from cutset.plan.measures.compute import reading
from cutset.plan.measures.index import MeasureIndex
from cutset.plan.measures.linked import linked
from cutset.plan.measures.reading import Sources
from cutset.plan.publish import pdf
from cutset.plan.publish.annual import annual
from cutset.plan.scoreboard import scoreboard

AGENCIES = tuple(Agency(name, country="US") for name in ("cbp", "uscg", "dea", "hsi", "usps", "atf"))
VIEWERS = tuple(Viewer(f"ann@{agency.id}", agency.id) for agency in AGENCIES)
MARKINGS = tuple(
    Marking(originator=agency.id, tlp=level, les=les)
    for agency, level, les in itertools.product(AGENCIES, (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER), (False, True))
)
START = datetime(2019, 10, 1, tzinfo=UTC)
AREAS = ("beyond the borders", "border region", "inside the borders")
PHASES = ("detected", "monitored", "targeted", "disrupted")
BATCH = 5000
NEW, TURNS = 1000, 3
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def event(random: Random, when: When) -> Seizure | Detection:
    """A made seizure, or one time in three a detection."""
    kilograms = float(random.randint(1, 400))
    goods = Goods(
        contraband="drug",
        substance=random.choice(["cocaine", "heroin", "fentanyl"]),
        quantity=Quantity(amount=kilograms, unit="kg", mass_kg=kilograms),
    )
    common = {
        "when": when,
        "where": Where(country=random.choice(["US", "PA", "CO", "MX"])),
        "route": Route(departure=random.choice(["CO", "MX", "CN"]), destination="US"),
        "area": random.choice(AREAS),
        "modality": random.choice(["maritime", "land vehicle", "mail", "container"]),
    }
    if random.random() < 0.33:
        return Detection(**common, phase=random.choice(PHASES))
    return Seizure(**common, goods=(goods,))


def other(number: int, random: Random, when: When) -> Content:
    """Made work that is no event."""
    return random.choice(
        [
            Case(number=str(number), opened=when, organisation=f"made-{number % 40}", priority_target=number % 3 == 0),
            Shipment(number=str(number), declared=when, arrives=when, modality="container"),
            Tasking(asset=f"a{number % 50}", order="patrol", when=when, where=Where(country="PA")),
            Outcome(period=when, found=number % 9 == 0, breakdown={"detector": "x-ray"}),
            Custody(exhibit=f"E{number // 7}", when=when, giver="officer", receiver="vault"),
        ]
    )


def made(number: int, random: Random) -> Report:
    """A made report over four years, of one of the markings."""
    when = When(at=START + timedelta(minutes=2 * (number % 1_000_000)))
    content = event(random, when) if number % 10 else other(number, random, when)
    mentions: tuple[Mention, ...] = ()
    if isinstance(content, Case) or number % 100 == 1:
        value = f"+5075{number // 400:07}"
        selector = Selector(kind=SelectorKind.PHONE, value=value, written=value, verified=True)
        mentions = (Mention(kind=MentionKind.PERSON, selectors=(selector,)),)
    source = Source(dataset="made", record=str(number), made=True)
    return Report(marking=MARKINGS[number % len(MARKINGS)], source=source, content=content, mentions=mentions)


def submissions(first: int, number: int) -> Iterator[Submission]:
    """So many made reports, the same at each run."""
    random = Random(first)
    for each in range(first, first + number):
        report = made(each, random)
        yield Submission(report=report, by=f"ann@{report.originator}")


def judged(sources: Sources) -> None:
    """Accept half of the leads from events to cases that CBP sees."""
    found = [each for each in leads(sources.link, sources.log.rights("ann@cbp")) if each.case][::2]
    marking = Marking(originator="cbp", tlp=Tlp.GREEN)
    for start in range(0, len(found), BATCH):
        sources.log.append(
            Submission(
                report=Report(
                    marking=marking,
                    source=Source(dataset="judgements", made=True),
                    content=Judgement(verdict="accepted", about=tuple(sorted((each.event, each.other)))),
                ),
                by="ann@cbp",
            )
            for each in found[start : start + BATCH]
        )


def run(results: Results, reports: int, folder: Path) -> None:
    """Measure one size of log."""
    url = str(folder / f"{reports}.cutset")
    log = Log.create(url)
    log.register(*AGENCIES, *VIEWERS)
    for start in range(0, reports, BATCH):
        answers = log.append(submissions(start, min(BATCH, reports - start)))
        assert all(isinstance(each, Receipt) for each in answers)
    sources = Sources(log, LinkIndex(url), PlanIndex(url), MeasureIndex(url), EvidenceIndex(url))
    indexed_s = timed(sources.catch_up)
    judged(sources)
    sources.catch_up()
    first = answer(sources)[0]
    followed, again = [], []
    for turn in range(TURNS):
        log.append(submissions(reports + turn * NEW, NEW))
        followed.append(timed(sources.catch_up))
        again.append(answer(sources))
    # The plain way, beside it: the same measures with nothing kept, counted from the beginning. They must be equal.
    anew, counted_anew = answer(sources._replace(measures=MeasureIndex(url)))
    seconds, kept = again[-1]
    assert kept == counted_anew
    rights = log.rights("ann@cbp")
    board_s, board_again_s = (timed(lambda: scoreboard(sources, rights, "FY2020")) for _ in range(2))
    slowest = sorted(seconds, key=lambda name: -seconds[name])[:3]
    results.row(
        reports=reports,
        index_first_s=round(indexed_s, 1),
        index_1000_more_s=round(median(followed), 3),
        all_measures_first_s=round(sum(first.values()), 1),
        all_measures_again_s=round(median(sum(each.values()) for each, _ in again), 2),
        of_that_reading_links_s=round(timed(lambda: linked(sources.link, rights)), 2),
        all_measures_anew_s=round(sum(anew.values()), 1),
        scoreboard_s=round(board_s, 1),
        scoreboard_again_s=round(board_again_s, 1),
        annual_report_pdf_s=round(timed(lambda: annual_report(sources)), 1),
        slowest_again=", ".join(f"{name} {seconds[name]:.2f} s" for name in slowest),
    )


def timed(what: Callable[[], object]) -> float:
    """Seconds of the processor that it takes: what else the machine does is not in it."""
    began = time.process_time()
    what()
    return time.process_time() - began


def answer(sources: Sources) -> tuple[dict[str, float], bytes]:
    """Seconds of the processor for each measure over all time, for CBP, in one reading; and the answers."""
    taken, answers = {}, []
    with reading(sources, sources.log.rights("ann@cbp"), clock=clock.fixed(NOW)) as measures:
        for each in catalogue().measures:
            began = time.process_time()
            answers.append(msgspec.json.encode(measures.measure(each.id, None, each.by[:1]), order="sorted"))
            taken[each.id] = time.process_time() - began
    return taken, b"\n".join(answers)


def annual_report(sources: Sources) -> bytes:
    """The annual report of one fiscal year as PDF, with all measures in it."""
    plan, rights, now = document.load("niccp_2021"), sources.log.rights("ann@cbp"), clock.fixed(NOW)
    with reading(sources, rights, plan=plan, clock=now) as measures:
        taken = [measures.measure(each.id, periods.read("FY 2020")) for each in catalogue().measures]
    return pdf.render(annual(sources.log, sources.plan, rights, plan, 2020, now, taken=taken))


def main() -> None:
    """Run the benchmark for each number of reports."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, action="append")
    parser.add_argument("--out", type=Path, default=RESULTS, help="the folder for the results")
    given = parser.parse_args()
    asked = given.reports or [10_000, 100_000, 1_000_000]
    results = Results("plan", "All measures of the catalogue over made reports")
    for reports in asked:
        with tempfile.TemporaryDirectory() as folder:
            run(results, reports, Path(folder))
    results.close(
        "The reports are made, and the seconds are those of the processor. `index_first_s` feeds all indexes; "
        "`all_measures` are the 45 of the catalogue "
        "over all time, each by its first breakdown: `first` with nothing kept, `again` after 1,000 new reports (the "
        "median of three times), `anew` the same answers counted from the beginning, which are compared with what was "
        "kept up; `of_that_reading_links_s` is the links' part of each. `scoreboard_s` is the matrix of one fiscal "
        "year with its trends, first and again, `annual_report_pdf_s` the annual report with all measures.",
        folder=given.out,
    )


if __name__ == "__main__":
    main()

"""What the leads of one event cost as the store grows, and how far their scores are from the truth, on made data.

    python -m bench.link_leads

Made enterprises each have telephones, a vehicle, a company and a vessel, and a case. Events meet with one of their
things; registry reports tie two of them. A share of the telephones and vehicles is passed on to another enterprise, one
account is a broker's, and one telephone a tip line's: what a selector shares is then not always the truth.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bench.report import Report as Results
from bench.report import percentiles_ms
from bench.rights import AGENCIES, BATCH, GROUPS, VIEWERS
from cutset.link.index import LinkIndex
from cutset.link.leads import Lead, leads
from cutset.log.follower import follow
from cutset.log.store import Log, Submission
from cutset.model.marking import Marking, Tlp
from cutset.model.mention import Mention, MentionKind, Role, Selector, SelectorKind
from cutset.model.report import Case, Receipt, Report, Seizure, Shipment, Source, When

BY = VIEWERS[0]
MARKINGS = (
    Marking(originator=BY.agency, tlp=Tlp.GREEN, les=True),
    Marking(originator=BY.agency, tlp=Tlp.CLEAR),
    Marking(originator=BY.agency, tlp=Tlp.RED),
)
START = datetime(2024, 1, 1, tzinfo=UTC)
PASSED_ON = 0.12
"""The made share of things that another enterprise has afterwards."""

_ROLE = {SelectorKind.IMO: Role.CONVEYANCE, SelectorKind.VIN: Role.CONVEYANCE, SelectorKind.ACCOUNT: Role.OWNER}


def thing(kind: SelectorKind, value: str) -> Mention:
    """A made thing; its value passes no check, and is taken as verified."""
    role = _ROLE.get(kind, Role.DRIVER)
    return Mention(kind=MentionKind.ORGANIZATION, role=role, selectors=(Selector(kind, value, value, True),))


def world(reports: int, seed: int) -> Iterator[tuple[Report, int | None]]:
    """Made reports, each with the enterprise that it is of, or None."""
    random = Random(seed)
    enterprises = max(reports // 10, 4)
    kinds = (SelectorKind.PHONE, SelectorKind.PHONE, SelectorKind.VIN, SelectorKind.ACCOUNT, SelectorKind.IMO)
    things = [
        [thing(kind, f"{kind}-{one}-{number}") for number, kind in enumerate(kinds)] for one in range(enterprises)
    ]
    for one, mine in enumerate(things):
        for number in range(3):
            if random.random() < PASSED_ON:
                mine[number] = things[random.randrange(enterprises)][number] if one else mine[number]
    tip_line = thing(SelectorKind.PHONE, "tip-line")
    for number in range(reports):
        one = random.randrange(enterprises)
        mine = things[one]
        marking = MARKINGS[number % 3]
        source = Source(dataset="bench", record=str(number), made=True)
        when = When(at=START + timedelta(minutes=number))
        if number % 10 == 0:
            one = number // 10 % enterprises
            content = Case(number=str(number), priority_target=number % 80 == 0)
            yield (
                Report(marking=marking, source=source, content=content, mentions=(things[one][0], things[one][4])),
                one,
            )
        elif number % 10 == 1:
            mentions = tuple(random.sample(mine, 2))
            yield Report(marking=marking, source=source, content=Shipment(number=str(number)), mentions=mentions), one
        elif number % 10 < 6:
            yield (
                Report(marking=marking, source=source, content=Seizure(when=when), mentions=(random.choice(mine),)),
                one,
            )
        else:
            mentions = (tip_line,) if number % 500 == 7 else (thing(SelectorKind.PHONE, f"own-{number}"),)
            yield Report(marking=marking, source=source, content=Seizure(when=when), mentions=mentions), None


def fill(folder: Path, reports: int) -> tuple[Log, LinkIndex, dict[str, int | None], list[str]]:
    """A made store, its index, the truth by report, and the events."""
    url = str(folder / f"{reports}.cutset")
    log = Log.create(url)
    log.register(*AGENCIES, *VIEWERS, *GROUPS)
    truth: dict[str, int | None] = {}
    events: list[str] = []
    made = list(world(reports, seed=11))
    for start in range(0, reports, BATCH):
        batch = made[start : start + BATCH]
        for answer, (report, one) in zip(
            log.append([Submission(report=each, by=BY.id) for each, _ in batch]), batch, strict=True
        ):
            assert isinstance(answer, Receipt), answer
            truth[answer.id] = one
            if isinstance(report.content, Seizure):
                events.append(answer.id)
    index = LinkIndex(url)
    follow(log, index)
    return log, index, truth, events


def speed(results: Results, log: Log, index: LinkIndex, events: Sequence[str], reports: int) -> None:
    """Milliseconds for the leads of one event, over 300 events."""
    rights = log.rights(BY.id)
    leads(index, rights, event=events[0])
    taken, found = [], 0
    for event in Random(3).sample(list(events), 300):
        began = time.perf_counter()
        found += len(leads(index, rights, event=event))
        taken.append(time.perf_counter() - began)
    results.row(what="leads of one event", reports=reports, leads=found, **percentiles_ms(taken))


def reliability(results: Results, found: Sequence[Lead], truth: dict[str, int | None]) -> None:
    """Of the leads in each tenth of the score: the mean score, and the share whose ends are of one enterprise."""
    error = 0.0
    for tenth in range(10):
        within = [each for each in found if min(int(each.score * 10), 9) == tenth]
        if not within:
            continue
        right = sum(truth[each.event] is not None and truth[each.event] == truth[each.other] for each in within)
        mean, share = sum(each.score for each in within) / len(within), right / len(within)
        error += abs(mean - share) * len(within) / len(found)
        by = {str(link): sum(each.link is link for each in within) for link in {each.link for each in within}}
        results.row(
            what=f"score {tenth / 10:.1f} to {(tenth + 1) / 10:.1f}",
            leads=len(within),
            of=str(by),
            mean_score=round(mean, 3),
            share_true=round(share, 3),
        )
    results.row(what="expected calibration error", leads=len(found), mean_score=round(error, 3))


def main() -> None:
    """Run, print, store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, action="append")
    sizes = parser.parse_args().reports or [10_000, 100_000]
    results = Results("link_leads", "Leads of one event, and how far scores are from the truth, on made data")
    for number, reports in enumerate(sizes):
        with tempfile.TemporaryDirectory() as folder:
            log, index, truth, events = fill(Path(folder), reports)
            speed(results, log, index, events, reports)
            if number == 0:
                reliability(results, leads(index, log.rights(BY.id)), truth)
    results.close(
        "Made reports: the rates of reuse are the authors' own, and the reliability says how the scores stand against "
        "them, not against the world. The path's ties and the selectors' strengths were not fitted to these."
    )


if __name__ == "__main__":
    main()

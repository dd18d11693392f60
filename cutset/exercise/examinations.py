"""Examinations of made containers and parcels: who was ordered to open what, at random or not, and what came of it.

A seized load was found by an examination. Innocents are examined as well: at random, so many that chance finds what
chance finds, and because someone chose them, as often as loads with the same signs. The agencies file each as a tasking
(`examine`, `examine at random`) and an outcome that names the tasking and the paper examined. So hit rates can be
learned, as the Plan's measures do.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from cutset.exercise.parameters import Parameters
from cutset.exercise.trade import suspicion
from cutset.exercise.truth import Paper
from cutset.ingest import dates
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import open_text
from cutset.ingest.table import Table
from cutset.model.report import Kind, Outcome, Report, Source, Tasking, When

EXAMINE, AT_RANDOM = "examine", "examine at random"
DATASET = "exercise-examinations"
COLUMNS = ("number", "ordered", "order", "paper", "unit", "examined", "found", "detector")
_UNITS = {
    "manifests": (("USMIA scanner", "x-ray"), ("USNYC search team", "search"), ("USLAX canine unit", "dog")),
    "advance-parcels": (("USJFK mail team", "x-ray"), ("USLAX canine unit", "dog"), ("USORD mail team", "search")),
}


def examinations(random: Random, given: Parameters, papers: Sequence[Paper], prefix: str) -> list[Paper]:
    """The examinations of these papers, in the order of the papers; each is itself a row of `examinations.csv`."""
    made: list[Paper] = []
    for feed in _UNITS:
        mine = [paper for paper in papers if paper.feed == feed]
        loaded = sum(paper.load > 0 for paper in mine)
        for paper, order in _ordered(random, given, mine, loaded / max(1, len(mine))):
            unit, detector = random.choice(_UNITS[feed])
            arrives = datetime.fromisoformat(paper.cells["arrives"]).replace(tzinfo=UTC)
            examined = arrives + timedelta(days=random.randint(0, 2))
            number = f"EXAM-{prefix}{len(made) + 1:05d}"
            cells = {
                "number": number,
                "ordered": f"{arrives:%Y-%m-%d}",
                "order": order,
                "paper": paper.record,
                "unit": unit,
                "examined": f"{examined:%Y-%m-%d}",
                "found": "yes" if paper.seized else "no",
                "detector": detector,
            }
            made.append(
                Paper(
                    feed="examinations",
                    record=number,
                    cells=cells,
                    at=examined,
                    filed=examined,
                    organisation=paper.organisation,
                    load=paper.load,
                )
            )
    return made


def _ordered(
    random: Random, given: Parameters, papers: Sequence[Paper], prevalence: float
) -> Iterator[tuple[Paper, str]]:
    """Which papers were examined, and by what order."""
    finds = sum(paper.lot for paper in papers)
    # So many innocents are drawn at random that chance's hits among them are as many as loads among all papers.
    innocent = [paper for paper in papers if not paper.load]
    drawn = min(len(innocent), round(finds * (1 - prevalence) / prevalence)) if prevalence else 0
    chosen = {paper.record for paper in random.sample(innocent, drawn)}
    for paper in papers:
        if paper.record in chosen or paper.lot:
            yield paper, AT_RANDOM
        elif paper.seized or (not paper.load and random.random() < suspicion(given, paper.signs)):
            yield paper, EXAMINE


class Examinations:
    """Reads `examinations.csv` as taskings, or as their outcomes.

    `ids` are the ids of reports by the source's own key: of the papers, and for outcomes of the taskings too.
    """

    title = "MADE exercise: examinations ordered and done, as CSV"
    keyed = False
    public = False

    def __init__(self, kind: Kind, ids: Mapping[str, str]) -> None:
        self.name = f"{DATASET}-{kind}s"
        self._kind = kind
        self._ids = ids

    def read(self, path: Path, context: Context) -> Iterator[Draft | Reject]:
        """A report a row; a row whose paper was not taken in, or whose dates cannot be read, is a reject."""
        with open_text(path) as text:
            table = Table(text, COLUMNS)
            pick = table.positions(*COLUMNS)
            for row in table:
                if isinstance(row, Reject):
                    yield row
                    continue
                line, cells = row
                said = dict(zip(COLUMNS, (cells[place] for place in pick), strict=True))
                about = [said["paper"]] if self._kind is Kind.TASKING else [said["paper"], said["number"]]
                unknown = next((each for each in about if each not in self._ids), None)
                try:
                    if unknown is not None:
                        raise dates.BadDate("no report of this number was taken in", where=unknown)
                    content = self._content(said, tuple(sorted(self._ids[each] for each in about)), context)
                except dates.BadDate as bad:
                    yield Reject(
                        file=table.name, line=line, column="", value=bad.where or "", reason=bad.what, row=tuple(cells)
                    )
                    continue
                source = Source(dataset=self.name, record=said["number"], made=context.made)
                report = Report(marking=context.marking, source=source, content=content)
                yield Draft(report=report, file=table.name, line=line)

    def _content(self, said: dict[str, str], about: tuple[str, ...], context: Context) -> Tasking | Outcome:
        if self._kind is Kind.TASKING:
            return Tasking(asset=said["unit"], order=said["order"], when=_day(said["ordered"], context), about=about)
        return Outcome(
            period=_day(said["examined"], context),
            found=said["found"] == "yes",
            about=about,
            breakdown={"detector": said["detector"]},
        )


def _day(written: str, context: Context) -> When:
    return dates.past(dates.read(written), context.now)


def papers_named(path: Path) -> set[str]:
    """The papers that the examinations in the file at `path` are of."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["paper"] for row in csv.DictReader(file)}

"""Plays a made exercise: makes its theatres, has agencies submit their files, holds the leads against the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import ceil
from pathlib import Path

from cutset.exercise import files
from cutset.exercise.agencies import (
    ADMINISTRATOR,
    AGENCIES,
    EXAMINATIONS,
    FEEDS,
    FUSION,
    SCORED,
    TARGETER,
    TASK_FORCE,
    VIEWERS,
    WATCH,
    Feed,
)
from cutset.exercise.custody import KEYS, SIGNED, SignedCustody, signing_viewers
from cutset.exercise.digests import Numbers
from cutset.exercise.examinations import Examinations, papers_named
from cutset.exercise.networks import entries
from cutset.exercise.organisation import ORGANISATIONS, QUIET
from cutset.exercise.parameters import Impossible
from cutset.exercise.scenario import Scenario
from cutset.exercise.score import Score
from cutset.exercise.score import scores as scores_of
from cutset.exercise.truth import START, World
from cutset.exercise.world import make
from cutset.ingest.formats import reader
from cutset.ingest.load import Loaded
from cutset.ingest.reader import Context, Reader
from cutset.log.store import Held
from cutset.model.marking import Marking, Tlp
from cutset.model.report import Kind
from cutset.node import Node
from cutset.plan import document, fiscal_years
from cutset.plan.registers import enter
from cutset.target.index import TargetIndex
from cutset.target.ranking import scores as log_odds

Told = Callable[[Feed, Loaded], None]
LOOKERS = tuple(viewer.id for viewer in (WATCH, *SCORED))
"""Whose leads are held against the truth."""


def theatres(
    scale: float, seed: int, months: int, plot: Scenario, told: Callable[[int], None] = lambda month: None
) -> Iterator[World]:
    """The theatres of a world of this scale, one after another: 2.5 are two whole ones and half a one.

    Half a one has half the organisations and half of what belongs to nobody. `told` is called with each month that has
    been played. Raises `Impossible` for a scale that is not above 0.
    """
    if not 0 < scale <= 100_000:
        raise Impossible(
            "no world has such a scale",
            where=f"scale = {scale:g}",
            remedy="give more than 0, at most 100,000; 1 is usual",
        )
    for theatre in range(ceil(scale)):
        part = min(1.0, scale - theatre)
        yield make(
            seed,
            organisations=max(1, round(ORGANISATIONS * part)),
            quiet=round(QUIET * part),
            scale=part,
            months=months,
            plot=plot,
            theatre=theatre,
            told=told,
        )


def submit(node: Node, world: World, folder: Path, told: Told = lambda feed, loaded: None) -> list[Loaded]:
    """Write the files of `world` into `folder`, and have each agency submit its own; as `take_in`."""
    files.write(world, folder)
    return take_in(node, folder, told)


def take_in(node: Node, folder: Path, told: Told = lambda feed, loaded: None) -> list[Loaded]:
    """Register the made agencies, and ingest every file of the made world in `folder` as its agency's own.

    `told` is called with each feed and what was loaded from it.
    """
    keys = folder / KEYS
    signers = signing_viewers(keys) if keys.exists() else []
    node.register(*AGENCIES, FUSION, *VIEWERS, WATCH, ADMINISTRATOR, TASK_FORCE, *signers)
    loaded = []
    ids = _Ids(folder)
    for feed in FEEDS:
        if not _holds_anything(folder / feed.file):
            continue
        context = Context(marking=feed.marking, made=True)
        # Taskings and outcomes of one file name reports by ids that are known only when these have been taken in.
        reads = ids.readers() if feed.reader == EXAMINATIONS else [_reader(feed.reader)]
        for each in reads:
            loaded.append(node.ingest(folder / feed.file, each, context, by=feed.by, taken=ids.learn))
            told(feed, loaded[-1])
    return loaded


def file_network(node: Node) -> int:
    """Have each made agency state the ways that it watches and its means; how many entries there are.

    What stands in the register already is not stated again.
    """
    plan = document.load("niccp_2021")
    stated = list(entries())
    for agency, entry in stated:
        marking = Marking(originator=agency, tlp=Tlp.AMBER, les=True)
        node.submit(enter(plan, entry, fiscal_years.of(START.date()), marking=marking, made=True), by=f"desk@{agency}")
    return len(stated)


class _Ids:
    """The ids of the reports that examinations name, by the source's own key; of no others, so that it stays small."""

    def __init__(self, folder: Path) -> None:
        examined = [folder / feed.file for feed in FEEDS if feed.reader == EXAMINATIONS]
        self._papers = {name for path in examined if _holds_anything(path) for name in papers_named(path)}
        self._found: dict[str, str] = {}

    def learn(self, held: Sequence[Held]) -> None:
        """Take in what a file gave."""
        for each in held:
            report = each.entry.report
            if report.source.record in self._papers or report.kind is Kind.TASKING:
                self._found[report.source.record] = each.entry.id

    def readers(self) -> list[Examinations]:
        """The two readings of a file of examinations, one after the other."""
        return [Examinations(kind, self._found) for kind in (Kind.TASKING, Kind.OUTCOME)]


def _reader(name: str) -> Reader:
    """The reader of a feed: one that everyone has, or the exercise's own."""
    return SignedCustody() if name == SIGNED else reader(name)


def _holds_anything(path: Path) -> bool:
    return path.is_dir() or (path.exists() and path.stat().st_size > 0)


def scores(
    node: Node, worlds: World | Iterable[World], told: Callable[[str], None] = lambda viewer: None
) -> list[Score]:
    """How the leads stand against the truth for the watch officer and for each desk that files events, as there."""
    return scores_of(node, worlds, LOOKERS, told)


def ranking(node: Node, viewer: str = TARGETER) -> Numbers:
    """The log-odds at which `node` ranks each shipment that `viewer` may see, by the source's own key."""
    with node.looks.look("exercise score", viewer) as look:
        found = Numbers(log_odds(node.index(TargetIndex), node.rights(viewer)))
        look.show(None, len(found))
    return found


__all__ = ["file_network", "make", "ranking", "scores", "submit", "take_in", "theatres"]

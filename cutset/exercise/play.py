"""Plays a made exercise: makes its theatres, has agencies submit their files, holds the leads against the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil
from pathlib import Path

from cutset.exercise import files
from cutset.exercise.agencies import AGENCIES, FEEDS, FUSION, SCORED, TASK_FORCE, VIEWERS, WATCH, Feed
from cutset.exercise.parameters import Impossible
from cutset.exercise.scenario import Scenario
from cutset.exercise.score import Score, score
from cutset.exercise.truth import World
from cutset.exercise.world import make
from cutset.ingest.formats import reader
from cutset.ingest.load import Loaded
from cutset.ingest.reader import Context
from cutset.node import Node

Told = Callable[[Feed, Loaded], None]


def theatres(scale: float, seed: int, months: int, plot: Scenario) -> Iterator[World]:
    """The theatres of a world of this scale, one after another: 2.5 are two whole ones and half a one.

    Half a one has half the organisations and half of what belongs to nobody. Raises `Impossible` for a scale that is
    not above 0.
    """
    if not 0 < scale <= 100_000:
        raise Impossible("no world has such a scale", where=f"scale = {scale:g}", remedy="give more than 0, such as 1")
    for theatre in range(ceil(scale)):
        part = min(1.0, scale - theatre)
        yield make(
            seed,
            organisations=max(1, round(40 * part)),
            quiet=round(260 * part),
            scale=part,
            months=months,
            plot=plot,
            theatre=theatre,
        )


def submit(node: Node, world: World, folder: Path, told: Told = lambda feed, loaded: None) -> list[Loaded]:
    """Write the files of `world` into `folder`, and have each agency submit its own; as `take_in`."""
    files.write(world, folder)
    return take_in(node, folder, told)


def take_in(node: Node, folder: Path, told: Told = lambda feed, loaded: None) -> list[Loaded]:
    """Register the made agencies, and ingest every file of the made world in `folder` as its agency's own.

    `told` is called with each feed and what was loaded from it.
    """
    node.register(*AGENCIES, FUSION, *VIEWERS, WATCH, TASK_FORCE)
    loaded = []
    for feed in FEEDS:
        if not _holds_anything(folder / feed.file):
            continue
        context = Context(marking=feed.marking, made=True)
        loaded.append(node.ingest(folder / feed.file, reader(feed.reader), context, by=feed.by))
        told(feed, loaded[-1])
    return loaded


def _holds_anything(path: Path) -> bool:
    return path.is_dir() or (path.exists() and path.stat().st_size > 0)


def scores(node: Node, world: World) -> list[Score]:
    """How the leads stand against the truth for the watch officer and for each desk that files events."""
    return [score(node, world, viewer.id) for viewer in (WATCH, *SCORED)]


__all__ = ["make", "scores", "submit", "take_in", "theatres"]

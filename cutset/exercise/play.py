"""Plays a made exercise: makes the world, has each agency submit its files, and holds the leads against the truth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cutset.exercise import files
from cutset.exercise.agencies import AGENCIES, FEEDS, FUSION, TASK_FORCE, VIEWERS, WATCH, Feed
from cutset.exercise.score import Score, score
from cutset.exercise.world import World, make
from cutset.ingest.formats import reader
from cutset.ingest.load import Loaded
from cutset.ingest.reader import Context
from cutset.node import Node

Told = Callable[[Feed, Loaded], None]


def submit(node: Node, world: World, folder: Path, told: Told = lambda feed, loaded: None) -> list[Loaded]:
    """Write the files of `world` into `folder`, register its agencies, and ingest every file as its agency's own.

    `told` is called with each feed and what was loaded from it.
    """
    files.write(world, folder)
    node.register(*AGENCIES, FUSION, *VIEWERS, WATCH, TASK_FORCE)
    loaded = []
    for feed in FEEDS:
        context = Context(marking=feed.marking, made=True)
        loaded.append(node.ingest(folder / feed.file, reader(feed.reader), context, by=feed.by))
        told(feed, loaded[-1])
    return loaded


def scores(node: Node, world: World) -> list[Score]:
    """How the leads stand against the truth for the watch officer and for each agency's desk."""
    return [score(node, world, viewer.id) for viewer in (WATCH, *VIEWERS)]


__all__ = ["make", "scores", "submit"]

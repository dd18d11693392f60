"""`cutset demo`: a made exercise from files to leads, held against its truth, with a page to look at."""

from __future__ import annotations

import shutil
import webbrowser
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from cutset.cli import options, output
from cutset.cli.exercise_pages import film_page
from cutset.cli.exercise_score import tell_interdiction, tell_scores, tell_targets
from cutset.cli.overview import page_of
from cutset.errors import CutsetError
from cutset.exercise.agencies import ADMINISTRATOR, TARGETER, WATCH, Feed
from cutset.exercise.play import file_network, ranking, scores, submit
from cutset.exercise.scenario import load
from cutset.exercise.score import interdiction
from cutset.exercise.targeting import hits
from cutset.exercise.world import make
from cutset.ingest.load import Loaded
from cutset.node import Node


def demo(
    folder: Annotated[Path, typer.Option(help="Where to put the world, the store and the page.")] = Path("demo"),
    seed: Annotated[int, typer.Option(help="The same seed makes the same world.")] = 7,
    plot: Annotated[str, typer.Option("--scenario", help="A scenario by name, or its file.")] = "low-profile",
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = False,
    as_: Annotated[
        str, typer.Option("--as", metavar="VIEWER", help="The viewer whose overview is written, of the exercise's.")
    ] = WATCH.id,
    json: options.Json = False,
) -> None:
    """A made exercise: a scenario is played, agencies submit files, leads come out and are held against the truth.

    Example: cutset demo --folder demo --open
    """
    began = perf_counter()
    chosen = load(plot)
    world = make(seed, plot=chosen)
    node = Node.create(str(_cleared(folder) / "exercise.cutset"))
    if not json:
        output.banner("", made=True)
        output.say(f"{chosen.title}.", chosen.story, "", "The made agencies submit what they hold:", "")
    submit(node, world, folder / "world", (lambda feed, loaded: None) if json else _tell)
    file_network(node)
    found = scores(node, world)
    page = folder / "overview.html"
    output.write(page, page_of(node, node.viewer(as_)))
    film = folder / "film.html"
    seized = interdiction(world)
    output.write(film, film_page(world, seized))
    verification = node.log.verify()
    if json:
        output.as_json(
            {"seed": seed, "scores": found, "overview": str(page), "film": str(film), "whole": verification.ok}
        )
    else:
        output.say(
            "  (Examinations are read twice: as orders, and as what came of them.)",
            "",
            "Events that belong to a case, and leads to it: what each viewer was shown, against what was planted:",
        )
        tell_scores(found)
        tell_targets(hits(world, ranking(node)))
        tell_interdiction(seized)
        keeper = ADMINISTRATOR.id
        whole = "The log is whole" if verification.ok else "THE LOG IS NOT WHOLE"
        output.say(
            "",
            f"{whole}: {verification.reports:,} reports under one signed tree head.",
            f"Look at it: {page} and {film}   (all of it in {perf_counter() - began:.1f} s)",
            f"Go on from here: cutset leads --store {folder}/exercise.cutset --as {as_}",
            f"                 cutset targets --store {folder}/exercise.cutset --as {TARGETER} --capacity 20",
            f"                 cutset allocate network --store {folder}/exercise.cutset --as {as_}",
            f"In a browser:    cutset account set {as_} --own --store {folder}/exercise.cutset --as {keeper}",
            f"                 cutset serve --store {folder}/exercise.cutset",
        )
    if open_ and not json:
        _open(page)
    if not (verification.ok and all(each.perfect for each in found)):
        raise typer.Exit(1)


def _cleared(folder: Path) -> Path:
    """The folder without the store and world of an earlier demo. Raises `CutsetError` where it holds other things."""
    if folder.exists():
        others = [
            path.name
            for path in folder.iterdir()
            if path.name not in {"world", "overview.html", "film.html"} and not path.name.startswith("exercise.cutset")
        ]
        if others:
            raise CutsetError(
                "the demo's folder holds something else",
                where=f"{folder}/{others[0]}",
                remedy="name another by --folder",
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def _tell(feed: Feed, loaded: Loaded) -> None:
    output.say(
        f"  {feed.agency:<15} {feed.file:<26} {loaded.read:>6,} rows: {loaded.accepted:,} accepted, "
        f"{loaded.repeated:,} repeated, {loaded.rejected:,} rejected"
    )


def _open(page: Path) -> None:
    # On a machine without a screen this finds no browser, and the path above is what there is.
    try:
        webbrowser.open(page.resolve().as_uri())
    except webbrowser.Error:
        output.say("There is no browser here; open the page by hand.")

"""`cutset exercise`: make a world with a known truth, look at it, and hold a store against it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from math import ceil
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cutset.cli import exercise_pages, options, output
from cutset.cli.options import OPERATOR
from cutset.cli.stores import find
from cutset.exercise import calibration, files, parameters, scenario, truth_files
from cutset.exercise.agencies import TARGETER
from cutset.exercise.network import network
from cutset.exercise.play import ranking, scores, take_in, theatres
from cutset.exercise.score import Interdiction, Score, interdiction
from cutset.exercise.score import score as score_of
from cutset.exercise.targeting import DEPTHS, Hits, hits
from cutset.exercise.truth import World
from cutset.node import Node

app = typer.Typer(help="A made world with a known truth, to test, train and show cutset on.", no_args_is_help=True)
World_ = Annotated[Path, typer.Argument(metavar="WORLD", help="The folder of the made world, with its truth/.")]


@app.command()
def make(
    seed: Annotated[int, typer.Option(help="The same seed makes the same files, to the byte.")] = 7,
    scale: Annotated[float, typer.Option(help="1 is some 3,000 events; 1000 streams, in the same memory.")] = 1.0,
    months: Annotated[int, typer.Option(help="How many months it lasts.")] = 24,
    plot: Annotated[str, typer.Option("--scenario", help="A scenario by name, or its file.")] = "steady",
    out: Annotated[Path, typer.Option(help="The folder to write.", file_okay=False)] = Path("world"),
    store: Annotated[str, typer.Option("--store", help="A new store to put it into as well.")] = "",
    as_: options.Anyone = OPERATOR,
    json: options.Json = False,
) -> None:
    """Write the files of the made agencies, and the truth apart from them; with --store, take them in as well.

    Example: cutset exercise make --scale 1 --seed 7 --months 24 --scenario low-profile --out world
    """
    chosen = scenario.load(plot)
    counted = {"events": 0, "links": 0, "papers": 0, "loads_met": 0}
    with _bar("theatres", ceil(scale), quiet=json or scale <= 1) as progress:

        def told(world: World) -> None:
            counted["events"] += len(world.happenings)
            counted["links"] += len(world.links)
            counted["papers"] += len(world.papers)
            counted["loads_met"] += len(world.loads)
            progress.advance(progress.task_ids[0])

        files.write(theatres(scale, seed, months, chosen), out, told)
    reports = 0
    if store:
        node = Node.create(store)
        reports = sum(loaded.accepted for loaded in take_in(node, out))
    if json:
        output.as_json({"seed": seed, "scenario": chosen.name, **counted, "out": str(out), "reports": reports})
    else:
        output.banner("", made=True)
        output.say(f"Made {counted['events']:,} events and {counted['links']:,} planted links in {out}: {chosen.title}")
        if store:
            output.say(f"{store} has taken in {reports:,} rows")


@app.command()
def score(
    world: World_,
    store: options.Store = "",
    as_: Annotated[
        str,
        typer.Option(
            "--as", metavar="VIEWER", help="One viewer's leads and ranking; without it, leads of each in turn."
        ),
    ] = "",
    json: options.Json = False,
) -> None:
    """Hold the leads of a store against the truth of the world whose files it read.

    Example: cutset exercise score demo/world --store demo/exercise.cutset
    """
    # The truth is read theatre by theatre, and once for each table, so that memory does not grow with the world.
    truth = partial(truth_files.theatres, world)
    next(truth(), None)  # A folder without a truth is said before the store is asked for.
    node = Node.open(find(store))
    found = [score_of(node, truth(), node.viewer(as_).id)] if as_ else scores(node, truth())
    targeter = node.viewer(as_).id if as_ else TARGETER
    targets, flows = hits(truth(), ranking(node, targeter)), interdiction(truth())
    if json:
        output.as_json({"leads": found, "targets": targets, "interdiction": flows})
        return
    output.banner("", made=True)
    tell_scores(found)
    tell_targets(targets)
    tell_interdiction(flows)


def tell_scores(found: list[Score]) -> None:
    """Print each viewer's score, and what the words mean."""
    output.table(
        (
            "viewer",
            "planted",
            "found",
            "leads",
            "right",
            "near-misses claimed",
            "hidden shown",
            "spoiled",
            "days to lead",
        ),
        (
            (
                each.viewer,
                each.planted,
                each.found,
                each.leads,
                each.right,
                f"{each.claimed} of {each.near_misses}",
                f"{each.leaked} of {each.hidden}",
                f"{each.regained} of {each.spoiled}",
                output.number(each.days_to_lead, 1),
            )
            for each in found
        ),
        right=("planted", "found", "leads", "right", "days to lead"),
    )
    output.say(
        "Spoiled: links whose identifier was mistyped, left out or never filed; exact identifiers cannot find them.",
        "Days to lead: the median from an event to its filing, when its lead is there.",
    )


def tell_targets(found: list[Hits]) -> None:
    """Print what inspecting the first 1, 5 and 10 % of the declared shipments hits."""
    output.say("Loads hit by inspecting the first 1, 5 and 10 % of the shipments that nobody has examined yet:")
    output.table(
        ("file", "shipments", "loaded", "inspected", "by ranking", "by signs", "by chance", "by an oracle"),
        (
            (
                each.feed,
                each.shipments,
                each.loaded,
                f"{depth:.0%}: {each.inspected[place]}",
                output.number(each.ranked[place], 1) if each.ranked else "no ranking",
                output.number(each.signs[place], 1),
                output.number(each.chance[place], 1),
                each.oracle[place],
            )
            for each in found
            for place, depth in enumerate(DEPTHS)
        ),
        right=("shipments", "loaded", "by signs", "by chance", "by an oracle"),
    )
    output.say("By signs: if every sign that was planted were seen, and only counted. Innocents show them as well.")


def tell_interdiction(found: Interdiction) -> None:
    """Print what the made agencies seized, and where the made traffic went."""
    output.say(
        f"Seized: {found.seized:,} of {found.loads:,} loads ({100 * found.seized / max(1, found.loads):.1f} %), "
        f"{found.seized_kg / 1000:,.1f} t",
        f"Loads a month by mode, before and from month {found.month}; then by way: those that the scenario itself "
        "changes (*), and those that changed most:",
    )
    own = [each for each in found.ways if each.name in found.changed]
    most = [each for each in found.ways if each.name not in found.changed][:8]
    shown = [(each.name, each) for each in found.modes]
    shown += [(f"{_way(each.name)}{' *' if each in own else ''}", each) for each in (*own, *most)]
    output.table(
        ("by", "before", "after", "change"),
        (
            (name, f"{each.before:.1f}", f"{each.after:.1f}", "new" if each.change is None else f"{each.change:+.0%}")
            for name, each in shown
        ),
        right=("before", "after", "change"),
    )


def _way(edge: str) -> str:
    """A way in words: `Cartagena to Miami, container`."""
    place = network()
    way = place.edges[edge]
    return f"{place.nodes[way.origin].name} to {place.nodes[way.goal].name}, {way.mode}"


@app.command()
def scenarios(as_: options.Anyone = OPERATOR, json: options.Json = False) -> None:
    """List the scenarios that cutset ships, with their stories.

    Example: cutset exercise scenarios
    """
    found = [scenario.load(name) for name in scenario.names()]
    if json:
        output.as_json(found)
        return
    for each in found:
        output.say(f"{each.name}: {each.title}", f"  {each.story}")


@app.command(name="parameters")
def parameters_(as_: options.Anyone = OPERATOR, json: options.Json = False) -> None:
    """List what the made world is set by: values, ranges, units and sources.

    Example: cutset exercise parameters
    """
    found = parameters.described()
    if json:
        output.as_json(found)
        return
    output.table(
        ("parameter", "value", "range", "unit", "source"),
        ((name, f"{p.value:g}", f"{p.low:g} to {p.high:g}", p.unit, p.source) for name, p in found.items()),
        right=("value",),
    )


@app.command()
def calibrate(
    world: World_,
    data: Annotated[
        Path, typer.Option(envvar="CUTSET_DATA", help="The folder of the real files, with seizures/.", file_okay=False)
    ],
    out: options.Out = Path("calibration.html"),
    as_: options.Anyone = OPERATOR,
    json: options.Json = False,
) -> None:
    """Hold a made world against the real files: a page of made beside real, and where they differ.

    Example: cutset exercise calibrate world --data ../data --out calibration.html
    """
    lines = calibration.calibrate(truth_files.theatres(world), data)
    output.write(out, exercise_pages.calibration_page(next(truth_files.theatres(world)), lines))
    if json:
        output.as_json(lines)
    else:
        far = sum(line.differs for line in lines)
        output.say(f"Wrote {out}: {len(lines) - far} of {len(lines)} figures are within a factor of two")


@app.command()
def film(
    world: World_,
    out: options.Out = Path("film.html"),
    as_: options.Anyone = OPERATOR,
    json: options.Json = False,
) -> None:
    """A page with the made flows on a map, month by month, and by mode; it needs no network.

    Example: cutset exercise film world --out film.html
    """
    page = exercise_pages.film_page(truth_files.theatres(world))
    output.write(out, page)
    if json:
        output.as_json({"film": str(out), "bytes": len(page.encode())})
    else:
        output.say(f"Wrote {out}")


@contextmanager
def _bar(what: str, total: int, *, quiet: bool) -> Iterator[Progress]:
    """A progress bar on a terminal; nothing in a file or for programs."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    hidden = quiet or not output.err.is_terminal or bool(os.environ.get("NO_PROGRESS"))
    with Progress(*columns, console=output.err, transient=True, disable=hidden) as progress:
        progress.add_task(what, total=total)
        yield progress

"""`cutset exercise`: make a world with a known truth, look at it, and hold a store against it."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, inf
from pathlib import Path
from typing import Annotated

import typer

from cutset.cli import exercise_pages, options, output
from cutset.cli.exercise_score import plain, tell_interdiction, tell_scores, tell_targets
from cutset.cli.options import OPERATOR
from cutset.cli.progress import bar
from cutset.cli.stores import check_new, find
from cutset.errors import CutsetError
from cutset.exercise import calibration, files, parameters, scenario, truth_files
from cutset.exercise.agencies import FEEDS, TARGETER
from cutset.exercise.play import LOOKERS, ranking, take_in, theatres
from cutset.exercise.presence import holds
from cutset.exercise.score import interdiction, scores
from cutset.exercise.targeting import hits
from cutset.exercise.truth import World
from cutset.log.database import is_postgresql, path_of
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
    files.check(out)
    if store:
        # Before anything is written, so that no world is replaced for a store that cannot be made.
        check_new(store)
        if not is_postgresql(store) and path_of(store).resolve().is_relative_to(out.resolve()):
            raise CutsetError(
                "a store in the folder of the made world would be lost when the world is made again",
                where=store,
                remedy="name a place beside it by --store",
            )
    counted = {"events": 0, "links": 0, "papers": 0, "loads_met": 0}
    with bar("months", (ceil(scale) if 0 < scale < inf else 0) * max(months, 0), quiet=json) as drawn:

        def told(world: World) -> None:
            counted["events"] += len(world.happenings)
            counted["links"] += len(world.links)
            counted["papers"] += len(world.papers)
            counted["loads_met"] += len(world.loads)

        files.write(theatres(scale, seed, months, chosen, drawn.step), out, told)
    reports = 0
    if store:
        node = Node.create(store)
        with bar("files", len(FEEDS) + 1, quiet=json) as drawn:
            reports = sum(loaded.accepted for loaded in take_in(node, out, drawn.step))
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
    number = truth_files.count(world)  # A folder without a truth is said before the store is asked for.
    place = find(store)
    node = Node.open(place)
    lookers = (node.viewer(as_).id,) if as_ else _exercise_viewers(node)
    targeter = lookers[0] if as_ else TARGETER
    if not holds(node, next(truth_files.theatres(world)), lookers[0]):
        raise CutsetError(
            f"{lookers[0]} sees no record of the world {world} in this store, so that there is nothing to score",
            where=place,
            remedy="name the store that has taken in this world's files, or make one: cutset exercise make --store",
        )
    with bar("viewers and theatres", len(lookers) + 3 * number, quiet=json) as drawn:

        def truth() -> Iterator[World]:
            return drawn.along(truth_files.theatres(world))

        found = scores(node, truth(), lookers, drawn.step)
        targets, flows = hits(truth(), ranking(node, targeter)), interdiction(truth())
    if json:
        output.as_json({"leads": [plain(each) for each in found], "targets": targets, "interdiction": flows})
        return
    output.banner("", made=True)
    tell_scores(found)
    tell_targets(targets)
    tell_interdiction(flows)


def _exercise_viewers(node: Node) -> tuple[str, ...]:
    """The viewers of the exercise. Raises `CutsetError` for a store that does not have them all."""
    active = {viewer.id for viewer in node.log.registry().viewers if viewer.active}
    for each in (*LOOKERS, TARGETER):
        if each not in active:
            raise CutsetError(
                "this store was not made by `cutset exercise make --store`, and has no viewers of the exercise",
                where=f"viewer {each!r}",
                remedy="add --as VIEWER, one of this store's: `cutset access list` names them",
            )
    return LOOKERS


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
    with bar("theatres", truth_files.count(world), quiet=json) as drawn:
        found = calibration.calibrate(drawn.along(truth_files.theatres(world)), data)
    output.write(out, exercise_pages.calibration_page(next(truth_files.theatres(world)), found))
    if json:
        output.as_json(found)
    else:
        far = sum(line.differs for line in found.lines)
        output.say(f"Wrote {out}: {len(found.lines) - far} of {len(found.lines)} figures are within a factor of two")


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
    with bar("theatres", 2 * truth_files.count(world), quiet=json) as drawn:
        found = interdiction(drawn.along(truth_files.theatres(world)))
        page = exercise_pages.film_page(drawn.along(truth_files.theatres(world)), found)
    output.write(out, page)
    if json:
        output.as_json({"film": str(out), "bytes": len(page.encode())})
    else:
        output.say(f"Wrote {out}")

"""`cutset exercise`: make a world with a known truth, and hold a store against it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from cutset.cli import options, output
from cutset.cli.options import OPERATOR
from cutset.cli.stores import find
from cutset.errors import CutsetError
from cutset.exercise import files
from cutset.exercise.play import scores
from cutset.exercise.score import score as score_of
from cutset.exercise.world import World
from cutset.exercise.world import make as make_world
from cutset.node import Node

app = typer.Typer(help="A made world with a known truth, to test, train and show cutset on.", no_args_is_help=True)


@app.command()
def make(
    seed: Annotated[int, typer.Option(help="The same seed makes the same files, to the byte.")] = 7,
    out: Annotated[Path, typer.Option(help="The folder to write.", file_okay=False)] = Path("world"),
    as_: options.Anyone = OPERATOR,
    json: options.Json = False,
) -> None:
    """Write the files of six made agencies, and the truth apart from them.

    Example: cutset exercise make --seed 7 --out world
    """
    world = make_world(seed)
    files.write(world, out)
    if json:
        output.as_json({"seed": seed, "events": len(world.happenings), "links": len(world.links), "out": str(out)})
    else:
        output.say(f"Made {len(world.happenings):,} events and {len(world.links)} planted links in {out}")


@app.command()
def score(
    world: Annotated[Path, typer.Argument(help="The folder of the made world, with its truth.json.")],
    store: options.Store = "",
    as_: Annotated[
        str, typer.Option("--as", metavar="VIEWER", help="One viewer's leads; without it, those of each in turn.")
    ] = "",
    json: options.Json = False,
) -> None:
    """Hold the leads of a store against the truth of the world whose files it read.

    Example: cutset exercise score demo/world --store demo/exercise.cutset
    """
    try:
        truth = msgspec.json.decode((world / "truth.json").read_bytes(), type=World)
    except (OSError, msgspec.DecodeError) as error:
        raise CutsetError(
            "there is no truth to hold the store against", where=str(world), remedy="name the made folder"
        ) from error
    node = Node.open(find(store))
    found = [score_of(node, truth, node.viewer(as_).id)] if as_ else scores(node, truth)
    if json:
        output.as_json(found)
        return
    for each in found:
        output.say(
            f"{each.viewer}: recall {each.recall:.3f} of {each.planted}, precision {each.precision:.3f} of "
            f"{each.leads}, {each.claimed} near-misses claimed, {each.leaked} hidden shown"
        )

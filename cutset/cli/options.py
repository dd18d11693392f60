"""The options that every verb shares."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cutset.model.protected import Warned, spoken_of

Store = Annotated[
    str,
    typer.Option(
        "--store",
        envvar="CUTSET_STORE",
        help="The store: a file or postgresql://…; without it, the only .cutset file of this folder.",
        show_default=False,
    ),
]
As = Annotated[
    str,
    typer.Option(
        "--as", envvar="CUTSET_VIEWER", help="The viewer through whose rights to look, by id.", metavar="VIEWER"
    ),
]
Anyone = Annotated[
    str,
    typer.Option(
        "--as",
        envvar="CUTSET_VIEWER",
        metavar="VIEWER",
        help="As for every verb; this one shows nothing of a store, and so the same to everyone.",
    ),
]
Purpose = Annotated[
    str, typer.Option(envvar="CUTSET_PURPOSE", help="What it is for; some markings allow only certain purposes.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs in place of text for people.")]


def watched(param: typer.CallbackParam, value: str) -> str:
    """The free text as it was typed; where it may tell of a protected trait, who typed it is warned."""
    for trait, words in spoken_of(value or ""):
        typer.echo(str(Warned(str(param.name), trait, words)), err=True)
    return value


Why = Annotated[
    str,
    typer.Option("--reason", help="Why, for the record; it names nobody whom a report names.", callback=watched),
]
Limit = Annotated[int, typer.Option(help="How many to show.", min=1)]
After = Annotated[str, typer.Option(help="Go on after this id, where the last page ended.", show_default=False)]
Out = Annotated[Path, typer.Option(help="The file to write.", dir_okay=False)]

OPERATOR = "operator@local"
"""The viewer that `cutset init` makes, and as whom a verb looks where none is named."""

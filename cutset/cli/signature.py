"""Verbs of drug signatures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cutset.cli import options, output
from cutset.cli.disputes import tell_disputes
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.link.signature.compare import Comparison
from cutset.link.signature.features import Table, shipped
from cutset.link.signature.features import table as table_of
from cutset.link.signature.near import Alike
from cutset.node.disputed import marked

app = typer.Typer(no_args_is_help=True, help="Drug signatures: one batch, one source, or no statement.")

OwnTable = Annotated[Path | None, typer.Option("--table", help="A laboratory's own table of features.")]


@app.command()
def compare(
    left: Annotated[str, typer.Argument(help="A laboratory result's report id.")],
    right: Annotated[str, typer.Argument(help="Another's.")],
    own: OwnTable = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Compare two laboratory results, with what each feature adds.

    Example: cutset signature compare r-… r-…
    """
    node, viewer = opened(store, as_)
    found = node.compared(left, right, viewer=viewer, table=_table(own))
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
        return
    output.banner(found.banner, made=found.made)
    _tell(found.comparison)


@app.command()
def near(
    report: Annotated[str, typer.Argument(help="A laboratory result's report id.")],
    own: OwnTable = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    limit: options.Limit = 20,
    json: options.Json = False,
) -> None:
    """The results that may be of one batch or one source with this one. It is no lead: a person judges.

    Example: cutset signature near r-…
    """
    node, viewer = opened(store, as_)
    found = node.alike(report, viewer=viewer, limit=limit, table=_table(own))
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
        return
    if not found:
        output.say("Of no other result that you may see can one batch or one source be stated.")
    output.table(("report", "exhibit", "laboratory", "statement", "batch", "source"), map(_row, found))


@app.command()
def features(own: OwnTable = None, as_: options.Anyone = OPERATOR, json: options.Json = False) -> None:
    """The features that can be compared, and how each is taken to vary.

    Example: cutset signature features
    """
    found = _table(own) or shipped()
    if json:
        output.as_json(found)
        return
    output.say(f"Table {found.version}. Deviations on the scale stated: between sources, between batches, in a batch.")
    rows = (
        (name, each.group, each.unit, each.scale, f"{each.between:g}", f"{each.batch:g}", f"{each.piece:g}")
        for name, each in found.features.items()
    )
    output.table(("feature", "group", "unit", "scale", "sources", "batches", "in a batch"), rows)


def _table(own: Path | None) -> Table | None:
    return table_of(own) if own else None


def _row(found: Alike) -> tuple[str, ...]:
    of = found.comparison
    return found.report, found.exhibit, found.laboratory, of.statement, f"{of.batch:+.1f}", f"{of.source:+.1f}"


def _tell(found: Comparison) -> None:
    output.say(f"{found.statement}: {found.why}", "")
    output.table(
        ("feature", "left", "right", "one batch", "one source"),
        [
            *((step.name, step.left, step.right, f"{step.batch:+.2f}", f"{step.source:+.2f}") for step in found.steps),
            ("log10 of the likelihood ratio", "", "", f"{found.batch:+.2f}", f"{found.source:+.2f}"),
        ],
    )
    for passed in found.not_compared:
        output.say(f"Not compared: {passed.name}: {passed.why}")
    output.say(f"By the table {found.version}. This is support, no probability; a person judges.")

"""`cutset link`: how well matching does on a labelled file of your own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cutset.cli import options, output
from cutset.cli.options import OPERATOR
from cutset.link.learn import em
from cutset.link.match import weights as weights_files
from cutset.link.match.evaluate import Evaluation
from cutset.link.match.evaluate import evaluate as measured

app = typer.Typer(help="Measure matching on labelled files.", no_args_is_help=True)


@app.callback()
def link() -> None:
    """Measure matching on labelled files."""


@app.command()
def evaluate(
    files: Annotated[list[Path], typer.Argument(help="One file to find duplicates in, or two to link.")],
    mapping: Annotated[Path, typer.Option(help="A TOML file: which columns make a mention (docs/linking.md).")],
    truth: Annotated[str, typer.Option(help="The column that says which records are one.")] = "",
    labels: Annotated[Path | None, typer.Option(help="A file of judged pairs, in place of --truth.")] = None,
    weights: Annotated[Path | None, typer.Option(help="A weights file, in place of the shipped one.")] = None,
    learn: Annotated[bool, typer.Option("--learn", help="Learn the weights on the file, without its labels.")] = False,
    as_: options.Anyone = OPERATOR,
    json: options.Json = False,
) -> None:
    """Precision, recall, F1, calibration, candidates and time of matching on a labelled file.

    Example: cutset link evaluate dataset3.csv --mapping febrl.toml --truth rec_id --json
    """
    found = measured(
        files,
        mapping,
        truth,
        labels=labels,
        weights=weights_files.load(weights) if weights else None,
        learn=em.learn if learn else None,
    )
    if json:
        output.as_json(found)
    else:
        _tell(found)


def _tell(found: Evaluation) -> None:
    output.say(
        f"{found.records:,} records, {found.true_pairs:,} true pairs, {found.candidates:,} candidates "
        f"({found.reachable:.1%} of the true pairs share a key)",
        f"At probability 0.5: precision {found.precision:.4f}, recall {found.recall:.4f}, F1 {found.f1:.4f}",
        f"Best F1 {found.best.f1:.4f} at {found.best.threshold:.3f}; expected calibration error {found.ece:.4f}",
        f"{found.seconds:.1f} s, and {found.learning_seconds:.1f} s of learning; weights {found.version}",
    )

"""`cutset link`: how well matching does on a labelled file of your own, and weights learned from a store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cutset.cli import options, output
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.link.learn import em
from cutset.link.match import weights as weights_files
from cutset.link.match.evaluate import Evaluation
from cutset.link.match.evaluate import evaluate as measured
from cutset.model.mention import MentionKind

app = typer.Typer(help="Measure matching on labelled files, and learn its weights.", no_args_is_help=True)


@app.callback()
def link() -> None:
    """Measure matching on labelled files, and learn its weights."""


@app.command()
def evaluate(
    files: Annotated[list[Path], typer.Argument(help="One file to find duplicates in, or two to link.")],
    mapping: Annotated[Path, typer.Option(help="A TOML file: which columns make a mention (docs/linking.md).")],
    truth: Annotated[str, typer.Option(help="The column that says which records are one.")] = "",
    labels: Annotated[Path | None, typer.Option(help="A file of judged pairs, in place of --truth.")] = None,
    weights: Annotated[Path | None, typer.Option(help="A weights file, in place of the shipped one.")] = None,
    learning: Annotated[
        bool, typer.Option("--learn", help="Learn the weights on the file, without its labels.")
    ] = False,
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
        learn=em.learn if learning else None,
    )
    if json:
        output.as_json(found)
    else:
        _tell(found)


@app.command()
def learn(
    out: options.Out,
    kind: Annotated[MentionKind, typer.Option(help="The kind of mention to learn weights for.")] = MentionKind.PERSON,
    sample: Annotated[int, typer.Option(help="Random pairs by which chance agreement is counted.", min=1)] = em.SAMPLE,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Learn weights from the mentions that you may see, without labels, and write them as a weights file.

    Example: cutset link learn --kind vessel --out weights.toml
    """
    node, viewer = opened(store, as_)
    learned = em.learn(node.profiles(kind, viewer=viewer), sample=sample)
    output.write(out, weights_files.write(learned))
    if json:
        output.as_json(learned)
    else:
        output.say(f"{learned.learned}.", f"Written to {out}; match by it with --weights {out}.")


def _tell(found: Evaluation) -> None:
    output.say(
        f"{found.records:,} records, {found.true_pairs:,} true pairs, {found.candidates:,} candidates "
        f"({found.reachable:.1%} of the true pairs share a key)",
        f"At probability 0.5: precision {found.precision:.4f}, recall {found.recall:.4f}, F1 {found.f1:.4f}",
        f"Best F1 {found.best.f1:.4f} at {found.best.threshold:.3f}; expected calibration error {found.ece:.4f}",
        f"{found.seconds:.1f} s, and {found.learning_seconds:.1f} s of learning; weights {found.version}",
    )

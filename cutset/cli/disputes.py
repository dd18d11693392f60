"""`cutset dispute` and `cutset disputes`: what the person concerned says against a report, and where it is shown."""

from __future__ import annotations

from typing import Annotated

import typer

from cutset.access.registry import Viewer
from cutset.cli import options, output
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.log.disputes import Dispute
from cutset.node import Node
from cutset.node.looks import reports_in


def dispute(
    report: Annotated[str, typer.Argument(help="The report that is disputed, by id.")],
    letter: Annotated[str, typer.Option(help="What the letter or call is known by.")],
    text: Annotated[str, typer.Option(help="What is disputed, or to be corrected, and why.", callback=options.watched)],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Enter what the person concerned disputes of a report, or asks to have corrected, as a report of your agency.

    Example: cutset dispute r-… --letter "letter of 3 May" --text "He was abroad that week."
    """
    node, viewer = opened(store, as_)
    receipt = node.dispute(report, letter=letter, text=text, by=viewer)
    if json:
        output.as_json(receipt)
    else:
        output.say(f"Entered as {receipt.id}; it is shown wherever {report} is, to whoever may see both.")


def disputes(
    reports: Annotated[list[str], typer.Argument(help="Reports, by id.")],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """What disputes these reports, as far as you may see both.

    Example: cutset disputes r-…
    """
    node, viewer = opened(store, as_)
    found = node.disputes(reports, viewer=viewer)
    if json:
        output.as_json(found)
    else:
        output.say(*(_lines(found) or ("Nothing disputes them, as far as you may see.",)))


def tell_disputes(node: Node, viewer: Viewer, shown: object, *, json: bool = False) -> dict[str, tuple[Dispute, ...]]:
    """What disputes the reports that are `shown`, a view's result; and say so. Beside JSON, on standard error."""
    reports = sorted(set(reports_in(shown)))
    found = node.disputes(reports, viewer=viewer) if reports else {}
    for line in _lines(found):
        if json:
            output.err.print(line, markup=False)
        else:
            output.say(line)
    return found


def _lines(found: dict[str, tuple[Dispute, ...]]) -> list[str]:
    return [
        f"DISPUTED: {report}, by {each.id} of {each.originator}, {each.submitted_at:%Y-%m-%d}"
        for report, some in found.items()
        for each in some
    ]

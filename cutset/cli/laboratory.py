"""Verbs of the laboratory: what is asked of it, what it found, and for what it is accredited."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from cutset.cli import options, output
from cutset.cli.custody import entered
from cutset.cli.disputes import tell_disputes
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.errors import CutsetError
from cutset.evidence.naming import checked
from cutset.model.report import Lab
from cutset.node.disputed import marked

app = typer.Typer(help="Laboratory requests, results and accreditations.", no_args_is_help=True)


@app.command()
def request(
    exhibit: Annotated[list[str], typer.Argument(help="The exhibits to examine.")],
    laboratory: Annotated[str, typer.Option(help="The laboratory: an agency's id, or a name.")],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Ask a laboratory to examine exhibits.

    Example: cutset lab request hsi/2026-114 --laboratory dea
    """
    node, viewer = opened(store, as_)
    entered(node.request_examination(exhibit, laboratory, by=viewer), json)


@app.command()
def requests(
    exhibit: Annotated[list[str] | None, typer.Argument(help="Exhibits; else all.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Only those that nothing answers yet.")] = False,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """What laboratories were asked to examine, and the results that answer it.

    Example: cutset lab requests --open
    """
    node, viewer = opened(store, as_)
    wanted = [checked(each, viewer.agency) for each in exhibit] if exhibit else None
    found = [each for each in node.requests(wanted, viewer=viewer) if not (open_ and each.answered)]
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
        return
    output.table(
        ("request", "of", "exhibits", "entered", "answered by", "marking"),
        (
            (
                each.report,
                each.laboratory,
                ", ".join(each.exhibits),
                f"{each.entered:%Y-%m-%d}",
                ", ".join(each.answered) or "nothing yet",
                each.banner,
            )
            for each in found
        ),
    )
    output.say(f"{len(found)} shown.")


@app.command()
def enter(
    exhibit: Annotated[str, typer.Argument(help="The exhibit that was examined.")],
    file: Annotated[Path, typer.Argument(help='The result, as JSON: {"is": "lab", "number": …}; docs/evidence.md.')],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Enter what your laboratory found on an exhibit.

    Example: cutset lab enter hsi/2026-114 result.json
    """
    try:
        found = msgspec.json.decode(file.read_bytes(), type=Lab)
    except (OSError, msgspec.DecodeError) as error:
        raise CutsetError(f"this is no result: {error}", where=str(file), remedy="see docs/evidence.md") from error
    node, viewer = opened(store, as_)
    name = checked(exhibit, viewer.agency)
    entered(node.enter_result(msgspec.structs.replace(found, exhibit=name), by=viewer), json)


@app.command()
def results(
    exhibit: Annotated[list[str] | None, typer.Argument(help="Exhibits; else all.")] = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """What laboratories found, how pure, by which methods, and whether they were accredited for them.

    Example: cutset lab results hsi/2026-114
    """
    node, viewer = opened(store, as_)
    wanted = [checked(each, viewer.agency) for each in exhibit] if exhibit else None
    found = node.results(wanted, viewer=viewer)
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
        return
    output.table(
        ("exhibit", "number", "found", "purity", "methods", "accredited", "marking"),
        (
            (
                each.exhibit,
                each.number,
                ", ".join(goods.substance or goods.written for goods in each.findings),
                "" if each.purity is None else f"{each.purity:.1%}",
                ", ".join(each.methods),
                each.accredited,
                each.banner,
            )
            for each in found
        ),
    )
    output.say(f"{len(found)} shown.")


@app.command()
def accreditations(store: options.Store = "", as_: options.As = OPERATOR, json: options.Json = False) -> None:
    """The accreditations of laboratories, for which methods, and when they are in force.

    Example: cutset lab accreditations
    """
    node, viewer = opened(store, as_)
    found = node.accreditations(viewer=viewer)
    if json:
        output.as_json(found)
        return
    output.table(
        ("laboratory", "for", "since", "until", "suspended", "entered by", "marking"),
        (
            (
                each.accreditation.laboratory,
                ", ".join(each.accreditation.scope) or "all methods",
                each.accreditation.since,
                each.accreditation.until,
                each.accreditation.suspended,
                each.agency,
                each.banner,
            )
            for each in found
        ),
    )
    output.say(f"{len(found)} shown.")

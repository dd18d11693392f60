"""The verb of packages: all that may be seen of an event or case, as a folder that verifies without cutset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cutset.cli import options, output
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.node.core import INVESTIGATION


def package(
    of: Annotated[str, typer.Argument(metavar="EVENT|CASE", help="The event's or case's report id.")],
    out: Annotated[Path, typer.Option(help="The folder to write; it must not be there yet.")],
    for_: Annotated[
        str, typer.Option("--for", metavar="VIEWER", help="Who it is for: it holds what both of you may see.")
    ] = "",
    discovery: Annotated[
        bool, typer.Option("--discovery", help="With what was looked at and rejected, and what is withheld.")
    ] = False,
    pdf: Annotated[bool, typer.Option(help="With a PDF to read and print.")] = True,
    purpose: options.Purpose = INVESTIGATION,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Write the package of an event or case: timeline, exhibits, custody, reports, results, links, files.

    Example: cutset package r-… --out case-7 --for counsel@usao --discovery
    """
    node, viewer = opened(store, as_)
    found = node.package(of, out, viewer=viewer, recipient=for_, discovery=discovery, pdf=pdf, purpose=purpose)
    if json:
        output.as_json(found)
        return
    output.banner(found.banner, made=found.made)
    output.say(
        f"Wrote {out}: {found.exhibits:,} exhibits with {found.findings:,} findings, {len(found.reports):,} reports, "
        f"{found.links:,} links, {found.files:,} files.",
        f"SHA-256 of the manifest: {found.manifest}",
        "To check it: sha256sum -c manifest.sha256, in that folder.",
    )
    if found.disputed:
        output.say(f"DISPUTED: {found.disputed:,} of the reports, by the person concerned; see disputes.jsonl.")
    if found.withheld:
        output.say(f"{len(found.withheld):,} are listed as withheld, in withheld.jsonl.")
    if found.unnamed:
        output.say(f"Withheld too, and not yours to name; ask the originators of these {len(found.unnamed):,}:")
        output.table(
            ("report", "kind", "originator", "rules"),
            ((each.report, each.kind, each.originator, "; ".join(each.rules)) for each in found.unnamed),
        )

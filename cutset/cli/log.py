"""Verbs on the log itself: init, verify, purge, and exporting its head."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from cutset.access.registry import Agency, Registry, Viewer
from cutset.access.roles import may_audit, may_purge
from cutset.cli import options, output
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.errors import CutsetError
from cutset.log.entries import Head, Verification
from cutset.node import Node
from cutset.node.checking import ViewChecked

app = typer.Typer(help="The log's signed heads, for auditors and witnesses.", no_args_is_help=True)


def init(
    store: Annotated[str, typer.Argument(help="The file to make, for example national.cutset; or postgresql://…")],
    country: Annotated[str, typer.Option(help="The country of whoever runs it, ISO 3166-1 alpha-2.")] = "US",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Make a store, with its signing key beside it and one viewer, --as, who may administer, audit and purge.

    Example: cutset init national.cutset
    """
    agency = as_.partition("@")[2]
    if not agency:
        raise CutsetError("a viewer is named by its agency too", where=as_, remedy=f"name it as {OPERATOR} is named")
    operator = Viewer(id=as_, agency=agency, roles=("administrator", "auditor", "privacy-officer"), name="Operator")
    members = (Agency(id=agency, name="Whoever runs this store", country=country), operator)
    Registry().updated(*members)  # What cannot be registered is refused before a store is made.
    Node.create(store).register(*members)
    if json:
        output.as_json({"store": store, "viewer": as_})
    else:
        output.say(f"Made {store}; you look at it as {as_}, or as another by --as")


def verify(
    head: Annotated[
        Path | None, typer.Option(help="A head exported earlier: also finds a log that was cut or replaced.")
    ] = None,
    views: Annotated[
        bool, typer.Option("--views", help="Also make each view's index anew, aside, and compare every row.")
    ] = False,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Recompute every leaf from its body and every root from the leaves: is the log whole? For auditors.

    Example: cutset verify --head kept-elsewhere.json --views
    """
    node, viewer = _audited(store, as_, "verify")
    found = node.log.verify(_read_head(head) if head is not None else None)
    # Views that were made of a log that is not whole prove nothing.
    checked = node.check_views(viewer=viewer) if views and found.ok else []
    if json:
        output.as_json({"log": found, "views": checked} if views else found)
    else:
        _tell_verified(found)
        _tell_views(checked)
    if not found.ok or not all(each.ok for each in checked):
        raise typer.Exit(1)


def _tell_verified(found: Verification) -> None:
    if found.ok:
        purged = f", and {found.purged:,} tombstones" if found.purged else ""
        output.say(f"The log is whole: {found.reports:,} reports{purged} in {found.leaves:,} leaves, all as signed.")
        return
    output.say(f"THE LOG IS NOT WHOLE: {found.found:,} problems.")
    output.say(*(f"  {problem.what} ({problem.where})" for problem in found.problems))


def _tell_views(checked: list[ViewChecked]) -> None:
    for each in checked:
        if each.ok:
            output.say(f"The view {each.view} is what the log makes of it: {each.rows:,} rows.")
        else:
            output.say(f"THE VIEW {each.view} IS NOT WHAT THE LOG MAKES OF IT; mend it by: cutset rebuild {each.view}")
            output.say(*(f"  {problem}" for problem in each.problems))


def rebuild(
    views: Annotated[list[str] | None, typer.Argument(help="The views, by name; else all that there are.")] = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Make the indexes of views anew from the log, which alone counts. For administrators and auditors.

    Example: cutset rebuild link search
    """
    node, viewer = opened(store, as_)
    made = node.rebuild(views or (), viewer=viewer)
    if json:
        output.as_json({"rebuilt": made})
    else:
        output.say(f"Made anew from the log: {', '.join(made) or 'nothing, for no view was ever asked for'}")


@app.command("head")
def head_(
    out: Annotated[Path | None, typer.Option(help="The file to write; without it, print it.")] = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """The newest signed tree head, to be kept elsewhere: it proves later that nothing was cut. For auditors.

    Example: cutset log head --out head-2026-11-24.json
    """
    node, _ = _audited(store, as_, "log head")
    found = node.log.head()
    if out is not None:
        output.write(out, msgspec.json.format(msgspec.json.encode(found)) + b"\n")
    if json or out is None:
        output.as_json(found)
    else:
        output.say(f"Wrote {out}: a tree of {found.size:,} leaves, root {b64encode(found.root).decode()}")


def _read_head(path: Path) -> Head:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Head)
    except (OSError, msgspec.DecodeError) as error:
        raise CutsetError(
            "this is not an exported head", where=str(path), remedy="name a file that `cutset log head --out` wrote"
        ) from error


def _audited(store: str, as_: str, view: str) -> tuple[Node, Viewer]:
    node, viewer = opened(store, as_)
    with node.looks.look(view, viewer):
        if not may_audit(viewer, node.log.registry()):
            raise CutsetError(f"{viewer.id} is no auditor of this store", remedy="look as one with --as")
    return node, viewer


def purge(
    reports: Annotated[list[str], typer.Argument(help="The ids of the reports to forget.")],
    reason: Annotated[str, typer.Option(help="The lawful ground; it stays in the log.", callback=options.watched)],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Forget reports for good: body, salt, index rows, free pages. A tombstone stays. For privacy officers.

    Example: cutset purge r-… --reason "retention of five years is over, 28 CFR 23.20(h)"
    """
    node, viewer = opened(store, as_)
    if not may_purge(viewer, node.log.registry()):
        refused = CutsetError(f"{viewer.id} may not purge", remedy="look as a privacy officer with --as")
        node.looks.failed("purge", viewer, refused, {"reports": reports})
        raise refused
    count = node.purge(reports, reason=reason, by=viewer)
    if json:
        output.as_json({"purged": count})
    else:
        output.say(f"Purged {count} of {len(set(reports))} reports; their tombstones stay, and the log still verifies.")

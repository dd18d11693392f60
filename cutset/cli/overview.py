"""`cutset overview`: one self-contained page of what a viewer may see."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from cutset.access.registry import Viewer
from cutset.cli import options, output
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.node import Node
from cutset.node.looks import reports_in
from cutset.web.gather import gather
from cutset.web.overview import render


def overview(
    out: options.Out = Path("overview.html"),
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """One page to look at: a map of flows, charts, leads, repeats; it needs no network.

    Example: cutset overview --out overview.html
    """
    node, viewer = opened(store, as_)
    page = page_of(node, viewer)
    output.write(out, page)
    if json:
        output.as_json({"overview": str(out), "bytes": len(page.encode())})
    else:
        output.say(f"Wrote {out}")


def page_of(node: Node, viewer: Viewer) -> str:
    """The overview as a page of HTML, through the viewer's rights."""
    node.catch_up()
    with node.looks.look("overview", viewer) as look:
        found = gather(node.log, node.link, node.plan, node.rights(viewer), node.clock)
        look.show(found)
    listed = sorted(set(reports_in((found.leads, found.repeats))))
    return render(replace(found, disputed=tuple(node.disputes(listed, viewer=viewer)) if listed else ()))

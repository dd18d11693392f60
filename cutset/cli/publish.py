"""`cutset plan respond` and `cutset plan report`: agencies' answers to the Plan, and what is published of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cutset.access.registry import Viewer
from cutset.cli import options, output
from cutset.cli.options import OPERATOR
from cutset.cli.plan import PlanName
from cutset.cli.stores import opened
from cutset.errors import CutsetError
from cutset.model.marking import Marking, Tlp
from cutset.model.report import Receipt
from cutset.node import Node
from cutset.plan import document, guided, response
from cutset.plan.clauses import Plan
from cutset.plan.filed import Filed, filed
from cutset.plan.prefill import guide
from cutset.plan.publish import numbers, page, pdf
from cutset.plan.publish.publication import Publication

FiscalYear = Annotated[int, typer.Option("--fy", help="The U.S. fiscal year, for example 2021.")]


def respond(
    agency: Annotated[str, typer.Argument(help="The agency, by its id; you look as one of its viewers.")],
    fy: FiscalYear,
    out: Annotated[Path | None, typer.Option(help="Write the guided document, pre-filled from the log, here.")] = None,
    answers: Annotated[
        Path | None, typer.Option(help="Read the answers from the document, and keep them as a draft.")
    ] = None,
    sign: Annotated[bool, typer.Option("--sign", help="Sign off the latest draft.")] = False,
    submit: Annotated[bool, typer.Option("--submit", help="Submit what was signed.")] = False,
    tlp: Annotated[Tlp, typer.Option(help="The level of what is submitted.")] = Tlp.GREEN,
    plan: PlanName = "niccp_2021",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """An agency's response to the Plan, item by item: guided and pre-filled, drafted, signed, submitted.

    Example: cutset plan respond dhs --fy 2021 --out response.md --as planner@dhs
    """
    node, viewer = opened(store, as_)
    of = document.load(plan)
    done = ""
    if answers is not None:
        done = f"Drafted: {_drafted(node, viewer, of, agency, fy, answers).id}"
    if sign:
        latest = _latest(response.drafts(_filed(node, viewer, of), of, agency, fy), "draft")
        done = f"Signed off: {node.submit(response.sign(of, latest, by=viewer.id), by=viewer).id}"
    if submit:
        done = f"Submitted: {_submitted(node, viewer, of, agency, fy, tlp).id}"
    rights = node.rights(viewer)
    with node.looks.look("plan respond", viewer, {"agency": agency, "fy": fy}) as look:
        told = response.reading(node.log, rights, of, fy, node.clock)
        standing = response.of_agency(told, node.log.registry(), agency)
        look.show(standing)
        if out is not None:
            items = guide(node.log, rights, of, agency, fy, written=standing.answers, take=node.taker(rights, of, fy))
            look.show(items)
    if out is not None:
        output.write(out, guided.write(of, agency, fy, items))
        done = f"Wrote {out}: answer under each heading, then read it in with --answers {out}"
    if json:
        output.as_json(standing)
        return
    if done:
        output.say(done)
    output.say(f"{standing.name}: {standing.stage}, {standing.answered} of {len(told.items)} items, {standing.timing}")


def responses(
    fy: FiscalYear,
    plan: PlanName = "niccp_2021",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """All agencies' responses side by side, the late ones shown.

    Example: cutset plan responses --fy 2021
    """
    node, viewer = opened(store, as_)
    with node.looks.look("plan responses", viewer, {"fy": fy}) as look:
        found = response.reading(node.log, node.rights(viewer), document.load(plan), fy, node.clock)
        look.show(found.standings)
    if json:
        output.as_json(found)
        return
    output.table(
        ("agency", "stage", "items", "clock"),
        ((each.name, each.stage, f"{each.answered} of {len(found.items)}", each.timing) for each in found.standings),
    )
    output.say(f"{len(found.late)} late or overdue, for certain or perhaps.")


def report(
    fy: FiscalYear,
    out: Annotated[Path, typer.Option(help="A .pdf or .html; the numbers go into a folder beside it.")],
    agency: Annotated[str, typer.Option(help="One agency's response in place of the annual report.")] = "",
    unclassified: Annotated[bool, typer.Option("--unclassified", help="Only what may go to everyone.")] = False,
    plan: PlanName = "niccp_2021",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """The annual performance report, or an agency's response, as PDF or HTML, with its numbers as CSV.

    Example: cutset plan report --fy 2021 --out report.pdf
    """
    if out.suffix not in {".pdf", ".html"}:
        raise CutsetError(
            "a report is a PDF or a page", where=str(out), remedy="name a file that ends in .pdf or .html"
        )
    node, viewer = opened(store, as_)
    found = node.publication(fy, viewer=viewer, agency=agency, unclassified=unclassified, plan=plan)
    folder = _published(found, out)
    if json:
        output.as_json({"report": str(out), "numbers": str(folder), "level": found.level})
    else:
        output.say(f"Wrote {out} ({found.level or 'unmarked'}), its numbers in {folder}")


def _filed(node: Node, viewer: Viewer, plan: Plan) -> list[Filed]:
    return filed(node.log, node.rights(viewer), plan=plan.id)


def _latest(found: list[Filed], what: str) -> Filed:
    if not found:
        raise CutsetError(f"there is no {what} of this response", remedy="`cutset plan respond --help` tells the steps")
    return found[-1]


def _drafted(node: Node, viewer: Viewer, plan: Plan, agency: str, fy: int, answers: Path) -> Receipt:
    try:
        text = answers.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CutsetError("the answers cannot be read", where=str(answers), remedy="name the document") from error
    older = response.drafts(_filed(node, viewer, plan), plan, agency, fy)
    return node.submit(response.draft(plan, agency, fy, guided.read(text, plan), older=older), by=viewer)


def _submitted(node: Node, viewer: Viewer, plan: Plan, agency: str, fy: int, tlp: Tlp) -> Receipt:
    everything = _filed(node, viewer, plan)
    signed = _latest(response.drafts(everything, plan, agency, fy), "signed draft")
    earlier = response.submissions(everything, plan, agency, fy)
    marking = Marking(originator=signed.originator, tlp=tlp)
    return node.submit(response.submit(plan, signed, marking=marking, earlier=earlier), by=viewer)


def _published(publication: Publication, out: Path) -> Path:
    output.write(out, pdf.render(publication) if out.suffix == ".pdf" else page.render(publication))
    folder = out.with_name(f"{out.stem}-numbers")
    folder.mkdir(exist_ok=True)
    for name, text in numbers.files(publication).items():
        output.write(folder / name, text)
    return folder

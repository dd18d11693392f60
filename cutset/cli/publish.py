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
from cutset.plan import document, fiscal_years, guided, response
from cutset.plan.clauses import Plan
from cutset.plan.filed import Filed, filed
from cutset.plan.prefill import guide
from cutset.plan.publish import numbers, page, pdf
from cutset.plan.publish.answers import due_in_words
from cutset.plan.publish.publication import Publication
from cutset.plan.response import Reading

FiscalYear = Annotated[str, typer.Option("--fy", help="The U.S. fiscal year: 2021, FY 2021, FY21.")]


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
    year = fiscal_years.read(fy)
    node, viewer = opened(store, as_)
    of = document.load(plan)
    done = ""
    if answers is not None:
        done = f"Drafted: {_drafted(node, viewer, of, agency, year, answers).id}"
    if sign:
        latest = _latest(response.drafts(_filed(node, viewer, of), of, agency, year), "draft")
        done = f"Signed off: {node.submit(response.sign(of, latest, by=viewer.id), by=viewer).id}"
    if submit:
        done = f"Submitted: {_submitted(node, viewer, of, agency, year, tlp).id}"
    rights = node.rights(viewer)
    with node.looks.look("plan respond", viewer, {"agency": agency, "fy": year}) as look:
        told = response.reading(node.log, rights, of, year, node.clock)
        standing = response.of_agency(told, node.log.registry(), agency)
        look.show(standing)
        if out is not None:
            take = node.taker(rights, of, year)
            items = guide(node.log, rights, of, agency, year, written=standing.answers, take=take)
            look.show(items)
    if out is not None:
        output.write(out, guided.write(of, agency, year, items))
        done = f"Wrote {out}: answer under each heading, then read it in with --answers {out}"
    if json:
        output.as_json(standing)
        return
    if done:
        output.say(done)
    output.say(f"{standing.name}: {standing.stage}, {standing.answered} of {len(told.items)} items, {standing.timing}")


def responses(
    fy: FiscalYear,
    item: Annotated[str, typer.Option(help="Only the answers to this item of the plan.")] = "",
    plan: PlanName = "niccp_2021",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """All agencies' responses side by side: when each came, what each says to each item, the late ones shown.

    Example: cutset plan responses --fy 2021 --item gaps
    """
    year, of = fiscal_years.read(fy), document.load(plan)
    if item:
        response.known_items(of, [item])
    node, viewer = opened(store, as_)
    with node.looks.look("plan responses", viewer, {"fy": year}) as look:
        found = response.reading(node.log, node.rights(viewer), of, year, node.clock)
        look.show(found.standings)
    if json:
        output.as_json(found)
        return
    output.banner(found.basis.banner, made=found.basis.made)
    output.say(f"Responses for FY {year} are due {due_in_words(found.due)}.")
    output.table(
        ("agency", "stage", "items", "clock", "first submitted", "last submitted", "submissions"),
        (
            (
                each.name,
                each.stage,
                f"{each.answered} of {len(found.items)}",
                each.timing,
                *(f"{each.submissions[at].submitted_at:%Y-%m-%d %H:%M}" if each.submissions else "" for at in (0, -1)),
                len(each.submissions) or "",
            )
            for each in found.standings
        ),
        right=("submissions",),
    )
    output.say(f"{len(found.late)} late or overdue, for certain or perhaps. Times are UTC.")
    for id, asked in found.items:
        if item in ("", id):
            _side_by_side(found, id, asked)


def _side_by_side(found: Reading, id: str, asked: str) -> None:
    """What each agency says to one item, in the order of the table."""
    output.say("", f"{id}: {asked}")
    answered = [each for each in found.standings if each.answers[id].strip()]
    if not answered:
        output.say("Nobody has answered this, as far as you may see.")
        return
    output.table(("agency", "stage", "answer"), ((each.name, each.stage, each.answers[id]) for each in answered))


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
    year = fiscal_years.read(fy)
    node, viewer = opened(store, as_)
    found = node.publication(year, viewer=viewer, agency=agency, unclassified=unclassified, plan=plan)
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

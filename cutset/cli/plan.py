"""`cutset plan`: what the Plan requires of whom, and what has changed between two plans."""

from __future__ import annotations

from typing import Annotated

import typer

from cutset.cli import options, output
from cutset.plan import document
from cutset.plan.difference import difference, lines

app = typer.Typer(help="The Plan as data: its duties, and how two plans differ.", no_args_is_help=True)

PlanName = Annotated[str, typer.Option("--plan", help="A shipped plan's name, or a file or folder.")]


@app.command()
def duties(
    area: Annotated[str | None, typer.Option(help="Only those of this area.")] = None,
    focus: Annotated[str | None, typer.Option(help="Only those of this focus area.")] = None,
    agency: Annotated[str | None, typer.Option(help="Only those that concern this agency.")] = None,
    object_: Annotated[
        str | None, typer.Option("--object", help="Only those about this, for example precursor.")
    ] = None,
    text: Annotated[str | None, typer.Option(help="Only those with these words.")] = None,
    plan: PlanName = "niccp_2021",
    json: options.Json = False,
) -> None:
    """Each thing that the plan requires of someone, in our words.

    Example: cutset plan duties --area inside-the-borders --object parcel
    """
    found = document.duties(document.load(plan), area=area, focus=focus, agency=agency, object=object_, text=text)
    if json:
        output.as_json(found)
        return
    output.table(
        ("duty", "modal", "what", "who", "where in the text"),
        ((each.id, each.modal, each.text, ", ".join(each.actors or each.agencies), each.at) for each in found),
    )
    output.say(f"{len(found)} duties.")


@app.command("diff")
def diff(
    older: Annotated[str, typer.Argument(help="A plan: a shipped one's name, or a file or folder.")],
    newer: Annotated[str, typer.Argument(help="Another.")],
    json: options.Json = False,
) -> None:
    """What one plan has that another has not, and what both say otherwise.

    Example: cutset plan diff niccp_2021 state_plan.toml
    """
    found = difference(document.load(older), document.load(newer))
    if json:
        output.as_json(found)
    else:
        output.say(*lines(found))

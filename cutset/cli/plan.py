"""`cutset plan`: what the Plan requires of whom, and how well it is met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from cutset.access.registry import Registry
from cutset.cli import options, output
from cutset.cli.options import OPERATOR
from cutset.cli.stores import NoStore, find, opened
from cutset.errors import CutsetError
from cutset.ingest.reader import Context
from cutset.model.marking import Marking, Tlp
from cutset.plan import catalogue, document, fiscal_years, register_table
from cutset.plan.agencies import Agencies
from cutset.plan.assumptions import assumptions_tested
from cutset.plan.clauses import Plan
from cutset.plan.difference import difference, lines
from cutset.plan.gaps import EFFECTS, UNKNOWN_DUTY, amounts_in_words, duties_in_words, effect_in_words, roll_up
from cutset.plan.gaps import funds as of_funds
from cutset.plan.gaps import gaps as of_gaps
from cutset.plan.measure import Figure
from cutset.plan.registers import REGISTERS, UNKNOWN_AGENCIES, table
from cutset.plan.scoreboard import trend_in_words

app = typer.Typer(help="The Plan as data: duties, measures, scoreboard, responses, reports.", no_args_is_help=True)

PlanName = Annotated[str, typer.Option("--plan", help="A shipped plan's name, or a file or folder.")]
Period = Annotated[str, typer.Option(help="FY 2021, 2021, 2021-08, or 2020-10..2020-12; all time without it.")]


@app.command()
def duties(
    area: Annotated[str | None, typer.Option(help="Only those of this area.")] = None,
    focus: Annotated[str | None, typer.Option(help="Only those of this focus area.")] = None,
    agency: Annotated[str | None, typer.Option(help="Only those that concern this agency.")] = None,
    object_: Annotated[str | None, typer.Option("--object", help="Only those about this: precursor, parcel, …")] = None,
    text: Annotated[str | None, typer.Option(help="Only those with these words.")] = None,
    plan: PlanName = "niccp_2021",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Each thing that the plan requires of someone, in our words.

    An agency may be named by the id that it has in a store now, where that is another than the plan's.

    Example: cutset plan duties --area inside-the-borders --object parcel
    """
    of = document.load(plan)
    narrowed = {"area": area, "focus": focus, "object": object_, "text": text}
    if agency is None or agency in {each.id for each in of.agencies}:
        found = document.duties(of, agency=agency, **narrowed)
    else:
        found = Agencies(of, _registry(store, as_)).duties(agency, **narrowed)
    if json:
        output.as_json(found)
        return
    output.table(
        ("duty", "modal", "what", "who", "where in the text"),
        ((each.id, each.modal, each.text, ", ".join(each.actors or each.agencies), each.at) for each in found),
    )
    output.say(f"{len(found)} duties.")


def _registry(store: str, viewer: str) -> Registry:
    """The registry of the store, where there is one: the plan can be read without."""
    try:
        at = find(store)
    except NoStore:
        return Registry()
    return opened(at, viewer)[0].log.registry()


@app.command()
def diff(
    older: Annotated[str, typer.Argument(help="A plan: a shipped one's name, or a file or folder.")],
    newer: Annotated[str, typer.Argument(help="Another.")],
    as_: options.Anyone = OPERATOR,
    json: options.Json = False,
) -> None:
    """What one plan has that another has not, and what both say otherwise.

    Example: cutset plan diff niccp_2021 made_state
    """
    found = difference(document.load(older), document.load(newer))
    if json:
        output.as_json(found)
    else:
        output.say(*lines(found))


@app.command("import")
def import_(
    mapping: Annotated[Path, typer.Argument(help="A mapping file of a register or a budget table (.toml).")],
    path: Annotated[Path, typer.Argument(help="The table: CSV, Excel, or lines of JSON.")],
    tlp: Annotated[Tlp, typer.Option(help="The level of what is entered.")] = Tlp.GREEN,
    les: Annotated[bool, typer.Option(help="Law enforcement sensitive.")] = False,
    made: Annotated[bool, typer.Option("--made", help="Exercise data that nobody observed.")] = False,
    rejects: Annotated[Path | None, typer.Option(help="The folder for rejects; without it, beside the file.")] = None,
    plan: Annotated[str, typer.Option(help="The file or folder of the mapping's plan, where none is shipped.")] = "",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Read a table into a register of your agency: every row is taken in, or rejected with its reason.

    Example: cutset plan import task_forces.toml task_forces.csv --as planner@dhs
    """
    reader = register_table.load(mapping, document.load(plan) if plan else None)
    node, viewer = opened(store, as_)
    marking = Marking(originator=viewer.agency, tlp=tlp, les=les)
    loaded = node.ingest(path, reader, Context(marking=marking, made=made), by=viewer, rejects=rejects)
    if json:
        output.as_json(loaded)
    else:
        output.say(
            f"{loaded.read:,} rows read: {loaded.accepted:,} taken in, {loaded.repeated:,} held already, "
            f"{loaded.rejected:,} rejected"
        )
        if loaded.rejected:
            output.say(f"Rejected rows, each with its reason: {loaded.rejects_file}")
        if reader.plan is None:
            output.say(f"{reader.mapping.plan} is not at hand: no duty was checked. Name its file by --plan.")
        else:
            held = table(node.log, node.rights(viewer), reader.plan, reader.register)
            _say_unknown(held.unknown_agencies)
    if loaded.broken:
        raise CutsetError(loaded.broken, where=str(path), remedy="mend the file and read it again")


@app.command()
def register(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(REGISTERS)}.")],
    fy: Annotated[str, typer.Option(help="Only what concerns this fiscal year: FY 2021.")] = "",
    plan: PlanName = "niccp_2021",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """A register as a table: task forces, agreements, technology, training, grants, gaps, the budget.

    Example: cutset plan register task-forces --fy "FY 2021"
    """
    node, viewer = opened(store, as_)
    year = fiscal_years.read(fy) if fy else None
    found = table(node.log, node.rights(viewer), document.load(plan), name, fiscal_year=year)
    if json:
        output.as_json(found)
        return
    output.table(found.columns, found.rows)
    output.say(f"{len(found.rows)} entries.")
    _say_unknown(found.unknown_agencies)


def _say_unknown(agencies: Sequence[str]) -> None:
    if agencies:
        output.say(f"{UNKNOWN_AGENCIES.format(names=', '.join(agencies))} Register them, or mend the entries.")


@app.command()
def gaps(
    by: Annotated[
        str, typer.Option(help="Roll them up by agency, area, function or status; without it, each gap.")
    ] = "",
    plan: PlanName = "niccp_2021",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Capability gaps: the duty each hurts, what is needed, its cost by fiscal year, how far it has come.

    Example: cutset plan gaps --by agency
    """
    node, viewer = opened(store, as_)
    of, rights = document.load(plan), node.rights(viewer)
    with node.looks.look("plan gaps", viewer, {"by": by}) as look:
        rolled = roll_up(node.log, rights, of, by=by or "agency")
        found = of_gaps(node.log, rights, of)
        look.show(rolled if by else found)
    if json:
        output.as_json(rolled if by else found)
        return
    output.banner(rolled.basis.banner, made=rolled.basis.made)
    if by:
        years = sorted({year for row in rolled.rows for year in row.cost})
        columns = (by, "gaps", "with a cost", *(f"FY {year}" for year in years))
        output.table(
            columns,
            (
                (row.key, row.gaps, row.costed, *(amounts_in_words(row.cost.get(year, {})) for year in years))
                for row in (*rolled.rows, msgspec.structs.replace(rolled.whole, key="all"))
            ),
            right=columns[1:],
        )
    else:
        output.table(
            ("gap", "title", "duties hurt", "cost", "expected effect", "status", "counted with"),
            (
                (
                    row.key,
                    row.gap.title,
                    duties_in_words(row),
                    amounts_in_words(row.cost),
                    effect_in_words(row),
                    row.gap.status,
                    row.counted_with,
                )
                for row in found
            ),
        )
    unknown = sorted({duty for row in found for duty in row.unknown_duties})
    if unknown:
        output.say(f"The plan has no such duty: {', '.join(unknown)}. Gaps that name one stand under `{UNKNOWN_DUTY}`.")
    output.say(f"{len(found)} gaps. A gap that is part of a wider one is costed there only.", EFFECTS)


@app.command()
def funds(
    by: Annotated[
        str, typer.Option(help="agency, function, account, duty; with commas between them.")
    ] = "agency,function",
    plan: PlanName = "niccp_2021",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """The fiscal year table: request, enacted and actual side by side, each line once; disputed lines stand apart.

    Example: cutset plan funds --by agency
    """
    node, viewer = opened(store, as_)
    split = tuple(part.strip() for part in by.split(",") if part.strip())
    with node.looks.look("plan funds", viewer, {"by": by}) as look:
        of, rights = document.load(plan), node.rights(viewer)
        found = of_funds(node.log, rights, of, by=split)
        unknown = table(node.log, rights, of, "budget").unknown_agencies
        look.show(found)
    if json:
        output.as_json(found)
        return
    output.banner(found.basis.banner, made=found.basis.made)
    rows = [*found.rows, msgspec.structs.replace(found.whole, key=("all", *[""] * (len(split) - 1)))]
    output.table(
        (*split, *found.columns),
        ((*row.key, *(amounts_in_words(row.amounts.get(column, {})) for column in found.columns)) for row in rows),
        right=found.columns,
    )
    for each in found.conflicts:
        why = f"stands in {' and in '.join(each.functions)}" if each.functions else "has two amounts"
        output.say(f"In no sum: {each.line} {why}; supersede or withdraw the wrong report.")
    _say_unknown(unknown)


@app.command()
def measures(as_: options.Anyone = OPERATOR, json: options.Json = False) -> None:
    """The measures that `cutset plan measure` takes, each with its unit and meaning.

    Example: cutset plan measures
    """
    found = catalogue.catalogue().measures
    if json:
        output.as_json(found)
        return
    output.table(
        ("measure", "unit", "what it tells", "by"), ((m.id, m.unit, m.meaning, ", ".join(m.by)) for m in found)
    )


@app.command()
def measure(
    name: Annotated[str, typer.Argument(help="A measure of `cutset plan measures`.")],
    by: Annotated[str, typer.Option(help="Breakdowns, with commas between them.")] = "",
    period: Period = "",
    plan: PlanName = "niccp_2021",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """One measure, with its interval, its limits, and how many reports it rests on.

    Example: cutset plan measure linked-to-case --by agency --period "FY 2024"
    """
    node, viewer = opened(store, as_)
    breakdowns = tuple(part.strip() for part in by.split(",") if part.strip())
    found = node.measure(name, viewer=viewer, period=period or None, by=breakdowns, plan=plan)
    if json:
        output.as_json(found)
        return
    output.banner(found.banner, made=found.made)
    output.say(f"{found.title}, {found.unit}{f', {found.period}' if found.period else ''}: {found.headline}")
    if found.no_data:
        output.say(f"No data: {found.no_data}")
    output.say(*_with(found.whole))
    if found.figures and found.columns:
        _split(found.columns, found.figures, found.unit)
    if found.published:
        output.say("Totals that others published, which are no events and are added to none:")
        _split(found.published_by, found.published, found.unit)
    output.say(f"Rests on {found.reports:,} reports. {found.limits}", *(f"- {note}" for note in found.notes))
    output.say(*_standing(document.load(plan), name))


def _with(figure: Figure) -> list[str]:
    """What a figure was made of, how sure it is, and what must be read with it."""
    said = {"Made of": figure.made_of, "95 % interval": figure.interval, "Beside it": figure.beside_in_words}
    return [f"{name}: {words}" for name, words in said.items() if words]


def _split(columns: Sequence[str], figures: Sequence[Figure], unit: str) -> None:
    """A table of figures by their keys; what none of them has is no column."""
    more: dict[str, Callable[[Figure], str]] = {
        "made of": lambda each: each.made_of,
        "95 % interval": lambda each: each.interval,
        "beside": lambda each: each.beside_in_words,
    }
    more = {name: words for name, words in more.items() if any(map(words, figures))}
    output.table(
        (*columns, unit, *more, "reports"),
        (
            (*each.key, each.shown, *(words(each) for words in more.values()), output.number(each.reports))
            for each in figures
        ),
        right=(unit, "reports"),
    )


def _standing(plan: Plan, name: str) -> list[str]:
    """Whose a measure is, which way it should go, what the plan asks of it, and the duties that it speaks to."""
    known = catalogue.catalogue()
    asked = catalogue.measure(name)
    good = {"more": "More is better.", "less": "Less is better.", "neither": "A change either way is to be read."}
    targets = [f"{each.value:g} in FY{each.fiscal_year}" for each in plan.targets if each.measure == name]
    duties = [each.id for each in plan.duties if name in each.measures]
    return [
        f"Answered for by {known.owners[asked.owner]}. {good[asked.better]}",
        f"Target: {', '.join(targets) if targets else f'{plan.id} sets none'}.",
        f"It speaks to {len(duties)} duties of {plan.id}: {', '.join(duties)}",
    ]


@app.command()
def status(
    period: Annotated[str, typer.Option(help="FY 2021, 2021, 2021-08, or 2020-10..2020-12.")],
    area: Annotated[str, typer.Option(help="Only the cells of this area.")] = "",
    agency: Annotated[str, typer.Option(help="Only this agency's cells, each with its measures and trends.")] = "",
    plan: PlanName = "niccp_2021",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """The scoreboard: each agency in each area and focus, and what has no data. Nothing is met without data.

    Example: cutset plan status --period "FY 2024" --agency cbp
    """
    node, viewer = opened(store, as_)
    narrowed = {"areas": [area] if area else None, "agencies": [agency] if agency else None}
    found = node.scoreboard(period, viewer=viewer, plan=plan, **narrowed)
    if json:
        output.as_json(found)
        return
    output.banner(found.banner, made=found.made)
    output.table(
        ("area", "focus", "agency", "state", "duties", "measures with data"),
        (
            (
                cell.area,
                cell.focus,
                cell.agency,
                cell.state,
                len(cell.duties),
                f"{sum(not each.no_data for each in cell.readings)} of {len(cell.readings)}",
            )
            for cell in found.cells
        ),
        right=("duties",),
    )
    if agency and not found.cells:
        output.say(f"No duty is {agency}'s own: its figures stand in those of the department it is part of.")
    for cell in found.cells if agency else ():
        output.say("", f"{cell.area}, {cell.focus}: duties {', '.join(cell.duties)}")
        output.table(
            ("measure", found.period, found.before, "trend", "target", "state", "reports"),
            (
                (
                    each.measure,
                    each.figure.shown,
                    f"{each.trend.before:g}" if each.trend else "",
                    trend_in_words(each.trend),
                    "" if each.target is None else f"{each.target:g}",
                    each.state,
                    output.number(each.figure.reports),
                )
                for each in cell.readings
            ),
            right=(found.period, found.before, "target", "reports"),
        )
    output.say(*(f"- {note}" for note in found.notes))


@app.command()
def assumptions(
    period: Period = "",
    plan: PlanName = "niccp_2021",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """What the plan takes for granted, tested on what the log holds, each with its caution.

    Example: cutset plan assumptions --period "FY 2024"
    """
    node, viewer = opened(store, as_)
    rights = node.rights(viewer)
    of = document.load(plan)
    found = assumptions_tested(node.sources(), rights, period=period or None, plan=of, clock=node.clock)
    if json:
        output.as_json(found)
        return
    for each in found:
        output.say(
            f"{each.id}: {each.text}", f"  {each.finding or f'no data: {each.no_data}'}", f"  {each.caution}", ""
        )

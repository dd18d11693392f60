"""`cutset allocate`: where scarce ships and teams would matter most, against traffickers who adapt."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cutset.allocate.changes import Changes
from cutset.allocate.evidence import Revise
from cutset.allocate.proposal import Method
from cutset.allocate.response import Objective
from cutset.cli import allocation_tables as shown
from cutset.cli import options, output
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.errors import CutsetError
from cutset.ingest.reader import Context
from cutset.model.marking import Marking, Tlp
from cutset.model.network import Posting
from cutset.plan.network_file import NetworkFile
from cutset.plan.network_file import example as example_network

app = typer.Typer(help="Networks of trafficking, and where to place what can watch them: proposals, what-if, orders.",
                  no_args_is_help=True)  # fmt: skip

Revised = Annotated[
    Revise, typer.Option("--revise", help="Which stated estimates your reports revise: nothing, sweep or traffic.")
]
Goal = Annotated[
    Objective, typer.Option("--objective", help="What is to be least: kilograms or value arriving, or profit.")
]
Seed = Annotated[int, typer.Option(help="The same seed gives the same figures.")]
Months = Annotated[int, typer.Option(help="Months that are simulated.", min=0, max=120)]
Draws = Annotated[int, typer.Option(help="Times that they are simulated.", min=2, max=2000)]
Postings = Annotated[
    list[str] | None,
    typer.Option(
        "--post", metavar="MEANS:WAY=DAYS", help="Asset-days a month of these means on this way; again for more."
    ),
]


@app.command()
def example(
    out: Annotated[
        Path | None, typer.Option(help="The file to write; without it, it is printed.", dir_okay=False)
    ] = None,
    as_: options.Anyone = OPERATOR,
    json: options.Json = False,
) -> None:
    """A small made network as a file, to begin from: every entry with its estimates and their sources.

    Example: cutset allocate example --out network.toml
    """
    text = example_network()
    if out is not None:
        output.write(out, text)
    if json:
        output.as_json({"file": str(out) if out else "", "network": tomllib.loads(text)})
    else:
        typer.echo(f"Written: {out}" if out else text)


@app.command()
def load(
    path: Annotated[Path, typer.Argument(help="A network: [[way]], [[traffic]] and [[means]] as TOML.")],
    tlp: Annotated[Tlp, typer.Option(help="The level of what is entered.")] = Tlp.AMBER,
    les: Annotated[bool, typer.Option(help="Law enforcement sensitive.")] = False,
    made: Annotated[bool, typer.Option("--made", help="Exercise data that nobody observed.")] = False,
    rejects: Annotated[Path | None, typer.Option(help="The folder for rejects; without it, beside the file.")] = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Enter a network's ways, traffic and means in your agency's registers; a bad entry is rejected with its reason.

    Example: cutset allocate load network.toml --as planner@dhs
    """
    node, viewer = opened(store, as_)
    context = Context(marking=Marking(originator=viewer.agency, tlp=tlp, les=les), made=made)
    loaded = node.ingest(path, NetworkFile(), context, by=viewer, rejects=rejects)
    if json:
        output.as_json(loaded)
        return
    output.say(
        f"{loaded.read:,} entries read: {loaded.accepted:,} taken in, {loaded.repeated:,} held already, "
        f"{loaded.rejected:,} rejected, {loaded.removed:,} withdrawn"
    )
    if loaded.rejected:
        output.say(f"Rejected entries, each with its reason: {loaded.rejects_file}")


@app.command()
def network(
    revise: Revised = Revise.SWEEP,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """The network that you may see: ways, means and traffic, each estimate with what your reports say of it.

    Example: cutset allocate network
    """
    node, viewer = opened(store, as_)
    found = node.allocation_network(viewer=viewer, revise=revise)
    if json:
        output.as_json(found)
        return
    shown.head(found.rests)
    stated, sweeps = found.stated, {each.name: each for each in found.evidence.sweeps}
    output.table(
        ("way", "from", "to", "modality", "area", "days", "sweep as stated", "finds", "sweep after them"),
        (
            (name, way.origin.name, way.goal.name, way.modality, way.area, f"{way.days:g}" if way.open else "shut",
             *shown.updated(sweeps[name]))
            for name, way in stated.ways.items()
        ),
        right=("days", "finds"),
    )  # fmt: skip
    output.table(
        ("means", "sort", "days", "step", "where"),
        (
            (name, each.sort, f"{each.days:g}", f"{each.step:g}",
             ", ".join((*each.areas, *each.modalities, *each.ways)) or "anywhere")
            for name, each in stated.means.items()
        ),
        right=("days", "step"),
    )  # fmt: skip
    traffic = {each.name: each for each in found.evidence.traffic}
    output.table(
        ("traffic", "from", "to", "kg a month as stated", "finds", "kg a month after them"),
        (
            (name, ", ".join(each.sources), ", ".join(each.goals), *shown.updated(traffic[name]))
            for name, each in stated.traffic.items()
        ),
        right=("finds",),
    )
    shown.without_data((*found.evidence.sweeps, *found.evidence.traffic))
    shown.foot(found.rests)


@app.command()
def cut(
    traffic: Annotated[str, typer.Argument(help="The traffic, as `cutset allocate network` names it.")],
    chance: Annotated[
        float | None,
        typer.Option(help="Count asset-days: what brings each way's chance of a meeting to this; else, count ways."),
    ] = None,
    vital: Annotated[int, typer.Option(help="How many ways are looked for that matter most.", min=1, max=4)] = 1,
    revise: Revised = Revise.SWEEP,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """The cheapest set of ways without which nothing arrives, and the ways whose loss would hurt a traffic most.

    Example: cutset allocate cut dea/cocaine
    """
    node, viewer = opened(store, as_)
    found = node.allocation_cut(traffic, viewer=viewer, chance=chance, vital=vital, revise=revise)
    if json:
        output.as_json(found)
        return
    shown.head(found.rests)
    output.say(f"The cheapest cut of {found.cut.traffic}: {found.cut.value:,.4g} {found.cut.unit}.")
    output.table(("way", "cost"), ((each.way, f"{each.cost:,.4g}") for each in found.cut.ways), right=("cost",))
    before, after = found.vital.arrived_kg_before, found.vital.arrived_kg_after
    output.say(
        f"Most vital: {', '.join(found.vital.ways) or 'none'}: {before:,.0f} kg a month arrive, {after:,.0f} without."
    )
    rows = ((each.way, output.number(each.arrived_kg)) for each in found.vital.alone)
    output.table(("without", "kg arriving a month"), rows, right=("kg arriving a month",))
    shown.foot(found.rests)


@app.command()
def propose(
    objective: Goal = Objective.ARRIVED,
    method: Annotated[Method, typer.Option(help="How it is looked for.")] = Method.DECOMPOSITION,
    months: Months = 24,
    draws: Draws = 200,
    seed: Seed = 0,
    revise: Revised = Revise.SWEEP,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Where to send the means, beside the days as now and other baselines; how near the best, and how sure.

    Example: cutset allocate propose
    """
    node, viewer = opened(store, as_)
    found = node.propose_allocation(
        viewer=viewer, objective=objective, method=method, months=months, draws=draws, seed=seed, revise=revise
    )
    if json:
        output.as_json(found)
        return
    shown.head(found.rests)
    shown.proposed(found.proposal)
    shown.foot(found.rests)


@app.command("what-if")
def what_if(
    days: Annotated[
        list[str] | None, typer.Option("--days", metavar="MEANS=DAYS", help="These means have so many days a month.")
    ] = None,
    close: Annotated[list[str] | None, typer.Option("--close", metavar="WAY", help="This way is shut.")] = None,
    open_: Annotated[list[str] | None, typer.Option("--open", metavar="WAY", help="This way is open.")] = None,
    post: Postings = None,
    again: Annotated[bool, typer.Option("--again", help="Propose anew after the change; else postings stay.")] = False,
    objective: Goal = Objective.ARRIVED,
    revise: Revised = Revise.SWEEP,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """What a change would make of it: means with other days, ways shut or opened; before and after side by side.

    Example: cutset allocate what-if --days uscg/ships=70 --again
    """
    node, viewer = opened(store, as_)
    changes = Changes(days=_days(days or ()), closed=tuple(close or ()), opened=tuple(open_ or ()))
    given = postings(post) if post else None
    compared = node.allocation_what_if(
        changes, viewer=viewer, postings=given, objective=objective, again=again, revise=revise
    )
    if json:
        output.as_json(compared)
        return
    found = compared.difference
    shown.head(compared.rests)
    shown.outcomes([("before", found.before), ("after", found.after)])
    shifts = [each for each in found.ways if (each.days_before, each.chance_before, each.share_before)
              != (each.days_after, each.chance_after, each.share_after)]  # fmt: skip
    output.table(
        ("way", "days", "days after", "chance", "chance after", "share", "share after"),
        (
            (each.way, shown.days(each.days_before), shown.days(each.days_after), shown.percent(each.chance_before),
             shown.percent(each.chance_after), shown.percent(each.share_before), shown.percent(each.share_after))
            for each in shifts
        ),
        right=("days", "days after", "chance", "chance after", "share", "share after"),
    )  # fmt: skip
    shown.posted(found.postings)
    output.say(*found.notes)
    shown.foot(compared.rests)


@app.command()
def simulate(
    post: Postings = None,
    months: Months = 24,
    draws: Draws = 200,
    seed: Seed = 0,
    revise: Revised = Revise.SWEEP,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """What traffickers who learn would make of postings, or of the days as now: what arrives, and what moves where.

    Example: cutset allocate simulate --months 12 --draws 50
    """
    node, viewer = opened(store, as_)
    given = postings(post) if post else None
    found = node.simulate_allocation(given, viewer=viewer, months=months, draws=draws, seed=seed, revise=revise)
    if json:
        output.as_json(found)
        return
    shown.head(found.rests)
    shown.played(found.simulation)
    shown.foot(found.rests)


@app.command()
def schedule(
    days: Annotated[int, typer.Option(help="How many days are drawn.", min=1, max=366)] = 30,
    objective: Goal = Objective.ARRIVED,
    seed: Seed = 0,
    revise: Revised = Revise.SWEEP,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Days of patrol, drawn so that who watches the patrols cannot tell where the next one is.

    Example: cutset allocate schedule --days 14
    """
    node, viewer = opened(store, as_)
    found = node.patrol_schedule(viewer=viewer, days=days, objective=objective, seed=seed, revise=revise)
    if json:
        output.as_json(found)
        return
    shown.head(found.rests)
    shown.patrol(found.patrol)
    rows = (
        (day.number, "; ".join(f"{means} on {', '.join(ways)}" for means, ways in day.at.items() if ways))
        for day in found.days
    )
    output.table(("day", "who goes where"), rows, right=("day",))
    shown.foot(found.rests)


# ---- what is written in options ------------------------------------------------------------------------------------


def _days(written: Sequence[str]) -> dict[str, float]:
    return dict(_number(each, *each.rpartition("=")[::2]) for each in written)


def postings(written: Sequence[str]) -> tuple[Posting, ...]:
    """The postings that options say. Raises `CutsetError` for what is none."""
    found = []
    for each in written:
        name, days = _number(each, *each.rpartition("=")[::2])
        means, colon, way = name.partition(":")
        if not colon:
            raise CutsetError(
                "that is no posting", where=each, remedy="write MEANS:WAY=DAYS, as uscg/ships:uscg/mona=12"
            )
        found.append(Posting(means=means.strip(), way=way.strip(), days=days))
    return tuple(found)


def _number(written: str, name: str, number: str) -> tuple[str, float]:
    try:
        return name.strip(), float(number)
    except ValueError:
        raise CutsetError("that gives no number of days", where=written, remedy="write NAME=DAYS") from None

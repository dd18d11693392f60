"""How `cutset allocate` shows what it found: outcomes beside baselines, figures with their range, what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cutset.allocate.evidence import Revise, Update
from cutset.allocate.outcome import Outcome
from cutset.allocate.patrol import Patrol
from cutset.allocate.proposal import Proposal
from cutset.allocate.simulation import Figure, Simulation
from cutset.cli import output
from cutset.model.network import Posting
from cutset.node.networks import Rests


def head(rests: Rests) -> None:
    """The marking, and the entries that were left out."""
    output.banner(rests.banner, made=rests.made)
    for fault in rests.faults:
        output.say(f"Left out: {fault}")


def foot(rests: Rests) -> None:
    """What it rests on."""
    revised = {Revise.NOTHING: "as stated", Revise.SWEEP: "sweeps revised by them", Revise.TRAFFIC: "traffic revised"}
    output.say(f"Rests on {rests.entries} entries and {rests.reports:,} reports; {revised[rests.revise]}.")


def updated(each: Update) -> tuple[str, str, str]:
    """An estimate as stated, the finds that fall to it, and what follows."""
    stated = f"{each.stated.value:.4g} ({each.stated.low:.4g} to {each.stated.high:.4g})" if each.stated else ""
    if each.revised is None:
        return stated, "", "no data"
    return stated, f"{each.events:.1f}", f"{each.revised.value:.4g} ({each.revised.low:.4g} to {each.revised.high:.4g})"


def without_data(updates: Iterable[Update]) -> None:
    """Why nothing follows of the estimates of which nothing does, each reason once."""
    why: dict[str, list[str]] = {}
    for each in updates:
        if each.no_data:
            why.setdefault(each.no_data, []).append(each.name)
    output.say(*(f"No data, for {reason}: {', '.join(names)}" for reason, names in sorted(why.items())))


def outcomes(named: Sequence[tuple[str, Outcome]]) -> None:
    """Outcomes by name, one a row."""
    output.table(
        ("", "kg arriving a month", "kg met a month", "asset-days"),
        (
            (name, output.number(each.arrived_kg), output.number(each.met_kg), output.number(each.days, 1))
            for name, each in named
        ),
        right=("kg arriving a month", "kg met a month", "asset-days"),
    )


def proposed(found: Proposal) -> None:
    """A proposal beside the baselines, its postings with reasons, and how sure it is."""
    rows = [("proposal", found.outcome, found.simulated)]
    rows += [(each.name, each.outcome, each.simulated) for each in found.baselines]
    columns = ("", "kg arriving a month", "kg met a month", "asset-days", "kg arriving if they learn")
    output.table(
        columns,
        (
            (name, output.number(of.arrived_kg), output.number(of.met_kg), output.number(of.days, 1),
             figure(played.chance.arrived_kg) if played else "")
            for name, of, played in rows
        ),
        right=columns[1:],
    )  # fmt: skip
    why = {(each.means, each.way): each for each in found.reasons}
    output.table(
        ("means", "way", "days", "why"),
        (
            (each.means, each.way, f"{each.days:g}",
             why[each.means, each.way].words if (each.means, each.way) in why else "")
            for each in found.postings
        ),
        right=("days",),
    )  # fmt: skip
    output.say(
        f"No allocation brings the objective under {found.bound:,.4g}: this one is within {found.gap:.1%}"
        f"{', which is proved' if found.proved else ''}."
    )
    if found.shadow:
        output.table(
            ("one more deployment of", "on", "days", "takes off the objective"),
            ((each.means, each.way, f"{each.step:g}", f"{each.worth:,.4g}") for each in found.shadow),
            right=("days", "takes off the objective"),
        )
    if found.robustness:
        sure = found.robustness
        output.say(
            f"How sure: of {sure.draws} draws over the estimates' ranges it beats the days as now in "
            f"{sure.beats_now:.0%}; {sure.better_median:.1%} less arrives "
            f"({sure.better_low:.1%} to {sure.better_high:.1%})."
        )
    output.say(*found.notes)


def played(found: Simulation) -> None:
    """A simulation's figures, and where what moves has gone."""
    for words, played in (("by luck alone", found.chance), ("and by the estimates' ranges", found.estimates)):
        output.say(f"A month, after {found.months} months, {words}: {figure(played.arrived_kg)} kg arrive, "
                   f"{figure(played.met_kg)} kg are met.")  # fmt: skip
    output.table(
        ("way", "share before", "share after"),
        ((each.way, percent(each.share_before.mean), percent(each.share_after.mean)) for each in found.chance.ways),
        right=("share before", "share after"),
    )


def figure(figure: Figure) -> str:
    """A mean, and what nine of ten draws lie within."""
    return f"{figure.mean:,.0f} ({figure.low:,.0f} to {figure.high:,.0f})"


def patrol(found: Patrol) -> None:
    """How often the means are on each way, and what that holds the traffickers to."""
    output.table(
        ("means", "way", "asset-days a month", "assets there on a day"),
        ((each.means, each.way, f"{each.days:.1f}", f"{each.a_day:.2f}") for each in found.coverage if each.days),
        right=("asset-days a month", "assets there on a day"),
    )
    output.say(
        f"Whatever route they take, the objective is {found.value:,.4g} or less, and never under {found.bound:,.4g}."
    )


def percent(share: float | None) -> str:
    """A share in percent; of a way that is shut, that it is."""
    return "shut" if share is None else f"{share:.1%}"


def days(number: float | None) -> str:
    """Days; "" for a way that is shut."""
    return "" if number is None else f"{number:g}"


def posted(postings: Sequence[Posting]) -> None:
    """Postings, one a row."""
    if postings:
        output.table(
            ("means", "way", "days"), ((each.means, each.way, f"{each.days:g}") for each in postings), right=("days",)
        )

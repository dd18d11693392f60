"""Verbs that show views: leads, why, common, repeats, summary, restatements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from cutset.cli import options, output
from cutset.cli.disputes import tell_disputes
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.errors import CutsetError
from cutset.link import why as of_why
from cutset.link.lead import Joined, Lead, Link, PassedOver, Step
from cutset.link.leads import ALL
from cutset.link.match import waterfall
from cutset.link.repeats import RepeatGroup
from cutset.link.why import Compared, Explanation
from cutset.node.disputed import marked
from cutset.plan.summary import SummaryRow


def leads(
    store: options.Store = "",
    as_: options.As = OPERATOR,
    event: Annotated[str, typer.Option(help="Only the leads of this event, a report id.")] = "",
    case: Annotated[str, typer.Option(help="Only the leads to this case, a report id.")] = "",
    by: Annotated[
        list[Link] | None, typer.Option(help="Only leads by this kind of link; may be repeated.", show_default=False)
    ] = None,
    limit: options.Limit = 20,
    after: options.After = "",
    json: options.Json = False,
) -> None:
    """Events linked to cases or to other events: those to priority targets' cases first, then the likeliest.

    Example: cutset leads --limit 50 --by path
    """
    node, viewer = opened(store, as_)
    found = node.leads(event or None, viewer=viewer, case=case or None, by=by or ALL, limit=limit, after=after or None)
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
        return
    if not found:
        output.say("No leads: nothing that you may see links an event to a case or to another event.")
        _tell_passed_over(node.passed_over(event, viewer=viewer) if event else [])
        return
    output.banner("", made=any(lead.made for lead in found))
    output.table(
        ("lead", "score", "link", "event", "to", "by", "happened", "marking"),
        (_lead_row(lead) for lead in found),
        right=("score",),
    )
    output.say(f"{len(found)} shown. `cutset why LEAD` tells what one rests on.")
    if len(found) == limit:
        output.say(f"There may be more: --after {found[-1].id}")
    _tell_passed_over(node.passed_over(event, viewer=viewer) if event else [])


def _tell_passed_over(passed: Sequence[PassedOver]) -> None:
    for each in passed:
        output.say(f"Passed over: {each.what}: {each.why}.")


def _lead_row(lead: Lead) -> tuple[object, ...]:
    ends = [f"{kind} of {agency}" for kind, agency in zip(lead.kinds, lead.agencies, strict=True)]
    to = f"{ends[1]}, priority target" if lead.priority else ends[1]
    return lead.id, f"{lead.score:.2f}", lead.link, ends[0], to, _by(lead), _day(lead.clock.event), lead.banner


def _by(lead: Lead) -> str:
    if lead.path is not None:
        path = lead.path
        return f"{_shared(path.first)} -> {path.through_kind} of {path.through_agency} -> {_shared(path.second)}"
    if not lead.reasons:
        return f"entity {lead.joined[0].entity}"
    first, *more = lead.reasons
    return f"{first.kind} {first.value}" + (f" and {len(more)} more" if more else "")


def _shared(step: Step) -> str:
    return (
        f"entity {step.shared.entity}" if isinstance(step.shared, Joined) else f"{step.shared.kind} {step.shared.value}"
    )


class Format(StrEnum):
    """How `why` shows what a lead rests on."""

    TEXT = "text"
    JSON = "json"
    SVG = "svg"


def why(
    lead: Annotated[str, typer.Argument(help="The lead's id, as `cutset leads` shows it.")],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    form: Annotated[
        Format, typer.Option("--format", help="`svg` draws the waterfalls: of selectors, and of what was judged.")
    ] = Format.TEXT,
    json: options.Json = False,
) -> None:
    """The reports, selectors, judgements and rule that a lead rests on, each step of a path, and its score's reading.

    Example: cutset why l-abcdefghijklmnopqrstuvwxyz --format svg
    """
    node, viewer = opened(store, as_)
    found = node.why(lead, viewer=viewer)
    # A drawing goes to a file, as JSON does.
    disputed = tell_disputes(node, viewer, found, json=json or form is not Format.TEXT)
    if json or form is Format.JSON:
        output.as_json(marked(of_why.data(found), disputed))
    elif form is Format.SVG:
        typer.echo(of_why.svg(found))
    else:
        _tell_why(found)


def _comparison(compared: Compared) -> str:
    if not compared.judgement:
        return f"{of_why.title(compared)}, {' and '.join(compared.of)}, from even odds:"
    judged = f"{compared.by} judged {' and '.join(compared.of)} `same` in {compared.judgement}"
    return judged + (f": {compared.reason}" if compared.reason else "")


def _tell_why(found: Explanation) -> None:
    lead = found.lead
    output.banner(lead.banner, made=lead.made)
    output.say(f"Lead {lead.id} by {lead.link}, score {lead.score:.2f}", "", "Rule", f"  {found.rule}", "", "Grounds")
    output.say(*(f"  {ground}" for ground in found.grounds))
    for each in found.compared:
        output.say("", f"  {_comparison(each)}")
        if each.waterfall is not None:
            output.say(*(f"    {line}" for line in waterfall.text(each.waterfall).splitlines()))
    output.say("", "Rests on")
    for end in (found.event, found.through, found.other):
        if end is None:
            continue
        source = end.report.source
        where = f"{end.file}, line {end.line}" if end.file else "entered by hand"
        output.say(
            f"  {end.id}  {end.report.kind} of {end.report.originator}, "
            f"{source.dataset} {source.record or '(no key)'}, {where}"
        )
    clock = lead.clock
    output.say(
        "",
        "Clock",
        f"  happened   {_day(clock.event) or 'not said'}",
        f"  submitted  {clock.event_submitted:%Y-%m-%d %H:%M:%S}, the other {clock.other_submitted:%Y-%m-%d %H:%M:%S}",
        f"  lead made  {clock.made:%Y-%m-%d %H:%M:%S} UTC",
        "",
        "Reading the score",
        f"  {found.reading}",
    )


def common(store: options.Store = "", as_: options.As = OPERATOR, json: options.Json = False) -> None:
    """Selectors that too many reports bear to mean anything: they link nothing, and are shown instead.

    Example: cutset common
    """
    node, viewer = opened(store, as_)
    found = node.common(viewer=viewer)
    if json:
        output.as_json(found)
        return
    if not found:
        output.say("No selector is too common to link.")
        return
    output.table(
        ("kind", "value", "reports", "in"),
        (
            (each.kind, each.value, each.reports, ", ".join(f"{count} {kind}" for kind, count in each.by_kind.items()))
            for each in found
        ),
        right=("reports",),
    )


def repeats(
    store: options.Store = "",
    as_: options.As = OPERATOR,
    limit: options.Limit = 20,
    after: options.After = "",
    json: options.Json = False,
) -> None:
    """Reports that look like one event reported twice; a person judges, nothing is dropped.

    Example: cutset repeats --limit 5; then: cutset judge same r-… r-… --reason "one seizure in two versions"
    """
    node, viewer = opened(store, as_)
    found = node.repeats(viewer=viewer, limit=limit, after=after or None)
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
        return
    if not found:
        output.say("No repeats.")
        return
    output.banner("", made=any(group.made for group in found))
    output.table(
        ("group", "on", "of", "reports", "differ in", "judged"),
        (
            (
                group.id,
                _day(group.at),
                f"{group.originator} {group.dataset}",
                "\n".join(group.reports),
                "nothing" if group.identical else ", ".join(group.differs),
                _verdicts(group),
            )
            for group in found
        ),
    )
    if len(found) == limit:
        output.say(f"There may be more: --after {found[-1].id}")


def _verdicts(group: RepeatGroup) -> str:
    if group.settled:
        return "settled"
    return ", ".join(f"{ruling.verdict} by {ruling.by}" for ruling in group.rulings) or "not yet"


def summary(
    by: Annotated[str, typer.Option(help="Dimensions, with commas between them.")] = "departure,destination,drug,year",
    where: Annotated[
        list[str] | None, typer.Option(help="Narrow it: dimension=value, or dimension=value,value; may be repeated.")
    ] = None,
    basis: Annotated[str, typer.Option(help="`events`, or `totals` that others published.")] = "events",
    order: Annotated[str, typer.Option(help="`events`, `mass_kg` or `key`.")] = "events",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    limit: options.Limit = 20,
    json: options.Json = False,
) -> None:
    """Events, mass, counts and money, split by dimensions.

    Example: cutset summary --by departure,destination,drug,year --where year=2013 --order mass_kg
    """
    node, viewer = opened(store, as_)
    dimensions = tuple(part.strip() for part in by.split(",") if part.strip())
    found = node.summary(
        viewer=viewer, by=dimensions, where=_narrowed(where or []), basis=basis, order=order, limit=limit
    )
    if json:
        output.as_json(found)
        return
    if not found.rows:
        output.say("Nothing to sum up: no report that you may see is of this kind.")
        return
    output.banner(found.banner, made=found.made)
    output.table(
        (*found.columns, "events", "mass, kg", "other amounts", "money"),
        (_summary_row(row.key, row) for row in found.rows),
        right=("events", "mass, kg"),
    )
    if found.whole:
        events, mass_kg, *others = _summary_row((), found.whole)
        whole = [f"{events} events", f"{mass_kg} kg", *(str(each) for each in others if each)]
        output.say(f"All together: {'; '.join(whole)}.")
    output.say(*(f"- {note}" for note in found.notes))


def _narrowed(where: list[str]) -> Mapping[str, list[str]]:
    narrowed: dict[str, list[str]] = {}
    for each in where:
        name, sign, values = each.partition("=")
        if not sign:
            raise CutsetError(
                "--where is of the form dimension=value", where=each, remedy="for example --where year=2013"
            )
        narrowed[name.strip()] = [value.strip() for value in values.split(",")]
    return narrowed


def _summary_row(key: tuple[object, ...], row: SummaryRow) -> tuple[object, ...]:
    amounts = "; ".join(f"{output.number(amount)} {unit or 'of no known unit'}" for unit, amount in row.counts.items())
    money = "; ".join(f"{currency} {amount:,}" for currency, amount in row.money.items())
    return *key, output.number(row.events), output.number(row.mass_kg, 1), amounts, money


def restatements(
    dataset: Annotated[str, typer.Argument(help="The dataset of published totals, for example cbp-nationwide.")],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    limit: options.Limit = 50,
    json: options.Json = False,
) -> None:
    """What a later edition of published totals says otherwise than an earlier one.

    Example: cutset restatements cbp-nationwide
    """
    node, viewer = opened(store, as_)
    found = node.restatements(dataset, viewer=viewer)
    if json:
        output.as_json(found)
        return
    output.table(
        ("period", "record", "editions", "what", "was", "is"),
        (
            (
                f"{each.period:%Y-%m}",
                each.record,
                f"{each.older_vintage} -> {each.newer_vintage}",
                what,
                output.number(was, 2) or "-",
                output.number(now, 2) or "-",
            )
            for each in found[:limit]
            for what, (was, now) in each.changes.items()
        ),
        right=("was", "is"),
    )
    output.say(f"{len(found)} restated records of {dataset}; {min(limit, len(found))} shown.")


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d}"

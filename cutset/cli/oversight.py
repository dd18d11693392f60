"""`cutset audit`, `cutset retention` and `cutset remark`: who looked, what is due, and the originator's control."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from cutset.cli import options, output
from cutset.cli.disputes import tell_disputes
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.errors import CutsetError
from cutset.log import audit_search
from cutset.log.audit_index import REGISTRY
from cutset.log.audit_search import Seen, Viewed
from cutset.log.retention import Due
from cutset.log.reviews import Given
from cutset.model.marking import Tlp
from cutset.model.retention import classes
from cutset.node import INVESTIGATION
from cutset.node.disputed import marked

audit = typer.Typer(help="Who looked at what. For auditors, and each agency's privacy officers.", no_args_is_help=True)
retention = typer.Typer(
    help="What is due for review (28 CFR part 23), and what is decided of it.", no_args_is_help=True
)

Of = Annotated[str, typer.Option("--viewer", help="Only looks of this viewer, by id.")]
AgencyOption = Annotated[str, typer.Option("--agency", help="Only looks of this agency's viewers.")]
ReportOption = Annotated[str, typer.Option("--report", help="Only looks that showed this report, by id.")]
View = Annotated[str, typer.Option("--view", help="Only looks through this view: leads, report, match, …")]
Since = Annotated[
    datetime | None, typer.Option(help="Only from this time on, UTC.", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
]
Until = Annotated[
    datetime | None, typer.Option(help="Only before this time, UTC.", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
]
For = Annotated[str, typer.Option("--for", help="Only looks for this purpose.")]
Failed = Annotated[bool | None, typer.Option("--failed/--answered", help="Only failed tries, or only answered looks.")]
Text = Annotated[str, typer.Option(help="Who asked for this name or selector, in these words.")]
Reports = Annotated[list[str], typer.Argument(help="The reports, by id.")]


@audit.command()
def search(
    of: Of = "",
    agency: AgencyOption = "",
    report: ReportOption = "",
    view: View = "",
    since: Since = None,
    until: Until = None,
    for_: For = "",
    failed: Failed = None,
    text: Text = "",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    limit: options.Limit = 50,
    json: options.Json = False,
) -> None:
    """Looks, failed tries and changes of the registry, the newest first.

    Example: cutset audit search --viewer ann@dea --since 2026-11-01 --failed
    """
    found = _looks(store, as_, of, agency, report, view, since, until, for_, failed, text, limit)
    if json:
        output.as_json(found)
        return
    output.table(
        ("at", "viewer", "view", "for", "asked", "shown", "failed"),
        (
            (
                f"{each.at:%Y-%m-%d %H:%M:%S}",
                each.viewer or ("(the operator)" if each.view == REGISTRY else "(nobody known)"),
                each.view,
                each.purpose,
                " ".join(f"{name}={value}" for name, value in each.asked.items()),
                each.shown,
                each.failed,
            )
            for each in found
        ),
        right=("shown",),
    )
    output.say(f"{len(found)} shown. `cutset audit who REPORT` tells who has seen one report.")


@audit.command()
def export(
    out: Annotated[Path, typer.Option(help="The file to write: .csv, or JSON lines under any other name.")],
    of: Of = "",
    agency: AgencyOption = "",
    report: ReportOption = "",
    view: View = "",
    since: Since = None,
    until: Until = None,
    for_: For = "",
    failed: Failed = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1)] = 1_000_000,
    json: options.Json = False,
) -> None:
    """Write looks, failed tries and changes of the registry for another oversight body: JSON lines or CSV.

    No name or selector that was asked for is in it in clear.

    Example: cutset audit export --out looks.csv --since 2026-10-01 --until 2026-11-01
    """
    found = _looks(store, as_, of, agency, report, view, since, until, for_, failed, "", limit)
    output.write(out, audit_search.table(found) if out.suffix == ".csv" else "".join(audit_search.lines(found)))
    if json:
        output.as_json({"file": str(out), "looks": len(found)})
    else:
        output.say(f"Wrote {out}: {len(found):,} looks")


def _looks(
    store: str,
    as_: str,
    of: str,
    agency: str,
    report: str,
    view: str,
    since: datetime | None,
    until: datetime | None,
    for_: str,
    failed: bool | None,
    text: str,
    limit: int,
) -> list[Seen]:
    node, viewer = opened(store, as_)
    return node.audit(
        viewer=viewer,
        of=of,
        agency=agency,
        report=report,
        view=view,
        since=since and since.replace(tzinfo=UTC),
        until=until and until.replace(tzinfo=UTC),
        searched_purpose=for_,
        failed=failed,
        text=text,
        limit=limit,
    )


@audit.command()
def who(
    report: Annotated[str, typer.Argument(help="The report's id; a purged one's too.")],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Everyone who has been shown a report, or for whom a package with it was made; under earlier markings too.

    What was given on another way is listed by `cutset retention given`.

    Example: cutset audit who r-…
    """
    node, viewer = opened(store, as_)
    found = node.who_saw(report, viewer=viewer)
    if json:
        output.as_json(found)
    else:
        _tell_viewed(found)


def _tell_viewed(found: Sequence[Viewed]) -> None:
    output.table(
        ("viewer", "agency", "looks", "packages", "first", "last"),
        (
            (
                each.viewer,
                each.agency,
                each.looks,
                each.handed,
                f"{each.first:%Y-%m-%d %H:%M}",
                f"{each.last:%Y-%m-%d %H:%M}",
            )
            for each in found
        ),
        right=("looks", "packages"),
    )


@audit.command()
def usage(
    days: Annotated[int, typer.Option(help="Of how many days.", min=1)] = 30,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """How much each viewer looks and fails, beside peers of the same roles; the unusual first, and why they are.

    Example: cutset audit usage --days 7
    """
    node, viewer = opened(store, as_)
    found = node.usage(viewer=viewer, days=days)
    answering = node.answering(viewer=viewer)
    if json:
        output.as_json({"usage": found, "answering": answering})
        return
    output.table(
        ("viewer", "roles", "looks", "median of peers", "failed", "unusual"),
        (
            (
                each.viewer,
                ", ".join(each.roles) or "member",
                each.looks.number,
                f"{each.looks.median:g} of {each.peers}",
                each.failed.number,
                each.why if each.unusual else "",
            )
            for each in found
        ),
        right=("looks", "failed"),
    )
    for each in answering:
        if each.never:
            output.say(f"{each.agency} has answered none of {each.due} {each.what} that fell due.")


@retention.command("classes")
def classes_(as_: options.Anyone = OPERATOR, json: options.Json = False) -> None:
    """The retention classes, their clocks, and where each is laid down.

    Example: cutset retention classes
    """
    if json:
        output.as_json(dict(classes()))
        return
    output.table(
        ("class", "what it is for", "review after", "source"),
        (
            (code, each.meaning, f"{each.review_years} years" if each.review_years else "no clock", each.source)
            for code, each in classes().items()
        ),
    )


@retention.command()
def due(
    within: Annotated[int, typer.Option(help="Days ahead.", min=0)] = 90,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Your agency's reports that are due for review, or overdue. Nothing is purged until a person says so.

    Example: cutset retention due --within 30
    """
    node, viewer = opened(store, as_)
    found = node.review_queue(viewer=viewer, within_days=within)
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
        return
    output.table(
        ("report", "class", "kind", "since", "due"),
        (
            (
                each.report,
                each.retention,
                each.kind,
                f"{each.since:%Y-%m-%d}",
                _day(each),
            )
            for each in found
        ),
    )
    output.say(f"{len(found)} due, {sum(each.overdue for each in found)} of them overdue.")


def _day(each: Due) -> str:
    return f"{each.due:%Y-%m-%d}" + (" OVERDUE" if each.overdue else "")


@retention.command()
def renew(
    reports: Reports,
    reason: Annotated[
        str, typer.Option(help="Why it is kept; it stays in the log, and names nobody.", callback=options.watched)
    ],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Keep what was reviewed: reviewer, day and reason go on record, and the clock begins anew.

    Example: cutset retention renew r-… --reason "suspicion was validated on the surveillance of 3 November"
    """
    node, viewer = opened(store, as_)
    _count(node.renew(reports, reason=reason, by=viewer), reports, "renewed", json)


@retention.command("purge")
def purge_(
    reports: Reports,
    reason: Annotated[str, typer.Option(help="The lawful ground; it stays in the log.", callback=options.watched)],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Purge what is overdue, by name; where one of them is not overdue, none is purged.

    Example: cutset retention purge r-… --reason "28 CFR 23.20(h): not validated within five years"
    """
    node, viewer = opened(store, as_)
    _count(node.purge_due(reports, reason=reason, by=viewer), reports, "purged", json)


@retention.command()
def disseminated(
    reports: Reports,
    to: Annotated[str, typer.Option(help="The agency or office that they were given to.", callback=options.watched)],
    need: Annotated[str, typer.Option(help="Why it needs to know.", callback=options.watched)],
    right: Annotated[str, typer.Option(help="By what authority it may.", callback=options.watched)],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Record that reports were given to somebody who is no viewer (28 CFR 23.20(e), (g)).

    Example: cutset retention disseminated r-… --to "county sheriff" --need "stop of 3 May" --right "28 CFR 23.20(f)(1)"
    """
    node, viewer = opened(store, as_)
    _count(node.disseminate(reports, to=to, need=need, right=right, by=viewer), reports, "recorded", json)


def _count(count: int, reports: list[str], what: str, json: bool) -> None:
    if json:
        output.as_json({what: count})
    else:
        output.say(f"{count} of {len(set(reports))} {what}")


@retention.command()
def given(
    report: Annotated[str, typer.Argument(help="The report's id; for officers and auditors a purged one's too.")],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """To whom a report was given on another way than through a view: when, by whom, why, and by what right.

    Example: cutset retention given r-…
    """
    node, viewer = opened(store, as_)
    found = node.disseminations(report, viewer=viewer)
    if json:
        output.as_json(found)
    else:
        _tell_given(found)


def _tell_given(found: Sequence[Given]) -> None:
    output.table(
        ("at", "by", "to", "need", "right"),
        ((f"{each.at:%Y-%m-%d %H:%M}", each.by, each.to, each.need, each.right) for each in found),
    )


def remark(
    report: Annotated[str, typer.Argument(help="A report of your agency, by id.")],
    tlp: Annotated[Tlp | None, typer.Option(help="The TLP level; without it, as it is.")] = None,
    rel_to: Annotated[
        list[str] | None,
        typer.Option(help="Releasable to, in its place: agency:…, group:…; may be repeated."),
    ] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Release it to nobody outside of the agency.")] = False,
    class_: Annotated[
        str, typer.Option("--retention", help="Another retention class. For privacy officers, with --reason.")
    ] = "",
    reason: Annotated[
        str, typer.Option(help="Why; it stays in the log, and names nobody.", callback=options.watched)
    ] = "",
    purpose: options.Purpose = INVESTIGATION,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Give a report of your agency another marking: views follow at once, and who had seen it is listed.

    Its retention clock runs on.

    Example: cutset remark r-… --withdraw
    """
    node, viewer = opened(store, as_)
    with node.looks.look("remark", viewer, {"report": report}, purpose=purpose) as look:
        entry = node.log.fetch([report], node.rights(viewer, purpose)).get(report)
        look.show(entry)
    if entry is None:
        raise CutsetError("there is no such report of your agency", where=report, remedy="check the id")
    marking = entry.report.marking
    changes: dict[str, object] = {"tlp": tlp or marking.tlp}
    if rel_to is not None:
        changes["rel_to"] = tuple(sorted(set(rel_to)))
    if withdraw:
        changes = {"tlp": Tlp.RED, "orcon": True, "rel_to": ()}
    changes["retention"] = class_ or marking.retention
    changed = msgspec.structs.replace(marking, **changes)
    done = node.remark(report, changed, by=viewer, reason=reason, purpose=purpose)
    if json:
        output.as_json(done)
        return
    output.say(f"It stands as {done.receipt.id}; {report} is purged. Shown to, before:")
    _tell_viewed(done.seen_by)
    if done.given:
        output.say("Given on another way to:")
        _tell_given(done.given)

"""Verbs of the lead desk: inbox, accept, reject, contact, seen, answers, request, release, refuse, clocks, pointers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from cutset.access.registry import PointerRule
from cutset.cli import options, output
from cutset.cli.disputes import tell_disputes
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.errors import CutsetError
from cutset.link.desk.decisions import State
from cutset.link.desk.inbox import Item, Of
from cutset.link.desk.requests import Request
from cutset.model.marking import Tlp
from cutset.model.report import Receipt
from cutset.node.desk import Answer, Call, See
from cutset.node.disputed import marked

Lead = Annotated[str, typer.Argument(help="The lead's id, as `cutset inbox` shows it.")]
Why = Annotated[str, typer.Option(help="Why; it stays in the log.", callback=options.watched)]
Expected = Annotated[
    State | None, typer.Option(help="The state in which you saw the lead; in another by now, it is not decided.")
]


def inbox(
    of: Annotated[Of, typer.Option(help="What concerns your agency, or what you submitted.")] = Of.AGENCY,
    state: Annotated[list[State] | None, typer.Option(help="Only leads in this state; may be repeated.")] = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    limit: options.Limit = 20,
    after: options.After = "",
    json: options.Json = False,
) -> None:
    """Leads that concern your agency's reports: new ones first, and priority targets' cases before others.

    Example: cutset inbox --state new --limit 50
    """
    node, viewer = opened(store, as_)
    found = node.inbox(viewer=viewer, of=of, state=state or (), limit=limit, after=after or None)
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
        return
    if not found:
        output.say("No leads here.")
        return
    output.banner("", made=any(each.lead.made for each in found))
    output.table(
        ("lead", "state", "score", "event", "to", "seen", "marking"), (_row(each) for each in found), right=("score",)
    )
    if len(found) == limit:
        output.say(f"There may be more: --after {found[-1].lead.id}")


def _row(item: Item) -> tuple[object, ...]:
    lead, standing = item.lead, item.standing
    ends = [f"{kind} of {agency}" for kind, agency in zip(lead.kinds, lead.agencies, strict=True)]
    state = f"{standing.state}, in conflict" if standing.conflict else str(standing.state)
    to = f"{ends[1]}, a priority target" if lead.priority else ends[1]
    seen = f"{item.first_seen:%Y-%m-%d %H:%M}" if item.first_seen else ""
    return lead.id, state, f"{lead.score:.2f}", ends[0], to, seen, lead.banner


def accept(
    lead: Lead,
    reason: Why = "",
    expected: Expected = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Accept a lead. It is a judgement: `cutset undo` takes it back.

    Example: cutset accept l-… --reason "the case agent knows the driver" --expected new
    """
    node, viewer = opened(store, as_)
    _told("Accepted", node.accept_lead(lead, by=viewer, reason=reason, expected=expected), json)


def reject(
    lead: Lead,
    reason: Why = "",
    expected: Expected = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Reject a lead. It is a judgement: `cutset undo` takes it back.

    Example: cutset reject l-… --reason "the telephone is a taxi rank's"
    """
    node, viewer = opened(store, as_)
    _told("Rejected", node.reject_lead(lead, by=viewer, reason=reason, expected=expected), json)


def contact(
    lead: Lead,
    reason: Why = "",
    expected: Expected = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Say that the two sides of a lead are in contact.

    Example: cutset contact l-… --reason "called the case agent"
    """
    node, viewer = opened(store, as_)
    _told("In contact", node.contact_lead(lead, by=viewer, reason=reason, expected=expected), json)


def seen(lead: Lead, store: options.Store = "", as_: options.As = OPERATOR, json: options.Json = False) -> None:
    """Mark a lead as opened by you; only the first time counts.

    Example: cutset seen l-…
    """
    node, viewer = opened(store, as_)
    _told("Seen", node.see_lead(lead, by=viewer), json)


def answers(
    event: Annotated[str, typer.Argument(help="The event's report id, as its receipt has it.")],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """What there is on an event: leads, whom to call about a match that you may not see, requests; or nothing.

    Example: cutset answers r-…
    """
    node, viewer = opened(store, as_)
    found = node.answers(event, viewer=viewer)
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
    elif found:
        output.table(("answer", "what", "id"), (_answer(each) for each in found))
    else:
        output.say("Nothing.")


def _answer(answer: Answer) -> tuple[str, str, str]:
    if isinstance(answer, See):
        lead = answer.lead
        return "see", f"{lead.kinds[1]} of {lead.agencies[1]}, score {lead.score:.2f}", lead.id
    if isinstance(answer, Call):
        of = answer.pointer
        whom = " ".join(each for each in (answer.name or answer.owner, answer.contact) if each)
        return "pointer", f"call {whom} about {of.kind} {of.value}", of.id
    asked = answer.request
    return "request", f"to {asked.owner}: {asked.answered or 'not answered'} {asked.answer_reason}".strip(), asked.id


def request(
    of: Annotated[str, typer.Argument(help="A pointer's id, or that of a report of which you need more.")],
    reason: Annotated[str, typer.Option(help="Why you need it: the owner decides by it.", callback=options.watched)],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Ask the owner to release what a pointer points to, or more of a report.

    Example: cutset request r-… --reason "the same telephone as in our seizure of Monday"
    """
    node, viewer = opened(store, as_)
    _told("Asked", node.request_release(of, by=viewer, reason=reason), json)


def requests(
    open_: Annotated[bool, typer.Option("--open", help="Only those without an answer.")] = False,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """The requests that your agency made or was asked, and the pointers to what it holds.

    Example: cutset requests --open
    """
    node, viewer = opened(store, as_)
    found, pointers = node.release_requests(viewer=viewer, open_only=open_), node.pointers(viewer=viewer)
    disputed = tell_disputes(node, viewer, (found, pointers), json=json)
    if json:
        output.as_json(marked({"requests": found, "pointers": pointers}, disputed))
        return
    output.table(
        ("request", "from", "to", "at", "reason", "answer"),
        ((each.id, each.by, each.owner, f"{each.at:%Y-%m-%d %H:%M}", each.reason, _said(each)) for each in found),
    )
    output.table(
        ("pointer", "asked by", "owner", "at", "by its own", "event"),
        (
            (each.id, each.by, each.owner, f"{each.at:%Y-%m-%d %H:%M}", f"{each.kind} {each.value}", each.event)
            for each in pointers
        ),
    )


def _said(asked: Request) -> str:
    return f"{asked.answered} {asked.released} {asked.answer_reason}".strip() if asked.answered else ""


def release(
    request: Annotated[str, typer.Argument(help="The request's id.")],
    report: Annotated[str, typer.Argument(help="The report of your agency that is released to the asker.")],
    reason: Why = "",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Answer a request by releasing a report: a new edition that the asker may see too; its portions stay as marked.

    Example: cutset release r-REQUEST r-REPORT
    """
    node, viewer = opened(store, as_)
    _told("Released", node.release(request, report, by=viewer, reason=reason), json)


def refuse(
    request: Annotated[str, typer.Argument(help="The request's id.")],
    reason: Annotated[str, typer.Option(help="Why not, or whom else to ask.", callback=options.watched)],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Answer a request by a refusal, with its reason.

    Example: cutset refuse r-REQUEST --reason "sealed by the court until the trial"
    """
    node, viewer = opened(store, as_)
    _told("Refused", node.refuse(request, by=viewer, reason=reason), json)


def clocks(store: options.Store = "", as_: options.As = OPERATOR, json: options.Json = False) -> None:
    """How long each step takes: event, submitted, lead made, seen, accepted; by agency and by the case's owner.

    Example: cutset clocks
    """
    node, viewer = opened(store, as_)
    found = node.clocks(viewer=viewer)
    if json:
        output.as_json(found)
        return
    output.banner("", made=any(each.made for each in found))
    output.table(
        ("event of", "case of", "step", "leads", "p50, hours", "p90, hours", "p99, hours"),
        (
            (
                each.agency or "any",
                each.owner or "any",
                each.step,
                output.number(each.leads),
                *(output.number(seconds / 3600, 3) for seconds in (each.p50_s, each.p90_s, each.p99_s)),
            )
            for each in found
        ),
        right=("leads", "p50, hours", "p90, hours", "p99, hours"),
    )


def pointers(
    agency: Annotated[str, typer.Argument(help="The owner.")],
    allow: Annotated[
        list[str] | None, typer.Option(help="A marking's level and caveats, as TLP:AMBER//LES; may be repeated.")
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="No report of it gives pointers any more.")] = False,
    reason: Annotated[str, typer.Option(help="Why the setting is changed, for the record.")] = "",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Which of an agency's reports point those who may not see them to the agency. Without options, show the setting.

    Example: cutset pointers dea --allow TLP:AMBER//LES --allow "TLP:RED//LES//ORCON//REL TO" --reason "order of 3 May"
    """
    node, viewer = opened(store, as_)
    found = node.log.registry().agency(agency)
    if found is None:
        raise CutsetError("there is no such agency", where=agency, remedy="`cutset access list` shows them")
    if allow or none:
        if not reason.strip():
            raise CutsetError("the reason is not said, and nothing was changed", remedy="say it with --reason")
        found = node.set_pointers(agency, [_rule(each) for each in allow or ()], by=viewer, reason=reason.strip())
    if json:
        output.as_json({"agency": agency, "pointers": found.pointers})
    elif found.pointers:
        output.say(*(f"{agency} gives pointers from {_written(each)}" for each in found.pointers))
    else:
        output.say(f"No report of {agency} gives pointers.")


def _rule(written: str) -> PointerRule:
    level, *caveats = [part.strip().upper() for part in written.split("//")]
    if level not in list(Tlp) or not set(caveats) <= {"LES", "ORCON", "REL TO"}:
        raise CutsetError(
            "this is no level with caveats", where=written, remedy="write it as TLP:AMBER//LES//ORCON//REL TO"
        )
    return PointerRule(Tlp(level), les="LES" in caveats, orcon="ORCON" in caveats, rel_to="REL TO" in caveats)


def _written(rule: PointerRule) -> str:
    caveats: Sequence[tuple[str, bool]] = (("LES", rule.les), ("ORCON", rule.orcon), ("REL TO", rule.rel_to))
    return "//".join([str(rule.tlp), *(name for name, said in caveats if said)])


def _told(done: str, receipt: Receipt, json: bool) -> None:
    if json:
        output.as_json(receipt)
    else:
        output.say(f"{done}: {receipt.id}")

"""The timeline: what happened when, each act and transfer once, however many reports tell of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cutset.clock import microseconds
from cutset.evidence.custody import Chain
from cutset.evidence.package.contents import Moment
from cutset.evidence.steps import Step
from cutset.model.report import Case, Custody, Entry, Event, Judgement, Lab, Report, Shipment, Tasking, Watch, When


def timeline(entries: Iterable[Entry], chains: Sequence[Chain]) -> tuple[Moment, ...]:
    """Everything that the package tells of, in the order in which it happened."""
    steps = {step.reports: step for chain in chains for step in chain.steps}
    found = [_of_step(step) for step in steps.values()]
    told = {report for each in steps for report in each}
    for entry in entries:
        if entry.id not in told:
            when = happened(entry.report)
            found.append(
                Moment(
                    when=when or When(at=entry.submitted_at),
                    what=said(entry.report),
                    reports=(entry.id,),
                    entered=when is None,
                )
            )
    return tuple(sorted(found, key=lambda each: (microseconds(each.when.at), each.reports)))


def happened(report: Report) -> When | None:
    """When what a report tells of happened, as it says; None where it does not say."""
    match report.content:
        case Event() as content:
            return content.when
        case Case() as content:
            return content.opened
        case Shipment() as content:
            return content.departs or content.arrives or content.declared
        case Lab() | Custody() | Tasking() | Watch() as content:
            return content.when
    return None


def said(report: Report) -> str:
    """What a report tells of, in a few words."""
    content = report.content
    match content:
        case Event():
            goods = ", ".join(each.written or each.substance or each.contraband for each in content.goods)
            place = ", ".join(each for each in (content.where.place, content.where.country) if each)
            return f"{report.kind}{f' of {goods}' if goods else ''}{f' at {place}' if place else ''}"
        case Case() if report.disputes:
            return f"dispute received: {content.number}"
        case Case():
            return f"case {content.number} opened{f': {content.title}' if content.title else ''}"
        case Lab():
            return f"laboratory result {content.number} on {content.exhibit or 'a sample'}"
        case Judgement():
            return f"judged {content.verdict}{f': {content.reason}' if content.reason else ''}"
        case Tasking():
            return f"asked of {content.asset}: {content.order}"
    return str(report.kind)


def act(step: Step) -> str:
    """What was done to the exhibit in a step."""
    done = step.statement.act
    if done is None:
        return f"passed from {step.statement.giver} to {step.statement.receiver}"
    return f"{done.__struct_config__.tag} by {step.statement.giver}"


def _of_step(step: Step) -> Moment:
    return Moment(when=step.happened, what=act(step), reports=step.reports, exhibit=step.exhibit)

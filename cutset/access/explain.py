"""Why a viewer sees a report or not, and each portion of it: `cutset access why VIEWER REPORT`.

An explanation tells that the report exists, and how it is marked. Ask `roles.may_explain` whom to give it to.
"""

from __future__ import annotations

from collections.abc import Iterator

from cutset.access.decide import PURPOSE, decide
from cutset.access.policy import Decision
from cutset.access.registry import Registry, Viewer
from cutset.access.standing import standing
from cutset.model.marking import Marking
from cutset.model.report import Report


def explain(viewer: Viewer, report: Report, registry: Registry, *, purpose: str = PURPOSE) -> tuple[str, ...]:
    """Lines of text: who asks and as whom, then for the report and each portion the decision and every rule behind it.

    A portion is shown if the viewer may see both the report and the portion. A REL TO token that names nobody in the
    registry is pointed out.
    """
    of_report = decide(viewer, report.marking, registry, purpose=purpose)
    lines = [_who(viewer, registry, purpose), *_part("report", report.marking, of_report, of_report.allowed)]
    for number, portion in enumerate(report.portions, start=1):
        of_portion = decide(viewer, portion.marking, registry, purpose=purpose)
        shown = of_report.allowed and of_portion.allowed
        lines += _part(f"portion {number}", portion.marking, of_portion, shown)
        if of_portion.allowed and not shown:
            lines.append("  hidden with the report that it is a part of")
    markings = (report.marking, *(portion.marking for portion in report.portions))
    tokens = sorted({token for marking in markings for token in marking.rel_to or ()})
    lines += [f"note: {token} names nobody in the registry" for token in tokens if not _names(token, registry)]
    return tuple(lines)


def _who(viewer: Viewer, registry: Registry, purpose: str) -> str:
    tokens = ", ".join(sorted(standing(viewer, registry).tokens)) or "nobody that the registry knows"
    return f"{viewer.id} of {viewer.agency}, for {purpose}, named by: {tokens}"


def _part(what: str, marking: Marking, decision: Decision, shown: bool) -> Iterator[str]:
    yield f"{what} ({marking.banner}): {'visible' if shown else 'hidden'}"
    for reason in decision.reasons:
        yield f"  {'permitted' if reason.permits else 'forbidden'} by {reason.rule}: {reason.words}"


def _names(token: str, registry: Registry) -> bool:
    kind, _, named = token.partition(":")
    if kind == "agency":
        return registry.agency(named) is not None or registry.successor(named) is not None
    if kind == "viewer":
        return registry.viewer(named) is not None
    if kind == "group":
        group = registry.group(named)
        return group is not None and bool(group.members)
    return kind == "country" and any(agency.country == named for agency in registry.agencies)

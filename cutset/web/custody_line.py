"""A chain of custody drawn as a line: its steps in order, where the line is whole, and what is wrong at which step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from cutset.errors import CutsetError
from cutset.evidence import entering
from cutset.evidence.custody import Chain
from cutset.evidence.findings import Fault, Finding
from cutset.evidence.ledger import Holding
from cutset.evidence.mass import written
from cutset.evidence.steps import Step
from cutset.model.exhibit import (
    Collected,
    Combined,
    Consumed,
    Destroyed,
    Mass,
    Returned,
    Sampled,
    Sealed,
    Split,
    Weighed,
)
from cutset.model.report import Custody
from cutset.web.texts import say

GAPS = frozenset({Fault.GAP, Fault.NO_ORIGIN})
CROSSED = frozenset({Fault.TWO_HOLDERS, Fault.OVERLAP, Fault.OUT_OF_ORDER, Fault.ENTERED_TWICE, Fault.AFTER_END})
SEALS = frozenset({Fault.SEAL_BROKEN, Fault.SEAL_DIFFERS, Fault.SEAL_REUSED})


class Knot(NamedTuple):
    """A step on the line: what was done in words, what is wrong there, and how the line comes to it.

    `way` is `whole`, `gap` (nobody tells who had it) or `crossed` (two are said to have). `broken` is that a seal is
    in doubt. `owed` is true where the viewer is asked to sign it.
    """

    step: Step
    title: str
    details: tuple[str, ...]
    findings: tuple[Finding, ...]
    way: str
    broken: bool
    owed: bool


class Span(NamedTuple):
    """A time for which someone held it, as a part of the whole, from 0 to 100."""

    start: float
    width: float
    holding: Holding


class Line(NamedTuple):
    """The knots, the holders each with their spans, and findings that belong to no step that is shown."""

    knots: tuple[Knot, ...]
    holders: tuple[tuple[str, tuple[Span, ...]], ...]
    loose: tuple[Finding, ...]


def line(chain: Chain, viewer: str, now: datetime) -> Line:
    """The line of a chain, as `viewer` sees it."""
    at: list[list[Finding]] = [[] for _ in chain.steps]
    loose: list[Finding] = []
    for each in chain.findings:
        # A finding that rests on two steps is of the later one: there it came to light.
        place = next((n for n in reversed(range(len(at))) if set(each.reports) & set(chain.steps[n].reports)), None)
        (loose if place is None else at[place]).append(each)
    knots = tuple(_knot(step, found, viewer) for step, found in zip(chain.steps, at, strict=True))
    return Line(knots, tuple(_spans(chain.holders, now)), tuple(loose))


def _knot(step: Step, found: Sequence[Finding], viewer: str) -> Knot:
    faults = {each.fault for each in found}
    way = "gap" if faults & GAPS else "crossed" if faults & CROSSED else "whole"
    return Knot(
        step,
        title(step.statement),
        tuple(details(step.statement)),
        tuple(found),
        way,
        bool(faults & SEALS),
        owed(step, viewer),
    )


def owed(step: Step, viewer: str) -> bool:
    """Whether the viewer is named in a step as one who must sign it, and has not."""
    try:
        role = entering.role_of(step.statement, viewer)
    except CutsetError:
        return False
    return not any(each.signature.role is role and each.signature.by == viewer for each in step.signatures)


def title(statement: Custody) -> str:
    """What was done, in words."""
    match statement.act:
        case None:
            return say("Passed on by {giver} to {receiver}", giver=statement.giver, receiver=statement.receiver)
        case Collected():
            return say("Collected by {who}", who=statement.giver)
        case Sealed() as act if act.replaces:
            return say("Sealed {seal} in place of {old} by {who}", seal=act.seal, old=act.replaces, who=statement.giver)
        case Sealed() as act:
            return say("Sealed {seal} by {who}", seal=act.seal, who=statement.giver)
        case Weighed():
            return say("Weighed by {who}", who=statement.giver)
        case Sampled() as act:
            return say("{count} samples taken by {who}", count=len(act.parts), who=statement.giver)
        case Split() as act:
            return say("Divided into {count} by {who}", count=len(act.parts), who=statement.giver)
        case Combined() as act:
            return say("Made of {count} others by {who}", count=len(act.of), who=statement.giver)
        case Consumed():
            return say("Some used up by {who}", who=statement.giver)
        case Destroyed():
            return say("Destroyed by {who}", who=statement.giver)
        case Returned() as act:
            return say("Given back to {to} by {who}", to=act.to, who=statement.giver)
    raise AssertionError(statement.act)


def details(statement: Custody) -> list[str]:
    """What else the statement says, a line each."""
    act = statement.act
    masses: list[tuple[str, Mass | None]] = [
        (name, getattr(act, name, None)) for name in ("gross", "net", "used", "left", "lost")
    ]
    found = [say("{what}: {mass}", what=name, mass=written(mass)) for name, mass in masses if mass is not None]
    parts = getattr(act, "parts", ())
    found += [say("comes out: {name}", name=f"{each.exhibit} {each.description}".strip()) for each in parts]
    for what, value in (
        (say("made of"), ", ".join(getattr(act, "of", ()))),
        (say("order"), getattr(act, "order", "")),
        (say("method"), getattr(act, "method", "")),
        (say("witnesses"), ", ".join(getattr(act, "witnesses", ()))),
        (say("seal"), f"{statement.seal} {statement.seal_state or ''}".strip()),
        (say("place"), statement.where.place),
        (say("purpose"), statement.purpose),
    ):
        if value:
            found.append(f"{what}: {value}")
    return found


def _spans(holdings: Sequence[Holding], now: datetime) -> list[tuple[str, tuple[Span, ...]]]:
    if not holdings:
        return []
    first = min(each.since for each in holdings)
    last = max([now, *(each.until or now for each in holdings)])
    whole = max((last - first).total_seconds(), 1.0)
    found: dict[str, list[Span]] = {}
    for each in holdings:
        start = max((each.since - first).total_seconds(), 0.0) / whole * 100
        width = max(((each.until or last) - each.since).total_seconds() / whole * 100, 0.8)
        found.setdefault(each.holder, []).append(Span(round(min(start, 99.2), 2), round(width, 2), each))
    return [(holder, tuple(spans)) for holder, spans in found.items()]

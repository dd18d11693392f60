"""Whether mass is conserved: what goes into a step comes out of it, within the uncertainties stated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from cutset.evidence import possible
from cutset.evidence.findings import Fault, Finding, finding
from cutset.evidence.mass import differ, less, total, written
from cutset.evidence.naming import parts_of
from cutset.evidence.steps import Step
from cutset.model.exhibit import Consumed, Destroyed, Mass, Sampled, Sealed, Split, Weighed

if TYPE_CHECKING:
    from cutset.evidence.ledger import State


def sound(mass: Mass | None) -> Mass | None:
    """A mass that can be, or None."""
    return mass if mass is not None and mass.grams >= 0 and mass.uncertainty_g >= 0 else None


def enter(state: State, net: Mass | None, gross: Mass | None, at: datetime) -> None:
    """What the exhibit weighs from now on, as far as it was weighed."""
    state.gross = sound(gross) or state.gross
    if sound(net) is not None:
        state.net = net
        assert net is not None
        state.nets.append((at, net))


def impossible(step: Step) -> Iterator[Finding]:
    """Negative masses, a net mass above its gross mass, and figures that cannot be, wherever a step states them."""
    act = step.statement.act
    for flaw in possible.of_act(step.exhibit, act):
        what = f"{step.exhibit}: the report states {flaw}"
        yield finding(Fault.IMPOSSIBLE, step.exhibit, what, *step.reports, at=step.happened.at)
    for part in (act, *parts_of(act)):
        if part is None:
            continue
        stated = {name: each for name in part.__struct_fields__ if isinstance(each := getattr(part, name), Mass)}
        for name, mass in stated.items():
            if sound(mass) is None:
                what = f"{step.exhibit}: a mass ({name}) is negative: {written(mass)}"
                yield finding(Fault.NEGATIVE_MASS, step.exhibit, what, *step.reports, at=step.happened.at)
        net, gross = sound(stated.get("net")), sound(stated.get("gross"))
        if net and gross and net.grams > gross.grams and differ(net, gross):
            yield _lost(step, f"net {written(net)} is more than gross {written(gross)}")


def acted(state: State, step: Step) -> Iterator[Finding]:
    """Compare what an act states with what the exhibit weighed before it, and weigh on from there."""
    act, before = step.statement.act, state.net
    at = step.happened.at
    match act:
        case Weighed():
            yield from _compare(step, before, sound(act.net), "weighed")
            enter(state, act.net, act.gross, at)
            yield from _within(state, step, act)
        case Destroyed():
            yield from _compare(step, before, sound(act.net), "weighed at its destruction")
        case Sealed():
            enter(state, None, act.gross, at)
            yield from _within(state, step, act)
        case Consumed():
            yield from _take(state, step, [act.used], act.left)
        case Sampled():
            yield from _take(state, step, [part.net for part in act.parts], act.left)
        case Split():
            # Where nothing is left under its own name, it is all in the parts.
            nothing = Mass(grams=before.grams - before.grams) if before else None
            lost = [act.lost] if act.lost else []
            left = act.left or nothing
            yield from _take(state, step, [*(part.net for part in act.parts), *lost], left)


def _within(state: State, step: Step, act: Weighed | Sealed) -> Iterator[Finding]:
    """What is in its packing weighs no more than with it; where one act states both, `impossible` compares them."""
    net, gross = state.net, state.gross
    if sound(act.gross) is not None and sound(getattr(act, "net", None)) is not None:
        return
    if net is not None and gross is not None and net.grams > gross.grams and differ(net, gross):
        yield _lost(step, f"net {written(net)} is more than gross {written(gross)}")


def combined(step: Step, sources: Sequence[Mass | None], whole: Mass | None) -> Iterator[Finding]:
    """Compare what went into a combined exhibit with what it weighs."""
    known = [each for each in sources if each is not None]
    if len(known) == len(sources) and known:
        yield from _compare(step, total(known), sound(whole), "weighed together")


def _take(state: State, step: Step, taken: Sequence[Mass | None], left: Mass | None) -> Iterator[Finding]:
    """Something was taken out: `left` and what was taken must be what there was."""
    before, known = state.net, [each for each in map(sound, taken) if each is not None]
    whole = len(known) == len(taken)
    left = sound(left)
    if before is not None and whole:
        after = less(before, known)
        if left is None:
            if after.grams < 0 and -after.grams > after.uncertainty_g:
                yield _lost(step, f"{written(total(known))} were taken out of {written(before)}")
            after = msgspec.structs.replace(after, grams=max(after.grams, after.grams * 0))
        else:
            yield from _compare(step, before, total([*known, left]), "what came out and what is left weigh together")
        left = left or after
    state.net = left
    if left is not None:
        state.nets.append((step.happened.at, left))


def _compare(step: Step, before: Mass | None, after: Mass | None, how: str) -> Iterator[Finding]:
    if before is not None and after is not None and differ(before, after):
        yield _lost(
            step, f"{written(before)} before, {how} {written(after)}: the difference is beyond both uncertainties"
        )


def _lost(step: Step, what: str) -> Finding:
    said = f"{step.exhibit}: {what}"
    return finding(Fault.MASS_NOT_CONSERVED, step.exhibit, said, *step.reports, at=step.happened.at)

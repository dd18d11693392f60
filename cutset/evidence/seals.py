"""Seals: whether the one that an exhibit bears is the one that it should bear, whole, and on no other exhibit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cutset.clock import instant
from cutset.evidence.findings import Fault, Finding, finding
from cutset.evidence.reading import Application
from cutset.evidence.steps import Step
from cutset.model.exhibit import Consumed, Sampled, Sealed, Split

if TYPE_CHECKING:
    from cutset.evidence.ledger import State


def put_on(state: State, number: str) -> None:
    """The exhibit bears this seal from now on."""
    state.seal, state.opened, state.broken = number, False, False


def passed(state: State, step: Step) -> Iterator[Finding]:
    """What is wrong with the seal of an exhibit that is passed on."""
    said = step.statement.seal
    if state.seal and state.opened:
        what = f"{step.exhibit} was passed on with the seal {state.seal} opened, and no new one put on"
        yield finding(Fault.SEAL_BROKEN, step.exhibit, what, *step.reports, at=step.happened.at)
    elif said != state.seal:
        bears = f"the seal {said}" if said else "no seal"
        had = f"the seal {state.seal}" if state.seal else "none"
        what = f"{step.exhibit} was passed on with {bears}, and had {had} before"
        yield finding(Fault.SEAL_DIFFERS, step.exhibit, what, *step.reports, at=step.happened.at)
    yield from _broken(state, step)
    if said and said != state.seal:
        put_on(state, said)


def acted(state: State, step: Step) -> Iterator[Finding]:
    """What is wrong with the seal of an exhibit to which its holder does something; it is then opened or put on."""
    act = step.statement.act
    replaced = act.replaces if isinstance(act, Sealed) else step.statement.seal
    if replaced != state.seal and (replaced or isinstance(act, Sealed)):
        took = f"the seal {replaced}" if replaced else "no seal"
        had = f"the seal {state.seal}" if state.seal else "none"
        what = f"{step.exhibit} is said to have had {took}, and had {had}"
        yield finding(Fault.SEAL_DIFFERS, step.exhibit, what, *step.reports, at=step.happened.at)
    yield from _broken(state, step)
    if isinstance(act, Sealed):
        put_on(state, act.seal)
    elif isinstance(act, Split | Sampled | Consumed):
        state.opened = bool(state.seal)


def reused(applied: Iterable[Application]) -> Iterator[Finding]:
    """Seal numbers that one agency put on twice. A seal that was taken off is spent."""
    first: dict[tuple[str, str], Application] = {}
    for each in sorted(applied, key=lambda each: (each.at_us, each.exhibit, each.report)):
        before = first.setdefault((each.agency, each.seal), each)
        if (before.exhibit, before.at_us) != (each.exhibit, each.at_us):
            on = "on it" if before.exhibit == each.exhibit else f"on {before.exhibit}"
            what = f"the seal {each.seal} of {each.agency} was put on {each.exhibit}, and had been {on} before"
            yield finding(Fault.SEAL_REUSED, each.exhibit, what, before.report, each.report, at=instant(each.at_us))


def _broken(state: State, step: Step) -> Iterator[Finding]:
    if step.found_broken and not state.broken:
        state.broken = True
        who = ", ".join(
            dict.fromkeys(
                [each.signature.by for each in step.signatures if each.signature.seal_state == "broken"] or [step.who]
            )
        )
        seal = step.statement.seal or state.seal
        what = f"the seal {seal} of {step.exhibit} was found broken by {who}"
        yield finding(Fault.SEAL_BROKEN, step.exhibit, what, *step.reports, at=step.happened.at)

"""Whether a step is signed by all who must sign it, with their own keys, at times that can be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cutset.evidence.findings import Fault, Finding, finding
from cutset.evidence.signing import SKEW
from cutset.evidence.steps import Signed, Step
from cutset.model.exhibit import Destroyed, Role

_MISSING = {Role.GIVER: Fault.NOT_GIVEN, Role.RECEIVER: Fault.NOT_ACCEPTED, Role.HOLDER: Fault.NOT_SIGNED}
_FLAWS = {"forged": Fault.BAD_SIGNATURE, "unknown": Fault.UNKNOWN_KEY}


def flaws(step: Step) -> Iterator[Finding]:
    """What is wrong with a step's signatures and with its times."""
    for each in step.signatures:
        if each.flaw:
            yield _flaw(step, each)
    statement = step.statement
    owed = ((Role.GIVER, statement.giver), (Role.RECEIVER, statement.receiver)) if step.is_transfer else ()
    for role, who in owed or ((Role.HOLDER, statement.giver),):
        if not _tried(step, role, who):
            done = {Role.GIVER: "giver of", Role.RECEIVER: "receiver of", Role.HOLDER: "who did this to"}[role]
            what = f"{who or 'nobody'}, {done} {step.exhibit}, has not signed"
            yield finding(_MISSING[role], step.exhibit, what, *step.reports, at=step.happened.at)
    yield from _skewed(step)


def unwitnessed(step: Step, act: Destroyed) -> Iterator[Finding]:
    """A destruction without an order, without a witness, or that a witness has not signed."""
    lacks = [] if act.order else ["no order is named"]
    if not act.witnesses:
        lacks.append("no witness is named")
    lacks += [f"{each} has not signed as a witness" for each in act.witnesses if not step.by(Role.WITNESS, each)]
    if lacks:
        what = f"{step.exhibit} was destroyed, and {'; '.join(lacks)}"
        yield finding(Fault.UNWITNESSED, step.exhibit, what, *step.reports, at=step.happened.at)


def _tried(step: Step, role: Role, who: str) -> bool:
    """Whether who must sign did; a signature of theirs that does not hold is a finding already."""
    return any(each.signature.role is role and each.signature.by == who for each in step.signatures)


def _flaw(step: Step, signed: Signed) -> Finding:
    by, role = signed.signature.by, signed.signature.role
    words = {
        "forged": f"the signature of {by} as {role} does not fit what it signs",
        "unknown": f"{by} signed as {role} with a key that is not registered as theirs",
    }.get(signed.flaw, f"the signature of {by} as {role} does not hold: {signed.flaw}")
    fault = _FLAWS.get(signed.flaw, Fault.KEY_REVOKED)
    return finding(fault, step.exhibit, words, signed.report, at=signed.signature.at)


def _skewed(step: Step) -> Iterator[Finding]:
    at, entered = step.happened.at, step.entered
    if at > entered + SKEW:
        yield _skew(step, f"it is said to have happened at {_time(at)}, after it was entered at {_time(entered)}")
    for each in step.signatures:
        by, signed_at = each.signature.by, each.signature.at
        if signed_at > each.entered + SKEW:
            yield _skew(step, f"{by} is said to have signed at {_time(signed_at)}, after that was entered")
        elif each.signature.role is Role.RECEIVER and signed_at < at - SKEW:
            yield _skew(step, f"{by} signed for it at {_time(signed_at)}, before it was given at {_time(at)}")


def _skew(step: Step, what: str) -> Finding:
    return finding(Fault.CLOCK_SKEW, step.exhibit, f"{step.exhibit}: {what}", *step.reports, at=step.happened.at)


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"

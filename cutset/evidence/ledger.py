"""The ledger: exhibits as the steps leave them, one after the other, and what does not fit together on the way.

Steps are taken in the order in which they happened. A chain that is broken is followed nevertheless: who claims to have
an exhibit has it from then on, and the break is a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cutset.evidence import seals, signatures, weighing
from cutset.evidence.findings import Fault, Finding, finding
from cutset.evidence.naming import merged_names, part_names, parts_of
from cutset.evidence.reading import Application
from cutset.evidence.signing import SKEW
from cutset.evidence.steps import Step, latest
from cutset.model.exhibit import Collected, Combined, Destroyed, Mass, Returned, Split
from cutset.model.report import Struct

LONGEST_TRANSIT = timedelta(days=3)
"""How long an exhibit may be on its way from giver to receiver before it is a gap."""


class Holding(Struct, frozen=True):
    """Who held an exhibit, from when to when (None: still), and the reports that say so."""

    holder: str
    since: datetime
    until: datetime | None
    reports: tuple[str, ...]


@dataclass
class State:
    """An exhibit at one moment of the replay."""

    name: str
    holder: str
    since: datetime
    origin: tuple[str, ...] = ()
    born: Step | None = None
    holdings: list[Holding] = field(default_factory=list)
    seal: str = ""
    opened: bool = False
    broken: bool = False
    net: Mass | None = None
    gross: Mass | None = None
    nets: list[tuple[datetime, Mass]] = field(default_factory=list)
    parts: tuple[str, ...] = ()
    ended: str = ""
    ended_by: tuple[str, ...] = ()

    def begin(self, holder: str, since: datetime, reports: tuple[str, ...]) -> None:
        """From now on it is with `holder`."""
        if self.holdings and self.holdings[-1].until is None:
            self.leave(since)
        self.holder, self.since = holder, since
        self.holdings.append(Holding(holder=holder, since=since, until=None, reports=reports))

    def leave(self, at: datetime) -> None:
        """Nobody holds it from `at` on."""
        if self.holdings:
            last = self.holdings[-1]
            ended = Holding(holder=last.holder, since=last.since, until=max(at, last.since), reports=last.reports)
            self.holdings[-1] = ended

    def end(self, how: str, step: Step) -> None:
        """It is no more, or no longer evidence."""
        self.leave(step.happened.at)
        self.ended, self.ended_by = how, step.reports


class Ledger:
    """All exhibits of some steps, and the findings."""

    def __init__(self, steps: Sequence[Step], seals_applied: Iterable[Application] = ()) -> None:
        self.steps = steps
        self.states: dict[str, State] = {}
        self.findings: list[Finding] = []
        self._births = _births(steps)
        self._arrivals: dict[tuple[str, str], list[int]] = {}
        for number, step in enumerate(steps):
            if step.is_transfer:
                self._arrivals.setdefault((step.exhibit, step.statement.receiver), []).append(number)
        for number, step in enumerate(steps):
            self._take(number, step)
        self.findings += seals.reused(seals_applied)

    def found(self, fault: Fault, step: Step, what: str, *more: str, exhibit: str = "") -> None:
        """Add a finding on a step; `more` are further reports that it rests on."""
        self.findings.append(finding(fault, exhibit or step.exhibit, what, *step.reports, *more, at=step.happened.at))

    def _take(self, number: int, step: Step) -> None:
        self.findings += signatures.flaws(step)
        self.findings += weighing.impossible(step)
        state = self._subject(number, step)
        if state is None:
            return
        if step.is_transfer:
            self._pass_on(number, step, state)
        else:
            self._act(number, step, state)

    # ---- being there ------------------------------------------------------------------------------------------------

    def _subject(self, number: int, step: Step) -> State | None:
        """The exhibit that the step is about; None for what gives birth to it, which is then done."""
        act, known = step.statement.act, self.states.get(step.exhibit)
        if isinstance(act, Collected | Combined):
            if known is not None and known.born is not None:
                self.found(
                    Fault.ENTERED_TWICE,
                    step,
                    f"{step.exhibit} begins a second time: it had been entered at {_time(known.born.happened.at)}",
                    *known.born.reports,
                )
                return None
            origin = merged_names(step.exhibit, act)
            state = known or State(step.exhibit, step.who, step.happened.at)
            state.born, state.origin = step, origin
            if known is None:
                state.begin(step.statement.receiver, step.happened.at, step.reports)
                self.states[step.exhibit] = state
                seals.put_on(state, step.statement.seal if isinstance(act, Collected) else act.seal)
            if isinstance(act, Combined):
                self._merge(number, step, act, origin)
            weighing.enter(state, act.net, act.gross, step.happened.at)
            return None
        if known is None:
            known = self._unborn(number, step, step.exhibit, step.who)
        if known.ended:
            self.found(
                Fault.AFTER_END,
                step,
                f"something was done to {step.exhibit} after it was {known.ended}",
                *known.ended_by,
            )
        return known

    def _unborn(self, number: int, step: Step, name: str, holder: str) -> State:
        later = self._births.get(name)
        if later is not None and later > number:
            born = self.steps[later]
            self.found(
                Fault.OUT_OF_ORDER,
                step,
                f"{name} is said to begin at {_time(born.happened.at)}, after this was done to it",
                *born.reports,
                exhibit=name,
            )
        else:
            self.found(
                Fault.NO_ORIGIN, step, f"{name} comes from nowhere: no report tells of its collection", exhibit=name
            )
        state = self.states[name] = State(name, holder, step.happened.at)
        state.begin(holder, step.happened.at, step.reports)
        return state

    # ---- passing on -------------------------------------------------------------------------------------------------

    def _pass_on(self, number: int, step: Step, state: State) -> None:
        giver, receiver, at = step.who, step.statement.receiver, step.happened.at
        if giver != state.holder:
            self._not_the_holder(number, step, state)
        else:
            self._before_it_came(step, state)
        accepted = step.accepted
        if accepted is not None and accepted - latest(step.happened) > LONGEST_TRANSIT:
            days = (accepted - latest(step.happened)) / timedelta(days=1)
            self.found(Fault.GAP, step, f"nobody had {step.exhibit} for {days:.1f} days between {giver} and {receiver}")
        self.findings += seals.passed(state, step)
        state.leave(at)
        state.begin(receiver, max(at, accepted) if accepted else at, step.reports)

    def _not_the_holder(self, number: int, step: Step, state: State) -> None:
        who, holder = step.who, state.holder
        reports = state.holdings[-1].reports
        if self._comes_later(number, step):
            self.found(
                Fault.OUT_OF_ORDER, step, f"{who} had not yet got {step.exhibit}, which {holder} held then", *reports
            )
        elif not step.is_transfer:
            self.found(Fault.OVERLAP, step, f"{who} did this to {step.exhibit} while {holder} held it", *reports)
        elif any(each.holder == who for each in state.holdings):
            self.found(
                Fault.TWO_HOLDERS,
                step,
                f"{who} had passed {step.exhibit} on and passes it on again: {holder} and {step.statement.receiver} "
                "hold it at one time",
                *reports,
            )
        else:
            self.found(
                Fault.GAP,
                step,
                f"{holder} held {step.exhibit} last, and no report tells how it came to {who}",
                *reports,
            )

    def _comes_later(self, number: int, step: Step) -> bool:
        return any(at > number for at in self._arrivals.get((step.exhibit, step.who), ()))

    def _before_it_came(self, step: Step, state: State) -> None:
        if latest(step.happened) < state.since - SKEW:
            self.found(
                Fault.OUT_OF_ORDER,
                step,
                f"{step.who} signed for {step.exhibit} at {_time(state.since)}, only after this",
                *state.holdings[-1].reports,
            )

    # ---- acting -----------------------------------------------------------------------------------------------------

    def _act(self, number: int, step: Step, state: State) -> None:
        if step.who != state.holder:
            self._not_the_holder(number, step, state)
        else:
            self._before_it_came(step, state)
        self.findings += seals.acted(state, step)
        self.findings += weighing.acted(state, step)
        self._part(step, state)
        match step.statement.act:
            case Destroyed() as act:
                self.findings += signatures.unwitnessed(step, act)
                state.end("destroyed", step)
            case Returned():
                state.end("returned", step)
            case Split(left=None):
                state.end("divided", step)

    def _part(self, step: Step, state: State) -> None:
        """The exhibits that come out of this one begin, with its holder."""
        act = step.statement.act
        for name, part in zip(part_names(step.exhibit, act), parts_of(act), strict=True):
            child = self.states.get(name)
            if child is not None and child.born is not None:
                what = f"{name} begins a second time: it had been entered at {_time(child.born.happened.at)}"
                self.found(Fault.ENTERED_TWICE, step, what, *child.born.reports, exhibit=name)
                continue
            if child is None:
                child = self.states[name] = State(name, state.holder, step.happened.at)
                child.begin(step.who, step.happened.at, step.reports)
                seals.put_on(child, part.seal)
            child.born, child.origin = step, (step.exhibit,)
            weighing.enter(child, part.net, part.gross, step.happened.at)
            state.parts = (*state.parts, name)

    def _merge(self, number: int, step: Step, act: Combined, origin: Sequence[str]) -> None:
        """The exhibits that go into this one end."""
        sources = []
        for name in origin:
            if name == step.exhibit:
                continue  # `weighing.impossible` tells of it.
            source = self.states.get(name) or self._unborn(number, step, name, step.who)
            if source.ended:
                what = f"{name} went into {step.exhibit} after it was {source.ended}"
                self.found(Fault.AFTER_END, step, what, *source.ended_by, exhibit=name)
            elif source.holder != step.who:
                what = f"{step.who} combined {name} while {source.holder} held it"
                self.found(Fault.OVERLAP, step, what, *source.holdings[-1].reports, exhibit=name)
            source.parts = (*source.parts, step.exhibit)
            sources.append(source.net)
            source.end("combined", step)
        self.findings += weighing.combined(step, sources, act.net)


def _births(steps: Sequence[Step]) -> dict[str, int]:
    """The number of the first step that each exhibit begins with."""
    found: dict[str, int] = {}
    for number, step in enumerate(steps):
        act = step.statement.act
        begun = [step.exhibit] if isinstance(act, Collected | Combined) else part_names(step.exhibit, act)
        for name in begun:
            found.setdefault(name, number)
    return found


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"

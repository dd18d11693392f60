"""The laws of custody: a lawful run has no findings and one holder at a time; each fault that is put in is found."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from cutset.evidence.findings import Fault
from cutset.model.exhibit import (
    Combined,
    Consumed,
    Destroyed,
    Returned,
    Role,
    Sampled,
    Sealed,
    SealState,
    Split,
    Weighed,
)
from tests.evidence.making import PEOPLE, Chains, grams, part, who

NAMES = sorted(PEOPLE)


class Lawful(RuleBasedStateMachine):
    """People who do everything as they should, and a plain account of it; at last one of them does not."""

    @initialize()
    def begin(self) -> None:
        self.chains = Chains()
        self.holder: dict[str, str] = {}
        self.net: dict[str, Decimal] = {}
        self.seal: dict[str, str] = {}
        self.opened: set[str] = set()
        self.made = 0
        self.spoilt: Fault | None = None
        self._collect("ann")

    def _name(self) -> str:
        self.made += 1
        return f"ash/{self.made}"

    def _new_seal(self) -> str:
        self.made += 1
        return f"S{self.made}"

    def _collect(self, by: str) -> str:
        self.chains.hours(1)
        name, seal = self._name(), self._new_seal()
        self.chains.collect(name, by, seal=seal, net=grams("1000", "0.1"))
        self.holder[name], self.net[name], self.seal[name] = by, Decimal(1000), seal
        return name

    def _any(self, data: st.DataObject) -> str:
        self.chains.hours(1)
        return data.draw(st.sampled_from(sorted(self.holder)))

    lawful = precondition(lambda self: self.spoilt is None and bool(self.holder))

    @precondition(lambda self: self.spoilt is None)
    @rule(by=st.sampled_from(NAMES))
    def collect(self, by: str) -> None:
        self._collect(by)

    @lawful
    @rule(data=st.data(), to=st.sampled_from(NAMES), together=st.booleans(), late=st.booleans())
    def transfer(self, data: st.DataObject, to: str, together: bool, late: bool) -> None:
        name = self._any(data)
        if name in self.opened:
            self._reseal(name)
        if to == self.holder[name]:
            return
        when = self.chains.now
        self.chains.transfer(name, self.holder[name], to, seal=self.seal[name], when=when, together=together, late=late)
        self.holder[name] = to

    def _reseal(self, name: str) -> None:
        seal = self._new_seal()
        self.chains.act(name, Sealed(seal=seal, replaces=self.seal[name]), self.holder[name])
        self.seal[name] = seal
        self.opened.discard(name)
        self.chains.hours(1)

    @lawful
    @rule(data=st.data())
    def reseal(self, data: st.DataObject) -> None:
        self._reseal(self._any(data))

    @lawful
    @rule(data=st.data(), error=st.sampled_from(["0", "0.05", "-0.09"]))
    def weigh(self, data: st.DataObject, error: str) -> None:
        name = self._any(data)
        # Within the balance's own uncertainty of what is there; the account takes what was weighed.
        self.net[name] += Decimal(error)
        self.chains.act(name, Weighed(net=grams(str(self.net[name]), "0.1")), self.holder[name])

    @lawful
    @rule(data=st.data())
    def sample(self, data: st.DataObject) -> None:
        name, sample = self._any(data), self._name()
        taken = self.net[name] / 4
        left = self.net[name] - taken
        sampled = part(sample, grams(str(taken), "0.01"), self._new_seal())
        done = Sampled(parts=(sampled,), left=grams(str(left), "0.1"))
        self.chains.act(name, done, self.holder[name])
        self.holder[sample], self.net[sample], self.seal[sample] = self.holder[name], taken, sampled.seal
        self.net[name] = left
        self.opened.add(name)

    @lawful
    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        name = self._any(data)
        half = self.net[name] / 2
        parts = tuple(part(self._name(), grams(str(half), "0.1"), self._new_seal()) for _ in range(2))
        self.chains.act(name, Split(parts=parts), self.holder[name])
        for each in parts:
            self.holder[each.exhibit], self.net[each.exhibit] = self.holder[name], half
            self.seal[each.exhibit] = each.seal
        self._end(name)

    @lawful
    @rule(data=st.data())
    def combine(self, data: st.DataObject) -> None:
        first = self._any(data)
        others = [each for each in sorted(self.holder) if self.holder[each] == self.holder[first] and each != first]
        if not others:
            return
        other, name, seal = data.draw(st.sampled_from(others)), self._name(), self._new_seal()
        whole = self.net[first] + self.net[other]
        by = self.holder[first]
        self.chains.act(name, Combined(of=(first, other), net=grams(str(whole), "0.1"), seal=seal), by)
        self.holder[name], self.net[name], self.seal[name] = by, whole, seal
        self._end(first)
        self._end(other)

    @lawful
    @rule(data=st.data(), weighed=st.booleans())
    def consume(self, data: st.DataObject, weighed: bool) -> None:
        name = self._any(data)
        used = self.net[name] / 8
        self.net[name] -= used
        left = grams(str(self.net[name]), "0.1") if weighed else None
        self.chains.act(name, Consumed(used=grams(str(used), "0.01"), left=left), self.holder[name])
        self.opened.add(name)

    @lawful
    @rule(data=st.data(), back=st.booleans())
    def end(self, data: st.DataObject, back: bool) -> None:
        name = self._any(data)
        by = self.holder[name]
        witness = next(each for each in NAMES if each != by)
        if back:
            self.chains.act(name, Returned(to="its owner", order="24-1"), by)
        else:
            net = grams(str(self.net[name]), "0.2")
            done = Destroyed(order="24-2", witnesses=(who(witness),), net=net)
            self.chains.act(name, done, by, witness=witness)
        self._end(name)

    def _end(self, name: str) -> None:
        for each in (self.holder, self.net, self.seal):
            each.pop(name)
        self.opened.discard(name)

    # ---- one thing goes wrong -----------------------------------------------------------------------------------

    @lawful
    @rule(data=st.data(), fault=st.sampled_from(sorted(Fault)))
    def spoil(self, data: st.DataObject, fault: Fault) -> None:
        name = self._any(data)
        if name in self.opened:
            self._reseal(name)
        _SPOIL[fault](self, name)
        self.spoilt = fault

    @precondition(lambda self: self.spoilt is not None)
    @rule(by=st.sampled_from(NAMES))
    def go_on(self, by: str) -> None:
        """What comes after a fault does not hide it."""
        self.chains.hours(1)
        self.chains.collect(self._name(), by, seal=self._new_seal())

    # ---- laws ---------------------------------------------------------------------------------------------------

    @invariant()
    def a_lawful_run_has_no_findings_and_a_fault_is_found(self) -> None:
        if not hasattr(self, "chains"):
            return
        faults = self.chains.faults()
        if self.spoilt is None:
            assert not faults, self.chains.findings()
        else:
            assert self.spoilt in faults, (self.spoilt, self.chains.findings())

    @invariant()
    def one_holder_at_a_time(self) -> None:
        if not hasattr(self, "chains") or self.spoilt is not None:
            return
        ledger = self.chains.register().ledger
        assert {each for each, state in ledger.states.items() if not state.ended} == set(self.holder)
        for name, state in ledger.states.items():
            spans = [(each.since, each.until) for each in state.holdings]
            assert all(first[1] is not None and first[1] <= second[0] for first, second in pairwise(spans))
            if not state.ended:
                assert state.holder == who(self.holder[name])
                assert state.seal == self.seal[name]
                assert state.net is not None
                assert state.net.grams == self.net[name]


def _no_origin(run: Lawful, name: str) -> None:
    run.chains.transfer("ash/never", "ann", "bea")


def _entered_twice(run: Lawful, name: str) -> None:
    run.chains.collect(name, "abe", seal="other")


def _next(run: Lawful, name: str) -> str:
    return next(each for each in NAMES if each != run.holder[name])


def _gap(run: Lawful, name: str) -> None:
    """The one who gives it never had it."""
    had = {each.holder for each in run.chains.register().ledger.states[name].holdings}
    strangers = [each for each in NAMES if who(each) not in had]
    if strangers:
        run.chains.transfer(name, strangers[0], run.holder[name], seal=run.seal[name])
    else:
        holder, to = run.holder[name], _next(run, name)
        when = run.chains.now
        run.chains.hours(24 * 5)
        run.chains.transfer(name, holder, to, seal=run.seal[name], when=when)


def _two_holders(run: Lawful, name: str) -> None:
    holder = run.holder[name]
    first, second = [each for each in NAMES if each != holder][:2]
    run.chains.transfer(name, holder, first, seal=run.seal[name])
    run.chains.hours(1)
    run.chains.transfer(name, holder, second, seal=run.seal[name])


def _overlap(run: Lawful, name: str) -> None:
    run.chains.act(name, Weighed(), _next(run, name))


def _out_of_order(run: Lawful, name: str) -> None:
    giver, receiver = run.holder[name], _next(run, name)
    arrives = run.chains.hours(5)
    run.chains.transfer(name, giver, receiver, seal=run.seal[name])
    run.chains.transfer(name, receiver, giver, seal=run.seal[name], when=arrives - timedelta(hours=2))


def _after_end(run: Lawful, name: str) -> None:
    run.chains.act(name, Returned(to="its owner", order="24-1"), run.holder[name])
    run.chains.hours(1)
    run.chains.act(name, Weighed(), run.holder[name])


def _unsigned(*roles: Role):
    def spoil(run: Lawful, name: str) -> None:
        run.chains.transfer(name, run.holder[name], _next(run, name), seal=run.seal[name], roles=roles)

    return spoil


def _forged(run: Lawful, name: str) -> None:
    run.chains.transfer(name, run.holder[name], _next(run, name), seal=run.seal[name])
    entry = run.chains.custody.pop()
    # The statement says another purpose than the one that was signed.
    content = replace(entry.report.content, purpose="another")
    run.chains.custody.append(replace(entry, report=replace(entry.report, content=content)))


def _not_signed(run: Lawful, name: str) -> None:
    run.chains.act(name, Weighed(), run.holder[name])
    entry = run.chains.custody.pop()
    content = replace(entry.report.content, signatures=())
    run.chains.custody.append(replace(entry, report=replace(entry.report, content=content)))


def _with_keys(changes: dict[str, object]):
    def spoil(run: Lawful, name: str) -> None:
        holder = run.holder[name]
        known = run.chains.registry.viewer(who(holder))
        assert known is not None
        keys = tuple(replace(each, **dict.fromkeys(changes, run.chains.now)) for each in known.keys)
        changed = replace(known, keys=keys if changes else ())
        viewers = tuple(changed if each.id == known.id else each for each in run.chains.registry.viewers)
        run.chains.registry = replace(run.chains.registry, viewers=viewers)
        run.chains.hours(1)
        run.chains.act(name, Weighed(), holder)

    return spoil


def _seal_broken(run: Lawful, name: str) -> None:
    run.chains.transfer(name, run.holder[name], _next(run, name), seal=run.seal[name], state=SealState.BROKEN)


def _seal_differs(run: Lawful, name: str) -> None:
    run.chains.transfer(name, run.holder[name], _next(run, name), seal="unheard-of")


def _seal_reused(run: Lawful, name: str) -> None:
    run.chains.act(name, Sealed(seal="twice", replaces=run.seal[name]), run.holder[name])
    run.chains.collect("ash/other", run.holder[name], seal="twice", when=run.chains.hours(1))


def _clock_skew(run: Lawful, name: str) -> None:
    run.chains.transfer(
        name, run.holder[name], _next(run, name), seal=run.seal[name], when=run.chains.now + timedelta(hours=3)
    )


def _negative_mass(run: Lawful, name: str) -> None:
    run.chains.act(name, Weighed(net=grams("-1")), run.holder[name])


def _mass_lost(run: Lawful, name: str) -> None:
    half = run.net[name] / 2
    parts = (part("ash/p1", grams(str(half), "0.1")), part("ash/p2", grams(str(half - 1), "0.1")))
    run.chains.act(name, Split(parts=parts), run.holder[name])


def _unwitnessed(run: Lawful, name: str) -> None:
    run.chains.act(name, Destroyed(order="24-2"), run.holder[name])


def _examined_unheld(run: Lawful, name: str) -> None:
    agency = PEOPLE[run.holder[name]]
    run.chains.lab(name, next(each for each in NAMES if PEOPLE[each] != agency))


def _impossible(run: Lawful, name: str) -> None:
    run.chains.lab(name, run.holder[name], purity=82.0)


_SPOIL = {
    Fault.NO_ORIGIN: _no_origin,
    Fault.ENTERED_TWICE: _entered_twice,
    Fault.GAP: _gap,
    Fault.TWO_HOLDERS: _two_holders,
    Fault.OVERLAP: _overlap,
    Fault.OUT_OF_ORDER: _out_of_order,
    Fault.AFTER_END: _after_end,
    Fault.NOT_GIVEN: _unsigned(Role.RECEIVER),
    Fault.NOT_ACCEPTED: _unsigned(Role.GIVER),
    Fault.NOT_SIGNED: _not_signed,
    Fault.BAD_SIGNATURE: _forged,
    Fault.UNKNOWN_KEY: _with_keys({}),
    Fault.KEY_REVOKED: _with_keys({"revoked": None}),
    Fault.SEAL_BROKEN: _seal_broken,
    Fault.SEAL_DIFFERS: _seal_differs,
    Fault.SEAL_REUSED: _seal_reused,
    Fault.CLOCK_SKEW: _clock_skew,
    Fault.NEGATIVE_MASS: _negative_mass,
    Fault.MASS_NOT_CONSERVED: _mass_lost,
    Fault.UNWITNESSED: _unwitnessed,
    Fault.EXAMINED_UNHELD: _examined_unheld,
    Fault.IMPOSSIBLE: _impossible,
}


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(6)), st.lists(st.sampled_from(NAMES), min_size=4, max_size=4), st.booleans())
def test_in_whatever_order_a_chain_is_entered_it_is_the_same(order: list[int], to: list[str], late: bool) -> None:
    run = Chains()
    run.collect("ash/1", "ann", seal="S1", net=grams("10"))
    holder = "ann"
    for each in to:
        run.hours(2)
        if each != holder:
            run.transfer("ash/1", holder, each, seal="S1", late=late)
            holder = each
    run.hours(2)
    run.act("ash/1", Weighed(net=grams("10")), holder)
    straight = run.register().chain("ash/1")
    entries = run.custody
    # All entered at one time, long after; then the log's order is the order of entering alone.
    run.custody = [
        replace(entries[place], seq=number + 1, submitted_at=run.now)
        for number, place in enumerate(each for each in order if each < len(entries))
    ]
    shuffled = run.register().chain("ash/1")
    assert not shuffled.findings
    assert shuffled.holders == straight.holders
    assert [step.statement for step in shuffled.steps] == [step.statement for step in straight.steps]


def test_every_fault_can_be_put_in() -> None:
    assert set(_SPOIL) == set(Fault)
    for fault, spoil in _SPOIL.items():
        run = Lawful()
        run.begin()
        run.chains.hours(1)
        spoil(run, "ash/1")
        assert fault in run.chains.faults(), fault


Lawful.TestCase.settings = settings(
    max_examples=30, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLaws = Lawful.TestCase

"""Whether a laboratory can have examined what it says: the exhibit was there, with it, and weighed what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from cutset.access.registry import Registry
from cutset.evidence import possible
from cutset.evidence.findings import Fault, Finding, finding
from cutset.evidence.ledger import Ledger, State
from cutset.evidence.mass import differ, written
from cutset.evidence.naming import name_of
from cutset.evidence.signing import SKEW
from cutset.evidence.steps import latest
from cutset.evidence.weighing import sound
from cutset.model.exhibit import Mass
from cutset.model.report import Entry, Lab, When


def flaws(labs: Iterable[Entry], ledger: Ledger, registry: Registry) -> Iterator[Finding]:
    """What does not fit between laboratory results and the chains of their exhibits."""
    for entry in labs:
        content = entry.report.content
        assert isinstance(content, Lab)
        name = name_of(content.exhibit, entry.report.originator)
        state = ledger.states.get(name)
        at = content.when.at if content.when else None
        if state is None:
            what = f"{name} was examined, and no report tells of its collection"
            yield finding(Fault.NO_ORIGIN, name, what, entry.id, at=at)
            continue
        if content.net is not None and sound(content.net) is None:
            what = f"{name}: the laboratory's net mass is negative: {written(content.net)}"
            yield finding(Fault.NEGATIVE_MASS, name, what, entry.id, at=at)
        for flaw in possible.of_result(content):
            yield finding(Fault.IMPOSSIBLE, name, f"{name}: the laboratory's result states {flaw}", entry.id, at=at)
        if content.when is None:
            continue
        if not _held(state, content, entry.report.originator, content.when, registry):
            what = f"{name} was examined by {content.laboratory or entry.report.originator}, which did not hold it then"
            yield finding(Fault.EXAMINED_UNHELD, name, what, entry.id, at=at)
        weighed, said = _weighed(state, content.when), sound(content.net)
        if weighed is not None and said is not None and differ(weighed, said):
            what = f"{name}: {written(weighed)} in the chain, and the laboratory weighed {written(said)}"
            yield finding(Fault.MASS_NOT_CONSERVED, name, what, entry.id, at=at)


def _held(state: State, content: Lab, agency: str, when: When, registry: Registry) -> bool:
    first, last = when.at - SKEW, latest(when) + SKEW
    for holding in state.holdings:
        viewer = registry.viewer(holding.holder)
        its = viewer.agency == agency if viewer else holding.holder in (agency, content.laboratory)
        if its and holding.since <= last and (holding.until is None or holding.until >= first):
            return True
    return False


def _weighed(state: State, when: When) -> Mass | None:
    """What it weighed last before the laboratory's finding, or when it began."""
    end: datetime = latest(when)
    before = [mass for at, mass in state.nets if at <= end]
    return before[-1] if before else None

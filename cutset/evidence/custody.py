"""The chain of custody: an exhibit's card, its steps, who held it when, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import TypeVar

from cutset.access.registry import Registry
from cutset.access.rights import Rights
from cutset.errors import CutsetError
from cutset.evidence import examined
from cutset.evidence import laboratory as of_laboratory
from cutset.evidence.findings import Finding
from cutset.evidence.index import EvidenceIndex
from cutset.evidence.laboratory import Result
from cutset.evidence.ledger import Holding, Ledger, State
from cutset.evidence.naming import merged_names, part_names, parts_of
from cutset.evidence.reading import Gathered, gather, names, with_earlier
from cutset.evidence.steps import Step, steps
from cutset.log.store import Log
from cutset.model.exhibit import Attachment, Collected, Combined, ExhibitKind, Mass, Part
from cutset.model.marking import Marking, join
from cutset.model.report import Struct

_E = TypeVar("_E", Finding, Result)


class NoExhibit(CutsetError):
    """There is no such exhibit among what the viewer may see; whether there is one at all is not said."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "there is no such exhibit", where=name, remedy="check the name: agency/number; `cutset exhibits` lists them"
        )


class Exhibit(Struct, frozen=True):
    """An exhibit as it stands now, as far as the viewer may see.

    `event` is the report id of the event at which it, or what it came from, was collected. `origin` names the exhibits
    that it was made of, `parts` those made of it. `holder` is who has it, or had it last; `ended` is "" while it lasts,
    else `destroyed`, `returned`, `divided` or `combined`. `seal_state` is `intact`, `broken`, `opened` or `none`.
    `findings` counts what is wrong with its chain, `reports` are those that tell of it.
    """

    name: str
    kind: ExhibitKind | None
    description: str
    event: str
    holder: str
    ended: str
    seal: str
    seal_state: str
    gross: Mass | None
    net: Mass | None
    count: int | None
    amount: Decimal | None
    currency: str
    origin: tuple[str, ...]
    parts: tuple[str, ...]
    files: tuple[Attachment, ...]
    findings: int
    results: int
    reports: tuple[str, ...]
    banner: str
    made: bool = False


class Chain(Struct, frozen=True):
    """An exhibit with its steps in the order in which they happened, its holders, findings and laboratory results.

    The steps of what it came from are not among its own; ask for that exhibit's chain. `banner` marks the whole.
    """

    exhibit: Exhibit
    steps: tuple[Step, ...]
    holders: tuple[Holding, ...]
    findings: tuple[Finding, ...]
    results: tuple[Result, ...]
    banner: str
    made: bool = False


class Register:
    """The ledger of some exhibits, and the cards and chains that it gives."""

    def __init__(self, gathered: Gathered, results: Sequence[Result], registry: Registry) -> None:
        self.steps = steps(gathered.custody, registry)
        self.ledger = Ledger(self.steps, gathered.seals)
        self.findings = [*self.ledger.findings, *examined.flaws(gathered.labs, self.ledger, registry)]
        entries = (*gathered.custody, *gathered.labs)
        self._markings: dict[str, Marking] = {each.id: each.report.marking for each in entries}
        self._made = {each.id for each in entries if each.report.source.made}
        self._results = _grouped(results)
        self._found = _grouped(self.findings)
        self._about = _by_exhibit(self.steps)

    def names(self) -> list[str]:
        """The exhibits that there are."""
        return sorted(self.ledger.states)

    def card(self, name: str) -> Exhibit:
        """The exhibit's card."""
        state, about = self.ledger.states[name], self._about.get(name, [])
        begun = _begun(name, state)
        part = _part(name, state.born)
        results = self._results.get(name, [])
        reports = tuple(
            dict.fromkeys([id for step in about for id in step.reports] + [each.report for each in results])
        )
        return Exhibit(
            name=name,
            kind=self._kind(name, set()),
            description=getattr(begun, "description", "") or (part.description if part else ""),
            event=self._event(name, set()),
            holder=state.holder,
            ended=state.ended,
            seal=state.seal,
            seal_state=_seal_state(state),
            gross=state.gross,
            net=state.net,
            count=begun.count if isinstance(begun, Collected) else None,
            amount=begun.amount if isinstance(begun, Collected) else None,
            currency=begun.currency if isinstance(begun, Collected) else "",
            origin=state.origin,
            parts=state.parts,
            files=_distinct(each for step in about if step.exhibit == name for each in step.statement.files),
            findings=len(self._found.get(name, [])),
            results=len(results),
            reports=reports,
            banner=self._banner(reports),
            made=any(each in self._made for each in reports),
        )

    def chain(self, name: str) -> Chain:
        """The exhibit's chain. Raises `NoExhibit`."""
        if name not in self.ledger.states:
            raise NoExhibit(name)
        card = self.card(name)
        found = tuple(self._found.get(name, ()))
        results = tuple(self._results.get(name, ()))
        reports = dict.fromkeys((*card.reports, *(id for each in found for id in each.reports)))
        return Chain(
            exhibit=card,
            steps=tuple(self._about.get(name, ())),
            holders=tuple(self.ledger.states[name].holdings),
            findings=found,
            results=results,
            banner=self._banner(reports),
            made=any(each in self._made for each in reports),
        )

    def _kind(self, name: str, seen: set[str]) -> ExhibitKind | None:
        """What it is said to be; where that is not said, what all that it was made of is."""
        state = self.ledger.states.get(name)
        if state is None or name in seen:
            return None
        seen.add(name)
        begun, part = _begun(name, state), _part(name, state.born)
        said = (begun.kind if begun else None) or (part.kind if part else None)
        kinds = {self._kind(each, seen) for each in state.origin}
        return said or (kinds.pop() if len(kinds) == 1 else None)

    def _event(self, name: str, seen: set[str]) -> str:
        """The event of the collection that the exhibit goes back to; "" where it is not told, or there are several."""
        state = self.ledger.states.get(name)
        if state is None or name in seen:
            return ""
        seen.add(name)
        act = state.born.statement.act if state.born else None
        if isinstance(act, Collected):
            return act.event
        events = {self._event(each, seen) for each in state.origin}
        return events.pop() if len(events) == 1 else ""

    def _banner(self, reports: Iterable[str]) -> str:
        # A finding on a seal may rest on the report of another exhibit, which is not among those gathered.
        markings = [self._markings[each] for each in reports if each in self._markings]
        return join(*markings).banner if markings else ""


def register(index: EvidenceIndex, log: Log, rights: Rights, exhibits: Collection[str]) -> Register:
    """The register of `exhibits` and of what they are connected to, as the viewer may see it."""
    gathered = gather(index, log, rights, exhibits)
    results = of_laboratory.results(index, log, rights, exhibits=gathered.exhibits)
    return Register(gathered, results, log.registry())


def exhibits(
    index: EvidenceIndex,
    log: Log,
    rights: Rights,
    *,
    events: Collection[str] | None = None,
    limit: int | None = None,
    after: str = "",
) -> list[Exhibit]:
    """The exhibits that the viewer may see, by name: all, or those of some events and all that was made of them."""
    of = None if events is None else with_earlier(index, log, rights, events)
    page = names(index, rights, events=of, limit=limit, after=after)
    found = register(index, log, rights, page)
    return [found.card(each) for each in page if each in found.ledger.states]


def custody(index: EvidenceIndex, log: Log, rights: Rights, exhibit: str) -> Chain:
    """The chain of custody of an exhibit. Raises `NoExhibit`, in the same words where it is hidden or is not there."""
    return register(index, log, rights, [exhibit]).chain(exhibit)


def check(index: EvidenceIndex, log: Log, rights: Rights, *, events: Collection[str] | None = None) -> list[Finding]:
    """What is wrong with the chains of all exhibits that the viewer may see, or of those of some events, by exhibit."""
    page = names(index, rights, events=None if events is None else with_earlier(index, log, rights, events))
    wanted = set(page)
    found = register(index, log, rights, page).findings
    return sorted(
        (each for each in found if each.exhibit in wanted), key=lambda each: (each.exhibit, each.fault, each.id)
    )


def _grouped(of: Iterable[_E]) -> dict[str, list[_E]]:
    found: dict[str, list[_E]] = {}
    for each in of:
        found.setdefault(each.exhibit, []).append(each)
    return found


def _by_exhibit(of: Iterable[Step]) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {}
    for step in of:
        act = step.statement.act
        touched = (step.exhibit, *part_names(step.exhibit, act), *merged_names(step.exhibit, act))
        for name in dict.fromkeys(touched):
            found.setdefault(name, []).append(step)
    return found


def _begun(name: str, state: State) -> Collected | Combined | None:
    born = state.born
    act = born.statement.act if born is not None and born.exhibit == name else None
    return act if isinstance(act, Collected | Combined) else None


def _part(name: str, born: Step | None) -> Part | None:
    if born is None:
        return None
    act = born.statement.act
    return dict(zip(part_names(born.exhibit, act), parts_of(act), strict=True)).get(name)


def _seal_state(state: State) -> str:
    if not state.seal:
        return "none"
    return "broken" if state.broken else "opened" if state.opened else "intact"


def _distinct(files: Iterable[Attachment]) -> tuple[Attachment, ...]:
    return tuple({each.sha256: each for each in files}.values())

"""Steps: the acts and transfers that reports tell of, each once however many reports bring its signatures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from cutset.access.registry import Registry
from cutset.clock import microseconds
from cutset.evidence import signing
from cutset.evidence.naming import name_of
from cutset.model.exhibit import Role, SealState, Signature
from cutset.model.report import Custody, Entry, Precision, Struct, When


class Signed(Struct, frozen=True):
    """A signature, the report that brought it, when that was entered, and whether it holds.

    `flaw` is "" where it holds, else why not: `forged`, `unknown` (a key that is not the signer's), or a sentence.
    """

    signature: Signature
    report: str
    entered: datetime
    flaw: str = ""

    @property
    def holds(self) -> bool:
        """Whether the signer made it, with a key that was theirs to use."""
        return not self.flaw


class Step(Struct, frozen=True):
    """An act or transfer: what its statement says, the reports that bring it, and who signed.

    `statement` is without signatures. `happened` is as it is stated there; `entered` is when the log first took it in.
    """

    exhibit: str
    statement: Custody
    reports: tuple[str, ...]
    entered: datetime
    signatures: tuple[Signed, ...] = ()

    @property
    def happened(self) -> When:
        """When it was done, as stated."""
        return self.statement.when

    @property
    def is_transfer(self) -> bool:
        """Whether the exhibit was passed on."""
        return self.statement.act is None

    @property
    def who(self) -> str:
        """Who did it: the giver of a transfer, the holder of an act."""
        return self.statement.giver

    @property
    def accepted(self) -> datetime | None:
        """When the receiver signed for it, by a signature that holds."""
        return min((each.signature.at for each in self.by(Role.RECEIVER, self.statement.receiver)), default=None)

    def by(self, role: Role, who: str) -> list[Signed]:
        """The signatures that hold which someone gave as `role`."""
        return [
            each for each in self.signatures if each.holds and each.signature.role is role and each.signature.by == who
        ]

    @property
    def found_broken(self) -> bool:
        """Whether anyone found the seal broken."""
        states = [self.statement.seal_state, *(each.signature.seal_state for each in self.signatures)]
        return SealState.BROKEN in states


_SPANS = {Precision.DAY: timedelta(days=1), Precision.MONTH: timedelta(days=31), Precision.YEAR: timedelta(days=366)}


def latest(when: When) -> datetime:
    """The last moment at which it can have happened; within a day that is all that is known, entry gives the order."""
    span = _SPANS.get(when.precision)
    return when.at if span is None else when.at + span - timedelta(microseconds=1)


def steps(entries: Iterable[Entry], registry: Registry) -> list[Step]:
    """The steps that custody reports tell of, in the order in which they happened.

    `entries` are in the order of their entering, which decides among those of one moment.
    """
    found: dict[tuple[str, bytes], Step] = {}
    for entry in entries:
        content = entry.report.content
        assert isinstance(content, Custody)
        name = name_of(content.exhibit, entry.report.originator)
        signatures = tuple(_checked(content, each, entry, registry) for each in content.signatures)
        key = (name, signing.statement(content))
        known = found.get(key)
        if known is None:
            found[key] = Step(
                exhibit=name,
                statement=replace(content, signatures=()),
                reports=(entry.id,),
                entered=entry.submitted_at,
                signatures=signatures,
            )
        else:
            found[key] = replace(
                known, reports=(*known.reports, entry.id), signatures=_distinct((*known.signatures, *signatures))
            )
    return sorted(found.values(), key=lambda step: microseconds(latest(step.happened)))


def _distinct(signatures: Iterable[Signed]) -> tuple[Signed, ...]:
    """Each signature once, as it was first entered: an acceptance repeats the giver's."""
    first: dict[Signature, Signed] = {}
    for each in signatures:
        first.setdefault(each.signature, each)
    return tuple(first.values())


def _checked(content: Custody, signature: Signature, entry: Entry, registry: Registry) -> Signed:
    flaw = signing.lapse(signature, entry.submitted_at, registry)
    if not signing.authentic(content, signature):
        flaw = "forged"
    return Signed(signature=signature, report=entry.id, entered=entry.submitted_at, flaw=flaw)

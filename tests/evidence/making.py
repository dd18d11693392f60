"""Custody made for tests: people with keys, a clock, and reports that say exactly what a test needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import count
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from cutset.access.registry import Agency, Key, Registry, Viewer
from cutset.evidence import signing
from cutset.evidence.custody import Register
from cutset.evidence.findings import Fault, Finding
from cutset.evidence.index import seals_of
from cutset.evidence.naming import name_of
from cutset.evidence.reading import Application, Gathered
from cutset.log.heads import public_hex
from cutset.model.exhibit import Act, Collected, ExhibitKind, Mass, Part, Role, SealState
from cutset.model.marking import Marking, Tlp
from cutset.model.report import Custody, Entry, Lab, Report, Source, When

START = datetime(2024, 1, 1, 12, tzinfo=UTC)
PEOPLE = {"ann": "ash", "abe": "ash", "bea": "birch", "cyd": "cedar"}


def key_of(name: str) -> Ed25519PrivateKey:
    """The same key for the same person in every run."""
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


def viewer(name: str, agency: str, **changes: Any) -> Viewer:
    key = Key(key=public_hex(key_of(name)), since=START - timedelta(days=1), **changes)
    return Viewer(id=f"{name}@{agency}", agency=agency, keys=(key,))


def registry(**changed: Viewer) -> Registry:
    agencies = tuple(Agency(id=each, name=each, country="US") for each in sorted(set(PEOPLE.values())))
    people = {name: viewer(name, agency) for name, agency in PEOPLE.items()} | changed
    return Registry(agencies=agencies, viewers=tuple(people.values()))


def who(name: str) -> str:
    return f"{name}@{PEOPLE[name]}"


def grams(amount: str, uncertainty: str = "0") -> Mass:
    return Mass(grams=Decimal(amount), uncertainty_g=Decimal(uncertainty))


class Chains:
    """Reports on exhibits, entered as they happen unless a test says otherwise."""

    def __init__(self, registry_: Registry | None = None) -> None:
        self.registry = registry_ or registry()
        self.now = START
        self.custody: list[Entry] = []
        self.labs: list[Entry] = []
        self._numbers = count(1)

    def hours(self, number: float) -> datetime:
        """Let time go by."""
        self.now += timedelta(hours=number)
        return self.now

    def enter(self, content: Custody | Lab, by: str = "ann", *, entered: datetime | None = None) -> str:
        number = next(self._numbers)
        agency = PEOPLE[by]
        report = Report(
            marking=Marking(originator=agency, tlp=Tlp.CLEAR), source=Source(dataset="made"), content=content
        )
        entry = Entry(id=f"r-{number}", seq=number, submitted_at=entered or self.now, by=who(by), report=report)
        (self.custody if isinstance(content, Custody) else self.labs).append(entry)
        return entry.id

    def signed(self, content: Custody, *roles: tuple[str, Role], state: SealState | None = None) -> Custody:
        for name, role in roles:
            content = signing.sign(content, key_of(name), role=role, by=who(name), at=self.now, seal_state=state)
        return content

    def act(self, exhibit: str, done: Act | None, by: str = "ann", *, witness: str = "", **said: Any) -> str:
        when = said.pop("when", self.now)
        content = Custody(
            exhibit=exhibit, when=When(at=when), giver=who(by), receiver=who(by), act=done, seal=said.pop("seal", "")
        )
        content = replace(content, **said)
        roles = [(by, Role.HOLDER), *([(witness, Role.WITNESS)] if witness else [])]
        return self.enter(self.signed(content, *roles), by)

    def collect(self, exhibit: str, by: str = "ann", *, seal: str = "", net: Mass | None = None, **said: Any) -> str:
        done = Collected(kind=ExhibitKind.DRUG, event=said.pop("event", ""), net=net, gross=said.pop("gross", None))
        return self.act(exhibit, done, by, seal=seal, **said)

    def transfer(
        self,
        exhibit: str,
        giver: str,
        receiver: str,
        *,
        seal: str = "",
        when: datetime | None = None,
        roles: Sequence[Role] = (Role.GIVER, Role.RECEIVER),
        state: SealState | None = None,
        together: bool = True,
        late: bool = False,
    ) -> str:
        """A transfer, as one report with both signatures or, if not `together`, as an offer and an acceptance.

        If it is `late`, both signed at the time, and it was entered when there was a connection again, days later.
        """
        entered = self.now + timedelta(days=5) if late else None
        content = Custody(
            exhibit=exhibit, when=When(at=when or self.now), giver=who(giver), receiver=who(receiver), seal=seal
        )
        if Role.GIVER in roles:
            content = self.signed(content, (giver, Role.GIVER))
        if not together:
            self.enter(content, giver, entered=entered)
            self.hours(1)
        if Role.RECEIVER in roles:
            content = self.signed(content, (receiver, Role.RECEIVER), state=state)
        return self.enter(content, giver if together else receiver, entered=entered)

    def lab(self, exhibit: str, by: str = "cyd", **said: Any) -> str:
        return self.enter(Lab(number="L1", exhibit=exhibit, when=When(at=self.now), **said), by)

    def register(self) -> Register:
        gathered = Gathered(
            exhibits=frozenset(),
            custody=tuple(self.custody),
            labs=tuple(self.labs),
            requests=(),
            seals=tuple(self._seals()),
        )
        return Register(gathered, [], self.registry)

    def findings(self) -> list[Finding]:
        return self.register().findings

    def faults(self) -> list[Fault]:
        return [each.fault for each in self.findings()]

    def _seals(self) -> list[Application]:
        found = []
        for entry in self.custody:
            content, agency = entry.report.content, entry.report.originator
            assert isinstance(content, Custody)
            at_us = int(content.when.at.timestamp() * 1_000_000)
            for seal, exhibit in seals_of(name_of(content.exhibit, agency), content):
                found.append(Application(agency, seal, exhibit, at_us, entry.id))
        return found


def part(exhibit: str, net: Mass | None = None, seal: str = "") -> Part:
    return Part(exhibit=exhibit, net=net, seal=seal)

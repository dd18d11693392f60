"""Signed chains of custody of made exhibits: who collected them, who gave them on and who accepted, each with a key.

The signers are made viewers who are not active: they see nothing, and nobody can act for them. Their keys are made of
the seed, so that the same seed signs the same bytes: who knows the seed can sign as they do. So they show only that a
signature in an exercise holds. Never give such a key to a viewer who is somebody.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cutset.access.registry import Key, Viewer
from cutset.evidence import signing
from cutset.exercise.truth import START, Happening
from cutset.ingest import dates
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import open_text
from cutset.log import heads
from cutset.log.commitment import encode
from cutset.model.exhibit import Collected, ExhibitKind, Mass, Role, SealState
from cutset.model.report import Custody, Report, Source, When

SIGNED = "exercise-signed-custody"
FEED = "signed-custody"
KEYS = "custody-keys.csv"
"""Whose public key is which: what the agencies' registers of keys say."""
COLUMNS = ("viewer", "agency", "name", "key", "since")
_COLLECTING = ("cbp", "uscg", "uspis", "county-sheriff")
_CHEMIST = "made-chemist@dea"


def signers() -> Iterator[tuple[str, str, str]]:
    """The made viewers who sign: id, agency and name."""
    for agency in _COLLECTING:
        yield f"made-officer@{agency}", agency, f"Seizing officer of {agency} (made)"
        yield f"made-evidence@{agency}", agency, f"Evidence custodian of {agency} (made)"
    yield _CHEMIST, "dea", "Chemist of the made laboratory"


def key_rows(seed: int) -> Iterator[dict[str, str]]:
    """The rows of the register of keys."""
    for viewer, agency, name in signers():
        row = (viewer, agency, name, heads.public_hex(_key(seed, viewer)), f"{START:%Y-%m-%d}")
        yield dict(zip(COLUMNS, row, strict=True))


def signing_viewers(path: Path) -> list[Viewer]:
    """The viewers in the register of keys at `path`. None is active."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Viewer(
                id=row["viewer"],
                agency=row["agency"],
                name=row["name"],
                active=False,
                keys=(Key(key=row["key"], since=dates.read(row["since"]).at),),
            )
            for row in csv.DictReader(file)
        ]


def chain(
    seed: int, found: Happening, *, seal: str, grams: str, to_laboratory: datetime, back: datetime, accepted: bool
) -> Iterator[Custody]:
    """An exhibit's chain: collected, to the evidence room, to the laboratory, and back; each step signed.

    Where it is not `accepted`, who takes it back has not signed for it.
    """
    officer, custodian = f"made-officer@{found.agency}", f"made-evidence@{found.agency}"
    exhibit, mass = f"{found.agency}/{found.key}", Mass(grams=Decimal(grams), uncertainty_g=Decimal(1))
    collected = Custody(
        exhibit=exhibit,
        when=When(at=found.at + timedelta(hours=1)),
        giver=officer,
        receiver=officer,
        seal=seal,
        act=Collected(kind=ExhibitKind.DRUG, description=f"{found.substance} (made)", gross=mass),
    )
    yield _signed(seed, collected, Role.HOLDER, officer, collected.when.at)
    steps = ((officer, custodian, found.at + timedelta(hours=6)), (custodian, _CHEMIST, to_laboratory))
    for giver, receiver, at in (*steps, (_CHEMIST, custodian, back)):
        passed = Custody(exhibit=exhibit, when=When(at=at), giver=giver, receiver=receiver, seal=seal)
        passed = _signed(seed, passed, Role.GIVER, giver, at)
        if accepted or giver != _CHEMIST:
            passed = _signed(seed, passed, Role.RECEIVER, receiver, at + timedelta(minutes=10))
        yield passed


def _signed(seed: int, content: Custody, role: Role, by: str, at: datetime) -> Custody:
    return signing.sign(content, _key(seed, by), role=role, by=by, at=at, seal_state=SealState.INTACT)


@lru_cache(maxsize=64)
def _key(seed: int, viewer: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(f"cutset made exercise {seed} {viewer}".encode()).digest())


def line(content: Custody) -> str:
    """The statement with its signatures, as one line."""
    return encode(content).decode()


class SignedCustody:
    """Reads signed steps of custody: JSON lines, each a statement with its signatures."""

    name = SIGNED
    title = "MADE exercise: signed steps of custody, as JSON lines"
    keyed = False
    public = False

    def read(self, path: Path, context: Context) -> Iterator[Draft | Reject]:
        """A report a line; what is no statement of custody, or is of a time to come, is a reject."""
        with open_text(path) as text:
            for number, written in enumerate(text, 1):
                try:
                    content = msgspec.json.decode(written, type=Custody)
                    dates.past(content.when, context.now)
                except (msgspec.DecodeError, dates.BadDate) as bad:
                    yield Reject(file=text.name, line=number, column="", value=written[:200], reason=str(bad))
                    continue
                source = Source(dataset=self.name, record=signing.statement_id(content), made=context.made)
                report = Report(marking=context.marking, source=source, content=content)
                yield Draft(report=report, file=text.name, line=number)

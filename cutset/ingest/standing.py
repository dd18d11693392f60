"""What stands in the log of a keyed list: for each record, the report that counts now.

A record is (dataset, key, occurrence). Two reports of a record are the same if they say the same, whatever their
vintage; numbers of published totals that differ by less than one part in 10^9 are one number in two spellings
(publishers' files carry the noise of binary sums, such as 21.2015 and 21.201500000000003).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import blake2b
from math import isclose

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from cutset.access.rights import Rights
from cutset.ingest.reader import Context, Reader, Scoped
from cutset.log.database import engine
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.store import Log
from cutset.log.tables import log_report
from cutset.model.report import Detection, Outcome, Precision, Report, Struct, When

NOISE = 1e-9
PURPOSE = "investigation"
_FETCHED = 2000

Key = tuple[str, str, int]
_EDITION = When(at=datetime(1970, 1, 1, tzinfo=UTC), precision=Precision.YEAR)

_encode = msgspec.msgpack.Encoder(order="deterministic").encode


class Print(Struct, frozen=True):
    """What a report says: a digest of all but the numbers of a published total, and these numbers."""

    digest: bytes
    numbers: tuple[float, ...] = ()

    def near(self, other: Print) -> bool:
        """Whether both say the same but for the noise of their numbers."""
        pairs = zip(self.numbers, other.numbers, strict=False)
        return (
            self.digest == other.digest
            and len(self.numbers) == len(other.numbers)
            and all(isclose(mine, others, rel_tol=NOISE) for mine, others in pairs)
        )


class Stand(Struct, frozen=True):
    """The report of a record that counts: its `id`, what it says, and others that still stand `beside` it.

    None stands beside it unless a load was broken off after an older edition's report went in and before the newer
    was stated again.
    """

    id: str
    said: Print
    vintage: str
    scope: str
    withdrawn: bool
    beside: tuple[str, ...] = ()


class Standing:
    """What stands of an originator's datasets, as far as `by` may see; each dataset is read when first met."""

    def __init__(self, log: Log, reader: Reader, context: Context, *, by: str) -> None:
        purposes = context.marking.purposes
        self._log = log
        self._reader = reader
        self._by = by
        self._purpose = purposes[0] if purposes else PURPOSE
        self._originator = context.marking.originator
        self._made = context.made
        self._stands: dict[str, dict[Key, Stand]] = {}
        self._newest: dict[tuple[str, str], str] = {}

    def get(self, key: Key) -> Stand | None:
        """What stands of a record; None where nothing does."""
        return self._of(key[0]).get(key)

    def put(self, key: Key, stand: Stand) -> None:
        """Takes in a report that now counts."""
        self._of(key[0])[key] = stand
        scope = (key[0], stand.scope)
        self._newest[scope] = max(self._newest.get(scope, ""), stand.vintage)

    def newest(self, dataset: str, scope: str) -> str:
        """The latest vintage that stands of a dataset's scope; "" where none does."""
        self._of(dataset)
        return self._newest.get((dataset, scope), "")

    def records(self, dataset: str) -> list[tuple[Key, Stand]]:
        """All that stands of a dataset."""
        return list(self._of(dataset).items())

    def fetch(self, ids: Iterable[str]) -> dict[str, Report]:
        """The reports with these ids."""
        wanted, rights = list(ids), self._rights()
        found: dict[str, Report] = {}
        for start in range(0, len(wanted), _FETCHED):
            entries = self._log.fetch(wanted[start : start + _FETCHED], rights)
            found.update((id_, entry.report) for id_, entry in entries.items())
        return found

    def stand(self, id_: str, report: Report) -> Stand:
        """The stand of a report with this id."""
        return Stand(
            id=id_, said=said(report), vintage=vintage(report), scope=self.scope(report), withdrawn=report.withdrawn
        )

    def scope(self, report: Report) -> str:
        """The part of the list to which a report belongs."""
        return self._reader.scope(report) if isinstance(self._reader, Scoped) else ""

    def _of(self, dataset: str) -> dict[Key, Stand]:
        if dataset not in self._stands:
            self._stands[dataset] = {}
            self._read(dataset)
        return self._stands[dataset]

    def _rights(self) -> Rights:
        # Asked anew each time: a load may bring markings that the log has never had.
        return self._log.rights(self._by, self._purpose)

    def _read(self, dataset: str) -> None:
        rights = self._rights()
        query = (
            sa.select(log_report.c.id)
            .where(
                log_report.c.originator == self._originator,
                log_report.c.dataset == dataset,
                log_report.c.record != "",
                visible(log_report.c.marking_id, rights),
                live(log_report.c.seq, rights),
            )
            .order_by(log_report.c.seq)
        )
        with engine(self._log.url).connect() as connection:
            ids = list(connection.scalars(query))
        for start in range(0, len(ids), _FETCHED):
            chunk = ids[start : start + _FETCHED]
            reports = self.fetch(chunk)
            for id_ in chunk:
                if id_ in reports and reports[id_].source.made == self._made:
                    self._take(dataset, id_, reports[id_])

    def _take(self, dataset: str, id_: str, report: Report) -> None:
        key = key_of(report)
        found, before = self.stand(id_, report), self._stands[dataset].get(key)
        if before is not None:
            # Of two that both stand, the later vintage counts, and of one vintage the later report.
            first, second = (found, before) if found.vintage >= before.vintage else (before, found)
            found = replace(first, beside=(*before.beside, second.id))
        self.put(key, found)


def key_of(report: Report) -> Key:
    """The record that a report is of."""
    return report.source.dataset, report.source.record, report.source.occurrence


def vintage(report: Report) -> str:
    """The edition in which a total was published; "" for other reports, whose order is that of their submission."""
    return report.content.vintage if isinstance(report.content, Outcome) else ""


def said(report: Report) -> Print:
    """What a report says, apart from its vintage and what it supersedes."""
    bare = replace(report, supersedes=(), withdrawn=False)
    if isinstance(bare.content, Detection):
        # A listed thing's time is its edition's (ADR 0008): a new edition that says the same changes nothing.
        bare = replace(bare, content=replace(bare.content, when=_EDITION))
    if not isinstance(bare.content, Outcome):
        return Print(digest=_digest(bare))
    numbers: list[float] = []
    goods = []
    for each in bare.content.goods:
        if each.quantity is not None:
            numbers.append(each.quantity.amount)
            each = replace(each, quantity=replace(each.quantity, amount=0.0, mass_kg=None, written=""))
        goods.append(each)
    content = replace(bare.content, goods=tuple(goods), vintage="")
    return Print(digest=_digest(replace(bare, content=content)), numbers=tuple(numbers))


def _digest(report: Report) -> bytes:
    return blake2b(_encode(report), digest_size=16).digest()

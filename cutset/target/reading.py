"""What one viewer may see of shipments, their parties and selectors, decisions and findings: read once, in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.target import rows
from cutset.target.index import TargetIndex
from cutset.target.words import Verdict


class Consignment(NamedTuple):
    """A row of `target_shipment`."""

    seq: int
    marking_id: int
    id: str
    number: str
    record: str
    originator: str
    at_us: int
    declared_us: int | None
    departs_us: int | None
    arrives_us: int | None
    modality: str
    origin: str
    lading: str
    port: str
    place: str
    hs_code: str
    weight_kg: float | None
    value: float | None
    currency: str
    made: bool


class Decision(NamedTuple):
    """A decision on a shipment: the tasking by which it stands, whether by lot, and the decision that it follows."""

    id: str
    verdict: Verdict
    random: bool
    follows: str
    by: str
    at_us: int
    made: bool


class Finding(NamedTuple):
    """What an examination of a shipment found: `random` is None where no visible order says how it was chosen."""

    id: str
    at_us: int
    found: bool
    random: bool | None
    made: bool


class Reading:
    """The visible, live shipments in the order of time, and what stands beside them, by shipment."""

    def __init__(self, index: TargetIndex, rights: Rights) -> None:
        self._rights = rights
        with index.engine.connect() as connection:
            self._connection = connection
            found = [Consignment._make(row) for row in self._rows(rows.shipment)]
            self.shipments = sorted(found, key=lambda each: (each.at_us, each.id))
            self.by_id = {each.id: each for each in self.shipments}
            self.parties = self._parties()
            self._selectors()
            self._decided()

    def _rows(self, table: sa.Table, *where: sa.ColumnElement[bool]) -> Iterable[sa.Row[Any]]:
        seen = (visible(table.c.marking_id, self._rights), live(table.c.seq, self._rights), *where)
        return self._connection.execute(sa.select(table).where(*seen).order_by(table.c.seq)).all()

    def _parties(self) -> dict[tuple[int, str], str]:
        """The folded name of the organisation in each role of a shipment, the first by the alphabet."""
        found: dict[tuple[int, str], str] = {}
        for row in self._rows(rows.party):
            at = (row.seq, row.role)
            found[at] = min(found.get(at, row.key), row.key)
        return found

    def _selectors(self) -> None:
        self.selectors: dict[int, list[tuple[str, str]]] = defaultdict(list)
        self.in_sort: dict[str, set[tuple[str, str]]] = {"case": set(), "seizure": set()}
        for row in self._rows(rows.selector):
            thing = (row.kind, row.value)
            if row.sort == "shipment":
                self.selectors[row.seq].append(thing)
            else:
                self.in_sort[row.sort].add(thing)

    def _decided(self) -> None:
        of: dict[int, list[str]] = defaultdict(list)
        for row in self._rows(rows.about):
            of[row.seq].append(row.about)
        self.decisions: dict[str, list[Decision]] = defaultdict(list)
        orders: dict[str, Any] = {}
        for row in self._rows(rows.ordered):
            orders[row.id] = row
            given = Decision(row.id, Verdict(row.verdict), row.random, row.follows, row.by, row.at_us, row.made)
            for id in of[row.seq]:
                if id in self.by_id:
                    self.decisions[id].append(given)
        self.findings: dict[str, list[Finding]] = defaultdict(list)
        for row in self._rows(rows.finding):
            named = [orders[id] for id in sorted(of[row.seq]) if id in orders and orders[id].verdict == Verdict.INSPECT]
            random = bool(named[0].random) if named else None
            things = {id for id in of[row.seq] if id in self.by_id}
            things.update(id for each in named for id in of[each.seq] if id in self.by_id)
            for id in sorted(things):
                self.findings[id].append(Finding(row.id, row.at_us, bool(row.found), random, bool(row.made)))

    def label(self, id: str) -> bool | None:
        """Whether any examination of the shipment found something; None where it was not examined."""
        found = self.findings.get(id)
        return any(each.found for each in found) if found else None

    def by_lot(self, id: str) -> bool:
        """Whether an examination of it was ordered by lot."""
        return any(each.random for each in self.findings.get(id, ()))

"""What one viewer may see of shipments, their parties and selectors, decisions and findings.

Shipments are many: they are read page by page, in the order of time, and none is kept. What is kept of them all is
where they stand in the log, and of those that were decided or examined what came of it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.target import rows
from cutset.target.words import Verdict

Thing = tuple[str, str]
"""A selector: its kind and its value."""


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


class Beside(NamedTuple):
    """What stands beside a shipment: its parties' folded names, its selectors, and which sorts of reports name these.

    `known` are `case` and `seizure`, where a visible one names a selector of it, with when the first of them began.
    """

    shipper: str
    consignee: str
    things: tuple[Thing, ...]
    known: dict[str, int]


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

    found: bool
    random: bool | None


class History:
    """Decisions and findings, by the shipment's place in the log."""

    def __init__(self) -> None:
        self.decisions: dict[int, list[Decision]] = defaultdict(list)
        self.findings: dict[int, list[Finding]] = defaultdict(list)

    def label(self, seq: int) -> bool | None:
        """Whether any examination of the shipment found something; None where it was not examined."""
        found = self.findings.get(seq)
        return any(each.found for each in found) if found else None

    def by_lot(self, seq: int) -> bool:
        """Whether an examination of it was ordered by lot."""
        return any(each.random for each in self.findings.get(seq, ()))


class Reading:
    """One reading of the index, over one connection: `timed` are the visible, live shipments in the order of time."""

    def __init__(self, connection: sa.Connection, rights: Rights) -> None:
        self._connection = connection
        self._rights = rights
        table = rows.shipment.c
        query = sa.select(table.seq).where(*self._seen(rows.shipment)).order_by(table.at_us, table.id)
        self.timed = array("q", self._scalars(query))
        self.seqs = array("q", sorted(self.timed))
        self.history = self._history()

    def place(self, seq: int) -> int | None:
        """The place of a shipment among `seqs`; None where it is not among them."""
        return place(self.seqs, seq)

    def columns(self, *columns: sa.ColumnElement[Any]) -> Iterator[sa.Row[Any]]:
        """These columns of every shipment, in the order of the log."""
        query = sa.select(*columns).where(*self._seen(rows.shipment)).order_by(rows.shipment.c.seq)
        return iter(self._connection.execution_options(yield_per=_PAGE).execute(query))

    def shipments(self) -> Iterator[tuple[Consignment, Beside]]:
        """Every shipment with what stands beside it, in the order of time."""
        for page in chunks(self.timed, _PAGE):
            beside = self._beside(page)
            for each in consignments(self._connection, page):
                yield each, beside[each.seq]

    def shared(self, number: int) -> set[Thing]:
        """The selectors of shipments that at least so many consignees, by their names, are given with."""
        table = rows.selector.c
        seen = (table.sort == "shipment", *self._seen(rows.selector))
        often = sa.select(table.kind, table.value).where(*seen).group_by(table.kind, table.value)
        often = often.having(sa.func.count(table.seq.distinct()) >= number)
        found: set[Thing] = set()
        for page in chunks([(row.kind, row.value) for row in self._connection.execute(often)]):
            names: dict[Thing, set[str]] = defaultdict(set)
            query = sa.select(table.kind, table.value, table.seq).where(table.value.in_({each[1] for each in page}))
            borne = self._connection.execute(query.where(*seen)).all()
            parties = self._parties({row.seq for row in borne})
            for row in borne:
                name = parties.get((row.seq, "consignee"))
                if name:
                    names[row.kind, row.value].add(name)
            found.update(thing for thing, of in names.items() if len(of) >= number)
        return found

    # ---- parts ----------------------------------------------------------------------------------------------------

    def _seen(self, table: sa.Table) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
        return visible(table.c.marking_id, self._rights), live(table.c.seq, self._rights)

    def _scalars(self, query: sa.Select[tuple[int]]) -> Iterable[int]:
        return self._connection.execution_options(yield_per=_PAGE).scalars(query)

    def _beside(self, seqs: Sequence[int]) -> dict[int, Beside]:
        parties = self._parties(seqs)
        things = self._things(seqs)
        known = self._known({thing for each in things.values() for thing in each})
        return {
            seq: Beside(
                shipper=parties.get((seq, "shipper"), ""),
                consignee=parties.get((seq, "consignee"), ""),
                things=tuple(things[seq]),
                known=_first(known.get(thing, {}) for thing in things[seq]),
            )
            for seq in seqs
        }

    def _parties(self, seqs: Iterable[int]) -> dict[tuple[int, str], str]:
        """The folded name of the organisation in each role of a shipment, the first by the alphabet."""
        table, found = rows.party.c, dict[tuple[int, str], str]()
        for page in chunks(seqs):
            query = sa.select(table.seq, table.role, table.key).where(table.seq.in_(page), *self._seen(rows.party))
            for seq, role, key in self._connection.execute(query):
                found[seq, role] = min(found.get((seq, role), key), key)
        return found

    def _things(self, seqs: Iterable[int]) -> dict[int, list[Thing]]:
        table, found = rows.selector.c, defaultdict[int, list[Thing]](list)
        for page in chunks(seqs):
            query = sa.select(table.seq, table.kind, table.value).where(
                table.seq.in_(page), table.sort == "shipment", *self._seen(rows.selector)
            )
            for seq, kind, value in self._connection.execute(query):
                found[seq].append((kind, value))
        return found

    def _known(self, things: Iterable[Thing]) -> dict[Thing, dict[str, int]]:
        """In which other sorts of reports each of these selectors stands, and when the first of them began."""
        table, found = rows.selector.c, defaultdict[Thing, dict[str, int]](dict)
        for page in chunks({value for _, value in things}):
            query = sa.select(table.kind, table.value, table.sort, sa.func.min(table.at_us)).where(
                table.value.in_(page), table.sort != "shipment", *self._seen(rows.selector)
            )
            for kind, value, sort, at_us in self._connection.execute(
                query.group_by(table.kind, table.value, table.sort)
            ):
                found[kind, value][sort] = at_us
        return found

    def _history(self) -> History:
        history = History()
        of = self._about(rows.shipment, rows.shipment.c.seq)
        orders = {row.id: row for row in self._connection.execute(self._all(rows.ordered))}
        for row in orders.values():
            given = Decision(row.id, Verdict(row.verdict), row.random, row.follows, row.by, row.at_us, row.made)
            for seq in of[row.seq]:
                history.decisions[seq].append(given)
        named = self._about(rows.ordered, rows.ordered.c.id)
        for row in self._connection.execute(self._all(rows.finding)):
            ordered = [orders[id] for id in sorted(named[row.seq]) if orders[id].verdict == Verdict.INSPECT]
            random = bool(ordered[0].random) if ordered else None
            for seq in {*of[row.seq], *(seq for each in ordered for seq in of[each.seq])}:
                history.findings[seq].append(Finding(bool(row.found), random))
        return history

    def _all(self, table: sa.Table) -> sa.Select[Any]:
        return sa.select(table).where(*self._seen(table)).order_by(table.c.seq)

    def _about(self, table: sa.Table, column: sa.ColumnElement[Any]) -> dict[int, list[Any]]:
        """What each visible order and finding is about, of the reports in `table`: `column` of these."""
        found: dict[int, list[Any]] = defaultdict(list)
        query = sa.select(rows.about.c.seq, column).join(table, table.c.id == rows.about.c.about)
        query = query.where(*self._seen(rows.about), *self._seen(table))
        for seq, other in self._connection.execute(query):
            found[seq].append(other)
        return found


def _first(known: Iterable[dict[str, int]]) -> dict[str, int]:
    """Of each sort the earliest time."""
    found: dict[str, int] = {}
    for each in known:
        for sort, at_us in each.items():
            found[sort] = min(at_us, found.get(sort, at_us))
    return found


_PAGE = 500
"""Shipments read at once."""


def consignments(connection: sa.Connection, seqs: Iterable[int]) -> Iterator[Consignment]:
    """The shipments at these places in the log, in this order; one that is no more there is passed over."""
    for page in chunks(seqs):
        query = sa.select(rows.shipment).where(rows.shipment.c.seq.in_(page))
        found = {row.seq: Consignment._make(row) for row in connection.execute(query)}
        yield from (found[seq] for seq in page if seq in found)


def place(seqs: Sequence[int], seq: int) -> int | None:
    """The place of `seq` among the ascending `seqs`; None where it is not there.

    >>> place([2, 5], 5), place([2, 5], 4)
    (1, None)
    """
    at = bisect_left(seqs, seq)
    return at if at < len(seqs) and seqs[at] == seq else None

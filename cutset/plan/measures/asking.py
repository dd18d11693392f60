"""One measure, asked over a period and split by breakdowns: the events it concerns, and the answer from its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa

from cutset.clock import instant
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.markings import markings_by_id
from cutset.model.marking import join
from cutset.model.report import Kind
from cutset.plan.catalogue import Measure
from cutset.plan.dimensions import Value
from cutset.plan.facts import event, goods
from cutset.plan.measure import Figure, Measured
from cutset.plan.measures.reading import Reading
from cutset.plan.periods import Period
from cutset.plan.tally import How, Key, Part, Tally

SHOWN_REPORTS = 100
"""How many of the reports that a measure rests on are named; all of them are counted."""

SEIZURE, DETECTION = str(Kind.SEIZURE), str(Kind.DETECTION)


def _goods(name: str) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(goods.c[name], "")


_NOWHERE = sa.and_(event.c.departure == "", event.c.destination == "")
OF_EVENTS: dict[str, sa.ColumnElement[Any]] = {
    "agency": event.c.originator,
    "area": event.c.area,
    "modality": event.c.modality,
    "direction": event.c.direction,
    "country": event.c.country,
    "place": event.c.place,
    "route": sa.case((_NOWHERE, ""), else_=event.c.departure + " to " + event.c.destination),
    "fiscal_year": event.c.fiscal_year,
    "year": event.c.year,
    "month": event.c.month,
    "contraband": _goods("contraband"),
    "drug": _goods("substance"),
    "concealment": _goods("concealment"),
}
"""The breakdowns that an event itself answers. Those of its goods come last: an event may have several of them."""

OF_GOODS = frozenset({"contraband", "drug", "concealment"})


class Event(NamedTuple):
    """A live event: its number in the log, the markings of what was read of it, and the keys under which it stands."""

    seq: int
    made: bool
    marking_ids: tuple[int, ...]
    keys: tuple[Key, ...]
    row: Any


class Ask:
    """A measure of the catalogue as one viewer asks for it."""

    def __init__(
        self,
        reading: Reading,
        measure: Measure,
        period: Period | None,
        by: tuple[str, ...],
        parents: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self._parents = parents or {}
        self.reading = reading
        self.measure = measure
        self.period = period
        self.by = by
        self._renamed: set[tuple[str, str]] = set()

    # ---- what is asked ------------------------------------------------------------------------------------------

    def agency(self, originator: str) -> str:
        """The id under which an agency goes now; the answer's notes say which were renamed."""
        now = self.reading.agency(originator)
        if now != originator:
            self._renamed.add((originator, now))
        return now

    def key(self, **values: Value) -> Key:
        """The key of a thing with these values; a breakdown that it does not answer is unknown, ""."""
        return tuple(values.get(name, "") for name in self.by)

    def at(self, at_us: int | None) -> bool:
        """Whether a time lies in the period; one that is not known lies only in all time."""
        if self.period is None:
            return True
        if at_us is None:
            return False
        start, end = self.period.span_us
        return start <= at_us < end

    def in_month(self, month: int | None) -> bool:
        """Whether a month, counted from January of the year 0, lies in the period: `at` for times in it."""
        if self.period is None:
            return True
        return month is not None and self.period.first <= month < self.period.after

    def in_year(self, fiscal_year: int | None) -> bool:
        """Whether a fiscal year is the period, lies in it, or holds it."""
        if self.period is None or fiscal_year is None:
            return self.period is None
        first, after = (fiscal_year - 1) * 12 + 9, fiscal_year * 12 + 9
        inside = self.period.first <= first and after <= self.period.after
        return inside or (first <= self.period.first and self.period.after <= after)

    def within(self, table: sa.Table) -> sa.ColumnElement[bool]:
        """The rows of `table`, with year and month columns, that lie in the period."""
        if self.period is None:
            return sa.true()
        month = table.c.year * 12 + table.c.month - 1
        first = table.c.year * 12
        if "period_us" in table.c:
            # A published year is a fiscal one where it says so.
            first = sa.case(
                (table.c.fiscal_year.is_not(None), (table.c.fiscal_year - 1) * 12 + 9), else_=table.c.year * 12
            )
        return sa.or_(
            sa.and_(table.c.month.is_not(None), month >= self.period.first, month < self.period.after),
            sa.and_(table.c.month.is_(None), first >= self.period.first, first + 12 <= self.period.after),
        )

    def keys(self, names: Sequence[str], said: Iterable[Key]) -> tuple[Key, ...]:
        """The keys of what has these values for `names`, some of the breakdowns; agencies go under their names now."""
        found = []
        for values in said:
            by_name = dict(zip(names, values, strict=True))
            if "agency" in by_name:
                by_name["agency"] = self.agency(str(by_name["agency"]))
            found.append(self.key(**by_name))
        return tuple(dict.fromkeys(found))

    # ---- events -------------------------------------------------------------------------------------------------

    def events(
        self,
        *kinds: str,
        where: Sequence[sa.ColumnElement[bool]] = (),
        columns: Sequence[sa.ColumnElement[Any]] = (),
        joined: sa.Table | None = None,
    ) -> Iterator[Event]:
        """The live events of `kinds` in the period, each once, in the log's order.

        `where` narrows them, `columns` are read beside, of the events or of the table `joined` to them by `seq`.
        """
        rows = self._event_rows(kinds, where, columns, joined)
        if not OF_GOODS.intersection(self.by):
            for row in rows:
                yield Event(row[0], bool(row[2]), (row[1],), (self._key(row),), row)
            return
        for seq, of_event in groupby(rows, key=itemgetter(0)):
            together = list(of_event)
            first = together[0]
            ids = {first[1], *(row[3] for row in together if row[3] is not None)}
            keys = tuple(dict.fromkeys(self._key(row) for row in together))
            yield Event(seq, bool(first[2]), tuple(sorted(ids)), keys, first)

    def _event_rows(
        self,
        kinds: Sequence[str],
        where: Sequence[sa.ColumnElement[bool]],
        columns: Sequence[sa.ColumnElement[Any]],
        joined: sa.Table | None,
    ) -> Iterator[Any]:
        rights = self.reading.rights
        with_goods = bool(OF_GOODS.intersection(self.by))
        picked = [OF_EVENTS[name].label(f"by_{name}") for name in self.by if name in OF_EVENTS]
        goods_marking: sa.ColumnElement[Any] = goods.c.marking_id if with_goods else sa.null()
        query = sa.select(event.c.seq, event.c.marking_id, event.c.made, goods_marking, *picked, *columns).where(
            event.c.kind.in_(kinds), visible(event.c.marking_id, rights), live(event.c.seq, rights)
        )
        tables: sa.FromClause = event if joined is None else event.join(joined, joined.c.seq == event.c.seq)
        if with_goods:
            seen = sa.and_(goods.c.seq == event.c.seq, visible(goods.c.marking_id, rights))
            tables = tables.outerjoin(goods, seen)
        query = query.select_from(tables)
        query = query.where(self.within(event), *where).order_by(event.c.seq)
        streamed = self.reading.connection.execution_options(yield_per=10_000).execute(query)
        for chunk in streamed.partitions():
            yield from chunk

    def _key(self, row: Sequence[Any]) -> Key:
        key: list[Value] = []
        place = 4
        for name in self.by:
            if name in OF_EVENTS:
                value = row[place]
                key.append(self.agency(value) if name == "agency" else value)
                place += 1
            else:
                key.append("")
        return tuple(key)

    # ---- the answer ---------------------------------------------------------------------------------------------

    def total(self, parts: Iterable[Part], **more: Any) -> Measured:
        """The answer as a sum."""
        return self.answer(Tally(How.TOTAL).add(self._rolled_up(parts)), **more)

    def share(self, parts: Iterable[Part], **more: Any) -> Measured:
        """The answer as a share."""
        return self.answer(Tally(How.SHARE).add(self._rolled_up(parts)), **more)

    def ratio(self, parts: Iterable[Part], **more: Any) -> Measured:
        """The answer as amounts over wholes that are no counts."""
        return self.answer(Tally(How.RATIO).add(self._rolled_up(parts)), **more)

    def median(self, parts: Iterable[Part], **more: Any) -> Measured:
        """The answer as a median."""
        return self.answer(Tally(How.MEDIAN).add(self._rolled_up(parts)), **more)

    def _rolled_up(self, parts: Iterable[Part]) -> Iterable[Part]:
        """`parts`, of which each stands under the agencies above its own as well, where these were given."""
        if not self._parents or "agency" not in self.by:
            return parts
        place = self.by.index("agency")
        return (part._replace(keys=tuple(self._above(part.keys, place))) for part in parts)

    def _above(self, keys: Iterable[Key], place: int) -> dict[Key, None]:
        every: dict[Key, None] = {}
        for key in keys:
            # A key may begin with a currency, which is no breakdown.
            at = place + len(key) - len(self.by)
            for agency in (key[at], *self._parents.get(str(key[at]), ())):
                every[(*key[:at], agency, *key[at + 1 :])] = None
        return every

    def answer(
        self,
        tally: Tally,
        *,
        needs: Sequence[Kind] = (),
        empty: str = "",
        notes: Iterable[str] = (),
        figures: Sequence[Figure] | None = None,
        whole: Figure | None = None,
        published: tuple[tuple[str, ...], Tally] | None = None,
        first: Iterable[int] = (),
    ) -> Measured:
        """The answer that `tally` gives, or `figures` and `whole` where they are made otherwise.

        `needs` are the kinds of report without which nothing can be told; `empty` says why else there is nothing.
        `first` are the numbers of the first reports that the tally counts without naming them.
        """
        missing = [f"no report of kind {kind} is visible" for kind in needs if str(kind) not in self.reading.kinds]
        whole = tally.whole.figure((), tally.how) if whole is None else whole
        found = tally.figures() if figures is None else tuple(figures)
        stated = published[1] if published is not None else Tally(How.TOTAL)
        if missing:
            whole, found = Figure(), ()
            tally, first = Tally(tally.how), ()
        nothing = whole.value is None and not whole.beside
        no_data = "; ".join(missing) or (empty or self._nothing()) if missing or nothing else ""
        marking_ids = tally.marking_ids | stated.marking_ids
        markings = {*markings_by_id(self.reading.connection, marking_ids).values(), *tally.markings, *stated.markings}
        joined = join(*markings) if markings else None
        seqs = {*tally.whole.seqs, *stated.whole.seqs}
        shown = sorted({*seqs, *first})[:SHOWN_REPORTS]
        ids = sorted({*tally.whole.ids, *stated.whole.ids})
        made = tally.made or stated.made
        return Measured(
            name=self.measure.id,
            title=self.measure.title,
            unit=self.measure.unit,
            better=self.measure.better,
            limits=self.measure.limits,
            kinds=tuple(str(kind) for kind in self.measure.rests_on),
            period=self.period.label if self.period else "",
            by=self.by,
            whole=whole,
            figures=found,
            published=stated.figures(),
            published_by=published[0] if published is not None else (),
            no_data=no_data,
            notes=tuple(self._notes(notes, made)),
            reports=tally.whole.reports + stated.whole.reports + len(seqs) + len(ids),
            report_ids=(*self.reading.ids(shown), *ids)[:SHOWN_REPORTS],
            banner=joined.banner if joined else "",
            marking=joined,
            made=made,
        )

    def _nothing(self) -> str:
        kinds = " or ".join(str(kind) for kind in self.measure.rests_on if str(kind) in self.reading.kinds)
        if not kinds:
            every = ", ".join(str(kind) for kind in self.measure.rests_on)
            return f"no report of the kinds {every} is visible"
        when = f" in {self.period.label}" if self.period else ""
        return f"no {kinds} that counts here is visible{when}"

    def _notes(self, notes: Iterable[str], made: bool) -> Iterator[str]:
        yield from notes
        for older, newer in sorted(self._renamed):
            yield f"{older} is counted as {newer}, which succeeded it."
        if OF_GOODS.intersection(self.by):
            yield "An event with goods of several sorts counts once in each row that it touches: do not add them up."
        if made:
            yield "Some of these reports are made for an exercise; no one observed them."


def fiscal_year_of_month(month: int | None) -> int | None:
    """The U.S. fiscal year of a month counted from January of the year 0; None where it is not known.

    >>> fiscal_year_of_month(2021 * 12 + 8), fiscal_year_of_month(2021 * 12 + 9)
    (2021, 2022)
    """
    return None if month is None else (month + 3) // 12


def fiscal_year_of(at_us: int | None) -> int | None:
    """The U.S. fiscal year of a time in microseconds; None where it is not known."""
    if at_us is None:
        return None
    at = instant(at_us)
    return at.year + (at.month >= 10)

"""Counting: what most measures need of events and their goods, counted in groups and kept up as the log grows.

A group holds the events that a measure cannot tell apart: same keys, kind, phase, month and markings. A measure adds
groups up, whatever their number of events. Where other reports bear on some events (`touched`), these are taken back
from their groups one by one and added again as what they are.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa

from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.plan.dimensions import Value
from cutset.plan.facts import event, goods
from cutset.plan.measures.asking import OF_EVENTS, OF_GOODS, SEIZURE, SHOWN_REPORTS, Ask, Event
from cutset.plan.measures.running import Bounds, Counted, rows_of
from cutset.plan.tally import Key, Number, Part, scaled, unscaled


class Group(NamedTuple):
    """So many events that stand under the same keys; `more` are the further values that were asked for."""

    keys: tuple[Key, ...]
    more: tuple[Value, ...]
    kind: str
    phase: str
    year: int
    month: int | None
    marking_ids: tuple[int, ...]
    made: bool
    events: int


_OF_GROUP: tuple[sa.ColumnElement[Any], ...] = (
    event.c.kind,
    event.c.phase,
    event.c.year,
    event.c.month,
    event.c.marking_id,
    event.c.made,
)
_WIDTH = len(_OF_GROUP)


def groups(ask: Ask, kinds: Sequence[str], *, more: Sequence[sa.ColumnElement[Any]] = ()) -> Iterator[Group]:
    """The live events of `kinds` in the period, in groups. `more` are further columns of the event to tell apart."""
    names = [name for name in ask.by if name in OF_EVENTS]
    told = ("/", *(str(column) for column in more))
    finer = [(("events", *other, *told), partial(_coarser, other, names)) for other in _finer(names)]
    count = partial(_counted, ask, names, more)
    for group, (number,) in ask.reading.groups(("events", *names, *told), count, finer).items():
        keys, others, kind, phase, year, month, marking_ids, made = group
        if kind in kinds and (ask.period is None or ask.period.holds(year, month)):
            yield Group(ask.keys(names, keys), others, kind, phase, year, month, marking_ids, made, number)


_SPLITS = (("agency", "area"), ("agency",), ("area",))
"""The breakdowns of a scoreboard: what is counted by a finer one need not be read again for a coarser one."""


def _finer(names: Sequence[str]) -> list[tuple[str, ...]]:
    return [split for split in _SPLITS if set(names) < set(split)]


def _coarser(finer: Sequence[str], names: Sequence[str], group: tuple[Any, ...]) -> tuple[Any, ...]:
    """The group under `names` in which a group under the `finer` breakdowns lies; its keys come first in it."""
    keys = group[0]
    places = [finer.index(name) for name in names]
    return (tuple(tuple(key[place] for place in places) for key in keys), *group[1:])


def _counted(
    ask: Ask, names: Sequence[str], more: Sequence[sa.ColumnElement[Any]], bounds: Bounds
) -> Iterator[tuple[Hashable, Counted]]:
    rights = ask.reading.rights
    values = [*(OF_EVENTS[name].label(f"by_{name}") for name in names), *(each.label(None) for each in more)]
    seen = [visible(event.c.marking_id, rights), bounds(event.c.seq)]
    if not OF_GOODS.intersection(names):
        columns = [*_OF_GROUP, *values]
        query = sa.select(sa.func.count(), *columns).where(*seen).group_by(*columns)
        for row in rows_of(ask.reading.connection, query):
            number, kind, phase, year, month, marking_id, made, *said = tuple[Any, ...](row)
            keys: tuple[Key, ...] = (tuple(said[: len(names)]),)
            yield (keys, tuple(said[len(names) :]), kind, phase, year, month, (marking_id,), bool(made)), (number,)
        return
    goods_seen = sa.and_(goods.c.seq == event.c.seq, visible(goods.c.marking_id, rights))
    joined = sa.select(event.c.seq, goods.c.marking_id, *_OF_GROUP, *values).select_from(
        event.outerjoin(goods, goods_seen)
    )
    rows = rows_of(ask.reading.connection, joined.where(*seen).order_by(event.c.seq))
    for _, of_event in groupby(rows, key=itemgetter(0)):
        together = [tuple[Any, ...](row) for row in of_event]
        first = together[0]
        kind, phase, year, month, marking_id, made = first[2 : 2 + _WIDTH]
        said_first = 2 + _WIDTH
        keys = tuple(dict.fromkeys(tuple(row[said_first : said_first + len(names)]) for row in together))
        ids = {marking_id, *(row[1] for row in together if row[1] is not None)}
        others = tuple(first[said_first + len(names) :])
        yield (keys, others, kind, phase, year, month, tuple(sorted(ids)), bool(made)), (1,)


def counted(ask: Ask, *kinds: str, amount: Number = 1.0, beside: tuple[tuple[str, Number], ...] = ()) -> Iterator[Part]:
    """The live events of `kinds` in the period, as parts: each of the same amount."""
    for group in groups(ask, kinds):
        yield part(group, amount=amount, beside=beside)


def part(group: Group, *, amount: Number = 1.0, beside: tuple[tuple[str, Number], ...] = ()) -> Part:
    """A group's events as a part."""
    return Part(
        keys=group.keys,
        amount=amount,
        marking_ids=group.marking_ids,
        made=group.made,
        beside=beside,
        times=group.events,
        reports=group.events,
    )


def touched(
    ask: Ask,
    seqs: Iterable[int],
    *kinds: str,
    columns: Sequence[sa.ColumnElement[Any]] = (),
    joined: sa.Table | None = None,
    where: Sequence[sa.ColumnElement[bool]] = (),
) -> Iterator[Event]:
    """Of the events numbered `seqs`, the live ones of `kinds` in the period, in the log's order."""
    for chunk in chunks(sorted(set(seqs))):
        yield from ask.events(*kinds, where=[event.c.seq.in_(chunk), *where], columns=columns, joined=joined)


def taken_back(each: Event, *, amount: Number = 1.0, beside: tuple[tuple[str, Number], ...] = ()) -> Part:
    """The part that takes an event out of its group again."""
    return Part(keys=each.keys, amount=amount, beside=beside, times=-1, reports=-1)


def first_events(ask: Ask, *kinds: str, where: Sequence[sa.ColumnElement[bool]] = ()) -> list[int]:
    """The numbers of the first live events of `kinds` in the period, as many as an answer names."""
    rights = ask.reading.rights
    query = (
        sa.select(event.c.seq)
        .where(
            event.c.kind.in_(kinds),
            visible(event.c.marking_id, rights),
            live(event.c.seq, rights),
            ask.within(event),
            *where,
        )
        .order_by(event.c.seq)
        .limit(SHOWN_REPORTS)
    )
    return list(ask.reading.connection.scalars(query))


# ---- goods -----------------------------------------------------------------------------------------------------------

AMOUNTS = ("mass_kg", "pieces", "money")
"""What goods can be added up by: their mass, their number where that is no mass, their money."""


def goods_parts(
    ask: Ask, amount: str, *, where: Sequence[sa.ColumnElement[bool]], named: str, with_currency: bool = False
) -> Iterator[Part]:
    """The visible goods of the visible seizures in the period, added up by `amount` under their keys.

    `where` narrows the goods and `named` is its name: what is counted under one name must be the same at each call.
    Goods that have no such amount count nothing; how many they were stands beside. With a currency, that is the first
    of the key.
    """
    names = [name for name in ask.by if name in OF_EVENTS]
    what = ("goods", named, amount, with_currency)
    finer = [((*what, *other), partial(_coarser_goods, other, names)) for other in _finer(names)]
    count = partial(_added_up, ask, names, amount, where, with_currency)
    found = ask.reading.groups((*what, *names), count, finer)
    for group, (reports, with_amount, without, units) in found.items():
        key, currency, year, month, marking_ids, made = group
        if ask.period is not None and not ask.period.holds(year, month):
            continue
        if key is None:
            # Reports that stand under several keys are still one report each in the whole.
            yield Part(keys=(), amount=0.0, of=0.0, times=0, reports=reports)
            continue
        total = unscaled(units)
        beside: list[tuple[str, Number]] = [("goods with no amount", float(without))] if without else []
        if with_currency:
            beside = [(currency, total)] if with_amount else []
        (full,) = ask.keys(names, (key,))
        yield Part(
            keys=((currency, *full) if with_currency else full,),
            amount=total,
            marking_ids=marking_ids,
            made=made,
            beside=tuple(beside),
            reports=reports,
        )


def _coarser_goods(finer: Sequence[str], names: Sequence[str], group: tuple[Any, ...]) -> tuple[Any, ...]:
    key = group[0]
    return group if key is None else (tuple(key[finer.index(name)] for name in names), *group[1:])


def _added_up(
    ask: Ask,
    names: Sequence[str],
    amount: str,
    where: Sequence[sa.ColumnElement[bool]],
    with_currency: bool,
    bounds: Bounds,
) -> Iterator[tuple[Hashable, Counted]]:
    query = _goods_of_seizures(
        ask,
        event.c.seq,
        event.c.marking_id,
        goods.c.marking_id,
        event.c.made,
        event.c.year,
        event.c.month,
        goods.c.mass_kg,
        goods.c.amount,
        goods.c.money,
        goods.c.currency,
        *(OF_EVENTS[name].label(f"by_{name}") for name in names),
    ).where(bounds(event.c.seq), *where)
    rows = rows_of(ask.reading.connection, query.order_by(event.c.seq))
    for _, of_event in groupby(rows, key=itemgetter(0)):
        together = [tuple[Any, ...](row) for row in of_event]
        _, marking_id, _, made, year, month, *_ = together[0]
        ids = tuple(sorted({marking_id, *(row[2] for row in together)}))
        sums: dict[tuple[Hashable, str], list[int]] = {}
        for row in together:
            mass_kg, pieces, money, currency = row[6:10]
            said = {"mass_kg": mass_kg, "pieces": None if mass_kg is not None else pieces, "money": money}[amount]
            cell = sums.setdefault((tuple(row[10:]), currency if with_currency else ""), [1, 0, 0, 0])
            cell[1 if said is not None else 2] += 1
            cell[3] += 0 if said is None else scaled(float(said))
        for (key, currency), cell in sums.items():
            yield (key, currency, year, month, ids, bool(made)), tuple(cell)
        if len(sums) > 1:
            yield (None, "", year, month, ids, bool(made)), (1 - len(sums), 0, 0, 0)


def _goods_of_seizures(ask: Ask, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    rights = ask.reading.rights
    seen = sa.and_(goods.c.seq == event.c.seq, visible(goods.c.marking_id, rights))
    return (
        sa.select(*columns)
        .select_from(event.join(goods, seen))
        .where(event.c.kind == SEIZURE, visible(event.c.marking_id, rights))
    )


def first_with_goods(ask: Ask, where: Sequence[sa.ColumnElement[bool]]) -> list[int]:
    """The numbers of the first seizures in the period that have such goods, as many as an answer names."""
    query = _goods_of_seizures(ask, event.c.seq).where(live(event.c.seq, ask.reading.rights), ask.within(event), *where)
    return list(ask.reading.connection.scalars(query.distinct().order_by(event.c.seq).limit(SHOWN_REPORTS)))

"""Totals that others published, beside a measure's events and never added to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.plan.dimensions import Value
from cutset.plan.facts import goods, total
from cutset.plan.measures.asking import Ask
from cutset.plan.tally import How, Key, Part, Tally
from cutset.plan.vintages import outdated

_OF_TOTALS: dict[str, sa.ColumnElement[Any]] = {
    "agency": total.c.originator,
    "modality": total.c.modality,
    "direction": total.c.direction,
    "country": total.c.country,
    "place": total.c.place,
    "fiscal_year": total.c.fiscal_year,
    "year": total.c.year,
    "month": total.c.month,
    "contraband": sa.func.coalesce(goods.c.contraband, ""),
    "drug": sa.func.coalesce(goods.c.substance, ""),
    "concealment": sa.func.coalesce(goods.c.concealment, ""),
}

Amount = Callable[[sa.Row[Any]], float | None]


def events_counted(row: sa.Row[Any]) -> float | None:
    """How many events a published total says that it counts."""
    return None if row.events is None else float(row.events)


def mass_kg(row: sa.Row[Any]) -> float | None:
    """The mass of one of its goods."""
    return None if row.mass_kg is None else float(row.mass_kg)


def pieces(row: sa.Row[Any]) -> float | None:
    """The number of one of its goods, where that is not a mass."""
    return None if row.amount is None or row.mass_kg is not None else float(row.amount)


def money(row: sa.Row[Any]) -> float | None:
    """The amount of money of one of its goods."""
    return None if row.money is None else float(row.money)


def published(
    ask: Ask, amount: Amount, *, where: Sequence[sa.ColumnElement[bool]] = (), with_currency: bool = False
) -> tuple[tuple[str, ...], Tally]:
    """The newest visible edition of each published total in the period, by dataset and what of `ask.by` it says.

    `where` narrows the goods. Datasets are never added together.
    """
    said = ("dataset", *(("currency",) if with_currency else ()), *(name for name in ask.by if name in _OF_TOTALS))
    return said, Tally(How.TOTAL).add(_parts(ask, said, amount, where))


def _parts(ask: Ask, said: tuple[str, ...], amount: Amount, where: Sequence[sa.ColumnElement[bool]]) -> Iterator[Part]:
    reading = ask.reading
    columns = {"dataset": total.c.dataset, "currency": goods.c.currency, **_OF_TOTALS}
    skip = outdated(reading.connection, reading.rights)
    seen = sa.and_(goods.c.seq == total.c.seq, visible(goods.c.marking_id, reading.rights))
    query = (
        sa.select(
            total.c.seq,
            total.c.marking_id,
            total.c.made,
            total.c.events,
            goods.c.marking_id.label("goods_marking_id"),
            goods.c.mass_kg,
            goods.c.amount,
            goods.c.money,
            *(columns[name].label(f"by_{name}") for name in said),
        )
        .select_from(total.outerjoin(goods, seen))
        .where(
            visible(total.c.marking_id, reading.rights),
            live(total.c.seq, reading.rights),
            ~total.c.withdrawn,
            ask.within(total),
            *where,
        )
        .order_by(total.c.seq)
    )
    for seq, rows in groupby(reading.connection.execute(query), key=itemgetter(0)):
        if seq not in skip:
            yield from _of_total(ask, said, amount, list(rows))


def _of_total(ask: Ask, said: tuple[str, ...], amount: Amount, rows: Sequence[sa.Row[Any]]) -> Iterator[Part]:
    counted: set[Key] = set()
    for row in rows:
        found = amount(row)
        if found is None:
            continue
        values: dict[str, Value] = dict(zip(said, row[8:], strict=True))
        if "agency" in values:
            values["agency"] = ask.agency(str(values["agency"]))
        key = tuple(values.values())
        if amount is events_counted:
            # One event may have several goods, and counts once under each key.
            if key in counted:
                continue
            counted.add(key)
        ids = {row.marking_id} if row.goods_marking_id is None else {row.marking_id, row.goods_marking_id}
        yield Part(keys=(key,), amount=found, seqs=(row.seq,), marking_ids=tuple(sorted(ids)), made=bool(row.made))

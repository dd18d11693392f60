"""What was taken: precursors, currency, cryptocurrency, weapons, pill presses, instruments of laundering by trade."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.model.report import Kind
from cutset.plan.dimensions import Value
from cutset.plan.facts import event, goods
from cutset.plan.measure import Measured
from cutset.plan.measures import facts
from cutset.plan.measures.asking import DETECTION, OF_EVENTS, SEIZURE, Ask
from cutset.plan.measures.published import Amount, mass_kg, money, pieces, published
from cutset.plan.tally import Key, Part

WEAPONS = ("weapon", "weapon part", "ammunition")
INSTRUMENTS = ("pill press", "production instrument")


def goods_parts(
    ask: Ask,
    amount: Amount,
    *,
    where: Sequence[sa.ColumnElement[bool]],
    with_currency: bool = False,
) -> Iterator[Part]:
    """One part for each of the visible goods of each visible seizure in the period, under its own key.

    Goods for which `amount` is None count nothing; how many they were stands beside.
    """
    rights = ask.reading.rights
    by = [name for name in ask.by if name in OF_EVENTS]
    query = (
        sa.select(
            event.c.seq,
            event.c.marking_id,
            event.c.made,
            goods.c.marking_id.label("goods_marking_id"),
            goods.c.mass_kg,
            goods.c.amount,
            goods.c.money,
            goods.c.currency,
            *(OF_EVENTS[name].label(f"by_{name}") for name in by),
        )
        .join(goods, sa.and_(goods.c.seq == event.c.seq, visible(goods.c.marking_id, rights)))
        .where(
            event.c.kind == SEIZURE,
            visible(event.c.marking_id, rights),
            live(event.c.seq, rights),
            ask.within(event),
            *where,
        )
        .order_by(event.c.seq)
    )
    streamed = ask.reading.connection.execution_options(yield_per=10_000).execute(query)
    for chunk in streamed.partitions():
        for row in chunk:
            yield _part(ask, by, row, amount(row), with_currency)


def _part(ask: Ask, by: list[str], row: sa.Row[Any], found: float | None, with_currency: bool) -> Part:
    values: dict[str, Value] = dict(zip(by, row[8:], strict=True))
    if "agency" in values:
        values["agency"] = ask.agency(str(values["agency"]))
    key: Key = ask.key(**values)
    beside: tuple[tuple[str, float], ...] = (("goods with no amount", 1.0),) if found is None else ()
    if with_currency:
        beside = ((row.currency, found),) if found is not None else beside
        key = (row.currency, *key)
    ids = (row.marking_id,) if row.marking_id == row.goods_marking_id else (row.marking_id, row.goods_marking_id)
    return Part(keys=(key,), amount=found or 0.0, seqs=(row.seq,), marking_ids=ids, made=bool(row.made), beside=beside)


def _of(*sorts: str) -> list[sa.ColumnElement[bool]]:
    return [goods.c.contraband.in_(sorts)]


def precursor_seized(ask: Ask) -> Measured:
    """Mass of precursor chemicals seized."""
    where = _of("precursor")
    return ask.total(goods_parts(ask, mass_kg, where=where), published=published(ask, mass_kg, where=where))


def weapons_seized(ask: Ask) -> Measured:
    """Weapons, parts and ammunition seized, in pieces."""
    where = _of(*WEAPONS)
    return ask.total(goods_parts(ask, pieces, where=where), published=published(ask, pieces, where=where))


def pill_presses_seized(ask: Ask) -> Measured:
    """Pill presses and other instruments of production seized, in pieces."""
    where = _of(*INSTRUMENTS)
    return ask.total(goods_parts(ask, pieces, where=where), published=published(ask, pieces, where=where))


def currency_seized(ask: Ask) -> Measured:
    """Currency seized, each ISO 4217 currency apart: it is the first of the breakdowns."""
    where = _of("currency")
    found = ask.total(
        goods_parts(ask, money, where=where, with_currency=True),
        published=published(ask, money, where=where, with_currency=True),
    )
    return apart(found)


def apart(found: Measured) -> Measured:
    """`found` with the currency as its first breakdown; all together is a figure only where there is one currency."""
    currencies = {figure.key[0] for figure in found.figures if figure.key}
    whole = found.whole
    notes = found.notes
    if len(currencies) > 1:
        whole = replace(whole, value=None)
        notes = (*notes, "Currencies are not converted, so that there is no sum of all.")
    return replace(found, by=("currency", *found.by), whole=whole, notes=notes)


def crypto_seized(ask: Ask) -> Measured:
    """Events that name a wallet or have cryptocurrency as goods; beside: those linked to a case, and amounts."""
    rights = ask.reading.rights
    wallets = sa.select(facts.wallet.c.seq).where(visible(facts.wallet.c.marking_id, rights))
    crypto = sa.select(goods.c.seq).where(goods.c.contraband == "crypto", visible(goods.c.marking_id, rights))
    where = [sa.or_(event.c.seq.in_(wallets), event.c.seq.in_(crypto))]
    linked = _linked(ask)
    amounts = _amounts(ask)
    wallet_markings = _wallet_markings(ask)

    def parts() -> Iterator[Part]:
        for each in ask.events(SEIZURE, DETECTION, where=where, columns=[event.c.seq.label("n")]):
            status = "linked to a case" if each.seq in linked else "not linked"
            keys = tuple(_with(ask, key, "status", status) for key in each.keys)
            ids = {*each.marking_ids, *linked.get(each.seq, ()), *wallet_markings.get(each.seq, ())}
            beside = [("linked to a case", float(each.seq in linked))]
            for currency, amount, marking_id in amounts.get(each.seq, ()):
                beside.append((currency, amount))
                ids.add(marking_id)
            yield Part(
                keys=keys, seqs=(each.seq,), marking_ids=tuple(sorted(ids)), made=each.made, beside=tuple(beside)
            )

    return ask.total(parts())


def _wallet_markings(ask: Ask) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    seen = sa.select(facts.wallet).where(visible(facts.wallet.c.marking_id, ask.reading.rights))
    for row in ask.reading.connection.execute(seen):
        found[row.seq] = (*found.get(row.seq, ()), row.marking_id)
    return found


def _amounts(ask: Ask) -> dict[int, list[tuple[str, float, int]]]:
    found: dict[int, list[tuple[str, float, int]]] = {}
    bounds = [goods.c.contraband == "crypto", visible(goods.c.marking_id, ask.reading.rights)]
    for row in ask.reading.connection.execute(sa.select(goods).where(*bounds)):
        if row.money is not None:
            found.setdefault(row.seq, []).append((row.currency, float(row.money), row.marking_id))
        elif row.amount is not None:
            found.setdefault(row.seq, []).append((row.unit, row.amount, row.marking_id))
    return found


def _linked(ask: Ask) -> dict[int, tuple[int, ...]]:
    return {each.event: each.marking_ids for each in ask.reading.accepted}


def _with(ask: Ask, key: Key, name: str, value: str) -> Key:
    return tuple(value if asked == name else said for asked, said in zip(ask.by, key, strict=True))


def tbml_instruments_seized(ask: Ask) -> Measured:
    """Events whose goods served trade-based money laundering; beside: those linked to a case."""
    rights = ask.reading.rights
    tbml = sa.select(goods.c.seq).where(goods.c.contraband == "tbml instrument", visible(goods.c.marking_id, rights))
    linked = _linked(ask)
    parts = (
        Part(
            keys=each.keys,
            seqs=(each.seq,),
            marking_ids=(*each.marking_ids, *linked.get(each.seq, ())),
            made=each.made,
            beside=(("linked to a case", float(each.seq in linked)),),
        )
        for each in ask.events(SEIZURE, where=[event.c.seq.in_(tbml)])
    )
    return ask.total(parts, needs=[Kind.SEIZURE])

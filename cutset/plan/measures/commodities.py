"""What was taken: precursors, currency, cryptocurrency, weapons, pill presses, instruments of laundering by trade."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from msgspec.structs import replace

from cutset.log.filters import visible
from cutset.model.report import Kind
from cutset.plan.facts import NO_DRUG, goods
from cutset.plan.measure import Measured
from cutset.plan.measures import facts
from cutset.plan.measures.asking import DETECTION, SEIZURE, Ask
from cutset.plan.measures.counting import first_with_goods, goods_parts, touched
from cutset.plan.measures.published import Amount, mass_kg, money, pieces, published
from cutset.plan.tally import Key, Part

WEAPONS = ("weapon", "weapon part", "ammunition")
INSTRUMENTS = ("pill press", "production instrument")


def goods_total(
    ask: Ask,
    amount: str,
    of_published: Amount,
    *,
    where: Sequence[sa.ColumnElement[bool]],
    named: str,
    with_currency: bool = False,
) -> Measured:
    """The sum of the goods that `where` picks; totals that others published of such goods stand apart."""
    parts = list(goods_parts(ask, amount, where=where, named=named, with_currency=with_currency))
    stated = published(ask, of_published, where=where, with_currency=with_currency)
    return ask.total(parts, published=stated, first=first_with_goods(ask, where) if parts else ())


def _of(*sorts: str) -> list[sa.ColumnElement[bool]]:
    return [goods.c.contraband.in_(sorts)]


def _rare(sort: str) -> list[sa.ColumnElement[bool]]:
    """Goods of a sort other than drugs, put so that the index of these is used."""
    return [NO_DRUG, goods.c.contraband == sort]


def precursor_seized(ask: Ask) -> Measured:
    """Mass of precursor chemicals seized."""
    where = _of("precursor")
    return goods_total(ask, "mass_kg", mass_kg, where=where, named="precursors")


def weapons_seized(ask: Ask) -> Measured:
    """Weapons, parts and ammunition seized, in pieces."""
    where = _of(*WEAPONS)
    return goods_total(ask, "pieces", pieces, where=where, named="weapons")


def pill_presses_seized(ask: Ask) -> Measured:
    """Pill presses and other instruments of production seized, in pieces."""
    where = _of(*INSTRUMENTS)
    return goods_total(ask, "pieces", pieces, where=where, named="instruments")


def currency_seized(ask: Ask) -> Measured:
    """Currency seized, each ISO 4217 currency apart: it is the first of the breakdowns."""
    where = _of("currency")
    found = goods_total(ask, "money", money, where=where, named="currency", with_currency=True)
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
    crypto = sa.select(goods.c.seq).where(*_rare("crypto"), visible(goods.c.marking_id, rights))
    seqs = {*ask.reading.connection.scalars(wallets), *ask.reading.connection.scalars(crypto)}
    linked = _linked(ask)
    amounts = _amounts(ask)
    wallet_markings = _wallet_markings(ask)

    def parts() -> Iterator[Part]:
        for each in touched(ask, seqs, SEIZURE, DETECTION):
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
    bounds = [*_rare("crypto"), visible(goods.c.marking_id, ask.reading.rights)]
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
    tbml = sa.select(goods.c.seq).where(*_rare("tbml instrument"), visible(goods.c.marking_id, rights))
    linked = _linked(ask)
    parts = (
        Part(
            keys=each.keys,
            seqs=(each.seq,),
            marking_ids=(*each.marking_ids, *linked.get(each.seq, ())),
            made=each.made,
            beside=(("linked to a case", float(each.seq in linked)),),
        )
        for each in touched(ask, ask.reading.connection.scalars(tbml), SEIZURE)
    )
    return ask.total(parts, needs=[Kind.SEIZURE])

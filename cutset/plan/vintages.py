"""Vintages of published totals: which edition counts for a viewer, and what a later one restated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from math import fsum, isclose
from typing import Any, NamedTuple

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import instant
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.tables import log_report, log_supersession
from cutset.model.report import Struct
from cutset.plan.facts import goods, total
from cutset.plan.index import PlanIndex

NOISE = 1e-9
"""Values that differ by less than this fraction are one value, summed in another order."""


class Restatement(Struct, frozen=True):
    """A published total that a later report of the same record says otherwise, or takes back (`withdrawn`).

    `older` and `newer` are report ids, `changes` the values that differ: what -> (older value, newer value), None
    where one has no such value. What is `events`, `mass_kg DRUG`, `UNIT DRUG` or a currency's code.
    """

    agency: str
    dataset: str
    record: str
    period: datetime
    older: str
    newer: str
    older_vintage: str
    newer_vintage: str
    changes: dict[str, tuple[float | None, float | None]]
    withdrawn: bool = False


class Compared(NamedTuple):
    """Two editions of one published total, of which the later was held against the earlier.

    The rows are as the plan's index has them. `restated` is None where both say the same, and `said` what they have
    values of.
    """

    older: sa.Row[Any]
    newer: sa.Row[Any]
    said: tuple[str, ...]
    restated: Restatement | None

    @property
    def period(self) -> datetime:
        """What the total is for."""
        return instant(self.newer.period_us)


def outdated(connection: sa.Connection, rights: Rights) -> frozenset[int]:
    """The live totals for whose record the viewer may see a live one of a later vintage: these do not count.

    A report that supersedes another leaves only this to do: where the viewer may not see the middle one of three
    editions, nothing visible supersedes the first, and yet the third replaces it.
    """
    newest = (
        sa.select(total.c.originator, total.c.dataset, total.c.record, sa.func.max(total.c.vintage).label("vintage"))
        .where(total.c.record != "", visible(total.c.marking_id, rights), live(total.c.seq, rights))
        .group_by(total.c.originator, total.c.dataset, total.c.record)
        .having(sa.func.min(total.c.vintage) < sa.func.max(total.c.vintage))
        .subquery()
    )
    same = [total.c[name] == newest.c[name] for name in ("originator", "dataset", "record")]
    older = sa.select(total.c.seq).join(newest, sa.and_(*same)).where(total.c.vintage < newest.c.vintage)
    return frozenset(connection.scalars(older.where(visible(total.c.marking_id, rights))))


def restatements(index: PlanIndex, rights: Rights, dataset: str) -> list[Restatement]:
    """What later editions of `dataset` say otherwise than earlier ones, as far as the viewer may see both.

    They come in the order of the period, then of the record; one for each step from an edition to the next.
    """
    found = [each.restated for each in compared(index, rights, dataset) if each.restated is not None]
    return sorted(
        found, key=lambda each: (each.period, each.agency, each.record, each.older_vintage, each.older, each.newer)
    )


def compared(index: PlanIndex, rights: Rights, dataset: str) -> list[Compared]:
    """Every step from an edition of a total of `dataset` to the next, as far as the viewer may see both."""
    with index.engine.connect() as connection:
        editions = list(_editions(connection, rights, dataset))
        values = _values(connection, rights, editions)
        return [
            _compared(older, newer, values[older.seq], {} if newer.withdrawn else values[newer.seq])
            for older, newer in _steps(connection, rights, editions)
        ]


def _compared(
    older: sa.Row[Any], newer: sa.Row[Any], before: Mapping[str, float], after: Mapping[str, float]
) -> Compared:
    said = sorted({*before, *after})
    changes = {
        what: (before.get(what), after.get(what)) for what in said if _restated(before.get(what), after.get(what))
    }
    restated = _restatement(older, newer, changes) if changes or newer.withdrawn else None
    return Compared(older, newer, tuple(said), restated)


def _restated(before: float | None, after: float | None) -> bool:
    """Whether two editions truly differ: a publisher's binary sums come out otherwise in the last places."""
    if before is None or after is None:
        return before is not after
    return not isclose(before, after, rel_tol=NOISE)


def _restatement(
    older: sa.Row[Any], newer: sa.Row[Any], changes: dict[str, tuple[float | None, float | None]]
) -> Restatement:
    return Restatement(
        agency=newer.originator,
        dataset=newer.dataset,
        record=newer.record,
        period=instant(newer.period_us),
        older=older.id,
        newer=newer.id,
        older_vintage=older.vintage,
        newer_vintage=newer.vintage,
        changes=changes,
        withdrawn=newer.withdrawn,
    )


def _editions(connection: sa.Connection, rights: Rights, dataset: str) -> Iterator[sa.Row[Any]]:
    yield from connection.execute(
        sa.select(total, log_report.c.id)
        .join(log_report, log_report.c.seq == total.c.seq)
        .where(total.c.dataset == dataset, visible(total.c.marking_id, rights))
    )


def _values(connection: sa.Connection, rights: Rights, editions: Sequence[sa.Row[Any]]) -> dict[int, dict[str, float]]:
    sums: dict[int, dict[str, list[float]]] = {edition.seq: {} for edition in editions}
    for edition in editions:
        if edition.events is not None:
            sums[edition.seq]["events"] = [edition.events]
    seqs = sorted(sums)
    for start in range(0, len(seqs), 500):
        chunk = goods.c.seq.in_(seqs[start : start + 500])
        for each in connection.execute(sa.select(goods).where(chunk, visible(goods.c.marking_id, rights))):
            of_edition = sums[each.seq]
            name = each.substance or each.written or each.contraband
            if each.mass_kg is not None:
                of_edition.setdefault(f"mass_kg {name}", []).append(each.mass_kg)
            elif each.amount is not None:
                of_edition.setdefault(f"{each.unit} {name}", []).append(each.amount)
            if each.money is not None:
                of_edition.setdefault(each.currency, []).append(float(each.money))
    return {seq: {what: fsum(found) for what, found in of_edition.items()} for seq, of_edition in sums.items()}


def _steps(
    connection: sa.Connection, rights: Rights, editions: Sequence[sa.Row[Any]]
) -> Iterator[tuple[sa.Row[Any], sa.Row[Any]]]:
    """Each step from an edition to a later one of its record: by vintage where keyed, and by supersession."""
    by_seq = {edition.seq: edition for edition in editions}
    by_record: dict[tuple[str, str], list[sa.Row[Any]]] = {}
    for edition in editions:
        if edition.record:
            by_record.setdefault((edition.originator, edition.record), []).append(edition)
    steps: set[tuple[int, int]] = set()
    for of_record in by_record.values():
        of_record.sort(key=lambda each: (each.vintage, each.submitted_us, each.id))
        steps.update((older.seq, newer.seq) for older, newer in pairwise(of_record) if older.vintage < newer.vintage)
    seqs = sorted(by_seq)
    for start in range(0, len(seqs), 500):
        superseded = sa.select(log_supersession.c.old_seq, log_supersession.c.new_seq).where(
            log_supersession.c.old_seq.in_(seqs[start : start + 500]),
            visible(log_supersession.c.marking_id, rights),
        )
        steps.update((old_seq, new_seq) for old_seq, new_seq in connection.execute(superseded) if new_seq in by_seq)
    return ((by_seq[older], by_seq[newer]) for older, newer in steps)

"""Reading what a viewer may see of exhibits: which there are, and the reports that tell of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.evidence.index import ABOUT, PART, EvidenceIndex, named, seal
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.store import Log
from cutset.log.tables import log_purge, log_report, log_supersession
from cutset.model.report import Custody, Entry, Lab, Tasking

_CHAIN = (ABOUT, PART)


class Application(NamedTuple):
    """A seal that was put on an exhibit: whose number it is, when, and the report that says so."""

    agency: str
    seal: str
    exhibit: str
    at_us: int
    report: str


class Gathered(NamedTuple):
    """The live reports on some exhibits and on all that they are connected to by splitting and combining."""

    exhibits: frozenset[str]
    custody: tuple[Entry, ...]
    labs: tuple[Entry, ...]
    requests: tuple[Entry, ...]
    seals: tuple[Application, ...]


def names(
    index: EvidenceIndex,
    rights: Rights,
    *,
    events: Collection[str] | None = None,
    limit: int | None = None,
    after: str = "",
) -> list[str]:
    """The exhibits that the viewer may see a report of, by name; of `events` those collected there or made of these.

    `events` are named in every version, as `with_earlier` gives them.
    """
    with index.engine.connect() as connection:
        if events is None:
            query = _rows(rights, named.c.exhibit).where(named.c.how.in_(_CHAIN))
            return _page(connection.scalars(query.distinct()), limit, after)
        collected: set[str] = set()
        for chunk in chunks(sorted(set(events))):
            query = _rows(rights, named.c.exhibit).where(named.c.event.in_(chunk), named.c.how == ABOUT)
            collected.update(connection.scalars(query))
        return _page(_connected(connection, rights, collected), limit, after)


def with_earlier(index: EvidenceIndex, log: Log, rights: Rights, reports: Iterable[str]) -> list[str]:
    """These reports, and every version that they replaced, purged ones too, as far as what the viewer may see says so.

    An exhibit was collected at the event as it stood then: a correction, or another marking, does not part them.
    """
    found = set(reports)
    pending = sorted(found)
    while pending:
        entries = log.fetch(pending, rights)
        earlier = {each for entry in entries.values() for each in entry.report.supersedes}
        earlier |= _replaced_by_purged(index, rights, [each for each in pending if each not in entries])
        pending = sorted(earlier - found)
        found |= earlier
    return sorted(found)


def _replaced_by_purged(index: EvidenceIndex, rights: Rights, reports: Iterable[str]) -> set[str]:
    """What those of the reports that are purged had replaced: their tombstones say it, for whom saw them."""
    old = sa.union_all(
        sa.select(log_report.c.seq, log_report.c.id, log_report.c.marking_id),
        sa.select(log_purge.c.seq, log_purge.c.id, log_purge.c.marking_id),
    ).subquery()
    query = (
        sa.select(old.c.id)
        .join(log_supersession, log_supersession.c.old_seq == old.c.seq)
        .join(log_purge, log_purge.c.seq == log_supersession.c.new_seq)
        .where(visible(log_purge.c.marking_id, rights), visible(old.c.marking_id, rights))
    )
    found: set[str] = set()
    with index.engine.connect() as connection:
        for chunk in chunks(reports):
            found.update(connection.scalars(query.where(log_purge.c.id.in_(chunk))))
    return found


def gather(index: EvidenceIndex, log: Log, rights: Rights, exhibits: Iterable[str]) -> Gathered:
    """What the viewer may see of `exhibits`, and of those that they are connected to."""
    with index.engine.connect() as connection:
        whole = _connected(connection, rights, set(exhibits))
        ids: dict[str, int] = {}
        for chunk in chunks(sorted(whole)):
            for row in connection.execute(_rows(rights, named.c.id, named.c.seq).where(named.c.exhibit.in_(chunk))):
                ids[row.id] = row.seq
        applied = _seals(connection, rights, whole)
    # In the log's order, which is that of the viewer's own part of it too.
    entries = log.fetch(sorted(ids, key=ids.__getitem__), rights).values()
    return Gathered(
        exhibits=frozenset(whole),
        custody=tuple(each for each in entries if isinstance(each.report.content, Custody)),
        labs=tuple(each for each in entries if isinstance(each.report.content, Lab)),
        requests=tuple(each for each in entries if isinstance(each.report.content, Tasking)),
        seals=applied,
    )


def _rows(rights: Rights, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(*columns).where(visible(named.c.marking_id, rights), live(named.c.seq, rights))


def _page(found: Iterable[str], limit: int | None, after: str) -> list[str]:
    page = sorted(each for each in found if each > after)
    return page if limit is None else page[:limit]


def _connected(connection: sa.Connection, rights: Rights, exhibits: Collection[str]) -> set[str]:
    """These exhibits and all that come from them or went into them, however far, by what the viewer may see."""
    found = set(exhibits)
    pending = sorted(found)
    while pending:
        seqs: set[int] = set()
        for chunk in chunks(pending):
            query = _rows(rights, named.c.seq).where(named.c.exhibit.in_(chunk), named.c.how.in_(_CHAIN))
            seqs.update(connection.scalars(query))
        named_there: set[str] = set()
        for each in chunks(sorted(seqs)):
            query = sa.select(named.c.exhibit).where(named.c.seq.in_(each), named.c.how.in_(_CHAIN))
            named_there.update(connection.scalars(query))
        pending = sorted(named_there - found)
        found |= named_there
    return found


def _seals(connection: sa.Connection, rights: Rights, exhibits: Collection[str]) -> tuple[Application, ...]:
    """Every putting on of a seal whose number one of the exhibits bears or bore, whatever exhibit it was put on."""
    seen = (visible(seal.c.marking_id, rights), live(seal.c.seq, rights))
    numbers: set[tuple[str, str]] = set()
    for chunk in chunks(sorted(exhibits)):
        query = sa.select(seal.c.agency, seal.c.seal).where(seal.c.exhibit.in_(chunk), *seen)
        numbers.update((row.agency, row.seal) for row in connection.execute(query))
    found: list[Application] = []
    for some in chunks(sorted({number for _, number in numbers})):
        query = sa.select(seal.c.agency, seal.c.seal, seal.c.exhibit, seal.c.at_us, seal.c.id).where(
            seal.c.seal.in_(some), *seen
        )
        found += [Application(*row) for row in connection.execute(query.order_by(seal.c.seq, seal.c.exhibit))]
    return tuple(each for each in found if (each.agency, each.seal) in numbers)

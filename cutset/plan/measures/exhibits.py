"""Exhibits: what a viewer may see of their chains of custody, the events they come from, and what was found on them.

Chains and what is wrong with them are the evidence view's own (`cutset.evidence.custody`), so that a measure and
`cutset custody check` never say different things.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa

from cutset.clock import microseconds
from cutset.evidence import custody
from cutset.evidence.index import named, seal
from cutset.evidence.naming import agency_of, name_of
from cutset.evidence.reading import names
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.model.report import Kind
from cutset.plan.facts import event, of_record
from cutset.plan.measures.asking import SEIZURE
from cutset.plan.measures.reading import Reading, Submitted
from cutset.plan.measures.running import Bounds, Counted, Since


class Chain(NamedTuple):
    """An exhibit's chain: when it begins, in how many steps it is told, how much is wrong with it.

    `event` is the id of the report at which it was collected, "" where no report of its custody says so. `origin` and
    `parts` are the exhibits that it was made of and those made of it; `told_by` are all reports that tell of it.
    """

    name: str
    agency: str
    begun_us: int
    event: str
    origin: tuple[str, ...]
    parts: tuple[str, ...]
    steps: int
    findings: int
    told_by: tuple[Submitted, ...]
    made: bool


class Event(NamedTuple):
    """The event that an exhibit comes from: its number in the log, its marking and its area."""

    seq: int
    marking_id: int
    area: str


def chains(reading: Reading) -> list[Chain]:
    """Every exhibit that the viewer may see; kept up: a chain is replayed where something new bears on it."""

    def renew(kept: Mapping[str, Chain] | None, since: Since) -> Mapping[str, Chain]:
        if kept is None:
            return dict(_replayed(reading, names(reading.sources.evidence, reading.rights)))
        touched = _touched(reading, since)
        return {name: chain for name, chain in kept.items() if name not in touched} | dict(_replayed(reading, touched))

    # Whose key is whose decides which signatures hold: with another registry every chain is replayed.
    what = ("chains", hash(reading.registry))
    found: list[Chain] = reading.standing("chains", lambda: list(reading.kept(what, renew).values()))
    return found


def _touched(reading: Reading, since: Since) -> set[str]:
    """The exhibits that a report which is new or gone names, and those with a seal of the same number as one in it."""
    connection = reading.connection
    bearing: list[Callable[[sa.Table], sa.ColumnElement[bool]]] = [
        lambda table: sa.and_(visible(table.c.marking_id, reading.rights), since.new(table.c.seq))
    ]
    bearing += [partial(_numbered, chunk) for chunk in chunks(since.gone())]
    found: set[str] = set()
    for bears in bearing:
        found.update(connection.scalars(sa.select(named.c.exhibit).where(bears(named)).distinct()))
        number = sa.select(seal.c.seal).where(bears(seal))
        found.update(connection.scalars(sa.select(seal.c.exhibit).where(seal.c.seal.in_(number)).distinct()))
    return found


def _numbered(seqs: Sequence[int], table: sa.Table) -> sa.ColumnElement[bool]:
    return table.c.seq.in_(seqs)


def _replayed(reading: Reading, exhibits: Collection[str]) -> Iterator[tuple[str, Chain]]:
    """The chains of these exhibits and of all that they are connected to."""
    if not exhibits:
        return
    register = custody.register(reading.sources.evidence, reading.sources.log, reading.rights, exhibits)
    found = {name: register.chain(name) for name in register.names()}
    told = {
        name: tuple(
            dict.fromkeys(id for rests in (chain.steps, chain.findings) for each in rests for id in each.reports)
        )
        for name, chain in found.items()
    }
    submitted = reading.submissions(id for ids in told.values() for id in ids)
    for name, chain in found.items():
        yield (
            name,
            Chain(
                name=name,
                agency=agency_of(name),
                begun_us=microseconds(chain.holders[0].since),
                event=chain.exhibit.event,
                origin=chain.exhibit.origin,
                parts=chain.exhibit.parts,
                steps=len(chain.steps),
                findings=len(chain.findings),
                told_by=tuple(submitted[id] for id in told[name]),
                made=chain.made,
            ),
        )


def events(reading: Reading, of: Iterable[Chain]) -> dict[str, Event]:
    """The live event that each exhibit comes from, by the exhibit's name, as far as the viewer may see it.

    It is the one at which the exhibit is said to be collected; where that is not said, the seizure that the agency
    whose number the exhibit bears filed under this very number. A number under which it filed several tells nothing.
    """
    every = list(of)
    told = {each.name: each.event for each in every if each.event}
    seqs = reading.seqs(told.values())
    of_name = {name: seqs[id] for name, id in told.items() if id in seqs}
    of_name |= _by_number(reading, [each.name for each in every if not each.event])
    rows = {row.seq: row for row in _event_rows(reading, event.c.seq, of_name.values())}
    return {name: Event(seq, rows[seq].marking_id, rows[seq].area) for name, seq in of_name.items() if seq in rows}


def _by_number(reading: Reading, exhibits: Iterable[str]) -> dict[str, int]:
    datasets: dict[str, list[str]] = {}
    for originator, dataset in reading.groups("datasets", lambda bounds: _datasets(reading, bounds)):
        datasets.setdefault(originator, []).append(dataset)
    wanted: dict[int, tuple[str, str, str]] = {}
    for name in exhibits:
        agency, _, number = name.partition("/")
        for dataset in datasets.get(agency, ()):
            wanted[of_record(agency, dataset, number)] = (name, agency, dataset)
    found: dict[str, set[int]] = {}
    for row in _event_rows(reading, event.c.of_record, wanted):
        name, agency, dataset = wanted[row.of_record]
        if row.kind != SEIZURE:
            continue
        # Another record may have the same hash; that it is this agency's, of this dataset, is as good as impossible.
        if (row.originator, row.dataset) == (agency, dataset):
            found.setdefault(name, set()).add(row.seq)
    return {name: seqs.pop() for name, seqs in found.items() if len(seqs) == 1}


def _datasets(reading: Reading, bounds: Bounds) -> Iterator[tuple[Hashable, Counted]]:
    seen = [event.c.kind == SEIZURE, visible(event.c.marking_id, reading.rights), bounds(event.c.seq)]
    columns = [event.c.originator, event.c.dataset]
    query = sa.select(*columns, sa.func.count()).where(*seen).group_by(*columns)
    for row in reading.connection.execute(query):
        originator, dataset, number = tuple[Any, ...](row)
        yield (originator, dataset), (number,)


def _event_rows(reading: Reading, column: sa.ColumnElement[Any], values: Iterable[int]) -> Iterator[sa.Row[Any]]:
    seen = [visible(event.c.marking_id, reading.rights), live(event.c.seq, reading.rights)]
    columns = [event.c[name] for name in ("seq", "marking_id", "kind", "area", "originator", "dataset", "of_record")]
    for chunk in chunks(sorted(set(values))):
        yield from reading.connection.execute(sa.select(*columns).where(column.in_(chunk), *seen))


def results(reading: Reading, of: Iterable[Chain]) -> dict[str, list[sa.Row[Any]]]:
    """The laboratory's results on each exhibit and on what was made of it, the earliest submitted first."""
    by_name: dict[str, list[sa.Row[Any]]] = {}
    for row in reading.acts(Kind.LAB).by_seq.values():
        by_name.setdefault(name_of(row.exhibit, row.originator), []).append(row)
    every = {each.name: each for each in of}
    found = {}
    for name in every:
        pending, family = [name], {name}
        while pending:
            part = every.get(pending.pop())
            more = set(part.parts) - family if part else set()
            family |= more
            pending += sorted(more)
        rows = [row for each in family for row in by_name.get(each, ())]
        found[name] = sorted(rows, key=lambda row: (row.submitted_us, row.seq))
    return found

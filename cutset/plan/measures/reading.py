"""Readings: what one viewer may see of the log's views, read once for all the measures that are asked together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from cutset.access.registry import Registry
from cutset.access.rights import Rights
from cutset.evidence.index import EvidenceIndex
from cutset.link.index import LinkIndex
from cutset.link.judgements import about as of_judgement
from cutset.link.judgements import judgement
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.follower import follow
from cutset.log.liveness import live
from cutset.log.store import Log
from cutset.log.tables import log_report, log_supersession
from cutset.model.report import Kind
from cutset.plan.facts import event
from cutset.plan.filed import Filed, current, filed
from cutset.plan.index import PlanIndex
from cutset.plan.measures.acts import Acts, Naming, acts, said
from cutset.plan.measures.index import MeasureIndex
from cutset.plan.measures.linked import Linked, linked
from cutset.plan.measures.running import Bounds, Count, Counted, Finer, Known, Position, Renew, Since, position

_T = TypeVar("_T")
_KEPT = 4

ACCEPTED, REJECTED = "accepted", "rejected"


class Sources(NamedTuple):
    """The log, and the indexes that measures read. All must have caught up with the log."""

    log: Log
    link: LinkIndex
    plan: PlanIndex
    measures: MeasureIndex
    evidence: EvidenceIndex

    def catch_up(self) -> int:
        """Bring the indexes up to date with the log; how many reports were read."""
        return follow(self.log, self.link, self.plan, self.measures, self.evidence)


class Accepted(NamedTuple):
    """A lead that people accepted: event and case as they are now, the judgement, when it was given and by whom."""

    event: int
    case: int
    judgement: int
    at_us: int
    by: str
    marking_ids: tuple[int, ...]


class Submitted(NamedTuple):
    """A report as the log has it: its number, its marking, when it was submitted."""

    seq: int
    marking_id: int
    at_us: int


class Reading:
    """One viewer's reading, on one connection: every query in it is limited to what the viewer may see."""

    def __init__(self, sources: Sources, rights: Rights, connection: sa.Connection, now_us: int) -> None:
        self.now_us = now_us
        """The present: what falls due after it is not late."""
        self.sources = sources
        self.rights = rights
        self.connection = connection
        self._read: dict[object, Any] = {}
        self._standing: dict[object, Any] = {}

    def once(self, what: object, read: Callable[[], _T]) -> _T:
        """What `read` gives, read only once for all measures that ask for `what`; the oldest of four make room."""
        if what not in self._read:
            if len(self._read) >= _KEPT:
                del self._read[next(iter(self._read))]
            self._read[what] = read()
        found: _T = self._read[what]
        return found

    def standing(self, what: object, read: Callable[[], _T]) -> _T:
        """What `read` gives, read only once as long as this reading lasts."""
        if what not in self._standing:
            self._standing[what] = read()
        found: _T = self._standing[what]
        return found

    def groups(self, what: Hashable, count: Count, finer: Sequence[Finer] = ()) -> Mapping[Any, Counted]:
        """What `count` counts for this viewer, kept up from one reading to the next (`running`)."""
        return self.sources.measures.running.groups(self.connection, self.rights, what, count, finer, self._at)

    def kept(self, what: Hashable, renew: Renew[Known]) -> Known:
        """What `renew` makes of what this viewer may see, kept up from one reading to the next (`running`)."""
        return self.sources.measures.running.known(self.connection, self.rights, what, renew, self._at)

    @cached_property
    def _at(self) -> Position:
        """Up to where this reading reads what is kept up, so that all of it fits together."""
        return position(self.connection)

    @cached_property
    def registry(self) -> Registry:
        """Agencies, viewers and groups as they are now."""
        return self.sources.log.registry()

    @cached_property
    def _now(self) -> dict[str, str]:
        return {}

    def agency(self, originator: str) -> str:
        """The id under which an agency goes now: an agency renamed in mid-year is one agency."""
        if originator not in self._now:
            self._now[originator] = current(self.registry, originator)
        return self._now[originator]

    @cached_property
    def leads(self) -> list[Linked]:
        """All leads by a selector that the viewer may see: links that rest on no judgement."""
        return linked(self.sources.link, self.rights)

    @cached_property
    def filed(self) -> list[Filed]:
        """All responses and register entries that the viewer may see."""
        return filed(self.sources.log, self.rights)

    @cached_property
    def kinds(self) -> dict[str, int]:
        """How many live reports of each kind the viewer may see."""

        def count(bounds: Bounds) -> Iterator[tuple[Hashable, Counted]]:
            seen = [visible(log_report.c.marking_id, self.rights), bounds(log_report.c.seq)]
            query = sa.select(log_report.c.kind, sa.func.count()).where(*seen).group_by(log_report.c.kind)
            return ((kind, (number,)) for kind, number in self.connection.execute(query))

        return {kind: number for kind, (number,) in self.groups("kinds", count).items()}

    def acts(self, kind: Kind) -> Acts:
        """The live reports of a kind, each with all that measures read of it; kept up."""

        def renew(kept: Acts | None, since: Since) -> Acts:
            return acts(self.connection, self.rights, kind, kept, since)

        return self.standing(("acts", kind), lambda: self.kept(("acts", kind), renew))

    def naming(self, kind: Kind) -> Naming:
        """What the live reports of a kind name; kept up."""

        def renew(kept: Naming | None, since: Since) -> Naming:
            new, replaced = said(self.connection, self.rights, kind, since), set(self.ids(since.replaced()))
            return (kept or Naming({}, {}, {})).renewed(new, since.gone(), replaced, self._now_named)

        return self.standing(("naming", kind), lambda: self.kept(("naming", kind), renew))

    def _now_named(self, ids: Iterable[str]) -> dict[str, str]:
        """The newest edition of those reports that were replaced, by id; none where that was purged."""
        numbers = self._numbers(ids)
        newest = self._newest(numbers.values())
        by_seq = self._ids(sorted(set(newest.values())))
        return {id: by_seq[newest[seq]] for id, seq in numbers.items() if newest.get(seq) in by_seq}

    def seqs(self, ids: Iterable[str]) -> dict[str, int]:
        """Reports that the viewer may see, by id: their numbers in the log, each of the edition that replaced them."""
        found = self._numbers(ids)
        newest = self._newest(found.values())
        return {id: newest.get(seq, seq) for id, seq in found.items()}

    def submissions(self, ids: Iterable[str]) -> dict[str, Submitted]:
        """Of `ids`, the reports that the viewer may see: the very edition that is named."""
        columns = [log_report.c[name] for name in ("id", "seq", "marking_id", "submitted_us")]
        found: dict[str, Submitted] = {}
        for chunk in chunks(sorted(set(ids))):
            seen = [log_report.c.id.in_(chunk), visible(log_report.c.marking_id, self.rights)]
            for id, *told in self.connection.execute(sa.select(*columns).where(*seen)):
                found[id] = Submitted(*told)
        return found

    def numbers(self, ids: Iterable[str]) -> list[int]:
        """The numbers in the log of those of `ids` that the viewer may see, each of the very edition that is named."""
        return list(self._numbers(ids).values())

    def _numbers(self, ids: Iterable[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for chunk in chunks(sorted(set(ids))):
            rows = sa.select(log_report.c.id, log_report.c.seq).where(
                log_report.c.id.in_(chunk), visible(log_report.c.marking_id, self.rights)
            )
            found.update((id, seq) for id, seq in self.connection.execute(rows))
        return found

    def ids(self, seqs: Sequence[int]) -> tuple[str, ...]:
        """The ids of reports by their numbers, in the log's order."""
        found = self._ids(seqs)
        return tuple(found[seq] for seq in sorted(found))

    def _ids(self, seqs: Sequence[int]) -> dict[int, str]:
        found: dict[int, str] = {}
        for chunk in chunks(seqs):
            rows = sa.select(log_report.c.seq, log_report.c.id).where(
                log_report.c.seq.in_(chunk), visible(log_report.c.marking_id, self.rights)
            )
            found.update((seq, id) for seq, id in self.connection.execute(rows))
        return found

    def _newest(self, seqs: Iterable[int]) -> dict[int, int]:
        """What replaced each of these reports in the end, where something that the viewer may see did."""
        step: dict[int, int] = {}
        pending = sorted(set(seqs))
        while pending:
            met: set[int] = set()
            for chunk in chunks(pending):
                rows = sa.select(log_supersession.c.old_seq, sa.func.max(log_supersession.c.new_seq)).where(
                    log_supersession.c.old_seq.in_(chunk), visible(log_supersession.c.marking_id, self.rights)
                )
                for old, new in self.connection.execute(rows.group_by(log_supersession.c.old_seq)):
                    step[old] = new
                    met.add(new)
            pending = sorted(met - step.keys())
        found = {}
        for seq in step:
            last = seq
            while last in step:
                last = step[last]
            found[seq] = last
        return found

    @cached_property
    def accepted(self) -> list[Accepted]:
        """The leads that stand accepted: the last judgement of each pair that was not undone says so.

        A pair is an event and a case, both live. A judgement on an earlier edition of a report holds for the later one.
        """
        rulings = self._rulings()
        by_seq: dict[int, list[str]] = {}
        for chunk in chunks(sorted(each.seq for each in rulings)):
            for seq, report in self.connection.execute(
                sa.select(of_judgement.c.seq, of_judgement.c.report).where(of_judgement.c.seq.in_(chunk))
            ):
                by_seq.setdefault(seq, []).append(report)
        seqs = self.seqs(report for reports in by_seq.values() for report in reports)
        events = self._markings(event, seqs.values())
        cases = self.acts(Kind.CASE).by_seq
        last: dict[tuple[int, int], tuple[str, Accepted]] = {}
        for row in rulings:
            about = [seqs[report] for report in sorted(by_seq.get(row.seq, ())) if report in seqs]
            pairs = [(one, other) for one in about if one in events for other in about if other in cases]
            for one, other in pairs:
                ids = (events[one], cases[other].marking_id, row.marking_id)
                given = Accepted(one, other, row.seq, row.at_us, row.by, ids)
                if (one, other) not in last or last[one, other][1].at_us <= row.at_us:
                    last[one, other] = (row.verdict, given)
        return sorted(given for verdict, given in last.values() if verdict == ACCEPTED)

    def _rulings(self) -> list[sa.Row[Any]]:
        """Judgements that accept or reject a lead, and that no judgement which stands has undone, in order of time."""
        seen = [visible(judgement.c.marking_id, self.rights), live(judgement.c.seq, self.rights)]
        verdicts = judgement.c.verdict.in_([ACCEPTED, REJECTED])
        found = list(self.connection.execute(sa.select(judgement).where(*seen, verdicts)))
        undoing: dict[str, list[str]] = {}
        for id, reverses in self.connection.execute(
            sa.select(judgement.c.id, judgement.c.reverses).where(*seen, judgement.c.reverses != "")
        ):
            undoing.setdefault(reverses, []).append(id)

        def stands(id: str) -> bool:
            # A judgement names what it undoes by a hash of that, so that the chain cannot come round to itself.
            return not any(stands(other) for other in undoing.get(id, ()))

        return sorted((row for row in found if stands(row.id)), key=lambda row: (row.at_us, row.id))

    def _markings(self, table: sa.Table, seqs: Iterable[int]) -> dict[int, int]:
        """The live reports of `seqs` that stand in `table`, with their marking ids."""
        found: dict[int, int] = {}
        for chunk in chunks(sorted(set(seqs))):
            bounds = [visible(table.c.marking_id, self.rights), live(table.c.seq, self.rights)]
            rows = sa.select(table.c.seq, table.c.marking_id).where(table.c.seq.in_(chunk), *bounds)
            found.update((seq, marking_id) for seq, marking_id in self.connection.execute(rows))
        return found

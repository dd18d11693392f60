"""Telling leads: from pairs of reports to all that a lead shows, with the join of the markings of all of that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import instant
from cutset.link import strength
from cutset.link.bearings import Bearings
from cutset.link.components import Place
from cutset.link.entities import entity_id_of
from cutset.link.index import LinkIndex
from cutset.link.lead import Joined, Lead, LeadClock, Path, Reason, Step
from cutset.link.paths import Hop, Pair, Worth
from cutset.link.postings import named, posting
from cutset.link.resolved import Resolved
from cutset.link.ties import WORTH
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.model.report import Kind, Precision


class Telling:
    """Tells the pairs that one viewer may see."""

    def __init__(
        self,
        index: LinkIndex,
        connection: sa.Connection,
        rights: Rights,
        mine: Resolved,
        found: Bearings,
        worth: Worth,
    ) -> None:
        self._index = index
        self._connection = connection
        self._rights = rights
        self._mine = mine
        self._found = found
        self._worth = worth
        self._reports: dict[int, sa.Row[Any]] = {}
        self._borne: dict[tuple[int, int], list[sa.Row[Any]]] = {}

    def told(self, page: Sequence[tuple[str, Pair]]) -> list[Lead]:
        """The leads of `page`, given as (id, pair), with all that they show."""
        seqs = sorted({seq for _, pair in page for seq in _reports(pair)})
        keys = sorted({key for _, pair in page for key in _keys(pair) if isinstance(key, int)})
        self._reports = {row.seq: row for row in self._by(sa.select(named), named.c.seq, seqs)}
        seen = sa.select(posting).where(
            visible(posting.c.marking_id, self._rights), visible(posting.c.portion_marking_id, self._rights)
        )
        self._borne = {}
        wanted = set(keys)
        for row in self._by(seen, posting.c.seq, seqs):
            if row.selector_id in wanted:
                self._borne.setdefault((row.seq, row.selector_id), []).append(row)
        applied = self._index.applied(self._connection)
        return [self._lead(lead_id, pair, applied) for lead_id, pair in page]

    def _lead(self, lead_id: str, pair: Pair, applied: Callable[[int], datetime]) -> Lead:
        event, other = self._reports[pair.event.seq], self._reports[pair.other.seq]
        ids: set[int] = {self._reports[seq].marking_id for seq in _reports(pair)}
        judged: set[int] = set()
        reasons, together = [], []
        for key in pair.keys:
            if isinstance(key, int):
                reasons.append(self._reason(key, event.seq, other.seq, ids))
            else:
                together.append(self._joined(key, event.seq, other.seq, ids, judged))
        path = self._path(pair, ids, judged)
        # A selector makes the lead without any judgement.
        premises = {*_reports(pair), *(() if reasons else judged)}
        return Lead(
            id=lead_id,
            event=event.id,
            other=other.id,
            kinds=(Kind(event.kind), Kind(other.kind)),
            agencies=(event.originator, other.originator),
            datasets=(event.dataset, other.dataset),
            score=pair.score,
            reasons=tuple(sorted(reasons, key=lambda reason: (-reason.weight, reason.kind, reason.value))),
            clock=LeadClock(
                event=None if event.at_us is None else instant(event.at_us),
                precision=Precision(event.precision),
                event_submitted=instant(event.submitted_us),
                other_submitted=instant(other.submitted_us),
                # A later report is never applied earlier.
                made=applied(max(premises)),
            ),
            banner=self._mine.banner(self._connection, ids),
            made=any(self._reports[seq].made for seq in _reports(pair)),
            joined=tuple(sorted(together, key=lambda each: (-each.probability, each.entity))),
            path=path,
            priority=pair.other.priority,
        )

    def _reason(self, key: int, event: int, other: int, ids: set[int], *mentions: Place) -> Reason:
        """The shared selector, as `mentions` bear it, or as all mentions of the two reports do."""
        sides = []
        for seq in (event, other):
            rows = [
                row for row in self._borne[seq, key] if not mentions or Place(seq, row.part, row.mention) in mentions
            ]
            ids.update(row.portion_marking_id for row in rows)
            sides.append(rows)
        of = self._found.keys[key]
        assert of.kind is not None
        return Reason(
            kind=of.kind,
            value=of.value,
            event_roles=_once(row.role for row in sides[0]),
            other_roles=_once(row.role for row in sides[1]),
            event_written=_once(row.written for row in sides[0]),
            other_written=_once(row.written for row in sides[1]),
            reports=of.reports,
            weight=strength.weight(of.kind, of.reports),
        )

    def _joined(self, key: Place, event: int, other: int, ids: set[int], judged: set[int]) -> Joined:
        """The likeliest row of judgements between the two reports' mentions in the entity."""
        way = self._worth.way(key, event, other)
        # The entity's id comes from its first mention, which need not lie on the way.
        ids.update(self._mine.premises({key, *way.places}, way.judgements))
        judged.update(way.judgements)
        return Joined(
            entity=entity_id_of(self._mine.mentions[key]),
            way=tuple(self._mine.mentions[place] for place in way.places),
            judgements=tuple(self._mine.judgements[seq][0] for seq in way.judgements),
            reports=self._found.keys[key].reports,
            probability=way.probability,
        )

    def _path(self, pair: Pair, ids: set[int], judged: set[int]) -> Path | None:
        if pair.best is None:
            return None
        best = pair.best
        through = self._reports[best.through]
        return Path(
            first=self._step(best.first, ids, judged, onward=True),
            through=through.id,
            through_kind=Kind(through.kind),
            through_agency=through.originator,
            tie=str(best.tie),
            tie_weight=WORTH[best.tie],
            second=self._step(best.second, ids, judged, onward=False),
            ways=pair.ways,
        )

    def _step(self, hop: Hop, ids: set[int], judged: set[int], *, onward: bool) -> Step:
        """One step; `onward` if its end is the event's, from which the path sets out."""
        end, between = hop.end, hop.between
        left, right = (end, between) if onward else (between, end)
        if isinstance(hop.key, Place):
            way = self._worth.between(left.place, right.place)
            ids.update(self._mine.premises({hop.key, *way.places}, way.judgements))
            judged.update(way.judgements)
            joined = Joined(
                entity=entity_id_of(self._mine.mentions[hop.key]),
                way=tuple(self._mine.mentions[place] for place in way.places),
                judgements=tuple(self._mine.judgements[seq][0] for seq in way.judgements),
                reports=self._found.keys[hop.key].reports,
                probability=way.probability,
            )
            words = [f"{each.role} {each.name}".rstrip() for each in (end, between)]
            return Step(shared=joined, end=words[0], between=words[1], weight=hop.weight)
        reason = self._reason(hop.key, left.place.seq, right.place.seq, ids, left.place, right.place)
        sides = [
            (reason.event_roles, reason.event_written),
            (reason.other_roles, reason.other_written),
        ]
        words = [f"{', '.join(roles)} ({', '.join(written)})" for roles, written in (sides if onward else sides[::-1])]
        return Step(shared=reason, end=words[0], between=words[1], weight=hop.weight)

    def _by(self, select: sa.Select[Any], column: sa.ColumnElement[int], seqs: Sequence[int]) -> Iterator[sa.Row[Any]]:
        for chunk in chunks(seqs):
            yield from self._connection.execute(select.where(column.in_(chunk)))


def _reports(pair: Pair) -> tuple[int, ...]:
    """The places in the log of all reports that the lead rests on."""
    ends = (pair.event.seq, pair.other.seq)
    return ends if pair.best is None else (*ends, pair.best.through)


def _keys(pair: Pair) -> tuple[object, ...]:
    return pair.keys if pair.best is None else (pair.best.first.key, pair.best.second.key)


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words)))

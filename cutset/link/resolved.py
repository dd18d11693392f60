"""What one viewer's judgements come to: kept in memory for each set of visible markings, and brought up to date.

Keeping is for speed alone. What is kept for one set of markings is made of rows that this set shows, is given to
nobody with another set, and equals what would be made anew. It is made anew after a purge, so that nothing purged
stays in memory behind a viewer's back.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.link import pairs
from cutset.link.components import Given, Place, Verdicts
from cutset.link.index import LinkIndex
from cutset.link.judgements import judgement
from cutset.link.pairs import pair
from cutset.log.database import reading
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.markings import markings_by_id
from cutset.log.tables import log_purge, log_supersession
from cutset.model.marking import Marking, join

KEPT = 32
"""For how many sets of visible markings a process keeps an index's judgements; the longest unused goes first."""


_LAST = sa.select(
    sa.select(sa.func.max(log_supersession.c.new_seq)).scalar_subquery().label("superseded"),
    sa.select(sa.func.max(log_purge.c.n)).scalar_subquery().label("purge_n"),
)
"""How far the log has come with corrections and purges, asked at once."""


class _Mark(NamedTuple):
    """How far it has come: the last report of the index, supersession and purge of the log, purge of the index."""

    seq: int = 0
    superseded: int = 0
    purge_n: int = 0
    forget_n: int = 0


class Resolved:
    """The judgements on mentions that a set of markings shows, resolved; for use under `lock`."""

    def __init__(self) -> None:
        self.lock = Lock()
        self._bodies: dict[int, Marking] = {}
        self._begin()

    def _begin(self) -> None:
        self.verdicts = Verdicts()
        self.mentions: dict[Place, str] = {}
        """The references of all places that a judgement shown names."""
        self.places: dict[str, Place] = {}
        self.markings: dict[Place, tuple[int, int]] = {}
        """The marking ids of each place's report and portion."""
        self.judgements: dict[int, tuple[str, int]] = {}
        """Of each judgement shown, by its place in the log: its id and marking id."""
        self._on: dict[int, set[str]] = {}
        """The judgements on mentions of the report at this place in the log."""
        self._mark = _Mark()

    def contested(self) -> set[Place]:
        """The earliest place of each component that contains a contradiction."""
        first = self.verdicts.components.first
        return {first(both[0]) for both, _ in self.verdicts.contradictions()}

    def banner(self, connection: sa.Connection, ids: Iterable[int]) -> str:
        """The join of these markings, as a person reads it."""
        wanted = set(ids)
        unknown = wanted - self._bodies.keys()
        if unknown:
            # An id always means the same marking.
            self._bodies.update(markings_by_id(connection, unknown))
        return join(*(self._bodies[each] for each in sorted(wanted))).banner

    def premises(self, places: Iterable[Place], judgements: Iterable[int]) -> set[int]:
        """The marking ids of these mentions and of the judgements at these places in the log."""
        ids = {marking for place in places for marking in self.markings[place]}
        ids.update(self.judgements[seq][1] for seq in judgements)
        return ids

    def catch_up(self, connection: sa.Connection, rights: Rights, seq: int, forget_n: int) -> None:
        """Take in what is new. `seq` and `forget_n` are the index's cursor, read before the transaction began."""
        row = connection.execute(_LAST).one()
        superseded = row.superseded or 0
        mark = _Mark(seq, superseded, row.purge_n or 0, forget_n)
        if mark == self._mark:
            return
        same_purges = mark[2:] == self._mark[2:]
        if not same_purges or seq < self._mark.seq or superseded < self._mark.superseded:
            self._begin()
        elif superseded > self._mark.superseded:
            self._supersede(connection, rights)
        self._load(connection, rights)
        self._mark = mark

    def _supersede(self, connection: sa.Connection, rights: Rights) -> None:
        old = connection.scalars(
            sa.select(log_supersession.c.old_seq)
            .where(log_supersession.c.new_seq > self._mark.superseded, visible(log_supersession.c.marking_id, rights))
            .distinct()
        )
        for seq in old:
            for on_it in sorted(self._on.pop(seq, ())):
                if on_it in self.verdicts:
                    self.verdicts.lapse(on_it)
            if seq in self.judgements and self.judgements[seq][0] in self.verdicts:
                self.verdicts.retract(self.judgements[seq][0])

    def _load(self, connection: sa.Connection, rights: Rights) -> None:
        for row in connection.execute(_judged(rights, self._mark.seq)):
            # The cursor may be older than the rows: then the same rows are read once more.
            if row.seq in self.judgements:
                continue
            self.judgements[row.seq] = (row.id, row.marking_id)
            both = None
            if row.left_seq is not None:
                both = pairs.places(row)
                self._place(both[0], row.left_mention, (row.left_marking_id, row.left_portion_marking_id))
                self._place(both[1], row.right_mention, (row.right_marking_id, row.right_portion_marking_id))
            if not row.is_live:
                continue
            if both is not None and row.left_is_live and row.right_is_live:
                for place in both:
                    self._on.setdefault(place.seq, set()).add(row.id)
            else:
                both = None
            self.verdicts.judge(Given(row.seq, row.id, row.verdict, both, row.reverses))

    def _place(self, place: Place, mention: str, markings: tuple[int, int]) -> None:
        self.mentions[place] = mention
        self.places[mention] = place
        self.markings[place] = markings


_kept: WeakKeyDictionary[LinkIndex, OrderedDict[frozenset[int], Resolved]] = WeakKeyDictionary()
_lock = Lock()


@contextmanager
def resolved(index: LinkIndex, rights: Rights) -> Iterator[tuple[sa.Connection, Resolved]]:
    """The viewer's judgements, up to date with the index, in a read transaction; nobody changes them meanwhile."""
    with _lock:
        kept = _kept.setdefault(index, OrderedDict())
        mine = kept.setdefault(rights.visible, Resolved())
        kept.move_to_end(rights.visible)
        if len(kept) > KEPT:
            kept.popitem(last=False)
    with mine.lock:
        cursor = index.cursor()
        with reading(index.engine) as connection:
            mine.catch_up(connection, rights, cursor.seq, cursor.forget_n)
            yield connection, mine


def _judged(rights: Rights, after_seq: int) -> sa.Select[Any]:
    """The judgements after `after_seq` that the viewer may see: those on a pair that they may see, and reversals."""
    return (
        sa.select(
            judgement.c.seq,
            judgement.c.id,
            judgement.c.verdict,
            judgement.c.reverses,
            judgement.c.marking_id,
            *(column for column in pair.columns if column.name != "seq"),
            live(judgement.c.seq, rights).label("is_live"),
            live(pair.c.left_seq, rights).label("left_is_live"),
            live(pair.c.right_seq, rights).label("right_is_live"),
        )
        .select_from(judgement.outerjoin(pair, sa.and_(pair.c.seq == judgement.c.seq, pairs.seen(rights))))
        .where(
            judgement.c.seq > after_seq,
            visible(judgement.c.marking_id, rights),
            pair.c.seq.is_not(None) | (judgement.c.reverses != ""),
        )
        .order_by(judgement.c.seq)
    )

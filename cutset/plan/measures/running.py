"""Running counts: groups of reports, counted in the database once and then kept up as the log grows.

A count is of live reports that the viewer may see, up to a position in the log. Asked again, only what came after the
position is counted and added, and what was superseded since is counted and taken off. The result is the same as a
count from the beginning, group by group: whole numbers are added, so nothing is lost by adding in another order.
What is no count (the cases themselves, say, or chains of custody) is kept in the same way: `known` tells who renews it
what is new and what is gone.

What is kept is known by the marking ids that it was made over, so that no viewer is given what is another's. A
marking that is used for the first time after the position cannot have been met, and leaves it good. A purge
lets go of everything: what it took cannot be read again to be taken off.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence, Sized
from threading import Lock
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.tables import log_marking, log_purge, log_supersession, log_view

Counted = tuple[int, ...]
"""What is counted of a group: numbers that are added up one by one."""
Bounds = Callable[[sa.ColumnElement[Any]], sa.ColumnElement[bool]]
"""The condition on a column of numbers in the log."""
Count = Callable[[Bounds], Iterable[tuple[Hashable, Counted]]]
"""Counts the visible reports within bounds: groups, the same one more than once if need be, each with its numbers."""

Finer = tuple[Hashable, Callable[[Any], Hashable]]
"""The name of a count that tells more groups apart, and in which of one's own groups each of its groups lies."""

KEPT_GROUPS = 2_000_000
"""How many groups are kept in all; the counts that were asked for least lately make room."""
KEPT_VIEWERS = 64
"""For how many different rights one count is kept."""
FOLLOWED = ("evidence", "link", "measures", "plan")
"""The indexes whose rows are read."""


class Position(NamedTuple):
    """What a count has taken in: reports up to `seq`, supersessions by reports up to `superseded`.

    `purges` tells how far purges have come, `markings` the greatest marking id there was.
    """

    seq: int
    superseded: int
    purges: tuple[int, ...]
    markings: int


_BEGINNING = Position(seq=0, superseded=0, purges=(), markings=0)


class Since:
    """What came between two positions, as far as one viewer may see: what is new, and what is gone."""

    def __init__(self, connection: sa.Connection, rights: Rights, after: Position, at: Position) -> None:
        self._connection = connection
        self._rights = rights
        self._after = after
        self.at = at

    @property
    def beginning(self) -> bool:
        """Whether it is everything since the log began, so that nothing can be gone."""
        return self._after == _BEGINNING

    def new(self, seq: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """That the report at `seq` came in between, and is live at the end."""
        return sa.and_(seq > self._after.seq, seq <= self.at.seq, ~_newer(seq, self._rights, self.at.superseded))

    def gone(self) -> list[int]:
        """The reports that were live at the beginning and are no longer so at the end."""
        if self.beginning or self._after.superseded == self.at.superseded:
            return []
        return _superseded_since(self._connection, self._rights, self._after, self.at)

    def replaced(self) -> list[int]:
        """The reports that a newer one came to supersede in between, whether or not they were live."""
        if self._after.superseded == self.at.superseded:
            return []
        since = log_supersession
        bounds = [since.c.new_seq > self._after.superseded, since.c.new_seq <= self.at.superseded]
        query = sa.select(since.c.old_seq).where(*bounds, visible(since.c.marking_id, self._rights))
        return list(self._connection.scalars(query.distinct().order_by(since.c.old_seq)))


Known = TypeVar("Known", bound=Sized)
Renew = Callable[[Known | None, Since], Known]
"""Makes anew what was known (None at first) with what came since. What it is given stays as it is: others hold it."""


class _Kept(NamedTuple):
    at: Position
    visible: frozenset[int]
    known: Any


class Running:
    """The counts that a process keeps, of all viewers."""

    def __init__(self, limit: int = KEPT_GROUPS) -> None:
        self._limit = limit
        self._lock = Lock()
        self._kept: dict[Hashable, list[_Kept]] = {}

    def groups(
        self,
        connection: sa.Connection,
        rights: Rights,
        what: Hashable,
        count: Count,
        finer: Sequence[Finer] = (),
        at: Position | None = None,
    ) -> Mapping[Any, Counted]:
        """The groups that `count` counts, for this viewer and up to `at`, or now. `what` names it, whoever asks.

        Where it is asked for the first time and one of the `finer` counts is kept, it is added up from that.
        """

        def renewed(kept: Mapping[Any, Counted] | None, since: Since) -> Mapping[Any, Counted]:
            if since.beginning:
                for each, coarsened in finer:
                    there = self._at(rights, each, since.at)
                    if there is not None:
                        return _added({}, ((coarsened(group), numbers) for group, numbers in there.items()))
            groups = _added(kept or {}, count(since.new))
            for chunk in chunks(since.gone()):
                groups = _added(groups, count(_among(chunk)), sign=-1)
            return groups

        return self.known(connection, rights, what, renewed, at)

    def known(
        self, connection: sa.Connection, rights: Rights, what: Hashable, renew: Renew[Known], at: Position | None = None
    ) -> Known:
        """What `renew` makes of what the viewer may see, up to `at`, or now. `what` names it, whoever asks."""
        at = at or position(connection)
        with self._lock:
            kept = self._find(what, rights, at)
        if kept is not None and kept.at == at:
            known: Known = kept.known
        elif kept is not None:
            known = renew(kept.known, Since(connection, rights, kept.at, at))
        else:
            known = renew(None, Since(connection, rights, _BEGINNING, at))
        with self._lock:
            self._keep(what, _Kept(at, _up_to(rights, at.markings), known))
        return known

    def _at(self, rights: Rights, what: Hashable, at: Position) -> Mapping[Any, Any] | None:
        """What is kept under this name, where it is of just this position."""
        with self._lock:
            kept = self._find(what, rights, at)
        return kept.known if kept is not None and kept.at == at else None

    def _find(self, what: Hashable, rights: Rights, at: Position) -> _Kept | None:
        for kept in self._kept.get(what, ()):
            follows = kept.at.purges == at.purges and kept.at.seq <= at.seq and kept.at.superseded <= at.superseded
            if follows and kept.visible == _up_to(rights, kept.at.markings):
                return kept
        return None

    def _keep(self, what: Hashable, new: _Kept) -> None:
        # An older count of fewer markings may be that of another viewer, to whom the new markings say nothing.
        same = [
            kept for kept in self._kept.pop(what, ()) if kept.at.purges == new.at.purges and kept.visible != new.visible
        ]
        # What was asked for last stands last.
        self._kept[what] = [new, *same[: KEPT_VIEWERS - 1]]
        held = sum(len(kept.known) for every in self._kept.values() for kept in every)
        while held > self._limit and (len(self._kept) > 1 or len(self._kept[what]) > 1):
            oldest = next(iter(self._kept))
            held -= len(self._kept[oldest].pop().known)
            if not self._kept[oldest]:
                del self._kept[oldest]


def position(connection: sa.Connection) -> Position:
    """How far the log and the indexes have come. What is read after it may hold more, and never less."""
    views = connection.execute(
        sa.select(log_view.c.seq, log_view.c.forget_n).where(log_view.c.name.in_(FOLLOWED)).order_by(log_view.c.name)
    ).all()
    superseded = connection.scalar(sa.select(sa.func.max(log_supersession.c.new_seq))) or 0
    purged = connection.scalar(sa.select(sa.func.max(log_purge.c.n))) or 0
    markings = connection.scalar(sa.select(sa.func.max(log_marking.c.id))) or 0
    return Position(
        seq=min((row.seq for row in views), default=0),
        superseded=superseded,
        purges=(purged, *(row.forget_n for row in views)),
        markings=markings,
    )


def _up_to(rights: Rights, marking_id: int) -> frozenset[int]:
    return frozenset(id for id in rights.visible if id <= marking_id)


def _newer(seq: sa.ColumnElement[Any], rights: Rights, until: int) -> sa.Exists:
    """A report that the viewer may see, up to `until`, supersedes the report at `seq`."""
    newer = log_supersession.alias()
    return sa.exists().where(newer.c.old_seq == seq, newer.c.new_seq <= until, visible(newer.c.marking_id, rights))


def _among(seqs: Iterable[int]) -> Bounds:
    listed = list(seqs)
    return lambda seq: seq.in_(listed)


def _superseded_since(connection: sa.Connection, rights: Rights, old: Position, new: Position) -> list[int]:
    """Reports that were counted up to `old` and are no longer live for the viewer at `new`."""
    since = log_supersession
    query = (
        sa.select(since.c.old_seq)
        .where(
            since.c.new_seq > old.superseded,
            since.c.new_seq <= new.superseded,
            since.c.old_seq <= old.seq,
            visible(since.c.marking_id, rights),
            ~_newer(since.c.old_seq, rights, old.superseded),
        )
        .distinct()
        .order_by(since.c.old_seq)
    )
    return list(connection.scalars(query))


def _added(
    groups: Mapping[Any, Counted], more: Iterable[tuple[Hashable, Counted]], sign: int = 1
) -> dict[Any, Counted]:
    """`groups` with what was counted more, or less; a group of which nothing is left is gone."""
    found = dict(groups)
    for group, numbers in more:
        before = found.get(group)
        if before is None:
            found[group] = numbers if sign == 1 else tuple(-number for number in numbers)
        else:
            found[group] = tuple(one + sign * other for one, other in zip(before, numbers, strict=True))
        if not any(found[group]):
            del found[group]
    return found


def rows_of(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[sa.Row[Any]]:
    """The rows of a query, of which there may be many, as they come."""
    for chunk in connection.execution_options(yield_per=10_000).execute(query).partitions():
        yield from chunk

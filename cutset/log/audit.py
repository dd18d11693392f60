"""The audit: every look at the store, and every failed try, as leaves of the same tamper-evident log.

A look is durable before its answer is given. Threads that wait share a commit: whoever comes to write writes for all.
What is stored of a look names nobody whom a report names, so that a purge need not touch it; a purged report stays
listed by its tombstone's id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from itertools import accumulate, pairwise
from threading import Lock

import msgspec
import sqlalchemy as sa

from cutset.log.database import chunks
from cutset.log.errors import StoreBusy
from cutset.log.notices import Looked
from cutset.log.tables import log_purge, log_report
from cutset.log.turn import Turn

VIEW_CHARACTERS = 64

_INTERRUPTED = StoreBusy("the writing of what was looked at was interrupted", remedy="look again")


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A look as it is handed in: `reports` are the ids of the reports that it showed; the rest is as in `Looked`."""

    view: str
    by: str = ""
    purpose: str = "investigation"
    asked: dict[str, str] = msgspec.field(default_factory=dict)
    shown: int = 0
    reports: frozenset[str] = frozenset()
    failed: str = ""


class _Waiting:
    """The looks of one call, until they are durable."""

    def __init__(self, looks: Sequence[Look]) -> None:
        self.looks = looks
        self.done = False
        self.error: BaseException | None = None


class Recorder:
    """The one place where looks enter the log. Safe for several threads."""

    def __init__(self, turn: Callable[[], AbstractContextManager[Turn]]) -> None:
        self._turn = turn
        self._queue: list[_Waiting] = []
        self._queueing = Lock()
        self._writing = Lock()

    def record(self, looks: Sequence[Look]) -> None:
        """Write the looks durably. Raises `StoreError` where they cannot be; then no answer may be given."""
        if not looks:
            return
        mine = _Waiting(looks)
        with self._queueing:
            self._queue.append(mine)
        with self._writing:
            if not mine.done:
                self._write(mine)
        if mine.error is not None:
            raise mine.error

    def _write(self, mine: _Waiting) -> None:
        with self._queueing:
            group, self._queue = self._queue, []
        try:
            with self._turn() as begun:
                looks = [look for waiting in group for look in waiting.looks]
                seqs = seqs_of(begun.connection, {id for look in looks for id in look.reports})
                for look in looks:
                    begun.add_notice(_notice(look, begun, seqs))
        except BaseException as error:  # noqa: BLE001 - it is raised again in the threads whose looks they were
            # Whatever stopped it, nobody's look was written: all of them must say so.
            for waiting in group:
                waiting.error = error if waiting is mine or isinstance(error, Exception) else _INTERRUPTED
        finally:
            for waiting in group:
                waiting.done = True


def _notice(look: Look, begun: Turn, seqs: dict[str, int]) -> Looked:
    return Looked(
        at=begun.at,
        by=look.by,
        view=look.view[:VIEW_CHARACTERS],
        purpose=look.purpose,
        asked=look.asked,
        shown=look.shown,
        reports=distances(seqs[id] for id in look.reports if id in seqs),
        failed=look.failed,
    )


def seqs_of(connection: sa.Connection, ids: Iterable[str]) -> dict[str, int]:
    """The seqs of the reports of `ids`, purged ones by their tombstones; ids that never were are left out."""
    found: dict[str, int] = {}
    for chunk in chunks(ids):
        for table in (log_report, log_purge):
            sought = [id for id in chunk if id not in found]
            if not sought:
                break
            rows = connection.execute(sa.select(table.c.id, table.c.seq).where(table.c.id.in_(sought)))
            found.update((row.id, row.seq) for row in rows)
    return found


def distances(seqs: Iterable[int]) -> tuple[int, ...]:
    """Seqs, sorted, each as its distance from the one before: neighbours take a digit or two.

    >>> distances([1005, 1001, 1002])
    (1001, 1, 3)
    """
    return tuple(second - first for first, second in pairwise((0, *sorted(set(seqs)))))


def from_distances(steps: Iterable[int]) -> tuple[int, ...]:
    """The seqs that `distances` gave.

    >>> from_distances((1001, 1, 3))
    (1001, 1002, 1005)
    """
    return tuple(accumulate(steps))

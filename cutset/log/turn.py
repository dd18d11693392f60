"""A turn to write: one transaction that adds leaves, and signs the tree that they make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import sqlalchemy as sa

from cutset.clock import Clock, microseconds
from cutset.log.commitment import encode
from cutset.log.database import writing
from cutset.log.errors import DamagedStore
from cutset.log.heads import Signer, message
from cutset.log.merkle import Frontier
from cutset.log.notices import AnyNotice, Marked, Purged, Tombstone, seal
from cutset.log.rows import insert
from cutset.log.tables import (
    log_body,
    log_frontier,
    log_head,
    log_leaf,
    log_marking,
    log_node,
    log_notice,
    log_purge,
)
from cutset.model.marking import Marking

Salt = Callable[[], bytes]


class Turn:
    """Leaves being added in one transaction, which alone may write; `at` is the time of all that it adds."""

    def __init__(self, connection: sa.Connection, frontier: Frontier, at: datetime, salt: Salt) -> None:
        self.connection = connection
        self.at = at
        self.before = frontier.size
        self.frontier = frontier
        self._salt = salt
        self._leaves: list[tuple[int, str, bytes]] = []
        self._bodies: list[tuple[int, bytes, bytes]] = []
        self._notices: list[tuple[int, str]] = []

    def add_report(self, leaf: bytes, salt: bytes, body: bytes) -> int:
        """Add a report's leaf and body; its seq."""
        return self._add("report", leaf, salt, body)

    def add_notice(self, notice: AnyNotice) -> int:
        """Add a notice; its seq."""
        sealed = seal(notice, self._salt())
        seq = self._add("notice", sealed.leaf, sealed.salt, sealed.body)
        self._notices.append((seq, sealed.what))
        return seq

    def add_marking(self, marking: Marking, marking_id: int) -> None:
        """Give a marking that the log has not seen its id."""
        self.add_notice(Marked(at=self.at, id=marking_id, marking=marking))
        insert(self.connection, log_marking, [(marking_id, encode(marking).decode())])

    def add_purge(self, notice: Purged) -> None:
        """Add a purge's notice, and its tombstones."""
        self.add_notice(notice)
        last = self.connection.scalar(sa.select(sa.func.max(log_purge.c.n))) or 0
        rows = [tombstone_row(n, each) for n, each in enumerate(notice.tombstones, start=last + 1)]
        insert(self.connection, log_purge, rows)

    def _add(self, kind: str, leaf: bytes, salt: bytes, body: bytes) -> int:
        self.frontier.push(leaf)
        seq = self.frontier.size
        self._leaves.append((seq, kind, leaf))
        self._bodies.append((seq, salt, body))
        return seq

    def close(self, signer: Signer, origin: str) -> None:
        """Write the leaves, the frontier and the signed head; nothing where no leaf was added."""
        if not self._leaves:
            return
        frontier = self.frontier
        insert(self.connection, log_leaf, self._leaves)
        insert(self.connection, log_body, self._bodies)
        insert(self.connection, log_notice, self._notices)
        insert(self.connection, log_node, frontier.completed)
        self.connection.execute(sa.update(log_frontier).values(size=frontier.size, peaks=frontier.packed()))
        root, at_us = frontier.root(), microseconds(self.at)
        signature = signer.sign(message(origin, frontier.size, self.before, at_us, root))
        insert(self.connection, log_head, [(frontier.size, self.before, at_us, root, signature)])


def tombstone_row(n: int, tombstone: Tombstone) -> tuple[int, int, str, int, str]:
    """The row of `log_purge` for a tombstone."""
    return n, tombstone.seq, tombstone.id, tombstone.marking_id, encode(tombstone.supersedes).decode()


@contextmanager
def turn(engine: sa.Engine, clock: Clock, salt: Salt, signer: Signer, origin: str) -> Iterator[Turn]:
    """A turn to write, which commits durably when the block ends, or writes nothing where it raises."""
    # A missing key is said before anything is written.
    signer.ready()
    with writing(engine) as connection:
        begun = Turn(connection, read_frontier(connection), clock().astimezone(UTC), salt)
        yield begun
        begun.close(signer, origin)


def read_frontier(connection: sa.Connection) -> Frontier:
    """The tree's edge as stored. Raises `DamagedStore`."""
    row = connection.execute(sa.select(log_frontier.c.size, log_frontier.c.peaks)).one_or_none()
    try:
        if row is None:
            raise ValueError("there is none")
        return Frontier.unpacked(row.size, row.peaks)
    except ValueError as error:
        raise DamagedStore(
            "the tree's frontier is damaged", where="log_frontier", remedy="run `cutset verify`; restore a backup"
        ) from error

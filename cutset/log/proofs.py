"""Inclusion and consistency proofs, for auditors and witnesses: they show leaf numbers and sizes."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import sqlalchemy as sa

from cutset.clock import instant
from cutset.log import merkle
from cutset.log.entries import Head
from cutset.log.errors import BadProof
from cutset.log.making import read_meta
from cutset.log.tables import log_head, log_leaf, log_node, log_report


class Inclusion(msgspec.Struct, frozen=True, kw_only=True):
    """Proof that the leaf hash `leaf` is the leaf `index` (from 0) of the tree of `head`. Hashes are hexadecimal."""

    leaf: str
    index: int
    path: tuple[str, ...]
    head: Head

    def holds(self) -> bool:
        """Whether the path leads from the leaf to the head's root; the head's signature is checked apart."""
        path, root = _bytes(self.path), self.head.root
        return merkle.included(bytes.fromhex(self.leaf), self.index, self.head.size, path, root)


class Consistency(msgspec.Struct, frozen=True, kw_only=True):
    """Proof that the tree of head `old` is a prefix of that of head `new`. Hashes are hexadecimal."""

    old: Head
    new: Head
    path: tuple[str, ...]

    def holds(self) -> bool:
        """Whether nothing that the old head vouches for was changed; the signatures are checked apart."""
        old, new = self.old, self.new
        roots = old.root, new.root
        return merkle.consistent(old.size, new.size, *roots, _bytes(self.path))


def read_head(connection: sa.Connection, size: int | None = None) -> Head:
    """The signed head of that size, or the latest. Raises `BadProof` where there is none."""
    query = sa.select(log_head).order_by(log_head.c.size.desc()).limit(1)
    row = connection.execute(query if size is None else query.where(log_head.c.size == size)).one_or_none()
    if row is None:
        raise BadProof("the log has no head of that size", where=f"size {size}", remedy="name a head that was exported")
    meta = read_meta(connection)
    return Head(
        origin=meta["origin"],
        size=row.size,
        previous=row.previous,
        at=instant(row.at_us),
        root=row.root,
        signature=row.signature,
        public_key=meta["public_key"],
    )


def inclusion(connection: sa.Connection, report_id: str) -> Inclusion:
    """Proof that a report, which an auditor may ask for by its id, is in the log under its latest head."""
    row = connection.execute(
        sa.select(log_leaf.c.seq, log_leaf.c.hash)
        .join(log_report, log_report.c.seq == log_leaf.c.seq)
        .where(log_report.c.id == report_id)
    ).one_or_none()
    if row is None:
        raise BadProof("the log has no such report", where=report_id, remedy="check the id; a purged report has none")
    head = read_head(connection)
    path = merkle.inclusion_path(row.seq - 1, head.size, lambda *leaves: subtree(connection, *leaves))
    return Inclusion(leaf=row.hash.hex(), index=row.seq - 1, path=_hex(path), head=head)


def consistency(connection: sa.Connection, old: Head) -> Consistency:
    """Proof that the log under its latest head is a continuation of the one under `old`."""
    new = read_head(connection)
    if old.origin != new.origin or old.size > new.size:
        raise BadProof(
            "the head is another log's, or newer than this log",
            where=f"size {old.size} of {old.origin}; this is size {new.size} of {new.origin}",
            remedy="if this store was restored, restore a later backup; else the log was cut",
        )
    path = merkle.consistency_path(old.size, new.size, lambda *leaves: subtree(connection, *leaves))
    return Consistency(old=old, new=new, path=_hex(path))


def subtree(connection: sa.Connection, start: int, end: int) -> bytes:
    """The root over the leaves start <= i < end, counted from 0, of a range that a proof asks for."""
    return merkle.fold(_pieces(connection, start, end))


def _pieces(connection: sa.Connection, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    # A proof's ranges begin at a multiple of their own width, rounded up to a power of two: so do all pieces.
    for level in range(7 * merkle.TILE, 0, -merkle.TILE):
        count = (end - start) >> level
        if count:
            first = start >> level
            yield from (
                (level, row.hash)
                for row in connection.execute(
                    sa.select(log_node.c.hash)
                    .where(log_node.c.level == level, log_node.c.position.between(first, first + count - 1))
                    .order_by(log_node.c.position)
                )
            )
            start += count << level
    rows = connection.execute(
        sa.select(log_leaf.c.hash).where(log_leaf.c.seq.between(start + 1, end)).order_by(log_leaf.c.seq)
    )
    yield from ((0, row.hash) for row in rows)


def _hex(path: list[bytes]) -> tuple[str, ...]:
    return tuple(step.hex() for step in path)


def _bytes(path: tuple[str, ...]) -> list[bytes]:
    return [bytes.fromhex(step) for step in path]

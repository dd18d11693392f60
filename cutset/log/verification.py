"""Verifying the log: every row against the leaf that vouches for it, every leaf against the signed heads.

All tables are read once, side by side in the order of `seq`, in bounded memory and in one transaction, so that a
store may be verified while others write to it. What must hold of each leaf is in `leaves.py`.

Two things no log can find by itself: that its tail was cut off together with its heads, and that all of it was
written anew by who holds the signing key. A head kept elsewhere finds both.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import sqlalchemy as sa

from cutset.clock import instant
from cutset.log import leaves
from cutset.log.entries import Head, Verification
from cutset.log.errors import BadProof
from cutset.log.findings import Findings
from cutset.log.heads import authentic
from cutset.log.leaves import Expected, Leaf
from cutset.log.making import read_meta
from cutset.log.merkle import HASH_BYTES, Frontier
from cutset.log.proofs import read_head
from cutset.log.streams import Stream, stream
from cutset.log.tables import (
    log_body,
    log_frontier,
    log_head,
    log_identity,
    log_leaf,
    log_marking,
    log_node,
    log_notice,
    log_portion,
    log_purge,
    log_report,
    log_supersession,
    log_view,
    metadata,
)

Progress = Callable[[int, int], None]
"""Told (leaves checked, leaves in all) now and then."""

_TYPES: dict[type[Any], str] = {
    sa.BigInteger: "integer",
    sa.Integer: "integer",
    sa.Text: "text",
    sa.LargeBinary: "blob",
}

_TELL_EVERY = 10_000


class _Tables:
    """The log's tables, each in the order of what vouches for its rows."""

    def __init__(self, connection: sa.Connection) -> None:
        self.leaves = stream(connection, log_leaf, "seq")
        # In the order of the fields of `Leaf`.
        self.of_leaf = (
            stream(connection, log_body, "seq"),
            stream(connection, log_report, "seq"),
            stream(connection, log_portion, "seq", "part"),
            stream(connection, log_identity, "seq", "hash"),
            stream(connection, log_supersession, "new_seq", "old_seq"),
            stream(connection, log_notice, "seq"),
            stream(connection, log_purge, "seq"),
        )
        self.markings = stream(connection, log_marking, "id")
        self.purges = stream(connection, log_purge, "n")
        self.heads = stream(connection, log_head, "size")


def verify(connection: sa.Connection, *, head: Head | None = None, progress: Progress | None = None) -> Verification:
    """Check the log that `connection`, in a read transaction, sees; `head` is one that was kept elsewhere."""
    findings = Findings()
    _check_file(connection, findings)
    if findings.count:
        # What follows takes numbers for numbers; it is told when these are mended.
        return Verification(
            ok=False, leaves=0, reports=0, purged=0, found=findings.count, problems=tuple(findings.problems)
        )
    meta = read_meta(connection)
    total = connection.scalar(sa.select(sa.func.count()).select_from(log_leaf)) or 0
    tables = _Tables(connection)
    expected = Expected(connection, findings, tables.markings, tables.purges, meta)
    heads = _Heads(tables.heads, meta, head, findings)
    frontier, nodes = Frontier(), _Nodes(connection, findings)
    heads.check(frontier)
    for row in tables.leaves:
        leaf = _leaf(row, frontier.size + 1, tables, findings)
        leaves.check(leaf, expected)
        frontier.push(leaf.hash)
        nodes.check(frontier)
        heads.check(frontier)
        if progress is not None and frontier.size % _TELL_EVERY == 0:
            progress(frontier.size, total)
    for each in (*tables.of_leaf, tables.heads, tables.markings, tables.purges):
        each.finish(findings)
    expected.finish()
    nodes.finish()
    heads.finish(frontier)
    _check_frontier(connection, frontier, findings)
    return Verification(
        ok=not findings.count,
        leaves=frontier.size,
        reports=expected.reports,
        purged=expected.purged,
        found=findings.count,
        problems=tuple(findings.problems),
        head=_latest(connection),
    )


def _leaf(row: Any, seq: int, tables: _Tables, findings: Findings) -> Leaf:
    if row.seq != seq:
        findings.add("leaves are missing, or out of their order", f"log_leaf, seq {row.seq}")
    hashed = row.hash
    if not isinstance(hashed, bytes) or len(hashed) != HASH_BYTES:
        findings.add("a leaf's hash is none", f"log_leaf, seq {row.seq}")
        hashed = bytes(HASH_BYTES)
    return Leaf(row.seq, row.kind, hashed, *(each.take(row.seq, findings) for each in tables.of_leaf))


class _Heads:
    """Every signed head against the tree as it was, and against the one that was kept elsewhere."""

    def __init__(self, heads: Stream, meta: dict[str, str], kept: Head | None, findings: Findings) -> None:
        self._heads = heads
        self._meta = meta
        self._kept = kept
        self._findings = findings
        self._previous = 0
        if kept is not None:
            if kept.public_key != meta.get("public_key") or kept.origin != meta.get("origin"):
                findings.add("the kept head is another store's", f"origin {kept.origin}")
            if not authentic(kept, kept.public_key):
                findings.add("the kept head's signature does not hold", f"head of {kept.size} leaves")

    def check(self, frontier: Frontier) -> None:
        """Check the heads of the tree's present size."""
        if self._kept is not None and self._kept.size == frontier.size and frontier.root() != self._kept.root:
            self._findings.add(
                "the log is not the one that the kept head vouches for", f"the first {frontier.size} leaves"
            )
        for row in self._heads.take(frontier.size, self._findings):
            self._check(row, frontier)

    def finish(self, frontier: Frontier) -> None:
        """Check that the last head covers every leaf, and that none was cut off since the kept one."""
        if self._previous != frontier.size:
            self._findings.add("leaves that no head vouches for", f"seq {self._previous + 1} to {frontier.size}")
        if self._kept is not None and self._kept.size > frontier.size:
            where = f"it has {frontier.size} leaves, and the kept head vouches for {self._kept.size}"
            self._findings.add("the log was cut", where)

    def _check(self, row: Any, frontier: Frontier) -> None:
        where = f"log_head, size {row.size}"
        if row.previous != self._previous:
            self._findings.add("heads are missing, or out of their order", where)
        self._previous = row.size
        if row.root != frontier.root():
            self._findings.add("the leaves are not those that were signed", f"{where}, or leaves up to it")
        if not self._signed(row):
            self._findings.add("a head's signature is not the store's", where)

    def _signed(self, row: Any) -> bool:
        try:
            head = Head(
                origin=self._meta.get("origin", ""),
                size=row.size,
                previous=row.previous,
                at=instant(row.at_us),
                root=row.root,
                signature=row.signature,
                public_key=self._meta.get("public_key", ""),
            )
        except (TypeError, OverflowError):
            return False
        return authentic(head, head.public_key)


class _Nodes:
    """The stored roots of full subtrees against those that the leaves make."""

    def __init__(self, connection: sa.Connection, findings: Findings) -> None:
        self._findings = findings
        levels = connection.scalars(sa.select(log_node.c.level).distinct()).all()
        self._levels = {
            level: stream(connection, log_node, "position", where=log_node.c.level == level) for level in levels
        }

    def check(self, frontier: Frontier) -> None:
        """Check the subtrees that the last leaf completed."""
        for level, position, root in frontier.completed:
            rows = self._levels[level].take(position, self._findings) if level in self._levels else []
            if [row.hash for row in rows] != [root]:
                self._findings.add("a subtree's root is wrong", f"log_node, level {level}, position {position}")
        frontier.completed.clear()

    def finish(self) -> None:
        """Check that nothing is left over."""
        for each in self._levels.values():
            each.finish(self._findings)


def _check_file(connection: sa.Connection, findings: Findings) -> None:
    """What SQLite alone leaves open: a row that only an index has, and a value of another type than its column's."""
    if connection.dialect.name != "sqlite":
        return
    for name in sorted(_schema(connection) ^ _schema_as_made()):
        findings.add("the database's schema is not the one that it was made with", name.partition(" ")[0])
    if findings.count:
        return
    for table in metadata.sorted_tables:
        if table is log_view:
            continue
        for (said,) in connection.exec_driver_sql(f"PRAGMA integrity_check('{table.name}')").all():
            if said != "ok":
                findings.add(f"the database finds damage: {said}", table.name)
        odd = [_is_odd(column) for column in table.columns]
        counts = connection.execute(sa.select(*(sa.func.sum(each) for each in odd)).select_from(table)).one()
        for column, count in zip(table.columns, counts, strict=True):
            if count:
                findings.add(f"{count} values of another type than their column's", f"{table.name}.{column.name}")


def _schema(connection: sa.Connection) -> set[str]:
    """Every table, index and trigger of the log: its name, and what it says, in letters and digits alone."""
    rows = connection.exec_driver_sql(r"SELECT name, sql FROM sqlite_master WHERE tbl_name LIKE 'log\_%' ESCAPE '\'")
    return {f"{name} {''.join(filter(str.isalnum, sql or '')).lower()}" for name, sql in rows}


@cache
def _schema_as_made() -> set[str]:
    with sa.create_engine("sqlite://").connect() as connection:
        metadata.create_all(connection)
        return _schema(connection)


def _is_odd(column: sa.Column[Any]) -> sa.ColumnElement[int]:
    """1 where SQLite holds a value of another type than the column's, which it allows; else 0."""
    types = [_TYPES[type(column.type)], *(["null"] if column.nullable else [])]
    return sa.case((sa.func.typeof(column).in_(types), 0), else_=1)


def _check_frontier(connection: sa.Connection, frontier: Frontier, findings: Findings) -> None:
    rows = [tuple(row) for row in connection.execute(sa.select(log_frontier))]
    if rows != [(1, frontier.size, frontier.packed())]:
        findings.add("the tree's stored frontier is not that of its leaves", "log_frontier")


def _latest(connection: sa.Connection) -> Head | None:
    try:
        return read_head(connection)
    except (BadProof, KeyError, TypeError, OverflowError):
        return None

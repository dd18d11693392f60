"""The log's tables. Every row of every table but `log_view` is vouched for by the tree, and `verify` checks each.

No table has a foreign key: each would be looked up at every insert, and `verify` checks all of them, and more.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

# SQLite makes a column the row's own key, with no index beside it, only if its type is spelt INTEGER.
Seq = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

log_meta = sa.Table(
    "log_meta",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
"""`format`, the number of the tables' form; `origin`, the store's random name; `public_key`, in hexadecimal."""

log_leaf = sa.Table(
    "log_leaf",
    metadata,
    sa.Column("seq", Seq, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)
"""The leaves of the Merkle tree: `seq` counts from 1 without gaps, `kind` is `report` or `notice`."""

log_node = sa.Table(
    "log_node",
    metadata,
    sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", Seq, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""Roots of full subtrees of 2**level leaves, at every eighth level, so that a proof need not read every leaf."""

log_frontier = sa.Table(
    "log_frontier",
    metadata,
    sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("size", Seq, nullable=False),
    sa.Column("peaks", sa.LargeBinary, nullable=False),
)
"""One row: how many leaves there are, and the roots of the full subtrees that they make, the largest first."""

log_head = sa.Table(
    "log_head",
    metadata,
    sa.Column("size", Seq, primary_key=True, autoincrement=False),
    sa.Column("previous", Seq, nullable=False),
    sa.Column("at_us", Seq, nullable=False),
    sa.Column("root", sa.LargeBinary, nullable=False),
    sa.Column("signature", sa.LargeBinary, nullable=False),
)
"""Signed tree heads, one a transaction; `previous` is the size of the head before, so that none can be left out."""

log_report = sa.Table(
    "log_report",
    metadata,
    sa.Column("seq", Seq, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("originator", sa.Text, nullable=False),
    sa.Column("dataset", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
    sa.Column("submitted_us", Seq, nullable=False),
    sa.Column("submitted_by", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("line", Seq, nullable=True),
)
"""What queries need of each report. `submitted_us` is in microseconds since 1970-01-01T00:00Z."""

log_body = sa.Table(
    "log_body",
    metadata,
    sa.Column("seq", Seq, primary_key=True, autoincrement=False),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""The canonical bytes of a report without its portions, or of a notice, and the salt of its commitments."""

log_portion = sa.Table(
    "log_portion",
    metadata,
    sa.Column("seq", Seq, primary_key=True, autoincrement=False),
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""The canonical bytes of each portion; `part` counts from 1."""

log_identity = sa.Table(
    "log_identity",
    metadata,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("seq", Seq, nullable=False),
    sqlite_with_rowid=False,
)
"""The hash of originator and content by which a repeat is known. Goes at a purge: who has a list could test it."""

log_supersession = sa.Table(
    "log_supersession",
    metadata,
    sa.Column("old_seq", Seq, primary_key=True, autoincrement=False),
    sa.Column("new_seq", Seq, primary_key=True, autoincrement=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
    sa.Index("log_supersession_new", "new_seq"),
    sqlite_with_rowid=False,
)
"""Which report replaces which; `marking_id` is that of the newer one."""

log_marking = sa.Table(
    "log_marking",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("body", sa.Text, nullable=False),
)
"""Every marking that was ever used, by its id. An id is never used again."""

log_notice = sa.Table(
    "log_notice",
    metadata,
    sa.Column("seq", Seq, primary_key=True, autoincrement=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Index("log_notice_what", "what", "seq"),
)
"""Leaves that are not reports: the store's making, changes of the registry, markings, purges."""

log_purge = sa.Table(
    "log_purge",
    metadata,
    sa.Column("n", Seq, primary_key=True, autoincrement=False),
    sa.Column("seq", Seq, nullable=False, unique=True),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
    sa.Column("supersedes", sa.Text, nullable=False),
)
"""Tombstones: what was purged, in the order of the purges; `n` counts from 1, `supersedes` is a list of leaves."""

log_view = sa.Table(
    "log_view",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("seq", Seq, nullable=False),
    sa.Column("forget_n", Seq, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
"""How far each view's index has come: the last report and the last purge applied, and the form of its tables."""

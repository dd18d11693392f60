"""The tables of the index of candidates. All of them can be dropped, and are filled again from the log."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

_Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

mention = sa.Table(
    "link_candidate",
    metadata,
    sa.Column("number", _Whole, primary_key=True, autoincrement=False),
    sa.Column("seq", _Whole, nullable=False, index=True),
    sa.Column("part", sa.Integer, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("portion", sa.Text, nullable=False),
    sa.Column("role", sa.SmallInteger, nullable=False),
    sa.Column("made", sa.Boolean, nullable=False),
    sa.Column("profile", sa.LargeBinary, nullable=False),
)
"""The mentions. `seq` and `part` (0 is the report proper) say where each stands, `place` is its number there from 0,
`portion` the portion's name, `role` the place of its role in `Role`; `made` is true for an exercise's; `profile` is
what of it is compared."""

run = sa.Table(
    "link_candidate_run",
    metadata,
    sa.Column("run", _Whole, primary_key=True, autoincrement=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
    sa.Column("portion_marking_id", sa.Integer, nullable=False),
    sa.Column("used", sa.Integer, nullable=False),
    sa.Index("link_candidate_run_marking", "marking_id", "portion_marking_id", "run"),
)
"""Runs of 256 numbers: all the mentions of a run stand in reports, and in portions, of the same two markings."""

tally = sa.Table(
    "link_candidate_tally",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("marking_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("portion_marking_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("mentions", _Whole, nullable=False),
    sqlite_with_rowid=False,
)
"""How many mentions of each kind there are under each pair of markings: a viewer's own count is a sum of these."""

page = sa.Table(
    "link_candidate_page",
    metadata,
    sa.Column("low", _Whole, primary_key=True, autoincrement=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""Packed postings (see `cutset.link.candidates.pages`)."""

fresh = sa.Table(
    "link_candidate_fresh",
    metadata,
    sa.Column("key", _Whole, primary_key=True, autoincrement=False),
    sa.Column("number", _Whole, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Postings that are not yet on a page."""

state = sa.Table(
    "link_candidate_state",
    metadata,
    sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("generation", sa.Text, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("runs", _Whole, nullable=False),
    sa.Column("mentions", _Whole, nullable=False),
    sa.Column("packed", _Whole, nullable=False),
    sa.Column("unpacked", _Whole, nullable=False),
    sa.Column("hand", _Whole, nullable=False),
    sa.Column("turns", _Whole, nullable=False),
)
"""One row. `generation` is random and new with every rebuild, `made_by` the fingerprint of how keys are made; then how
many runs, mentions, packed and fresh postings there are; `hand` is the key at which packing goes on, and `turns` how
often the index was written to in this generation."""

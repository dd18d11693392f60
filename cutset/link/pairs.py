"""Pairs: which two mentions a judgement is about, where those are, and under which markings.

A judgement that does not name exactly two mentions that there are, of reports that are in the log and not withdrawn,
has no row here, and no say on any entity. It stays a report, and can be read as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.link import references
from cutset.link.components import Pair, Place
from cutset.link.postings import metadata
from cutset.link.references import BadReference, Reference
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.rows import delete, insert
from cutset.log.submission import read_report
from cutset.log.tables import log_body, log_portion, log_report
from cutset.model.report import Judgement

VERDICTS = ("same", "different", "unsure")
"""What a judgement on a pair of mentions can say."""

Named = tuple[Reference, Reference]

pair = sa.Table(
    "link_pair",
    metadata,
    # The judgement's own.
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("left_mention", sa.Text, nullable=False, index=True),
    sa.Column("left_seq", sa.BigInteger, nullable=False, index=True),
    sa.Column("left_part", sa.Integer, nullable=False),
    sa.Column("left_number", sa.Integer, nullable=False),
    sa.Column("left_marking_id", sa.Integer, nullable=False),
    sa.Column("left_portion_marking_id", sa.Integer, nullable=False),
    sa.Column("right_mention", sa.Text, nullable=False, index=True),
    sa.Column("right_seq", sa.BigInteger, nullable=False, index=True),
    sa.Column("right_part", sa.Integer, nullable=False),
    sa.Column("right_number", sa.Integer, nullable=False),
    sa.Column("right_marking_id", sa.Integer, nullable=False),
    sa.Column("right_portion_marking_id", sa.Integer, nullable=False),
)
"""`left` is the earlier of the two in the log. A portion marking is the report's own for its report proper."""


def named(content: Judgement) -> Named | None:
    """The two mentions that a judgement is about; None where it is about anything else, or says something else."""
    if content.verdict not in VERDICTS or len(content.about) != 2 or not all("#" in each for each in content.about):
        return None
    try:
        left, right = (references.read(each) for each in content.about)
    except BadReference:
        return None
    return (left, right) if left != right else None


def write(connection: sa.Connection, judged: Sequence[tuple[int, Named]]) -> None:
    """Insert the row of each judgement, given as (its seq, its pair), whose mentions there are."""
    located = _located(connection, {each.report for _, both in judged for each in both})
    rows = []
    for seq, both in judged:
        ends = [located[each] for each in both if each in located]
        if len(ends) == 2:
            left, right = sorted(ends, key=lambda end: end[1:4])
            rows.append((seq, *left, *right))
    insert(connection, pair, rows)


def forget(connection: sa.Connection, seqs: Sequence[int]) -> None:
    """Delete the rows of these judgements, and of every judgement on a mention of these reports."""
    delete(connection, seqs, pair)
    for chunk in chunks(seqs):
        connection.execute(sa.delete(pair).where(pair.c.left_seq.in_(chunk) | pair.c.right_seq.in_(chunk)))


@lru_cache(maxsize=64)
def seen(rights: Rights) -> sa.ColumnElement[bool]:
    """The viewer may see both mentions. Whether they may see the judgement is for the query to ask besides."""
    markings = ("left_marking_id", "left_portion_marking_id", "right_marking_id", "right_portion_marking_id")
    return sa.and_(*(visible(pair.c[name], rights) for name in markings))


def places(row: sa.Row[Any]) -> Pair:
    """The places of a row's two mentions, the earlier first."""
    return (
        Place(row.left_seq, row.left_part, row.left_number),
        Place(row.right_seq, row.right_part, row.right_number),
    )


def _located(connection: sa.Connection, reports: Iterable[str]) -> dict[Reference, tuple[object, ...]]:
    """Of each mention of the reports: the columns of one end of a pair."""
    found: dict[Reference, tuple[object, ...]] = {}
    for chunk in chunks(sorted(reports)):
        rows = connection.execute(
            sa.select(log_report.c.seq, log_report.c.id, log_report.c.marking_id, log_body.c.body)
            .join(log_body, log_body.c.seq == log_report.c.seq)
            .where(log_report.c.id.in_(chunk))
        ).all()
        portions = _portions(connection, [row.seq for row in rows])
        for row in rows:
            markings, bodies = portions.get(row.seq, ([], []))
            report = read_report(row.body, bodies)
            if report.withdrawn:
                continue
            for reference, part, _ in references.mentions(row.id, report):
                portion_marking = markings[part - 1] if part else row.marking_id
                end = (str(reference), row.seq, part, reference.number, row.marking_id, portion_marking)
                found[reference] = end
    return found


def _portions(connection: sa.Connection, seqs: Sequence[int]) -> dict[int, tuple[list[int], list[bytes]]]:
    found: dict[int, tuple[list[int], list[bytes]]] = {}
    query = sa.select(log_portion.c.seq, log_portion.c.marking_id, log_portion.c.body).where(
        log_portion.c.seq.in_(seqs)
    )
    for seq, marking_id, body in connection.execute(query.order_by(log_portion.c.seq, log_portion.c.part)):
        markings, bodies = found.setdefault(seq, ([], []))
        markings.append(marking_id)
        bodies.append(body)
    return found

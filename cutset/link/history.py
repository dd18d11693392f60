"""History: every judgement on a mention or a pair, standing or not, and what undid it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import instant
from cutset.link import pairs
from cutset.link.index import LinkIndex
from cutset.link.judgements import judgement
from cutset.link.pairs import pair
from cutset.link.resolved import Resolved, resolved
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.model.report import Struct


class Standing(StrEnum):
    """Whether a judgement counts, and if not, why."""

    STANDS = "stands"
    REVERSED = "reversed"
    """A judgement that stands reverses it."""
    LAPSED = "lapsed"
    """The report of one of its mentions was superseded: the newer one is to be judged anew."""
    SUPERSEDED = "superseded"
    """A later report of its originator replaces the judgement."""


class Judged(Struct, frozen=True):
    """A judgement on two mentions, the earlier first, as it was given, and whether it stands.

    `id` is the judgement's own report. `reversed_by` are the judgements that stand and reverse it. `score` (0 to 1)
    and `features` (comparison -> match weight, in bits) are what the person had been shown. `banner` is the join of
    the markings of the judgement, of those that reverse it, and of both mentions.
    """

    id: str
    mentions: tuple[str, str]
    verdict: str
    by: str
    at: datetime
    standing: Standing
    banner: str
    reason: str = ""
    reverses: str = ""
    reversed_by: tuple[str, ...] = ()
    score: float | None = None
    features: dict[str, float] = msgspec.field(default_factory=dict)


def history(index: LinkIndex, rights: Rights, mention: str, other: str | None = None) -> list[Judged]:
    """The judgements that the viewer may see on a mention, or on the pair of it and `other`: the earliest first.

    There are none where the viewer may not see a mention, as where there is no such mention.
    """
    names = (pair.c.left_mention, pair.c.right_mention)
    if other is None:
        asked = sa.or_(*(name == mention for name in names))
    else:
        asked = sa.and_(*(name.in_((mention, other)) for name in names))
    query = (
        sa.select(
            judgement,
            pair,
            live(judgement.c.seq, rights).label("is_live"),
            (live(pair.c.left_seq, rights) & live(pair.c.right_seq, rights)).label("pair_is_live"),
        )
        .join(pair, pair.c.seq == judgement.c.seq)
        .where(asked, visible(judgement.c.marking_id, rights), pairs.seen(rights))
        .order_by(judgement.c.seq)
    )
    with resolved(index, rights) as (connection, mine):
        rows = connection.execute(query).all()
        against = _against(connection, rights, mine, [row.id for row in rows])
        return [_told(connection, mine, row, against.get(row.id, [])) for row in rows]


def _against(
    connection: sa.Connection, rights: Rights, mine: Resolved, judged: list[str]
) -> dict[str, list[tuple[str, int]]]:
    """Of each judgement: id and marking id of those that stand and reverse it, the earliest first."""
    found: dict[str, list[tuple[str, int]]] = {}
    for chunk in chunks(judged):
        query = (
            sa.select(judgement.c.id, judgement.c.reverses, judgement.c.marking_id)
            .where(judgement.c.reverses.in_(chunk), visible(judgement.c.marking_id, rights))
            .order_by(judgement.c.seq)
        )
        for row in connection.execute(query):
            if mine.verdicts.stands(row.id):
                found.setdefault(row.reverses, []).append((row.id, row.marking_id))
    return found


def _told(connection: sa.Connection, mine: Resolved, row: sa.Row[Any], against: list[tuple[str, int]]) -> Judged:
    if not row.is_live:
        standing = Standing.SUPERSEDED
    elif not mine.verdicts.stands(row.id):
        standing = Standing.REVERSED
    else:
        standing = Standing.STANDS if row.pair_is_live else Standing.LAPSED
    ends = [row.left_marking_id, row.left_portion_marking_id, row.right_marking_id, row.right_portion_marking_id]
    markings = [row.marking_id, *ends, *(marking_id for _, marking_id in against)]
    return Judged(
        id=row.id,
        mentions=(row.left_mention, row.right_mention),
        verdict=row.verdict,
        by=row.by,
        at=instant(row.at_us),
        standing=standing,
        banner=mine.banner(connection, markings),
        reason=row.reason,
        reverses=row.reverses,
        reversed_by=tuple(id for id, _ in against),
        score=row.score,
        features=msgspec.json.decode(row.features, type=dict[str, float]),
    )

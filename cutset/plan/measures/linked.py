"""Links: the two reports of each lead by a selector, and when it was made, without what a person is told of a lead.

The pairs are those of `cutset.link.leads`; measures need neither their reasons nor their scores, and to tell of each
lead in full takes most of the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.link import bearings, leads
from cutset.link.bearings import Limits
from cutset.link.index import LinkIndex
from cutset.link.paths import Worth, pairs
from cutset.link.postings import named, posting
from cutset.link.resolved import resolved
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.model.report import Kind


class Linked(NamedTuple):
    """A lead's event and other by report id, their kinds, when the event was, when the lead could first be seen.

    `seqs` are the numbers of the two in the log: both are live.
    """

    event: str
    other: str
    seqs: tuple[int, int]
    kinds: tuple[Kind, Kind]
    at_us: int | None
    made: datetime


def linked(index: LinkIndex, rights: Rights) -> list[Linked]:
    """All leads by a selector that the viewer may see: links that rest on no judgement."""
    # Read when asked, as leads do, so that a test's small world can have small limits.
    limits = Limits(leads.COMMON_ABOVE, min(bearings.PASSED_ABOVE, leads.COMMON_ABOVE), bearings.MOST_NAMED)
    with resolved(index, rights) as (connection, mine):
        read = bearings.everything(connection, rights, mine, limits)
        found = [
            pair
            for pair in pairs(read, Worth(read, mine, {}), paths=False)
            if any(isinstance(key, int) for key in pair.keys)
        ]
        kinds: dict[int, Kind] = {}
        for chunk in chunks(sorted(read.nodes)):
            of_chunk = [named.c.seq.in_(chunk), visible(named.c.marking_id, rights)]
            rows = connection.execute(sa.select(named.c.seq, named.c.kind).where(*of_chunk))
            kinds.update((seq, Kind(kind)) for seq, kind in rows)
        applied = index.applied(connection)
        return [
            Linked(
                pair.event.id,
                pair.other.id,
                (pair.event.seq, pair.other.seq),
                (kinds[pair.event.seq], kinds[pair.other.seq]),
                pair.event.at_us,
                # A later report is never applied earlier.
                applied(max(pair.event.seq, pair.other.seq)),
            )
            for pair in found
        ]


def markings(connection: sa.Connection, rights: Rights, seqs: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """The markings of each report, and of its portions that name selectors, of those that the viewer may see."""
    found: dict[int, set[int]] = {}
    seen = [visible(posting.c.marking_id, rights), visible(posting.c.portion_marking_id, rights)]
    for chunk in chunks(sorted(set(seqs))):
        rows = sa.select(posting.c.seq, posting.c.marking_id, posting.c.portion_marking_id).where(
            posting.c.seq.in_(chunk), *seen
        )
        for seq, marking_id, of_portion in connection.execute(rows.distinct()):
            found.setdefault(seq, set()).update((marking_id, of_portion))
    return {seq: tuple(sorted(ids)) for seq, ids in found.items()}

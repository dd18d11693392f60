"""Editions: what a report was before its originator gave it another marking.

A re-marking submits the content anew and purges what bore the old marking. Of that the tombstone is left, and the
reason of its purge says which report stands in its place. What goes with the report and not with its marking follows
from edition to edition: its retention clock, who was shown it, and to whom it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import instant
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.notices import Purged, decode
from cutset.log.tables import log_body, log_head, log_notice, log_purge, log_supersession

_STANDS_AS = "re-marked by its originator: it stands as "
_ID_CHARACTERS = 34

replacing = sa.select(log_supersession.c.new_seq).join(log_purge, log_purge.c.seq == log_supersession.c.old_seq)
"""Reports that replaced one that is purged: only these can have editions before them."""


def reason(receipt_id: str, why: str = "") -> str:
    """The reason of the purge of what was given another marking, and stands as `receipt_id`.

    >>> became(reason("r-" + "a" * 32, "suspicion was not validated")) == "r-" + "a" * 32
    True
    """
    return f"{_STANDS_AS}{receipt_id}" + (f"; {why}" if why else "")


def became(said: str) -> str:
    """The id of the report that stands in the place of one purged for that reason; "" where it was no re-marking."""
    return said[len(_STANDS_AS) :][:_ID_CHARACTERS] if said.startswith(_STANDS_AS) else ""


def earlier(
    connection: sa.Connection, reports: Mapping[int, str], rights: Rights | None = None
) -> dict[int, tuple[int, ...]]:
    """By seq, the seqs of the editions before each of `reports` (seq: id); those that have none are left out.

    With `rights`, only editions that the viewer may see, up to the first that they may not; without, all.
    """
    found: dict[int, set[int]] = {}
    editions, of = dict(reports), {seq: {seq} for seq in reports}
    places: dict[int, str] | None = None
    while of:
        older: dict[int, set[int]] = {}
        for row in _replaced(connection, of, rights):
            places = _places(connection) if places is None else places
            if places.get(row.seq) != editions[row.new_seq]:
                continue
            # An edition is older than what replaced it, so that this comes to an end.
            editions[row.seq] = row.id
            older.setdefault(row.seq, set()).update(of[row.new_seq])
            for seq in of[row.new_seq]:
                found.setdefault(seq, set()).add(row.seq)
        of = older
    return {seq: tuple(sorted(seqs)) for seq, seqs in found.items()}


def submitted(connection: sa.Connection, seq: int) -> datetime:
    """When the leaf `seq` was added, also where the report itself is purged: by the head that was signed for it."""
    at_us = connection.scalar(
        sa.select(log_head.c.at_us).where(log_head.c.size >= seq).order_by(log_head.c.size).limit(1)
    )
    assert at_us is not None, "no leaf is without a head"
    return instant(at_us)


def _replaced(
    connection: sa.Connection, seqs: Iterable[int], rights: Rights | None
) -> Iterable[sa.Row[tuple[int, int, str]]]:
    seen = (
        ()
        if rights is None
        else (visible(log_supersession.c.marking_id, rights), visible(log_purge.c.marking_id, rights))
    )
    for chunk in chunks(sorted(seqs)):
        yield from connection.execute(
            replacing.add_columns(log_purge.c.seq, log_purge.c.id).where(log_supersession.c.new_seq.in_(chunk), *seen)
        )


def _places(connection: sa.Connection) -> dict[int, str]:
    """What stands in the place of each report that was purged at a re-marking, by its seq."""
    bodies = connection.execution_options(stream_results=True).scalars(
        sa.select(log_body.c.body)
        .join(log_notice, log_notice.c.seq == log_body.c.seq)
        .where(log_notice.c.what == "purged")
        .order_by(log_notice.c.seq)
    )
    found: dict[int, str] = {}
    for body in bodies:
        # Most purges are of another reason, and may name many reports.
        if _STANDS_AS.encode() in bytes(body):
            notice = decode(body)
            assert isinstance(notice, Purged)
            found.update((each.seq, became(notice.reason)) for each in notice.tombstones if became(notice.reason))
    return found

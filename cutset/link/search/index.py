"""The search's own index: each word of each report and portion, with the marking of where it stands.

It is not FTS5 or tsvector, on purpose: both rank by statistics of the whole store, which tell of what is hidden, and
find before rights can filter. Here a word's rows carry marking ids, a query filters them first, and SQLite and
PostgreSQL give the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import msgspec
import sqlalchemy as sa

from cutset.clock import microseconds
from cutset.link.search.words import Field, grams, of_part, of_report
from cutset.log.database import chunks
from cutset.log.follower import Taken
from cutset.log.rows import insert
from cutset.log.store import Held
from cutset.log.table_index import TableIndex
from cutset.model.report import Report, Track, Where

VERSION = 2
"""The form of the tables. Raise it with every change to them: an older index is then rebuilt."""

MOST_POSITIONS = 2000
"""Positions of a track that are kept at most; of more, evenly as many."""

metadata = sa.MetaData()

# Ordered by bytes on every database, so that one range holds all words with one beginning.
_BYTES = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

term = sa.Table(
    "search_term",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("word", _BYTES, nullable=False, index=True),
)

gram = sa.Table(
    "search_gram",
    metadata,
    sa.Column("gram", sa.Text, primary_key=True),
    sa.Column("term_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

posting = sa.Table(
    "search_posting",
    metadata,
    sa.Column("term_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False, index=True),
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("weight", sa.Integer, nullable=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
    sa.Column("portion_marking_id", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""`part` is 0 for the report proper, and counts its portions from 1; `weight` that of the best field it stands in."""

document = sa.Table(
    "search_document",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("originator", sa.Text, nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=True),
    sa.Column("marking_id", sa.Integer, nullable=False),
)

place = sa.Table(
    "search_place",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
    sa.Column("named", sa.Text, nullable=False),
    sa.Column("made", sa.Boolean, nullable=False),
    sa.Column("positions", sa.LargeBinary, nullable=False),
)
"""The reports that say where something was, and what they call it: `positions` is one, or those of a track."""


class SearchIndex(TableIndex):
    """What `search` reads."""

    NAME = "search"
    VERSION = VERSION
    TABLES = metadata

    def take(self, batch: Sequence[Held]) -> Taken:
        """The rows of a batch of reports."""
        return _Rows(batch)

    def forget_rows(self, connection: sa.Connection, seqs: Sequence[int]) -> None:
        """Drop the rows of the reports at `seqs`, and every word that stood in them alone."""
        _forget(connection, seqs)


def term_id(word: str) -> int:
    """A word's number: 64 bits of its digest, so that no dictionary is asked for it."""
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big", signed=True)


class _Rows:
    """The rows of one batch."""

    def __init__(self, batch: Sequence[Held]) -> None:
        self._documents: list[tuple[object, ...]] = []
        self._postings: list[tuple[object, ...]] = []
        self._places: list[tuple[object, ...]] = []
        self._words: dict[int, str] = {}
        for held in batch:
            if not held.entry.report.withdrawn:
                self._take(held)

    def _take(self, held: Held) -> None:
        report, seq = held.entry.report, held.entry.seq
        when = getattr(report.content, "when", None)
        at_us = None if when is None else microseconds(when.at)
        self._documents.append((seq, held.entry.id, str(report.kind), report.originator, at_us, held.marking_id))
        positions = positions_of(report)
        if positions:
            where = getattr(report.content, "where", None)
            named = where.place if isinstance(where, Where) else ""
            self._places.append((seq, held.marking_id, named, report.source.made, msgspec.msgpack.encode(positions)))
        parts: list[tuple[int, int, Any]] = [(0, held.marking_id, of_report(report))]
        for number, (portion, marking_id) in enumerate(
            zip(report.portions, held.portion_marking_ids, strict=True), start=1
        ):
            parts.append((number, marking_id, of_part(portion.mentions, portion.goods, portion.text)))
        for number, marking_id, stands in parts:
            best: dict[int, Field] = {}
            for field, word in stands:
                id = term_id(word)
                self._words[id] = word
                best[id] = max(field, best.get(id, field))
            self._postings += [(id, seq, number, int(field), held.marking_id, marking_id) for id, field in best.items()]

    def write(self, connection: sa.Connection) -> None:
        """Insert the rows."""
        insert(connection, document, self._documents)
        insert(connection, posting, self._postings)
        insert(connection, place, self._places)
        known: set[int] = set()
        for some in chunks(self._words):
            known.update(connection.scalars(sa.select(term.c.id).where(term.c.id.in_(some))))
        fresh = {id: word for id, word in self._words.items() if id not in known}
        insert(connection, term, list(fresh.items()))
        insert(connection, gram, [(each, id) for id, word in fresh.items() for each in sorted(grams(word))])


def positions_of(report: Report) -> list[tuple[float, float]]:
    """Where a report says that something was, (latitude, longitude) in degrees: at one place, or along a track.

    A long track is thinned, evenly, to `MOST_POSITIONS` and its last. What is not on the earth is left out.
    """
    content = report.content
    if isinstance(content, Track):
        along = [(at.latitude_deg, at.longitude_deg) for at in content.positions]
        step = -(-len(along) // MOST_POSITIONS) or 1
        found = [*along[:-1:step], *along[-1:]]
        return [at for at in found if _on_earth(*at)] if len(found) > 1 else []
    where = getattr(content, "where", None)
    if not isinstance(where, Where) or where.latitude_deg is None or where.longitude_deg is None:
        return []
    return [at for at in [(where.latitude_deg, where.longitude_deg)] if _on_earth(*at)]


def _on_earth(latitude_deg: float, longitude_deg: float) -> bool:
    # What is not a number is in no range.
    return -90 <= latitude_deg <= 90 and -180 <= longitude_deg <= 180


def _forget(connection: sa.Connection, seqs: Sequence[int]) -> None:
    for some in chunks(seqs):
        words = set(connection.scalars(sa.select(posting.c.term_id).where(posting.c.seq.in_(some)).distinct()))
        connection.execute(sa.delete(posting).where(posting.c.seq.in_(some)))
        connection.execute(sa.delete(document).where(document.c.seq.in_(some)))
        connection.execute(sa.delete(place).where(place.c.seq.in_(some)))
        for ids in chunks(sorted(words)):
            # A word of a purged report that stands nowhere else must go with it.
            left = set(connection.scalars(sa.select(posting.c.term_id).where(posting.c.term_id.in_(ids)).distinct()))
            gone = [id for id in ids if id not in left]
            connection.execute(sa.delete(gram).where(gram.c.term_id.in_(gone)))
            connection.execute(sa.delete(term).where(term.c.id.in_(gone)))

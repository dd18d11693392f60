"""Search: reports that hold every word of a question, by what the viewer may see alone.

Rights filter the rows of each word before anything is matched, counted or ranked. A word counts by where it stands and
how well it matches, never by how rare it is: rarity over the whole store would tell of what is hidden.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import instant, microseconds
from cutset.link.search.index import SearchIndex, document, gram, posting, term, term_id
from cutset.link.search.words import grams, likeness, words
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.model.report import Kind, Struct

MOST_WORDS = 8
PREFIX_FROM = 2
"""Letters from which the last word is taken as the beginning of one, as while it is typed."""
TOLERANT_FROM = 4
"""Letters from which a word that stands nowhere is taken as misspelt."""
ALIKE = 0.4
"""How alike words must be (`words.likeness`): one letter wrong in seven passes."""
MOST_SPELLINGS = 12


class Hit(Struct, frozen=True):
    """A report that was found: its id, kind and originator, when it happened, and how well it matches."""

    id: str
    kind: Kind
    originator: str
    at: datetime | None
    score: int


class Found(Struct, frozen=True):
    """What was found: the best `hits`, how many reports match, and the words that were read as others."""

    hits: tuple[Hit, ...]
    total: int
    read_as: dict[str, tuple[str, ...]]


def search(
    index: SearchIndex,
    rights: Rights,
    asked: str,
    *,
    kinds: tuple[Kind, ...] = (),
    originator: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 20,
    offset: int = 0,
) -> Found:
    """Live reports that hold every word of `asked`, the best first, then the latest, then by id.

    The last word may be unfinished. A word of four letters or more that stands nowhere that the viewer may see is read
    as those most like it. Without a word, everything is found, the latest first. `kinds`, `originator`, `since` and
    `until` (of the event's time) narrow what is found.
    """
    asked_words = list(dict.fromkeys(words(asked)))[:MOST_WORDS]
    bounds = _bounds(kinds, originator, since, until)
    with index.engine.connect() as connection:
        read_as: dict[str, tuple[str, ...]] = {}
        matches = []
        for number, word in enumerate(asked_words):
            last = number == len(asked_words) - 1
            match = _matching(word, prefix=last and len(word) >= PREFIX_FROM)
            if len(word) >= TOLERANT_FROM and not _stands(connection, rights, match):
                spellings = _spellings(connection, rights, word)
                if not spellings:
                    return Found((), 0, {})
                read_as[word] = tuple(each for _, each in spellings)
                match = posting.c.term_id.in_([term_id(each) for _, each in spellings])
            matches.append(match)
        return _ranked(connection, rights, matches, bounds, read_as, limit, offset)


def _seen(rights: Rights) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        visible(posting.c.marking_id, rights),
        visible(posting.c.portion_marking_id, rights),
        live(posting.c.seq, rights),
    )


def _matching(word: str, *, prefix: bool) -> sa.ColumnElement[bool]:
    if not prefix:
        return posting.c.term_id == term_id(word)
    # Words are folded, so that the last of all characters ends a range of beginnings.
    begins = sa.select(term.c.id).where(term.c.word >= word, term.c.word < word + "\U0010ffff")
    return posting.c.term_id.in_(begins)


def _stands(connection: sa.Connection, rights: Rights, match: sa.ColumnElement[bool]) -> bool:
    return connection.scalar(sa.select(sa.literal(1)).where(match, *_seen(rights)).limit(1)) is not None


def _spellings(connection: sa.Connection, rights: Rights, word: str) -> list[tuple[float, str]]:
    """The words most like this one, of those that stand where the viewer may see."""
    ours = sorted(grams(word))
    # Two words alike by ALIKE share at least that part of the asked word's trigrams.
    least = max(1, int(ALIKE * len(ours)))
    near = (
        sa.select(gram.c.term_id)
        .where(gram.c.gram.in_(ours))
        .group_by(gram.c.term_id)
        .having(sa.func.count() >= least)
        .subquery("near")
    )
    stands = sa.select(posting.c.seq).where(posting.c.term_id == term.c.id, *_seen(rights)).exists()
    candidates = connection.scalars(sa.select(term.c.word).join(near, near.c.term_id == term.c.id).where(stands))
    alike = [(likeness(word, each), each) for each in candidates]
    return sorted(((how, each) for how, each in alike if how >= ALIKE), key=lambda pair: (-pair[0], pair[1]))[
        :MOST_SPELLINGS
    ]


def _bounds(
    kinds: tuple[Kind, ...], originator: str, since: datetime | None, until: datetime | None
) -> list[sa.ColumnElement[bool]]:
    bounds: list[sa.ColumnElement[bool]] = []
    if kinds:
        bounds.append(document.c.kind.in_([str(kind) for kind in kinds]))
    if originator:
        bounds.append(document.c.originator == originator)
    if since is not None:
        bounds.append(document.c.at_us >= microseconds(since))
    if until is not None:
        bounds.append(document.c.at_us < microseconds(until))
    return bounds


def _ranked(
    connection: sa.Connection,
    rights: Rights,
    matches: list[sa.ColumnElement[bool]],
    bounds: list[sa.ColumnElement[bool]],
    read_as: dict[str, tuple[str, ...]],
    limit: int,
    offset: int,
) -> Found:
    each_word = [
        sa.select(posting.c.seq, sa.func.max(posting.c.weight).label("weight"))
        .where(match, *_seen(rights))
        .group_by(posting.c.seq)
        .subquery(f"word_{number}")
        for number, match in enumerate(matches)
    ]
    score: sa.ColumnElement[int] = sum((word.c.weight for word in each_word), start=sa.literal(0))
    holds: sa.FromClause = document
    for word in each_word:
        holds = holds.join(word, word.c.seq == document.c.seq)
    found = sa.select(document, score.label("score")).select_from(holds)
    found = found.where(visible(document.c.marking_id, rights), live(document.c.seq, rights), *bounds)
    at_us = sa.func.coalesce(document.c.at_us, sa.literal(-(1 << 62)))
    # Counted with the page: to match twice would take twice as long. The count is before the limit, as SQL has it.
    counted = found.add_columns(sa.func.count().over().label("total"))
    page = counted.order_by(score.desc(), at_us.desc(), document.c.id).limit(limit).offset(offset)
    rows = connection.execute(page).all()
    # Past the last page no row is left to bear the count.
    total = rows[0].total if rows else connection.scalar(sa.select(sa.func.count()).select_from(found.subquery()))
    hits = tuple(
        Hit(
            id=row.id,
            kind=Kind(row.kind),
            originator=row.originator,
            at=None if row.at_us is None else instant(row.at_us),
            score=row.score,
        )
        for row in rows
    )
    return Found(hits, total or 0, read_as)

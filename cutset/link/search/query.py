"""Search: reports that hold every word of a question, or the identifier that it is, by what the viewer may see alone.

Rights filter the rows of each word before anything is matched, counted or ranked. A word counts by where it stands and
how well it matches, never by how rare it is: rarity over the whole store would tell of what is hidden.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import instant, microseconds
from cutset.link.search.index import SearchIndex, document, gram, posting, term, term_id
from cutset.link.search.words import grams, identifiers, likeness, words
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
    region: str = "",
) -> Found:
    """Live reports that hold every word of `asked`, the best first, then the latest, then by id.

    The last word may be unfinished. A word of four letters or more that stands nowhere that the viewer may see is read
    as those most like it. Where `asked` is an identifier, however spaced, what bears it is found as well, and no part
    of it is read as another number. `region` is the country in whose way a telephone number without `+` is written.
    Without a word, everything is found, the latest first. `kinds`, `originator`, `since` and `until` (of the event's
    time) narrow what is found.
    """
    bounds = _bounds(kinds, originator, since, until)
    with index.engine.connect() as connection:
        sought = seek(connection, rights, asked, region)
        if sought is None:
            return Found((), 0, {})
        return _ranked(connection, rights, sought, bounds, limit, offset)


class Sought(NamedTuple):
    """What was asked for: the `seq` and `score` of the reports that hold it, None for all, and words read as others."""

    holding: sa.Select[tuple[int, int]] | None
    read_as: dict[str, tuple[str, ...]]


def seek(connection: sa.Connection, rights: Rights, asked: str, region: str = "") -> Sought | None:
    """What a question asks for, of what the viewer may see; None where nothing can hold it."""
    read_whole = identifiers(asked, region=region)
    borne = posting.c.term_id.in_([term_id(each) for each in read_whole])
    is_borne = bool(read_whole) and _stands(connection, rights, borne)
    asked_words = list(dict.fromkeys(words(asked)))[:MOST_WORDS]
    read = _read(connection, rights, asked_words, misspelt=not read_whole)
    if read is None:
        return Sought(_bearing(rights, borne), {}) if is_borne else None
    matches, read_as = read
    holding = _holding(rights, matches)
    if holding is not None and is_borne:
        holding = _either(holding, _bearing(rights, borne))
    return Sought(holding, read_as)


def _read(
    connection: sa.Connection, rights: Rights, asked: list[str], *, misspelt: bool
) -> tuple[list[sa.ColumnElement[bool]], dict[str, tuple[str, ...]]] | None:
    """What each word matches and the words read as others; None where a word is found nowhere, `misspelt` or not."""
    matches: list[sa.ColumnElement[bool]] = []
    read_as: dict[str, tuple[str, ...]] = {}
    for number, word in enumerate(asked):
        last = number == len(asked) - 1
        match = _matching(word, prefix=last and len(word) >= PREFIX_FROM)
        if (len(word) >= TOLERANT_FROM or not misspelt) and not _stands(connection, rights, match):
            spellings = _spellings(connection, rights, word) if misspelt else []
            if not spellings:
                return None
            read_as[word] = tuple(each for _, each in spellings)
            match = posting.c.term_id.in_([term_id(each) for _, each in spellings])
        matches.append(match)
    return matches, read_as


def _holding(rights: Rights, matches: list[sa.ColumnElement[bool]]) -> sa.Select[tuple[int, int]] | None:
    """The reports that match all, and their scores; None where nothing is to be matched."""
    each_word = [_bearing(rights, match).subquery(f"word_{number}") for number, match in enumerate(matches)]
    if not each_word:
        return None
    holds: sa.FromClause = each_word[0]
    for word in each_word[1:]:
        holds = holds.join(word, word.c.seq == each_word[0].c.seq)
    score: sa.ColumnElement[int] = sum((word.c.score for word in each_word), start=sa.literal(0))
    return sa.select(each_word[0].c.seq, score.label("score")).select_from(holds)


def _bearing(rights: Rights, match: sa.ColumnElement[bool]) -> sa.Select[tuple[int, int]]:
    weight = sa.func.max(posting.c.weight).label("score")
    return sa.select(posting.c.seq, weight).where(match, *_seen(rights)).group_by(posting.c.seq)


def _either(one: sa.Select[tuple[int, int]], other: sa.Select[tuple[int, int]]) -> sa.Select[tuple[int, int]]:
    both = sa.union_all(one, other).subquery("either")
    return sa.select(both.c.seq, sa.func.max(both.c.score).label("score")).group_by(both.c.seq)


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
    sought: Sought,
    bounds: list[sa.ColumnElement[bool]],
    limit: int,
    offset: int,
) -> Found:
    holds, score, order = best_first(sought)
    found = sa.select(document, score.label("score")).select_from(holds)
    found = found.where(visible(document.c.marking_id, rights), live(document.c.seq, rights), *bounds)
    # Counted with the page: to match twice would take twice as long. The count is before the limit, as SQL has it.
    page = found.add_columns(sa.func.count().over().label("total")).order_by(*order).limit(limit).offset(offset)
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
    return Found(hits, total or 0, sought.read_as)


def best_first(sought: Sought) -> tuple[sa.FromClause, sa.ColumnElement[int], tuple[sa.ColumnElement[Any], ...]]:
    """The documents that hold what is sought, their score, and what they are ordered by."""
    score: sa.ColumnElement[int] = sa.literal(0)
    holds: sa.FromClause = document
    if sought.holding is not None:
        held = sought.holding.subquery("held")
        score, holds = held.c.score, document.join(held, held.c.seq == document.c.seq)
    at_us = sa.func.coalesce(document.c.at_us, sa.literal(-(1 << 62)))
    return holds, score, (score.desc(), at_us.desc(), document.c.id)

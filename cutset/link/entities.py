"""Entities: the mentions that people judged to be one thing, as far as this viewer may see the judgements.

An entity is a connected component of the judgements `same` that stand. A judgement counts for a viewer who may see it
and both mentions that it names, where all three are live. Two viewers may therefore see different entities.

A `different` inside of an entity makes it contested (`cutset.link.contradictions`). A contested entity is shown whole,
with that word on it, and is not to be built on: whoever follows entities treats each of its mentions as its own.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Collection, Sequence
from hashlib import sha256

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.link import references
from cutset.link.components import Place
from cutset.link.errors import NotFound
from cutset.link.index import LinkIndex
from cutset.link.references import BadReference
from cutset.link.resolved import Resolved, resolved
from cutset.log import reading
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.tables import log_report
from cutset.model.marking import Marking, join
from cutset.model.report import Struct


class Entity(Struct, frozen=True):
    """Mentions judged to be one thing: their references, in the order in which their reports came in.

    `id` comes from the first of them, so that it stays as others join. `judgements` are the ids of the judgements
    `same` that hold it together, in the order of time. `contested` is true where a judgement calls two of its mentions
    different. `banner` is the join of the markings of all mentions and judgements.
    """

    id: str
    mentions: tuple[str, ...]
    banner: str
    judgements: tuple[str, ...] = ()
    contested: bool = False


def entities(index: LinkIndex, rights: Rights, *, limit: int | None = None, after: str | None = None) -> list[Entity]:
    """The entities of two or more mentions, in the order of the first mention of each.

    `limit` is how many to give, `after` the id of the entity where the last page ended. Raises `NotFound` where there
    is no entity `after`.
    """
    with resolved(index, rights) as (connection, mine):
        found = mine.verdicts.components.firsts()
        start = 0
        if after is not None:
            start = _number(mine, found, after) + 1
        page = found[start:] if limit is None else found[start : start + limit]
        contested = mine.contested()
        return [_told(connection, mine, first, contested) for first in page]


def entity(index: LinkIndex, rights: Rights, entity_id: str) -> Entity:
    """The entity with this id. Raises `NotFound`, in the same words, whether it never was or is hidden."""
    with resolved(index, rights) as (connection, mine):
        found = mine.verdicts.components.firsts()
        return _told(connection, mine, found[_number(mine, found, entity_id)], mine.contested())


def entity_of(index: LinkIndex, rights: Rights, mention: str) -> Entity:
    """The entity that a mention belongs to: of that mention alone, where no judgement joins it to another.

    Raises `NotFound`, in the same words, whether there is no such mention, it is hidden, or its report is superseded.
    """
    with resolved(index, rights) as (connection, mine):
        markings = _markings_of(connection, rights, mention)
        place = mine.places.get(mention)
        if place is not None and len(mine.verdicts.components.of(place)) > 1:
            return _told(connection, mine, mine.verdicts.components.first(place), mine.contested())
        return Entity(id=entity_id_of(mention), mentions=(mention,), banner=join(*markings).banner)


def entity_id_of(first: str) -> str:
    """`e-` and 26 base32 characters of a hash over the reference of the entity's first mention.

    >>> entity_id_of("r-abc#0")
    'e-dk3f3yeccneap23d6mq3watqsy'
    """
    return "e-" + b32encode(sha256(first.encode()).digest()).decode().lower()[:26]


def _markings_of(connection: sa.Connection, rights: Rights, mention: str) -> list[Marking]:
    """The markings of a mention's report and portion. Raises `NotFound`."""
    try:
        asked = references.read(mention)
    except BadReference:
        raise NotFound("mention", mention) from None
    is_live = sa.select(log_report.c.seq).where(
        log_report.c.id == asked.report, visible(log_report.c.marking_id, rights), live(log_report.c.seq, rights)
    )
    if connection.scalar(is_live) is not None:
        report = reading.fetch(connection, [asked.report], rights)[asked.report].report
        for reference, part, _ in references.mentions(asked.report, report):
            if reference == asked and not report.withdrawn:
                return [report.marking, *([report.portions[part - 1].marking] if part else [])]
    raise NotFound("mention", mention)


def _number(mine: Resolved, firsts: Sequence[Place], asked: str) -> int:
    """At which of `firsts` the entity with the id `asked` is. Raises `NotFound`."""
    for number, first in enumerate(firsts):
        if entity_id_of(mine.mentions[first]) == asked:
            return number
    raise NotFound("entity", asked)


def _told(connection: sa.Connection, mine: Resolved, first: Place, contested: Collection[Place]) -> Entity:
    component = mine.verdicts.components.of(first)
    judgements = mine.verdicts.components.edges(component)
    return Entity(
        id=entity_id_of(mine.mentions[first]),
        mentions=tuple(mine.mentions[place] for place in sorted(component)),
        judgements=tuple(mine.judgements[seq][0] for seq in sorted(judgements)),
        contested=first in contested,
        banner=mine.banner(connection, mine.premises(component, judgements)),
    )

"""Bearings: which reports that a viewer may see bear which selector or entity, around one report or in all.

What two reports can share is a *key*: a selector's number in the index, or an entity's first place. Rights and
liveness filter the postings before anything is counted; only then is a key passed over as too common.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.link import pairs, references
from cutset.link.components import Place
from cutset.link.pairs import pair
from cutset.link.postings import Side, named, posting, selector
from cutset.link.resolved import Resolved
from cutset.link.strength import STRENGTH
from cutset.log import reading
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.model.mention import Role, SelectorKind

Key = int | Place
"""A selector's number, or the first place of an entity."""

MOST_NAMED = 12
"""A report that names more selectors than this is a list (a manifest, a telephone's memory): no path passes it."""

PASSED_ABOVE = 20
"""A selector or entity of more reports than this is not passed through by a path, though it may link directly."""

_ROLES: Final = {str(each): each for each in Role}
_STATEMENTS: Final = 64
"""The sets of rights for which parts of statements are kept: to build one takes as long as to carry it out."""


class Limits(NamedTuple):
    """How many reports may bear a key that links directly, and one that a path passes; what a report may name."""

    common: int
    passed: int
    named: int


class Of(NamedTuple):
    """What a key is: a selector's kind and value, or None and the first mention of an entity.

    `reports` is how many reports bear it, counted no further than to one more than the limit.
    """

    kind: SelectorKind | None
    value: str
    reports: int

    @property
    def passable(self) -> bool:
        """A stamp is copied and a substance is everyone's: they tie nothing together."""
        return self.kind is None or STRENGTH[self.kind] >= 0.5


class Bearing(NamedTuple):
    """A mention that bears a key."""

    place: Place
    role: Role
    name: str = ""


class Node(NamedTuple):
    """A report, as an end or the middle of a lead."""

    seq: int
    id: str
    side: Side
    at_us: int | None
    priority: bool


class Bearings:
    """Reports and keys, as far as they were read."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.nodes: dict[int, Node] = {}
        self.keys: dict[Key, Of] = {}
        self.by_key: dict[Key, dict[int, list[Bearing]]] = {}
        self.by_report: dict[int, dict[Key, list[Bearing]]] = {}
        self.lists: dict[int, int] = {}
        """Reports that name more selectors than a path may pass, and how many they name."""
        self.counted: set[int] = set()
        """The reports of which it was counted how many selectors they name."""
        self.root: int | None = None
        """The report around which it was read, if it is there for the viewer."""
        self.common: list[Of] = []
        """Selectors of that report which too many reports bear to link."""

    def add(self, key: Key, seq: int, bearing: Bearing) -> None:
        """A mention of the report at `seq` bears the key."""
        found = self.by_report.setdefault(seq, {}).setdefault(key, [])
        if bearing not in found:
            found.append(bearing)
            self.by_key.setdefault(key, {})[seq] = found

    def passes(self, key: Key) -> bool:
        """Whether a path may pass through the key."""
        of = self.keys[key]
        return of.passable and of.reports <= self.limits.passed


def everything(connection: sa.Connection, rights: Rights, mine: Resolved, limits: Limits) -> Bearings:
    """All keys that two or more reports bear."""
    found = Bearings(limits)
    # What one posting alone bears links nothing, whoever asks: a pass over the index's key alone leaves that out before
    # rights are applied. What stays is counted by what the viewer may see.
    shared = sa.select(posting.c.selector_id).group_by(posting.c.selector_id).having(sa.func.count() > 1)
    seen = _seen(rights).where(posting.c.selector_id.in_(shared)).subquery("seen")
    linking = (
        sa.select(seen.c.selector_id, sa.func.count().label("reports"))
        .group_by(seen.c.selector_id)
        .having(sa.func.count().between(2, limits.common))
        .subquery("linking")
    )
    counted = connection.execute(
        sa.select(linking.c.selector_id, linking.c.reports, selector.c.kind, selector.c.value).join(
            selector, selector.c.id == linking.c.selector_id
        )
    )
    shared_by = {row.selector_id: Of(SelectorKind(row.kind), row.value, row.reports) for row in counted}
    found.keys.update(shared_by)
    for chunk in chunks(sorted(shared_by)):
        _bear(found, connection.execute(_postings(rights).where(posting.c.selector_id.in_(chunk))))
    _join(connection, rights, mine, found, mine.mentions)
    _count_named(connection, rights, found, sorted(found.by_report))
    _read_nodes(connection, found)
    return found


def around(
    connection: sa.Connection, rights: Rights, mine: Resolved, report: str, limits: Limits, *, paths: bool = True
) -> Bearings:
    """What the report shares with others and, for `paths`, what those that a path may pass share in turn."""
    found = Bearings(limits)
    root = connection.scalar(
        sa.select(named.c.seq).where(
            named.c.id == report, visible(named.c.marking_id, rights), live(named.c.seq, rights)
        )
    )
    if root is None:
        return found
    found.root = root
    found.common = _surround(connection, rights, mine, found, [root], paths=paths)
    return found


def around_all(
    connection: sa.Connection, rights: Rights, mine: Resolved, seqs: Sequence[int], limits: Limits
) -> Bearings:
    """The same of all reports at these places, which the viewer may see."""
    found = Bearings(limits)
    _surround(connection, rights, mine, found, seqs)
    return found


def _surround(
    connection: sa.Connection,
    rights: Rights,
    mine: Resolved,
    found: Bearings,
    roots: Sequence[int],
    *,
    paths: bool = True,
) -> list[Of]:
    """Read what the reports `roots` share with others, and these in turn; give what too many reports bear to link."""
    common = _expand(connection, rights, mine, found, roots, found.limits.common)
    if paths:
        starts = [root for root in roots if root not in found.lists]
        keys = {key for root in starts for key in found.by_report.get(root, {}) if found.passes(key)}
        between = {seq for key in keys for seq in found.by_key[key]}
        _count_named(connection, rights, found, sorted(between))
        _expand(connection, rights, mine, found, sorted(between - found.lists.keys() - {*roots}), found.limits.passed)
        _count_named(connection, rights, found, sorted(found.by_report.keys() - between))
    _read_nodes(connection, found)
    return common


def _expand(
    connection: sa.Connection, rights: Rights, mine: Resolved, found: Bearings, seqs: Sequence[int], limit: int
) -> list[Of]:
    """Read the keys of the reports `seqs` that at most `limit` reports bear, with all who bear them; give the rest."""
    _count_named(connection, rights, found, seqs)
    keys: set[int] = set()
    for chunk in chunks(seqs):
        keys.update(connection.scalars(_seen_keys(rights).where(posting.c.seq.in_(chunk))))
    rare: list[int] = []
    common: list[Of] = []
    for chunk in chunks(sorted(keys - found.keys.keys())):
        for row in connection.execute(_counts(rights, limit + 1).where(selector.c.id.in_(chunk))):
            of = Of(SelectorKind(row.kind), row.value, row.reports)
            if row.reports > limit:
                common.append(of)
            elif row.reports > 1:
                found.keys[row.id] = of
                rare.append(row.id)
    for chunk in chunks(rare):
        _bear(found, connection.execute(_postings(rights).where(posting.c.selector_id.in_(chunk))))
    judged: set[Place] = set()
    for chunk in chunks(seqs):
        for end in ("left", "right"):
            place = [pair.c[f"{end}_{name}"] for name in ("seq", "part", "number")]
            query = sa.select(*place).where(place[0].in_(chunk), pairs.seen(rights))
            judged.update(Place(*row) for row in connection.execute(query))
    _join(connection, rights, mine, found, judged)
    return sorted(common)


def _seen(rights: Rights) -> sa.Select[Any]:
    """(selector, report), once each, of the postings that the viewer may see in live reports."""
    return sa.select(posting.c.selector_id, posting.c.seq).where(*_shown(rights)).distinct()


@lru_cache(maxsize=_STATEMENTS)
def _shown(rights: Rights) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        visible(posting.c.marking_id, rights),
        visible(posting.c.portion_marking_id, rights),
        live(posting.c.seq, rights),
    )


@lru_cache(maxsize=_STATEMENTS)
def _seen_keys(rights: Rights) -> sa.Select[Any]:
    return sa.select(posting.c.selector_id).where(*_shown(rights)).distinct()


@lru_cache(maxsize=_STATEMENTS)
def _counts(rights: Rights, most: int) -> sa.Select[Any]:
    """Of each selector: how many reports bear it. Counting stops at `most`, so that a common one costs no more."""
    bearing = (
        sa.select(posting.c.seq)
        .where(posting.c.selector_id == selector.c.id, *_shown(rights))
        .distinct()
        .limit(most)
        .correlate(selector)
        .subquery()
    )
    counted = sa.select(sa.func.count()).select_from(bearing).scalar_subquery()
    return sa.select(selector.c.id, selector.c.kind, selector.c.value, counted.label("reports"))


@lru_cache(maxsize=_STATEMENTS)
def _postings(rights: Rights) -> sa.Select[Any]:
    columns = (posting.c.selector_id, posting.c.seq, posting.c.part, posting.c.mention, posting.c.role)
    return sa.select(*columns).where(*_shown(rights))


def _bear(found: Bearings, rows: Iterable[Any]) -> None:
    for selector_id, seq, part, mention, role in rows:
        found.add(selector_id, seq, Bearing(Place(seq, part, mention), _ROLES[role]))


def _count_named(connection: sa.Connection, rights: Rights, found: Bearings, seqs: Sequence[int]) -> None:
    """Note which of the reports name more selectors than a path may pass."""
    new = [seq for seq in seqs if seq not in found.counted]
    found.counted.update(new)
    for chunk in chunks(new):
        number = sa.func.count(posting.c.selector_id.distinct())
        query = sa.select(posting.c.seq, number).where(posting.c.seq.in_(chunk), *_shown(rights))
        above = query.group_by(posting.c.seq).having(number > found.limits.named)
        found.lists.update((seq, many) for seq, many in connection.execute(above))


def _join(
    connection: sa.Connection, rights: Rights, mine: Resolved, found: Bearings, judged: Collection[Place]
) -> None:
    """Take in the entities of the mentions `judged`. A contested entity joins nothing."""
    components, contested = mine.verdicts.components, mine.contested()
    firsts = {components.first(place) for place in judged if place in mine.mentions}
    entities: Mapping[Place, frozenset[Place]] = {
        first: components.of(first) for first in firsts - contested - found.keys.keys()
    }
    entities = {first: places for first, places in entities.items() if len({place.seq for place in places}) > 1}
    bearings = _named(connection, rights, mine, {place for places in entities.values() for place in places})
    for first in sorted(entities):
        borne = [bearings[place] for place in sorted(entities[first]) if place in bearings]
        found.keys[first] = Of(None, mine.mentions[first], len({each.place.seq for each in borne}))
        for each in borne:
            found.add(first, each.place.seq, each)


def _named(
    connection: sa.Connection, rights: Rights, mine: Resolved, places: Collection[Place]
) -> dict[Place, Bearing]:
    """Role and name of each mention, as its report has them."""
    reports = {references.read(mine.mentions[place]).report for place in places}
    written = {
        str(reference): mention
        for entry in reading.fetch(connection, sorted(reports), rights).values()
        for reference, _, mention in references.mentions(entry.id, entry.report)
    }
    found = {}
    for place in places:
        mention = written.get(mine.mentions[place])
        # Purged after the index read it, and before the index was told.
        if mention is not None:
            found[place] = Bearing(place, mention.role, mention.name)
    return found


def _read_nodes(connection: sa.Connection, found: Bearings) -> None:
    for chunk in chunks(sorted(found.by_report)):
        columns = (named.c.seq, named.c.id, named.c.side, named.c.at_us, named.c.priority)
        for row in connection.execute(sa.select(*columns).where(named.c.seq.in_(chunk))):
            found.nodes[row.seq] = Node(row.seq, row.id, Side(row.side), row.at_us, row.priority)


def sharing(found: Bearings) -> Iterator[tuple[Key, list[Node]]]:
    """Each key, with the reports that bear it."""
    for key, bearing in found.by_key.items():
        yield key, [found.nodes[seq] for seq in bearing if seq in found.nodes]

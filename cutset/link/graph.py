"""The graph of links, as far as a viewer may see it: a thing opened by one step, and the shortest way between two.

A *node* is a report, a verified selector, or an entity. A line goes from a report to each thing that it names, and says
by which of its mentions. Every line and node rests on live reports, portions and judgements that the viewer may see;
these are filtered before anything is counted, capped or ordered.

A node is named by what it is: a report and an entity by their ids, a selector as `phone:+19565550137`.

`opened` shows no more lines than it was asked for, and says how many it left out. `way` passes neither a thing that
more than `bearings.PASSED_ABOVE` reports bear, nor a stamp or substance, nor a contested entity; it stops at
`MOST_SEARCHED` reports, and says so. A way is no lead: it shows what is named together, and a person judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import instant
from cutset.link import bearings, leads, references
from cutset.link.components import Place
from cutset.link.entities import entity_id_of
from cutset.link.errors import NotFound
from cutset.link.index import LinkIndex
from cutset.link.postings import named, posting, selector
from cutset.link.resolved import Resolved, resolved
from cutset.link.strength import STRENGTH
from cutset.log import reading
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.model.marking import Marking, join
from cutset.model.mention import SelectorKind
from cutset.model.report import Entry, Struct

MOST_OPENED = 200
"""The most lines that one node is opened to."""
MOST_SEARCHED = 5_000
"""The search for a way stops once it has come to this many reports."""
MOST_COUNTED = 1_000
"""How far the reports that bear a thing are counted."""


class Dot(Struct, frozen=True):
    """A node: `sort` is `report`, `selector` or `entity`, `kind` the report's or selector's, `name` what to call it.

    A report has its `agency`, and `at` where it says when. `lines` is how many reports bear a thing, counted no
    further than to one more than `MOST_COUNTED`; 0 for a report.
    """

    id: str
    sort: str
    kind: str
    name: str
    agency: str = ""
    at: datetime | None = None
    lines: int = 0
    contested: bool = False
    made: bool = False


class Line(Struct, frozen=True):
    """Why a report and a thing are joined: the mention that bears it, with its role, name and own writing."""

    report: str
    thing: str
    mention: str
    role: str
    name: str = ""
    written: str = ""


class Opened(Struct, frozen=True):
    """A node with its lines and what they lead to; `left_out` is how many more nodes there are than the limit.

    `marking` is the join of the markings of all that the lines rest on.
    """

    dot: Dot
    lines: tuple[Line, ...]
    dots: tuple[Dot, ...]
    marking: Marking | None
    left_out: int = 0


class Way(Struct, frozen=True):
    """The shortest way from one node to another: the nodes in order, and the lines between each and the next.

    Without a way `dots` is empty. `stopped` is true where the search came to `MOST_SEARCHED` reports and gave up.
    """

    dots: tuple[Dot, ...] = ()
    lines: tuple[Line, ...] = ()
    marking: Marking | None = None
    stopped: bool = False


def naming(entry: Entry) -> Iterator[Line]:
    """The lines from a report to the verified selectors that it names, of what its reader may see of it."""
    for reference, _, mention in references.mentions(entry.id, entry.report):
        for each in mention.selectors:
            if each.verified and each.value:
                thing = f"{each.kind}:{each.value}"
                yield Line(entry.id, thing, str(reference), str(mention.role), mention.name, each.written)


class _Thing(NamedTuple):
    """A selector's number in the index, or the first place of an entity."""

    key: int | Place
    id: str


def opened(index: LinkIndex, rights: Rights, node: str, *, limit: int = 25) -> Opened:
    """A node by its name, with what one step leads to: of a report the things it names, of a thing those who name it.

    Of a report the things come first that other reports bear too. Raises `NotFound`, in the same words, whether there
    is no such node or it is hidden.
    """
    limit = max(1, min(limit, MOST_OPENED))
    with resolved(index, rights) as (connection, mine):
        view = _View(connection, rights, mine)
        if node.startswith("r-"):
            return view.open_report(node, limit)
        return view.open_thing(view.thing(node), limit)


def way(index: LinkIndex, rights: Rights, one: str, other: str) -> Way:
    """A shortest way between two nodes, of several the first by the reports' ids. Raises `NotFound` as `opened`."""
    with resolved(index, rights) as (connection, mine):
        return _Search(_View(connection, rights, mine), one, other).found()


class _View:
    """The graph in one read transaction."""

    def __init__(self, connection: sa.Connection, rights: Rights, mine: Resolved) -> None:
        self.connection, self.rights, self.mine = connection, rights, mine
        self._contested = mine.contested()
        self._entities: dict[int, set[Place]] = {}
        """The first places of the entities that a report's mentions belong to, by the report's place in the log."""
        for first in mine.verdicts.components.firsts():
            for place in mine.verdicts.components.of(first):
                self._entities.setdefault(place.seq, set()).add(first)

    # ---- nodes ----------------------------------------------------------------------------------------------------

    def shown(self) -> tuple[sa.ColumnElement[bool], ...]:
        """What makes a posting one that the viewer may see, in a live report."""
        return (
            visible(posting.c.marking_id, self.rights),
            visible(posting.c.portion_marking_id, self.rights),
            live(posting.c.seq, self.rights),
        )

    def thing(self, node: str) -> _Thing:
        """The selector or entity of this name. Raises `NotFound`."""
        if node.startswith("e-"):
            for first in self.mine.verdicts.components.firsts():
                if entity_id_of(self.mine.mentions[first]) == node:
                    return _Thing(first, node)
        kind, _, value = node.partition(":")
        query = sa.select(selector.c.id).where(selector.c.kind == kind, selector.c.value == value)
        key = self.connection.scalar(query)
        if key is None or not self.bearing([key], most=1):
            raise NotFound("report, selector or entity", node)
        return _Thing(key, node)

    def dot(self, node: str) -> Dot:
        """The node of this name. Raises `NotFound`."""
        if node.startswith("r-"):
            return next(iter(self.reports([self.report(node)]).values()))
        return self.things([self.thing(node).id])[node]

    def report(self, id: str) -> int:
        """A report's place in the log. Raises `NotFound`."""
        query = sa.select(named.c.seq).where(
            named.c.id == id, visible(named.c.marking_id, self.rights), live(named.c.seq, self.rights)
        )
        seq: int | None = self.connection.scalar(query)
        if seq is None:
            raise NotFound("report, selector or entity", id)
        return seq

    def reports(self, seqs: Iterable[int]) -> dict[int, Dot]:
        """The reports at these places, as nodes."""
        found = {}
        for chunk in chunks(sorted(set(seqs))):
            for row in self.connection.execute(sa.select(named).where(named.c.seq.in_(chunk))):
                at = None if row.at_us is None else instant(row.at_us)
                found[row.seq] = Dot(
                    id=row.id, sort="report", kind=row.kind, name=row.id, agency=row.originator, at=at, made=row.made
                )
        return found

    def fetch(self, ids: Iterable[str]) -> dict[str, Entry]:
        """The reports of these ids, as the viewer may see them."""
        return dict(reading.fetch(self.connection, sorted(set(ids)), self.rights))

    # ---- lines ----------------------------------------------------------------------------------------------------

    def bearing(self, keys: Sequence[int], *, most: int = MOST_COUNTED + 1) -> dict[int, int]:
        """How many reports bear each of these selectors, counted no further than to `most`, without those of none."""
        found: dict[int, int] = {}
        for chunk in chunks(sorted(keys)):
            reports = (
                sa.select(posting.c.seq)
                .where(posting.c.selector_id == selector.c.id, *self.shown())
                .distinct()
                .limit(most)
                .correlate(selector)
                .subquery()
            )
            number = sa.select(sa.func.count()).select_from(reports).scalar_subquery()
            query = sa.select(selector.c.id, number).where(selector.c.id.in_(chunk))
            found.update((key, count) for key, count in self.connection.execute(query) if count)
        return found

    def lines(self, entries: Mapping[str, Entry]) -> Iterator[Line]:
        """Every line from these reports to the selectors and entities that they name."""
        for id in sorted(entries):
            yield from naming(entries[id])
            for reference, _, mention in references.mentions(id, entries[id].report):
                place = self.mine.places.get(str(reference))
                if place is not None and len(self.mine.verdicts.components.of(place)) > 1:
                    first = self.mine.verdicts.components.first(place)
                    entity = entity_id_of(self.mine.mentions[first])
                    yield Line(id, entity, str(reference), str(mention.role), mention.name)

    def things(self, names: Iterable[str]) -> dict[str, Dot]:
        """The selectors and entities of these names, as nodes, with how many reports bear each."""
        wanted = set(names)
        by_kind: dict[str, list[str]] = {}
        for kind, colon, value in (name.partition(":") for name in sorted(wanted)):
            if colon:
                by_kind.setdefault(kind, []).append(value)
        found: dict[int, tuple[str, str]] = {}
        for kind, values in by_kind.items():
            for chunk in chunks(values):
                query = sa.select(selector).where(selector.c.kind == kind, selector.c.value.in_(chunk))
                found.update((row.id, (row.kind, row.value)) for row in self.connection.execute(query))
        dots = {}
        for key, count in self.bearing(list(found)).items():
            kind, value = found[key]
            dots[f"{kind}:{value}"] = Dot(id=f"{kind}:{value}", sort="selector", kind=kind, name=value, lines=count)
        for first in self.mine.verdicts.components.firsts():
            id = entity_id_of(self.mine.mentions[first])
            if id in wanted:
                dots[id] = self._entity(first, id)
        return dots

    def _entity(self, first: Place, id: str) -> Dot:
        places = self.mine.verdicts.components.of(first)
        return Dot(
            id=id,
            sort="entity",
            kind="entity",
            name=id,
            lines=len({place.seq for place in places}),
            contested=first in self._contested,
        )

    def marking(self, entries: Mapping[str, Entry], lines: Sequence[Line]) -> Marking | None:
        """The join of the markings of these reports, of the portions that lines rest on, and of judgements."""
        markings = [entry.report.marking for entry in entries.values()]
        for line in lines:
            report = entries[line.report].report
            parts = {str(reference): part for reference, part, _ in references.mentions(line.report, report)}
            if parts[line.mention]:
                markings.append(report.portions[parts[line.mention] - 1].marking)
        judged: set[int] = set()
        for line in lines:
            if line.thing.startswith("e-"):
                judged |= self.mine.verdicts.components.edges(
                    self.mine.verdicts.components.of(self.mine.places[line.mention])
                )
        if judged:
            given = self.fetch(self.mine.judgements[seq][0] for seq in judged)
            markings += [entry.report.marking for entry in given.values()]
        # A report may go between the index's word for it and its body's.
        return join(*markings) if markings else None

    # ---- opening --------------------------------------------------------------------------------------------------

    def open_report(self, id: str, limit: int) -> Opened:
        """A report with the things that it names, those first that others bear too."""
        dot = self.dot(id)
        entries = self.fetch([id])
        lines = list(self.lines(entries))
        things = self.things(line.thing for line in lines)
        order = sorted(things.values(), key=lambda each: (each.lines < 2, each.sort, each.kind, each.name))
        kept = {each.id for each in order[:limit]}
        chosen = [line for line in lines if line.thing in kept]
        return Opened(
            dot=dot,
            lines=tuple(chosen),
            dots=tuple(order[:limit]),
            marking=self.marking(entries, chosen),
            left_out=len(order) - len(kept),
        )

    def open_thing(self, thing: _Thing, limit: int) -> Opened:
        """A thing with the reports that bear it, the latest first."""
        if isinstance(thing.key, Place):
            bearing = sorted({place.seq for place in self.mine.verdicts.components.of(thing.key)})
            order = sorted(self.reports(bearing).values(), key=_latest)
            number, page = len(order), order[:limit]
        else:
            borne = (
                sa.select(named.c.seq, named.c.at_us, named.c.id)
                .join(posting, posting.c.seq == named.c.seq)
                .where(posting.c.selector_id == thing.key, *self.shown())
                .distinct()
                .order_by(named.c.at_us.desc().nulls_last(), named.c.id)
                .limit(limit)
            )
            found = self.reports(self.connection.scalars(borne))
            number = self.bearing([thing.key])[thing.key]
            page = sorted(found.values(), key=_latest)
        entries = self.fetch(each.id for each in page)
        lines = [line for line in self.lines(entries) if line.thing == thing.id]
        return Opened(
            dot=self.things([thing.id])[thing.id],
            lines=tuple(lines),
            dots=tuple(page),
            marking=self.marking(entries, lines),
            left_out=number - len(page),
        )

    # ---- passing --------------------------------------------------------------------------------------------------

    def named_by(self, seqs: Sequence[int]) -> dict[int, set[int | Place]]:
        """Which selectors and entities each of these reports names."""
        found: dict[int, set[int | Place]] = {seq: set(self._entities.get(seq, ())) for seq in seqs}
        for chunk in chunks(sorted(seqs)):
            query = sa.select(posting.c.seq, posting.c.selector_id).where(posting.c.seq.in_(chunk), *self.shown())
            for seq, key in self.connection.execute(query):
                found[seq].add(key)
        return found

    def bearers(self, keys: Iterable[int | Place], *, passing: bool) -> dict[int | Place, list[int]]:
        """Which reports bear each of these things; where `passing`, without those that no way passes."""
        wanted = set(keys)
        found: dict[int | Place, list[int]] = {}
        for key in sorted(key for key in wanted if isinstance(key, Place)):
            if not (passing and key in self._contested):
                found[key] = sorted({place.seq for place in self.mine.verdicts.components.of(key)})
        selectors = [key for key in wanted if isinstance(key, int)]
        if passing:
            most = min(bearings.PASSED_ABOVE, leads.COMMON_ABOVE)
            counts = self.bearing(selectors, most=most + 1)
            weak = [str(kind) for kind in SelectorKind if STRENGTH[kind] < 0.5]
            few = [key for key, count in counts.items() if count <= most]
            selectors = []
            for chunk in chunks(sorted(few)):
                query = sa.select(selector.c.id).where(selector.c.id.in_(chunk), selector.c.kind.not_in(weak))
                selectors.extend(self.connection.scalars(query))
        for chunk in chunks(sorted(selectors)):
            columns = (posting.c.selector_id, posting.c.seq)
            query = sa.select(*columns).where(posting.c.selector_id.in_(chunk), *self.shown()).distinct()
            for key, seq in self.connection.execute(query):
                found.setdefault(key, []).append(seq)
        return found

    def names(self, keys: Iterable[int | Place]) -> dict[int | Place, str]:
        """What these things are called."""
        wanted = set(keys)
        found: dict[int | Place, str] = {
            key: entity_id_of(self.mine.mentions[key]) for key in wanted if isinstance(key, Place)
        }
        for chunk in chunks(sorted(key for key in wanted if isinstance(key, int))):
            for row in self.connection.execute(sa.select(selector).where(selector.c.id.in_(chunk))):
                found[row.id] = f"{row.kind}:{row.value}"
        return found


def _latest(dot: Dot) -> tuple[bool, float, str]:
    return dot.at is None, -(dot.at.timestamp() if dot.at else 0.0), dot.id


class _Search:
    """A search outwards from one node, a ring of reports at a time, until a ring holds the other."""

    def __init__(self, view: _View, one: str, other: str) -> None:
        self._view = view
        self._one, self._other = one, other
        self._came: dict[int, tuple[int | Place | None, int | None]] = {}
        """By which thing, and from which report, each report was first come to."""

    def found(self) -> Way:
        """The way, as nodes and lines."""
        if self._one == self._other:
            return Way(dots=(self._view.dot(self._one),))
        starts, first = self._ends(self._one)
        goals, last = self._ends(self._other)
        self._came = dict.fromkeys(starts, (first, None))
        goal, stopped = self._reach(starts, set(goals))
        if goal is None:
            return Way(stopped=stopped)
        seqs: list[int] = []
        keys: list[int | Place] = [] if last is None else [last]
        at: int | None = goal
        while at is not None:
            seqs.append(at)
            key, at = self._came[at]
            if key is not None:
                keys.append(key)
        return self._told(seqs[::-1], keys[::-1])

    def _ends(self, node: str) -> tuple[list[int], int | Place | None]:
        """The reports at a node, and the thing that it is; None for a report."""
        if node.startswith("r-"):
            return [self._view.report(node)], None
        thing = self._view.thing(node)
        return self._in_order(self._view.bearers([thing.key], passing=False).get(thing.key, [])), thing.key

    def _in_order(self, seqs: Iterable[int]) -> list[int]:
        """By the reports' ids: an order that tells of no place in the log."""
        dots = self._view.reports(seqs)
        return sorted(dots, key=lambda seq: dots[seq].id)

    def _reach(self, ring: list[int], goals: set[int]) -> tuple[int | None, bool]:
        while ring:
            met = [seq for seq in ring if seq in goals]
            if met:
                return met[0], False
            if len(self._came) >= MOST_SEARCHED:
                return None, True
            ring = self._next(ring)
        return None, False

    def _next(self, ring: list[int]) -> list[int]:
        borne = self._view.named_by(ring)
        bearers = self._view.bearers({key for keys in borne.values() for key in keys}, passing=True)
        names = self._view.names(bearers)
        new: list[int] = []
        for seq in ring:
            # By their names: the numbers of selectors tell in what order all reports came in, hidden ones too.
            for key in sorted(borne[seq] & bearers.keys(), key=names.__getitem__):
                for far in bearers[key]:
                    if far not in self._came:
                        self._came[far] = (key, seq)
                        new.append(far)
        return self._in_order(new)

    def _told(self, seqs: Sequence[int], keys: Sequence[int | Place]) -> Way:
        view = self._view
        reports = view.reports(seqs)
        written = view.names(keys)
        names = [written[key] for key in keys]
        entries = view.fetch(reports[seq].id for seq in seqs)
        things = view.things(names)
        order: list[Dot] = []
        on_way: set[tuple[str, str]] = set()
        from_thing = not self._one.startswith("r-")
        left, right = list(seqs), list(names)
        while left or right:
            dot = things[right.pop(0)] if (len(order) % 2 == 0) == from_thing and right else reports[left.pop(0)]
            if order:
                ends = (order[-1], dot) if order[-1].sort == "report" else (dot, order[-1])
                on_way.add((ends[0].id, ends[1].id))
            order.append(dot)
        lines = tuple(line for line in view.lines(entries) if (line.report, line.thing) in on_way)
        return Way(dots=tuple(order), lines=lines, marking=view.marking(entries, lines))

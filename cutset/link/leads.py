"""Leads: an event linked to a case, or to another event, by what both reports name or by a path between them.

No table of pairs is kept. Postings and judgements are filtered by the viewer's markings and by what is live; only then
is a value counted, passed over as too common, and joined into pairs and paths. What a hidden report says can therefore
show neither in a lead, nor in a score, nor in the absence of a lead.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import NamedTuple

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.link import bearings
from cutset.link import paths as of_paths
from cutset.link.bearings import Bearings, Limits, Node
from cutset.link.errors import NotFound
from cutset.link.index import LinkIndex
from cutset.link.judgements import judgement
from cutset.link.lead import CommonValue, Lead, LeadClock, Link, PassedOver, Reason
from cutset.link.paths import Pair, Worth
from cutset.link.postings import Side, named, posting, selector
from cutset.link.resolved import Resolved, resolved
from cutset.link.telling import Telling
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.tables import log_report
from cutset.model.mention import SelectorKind

__all__ = [
    "ALL",
    "COMMON_ABOVE",
    "CommonValue",
    "Lead",
    "LeadClock",
    "Link",
    "Outline",
    "PassedOver",
    "Reason",
    "chosen",
    "common",
    "lead",
    "leads",
    "passed_over",
    "to_cases",
]

COMMON_ABOVE = 200
"""A value that more visible live reports bear than this is too common to link any two of them.

200 reports already make some 20,000 pairs; a hawala broker's telephone or an exchange's wallet tells of the broker.
"""

ALL = frozenset(Link)
"""Every kind of link."""


class Outline(NamedTuple):
    """A lead before it is told: its id, and those of its two reports."""

    id: str
    event: str
    other: str


class _Found(NamedTuple):
    """Pairs, with what they were found by."""

    connection: sa.Connection
    bearings: Bearings
    worth: Worth
    pairs: list[Pair]
    telling: Telling


def leads(
    index: LinkIndex,
    rights: Rights,
    *,
    case: str | None = None,
    event: str | None = None,
    by: Collection[Link] = ALL,
    limit: int | None = None,
    after: str | None = None,
) -> list[Lead]:
    """The leads that the viewer may see: those to priority targets' cases first, then by score, latest event, ids.

    `case` and `event` are report ids that narrow them to one case's or one event's; where the viewer may not see
    that report there are none. `by` narrows them to kinds of link. `limit` is how many to give, `after` the id of the
    lead where the last page ended. Raises `NotFound` where there is no lead `after`.
    """
    with _found(index, rights, event if event is not None else case, by) as found:
        pairs = found.pairs
        if case is not None:
            pairs = [pair for pair in pairs if _is_case(pair.other) and pair.other.id == case]
        if event is not None:
            pairs = [pair for pair in pairs if event in (pair.event.id, pair.other.id)]
        pairs = sorted(pairs, key=_order)
        start = 0
        if after is not None:
            start = next((at + 1 for at, pair in enumerate(pairs) if _lead_id(pair) == after), -1)
            if start < 0:
                raise NotFound("lead", after)
        page = pairs[start:] if limit is None else pairs[start : start + limit]
        return _told(found, page)


def chosen(
    index: LinkIndex, rights: Rights, choose: Callable[[Sequence[Outline]], Iterable[Outline]], *, agency: str = ""
) -> list[Lead]:
    """Of all leads that the viewer may see, those that `choose` picks, in its order.

    `choose` is given the outlines of all, in the order of `leads`: of those that concern a report of `agency`, where
    one is named. Only what it picks is read whole, so that a page of many leads costs no more than the page.
    """
    with _found(index, rights, None, ALL) as found:
        pairs = sorted(found.pairs, key=_order)
        if agency:
            of_agency = sa.select(log_report.c.seq).where(
                log_report.c.originator == agency, visible(log_report.c.marking_id, rights)
            )
            mine = set(found.connection.scalars(of_agency))
            pairs = [pair for pair in pairs if pair.event.seq in mine or pair.other.seq in mine]
        by_id = {_lead_id(pair): pair for pair in pairs}
        outlines = [Outline(id, pair.event.id, pair.other.id) for id, pair in by_id.items()]
        return _told(found, [by_id[each.id] for each in choose(outlines)])


def to_cases(index: LinkIndex, rights: Rights, *, page: int = 500) -> Iterator[Outline]:
    """The outlines of all leads to a case that the viewer may see, in no order.

    They are found of so many cases at a time, so that of many leads no more than a page's are in memory.
    """
    last = -1
    while True:
        cases = (
            sa.select(named.c.seq, named.c.id)
            .where(named.c.side == Side.CASE, named.c.seq > last)
            .where(visible(named.c.marking_id, rights), live(named.c.seq, rights))
            .order_by(named.c.seq)
            .limit(page)
        )
        with resolved(index, rights) as (connection, mine):
            roots = {row.seq: row.id for row in connection.execute(cases)}
            if not roots:
                return
            read = bearings.around_all(connection, rights, mine, [*roots], _limits())
            worth = Worth(read, mine, _scores(connection, mine, read))
            pairs = of_paths.pairs(read, worth, frozenset(roots.values()))
        yield from (Outline(_lead_id(pair), pair.event.id, pair.other.id) for pair in pairs)
        last = max(roots)


def lead(index: LinkIndex, rights: Rights, lead_id: str) -> Lead:
    """The lead with this id. Raises `NotFound`, in the same words, whether it never was or rests on hidden reports."""
    with _found(index, rights, None, ALL) as found:
        page = [pair for pair in found.pairs if _lead_id(pair) == lead_id]
        if not page:
            raise NotFound("lead", lead_id)
        return _told(found, page)[0]


def passed_over(index: LinkIndex, rights: Rights, report: str) -> list[PassedOver]:
    """What was not followed from this report in looking for its leads, of what the viewer may see: empty, if all was.

    It is empty, too, where the viewer may not see the report.
    """
    with resolved(index, rights) as (connection, mine):
        limits = _limits()
        found = bearings.around(connection, rights, mine, report, limits)
    passed: list[PassedOver] = []
    if found.root is None:
        return passed
    for of in found.common:
        # A value is counted no further than to where it is common.
        why = f"more than {limits.common} reports bear it: it links nothing"
        passed.append(PassedOver(what=f"{of.kind} {of.value}", why=why, number=of.reports, limit=limits.common))
    for key in found.by_report.get(found.root, {}):
        of = found.keys[key]
        what = f"{of.kind} {of.value}" if of.kind else f"the entity of {of.value}"
        if of.reports > limits.passed:
            why = "it links directly; no path passes it, for too many reports bear it"
            passed.append(PassedOver(what=what, why=why, number=of.reports, limit=limits.passed))
        elif not of.passable:
            why = "it links directly; no path passes it, for it is copied"
            passed.append(PassedOver(what=what, why=why, number=of.reports, limit=0))
    for seq, number in found.lists.items():
        if seq in found.nodes:
            why = "it names many selectors: no path begins at it, passes it or ends at it"
            passed.append(PassedOver(what=found.nodes[seq].id, why=why, number=number, limit=limits.named))
    return sorted(passed, key=lambda each: (each.what, each.why))


def common(index: LinkIndex, rights: Rights) -> list[CommonValue]:
    """The values that more than `COMMON_ABOVE` live reports bear, of those that the viewer may see: commonest first."""
    seen = (
        sa.select(posting.c.selector_id, posting.c.seq)
        .where(
            visible(posting.c.marking_id, rights),
            visible(posting.c.portion_marking_id, rights),
            live(posting.c.seq, rights),
        )
        .distinct()
        .cte("seen")
    )
    above = sa.select(seen.c.selector_id).group_by(seen.c.selector_id).having(sa.func.count() > COMMON_ABOVE)
    counted = (
        sa.select(
            selector.c.kind, selector.c.value, named.c.kind.label("report_kind"), sa.func.count().label("reports")
        )
        .select_from(seen)
        .join(selector, selector.c.id == seen.c.selector_id)
        .join(named, named.c.seq == seen.c.seq)
        .where(seen.c.selector_id.in_(above))
        .group_by(selector.c.kind, selector.c.value, named.c.kind)
    )
    by_value: dict[tuple[str, str], dict[str, int]] = {}
    with index.engine.connect() as connection:
        for row in connection.execute(counted):
            by_value.setdefault((row.kind, row.value), {})[row.report_kind] = row.reports
    values = [
        CommonValue(
            kind=SelectorKind(kind), value=value, reports=sum(kinds.values()), by_kind=dict(sorted(kinds.items()))
        )
        for (kind, value), kinds in by_value.items()
    ]
    return sorted(values, key=lambda value: (-value.reports, value.kind, value.value))


@contextmanager
def _found(index: LinkIndex, rights: Rights, root: str | None, by: Collection[Link]) -> Iterator[_Found]:
    """The pairs of these kinds, or those of the report `root`, in one read transaction."""
    with resolved(index, rights) as (connection, mine):
        limits, wants_paths = _limits(), Link.PATH in by
        if root is None:
            read = bearings.everything(connection, rights, mine, limits)
        else:
            read = bearings.around(connection, rights, mine, root, limits, paths=wants_paths)
        worth = Worth(read, mine, _scores(connection, mine, read))
        roots = None if root is None else {root}
        pairs = [pair for pair in of_paths.pairs(read, worth, roots, paths=wants_paths) if _link(pair) in by]
        yield _Found(connection, read, worth, pairs, Telling(index, connection, rights, mine, read, worth))


def _told(found: _Found, page: Sequence[Pair]) -> list[Lead]:
    return found.telling.told([(_lead_id(pair), pair) for pair in page])


def _limits() -> Limits:
    # Read when asked, so that a test's small world can have small limits.
    return Limits(COMMON_ABOVE, min(bearings.PASSED_ABOVE, COMMON_ABOVE), bearings.MOST_NAMED)


def _scores(connection: sa.Connection, mine: Resolved, read: Bearings) -> dict[int, float | None]:
    """With what score each judgement was given that holds an entity of these reports together."""
    components = mine.verdicts.components
    places = {place for key in read.keys if not isinstance(key, int) for place in components.of(key)}
    scores: dict[int, float | None] = {}
    for chunk in chunks(sorted(components.edges(places))):
        query = sa.select(judgement.c.seq, judgement.c.score).where(judgement.c.seq.in_(chunk))
        scores.update((seq, score) for seq, score in connection.execute(query))
    return scores


def _is_case(node: Node) -> bool:
    return node.side is Side.CASE


def _link(pair: Pair) -> Link:
    if pair.best is not None:
        return Link.PATH
    return Link.SELECTOR if any(isinstance(key, int) for key in pair.keys) else Link.ENTITY


def _order(pair: Pair) -> tuple[object, ...]:
    """Priority targets' cases first, then best score, the latest event (those without a time last), then ids."""
    at_us = pair.event.at_us
    return (not pair.other.priority, -pair.score, at_us is None, -(at_us or 0), pair.event.id, pair.other.id)


def _lead_id(pair: Pair) -> str:
    """`l-` and 26 base32 characters of a hash over the two report ids, whatever links them: it stays as data grows."""
    digest = sha256(f"{pair.event.id}\n{pair.other.id}".encode()).digest()
    return "l-" + b32encode(digest).decode().lower()[:26]

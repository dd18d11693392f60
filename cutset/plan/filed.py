"""What agencies have filed under a plan: their `response` reports, as one viewer may see them.

Everything of the plan that is told rather than counted stands here: responses, gaps, budgets, registers. Of what is
filed twice under one name the later is in force, whether or not it says that it supersedes the earlier.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from typing import Generic, TypeVar

import msgspec
import sqlalchemy as sa

from cutset.access.registry import Registry
from cutset.access.rights import Rights
from cutset.log.database import engine
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.store import Log
from cutset.log.tables import log_report
from cutset.model.marking import Marking, join
from cutset.model.register import BudgetLine, RegisterEntry
from cutset.model.report import Kind, Response, Struct

E = TypeVar("E", bound=RegisterEntry)


class Filed(Struct, frozen=True):
    """A `response` report: its id, when and by whom it was submitted, and what it says.

    `agency` is the originator as it is now, after renamings; `originator` as it was. `owner` is the agency whose entry
    it is, likewise as it is now: of a budget line the one whose money it is, else `agency`. `replaced` is true where a
    report that the viewer may see supersedes it. `additions` are the texts of the portions that the viewer may see.
    """

    id: str
    submitted_at: datetime
    by: str
    agency: str
    originator: str
    owner: str
    marking: Marking
    content: Response
    made: bool = False
    replaced: bool = False
    additions: tuple[str, ...] = ()


class Entered(msgspec.Struct, Generic[E], frozen=True, kw_only=True):
    """A register's entry that is in force, and the report that it rests on.

    `key` is `owner/id`, and `agency` the owner; another agency's report of the same has the same key.
    """

    key: str
    agency: str
    entry: E
    filed: Filed


class Basis(Struct, frozen=True):
    """What a figure rests on: how many reports, their joined marking ("" for none), and whether any of it is made."""

    reports: int = 0
    banner: str = ""
    made: bool = False


def filed(log: Log, rights: Rights, *, plan: str | None = None, agency: str | None = None) -> list[Filed]:
    """All `response` reports that the viewer may see and that were not withdrawn, in the order of their submission.

    `plan` is a plan's id, `agency` an agency's. Those of an agency that this one succeeded count as its own.
    """
    registry = log.registry()
    query = sa.select(log_report.c.id, live(log_report.c.seq, rights).label("live")).where(
        log_report.c.kind == Kind.RESPONSE, visible(log_report.c.marking_id, rights)
    )
    if agency is not None:
        names = registry.predecessors(current(registry, agency))
        query = query.where(log_report.c.originator.in_(sorted(names)))
    with engine(log.url).connect() as connection:
        lives = {row.id: row.live for row in connection.execute(query)}
    found = []
    for entry in log.fetch(lives, rights).values():
        report = entry.report
        if report.withdrawn or not isinstance(report.content, Response):
            continue
        if plan is not None and report.content.plan != plan:
            continue
        found.append(
            Filed(
                id=entry.id,
                submitted_at=entry.submitted_at,
                by=entry.by,
                agency=current(registry, report.originator),
                originator=report.originator,
                owner=current(registry, _owner(report.content) or report.originator),
                marking=report.marking,
                content=report.content,
                made=report.source.made,
                replaced=not lives[entry.id],
                additions=tuple(portion.text for portion in report.portions if portion.text),
            )
        )
    return sorted(found, key=_order)


def _owner(content: Response) -> str:
    return content.entry.agency if isinstance(content.entry, BudgetLine) else ""


def _order(each: Filed) -> tuple[datetime, str]:
    return each.submitted_at, each.id


def current(registry: Registry, agency: str) -> str:
    """The id under which an agency goes now: its own, or that of the agency that succeeded it."""
    while newer := registry.successor(agency):
        agency = newer.id
    return agency


def entries(everything: Iterable[Filed], register: type[E]) -> list[Entered[E]]:
    """The entries of one register that are in force for each agency that reports them, in the order of their keys."""
    found = [each for each in everything if isinstance(each.content.entry, register)]
    latest = in_force(found, lambda each: (each.agency, each.owner, _entry(each, register).id))
    return sorted((_entered(each, register) for each in latest), key=lambda each: (each.key, each.filed.agency))


def _entry(each: Filed, register: type[E]) -> E:
    assert isinstance(each.content.entry, register)
    return each.content.entry


def _entered(each: Filed, register: type[E]) -> Entered[E]:
    entry = _entry(each, register)
    return Entered(key=f"{each.owner}/{entry.id}", agency=each.owner, entry=entry, filed=each)


def in_force(found: Iterable[Filed], name: Callable[[Filed], Hashable]) -> list[Filed]:
    """Of the reports that nothing replaced, the latest of each name."""
    latest = {name(each): each for each in sorted(found, key=_order) if not each.replaced}
    return sorted(latest.values(), key=_order)


def basis(rests_on: Sequence[Filed]) -> Basis:
    """What a figure rests on that was made from these reports; each counts once."""
    distinct = {each.id: each for each in rests_on}.values()
    if not distinct:
        return Basis()
    return Basis(
        reports=len(distinct),
        banner=join(*(each.marking for each in distinct)).banner,
        made=any(each.made for each in distinct),
    )

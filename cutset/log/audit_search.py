"""Searching the audit: who looked at what, when, for what, and what failed.

An **auditor** sees every look. A **privacy officer** sees the looks of their own agency's viewers, and of others'
those that showed one of the agency's own reports, or handed it on in a package: of these only that, and to whom, and
nothing of what else was asked or shown.
Of any look an officer is told only the reports that they may themselves see, and only those are counted: the audit
tells nobody of a report that is hidden from them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import Any

import msgspec
import sqlalchemy as sa

from cutset.access.registry import Registry, Viewer
from cutset.access.rights import Rights
from cutset.access.roles import may_audit, may_purge
from cutset.clock import instant, microseconds
from cutset.errors import CutsetError
from cutset.log.audit import seqs_of
from cutset.log.audit_index import HANDED, AuditIndex, look, seen
from cutset.log.database import chunks
from cutset.log.database import reading as read_transaction
from cutset.log.editions import earlier
from cutset.log.filters import visible
from cutset.log.tables import log_marking, log_purge, log_report
from cutset.model.marking import Marking


class AuditRefused(CutsetError):
    """The audit is for auditors, and an agency's part of it for the agency's privacy officers."""


class Scope(StrEnum):
    """How much of the audit a viewer may search."""

    ALL = "all"
    AGENCY = "agency"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is searched for; what is left out does not narrow.

    `agency` is that of who looked. `report` is the id of a report that was shown, purged or not, itself or as it was
    before its originator gave it another marking. `since` and `until` are aware times, the second not included.
    `failed` chooses failed tries or looks that were answered. `asked` is a digest that `cutset.node.looks` makes of a
    text: who asked for it. `before` goes on where the last page ended.
    """

    viewer: str = ""
    agency: str = ""
    report: str = ""
    view: str = ""
    since: datetime | None = None
    until: datetime | None = None
    purpose: str = ""
    failed: bool | None = None
    asked: str = ""
    before: int | None = None
    limit: int = 100


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A look as the audit shows it; `viewer` is "" where nobody was known. `at` is aware, in UTC.

    `shown` counts what was shown: for an officer, the reports in `reports`. `seq` is for auditors, else None.
    """

    at: datetime
    viewer: str
    agency: str
    view: str
    purpose: str
    asked: dict[str, str]
    shown: int
    reports: tuple[str, ...]
    failed: str
    seq: int | None = None


def scope_of(viewer: Viewer, registry: Registry) -> Scope:
    """How much the viewer may search. Raises `AuditRefused` for who is neither auditor nor privacy officer."""
    if may_audit(viewer, registry):
        return Scope.ALL
    if may_purge(viewer, registry):
        return Scope.AGENCY
    raise AuditRefused(
        f"{viewer.id} may not search the audit", remedy="look as an auditor, or as your agency's privacy officer"
    )


def search(
    index: AuditIndex, registry: Registry, rights: Rights, scope: Scope, question: Question | None = None
) -> list[Seen]:
    """The looks that answer the question, the newest first. `index` is up to date; `scope` is `scope_of` the viewer."""
    question = question or Question()
    with read_transaction(index.engine) as connection:
        circle = _Circle(connection, registry, rights, scope)
        query = sa.select(look).where(*_conditions(connection, circle, question)).order_by(look.c.seq.desc())
        rows = connection.execute(query.limit(question.limit)).all()
        shown = _shown(connection, circle, [row.seq for row in rows])
        return [circle.told(row, shown.get(row.seq, [])) for row in rows]


class _Circle:
    """What the viewer of the audit may be told."""

    def __init__(self, connection: sa.Connection, registry: Registry, rights: Rights, scope: Scope) -> None:
        self.all = scope is Scope.ALL
        self.rights = rights
        self.may_ask_of = None if self.all else rights
        self.agencies: Mapping[str, str] = {each.id: each.agency for each in registry.viewers}
        family = registry.predecessors(rights.agency)
        self.people = {id for id, agency in self.agencies.items() if agency in family}
        markings = connection.execute(sa.select(log_marking.c.id, log_marking.c.body).where(_visible_id(rights)))
        own = {row.id for row in markings if msgspec.json.decode(row.body, type=Marking).originator in family}
        self.own = msgspec.structs.replace(rights, visible=frozenset(own))

    def visible(self) -> list[sa.ColumnElement[bool]]:
        """The condition on `seen` that a report may be told of."""
        return [] if self.all else [visible(seen.c.marking_id, self.rights)]

    def looks(self) -> list[sa.ColumnElement[bool]]:
        """The condition on `look` that it may be told of."""
        if self.all:
            return []
        ours = sa.exists().where(seen.c.look_seq == look.c.seq, visible(seen.c.marking_id, self.own))
        return [look.c.viewer.in_(sorted(self.people)) | ours]

    def told(self, row: Any, reports: Sequence[tuple[int, str]]) -> Seen:
        """The look as the viewer is told of it; `reports` are (marking id, report id)."""
        mine = self.all or row.viewer in self.people
        ids = tuple(sorted(id for marking_id, id in reports if mine or marking_id in self.own.visible))
        return Seen(
            at=instant(row.at_us),
            viewer=row.viewer,
            agency=self.agencies.get(row.viewer, ""),
            view=row.view,
            purpose=row.purpose,
            asked=msgspec.json.decode(row.asked) if mine or row.view == HANDED else {},
            shown=row.shown if self.all else len(ids),
            reports=ids,
            failed=row.failed,
            seq=row.seq if self.all else None,
        )


def _visible_id(rights: Rights) -> sa.ColumnElement[bool]:
    return visible(log_marking.c.id, rights)


def _conditions(connection: sa.Connection, circle: _Circle, question: Question) -> list[sa.ColumnElement[bool]]:
    found = circle.looks()
    if question.viewer:
        found.append(look.c.viewer == question.viewer)
    if question.agency:
        people = sorted(id for id, agency in circle.agencies.items() if agency == question.agency)
        found.append(look.c.viewer.in_(people))
    if question.report:
        of = {seq: id for id, seq in seqs_of(connection, [question.report]).items()}
        seqs = sorted({*of, *chain.from_iterable(earlier(connection, of, circle.may_ask_of).values())})
        found.append(sa.exists().where(seen.c.report_seq.in_(seqs), seen.c.look_seq == look.c.seq, *_shared(circle)))
    if question.view:
        found.append(look.c.view == question.view)
    if question.since is not None:
        found.append(look.c.at_us >= microseconds(question.since))
    if question.until is not None:
        found.append(look.c.at_us < microseconds(question.until))
    if question.purpose:
        found.append(look.c.purpose == question.purpose)
    if question.failed is not None:
        found.append(look.c.failed != "" if question.failed else look.c.failed == "")
    if question.asked:
        found.append(look.c.asked.contains(question.asked, autoescape=True))
        if not circle.all:
            found.append(look.c.viewer.in_(sorted(circle.people)))
    if question.before is not None:
        found.append(look.c.seq < question.before)
    return found


def _shared(circle: _Circle) -> list[sa.ColumnElement[bool]]:
    """What an officer may ask about: reports that they see, of others' looks only their agency's own."""
    if circle.all:
        return []
    mine = look.c.viewer.in_(sorted(circle.people)) & visible(seen.c.marking_id, circle.rights)
    return [mine | visible(seen.c.marking_id, circle.own)]


def _shown(connection: sa.Connection, circle: _Circle, looks: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    for chunk in chunks(looks):
        for table in (log_report, log_purge):
            rows = connection.execute(
                sa.select(seen.c.look_seq, seen.c.marking_id, table.c.id)
                .join(table, table.c.seq == seen.c.report_seq)
                .where(seen.c.look_seq.in_(chunk), *circle.visible())
            )
            for row in rows:
                found.setdefault(row.look_seq, []).append((row.marking_id, row.id))
    return found


class Viewed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom a report reached: how often they looked, or a package with it was made for them; first and last."""

    viewer: str
    agency: str
    looks: int
    first: datetime
    last: datetime
    handed: int = 0


def who_saw(index: AuditIndex, registry: Registry, rights: Rights, scope: Scope, report: str) -> list[Viewed]:
    """Everyone whom the audit lists as having been shown a report, purged or not, or for whom a package with it was
    made; whom it reached first comes first. It is asked of the report as it is and as it was under earlier markings.
    """
    with read_transaction(index.engine) as connection:
        circle = _Circle(connection, registry, rights, scope)
        conditions = _conditions(connection, circle, Question(report=report))
        looked = connection.execute(
            sa.select(look.c.viewer, sa.func.count(), sa.func.min(look.c.at_us), sa.func.max(look.c.at_us))
            .where(*conditions, look.c.view != HANDED)
            .group_by(look.c.viewer)
        ).all()
        handed: dict[str, list[int]] = {}
        for asked, at_us in connection.execute(
            sa.select(look.c.asked, look.c.at_us).where(*conditions, look.c.view == HANDED)
        ):
            handed.setdefault(msgspec.json.decode(asked)["recipient"], []).append(at_us)
    reached = {viewer: (count, [first, last]) for viewer, count, first, last in looked}
    found = []
    for viewer in reached.keys() | handed.keys():
        count, times = reached.get(viewer, (0, []))
        packages = handed.get(viewer, [])
        found.append(
            Viewed(
                viewer=viewer,
                agency=circle.agencies.get(viewer, ""),
                looks=count,
                first=instant(min([*times, *packages])),
                last=instant(max([*times, *packages])),
                handed=len(packages),
            )
        )
    return sorted(found, key=lambda each: (each.first, each.viewer))


def lines(looks: Iterable[Seen]) -> Iterator[str]:
    """The looks as JSON, one a line."""
    for each in looks:
        yield msgspec.json.encode(each).decode() + "\n"


def table(looks: Iterable[Seen]) -> str:
    """The looks as CSV (RFC 4180) with a heading; reports and what was asked are set apart by spaces."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(("at", "viewer", "agency", "view", "purpose", "asked", "shown", "reports", "failed"))
    for each in looks:
        asked = " ".join(f"{name}={value}" for name, value in each.asked.items())
        writer.writerow(
            (
                each.at.isoformat(),
                each.viewer,
                each.agency,
                each.view,
                each.purpose,
                asked,
                each.shown,
                " ".join(each.reports),
                each.failed,
            )
        )
    return written.getvalue()

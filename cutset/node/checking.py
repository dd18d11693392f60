"""Whether each view's index is what the log makes of it; and making it anew.

`cutset verify` vouches for the log. A view reads an index of its own, which no leaf vouches for: who edits its rows
could make the view show, or hide, what the log does not say. An index follows from the log alone. It is therefore made
anew in a place aside, and the two are compared, row by row, at one moment of the log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from cutset.access.registry import Viewer
from cutset.access.roles import may_administer, may_audit
from cutset.errors import CutsetError
from cutset.link.candidates.index import CandidateIndex
from cutset.log.aside import Aside, aside
from cutset.log.audit_index import AuditIndex
from cutset.log.database import reading
from cutset.log.errors import StoreBusy, StoreFull, StoreUnreachable
from cutset.log.follower import NewerIndex, follow
from cutset.log.tables import log_leaf, log_notice, log_purge, log_report
from cutset.node.core import VIEWS, Core, ViewIndex, viewer_id
from cutset.node.looks import looked

ATTEMPTS = 8
"""How often the two are brought to one place in the log, where others write meanwhile, before it is given up."""
NAMED = 5
"""Rows of a table that are named by their place in the log."""


class ViewChecked(msgspec.Struct, frozen=True, kw_only=True):
    """What the check of a view's index found: how many rows it has, and what is wrong with it, in sentences."""

    view: str
    rows: int
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the index is what the log makes of it."""
        return not self.problems


class Reading(NamedTuple):
    """What is compared of a table: `columns` of it and of what it is joined with; {0} is its schema."""

    columns: str
    source: str


# An index may number things in the order in which it met them. These are compared by what the numbers stand for.
_READINGS: Mapping[str, Reading | None] = {
    # When a lead was first made known is no matter of the log's: a rebuild keeps these times.
    "link_applied": None,
    "link_selector": Reading("kind, value", "{0}.link_selector"),
    "link_posting": Reading(
        "s.kind, s.value, p.seq, p.part, p.mention, p.role, p.written, p.side, p.marking_id, p.portion_marking_id",
        "{0}.link_posting p LEFT JOIN {0}.link_selector s ON s.id = p.selector_id",
    ),
    "link_candidate": Reading(
        "c.seq, c.part, c.place, c.portion, c.role, c.made, c.profile, r.marking_id, r.portion_marking_id",
        "{0}.link_candidate c LEFT JOIN {0}.link_candidate_run r ON r.run = c.number >> 8",
    ),
    # Runs, pages and postings are held to the mentions by the index's own check.
    "link_candidate_run": None,
    "link_candidate_page": None,
    "link_candidate_fresh": None,
    "link_candidate_state": None,
}


class Checking(Core):
    """What auditors have checked, and administrators mended."""

    @looked(words=("views",))
    def check_views(self, views: Sequence[str] = (), *, viewer: Viewer | str) -> list[ViewChecked]:
        """Whether the index of each view that the store has, or of those named, is what the log makes of it.

        For auditors: it reads rows whatever their marking, and tells of them only where in the log they are. Others may
        write meanwhile. It takes as long as making the views anew, and as much room beside the store as they have.
        """
        if not may_audit(self.viewer(viewer_id(viewer)), self.log.registry()):
            raise CutsetError(f"{viewer_id(viewer)} is no auditor of this store", remedy="look as one with --as")
        kinds = self._kinds(views)
        with aside(self.url) as place:
            return [self._check(kind, place) for kind in kinds]

    @looked(words=("views",))
    def rebuild(self, views: Sequence[str] = (), *, viewer: Viewer | str) -> list[str]:
        """Make the indexes of these views, or of all that the store has, anew from the log; their names.

        For administrators and auditors. A view that is asked meanwhile shows what has been applied so far.
        """
        asker, registry = self.viewer(viewer_id(viewer)), self.log.registry()
        if not (may_administer(asker, registry) or may_audit(asker, registry)):
            raise CutsetError(f"{asker.id} may not rebuild views", remedy="ask an administrator")
        kinds = self._kinds(views)
        for kind in kinds:
            index = self._made(kind)
            index.drop()
            self._bring_up(index)
        return [kind.NAME for kind in kinds]

    def _kinds(self, views: Sequence[str]) -> list[type[ViewIndex]]:
        there = self.log.views()
        unknown = sorted(set(views) - {kind.NAME for kind in VIEWS})
        if unknown:
            known = ", ".join(sorted(kind.NAME for kind in VIEWS))
            raise CutsetError("there is no such view", where=", ".join(unknown), remedy=f"name some of: {known}")
        return [kind for kind in VIEWS if kind.NAME in there and (not views or kind.NAME in views)]

    def _check(self, kind: type[ViewIndex], place: Aside) -> ViewChecked:
        try:
            index = self._made(kind)
            if isinstance(index, CandidateIndex):
                index.check()
            others = _names(place)
            anew = kind(place.url)
            return self._compare(index, anew, place, _names(place) - others)
        except (StoreBusy, StoreFull, StoreUnreachable, NewerIndex):
            raise
        except Exception as error:  # noqa: BLE001 - what was edited may fail in any way, and is wrong in each
            said = error.what if isinstance(error, CutsetError) else type(error).__name__
            return ViewChecked(
                view=kind.NAME, rows=0, problems=(f"it cannot be read, or cannot follow the log: {said}",)
            )

    def _compare(self, index: ViewIndex, anew: ViewIndex, place: Aside, tables: set[str]) -> ViewChecked:
        readings = _readings(place, tables)
        behind = ""
        for _ in range(ATTEMPTS):
            self._bring_up(index)
            self._bring_up(anew)
            with reading(place.engine) as connection:
                behind = _behind(connection, place.here, anew.NAME) or _behind(connection, place.store, anew.NAME)
                if not behind:
                    return _compared(connection, place, anew.NAME, readings, _damaged(connection, place, tables))
        return ViewChecked(view=anew.NAME, rows=0, problems=(behind,))

    def _bring_up(self, index: ViewIndex) -> None:
        follow(self.log, index)
        if isinstance(index, AuditIndex):
            # Looks after the last report too.
            index.catch_up(self.log)


def _names(place: Aside) -> set[str]:
    return set(sa.inspect(place.engine).get_table_names())


def _readings(place: Aside, tables: set[str]) -> dict[str, Reading]:
    """What is compared of these tables."""
    inspector = sa.inspect(place.engine)
    found: dict[str, Reading] = {}
    for name in sorted(tables):
        columns = ", ".join(place.quoted(each["name"]) for each in inspector.get_columns(name))
        reading = _READINGS.get(name, Reading(columns, f"{{0}}.{name}"))
        if reading is not None:
            found[name] = reading
    return found


def _behind(connection: sa.Connection, schema: str, view: str) -> str:
    """Why what an index says of how far it has come cannot be; "" where it has come to the end of the log."""
    views = sa.table("log_view", sa.column("seq"), sa.column("forget_n"), sa.column("name"), schema=schema)
    row = connection.execute(sa.select(views.c.seq, views.c.forget_n).where(views.c.name == view)).one()
    last = connection.scalar(sa.select(sa.func.max(log_report.c.seq))) or 0
    if view == AuditIndex.NAME:
        looks = sa.select(sa.func.max(log_notice.c.seq)).where(log_notice.c.what == "looked")
        last = max(last, connection.scalar(looks) or 0)
    leaves = connection.scalar(sa.select(sa.func.max(log_leaf.c.seq))) or 0
    purges = connection.scalar(sa.select(sa.func.max(log_purge.c.n))) or 0
    if last <= row.seq <= leaves and row.forget_n == purges:
        return ""
    return (
        f"it says that it has come to leaf {row.seq} and purge {row.forget_n} of the log, which has come to leaf "
        f"{leaves} and purge {purges}; unless it is written to all the while, that place was changed"
    )


def _damaged(connection: sa.Connection, place: Aside, tables: set[str]) -> list[str]:
    """Tables that SQLite finds damaged: a lookup reads its own index beside the table, which must say the same."""
    if connection.dialect.name != "sqlite":
        return []
    return [
        f"{table}: the database finds it damaged"
        for table in sorted(tables)
        if connection.exec_driver_sql(f"PRAGMA {place.store}.integrity_check({table})").scalars().all() != ["ok"]
    ]


def _compared(
    connection: sa.Connection, place: Aside, view: str, readings: Mapping[str, Reading], damaged: list[str]
) -> ViewChecked:
    rows, problems = 0, damaged
    for table, each in readings.items():
        kept, made = (_rows(each, schema) for schema in (place.store, place.here))
        rows += connection.exec_driver_sql(f"SELECT count(*) FROM {place.store}.{table}").scalar_one()  # noqa: S608
        problems += _told(connection, table, "do not follow from the log", f"{kept} EXCEPT {made}")
        problems += _told(connection, table, "are missing, or are there in another form", f"{made} EXCEPT {kept}")
    return ViewChecked(view=view, rows=rows, problems=tuple(problems))


def _rows(of: Reading, schema: str) -> str:
    """Each row once, and how often it is there. The names are this program's own tables', never of any input."""
    return f"SELECT {of.columns}, count(*) FROM {of.source.format(schema)} GROUP BY {of.columns}"  # noqa: S608


def _told(connection: sa.Connection, table: str, what: str, which: str) -> list[str]:
    found = connection.exec_driver_sql(f"SELECT * FROM ({which}) AS differing")  # noqa: S608
    places = [name for name in found.keys() if name.endswith("seq")]  # noqa: SIM118 - these are a result's columns
    count, named = 0, list[str]()
    for row in found:
        count += 1
        if places and len(named) < NAMED:
            named.append(str(row._mapping[places[0]]))
    if not count:
        return []
    where = (
        f" (report {', '.join(dict.fromkeys(named))}{', …' if count > len(named) else ''} of the log)" if named else ""
    )
    return [f"{table}: {count:,} rows {what}{where}"]

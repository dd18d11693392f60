"""What the overview rests on: the live reports that a viewer may see, by agency, dataset and kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.store import Log
from cutset.log.tables import log_report, log_supersession
from cutset.model.marking import Marking, join
from cutset.model.report import Kind
from cutset.web.overview_data import Holding

Key = tuple[str, str, str]
_AT_ONCE = 500


def holdings(connection: sa.Connection, log: Log, rights: Rights) -> tuple[Holding, ...]:
    """How many live reports each agency's dataset holds, most first. A record that was taken back is none."""
    keys = (log_report.c.originator, log_report.c.dataset, log_report.c.kind)
    seen = (visible(log_report.c.marking_id, rights), live(log_report.c.seq, rights))
    counted = connection.execute(sa.select(*keys, sa.func.count()).where(*seen).group_by(*keys))
    counts: Counter[Key] = Counter({(row[0], row[1], row[2]): row[3] for row in counted})
    counts.subtract(_withdrawn(connection, log, rights))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        Holding(agency=agency, dataset=dataset, kind=kind, reports=number)
        for (agency, dataset, kind), number in ranked
        if number > 0
    )


def of_kind(held: Iterable[Holding], kind: Kind) -> int:
    """How many of the reports are of this kind."""
    return sum(each.reports for each in held if each.kind == kind)


def _withdrawn(connection: sa.Connection, log: Log, rights: Rights) -> Counter[Key]:
    # Only a report that replaces another can be a withdrawal, and few do.
    replaces = sa.exists().where(log_supersession.c.new_seq == log_report.c.seq)
    ids = list(
        connection.scalars(
            sa.select(log_report.c.id).where(
                replaces, visible(log_report.c.marking_id, rights), live(log_report.c.seq, rights)
            )
        )
    )
    found: Counter[Key] = Counter()
    for start in range(0, len(ids), _AT_ONCE):
        for entry in log.fetch(ids[start : start + _AT_ONCE], rights).values():
            report = entry.report
            if report.withdrawn:
                found[report.originator, report.source.dataset, str(report.kind)] += 1
    return found


def banner(markings: Iterable[Marking]) -> str:
    """The join of the markings of all that a page shows, "" for nothing."""
    found = list(markings)
    return join(*found).banner if found else ""

"""What must hold of one leaf: its rows against its hash, and against what its body says."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from cutset.log import commitment, notices
from cutset.log.commitment import encode
from cutset.log.database import chunks
from cutset.log.findings import Findings
from cutset.log.notices import Made, Marked, Purged
from cutset.log.streams import Stream
from cutset.log.submission import read_report
from cutset.log.tables import log_purge, log_report
from cutset.log.turn import tombstone_row
from cutset.model.marking import Marking
from cutset.model.report import Report

Rows = list[Any]

# What reading bytes that may have been edited can raise: no JSON, another shape, another type in the column.
_UNREADABLE = (msgspec.DecodeError, TypeError, ValueError, OverflowError)


class Leaf(NamedTuple):
    """A leaf, and the rows of each table that belong to it."""

    seq: int
    kind: str
    hash: bytes
    bodies: Rows
    reports: Rows
    portions: Rows
    identities: Rows
    supersessions: Rows
    notices: Rows
    tombstones: Rows


class Expected:
    """What the notices read so far say that other tables must hold, and what was counted."""

    def __init__(
        self, connection: sa.Connection, findings: Findings, markings: Stream, purges: Stream, meta: dict[str, str]
    ) -> None:
        self.findings = findings
        self.reports = 0
        self.purged = 0
        self._connection = connection
        self._markings = markings
        self._purges = purges
        self._meta = meta
        self._made = False
        self._marking: dict[int, Marking] = {}
        self._tombstones = 0
        self._replacing: list[tuple[int, tuple[str, ...], list[int]]] = []

    def marking(self, marking_id: int) -> Marking | None:
        """The marking of that id, if a notice before this leaf gave it one."""
        return self._marking.get(marking_id)

    def replaces(self, seq: int, ids: tuple[str, ...], old_seqs: list[int]) -> None:
        """The report at `seq` says that it supersedes `ids`, and `old_seqs` are stored: to be compared."""
        self._replacing.append((seq, ids, old_seqs))
        if len(self._replacing) >= 500:
            self._compare_replaced()

    def apply(self, notice: notices.AnyNotice, where: str) -> None:
        """Compare the rows of other tables that a notice vouches for."""
        match notice:
            case Made():
                said = {"format": str(notice.format), "origin": notice.origin, "public_key": notice.public_key}
                if self._made or said != self._meta:
                    self.findings.add("the store is not the one that was made", f"log_meta, and {where}")
                self._made = True
            case Marked():
                rows = self._markings.take(notice.id, self.findings)
                if [row.body for row in rows] != [encode(notice.marking).decode()]:
                    self.findings.add("a marking is not the one that got that id", f"log_marking, id {notice.id}")
                self._marking[notice.id] = notice.marking
            case Purged():
                for tombstone in notice.tombstones:
                    self._tombstones += 1
                    rows = self._purges.take(self._tombstones, self.findings)
                    if list(map(tuple, rows)) != [tombstone_row(self._tombstones, tombstone)]:
                        self.findings.add("a tombstone is not the purge's", f"log_purge, n {self._tombstones}")

    def finish(self) -> None:
        """Compare what is left to compare."""
        self._compare_replaced()
        if not self._made:
            self.findings.add("the log has no leaf of its making", "log_leaf, seq 1")
        if self.purged != self._tombstones:
            self.findings.add("tombstones are not those of the purges", f"{self.purged} for {self._tombstones}")

    def _compare_replaced(self) -> None:
        seqs: dict[str, int] = {}
        for table in (log_purge, log_report):
            for chunk in chunks(sorted({id for _, named, _ in self._replacing for id in named})):
                rows = self._connection.execute(sa.select(table.c.id, table.c.seq).where(table.c.id.in_(chunk)))
                seqs.update((row.id, row.seq) for row in rows)
        for seq, named, stored in self._replacing:
            if sorted({seqs.get(id, 0) for id in named}) != stored:
                self.findings.add("what a report supersedes is not what is stored", f"log_supersession, new_seq {seq}")
        self._replacing.clear()


def check(leaf: Leaf, expected: Expected) -> None:
    """Check a leaf's rows, and those of other tables that it vouches for."""
    if leaf.kind == "report":
        _check_tombstone(leaf, expected) if leaf.tombstones else _check_report(leaf, expected)
    elif leaf.kind == "notice":
        _check_notice(leaf, expected)
    else:
        expected.findings.add("a leaf of no known kind", f"log_leaf, seq {leaf.seq}")


def _check_tombstone(leaf: Leaf, expected: Expected) -> None:
    expected.purged += 1
    if leaf.bodies or leaf.reports or leaf.portions or leaf.identities or leaf.notices:
        expected.findings.add("a purged report has left rows", f"seq {leaf.seq}")
    row = leaf.tombstones[0]
    if len(leaf.tombstones) > 1 or encode([each.old_seq for each in leaf.supersessions]).decode() != row.supersedes:
        expected.findings.add("what a purged report superseded is not its tombstone's", f"seq {leaf.seq}")
    _check_supersessions(leaf, row.marking_id, expected.findings)


def _check_report(leaf: Leaf, expected: Expected) -> None:
    where = f"report, seq {leaf.seq}"
    findings = expected.findings
    if leaf.notices:
        findings.add("a report stands among the notices", f"log_notice, seq {leaf.seq}")
    if len(leaf.bodies) != 1 or len(leaf.reports) != 1:
        findings.add("a report's body or row is missing, and no purge says so", where)
        return
    body, row = leaf.bodies[0], leaf.reports[0]
    expected.reports += 1
    portion_bodies = [portion.body for portion in leaf.portions]
    try:
        _check_commitments(leaf, body, row, portion_bodies, findings)
        report = read_report(body.body, portion_bodies)
        identity = commitment.identity(report.originator, body.body, portion_bodies)
    except _UNREADABLE as error:
        findings.add(f"a report cannot be read: {error}", where)
        return
    _check_row(row, report, expected, where)
    for part, (stored, portion) in enumerate(zip(leaf.portions, report.portions, strict=True), start=1):
        if stored.part != part or expected.marking(stored.marking_id) != portion.marking:
            findings.add("a portion's row does not say what its body says", f"{where}, part {stored.part}")
    if [each.hash for each in leaf.identities] != [identity]:
        findings.add("a report's identity is not that of its body", f"log_identity, seq {leaf.seq}")
    if leaf.supersessions or report.supersedes:
        _check_supersessions(leaf, row.marking_id, findings)
        expected.replaces(leaf.seq, report.supersedes, [each.old_seq for each in leaf.supersessions])


def _check_supersessions(leaf: Leaf, marking_id: int, findings: Findings) -> None:
    if any(each.marking_id != marking_id for each in leaf.supersessions):
        findings.add("a supersession's marking is not its report's", f"log_supersession, new_seq {leaf.seq}")


def _check_commitments(leaf: Leaf, body: Any, row: Any, portions: list[bytes], findings: Findings) -> None:
    proper = commitment.proper(body.salt, body.body)
    metadata = commitment.metadata(body.salt, row.submitted_us, row.submitted_by, row.file, row.line)
    if commitment.report_leaf(proper, metadata, commitment.portions(body.salt, portions)) != leaf.hash:
        findings.add("a report is not the one that its leaf vouches for", f"report, seq {leaf.seq}")
    if commitment.report_id(proper) != row.id:
        findings.add("a report's id is not that of its body", f"report, seq {leaf.seq}")


def _check_row(row: Any, report: Report, expected: Expected, where: str) -> None:
    source = report.source
    said = (report.kind.value, report.originator, source.dataset, source.record)
    if (row.kind, row.originator, row.dataset, row.record) != said:
        expected.findings.add("a report's row does not say what its body says", where)
    if expected.marking(row.marking_id) != report.marking:
        expected.findings.add("a report's marking id is not that of its marking", where)


def _check_notice(leaf: Leaf, expected: Expected) -> None:
    where = f"notice, seq {leaf.seq}"
    findings = expected.findings
    if leaf.reports or leaf.portions or leaf.identities or leaf.supersessions or leaf.tombstones:
        findings.add("a notice has rows of a report", where)
    if len(leaf.bodies) != 1 or len(leaf.notices) != 1:
        findings.add("a notice's body or row is missing", where)
        return
    body = leaf.bodies[0]
    try:
        if commitment.notice_leaf(body.salt, body.body) != leaf.hash:
            findings.add("a notice is not the one that its leaf vouches for", where)
        notice = notices.decode(body.body)
    except _UNREADABLE as error:
        findings.add(f"a notice cannot be read: {error}", where)
        return
    if notices.what(notice) != leaf.notices[0].what:
        findings.add("a notice's row does not say what its body says", f"log_notice, seq {leaf.seq}")
    expected.apply(notice, where)

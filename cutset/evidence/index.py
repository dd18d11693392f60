"""The evidence views' own index: which report names which exhibit, applies which seal, and names which file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from cutset.clock import microseconds
from cutset.evidence.naming import agency_of, merged_names, name_of, part_names, parts_of
from cutset.log.follower import Taken
from cutset.log.store import Held
from cutset.log.table_index import TableIndex, TableRows
from cutset.model.exhibit import Attachment, Collected, Combined, Sealed
from cutset.model.register import Accreditation
from cutset.model.report import Content, Custody, Event, Lab, Report, Response, Tasking

VERSION = 2
"""The form of the tables. Raise it with every change to them: an older index is then rebuilt."""

ABOUT, PART, RESULT, REQUEST = "about", "part", "result", "request"
"""How a report names an exhibit: as what it is about, as what comes of that or goes into it, in a result, a request."""

metadata = sa.MetaData()

named = sa.Table(
    "evidence_named",
    metadata,
    sa.Column("seq", sa.BigInteger, nullable=False, index=True),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("exhibit", sa.Text, nullable=False, index=True),
    sa.Column("how", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False, index=True),
    sa.Column("marking_id", sa.Integer, nullable=False),
)
"""`event` is the id of the report of the event at which the exhibit was collected, "" elsewhere."""

seal = sa.Table(
    "evidence_seal",
    metadata,
    sa.Column("seq", sa.BigInteger, nullable=False, index=True),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("seal", sa.Text, nullable=False),
    sa.Column("exhibit", sa.Text, nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
    sa.Index("evidence_seal_number", "agency", "seal"),
)
"""Each seal that was put on: a number is that of the agency whose report says so."""

file = sa.Table(
    "evidence_file",
    metadata,
    sa.Column("seq", sa.BigInteger, nullable=False, index=True),
    sa.Column("sha256", sa.Text, nullable=False, index=True),
    sa.Column("marking_id", sa.Integer, nullable=False),
)
"""Which report names which file."""

accreditation = sa.Table(
    "evidence_accreditation",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
)


class EvidenceIndex(TableIndex):
    """What the views of evidence read."""

    NAME = "evidence"
    VERSION = VERSION
    TABLES = metadata

    def take(self, batch: Sequence[Held]) -> Taken:
        """The rows of a batch of reports."""
        return _Rows(batch)


class _Rows(TableRows):
    """The rows of one batch of reports."""

    TABLES = metadata

    def add(self, held: Held) -> None:
        """Add the rows of one report."""
        seq, id, marking_id = held.entry.seq, held.entry.id, held.marking_id
        report = held.entry.report
        content = report.content
        for exhibit, how, event in _named(report):
            self.rows[named].append((seq, id, exhibit, how, event, marking_id))
        if isinstance(content, Custody):
            at_us = microseconds(content.when.at)
            name = name_of(content.exhibit, report.originator)
            for number, exhibit in seals_of(name, content):
                self.rows[seal].append((seq, id, report.originator, number, exhibit, at_us, marking_id))
        for sha256 in sorted({each.sha256 for each in files_of(content)}):
            self.rows[file].append((seq, sha256, marking_id))
        if isinstance(content, Response) and isinstance(content.entry, Accreditation):
            self.rows[accreditation].append((seq, id, marking_id))


def files_of(content: Content) -> tuple[Attachment, ...]:
    """The files that a report names."""
    return content.files if isinstance(content, Custody | Lab | Event) else ()


def seals_of(name: str, content: Custody) -> Iterator[tuple[str, str]]:
    """Each seal that the report says was put on, and the exhibit that it was put on.

    In capitals and without blanks: `s 17` and `S17` are one seal.
    """
    for number, exhibit in _written(name, content):
        plain = "".join(number.split()).upper()
        if plain:
            yield plain, exhibit


def _written(name: str, content: Custody) -> Iterator[tuple[str, str]]:
    act = content.act
    if isinstance(act, Sealed | Combined) and act.seal:
        yield act.seal, name
    elif isinstance(act, Collected) and content.seal:
        yield content.seal, name
    for part in parts_of(act):
        if part.seal:
            yield part.seal, name_of(part.exhibit, agency_of(name))


def _named(report: Report) -> Iterator[tuple[str, str, str]]:
    """Each exhibit that the report names, how, and the event that it was collected at."""
    content = report.content
    match content:
        case Custody():
            name = name_of(content.exhibit, report.originator)
            event = content.act.event if isinstance(content.act, Collected) else ""
            yield name, ABOUT, event
            for each in dict.fromkeys((*part_names(name, content.act), *merged_names(name, content.act))):
                yield each, PART, ""
        case Lab() if content.exhibit:
            yield name_of(content.exhibit, report.originator), RESULT, ""
        case Tasking():
            for each in dict.fromkeys(content.about):
                if "/" in each:
                    yield each, REQUEST, ""

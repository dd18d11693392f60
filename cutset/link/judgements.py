"""People's judgements: the rows that the views read, and those about whole reports as the repeats show them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import instant, microseconds
from cutset.link import pairs
from cutset.link.postings import metadata
from cutset.log.commitment import encode
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.rows import delete, insert
from cutset.log.store import Held
from cutset.model.report import Judgement, Struct
from cutset.model.shown import MISSING

judgement = sa.Table(
    "link_judgement",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("reverses", sa.Text, nullable=False, index=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("marking_id", sa.Integer, nullable=False),
    sa.Column("score", sa.Float),
    sa.Column("features", sa.Text, nullable=False),
)
"""`features` is JSON: comparison -> match weight, in bits."""
about = sa.Table(
    "link_about",
    metadata,
    sa.Column("seq", sa.BigInteger, nullable=False, index=True),
    sa.Column("report", sa.Text, nullable=False, index=True),
)


class Ruling(Struct, frozen=True):
    """A judgement that stands: `verdict` on the reports `about`, those of one group of repeats; who gave it, and why.

    `id` is the judgement's own report.
    """

    id: str
    verdict: str
    about: tuple[str, ...]
    by: str
    at: datetime
    reason: str = ""


class Judged:
    """The rows of one batch's judgements, and of what they judge: whole reports, or a pair of mentions."""

    def __init__(self, batch: Sequence[Held]) -> None:
        self.judgements: list[tuple[object, ...]] = []
        self.about: list[tuple[object, ...]] = []
        self.pairs: list[tuple[int, pairs.Named]] = []
        for held in batch:
            entry, content = held.entry, held.entry.report.content
            if not isinstance(content, Judgement) or entry.report.withdrawn:
                continue
            at_us = microseconds(entry.submitted_at)
            given = (entry.seq, entry.id, content.verdict, content.reason, content.reverses, entry.by, at_us)
            shown = (content.score, encode(_features(content)).decode())
            self.judgements.append((*given, held.marking_id, *shown))
            named = pairs.named(content)
            if named is not None:
                self.pairs.append((entry.seq, named))
            self.about.extend((entry.seq, report) for report in content.about if "#" not in report)

    def write(self, connection: sa.Connection) -> None:
        """Insert the rows."""
        insert(connection, judgement, self.judgements)
        insert(connection, about, self.about)
        pairs.write(connection, self.pairs)


def _features(content: Judgement) -> dict[str, float]:
    """Of each comparison that was shown, and not missing: its match weight, in bits."""
    if content.shown is None:
        return content.features
    return {each.name: each.bits for each in content.shown.comparisons if each.level != MISSING}


def forget(connection: sa.Connection, seqs: Sequence[int]) -> None:
    """Delete the rows of these reports."""
    delete(connection, seqs, judgement, about)
    pairs.forget(connection, seqs)


def standing(connection: sa.Connection, rights: Rights, groups: Sequence[Sequence[str]]) -> list[tuple[Ruling, ...]]:
    """For each group of report ids, the judgements that stand on two or more of it, in the order of time, then of id.

    A judgement stands if the viewer may see it, nothing visible supersedes it, and no judgement that stands reverses
    it. Reports outside of the group that it also judges are left out.
    """
    group_of = {report: number for number, group in enumerate(groups) for report in group}
    named: dict[int, list[str]] = {}
    wanted = sorted(group_of)
    for start in range(0, len(wanted), 500):
        chunk = sa.select(about).where(about.c.report.in_(wanted[start : start + 500]))
        for seq, report in connection.execute(chunk):
            named.setdefault(seq, []).append(report)
    rulings: list[list[Ruling]] = [[] for _ in groups]
    judged = _visible(connection, rights, judgement.c.seq, sorted(named))
    stand = _standing(connection, rights, judged)
    for given in judged:
        if given.id not in stand:
            continue
        by_group: dict[int, list[str]] = {}
        for report in named[given.seq]:
            by_group.setdefault(group_of[report], []).append(report)
        for number, reports in by_group.items():
            if len(reports) >= 2:
                rulings[number].append(
                    Ruling(
                        id=given.id,
                        verdict=given.verdict,
                        about=tuple(sorted(reports)),
                        by=given.by,
                        at=instant(given.at_us),
                        reason=given.reason,
                    )
                )
    return [tuple(sorted(found, key=lambda ruling: (ruling.at, ruling.id))) for found in rulings]


def _visible(
    connection: sa.Connection, rights: Rights, column: sa.ColumnElement[Any], values: Sequence[object]
) -> list[sa.Row[Any]]:
    """The live judgements that the viewer may see and whose `column` is one of `values`."""
    found: list[sa.Row[Any]] = []
    for start in range(0, len(values), 500):
        found.extend(
            connection.execute(
                sa.select(judgement).where(
                    column.in_(values[start : start + 500]),
                    visible(judgement.c.marking_id, rights),
                    live(judgement.c.seq, rights),
                )
            )
        )
    return found


def _standing(connection: sa.Connection, rights: Rights, judged: Sequence[sa.Row[Any]]) -> set[str]:
    """The ids of those of `judged`, and of what reverses them however indirectly, that stand."""
    chain = {each.id: each for each in judged}
    reached = list(chain)
    while reached:
        fresh = [each for each in _visible(connection, rights, judgement.c.reverses, reached) if each.id not in chain]
        chain.update((each.id, each) for each in fresh)
        reached = [each.id for each in fresh]
    # A judgement names what it reverses by a hash of that: it is later, and the chain cannot come round to itself.
    stand: set[str] = set()
    reversed_ones: set[str] = set()
    for each in sorted(chain.values(), key=lambda each: each.seq, reverse=True):
        if each.id not in reversed_ones:
            stand.add(each.id)
            reversed_ones.add(each.reverses)
    return stand

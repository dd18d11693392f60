"""Acts: the cases, taskings, outcomes and results themselves, and which act names which report; kept up.

An act is a report that is neither an event nor only a published total. Those that measures must look at one by one are
kept from one reading to the next, so that only what is new is read from the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.log.filters import visible
from cutset.model.report import Kind
from cutset.plan.measures import facts
from cutset.plan.measures.running import Since

DETAILS = {
    Kind.CASE: facts.case,
    Kind.TASKING: facts.task,
    Kind.OUTCOME: facts.finding,
    Kind.LAB: facts.exhibit,
}
"""The table that says more of the acts of a kind."""


class Acts:
    """The live acts of a kind, by their number in the log and in its order, and by their id."""

    def __init__(self, by_seq: Mapping[int, sa.Row[Any]], by_id: Mapping[str, sa.Row[Any]]) -> None:
        self.by_seq = by_seq
        self.by_id = by_id

    def __len__(self) -> int:
        return len(self.by_seq)


def acts(connection: sa.Connection, rights: Rights, kind: Kind, kept: Acts | None, since: Since) -> Acts:
    """The acts of a kind with all that is said of them: those `kept`, without what is gone, and what is new."""
    act, detail = facts.act, DETAILS[kind]
    said = [column for column in detail.c if column.name != "seq"]
    query = sa.select(act, *said).join(detail, detail.c.seq == act.c.seq)
    query = query.where(act.c.kind == str(kind), visible(act.c.marking_id, rights), since.new(act.c.seq))
    by_seq = dict(kept.by_seq) if kept else {}
    by_id = dict(kept.by_id) if kept else {}
    for seq in since.gone():
        if seq in by_seq:
            del by_id[by_seq.pop(seq).id]
    for row in connection.execute(query.order_by(act.c.seq)):
        by_seq[row.seq] = by_id[row.id] = row
    return Acts(by_seq, by_id)


class Naming:
    """What the live acts of a kind name: whole reports, each under the id of its newest edition.

    What names an earlier edition of a report names the one that replaced it.
    """

    def __init__(
        self, said: Mapping[int, tuple[str, ...]], newest: Mapping[str, str], by: Mapping[str, tuple[int, ...]]
    ) -> None:
        self._said = said
        self._newest = newest
        self.by = by
        """Id of a report -> the numbers of the acts that name it, in order."""

    def __len__(self) -> int:
        return len(self._said)

    def of(self, seq: int) -> frozenset[str]:
        """The ids that the act names."""
        return frozenset(self._newest.get(id, id) for id in self._said.get(seq, ()))

    def renewed(
        self,
        new: Mapping[int, tuple[str, ...]],
        gone: Iterable[int],
        replaced: Iterable[str],
        newest_of: Callable[[Iterable[str]], Mapping[str, str]],
    ) -> Naming:
        """With the `new` acts and without those `gone`; `replaced` are reports that have a newer edition now."""
        lost = [seq for seq in gone if seq in self._said]
        said = {**self._said, **new}
        for seq in lost:
            del said[seq]
        again = {id for ids in new.values() for id in ids}
        if replaced:
            # A newer edition may stand at the end of any way that was known.
            again |= {*self._newest, *({id for ids in said.values() for id in ids}.intersection(replaced))}
        newest = {**self._newest, **newest_of(again)}
        if lost or replaced:
            return Naming(said, newest, _by({}, said, newest))
        return Naming(said, newest, _by(self.by, new, newest))


def _by(
    kept: Mapping[str, tuple[int, ...]], said: Mapping[int, tuple[str, ...]], newest: Mapping[str, str]
) -> dict[str, tuple[int, ...]]:
    found = dict(kept)
    for seq, ids in said.items():
        for id in {newest.get(id, id) for id in ids}:
            found[id] = (*found.get(id, ()), seq)
    return found


def said(connection: sa.Connection, rights: Rights, kind: Kind, since: Since) -> dict[int, tuple[str, ...]]:
    """What each new act of a kind names, in its own words and the log's order."""
    act, about = facts.act, facts.about
    query = (
        sa.select(act.c.seq, about.c.report)
        .join(about, about.c.seq == act.c.seq)
        .where(act.c.kind == str(kind), visible(act.c.marking_id, rights), since.new(act.c.seq))
        .order_by(act.c.seq)
    )
    found: dict[int, list[str]] = {}
    for seq, report in connection.execute(query):
        found.setdefault(seq, []).append(report)
    return {seq: tuple(ids) for seq, ids in found.items()}

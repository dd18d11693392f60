"""Repeats: seizures or detections that look like one event reported twice. A person judges; nothing is dropped.

Two reports of one originator's one dataset are *identical* if nothing but the occurrence number differs. They are
*near-repeats* if country, place (folded), date, contraband and substances are the same, and besides

- their masses differ by at most 0.5 %, or
- the amounts are the same, whatever the unit (one of two versions has its unit wrong), or
- nothing but the transport (modality, conveyance) and the direction differs.

Amounts of zero or not given say nothing and match only through the last rule. Portions are not compared.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import combinations, groupby
from typing import Any

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import instant
from cutset.link import judgements
from cutset.link.errors import NotFound
from cutset.link.index import LinkIndex
from cutset.link.judgements import Ruling
from cutset.link.rows import row
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.tables import log_report
from cutset.model.report import Struct

MASS_TOLERANCE = 0.005
"""Masses that differ by this fraction are taken as one mass, rounded or converted in two ways."""

_COMPARED = ("amount", "unit", "mass_kg", "modality", "conveyance", "direction", "concealment", "route")


class RepeatGroup(Struct, frozen=True):
    """Reports that look like one event, by their ids in order, and what differs among them.

    `identical` is true where nothing differs. `differs` names fields; `other` stands for any but the ones compared by
    name. `settled` is true where the judgements that stand, `rulings`, decide every pair as same or different.
    `made` is true if any of the reports is an exercise's.
    """

    id: str
    reports: tuple[str, ...]
    originator: str
    dataset: str
    at: datetime
    identical: bool
    differs: tuple[str, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    settled: bool = False
    made: bool = False


def repeats(
    index: LinkIndex, rights: Rights, *, limit: int | None = None, after: str | None = None
) -> list[RepeatGroup]:
    """The groups of repeats among the live reports that the viewer may see: newest event first, then by group id.

    `limit` is how many to give, `after` the id of the group where the last page ended. Raises `NotFound` where there
    is no group `after`.
    """
    with index.engine.connect() as connection:
        found = [_group(members) for members in _clusters(connection, rights)]
        found.sort(key=lambda group: (-group.at.timestamp(), group.id))
        start = 0
        if after is not None:
            start = next((at + 1 for at, group in enumerate(found) if group.id == after), -1)
            if start < 0:
                raise NotFound("group of repeats", after)
        page = found[start:] if limit is None else found[start : start + limit]
        rulings = judgements.standing(connection, rights, [group.reports for group in page])
    return [_judged(group, given) for group, given in zip(page, rulings, strict=True)]


def _clusters(connection: sa.Connection, rights: Rights) -> Iterator[list[sa.Row[Any]]]:
    seen = (visible(row.c.marking_id, rights), live(row.c.seq, rights))
    blocks = sa.select(row.c.near).where(*seen).group_by(row.c.near).having(sa.func.count() > 1)
    rows = connection.execute(
        sa.select(row, log_report.c.id, log_report.c.originator, log_report.c.dataset)
        .join(log_report, log_report.c.seq == row.c.seq)
        .where(row.c.near.in_(blocks), *seen)
        .order_by(row.c.near, log_report.c.id)
    )
    for _, block in groupby(rows, key=lambda each: each.near):
        yield from _connected(list(block))


def _connected(block: Sequence[sa.Row[Any]]) -> Iterator[list[sa.Row[Any]]]:
    """The groups of two or more rows in a block that the rules above connect."""
    parent = list(range(len(block)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    first: dict[tuple[object, ...], int] = {}
    for number, each in enumerate(block):
        quantity = (each.amount, each.unit, each.mass_kg)
        # What is identical differs in nothing, and so in nothing but the transport either.
        keys: list[tuple[object, ...]] = [("transport", each.remainder, quantity, each.concealment, each.route)]
        if each.amount:
            keys.append(("amount", each.amount))
        for key in keys:
            parent[root(number)] = root(first.setdefault(key, number))
    heavy = sorted((each.mass_kg, number) for number, each in enumerate(block) if each.mass_kg)
    anchor: tuple[float, int] | None = None
    for mass_kg, number in heavy:
        # Each run is measured from its lightest, so that many small steps do not chain into a large one.
        if anchor is None or mass_kg > anchor[0] * (1 + MASS_TOLERANCE):
            anchor = (mass_kg, number)
        parent[root(number)] = root(anchor[1])
    groups: dict[int, list[sa.Row[Any]]] = {}
    for number, each in enumerate(block):
        groups.setdefault(root(number), []).append(each)
    return (members for members in groups.values() if len(members) > 1)


def _group(members: Sequence[sa.Row[Any]]) -> RepeatGroup:
    reports = tuple(sorted(each.id for each in members))
    differs = [name for name in _COMPARED if len({getattr(each, name) for each in members}) > 1]
    if len({each.remainder for each in members}) > 1:
        differs.append("other")
    return RepeatGroup(
        id="g-" + b32encode(sha256("\n".join(reports).encode()).digest()).decode().lower()[:26],
        reports=reports,
        originator=members[0].originator,
        dataset=members[0].dataset,
        at=instant(members[0].at_us),
        identical=not differs,
        differs=tuple(differs),
        made=any(each.made for each in members),
    )


def _judged(group: RepeatGroup, rulings: tuple[Ruling, ...]) -> RepeatGroup:
    if not rulings:
        return group
    changes = {"rulings": rulings, "settled": _settled(group.reports, rulings)}
    return RepeatGroup(**{name: getattr(group, name) for name in group.__struct_fields__} | changes)


def _settled(reports: Sequence[str], rulings: Sequence[Ruling]) -> bool:
    """Whether the rulings decide every pair: `same` carries over (a=b, b=c, so a=c), and over it `different` does."""
    one = {report: report for report in reports}

    def root(report: str) -> str:
        while one[report] != report:
            report = one[report]
        return report

    for ruling in rulings:
        if ruling.verdict == "same":
            for report in ruling.about[1:]:
                one[root(report)] = root(ruling.about[0])
    apart = {
        frozenset((root(left), root(right)))
        for ruling in rulings
        if ruling.verdict == "different"
        for left, right in combinations(ruling.about, 2)
    }
    things = {root(report) for report in reports}
    contradicted = any(len(pair) == 1 for pair in apart)
    return not contradicted and len(apart) == len(things) * (len(things) - 1) // 2

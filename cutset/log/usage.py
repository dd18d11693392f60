"""Unusual use: viewers who look far more, or fail far more, than their peers of the same roles.

For the viewers of one set of roles and one count x, with median m and median absolute deviation MAD, the modified
z-score is

    z = 0.6745 (x - m) / MAD

and a count is unusual where z > 3.5 (Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993). Where more than
half of the counts are the same, MAD is 0 and (x - m) / (1.2533 mean absolute deviation) takes its place. Fewer than
`LEAST_PEERS` viewers are no measure for each other, and fewer than `LEAST_COUNT` looks are never called unusual.
Unusual is not unlawful: it says where to look first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from statistics import fmean, median

import msgspec
import sqlalchemy as sa

from cutset.access.registry import Registry, Viewer
from cutset.access.rights import Rights
from cutset.clock import microseconds
from cutset.log.audit_index import HANDED, REGISTRY, AuditIndex, look
from cutset.log.audit_search import Scope
from cutset.log.database import reading as read_transaction

UNUSUAL = 3.5
LEAST_PEERS = 5
LEAST_COUNT = 10


class Count(msgspec.Struct, frozen=True):
    """One count of a viewer's beside their peers'; `z` is None where there are too few of them to compare."""

    number: int
    median: float
    z: float | None
    unusual: bool


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """How much a viewer looked in a period: `looks` of every kind, and `failed` tries among them."""

    viewer: str
    agency: str
    roles: tuple[str, ...]
    peers: int
    looks: Count
    failed: Count

    @property
    def unusual(self) -> bool:
        """Whether either count is."""
        return self.looks.unusual or self.failed.unusual

    @property
    def why(self) -> str:
        """The rule as it came out for this viewer, in words."""
        said = [
            f"{each.number} {what} against a median of {each.median:g} among {self.peers} viewers of the same roles "
            f"(z {each.z:.1f}, unusual above {UNUSUAL})"
            for what, each in (("looks", self.looks), ("failed tries", self.failed))
            if each.unusual and each.z is not None
        ]
        return "; ".join(said) or "nothing unusual"


def usage(
    index: AuditIndex, registry: Registry, rights: Rights, scope: Scope, *, since: datetime, until: datetime
) -> list[Use]:
    """Every active viewer's use in a period, the most unusual first; an officer is told of the agency's own viewers."""
    family = registry.predecessors(rights.agency)
    viewers = [each for each in registry.viewers if each.active and (scope is Scope.ALL or each.agency in family)]
    with read_transaction(index.engine) as connection:
        counts = {
            viewer: (looks, failed)
            for viewer, looks, failed in connection.execute(
                sa.select(look.c.viewer, sa.func.count(), sa.func.sum(sa.case((look.c.failed != "", 1), else_=0)))
                .where(
                    look.c.at_us >= microseconds(since),
                    look.c.at_us < microseconds(until),
                    look.c.view.not_in((REGISTRY, HANDED)),
                )
                .group_by(look.c.viewer)
            )
        }
    groups: dict[tuple[str, ...], list[Viewer]] = {}
    for viewer in viewers:
        groups.setdefault(tuple(sorted(viewer.roles)), []).append(viewer)
    found = []
    for roles, peers in groups.items():
        looks = _counted([counts.get(each.id, (0, 0))[0] for each in peers])
        failed = _counted([counts.get(each.id, (0, 0))[1] for each in peers])
        found += [
            Use(viewer=each.id, agency=each.agency, roles=roles, peers=len(peers), looks=looks[n], failed=failed[n])
            for n, each in enumerate(peers)
        ]
    return sorted(found, key=_most_unusual_first)


def _most_unusual_first(use: Use) -> tuple[float, int, str]:
    return -max(use.looks.z or 0, use.failed.z or 0), -use.looks.number, use.viewer


def _counted(numbers: Sequence[int]) -> list[Count]:
    """Each number beside the others.

    >>> [each.unusual for each in _counted([20, 22, 19, 21, 23, 400])]
    [False, False, False, False, False, True]
    """
    middle = float(median(numbers))
    if len(numbers) < LEAST_PEERS:
        return [Count(each, middle, None, unusual=False) for each in numbers]
    spread = float(median([abs(each - middle) for each in numbers])) / 0.6745
    spread = spread or 1.2533 * fmean([abs(each - middle) for each in numbers])
    scores = [(each - middle) / spread if spread else 0.0 for each in numbers]
    return [
        Count(number, middle, round(z, 2), unusual=z > UNUSUAL and number >= LEAST_COUNT)
        for number, z in zip(numbers, scores, strict=True)
    ]

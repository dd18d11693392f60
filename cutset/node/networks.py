"""The network that a viewer gets: of the entries that they may see, revised by what they may see of finds."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.allocate.evidence import Evidence, Revise, evidence, revised
from cutset.allocate.index import AllocateIndex
from cutset.allocate.network import Network, sound
from cutset.log.database import engine
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.store import Log
from cutset.log.tables import log_report
from cutset.model.marking import Marking, join
from cutset.model.network import Means, Plain, Traffic, Way
from cutset.plan.filed import Entered, entries, filed

_AT_ONCE = 400
"""Ids that one statement asks for: SQLite limits its parameters."""


class Rests(Plain, frozen=True):
    """What is computed of a network rests on: how many `entries` and `reports`, their ids, markings, and the join.

    `revise` says which estimates the reports revised. `rests_on` names the entries' reports, and the first of the
    others (`Evidence.reports`). `faults` are entries that could not be reckoned with, in words.
    """

    revise: Revise
    entries: int
    reports: int
    rests_on: tuple[str, ...]
    faults: tuple[str, ...]
    markings: tuple[Marking, ...]
    marking: Marking | None
    made: bool

    @property
    def banner(self) -> str:
        """The marking as it stands over a page; "" where there is nothing to mark."""
        return self.marking.banner if self.marking else ""


class Seen(Plain, frozen=True):
    """A viewer's network: as `stated`, what their reports say of it, and the `network` that follows.

    `filed` gives each entry's report by the entry's name.
    """

    stated: Network
    network: Network
    evidence: Evidence
    filed: dict[str, str]
    rests: Rests


def seen(log: Log, index: AllocateIndex, rights: Rights, *, plan: str, revise: Revise) -> Seen:
    """The network of the entries in force that the viewer may see under the plan of that id.

    What cannot be reckoned with (a traffic without a way that the viewer sees) is left out, and said.
    """
    everything = filed(log, rights, plan=plan)
    ways = {each.key: each for each in entries(everything, Way)}
    traffic = {each.key: each for each in entries(everything, Traffic)}
    means = {each.key: each for each in entries(everything, Means)}
    stated, faults = sound(
        {name: each.entry for name, each in ways.items()},
        {name: each.entry for name, each in traffic.items()},
        {name: each.entry for name, each in means.items()},
    )
    found = evidence(index, rights, stated)
    every: list[Entered[Way] | Entered[Traffic] | Entered[Means]] = [*ways.values(), *traffic.values(), *means.values()]
    counts = revise is not Revise.NOTHING
    # What stands beside the network on a page marks it too, whether or not it revises anything.
    markings = tuple(dict.fromkeys((*(each.filed.marking for each in every), *found.markings)))
    return Seen(
        stated=stated,
        network=revised(stated, found, revise),
        evidence=found,
        filed={each.key: each.filed.id for each in every},
        rests=Rests(
            revise=revise,
            entries=len(every),
            reports=found.count if counts else 0,
            rests_on=(*sorted(each.filed.id for each in every), *(found.reports if counts else ())),
            faults=tuple(str(each) for each in faults),
            markings=markings,
            marking=join(*markings) if markings else None,
            made=found.made or any(each.filed.made for each in every),
        ),
    )


def standing(log: Log, rights: Rights, ids: Collection[str]) -> set[str]:
    """Those of these reports that the viewer may see, and that nothing which they may see supersedes."""
    found: set[str] = set()
    ordered = sorted(ids)
    with engine(log.url).connect() as connection:
        for start in range(0, len(ordered), _AT_ONCE):
            of = log_report.c.id.in_(ordered[start : start + _AT_ONCE])
            seen_now = visible(log_report.c.marking_id, rights), live(log_report.c.seq, rights)
            found.update(connection.scalars(sa.select(log_report.c.id).where(of, *seen_now)))
    return found

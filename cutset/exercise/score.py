"""What cutset found in a made world, held against its truth, viewer by viewer."""

from __future__ import annotations

from collections.abc import Iterable

from cutset.exercise.world import World
from cutset.model.mention import SelectorKind
from cutset.model.report import Entry, Kind, Report, Struct
from cutset.node import Node


class Score(Struct, frozen=True):
    """One viewer's leads against what was planted.

    `planted` links are those that this viewer may see, of which `found` were found. `leads` counts all leads to a case,
    `right` those whose both ends belong to one organisation. `near_misses` were planted to deceive, `claimed` is how
    many did. `hidden` links rest on another agency's confidential portion, `leaked` is how many were shown even so.
    """

    viewer: str
    planted: int
    found: int
    leads: int
    right: int
    near_misses: int
    claimed: int
    hidden: int
    leaked: int

    @property
    def recall(self) -> float:
        """The fraction of the planted links that was found; 1 where none was planted."""
        return self.found / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        """The fraction of the leads that is right; 1 where there is none."""
        return self.right / self.leads if self.leads else 1.0

    @property
    def perfect(self) -> bool:
        """All found, nothing wrong, nothing claimed that only looks linked, nothing leaked."""
        return self.recall == self.precision == 1.0 and self.claimed == self.leaked == 0


def score(node: Node, world: World, viewer: str) -> Score:
    """How the leads that `viewer` sees stand against the truth of `world`, whose files `node` holds."""
    agency = node.viewer(viewer).agency
    agency_of = {happening.key: happening.agency for happening in world.happenings}
    mine = {(link.event, link.case) for link in world.links if not link.hidden or agency_of[link.event] == agency}
    hidden = {(link.event, link.case) for link in world.links} - mine
    leads = [lead for lead in node.leads(viewer=viewer) if lead.case]
    records = _records(node, viewer, {id for lead in leads for id in (lead.event, lead.other)})
    owner = _owners(world)
    pairs = {(records[lead.event], records[lead.other]) for lead in leads}
    right = {(event, case) for event, case in pairs if owner.get(event, "?") == owner.get(case, "!")}
    near_misses = {(miss.event, miss.case) for miss in world.near_misses}
    return Score(
        viewer=viewer,
        planted=len(mine),
        found=len(mine & pairs),
        leads=len(pairs),
        right=len(right),
        near_misses=len(near_misses),
        claimed=len(near_misses & pairs),
        hidden=len(hidden),
        leaked=len(hidden & pairs),
    )


def _records(node: Node, viewer: str, ids: Iterable[str]) -> dict[str, str]:
    entries: dict[str, Entry] = node.log.fetch(sorted(ids), node.rights(viewer))
    return {id: _record(entry.report) for id, entry in entries.items()}


def _record(report: Report) -> str:
    """The source's own key, by which the truth names the record; a track has none, and goes by its vessel's MMSI."""
    if report.kind is Kind.TRACK:
        numbers = (each for mention in report.mentions for each in mention.selectors)
        return next(each.value for each in numbers if each.kind is SelectorKind.MMSI)
    return report.source.record


def _owners(world: World) -> dict[str, str]:
    """Record key -> number of the organisation that it belongs to; a happening that met with none has no owner."""
    owners = {organisation.number: organisation.number for organisation in world.organisations}
    owners.update({link.event: link.case for link in world.links})
    for number, organisation in enumerate((each for each in world.organisations if each.designated), 1):
        # The designated ones' entries in the made list, as `files` numbers them.
        owners[str(900_000 + 2 * number)] = owners[str(900_001 + 2 * number)] = organisation.number
    return owners

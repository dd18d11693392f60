"""What cutset found in a made world, held against its truth, viewer by viewer."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from cutset.exercise.displacement import Shift, shifts, turning
from cutset.exercise.network import network
from cutset.exercise.scenario import load as load_scenario
from cutset.exercise.scenario import names
from cutset.exercise.truth import World
from cutset.model.mention import SelectorKind
from cutset.model.report import Entry, Kind, Report, Struct
from cutset.node import Node


class Score(Struct, frozen=True):
    """One viewer's leads against what was planted.

    `planted` links are those that this viewer may see, of which `found` were found. `leads` counts all leads to a case,
    `right` those whose both ends belong to one organisation. `near_misses` were planted to deceive, `claimed` is how
    many did. `hidden` links rest on another agency's confidential portion, `leaked` is how many were shown even so.
    `spoiled` links have an identifier that was mistyped, left out or never filed: exact identifiers cannot find them;
    `regained` are those that were found all the same. `days_to_lead` is the median time from an event to its filing,
    with which its lead is there; None where nothing was found.
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
    spoiled: int = 0
    regained: int = 0
    days_to_lead: float | None = None

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
    whole = [link for link in world.links if not link.spoiled]
    mine = {(link.event, link.case) for link in whole if not link.hidden or agency_of[link.event] == agency}
    hidden = {(link.event, link.case) for link in whole} - mine
    spoiled = {(link.event, link.case) for link in world.links if link.spoiled} - mine
    leads = [lead for lead in node.leads(viewer=viewer) if lead.case]
    records = _records(node, viewer, {id for lead in leads for id in (lead.event, lead.other)})
    owner = world.owners
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
        spoiled=len(spoiled),
        regained=len(spoiled & pairs),
        days_to_lead=_days(world, mine & pairs),
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


def _days(world: World, found: set[tuple[str, str]]) -> float | None:
    filed = {each.key: (each.filed - each.at).total_seconds() / 86400 for each in world.happenings if each.filed}
    days = [filed[event] for event, _ in found if event in filed]
    return round(median(days), 1) if days else None


class Interdiction(Struct, frozen=True):
    """What the made agencies did to the made traffic: of the `loads` that set out, `seized` were met, with `seized_kg`.

    `modes` and `ways` are loads a month before and from `month` on, in which the scenario first changes something, by
    mode and by way, the most changed first. Inland legs are left out: nearly every load has them.
    """

    loads: int
    seized: int
    seized_kg: float
    month: int
    modes: tuple[Shift, ...]
    ways: tuple[Shift, ...]


def interdiction(world: World) -> Interdiction:
    """How much was seized of what was sent, and where the rest went when the scenario changed things."""
    place = network()
    through = sum(
        flow.loads - flow.seized for flow in world.flows if place.nodes[place.edges[flow.edge].goal].kind == "market"
    )
    plot = load_scenario(world.scenario) if world.scenario in names() else None
    month = turning(plot, world.months) if plot else world.months // 2 + 1
    outer = [flow for flow in world.flows if place.edges[flow.edge].mode != "land"]
    return Interdiction(
        loads=through + len(world.loads),
        seized=len(world.loads),
        seized_kg=round(sum(load.mass_kg for load in world.loads), 1),
        month=month,
        modes=tuple(shifts(outer, month, by_mode=True)),
        ways=tuple(shifts(outer, month)),
    )

"""What cutset found in a made world, held against its truth, viewer by viewer."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from statistics import median

from cutset.exercise.digests import Pairs
from cutset.exercise.displacement import Contrast, Displacement
from cutset.exercise.network import network
from cutset.exercise.truth import World, cases_on
from cutset.link.leads import to_cases
from cutset.model.mention import SelectorKind
from cutset.model.report import Kind, Report, Struct
from cutset.node import Node

_AT_ONCE = 1000
"""Leads of which the ends are read at once."""
_COUNTED = (
    "planted",
    "found",
    "right",
    "near_misses",
    "claimed",
    "hidden",
    "leaked",
    "spoiled",
    "regained",
)


class Score(Struct, frozen=True):
    """One viewer's leads against what was planted.

    `planted` links are those that this viewer may see, of which `found` were found. `leads` counts all leads to a case,
    `right` those whose both ends belong to one organisation. `near_misses` were planted to deceive, `claimed` is how
    many did. `hidden` links rest on another agency's confidential portion, `leaked` is how many were shown even so.
    `spoiled` links have an identifier that was mistyped, left out or never filed: exact identifiers cannot find them;
    `regained` are those that were found all the same. `days_to_lead` is the median time from an event until both it and
    the case's card were filed, for then its lead is there; below 0 for what is filed ahead, as manifests are; None
    where nothing was found.
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
    def recall_of_all(self) -> float:
        """The fraction found of the planted links with the spoiled ones, that exact identifiers cannot find."""
        whole = self.planted + self.spoiled
        return (self.found + self.regained) / whole if whole else 1.0

    @property
    def precision(self) -> float:
        """The fraction of the leads that is right; 1 where there is none."""
        return self.right / self.leads if self.leads else 1.0

    @property
    def perfect(self) -> bool:
        """All found, nothing wrong, nothing claimed that only looks linked, nothing leaked."""
        return self.recall == self.precision == 1.0 and self.claimed == self.leaked == 0


def score(node: Node, worlds: World | Iterable[World], viewer: str) -> Score:
    """How the leads that `viewer` sees stand against the truth of `worlds`, whose files `node` holds."""
    return scores(node, worlds, (viewer,))[0]


def scores(
    node: Node,
    worlds: World | Iterable[World],
    viewers: Iterable[str],
    told: Callable[[str], None] = lambda viewer: None,
) -> list[Score]:
    """The score of each viewer. The theatres are read once, one after another, and none is kept.

    `told` is called with each viewer whose leads have been read.
    """
    tallies = []
    for viewer in viewers:
        tallies.append(_Tally(node, viewer))
        told(viewer)
    for world in [worlds] if isinstance(worlds, World) else worlds:
        owners, cases = world.owners, {each.number: cases_on(each) for each in world.organisations}
        for tally in tallies:
            tally.add(world, owners, cases)
    return [tally.score() for tally in tallies]


class _Tally:
    """One viewer's leads, and what has been counted of them so far."""

    def __init__(self, node: Node, viewer: str) -> None:
        self._viewer = viewer
        self._agency = node.viewer(viewer).agency
        self._pairs = Pairs(_leads(node, viewer))
        self._counts: Counter[str] = Counter()
        self._days = array("d")

    def add(self, world: World, owner: Mapping[str, str], cases: Mapping[str, Sequence[str]]) -> None:
        """Count one theatre; `owner` says whose each record is, `cases` which cases are on each organisation."""
        pairs = self._pairs
        agency_of = {happening.key: happening.agency for happening in world.happenings}
        whole = [link for link in world.links if not link.spoiled]
        mine = {(link.event, link.case) for link in whole if not link.hidden or agency_of[link.event] == self._agency}
        hidden = {(link.event, link.case) for link in whole} - mine
        spoiled = {(link.event, link.case) for link in world.links if link.spoiled} - mine
        found = {pair for pair in mine if pair in pairs}
        near_misses = {(miss.event, miss.case) for miss in world.near_misses}
        # A lead is right where both ends are of one organisation: of each record, those to its owner's cases count.
        right = sum((record, case) in pairs for record, whose in owner.items() for case in cases.get(whose, ()))
        self._counts.update(
            planted=len(mine),
            found=len(found),
            right=right,
            near_misses=len(near_misses),
            claimed=sum(pair in pairs for pair in near_misses),
            hidden=len(hidden),
            leaked=sum(pair in pairs for pair in hidden),
            spoiled=len(spoiled),
            regained=sum(pair in pairs for pair in spoiled),
        )
        self._days.extend(_days_to_leads(world, sorted(found)))

    def score(self) -> Score:
        """What it came to."""
        days = round(median(self._days), 1) if self._days else None
        counts = {name: self._counts[name] for name in _COUNTED}
        return Score(viewer=self._viewer, leads=len(self._pairs), days_to_lead=days, **counts)


def _days_to_leads(world: World, found: Iterable[tuple[str, str]]) -> Iterator[float]:
    """The days from each event until the later of the two was filed: the event's record, and the case's card."""
    times = {each.key: (each.at, each.filed) for each in world.happenings}
    times |= {each.record: (each.at, each.filed) for each in world.papers}
    times |= {each.mmsi: (each.at, each.filed) for each in world.voyages}
    cards = {each.number: each.filed for each in world.organisations}
    for event, case in found:
        at, filed = times[event]
        if filed is not None:
            yield (max(filed, cards[case]) - at).total_seconds() / 86400


def _leads(node: Node, viewer: str) -> Iterator[tuple[str, str]]:
    """The viewer's leads to a case, by the records of the event and of the case.

    Leads are many: of a lead no more is read than its ends, and of a report no more than its name.
    """
    rights, number = node.rights(viewer), 0
    with node.looks.look("exercise score", viewer) as look:
        node.catch_up_links()
        found = to_cases(node.link, rights)
        while some := list(islice(found, _AT_ONCE)):
            number += len(some)
            entries = node.log.fetch(sorted({id for each in some for id in (each.event, each.other)}), rights)
            for each in some:
                if each.event in entries and each.other in entries:
                    yield _record(entries[each.event].report), _record(entries[each.other].report)
        look.show(None, number)


def _record(report: Report) -> str:
    """The source's own key, by which the truth names the record; a track has none, and goes by its vessel's MMSI."""
    if report.kind is Kind.TRACK:
        numbers = (each for mention in report.mentions for each in mention.selectors)
        return next(each.value for each in numbers if each.kind is SelectorKind.MMSI)
    return report.source.record


class Interdiction(Struct, frozen=True):
    """What the made agencies did to the made traffic: of the `loads` that set out, `seized` were met, with `seized_kg`.

    `displacement` is what the scenario's changes did to the traffic; where there is none, `untold` says why.
    """

    loads: int
    seized: int
    seized_kg: float
    displacement: Displacement | None = None
    untold: str = ""


def interdiction(worlds: World | Iterable[World]) -> Interdiction:
    """How much was seized of what was sent, and where the rest went for what the scenario changed."""
    place = network()
    seized, seized_kg, through = 0, 0.0, 0
    contrast = Contrast()
    for world in [worlds] if isinstance(worlds, World) else worlds:
        for load in world.loads:
            seized += 1
            seized_kg += load.mass_kg
        for flow in world.flows:
            if place.nodes[place.edges[flow.edge].goal].kind == "market":
                through += flow.loads - flow.seized
        contrast.add(world)
    displacement = contrast.found()
    return Interdiction(
        loads=through + seized,
        seized=seized,
        seized_kg=round(seized_kg, 1),
        displacement=displacement,
        untold=contrast.untold,
    )

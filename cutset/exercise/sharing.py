"""What an agency that shares nothing more does not file: its papers and tracks, and the links to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from cutset.exercise.agencies import FEEDS
from cutset.exercise.truth import Paper, PlantedLink, Voyage, month_of

Shares = Callable[[str, int], bool]
"""Whether an agency files what it has of a month, the first being 1."""
NOT_FILED = "not filed"
_AGENCY = {feed.file.partition(".")[0]: feed.agency for feed in FEEDS}
_OF_TRACKS = _AGENCY["uscg-ais"]


def papers(made: Sequence[Paper], shares: Shares) -> tuple[Paper, ...]:
    """The papers, of which those are not filed whose agency does not share: nor is an examination of such a one."""
    found, kept_back = [], set()
    for paper in made:
        if shares(_AGENCY[paper.feed], month_of(paper.at)) and paper.cells.get("paper") not in kept_back:
            found.append(paper)
        else:
            kept_back.add(paper.record)
            found.append(replace(paper, filed=None))
    return tuple(found)


def voyages(made: Sequence[Voyage], shares: Shares) -> tuple[Voyage, ...]:
    """The voyages, of which the tracks are not filed in months of which their agency does not share."""
    return tuple(each if shares(_OF_TRACKS, month_of(each.at)) else replace(each, filed=None) for each in made)


def links(planted: Sequence[PlantedLink], papers: Sequence[Paper], voyages: Sequence[Voyage]) -> list[PlantedLink]:
    """The links, of which those to what is not filed say so."""
    kept_back = {each.record for each in papers if each.filed is None}
    kept_back |= {each.mmsi for each in voyages if each.filed is None}
    return [replace(each, spoiled=NOT_FILED) if each.event in kept_back else each for each in planted]

"""Which tracks a cue may be of: those that can have been where it was seen. A person judges which it is, if any."""

from __future__ import annotations

from collections.abc import Iterable

from cutset.track.events import EventOfInterest
from cutset.track.geodesy import distance_nmi
from cutset.track.picture import Seen
from cutset.track.tracks import Struct

MOST = 10


class Near(Struct, frozen=True):
    """A track near a cue: how far apart they are reckoned to be now, and within what distance they may be one."""

    seen: Seen
    nmi: float
    within_nmi: float


def near(event: EventOfInterest, seen: Iterable[Seen]) -> list[Near]:
    """The tracks that the event is not tied to and that both uncertainties let it be of, the nearest first."""
    if event.place is None or event.radius_nmi is None:
        return []
    found = []
    for each in seen:
        track = each.track
        if track.id in event.tracks or track.id.startswith("asset:"):
            continue
        nmi, within = distance_nmi(event.place, track.place), event.radius_nmi + track.radius_nmi
        if nmi <= within:
            found.append(Near(seen=each, nmi=nmi, within_nmi=within))
    return sorted(found, key=lambda each: (each.nmi, each.seen.track.id))[:MOST]

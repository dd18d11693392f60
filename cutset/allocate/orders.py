"""Orders of a kept allocation: its postings laid out over a month, a tasking for each day that an asset is out.

A day of patrol is what asset-days are counted by, so that what was ordered and what is measured are the same number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from cutset.model.network import Allocation, Means, Way
from cutset.model.report import Precision, Tasking, When, Where

PATROL = "patrol"
MONTH_DAYS = 30
"""The days over which a month's deployments are laid out."""


class _Deployment(NamedTuple):
    way: str
    days: int


def taskings(
    allocation: Allocation,
    means: Mapping[str, Means],
    ways: Mapping[str, Way],
    *,
    since: datetime,
    about: str,
    reason: str,
) -> Iterator[Tasking]:
    """A tasking for each day of each posting whose means and way are among these, the first on the day `since`.

    Of means with more days than a month has, several assets are out at once: they are numbered. `about` is the report
    of the allocation.
    """
    for name in dict.fromkeys(posting.means for posting in allocation.postings):
        if name not in means:
            continue
        for asset, way, day in _laid_out(_deployments(allocation, name, means[name].step, ways)):
            yield Tasking(
                asset=f"{name.partition('/')[2]} {asset}",
                order=PATROL,
                when=When(at=since + timedelta(days=day), precision=Precision.DAY),
                where=_where(ways[way]),
                about=(about,),
                reason=reason,
            )


def _deployments(allocation: Allocation, name: str, step: float, ways: Mapping[str, Way]) -> list[_Deployment]:
    """The deployments of one means, by turns among the ways that it is posted to."""
    left = {each.way: round(each.days) for each in allocation.postings if each.means == name and each.way in ways}
    found = []
    while any(left.values()):
        for way, days in left.items():
            if days:
                now = min(days, max(1, round(step)))
                left[way] = days - now
                found.append(_Deployment(way, now))
    return found


def _laid_out(found: list[_Deployment]) -> Iterator[tuple[int, str, int]]:
    """Which asset (from 1), on which way, on which day (from 0): one deployment after another, and not past the month.

    A deployment that is longer than what is left of an asset's month is another asset's.
    """
    assets = max(1, ceil(sum(each.days for each in found) / MONTH_DAYS))
    ends = [0] * assets
    for each in found:
        free = min(range(len(ends)), key=lambda number: ends[number])
        if ends[free] and ends[free] + each.days > MONTH_DAYS:
            ends.append(0)
            free = len(ends) - 1
        for day in range(each.days):
            yield free + 1, each.way, ends[free] + day
        ends[free] += each.days


def _where(way: Way) -> Where:
    """The area of a way, and the middle between its stops where both are known."""
    ends = (way.origin, way.goal)
    middle = None
    if all(end.latitude_deg is not None and end.longitude_deg is not None for end in ends):
        latitudes, longitudes = ([getattr(end, name) for end in ends] for name in ("latitude_deg", "longitude_deg"))
        across = (longitudes[1] - longitudes[0] + 180) % 360 - 180
        middle = (sum(latitudes) / 2, (longitudes[0] + across / 2 + 180) % 360 - 180)
    return Where(
        country=way.goal.country,
        place=way.area,
        latitude_deg=round(middle[0], 4) if middle else None,
        longitude_deg=round(middle[1], 4) if middle else None,
    )

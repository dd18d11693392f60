"""Where and when assets could first meet a target that keeps its course: a suggestion, of which a person decides.

The target sails a rhumb line at its speed; an asset goes there by the great circle at the most that it can keep up. The
earliest meeting is the first root of

    f(t) = d(asset, target(t)) - v t,

d being the great-circle distance and v the asset's speed. The target's speed u bounds how fast d can change, and so f
cannot reach 0 before t + f(t) / (u + v): stepping by that much never passes a root, and comes to the first one. (This
is the constant-bearing intercept of the manoeuvring board, NGA Pub. 217, carried from the plane to the sphere; the
stepping is that of Lipschitz root finding: Piyavskii 1972, Shubert 1972.)
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from cutset.model.marking import Marking, join
from cutset.track.assets import Asset
from cutset.track.geodesy import Place, course_deg, distance_nmi, sailed
from cutset.track.tracks import Struct, radius_nmi

HORIZON_H = 72.0
"""How far ahead a meeting is sought: farther on no course is kept."""
NEAR_NMI = 0.05
"""A meeting is where the two are so near."""
_STEPS = 4000

ASSUMED = (
    "The target keeps the course and speed that it had at its last known position.",
    "The asset leaves its own last known position at the moment of the picture, at the most speed that it can keep up.",
    "The earth is a sphere; weather, land and shoals are not thought of.",
)
"""What every suggestion rests on."""


class Meeting(Struct, frozen=True):
    """The earliest meeting: after how many hours, where, and on what first course."""

    hours: float
    place: Place
    course_deg: float


class Intercept(Struct, frozen=True):
    """A suggestion: one asset and the target. `meeting` is None where it cannot catch it within `HORIZON_H`.

    `nmi` is how far the asset would go, `until` the end of its endurance and `inside` whether it arrives before that
    (None where its endurance is not known). `radius_nmi` is how far from the place of meeting the target may be by
    then. `why_not` says why there is no meeting.
    """

    asset: Asset
    meeting: Meeting | None
    at: datetime | None
    nmi: float | None
    inside: bool | None
    radius_nmi: float | None
    why_not: str
    marking: Marking
    made: bool


class Target(Struct, frozen=True):
    """What is to be met: a track or an event of interest, at the moment of the picture.

    `place` is where it is reckoned to be; course and speed are None where they are not known, and it is then taken to
    lie still. `radius_nmi` is how far off that may be, growing by `reach_kn`.
    """

    id: str
    place: Place
    course_deg: float | None
    speed_kn: float | None
    radius_nmi: float
    reach_kn: float
    marking: Marking
    made: bool

    @property
    def moves(self) -> bool:
        """Whether its course and speed are known."""
        return self.course_deg is not None and self.speed_kn is not None


def meeting(
    asset: Place,
    asset_kn: float,
    target: Place,
    target_course_deg: float,
    target_kn: float,
    *,
    most_h: float = HORIZON_H,
) -> Meeting | None:
    """The earliest meeting of an asset with a target on a constant course; None where there is none within `most_h`.

    >>> found = meeting((0, 0), 20, (0, 1), 270, 10)
    >>> round(found.hours, 3), round(found.place[1], 3), round(found.course_deg, 3)
    (2.0, 0.667, 90.0)
    """
    hours = 0.0
    for _ in range(_STEPS):
        there = sailed(target, target_course_deg, target_kn * hours)
        short = distance_nmi(asset, there) - asset_kn * hours
        if short <= NEAR_NMI:
            return Meeting(hours=hours, place=there, course_deg=course_deg(asset, there))
        if asset_kn + target_kn <= 0:
            return None
        hours += short / (asset_kn + target_kn)
        if hours > most_h:
            return None
    return None


def intercepts(target: Target, assets: Iterable[Asset], at: datetime) -> list[Intercept]:
    """For each asset the earliest meeting with the target: those inside their endurance first, then the soonest."""
    found = [_intercept(target, each, at) for each in assets]
    return sorted(
        found,
        key=lambda each: (
            each.meeting is None,
            each.inside is False,
            each.inside is None,
            each.meeting.hours if each.meeting else 0.0,
            each.asset.id,
        ),
    )


def _intercept(target: Target, asset: Asset, at: datetime) -> Intercept:
    marking, made = join(target.marking, asset.marking), target.made or asset.made
    why_not = _why_not(asset)
    found = None
    if not why_not and asset.place is not None and asset.speed_kn is not None:
        found = meeting(asset.place, asset.speed_kn, target.place, target.course_deg or 0.0,
                        (target.speed_kn or 0.0) if target.moves else 0.0)  # fmt: skip
        why_not = "" if found else f"it cannot catch it within {HORIZON_H:.0f} hours"
    if found is None:
        return Intercept(asset=asset, meeting=None, at=None, nmi=None, inside=None, radius_nmi=None, why_not=why_not,
                         marking=marking, made=made)  # fmt: skip
    then = at + timedelta(hours=found.hours)
    return Intercept(
        asset=asset,
        meeting=found,
        at=then,
        nmi=distance_nmi(asset.place, found.place) if asset.place else None,
        inside=None if asset.until is None else then <= asset.until,
        radius_nmi=radius_nmi(target.radius_nmi, target.reach_kn, found.hours),
        why_not="",
        marking=marking,
        made=made,
    )


def _why_not(asset: Asset) -> str:
    if not asset.available:
        return "its agency says that it is not available"
    if asset.past_endurance:
        return "it is past its endurance"
    if asset.place is None:
        return "where it is was not reported"
    if not asset.speed_kn or asset.speed_kn <= 0:
        return "how fast it is was not reported"
    return ""

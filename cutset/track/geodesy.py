"""Distances and courses on a sphere on which a minute of arc is a nautical mile.

A sphere is off from the ellipsoid by at most 0.6 % of a distance, which is less than what any position here is known
to. Degrees are WGS 84; longitudes are given back from -180 up to 180. Source of the formulas: E. Williams, "Aviation
Formulary V1.47", sections "Distance between points", "Lat/lon given radial and distance" and "Rhumb line navigation".
"""

from __future__ import annotations

from math import asin, asinh, atan2, cos, degrees, pi, radians, sin, sqrt, tan

import msgspec

Place = tuple[float, float]
"""Latitude and longitude, in degrees."""

NMI_PER_RADIAN = 60 * 180 / pi
HALFWAY_NMI = 60 * 180.0
"""No two places are farther apart."""


def distance_nmi(here: Place, there: Place) -> float:
    """The great-circle distance: `2 asin sqrt(sin²((φ1-φ2)/2) + cos φ1 cos φ2 sin²((λ1-λ2)/2))`.

    >>> round(distance_nmi((0, 0), (0, 1)), 6), round(distance_nmi((0, 179.5), (0, -179.5)), 6)
    (60.0, 60.0)
    """
    south, north = radians(here[0]), radians(there[0])
    half_lat, half_lon = (north - south) / 2, radians(there[1] - here[1]) / 2
    chord = sin(half_lat) ** 2 + cos(south) * cos(north) * sin(half_lon) ** 2
    return 2 * asin(sqrt(min(1.0, chord))) * NMI_PER_RADIAN


def course_deg(here: Place, there: Place) -> float:
    """The initial great-circle course, degrees true: `atan2(sin Δλ cos φ2, cos φ1 sin φ2 - sin φ1 cos φ2 cos Δλ)`.

    >>> round(course_deg((0, 0), (0, 1)), 6), round(course_deg((0, 0), (-1, 0)), 6)
    (90.0, 180.0)
    """
    south, north, apart = radians(here[0]), radians(there[0]), radians(there[1] - here[1])
    east = sin(apart) * cos(north)
    up = cos(south) * sin(north) - sin(south) * cos(north) * cos(apart)
    return degrees(atan2(east, up)) % 360


def sailed(here: Place, course_deg: float, nmi: float) -> Place:
    """Where one comes who sails `nmi` on a constant course: along a rhumb line.

    With distance d in radians, course θ and isometric latitude ψ = asinh(tan φ): φ2 = φ1 + d cos θ, and
    λ2 = λ1 + d sin θ / q, where q = Δφ/Δψ, or cos φ1 where that has no value (course east or west). At a pole the
    course has no meaning: one stops there.

    >>> latitude, longitude = sailed((60, 0), 90, 60)
    >>> round(latitude, 6), round(longitude, 6)
    (60.0, 2.0)
    """
    north, along, course = radians(here[0]), nmi / NMI_PER_RADIAN, radians(course_deg)
    up = along * cos(course)
    to = north + up
    if abs(to) >= pi / 2:
        return (90.0 if to > 0 else -90.0), here[1]
    on_parallel = abs(up) < 1e-9
    stretched = 1 / max(cos(north), 1e-12) if on_parallel else (asinh(tan(to)) - asinh(tan(north))) / up
    return degrees(to), around(here[1] + degrees(along * sin(course) * stretched))


def reached(here: Place, course_deg: float, nmi: float) -> Place:
    """Where one comes by the great circle that begins on a course: `φ2 = asin(sin φ1 cos d + cos φ1 sin d cos θ)`,
    `λ2 = λ1 + atan2(sin θ sin d cos φ1, cos d - sin φ1 sin φ2)`.

    >>> latitude, longitude = reached((0, 179), 90, 120)
    >>> round(latitude, 6), round(longitude, 6)
    (0.0, -179.0)
    """
    north, along, course = radians(here[0]), nmi / NMI_PER_RADIAN, radians(course_deg)
    to = asin(max(-1.0, min(1.0, sin(north) * cos(along) + cos(north) * sin(along) * cos(course))))
    east = atan2(sin(course) * sin(along) * cos(north), cos(along) - sin(north) * sin(to))
    return degrees(to), around(here[1] + degrees(east))


def around(longitude_deg: float) -> float:
    """A longitude from -180 up to 180.

    >>> around(181), around(-180), around(540)
    (-179, -180, -180)
    """
    return (longitude_deg + 180) % 360 - 180


def speed_kn(nmi: float, seconds: float) -> float:
    """Knots; infinite where no time passed.

    >>> speed_kn(10, 3600), speed_kn(1, 0)
    (10.0, inf)
    """
    return nmi * 3600 / seconds if seconds > 0 else float("inf")


class Box(msgspec.Struct, frozen=True):
    """A part of the sea between two latitudes and two longitudes; where west is greater, it lies across 180°.

    >>> (10, 179) in Box(0, 170, 20, -170), (10, 0) in Box(0, 170, 20, -170)
    (True, False)
    """

    south: float
    west: float
    north: float
    east: float

    def __contains__(self, place: Place) -> bool:
        latitude, longitude = place
        if not self.south <= latitude <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= longitude <= self.east
        return longitude >= self.west or longitude <= self.east

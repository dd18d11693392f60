"""The Equal Earth map projection, and curves on it from place to place.

Equal areas, because a map of how much goes where must not make Greenland a continent. All lengths are in the units
of the world map, which is `WIDTH` wide with its centre at 0°, 0°; y grows downward, as in SVG.
Source: B. Šavrič, T. Patterson, B. Jenny, "The Equal Earth map projection", Int. J. Geogr. Inf. Sci. 33 (2019).
"""

from __future__ import annotations

from math import asin, cos, floor, hypot, isfinite, pi, radians, sin, sqrt

WIDTH = 1000.0
_A = (1.340264, -0.081106, 0.000893, 0.003796)
_M = sqrt(3) / 2
_DEEPEST = 13.0  # degrees
_HAIR = 1e-9  # degrees: what still lies on this side of the edge

Point = tuple[float, float]


def project(latitude_deg: float, longitude_deg: float) -> Point:
    """Where on the map a place lies.

        sin t = (√3/2) sin φ
        x = 2√3 λ cos t / (3 (9 A4 t⁸ + 7 A3 t⁶ + 3 A2 t² + A1)),   y = t (A4 t⁸ + A3 t⁶ + A2 t² + A1)

    >>> project(0, 0)
    (0.0, 0.0)
    >>> round(project(0, 180)[0], 6)
    500.0
    """
    t = asin(_M * sin(radians(latitude_deg)))
    x, y = _plane(t, radians(longitude_deg))
    scale = WIDTH / 2 / _plane(0.0, pi)[0]
    return x * scale, -y * scale + 0.0


def _plane(t: float, longitude: float) -> Point:
    a1, a2, a3, a4 = _A
    t2 = t * t
    t6 = t2 * t2 * t2
    slope = 9 * a4 * t6 * t2 + 7 * a3 * t6 + 3 * a2 * t2 + a1
    return longitude * cos(t) / (_M * slope), t * (a4 * t6 * t2 + a3 * t6 + a2 * t2 + a1)


def on_earth(latitude_deg: float, longitude_deg: float) -> bool:
    """Whether these are the coordinates of a place.

    >>> on_earth(90, -180), on_earth(91, 0), on_earth(float("nan"), 0)
    (True, False, False)
    """
    return isfinite(latitude_deg) and isfinite(longitude_deg) and abs(latitude_deg) <= 90 and abs(longitude_deg) <= 180


def curve(start: Point, end: Point, *, steps: int = 28) -> list[list[Point]]:
    """A bowed line from `start` to `end`, each (latitude, longitude) in degrees, as runs of points on the map.

    It goes the shorter way round the earth, in two runs where that crosses the map's edge, and bows to the right of
    travel, so that the way there and the way back lie apart. It joins two countries; it is not the way anyone took.

    >>> [len(run) for run in curve((0, 0), (10, 20))], [len(run) for run in curve((36, 138), (40, -99), steps=10)]
    ([29], [5, 8])
    """
    north = end[0] - start[0]
    east = (end[1] - start[1] + 180) % 360 - 180
    # A degree of longitude is worth less away from the equator; what is wanted is a bow of about an even depth.
    squeeze = max(0.3, cos(radians((start[0] + end[0]) / 2)))
    depth = min(0.16, _DEEPEST / max(1e-9, hypot(north, east * squeeze)))
    runs: list[list[Point]] = [[]]
    turns, last = _turn(start[1]), start
    goal = _turn(start[1] + east)
    for k in range(steps + 1):
        bow = depth * sin(pi * k / steps)
        latitude = start[0] + north * k / steps - east * squeeze * bow
        longitude = start[1] + east * k / steps + north / squeeze * bow
        # The bow bends along the map's edge rather than over it and back: only the way itself crosses, and once.
        longitude = max(360 * min(turns, goal) - 180, min(360 * max(turns, goal) + 180 - _HAIR, longitude))
        if (over := _turn(longitude)) != turns:
            # Both runs reach the edge, one on each side of the map.
            edge, side = 360 * max(over, turns) - 180, 180.0 if over > turns else -180.0
            share = (edge - last[1]) / (longitude - last[1])
            crossing = _on(last[0] + share * (latitude - last[0]))
            runs[-1].append(project(crossing, side))
            runs.append([project(crossing, -side)])
        turns, last = over, (latitude, longitude)
        runs[-1].append(project(_on(latitude), longitude - 360 * over))
    return [run for run in runs if len(run) > 1]


def _turn(longitude_deg: float) -> int:
    """How many times round the earth, eastward from the map's own longitudes (-180 to just under 180)."""
    return floor((longitude_deg + 180) / 360)


def _on(latitude_deg: float) -> float:
    return max(-85.0, min(85.0, latitude_deg))

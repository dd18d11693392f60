"""Legs: runs of positions that follow each other without a dark period and without an impossible jump.

A track is kept as legs, each of one report, so that what lies between two legs is a gap, a jump, or neither; where two
sources tell of the same time their positions are laid together and cut anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from struct import Struct
from typing import NamedTuple

from cutset.clock import microseconds
from cutset.model.report import Position
from cutset.track.geodesy import distance_nmi, speed_kn
from cutset.track.words import DARK, JUMP_AIRCRAFT_KN, JUMP_KN, JUMP_NMI

DARK_US = int(DARK.total_seconds() * 1e6)
LONGEST_US = DARK_US
"""A leg is never longer than this: what is asked for a time need look no farther back."""
MOST = 120
"""Positions in one leg at most."""

_PACKED = Struct("<qddhh")
_NONE, _MOST_TENTHS = -1, 32767


class Fix(NamedTuple):
    """One position: microseconds of the epoch, degrees, knots, degrees true; None where not given."""

    at_us: int
    latitude_deg: float
    longitude_deg: float
    speed_kn: float | None = None
    course_deg: float | None = None

    @property
    def place(self) -> tuple[float, float]:
        """Latitude and longitude."""
        return self.latitude_deg, self.longitude_deg


def fixes(positions: Iterable[Position]) -> list[Fix]:
    """The positions that lie on the earth, in the order of time."""
    found = [
        Fix(microseconds(each.at), each.latitude_deg, each.longitude_deg, each.speed_kn, each.course_deg)
        for each in positions
        if abs(each.latitude_deg) <= 90 and abs(each.longitude_deg) <= 180
    ]
    return sorted(found, key=lambda each: each[:3])


def pack(leg: Sequence[Fix]) -> bytes:
    """A leg in 28 bytes a position: speed and course to the tenth that AIS gives."""
    return b"".join(
        _PACKED.pack(
            each.at_us, each.latitude_deg, each.longitude_deg, _tenths(each.speed_kn), _tenths(each.course_deg)
        )
        for each in leg
    )


def _tenths(number: float | None) -> int:
    return _NONE if number is None or not 0 <= number * 10 <= _MOST_TENTHS else round(number * 10)


def unpack(packed: bytes) -> list[Fix]:
    """The positions of a leg.

    >>> unpack(pack([Fix(1, 2.0, 3.0, None, 90.0)]))
    [Fix(at_us=1, latitude_deg=2.0, longitude_deg=3.0, speed_kn=None, course_deg=90.0)]
    """
    return [_fix(*each) for each in _PACKED.iter_unpack(packed)]


def ends(packed: bytes) -> tuple[Fix, Fix]:
    """The first and the last position of a leg, without those between."""
    return _fix(*_PACKED.unpack_from(packed)), _fix(*_PACKED.unpack_from(packed, len(packed) - _PACKED.size))


def _fix(at_us: int, latitude: float, longitude: float, speed: int, course: int) -> Fix:
    return Fix(
        at_us, latitude, longitude, None if speed == _NONE else speed / 10, None if course == _NONE else course / 10
    )


def jumps(before: Fix, after: Fix, *, by_air: bool = False) -> bool:
    """Whether nothing can have gone from one position to the next."""
    most_kn, seconds = JUMP_AIRCRAFT_KN if by_air else JUMP_KN, (after.at_us - before.at_us) / 1e6
    # No great circle is longer than the way along a meridian and a parallel: for nearly all, that is told without it.
    longest = 60 * (abs(after[1] - before[1]) + abs(after[2] - before[2]))
    if longest <= JUMP_NMI or longest * 3600 <= most_kn * seconds:
        return False
    apart = distance_nmi(before.place, after.place)
    return apart > JUMP_NMI and speed_kn(apart, seconds) > most_kn


def cut(positions: Iterable[Fix], *, by_air: bool = False) -> Iterator[list[Fix]]:
    """Cuts positions, in the order of time, into legs. The same time and place twice is one position."""
    leg: list[Fix] = []
    for each in positions:
        if leg:
            last = leg[-1]
            if each[:3] == last[:3]:
                continue
            ends = len(leg) == MOST or each.at_us - leg[0].at_us > LONGEST_US
            if ends or jumps(last, each, by_air=by_air):
                yield leg
                leg = []
        leg.append(each)
    if leg:
        yield leg

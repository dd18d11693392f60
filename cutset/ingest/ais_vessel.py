"""One vessel as AIS tells of it: its positions, packed, and each name and number that it gave; the track they make.

A position takes 26 bytes (a day of the whole U.S., some 8 million positions, about 200 MB) in the resolution of the
radio message itself; nothing else is kept but what names the vessel.

"Not available" has values of its own in the message, which become None: speed 102.3 kn, course 360.0 degrees, heading
511 (Recommendation ITU-R M.1371-5, table 48; 91 and 181 for latitude and longitude make a position worthless). An IMO
number of zeros is none. A number that fails its check stays with the vessel, unverified.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import UTC, datetime

from cutset.ingest.reader import Context
from cutset.model import selector
from cutset.model.mention import Mention, MentionKind, Role, Selector, SelectorKind
from cutset.model.report import Position, Report, Source, Track

TOP_SPEED_KN = 102.2
"""ITU-R M.1371: 102.2 means "102.2 knots or higher"; what is above it is not a speed."""
_LONGEST_M = 1023
"""The message holds 511 m on each side of the antenna; 0 is "not available"."""
_NONE = -1
_NAMING = ("name", "imo", "call sign")
_UNSAID = frozenset({"", "0", "N/A", "NA", "NONE", "NULL", "UNKNOWN"})


class Vessel:
    """What one source says of one MMSI; `line` is the first that did, `rows` how many."""

    __slots__ = (
        "_courses",
        "_headings",
        "_last",
        "_latitudes",
        "_longitudes",
        "_said",
        "_seconds",
        "_speeds",
        "length_m",
        "line",
        "rows",
        "type",
    )

    def __init__(self, line: int) -> None:
        self.line = line
        self.rows = 0
        self._seconds = array("I")
        self._latitudes = array("d")
        self._longitudes = array("d")
        self._speeds = array("h")
        self._courses = array("h")
        self._headings = array("h")
        self._said: dict[tuple[str, str], None] = {}
        self._last = ("", "", "")
        self.type = ""
        self.length_m: float | None = None

    @property
    def placed(self) -> bool:
        """Whether it has said where it is."""
        return bool(self._seconds)

    def at(
        self,
        second: int,
        latitude_deg: float,
        longitude_deg: float,
        speed_kn: float | None,
        course_deg: float | None,
        heading_deg: float | None,
    ) -> None:
        """Take in a position: the second of the epoch, and what the message said; what it cannot be counts as None."""
        self._seconds.append(second)
        self._latitudes.append(latitude_deg)
        self._longitudes.append(longitude_deg)
        self._speeds.append(_tenths(speed_kn, TOP_SPEED_KN))
        self._courses.append(_tenths(course_deg, 359.9))
        self._headings.append(int(heading_deg) if heading_deg is not None and 0 <= heading_deg < 360 else _NONE)

    def named(self, name: str, imo: str, call_sign: str) -> None:
        """Take in what it calls itself; each of the three may be ""."""
        said = (name, imo, call_sign)
        if said != self._last:
            self._last = said
            for what, value in zip(_NAMING, said, strict=True):
                self._said[what, value.strip()] = None

    def report(self, mmsi: str, dataset: str, context: Context) -> Report:
        """Its track, in the order of time."""
        order = sorted(range(len(self._seconds)), key=self._seconds.__getitem__)
        length = self.length_m
        track = Track(
            positions=tuple(map(self._position, order)),
            sensor="AIS",
            vessel_type=self.type.strip(),
            length_m=length if length is not None and 0 < length < _LONGEST_M else None,
        )
        return Report(
            marking=context.marking,
            source=Source(dataset=dataset, made=context.made),
            content=track,
            mentions=(self._mention(mmsi),),
        )

    def _position(self, index: int) -> Position:
        speed, course, heading = self._speeds[index], self._courses[index], self._headings[index]
        return Position(
            at=datetime.fromtimestamp(self._seconds[index], UTC),
            latitude_deg=self._latitudes[index],
            longitude_deg=self._longitudes[index],
            speed_kn=None if speed == _NONE else speed / 10,
            course_deg=None if course == _NONE else course / 10,
            heading_deg=None if heading == _NONE else float(heading),
        )

    def _mention(self, mmsi: str) -> Mention:
        names = [value for what, value in self._said if what == "name" and value]
        number = selector.read(SelectorKind.MMSI, mmsi)
        return Mention(
            kind=MentionKind.VESSEL,
            role=Role.CONVEYANCE,
            name=names[0] if names else "",
            aliases=tuple(names[1:]),
            selectors=(number, *self._numbers()),
            # ITU assigns the first three digits of a ship's MMSI to the country whose flag it flies.
            flag=selector.country(number),
        )

    def _numbers(self) -> Iterator[Selector]:
        for what, value in self._said:
            if what == "imo" and value.upper().removeprefix("IMO").strip("0 "):
                yield selector.read(SelectorKind.IMO, value)
            elif what == "call sign" and value.upper() not in _UNSAID:
                yield selector.read(SelectorKind.CALL_SIGN, value)


def _tenths(number: float | None, most: float) -> int:
    return round(number * 10) if number is not None and 0 <= number <= most else _NONE

"""AIS positions in the columns of MarineCadastre: the vessel positions of one file become one track a vessel.

Rows of all vessels come mixed, in no strict order of time, so that a vessel's track is known only at the file's end.
Until then a position takes 26 bytes (a day of the whole U.S., some 8 million positions, about 200 MB) in the
resolution of the radio message itself; nothing else of a row is kept but what names the vessel.

"Not available" has values of its own in the message, which become None: speed 102.3 kn, course 360.0 degrees, heading
511 (Recommendation ITU-R M.1371-5, table 48; 91 and 181 for latitude and longitude make a row worthless). An IMO
number of zeros is none. A number that fails its check stays with the vessel, unverified.
Source: https://hub.marinecadastre.gov, "AIS data dictionary".
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path

from cutset.ingest import dates
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import BadFile, open_text
from cutset.ingest.table import Table
from cutset.model import selector
from cutset.model.mention import Mention, MentionKind, Role, Selector, SelectorKind
from cutset.model.report import Kind, Position, Precision, Report, Source, Track

DATASET = "ais-csv"
COLUMNS = (
    "MMSI",
    "BaseDateTime",
    "LAT",
    "LON",
    "SOG",
    "COG",
    "Heading",
    "VesselName",
    "IMO",
    "CallSign",
    "VesselType",
    "Status",
    "Length",
    "Width",
    "Draft",
    "Cargo",
    "TransceiverClass",
)
_TOP_SPEED_KN = 102.2
"""ITU-R M.1371: 102.2 means "102.2 knots or higher"; what is above it is not a speed."""
_LONGEST_M = 1023
"""The message holds 511 m on each side of the antenna; 0 is "not available"."""
_NONE = -1
_NAMING = ("VesselName", "IMO", "CallSign")
_UNSAID = frozenset({"", "0", "N/A", "NA", "NONE", "NULL", "UNKNOWN"})


class AisCsv:
    """The reader of MarineCadastre's daily AIS files."""

    name = DATASET
    title = "AIS positions (MarineCadastre's columns)"
    keyed = False
    public = True

    def read(self, path: Path, context: Context) -> Iterator[Draft | Reject]:
        """Rejects in the order of the file, then a track for each vessel in the order of MMSI."""
        if context.kind not in {None, Kind.TRACK}:
            raise BadFile(f"AIS positions are tracks, not of the kind {context.kind}", remedy="leave the kind out")
        vessels: dict[str, _Vessel] = {}
        with open_text(path) as text:
            table = Table(text, COLUMNS)
            pick = itemgetter(*table.positions(*COLUMNS))
            for row in table:
                if isinstance(row, Reject):
                    yield row
                    continue
                line, cells = row
                said = dict(zip(COLUMNS, pick(cells), strict=True))
                try:
                    position = _position(said, context.now)
                except _BadCellError as bad:
                    column, reason = bad.args
                    yield Reject(
                        file=table.name,
                        line=line,
                        column=column,
                        value=said[column],
                        reason=reason,
                        row=tuple(cells),
                    )
                    continue
                mmsi = said["MMSI"].strip()
                vessel = vessels.get(mmsi)
                if vessel is None:
                    vessel = vessels[mmsi] = _Vessel(line)
                vessel.add(said, *position)
        for mmsi in sorted(vessels):
            vessel = vessels.pop(mmsi)
            yield Draft(
                report=vessel.report(mmsi, context), file=table.name, line=vessel.line, rows=len(vessel.seconds)
            )


class _BadCellError(ValueError):
    """A cell at fault: its column and the reason."""


class _Vessel:
    """What one file says of one MMSI: its positions, packed, and each name and number that it gave."""

    __slots__ = (
        "courses",
        "headings",
        "last",
        "latitudes",
        "length",
        "line",
        "longitudes",
        "said",
        "seconds",
        "speeds",
        "type",
    )

    def __init__(self, line: int) -> None:
        self.line = line
        self.seconds = array("I")
        self.latitudes = array("d")
        self.longitudes = array("d")
        self.speeds = array("h")
        self.courses = array("h")
        self.headings = array("h")
        self.said: dict[tuple[str, str], None] = {}
        self.last = ("", "", "")
        self.type = ""
        self.length = ""

    def add(
        self,
        said: dict[str, str],
        second: int,
        latitude: float,
        longitude: float,
        speed: int,
        course: int,
        heading: int,
    ) -> None:
        self.seconds.append(second)
        self.latitudes.append(latitude)
        self.longitudes.append(longitude)
        self.speeds.append(speed)
        self.courses.append(course)
        self.headings.append(heading)
        named = (said["VesselName"], said["IMO"], said["CallSign"])
        if named != self.last:
            self.last = named
            for column, value in zip(_NAMING, named, strict=True):
                self.said[column, value.strip()] = None
        self.type = said["VesselType"] or self.type
        self.length = said["Length"] or self.length

    def report(self, mmsi: str, context: Context) -> Report:
        order = sorted(range(len(self.seconds)), key=self.seconds.__getitem__)
        length = _number(self.length)
        track = Track(
            positions=tuple(map(self._at, order)),
            sensor="AIS",
            vessel_type=self.type.strip(),
            length_m=length if length is not None and 0 < length < _LONGEST_M else None,
        )
        return Report(
            marking=context.marking,
            source=Source(dataset=DATASET, made=context.made),
            content=track,
            mentions=(self._mention(mmsi),),
        )

    def _at(self, index: int) -> Position:
        speed, course, heading = self.speeds[index], self.courses[index], self.headings[index]
        return Position(
            at=datetime.fromtimestamp(self.seconds[index], UTC),
            latitude_deg=self.latitudes[index],
            longitude_deg=self.longitudes[index],
            speed_kn=None if speed == _NONE else speed / 10,
            course_deg=None if course == _NONE else course / 10,
            heading_deg=None if heading == _NONE else float(heading),
        )

    def _mention(self, mmsi: str) -> Mention:
        names = [value for column, value in self.said if column == "VesselName" and value]
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
        for column, value in self.said:
            if column == "IMO" and value.upper().removeprefix("IMO").strip("0 "):
                yield selector.read(SelectorKind.IMO, value)
            elif column == "CallSign" and value.upper() not in _UNSAID:
                yield selector.read(SelectorKind.CALL_SIGN, value)


def _position(said: dict[str, str], now: datetime) -> tuple[int, float, float, int, int, int]:
    """Second of the epoch, degrees, speed and course in tenths, heading; -1 where not given. Raises `_BadCellError`."""
    if not said["MMSI"].strip():
        raise _BadCellError("MMSI", "is empty: whose position it is, is not known")
    second = _second(said["BaseDateTime"], now)
    return (
        second,
        _degrees(said, "LAT", 90.0),
        _degrees(said, "LON", 180.0),
        _tenths(said["SOG"], _TOP_SPEED_KN),
        _tenths(said["COG"], 359.9),
        _whole(said["Heading"]),
    )


def _second(written: str, now: datetime) -> int:
    """The second of the epoch; the file's times are UTC and say no zone. Raises `_BadCellError`."""
    try:
        when = dates.past(dates.read(written), now)
    except dates.BadDate as bad:
        raise _BadCellError("BaseDateTime", bad.what) from bad
    second = int(when.at.timestamp())
    if when.precision is not Precision.SECOND or not 0 <= second < 1 << 32:
        raise _BadCellError("BaseDateTime", "is not a time since 1970 with its hour and minute")
    return second


def _degrees(said: dict[str, str], column: str, most: float) -> float:
    degrees = _number(said[column])
    if degrees is None or not -most <= degrees <= most:
        raise _BadCellError(column, f"is not between -{most:g} and {most:g} degrees")
    return degrees


def _tenths(written: str, most: float) -> int:
    number = _number(written)
    return round(number * 10) if number is not None and 0 <= number <= most else _NONE


def _whole(written: str) -> int:
    number = _number(written)
    return int(number) if number is not None and 0 <= number < 360 else _NONE


def _number(written: str) -> float | None:
    try:
        return float(written) if "_" not in written else None
    except ValueError:
        return None

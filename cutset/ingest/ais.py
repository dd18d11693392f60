"""AIS positions in the columns of MarineCadastre: the vessel positions of one file become one track a vessel.

Rows of all vessels come mixed, in no strict order of time, so that a vessel's track is known only at the file's end.
Source: https://hub.marinecadastre.gov, "AIS data dictionary".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from pathlib import Path

from cutset.ingest import dates
from cutset.ingest.ais_vessel import Vessel
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import BadFile, open_text
from cutset.ingest.table import Table
from cutset.model.report import Kind, Precision

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
        vessels: dict[str, Vessel] = {}
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
                    vessel = vessels[mmsi] = Vessel(line)
                vessel.rows += 1
                vessel.at(*position)
                vessel.named(said["VesselName"], said["IMO"], said["CallSign"])
                vessel.type = said["VesselType"] or vessel.type
                length = _number(said["Length"])
                vessel.length_m = vessel.length_m if length is None else length
        for mmsi in sorted(vessels):
            vessel = vessels.pop(mmsi)
            yield Draft(
                report=vessel.report(mmsi, DATASET, context), file=table.name, line=vessel.line, rows=vessel.rows
            )


class _BadCellError(ValueError):
    """A cell at fault: its column and the reason."""


def _position(
    said: dict[str, str], now: datetime
) -> tuple[int, float, float, float | None, float | None, float | None]:
    """Second of the epoch, degrees, knots, course and heading, None where not given. Raises `_BadCellError`."""
    if not said["MMSI"].strip():
        raise _BadCellError("MMSI", "is empty: whose position it is, is not known")
    second = _second(said["BaseDateTime"], now)
    return (
        second,
        _degrees(said, "LAT", 90.0),
        _degrees(said, "LON", 180.0),
        _number(said["SOG"]),
        _number(said["COG"]),
        _number(said["Heading"]),
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


def _number(written: str) -> float | None:
    try:
        return float(written) if "_" not in written else None
    except ValueError:
        return None

"""Where an agency's own ships, aircraft and teams are, and how they stand: a status a row, as an operations room keeps.

Columns: `number` (the source's own key), `asset` (what taskings call it), `sort`, `at`, `latitude`, `longitude` (WGS 84
degrees), `speed_kn` (the most that it can keep up), `until` (the end of its endurance) and `available` (yes or no; not
said is yes). Times are UTC. Only `asset`, `at` and the place must be filled in.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cutset.ingest import dates
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import BadFile, open_text
from cutset.ingest.table import Table
from cutset.model.report import Asset, Kind, Position, Precision, Report, Source, Track

COLUMNS = ("number", "asset", "sort", "at", "latitude", "longitude", "speed_kn", "until", "available")
_YES_OR_NO = {"": True, "yes": True, "no": False}


class AssetStatuses:
    """The reader of such a file."""

    name = "asset-statuses"
    title = "Where an agency's own assets are, their speed and endurance, as CSV"
    keyed = False
    public = False

    def read(self, path: Path, context: Context) -> Iterator[Draft | Reject]:
        """A track of one position a row, or a reject."""
        if context.kind not in {None, Kind.TRACK}:
            raise BadFile(f"statuses of assets are tracks, not of the kind {context.kind}", remedy="leave the kind out")
        with open_text(path) as text:
            table = Table(text, COLUMNS)
            pick = table.positions(*COLUMNS)
            for row in table:
                if isinstance(row, Reject):
                    yield row
                    continue
                line, cells = row
                said = {name: cells[place].strip() for name, place in zip(COLUMNS, pick, strict=True)}
                try:
                    track = _track(said, context.now)
                except _BadCellError as bad:
                    column, reason = bad.args
                    yield Reject(
                        file=table.name, line=line, column=column, value=said[column], reason=reason, row=tuple(cells)
                    )
                    continue
                source = Source(dataset=self.name, record=said["number"], made=context.made)
                report = Report(marking=context.marking, source=source, content=track)
                yield Draft(report=report, file=table.name, line=line)


class _BadCellError(ValueError):
    """A cell at fault: its column and the reason."""


def _track(said: dict[str, str], now: datetime) -> Track:
    """Raises `_BadCellError`."""
    if not said["asset"]:
        raise _BadCellError("asset", "is empty: whose place it is, is not known")
    if said["available"].lower() not in _YES_OR_NO:
        raise _BadCellError("available", "is neither yes nor no")
    at = _time(said, "at")
    if at > now + dates.AHEAD:
        raise _BadCellError("at", "lies in the future")
    speed_kn = _number(said, "speed_kn", 0.1, 1000.0) if said["speed_kn"] else None
    asset = Asset(
        name=said["asset"],
        sort=said["sort"],
        speed_kn=speed_kn,
        until=_time(said, "until") if said["until"] else None,
        available=_YES_OR_NO[said["available"].lower()],
    )
    latitude, longitude = _number(said, "latitude", -90.0, 90.0), _number(said, "longitude", -180.0, 180.0)
    return Track(positions=(Position(at=at, latitude_deg=latitude, longitude_deg=longitude),), own=asset)


def _time(said: dict[str, str], column: str) -> datetime:
    try:
        when = dates.read(said[column])
    except dates.BadDate as bad:
        raise _BadCellError(column, bad.what) from bad
    if when.precision is not Precision.SECOND:
        raise _BadCellError(column, "is not a time with its hour and minute")
    return when.at


def _number(said: dict[str, str], column: str, least: float, most: float) -> float:
    try:
        number = float(said[column]) if "_" not in said[column] else None
    except ValueError:
        number = None
    if number is None or not least <= number <= most:
        raise _BadCellError(column, f"is not between {least:g} and {most:g}")
    return number

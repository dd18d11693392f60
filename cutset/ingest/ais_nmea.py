r"""AIS as receivers give it: NMEA 0183 sentences `!AIVDM`, with the time of reception; one track a vessel.

A message may take several sentences (static data, type 5, takes two), and those of several vessels come mixed. The
message itself has no date; the receiver's stands in a TAG block before the sentence (NMEA 0183 version 4.10: `c:` and
the second, or millisecond, of the epoch) or in the last field after the checksum, as U.S. receivers write it.

    \s:made,c:1672531200*31\!AIVDM,1,1,,A,1:p;bP@P?w0?T600ctP>4?wqP000,0*75

Read are positions of ships (types 1, 2, 3, 18, 19 and 27) and their static data (5, 19 and 24). Any other type is a
reject that says so, as are a wrong checksum, a part without its others, and static data of a ship that never says where
it is. Sentences are decoded by pyais (`pip install cutset[ais]`).
Source: Recommendation ITU-R M.1371-5, annex 8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from cutset.errors import CutsetError
from cutset.ingest.ais_vessel import Vessel
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import BadFile, open_text
from cutset.model.report import Kind

DATASET = "ais-nmea"
POSITIONS = frozenset({1, 2, 3, 18, 19, 27})
STATIC = frozenset({5, 19, 24})
OPEN = 500
"""How many lines apart the parts of one message may lie: receivers give each message ten numbers at most."""
_LINE = re.compile(
    r"(?:\\(?P<tag>[^\\]*)\\)?(?P<sentence>![A-Z]{2}VD[MO],[\x20-\x29\x2b-\x7e]*\*[0-9A-Fa-f]{2})(?P<after>(?:,.*)?)$"
)
_AFTER = re.compile(r",(?P<second>\d{9,10})$")
_LONG_RANGE = 27
_FASTEST_LONG_RANGE_KN = 62
"""Type 27 has six bits for the speed, of which 63 is "not available"."""


class MissingDecoder(CutsetError):
    """The library that decodes AIS is not installed."""


class AisNmea:
    """The reader of AIS sentences."""

    name = DATASET
    title = "AIS sentences (NMEA 0183 AIVDM, with TAG blocks or times after the checksum)"
    keyed = False
    public = False

    def read(self, path: Path, context: Context) -> Iterator[Draft | Reject]:
        """Rejects as they are found, then a track for each vessel in the order of MMSI.

        Raises `BadFile` for a file without one such sentence, and `MissingDecoder`.
        """
        if context.kind not in {None, Kind.TRACK}:
            raise BadFile(f"AIS positions are tracks, not of the kind {context.kind}", remedy="leave the kind out")
        with open_text(path) as text:
            feed = _Feed(text.name, context)
            for line in text:
                yield from feed.take(text.line, line.rstrip("\r\n"), text.faults.get(text.line, ""))
            yield from feed.end()
        if not feed.sentences:
            raise BadFile(
                "it holds no AIS sentence", where=str(path), remedy="give a file with lines such as !AIVDM,1,1,,A,…"
            )


class _Fault(ValueError):
    """What is wrong with a line: `column`, `value` and the reason."""


class _Part:
    """One sentence of a message."""

    __slots__ = ("line", "second", "sentence", "text")

    def __init__(self, line: int, text: str, sentence: Any, second: int | None) -> None:
        self.line = line
        self.text = text
        self.sentence = sentence
        self.second = second


class _Feed:
    """What one file has said so far: its vessels, and the parts of messages that wait for others."""

    def __init__(self, file: str, context: Context) -> None:
        self.sentences = 0
        self._file = file
        self._context = context
        self._pyais = _decoder()
        self._vessels: dict[str, Vessel] = {}
        self._waiting: dict[tuple[str, int | None, int], list[_Part]] = {}
        self._unplaced: dict[str, list[_Part]] = {}
        self._now = context.now.timestamp()

    def take(self, line: int, text: str, fault: str) -> Iterator[Reject]:
        """Take in a line; what it is rejected for. Empty lines and comments (`#`) are passed over."""
        if not text.strip() or text.startswith("#"):
            return
        try:
            if fault:
                raise _Fault("sentence", text, fault)
            part = self._part(line, text)
        except _Fault as found:
            yield self._reject(line, text, *found.args)
            return
        yield from self._late(line)
        parts = self._whole(part)
        if parts is None:
            return
        try:
            self._message(parts)
        except _Fault as found:
            yield from (self._reject(each.line, each.text, *found.args) for each in parts)

    def end(self) -> Iterator[Draft | Reject]:
        """What is left at the file's end: parts that wait in vain, ships that were never placed, and the tracks."""
        yield from self._late(None)
        for mmsi in sorted(self._unplaced):
            for part in self._unplaced[mmsi]:
                yield self._reject(part.line, part.text, "sentence", mmsi, "names a ship that never says where it is")
        for mmsi in sorted(self._vessels):
            vessel = self._vessels.pop(mmsi)
            if vessel.placed:
                report = vessel.report(mmsi, DATASET, self._context)
                yield Draft(report=report, file=self._file, line=vessel.line, rows=vessel.rows)

    # ---- sentences ------------------------------------------------------------------------------------------------

    def _part(self, line: int, text: str) -> _Part:
        found = _LINE.match(text.strip())
        if found is None:
            raise _Fault("sentence", text, "is not an AIS sentence: !AIVDM, its fields, * and two hexadecimal digits")
        self.sentences += 1
        try:
            sentence = self._pyais.messages.NMEASentenceFactory.produce(found["sentence"].encode())
        except self._pyais.exceptions.AISBaseException as error:
            raise _Fault("sentence", found["sentence"], f"cannot be read: {error}") from error
        if not sentence.is_valid:
            raise _Fault("checksum", text[-2:], "does not fit the sentence")
        return _Part(line, text, sentence, self._second(found))

    def _second(self, found: re.Match[str]) -> int | None:
        """The second of the epoch at which it was received; None where the line does not say."""
        if found["tag"] is not None:
            block = self._pyais.messages.TagBlock(found["tag"].encode())
            block.init()
            if not block.is_valid:
                raise _Fault("TAG block", found["tag"], "its checksum does not fit it")
            written = block.receiver_timestamp
            if written is not None:
                return self._epoch(written)
        after = _AFTER.search(found["after"])
        return self._epoch(after["second"]) if after else None

    def _epoch(self, written: str) -> int:
        if not (written.isascii() and written.isdigit()):
            raise _Fault("time", written, "is not the second of the epoch")
        # NMEA 4.10 allows seconds and milliseconds: twelve digits of seconds would be after the year 5000.
        second = int(written) // (1000 if len(written) > 11 else 1)
        if second > self._now:
            at = datetime.fromtimestamp(min(second, 253_402_300_799), UTC)
            raise _Fault("time", written, f"is in the future: {at:%Y-%m-%d %H:%M}")
        return second

    def _whole(self, part: _Part) -> list[_Part] | None:
        """All parts of the message that this one completes, in their order; None while others are missing."""
        sentence = part.sentence
        if sentence.frag_cnt == 1:
            return [part]
        parts = self._waiting.setdefault((sentence.channel, sentence.seq_id, sentence.frag_cnt), [])
        parts.append(part)
        numbers = {each.sentence.frag_num for each in parts}
        if len(numbers) < sentence.frag_cnt:
            return None
        del self._waiting[sentence.channel, sentence.seq_id, sentence.frag_cnt]
        return sorted(parts, key=lambda each: (each.sentence.frag_num, each.line))

    def _late(self, line: int | None) -> Iterator[Reject]:
        """Rejects of parts whose others have not come within `OPEN` lines; of all, at the end."""
        if not self._waiting:
            return
        for key, parts in list(self._waiting.items()):
            if line is None or parts[0].line + OPEN < line:
                del self._waiting[key]
                for each in parts:
                    number = f"{each.sentence.frag_num} of {each.sentence.frag_cnt}"
                    yield self._reject(
                        each.line, each.text, "part", number, "the other parts of its message are missing"
                    )

    # ---- messages -------------------------------------------------------------------------------------------------

    def _message(self, parts: list[_Part]) -> None:
        """Take in a message. Raises `_Fault` for one that tells nothing of a ship."""
        first = parts[0]
        if len({each.sentence.frag_num for each in parts}) < len(parts):
            raise _Fault("part", str(first.sentence.frag_cnt), "a part of the message came twice")
        try:
            message = self._pyais.messages.AISSentence.assemble_from_iterable(
                [each.sentence for each in parts]
            ).decode()
        except (self._pyais.exceptions.AISBaseException, ValueError) as error:
            raise _Fault("sentence", first.text, f"cannot be decoded: {error}") from error
        if message.msg_type not in POSITIONS | STATIC:
            raise _Fault("type", str(message.msg_type), "messages of this type tell no ship's position or name")
        mmsi = f"{message.mmsi:09d}"
        vessel = self._vessels.get(mmsi) or Vessel(first.line)
        if message.msg_type in POSITIONS:
            second = next((each.second for each in parts if each.second is not None), None)
            vessel.at(*_position(message, second))
            self._unplaced.pop(mmsi, None)
        elif not vessel.placed:
            self._unplaced.setdefault(mmsi, []).extend(parts)
        if message.msg_type in STATIC:
            _name(vessel, message)
        vessel.rows += len(parts)
        self._vessels[mmsi] = vessel

    def _reject(self, line: int, text: str, column: str, value: str, reason: str) -> Reject:
        return Reject(file=self._file, line=line, column=column, value=value, reason=reason, row=(text,))


def _position(message: Any, second: int | None) -> tuple[int, float, float, float | None, float | None, float | None]:
    if second is None:
        raise _Fault("time", "", "is not said: neither a TAG block with c: nor a time after the checksum")
    latitude, longitude = message.lat, message.lon
    if latitude is None or longitude is None:
        raise _Fault("sentence", "", "is cut short: it holds no position")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise _Fault("position", f"{latitude:g}, {longitude:g}", "is not available (91 and 181 degrees say so)")
    speed = message.speed
    if message.msg_type == _LONG_RANGE and speed is not None and speed > _FASTEST_LONG_RANGE_KN:
        speed = None
    return second, latitude, longitude, speed, message.course, getattr(message, "heading", None)


def _name(vessel: Vessel, message: Any) -> None:
    """Take in what static data say; type 24 says the name and the rest in two messages."""
    name = getattr(message, "shipname", None) or ""
    imo = getattr(message, "imo", None) or 0
    vessel.named(name, f"IMO{imo:07d}" if imo else "", getattr(message, "callsign", None) or "")
    if kind := getattr(message, "ship_type", None):
        vessel.type = str(int(kind))
    bow, stern = (getattr(message, side, None) for side in ("to_bow", "to_stern"))
    if bow is not None and stern is not None:
        vessel.length_m = float(bow + stern)


def _decoder() -> ModuleType:
    """pyais, imported only where AIS sentences are read. Raises `MissingDecoder`."""
    try:
        import pyais
    except ImportError as error:
        raise MissingDecoder("AIS sentences need their decoder, pyais", remedy="pip install 'cutset[ais]'") from error
    return pyais

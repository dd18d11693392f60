"""AIS sentences of made vessels: positions (type 1) and static data (type 5, in two sentences), with TAG blocks.

Written from the message tables, and not with the library by which cutset reads them, so that each tries the other.
Source: Recommendation ITU-R M.1371-5, annex 8, tables 48 and 52; sentences as in IEC 61162-1 / NMEA 0183.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import xor

_TEXT = "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_ !\"#$%&'()*+,-./0123456789:;<=>?"
"""Six-bit ASCII (table 47): what ships' names are written in. `@` fills up."""
_LONGEST = 60
"""Characters of payload in one sentence: 82 in all are allowed, fields and checksum included."""

Field = tuple[int, int]
"""A number and how many bits it takes; negative ones in two's complement."""


def position(
    mmsi: str, latitude_deg: float, longitude_deg: float, *, speed_kn: float, course_deg: float, second: int
) -> list[Field]:
    """A position report of class A (type 1): 168 bits. The heading is not available; `second` is that of the minute."""
    return [
        (1, 6),
        (0, 2),
        (int(mmsi), 30),
        (0, 4),  # under way using engine
        (-128, 8),  # no rate of turn
        (min(1022, round(speed_kn * 10)), 10),
        (0, 1),
        (round(longitude_deg * 600_000), 28),
        (round(latitude_deg * 600_000), 27),
        (round(course_deg * 10) % 3600, 12),
        (511, 9),
        (second, 6),
        (0, 2 + 3 + 1 + 19),
    ]


def static(mmsi: str, *, imo: str, call_sign: str, name: str, ship_type: int, length_m: int) -> list[Field]:
    """A ship's static data (type 5): 424 bits."""
    return [
        (5, 6),
        (0, 2),
        (int(mmsi), 30),
        (0, 2),
        (int(imo), 30),
        *_text(call_sign, 7),
        *_text(name, 20),
        (ship_type, 8),
        (length_m // 2, 9),
        (length_m - length_m // 2, 9),
        (10, 6),
        (10, 6),
        (1, 4),  # GPS
        (0, 4 + 5),  # no time of arrival: month 0, day 0,
        (24, 5),  # hour 24,
        (60, 6),  # minute 60
        (70, 8),
        *_text("", 20),
        (0, 2),
    ]


def sentences(fields: list[Field], *, at: int, number: int, station: str = "made") -> Iterator[str]:
    r"""The sentences of a message received at the second `at` of the epoch; `number` (0 to 9) joins its parts.

    >>> for each in sentences(position("730000001", 1.2, 3.4, speed_kn=5, course_deg=90, second=0), at=0, number=0):
    ...     print(each)
    \s:made,c:0*01\!AIVDM,1,1,,A,1:p;bP@P0j0?T600ctP3Q?v00000,0*2F
    """
    bits = "".join(f"{value % (1 << size):0{size}b}" for value, size in fields)
    fill = -len(bits) % 6
    padded = bits + "0" * fill
    codes = [int(padded[start : start + 6], 2) for start in range(0, len(padded), 6)]
    payload = "".join(chr(code + 48 if code < 40 else code + 56) for code in codes)
    parts = [payload[start : start + _LONGEST] for start in range(0, len(payload), _LONGEST)]
    tag = f"s:{station},c:{at}"
    for place, part in enumerate(parts, 1):
        joined = str(number) if len(parts) > 1 else ""
        body = f"AIVDM,{len(parts)},{place},{joined},A,{part},{fill if place == len(parts) else 0}"
        yield f"\\{tag}*{_sum(tag)}\\!{body}*{_sum(body)}"


def _text(written: str, length: int) -> list[Field]:
    return [(max(0, _TEXT.find(char)), 6) for char in written.upper()[:length].ljust(length, "@")]


def _sum(body: str) -> str:
    """NMEA's checksum: all characters combined by exclusive or, as two hexadecimal digits."""
    return f"{reduce(xor, body.encode('ascii'), 0):02X}"

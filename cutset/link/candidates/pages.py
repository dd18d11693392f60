"""Pages of postings: sorted, and packed eight bytes each.

A posting says that the mention of a number has a key. It is one whole number of 70 bits,

    posting = key * 2**32 + mention number

and postings are kept in its order. A page holds the low 64 bits of its postings; the high bits of all of them are those
of its *low*, the least place that may stand on it:

    place = posting // 2**7        (63 bits: what a database can keep as the key of a row)

so that a page is cut between two places, and at most 2**7 postings, those of one key and 128 neighbouring mentions,
cannot be parted. The pages of one *shelf*, 2**57 places, share their high bits; each shelf begins with a page of its
own.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from itertools import chain
from typing import Final, NamedTuple
from zlib import crc32

from cutset.errors import CutsetError

MOST: Final = 250
"""The postings of a page: 2 kB, so that two or three stand on a page of an SQLite file, and a lookup reads little more
than it wants."""

_NUMBER_BITS: Final = 32
_PLACE_BITS: Final = 7
_SHELF_BITS: Final = 57
_LOW: Final = (1 << 64) - 1
NUMBERS: Final = 1 << _NUMBER_BITS
"""There are fewer mentions than this."""


class DamagedIndex(CutsetError):
    """The index of candidates is not as it was written. It is rebuilt from the log; nothing else rests on it."""

    def __init__(self, what: str, where: str = "") -> None:
        super().__init__(
            what,
            where=where or "the index of candidates",
            remedy="bring the index up to date: it is then rebuilt from the log",
        )


class Page(NamedTuple):
    """A page: the least place that may stand on it, and its packed postings."""

    low: int
    body: bytes


def posting(key: int, number: int) -> int:
    """The posting of a key and a mention's number."""
    return (key << _NUMBER_BITS) | number


def place(posting: int) -> int:
    """The place of a posting."""
    return posting >> _PLACE_BITS


def first_place(key: int) -> int:
    """The first place of a key. The places of the next key begin where its end."""
    return key << (_NUMBER_BITS - _PLACE_BITS)


def first_posting(place: int) -> int:
    """The first posting at a place."""
    return place << _PLACE_BITS


def shelf(place: int) -> int:
    """The least place of the shelf of a place."""
    return place >> _SHELF_BITS << _SHELF_BITS


def shelf_end(place: int) -> int:
    """The least place of the next shelf."""
    return shelf(place) + (1 << _SHELF_BITS)


def pack(low: int, low_bits: Sequence[int]) -> Page:
    """A page of postings, given their low 64 bits, ascending: a checksum, then eight bytes each.

    >>> list(unpack(pack(0, [3, 7])))
    [3, 7]
    """
    packed = array("Q", low_bits)
    if sys.byteorder == "big":
        packed.byteswap()
    body = packed.tobytes()
    return Page(low, _checksum(low, body).to_bytes(4, "little") + body)


def unpack(page: Page) -> memoryview[int]:
    """The low 64 bits of a page's postings. Raises `DamagedIndex` where its checksum is not that of its postings."""
    low, body = page
    packed = memoryview(body)[4:]
    if len(packed) % 8 or _checksum(low, packed) != int.from_bytes(body[:4], "little"):
        raise DamagedIndex("a page of the index is damaged", f"page {low:x}")
    if sys.byteorder == "big":
        swapped = array("Q", packed.tobytes())
        swapped.byteswap()
        return memoryview(swapped)
    return packed.cast("Q")


def _checksum(low: int, body: bytes | memoryview) -> int:
    # Begun with the page's own low, so that a page in another's stead is noticed as well.
    return crc32(body, low & 0xFFFFFFFF)


def of_key(page: Page, key: int) -> tuple[memoryview[int], bool]:
    """The packed postings of a key on this page, and whether the key may go on on the next one.

    It may where no greater key stands on this page.
    """
    packed = unpack(page)
    first = (key << _NUMBER_BITS) & _LOW
    end = len(packed)
    if end and first <= packed[0] and packed[-1] - first < NUMBERS:
        return packed, True  # A page of nothing else: most of those of a common key are.
    begin = bisect_left(packed, first)
    end = bisect_left(packed, first + NUMBERS, begin)
    return packed[begin:end], end == len(packed)


def numbers(parts: Sequence[memoryview[int]]) -> array[int]:
    """The mentions' numbers in packed postings."""
    # A number is the low half of its posting: every second of the halves, and no number of 64 bits is made.
    halves = array("I", b"".join(parts))
    return halves[sys.byteorder == "big" :: 2]


def postings(page: Page) -> list[int]:
    """All postings of a page, ascending."""
    high = first_posting(shelf(page.low))
    return [high | low for low in unpack(page)]


def merged(page: Page, added: Sequence[int]) -> list[Page]:
    """The page with the postings `added`, as one page or, where it has no room, several. `added` belong on it."""
    lows = sorted({*unpack(page), *(posting & _LOW for posting in added)})
    return [pack(low, part) for low, part in _cut(page.low, lows)]


def without(page: Page, removed: Sequence[int]) -> Page:
    """The page without the postings `removed`."""
    gone = {posting & _LOW for posting in removed}
    return pack(page.low, [low for low in unpack(page) if low not in gone])


def _cut(low: int, lows: list[int]) -> list[tuple[int, list[int]]]:
    """About equal parts of at most `MOST` postings, each with its least place; no place is parted."""
    found: list[tuple[int, list[int]]] = []
    begin = 0
    while len(lows) - begin > MOST:
        left = len(lows) - begin
        end = _end(lows, begin, begin + left // -(-left // MOST))
        found.append((_least(low, lows, begin), lows[begin:end]))
        begin = end
    if begin < len(lows) or not found:
        found.append((_least(low, lows, begin), lows[begin:]))
    return found


def _end(lows: list[int], begin: int, end: int) -> int:
    """Where a part from `begin` ends: at the last new place up to `end`, or, if there is none, at the next."""
    for at in chain(range(end, begin, -1), range(end + 1, len(lows))):
        if lows[at] >> _PLACE_BITS != lows[at - 1] >> _PLACE_BITS:
            return at
    return len(lows)


def _least(low: int, lows: list[int], begin: int) -> int:
    return shelf(low) | (lows[begin] >> _PLACE_BITS) if begin else low

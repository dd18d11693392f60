"""Pages of postings: sorted, and packed in some six bytes each.

A posting says that the mention of a number has a key. It is one whole number of 70 bits,

    posting = key * 2**32 + mention number

and postings are kept in its order. A page holds those from its *low* on, the least place that may stand on it:

    place = posting // 2**7        (63 bits: what a database can keep as the key of a row)

so that a page is cut between two places, and at most 2**7 postings, those of one key and 128 neighbouring mentions,
cannot be parted. The pages of one *shelf*, 2**57 places, share the high bits of their keys; each shelf begins with a
page of its own. The body of a page is, each number written from its least byte,

    a checksum (4 bytes), how many keys there are (2), the low 32 bits of each key (4), the number of every mention (4),
    and for each key at which of these, from 0, its last one stands (1).

A key of one mention takes nine bytes, and of many about four each.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, chain, islice, repeat
from operator import sub
from typing import Final, NamedTuple
from zlib import crc32

from cutset.errors import CutsetError

MOST: Final = 250
"""The postings of a page: some 1.5 kB, so that two or three stand on a page of an SQLite file, and a lookup reads
little more than it wants. More than 256 would not do, for where a key ends is told by one byte."""

_NUMBER_BITS: Final = 32
_PLACE_BITS: Final = 7
_SHELF_BITS: Final = 57
_LOW_BITS: Final = (1 << 64) - 1
_LOW, _HIGH = (0, 1) if sys.byteorder == "little" else (1, 0)
"""Where the halves of a number stand."""

_HEAD: Final = 6
"""The bytes of the checksum and of how many keys there are."""

NUMBERS: Final = 1 << _NUMBER_BITS
"""There are fewer mentions than this."""


class DamagedIndex(CutsetError):
    """The index of candidates is not as it was written. It is rebuilt from the log; nothing else rests on it."""

    def __init__(self, what: str, where: str = "") -> None:
        super().__init__(
            what,
            where=where or "the index of candidates",
            remedy="have it rebuilt from the log: `cutset rebuild candidates`",
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
    """A page of postings, given their low 64 bits, ascending and without repeats, at most 256.

    >>> list(unpack(pack(0, [3, 7])))
    [3, 7]
    """
    # The halves of each: no number of 64 bits is made, which is most of what this would cost.
    halves = array("I", array("Q", low_bits).tobytes())
    mentions = Counter(halves[_HIGH::2])
    body = b"".join(
        (
            len(mentions).to_bytes(2, "little"),
            _least_byte_first(array("I", mentions)).tobytes(),
            _least_byte_first(halves[_LOW::2]).tobytes(),
            bytes(islice(accumulate(mentions.values(), initial=-1), 1, None)),
        )
    )
    return Page(low, _checksum(low, body).to_bytes(4, "little") + body)


def unpack(page: Page) -> memoryview[int]:
    """The low 64 bits of a page's postings. Raises `DamagedIndex` where its checksum is not that of its body."""
    keys, numbers, lasts = _read(page)
    halves = array("I", bytes(8 * len(numbers)))
    halves[_LOW::2] = array("I", numbers)
    mentions = map(sub, lasts, chain((-1,), lasts))
    halves[_HIGH::2] = array("I", chain.from_iterable(map(repeat, keys, mentions)))
    return memoryview(halves).cast("B").cast("Q")


def of_key(page: Page, key: int) -> tuple[memoryview[int], bool]:
    """The numbers of the mentions of a key on this page, and whether the key may go on on the next one.

    It may where no greater key stands on this page.
    """
    keys, numbers, lasts = _read(page)
    low = key & (NUMBERS - 1)
    at = bisect_left(keys, low)
    if at == len(keys) or keys[at] != low:
        return numbers[:0], at == len(keys)
    begin = lasts[at - 1] + 1 if at else 0
    return numbers[begin : lasts[at] + 1], at + 1 == len(keys)


def count(page: Page) -> int:
    """How many postings a page holds."""
    _, numbers, _ = _read(page)
    return len(numbers)


def postings(page: Page) -> list[int]:
    """All postings of a page, ascending."""
    high = first_posting(shelf(page.low))
    return [high | low for low in unpack(page)]


def merged(page: Page, added: Sequence[int]) -> list[Page]:
    """The page with the postings `added`, as one page or, where it has no room, several. `added` belong on it."""
    lows = sorted({*unpack(page), *(posting & _LOW_BITS for posting in added)})
    return [pack(low, part) for low, part in _cut(page.low, lows)]


def without(page: Page, removed: Sequence[int]) -> Page:
    """The page without the postings `removed`."""
    gone = {posting & _LOW_BITS for posting in removed}
    return pack(page.low, [low for low in unpack(page) if low not in gone])


def _read(page: Page) -> tuple[memoryview[int], memoryview[int], memoryview[int]]:
    """The low 32 bits of each key of a page, the numbers of the mentions, and where each key's last one stands."""
    low, body = page
    packed = memoryview(body)
    mentions = _HEAD + 4 * int.from_bytes(body[4:_HEAD], "little")
    lasts = len(body) - (mentions - _HEAD) // 4
    if lasts < mentions or _checksum(low, packed[4:]) != int.from_bytes(body[:4], "little"):
        raise DamagedIndex("a page of the index is damaged", f"page {low:x}")
    return _whole_numbers(packed[_HEAD:mentions]), _whole_numbers(packed[mentions:lasts]), packed[lasts:]


def _whole_numbers(packed: memoryview[int]) -> memoryview[int]:
    if sys.byteorder == "little":
        return packed.cast("I")
    return memoryview(_least_byte_first(array("I", packed.tobytes())))


def _least_byte_first(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _checksum(low: int, body: bytes | memoryview) -> int:
    # Begun with the page's own low, so that a page in another's stead is noticed as well.
    return crc32(body, low & 0xFFFFFFFF)


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

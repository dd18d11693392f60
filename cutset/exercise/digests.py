"""Names kept as digests of 64 bits, so that many take little memory: which there are, and a number for each.

Of n names two share a digest with a chance of n²/2⁶⁵: of ten millions, one in 400,000.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from hashlib import blake2b


def digest(*names: str) -> int:
    """64 bits of a hash over the names.

    >>> digest("a", "bc") == digest("ab", "c")
    False
    """
    return int.from_bytes(blake2b("\n".join(names).encode(), digest_size=8).digest())


class Pairs:
    """A set of pairs of names.

    >>> pairs = Pairs([("a", "b"), ("c", "d"), ("a", "b")])
    >>> len(pairs), ("a", "b") in pairs, ("b", "a") in pairs
    (2, True, False)
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._digests = array("Q", (digest(*pair) for pair in pairs))
        self._digests = array("Q", _once(sorted(self._digests)))

    def __len__(self) -> int:
        return len(self._digests)

    def __contains__(self, pair: tuple[str, str]) -> bool:
        return _place(self._digests, digest(*pair)) is not None


class Numbers:
    """A number for each name.

    >>> numbers = Numbers([("a", 1.5), ("b", -2.0)])
    >>> len(numbers), numbers.get("b"), numbers.get("c")
    (2, -2.0, None)
    """

    def __init__(self, named: Iterable[tuple[str, float]]) -> None:
        digests, values = array("Q"), array("d")
        for name, value in named:
            digests.append(digest(name))
            values.append(value)
        order = sorted(range(len(digests)), key=digests.__getitem__)
        self._digests = array("Q", (digests[at] for at in order))
        self._values = array("d", (values[at] for at in order))

    def __len__(self) -> int:
        return len(self._digests)

    def get(self, name: str, otherwise: float | None = None) -> float | None:
        """The number of a name, or `otherwise` where there is none."""
        at = _place(self._digests, digest(name))
        return otherwise if at is None else self._values[at]


def _place(digests: array[int], sought: int) -> int | None:
    at = bisect_left(digests, sought)
    return at if at < len(digests) and digests[at] == sought else None


def _once(ascending: Iterable[int]) -> Iterator[int]:
    last = None
    for each in ascending:
        if each != last:
            yield each
        last = each

"""The Merkle tree of RFC 9162 §2.1: hashes, a frontier that grows by one leaf at a time, and proofs.

Nothing here reads a store. Proofs ask for the hash of a range of leaves through a `Subtree` function, so that whoever
keeps the leaves decides how to compute it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree with no leaves (§2.1.1)."""

TILE = 8
"""Levels between the inner nodes that a store keeps."""

Subtree = Callable[[int, int], bytes]
"""(start, end) -> the root of the leaves start <= i < end, where they are at least one."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: a leading 0x00 keeps it apart from every inner node (§2.1.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node, with a leading 0x01 (§2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree by its edge only: the number of leaves, and the roots of its full subtrees, the largest first.

    That is all that appending needs: a leaf costs amortised two hashes, and the whole is at most 64 hashes.
    `completed` gathers (level, position, root) of each full subtree of 2**level leaves that a push completes, at
    every `TILE`th level: what a store keeps so that a proof need not read every leaf.

    >>> frontier = Frontier()
    >>> frontier.push(leaf_hash(b""))
    >>> frontier.root().hex()[:16]
    '6e340b9cffb37a98'
    """

    __slots__ = ("completed", "peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.completed: list[tuple[int, int, bytes]] = []
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError("a tree of that size has another number of full subtrees")

    def push(self, leaf: bytes) -> None:
        """Add a leaf by its hash."""
        size, peaks, level = self.size, self.peaks, 0
        # Each trailing one bit of the old size is a full subtree that the new leaf completes to one twice as large.
        while size & 1:
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            size >>= 1
            level += 1
            if level % TILE == 0:
                self.completed.append((level, size, leaf))
        peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree as it is."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root

    def copy(self) -> Frontier:
        """The same tree, to be grown apart."""
        return Frontier(self.size, self.peaks)

    def packed(self) -> bytes:
        """The peaks as bytes, for storage beside `size`."""
        return b"".join(self.peaks)

    @classmethod
    def unpacked(cls, size: int, peaks: bytes) -> Frontier:
        """The frontier that `packed` gave. Raises `ValueError` where the two do not fit each other."""
        if len(peaks) % HASH_BYTES:
            raise ValueError("peaks are whole hashes")
        return cls(size, (peaks[start : start + HASH_BYTES] for start in range(0, len(peaks), HASH_BYTES)))


def fold(pieces: Iterable[tuple[int, bytes]]) -> bytes:
    """The root over neighbouring full subtrees, given as (level, root), each level no higher than the one before."""
    stack: list[tuple[int, bytes]] = []
    for level, root in pieces:
        while stack and stack[-1][0] == level:
            root = node_hash(stack.pop()[1], root)
            level += 1
        stack.append((level, root))
    found = stack.pop()[1]
    while stack:
        found = node_hash(stack.pop()[1], found)
    return found


def _split(width: int) -> int:
    """The largest power of two smaller than `width`, which is at least 2."""
    return 1 << (width - 1).bit_length() - 1


def inclusion_path(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """PATH(index, D_size) of §2.1.3.1: what proves that a leaf, counted from 0, is in the tree of `size` leaves.

    Raises `ValueError` where the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError("the tree has no such leaf")
    start, end = 0, size
    path: list[bytes] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start = middle
    path.reverse()
    return path


def consistency_path(old: int, size: int, subtree: Subtree) -> list[bytes]:
    """PROOF(old, D_size) of §2.1.4.1: what proves that the tree of `old` leaves is a prefix of that of `size`.

    The empty tree is a prefix of all, and every tree one of itself: both proofs are empty. Raises `ValueError` where
    `old` is not between 0 and `size`.
    """
    if not 0 <= old <= size:
        raise ValueError("the older tree is not the smaller one")
    if old in (0, size):
        return []
    start, end, whole = 0, size, True
    path: list[bytes] = []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start, whole = middle, False
    # The verifier knows the old root, but no other subtree of the old tree.
    if not whole:
        path.append(subtree(start, end))
    path.reverse()
    return path


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that the leaf hash is leaf `index` of the tree of `size` leaves with `root` (§2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            found = node_hash(step, found)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            found = node_hash(found, step)
        position >>= 1
        last >>= 1
    return last == 0 and found == root


def consistent(old: int, size: int, old_root: bytes, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree of `old` leaves with `old_root` is a prefix of the other (§2.1.4.2)."""
    if not 0 <= old <= size:
        return False
    if old == size:
        return not path and old_root == root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    steps = list(path)
    if not steps:
        return False
    # An old tree that is a full subtree begins its own proof.
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    position, last = old - 1, size - 1
    while position & 1:
        position >>= 1
        last >>= 1
    old_found = found = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old_found = node_hash(step, old_found)
            found = node_hash(step, found)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            found = node_hash(found, step)
        position >>= 1
        last >>= 1
    return last == 0 and old_found == old_root and found == root

"""The tree of RFC 9162 against a naive one that follows the standard's own words, and against known answers."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutset.log.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    consistent,
    included,
    inclusion_path,
    leaf_hash,
)

# The test tree that implementations of RFC 6962 share: its leaves, and the roots of its first 0, 1, … 8 leaves.
ENTRIES = [bytes.fromhex(each) for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
ENTRIES.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def k(n: int) -> int:
    """The largest power of two smaller than n, as §2.1.1 has it."""
    power = 1
    while power * 2 < n:
        power *= 2
    return power


def mth(leaves: list[bytes]) -> bytes:
    """MTH(D_n) of §2.1.1, over leaf hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = k(len(leaves))
    return sha256(b"\x01" + mth(leaves[:split]) + mth(leaves[split:])).digest()


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D_n) of §2.1.3.1."""
    if len(leaves) == 1:
        return []
    split = k(len(leaves))
    if m < split:
        return [*path(m, leaves[:split]), mth(leaves[split:])]
    return [*path(m - split, leaves[split:]), mth(leaves[:split])]


def subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF(m, D_n, b) of §2.1.4.1."""
    n = len(leaves)
    if m == n:
        return [] if whole else [mth(leaves)]
    split = k(n)
    if m <= split:
        return [*subproof(m, leaves[:split], whole), mth(leaves[split:])]
    return [*subproof(m - split, leaves[split:], False), mth(leaves[:split])]


def frontier_of(leaves: list[bytes]) -> Frontier:
    frontier = Frontier()
    for leaf in leaves:
        frontier.push(leaf)
    return frontier


trees = st.integers(1, 70).map(lambda size: [leaf_hash(bytes([number])) for number in range(size)])


def test_the_shared_test_tree_has_its_known_roots() -> None:
    leaves = [leaf_hash(entry) for entry in ENTRIES]
    assert [frontier_of(leaves[:size]).root().hex() for size in range(9)] == ROOTS
    assert EMPTY_ROOT.hex() == ROOTS[0]


def test_the_shared_test_tree_has_its_known_proofs() -> None:
    leaves = [leaf_hash(entry) for entry in ENTRIES]

    def subtree(start: int, end: int) -> bytes:
        return mth(leaves[start:end])

    # Of RFC 6962's own implementation: leaf 6 of 8, and the tree of 6 as a prefix of that of 8.
    assert [step.hex() for step in inclusion_path(5, 8, subtree)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [step.hex() for step in consistency_path(6, 8, subtree)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(trees, st.data())
def test_roots_and_proofs_are_those_of_the_naive_tree(leaves: list[bytes], data: st.DataObject) -> None:
    size = len(leaves)
    root = mth(leaves)
    frontier = frontier_of(leaves)
    assert frontier.root() == root
    assert Frontier.unpacked(size, frontier.packed()).root() == root
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(0, size))

    def subtree(start: int, end: int) -> bytes:
        return mth(leaves[start:end])

    inclusion = inclusion_path(index, size, subtree)
    assert inclusion == path(index, leaves)
    assert included(leaves[index], index, size, inclusion, root)
    consistency = consistency_path(old, size, subtree)
    assert consistency == ([] if old in (0, size) else subproof(old, leaves, True))
    assert consistent(old, size, mth(leaves[:old]), root, consistency)


@given(trees, st.data())
def test_no_other_proof_holds(leaves: list[bytes], data: st.DataObject) -> None:
    size, root = len(leaves), mth(leaves)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    inclusion, consistency = path(index, leaves), [] if old == size else subproof(old, leaves, True)
    other = leaf_hash(b"another")
    old_root = mth(leaves[:old])
    assert not included(other, index, size, inclusion, root)
    assert not included(leaves[index], index, size, inclusion, other)
    assert not included(leaves[index], index, size, [*inclusion, other], root)
    assert not included(leaves[index], size, size, inclusion, root)
    elsewhere = data.draw(st.integers(0, size - 1))
    assert included(leaves[index], elsewhere, size, inclusion, root) == (elsewhere == index)
    assert not consistent(old, size, other, root, consistency)
    assert not consistent(old, size, old_root, other, consistency)
    assert not consistent(old, size, old_root, root, [*consistency, other])
    assert not consistent(size + 1, size, old_root, root, consistency)
    for proof, holds in (
        (inclusion, lambda steps: included(leaves[index], index, size, steps, root)),
        (consistency, lambda steps: consistent(old, size, old_root, root, steps)),
    ):
        if proof:
            at = data.draw(st.integers(0, len(proof) - 1))
            assert not holds([*proof[:at], other, *proof[at + 1 :]])
            assert not holds([*proof[:at], *proof[at + 1 :]])


def test_sizes_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_path(3, 3, lambda *_: b"")
    with pytest.raises(ValueError, match="not the smaller"):
        consistency_path(4, 3, lambda *_: b"")
    with pytest.raises(ValueError, match="full subtrees"):
        Frontier(3, [bytes(32)])

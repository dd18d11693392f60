"""The made world: the same for the same seed, and wholly found within each viewer's rights."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from cutset.exercise import files
from cutset.exercise.agencies import FEEDS, VIEWERS
from cutset.exercise.play import scores, submit
from cutset.exercise.world import make
from cutset.node import Node


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_makes_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("other", 4)):
        files.write(make(seed), tmp_path / name)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert digests(tmp_path / "one")["truth.json"] != digests(tmp_path / "other")["truth.json"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_all_that_was_planted_is_found_and_nothing_else_is(tmp_path: Path, seed: int) -> None:
    node, world = Node.create(str(tmp_path / "exercise.cutset")), make(seed, organisations=12, quiet=5, scale=0.1)
    loaded = submit(node, world, tmp_path / "world")
    assert len(loaded) == len(FEEDS)
    assert all(each.rejected == 0 and each.read == each.accepted for each in loaded)
    found = scores(node, world)
    assert len(found) == 1 + len(VIEWERS)
    assert all(each.perfect for each in found), found
    assert all(each.near_misses > 10 for each in found)
    # The truth holds links that only one agency may see, and those that it sees differ from agency to agency.
    assert len({each.planted for each in found}) > 1


def test_a_missed_link_and_a_wrong_lead_are_told(tmp_path: Path) -> None:
    node, world = Node.create(str(tmp_path / "exercise.cutset")), make(5, organisations=6, quiet=0, scale=0.0)
    submit(node, world, tmp_path / "world")
    other = make(6, organisations=6, quiet=0, scale=0.0)
    (first, *_) = scores(node, other)
    assert first.found < first.planted
    assert not first.perfect


def test_a_world_without_organisations_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one organisation"):
        make(1, organisations=0)
    with pytest.raises(ValueError, match="scale"):
        make(1, scale=-1)

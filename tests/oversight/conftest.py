"""What the tests of oversight share: a clock that stands, and a node with the members."""

from __future__ import annotations

from pathlib import Path

import pytest

from cutset.node import Node
from tests.oversight.places import Hands, made


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def node(tmp_path: Path, hands: Hands) -> Node:
    return made(tmp_path, hands=hands)

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plan.measuring import Measuring
from tests.worlds import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store.cutset"))


@pytest.fixture
def measuring(tmp_path: Path) -> Measuring:
    return Measuring(tmp_path)

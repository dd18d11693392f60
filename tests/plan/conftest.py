from __future__ import annotations

from pathlib import Path

import pytest

from tests.plan.measuring import Measuring


@pytest.fixture
def measuring(tmp_path: Path) -> Measuring:
    return Measuring(tmp_path)

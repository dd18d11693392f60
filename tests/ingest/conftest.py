"""What the tests of ingest share: where the real data lies, and a log with two agencies."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cutset.access.registry import Agency, Viewer
from cutset.clock import fixed
from cutset.ingest.reader import Context
from cutset.log.store import Log
from cutset.model.marking import Marking, Tlp

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def real(path: str) -> Path:
    """A file of the real data; the test is skipped, with the reason, where there is none."""
    folder = Path(os.environ.get("CUTSET_DATA") or "../shared/data")
    found = (folder if folder.is_absolute() else ROOT / folder) / path
    if not found.exists():
        pytest.skip(f"CUTSET_DATA has no {path}")
    return found


@pytest.fixture
def context() -> Context:
    """An agency's plain context: everybody may see what it reads."""
    return Context(marking=Marking(originator="ash", tlp=Tlp.CLEAR), now=NOW)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """An empty log, to which `ann@ash` and `bob@birch` submit."""
    made = Log.create(str(tmp_path / "store.cutset"), clock=fixed(NOW))
    made.register(
        Agency(id="ash", name="Ash", country="US"),
        Agency(id="birch", name="Birch", country="US"),
        Viewer(id="ann@ash", agency="ash"),
        Viewer(id="bob@birch", agency="birch"),
    )
    return made

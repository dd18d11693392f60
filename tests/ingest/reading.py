"""Reads files as a test needs them: the made ones beside this module, and the real ones that CUTSET_DATA names."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cutset.ingest.reader import Context, Draft, Reader, Reject
from cutset.model.marking import Marking

MADE = Path(__file__).parent / "files"
ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def context(**changes: Any) -> Context:
    return Context(**({"marking": Marking(originator="treasury"), "made": True, "now": NOW} | changes))


def read(reader: Reader, path: Path, **changes: Any) -> tuple[list[Draft], list[Reject]]:
    """The drafts and the rejects, each in the order in which they came."""
    found = list(reader.read(path, context(**changes)))
    return [each for each in found if isinstance(each, Draft)], [each for each in found if isinstance(each, Reject)]


def real(name: str) -> Path:
    """A file or folder of the shared data; skips the test where it is absent."""
    path = (ROOT / os.environ.get("CUTSET_DATA", "../shared/data") / name).resolve()
    if not path.exists():
        pytest.skip(f"CUTSET_DATA has no {name}")
    return path


def verified(drafts: list[Draft], *kinds: str) -> set[tuple[str, str]]:
    """Kind and value of every verified selector in the drafts."""
    return {
        (str(each.kind), each.value)
        for draft in drafts
        for mention in draft.report.mentions
        for each in mention.selectors
        if each.verified and (not kinds or each.kind in kinds)
    }

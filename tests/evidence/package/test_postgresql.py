"""Evidence on a real PostgreSQL server: what is shown, packed, forgotten and rebuilt is as on SQLite."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from cutset.evidence.index import EvidenceIndex
from tests.evidence.package.making import COUNSEL, MAKER, CaseDesk


def shown(desk: CaseDesk, folder: Path) -> Any:
    """What every view of evidence shows, without the ids, which are random."""
    node = desk.node
    found = node.package(desk.case, folder, viewer=MAKER, recipient=COUNSEL, discovery=True, pdf=False)
    lines = {
        name: len((folder / f"{name}.jsonl").read_bytes().splitlines())
        for name in ("timeline", "exhibits", "custody", "reports", "results", "links", "rejected", "files", "withheld")
    }
    chains = [node.custody(each, viewer=MAKER) for each in ("ash/1", "birch/1.1")]
    return {
        "cards": [
            msgspec.structs.replace(each, event="", reports=())
            for of in (None, desk.case)
            for each in node.exhibits(of, viewer=MAKER)
        ],
        "holders": [[(each.holder, each.since, each.until) for each in chain.holders] for chain in chains],
        "steps": [[(step.happened, step.entered, step.who) for step in chain.steps] for chain in chains],
        "findings": [each.fault for each in node.check_custody(viewer=MAKER)],
        "results": [(each.number, each.purity, each.accredited) for each in node.results(viewer=MAKER)],
        "to counsel": [each.name for each in node.exhibits(viewer=COUNSEL)],
        "package": (found.exhibits, found.links, found.files, len(found.reports), lines),
    }


@pytest.mark.postgresql
def test_evidence_on_postgresql_is_as_on_sqlite(
    tmp_path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with monkeypatch.context() as patch:
        patch.delenv("CUTSET_KEY")
        desk = CaseDesk(tmp_path / "one")
        expected = shown(desk, tmp_path / "one" / "package")
    assert expected["package"][0] == 2
    monkeypatch.setenv("CUTSET_FILES", str(tmp_path / "two" / "files"))
    desk = CaseDesk(tmp_path / "two", url=postgresql_url)
    assert shown(desk, tmp_path / "two" / "package") == expected
    # Made anew from the log it shows the same, and a purge takes what it should.
    desk.node.index(EvidenceIndex).drop()
    assert shown(desk, tmp_path / "two" / "again") == expected
    assert desk.node.purge([desk.collected], reason="retention is over", by=MAKER) == 1
    assert not list(desk.node.attachments.hashes())
    (checked,) = desk.node.check_views(["evidence"], viewer=MAKER)
    assert checked.ok, checked.problems
    assert checked.rows > 0

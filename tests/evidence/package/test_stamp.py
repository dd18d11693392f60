"""A package whose manifest a local authority stamps, and the verb."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from cutset.evidence.timestamp import Authority, check
from tests.evidence.package.making import COUNSEL, MAKER, CaseDesk
from tests.evidence.test_timestamp import Handler, authority

__all__ = ["authority"]


def test_the_manifest_is_stamped(
    authority: tuple[Authority, type[Handler]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, handler = authority
    monkeypatch.setenv("CUTSET_TSA", here.url)
    monkeypatch.setenv("CUTSET_TSA_ROOTS", str(handler.folder / "root.pem"))
    desk = CaseDesk(tmp_path)
    desk.node.package(desk.case, tmp_path / "case", viewer=MAKER, pdf=False)
    manifest = (tmp_path / "case/manifest.sha256").read_bytes()
    assert b"manifest" not in manifest
    assert check((tmp_path / "case/manifest.tsr").read_bytes(), manifest, here.roots).policy == "1.2.3.4.1"


def test_the_verb_writes_it_and_says_what(tmp_path: Path) -> None:
    desk = CaseDesk(tmp_path)
    store = str(tmp_path / "store.cutset")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from cutset.cli import main; main()", "package", desk.case, "--store", store]
        return subprocess.run([*command, *words], capture_output=True, text=True, check=False, env=os.environ)

    folder = tmp_path / "case"
    done = run("--as", MAKER, "--for", COUNSEL, "--discovery", "--out", str(folder), "--json")
    assert done.returncode == 0, done.stderr
    said = msgspec.json.decode(done.stdout)
    assert said["folder"] == str(folder)
    assert {each["report"] for each in said["withheld"]} >= {desk.hidden}
    again = run("--as", MAKER, "--out", str(folder))
    assert again.returncode == 2
    assert "already" in again.stderr
    told = run("--as", MAKER, "--out", str(tmp_path / "mine"), "--no-pdf")
    assert "2 exhibits" in told.stdout
    assert not (tmp_path / "mine/package.pdf").exists()

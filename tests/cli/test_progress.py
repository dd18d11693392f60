"""Progress is drawn on a terminal, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="there are no pseudo-terminals on this system")
_MAIN = "import sys; from cutset.cli import main; sys.exit(main())"


def told(folder: Path, *arguments: str, **environment: str) -> str:
    """What the verb writes to its error side where that is a terminal."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", _MAIN, *arguments]
    given = os.environ | {"TERM": "xterm-256color", "COLUMNS": "100"} | environment
    with subprocess.Popen(
        command, cwd=folder, env=given, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs
    ) as ran:
        os.close(theirs)
        written = bytearray()
        try:
            while part := os.read(ours, 65_536):
                written += part
        except OSError:  # Linux says so that nobody holds the other end any more.
            pass
    os.close(ours)
    assert ran.returncode == 0, written.decode()
    return written.decode()


def test_making_scoring_and_filming_draw_how_far_they_are(tmp_path: Path) -> None:
    made = told(tmp_path, "exercise", "make", "--scale", "0.05", "--months", "3", "--store", "a.cutset")
    for each in ("months", "3/3", "files"):
        assert each in made
    scored = told(tmp_path, "exercise", "score", "world", "--store", "a.cutset")
    # Seven viewers, and the truth of one theatre is read three times.
    assert "viewers and theatres" in scored
    assert "10/10" in scored
    # The truth of one theatre is read twice: for what moved, and for the pictures.
    assert "2/2" in told(tmp_path, "exercise", "film", "world")


def test_nothing_is_drawn_for_programs_nor_where_it_is_not_wanted(tmp_path: Path) -> None:
    asked = ("exercise", "make", "--scale", "0.05", "--months", "3")
    assert told(tmp_path, *asked, "--json") == ""
    assert told(tmp_path, *asked, NO_PROGRESS="1") == ""

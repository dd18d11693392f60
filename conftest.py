"""Runs the examples of README.md and docs/: `python` blocks in one namespace a page, `console` blocks in a shell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

ROOT = Path(__file__).parent


def run_console(example: Example) -> str | None:
    """Runs each line after `$ ` in the page's own folder; every line under it must stand in what is printed."""
    folder: Path = example.namespace["folder"]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "COLUMNS": "200", "NO_COLOR": "1", "HOME": str(folder)}
    printed = ""
    for line in str(example.parsed).splitlines():
        if line.startswith("$ "):
            done = subprocess.run(line[2:], shell=True, cwd=folder, env=environment, capture_output=True, text=True)  # noqa: S602 - our own pages
            printed = done.stdout + done.stderr
            if done.returncode:
                return f"`{line}` ended with {done.returncode}:\n{printed}"
        elif line.strip() and line.strip() != "…" and line.strip() not in printed:
            return f"{line!r} is not in what was printed:\n{printed}"
    return None


def setup(namespace: dict[str, Any]) -> None:
    """Gives a page a folder of its own, in which its python blocks run as well."""
    namespace["folder"] = Path(tempfile.mkdtemp())
    namespace["before"] = Path.cwd()
    os.chdir(namespace["folder"])


def teardown(namespace: dict[str, Any]) -> None:
    """Leaves nothing behind."""
    os.chdir(namespace["before"])
    shutil.rmtree(namespace["folder"], ignore_errors=True)


pytest_collect_file = Sybil(
    parsers=[CodeBlockParser(language="console", evaluator=run_console), PythonCodeBlockParser(), SkipParser()],
    patterns=["README.md", "docs/*.md"],
    setup=setup,
    teardown=teardown,
).pytest()

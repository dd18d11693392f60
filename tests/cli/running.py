"""Runs verbs as the shell would, in a folder of the test's own."""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec

from cutset import cli


class Ran:
    """What a verb printed, and the status that it ended with."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status = status
        self.out = out
        self.err = err

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.out)


def run(folder: Path, *arguments: str) -> Ran:
    """`cutset ARGUMENTS` in `folder`, through the program's own entry point."""
    out, err, before, status = io.StringIO(), io.StringIO(), Path.cwd(), 0
    os.chdir(folder)
    try:
        with (
            redirect_stdout(out),
            redirect_stderr(err),
            patch.object(sys, "argv", ["cutset", *arguments]),
        ):
            cli.main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(bool(end.code))
    finally:
        os.chdir(before)
    return Ran(status, out.getvalue(), err.getvalue())

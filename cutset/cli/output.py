"""How verbs print: tables and sentences for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cutset.errors import CutsetError

WIDE = 160
"""Columns for a table that goes to a file or another program, which has no width of its own."""


def _console(*, stderr: bool = False) -> Console:
    found = Console(stderr=stderr, highlight=False, soft_wrap=True)
    return found if found.is_terminal else Console(stderr=stderr, highlight=False, soft_wrap=True, width=WIDE)


out = _console()
err = _console(stderr=True)

_encode = msgspec.json.Encoder(decimal_format="string").encode


def as_json(value: object) -> None:
    """Print `value` as one line of JSON, times in ISO 8601 and decimals as strings."""
    typer.echo(_encode(value).decode())


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()) -> None:
    """Print rows under `columns`; those named in `right` are set to the right, as numbers are."""
    grid = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        grid.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        # Text, so that a bracket in a name is a bracket and no markup.
        grid.add_row(*(Text("" if value is None else str(value)) for value in row))
    out.print(grid)


def say(*lines: str) -> None:
    """Print sentences as they are."""
    for line in lines:
        out.print(Text(line))


def banner(marking: str, *, made: bool = False) -> None:
    """Print the marking over what is shown, and that it is made where it is."""
    if made:
        out.print(Text("MADE exercise data: nobody observed it", style="bold yellow"))
    if marking:
        out.print(Text(marking, style="bold"))


def number(value: float | None, digits: int = 0) -> str:
    """A number as people read it.

    >>> number(1234.5), number(1234.56, 1), number(None)
    ('1,234', '1,234.6', '')
    """
    return "" if value is None else f"{value:,.{digits}f}"


def write(path: Path, data: str | bytes) -> None:
    """Write `data` (text in UTF-8) to `path`, wholly or not at all. Raises `CutsetError` where it cannot be written.

    What a verb writes is marked: it is for its owner until they share it.
    """
    written = None
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            written = Path(file.name)
            file.write(data.encode() if isinstance(data, str) else data)
        written.chmod(0o600)
        written.replace(path)
    except OSError as error:
        if written is not None:
            written.unlink(missing_ok=True)
        raise CutsetError(
            f"the file cannot be written: {error.strerror}", where=str(path), remedy="name another by --out"
        ) from None

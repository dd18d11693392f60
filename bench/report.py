"""What a benchmark prints and keeps: the machine, a table of rows, and what is to be said about them."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import msgspec

_T = TypeVar("_T")

RESULTS = Path(__file__).parent / "results"


def percentile(values: Sequence[float], percent: float) -> float:
    """The `percent`th percentile of `values`, between the two nearest ranks; of one value, that value.

    >>> percentile([4.0, 1.0, 3.0, 2.0], 50)
    2.5
    >>> percentile([7.0], 99)
    7.0
    """
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def percentiles_ms(seconds: Sequence[float]) -> dict[str, float]:
    """The median and the 99th percentile of `seconds`, in milliseconds, as columns of a row."""
    return {f"p{percent}_ms": round(percentile(seconds, percent) * 1e3, 3) for percent in (50, 99)}


def machine() -> dict[str, str]:
    """What the numbers were measured on, and with."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": _cpu(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory / 2**30:.1f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "cutset": version("cutset"),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def apart(measured: Callable[..., _T], *given: Any) -> _T:
    """What `measured` gives in a process of its own, whose peak of memory is nobody else's."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measured, *given).result()


class Report:
    """The results of one benchmark: give it rows, and close it.

    `name` names the files in `bench/results`; `title` heads the page. A row may have columns that others have not.
    """

    def __init__(self, name: str, title: str) -> None:
        self.name = name
        self.title = title
        self.machine = machine()
        self.rows: list[dict[str, Any]] = []
        print(title)
        print(", ".join(f"{what} {value}" for what, value in self.machine.items()))

    def row(self, **columns: Any) -> None:
        """Add a row, and print it at once: a benchmark may take minutes."""
        self.rows.append(columns)
        print("  ".join(f"{column}={_cell(value)}" for column, value in columns.items()), flush=True)

    def close(self, note: str = "", *, folder: Path = RESULTS) -> None:
        """Print the table with `note` under it, and store both in `folder`."""
        at = datetime.now(UTC).replace(microsecond=0)
        page = self.page(note, at)
        folder.mkdir(parents=True, exist_ok=True)
        stored = {"title": self.title, "at": at, "machine": self.machine, "rows": self.rows, "note": note}
        text = msgspec.json.format(msgspec.json.encode(stored), indent=1)
        (folder / f"{self.name}.json").write_bytes(text + b"\n")
        (folder / f"{self.name}.md").write_text(page, encoding="utf-8")
        print(f"\n{page}")

    def page(self, note: str, at: datetime) -> str:
        """The results as a page of Markdown."""
        columns = list(dict.fromkeys(column for row in self.rows for column in row))
        numeric = {
            column
            for column in columns
            if all(isinstance(row[column], int | float | None) for row in self.rows if column in row)
        }
        lines = [
            f"# {self.title}",
            "",
            "| " + " | ".join(columns) + " |",
            "| " + " | ".join("---:" if column in numeric else "---" for column in columns) + " |",
            *("| " + " | ".join(_cell(row.get(column)) for column in columns) + " |" for row in self.rows),
            "",
            *([note, ""] if note else []),
            f"Measured {at:%Y-%m-%d} on: " + ", ".join(f"{what} {value}" for what, value in self.machine.items()) + ".",
            "",
        ]
        return "\n".join(lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).replace("|", "\\|")
    return f"{value:,}"

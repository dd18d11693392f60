"""A network as one TOML file: its ways, traffic and means become entries of their registers.

    name = "eastern-pacific"
    fiscal_year = "FY 2024"

    [[way]]
    id = "coast"
    origin = { name = "Tumaco", country = "CO", latitude_deg = 1.8, longitude_deg = -78.8 }
    goal = { name = "San José", country = "GT", latitude_deg = 13.9, longitude_deg = -90.8 }
    modality = "maritime"
    area = "Eastern Pacific"
    sweep = { value = 0.013, low = 0.006, high = 0.036, source = "assumed" }
    days = 8

    [[traffic]]
    …

    [[means]]
    …

The fields are those of `cutset.model.network`. A later file of the same `name` takes the place of the earlier one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from cutset.errors import CutsetError
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import BadFile, open_text
from cutset.model.network import Means, Traffic, Way
from cutset.model.report import Kind, Report, Response, Source
from cutset.plan import fiscal_years
from cutset.plan.networks import NETWORKS
from cutset.plan.registers import check

ENTRIES: dict[str, type[Way | Traffic | Means]] = {"way": Way, "traffic": Traffic, "means": Means}
"""What the tables of a file become."""
_HEADER = re.compile(r"\s*\[\[\s*(\w+)\s*\]\]")
_PLAN = "niccp-2021"
_json = msgspec.json.Encoder(enc_hook=str).encode


class NetworkFile:
    """The reader of such a file. `plan` is the id of the plan under which its entries are filed."""

    name = "network"
    title = "a network: ways, traffic and means, as TOML"
    keyed = True
    public = False

    def __init__(self, plan: str = _PLAN) -> None:
        self._plan = plan

    def read(self, path: Path, context: Context) -> Iterator[Draft | Reject]:
        """The drafts and rejects of the file. Raises `BadFile` for what is no TOML, or says not what it is."""
        if context.kind not in (None, Kind.RESPONSE):
            raise BadFile("a network makes responses only", where=path.name, remedy="leave the kind out")
        text = _text(path)
        try:
            said = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise BadFile(f"this is no TOML: {error}", where=path.name, remedy="mend the place named") from error
        dataset, fiscal_year = _head(said, path.name)
        lines = _lines(text)
        seen: set[str] = set()
        for table in ENTRIES:
            for number, each in enumerate(said[table] if isinstance(said.get(table), list) else ()):
                line = lines.get((table, number), 1)
                try:
                    entry = _entry(table, each)
                    record = self._record(table, entry.id)
                    if record in seen:
                        raise CutsetError("this id stands twice", where=entry.id, remedy="give each its own")
                except (msgspec.ValidationError, CutsetError) as error:
                    yield self._rejected(path, line, table, each, error)
                    continue
                seen.add(record)
                report = Report(
                    marking=context.marking,
                    source=Source(dataset=dataset, record=record, made=context.made),
                    content=Response(plan=self._plan, fiscal_year=fiscal_year, entry=entry),
                )
                yield Draft(report=report, file=path.name, line=line)

    def _record(self, table: str, id: str) -> str:
        register = next(name for name, kind in NETWORKS.items() if kind is ENTRIES[table])
        return f"{self._plan}|{register}|{id}"

    def _rejected(self, path: Path, line: int, table: str, said: Any, error: Exception) -> Reject:
        id = str(said.get("id", "")) if isinstance(said, dict) else ""
        return Reject(
            file=path.name,
            line=line,
            column=table,
            value=id[:200],
            reason=str(error),
            row=(_json(said).decode(),),
            record=self._record(table, id) if id else "",
        )


def example() -> str:
    """A small made network as such a file, to begin from.

    >>> tomllib.loads(example())["name"]
    'made-coast'
    """
    return files("cutset.plan").joinpath("network_example.toml").read_text(encoding="utf-8")


def _text(path: Path) -> str:
    with open_text(path) as text:
        return "".join(text).removeprefix("\ufeff").replace("\r\n", "\n")


def _head(said: Mapping[str, Any], file: str) -> tuple[str, int]:
    """The file's name and fiscal year. Raises `BadFile`."""
    unknown = sorted(said.keys() - {"name", "fiscal_year", "title", *ENTRIES})
    if unknown:
        raise BadFile(
            f"nothing called {', '.join(unknown)} stands in a network",
            where=file,
            remedy=f"use [[{']], [['.join(ENTRIES)}]], and name, title and fiscal_year before them",
        )
    name, year = said.get("name", ""), said.get("fiscal_year", "")
    if not isinstance(name, str) or not name.strip():
        raise BadFile("the network has no name", where=file, remedy='write name = "…" on the first line')
    if not isinstance(year, str | int):
        raise BadFile("fiscal_year is no fiscal year", where=file, remedy='write fiscal_year = "FY 2024"')
    try:
        return name.strip(), fiscal_years.read(year)
    except fiscal_years.BadFiscalYear as error:
        raise BadFile(error.what, where=f"{file}, fiscal_year", remedy='write fiscal_year = "FY 2024"') from error


def _entry(table: str, said: Any) -> Way | Traffic | Means:
    """The entry that a table says. Raises `msgspec.ValidationError`, `BadEntry`."""
    kind = ENTRIES[table]
    if not isinstance(said, dict):
        raise CutsetError("this is no table", where=table, remedy=f"write [[{table}]] with a field a line")
    entry = msgspec.convert({**said, "register": kind.__struct_config__.tag}, kind)
    check(entry)
    return entry


def _lines(text: str) -> dict[tuple[str, int], int]:
    """The line on which each table of each name begins."""
    found: dict[tuple[str, int], int] = {}
    counts: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            name = header[1]
            found[name, counts.get(name, 0)] = number
            counts[name] = counts.get(name, 0) + 1
    return found

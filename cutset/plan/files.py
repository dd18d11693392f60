"""A plan's TOML files: one, or a folder of them read as one, and where in them each table stands."""

from __future__ import annotations

import re
import tomllib
from importlib.resources.abc import Traversable
from typing import Any

import msgspec

from cutset.errors import CutsetError

_PATH = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<path>.*)`)?", re.DOTALL)
_ITEM = re.compile(r"(?P<table>\w+)\[(?P<index>\d+)\]\.?(?P<field>.*)")


class BadPlan(CutsetError):
    """A plan that cannot be read, or that disagrees with itself. `problems` holds each mistake in words."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "", problems: tuple[str, ...] = ()) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.problems = problems


class _Place(msgspec.Struct, frozen=True):
    """The file and the line (from 1) at which an item of an array of tables begins; no line for an inline table."""

    file: str
    line: int | None


class PlanFiles:
    """The tables of all files together, and where they came from."""

    def __init__(self, folder_or_file: Traversable) -> None:
        """Read a file, or every `*.toml` of a folder in the order of their names. Raises `BadPlan`."""
        self.tables: dict[str, Any] = {}
        self._places: dict[str, list[_Place]] = {}
        self._names: list[str] = []
        for file in _toml_files(folder_or_file):
            self._names.append(file.name)
            self._add(file.name, _text(file))

    def _add(self, name: str, text: str) -> None:
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise BadPlan(
                "a plan's file is not TOML", where=f"{name}: {error}", remedy="mend the line named"
            ) from error
        for key, value in tables.items():
            if isinstance(value, list):
                self._places.setdefault(key, []).extend(_places(name, text, key, len(value)))
            if key not in self.tables:
                self.tables[key] = value
            elif isinstance(value, list) and isinstance(self.tables[key], list):
                self.tables[key] = [*self.tables[key], *value]
            else:
                raise BadPlan(
                    "two files of a plan set the same thing", where=f"{name}: {key}", remedy="keep one of them"
                )

    def where(self, table: str, index: int, field: str = "") -> str:
        """In words, where item `index` of `table` stands: `duties.toml, line 12, duty bb-net-03, modal`."""
        place = self._places.get(table, [])[index : index + 1]
        line = f", line {place[0].line}" if place and place[0].line else ""
        item = self.tables[table][index]
        name = item.get("id", item.get("at", f"no. {index + 1}")) if isinstance(item, dict) else f"no. {index + 1}"
        file = f"{place[0].file}{line}, " if place else ""
        return f"{file}{table} {name}{f', {field}' if field else ''}"

    def explain(self, error: msgspec.ValidationError) -> BadPlan:
        """What is wrong with the tables' form, and where."""
        found = _PATH.fullmatch(str(error))
        what, path = (found["what"], found["path"] or "") if found else (str(error), "")
        item = _ITEM.fullmatch(path)
        where = self.where(item["table"], int(item["index"]), item["field"]) if item else path or ", ".join(self._names)
        return BadPlan(
            f"a plan's file does not have the form of a plan: {what[:1].lower()}{what[1:]}",
            where=where,
            remedy="docs/plan.md tells the form of each table",
        )


def _toml_files(folder_or_file: Traversable) -> list[Traversable]:
    if folder_or_file.is_file():
        return [folder_or_file]
    if not folder_or_file.is_dir():
        raise BadPlan(
            "there is no plan here",
            where=str(folder_or_file),
            remedy="name a plan that is shipped, a TOML file or a folder",
        )
    found = [file for file in folder_or_file.iterdir() if file.name.endswith(".toml") and file.is_file()]
    if not found:
        raise BadPlan(
            "this folder holds no TOML file", where=str(folder_or_file), remedy="name the folder with plan.toml in it"
        )
    return sorted(found, key=lambda file: file.name)


def _text(file: Traversable) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadPlan(
            "a plan's file is not UTF-8", where=f"{file.name}, byte {error.start + 1}", remedy="save it as UTF-8"
        ) from error
    except OSError as error:
        raise BadPlan(
            "a plan's file cannot be read", where=f"{file.name}: {error}", remedy="see who may read it"
        ) from error


def _places(name: str, text: str, table: str, items: int) -> list[_Place]:
    header = re.compile(rf"\s*\[\[\s*{re.escape(table)}\s*\]\]")
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if header.match(line)]
    if len(lines) != items:
        return [_Place(name, None)] * items
    return [_Place(name, line) for line in lines]

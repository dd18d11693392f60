"""The truth of made worlds as files: one JSON object a line, in a folder apart from what the agencies write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import msgspec

from cutset.errors import CutsetError
from cutset.exercise.scenario import Scenario
from cutset.exercise.truth import World
from cutset.model.report import Struct

_T = TypeVar("_T")
_PARTS = ("organisations", "happenings", "voyages", "links", "near_misses", "papers", "loads", "flows", "mentions")
_THEATRES = "theatres.jsonl"
"""How many lines of each file belong to each theatre, in their order."""
FOLDER = "truth"
"""Where the truth lies in the folder of a made world."""
SUMMARY = "summary.json"
NAMES = frozenset({SUMMARY, _THEATRES, *(f"{part.replace('_', '-')}.jsonl" for part in _PARTS)})
"""The files of the truth."""
_PLAIN = ("seed", "hotline", "months", "scenario")


class Summary(Struct, frozen=True):
    """What holds for all theatres, and how many there are of each thing. The scenario is whole, as any may be."""

    seed: int
    hotline: str
    months: int
    scenario: Scenario
    theatres: int = 0
    counts: dict[str, int] = msgspec.field(default_factory=dict)


class Writer:
    """Writes the truth theatre by theatre."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        folder.mkdir()
        self._folder = folder
        self._files: dict[str, BinaryIO] = {
            part: stack.enter_context((folder / f"{part.replace('_', '-')}.jsonl").open("wb")) for part in _PARTS
        }
        self._counts = dict.fromkeys(_PARTS, 0)
        self._each = stack.enter_context((folder / _THEATRES).open("wb"))
        self._theatres = 0
        self._first: World | None = None

    def add(self, world: World) -> None:
        """Append the truth of one theatre."""
        self._first = self._first or msgspec.structs.replace(world, **dict.fromkeys(_PARTS, ()))
        self._theatres += 1
        for part, file in self._files.items():
            members = getattr(world, part)
            self._counts[part] += len(members)
            file.writelines(msgspec.json.encode(each) + b"\n" for each in members)
        self._each.write(msgspec.json.encode({part: len(getattr(world, part)) for part in _PARTS}) + b"\n")

    def close(self) -> None:
        """Write the summary."""
        if self._first is not None:
            summary = Summary(
                **{name: getattr(self._first, name) for name in _PLAIN}, theatres=self._theatres, counts=self._counts
            )
            text = msgspec.json.format(msgspec.json.encode(summary), indent=1)
            (self._folder / SUMMARY).write_bytes(text + b"\n")


def read(folder: Path) -> World:
    """The truth of the made world in `folder`, all its theatres as one. Raises `CutsetError` where there is none."""
    try:
        summary = _summary(folder)
        types = {each.name: each.type for each in msgspec.structs.fields(World)}
        found: dict[str, Any] = {part: tuple(_lines(folder, part, types[part])) for part in _PARTS}
        return World(**{name: getattr(summary, name) for name in _PLAIN}, **found)
    except (OSError, msgspec.DecodeError) as error:
        raise CutsetError(
            "there is no truth to hold the store against", where=str(folder), remedy="name the made folder"
        ) from error


def count(folder: Path) -> int:
    """How many theatres the made world in `folder` has. Raises `CutsetError` where there is no truth."""
    return _summary(folder).theatres


def theatres(folder: Path) -> Iterator[World]:
    """The truth of the made world in `folder`, one theatre after another, so that memory does not grow with the scale.

    Raises `CutsetError` where there is none.
    """
    try:
        summary = _summary(folder)
        types = {each.name: each.type for each in msgspec.structs.fields(World)}
        parts = {part: _lines(folder, part, types[part]) for part in _PARTS}
        with (folder / FOLDER / _THEATRES).open("rb") as file:
            for theatre, line in enumerate(file):
                counts = msgspec.json.decode(line, type=dict[str, int])
                found: dict[str, Any] = {part: tuple(islice(lines, counts[part])) for part, lines in parts.items()}
                plain = {name: getattr(summary, name) for name in _PLAIN}
                yield World(**plain, theatre=theatre, **found)
    except (OSError, msgspec.DecodeError) as error:
        raise CutsetError(
            "there is no truth to hold the store against", where=str(folder), remedy="name the made folder"
        ) from error


def _summary(folder: Path) -> Summary:
    try:
        return msgspec.json.decode((folder / FOLDER / SUMMARY).read_bytes(), type=Summary)
    except msgspec.ValidationError as error:
        raise CutsetError(
            "another version of cutset made this world, and wrote its truth in another form",
            where=str(folder),
            remedy="make it again: `cutset exercise make`",
        ) from error
    except (OSError, msgspec.DecodeError) as error:
        raise CutsetError(
            "there is no truth to hold the store against", where=str(folder), remedy="name the made folder"
        ) from error


def _lines(folder: Path, part: str, kind: type[Iterable[_T]]) -> Iterator[_T]:
    decoder = msgspec.json.Decoder(kind.__args__[0])  # type: ignore[attr-defined]
    with (folder / FOLDER / f"{part.replace('_', '-')}.jsonl").open("rb") as file:
        for line in file:
            yield decoder.decode(line)

"""Writes made worlds as the files of their agencies, each in its agency's own form, and the truth apart from them.

Theatre by theatre, so that memory does not grow with the scale: what is written of one is forgotten before the next.
"""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import TextIO

import msgspec

from cutset.errors import CutsetError
from cutset.exercise import agencies, custody, forms, truth_files
from cutset.exercise.forms import MADE
from cutset.exercise.network import network
from cutset.exercise.papers import FEEDS
from cutset.exercise.truth import Happening, World

READ_ME = "READ-ME.txt"
_TABLES: dict[str, tuple[str, Callable[[Random, Happening], dict[str, str]]]] = {
    "cbp": ("cbp-seizures.csv", forms.border_row),
    "uscg": ("uscg-interdictions.csv", forms.sea_row),
    "uspis": ("usps-parcels.csv", forms.parcel_row),
    "partner": ("partner-actas.csv", forms.partner_row),
}
_DESIGNATED = "treasury"
_SANCTIONS = frozenset({"sdn.csv", "alt.csv", "add.csv"})
_KNOWN = frozenset({READ_ME, truth_files.FOLDER, custody.KEYS, *(feed.file for feed in agencies.FEEDS)})
"""What may lie in the folder of a made world."""
_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()


def write(worlds: World | Iterable[World], folder: Path, told: Callable[[World], None] = lambda world: None) -> None:
    """Writes the agencies' files and `truth/` into `folder`, wholly or not at all. `told` is called after each theatre.

    An earlier made world there is replaced. The bytes are the same for the same worlds. Raises `CutsetError` where the
    folder holds anything else or cannot be written.
    """
    folder = folder.resolve()
    check(folder)
    part = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        with ExitStack() as stack:
            files = _Files(part, stack)
            for world in [worlds] if isinstance(worlds, World) else worlds:
                files.add(world)
                told(world)
            files.close()
        # Once more: making took its time, and someone may have put something there.
        check(folder)
        _replace(folder, part)
    except OSError as error:
        raise CutsetError(
            f"the made world cannot be written: {error.strerror}", where=str(folder), remedy="name another by --out"
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def check(folder: Path) -> None:
    """Raises `CutsetError` unless `folder` may be replaced: it is not there, is empty, or holds a made world alone.

    A made world has a READ-ME.txt that begins with MADE and a summary of its truth; one entry that no made world has,
    and all stays as it is. A folder in which someone stands, or one over it, is never replaced.
    """
    folder = folder.resolve()
    if Path.cwd().is_relative_to(folder):
        raise CutsetError(
            "a made world is a folder of its own, replaced as a whole, and this one holds the folder you are in",
            where=str(folder),
            remedy="name one in it by --out, such as `--out world`",
        )
    try:
        other = _not_of_a_made_world(folder)
    except OSError as error:
        raise CutsetError(
            f"what lies here cannot be looked at: {error.strerror}", where=str(folder), remedy="name another by --out"
        ) from error
    if other is not None:
        raise CutsetError(
            "this holds something that is not a made world, and would be lost",
            where=str(other),
            remedy="name another folder by --out, or move that away",
        )


def _not_of_a_made_world(folder: Path) -> Path | None:
    """The first thing at `folder` that is not of a made world; None where there is none."""
    if not folder.exists():
        return None
    if not folder.is_dir() or folder.is_symlink():
        return folder
    found = sorted(folder.iterdir())
    for each in found:
        if each.name not in _KNOWN or each.is_symlink():
            return each
    truth, designated = folder / truth_files.FOLDER, folder / _DESIGNATED
    for inner, names in ((truth, truth_files.NAMES), (designated, _SANCTIONS)):
        for each in sorted(inner.iterdir()) if inner.is_dir() else ():
            if each.name not in names or not each.is_file():
                return each
    return folder if found and not (is_labelled(folder) and (truth / truth_files.SUMMARY).is_file()) else None


def is_labelled(folder: Path) -> bool:
    """Whether what lies in a folder says of itself that it is made. Raises `OSError` where it cannot be read."""
    told = folder / READ_ME
    if not told.is_file():
        return False
    with told.open("rb") as text:
        return text.read(len(MADE)) == MADE.encode()


def _replace(folder: Path, part: Path) -> None:
    """Put `part` in the place of `folder`, which stays as it is where that fails."""
    aside = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    standing = folder.exists()
    if standing:
        folder.replace(aside)
    try:
        part.replace(folder)
    except OSError:
        if standing:
            aside.replace(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


class _Files:
    """The open files of one folder."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._open: dict[str, TextIO] = {}
        self._totals: Counter[tuple[int, int, str, str, str]] = Counter()
        self._pounds: Counter[tuple[int, int, str, str, str]] = Counter()
        self._truth = truth_files.Writer(folder / truth_files.FOLDER, stack)
        self._seed = 0

    def add(self, world: World) -> None:
        """Append what one theatre gives to each file."""
        random = Random(f"{world.seed}/{world.theatre}/files")
        self._seed = world.seed
        filed = [each for each in world.happenings if each.filed is not None]
        papers = [each for each in world.papers if each.filed is not None]
        voyages = [each for each in world.voyages if each.filed is not None]
        self._lines("dea-cases.jsonl", map(forms.case, world.organisations))
        for agency, (name, row) in _TABLES.items():
            self._table(name, [row(random, each) for each in filed if each.agency == agency], separator=agency)
        stops = [each for each in filed if each.agency == "county-sheriff"]
        self._lines("county-stops.jsonl", (forms.stop(random, each) for each in stops))
        # One receiving station keeps tables, another the sentences themselves.
        self._table("uscg-ais.csv", forms.positions(voyages[::2]))
        self._file("uscg-ais.nmea").writelines(f"{each}\n" for each in forms.heard(voyages[1::2]))
        for feed in FEEDS:
            if feed != custody.FEED:
                self._table(f"{feed}.csv", (each.cells for each in papers if each.feed == feed))
        signed = (each.cells["statement"] for each in papers if each.feed == custody.FEED)
        self._file(f"{custody.FEED}.jsonl").writelines(f"{statement}\n" for statement in signed)
        self._table("unodc-made.csv", map(forms.unodc_row, _abroad(filed)), separator="partner")
        for name, rows in forms.sanctions(world.organisations).items():
            csv.writer(self._file(f"{_DESIGNATED}/{name}", encoding="latin-1"), lineterminator="\n").writerows(rows)
        self._count(filed)
        self._truth.add(world)

    def close(self) -> None:
        """Write what is known only at the end: monthly totals, and what all this is."""
        self._table("cbp-nationwide-made.csv", self._total_rows())
        self._table(custody.KEYS, custody.key_rows(self._seed))
        self._file(READ_ME).write(f"{MADE}. Seed {self._seed}. The truth about it is in truth/.\n")
        self._truth.close()

    def _file(self, name: str, encoding: str = "utf-8") -> TextIO:
        if name not in self._open:
            path = self._folder / name
            path.parent.mkdir(exist_ok=True)
            self._open[name] = self._stack.enter_context(path.open("w", encoding=encoding, newline=""))
        return self._open[name]

    def _lines(self, name: str, rows: Iterable[dict[str, object]]) -> None:
        self._file(name).writelines(msgspec.json.encode(row).decode() + "\n" for row in rows)

    def _table(self, name: str, rows: Iterable[Mapping[str, str]], separator: str = "") -> None:
        file = self._file(name)
        writer: csv.DictWriter[str] | None = None
        for row in rows:
            if writer is None:
                delimiter = ";" if separator == "partner" else ","
                writer = csv.DictWriter(file, list(row), lineterminator="\n", delimiter=delimiter)
                # A theatre before may have had no row for it: then the header is still to be written.
                if file.tell() == 0:
                    writer.writeheader()
            writer.writerow(row)

    def _count(self, filed: Iterable[Happening]) -> None:
        """CBP's monthly totals are of what its own officers filed, as the published file is."""
        edges = network().edges
        for each in filed:
            if each.agency != "cbp" or not each.mass_kg:
                continue
            mode = edges[each.edge].mode if each.edge else "port-of-entry"
            patrol = "U.S. Border Patrol" if mode in ("between-ports", "tunnel") else "Office of Field Operations"
            border = "Southwest Border" if each.modality in ("land vehicle", "tunnel") else "Coastal/Interior"
            key = (each.at.year, each.at.month, patrol, border, each.substance)
            self._totals[key] += 1
            self._pounds[key] += each.mass_kg / 0.45359237  # type: ignore[assignment]

    def _total_rows(self) -> Iterable[dict[str, str]]:
        for key, events in sorted(self._totals.items()):
            year, month, component, region, drug = key
            yield {
                # The U.S. fiscal year begins in October (31 U.S.C. 1102).
                "FY": str(year + (month >= 10)),
                "Month (abbv)": _MONTHS[month - 1],
                "Component": component,
                "Region": region,
                "Land Filter": "Land Only" if region == "Southwest Border" else "Other",
                "Area of Responsibility": "LAREDO FIELD OFFICE"
                if region == "Southwest Border"
                else "MIAMI FIELD OFFICE",
                "Drug Type": drug.capitalize(),
                "Count of Event": str(events),
                "Sum Qty (lbs)": f"{self._pounds[key]:.2f}",
            }


def _abroad(filed: Iterable[Happening]) -> Iterable[Happening]:
    """What other countries seize, and so report to UNODC."""
    return (each for each in filed if each.agency == "partner")

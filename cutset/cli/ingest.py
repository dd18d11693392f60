"""`cutset ingest` and `cutset formats`: files in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from cutset.access.registry import Agency, Viewer
from cutset.access.roles import may_administer
from cutset.cli import options, output
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.errors import CutsetError
from cutset.exercise.files import is_labelled
from cutset.ingest.formats import formats as all_formats
from cutset.ingest.formats import reader
from cutset.ingest.load import Loaded
from cutset.ingest.mapping import Mapping
from cutset.ingest.reader import Context, Reader
from cutset.model.marking import Marking, Tlp
from cutset.model.protected import Warned, warnings
from cutset.model.report import Kind
from cutset.node import Node

_WARNINGS = 20
"""Warnings that are shown one by one."""


def ingest(
    format_: Annotated[
        str,
        typer.Argument(metavar="FORMAT", help="A format of `cutset formats`, or the path of a mapping file (.toml)."),
    ],
    path: Annotated[Path, typer.Argument(help="The file or folder to read; .gz, .xz and .zip as they are.")],
    agency: Annotated[str, typer.Option(help="The id of the agency whose it is; registered where it is new.")],
    country: Annotated[str, typer.Option(help="The country of an agency that is new, ISO 3166-1 alpha-2.")] = "",
    kind: Annotated[Kind | None, typer.Option(help="The kind of report, where the format leaves a choice.")] = None,
    tlp: Annotated[
        Tlp | None, typer.Option(help="The TLP level; published lists are TLP:CLEAR, all else TLP:AMBER.")
    ] = None,
    les: Annotated[bool, typer.Option(help="Law enforcement sensitive.")] = False,
    orcon: Annotated[bool, typer.Option(help="The originator controls dissemination.")] = False,
    rel_to: Annotated[
        list[str] | None, typer.Option(help="Releasable to: agency:…, group:…, country:… or viewer:…; may be repeated.")
    ] = None,
    vintage: Annotated[
        str, typer.Option(help="The edition, where the file does not tell; later ones sort after.")
    ] = "",
    made: Annotated[
        bool,
        typer.Option("--made", help="Exercise data that nobody observed; the files of `exercise make` are so unasked."),
    ] = False,
    rejects: Annotated[Path | None, typer.Option(help="The folder for rejects; without it, beside the file.")] = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Read a file into the log: every row is accepted, repeated or rejected with its reason.

    Example: cutset ingest unodc-ids unodc_ids_2011-2014.csv.gz --agency unodc
    """
    read_by = reader(format_)
    node, viewer = opened(store, as_)
    by = _submitter(node, viewer, agency, country)
    made = made or _known_made(read_by, path)
    level = tlp or (Tlp.CLEAR if read_by.public and not made else Tlp.AMBER)
    released = tuple(sorted(set(rel_to))) if rel_to else None
    marking = Marking(originator=agency, tlp=level, les=les, orcon=orcon, rel_to=released)
    context = Context(marking=marking, made=made, kind=kind, vintage=vintage)
    with Progress(
        TextColumn(f"{path.name}"), BarColumn(), TextColumn("{task.fields[rows]:,} rows"), TimeElapsedColumn(),
        console=output.err, transient=True, disable=json or not output.err.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=None, rows=0)
        warned: list[tuple[str, Warned]] = []
        loaded = node.ingest(
            path,
            read_by,
            context,
            by=by,
            rejects=rejects,
            progress=lambda rows: bar.update(task, rows=rows),
            taken=lambda batch: warned.extend(
                (held.entry.id, each) for held in batch for each in warnings(held.entry.report)
            ),
        )
    _warn(warned)
    if json:
        output.as_json(loaded)
    else:
        if made:
            output.banner("", made=True)
        _tell(loaded, read_by.keyed)
    if loaded.broken:
        raise CutsetError(
            loaded.broken, where=str(path), remedy="what stood before is in the log; mend the file and read it again"
        )


def _known_made(read_by: Reader, path: Path) -> bool:
    """Whether the format is of made files, or the file lies in a made world: no label is lost for not being asked."""
    if isinstance(read_by, Mapping) and read_by.made:
        return True
    # A list of several files is a folder in the made world's.
    for folder in path.resolve().parents[:2]:
        with suppress(OSError):
            if is_labelled(folder):
                return True
    return False


def _warn(warned: Sequence[tuple[str, Warned]]) -> None:
    """Warnings go to people only, and are stored nowhere."""
    for id, each in warned[:_WARNINGS]:
        output.err.print(f"{id}: {each}", markup=False)
    if len(warned) > _WARNINGS:
        output.err.print(f"… and {len(warned) - _WARNINGS:,} more such words", markup=False)


def _submitter(node: Node, viewer: Viewer, agency: str, country: str) -> Viewer:
    """Who submits the agency's reports: the viewer if it is theirs, else its feed, if an administrator asks."""
    if viewer.agency == agency:
        return viewer
    if not may_administer(viewer, node.log.registry()):
        raise CutsetError(
            f"{viewer.id} may not submit for another agency",
            where=agency,
            remedy="look as one of its viewers with --as",
        )
    feed = Viewer(id=f"feed@{agency}", agency=agency, name="files read by the command line")
    registry = node.log.registry()
    new: list[Agency | Viewer] = []
    if agency not in {each.id for each in registry.agencies}:
        new.append(Agency(id=agency, name=agency, country=country))
        if not country:
            what = f"Registered {agency} without a country: its TLP:AMBER reports go to nobody else; give --country."
            output.err.print(what, markup=False)
    if feed.id not in {each.id for each in registry.viewers}:
        new.append(feed)
    if new:
        node.register(*new)
    return feed


def _tell(loaded: Loaded, keyed: bool) -> None:
    output.say(
        f"{loaded.read:,} rows read = {loaded.accepted:,} accepted + {loaded.repeated:,} repeated + "
        f"{loaded.rejected:,} rejected"
    )
    if keyed:
        output.say(
            f"{loaded.added:,} records added, {loaded.changed:,} changed, {loaded.removed:,} removed, "
            f"{loaded.unchanged:,} unchanged"
        )
        for count, what in (
            (loaded.respelled, "of the changed differ by no more than the noise of their numbers"),
            (loaded.missing, "are not in this file, and were not withdrawn because rows of it could not be read"),
            (loaded.restated, "newer records were stated again, since this edition is older"),
        ):
            if count:
                output.say(f"  {count:,} {what}")
    if loaded.rejected:
        output.say(f"Rejected rows, each with its reason: {loaded.rejects_file}")


def formats(as_: options.Anyone = OPERATOR, json: options.Json = False) -> None:
    """The formats that `cutset ingest` reads.

    Example: cutset formats
    """
    found = all_formats()
    if json:
        output.as_json([{"name": each.name, "title": each.title, "keyed": each.keyed} for each in found])
        return
    output.table(
        ("format", "what it reads", "a second version"),
        ((each.name, each.title, "supersedes the first" if each.keyed else "adds to the first") for each in found),
    )
    output.say("Any other table: write a mapping file (docs/mapping.md) and name its path as the format.")

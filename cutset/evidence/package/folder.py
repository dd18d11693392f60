"""The folder: a package as plain files, written wholly or not at all.

All is written to a folder with a passing name beside the one that is asked for, synced, and renamed at the end. The
same contents give the same bytes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import msgspec

from cutset.errors import CutsetError
from cutset.evidence.attachments import Attachments, DamagedAttachment, NoAttachment
from cutset.evidence.package import case_uco, manifest, pdf
from cutset.evidence.package.contents import Contents
from cutset.evidence.package.words import readme
from cutset.evidence.timestamp import Authority, stamp
from cutset.log.entries import Head
from cutset.log.proofs import Inclusion
from cutset.model.exhibit import Attachment
from cutset.model.report import Struct

encode = msgspec.json.Encoder(decimal_format="string", order="deterministic").encode


class Unwritable(CutsetError):
    """The package cannot be written where it is asked for."""


class Kept(Struct, frozen=True):
    """A file that reports name, and whether it is in the package: `whole`, `missing` beside the store, or `damaged`."""

    file: Attachment
    state: str


@contextmanager
def making(to: Path) -> Iterator[Path]:
    """A folder with a passing name beside `to`, renamed to it at the end of the block. Raises `Unwritable`.

    Where the block raises, nothing is left. `to` must not be there: a package is never written over another.
    """
    if to.exists() or to.is_symlink():
        raise Unwritable("there is something of that name already", where=str(to), remedy="name another folder")
    try:
        folder = Path(mkdtemp(dir=to.parent, prefix=f".{to.name}-"))
    except OSError as error:
        raise _unwritable(to, error) from error
    try:
        yield folder
        _synced(folder)
        if to.exists():
            raise Unwritable("there is something of that name already", where=str(to), remedy="name another folder")
        folder.rename(to)
        _sync(to.parent)
    except OSError as error:
        raise _unwritable(to, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write(
    folder: Path,
    contents: Contents,
    attachments: Attachments | None,
    *,
    proofs: Callable[[str], Inclusion] | None = None,
    authority: Authority | None = None,
    with_pdf: bool = True,
) -> None:
    """Write the files of a package into `folder`, the manifest last. Raises `BadTimestamp`, `NoTypesetter`.

    `proofs` gives the proof that the log holds a report, for auditors; without it there are receipts.
    """
    kept = _files(folder, contents.files, attachments)
    _json(folder / "package.json", _card(contents))
    _lines(folder / "timeline.jsonl", contents.timeline)
    _lines(folder / "exhibits.jsonl", (each.exhibit for each in contents.chains))
    _lines(folder / "custody.jsonl", contents.chains)
    _lines(folder / "reports.jsonl", contents.reports)
    _lines(folder / "results.jsonl", contents.results)
    _lines(folder / "requests.jsonl", contents.requests)
    _lines(folder / "accreditations.jsonl", contents.accreditations)
    _lines(folder / "links.jsonl", contents.links)
    _lines(folder / "disputes.jsonl", contents.disputes)
    _lines(folder / "files.jsonl", kept)
    if contents.discovery:
        _lines(folder / "rejected.jsonl", contents.rejected)
        _lines(folder / "not-followed.jsonl", contents.not_followed)
        _lines(folder / "withheld.jsonl", contents.withheld)
    _held(folder, contents, proofs)
    _json(folder / "case.jsonld", case_uco.graph(contents))
    if with_pdf:
        (folder / "package.pdf").write_bytes(pdf.render(contents))
    (folder / "README.txt").write_text(readme(contents, proofs=proofs is not None), "utf-8")
    lines = manifest.manifest(folder)
    (folder / manifest.NAME).write_bytes(lines)
    if authority is not None:
        (folder / manifest.STAMP).write_bytes(stamp(lines, authority))


def _card(contents: Contents) -> dict[str, object]:
    return {
        "form": 1,
        "of": contents.of,
        "kind": contents.kind,
        "title": contents.title,
        "marking": contents.banner,
        "made": contents.made,
        "maker": contents.maker,
        "recipient": contents.recipient,
        "purpose": contents.purpose,
        "at": contents.at,
        "discovery": contents.discovery,
        "counts": {
            "exhibits": len(contents.chains),
            "findings": sum(len(each.findings) for each in contents.chains),
            "reports": len(contents.reports),
            "results": len(contents.results),
            "links": len(contents.links),
            "disputes": len(contents.disputes),
            "files": len(contents.files),
        },
    }


def _files(folder: Path, files: Sequence[Attachment], attachments: Attachments | None) -> list[Kept]:
    kept = []
    for each in files:
        state = "missing"
        if attachments is not None:
            (folder / "files").mkdir(exist_ok=True)
            try:
                attachments.fetch(each.sha256, folder / "files" / each.sha256)
                state = "whole"
            except NoAttachment:
                pass
            except DamagedAttachment:
                state = "damaged"
        kept.append(Kept(file=each, state=state))
    return kept


def _held(folder: Path, contents: Contents, proofs: Callable[[str], Inclusion] | None) -> None:
    """Proofs with the signed heads that they lead to, for auditors; receipts for all others."""
    if proofs is None:
        _lines(
            folder / "receipts.jsonl",
            ({"report": each.id, "submitted_at": each.submitted_at} for each in contents.reports),
        )
        return
    heads: dict[bytes, Head] = {}

    def lines() -> Iterator[dict[str, object]]:
        for each in contents.reports:
            found = proofs(each.id)
            heads[encode(found.head)] = found.head
            yield {
                "report": each.id,
                "leaf": found.leaf,
                "index": found.index,
                "path": found.path,
                "size": found.head.size,
            }

    _lines(folder / "proofs.jsonl", lines())
    _lines(folder / "heads.jsonl", heads.values())


def _json(path: Path, value: object) -> None:
    path.write_bytes(msgspec.json.format(encode(value), indent=1) + b"\n")


def _lines(path: Path, values: Iterable[object]) -> None:
    with path.open("wb") as file:
        for each in values:
            file.write(encode(each) + b"\n")


def _synced(folder: Path) -> None:
    for each in sorted(folder.rglob("*")):
        _sync(each)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(to: Path, error: OSError) -> Unwritable:
    return Unwritable(
        f"the package cannot be written: {error.strerror}", where=str(to), remedy="free room, or name another folder"
    )

"""The case page: leads with what became of them, timeline, map, graph, exhibits and custody, and its package."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Annotated
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from fastapi import APIRouter, Depends
from starlette.responses import Response, StreamingResponse

from cutset.errors import CutsetError
from cutset.evidence.mass import written
from cutset.evidence.package.gather import NoCase
from cutset.evidence.package.timeline import happened, said
from cutset.link.desk.inbox import Item
from cutset.model.marking import join
from cutset.model.report import Detection, Entry, Kind, Seizure, Struct, When, Where
from cutset.web.drawings import map_of
from cutset.web.network import network
from cutset.web.pages.graph import LIMITS, titled
from cutset.web.render import page
from cutset.web.texts import say, told
from cutset.web.workspace import Asker, Nothing, asker

router = APIRouter(dependencies=[Depends(asker)])

NOT_FOR_BOTH = "The recipient may not see this: a package holds what both of you may see."
MOST_LEADS = 100
MOST_EXHIBITS = 50
_CHUNK = 1 << 16


class Moment(Struct, frozen=True):
    """A line of the timeline: when, what, and where it is told."""

    when: When
    what: str
    link: str
    entered: bool = False
    """True where the report does not say when it happened: then it is when it came in."""
    report: str = ""
    """The report that tells it, where one does."""


@router.get("/cases/{case}")
def case_page(by: Annotated[Asker, Depends(asker)], case: str) -> Response:
    """All that the viewer may see of a case, or of an event."""
    entry = _case(by, case)
    is_case = entry.report.kind is Kind.CASE
    leads = by.node.leads(None if is_case else case, viewer=by.viewer, case=case if is_case else None, limit=MOST_LEADS)
    items = by.node.inbox_items(leads, viewer=by.viewer)
    others = list(dict.fromkeys(end for each in leads for end in (each.event, each.other) if end != case))
    near = by.node.reports(others, viewer=by.viewer)
    exhibits = by.node.exhibits(case, viewer=by.viewer, limit=MOST_EXHIBITS)
    around = by.node.opened(case, viewer=by.viewer, limit=LIMITS[0])
    markings = [each.report.marking for each in (entry, *near)] + ([around.marking] if around.marking else [])
    return page(
        "case",
        by,
        entry=entry,
        items=items,
        ends={each.id: each for each in (entry, *near)},
        states=_states(items),
        moments=sorted(_moments(entry, near, items), key=lambda each: (each.when.at, each.what, each.link)),
        map=map_of(list(_places([entry, *near]))),
        net=network({each.id: each for each in (around.dot, *around.dots)}, around.lines, case, isopen=[case]),
        names={case: titled(entry)},
        left_out=around.left_out,
        exhibits=exhibits,
        findings=by.node.check_custody(case, viewer=by.viewer),
        written=written,
        disputed=by.disputed(entry, near),
        banner=join(*markings).banner,
        made=entry.report.source.made,
    )


def _case(by: Asker, case: str) -> Entry:
    entry = by.node.report(case, viewer=by.viewer)
    if entry is None or not (entry.report.kind is Kind.CASE or isinstance(entry.report.content, Seizure | Detection)):
        raise Nothing
    return entry


def _states(items: list[Item]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in items:
        found[str(each.standing.state)] = found.get(str(each.standing.state), 0) + 1
    return found


def _moments(entry: Entry, near: list[Entry], items: list[Item]) -> Iterator[Moment]:
    for each in (entry, *near):
        when = happened(each.report)
        at, link = when or When(at=each.submitted_at), f"/reports/{each.id}"
        yield Moment(at, said(each.report), link, when is None, each.id)
    for item in items:
        for given in item.standing.decisions:
            words = f"lead {given.verdict} by {given.by}" + (f": {given.reason}" if given.reason else "")
            yield Moment(When(at=given.at), words, f"/leads/{item.lead.id}")


def _places(entries: list[Entry]) -> Iterator[tuple[str, str, Where]]:
    for each in entries:
        where = getattr(each.report.content, "where", None)
        if where is not None:
            yield each.id, titled(each), where


# ---- the package ----------------------------------------------------------------------------------------------------


@router.get("/cases/{case}/package.zip")
def package_file(
    by: Annotated[Asker, Depends(asker)],
    case: str,
    recipient: str = "",
    discovery: bool = False,
    pdf: bool = False,
) -> Response:
    """The package of a case or event as one file: all that the viewer, and the recipient, may see of it.

    In discovery mode it holds too what was looked at and rejected, and names what is withheld from the recipient.
    """
    entry = _case(by, case)
    folder = TemporaryDirectory(prefix="cutset-package-")
    try:
        to = Path(folder.name) / "package"
        by.node.package(case, to, viewer=by.viewer, recipient=recipient.strip(), discovery=discovery, pdf=pdf,
                        purpose=by.purpose)  # fmt: skip
        file = Path(folder.name) / "package.zip"
        with ZipFile(file, "w", ZIP_DEFLATED) as zipped:
            for each in sorted(to.rglob("*")):
                if each.is_file():
                    _put(zipped, each, f"package/{each.relative_to(to).as_posix()}")
    except CutsetError as error:
        folder.cleanup()
        # The case is there for who asks: they have just been shown it.
        problem = say(NOT_FOR_BOTH) if isinstance(error, NoCase) and recipient else told(error)
        return page("refused", by, status=422, problem=problem, back=f"/cases/{case}#package")
    except BaseException:
        folder.cleanup()
        raise
    name = re.sub(r"[^A-Za-z0-9-]+", "-", titled(entry)).strip("-") + ("-discovery" if discovery else "")
    headers = {
        "content-disposition": f'attachment; filename="{name}.zip"',
        "content-length": str(file.stat().st_size),
    }
    return StreamingResponse(_sent(folder, file), media_type="application/zip", headers=headers)


def _put(zipped: ZipFile, file: Path, name: str) -> None:
    # Without the time at which the file was written: one package gives one file's bytes.
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    with file.open("rb") as source, zipped.open(entry, "w", force_zip64=True) as to:
        copyfileobj(source, to)


def _sent(folder: TemporaryDirectory[str], file: Path) -> Iterator[bytes]:
    """The file piece by piece; it is gone when it was sent, or when whoever asked has hung up."""
    try:
        with file.open("rb") as opened:
            while piece := opened.read(_CHUNK):
                yield piece
    finally:
        folder.cleanup()

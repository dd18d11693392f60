"""The auditor's and privacy officer's pages: who looked at what, unusual use, and whether the log is whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from cutset.access.policy import policy
from cutset.access.roles import Power
from cutset.errors import CutsetError
from cutset.log import audit_search
from cutset.log.audit_search import Seen
from cutset.log.entries import Head, Verification
from cutset.node.core import VIEWS
from cutset.web.checks import LOG, Checks, Said
from cutset.web.forms import Form, posted
from cutset.web.pages.governing import holding
from cutset.web.render import page, powers
from cutset.web.texts import told
from cutset.web.uploads import Upload, uploaded
from cutset.web.workspace import Asker, asker

router = APIRouter(dependencies=[Depends(asker)])

PAGE = 100
MOST_EXPORTED = 1_000_000
NARROWED = ("of", "agency", "report", "view", "since", "until", "purpose", "outcome", "text")
"""What a search may be narrowed by, as the form's fields are named."""


class BadTime(CutsetError):
    """A time that was typed is none."""


class NoHead(CutsetError):
    """What was given is no tree head."""


# ---- is the log whole? ---------------------------------------------------------------------------------------------


@router.get("/oversight")
def whole_page(by: Annotated[Asker, Depends(asker)]) -> Response:
    """The newest signed head and the last check. For auditors; officers see what is theirs."""
    return _whole(by)


def _whole(by: Asker, problem: str = "", status: int = 200) -> Response:
    holding(by, Power.AUDIT, Power.PURGE)
    audits = Power.AUDIT in powers(by)
    # How many leaves there are, and what a check found of them, is for auditors alone.
    head, check = (by.node.log.head(), _checks(by).latest()) if audits else (None, None)
    return page("oversight", by, status=status, head=head, check=check, problem=problem)


def _checks(by: Asker) -> Checks:
    return Checks(by.workspace.entrance.engine, by.workspace.clock)


@router.get("/oversight/check")
def check_state(by: Annotated[Asker, Depends(asker)]) -> Response:
    """How far the last check is, as a part of the page, which asks again while it runs. For auditors."""
    holding(by, Power.AUDIT)
    return page("checked", by, check=_checks(by).latest())


@router.post("/oversight/check")
def begin_check(by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)]) -> Response:
    """Begin to verify every leaf of the log, and each view's index too where that is asked for. For auditors."""
    holding(by, Power.AUDIT)
    _begin(by, Said(steps=(LOG, *(_views(by) if form.get("views") else ()))))
    return RedirectResponse("/oversight", 303)


def _begin(by: Asker, said: Said) -> None:
    node, viewer = by.node, by.viewer

    def whole(head: Head | None) -> Verification:
        with node.looks.look("verify", viewer):
            return node.log.verify(head)

    _checks(by).begin(viewer.id, said, whole, lambda name: node.check_views([name], viewer=viewer)[0])


def _views(by: Asker) -> list[str]:
    there = by.node.log.views()
    return [kind.NAME for kind in VIEWS if kind.NAME in there]


@router.get("/oversight/head.json")
def head_file(by: Annotated[Asker, Depends(asker)]) -> Response:
    """The newest signed tree head, to be kept elsewhere: it proves later that nothing was cut. For auditors."""
    holding(by, Power.AUDIT)
    with by.node.looks.look("log head", by.viewer):
        head = by.node.log.head()
    body = msgspec.json.format(msgspec.json.encode(head)) + b"\n"
    return _file(body, f"head-{head.size}.json", "application/json")


@router.post("/oversight/head")
def check_head(by: Annotated[Asker, Depends(asker)], sent: Annotated[Upload, Depends(uploaded)]) -> Response:
    """Whether the log still holds all that a head says which a partner or witness kept. For auditors."""
    holding(by, Power.AUDIT)
    try:
        given = msgspec.json.decode(sent.text("head"), type=Head)
    except msgspec.DecodeError:
        problem = NoHead("this is no tree head", remedy="give the file that `head.json` or `cutset log head` wrote")
        return _whole(by, problem=told(problem), status=422)
    _begin(by, Said(steps=(LOG,), given=given))
    return RedirectResponse("/oversight", 303)


# ---- who looked at what -----------------------------------------------------------------------------


@router.get("/oversight/audit")
def audit_page(
    by: Annotated[Asker, Depends(asker)],
    of: str = "",
    agency: str = "",
    report: str = "",
    view: str = "",
    since: str = "",
    until: str = "",
    purpose: str = "",
    outcome: str = "",
    text: str = "",
    before: int | None = None,
) -> Response:
    """Looks, the newest first, narrowed by what was filled in."""
    holding(by, Power.AUDIT, Power.PURGE)
    asked = dict(zip(NARROWED, (of, agency, report, view, since, until, purpose, outcome, text), strict=True))
    problem, found = "", list[Seen]()
    try:
        found = _looks(by, asked, PAGE + 1, before)
    except BadTime as error:
        problem = told(error)
    shown = found[:PAGE]
    older: dict[str, object] = {}
    if len(found) > PAGE:
        last = shown[-1]
        # An officer is told no place in the log: their next page begins with the moment that this one ended at.
        older = {"before": last.seq} if last.seq else {"until": f"{last.at + timedelta(microseconds=1):%FT%T.%f}"}
    kept = {name: value for name, value in asked.items() if value}
    return page("audit", by, status=422 if problem else 200, looks=shown, asked=asked, kept=kept, problem=problem,
                older=kept | older if older else None, purposes=policy().purposes)  # fmt: skip


@router.get("/oversight/export")
def export(
    by: Annotated[Asker, Depends(asker)],
    of: str = "",
    agency: str = "",
    report: str = "",
    view: str = "",
    since: str = "",
    until: str = "",
    purpose: str = "",
    outcome: str = "",
    text: str = "",
    form: str = "csv",
) -> Response:
    """The same looks as a file for another body, CSV or JSON lines; no name or selector is in it in clear."""
    holding(by, Power.AUDIT, Power.PURGE)
    asked = dict(zip(NARROWED, (of, agency, report, view, since, until, purpose, outcome, text), strict=True))
    found = _looks(by, asked, MOST_EXPORTED, None)
    if form == "jsonl":
        return _file("".join(audit_search.lines(found)).encode(), "looks.jsonl", "application/jsonl")
    return _file(audit_search.table(found).encode(), "looks.csv", "text/csv; charset=utf-8")


def _looks(by: Asker, asked: dict[str, str], limit: int, before: int | None) -> list[Seen]:
    return by.node.audit(
        viewer=by.viewer,
        of=asked["of"].strip(),
        agency=asked["agency"].strip(),
        report=asked["report"].strip(),
        view=asked["view"].strip(),
        since=_time(asked["since"]),
        until=_time(asked["until"]),
        searched_purpose=asked["purpose"],
        failed={"failed": True, "answered": False}.get(asked["outcome"]),
        text=asked["text"],
        before=before if before is None else max(0, min(before, 1 << 62)),
        limit=limit,
    )


def _time(written: str) -> datetime | None:
    """A time in UTC, as a browser's field gives it. Raises `BadTime`."""
    if not written:
        return None
    try:
        at = datetime.fromisoformat(written)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        if not 1970 <= at.year < 9000:
            raise ValueError
    except (ValueError, OverflowError):
        raise BadTime("this is no time", where=written[:40], remedy="write it as 2026-11-24T13:30, in UTC") from None
    return at


@router.get("/oversight/seen")
def seen_page(by: Annotated[Asker, Depends(asker)], report: str = "") -> Response:
    """Everyone who was shown a report, purged or not, and to whom it was given otherwise."""
    holding(by, Power.AUDIT, Power.PURGE)
    report = report.strip()
    found = by.node.who_saw(report, viewer=by.viewer) if report else []
    given = by.node.disseminations(report, viewer=by.viewer) if report else []
    return page("seen", by, report=report, found=found, given=given)


@router.get("/oversight/use")
def use_page(by: Annotated[Asker, Depends(asker)], days: int = 30) -> Response:
    """Who looks or fails far more than their peers, and which agencies never answer."""
    holding(by, Power.AUDIT, Power.PURGE)
    days = max(1, min(days, 3650))
    found = by.node.usage(viewer=by.viewer, days=days)
    answering = by.node.answering(viewer=by.viewer)
    return page("use", by, days=days, unusual=[each for each in found if each.unusual],
                usual=[each for each in found if not each.unusual][:PAGE], answering=answering,
                silent=[each for each in answering if each.never])  # fmt: skip


def _file(body: bytes, name: str, media_type: str) -> Response:
    return Response(body, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})

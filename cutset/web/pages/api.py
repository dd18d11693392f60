"""The API for programs: JSON, tokens with scopes, pages, ETags, and keys that make a submission happen once.

What names a report that the person concerned disputes has a member `disputed`: which, and by which reports.
"""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Header, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from cutset.errors import CutsetError
from cutset.link import why as of_why
from cutset.link.errors import NotFound
from cutset.model.report import Report
from cutset.node import Refused
from cutset.node.disputed import marked
from cutset.plan import catalogue
from cutset.web.accounts import sent
from cutset.web.accounts.tokens import Scope
from cutset.web.forms import same_origin
from cutset.web.pages.photographs import HASH, Here, in_pieces, take
from cutset.web.pages.planning import parted
from cutset.web.places import MOST_PLACES, geojson
from cutset.web.render import data
from cutset.web.workspace import Asker, NotAllowed, Nothing, page_of, program

router = APIRouter(prefix="/api/v1", dependencies=[Depends(program)])

Limit = Annotated[int, Query(ge=1, le=200)]
_decode = msgspec.json.Decoder(Report).decode


class Stored(msgspec.Struct, frozen=True):
    """A report as the viewer may see it. The log's order is for auditors, and not shown."""

    id: str
    submitted_at: Any
    by: str
    report: Report


@router.get("/reports/{report}")
def get_report(request: Request, by: Annotated[Asker, Depends(program)], report: str) -> Response:
    """A report, without the portions that the viewer may not see."""
    by.needs(Scope.READ)
    entry = by.node.report(report, viewer=by.viewer)
    if entry is None:
        raise Nothing
    stored = Stored(entry.id, entry.submitted_at, entry.by, entry.report)
    return tagged(request, marked(stored, by.disputed(entry)))


@router.post("/reports", status_code=201)
async def post_report(
    request: Request,
    by: Annotated[Asker, Depends(program)],
    idempotency_key: Annotated[str, Header(min_length=8, max_length=128)],
) -> Response:
    """Submit a report of the viewer's own agency. Sent again with the same key it is the same submission."""
    by.needs(Scope.SUBMIT)
    if by.session is not None and not _ours(request, by):
        raise NotAllowed
    return await run_in_threadpool(_submit, by, idempotency_key, await request.body())


@router.put("/files/{sha256}")
async def put_file(
    request: Request, by: Annotated[Asker, Depends(program)], sha256: str, at: int, size: int
) -> Response:
    """Send a piece, up to a megabyte, of a file of `size` bytes from byte `at` on; `bytes` is how many are here then.

    Once `whole`, reports of the sender's may name it. A piece that leaves a gap is answered by 409 and where to go on.
    """
    by.needs(Scope.SUBMIT)
    if by.session is not None and not _ours(request, by):
        raise NotAllowed
    if not HASH.fullmatch(sha256):
        raise Nothing
    piece = await in_pieces(request, by, at, size)
    if isinstance(piece, str):
        return problem(413, piece)
    try:
        there, follows = await run_in_threadpool(take, by, piece, sha256, at, size)
    except CutsetError as error:
        return problem(422, str(error))
    return data(Here(there, there == size), status=200 if follows else 409)


def _ours(request: Request, by: Asker) -> bool:
    """A page's script has to prove, as a form does, that it is one of ours."""
    given = request.headers.get("x-csrf", "").encode()
    return same_origin(request.headers, request.headers.get("host", "")) and compare_digest(given, by.csrf.encode())


def _submit(by: Asker, key: str, body: bytes) -> Response:
    try:
        report = _decode(body)
    except (msgspec.ValidationError, msgspec.DecodeError, ValueError) as error:
        return problem(422, f"that is no report: {error}")
    try:
        sent.claim(by.workspace.entrance.engine, by.viewer.id, key, body, by.workspace.clock())
        receipt = by.node.submit(report, by=by.viewer)
    except sent.KeyUsed as error:
        return problem(409, str(error))
    except Refused as error:
        return problem(422, str(error))
    return data(receipt, status=200 if receipt.held else 201, headers={"location": f"/api/v1/reports/{receipt.id}"})


@router.get("/leads")
def get_leads(
    request: Request,
    by: Annotated[Asker, Depends(program)],
    after: str = "",
    event: str = "",
    case: str = "",
    limit: Limit = 50,
) -> Response:
    """Leads, the strongest first; `next` is what to ask `after` for the next page."""
    by.needs(Scope.READ)
    try:
        found = by.node.leads(event or None, viewer=by.viewer, case=case or None, limit=limit + 1, after=after or None)
    except NotFound:
        raise Nothing from None
    leads, more = page_of(found, limit)
    shown = {"leads": leads, "next": leads[-1].id if more else ""}
    return tagged(request, marked(shown, by.disputed(leads)))


@router.get("/leads/{lead}/why")
def get_why(
    request: Request,
    by: Annotated[Asker, Depends(program)],
    lead: str,
    form: Annotated[str, Query(alias="format", pattern="^(json|svg)?$")] = "",
    accept: Annotated[str, Header()] = "",
) -> Response:
    """All that a lead rests on. By `format=svg`, or where SVG is accepted, a picture of every comparison."""
    by.needs(Scope.READ)
    try:
        found = by.node.why(lead, viewer=by.viewer)
    except NotFound:
        raise Nothing from None
    if form == "svg" or (not form and "image/svg+xml" in accept):
        try:
            picture = of_why.svg(found)
        except of_why.NothingToDraw as error:
            return problem(422, error.what)
        return Response(picture, media_type="image/svg+xml", headers={"vary": "accept"})
    answer = tagged(request, marked(of_why.data(found), by.disputed(found)))
    answer.headers["vary"] = "accept"
    return answer


@router.get("/contradictions")
def get_contradictions(
    request: Request, by: Annotated[Asker, Depends(program)], after: str = "", limit: Limit = 50
) -> Response:
    """Judgements `different` on what judgements `same` connect, the longest waiting first."""
    by.needs(Scope.READ)
    try:
        found = by.node.contradictions(viewer=by.viewer, limit=limit + 1, after=after or None)
    except NotFound:
        raise Nothing from None
    shown, more = page_of(found, limit)
    return tagged(request, {"contradictions": shown, "next": shown[-1].different if more else ""})


@router.get("/entities")
def get_entities(
    request: Request, by: Annotated[Asker, Depends(program)], after: str = "", limit: Limit = 50
) -> Response:
    """The mentions that were judged to be one thing, entity by entity, by the judgements that the viewer may see."""
    by.needs(Scope.READ)
    try:
        found = by.node.entities(viewer=by.viewer, limit=limit + 1, after=after or None)
    except NotFound:
        raise Nothing from None
    shown, more = page_of(found, limit)
    return tagged(request, {"entities": shown, "next": shown[-1].id if more else ""})


@router.get("/search")
def get_search(
    request: Request, by: Annotated[Asker, Depends(program)], q: str = "", limit: Limit = 50, offset: int = 0
) -> Response:
    """Reports that hold every word of `q`."""
    by.needs(Scope.READ)
    found = by.node.search(q[:200], viewer=by.viewer, limit=limit, offset=max(0, min(offset, 1_000_000)))
    return tagged(request, marked(found, by.disputed(found)))


@router.get("/places")
def get_places(
    request: Request,
    by: Annotated[Asker, Depends(program)],
    q: str = "",
    limit: Annotated[int, Query(ge=1, le=MOST_PLACES)] = 500,
) -> Response:
    """Where the reports that hold every word of `q` say that something was, as GeoJSON; a track is a line.

    `total` is how many of them have a position, and `looked` how many, the best first, are given.
    """
    by.needs(Scope.READ)
    found = by.node.places(q[:200], viewer=by.viewer, limit=limit)
    return tagged(request, geojson(found, disputed=by.disputed(found)))


@router.get("/measures/{measure}")
def get_measure(request: Request, by: Annotated[Asker, Depends(program)], measure: str, period: str = "",
                split: Annotated[str, Query(alias="by")] = "") -> Response:  # fmt: skip
    """A measure of the Plan, from what the viewer may see; `by` names breakdowns, with commas between.

    A period or breakdown that is none is answered by 422 and what may stand there; without a period it is all time.
    """
    by.needs(Scope.READ)
    try:
        asked = catalogue.measure(measure)
    except catalogue.UnknownMeasure:
        raise Nothing from None
    found = by.node.measure(asked.id, viewer=by.viewer, period=period[:40].strip() or None, by=parted(split))
    return tagged(request, found)


def tagged(request: Request, value: object) -> Response:
    """A value with its ETag, or 304 where the asker has it (RFC 9110, 13.1.2: a list, compared weakly, or `*`).

    The tag is of what is shown, so it tells no more.
    """
    answer = data(value)
    tag = f'"{sha256(bytes(answer.body)).hexdigest()[:32]}"'
    held = (each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(","))
    if not {tag, "*"}.isdisjoint(held):
        return Response(status_code=304, headers={"etag": tag})
    answer.headers["etag"] = tag
    return answer


def problem(status: int, title: str) -> Response:
    """What went wrong, as RFC 9457 has it."""
    answer = data({"title": title, "status": status}, status=status)
    answer.headers["content-type"] = "application/problem+json"
    return answer

"""Entering custody: what is done to an exhibit is stated here, signed on its signer's own device, and then entered.

A private key never comes to the server. The page gives the exact text to sign; a script signs it in the browser with a
key file that stays there, or one signs it elsewhere and brings the signature.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from cutset.errors import CutsetError
from cutset.evidence.custody import NoExhibit
from cutset.evidence.naming import BadName
from cutset.model.exhibit import ExhibitKind, SealState
from cutset.model.report import Custody
from cutset.web import custody_form
from cutset.web.custody_form import BadForm, Draft
from cutset.web.custody_line import details, title
from cutset.web.forms import Form, posted
from cutset.web.pages.keeping import kept
from cutset.web.render import page
from cutset.web.texts import told
from cutset.web.uploads import Upload, uploaded
from cutset.web.workspace import Asker, Nothing, asker

router = APIRouter(dependencies=[Depends(asker)])

COLLECTED = "collected"


@router.get("/exhibits/collect")
def collect_page(by: Annotated[Asker, Depends(asker)], event: str = "") -> Response:
    """A form to enter an exhibit that one took, with its seal, weight and photographs."""
    if event and by.node.report(event, viewer=by.viewer) is None:
        raise Nothing
    return _form(by, {"do": COLLECTED, "event": event})


@router.get("/exhibits/act")
def act_page(by: Annotated[Asker, Depends(asker)], name: str = "", do: str = custody_form.TRANSFER) -> Response:
    """A form for what is done to an exhibit: passed on, sealed, weighed, sampled, …"""
    if do not in custody_form.ACTS:
        raise Nothing
    try:
        card = by.node.custody(name, viewer=by.viewer).exhibit
    except (NoExhibit, BadName):
        raise Nothing from None
    return _form(by, {"do": do, "exhibit": card.name, "seal": card.seal})


@router.get("/exhibits/accept")
def accept_page(by: Annotated[Asker, Depends(asker)], report: str = "") -> Response:
    """A form to sign what another stated: to take what was offered, or to witness."""
    if report:
        entry = by.node.report(report, viewer=by.viewer)
        if entry is None or not isinstance(entry.report.content, Custody):
            raise Nothing
        return _form(by, {"do": "accept", "report": report}, offer=entry.report.content)
    return _form(by, {"do": "accept"})


def _form(by: Asker, values: Mapping[str, str], problem: str = "", offer: Custody | None = None) -> Response:
    registry, now = by.node.log.registry(), by.workspace.clock()
    return page(
        "custody",
        by,
        status=422 if problem else 200,
        values=defaultdict(str, values),
        problem=problem,
        offer=offer,
        title=title(offer) if offer else "",
        keys=custody_form.keys_of(by.viewer, registry, now),
        acts=custody_form.ACTS,
        kinds=list(ExhibitKind),
        states=list(SealState),
        parts=range(custody_form.PARTS),
        now=now,
        most=by.workspace.settings.file_bytes,
    )


@router.post("/custody/draft")
def compose(by: Annotated[Asker, Depends(asker)], sent: Annotated[Upload, Depends(uploaded)]) -> Response:
    """What was typed as a statement, with the text that is to be signed. Nothing is entered yet."""
    form = sent.form
    offer = None
    try:
        offer = _offered(by, sent) if form.get("do") == "accept" else None
        made = _draft(by, sent, offer)
    except CutsetError as error:
        return _form(by, form, told(error), offer)
    return _to_sign(by, made)


def _draft(by: Asker, sent: Upload, offer: Custody | None) -> Draft:
    form, now = sent.form, by.workspace.clock()
    content = offer or custody_form.statement(form, by.viewer, now)
    options = {"key": form.get("key", ""), "remark": form.get("remark", "")}
    if offer:
        options["received"] = form.get("received", "")
    state = form.get("seal_state", "") if offer else ""
    registry = by.node.log.registry()
    # Tried before any file is kept: a form that cannot be signed leaves nothing behind.
    made = custody_form.draft(content, by.viewer, registry, now, seal_state=state, **options)
    files = kept(by, sent.files) if offer is None else ()
    return made._replace(content=msgspec.structs.replace(content, files=files)) if files else made


def _offered(by: Asker, sent: Upload) -> Custody:
    """The statement to be signed too: of a report that is seen, or as it was carried along. Raises `BadForm`."""
    report = sent.form.get("report", "").strip()
    if report:
        entry = by.node.report(report, viewer=by.viewer)
        if entry is None or not isinstance(entry.report.content, Custody):
            raise BadForm("there is no such act or transfer", where=report, remedy="name it by its report's id")
        return entry.report.content
    try:
        return msgspec.json.decode(sent.text("statement"), type=Custody)
    except msgspec.DecodeError:
        raise BadForm(
            "this is no offer", remedy="give the file that the giver's page or `custody offer` wrote"
        ) from None


def _to_sign(by: Asker, made: Draft, problem: str = "") -> Response:
    return page(
        "sign",
        by,
        status=422 if problem else 200,
        draft=made,
        problem=problem,
        title=title(made.content),
        details=details(made.content),
        content=msgspec.json.encode(made.content).decode(),
        unsigned=msgspec.json.encode(made.signature).decode(),
        text=made.text.decode(),
        hex=made.text.hex(),
    )


@router.post("/custody/text")
def text_file(by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)]) -> Response:
    """The exact bytes to be signed, as a file."""
    made = custody_form.read_draft(form)
    headers = {"content-disposition": 'attachment; filename="custody.txt"'}
    return Response(made.text, media_type="application/octet-stream", headers=headers)


@router.post("/custody")
def enter(by: Annotated[Asker, Depends(asker)], sent: Annotated[Upload, Depends(uploaded)]) -> Response:
    """Enter a statement with the signature that was made elsewhere; all of it, or nothing."""
    made = custody_form.read_draft(sent.form)
    try:
        given = sent.text("signature_file") or sent.form.get("signature", "").encode()
        content = made.signed(custody_form.signature_of(given))
        by.node.enter_signed(content, by=by.viewer)
    except CutsetError as error:
        return _to_sign(by, made, told(error))
    name = content.exhibit if "/" in content.exhibit else f"{by.viewer.agency}/{content.exhibit}"
    return RedirectResponse(f"/exhibits/one?name={quote(name)}&entered=1", 303)

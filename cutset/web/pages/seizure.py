"""The deputy's page: a seizure in under two minutes, sent once, with the hits before leaving the page."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from typing import Annotated
from uuid import uuid4

import msgspec
from fastapi import APIRouter, Depends, Request
from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from cutset.errors import CutsetError
from cutset.evidence.attachments import UnwritableFile
from cutset.link.candidates.near import Nearby
from cutset.link.candidates.pages import DamagedIndex
from cutset.link.match.profile import COMPARED
from cutset.link.pairs import VERDICTS
from cutset.model.codes import code_list
from cutset.model.exhibit import Attachment
from cutset.model.marking import Marking, Tlp
from cutset.model.mention import Mention, SelectorKind
from cutset.model.place import jurisdiction_name
from cutset.model.report import Receipt, Report, Seizure, Source, When
from cutset.node import Refused
from cutset.web.accounts import sent
from cutset.web.forms import Form
from cutset.web.named import GUESSED, THINGS, identifier, row_mentions
from cutset.web.pages import photographs
from cutset.web.pages.keeping import kept
from cutset.web.render import data, page
from cutset.web.seizure_form import DATASET, OFFERED, PHOTOGRAPHS, Problem, named, typed
from cutset.web.texts import say, told
from cutset.web.uploads import Upload, uploaded
from cutset.web.workspace import Asker, asker, workspace

log = logging.getLogger("cutset.web")

public = APIRouter()
router = APIRouter(dependencies=[Depends(asker)])

UNITS = ("kg", "g", "lb", "oz", "l", "tablet", "unit")
UNASKED = "It is in, and safe. Who else holds a match could not be asked just now: open the report again later."
AGAIN = "The photographs did not come whole. Choose them again, and send it again."
MOST_JUDGED = 3
LONGEST_ROW = 200
"""Characters that are read of each field that is looked for while it is typed."""
CURRENCIES = ("USD", "MXN", "COP", "EUR", "CAD")


@router.get("/seizure")
def seizure_page(by: Annotated[Asker, Depends(asker)]) -> Response:
    """An empty form, with a key of its own."""
    return _form(by, {"key": str(uuid4())})


@public.get("/seizure/offline")
def offline_page(request: Request) -> Response:
    """The form without anyone's data, which the browser keeps for where there is no network."""
    return _form(None, {}, most=workspace(request.app).settings.file_bytes)


@router.get("/seizure/kept")
def kept_page(by: Annotated[Asker, Depends(asker)]) -> Response:
    """Where the browser lists what it keeps: what waits to be sent, and what was not taken in, and why."""
    return page("kept", by)


@public.get("/seizure/kept/offline")
def kept_offline() -> Response:
    """The same without a session, for where there is no network."""
    return page("kept", None)


def _form(
    by: Asker | None, values: dict[str, str], problems: tuple[Problem, ...] = (), status: int = 200, most: int = 0
) -> Response:
    most = by.workspace.settings.file_bytes if by else most
    wrong = {each.field: each.what for each in reversed(problems)}
    return page(
        "seizure",
        by,
        status=status,
        values=defaultdict(str, values),
        problems=problems,
        wrong=wrong,
        rows=[row for row in range(12) if row == 0 or any(values.get(f"{name}_{row}") for name in ("what", "amount"))],
        things=[row for row in range(12) if row == 0 or any(values.get(f"{name}_{row}") for name in ("ident", "name"))],
        sorts=[code for code in code_list("contraband").codes if code.code in OFFERED],
        units=UNITS,
        currencies=CURRENCIES,
        kinds=sorted(GUESSED),
        named=THINGS,
        levels=list(Tlp),
        photographs=PHOTOGRAPHS,
        most=most,
    )


@router.get("/seizure/check")
def check(request: Request, by: Annotated[Asker, Depends(asker)]) -> Response:
    """What was typed so far in one row, read as an identifier; nothing of the store is asked."""
    given = _row_typed(request)
    row = next((name.removeprefix("ident_") for name in given if name.startswith("ident_")), "")
    kind = given.get(f"as_{row}", "")
    found = identifier(
        given.get(f"ident_{row}", ""),
        kind if kind in set(SelectorKind) else "",
        given.get(f"issuer_{row}", "")[:60].strip(),
    )
    mentions = row_mentions(given, row) if found else ()
    issued = found.value.rpartition(":")[0] if found and found.kind is SelectorKind.PLATE else ""
    return page("check", by, found=found, named=mentions, issuer=jurisdiction_name(issued))


@router.get("/seizure/near")
def near_page(request: Request, by: Annotated[Asker, Depends(asker)]) -> Response:
    """Who or what one row, as it was typed so far, may be, of the cases and events that the viewer may see.

    Nothing of it is kept but that it was looked for. What is hidden from the viewer gives nothing, and tells nobody.
    """
    given = _row_typed(request)
    row, mention = next(((row, each) for row, each in named(given) if _can_be_compared(each)), (0, None))
    if mention is None:
        return page("near", by, nearby=Nearby(), titles={}, disputed={}, row=row)
    when = When(at=by.workspace.clock())
    form = Report(marking=Marking(originator=by.viewer.agency), source=Source(dataset=DATASET),
                  content=Seizure(when=when), mentions=(mention,))  # fmt: skip
    try:
        nearby = by.node.near(form, viewer=by.viewer)
    except DamagedIndex:
        log.exception(json.dumps({"error": "names could not be compared"}))
        return page("near", by, nearby=None, titles={}, disputed={}, row=row)
    entries = by.node.reports(list(dict.fromkeys(each.match.report for each in nearby.found)), viewer=by.viewer)
    # One that was purged or marked anew since the index read it is not shown.
    titles = {each.id: each for each in entries}
    shown = replace(nearby, found=tuple(each for each in nearby.found if each.match.report in titles))
    return page("near", by, nearby=shown, titles=titles, disputed=by.disputed(shown), row=row)


def _row_typed(request: Request) -> dict[str, str]:
    """What was typed so far in the fields of a row."""
    return {name: value[:LONGEST_ROW] for name, value in request.query_params.items()}


def _can_be_compared(mention: Mention) -> bool:
    """Whether there is enough of it to look for: a name of two letters or more, or what passes its check."""
    letters = sum(letter.isalpha() for letter in mention.name)
    return mention.kind in COMPARED and (letters > 1 or any(each.verified for each in mention.selectors))


@router.post("/seizure")
async def send_seizure(
    request: Request, by: Annotated[Asker, Depends(asker)], upload: Annotated[Upload, Depends(uploaded)]
) -> Response:
    """Take the seizure in, once for each key, with its photographs.

    A page's script that asks for JSON is told the receipt's id, or which photographs it is to send before: they are
    asked for only once all else can be read. Without a script they come with the form.
    """
    return await run_in_threadpool(_send, by, upload, "application/json" in request.headers.get("accept", ""))


def _send(by: Asker, upload: Upload, as_data: bool) -> Response:
    space, form = by.workspace, upload.form
    read = typed(form, by.viewer, space.clock())
    if read.report is None:
        if as_data:
            return data({"problems": read.problems}, status=422)
        values = dict(form)
        if any(problem.field == "key" for problem in read.problems):
            values["key"] = str(uuid4())
        return _form(by, values, read.problems, 422)
    try:
        files = (*photographs.named(by, form), *kept(by, upload.files, "photograph", what="photograph"))
        sent.claim(space.entrance.engine, by.viewer.id, form["key"], _said(form, files), space.clock())
        receipt = by.node.submit(_with(read.report, files), by=by.viewer)
        # A purge of another process may have found these files named by nobody, before this report was.
        photographs.named(by, form)
    except photographs.Missing as error:
        if as_data:
            # No failure: the page goes on by sending them.
            return data({"photographs": error.hashes}, status=202)
        return _form(by, dict(form), (Problem("photographs", say(AGAIN)),), 409)
    except (sent.KeyUsed, Refused, UnwritableFile) as error:
        status = 409 if isinstance(error, sent.KeyUsed) else 422
        if as_data:
            return data({"problems": [Problem("key", told(error))]}, status=status)
        return _form(by, dict(form) | {"key": str(uuid4())}, (Problem("key", told(error)),), status)
    _judge(by, form, receipt)
    # Who else holds a match is found, and recorded for its owner, before the deputy is told that it is done.
    try:
        by.node.answers(receipt, viewer=by.viewer)
    except Exception:
        # Whatever it is, the report is in, and the deputy must not think otherwise.
        log.exception(json.dumps({"error": "answers to a seizure"}))
        if not as_data:
            return page("said", by, words=say(UNASKED))
    return _sent(receipt, as_data)


def _judge(by: Asker, form: Form, receipt: Receipt) -> None:
    """Record what the deputy said of those whom the form had shown, each once; the report is in, whatever comes of it.

    What cannot be recorded, as the other report is hidden by now, is on the report's page to be judged.
    """
    compared: dict[int, int] = {}
    for number, (row, mention) in enumerate(named(form)):
        if _can_be_compared(mention):
            compared.setdefault(row, number)
    for row, number in compared.items():
        for said in form.every(f"judged_{row}")[:MOST_JUDGED]:
            verdict, _, other = said.partition(" ")
            about = (f"{receipt.id}#{number}", other)
            if verdict not in VERDICTS:
                continue
            try:
                if not any(each.by == by.viewer.id for each in by.node.history(*about, viewer=by.viewer)):
                    by.node.judge(verdict, about, by=by.viewer)
            except CutsetError:
                log.warning(json.dumps({"error": "a judgement in a seizure's form was not recorded"}))


def _said(form: Form, files: tuple[Attachment, ...]) -> bytes:
    """All that was sent under the form's key, in one order."""
    fields = {name: form[name] for name in sorted(form) if name not in ("csrf", "photograph")}
    return msgspec.json.encode(fields | ({"files": [each.sha256 for each in files]} if files else {}))


def _with(report: Report, files: tuple[Attachment, ...]) -> Report:
    content = report.content
    assert isinstance(content, Seizure)
    return replace(report, content=replace(content, files=files)) if files else report


def _sent(receipt: Receipt, as_data: bool) -> Response:
    where = f"/reports/{receipt.id}"
    if as_data:
        return data({"id": receipt.id, "held": receipt.held, "url": where}, status=200 if receipt.held else 201)
    return RedirectResponse(f"{where}?sent=1", 303)

"""The pages of exhibits: what there is, each one's chain of custody as a line, what is wrong, and the laboratory."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from cutset.errors import CutsetError
from cutset.evidence.custody import NoExhibit
from cutset.evidence.mass import written
from cutset.evidence.naming import BadName, checked
from cutset.model.codes import find_substance
from cutset.model.report import Custody, Goods, Lab, Precision, When
from cutset.web import custody_form
from cutset.web.custody_form import BadForm
from cutset.web.custody_line import line
from cutset.web.forms import Form, posted
from cutset.web.pages.keeping import kept
from cutset.web.render import page
from cutset.web.texts import say, told
from cutset.web.uploads import Upload, uploaded
from cutset.web.workspace import Asker, Nothing, asker, page_of

router = APIRouter(dependencies=[Depends(asker)])

PAGE = 50


@router.get("/exhibits")
def exhibits_page(by: Annotated[Asker, Depends(asker)], of: str = "", after: str = "") -> Response:
    """The exhibits by name, all or those of one event or case: seal, weight, holder, and whether anything is wrong."""
    found = by.node.exhibits(of or None, viewer=by.viewer, limit=PAGE + 1, after=after)
    shown, more = page_of(found, PAGE)
    return page("exhibits", by, exhibits=shown, more=more, of=of, written=written, made=any(x.made for x in shown))


@router.get("/exhibits/one")
def exhibit_page(by: Annotated[Asker, Depends(asker)], name: str = "", entered: str = "") -> Response:
    """An exhibit and its chain of custody."""
    return _exhibit(by, name, entered=bool(entered))


def _exhibit(by: Asker, name: str, *, entered: bool = False, problem: str = "",
             values: Form | None = None) -> Response:  # fmt: skip
    try:
        chain = by.node.custody(name, viewer=by.viewer)
    except (NoExhibit, BadName):
        raise Nothing from None
    asked = by.node.requests([chain.exhibit.name], viewer=by.viewer)
    return page(
        "exhibit",
        by,
        status=422 if problem else 200,
        chain=chain,
        line=line(chain, by.viewer.id, by.workspace.clock()),
        asked=asked,
        disputed=by.disputed(chain),
        entered=entered,
        problem=problem,
        values=defaultdict(str, values or {}),
        written=written,
        acts=custody_form.ACTS,
        banner=chain.banner,
        made=chain.made,
    )


@router.get("/exhibits/findings")
def findings_page(by: Annotated[Asker, Depends(asker)], of: str = "") -> Response:
    """What is wrong with the chains, of all exhibits or those of one event or case."""
    return page("findings", by, found=by.node.check_custody(of or None, viewer=by.viewer), of=of)


# ---- the laboratory -------------------------------------------------------------------------------------------------


@router.get("/exhibits/laboratory")
def laboratory_page(by: Annotated[Asker, Depends(asker)], exhibit: str = "", request: str = "") -> Response:
    """What laboratories were asked and what they found; and a form to enter a result."""
    return _laboratory(by, {"exhibit": exhibit, "request": request})


def _laboratory(by: Asker, values: dict[str, str], problem: str = "") -> Response:
    results = by.node.results(viewer=by.viewer)[-200:][::-1]
    return page("laboratory", by, status=422 if problem else 200, results=results, problem=problem,
                asked=by.node.requests(viewer=by.viewer)[-200:][::-1], written=written, disputed=by.disputed(results),
                values=defaultdict(str, values), made=any(x.made for x in results))  # fmt: skip


@router.post("/exhibits/request")
def request_examination(by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)]) -> Response:
    """Ask a laboratory to examine an exhibit."""
    name, laboratory = form.get("exhibit", ""), form.get("laboratory", "").strip()
    try:
        by.node.custody(name, viewer=by.viewer)
    except (NoExhibit, BadName):
        raise Nothing from None
    if not laboratory:
        return _exhibit(by, name, problem=say("Say which laboratory is to examine it."), values=form)
    try:
        by.node.request_examination([name], laboratory, by=by.viewer)
    except CutsetError as error:
        return _exhibit(by, name, problem=told(error), values=form)
    return RedirectResponse(f"/exhibits/one?name={quote(name)}&entered=1", 303)


@router.post("/exhibits/result")
def enter_result(by: Annotated[Asker, Depends(asker)], sent: Annotated[Upload, Depends(uploaded)]) -> Response:
    """Enter what a laboratory of one's own agency found."""
    form = sent.form
    try:
        lab = _result(by, form)
        lab = msgspec.structs.replace(lab, files=kept(by, sent.files))
        by.node.enter_result(lab, by=by.viewer)
        name = checked(lab.exhibit, by.viewer.agency)
    except CutsetError as error:
        return _laboratory(by, dict(form), told(error))
    return RedirectResponse(f"/exhibits/one?name={quote(name)}&entered=1", 303)


def _result(by: Asker, form: Form) -> Lab:
    """A result as it was typed, without files. Raises `BadForm`."""
    number, exhibit = form.get("number", "").strip(), form.get("exhibit", "").strip()
    if not number or not exhibit:
        raise BadForm("say the result's number and the exhibit", remedy="fill in both")
    substance = form.get("substance", "").strip()
    code = find_substance(substance) if substance else None
    goods = Goods(contraband="drug", substance=code.code if code else "", written=substance)
    return Lab(
        number=number,
        exhibit=exhibit,
        laboratory=by.viewer.agency,
        when=When(at=custody_form.moment(form.get("when", ""), by.workspace.clock()), precision=Precision.DAY),
        findings=(goods,) if substance else (),
        purity=_fraction(form.get("purity", ""), "purity"),
        purity_uncertainty=_fraction(form.get("purity_uncertainty", ""), "its uncertainty"),
        net=custody_form.mass(form.get("net", "")),
        methods=tuple(each.strip() for each in form.get("methods", "").split(",") if each.strip()),
        request=form.get("request", "").strip(),
        analyst=by.viewer.id,
    )


def _fraction(percent: str, what: str) -> float | None:
    if not percent.strip():
        return None
    try:
        value = float(percent.strip().removesuffix("%")) / 100
        if not 0 <= value <= 1:
            raise ValueError
    except ValueError:
        raise BadForm(f"that is no percentage for {what}", where=percent[:20], remedy="write 0 to 100") from None
    return value


@router.get("/reports/{report}/statement")
def statement_file(by: Annotated[Asker, Depends(asker)], report: str) -> Response:
    """A custody report's statement with its signatures, as a file to be carried to where there is no connection."""
    entry = by.node.report(report, viewer=by.viewer)
    if entry is None or not isinstance(entry.report.content, Custody):
        raise Nothing
    body = msgspec.json.format(msgspec.json.encode(entry.report.content)) + b"\n"
    headers = {"content-disposition": f'attachment; filename="statement-{report[:12]}.json"'}
    return Response(body, media_type="application/json", headers=headers)

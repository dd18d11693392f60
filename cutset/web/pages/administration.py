"""The administrator's pages: agencies, viewers, groups, keys, pointers, accounts, rules, changes, health.

Every change is by a person, with a reason, and is in the log before it is done.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from cutset.access.policy import policy
from cutset.access.registry import Agency, AgencyKind, Group, PointerRule, Viewer
from cutset.access.roles import Power, roles
from cutset.errors import CutsetError
from cutset.model.marking import Tlp
from cutset.node.administration import edition
from cutset.plan import document
from cutset.plan.registers import table
from cutset.web.accounts.standing import standing
from cutset.web.forms import Form, posted
from cutset.web.health import health
from cutset.web.pages.governing import holding
from cutset.web.render import page
from cutset.web.texts import say, told
from cutset.web.workspace import Asker, Nothing, asker

router = APIRouter(dependencies=[Depends(asker)])

PLAN = "niccp_2021"
PASSWORD_BYTES = 15


@router.get("/registry")
def registry_page(by: Annotated[Asker, Depends(asker)], said: str = "") -> Response:
    """Agencies, viewers and groups, and who has an account. For administrators."""
    holding(by, Power.ADMINISTER)
    with by.node.looks.look("access list", by.viewer) as look:
        registry = by.node.log.registry()
        look.show(registry.viewers)
    accounts = standing(by.workspace.entrance.engine)
    return page("registry", by, registry=registry, accounts=accounts, said=said[:120])


# ---- agencies, viewers, groups -----------------------------------------------------------------------------


@router.get("/registry/agency")
def agency_page(by: Annotated[Asker, Depends(asker)], id: str = "") -> Response:
    """An agency as it stands, or an empty form for a new one."""
    holding(by, Power.ADMINISTER)
    found = by.node.log.registry().agency(id)
    if id and found is None:
        raise Nothing
    return _agency(by, found)


def _agency(by: Asker, of: Agency | None, problem: str = "", values: Form | None = None) -> Response:
    rules = list(of.pointers) if of else []
    offered = rules + [PointerRule(tlp) for tlp in Tlp if tlp not in {each.tlp for each in rules}]
    return page("agency", by, status=422 if problem else 200, of=of, problem=problem, values=_typed(values),
                kinds=list(AgencyKind), rules=offered, given=len(rules), seen=edition(of))  # fmt: skip


@router.post("/registry/agency")
def put_agency(by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)]) -> Response:
    """Register an agency, or change one."""
    holding(by, Power.ADMINISTER)
    id = form.get("id", "").strip()
    kind = form.get("kind", "")
    made = Agency(
        id=id,
        name=form.get("name", "").strip() or id,
        kind=AgencyKind(kind) if kind in set(AgencyKind) else AgencyKind.OTHER,
        country=form.get("country", "").strip().upper(),
        law_enforcement=form.get("law_enforcement") == "on",
        contact=form.get("contact", "").strip(),
        community={"yes": True, "no": False}.get(form.get("community", "")),
        successor_of=tuple(sorted(set(form.get("successor_of", "").split()))),
        active=form.get("active") == "on",
        pointers=_pointers(form),
    )
    return _put(by, made, form, lambda problem: _agency(by, by.node.log.registry().agency(id), problem, form))


def _pointers(form: Form) -> tuple[PointerRule, ...]:
    """The rules whose box is ticked; each row is one level of the Traffic Light Protocol with the caveats it admits."""
    return tuple(
        PointerRule(
            Tlp(tlp),
            les=form.get(f"les_{row}") == "on",
            orcon=form.get(f"orcon_{row}") == "on",
            rel_to=form.get(f"rel_to_{row}") == "on",
        )
        for row, tlp in enumerate(form.every("tlp"))
        if tlp in set(Tlp) and form.get(f"points_{row}") == "on"
    )


@router.get("/registry/viewer")
def viewer_page(by: Annotated[Asker, Depends(asker)], id: str = "") -> Response:
    """A viewer with keys and account, or an empty form for a new one."""
    holding(by, Power.ADMINISTER)
    found = by.node.log.registry().viewer(id)
    if id and found is None:
        raise Nothing
    return _viewer(by, found)


def _viewer(by: Asker, of: Viewer | None, problem: str = "", values: Form | None = None, *, said: str = "",
            password: str = "") -> Response:  # fmt: skip
    account = standing(by.workspace.entrance.engine).get(of.id) if of else None
    agencies = [each.id for each in by.node.log.registry().agencies]
    return page("viewer", by, status=422 if problem else 200, of=of, problem=problem, values=_typed(values),
                roles=roles(), agencies=agencies, seen=edition(of), account=account, said=said, password=password,
                chosen=values.every("role") if values is not None else of.roles if of else ())  # fmt: skip


@router.post("/registry/viewer")
def put_viewer(by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)]) -> Response:
    """Register a viewer, or change one; their keys stay."""
    holding(by, Power.ADMINISTER)
    id = form.get("id", "").strip()
    known = by.node.log.registry().viewer(id)
    made = Viewer(
        id=id,
        agency=form.get("agency", ""),
        name=form.get("name", "").strip(),
        roles=tuple(each for each in roles() if each in form.every("role")),
        active=form.get("active") == "on",
        keys=known.keys if known else (),
    )
    return _put(by, made, form, lambda problem: _viewer(by, by.node.log.registry().viewer(id), problem, form))


@router.get("/registry/group")
def group_page(by: Annotated[Asker, Depends(asker)], id: str = "") -> Response:
    """A group with its members, or an empty form for a new one."""
    holding(by, Power.ADMINISTER)
    found = by.node.log.registry().group(id)
    if id and found is None:
        raise Nothing
    return _group(by, found)


def _group(by: Asker, of: Group | None, problem: str = "", values: Form | None = None) -> Response:
    return page("group", by, status=422 if problem else 200, of=of, problem=problem, values=_typed(values),
                seen=edition(of))  # fmt: skip


@router.post("/registry/group")
def put_group(by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)]) -> Response:
    """Register a group, or change who is in it."""
    holding(by, Power.ADMINISTER)
    id = form.get("id", "").strip()
    members = tuple(sorted(set(form.get("members", "").split())))
    made = Group(id=id, name=form.get("name", "").strip() or id, members=members)
    return _put(by, made, form, lambda problem: _group(by, by.node.log.registry().group(id), problem, form))


def _typed(form: Form | None) -> Mapping[str, str] | None:
    """What was typed, for a form that is shown again; a field that was not sent is empty."""
    return None if form is None else defaultdict(str, form)


def _put(by: Asker, made: Agency | Viewer | Group, form: Form, again: Callable[[str], Response]) -> Response:
    try:
        by.node.change_registry(made, reason=form.get("reason", ""), by=by.viewer, seen=form.get("seen", ""))
    except CutsetError as error:
        return again(told(error))
    return RedirectResponse(f"/registry?said={made.id}", 303)


# ---- keys and accounts -----------------------------------------------------------------------------


@router.post("/registry/key")
def change_key(by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)]) -> Response:
    """Register a viewer's public key, or declare one lost or stolen. A private key never comes here."""
    of = _asked_of(by, form)
    public, reason = "".join(form.get("key", "").split()), form.get("reason", "")
    change = by.node.end_key if form.get("revoke") else by.node.add_key
    try:
        change(form.get("revoke") or public, of=of.id, reason=reason, by=by.viewer)
    except CutsetError as error:
        return _viewer(by, of, told(error))
    return RedirectResponse(f"/registry/viewer?id={of.id}", 303)


@router.post("/registry/account")
def change_account(by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)]) -> Response:
    """Make an account, give it a new password, ask for no code, or take it away; all its sessions end."""
    of, what = _asked_of(by, form), form.get("what", "")
    entrance = by.workspace.entrance
    words = {"password": "account: new password", "codes": "account: codes off", "remove": "account: removed"}
    if what not in words:
        return _viewer(by, of, say("Say what is to be done with the account."))
    if of.id == by.viewer.id:
        return _viewer(by, of, say("Your own account is changed on its own page, or by another administrator."))
    if not form.get("reason", "").strip():
        return _viewer(by, of, say("Say the reason. Nothing was done."))
    try:
        # First on record, then done: what was done is never without a record.
        by.node.note_registry(of.id, reason=f"{words[what]}: {form['reason'].strip()}", by=by.viewer)
    except CutsetError as error:
        return _viewer(by, of, told(error))
    if what == "password":
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        entrance.set_password(of.id, password, given=True)
        return _viewer(by, of, password=password)
    if what == "codes":
        entrance.set_totp(of.id, "")
        return _viewer(by, of, said=say("No code is asked for any more."))
    entrance.remove(of.id)
    return _viewer(by, of, said=say("The account is gone, and all its sessions have ended."))


def _asked_of(by: Asker, form: Form) -> Viewer:
    holding(by, Power.ADMINISTER)
    of = by.node.log.registry().viewer(form.get("of", ""))
    if of is None:
        raise Nothing
    return of


# ---- what holds -----------------------------------------------------------------------------


@router.get("/registry/rules")
def rules_page(by: Annotated[Asker, Depends(asker)]) -> Response:
    """The rules that decide who may see what, the purposes and the roles. They are the program's own, and not changed
    here: a rule that changes is an edition of cutset, with the tests that hold it.
    """
    holding(by, Power.ADMINISTER, Power.AUDIT)
    return page("rules", by, policy=policy(), roles=roles())


@router.get("/registry/agreements")
def agreements_page(by: Annotated[Asker, Depends(asker)]) -> Response:
    """The agreements with partners that are entered, as far as the viewer may see them."""
    holding(by, Power.ADMINISTER, Power.AUDIT)
    with by.node.looks.look("plan register", by.viewer, {"name": "agreements"}, words=("name",)) as look:
        found = table(by.node.log, by.node.rights(by.viewer), document.load(PLAN), "agreements")
        look.show(found)
    return page("agreements", by, found=found)


@router.get("/registry/changes")
def changes_page(by: Annotated[Asker, Depends(asker)], of: str = "") -> Response:
    """Every change of rights: when, by whom, why, and what became what."""
    holding(by, Power.ADMINISTER, Power.AUDIT)
    found = by.node.registry_changes(viewer=by.viewer, of=of.strip())
    return page("changes", by, of=of, found=found[:200], more=len(found) > 200)


@router.get("/registry/health")
def health_page(request: Request, by: Annotated[Asker, Depends(asker)]) -> Response:
    """How the server and its store are doing."""
    holding(by, Power.ADMINISTER, Power.AUDIT)
    return page("health", by, found=health(by.workspace, request.app.state.numbers))

"""`cutset access`: who there is, and why someone sees a report or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import typer
from msgspec.structs import replace

from cutset.access.explain import explain
from cutset.access.registry import Agency, AgencyKind, Group, Registry, Viewer
from cutset.access.roles import may_administer, may_explain, roles
from cutset.cli import options, output
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.errors import CutsetError
from cutset.node import INVESTIGATION
from cutset.node.administration import Member, edition, kind_of, known

app = typer.Typer(help="Agencies, viewers and groups, and why someone sees a report or not.", no_args_is_help=True)


@app.command()
def why(
    viewer: Annotated[str, typer.Argument(help="The viewer whose view is asked about, by id.")],
    report: Annotated[str, typer.Argument(help="The report's id.")],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    purpose: options.Purpose = INVESTIGATION,
    json: options.Json = False,
) -> None:
    """Why VIEWER sees REPORT, and each portion of it, or not. For its originator, administrators and auditors.

    Example: cutset access why ann@dea r-…
    """
    node, asker = opened(store, as_)
    registry = node.log.registry()
    with node.looks.look("access why", asker, {"viewer asked about": viewer, "report": report}) as look:
        held = node.log.held(report)
        if held is None or not may_explain(asker, held.entry.report.marking, registry):
            raise CutsetError("there is no such report", where=report, remedy="check the id; or ask an auditor")
        lines = explain(node.viewer(viewer), held.entry.report, registry, purpose=purpose)
        look.show(lines)
    if json:
        output.as_json({"viewer": viewer, "report": report, "purpose": purpose, "lines": lines})
    else:
        output.say(*lines)


@app.command("list")
def list_(store: options.Store = "", as_: options.As = OPERATOR, json: options.Json = False) -> None:
    """The agencies, viewers and groups of the registry.

    Example: cutset access list
    """
    node, asker = opened(store, as_)
    with node.looks.look("access list", asker) as look:
        registry = node.log.registry()
        look.show(registry.viewers)
    if json:
        output.as_json({"agencies": registry.agencies, "viewers": registry.viewers, "groups": registry.groups})
        return
    output.table(
        ("agency", "name", "kind", "country", "law enforcement"),
        (
            (each.id, each.name, each.kind, each.country, "yes" if each.law_enforcement else "no")
            for each in registry.agencies
        ),
    )
    output.table(
        ("viewer", "agency", "roles", "active"),
        (
            (each.id, each.agency, ", ".join(each.roles) or "member", "yes" if each.active else "no")
            for each in registry.viewers
        ),
    )
    if registry.groups:
        output.table(
            ("group", "name", "members"), ((each.id, each.name, ", ".join(each.members)) for each in registry.groups)
        )


@app.command()
def changes(
    of_: Annotated[str, typer.Argument(metavar="[ID]", help="An agency's, viewer's or group's id; else all.")] = "",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Every change of the registry, the latest first: by whom, why, and what became what. For administrators, auditors.

    Example: cutset access changes ann@dea
    """
    node, asker = opened(store, as_)
    found = node.registry_changes(viewer=asker, of=of_)
    if json:
        output.as_json(found)
        return
    output.table(
        ("at", "by", "of", "why", "what"),
        (
            (
                f"{each.at:%Y-%m-%d %H:%M:%S}",
                each.by or "(the operator)",
                f"{each.kind} {each.id}{', new' if each.fresh else ''}",
                each.reason,
                "\n".join(each.differences),
            )
            for each in found
        ),
    )


@app.command()
def agency(
    id: Annotated[str, typer.Argument(help="A short lower-case id, for example dea.")],
    reason: options.Why,
    name: Annotated[str, typer.Option(help="Its name.")] = "",
    kind: Annotated[AgencyKind, typer.Option(help="Whose it is.")] = AgencyKind.OTHER,
    country: Annotated[str, typer.Option(help="ISO 3166-1 alpha-2.")] = "",
    law_enforcement: Annotated[bool, typer.Option(help="Whether LES may go to it.")] = True,
    contact: Annotated[str, typer.Option(help="Whom to call about a match.")] = "",
    successor_of: Annotated[
        list[str] | None, typer.Option(help="An agency that it replaces, which is retired; may be repeated.")
    ] = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Register an agency, or replace what is known of it; its pointers and what it succeeded stay.

    Example: cutset access agency dea --kind federal --country US --reason "joined on 3 May, agreement 7"
    """

    def members(registry: Registry) -> Sequence[Agency]:
        older = [_agency(registry, each) for each in successor_of or ()]
        before = registry.agency(id) or Agency(id=id)
        named = replace(
            before,
            name=name or id,
            kind=kind,
            country=country,
            law_enforcement=law_enforcement,
            contact=contact,
            successor_of=tuple(dict.fromkeys((*before.successor_of, *(each.id for each in older)))),
        )
        return named, *(replace(each, active=False) for each in older)

    _change(members, reason=reason, store=store, as_=as_, json=json)


def _agency(registry: Registry, id: str) -> Agency:
    found = registry.agency(id)
    if found is None:
        raise CutsetError("there is no such agency", where=id, remedy="`cutset access list` names those that there are")
    return found


@app.command()
def viewer(
    id: Annotated[str, typer.Argument(help="A lower-case id, for example ann@dea.")],
    agency: Annotated[str, typer.Option(help="The agency for which the viewer acts.")],
    reason: options.Why,
    name: Annotated[str, typer.Option(help="The person's name or the system's.")] = "",
    role: Annotated[list[str] | None, typer.Option(help=f"One of {', '.join(roles())}; may be repeated.")] = None,
    active: Annotated[bool, typer.Option(help="An inactive viewer sees nothing.")] = True,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Register a viewer, or replace what is known of one; their keys stay.

    Example: cutset access viewer ann@dea --agency dea --role liaison --reason "request of 3 May of her chief"
    """
    unknown = [each for each in role or () if each not in roles()]
    if unknown:
        raise CutsetError("there is no such role", where=unknown[0], remedy=f"use {', '.join(roles())}")

    def members(registry: Registry) -> Sequence[Viewer]:
        before = registry.viewer(id)
        keys = before.keys if before else ()
        return (Viewer(id=id, agency=agency, name=name, roles=tuple(role or ()), active=active, keys=keys),)

    _change(members, reason=reason, store=store, as_=as_, json=json)


@app.command()
def group(
    id: Annotated[str, typer.Argument(help="A lower-case id, for example eastern-pacific.")],
    member: Annotated[list[str], typer.Option(help="agency:… or viewer:…; may be repeated.")],
    reason: options.Why,
    name: Annotated[str, typer.Option(help="Its name.")] = "",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Register a group (a task force, a fusion centre) that REL TO can name, or replace its members.

    Example: cutset access group eastern-pacific --member agency:uscg --member agency:dea --reason "charter of 3 May"
    """
    named = Group(id=id, name=name or id, members=tuple(sorted(set(member))))
    _change(lambda _: (named,), reason=reason, store=store, as_=as_, json=json)


def _change(members: Callable[[Registry], Sequence[Member]], *, reason: str, store: str, as_: str, json: bool) -> None:
    """Register what `members` gives, who is told the registry as it is, all at once; the first of it is what was asked.

    Where the registry says all of it already, nothing is done. Raises as `Administration.change_registry`.
    """
    node, asker = opened(store, as_)
    registry = node.log.registry()
    found = members(registry)
    what, id = kind_of(found[0]), found[0].id
    fresh = any(known(registry, each) != each for each in found)
    # Who may not change anything is told so, whether or not there is anything to change.
    if fresh or not may_administer(asker, registry):
        node.change_registry(*found, reason=reason, by=asker, seen=edition(known(registry, found[0])))
    if json:
        output.as_json({what: id})
    else:
        output.say(f"Registered {what} {id}" if fresh else f"The registry says that already of {what} {id}")

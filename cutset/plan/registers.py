"""The registers that a plan needs: task forces, agreements and liaison, technology, training, grants, networks.

Each list holds the entries in force that the viewer may see; `rows` gives any register as a table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from cutset.access.registry import Registry
from cutset.access.rights import Rights
from cutset.errors import CutsetError
from cutset.log.store import Log
from cutset.model.marking import Marking
from cutset.model.network import Allocation, Means, Plain, Traffic, Way
from cutset.model.register import (
    Accreditation,
    Agreement,
    BudgetLine,
    Gap,
    Grant,
    Member,
    RegisterEntry,
    TaskForce,
    Technology,
    Training,
)
from cutset.model.report import Report, Response, Source, Struct
from cutset.plan import fiscal_years
from cutset.plan.agencies import Agencies, agencies_named
from cutset.plan.clauses import Plan
from cutset.plan.filed import Basis, Entered, Filed, basis, current, entries, filed
from cutset.plan.networks import NETWORK_COLUMNS, NETWORKS, Cell, wrong

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ID = re.compile(r"[^\s/|]+")

REGISTERS: dict[str, type[RegisterEntry]] = {
    "gaps": Gap,
    "budget": BudgetLine,
    "task-forces": TaskForce,
    "agreements": Agreement,
    "technology": Technology,
    "training": Training,
    "grants": Grant,
    "accreditations": Accreditation,
    **NETWORKS,
}
"""The registers by name."""


NO_DUTY = "the plan has no such duty"


class BadEntry(CutsetError):
    """A register's entry that says what cannot be."""


class UnknownRegister(CutsetError):
    """A register was asked for by a name that none has."""


class Table(Struct, frozen=True):
    """A register as a table: one row an entry in force, every cell text; and what it rests on.

    `unknown_agencies` are those that its entries name, and that neither the registry nor the plan has.
    """

    register: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    basis: Basis
    unknown_agencies: tuple[str, ...] = ()


UNKNOWN_AGENCIES = "Neither the registry nor the plan has these agencies, which entries name: {names}."


# ---- in --------------------------------------------------------------------------------------------------------------


def enter(
    plan: Plan,
    entry: RegisterEntry,
    fiscal_year: int,
    *,
    marking: Marking,
    older: Sequence[Filed] = (),
    made: bool = False,
) -> Report:
    """The report that puts an entry into its register, or in the place of `older` reports of the same entry.

    Raises `BadEntry` for an id with blanks or a slash, a day that is none or an end before its beginning, a negative
    count or amount, the same year and stage twice, more found than examined, a duty that the plan does not have, and
    what cannot be in a network.
    """
    check(entry)
    if unknown := unknown_duties(entry, plan):
        raise BadEntry(NO_DUTY, where=", ".join(unknown), remedy=f"`cutset plan duties` lists those of {plan.id}")
    return Report(
        marking=marking,
        source=Source(dataset=f"plan-{register_of(entry)}", record=f"{plan.id}|{entry.id}", made=made),
        content=Response(plan=plan.id, fiscal_year=fiscal_years.read(fiscal_year), entry=entry),
        supersedes=tuple(sorted(each.id for each in older if not each.replaced)),
    )


def register_of(entry: RegisterEntry) -> str:
    """The name of the register that an entry belongs to.

    >>> register_of(Training(id="1", course="Canine", partner="Guatemala", fiscal_year=2021))
    'training'
    """
    return next(name for name, kind in REGISTERS.items() if isinstance(entry, kind))


def unknown_duties(entry: RegisterEntry, plan: Plan) -> tuple[str, ...]:
    """The duties that an entry names and the plan does not have."""
    known = {each.id for each in plan.duties}
    named = entry.duties if isinstance(entry, Gap | BudgetLine) else ()
    return tuple(each for each in named if each not in known)


def check(entry: RegisterEntry) -> None:
    """Raises `BadEntry`, or `fiscal_years.BadFiscalYear`, for an entry that says what cannot be (`enter`)."""
    if not _ID.fullmatch(entry.id):
        raise BadEntry(
            "an entry's id is empty, or has blanks, a slash or a bar in it", where=repr(entry.id), remedy="mend it"
        )
    if isinstance(entry, Way | Traffic | Means | Allocation):
        for each in wrong(entry):
            raise BadEntry(each.what, where=each.where, remedy=each.remedy)
        return
    for at, part in _parts(entry):
        _check_days(at, part)
        for field in part.__struct_fields__:
            value = getattr(part, field)
            if isinstance(value, int | Decimal) and (
                Decimal(value).is_nan() or value < 0 or Decimal(value).is_infinite()
            ):
                raise BadEntry(f"{field} is negative or no number", where=at, remedy="give 0 or more")
            if field == "fiscal_year" and value is not None:
                fiscal_years.read(value)
    if isinstance(entry, BudgetLine):
        _check_amounts(entry)
    if isinstance(entry, Technology) and entry.found is not None and entry.found > (entry.examined or 0):
        raise BadEntry("more was found than was examined", where=entry.id, remedy="mend `examined` or `found`")


def _parts(entry: Plain, at: str = "") -> list[tuple[str, Plain]]:
    """The entry and all structs in it, each with where it stands."""
    at = at or str(getattr(entry, "id", ""))
    found = [(at, entry)]
    for field in entry.__struct_fields__:
        value = getattr(entry, field)
        if isinstance(value, tuple):
            for number, each in enumerate(value, start=1):
                if isinstance(each, Plain):
                    found.extend(_parts(each, f"{at}, {field} {number}"))
    return found


def _check_days(at: str, part: Plain) -> None:
    since, until = (getattr(part, name, "") for name in ("since", "until"))
    for written in (since, until):
        if written:
            try:
                if not _DAY.fullmatch(written):
                    raise ValueError
                date.fromisoformat(written)
            except ValueError:
                raise BadEntry("this is no day", where=f"{at}: {written}", remedy="write YYYY-MM-DD") from None
    if since and until and until < since:
        raise BadEntry("it ends before it begins", where=f"{at}: {since} to {until}", remedy="mend one of the two")


def _check_amounts(line: BudgetLine) -> None:
    seen = set()
    if not line.function.strip():
        raise BadEntry(
            "a budget line stands in no function", where=line.id, remedy="name the one function it stands in"
        )
    for amount in line.amounts:
        at = (amount.fiscal_year, amount.stage, amount.currency)
        if at in seen:
            raise BadEntry(
                "a budget line has two amounts for one year and stage",
                where=f"{line.id}, {amount.fiscal_year} {amount.stage}",
                remedy="leave one",
            )
        seen.add(at)


# ---- out -------------------------------------------------------------------------------------------------------------


def task_forces(log: Log, rights: Rights, plan: Plan) -> list[Entered[TaskForce]]:
    """The task forces, by their keys."""
    return entries(filed(log, rights, plan=plan.id), TaskForce)


def agreements(log: Log, rights: Rights, plan: Plan) -> list[Entered[Agreement]]:
    """The agreements with partners, by their keys."""
    return entries(filed(log, rights, plan=plan.id), Agreement)


def technology(log: Log, rights: Rights, plan: Plan) -> list[Entered[Technology]]:
    """The technology developed, bought, fielded and retired, by key."""
    return entries(filed(log, rights, plan=plan.id), Technology)


def training(log: Log, rights: Rights, plan: Plan) -> list[Entered[Training]]:
    """The training given to partners, by its keys."""
    return entries(filed(log, rights, plan=plan.id), Training)


def grants(log: Log, rights: Rights, plan: Plan) -> list[Entered[Grant]]:
    """The grants made, by their keys."""
    return entries(filed(log, rights, plan=plan.id), Grant)


def in_force_during(since: str, until: str, fiscal_year: int) -> bool:
    """Whether what holds from `since` to `until` (days, "" = not known) held on a day of the fiscal year.

    >>> in_force_during("2019-01-01", "2020-10-01", 2021), in_force_during("", "2020-09-30", 2021)
    (True, False)
    """
    first, after = fiscal_years.span(fiscal_year)
    return (not until or until >= first.isoformat()) and (not since or since < after.isoformat())


def table(log: Log, rights: Rights, plan: Plan, register: str, *, fiscal_year: int | None = None) -> Table:
    """A register as a table, or what of it concerns one fiscal year. Raises `UnknownRegister`."""
    if register not in REGISTERS:
        raise UnknownRegister("there is no such register", where=register, remedy=f"use one of {', '.join(REGISTERS)}")
    everything, registry = filed(log, rights, plan=plan.id), log.registry()
    named = [name for each in _found(everything, register, fiscal_year) for name in agencies_named(each.entry)]
    unknown = Agencies(plan, registry).unknown(named)
    return replace(rows(everything, registry, register, fiscal_year), unknown_agencies=unknown)


def rows(everything: Sequence[Filed], registry: Registry, register: str, fiscal_year: int | None = None) -> Table:
    """A register as a table, from what was filed."""
    found = _found(everything, register, fiscal_year)
    columns = _COLUMNS[register]
    return Table(
        register=register,
        columns=("agency", *(name for name, _ in columns)),
        rows=tuple(
            (each.agency, *(cell(_during(each.entry, fiscal_year), registry) for _, cell in columns)) for each in found
        ),
        basis=basis([each.filed for each in found]),
    )


def _found(everything: Sequence[Filed], register: str, fiscal_year: int | None) -> list[Entered[RegisterEntry]]:
    return [
        each
        for each in entries(everything, REGISTERS[register])
        if fiscal_year is None or _concerns(each.entry, fiscal_year)
    ]


def _concerns(entry: RegisterEntry, fiscal_year: int) -> bool:
    match entry:
        case Training() | Grant():
            return entry.fiscal_year == fiscal_year
        case Agreement() | Technology() | Accreditation():
            return in_force_during(entry.since, entry.until, fiscal_year)
        case TaskForce():
            return not entry.members or any(
                in_force_during(each.since, each.until, fiscal_year) for each in entry.members
            )
        case BudgetLine():
            return any(each.fiscal_year == fiscal_year for each in entry.amounts)
        case Gap() | Way() | Traffic() | Means() | Allocation():
            return True


def _during(entry: RegisterEntry, fiscal_year: int | None) -> RegisterEntry:
    """The entry, a task force with only those members that it had in the fiscal year."""
    if fiscal_year is None or not isinstance(entry, TaskForce):
        return entry
    members = tuple(each for each in entry.members if in_force_during(each.since, each.until, fiscal_year))
    return replace(entry, members=members)


def _member(member: Member, registry: Registry) -> str:
    people = f" ({member.people:,})" if member.people is not None else ""
    return f"{current(registry, member.agency)}{people}"


def _money(amount: Decimal, currency: str) -> str:
    return f"{currency} {amount:,f}"


def _span(since: str, until: str) -> str:
    return f"{since or '…'} to {until or '…'}" if since or until else ""


_COLUMNS: dict[str, tuple[tuple[str, Cell], ...]] = {
    "gaps": (
        ("gap", lambda entry, _: entry.title),
        ("need", lambda entry, _: entry.need),
        ("duties", lambda entry, _: ", ".join(entry.duties)),
        ("cost", lambda entry, _: ", ".join(f"FY {c.fiscal_year} {_money(c.amount, c.currency)}" for c in entry.costs)),
        ("expected effect", lambda entry, _: entry.effect),
        ("status", lambda entry, _: entry.status.value),
    ),
    "budget": (
        ("line", lambda entry, _: entry.id),
        ("account", lambda entry, _: entry.account),
        ("function", lambda entry, _: entry.function),
        (
            "amounts",
            lambda entry, _: ", ".join(
                f"FY {a.fiscal_year} {a.stage} {_money(a.amount, a.currency)}" for a in entry.amounts
            ),
        ),
    ),
    "task-forces": (
        ("task force", lambda entry, _: entry.name),
        ("form", lambda entry, _: entry.form),
        ("lead", lambda entry, registry: current(registry, entry.lead) if entry.lead else ""),
        ("area", lambda entry, _: entry.area),
        ("members (people)", lambda entry, registry: ", ".join(_member(each, registry) for each in entry.members)),
    ),
    "agreements": (
        ("partner", lambda entry, _: entry.partner),
        ("country", lambda entry, _: entry.country),
        ("form", lambda entry, _: entry.form),
        ("covers", lambda entry, _: entry.covers),
        ("liaison", lambda entry, _: entry.liaison),
        ("in force", lambda entry, _: _span(entry.since, entry.until)),
    ),
    "technology": (
        ("type", lambda entry, _: entry.type),
        ("stage", lambda entry, _: entry.stage.value),
        ("number", lambda entry, _: "" if entry.count is None else f"{entry.count:,}"),
        ("place", lambda entry, _: entry.place),
        ("finds", lambda entry, _: ", ".join(entry.finds)),
        ("shared with", lambda entry, _: ", ".join(entry.shared_with)),
        ("examined", lambda entry, _: "" if entry.examined is None else f"{entry.examined:,}"),
        ("found", lambda entry, _: "" if entry.found is None else f"{entry.found:,}"),
    ),
    "training": (
        ("course", lambda entry, _: entry.course),
        ("partner", lambda entry, _: entry.partner),
        ("country", lambda entry, _: entry.country),
        ("people", lambda entry, _: "" if entry.people is None else f"{entry.people:,}"),
        ("days", lambda entry, _: "" if entry.days is None else f"{entry.days}"),
    ),
    "grants": (
        ("programme", lambda entry, _: entry.programme),
        ("recipient", lambda entry, _: entry.recipient),
        ("amount", lambda entry, _: _money(entry.amount, entry.currency)),
        ("must share", lambda entry, _: "yes" if entry.must_share else "no"),
        ("purpose", lambda entry, _: entry.purpose),
    ),
    "accreditations": (
        ("laboratory", lambda entry, _: entry.laboratory),
        ("standard", lambda entry, _: entry.standard),
        ("body", lambda entry, _: entry.body),
        ("certificate", lambda entry, _: entry.certificate),
        ("scope", lambda entry, _: ", ".join(entry.scope)),
        ("in force", lambda entry, _: _span(entry.since, entry.suspended or entry.until)),
    ),
    **NETWORK_COLUMNS,
}

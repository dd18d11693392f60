"""What the log already tells about each item of an agency's response, so that nobody types what is known.

Each line says in words what was found, how many reports it rests on and their joined marking. They are offered, and
go into the response only where a person takes them over. A department answers for its components: what is theirs is
told with it, and under their names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time

import sqlalchemy as sa

from cutset.access.registry import Registry
from cutset.access.rights import Rights
from cutset.clock import microseconds
from cutset.log.database import engine
from cutset.log.filters import visible
from cutset.log.markings import markings_by_id
from cutset.log.store import Log
from cutset.log.tables import log_report
from cutset.model.marking import Marking, Tlp, join
from cutset.model.register import Agreement, Gap, GapStatus, TaskForce, Technology
from cutset.model.report import Kind, Struct
from cutset.plan import fiscal_years
from cutset.plan.agencies import Agencies
from cutset.plan.clauses import Plan
from cutset.plan.filed import Basis, Entered, Filed, basis, entries, filed
from cutset.plan.gaps import amounts_in_words, cost_of
from cutset.plan.measure import Figure, Measured
from cutset.plan.registers import in_force_during

_NOT_SHARED = (Kind.RESPONSE, Kind.JUDGEMENT)
"""Kinds that are about the platform's own work, and are not counted as information shared."""


class Line(Struct, frozen=True):
    """A sentence that the log supports, what it rests on, and the measure it belongs to ("" for none)."""

    text: str
    basis: Basis
    measure: str = ""


class Item(Struct, frozen=True):
    """An item of the response: what is asked, what the log tells, and what the agency has written so far."""

    id: str
    asked: str
    lines: tuple[Line, ...]
    written: str = ""


Take = Callable[[str], Measured]
"""Takes a measure by its name in the catalogue, for the viewer and fiscal year.

Where it can be split by agency it is, a department's figure holding those of its components.
"""


class _Own:
    """The agency that answers, with its components: whose something is, and in which words that is said."""

    def __init__(self, agencies: Agencies, agency: str) -> None:
        self.agencies = agencies
        self.agency = agencies.now(agency)
        self.ids = agencies.within(agency)

    @property
    def components(self) -> list[str]:
        """Those parts of it that have another name, in order."""
        return sorted(self.ids - {self.agency})

    def holds(self, agency: str) -> bool:
        """Whether it is this agency or one of its components, under whichever id."""
        return self.agencies.now(agency) in self.ids

    def whose(self, agency: str) -> str:
        """The beginning of a line that is a component's; "" for one that is the agency's own."""
        now = self.agencies.now(agency)
        return "" if now == self.agency else f"{self.agencies.name(now)}: "


def guide(
    log: Log,
    rights: Rights,
    plan: Plan,
    agency: str,
    fiscal_year: int,
    *,
    written: dict[str, str] | None = None,
    take: Take | None = None,
) -> tuple[Item, ...]:
    """The items of the agency's response, each with what the log tells the viewer about it.

    `written` are the texts so far. `take` takes the measures that an item names. Items of another plan, which have
    names that are not known here, are asked without lines of their own.
    """
    everything = filed(log, rights, plan=plan.id)
    mine = _Own(Agencies(plan, log.registry()), agency)
    counted = _counted(log, rights, fiscal_year)
    told: dict[str, Callable[[], list[Line]]] = {
        "sharing": lambda: (
            _sharing(counted, log.registry(), mine, fiscal_year) + _agreements(everything, mine, fiscal_year)
        ),
        "task-forces": lambda: _task_forces(everything, mine, fiscal_year),
        "gaps": lambda: _gaps(everything, mine),
        "technology": lambda: _technology(everything, mine, fiscal_year),
        "whole-of-government": lambda: _cases(counted, mine),
    }
    return tuple(
        Item(
            id=item.id,
            asked=item.text,
            lines=(
                *(told[item.id]() if item.id in told else ()),
                *(_taken(take(name), mine) for name in item.prefill if take),
            ),
            written=(written or {}).get(item.id, ""),
        )
        for item in plan.response_items
    )


def _taken(measured: Measured, mine: _Own) -> Line:
    """A measure in a line: the figure of the agency with its components where it is split by agency, else the whole."""
    figure, whose, of_each = measured.whole, " (all agencies)", ""
    if "agency" in measured.by:
        at = measured.by.index("agency")
        of = {str(each.key[at]): each for each in measured.figures}
        figure, whose = of.get(mine.agency, Figure()), ""
        parts = [f"{mine.agencies.name(name)} {of[name].shown}" for name in mine.components if name in of]
        of_each = f"; by component: {', '.join(parts)}" if parts else ""
    unit = "" if figure.value is None else f" {measured.unit}"
    why = f" ({measured.no_data})" if figure.value is None and measured.no_data else ""
    return Line(
        text=f"{measured.title}{whose}: {figure.shown}{unit}{why}{of_each}.",
        # The banner is that of all agencies' figures: it is never too lax for one of them.
        basis=Basis(
            reports=figure.reports,
            banner=measured.banner if figure.reports else "",
            made=measured.made and figure.reports > 0,
        ),
        measure=measured.name,
    )


# ---- sharing ---------------------------------------------------------------------------------------------------------


class _Counted(Struct, frozen=True):
    originator: str
    kind: str
    marking: Marking
    reports: int


def _counted(log: Log, rights: Rights, fiscal_year: int) -> list[_Counted]:
    """How many reports were submitted in the fiscal year, by originator, kind and marking."""
    first, after = (microseconds(_midnight(day)) for day in fiscal_years.span(fiscal_year))
    query = (
        sa.select(log_report.c.originator, log_report.c.kind, log_report.c.marking_id, sa.func.count().label("n"))
        .where(
            log_report.c.submitted_us >= first,
            log_report.c.submitted_us < after,
            log_report.c.kind.not_in([str(each) for each in _NOT_SHARED]),
            visible(log_report.c.marking_id, rights),
        )
        .group_by(log_report.c.originator, log_report.c.kind, log_report.c.marking_id)
    )
    with engine(log.url).connect() as connection:
        rows = connection.execute(query).all()
        markings = markings_by_id(connection, {row.marking_id for row in rows})
    return [
        _Counted(originator=row.originator, kind=row.kind, marking=markings[row.marking_id], reports=row.n)
        for row in rows
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _sharing(counted: Sequence[_Counted], registry: Registry, mine: _Own, fiscal_year: int) -> list[Line]:
    own = [each for each in counted if mine.holds(each.originator)]
    reach: Counter[str] = Counter()
    for each in own:
        reach.update(dict.fromkeys(_reach(each.marking, mine), each.reports))
    partners: Counter[str] = Counter()
    for each in counted:
        if not mine.holds(each.originator):
            partners[mine.agencies.now(each.originator)] += each.reports
    return [
        *_submitted(own, mine, fiscal_year),
        *(
            Line(
                text=f"{_reports(count)} may be seen by {_named(registry, mine.agencies, name)}.",
                basis=_basis([each for each in own if name in _reach(each.marking, mine)]),
                measure="reports-shared",
            )
            for name, count in sorted(reach.items(), key=lambda each: (-each[1], each[0]))
        ),
        *(
            Line(
                text=f"{mine.agencies.name(name)} shared {_reports(count)} that this reader may see.",
                basis=_basis([each for each in counted if mine.agencies.now(each.originator) == name]),
                measure="sharing-balance",
            )
            for name, count in sorted(partners.items(), key=lambda each: (-each[1], each[0]))
        ),
    ]


def _submitted(own: Sequence[_Counted], mine: _Own, fiscal_year: int) -> list[Line]:
    """How much the agency and its components submitted, together and each."""
    if not own:
        return []
    shared = _sum([each for each in own if _reach(each.marking, mine)])
    of = {name: [each for each in own if mine.agencies.now(each.originator) == name] for name in mine.components}
    of = {name: found for name, found in of.items() if found}
    whole = Line(
        text=f"In fiscal year {fiscal_year} the agency{' with its components' if of else ''} submitted "
        f"{_reports(_sum(own))}; {shared:,} of them are marked so that others may see them.",
        basis=_basis(own),
        measure="reports-shared",
    )
    each_part = [
        Line(
            text=f"{mine.whose(name)}submitted {_reports(_sum(found))} of these.",
            basis=_basis(found),
            measure="reports-shared",
        )
        for name, found in of.items()
    ]
    return [whole, *each_part]


def _reach(marking: Marking, mine: _Own) -> tuple[str, ...]:
    """Whom a marking lets in besides the agency and its components, in tokens; () for nobody."""
    if marking.rel_to is not None:
        return tuple(
            token
            for token in marking.rel_to
            if not (token.startswith("agency:") and mine.holds(token[len("agency:") :]))
        )
    open_to = {
        Tlp.CLEAR: ("everyone",),
        Tlp.GREEN: ("the community",),
        Tlp.AMBER: ("law enforcement of its country",),
    }
    return () if marking.orcon else open_to.get(marking.tlp, ())


def _named(registry: Registry, agencies: Agencies, token: str) -> str:
    kind, _, id = token.partition(":")
    if kind == "agency":
        return agencies.name(id)
    if kind == "group":
        group = registry.group(id)
        return (group.name if group else "") or f"group {id}"
    return (id and f"{kind} {id}") or token


def _reports(count: int) -> str:
    return f"{count:,} report{'s' * (count != 1)}"


def _sum(counted: Sequence[_Counted]) -> int:
    return sum(each.reports for each in counted)


def _basis(counted: Sequence[_Counted]) -> Basis:
    if not counted:
        return Basis()
    return Basis(reports=_sum(counted), banner=join(*(each.marking for each in counted)).banner)


def _agreements(everything: Sequence[Filed], mine: _Own, fiscal_year: int) -> list[Line]:
    of: dict[str, list[Entered[Agreement]]] = {}
    for each in entries(everything, Agreement):
        if mine.holds(each.agency) and in_force_during(each.entry.since, each.entry.until, fiscal_year):
            of.setdefault(each.agency, []).append(each)
    lines = []
    for agency, found in sorted(of.items(), key=lambda each: (each[0] != mine.agency, each[0])):
        partners = ", ".join(sorted({each.entry.partner for each in found}))
        lines.append(
            Line(
                text=f"{mine.whose(agency)}{len(found)} agreement{'s' * (len(found) != 1)} in force, with {partners}.",
                basis=basis([each.filed for each in found]),
                measure="agreements-in-force",
            )
        )
    return lines


# ---- task forces, gaps, technology -----------------------------------------------------------------------------------


def _task_forces(everything: Sequence[Filed], mine: _Own, fiscal_year: int) -> list[Line]:
    lines = []
    for each in entries(everything, TaskForce):
        for member in each.entry.members:
            if not mine.holds(member.agency):
                continue
            if not in_force_during(member.since, member.until, fiscal_year):
                continue
            people = f" with {member.people:,} people" if member.people is not None else ""
            leads = each.entry.lead and mine.agencies.now(each.entry.lead) == mine.agencies.now(member.agency)
            lead = " It leads it." if leads else ""
            part = f", as {member.part}" if member.part else ""
            lines.append(
                Line(
                    text=f"{mine.whose(member.agency)}Takes part in {each.entry.name}{people}{part}.{lead}",
                    basis=basis([each.filed]),
                    measure="task-force-participation",
                )
            )
    return lines


def _gaps(everything: Sequence[Filed], mine: _Own) -> list[Line]:
    lines = []
    for each in entries(everything, Gap):
        if mine.holds(each.agency) and each.entry.status not in (GapStatus.CLOSED, GapStatus.DECLINED):
            costs = amounts_in_words(cost_of(each.entry)) or "cost not yet known"
            lines.append(
                Line(
                    text=f"{mine.whose(each.agency)}{each.entry.title}: {costs}; {each.entry.status}.",
                    basis=basis([each.filed]),
                    measure="gaps-costed",
                )
            )
    return lines


def _technology(everything: Sequence[Filed], mine: _Own, fiscal_year: int) -> list[Line]:
    lines = []
    for each in entries(everything, Technology):
        entry = each.entry
        if not mine.holds(each.agency) or not in_force_during(entry.since, entry.until, fiscal_year):
            continue
        count = f"{entry.count:,} × " if entry.count is not None else ""
        where = f" at {entry.place}" if entry.place else ""
        finds = f", to find {', '.join(entry.finds)}" if entry.finds else ""
        shared = f"; shared with {', '.join(entry.shared_with)}" if entry.shared_with else ""
        lines.append(
            Line(
                text=f"{mine.whose(each.agency)}{count}{entry.type}{where}{finds} ({entry.stage}){shared}.",
                basis=basis([each.filed]),
                measure="detectors-fielded",
            )
        )
    return lines


def _cases(counted: Sequence[_Counted], mine: _Own) -> list[Line]:
    """What can be linked of the agency and its components, together: links do not keep to either."""
    own = [each for each in counted if mine.holds(each.originator)]
    lines = []
    for kind, words in ((Kind.SEIZURE, "seizures"), (Kind.CASE, "index cards of cases")):
        found = [each for each in own if each.kind == kind]
        if found:
            lines.append(
                Line(
                    text=f"{_reports(_sum(found))} of {words} can be linked to what other agencies submit.",
                    basis=_basis(found),
                    measure="linked-to-case" if kind is Kind.SEIZURE else "",
                )
            )
    return lines

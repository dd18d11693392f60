"""Agencies' responses to the plan: the clock, the items, drafts, sign-off, submission, and the reading of all of them.

A response is a `response` report, and so is each of its drafts: a draft is marked for the agency alone, and the
submission never names it, so that nobody else learns how many there were. Of two submissions of one response the
later is in force; both are listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from cutset.access.registry import Registry
from cutset.access.rights import Rights
from cutset.clock import Clock
from cutset.errors import CutsetError
from cutset.log.store import Log
from cutset.model.marking import Marking, Tlp
from cutset.model.report import Report, Response, Source, Struct
from cutset.plan import fiscal_years
from cutset.plan.clauses import Plan
from cutset.plan.document import Due, response_due
from cutset.plan.filed import Basis, Filed, basis, current, filed, in_force

DATASET = "plan-responses"
"""The dataset of responses and their drafts."""


class BadResponse(CutsetError):
    """A response that the plan does not ask for, or that is not ready for its next step."""


class Stage(StrEnum):
    """How far a response has come."""

    NONE = "none"
    DRAFT = "draft"
    SIGNED = "signed"
    SUBMITTED = "submitted"


class Timing(StrEnum):
    """A response against its clock. `perhaps` where it hangs on the day of publication, which is not known."""

    NO_CLOCK = "no clock"
    OPEN = "open"
    IN_TIME = "in time"
    PERHAPS_LATE = "perhaps late"
    LATE = "late"
    PERHAPS_OVERDUE = "perhaps overdue"
    OVERDUE = "overdue"


class Standing(Struct, frozen=True):
    """Where one agency's response stands, as the viewer may see it.

    `answers` has a text for each item of the plan, "" where none is given, of the report `shown`: the submission in
    force, or else the latest draft. `submissions` lists all, the earliest first; `timing` is that of the first, which
    met the clock or did not.
    """

    agency: str
    name: str
    stage: Stage
    timing: Timing
    answers: dict[str, str]
    answered: int
    in_force: Filed | None = None
    shown: Filed | None = None
    submissions: tuple[Filed, ...] = ()


class Reading(Struct, frozen=True):
    """All responses to one plan side by side: `items` are (id, what was asked), `basis` what the reading rests on."""

    plan: str
    fiscal_year: int
    due: Due | None
    items: tuple[tuple[str, str], ...]
    standings: tuple[Standing, ...]
    basis: Basis

    @property
    def late(self) -> tuple[Standing, ...]:
        """Those that are late or overdue, for certain or perhaps."""
        return tuple(
            each for each in self.standings if each.timing not in (Timing.NO_CLOCK, Timing.OPEN, Timing.IN_TIME)
        )


def fiscal_year_of(plan: Plan) -> int:
    """The fiscal year in which the plan was published; where only the year is known, that year.

    >>> from cutset.plan.document import load
    >>> fiscal_year_of(load("niccp_2021"))
    2021
    """
    year, *rest = map(int, plan.published.split("-"))
    return fiscal_years.of(date(year, rest[0], 1)) if rest else year


def due(plan: Plan, fiscal_year: int) -> Due | None:
    """When responses for this fiscal year are due; None where the plan sets no day: it does so only for its own."""
    return response_due(plan) if fiscal_year == fiscal_year_of(plan) else None


def asked(plan: Plan) -> tuple[str, ...]:
    """The agencies that are to respond, with collective names taken apart.

    >>> from cutset.plan.document import load
    >>> asked(load("niccp_2021"))
    ('dhs', 'dod', 'doj', 'hidta', 'ngb', 'ondcp', 'state', 'treasury', 'uspis')
    """
    members = {each.id: each.members for each in plan.agencies}
    found: dict[str, None] = {}
    pending = list(plan.response.by) if plan.response else []
    seen: set[str] = set()
    while pending:
        agency = pending.pop(0)
        if agency in seen:
            continue
        seen.add(agency)
        if members.get(agency):
            pending.extend(members[agency])
        else:
            found[agency] = None
    return tuple(found)


# ---- an agency writes ------------------------------------------------------------------------------------------------


def draft(
    plan: Plan,
    agency: str,
    fiscal_year: int,
    items: Mapping[str, str],
    *,
    older: Sequence[Filed] = (),
    made: bool = False,
) -> Report:
    """A draft of the agency's response, marked for the agency alone.

    Raises `BadResponse` for an item not asked, and `fiscal_years.BadFiscalYear` for a year that is none.
    `older` are the agency's own drafts that it replaces, as `drafts` gives them.
    """
    return _report(plan, agency, fiscal_year, _checked(plan, items), Stage.DRAFT, _own(agency), older=older, made=made)


def drafts(everything: Sequence[Filed], plan: Plan, agency: str, fiscal_year: int) -> list[Filed]:
    """The agency's drafts and signed drafts that are not submitted yet and that nothing replaces, the latest last."""
    mine = [each for each in _of(everything, plan, fiscal_year) if each.agency == agency]
    # The submission does not name the draft that it came from: it is known by its time.
    done = max((each.submitted_at for each in mine if stage(each) is Stage.SUBMITTED), default=None)
    return [
        each
        for each in mine
        if stage(each) is not Stage.SUBMITTED and not each.replaced and (done is None or each.submitted_at > done)
    ]


def submissions(everything: Sequence[Filed], plan: Plan, agency: str, fiscal_year: int) -> list[Filed]:
    """All that the agency has submitted as its response, the latest last."""
    return [
        each for each in _of(everything, plan, fiscal_year) if each.agency == agency and stage(each) is Stage.SUBMITTED
    ]


def sign(plan: Plan, latest: Filed, *, by: str) -> Report:
    """The draft signed off by a viewer, whose submission of it is the signature.

    Raises `BadResponse` where an item is not answered or the report is no draft.
    """
    if stage(latest) is not Stage.DRAFT:
        raise BadResponse("only a draft can be signed", where=latest.id, remedy="make a draft of it first")
    missing = [each.id for each in plan.response_items if not latest.content.items.get(each.id, "").strip()]
    if missing:
        raise BadResponse(
            "the response does not answer every item",
            where=", ".join(missing),
            remedy="answer each; where there is nothing to tell, say so",
        )
    content = latest.content
    return _report(
        plan,
        latest.originator,
        content.fiscal_year,
        content.items,
        Stage.SIGNED,
        latest.marking,
        older=[latest],
        made=latest.made,
        signed_by=by,
    )


def submit(plan: Plan, signed: Filed, *, marking: Marking, earlier: Sequence[Filed] = ()) -> Report:
    """The signed response, marked for its readers; it supersedes the agency's `earlier` submissions.

    Raises `BadResponse` where it was not signed by the viewer whom it names, or the marking is not the agency's.
    """
    if stage(signed) is not Stage.SIGNED:
        raise BadResponse("the response is not signed", where=signed.id, remedy="have it signed off first")
    if marking.originator != signed.originator:
        raise BadResponse(
            "the marking is another agency's", where=marking.originator, remedy=f"mark it as {signed.originator}'s"
        )
    content = signed.content
    return _report(
        plan,
        signed.originator,
        content.fiscal_year,
        content.items,
        Stage.SUBMITTED,
        marking,
        # The draft is not named: its id would tell readers that there was one.
        older=[each for each in earlier if each.originator == signed.originator],
        made=signed.made,
        signed_by=content.signed_by,
    )


def stage(each: Filed) -> Stage:
    """How far a report has come. A signature counts only where the viewer whom it names submitted it.

    The word of another program that is none of the stages counts as a draft: it commits the agency to nothing.
    """
    if each.content.stage == Stage.SIGNED:
        return Stage.SIGNED if each.content.signed_by and each.content.signed_by == each.by else Stage.DRAFT
    return Stage.SUBMITTED if each.content.stage == Stage.SUBMITTED else Stage.DRAFT


def _own(agency: str) -> Marking:
    return Marking(originator=agency, tlp=Tlp.RED, orcon=True, rel_to=())


def known_items(plan: Plan, items: Iterable[str]) -> list[str]:
    """The ids of all items that the plan asks for. Raises `BadResponse` where one of `items` is not among them."""
    known = [each.id for each in plan.response_items]
    unknown = sorted(set(items) - set(known))
    if unknown:
        raise BadResponse(
            "the plan asks for no such item", where=", ".join(unknown), remedy=f"use one of {', '.join(known)}"
        )
    return known


def _checked(plan: Plan, items: Mapping[str, str]) -> dict[str, str]:
    known = known_items(plan, items)
    return {id: items[id] for id in known if items.get(id, "").strip()}


def _report(
    plan: Plan,
    agency: str,
    fiscal_year: int,
    items: Mapping[str, str],
    stage: Stage,
    marking: Marking,
    *,
    older: Sequence[Filed],
    made: bool,
    signed_by: str = "",
) -> Report:
    if plan.response is None:
        raise BadResponse("this plan asks for no responses", where=plan.id, remedy="name another plan")
    fiscal_year = fiscal_years.read(fiscal_year)
    return Report(
        marking=marking,
        source=Source(dataset=DATASET, record=f"{plan.id}|{fiscal_year}", made=made),
        content=Response(
            plan=plan.id, fiscal_year=fiscal_year, items=dict(items), stage=stage.value, signed_by=signed_by
        ),
        supersedes=tuple(sorted(each.id for each in older)),
    )


# ---- the plan's office reads -----------------------------------------------------------------------------------------


def reading(log: Log, rights: Rights, plan: Plan, fiscal_year: int, clock: Clock) -> Reading:
    """Every agency's response side by side: those who were asked, and whoever else has filed one."""
    registry = log.registry()
    found = _of(filed(log, rights, plan=plan.id), plan, fiscal_year)
    when = due(plan, fiscal_year)
    names = [current(registry, each) for each in asked(plan)]
    agencies = [*names, *sorted({each.agency for each in found} - set(names))]
    known = {each.id: each.name for each in plan.agencies}
    standings = tuple(
        _standing(plan, agency, _name(registry, known, agency), found, when, clock().date())
        for agency in dict.fromkeys(agencies)
    )
    return Reading(
        plan=plan.id,
        fiscal_year=fiscal_year,
        due=when,
        items=tuple((each.id, each.text) for each in plan.response_items),
        standings=standings,
        basis=basis(found),
    )


def of_agency(reading: Reading, registry: Registry, agency: str) -> Standing:
    """One agency's standing, under the id that it has now or had before. Raises `BadResponse` for one not asked."""
    now = current(registry, agency)
    for each in reading.standings:
        if each.agency == now:
            return each
    raise BadResponse(
        "the plan asks this agency for no response, and it has filed none",
        where=agency,
        remedy=f"name one of {', '.join(each.agency for each in reading.standings)}",
    )


def _of(everything: Sequence[Filed], plan: Plan, fiscal_year: int) -> list[Filed]:
    return [
        each
        for each in everything
        if each.content.entry is None and each.content.plan == plan.id and each.content.fiscal_year == fiscal_year
    ]


def _name(registry: Registry, known: Mapping[str, str], agency: str) -> str:
    registered = registry.agency(agency)
    return (registered.name if registered else "") or known.get(agency, "") or agency


def _standing(
    plan: Plan, agency: str, name: str, everything: Sequence[Filed], due: Due | None, today: date
) -> Standing:
    mine = [each for each in everything if each.agency == agency]
    submitted = [each for each in mine if stage(each) is Stage.SUBMITTED]
    latest = in_force(submitted, lambda each: each.agency)
    working = [each for each in mine if stage(each) is not Stage.SUBMITTED and not each.replaced]
    shown = latest[-1] if latest else working[-1] if working else None
    answers = {each.id: shown.content.items.get(each.id, "") if shown else "" for each in plan.response_items}
    return Standing(
        agency=agency,
        name=name,
        stage=stage(shown) if shown else Stage.NONE,
        timing=_timing(submitted[0].submitted_at if submitted else None, due, today),
        answers=answers,
        answered=sum(bool(text.strip()) for text in answers.values()),
        in_force=latest[-1] if latest else None,
        shown=shown,
        submissions=tuple(submitted),
    )


def _timing(submitted_at: datetime | None, due: Due | None, today: date) -> Timing:
    if due is None:
        return Timing.NO_CLOCK
    if submitted_at is None:
        return Timing.OPEN if today <= due.first else Timing.OVERDUE if today > due.last else Timing.PERHAPS_OVERDUE
    day = submitted_at.date()
    return Timing.IN_TIME if day <= due.first else Timing.LATE if day > due.last else Timing.PERHAPS_LATE

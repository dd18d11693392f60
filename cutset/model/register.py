"""Entries of the registers that a plan needs: who works with whom, with what, what is lacking and what it costs.

An entry is the typed part of a `response` report. It is known by its agency, its register and its `id`, which the
agency gives and keeps; a later report of the same entry takes the place of the earlier one. Days are written
YYYY-MM-DD, "" where they are not known; fiscal years are numbers. Amounts of money are exact, in whole units.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from cutset.model.network import Allocation, Means, Plain, Traffic, Way


class FundingStage(StrEnum):
    """The level of funding that an amount is of. Amounts of two stages are never added together."""

    REQUEST = "request"
    ENACTED = "enacted"
    ACTUAL = "actual"


class GapStatus(StrEnum):
    """How far a capability gap has come through the budget process; a gap may end `closed` or `declined`."""

    IDENTIFIED = "identified"
    COSTED = "costed"
    AGENCY_BUDGET = "agency budget"
    REQUEST = "request"
    ENACTED = "enacted"
    CLOSED = "closed"
    DECLINED = "declined"


class TechnologyStage(StrEnum):
    """Where a technology stands between the laboratory and the field."""

    DEVELOPMENT = "development"
    PROCUREMENT = "procurement"
    DEPLOYED = "deployed"
    RETIRED = "retired"


class Cost(Plain, frozen=True):
    """What closing a gap takes in one fiscal year, for one budget function."""

    fiscal_year: int
    function: str
    amount: Decimal
    currency: str = "USD"


class Gap(Plain, frozen=True, tag="gap", tag_field="register"):
    """A capability or resource that is lacking.

    `duties` are ids of the plan's duties that it hurts, `need` what would close it, `effect` what that is expected to
    change and `effect_rests_on` how that is known: a person's estimate, or an allocation by its name. `part_of` names a
    wider gap, as `agency/id`, whose costs hold this one's already: they are then counted there only.
    """

    id: str
    title: str
    duties: tuple[str, ...] = ()
    need: str = ""
    costs: tuple[Cost, ...] = ()
    effect: str = ""
    effect_rests_on: str = ""
    status: GapStatus = GapStatus.IDENTIFIED
    since: str = ""
    part_of: str = ""


class Amount(Plain, frozen=True):
    """Money of one fiscal year at one stage of the budget."""

    fiscal_year: int
    stage: FundingStage
    amount: Decimal
    currency: str = "USD"


class BudgetLine(Plain, frozen=True, tag="budget-line", tag_field="register"):
    """A line of a budget table: it stands in one function.

    `account` is the line's heading there. `gaps` names gaps that it pays for, as `agency/id`; `duties` the duties that
    it serves. `agency` is whose money it is, where the table is another's: "" means the originator's own.
    """

    id: str
    account: str
    function: str
    amounts: tuple[Amount, ...]
    agency: str = ""
    duties: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()


class Member(Plain, frozen=True):
    """An agency's part in a task force: how many `people`, from when to when, and as what."""

    agency: str
    people: int | None = None
    part: str = ""
    since: str = ""
    until: str = ""


class TaskForce(Plain, frozen=True, tag="task-force", tag_field="register"):
    """A body in which agencies work together: a joint interagency or multi-jurisdiction task force, a fusion centre."""

    id: str
    name: str
    form: str = ""
    lead: str = ""
    area: str = ""
    members: tuple[Member, ...] = ()


class Agreement(Plain, frozen=True, tag="agreement", tag_field="register"):
    """An agreement with a partner, and whom each side turns to.

    `partner` is an agency's id, or a name where it has none; `country` is ISO 3166-1 alpha-2 for a nation. `covers`
    says what it allows, `liaison` who stands between the two and where.
    """

    id: str
    partner: str
    country: str = ""
    form: str = ""
    covers: str = ""
    liaison: str = ""
    since: str = ""
    until: str = ""


class Technology(Plain, frozen=True, tag="technology", tag_field="register"):
    """Equipment of one type at one place, or under development.

    `finds` is what it detects or identifies, `count` how many there are (None where not said), `shared_with` the
    agencies that use it too. `examined` and `found` are what it examined and found in `fiscal_year`.
    """

    id: str
    type: str
    stage: TechnologyStage
    finds: tuple[str, ...] = ()
    count: int | None = None
    place: str = ""
    area: str = ""
    shared_with: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    fiscal_year: int | None = None
    examined: int | None = None
    found: int | None = None


class Training(Plain, frozen=True, tag="training", tag_field="register"):
    """A course given, or equipment handed over, to a partner: `people` for `days` in one fiscal year."""

    id: str
    course: str
    partner: str
    fiscal_year: int
    country: str = ""
    people: int | None = None
    days: Decimal | None = None


class Grant(Plain, frozen=True, tag="grant", tag_field="register"):
    """Money given to an agency that is to share what it finds. `recipient` is that agency's id, or a name."""

    id: str
    programme: str
    recipient: str
    fiscal_year: int
    amount: Decimal
    currency: str = "USD"
    purpose: str = ""
    must_share: bool = False


class Accreditation(Plain, frozen=True, tag="accreditation", tag_field="register"):
    """What a laboratory is accredited for: by which `body`, under which `certificate`, from when to when.

    `laboratory` is an agency's id, or a name as results write it. `scope` names the methods of the schedule of
    accreditation as results write them; with none named, it is the laboratory's own word that all are in it.
    `suspended` is the day from which the accreditation is suspended or withdrawn, "" where it is not.
    """

    id: str
    laboratory: str
    body: str = ""
    certificate: str = ""
    standard: str = "ISO/IEC 17025:2017"
    scope: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    suspended: str = ""


RegisterEntry = (
    Gap
    | BudgetLine
    | TaskForce
    | Agreement
    | Technology
    | Training
    | Grant
    | Accreditation
    | Way
    | Traffic
    | Means
    | Allocation
)
"""Whatever a register can hold."""

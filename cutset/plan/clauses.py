"""What a plan says, as plain data: duties, assumptions, areas, lines of effort, and who is named.

The names of the TOML tables are singular (`[[duty]]`), those of the fields plural (`plan.duties`). Ids are words of
small letters, digits and hyphens. `at` is where the source text says it: a section's id, then paragraph and sentence
within the section, both from 1, as in `"beyond-network 2.7"`; "" where a plan has no text to point into.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Literal

import msgspec

from cutset.errors import CutsetError
from cutset.model.report import Struct

PLAN_WIDE = "plan-wide"
"""The area, or focus, of a duty that holds in all of them."""

_REFERENCE = re.compile(r"([a-z0-9][a-z0-9-]*) ([1-9][0-9]*)\.([1-9][0-9]*)")


class BadReference(CutsetError):
    """An `at` that does not have the form section, paragraph, sentence."""


class Reference(Struct, frozen=True):
    """A sentence of the source text."""

    section: str
    paragraph: int
    sentence: int

    def __str__(self) -> str:
        return f"{self.section} {self.paragraph}.{self.sentence}"


def reference(at: str) -> Reference:
    """The reference that `at` writes. Raises `BadReference`.

    >>> reference("beyond-network 2.7")
    Reference(section='beyond-network', paragraph=2, sentence=7)
    """
    found = _REFERENCE.fullmatch(at)
    if not found:
        raise BadReference(
            "this is not a reference to a sentence", where=at, remedy='write section, paragraph, sentence: "goals 1.2"'
        )
    return Reference(section=found[1], paragraph=int(found[2]), sentence=int(found[3]))


class Modal(StrEnum):
    """The word by which the text lays a duty on someone; `present` where it states the act as a plain fact."""

    SHALL = "shall"
    MUST = "must"
    WILL = "will"
    SHOULD = "should"
    NEED = "need"
    REQUIRE = "require"
    EXPECT = "expect"
    CALL = "call"
    IMPERATIVE = "imperative"
    IMPORTANT = "important"
    PRESENT = "present"


class Duty(Struct, frozen=True):
    """One thing that the plan requires of someone, in our words.

    `area`, `focus` and `agencies` are the section's unless the duty says otherwise; `agencies` are those listed in
    the section's heading, `actors` those that the sentence names (`actors_implied`: that the sentences before it
    name). `continuing` is true where the text asks for more of what is done already. `measures` are names of the
    catalogue; where there are none, `unmeasured` says why. `also_at` lists sentences that say the same again.
    """

    id: str
    text: str
    modal: Modal
    at: str = ""
    also_at: tuple[str, ...] = ()
    area: str = ""
    focus: str = ""
    line_of_effort: str = ""
    agencies: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    actors_implied: bool = False
    continuing: bool = False
    objects: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    unmeasured: str = ""
    note: str = ""


class NotADuty(Struct, frozen=True):
    """A sentence with a word of duty that lays a duty on no one, and why."""

    at: str
    reason: str

    @property
    def id(self) -> str:
        """The sentence."""
        return self.at


class Section(Struct, frozen=True):
    """A heading of the source text, as it stands there, and what holds for the duties under it."""

    id: str
    heading: str
    area: str = ""
    focus: str = ""
    agencies: tuple[str, ...] = ()


class Area(Struct, frozen=True):
    """An area of operation. `code` is that of `model/codes/area.toml`, by which events are counted to it."""

    id: str
    name: str
    text: str
    code: str = ""
    at: str = ""


class FocusArea(Struct, frozen=True):
    """One of the plan's principal groups of lines of effort."""

    id: str
    name: str
    text: str
    at: str = ""


class LineOfEffort(Struct, frozen=True):
    """A line of effort and the focus area that it belongs to."""

    id: str
    focus: str
    text: str
    at: str = ""


class Outcome(Struct, frozen=True):
    """What the plan is for."""

    text: str
    at: str = ""


class Assumption(Struct, frozen=True):
    """What the plan takes for granted; how it could be tested, with which measures, and what the test cannot show."""

    id: str
    text: str
    test: str
    measures: tuple[str, ...]
    caution: str
    at: str = ""


class AgencyNamed(Struct, frozen=True):
    """Someone whom the plan names, or names together with others.

    `written` is how the text writes it. `parent` is the agency that it is part of, `members` those that a collective
    name covers. `in_text` is false for one that the plan does not name but whose reports stand in the log.
    """

    id: str
    name: str
    kind: Literal[
        "department",
        "component",
        "office",
        "programme",
        "task-force",
        "collective",
        "government",
        "partner",
        "document",
    ]
    written: str = ""
    parent: str = ""
    members: tuple[str, ...] = ()
    in_text: bool = True
    note: str = ""


class AgencyResponse(Struct, frozen=True):
    """By when, from whom and to whom answers to the plan are due: `days` after `counted_from`."""

    days: int
    to: str
    by: tuple[str, ...]
    counted_from: Literal["publication"] = "publication"
    at: str = ""


class ResponseItem(Struct, frozen=True):
    """One thing that each agency's response tells. `prefill` names the measures that the log can fill in."""

    id: str
    text: str
    prefill: tuple[str, ...] = ()
    at: str = ""


class NestedStrategy(Struct, frozen=True):
    """A strategy under the plan: the partners across its `borders`, its waters, the objects that challenge it."""

    id: str
    name: str
    borders: tuple[str, ...] = ()
    waters: tuple[str, ...] = ()
    challenges: tuple[str, ...] = ()
    released: bool = True
    at: str = ""


class PriorityTarget(Struct, frozen=True):
    """A process that names the organisations to be put first."""

    id: str
    name: str
    text: str
    abbreviation: str = ""
    at: str = ""


class Principle(Struct, frozen=True):
    """A principle of the plan's goals or of its budget."""

    id: str
    kind: Literal["goal", "budget"]
    text: str
    at: str = ""


class BudgetLevel(Struct, frozen=True):
    """Which level of funding a budget document gives for a fiscal year."""

    fiscal_year: int
    stage: Literal["request", "enacted", "actual"]


class BudgetSummary(Struct, frozen=True):
    """The document that holds the plan's budget, when it was published (as a plan's `published`) and its levels."""

    title: str
    published: str
    levels: tuple[BudgetLevel, ...] = ()
    at: str = ""


class Target(Struct, frozen=True):
    """A value that a measure is to reach by the end of a fiscal year, in the measure's own unit."""

    id: str
    measure: str
    value: float
    fiscal_year: int
    at: str = ""


_TABLES = {
    "sections": "section",
    "areas": "area",
    "focus_areas": "focus_area",
    "lines_of_effort": "line_of_effort",
    "assumptions": "assumption",
    "duties": "duty",
    "not_duties": "not_duty",
    "agencies": "agency",
    "response_items": "response_item",
    "strategies": "strategy",
    "priority_targets": "priority_target",
    "principles": "principle",
    "targets": "target",
}


class Plan(Struct, frozen=True, rename=_TABLES):
    """A plan as a whole.

    `publisher` is an agency of the plan. `published` is a year, month or day, as finely as it is known: 2021-08.
    `jurisdiction` is ISO 3166-1 alpha-2 or 3166-2. `made` is true for an example that no one issued.
    """

    id: str
    title: str
    publisher: str
    jurisdiction: str
    published: str
    outcome: Outcome
    source: str = ""
    made: bool = False
    response: AgencyResponse | None = None
    budget_summary: BudgetSummary | None = None
    sections: tuple[Section, ...] = ()
    areas: tuple[Area, ...] = ()
    focus_areas: tuple[FocusArea, ...] = ()
    lines_of_effort: tuple[LineOfEffort, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    duties: tuple[Duty, ...] = ()
    not_duties: tuple[NotADuty, ...] = ()
    agencies: tuple[AgencyNamed, ...] = ()
    response_items: tuple[ResponseItem, ...] = ()
    strategies: tuple[NestedStrategy, ...] = ()
    priority_targets: tuple[PriorityTarget, ...] = ()
    principles: tuple[Principle, ...] = ()
    targets: tuple[Target, ...] = ()


TABLES = tuple(_TABLES.items())
"""Each field of `Plan` that holds clauses, with the name of its TOML table."""

Clause = (
    Section
    | Area
    | FocusArea
    | LineOfEffort
    | Assumption
    | Duty
    | NotADuty
    | AgencyNamed
    | ResponseItem
    | NestedStrategy
    | PriorityTarget
    | Principle
    | Target
)


def clauses(plan: Plan, field: str) -> tuple[Clause, ...]:
    """The clauses in one field of `plan`, whatever they are."""
    found: tuple[Clause, ...] = getattr(plan, field)
    return found


def inherit(plan: Plan) -> Plan:
    """`plan` with each duty's area, focus and agencies filled in from its section, or else plan-wide."""
    sections = {section.id: section for section in plan.sections}
    nowhere = Section(id="", heading="")

    def filled(duty: Duty) -> Duty:
        section = sections.get(duty.at.partition(" ")[0], nowhere)
        return msgspec.structs.replace(
            duty,
            area=duty.area or section.area or PLAN_WIDE,
            focus=duty.focus or section.focus or PLAN_WIDE,
            agencies=duty.agencies or section.agencies,
        )

    return msgspec.structs.replace(plan, duties=tuple(map(filled, plan.duties)))

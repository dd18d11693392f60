"""What a lead is: its ends, its kind of link, what it rests on, its score and its clock. Plain data."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from cutset.model.mention import SelectorKind
from cutset.model.report import Kind, Precision, Struct


class Link(StrEnum):
    """By what a lead links its two reports. Where several hold, the lead has the first of them."""

    SELECTOR = "selector"
    """Both name the same verified selector."""
    ENTITY = "entity"
    """A mention of each was judged to be one thing."""
    PATH = "path"
    """A third report ties a thing of the one to a thing of the other."""


class Reason(Struct, frozen=True):
    """A selector that both reports name: its kind and normalised value, and each side's roles and own writings.

    `reports` is how many live reports that the viewer may see bear the value, `weight` what it adds (0 to 1).
    """

    kind: SelectorKind
    value: str
    event_roles: tuple[str, ...]
    other_roles: tuple[str, ...]
    event_written: tuple[str, ...]
    other_written: tuple[str, ...]
    reports: int
    weight: float


class Joined(Struct, frozen=True):
    """Mentions of two reports in one entity: the entity's id, and the judgements that join the two.

    `way` holds the mentions from the one report to the other, `judgements` the ids of the judgements `same` between
    each and the next. `reports` is how many reports that the viewer may see the entity spans, `probability` how likely
    the two are one (see `cutset.link.strength`).
    """

    entity: str
    way: tuple[str, ...]
    judgements: tuple[str, ...]
    reports: int
    probability: float


class Step(Struct, frozen=True):
    """One side of a path: what a report at its end and the report between share, a selector or an entity.

    `end` and `between` are the two mentions as each report has them: role and, where a selector is shared, own
    writing. `weight` is what the step is worth (0 to 1).
    """

    shared: Reason | Joined
    end: str
    between: str
    weight: float


class Path(Struct, frozen=True):
    """A way of two hops: from the event by `first` to the report `through`, and from that by `second` to the other.

    `tie` is what the two mentions have to do with each other in the report between (`cutset.link.ties`), `tie_weight`
    what that is worth, and `ways` how many such ways there are for the viewer; this is the best of them.
    """

    first: Step
    through: str
    through_kind: Kind
    through_agency: str
    tie: str
    tie_weight: float
    second: Step
    ways: int = 1


class LeadClock(Struct, frozen=True):
    """When it happened, when each agency submitted it, and when the lead could first be seen. All in UTC.

    `event` is None where the report gives no time; `made` is when the index applied the later of the two reports.
    """

    event: datetime | None
    precision: Precision
    event_submitted: datetime
    other_submitted: datetime
    made: datetime


class Lead(Struct, frozen=True):
    """A link from an event to a case or to another, earlier event, with its score, reasons and clock.

    `event` and `other` are report ids; `kinds`, `agencies` and `datasets` are theirs, in that order. `score` is a
    probability (see `cutset.link.strength`). `reasons` are shared selectors, `joined` shared entities, `path` the way
    through a third report where there is neither. `banner` is the join of the markings of all that the lead shows.
    `priority` is true of a case that concerns a priority target, `made` if any report of it is an exercise's.
    """

    id: str
    event: str
    other: str
    kinds: tuple[Kind, Kind]
    agencies: tuple[str, str]
    datasets: tuple[str, str]
    score: float
    reasons: tuple[Reason, ...]
    clock: LeadClock
    banner: str
    made: bool = False
    joined: tuple[Joined, ...] = ()
    path: Path | None = None
    priority: bool = False

    @property
    def case(self) -> str:
        """The case's report id, or "" where the lead links two events."""
        return self.other if self.kinds[1] is Kind.CASE else ""

    @property
    def link(self) -> Link:
        """By what it links: the nearest kind of link that there is."""
        if self.reasons:
            return Link.SELECTOR
        return Link.ENTITY if self.joined else Link.PATH


class CommonValue(Struct, frozen=True):
    """A selector that too many reports bear to link them: how many live ones the viewer may see, by kind of report."""

    kind: SelectorKind
    value: str
    reports: int
    by_kind: dict[str, int]


class PassedOver(Struct, frozen=True):
    """What was not followed from a report in looking for its leads, and why.

    `what` is a selector (kind and value), an entity or a report; `number` is how many reports bear it, or how many
    selectors it names, and `limit` how many there may be.
    """

    what: str
    why: str
    number: int
    limit: int

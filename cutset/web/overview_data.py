"""What the overview page shows: plain data, already seen through one viewer's rights."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

from cutset.link.leads import Lead
from cutset.link.repeats import RepeatGroup
from cutset.model.report import Struct


class Counts(Struct, frozen=True):
    """How many live reports the viewer may see, how many of them are events, cases and tracks, and how many leads."""

    reports: int = 0
    events: int = 0
    cases: int = 0
    tracks: int = 0
    leads: int = 0


class Place(Struct, frozen=True):
    """A country: its code and name, and a point in its middle (WGS 84 degrees), None where that is not known."""

    code: str
    name: str = ""
    latitude_deg: float | None = None
    longitude_deg: float | None = None


class Flow(Struct, frozen=True):
    """Events whose goods of one drug class left from one country for another."""

    departure: Place
    destination: Place
    drug_class: str
    events: int
    mass_kg: float = 0.0


class Period(Struct, frozen=True):
    """Events of one drug class in a month, or in a year (`month` None) where no more is known."""

    year: int
    month: int | None
    drug_class: str
    events: int
    mass_kg: float = 0.0


class Slice(Struct, frozen=True):
    """Events that have one value of a dimension; `name` is "" where the reports do not say."""

    name: str
    events: int
    mass_kg: float = 0.0


class Drug(Struct, frozen=True):
    """Events in which a substance was found, its whole mass, and by unit the `counts` that have no lawful mass."""

    name: str
    drug_class: str
    events: int
    mass_kg: float = 0.0
    counts: dict[str, float] = msgspec.field(default_factory=dict)


class Total(Struct, frozen=True):
    """A total that an agency published, of one dataset and year. It is never added to events or to other totals.

    `year` is a U.S. fiscal year where `fiscal`, else a calendar year; None where neither is known.
    """

    dataset: str
    year: int | None
    fiscal: bool = True
    events: int = 0
    mass_kg: float = 0.0
    counts: dict[str, float] = msgspec.field(default_factory=dict)
    money: dict[str, Decimal] = msgspec.field(default_factory=dict)


class Repeats(Struct, frozen=True):
    """Groups of reports that look like one event told twice: all, those judged, those identical, and some to judge."""

    groups: int = 0
    reports: int = 0
    settled: int = 0
    identical: int = 0
    waiting: tuple[RepeatGroup, ...] = ()


class Percentiles(Struct, frozen=True):
    """How long something took, in seconds: the middle, the slowest tenth's quickest, and the longest of `count`."""

    name: str
    meaning: str
    count: int
    p50_s: float
    p90_s: float
    longest_s: float


class Holding(Struct, frozen=True):
    """How many live reports of one kind an agency's dataset holds, of those that the viewer may see."""

    agency: str
    dataset: str
    kind: str
    reports: int


class OverviewData(Struct, frozen=True):
    """All that the overview page shows.

    `banner` joins the markings of everything on the page. `routed` is how many events name both the country that the
    goods left and the one they were going to. `leads` are the best, `counts.leads` counts all. `disputed` are the
    reports in leads and repeats that the person concerned disputes. `notes` say how to read the figures, `limits` what
    the page does not say.
    """

    title: str
    generated_at: datetime
    viewer: str
    agency: str = ""
    purpose: str = ""
    banner: str = ""
    made: bool = False
    counts: Counts = Counts()
    mass_kg: float = 0.0
    routed: int = 0
    flows: tuple[Flow, ...] = ()
    periods: tuple[Period, ...] = ()
    modalities: tuple[Slice, ...] = ()
    directions: tuple[Slice, ...] = ()
    countries: tuple[Slice, ...] = ()
    agencies: tuple[Slice, ...] = ()
    drugs: tuple[Drug, ...] = ()
    totals: tuple[Total, ...] = ()
    leads: tuple[Lead, ...] = ()
    repeats: Repeats = Repeats()
    disputed: tuple[str, ...] = ()
    clocks: tuple[Percentiles, ...] = ()
    holdings: tuple[Holding, ...] = ()
    notes: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()

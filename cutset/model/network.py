"""Networks of trafficking as entries of a register: ways from place to place, what moves by them, what can watch them.

They are what an agency states and revises, each entry with its source and range: estimates, never facts. An entry is
known by its agency, its register and its `id`, like every other of `model/register.py`.
"""

from __future__ import annotations

import msgspec


class Plain(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Plain, frozen data that refuses fields it does not know."""


class Estimate(Plain, frozen=True):
    """A number that is estimated: `value`, between `low` and `high`; its `source` is "assumed" where it has none."""

    value: float
    low: float
    high: float
    source: str


class Stop(Plain, frozen=True):
    """An end of a way: its `name`, which joins it to other ways, ISO 3166-1 alpha-2 country, and WGS 84 degrees."""

    name: str
    country: str = ""
    latitude_deg: float | None = None
    longitude_deg: float | None = None


class Way(Plain, frozen=True, tag="way", tag_field="register"):
    """A way by which contraband can be moved from one stop to the next, in one modality, through one area.

    `area` and `modality` are codes as reports have them, `via` the stops' line on a map (latitude, longitude) if it is
    not straight. `cost_usd_kg` is what carrying a kilogram along it costs the organisation, `suits` how well it suits
    trafficking beside others (1 is usual). `sweep` is the chance of a meeting that one asset-day a month brings, as
    the exponent of Koopman's law of random search: with e asset-days a month a load is met with chance 1 - exp(-k e)
    (B. O. Koopman, Search and Screening, 1946). `days` is how many asset-days a month are spent there now.
    """

    id: str
    origin: Stop
    goal: Stop
    modality: str
    area: str = ""
    via: tuple[tuple[float, float], ...] = ()
    cost_usd_kg: Estimate | None = None
    suits: float = 1.0
    sweep: Estimate | None = None
    days: float = 0.0
    open: bool = True


class Traffic(Plain, frozen=True, tag="traffic", tag_field="register"):
    """A substance thought to be moved each month, from any of its `sources` to any of its `goals` (stops' names).

    `kg_month` is how much is sent, `load_kg` the size of a load, `gain_usd_kg` what a kilogram that arrives brings.
    """

    id: str
    substance: str
    sources: tuple[str, ...]
    goals: tuple[str, ...]
    kg_month: Estimate
    load_kg: Estimate | None = None
    gain_usd_kg: Estimate | None = None


class Means(Plain, frozen=True, tag="means", tag_field="register"):
    """Assets of one sort that can be placed: `days` asset-days a month in all, in whole deployments of `step` days.

    `areas` and `modalities` say where they can watch (empty: any). `factor` multiplies the sweep of the ways there;
    `ways` names ways, as ids, to which alone they can be sent (empty: any that area and modality allow). `cost_usd_day`
    is what a day costs.
    """

    id: str
    sort: str
    days: float
    step: float = 1.0
    areas: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    factor: float = 1.0
    cost_usd_day: float | None = None


class Posting(Plain, frozen=True):
    """How many asset-days a month the means of that id spend on the way of that id."""

    means: str
    way: str
    days: float


class Allocation(Plain, frozen=True, tag="allocation", tag_field="register"):
    """A placement of means that a person has chosen to keep, with what it was expected to bring.

    `means` and `way` of its postings are entries' names (`agency/id`). `rests_on` names the entries and reports that
    it was computed from, `seed` and `version` what it takes to compute it again; `expected` are its figures by name.
    """

    id: str
    title: str
    postings: tuple[Posting, ...]
    objective: str = ""
    expected: dict[str, float] = msgspec.field(default_factory=dict)
    rests_on: tuple[str, ...] = ()
    seed: int = 0
    version: str = ""

"""The closed vocabulary of conditions that a rule of `policy.toml` may use. Each is true or false of one decision."""

from __future__ import annotations

from typing import NamedTuple

from cutset.access.registry import Registry
from cutset.access.standing import Standing
from cutset.model.marking import Marking, Tlp


class Purpose(NamedTuple):
    """What is known of a declared purpose: its code, whether the policy lists it, and whether it is operational."""

    code: str
    known: bool
    operational: bool


class Conditions(NamedTuple):
    """Every condition, by the name that `policy.toml` calls it (with `-` for `_`).

    Of the viewer: `registered` (the registry holds it, with this agency), `active` (it and its agency are),
    `community` and `law_enforcement` (its agency is of the community; enforces the law).

    Of viewer and marking: `originator` (its agency, or one that this succeeded, originated the report),
    `same_country` (its agency and the originator are of one country, and both of one), `named` (a REL TO token names
    it, its agency, a group or its country), `named_directly` (so, but not through the country), `named_in_person` (a
    token names the viewer itself).

    Of the purpose: `known_purpose` (the policy lists it), `operational_purpose` (it gives need to know),
    `purpose_allowed` (the marking has no list of purposes, or this is on it).

    Of the marking: its level (one of `clear`, `green`, `amber`, `amber_strict`, `red`), and `les`, `orcon`, `rel_to`
    (it bears the caveat).
    """

    registered: bool
    active: bool
    community: bool
    law_enforcement: bool
    originator: bool
    same_country: bool
    named: bool
    named_directly: bool
    named_in_person: bool
    known_purpose: bool
    operational_purpose: bool
    purpose_allowed: bool
    clear: bool
    green: bool
    amber: bool
    amber_strict: bool
    red: bool
    les: bool
    orcon: bool
    rel_to: bool


VOCABULARY = tuple(name.replace("_", "-") for name in Conditions._fields)


def conditions(standing: Standing, marking: Marking, purpose: Purpose, registry: Registry) -> Conditions:
    """What holds when a viewer of that `standing` asks, for that `purpose`, for what bears that `marking`."""
    rel_to = marking.rel_to
    level = marking.tlp
    country = standing.country
    return Conditions(
        standing.registered,
        standing.active,
        standing.community,
        standing.law_enforcement,
        marking.originator in standing.agencies,
        country != "" and country == registry.country(marking.originator),
        bool(rel_to) and not standing.tokens.isdisjoint(rel_to or ()),
        bool(rel_to) and not standing.direct.isdisjoint(rel_to or ()),
        bool(rel_to) and standing.person in (rel_to or ()),
        purpose.known,
        purpose.operational,
        marking.purposes is None or purpose.code in marking.purposes,
        level is Tlp.CLEAR,
        level is Tlp.GREEN,
        level is Tlp.AMBER,
        level is Tlp.AMBER_STRICT,
        level is Tlp.RED,
        marking.les,
        marking.orcon,
        rel_to is not None,
    )

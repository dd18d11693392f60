"""Roles: what a viewer may do to the platform. They never show a report; markings alone do."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources

import msgspec

from cutset.access.registry import Registry, Viewer
from cutset.access.standing import standing
from cutset.model.marking import Marking


class Power(StrEnum):
    """What a role can give: to change the registry, to see the log's order and proofs, to explain, to purge."""

    ADMINISTER = "administer"
    AUDIT = "audit"
    EXPLAIN = "explain"
    PURGE = "purge"


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a role means, and its powers."""

    meaning: str
    powers: tuple[Power, ...]


@cache
def roles() -> Mapping[str, Role]:
    """Every role by its code, from `roles.toml`.

    >>> roles()["auditor"].powers
    (<Power.AUDIT: 'audit'>, <Power.EXPLAIN: 'explain'>)
    """
    text = resources.files("cutset.access").joinpath("roles.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Role])


def may(viewer: Viewer, power: Power, registry: Registry) -> bool:
    """Whether a role that the registry gives the viewer has that power. Unknown roles have none.

    The registry's record counts, not what `viewer` says of itself; a viewer that is not active, or whose agency is
    not, has no power.
    """
    known = registry.viewer(viewer.id)
    if known is None or not standing(viewer, registry).active:
        return False
    return any(power in roles()[code].powers for code in known.roles if code in roles())


def may_administer(viewer: Viewer, registry: Registry) -> bool:
    """Whether the viewer may register agencies, viewers and groups."""
    return may(viewer, Power.ADMINISTER, registry)


def may_audit(viewer: Viewer, registry: Registry) -> bool:
    """Whether the viewer may see sequence numbers, tree sizes, tree heads and proofs."""
    return may(viewer, Power.AUDIT, registry)


def may_purge(viewer: Viewer, registry: Registry) -> bool:
    """Whether the viewer may have reports purged from the log."""
    return may(viewer, Power.PURGE, registry)


def may_explain(viewer: Viewer, marking: Marking, registry: Registry) -> bool:
    """Whether the viewer may be told why anyone sees, or does not see, the report that bears `marking`.

    An explanation tells that the report exists and how it is marked. It is for its originator's people and for those
    with the power to explain; all others are answered as if there were no such report.
    """
    stands = standing(viewer, registry)
    return stands.active and (marking.originator in stands.agencies or may(viewer, Power.EXPLAIN, registry))

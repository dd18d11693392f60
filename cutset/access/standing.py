"""Where a viewer stands: whose people it is of, and by which tokens a marking can name it."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from cutset.access.registry import Registry, Viewer


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """All about a viewer that a decision can depend on, apart from the marking and the purpose.

    `agencies` are the ids of its agency and of those that this one succeeded; what they originated is its own. `direct`
    are the tokens that name the viewer, its agencies and its groups, `tokens` those and its country's, and `person` the
    one that names the viewer alone.
    """

    registered: bool
    active: bool
    agencies: frozenset[str]
    country: str
    law_enforcement: bool
    community: bool
    person: str
    direct: frozenset[str]
    tokens: frozenset[str]


NOBODY = Standing(
    registered=False,
    active=False,
    agencies=frozenset(),
    country="",
    law_enforcement=False,
    community=False,
    person="",
    direct=frozenset(),
    tokens=frozenset(),
)


@lru_cache(maxsize=4096)
def standing(viewer: Viewer, registry: Registry) -> Standing:
    """The standing of a viewer, by what the registry says of it and not by what it says of itself.

    A viewer that the registry does not hold, or holds with another agency, is nobody.

    >>> from cutset.access.registry import Agency
    >>> ann = Viewer("ann@dea", "dea")
    >>> sorted(standing(ann, Registry((Agency("dea", country="US"),), (ann,))).tokens)
    ['agency:dea', 'country:US', 'viewer:ann@dea']
    """
    known = registry.viewer(viewer.id)
    agency = registry.agency(viewer.agency)
    if known is None or agency is None or known.agency != viewer.agency:
        return NOBODY
    agencies = registry.predecessors(agency.id)
    person = f"viewer:{viewer.id}"
    own = {person, *(f"agency:{each}" for each in agencies)}
    groups = {f"group:{group.id}" for group in registry.groups if not own.isdisjoint(group.members)}
    direct = frozenset(own | groups)
    return Standing(
        registered=True,
        active=viewer.active and known.active and agency.active,
        agencies=agencies,
        country=agency.country,
        law_enforcement=agency.law_enforcement,
        community=agency.in_community,
        person=person,
        direct=direct,
        tokens=direct | {f"country:{agency.country}"} if agency.country else direct,
    )

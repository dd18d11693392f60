"""Editions: for whom a publication is made. What is in it follows from rights, and nothing is taken out by hand.

The unclassified edition is what a viewer sees to whom nothing but the freely releasable may go: the access rules
themselves say which markings those are, by being asked for a stranger outside the community.
"""

from __future__ import annotations

from msgspec.structs import replace

from cutset.access.decide import decide
from cutset.access.registry import Agency, AgencyKind, Registry, Viewer
from cutset.access.rights import Rights
from cutset.log.database import engine
from cutset.log.markings import markings_by_id
from cutset.log.store import Log

FULL = "all that this reader may see"
UNCLASSIFIED = "unclassified: only what may go to everyone"

_PURPOSE = "statistics"
_STRANGER = Viewer("reader@the-public", "the-public")
_WORLD = Registry(
    agencies=(Agency("the-public", kind=AgencyKind.PRIVATE, law_enforcement=False),), viewers=(_STRANGER,)
)


def of(log: Log, rights: Rights, *, unclassified: bool) -> Rights:
    """The viewer's rights, for the `unclassified` edition narrowed to what may go to a stranger.

    They are never wider than `rights`: what the viewer may not see cannot be published by it.
    """
    if not unclassified:
        return rights
    with engine(log.url).connect() as connection:
        markings = markings_by_id(connection, rights.visible)
    free = frozenset(
        id for id, marking in markings.items() if decide(_STRANGER, marking, _WORLD, purpose=_PURPOSE).allowed
    )
    return replace(rights, visible=free)


def name(rights: Rights, narrowed: bool) -> str:
    """What the edition is called on its first page."""
    return UNCLASSIFIED if narrowed else f"{FULL}: {rights.agency.upper()}, for {rights.purpose}"

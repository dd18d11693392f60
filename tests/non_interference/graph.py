"""Trials of the graph of links."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

from cutset.access.rights import Rights
from cutset.link.graph import opened, way
from cutset.model.mention import SelectorKind
from tests.non_interference.trials import Asked, attempt, tries
from tests.worlds import Store

KINDS = (SelectorKind.PHONE, SelectorKind.IMO, SelectorKind.CONTAINER, SelectorKind.MMSI)
THINGS = tuple(f"{kind}:{value}" for kind, value in product(KINDS, "ABC"))
"""All selectors that a world can name; each is asked for, whether or not the viewer may see who names it."""
NEVER = ("phone:never", "phone:", "e-never", "nothing")


@tries(opened, way)
def of_graphs(store: Store, rights: Rights, asked: Asked) -> Any:
    link = store.link
    nodes = [*asked.reports, *asked.entities, *THINGS, *NEVER]
    return {
        "opened": {
            (node, limit): attempt(lambda node=node, limit=limit: opened(link, rights, node, limit=limit))
            for node, limit in product(nodes, (1, 200))
        },
        "ways": {
            pair: attempt(lambda pair=pair: way(link, rights, *pair))
            for pair in combinations([*asked.reports[:5], *asked.entities[:2], *THINGS[:5], NEVER[0]], 2)
        },
    }

"""Trials of the pages."""

from __future__ import annotations

from typing import Any

from cutset.access.rights import Rights
from cutset.web.gather import gather
from tests.non_interference.trials import AT, PARTS, Asked, tries
from tests.worlds import Store

PARTS.update(
    {
        "cutset.web.holdings.holdings": "part of the overview",
    }
)


@tries(gather)
def of_overview(store: Store, rights: Rights, asked: Asked) -> Any:
    return gather(store.log, store.link, store.plan, rights, AT)

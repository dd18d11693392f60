"""Trials of drug signatures."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from cutset.access.rights import Rights
from cutset.link.signature.near import alike, compared
from tests.non_interference.trials import Asked, attempt, tries
from tests.worlds import Store


@tries(alike, compared)
def of_signatures(store: Store, rights: Rights, asked: Asked) -> Any:
    near = [attempt(lambda report=report: alike(store.link, rights, report)) for report in asked.reports]
    pairs = pairwise(asked.reports[:12])
    return near, [attempt(lambda pair=pair: compared(store.link, rights, *pair)) for pair in pairs]

"""Trials of the allocation view."""

from __future__ import annotations

from typing import Any

from cutset.access.rights import Rights
from cutset.allocate.evidence import Revise, evidence
from cutset.allocate.index import AllocateIndex
from cutset.node.networks import seen, standing
from tests.non_interference.trials import Asked, tries
from tests.worlds import Store

PLAN = "niccp-2021"


@tries(evidence, seen, standing)
def of_networks(store: Store, rights: Rights, asked: Asked) -> Any:
    index = store.index(AllocateIndex)
    found = {revise: seen(store.log, index, rights, plan=PLAN, revise=revise) for revise in Revise}
    return {
        "seen": found,
        "evidence": evidence(index, rights, found[Revise.NOTHING].stated),
        "standing": standing(store.log, rights, asked.reports),
    }

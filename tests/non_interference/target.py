"""Trials of the targeting view."""

from __future__ import annotations

from typing import Any

from cutset.access.rights import Rights
from cutset.target.index import TargetIndex
from cutset.target.queue import Day, queue
from cutset.target.ranking import ranked, scores, target
from cutset.target.rates import rule_rates
from tests.non_interference.trials import PARTS, Asked, attempt, tries
from tests.worlds import Store

PARTS["cutset.target.ranking.ranking"] = "what ranked, scores, target, queue and rule_rates are made of"


@tries(ranked, scores, target, queue, rule_rates)
def of_targets(store: Store, rights: Rights, asked: Asked) -> Any:
    index = store.index(TargetIndex)
    days = [Day(capacity=2, random=0.5), Day(capacity=5, place="USLAX", random=0.0)]
    return {
        "ranked": ranked(index, rights),
        "first": ranked(index, rights, limit=2),
        "scores": sorted(scores(index, rights)),
        "each": [attempt(lambda id=id: target(index, rights, id)) for id in asked.reports],  # type: ignore[misc]
        "queues": [queue(index, rights, day, b"key") for day in days],
        "rules": rule_rates(index, rights),
    }

"""Trials of oversight: the audit as an agency's officer searches it, reviews, disputes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from cutset.access.rights import Rights
from cutset.log.audit import Look
from cutset.log.audit_index import AuditIndex
from cutset.log.audit_search import Question, Scope, search, who_saw
from cutset.log.disputes import DisputeIndex, disputes
from cutset.log.retention import queue
from cutset.log.reviews import given
from cutset.log.store import Log
from cutset.log.usage import usage
from tests.non_interference.trials import PARTS, Asked, tries
from tests.worlds import START, VIEWERS, Store, registry

PARTS.update(
    {
        "cutset.log.editions.earlier": "what given, who_saw, search and queue follow; tried in tests/oversight",
        "cutset.log.reviews.renew": "what Log.renew calls, tried in tests/oversight",
        "cutset.log.reviews.disseminate": "what Log.disseminate calls, tried here",
        "cutset.log.store.Log.renew": "writes; tells a count of the agency's own, tried in tests/oversight",
    }
)


@tries(search, who_saw, usage)
def of_the_audit(store: Store, rights: Rights, asked: Asked) -> Any:
    """Everybody looks at all that they may see; then an officer of each agency searches what was looked at.

    Looks are told apart by their purpose: the whole store is asked by every agency in turn.
    """
    purpose = f"trial-{rights.agency}"
    for viewer in VIEWERS:
        mine = store.log.rights(viewer.id)
        shown = frozenset(store.log.fetch(asked.reports, mine))
        store.log.looked(
            Look(view="all", by=viewer.id, purpose=purpose, asked={"n": "7"}, shown=len(shown), reports=shown),
            *(
                Look(view="one", by=viewer.id, purpose=purpose, shown=1, reports=frozenset({id}))
                for id in sorted(shown)
            ),
        )
    index = AuditIndex(store.url)
    index.catch_up(store.log)
    found = search(index, registry(), rights, Scope.AGENCY, Question(purpose=purpose, limit=1000))
    assert all(each.seq is None for each in found)
    return {
        "looks": [msgspec.structs.replace(each, at=START) for each in found],
        "of one": {
            report: [
                (each.viewer, each.view, each.reports, each.shown)
                for each in search(index, registry(), rights, Scope.AGENCY, Question(purpose=purpose, report=report))
            ]
            for report in asked.reports
        },
        "who": {
            report: sorted({each.viewer for each in who_saw(index, registry(), rights, Scope.AGENCY, report)})
            for report in asked.reports
        },
        "of use": [
            (each.viewer, each.peers)
            for each in usage(index, registry(), rights, Scope.AGENCY, since=START, until=START + timedelta(days=1))
        ],
    }


@tries(Log.due, Log.given, Log.disseminate, queue, given)
def of_reviews(store: Store, rights: Rights, asked: Asked) -> Any:
    to = f"the sheriff of {rights.agency}"
    counts = [
        store.log.disseminate([report], to=to, need="a stop", right="an order", by=rights.viewer, rights=rights)
        for report in asked.reports
    ]
    return {
        "recorded": counts,
        "given": {
            report: [(each.by, each.need) for each in store.log.given(report, rights) if each.to == to]
            for report in asked.reports
        },
        "due": store.log.due(rights, timedelta(days=365 * 20)),
        "due soon": store.log.due(rights),
    }


@tries(disputes)
def of_disputes(store: Store, rights: Rights, asked: Asked) -> Any:
    found = disputes(store.index(DisputeIndex), rights, asked.reports)
    return {report: [(each.id, each.originator) for each in found[report]] for report in sorted(found)}

"""Trials of the views of evidence."""

from __future__ import annotations

from typing import Any

from cutset.access.rights import Rights
from cutset.evidence.custody import check, custody, exhibits
from cutset.evidence.files import may_fetch
from cutset.evidence.index import EvidenceIndex
from cutset.evidence.laboratory import accreditations, requests, results
from tests.non_interference.trials import PARTS, Asked, attempt, tries
from tests.worlds import EXHIBITS, FILES, Store

PARTS.update(
    {
        "cutset.evidence.reading.names": "part of exhibits and check",
        "cutset.evidence.reading.with_earlier": "part of exhibits and check",
        "cutset.evidence.reading.gather": "part of exhibits, custody and check",
        "cutset.evidence.custody.register": "part of exhibits, custody and check",
    }
)


@tries(exhibits, custody, check)
def of_exhibits(store: Store, rights: Rights, asked: Asked) -> Any:
    index, log = store.index(EvidenceIndex), store.log
    return {
        "all": exhibits(index, log, rights),
        "first": exhibits(index, log, rights, limit=1),
        "after": exhibits(index, log, rights, after=EXHIBITS[0]),
        "of events": [exhibits(index, log, rights, events=[event]) for event in ("e1", "e2", "never")],
        "chains": [attempt(lambda each=each: custody(index, log, rights, each)) for each in (*EXHIBITS, "ash/never")],
        "check": check(index, log, rights),
        "check of event": check(index, log, rights, events=["e1"]),
    }


@tries(results, requests, accreditations, may_fetch)
def of_the_laboratory(store: Store, rights: Rights, asked: Asked) -> Any:
    index, log = store.index(EvidenceIndex), store.log
    return {
        "results": [results(index, log, rights), results(index, log, rights, exhibits=EXHIBITS[:1])],
        "requests": [requests(index, log, rights), requests(index, log, rights, exhibits=EXHIBITS[:1])],
        "accreditations": accreditations(index, log, rights),
        "files": [may_fetch(index, rights, each) for each in (*FILES, "0" * 64)],
    }

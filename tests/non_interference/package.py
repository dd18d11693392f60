"""Trials of packages: what `gather` is handed comes from the views of links, which have trials of their own."""

from __future__ import annotations

from functools import partial
from typing import Any

from cutset.access.rights import Rights
from cutset.evidence.index import EvidenceIndex
from cutset.evidence.package.case_uco import graph
from cutset.evidence.package.contents import Joining
from cutset.evidence.package.gather import gather, unchanged
from cutset.log.disputes import DisputeIndex, disputes
from tests.non_interference.trials import AT, Asked, attempt, tries
from tests.worlds import Store


@tries(gather, unchanged)
def of_packages(store: Store, rights: Rights, asked: Asked) -> Any:
    index, log = store.index(EvidenceIndex), store.log

    def package(of: str, discovery: bool) -> Any:
        # The worlds' exhibits are collected at events of these names.
        joining = Joining(of=of, events=(of, "e1", "e2"), judgements=tuple(asked.reports))
        found = gather(
            index,
            log,
            rights,
            joining,
            maker=rights.viewer,
            at=AT(),
            discovery=discovery,
            disputing=partial(disputes, store.index(DisputeIndex), rights),
        )
        assert unchanged(log, rights, found)
        # The place in the log is never written down, and differs between the two stores.
        return {name: getattr(found, name) for name in found.__struct_fields__ if name != "entries"} | {
            "graph": graph(found)
        }

    return [
        attempt(lambda of=of, discovery=discovery: package(of, discovery))
        for of in asked.reports
        for discovery in (False, True)
    ]

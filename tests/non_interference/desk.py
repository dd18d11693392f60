"""Trials of the lead desk. With no owner's setting, answers too are those of a store without the hidden."""

from __future__ import annotations

from typing import Any

from cutset.access.rights import Rights
from cutset.errors import CutsetError
from cutset.link.desk.clocks import clocks
from cutset.link.desk.inbox import Of, inbox, item, items
from cutset.link.desk.index import DeskIndex
from cutset.link.desk.pointers import given, seek
from cutset.link.desk.requests import requests
from cutset.link.desk.states import handled
from cutset.link.leads import leads
from tests.non_interference.trials import AT, PARTS, Asked, attempt, tries
from tests.worlds import Store

PARTS.update({"cutset.link.desk.pointers.editions": "part of given"})


@tries(inbox, item, items, handled, clocks)
def of_inboxes(store: Store, rights: Rights, asked: Asked) -> Any:
    index, link = store.index(DeskIndex), store.link
    found = leads(link, rights)
    return {
        "inbox": [inbox(index, link, rights, of=of) for of in Of],
        "after": [attempt(lambda each=each: inbox(index, link, rights, after=each, limit=2)) for each in asked.leads],
        "items": [item(index, rights, each) for each in found],
        "of leads": items(index, rights, found),
        "handled": handled(index, rights, found),
        "clocks": clocks(index, link, rights),
    }


@tries(given, seek, requests)
def of_answers(store: Store, rights: Rights, asked: Asked) -> Any:
    index = store.index(DeskIndex)
    registry = store.log.registry()

    def sought(report: str) -> Any:
        entries = store.log.fetch([report], rights)
        try:
            return [seek(index, store.link, rights, each, registry, AT()) for each in entries.values()]
        except CutsetError as error:
            return str(error)

    return {
        "pointers": [given(index, rights), *(given(index, rights, each) for each in asked.reports)],
        "requests": requests(index, rights),
        "sought": {report: sought(report) for report in asked.reports},
    }

"""Trials of the search."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cutset.access.rights import Rights
from cutset.link.search.index import SearchIndex
from cutset.link.search.places import places
from cutset.link.search.query import search
from cutset.model.report import Kind
from tests.non_interference.trials import PARTS, Asked, tries
from tests.worlds import START, Store

PARTS["cutset.link.search.query.seek"] = "what search and places ask the index by"
QUESTIONS = (
    "perez",
    "peres",
    "lopes",
    "a",
    "ju",
    "juan p",
    "cocaine",
    "cocaina",
    "colon b",
    "seizure ash",
    "luggage c",
    "312-555-0142",
    "(312) 555 01",
)


@tries(places)
def of_places(store: Store, rights: Rights, asked: Asked) -> Any:
    index = store.index(SearchIndex)
    return [places(index, rights, question, limit=limit) for question in ("", *QUESTIONS) for limit in (2, 100)]


@tries(search)
def of_search(store: Store, rights: Rights, asked: Asked) -> Any:
    index = store.index(SearchIndex)
    narrowed = {
        "kind": search(index, rights, "juan", kinds=(Kind.SEIZURE,)),
        "originator": search(index, rights, "pa", originator="ash"),
        "time": search(index, rights, "maritime", since=START + timedelta(days=1), until=START + timedelta(days=2)),
        "page": search(index, rights, "cocaine", limit=2, offset=1),
    }
    return {question: search(index, rights, question) for question in QUESTIONS}, narrowed

"""Made mentions for the tests of candidates."""

from __future__ import annotations

from typing import Any

from cutset.link.candidates.index import CandidateIndex
from cutset.link.candidates.query import Answer
from cutset.log.store import Log
from cutset.model.mention import Mention, MentionKind, Selector, SelectorKind
from tests.worlds import Store


def person(name: str, born: str = "", *, phone: str = "", **more: Any) -> Mention:
    selectors = (Selector(SelectorKind.PHONE, phone, phone, True),) if phone else ()
    return Mention(kind=MentionKind.PERSON, name=name, born=(born,) if born else (), selectors=selectors, **more)


def indexed(store: Store) -> CandidateIndex:
    """The store's index of candidates, up to date."""
    index = CandidateIndex(store.log.url)
    index.catch_up(store.log)
    return index


def reports(answer: Answer) -> list[str]:
    """The reports of an answer's matches, the best first."""
    return [match.report for match in answer.matches]


def rebuilt(log: Log) -> CandidateIndex:
    """The index of candidates, built anew from the log."""
    index = CandidateIndex(log.url)
    index.drop()
    index.catch_up(log)
    return index

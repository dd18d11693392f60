"""Judgements on mentions, as tests give them."""

from __future__ import annotations

from typing import Any

from cutset.link.references import portion_name
from cutset.model.marking import Marking
from cutset.model.report import Judgement, Portion, Report, Source
from tests.samples import CLEAR, phone, seizure
from tests.worlds import Store


def judgement(
    verdict: str, *about: str, marking: Marking = CLEAR, supersedes: tuple[str, ...] = (), **of: Any
) -> Report:
    content = Judgement(verdict=verdict, about=tuple(sorted(about)), **of)
    source = Source(dataset="judgements")
    return Report(marking=marking, source=source, content=content, supersedes=supersedes)


def mention(store: Store, number: int, marking: Marking = CLEAR) -> str:
    """A new report's only mention."""
    return store.submit(seizure(phone(f"+5072000{number:04}"), marking=marking)) + "#0"


def judge(store: Store, verdict: str, *about: str, **of: Any) -> str:
    return store.submit(judgement(verdict, *about, **of))


def undo(store: Store, judged: str, *about: str, **of: Any) -> str:
    return judge(store, "unsure", *about, reverses=judged, **of)


def in_portion(report: str, portion: Portion, number: int = 0) -> str:
    return f"{report}#{portion_name(report, portion)}.{number}"

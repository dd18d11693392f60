"""A store whose measures can be taken, and reports of the kinds that measures read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cutset import clock
from cutset.access.registry import Agency, Viewer
from cutset.clock import Clock
from cutset.log.store import Submission
from cutset.model.marking import Marking
from cutset.model.register import RegisterEntry
from cutset.model.report import (
    Case,
    Content,
    Judgement,
    Outcome,
    Precision,
    Receipt,
    Report,
    Response,
    Source,
    Tasking,
    When,
    Where,
)
from cutset.plan.clauses import Plan
from cutset.plan.measure import Measured
from cutset.plan.measures.compute import measure
from tests.samples import CLEAR
from tests.worlds import Store

LATER = clock.fixed(datetime(2030, 1, 1, tzinfo=UTC))


def report(content: Content, *mentions: Any, marking: Marking = CLEAR, **of_report: Any) -> Report:
    source = Source(dataset=of_report.pop("dataset", "made"), record=of_report.pop("record", ""))
    return Report(marking=marking, source=source, content=content, mentions=mentions, **of_report)


def at(day: int, month: int = 1, year: int = 2024, hour: int = 0) -> When:
    return When(at=datetime(year, month, day, hour, tzinfo=UTC))


def month(number: int, year: int = 2024) -> When:
    return When(at=datetime(year, number, 1, tzinfo=UTC), precision=Precision.MONTH)


def accepted(*about: str, verdict: str = "accepted", reverses: str = "", **changes: Any) -> Report:
    return report(Judgement(verdict=verdict, about=tuple(sorted(about)), reverses=reverses), **changes)


def tasking(
    order: str, *about: str, asset: str = "a1", when: When | None = None, country: str = "", **more: Any
) -> Report:
    content = Tasking(asset=asset, order=order, when=when, where=Where(country=country), about=tuple(sorted(about)))
    return report(content, **more)


def examination(found: bool, *about: str, day: int = 5, **more: Any) -> Report:
    breakdown = {"detector": more.pop("detector")} if "detector" in more else {}
    content = Outcome(period=at(day), found=found, about=tuple(sorted(about)), breakdown=breakdown)
    return report(content, **more)


def entry(registered: RegisterEntry, **more: Any) -> Report:
    return report(Response(plan="niccp-2021", fiscal_year=2024, entry=registered), **more)


def case(number: str, *mentions: Any, marking: Marking = CLEAR, **content: Any) -> Report:
    return report(Case(number=number, **content), *mentions, marking=marking)


class Measuring:
    """A store with all indexes; `step` is what each submission puts the clock on by."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(str(folder / "store.cutset"))
        self.store.times.at = datetime(2024, 1, 10, tzinfo=UTC)
        self.sources = self.store.sources()

    def put(self, submitted: Report, *, after: timedelta = timedelta()) -> str:
        """The id of the report, submitted `after` the last one."""
        self.store.times.at += after
        id = self.store.submit(submitted)
        self.sources.catch_up()
        return id

    def put_all(self, reports: Sequence[Report]) -> list[str]:
        """The ids of many reports."""
        answers = self.store.log.append(Submission(report=each, by=f"ann@{each.originator}") for each in reports)
        self.sources.catch_up()
        ids = []
        for answer in answers:
            assert isinstance(answer, Receipt), answer
            ids.append(answer.id)
        return ids

    def register(self, *records: Agency | Viewer) -> None:
        self.store.log.register(*records)

    def take(
        self,
        name: str,
        *,
        agency: str = "ash",
        period: str | None = None,
        by: Sequence[str] = (),
        plan: Plan | None = None,
        now: Clock = LATER,
    ) -> Measured:
        """The measure as an agency's viewer sees it."""
        rights = self.store.rights(agency)
        return measure(self.sources, rights, name, period=period, by=by, plan=plan, clock=now)


def values(found: Measured) -> dict[Any, float | None]:
    """Each figure's value by its key, a key of one by itself."""
    return {figure.key[0] if len(figure.key) == 1 else figure.key: figure.value for figure in found.figures}

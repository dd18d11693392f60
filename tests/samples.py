"""Plain reports for tests that need to say exactly what is in them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cutset.model.marking import Marking, Tlp
from cutset.model.mention import Mention, MentionKind, Role, Selector, SelectorKind
from cutset.model.report import (
    Case,
    Goods,
    Kind,
    Outcome,
    Portion,
    Precision,
    Quantity,
    Report,
    Route,
    Seizure,
    Source,
    When,
    Where,
)

CLEAR = Marking(originator="ash", tlp=Tlp.CLEAR)


def marked(originator: str = "ash", **changes: Any) -> Marking:
    """A marking that all may see, unless `changes` say otherwise."""
    return Marking(originator=originator, **({"tlp": Tlp.CLEAR} | changes))


def private(originator: str = "ash") -> Marking:
    """A marking that nobody but the originator's own people may see."""
    return Marking(originator=originator, tlp=Tlp.RED, orcon=True, rel_to=())


def phone(number: str, role: Role = Role.SUBJECT, *, verified: bool = True) -> Mention:
    """A person with a telephone."""
    selector = Selector(SelectorKind.PHONE, number, f"tel {number}", verified)
    return Mention(kind=MentionKind.PERSON, role=role, selectors=(selector,))


def imo(number: str) -> Mention:
    """A vessel with an IMO number."""
    selector = Selector(SelectorKind.IMO, number, f"IMO {number}", True)
    return Mention(kind=MentionKind.VESSEL, role=Role.CONVEYANCE, selectors=(selector,))


def day(number: int, month: int = 1, year: int = 2024) -> When:
    return When(at=datetime(year, month, number, tzinfo=UTC), precision=Precision.DAY)


def cocaine(amount: float, unit: str = "kg", mass_kg: float | None = None, **changes: Any) -> Goods:
    quantity = Quantity(amount=amount, unit=unit, mass_kg=amount if unit == "kg" else mass_kg)
    return Goods(contraband="drug", substance="cocaine", written="Cocaine", quantity=quantity, **changes)


def seizure(*mentions: Mention, marking: Marking = CLEAR, **changes: Any) -> Report:
    event: dict[str, Any] = {"when": day(3), "where": Where(country="PA", place="Balboa")}
    of_report = {name: changes.pop(name) for name in ("portions", "supersedes", "withdrawn", "text") if name in changes}
    source = Source(dataset=changes.pop("dataset", "log"), occurrence=changes.pop("occurrence", 1))
    return Report(marking=marking, source=source, content=Seizure(**(event | changes)), mentions=mentions, **of_report)


def case(number: str, *mentions: Mention, marking: Marking = CLEAR, **of_report: Any) -> Report:
    source = Source(dataset="cases")
    return Report(marking=marking, source=source, content=Case(number=number), mentions=mentions, **of_report)


def outcome(record: str, events: int | None, *goods: Goods, marking: Marking = CLEAR, **changes: Any) -> Report:
    of_report = {name: changes.pop(name) for name in ("supersedes", "withdrawn") if name in changes}
    source = Source(dataset=changes.pop("dataset", "totals"), record=record)
    period = When(at=datetime(2021, 10, 1, tzinfo=UTC), precision=Precision.MONTH)
    content = Outcome(period=period, events=events, goods=goods, **changes)
    return Report(marking=marking, source=source, content=content, **of_report)


def portion(marking: Marking, *mentions: Mention, goods: tuple[Goods, ...] = ()) -> Portion:
    return Portion(marking=marking, mentions=mentions, goods=goods)


__all__ = [
    "CLEAR",
    "Kind",
    "Route",
    "case",
    "cocaine",
    "day",
    "imo",
    "marked",
    "outcome",
    "phone",
    "portion",
    "private",
    "seizure",
]

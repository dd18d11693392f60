"""How a trial is written and registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cutset import clock
from cutset.access.rights import Rights
from cutset.errors import CutsetError
from tests.worlds import Store


@dataclass(frozen=True)
class Asked:
    """Ids that one with every right would see, and some that never were."""

    reports: list[str]
    leads: list[str]
    groups: list[str]
    entities: list[str]
    contradictions: list[str]
    mentions: list[str]
    dataset: list[str] = field(default_factory=lambda: ["one", "two", "never"])


AT = clock.fixed(datetime(2025, 1, 1, tzinfo=UTC))

Trial = Callable[[Store, Rights, Asked], Any]
TRIALS: dict[str, Trial] = {}
TRIED: set[Any] = set()
PARTS: dict[str, str] = {}
"""Parts of views, by dotted name: they only give a clause or rows to a view that is tried, which the value names."""


def tries(*views: Any) -> Callable[[Trial], Trial]:
    """Registers a trial and the public functions that it tries."""

    def register(trial: Trial) -> Trial:
        TRIALS[trial.__name__] = trial
        TRIED.update(views)
        return trial

    return register


def attempt(view: Callable[[], Any]) -> Any:
    """What the view gives, or the error that the viewer would read."""
    try:
        return view()
    except CutsetError as error:
        return type(error), str(error)

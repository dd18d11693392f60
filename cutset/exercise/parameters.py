"""What the made world is set by: each parameter with its range, unit and published source, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from cutset.errors import CutsetError
from cutset.model.report import Struct


class Impossible(CutsetError):
    """A made world that cannot be: no route, no month, a negative budget. `remedy` says what to change."""


class Parameter(Struct, frozen=True):
    """One parameter: its `value` lies from `low` to `high`; `source` says whose figure it is, or `assumed`."""

    value: float
    low: float
    high: float
    unit: str
    source: str

    @property
    def assumed(self) -> bool:
        """Whether no published figure stands behind it."""
        return self.source.startswith("assumed")


class Parameters:
    """The parameters by name, `go-fast.payload_kg`; `changed` are values of a scenario's own.

    Raises `Impossible` for a name that there is not, and a value out of its range.

    >>> Parameters()["go-fast.payload_kg"]
    900.0
    >>> Parameters({"mail.loss": 7.0})
    Traceback (most recent call last):
    cutset.exercise.parameters.Impossible: ...
    """

    def __init__(self, changed: Mapping[str, float] | None = None) -> None:
        known = described()
        for name, value in (changed or {}).items():
            if name not in known:
                raise Impossible("there is no such parameter", where=name, remedy="see `cutset exercise parameters`")
            if not known[name].low <= value <= known[name].high:
                raise Impossible(
                    f"the value {value:g} is out of range",
                    where=name,
                    remedy=f"choose from {known[name].low:g} to {known[name].high:g} {known[name].unit}",
                )
        self._values = {name: float(each.value) for name, each in known.items()} | dict(changed or {})

    def __getitem__(self, name: str) -> float:
        return self._values[name]


@cache
def described() -> dict[str, Parameter]:
    """Every parameter with what is known of it, by name."""
    text = files("cutset.exercise").joinpath("parameters.toml").read_text(encoding="utf-8")
    groups = msgspec.convert(tomllib.loads(text), dict[str, dict[str, Parameter]])
    return {f"{group}.{name}": each for group, members in groups.items() for name, each in members.items()}

"""Reads the tables of the standards, which lie beside this module in the package."""

from __future__ import annotations

from importlib import resources
from typing import TypeVar

import msgspec

T = TypeVar("T")


def load(name: str, into: type[T]) -> T:
    """The content of `<name>.toml`, checked against the type `into`."""
    text = resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return msgspec.toml.decode(text, type=into)


def mirrored(table: dict[str, list[str]]) -> dict[str, str]:
    """`{"CY": ["209", "210"]}` as `{"209": "CY", "210": "CY"}`."""
    return {mark: country for country, marks in table.items() for mark in marks}

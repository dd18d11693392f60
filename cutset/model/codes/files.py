"""Reads a code list's data file, which lies beside this module in the package."""

from __future__ import annotations

from importlib import resources
from typing import TypeVar

import msgspec

from cutset.errors import CutsetError

T = TypeVar("T")


class BadCodeFile(CutsetError):
    """A code list's file does not have the form that its reader expects."""


def load(name: str, into: type[T]) -> T:
    """The content of `<name>.toml`, checked against the type `into`. Raises `BadCodeFile`."""
    text = resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    try:
        return msgspec.toml.decode(text, type=into)
    except msgspec.DecodeError as error:
        raise BadCodeFile(
            "a code list's file is broken",
            where=f"cutset/model/codes/{name}.toml: {error}",
            remedy="correct the line named; docs/codes.md tells the form of each list",
        ) from error

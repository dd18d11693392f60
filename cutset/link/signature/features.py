"""The shipped table of features: how each varies between sources, between batches and within a batch."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from math import log, log10
from pathlib import Path
from typing import Literal

import msgspec

from cutset.errors import CutsetError

_LEAST = 1e-6
"""No deviation is less, and none more than its inverse: the arithmetic then neither underflows nor overflows."""


class BadTable(CutsetError):
    """A table of features is not one."""


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A feature of the table: `mean` and standard deviations are on its scale, log10 of a ratio or plain."""

    group: str
    scale: Literal["log", "plain"]
    mean: float
    between: float
    batch: float
    piece: float
    unit: str = "ratio"
    absolute: bool = False

    def scaled(self, value: float) -> float:
        """A value on the feature's scale."""
        return log10(value) if self.scale == "log" else value

    def variance(self, value: float, uncertainty: float) -> float:
        """The variance of a measured value on the feature's scale, to first order (JCGM 100:2008, 5.1.2)."""
        return (uncertainty / (value * log(10))) ** 2 if self.scale == "log" else uncertainty**2


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Features that vary together, with one `correlation` between any two of them, at every level."""

    words: str
    correlation: float
    source: str


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often samples of one batch, or source, agree in a cutting agent or mark because of it; a mark's share."""

    batch_cut: float
    source_cut: float
    batch_mark: float
    source_mark: float
    mark_share: float


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of how signatures vary. `cuts` are shares of samples with a cutting agent; `other` is any other."""

    version: str
    groups: Mapping[str, Group]
    features: Mapping[str, Known]
    cuts: Mapping[str, float]
    agreement: Agreement


@cache
def shipped() -> Table:
    """The table that is part of cutset."""
    return _checked(files("cutset.link.signature").joinpath("features.toml").read_bytes(), "features.toml")


def table(path: Path) -> Table:
    """The table in a file. Raises `BadTable`, which says what is wrong, and `CutsetError` where it cannot be read."""
    try:
        read = path.read_bytes()
    except OSError as error:
        raise CutsetError(f"the table cannot be read: {error.strerror}", where=str(path)) from error
    return _checked(read, str(path))


def _checked(read: bytes, where: str) -> Table:
    try:
        found = msgspec.toml.decode(read, type=Table)
    except (msgspec.DecodeError, ValueError) as error:
        raise BadTable(str(error), where=where, remedy="follow the table that cutset ships") from error
    for name, known in found.features.items():
        if known.group not in found.groups:
            raise BadTable(f"there is no group {known.group}", where=f"{where}, features.{name}", remedy="name a group")
        ordered = _LEAST <= known.piece <= known.batch <= known.between <= 1 / _LEAST
        if not ordered or not abs(known.mean) <= 1 / _LEAST:
            raise BadTable(
                "a feature must vary more between sources than between batches, and there than within one",
                where=f"{where}, features.{name}",
                remedy=f"give {_LEAST:g} <= piece <= batch <= between <= {1 / _LEAST:g}, and a mean within that",
            )
    for name, group in found.groups.items():
        if not 0 <= group.correlation < 1:
            raise BadTable("a correlation is from 0 to below 1", where=f"{where}, groups.{name}")
    shares = {**found.cuts, **msgspec.structs.asdict(found.agreement)}
    for name, share in shares.items():
        if not 0 < share < 1:
            raise BadTable(f"the share of {name} must lie between 0 and 1", where=where)
    if "other" not in found.cuts:
        raise BadTable("the share of other cutting agents is missing", where=f"{where}, cuts", remedy="give `other`")
    return found

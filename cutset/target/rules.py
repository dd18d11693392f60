"""The rules: published indicators, each with its words, source and weight before anything was examined."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

import msgspec

from cutset.model.report import Struct


class Rule(Struct, frozen=True):
    """An indicator: `log_odds` is its weight before outcomes, `sure` the standard deviation of that weight."""

    words: str
    source: str
    log_odds: float
    sure: float


class Rules(Struct, frozen=True):
    """The rules of one version, by id."""

    version: str
    rules: dict[str, Rule]


@cache
def rules() -> Rules:
    """The rules that cutset ships.

    >>> rules().rules["first-shipper"].log_odds
    0.8
    """
    return msgspec.convert(
        tomllib.loads(resources.files("cutset.target").joinpath("rules.toml").read_text("utf-8")), Rules
    )

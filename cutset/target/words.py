"""The words of a targeting decision, and the orders by which they stand in the log."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What a person decides of a shipment."""

    INSPECT = "inspect"
    RELEASE = "release"
    REFER = "refer"


class State(StrEnum):
    """How far a shipment has come."""

    OPEN = "open"
    INSPECT = "inspect"
    RELEASE = "release"
    REFER = "refer"
    EXAMINED = "examined"


RANDOM = "examine at random"
"""The order of an examination drawn by lot. This and `examine` are the orders that the Plan's measures count."""

# `release` alone would be taken for a request to release information (the lead desk's orders).
ORDERS = {Verdict.INSPECT: "examine", Verdict.RELEASE: "release shipment", Verdict.REFER: "refer shipment"}
"""The order of the tasking by which each decision stands in the log."""

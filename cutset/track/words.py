"""The words of a watch: phases of an event of interest, orders by which decisions stand in the log, stated times."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class Phase(StrEnum):
    """How far an event of interest has come: the codes of `phase.toml`, in the order of the Plan's funnel, and lost."""

    DETECTED = "detected"
    MONITORED = "monitored"
    HANDED_OFF = "handed off"
    TARGETED = "targeted"
    DISRUPTED = "disrupted"
    SEIZED = "seized"
    LOST = "lost"

    @property
    def ended(self) -> bool:
        """Whether nobody need hold it any more."""
        return self in ENDED


ENDED = frozenset({Phase.DISRUPTED, Phase.SEIZED, Phase.LOST})
FURTHER = (Phase.DETECTED, Phase.MONITORED, Phase.HANDED_OFF, Phase.TARGETED, Phase.DISRUPTED, Phase.SEIZED)
"""The phases in their order: an event is in the furthest that anything visible says."""


class Order(StrEnum):
    """What a watch decides of an event, as the order of a tasking."""

    MONITOR = "monitor"
    HAND_OFF = "hand off"
    TAKE_OVER = "take over"
    DECLINE = "decline hand-off"
    INTERCEPT = "intercept"
    BREAK_OFF = "break off"


HOLDING = {
    "monitor": Phase.MONITORED,
    "track": Phase.MONITORED,
    "take over": Phase.MONITORED,
    "intercept": Phase.TARGETED,
    "interdict": Phase.TARGETED,
    "board": Phase.TARGETED,
}
"""Orders by which their agency holds what they are about, and the phase that they bring it to."""

HEEDED = frozenset({*HOLDING, *Order})
"""The orders that say something of an event's phase or holder."""
SENT = frozenset({"patrol", "search", *HOLDING})
"""Orders that send an asset somewhere."""

SAME, DIFFERENT = "same", "different"
"""Verdicts of judgements that two reports are of one event, or are not."""

DARK = timedelta(hours=1)
"""After so long without a position a track is dark. A ship's AIS sends every 2 s to 3 min (ITU-R M.1371-5, table 1)."""
ANSWER = timedelta(minutes=30)
"""When a hand-off is to be answered where it does not say."""
LOST = timedelta(hours=48)
"""After so long without word, what has not ended is lost: assumed."""
COURSE = timedelta(days=7)
"""How far back what concerns an event of interest is read."""
DAY = timedelta(days=1)

LIVE = "AIS"
"""The sensor whose positions are the ship's own, by satellite navigation."""
FIX_NMI, SIGHTED_NMI = 0.1, 2.0
"""How far a position may be off when it is taken: by satellite navigation, and by any other sensor (assumed)."""
REACH_KN = {"go-fast": 50.0, "low-profile vessel": 15.0, "semi-submersible": 10.0, "fishing vessel": 14.0}
"""How fast a conveyance may go meanwhile: the upper ends of the made exercise's ranges, with their sources there."""
VESSEL_KN, AIRCRAFT_KN = 30.0, 300.0
"""How fast a vessel or aircraft of which nothing else is known may go meanwhile: assumed."""
JUMP_KN, JUMP_AIRCRAFT_KN, JUMP_NMI = 60.0, 700.0, 1.0
"""Two positions are an impossible jump where they lie farther apart than `JUMP_NMI`, and to go from one to the other
would take a vessel more than 60 knots, an aircraft more than 700. Ships that do more than 60 are records."""

"""The state of the index: what readers and writers must know before anything else."""

from __future__ import annotations

import secrets

import msgspec

from cutset.link.candidates.keys import fingerprint
from cutset.link.candidates.pages import DamagedIndex
from cutset.link.candidates.statements import Statements


class State(msgspec.Struct):
    """The row of `link_candidate_state`."""

    generation: str
    runs: int
    mentions: int
    packed: int
    unpacked: int
    hand: int
    turns: int


def begin(statements: Statements) -> None:
    """Write the state of an empty index, where there is none."""
    statements.do(
        "INSERT INTO link_candidate_state (one, generation, made_by, runs, mentions, packed, unpacked, hand, turns) "
        "VALUES (1, ?, ?, 0, 0, 0, 0, 0, 0) ON CONFLICT (one) DO NOTHING",
        secrets.token_hex(8),
        fingerprint(),
    )


def read_state(statements: Statements) -> State:
    """The state of the index. Raises `DamagedIndex` where it has none."""
    row = statements.row("SELECT generation, runs, mentions, packed, unpacked, hand, turns FROM link_candidate_state")
    if row is None:
        raise DamagedIndex("the index of candidates has lost its state")
    return State(*row)

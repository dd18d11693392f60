"""What is reckoned of a network, kept for a while: pure functions of plain data, each answer kept by who may see what.

The key is the viewer's set of markings with the network itself: who has a right less shares no answer, and so learns
nothing from how fast one comes. At most `AT_ONCE` answers are looked for at a time, so that a few viewers' questions
cannot take a whole server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Any, TypeVar

import msgspec

from cutset.allocate import changes as of_changes
from cutset.allocate import cut as of_cut
from cutset.allocate import patrol as of_patrol
from cutset.allocate import proposal as of_proposal
from cutset.allocate.changes import Changes, Difference
from cutset.allocate.cut import Cut, Vital
from cutset.allocate.network import Network
from cutset.allocate.patrol import Day, Patrol
from cutset.allocate.proposal import Method, Proposal
from cutset.allocate.response import Objective
from cutset.allocate.simulation import Simulation, simulate
from cutset.errors import CutsetError
from cutset.model.network import Posting

AT_ONCE = 2
WAIT_S = 20.0
"""How long a question waits for its turn."""
_KEPT = 64

_T = TypeVar("_T")
_turns = BoundedSemaphore(AT_ONCE)
_kept_of: list[Callable[[], None]] = []
"""What empties each of the caches."""
_purges: dict[str, int] = {}
"""How many purges of each store this process knew of when it last asked."""
_encode = msgspec.json.Encoder(order="sorted").encode

Visible = frozenset[int]


class Busy(CutsetError):
    """More is asked than can be reckoned just now."""


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=WAIT_S):
        raise Busy("others' networks are being reckoned", remedy="ask again in a moment")
    try:
        yield
    finally:
        _turns.release()


def _kept(compute: Callable[..., _T]) -> Callable[..., _T]:
    """Keeps what `compute(network, *arguments)` gave for each viewer's markings; plain data goes in and comes out."""

    @lru_cache(maxsize=_KEPT)
    def known(visible: Visible, network: bytes, arguments: tuple[Any, ...]) -> _T:
        with _turn():
            return compute(msgspec.json.decode(network, type=Network), *arguments)

    def asked(visible: Visible, network: Network, *arguments: Any) -> _T:
        return known(visible, _encode(network), arguments)

    _kept_of.append(known.cache_clear)
    return asked


def forget_purged(store: str, purges: int) -> None:
    """Empty all that is kept where the store has been purged since it was last asked of."""
    if _purges.get(store) != purges:
        for clear in _kept_of:
            clear()
        _purges[store] = purges


@_kept
def proposal(network: Network, objective: Objective, method: Method, months: int, draws: int, seed: int,
             limit_s: float) -> Proposal:  # fmt: skip
    """`proposal.propose`."""
    return of_proposal.propose(
        network, objective=objective, method=method, months=months, draws=draws, seed=seed, time_limit_s=limit_s
    )


@_kept
def _difference(network: Network, changes: bytes, postings: tuple[Posting, ...] | None, objective: Objective,
                again: bool, limit_s: float) -> Difference:  # fmt: skip
    return of_changes.what_if(
        network,
        msgspec.json.decode(changes, type=Changes),
        postings=postings,
        objective=objective,
        again=again,
        time_limit_s=limit_s,
    )


def difference(
    visible: Visible,
    network: Network,
    changes: Changes,
    postings: tuple[Posting, ...] | None,
    objective: Objective,
    again: bool,
    limit_s: float,
) -> Difference:
    """`changes.what_if`."""
    return _difference(visible, network, _encode(changes), postings, objective, again, limit_s)


@_kept
def simulation(
    network: Network, postings: tuple[Posting, ...] | None, months: int, draws: int, seed: int
) -> Simulation:
    """`simulation.simulate`."""
    return simulate(network, postings, months=months, draws=draws, seed=seed)


@_kept
def cut(network: Network, traffic: str, chance: float | None, vital: int) -> tuple[Cut, Vital]:
    """`cut.cut` and `cut.vital`."""
    return of_cut.cut(network, traffic, chance=chance), of_cut.vital(network, traffic, vital)


@_kept
def schedule(network: Network, objective: Objective, days: int, seed: int) -> tuple[Patrol, tuple[Day, ...]]:
    """`patrol.equilibrium`, and days drawn by it."""
    found = of_patrol.equilibrium(network, objective=objective)
    return found, of_patrol.schedule(found, days=days, seed=seed)

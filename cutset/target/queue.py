"""The queue: what today's capacity is spent on. Some by lot, so that chance stays known; the rest by rank.

The lot of a shipment is a keyed hash of the day and its id. The key is the store's own: nobody can choose what is drawn
or foresee it, and whoever keeps the store can draw the same again. Lots are drawn among all arrivals of the place and
day, decided or not, so that a decision does not change who is drawn. Of the places by rank a tenth go to what may be
riskier than it seems (the upper bound of its score), so that rules that have seldom been tried are tried.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import NamedTuple

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import microseconds
from cutset.errors import CutsetError
from cutset.log.filters import visible
from cutset.model.report import Struct
from cutset.model.text import fold
from cutset.target import rows
from cutset.target.index import TargetIndex
from cutset.target.ranking import Ranking, Target, ranking

EXPLORED = 0.1
"""The share of the places by rank that go to the uncertain."""
ALIKE = 0.25
"""The share of the capacity that targets with one origin, lading and commodity code may take."""
UPPER = 1.645
"""Standard deviations above the mean of the bound by which the uncertain are ranked: the 95th percentile."""
BY_LOT, BY_RANK, TO_LEARN = "drawn by lot", "by rank", "to learn: it may be riskier than it seems"


class BadCapacity(CutsetError):
    """A capacity or a share that is none."""


class Place(Struct, frozen=True):
    """A place in the queue: the target, and `why` it is there."""

    target: Target
    why: str


class Day(Struct, frozen=True):
    """What a queue is for: `place` a UN/LOCODE or a destination's name ("" for all), the UTC day of arrival (None for
    all days), how many can be examined, and the share of these that is drawn by lot.
    """

    capacity: int
    place: str = ""
    date: date | None = None
    random: float = 0.1


class Queue(Struct, frozen=True):
    """The queue of a day, and of how many arrivals it was made."""

    day: Day
    arrivals: int
    places: tuple[Place, ...]


def queue(index: TargetIndex, rights: Rights, day: Day, key: bytes) -> Queue:
    """The queue of `day`. `key` is the store's secret for lots. Raises `BadCapacity`.

    A shipment stays in the day's queue when it is decided, with its state, so that the day's capacity is not overrun.
    """
    if day.capacity < 1 or not 0 <= day.random <= 1:
        raise BadCapacity(
            "a queue needs a capacity of 1 or more, and a random share from 0 to 1",
            where=f"capacity {day.capacity}, random {day.random:g}",
            remedy="say how many can be examined that day, as in --capacity 40 --random 0.1",
        )
    of = ranking(index, rights)
    arrivals = _arrivals(index, rights, day, of)
    drawn = sorted(arrivals, key=lambda each: lot(key, day, each.id))[: round(day.random * day.capacity)]
    chosen = [(each.place, BY_LOT) for each in drawn]
    lots = {each.id for each in drawn}
    left = [each for each in arrivals if each.id not in lots]
    chosen += _by_rank(left, day.capacity - len(drawn), day.capacity)
    # No more targets are made than the queue has places.
    targets = of.targets(place for place, _ in chosen)
    places = tuple(Place(target=target, why=why) for target, (_, why) in zip(targets, chosen, strict=False))
    return Queue(day=day, arrivals=len(arrivals), places=places)


def lot(key: bytes, day: Day, id: str) -> bytes:
    """The lot of a shipment on a day: the lowest are drawn."""
    return hmac.new(key, f"{day.date or ''} {id}".encode(), sha256).digest()


class _Arrival(NamedTuple):
    """A shipment that is due: its `place` in the ranking, and by what it is chosen."""

    place: int
    id: str
    kind: tuple[str, str, str]
    log_odds: float
    spread: float


def _arrivals(index: TargetIndex, rights: Rights, day: Day, of: Ranking) -> list[_Arrival]:
    """What is due on the day at the place, in the order of time."""
    table = rows.shipment.c
    due = [visible(table.marking_id, rights)]
    if day.date is not None:
        start = datetime.combine(day.date, time(), UTC)
        due += [table.at_us >= microseconds(start), table.at_us < microseconds(start + timedelta(days=1))]
    if day.place:
        due.append(sa.or_(table.port == day.place.upper(), table.place == fold(day.place)))
    query = sa.select(table.seq, table.id, table.origin, table.lading, table.hs_code).where(*due)
    found = []
    with index.engine.connect() as connection:
        for seq, id, *kind in connection.execute(query.order_by(table.at_us, table.id)):
            place = of.place(seq)
            if place is not None:
                found.append(_Arrival(place, id, tuple(kind), of.log_odds[place], of.spread[place]))
    return found


def _by_rank(found: Sequence[_Arrival], number: int, capacity: int) -> Iterator[tuple[int, str]]:
    explored = int(EXPLORED * number)
    ordered = sorted(found, key=lambda each: (-each.log_odds, each.id))
    best = _spread_out(ordered, number - explored, max(1, round(ALIKE * capacity)))
    taken = {each.id for each in best}
    rest = [each for each in ordered if each.id not in taken]
    bold = sorted(rest, key=lambda each: (-(each.log_odds + UPPER * each.spread), each.id))[: number - len(best)]
    for why, chosen in ((BY_RANK, best), (TO_LEARN, bold)):
        yield from ((each.place, why) for each in chosen)


def _spread_out(ordered: Sequence[_Arrival], number: int, alike: int) -> list[_Arrival]:
    """The first `number`, no more than `alike` of them alike; where that leaves places, the next best take them."""
    seen: Counter[tuple[str, str, str]] = Counter()
    taken: list[_Arrival] = []
    passed: list[_Arrival] = []
    for each in ordered:
        (taken if seen[each.kind] < alike else passed).append(each)
        seen[each.kind] += 1
        if len(taken) == number:
            return taken
    return [*taken, *passed[: number - len(taken)]]

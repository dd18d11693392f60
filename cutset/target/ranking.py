"""The ranking: each shipment with its probability, its state, and the rules that raised or lowered it."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from heapq import nlargest
from math import inf
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import instant
from cutset.errors import CutsetError
from cutset.log.filters import visible
from cutset.log.follower import Cursor
from cutset.model.report import Struct
from cutset.target import rows
from cutset.target.index import TargetIndex
from cutset.target.reading import Consignment, Decision, Reading, consignments, place
from cutset.target.rules import rules
from cutset.target.signs import Fired, signs
from cutset.target.weights import Weights, learn, probability
from cutset.target.words import State


class NoTarget(CutsetError):
    """There is no such shipment, or none that the viewer may see."""

    def __init__(self, id: str) -> None:
        super().__init__("there is no such shipment that you may see", where=id, remedy="take an id from the queue")


class Reason(Struct, frozen=True):
    """A rule that a shipment fires: its words, and by how many log-odds it moves the score."""

    rule: str
    words: str
    log_odds: float


class Target(Struct, frozen=True):
    """A shipment as ranked: `score` is the probability that it carries something, `spread` its log-odds' deviation.

    `decided` is the id of the last decision, which the next one follows; `conflict` is true where people decided
    differently without knowing of each other. `found` is what an examination said.
    """

    id: str
    number: str
    record: str
    agency: str
    at: datetime
    modality: str
    origin: str
    lading: str
    place: str
    hs_code: str
    score: float
    log_odds: float
    spread: float
    reasons: tuple[Reason, ...] = ()
    state: State = State.OPEN
    decided: str = ""
    conflict: bool = False
    found: bool | None = None
    made: bool = False


class Ranking:
    """What a viewer's targets are made of: of each shipment its signs and score as numbers, and the weights.

    `seqs` are the shipments' places in the log, ascending; `log_odds` and `spread` stand in the same order. A target
    with its words is made only of a shipment that is asked for.
    """

    def __init__(self, index: TargetIndex, rights: Rights) -> None:
        self._engine = index.engine
        self._rights = rights
        with self._engine.connect() as connection:
            reading = Reading(connection, rights)
            self.fired: Fired = signs(reading)
            self.weights: Weights = learn(reading, self.fired)
        self.seqs, self.timed, self.history = reading.seqs, reading.timed, reading.history
        self.log_odds, self.spread = array("d"), array("d")
        known: dict[tuple[float, ...], tuple[float, float]] = {}
        for at, key in enumerate(self.fired.alike()):
            odds, spread = known.get(key) or known.setdefault(key, self.weights.odds(self.fired[at]))
            self.log_odds.append(round(odds, 4))
            self.spread.append(round(spread, 4))
        self._weight = dict(zip(self.weights.names, self.weights.weights, strict=True))

    def place(self, seq: int) -> int | None:
        """The place of a shipment among `seqs`; None where it is not among them."""
        return place(self.seqs, seq)

    def open(self) -> Iterator[int]:
        """The places of the shipments that nobody has examined."""
        return (at for at, seq in enumerate(self.seqs) if self.history.label(seq) is None)

    def targets(self, places: Iterable[int]) -> Iterator[Target]:
        """The shipments at these places among `seqs`, ranked, in this order."""
        with self._engine.connect() as connection:
            for each in consignments(connection, (self.seqs[at] for at in places)):
                yield self._target(each)

    def numbers(self, places: Iterable[int]) -> Iterator[tuple[str, float]]:
        """The source's own key and the log-odds of the shipments at these places, in this order."""
        with self._engine.connect() as connection:
            for each in consignments(connection, (self.seqs[at] for at in places)):
                yield each.record, self.log_odds[self._at(each)]

    def find(self, id: str) -> Target | None:
        """The shipment with this id; None where the viewer may see none."""
        table = rows.shipment.c
        query = sa.select(table.seq).where(table.id == id, visible(table.marking_id, self._rights))
        with self._engine.connect() as connection:
            seqs = connection.scalars(query).all()
        places = [at for seq in seqs if (at := self.place(seq)) is not None]
        return next(self.targets(places), None)

    def _at(self, each: Consignment) -> int:
        return bisect_left(self.seqs, each.seq)

    def _target(self, each: Consignment) -> Target:
        mine = self.fired[self._at(each)]
        odds, spread = self.weights.odds(mine)
        reasons = [
            Reason(rule=name, words=rules().rules[name].words, log_odds=round(self._weight[name] * value, 3))
            for name, value in mine.items()
        ]
        label = self.history.label(each.seq)
        state, last, conflict = standing(self.history.decisions.get(each.seq, ()))
        return Target(
            id=each.id,
            number=each.number,
            record=each.record,
            agency=each.originator,
            at=instant(each.at_us),
            modality=each.modality,
            origin=each.origin,
            lading=each.lading,
            place=each.port or each.place,
            hs_code=each.hs_code,
            score=round(probability(odds), 6),
            log_odds=round(odds, 4),
            spread=round(spread, 4),
            reasons=tuple(sorted(reasons, key=lambda reason: (-abs(reason.log_odds), reason.rule))),
            state=state if label is None else State.EXAMINED,
            decided=last,
            conflict=conflict,
            found=label,
            made=each.made,
        )


_KEPT: Final = 4
"""The sets of rights whose ranking is kept: a queue is asked for again and again while it is worked through."""

_kept: WeakKeyDictionary[TargetIndex, tuple[Cursor, dict[frozenset[int], Ranking]]] = WeakKeyDictionary()
_lock = Lock()


def ranking(index: TargetIndex, rights: Rights) -> Ranking:
    """The ranking as the index stands. It is kept by what the viewer may see, until the index moves on or forgets."""
    cursor = index.cursor()
    with _lock:
        of, kept = _kept.get(index, (None, {}))
        if of != cursor:
            kept = {}
            _kept[index] = cursor, kept
        found = kept.get(rights.visible)
    if found is None:
        found = Ranking(index, rights)
        with _lock:
            if len(kept) >= _KEPT:
                kept.pop(next(iter(kept)))
            kept[rights.visible] = found
    return found


def standing(given: Sequence[Decision]) -> tuple[State, str, bool]:
    """The state that decisions come to, the last one's id, and whether last words disagree."""
    if not given:
        return State.OPEN, "", False
    ordered = sorted(given, key=lambda each: (each.at_us, each.id))
    known = {each.follows for each in ordered}
    words = [each for each in ordered if each.id not in known] or ordered[-1:]
    return State(words[-1].verdict), words[-1].id, len({each.verdict for each in words}) > 1


def ranked(index: TargetIndex, rights: Rights, *, limit: int | None = None) -> list[Target]:
    """Every shipment that the viewer may see and that is not examined, the likeliest to carry something first.

    With a `limit` no more are made than those, and such as score the same as the last of them.
    """
    of = ranking(index, rights)
    places = list(of.open())
    if limit is not None and limit < len(places):
        last = min(nlargest(limit, (of.log_odds[at] for at in places)), default=inf)
        places = [at for at in places if of.log_odds[at] >= last]
    return sorted(of.targets(places), key=lambda each: (-each.log_odds, each.id))[:limit]


def scores(index: TargetIndex, rights: Rights) -> Iterator[tuple[str, float]]:
    """The source's own key and the log-odds of every shipment in `ranked`, in no order: for a ranking's own measures.

    Nothing else is made of them, so that many take little memory.
    """
    of = ranking(index, rights)
    return of.numbers(of.open())


def target(index: TargetIndex, rights: Rights, id: str) -> Target:
    """One shipment with its reasons, examined or not. Raises `NoTarget`."""
    found = ranking(index, rights).find(id)
    if found is None:
        raise NoTarget(id)
    return found

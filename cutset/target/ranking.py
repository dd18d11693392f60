"""The ranking: each shipment with its probability, its state, and the rules that raised or lowered it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

from cutset.access.rights import Rights
from cutset.clock import instant
from cutset.errors import CutsetError
from cutset.log.follower import Cursor
from cutset.model.report import Struct
from cutset.target.index import TargetIndex
from cutset.target.reading import Consignment, Decision, Reading
from cutset.target.rules import rules
from cutset.target.signs import Signs, signs
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
    """What a viewer's targets are made of: one reading of the index, its signs and weights."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.signs: dict[str, Signs] = signs(self.reading)
        self.weights: Weights = learn(self.reading, self.signs)
        self._weight = dict(zip(self.weights.names, self.weights.weights, strict=True))

    def target(self, each: Consignment) -> Target:
        """One shipment, ranked."""
        mine = self.signs[each.id]
        odds, spread = self.weights.odds(mine)
        reasons = [
            Reason(rule=name, words=rules().rules[name].words, log_odds=round(self._weight[name] * value, 3))
            for name, value in mine.items()
        ]
        label = self.reading.label(each.id)
        state, last, conflict = standing(self.reading.decisions.get(each.id, ()))
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
        found = Ranking(Reading(index, rights))
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
    """Every shipment that the viewer may see and that is not examined, the likeliest to carry something first."""
    of = ranking(index, rights)
    found = [of.target(each) for each in of.reading.shipments if of.reading.label(each.id) is None]
    return sorted(found, key=lambda each: (-each.log_odds, each.id))[:limit]


def target(index: TargetIndex, rights: Rights, id: str) -> Target:
    """One shipment with its reasons, examined or not. Raises `NoTarget`."""
    of = ranking(index, rights)
    found = of.reading.by_id.get(id)
    if found is None:
        raise NoTarget(id)
    return of.target(found)

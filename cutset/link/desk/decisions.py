"""Decisions on one lead, and the state that they come to. Pure data, no I/O.

A decision stands if no judgement that stands reverses it. Each names the last judgement on the lead that its author
knew (`follows`). Those that no other decision which stands knew of are the *last words*. The latest of them is the
state. Where two of them, given without knowledge of each other, disagree, the state is in conflict: both are there, and
the next decision, which knows both, settles it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from cutset.errors import CutsetError
from cutset.link.desk.index import ACCEPTED, IN_CONTACT, REJECTED
from cutset.model.report import Struct


class State(StrEnum):
    """What people have made of a lead."""

    NEW = "new"
    IN_CONTACT = IN_CONTACT
    ACCEPTED = ACCEPTED
    REJECTED = REJECTED


DECISIONS = (ACCEPTED, REJECTED, IN_CONTACT)
"""The verdicts that decide a lead."""


class Decision(Struct, frozen=True):
    """A judgement on a lead: its report's id, its verdict, who gave it, when and why; what it undoes, what it knew."""

    id: str
    verdict: str
    by: str
    at: datetime
    reason: str = ""
    reverses: str = ""
    follows: str = ""


class Standing(Struct, frozen=True):
    """The state of a lead, the decisions that stand, earliest first, and whether last words disagree.

    `last` is the id of the last judgement of all, standing or not: what the next decision follows.
    """

    state: State = State.NEW
    decisions: tuple[Decision, ...] = ()
    conflict: bool = False
    last: str = ""


class Stale(CutsetError):
    """A decision was to be given on a lead that is no more in the state in which its author saw it."""

    def __init__(self, lead: str, expected: State, standing: Standing) -> None:
        latest = standing.decisions[-1] if standing.decisions else None
        by = f" by {latest.by} at {latest.at:%Y-%m-%d %H:%M} UTC" if latest else ""
        super().__init__(
            f"the lead is not {expected} any more: it is {standing.state}{by}",
            where=lead,
            remedy=f"look at it again; to decide nevertheless, say that you expect it to be {standing.state}",
        )


def standing(given: Iterable[Decision]) -> Standing:
    """What decisions on one lead, and their reversals, come to, in whatever order they are given.

    >>> from datetime import UTC
    >>> first = Decision(id="r-a", verdict="accepted", by="ann", at=datetime(2024, 1, 1, tzinfo=UTC))
    >>> other = Decision(id="r-b", verdict="rejected", by="bob", at=datetime(2024, 1, 2, tzinfo=UTC))
    >>> standing([other, first]).state, standing([other, first]).conflict
    (<State.REJECTED: 'rejected'>, True)
    """
    ordered = _ordered(given)
    if not ordered:
        return Standing()
    stands = _stands(ordered)
    decisions = [each for each in ordered if each.verdict in DECISIONS and each.id in stands]
    if not decisions:
        return Standing(last=ordered[-1].id)
    words = _last_words(ordered, decisions)
    verdicts = {each.verdict for each in words}
    return Standing(
        state=State(decisions[-1].verdict),
        decisions=tuple(decisions),
        conflict=REJECTED in verdicts and len(verdicts) > 1,
        last=ordered[-1].id,
    )


def _ordered(given: Iterable[Decision]) -> list[Decision]:
    """In the order of time; of those of one moment, what knew or undoes another comes after it."""
    ordered = sorted(given, key=lambda each: (each.at, each.id))
    deep = {each.id: 0 for each in ordered}
    moments = {each.id: each.at for each in ordered}
    named = {each.id: [id for id in (each.follows, each.reverses) if moments.get(id) == each.at] for each in ordered}
    for each in ordered:
        pending = [(each.id, 0)]
        while pending:
            id, above = pending.pop()
            for before in named[id]:
                deep[each.id] = max(deep[each.id], above + 1)
                pending.append((before, above + 1))
    return sorted(ordered, key=lambda each: (each.at, deep[each.id], each.id))


def _stands(ordered: list[Decision]) -> set[str]:
    """The ids of those that no judgement which stands reverses."""
    against: dict[str, list[str]] = {}
    for each in ordered:
        if each.reverses:
            against.setdefault(each.reverses, []).append(each.id)
    stands: dict[str, bool] = {}
    for each in ordered:
        # A judgement names what it reverses by a hash of that, so that the chain comes to an end.
        pending = [each.id]
        while pending:
            open_ones = [other for other in against.get(pending[-1], ()) if other not in stands]
            if open_ones:
                pending.extend(open_ones)
                continue
            here = pending.pop()
            stands[here] = not any(stands[other] for other in against.get(here, ()))
    return {id for id, up in stands.items() if up}


def _last_words(ordered: list[Decision], decisions: list[Decision]) -> list[Decision]:
    """The decisions that no other one which stands knew of: who followed a judgement had seen all before it."""
    place = {each.id: number for number, each in enumerate(ordered)}
    known: set[str] = set()
    for each in decisions:
        if each.follows in place:
            known.update(other.id for other in ordered[: place[each.follows] + 1])
    return [each for each in decisions if each.id not in known]

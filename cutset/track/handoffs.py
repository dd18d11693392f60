"""Who holds an event of interest: hand-offs offered and answered. Until one is taken over, its giver holds.

An answer counts that comes from whom it was offered to: the agency itself, or the agency whose the asset is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from cutset.clock import instant
from cutset.track.tracks import Struct
from cutset.track.words import ANSWER, HOLDING, Order

ANSWER_US = int(ANSWER.total_seconds() * 1e6)


class Answer(StrEnum):
    """What became of a hand-off."""

    OFFERED = "offered"
    OVERDUE = "overdue"
    TAKEN = "taken over"
    DECLINED = "declined"
    REPLACED = "replaced"
    """Offered anew, to this or another agency, before it was answered; or let go by its giver."""


class HandOff(Struct, frozen=True):
    """An event offered by one agency to another. `answered` is the report that answers it, "" where none does."""

    id: str
    giver: str
    to: str
    at: datetime
    answer_by: datetime
    answer: Answer
    answered: str = ""


class Holder(Struct, frozen=True):
    """Who holds an event: the agency, its asset where one is named, since when, and by which report."""

    agency: str
    asset: str
    since: datetime
    report: str


class Hands:
    """The hands that an event passed through, order by order."""

    def __init__(self, asset_agency: Mapping[str, str]) -> None:
        self.holder: Holder | None = None
        self.also: dict[str, Holder] = {}
        self.hand_offs: list[HandOff] = []
        self._agency_of = asset_agency

    @property
    def open(self) -> HandOff | None:
        """The hand-off that waits for an answer."""
        waiting = (Answer.OFFERED, Answer.OVERDUE)
        return next((each for each in self.hand_offs if each.answer in waiting), None)

    def followed(self, row: sa.Row[Any]) -> None:
        """A sighting says that the event is followed: who saw it holds it, if nobody does."""
        if self.holder is None:
            self.holder = Holder(agency=row.originator, asset="", since=instant(row.at_us), report=row.id)

    def take(self, row: sa.Row[Any]) -> bool:
        """Take in an order; False where it is none that this event's hands can heed."""
        match row.said:
            case Order.HAND_OFF:
                self._offer(row)
            case Order.DECLINE:
                return self._answer(row, Answer.DECLINED)
            case Order.TAKE_OVER if row.follows:
                if not self._answer(row, Answer.TAKEN):
                    return False
                self.holder = None
                self._hold(row)
            case Order.BREAK_OFF:
                self.also.pop(row.originator, None)
                if self.holder is None or self.holder.agency != row.originator:
                    return False
                self.holder = None
                self._replace(row)
            case said if said in HOLDING:
                self._hold(row)
        return True

    def _hold(self, row: sa.Row[Any]) -> None:
        """Who acts on what nobody holds, holds it; another agency's does not take it from who does."""
        asset = "" if row.asset == row.originator else row.asset
        mine = Holder(agency=row.originator, asset=asset, since=instant(row.at_us), report=row.id)
        if self.holder is None or self.holder.agency == row.originator:
            self.holder = mine
            self.also.pop(row.originator, None)
        else:
            self.also[row.originator] = mine

    def _offer(self, row: sa.Row[Any]) -> None:
        self._replace(row)
        due = row.due_us if row.due_us is not None else row.at_us + ANSWER_US
        at, answer_by = instant(row.at_us), instant(due)
        if self.holder is None:
            # Who offers what nobody held answers for it until it is taken.
            self.holder = Holder(agency=row.originator, asset="", since=at, report=row.id)
        self.hand_offs.append(HandOff(id=row.id, giver=row.originator, to=row.asset, at=at, answer_by=answer_by,
                                      answer=Answer.OFFERED))  # fmt: skip

    def _answer(self, row: sa.Row[Any], answer: Answer) -> bool:
        for number, each in enumerate(self.hand_offs):
            if each.id == row.follows and each.answer is Answer.OFFERED and self._may(row, each):
                self.hand_offs[number] = _answered(each, answer, row.id)
                return True
        return False

    def _may(self, row: sa.Row[Any], offered: HandOff) -> bool:
        return row.originator in (offered.to, self._agency_of.get(offered.to))

    def _replace(self, row: sa.Row[Any]) -> None:
        self.hand_offs = [_answered(each, Answer.REPLACED, row.id) if each.answer is Answer.OFFERED else each
                          for each in self.hand_offs]  # fmt: skip

    def due(self, at: datetime) -> None:
        """Tell of what was not answered by its time."""
        self.hand_offs = [_answered(each, Answer.OVERDUE, "") if each.answer is Answer.OFFERED and each.answer_by < at
                          else each for each in self.hand_offs]  # fmt: skip


def _answered(offered: HandOff, answer: Answer, by: str) -> HandOff:
    return HandOff(id=offered.id, giver=offered.giver, to=offered.to, at=offered.at, answer_by=offered.answer_by,
                   answer=answer, answered=by)  # fmt: skip


def agencies_of(assets: Sequence[sa.Row[Any]]) -> dict[str, str]:
    """Whose each asset is that one agency alone names so."""
    found: dict[str, set[str]] = {}
    for row in assets:
        if row.asset:
            found.setdefault(row.asset, set()).add(row.originator)
    return {name: owners.pop() for name, owners in found.items() if len(owners) == 1}

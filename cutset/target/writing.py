"""The reports that targeting writes: decisions on shipments, and what examinations found. And what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta

from cutset.errors import CutsetError
from cutset.model.marking import Marking
from cutset.model.report import Goods, Outcome, Precision, Report, Source, Tasking, When
from cutset.target.ranking import Target
from cutset.target.words import ORDERS, RANDOM, State, Verdict

DATASET = "targeting"


class Stale(CutsetError):
    """A decision was to be given on a shipment that is no more in the state in which its author saw it."""

    def __init__(self, target: Target, expected: State) -> None:
        super().__init__(
            f"the shipment is not {expected} any more: it is {target.state}",
            where=target.id,
            remedy=f"look at it again; to decide nevertheless, say that you expect it to be {target.state}",
        )


class BadExamination(CutsetError):
    """An examination that cannot have been."""


def decision(
    target: Target, verdict: Verdict, *, unit: str, reason: str, random: bool, marking: Marking, by: str, at: datetime
) -> Report:
    """A decision on a shipment, as a tasking that follows the last one. Two people's same word are two reports."""
    given = RANDOM if random and verdict is Verdict.INSPECT else ORDERS[verdict]
    content = Tasking(
        asset=unit or marking.originator,
        order=given,
        when=When(at=at),
        about=(target.id,),
        reason=reason,
        follows=target.decided,
    )
    return Report(marking=marking, source=Source(dataset=DATASET, record=by, made=target.made), content=content)


def examination(
    target: Target,
    found: bool,
    *,
    on: datetime,
    now: datetime,
    detector: str,
    goods: tuple[Goods, ...],
    marking: Marking,
    by: str,
) -> Report:
    """What an examination found, as an outcome about the shipment and the decision that ordered it.

    Raises `BadExamination` where it was before the shipment arrived, or is yet to come, or goods were found in nothing.
    """
    day = on.replace(hour=0, minute=0, second=0, microsecond=0)
    if on + timedelta(days=1) <= target.at:
        raise BadExamination(
            f"the shipment arrives on {target.at:%Y-%m-%d}, after this examination",
            where=f"{target.id}, {on:%Y-%m-%d}",
            remedy="give the day on which it was examined; if the arrival is wrong, its originator corrects it",
        )
    if on > now:
        raise BadExamination("this day is yet to come", where=f"{on:%Y-%m-%d}", remedy="give the day it was examined")
    if goods and not found:
        raise BadExamination(
            "nothing was found, and yet goods are named", where=target.id, remedy="say that it was found, or name none"
        )
    about = tuple(sorted({target.id, target.decided} - {""}))
    content = Outcome(
        period=When(at=day, precision=Precision.DAY),
        found=found,
        about=about,
        goods=goods,
        breakdown={"detector": detector} if detector else {},
    )
    return Report(marking=marking, source=Source(dataset=DATASET, record=by, made=target.made), content=content)

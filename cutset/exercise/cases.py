"""When a made case was opened: before the world begins, some weeks after a seizure that gave occasion, or some day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from random import Random

from msgspec.structs import replace

from cutset.exercise import noise
from cutset.exercise.parameters import Parameters
from cutset.exercise.trade import some_day
from cutset.exercise.truth import START, Happening, Organisation

_WEEKS = (2, 8)
"""How many weeks after its seizure was filed a case is opened, at least and at most: assumed."""


def opened(
    random: Random, given: Parameters, cards: Sequence[Organisation], happenings: Iterable[Happening], months: int
) -> tuple[Organisation, ...]:
    """The organisations with the day on which the case on each was opened, and that on which its card was filed.

    A seizure gives occasion where it was filed and bears a thing of the organisation's, so that the case knows it too.
    """
    occasions = _occasions(cards, happenings)
    end = START + timedelta(days=30 * months)
    return tuple(_opened(random, given, card, occasions.get(card.number), end, months) for card in cards)


def _opened(
    random: Random, given: Parameters, card: Organisation, occasion: Happening | None, end: datetime, months: int
) -> Organisation:
    # Most cases are older than the world.
    at, by = datetime(2022, int(card.number[-4:]) % 9 + 1, 15, tzinfo=START.tzinfo), ""
    if random.random() < given["case.new"]:
        if occasion is not None and occasion.filed is not None:
            after = occasion.filed + timedelta(days=random.randint(7 * _WEEKS[0], 7 * _WEEKS[1]))
            at, by = (after, occasion.key) if after < end else (at, by)
        elif not card.active:
            at = some_day(random, START, months)
    return replace(card, opened=at, filed=noise.filed(random, given, at), opened_by=by)


def _occasions(cards: Sequence[Organisation], happenings: Iterable[Happening]) -> dict[str, Happening]:
    """The first filed seizure of each organisation that bears a thing of its."""
    things = {card.number: frozenset(card.things) for card in cards if card.active}
    found: dict[str, Happening] = {}
    for each in happenings:
        mine = things.get(each.organisation, frozenset())
        if each.filed is None or each.agency == "partner" or mine.isdisjoint(each.things):
            continue
        first = found.get(each.organisation)
        if first is None or first.filed is None or each.filed < first.filed:
            found[each.organisation] = each
    return found

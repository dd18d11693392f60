"""Parts made of what agencies filed in registers and responses, and whether an entry was in force."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from cutset.model.register import RegisterEntry
from cutset.plan.dimensions import Value
from cutset.plan.filed import Entered, Filed, entries
from cutset.plan.measures.asking import Ask
from cutset.plan.tally import Key, Part

E = TypeVar("E", bound=RegisterEntry)


def entered(ask: Ask, register: type[E]) -> list[Entered[E]]:
    """The entries of one register that are in force for the viewer."""
    return entries(ask.reading.filed, register)


def part(
    ask: Ask,
    filed: Filed,
    *more: Filed,
    amount: float = 1.0,
    of: float = 1.0,
    keys: tuple[Key, ...] = (),
    beside: tuple[tuple[str, float], ...] = (),
    **values: Value,
) -> Part:
    """A part that rests on `filed` (and on `more`), under the key of `values`, or under `keys`."""
    every = (filed, *more)
    return Part(
        keys=keys or (ask.key(**{"agency": filed.agency, **values}),),
        amount=amount,
        of=of,
        ids=tuple(each.id for each in every),
        markings=tuple(each.marking for each in every),
        made=any(each.made for each in every),
        beside=beside,
    )


def in_force(ask: Ask, since: str, until: str) -> bool:
    """Whether something that held from `since` to `until` held on the last day of the period; in all time, today.

    "" leaves that end open. Days are YYYY-MM-DD, and so compare as text; a day that is none leaves its end open.
    """
    last = last_day(ask).isoformat()
    return (not _day(since) or since <= last) and (not _day(until) or until >= last)


def last_day(ask: Ask) -> date:
    """The last day of the period, or today where that is earlier or there is no period."""
    from cutset.clock import instant

    today = instant(ask.reading.now_us).date()
    if ask.period is None:
        return today
    return min(today, date.fromordinal(ask.period.end.toordinal() - 1))


def within(ask: Ask, day: str) -> bool:
    """Whether a day as registers write it lies in the period."""
    if ask.period is None:
        return bool(_day(day))
    return bool(_day(day)) and ask.period.start.date().isoformat() <= day < ask.period.end.date().isoformat()


def _day(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return len(written) == 10

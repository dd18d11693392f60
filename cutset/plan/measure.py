"""A measure's result: figures with what they rest on, how sure they are, and what they do not show."""

from __future__ import annotations

import msgspec

from cutset.model.marking import Marking
from cutset.model.report import Struct
from cutset.plan.catalogue import Better
from cutset.plan.dimensions import Value

NO_DATA = "no data"
PUBLISHED_ONLY = "no events; totals published by others stand below"


class Figure(Struct, frozen=True):
    """One number: of one value of the breakdown, `key`, in the order of the breakdowns.

    `value` is None where there is no data. A share or ratio shows its `numerator` and `denominator`; `low` and `high`
    are the ends of its 95 % interval, None where it cannot be told. `reports` is how many reports it rests on.
    `beside` holds what is to be read with it, in units that each name says.
    """

    key: tuple[Value, ...] = ()
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    reports: int = 0
    beside: dict[str, float] = msgspec.field(default_factory=dict)

    @property
    def shown(self) -> str:
        """The value as a person reads it.

        >>> Figure().shown, Figure(value=0.25).shown, Figure(value=1200.0).shown
        ('no data', '0.25', '1,200')
        """
        if self.value is None:
            # Amounts that cannot be added up, as of several currencies, stand side by side.
            return "; ".join(f"{amount:,.0f} {name}" for name, amount in self.beside.items()) or NO_DATA
        return in_words(self.value)

    @property
    def interval(self) -> str:
        """The ends of the 95 % interval as a person reads them; "" where it cannot be told.

        >>> Figure(value=0.5, low=0.25, high=0.75).interval, Figure(value=1.0).interval
        ('0.25 to 0.75', '')
        """
        return "" if self.low is None or self.high is None else f"{in_words(self.low)} to {in_words(self.high)}"

    @property
    def made_of(self) -> str:
        """What it was made of, as a person reads it: numerator and denominator, or how many things a median is of.

        >>> Figure(value=0.5, numerator=1, denominator=2).made_of, Figure(value=3.0, denominator=7).made_of
        ('1 of 2', 'of 7')
        """
        if self.denominator is None:
            return ""
        return f"{'' if self.numerator is None else in_words(self.numerator)} of {in_words(self.denominator)}".strip()

    @property
    def beside_in_words(self) -> str:
        """What is to be read with it.

        >>> Figure(beside={"late": 2.0, "missing": 1.0}).beside_in_words
        'late 2; missing 1'
        """
        return "; ".join(f"{name} {in_words(amount)}" for name, amount in self.beside.items())


def in_words(value: float) -> str:
    """A number as a person reads it.

    >>> in_words(1200.0), in_words(0.12345)
    ('1,200', '0.1235')
    """
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"


class Measured(Struct, frozen=True):
    """A measure taken for one viewer over one period.

    `name`, `title`, `unit`, `better`, `limits` and `kinds` (of report that it reads) are the catalogue's. `period` is
    the period's label, "" for all time. `figures` has one figure for each value of the breakdowns `by`; `whole` is all
    of them together, each thing once. `published` are totals that others published, by dataset and then as `by` where
    the totals say it; they are never added to events. `no_data` says why there is no figure, "" where there is one.
    `reports` counts the reports that it all rests on, and `report_ids` names the first of them. `marking` joins their
    markings, None for none, and `banner` is it as people read it; `made` is true if any of them is an exercise's.
    """

    name: str
    title: str
    unit: str
    better: Better
    limits: str
    kinds: tuple[str, ...]
    whole: Figure
    period: str = ""
    by: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    published: tuple[Figure, ...] = ()
    published_by: tuple[str, ...] = ()
    no_data: str = ""
    notes: tuple[str, ...] = ()
    reports: int = 0
    report_ids: tuple[str, ...] = ()
    banner: str = ""
    marking: Marking | None = None
    made: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """What the keys of `figures` are of: the breakdowns, after the currency where amounts stand apart by it."""
        width = max((len(each.key) for each in self.figures), default=len(self.by))
        return (*(("currency",) if width > len(self.by) else ()), *self.by)

    @property
    def headline(self) -> str:
        """The figure of all together, or why only others' totals can be shown."""
        return PUBLISHED_ONLY if self.published and self.whole.shown == NO_DATA else self.whole.shown

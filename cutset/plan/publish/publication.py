"""A publication as plain data: what it says, and for each figure its numbers and what they rest on.

HTML, PDF and CSV are made from this and from nothing else, so that all three say the same.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from cutset.model.report import Struct

Cell = str | int | float | Decimal | None
"""A cell of a table; None is "no data", which is never shown as 0."""


class Rests(Struct, frozen=True):
    """What a figure rests on: which reports and how many, of which period, at which marking level.

    `level` is the joined marking of all of them, "" for none; `made` is true if any is an exercise's. `reports` is None
    where each row says on how many it rests, since the same may stand behind several.
    """

    reports: int | None
    which: str
    period: str
    level: str = ""
    made: bool = False

    @property
    def sentence(self) -> str:
        """All of it in one line.

        >>> Rests(reports=2, which="seizures of cbp", period="FY 2021", level="TLP:CLEAR").sentence
        'Rests on 2 reports (seizures of cbp); FY 2021; TLP:CLEAR.'
        """
        if self.reports == 0:
            return f"Rests on no report ({self.which}); {self.period}."
        made = " Made data of an exercise, that nobody observed." if self.made else ""
        reports = "the reports that each row counts"
        if self.reports is not None:
            reports = f"{self.reports:,} report{'s' * (self.reports != 1)}"
        told = "; ".join(each for each in (f"{reports} ({self.which})", self.period, self.level) if each)
        return f"Rests on {told}.{made}"


class Series(Struct, frozen=True):
    """Values under one name, one for each of the chart's labels; None where there is no data."""

    name: str
    values: tuple[float | None, ...]


class Chart(Struct, frozen=True):
    """What a figure draws: `bars` lie, for names; `columns` stand, for years and stages; `lines` show a trend."""

    form: Literal["bars", "columns", "lines"]
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str


class Figure(Struct, frozen=True):
    """A table of numbers, perhaps drawn, with what it rests on and the caution with which to read it.

    `id` is its name in the CSV files. `right` are the columns that hold numbers. `shown` is how many rows the page
    shows where there are more; the CSV has all of them.
    """

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    rests: Rests
    right: tuple[str, ...] = ()
    chart: Chart | None = None
    caution: str = ""
    shown: int | None = None


class Section(Struct, frozen=True):
    """A heading, paragraphs and figures."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()


class Publication(Struct, frozen=True):
    """A whole publication.

    `edition` says in words for whom it was made, `level` is the joined marking of everything in it. `as_of` is the
    time of the clock when it was made. `key_numbers` are (number, what it is).
    """

    title: str
    subtitle: str
    edition: str
    level: str
    as_of: datetime
    sections: tuple[Section, ...]
    key_numbers: tuple[tuple[str, str], ...] = ()
    made: bool = False

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures, in their order."""
        return tuple(figure for section in self.sections for figure in section.figures)

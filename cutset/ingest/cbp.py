"""U.S. Customs and Border Protection's published monthly totals: one row becomes one outcome report.

The drug files have one row a month, component, region, area and drug: how many events, and pounds. The currency file
has one a direction, the weapons file one an event and category. Totals are never added to events, nor those of the
nationwide and the Air and Marine file to each other: a joint seizure stands in both (ADR 0006); each has a dataset.

*Calendar.* A fiscal year runs from 1 October to 30 September and is named after the year in which it ends; the
running one is written `2026 (FYTD)`. The period of a report is the month.

*Editions.* The files are published anew each month over some four fiscal years, and restate earlier months. A row's
record is made of its headings, so that a later edition's row supersedes an earlier's; a record is taken back only by
an edition that has its fiscal year. The vintage is the last fiscal month that the file has a row for, `FY2023-12` for
September 2023, with the date in the file's name where there is one; `--vintage` overrules it. Two rows with the same
headings in one file (none are known) are both kept, as occurrences of one record.

Source: https://www.cbp.gov/newsroom/stats, "Drug Seizure Statistics", "Air and Marine Operations", "Currency &
Other Monetary Instrument Seizures", "Weapons and Ammunition Seizures". U.S. government work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from cutset.ingest import dates
from cutset.ingest.cbp_columns import AREAS_ABROAD, COLUMNS, HEADINGS, same
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import BadFile, open_text
from cutset.ingest.table import Table
from cutset.model import codes, quantity
from cutset.model.report import Goods, Kind, Outcome, Precision, Report, Source, When, Where

_FISCAL_YEAR = re.compile(r"(?:FY\s*)?(\d{4})(?:\s*\(?FYTD\)?)?", re.IGNORECASE)
_DATED = re.compile(r"(?<!\d)(20\d\d)[-_]?([01]\d)[-_]?([0-3]\d)(?!\d)")

Said = dict[str, str]


class _BadCellError(ValueError):
    """A cell at fault: its column and the reason."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


class Cbp:
    """A reader of one of CBP's files: its `name`, the columns it needs, and the goods that a row is about."""

    keyed = True
    public = True

    def __init__(self, name: str, title: str, goods: Callable[[Said], Goods]) -> None:
        self.name = name
        self.title = title
        self._columns = COLUMNS[name]
        self._goods = goods

    def scope(self, report: Report) -> str:
        """The fiscal year: an edition says nothing of the years that it leaves out."""
        return str(report.content.fiscal_year) if isinstance(report.content, Outcome) else ""

    def read(self, path: Path, context: Context) -> Iterator[Draft | Reject]:
        """The totals in the order of the file; a Reject for a row whose month, count or amount cannot be read."""
        if context.kind not in {None, Kind.OUTCOME}:
            raise BadFile(f"CBP's rows are totals, not of the kind {context.kind}", remedy="leave the kind out")
        vintage = context.vintage or self._vintage(path, context.now)
        with open_text(path) as text:
            table = Table(text, self._columns, same=same)
            for row in table:
                yield row if isinstance(row, Reject) else self._row(table, row, vintage, context)

    def _row(self, table: Table, row: tuple[int, list[str]], vintage: str, context: Context) -> Draft | Reject:
        line, cells = row
        said = {name: " ".join(cell.split()) for name, cell in zip(table.header, cells, strict=True)}
        try:
            return Draft(report=self._report(said, vintage, context), file=table.name, line=line)
        except _BadCellError as bad:
            value = said.get(bad.column, "")
            return Reject(
                file=table.name,
                line=line,
                column=bad.column,
                value=value,
                reason=bad.reason,
                row=tuple(cells),
                record=_record(said, context.now),
            )

    def _report(self, said: Said, vintage: str, context: Context) -> Report:
        year, period = _period(said, context.now)
        headings = _headings(said)
        area = headings.get("area") or headings.get("branch", "")
        return Report(
            marking=context.marking,
            source=Source(dataset=self.name, record=_record(said, context.now), made=context.made),
            content=Outcome(
                period=period,
                fiscal_year=year,
                events=_count(said),
                where=Where(country="" if AREAS_ABROAD.search(area) else "US", place=area),
                direction=codes.code("direction", headings.get("direction", "")),
                modality=codes.code("modality", headings.get("mode", "")),
                goods=(self._goods(said),),
                breakdown=headings,
                vintage=vintage,
            ),
        )

    def _vintage(self, path: Path, now: datetime) -> str:
        """The last fiscal month of the file's rows, and the date in its name."""
        months: set[tuple[str, str]] = set()
        try:
            with open_text(path) as text:
                table = Table(text, self._columns, same=same)
                at = table.positions("FY", "Month (abbv)")
                for row in table:
                    if not isinstance(row, Reject):
                        months.add((row[1][at[0]], row[1][at[1]]))
        except BadFile:
            if not months:
                raise  # otherwise the file breaks off, and reading it for good will say so
        latest = max((_fiscal_month(year, month, now) for year, month in months), default=(0, 0))
        dated = _DATED.search(path.name)
        return f"FY{latest[0]}-{latest[1]:02d}" + (f" {'-'.join(dated.groups())}" if dated else "")


def _headings(said: Said) -> dict[str, str]:
    return {name: said[column] for column, name in HEADINGS.items() if said.get(column)}


def _record(said: Said, now: datetime) -> str:
    """The record's key: its month and headings; "" where the month cannot be read."""
    try:
        _, period = _period(said, now)
    except _BadCellError:
        return ""
    return "|".join([f"{period.at:%Y-%m}", *map(str.casefold, _headings(said).values())])


def _fiscal_month(year: str, month: str, now: datetime) -> tuple[int, int]:
    """The fiscal year and the month's number in it, October being 1; (0, 0) for what is no past month.

    >>> now = datetime(2026, 1, 15, tzinfo=UTC)
    >>> [_fiscal_month(*each, now) for each in (("2026 (FYTD)", "OCT"), ("FY2022", "SEP"), ("2026", "MAY"))]
    [(2026, 1), (2022, 12), (0, 0)]
    """
    try:
        fiscal_year, period = _period({"FY": year.strip(), "Month (abbv)": month.strip()}, now)
    except _BadCellError:
        return 0, 0
    return fiscal_year, (period.at.month + 2) % 12 + 1


def _period(said: Said, now: datetime) -> tuple[int, When]:
    """The fiscal year and the month."""
    found, number = _FISCAL_YEAR.fullmatch(said["FY"]), dates.month(said["Month (abbv)"])
    if not found:
        raise _BadCellError("FY", "is not a fiscal year, such as 2026 or 2026 (FYTD)")
    if not number:
        raise _BadCellError("Month (abbv)", "is not a month")
    year = int(found[1])
    if not dates.EARLIEST_YEAR <= year <= 9999:
        raise _BadCellError("FY", "is not a fiscal year of this age")
    # Source: 31 U.S.C. 1102. October to December belong to the next year's budget.
    when = When(at=datetime(year - (number >= 10), number, 1, tzinfo=UTC), precision=Precision.MONTH)
    try:
        return year, dates.past(when, now)
    except dates.BadDate as bad:
        raise _BadCellError("FY", bad.what) from bad


def _count(said: Said) -> int | None:
    """How many events; None in the weapons file, where one event has a row for each category of goods."""
    if "Count of Event" not in said:
        return None
    written = said["Count of Event"].replace(",", "")
    if not re.fullmatch(r"\d{1,9}(?:\.0+)?", written):
        raise _BadCellError("Count of Event", "is not a count")
    return int(written.partition(".")[0])


def _drug(said: Said) -> Goods:
    """Drugs, in pounds: 1 lb is 0.45359237 kg exactly (international yard and pound agreement, 1959)."""
    # "Other Drugs**" has a footnote's stars.
    written = said["Drug Type"].rstrip("* ")
    substance = codes.find_substance(written)
    code = substance.code if substance else ""
    try:
        amount = quantity.read(said["Sum Qty (lbs)"], "lb", substance=code)
    except quantity.BadQuantity as bad:
        raise _BadCellError("Sum Qty (lbs)", bad.what) from bad
    precursor = substance is not None and substance.precursor
    return Goods(contraband="precursor" if precursor else "drug", substance=code, written=written, quantity=amount)


def _currency(said: Said) -> Goods:
    column = "Currency Seizures Amount (USD)"
    try:
        return Goods(contraband="currency", money=quantity.money(said[column].removeprefix("$").strip(), "USD"))
    except quantity.BadQuantity as bad:
        raise _BadCellError(column, bad.what) from bad


def _weapon(said: Said) -> Goods:
    """Weapons, their parts and ammunition, by the category or else the type of seizure."""
    category, sort = said["Category"], said["Seizure Type"]
    contraband = codes.code("contraband", category) or codes.code("contraband", sort) or "weapon"
    try:
        amount = quantity.read(said["Quantity Seized"], "unit")
    except quantity.BadQuantity as bad:
        raise _BadCellError("Quantity Seized", bad.what) from bad
    return Goods(contraband=contraband, written=category or sort, quantity=amount)


NATIONWIDE = Cbp("cbp-nationwide", "CBP: monthly drug seizures, nationwide", _drug)
AMO = Cbp("cbp-amo", "CBP: monthly drug seizures of Air and Marine Operations", _drug)
CURRENCY = Cbp("cbp-currency", "CBP: monthly currency seizures", _currency)
WEAPONS = Cbp("cbp-weapons", "CBP: weapons and ammunition seizures", _weapon)

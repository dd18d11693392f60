"""UNODC's Individual Drug Seizures: one row a seizure becomes one seizure report.

The file has `;` between 16 columns, quotes and line ends within cells, and no key: a row that is identical to an
earlier one may be the same seizure entered twice or another of the same size, and is told apart by its occurrence
(ADR 0005). What counts as identical is what the report says, so that rows which differ only in how they write
"not known" do not become one report. Source: https://dmp.unodc.org, "UNODC Individual Drug Seizures".

What has a code is coded; drug, amount, unit and place stay as written beside it. A country, hiding place, transport or
routing without a code is kept in the report's text, as `COLUMN: words`, unless it is a word for "not known". An amount
of zero is kept as 0, for the document says so; an empty one makes goods without a quantity.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from operator import itemgetter
from pathlib import Path

from cutset.ingest import dates
from cutset.ingest.occurrence import Occurrences
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import BadFile, open_text
from cutset.ingest.table import Table
from cutset.model import codes, place, quantity
from cutset.model.report import Goods, Kind, Precision, Quantity, Report, Route, Seizure, Source, Struct, When, Where

DATASET = "unodc-ids"
COLUMNS = (
    "REGION",
    "SUBREGION",
    "COUNTRY",
    "ADMINISTRATIVE_DIVISION",
    "PLACE",
    "SEIZURE_DATE",
    "DRUG_NAME",
    "AMOUNT",
    "DRUG_UNIT",
    "HIDING_PLACE",
    "INSTALLATION",
    "TRANSPORT",
    "PRODUCING_COUNTRY",
    "DEPARTURE_COUNTRY",
    "DESTINATION_COUNTRY",
    "ROUTING",
)
_PLACED = ("COUNTRY", "ADMINISTRATIVE_DIVISION", "PLACE", "INSTALLATION", "TRANSPORT", "ROUTING")
_ROUTED = ("PRODUCING_COUNTRY", "DEPARTURE_COUNTRY", "DESTINATION_COUNTRY")
_WEIGHED = ("AMOUNT", "DRUG_UNIT", "DRUG_NAME")
_UNSAID = frozenset({"", "unknown", "other", "none", "not known"})
"""What UNODC's countries write where there is nothing to tell, in each of the coded columns."""

CACHED = 1 << 16
"""So many distinct settings, routes and quantities are remembered: one file has far fewer, and memory stays bounded."""


class UnodcIds:
    """The reader of UNODC Individual Drug Seizures."""

    name = DATASET
    title = "UNODC Individual Drug Seizures"
    keyed = False
    public = True

    def read(self, path: Path, context: Context) -> Iterator[Draft | Reject]:
        """The seizures in the order of the file; a Reject for a row with a bad date or amount, or out of shape."""
        if context.kind not in {None, Kind.SEIZURE}:
            raise BadFile(f"UNODC's rows are seizures, not of the kind {context.kind}", remedy="leave the kind out")
        with open_text(path) as text:
            yield from _Seizures(Table(text, COLUMNS, separator=";"), context)


class _Setting(Struct, frozen=True):
    """Where and how it happened, for one combination of cells; `words` are those without a code."""

    where: Where
    modality: str
    conveyance: str
    direction: str
    area: str
    words: str


class _BadCellError(ValueError):
    """A cell at fault: its column and the reason."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


class _Seizures:
    """The drafts of one table. Each distinct date, setting, route, drug and quantity is looked up once."""

    def __init__(self, table: Table, context: Context) -> None:
        self._table = table
        self._context = context
        self._source = Source(dataset=DATASET, made=context.made)
        self._occurrences = Occurrences()
        self._placed = itemgetter(*table.positions(*_PLACED))
        self._routed = itemgetter(*table.positions(*_ROUTED))
        self._weighed = itemgetter(*table.positions(*_WEIGHED))
        self._single = itemgetter(*table.positions("SEIZURE_DATE", "DRUG_NAME", "HIDING_PLACE"))
        remembered = lru_cache(maxsize=CACHED)
        self._when = remembered(self._read_when)
        self._setting = remembered(_read_setting)
        self._route = remembered(_read_route)
        self._concealment = remembered(_read_concealment)
        self._drug = remembered(_read_drug)
        self._quantity = remembered(_read_quantity)

    def __iter__(self) -> Iterator[Draft | Reject]:
        name = self._table.name
        for row in self._table:
            if isinstance(row, Reject):
                yield row
                continue
            line, cells = row
            try:
                yield Draft(report=self._occurrences.number(self._report(cells)), file=name, line=line)
            except _BadCellError as bad:
                value = cells[self._table.position(bad.column)]
                yield Reject(file=name, line=line, column=bad.column, value=value, reason=bad.reason, row=tuple(cells))

    def _report(self, cells: list[str]) -> Report:
        day, drug, hidden = self._single(cells)
        when = self._when(day)
        amount = self._quantity(*self._weighed(cells))
        setting = self._setting(*self._placed(cells))
        route, route_words = self._route(*self._routed(cells))
        concealment, hidden_words = self._concealment(hidden)
        contraband, substance = self._drug(drug)
        text = "; ".join(filter(None, (setting.words, route_words, hidden_words)))
        return Report(
            marking=self._context.marking,
            source=self._source,
            content=Seizure(
                when=when,
                where=setting.where,
                route=route,
                direction=setting.direction,
                area=setting.area,
                modality=setting.modality,
                conveyance=setting.conveyance,
                goods=(
                    Goods(
                        contraband=contraband,
                        substance=substance,
                        written=drug,
                        quantity=amount,
                        concealment=concealment,
                    ),
                ),
            ),
            text=text,
        )

    def _read_when(self, written: str) -> When:
        try:
            when = dates.past(dates.read(written), self._context.now)
        except dates.BadDate as bad:
            raise _BadCellError("SEIZURE_DATE", bad.what) from bad
        if when.precision is not Precision.DAY:
            raise _BadCellError("SEIZURE_DATE", "does not say the day")
        return when


def _read_setting(country: str, division: str, town: str, installation: str, transport: str, routing: str) -> _Setting:
    where = Where(
        country=place.country(country),
        subdivision=division.strip(),
        place=town.strip(),
        installation=installation.strip(),
    )
    modality = codes.code("modality", transport)
    conveyance = codes.code("conveyance", transport)
    direction = codes.code("direction", routing)
    area = place.area_of_operation(where, direction, modality)
    words = _uncoded(
        ("COUNTRY", country, where.country),
        ("TRANSPORT", transport, modality or conveyance),
        ("ROUTING", routing, direction or area),
    )
    return _Setting(
        where=where,
        modality=modality,
        conveyance=conveyance,
        direction=direction,
        area=area,
        words=words,
    )


def _read_route(producing: str, departure: str, destination: str) -> tuple[Route, str]:
    written = (producing, departure, destination)
    found = tuple(place.country(each) for each in written)
    words = _uncoded(*zip(_ROUTED, written, found, strict=True))
    return Route(producing=found[0], departure=found[1], destination=found[2]), words


def _read_concealment(written: str) -> tuple[str, str]:
    code = codes.code("concealment", written)
    return code, _uncoded(("HIDING_PLACE", written, code))


def _read_drug(written: str) -> tuple[str, str]:
    """The codes of contraband and substance; what is not known is a drug, as UNODC's title says."""
    substance = codes.find_substance(written)
    if substance is None:
        return "drug", ""
    return "precursor" if substance.precursor else "drug", substance.code


def _read_quantity(amount: str, unit: str, drug: str) -> Quantity | None:
    if not amount.strip():
        return None
    substance = codes.find_substance(drug)
    try:
        return quantity.read(amount, unit, substance=substance.code if substance else "")
    except quantity.BadQuantity as bad:
        raise _BadCellError("AMOUNT", bad.what) from bad


def _uncoded(*cells: tuple[str, str, str]) -> str:
    """`COLUMN: words` of the cells that say something for which there is no code; each is column, written, code."""
    return "; ".join(
        f"{column}: {written.strip()}"
        for column, written, code in cells
        if not code and written.strip().casefold() not in _UNSAID
    )

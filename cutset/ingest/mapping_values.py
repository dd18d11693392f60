"""Values of a mapping: from the cells of a row to text, codes, countries, dates, numbers and money."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from cutset.ingest import dates
from cutset.ingest.mapping_file import BadMapping, Cell, MappingFile, Value, as_cell
from cutset.model import codes, place, quantity
from cutset.model.report import Money, When

Cells = Sequence[str]
Text = Callable[[Cells], str]

_YES = frozenset(("true", "yes", "y", "1", "x", "si", "sí", "sim", "oui"))
_NO = frozenset(("false", "no", "n", "0", "não", "nao", "non"))
_REMEMBERED = 1 << 14


class RowFault(ValueError):
    """A row that cannot become a report: the `column` at fault, the `value` in it, and the `reason`."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.value = value
        self.reason = reason


class Values:
    """Makes functions from a row's cells to values, for one mapping.

    `columns` says where each column stands in a row; `now` is the present. Each function raises `RowFault` for a value
    that cannot be read, and gives the empty value ("", None or ()) for an empty cell. Making one raises `BadMapping`
    where a constant or a meaning given by the mapping is itself none that is known.
    """

    def __init__(self, mapping: MappingFile, columns: Sequence[str], now: datetime) -> None:
        self._mapping = mapping
        self._now = now
        self._at = {name: number for number, name in enumerate(columns)}
        self._null = frozenset(("", *mapping.file.null))

    def written(self, value: Value) -> Text:
        """What is written: the cell, trimmed, "" where the mapping calls it null."""
        cell, null = as_cell(value), self._null
        if cell.constant is not None:
            fixed = _plain(cell.constant)
            return lambda cells: fixed
        if cell.column:
            at = self._at[cell.column]

            def one(cells: Cells) -> str:
                text = cells[at].strip()
                return "" if text in null else text

            return one
        places = [self._at[column] for column in cell.columns]

        def several(cells: Cells) -> str:
            texts = (cells[at].strip() for at in places)
            return cell.join.join(text for text in texts if text not in null)

        return several

    def text(self, value: Value) -> Text:
        """Text, through the cell's own table of values."""
        cell, written = as_cell(value), self.written(value)
        if not cell.values:
            return written
        return self._converted(cell, written, str)

    def code(self, value: Value, code_list: str) -> Text:
        """A code of a code list."""
        cell, written = as_cell(value), self.written(value)
        unsaid = {_fold(each) for each in codes.code_list(code_list).unsaid}

        def convert(text: str) -> str:
            found = codes.code(code_list, text)
            if not found and _fold(text) not in unsaid:
                raise ValueError(f"is not known as a {code_list}; give its code in `values`, or `otherwise`")
            return found

        return self._converted(cell, written, convert)

    def country(self, value: Value) -> Text:
        """ISO 3166-1 alpha-2."""
        cell, written = as_cell(value), self.written(value)

        def convert(text: str) -> str:
            if not (found := place.country(text)):
                raise ValueError("is not known as a country; give its letters in `values`, or `otherwise`")
            return found

        return self._converted(cell, written, convert)

    def locode(self, value: Value) -> Text:
        """UN/LOCODE."""
        cell, written = as_cell(value), self.written(value)

        def convert(text: str) -> str:
            found = place.locode(text)
            if found is None:
                raise ValueError("is no UN/LOCODE")
            return found.code

        return self._converted(cell, written, convert)

    def when(self, value: Value) -> Callable[[Cells], When | None]:
        """A date or time that is past, in the order and zone of the mapping or of the cell."""
        cell, written = as_cell(value), self.text(value)
        order, zone, now = cell.order or self._mapping.dates.order, self._mapping.dates.zone, self._now

        def read(cells: Cells) -> When | None:
            text = written(cells)
            if not text:
                return None
            try:
                return dates.past(dates.read(text, order, zone), now)
            except dates.BadDate as error:
                raise RowFault(_name(cell), text, error.what) from error

        return read

    def listed(
        self, value: Value, one: Callable[[Values, Value], Text] | None = None
    ) -> Callable[[Cells], tuple[str, ...]]:
        """Several texts, each once: those of the cell's columns, parted where it says so, each read as `one` reads."""
        cell = as_cell(value)
        name = _name(cell)
        part = Cell(column=name, values=cell.values, otherwise=cell.otherwise)
        read_one = (one or Values.text)(Values(self._mapping, [name], self._now), part)
        written = [self.written(column) for column in cell.columns] or [self.written(cell)]

        def read(cells: Cells) -> tuple[str, ...]:
            texts = (get(cells) for get in written)
            parts = (part for text in texts for part in (text.split(cell.split) if cell.split else (text,)))
            return tuple(dict.fromkeys(found for part in parts if (found := read_one([part]))))

        return read

    def number(self, value: Value) -> Callable[[Cells], float | None]:
        """A number, which may be negative (a longitude)."""
        cell, written, decimal = as_cell(value), self.text(value), self._mapping.file.decimal

        def read(cells: Cells) -> float | None:
            text = written(cells)
            if not text:
                return None
            sign = -1.0 if text.startswith("-") else 1.0
            try:
                return sign * quantity.read(text.removeprefix("-"), "", decimal=decimal).amount
            except quantity.BadQuantity as error:
                raise RowFault(_name(cell), text, error.what) from error

        return read

    def whole(self, value: Value) -> Callable[[Cells], int | None]:
        """A whole number."""
        cell, number = as_cell(value), self.number(value)

        def read(cells: Cells) -> int | None:
            found = number(cells)
            if found is None:
                return None
            if not found.is_integer():
                raise RowFault(_name(cell), str(found), "is not a whole number")
            return int(found)

        return read

    def mass_kg(self, value: Value) -> Callable[[Cells], float | None]:
        """A mass in the cell's unit (kg, if it says none), in kilograms."""
        cell, written, decimal = as_cell(value), self.text(value), self._mapping.file.decimal

        def read(cells: Cells) -> float | None:
            text = written(cells)
            if not text:
                return None
            try:
                return quantity.read(text, cell.unit or "kg", decimal=decimal).mass_kg
            except quantity.BadQuantity as error:
                raise RowFault(_name(cell), text, error.what) from error

        return read

    def money(self, value: Value, currency: Value | None = None) -> Callable[[Cells], Money | None]:
        """Money, in the currency of `currency` or of the cell."""
        cell, written, decimal = as_cell(value), self.text(value), self._mapping.file.decimal
        of = self.text(currency) if currency is not None else lambda cells: cell.currency

        def read(cells: Cells) -> Money | None:
            text = written(cells)
            if not text:
                return None
            try:
                return quantity.money(text, of(cells), decimal=decimal)
            except quantity.BadQuantity as error:
                raise RowFault(_name(cell), text, error.what) from error

        return read

    def yes_or_no(self, value: Value) -> Callable[[Cells], bool | None]:
        """Whether something is so."""
        cell, written = as_cell(value), self.text(value)

        def read(cells: Cells) -> bool | None:
            text = written(cells).casefold()
            if not text:
                return None
            if text in _YES or text in _NO:
                return text in _YES
            raise RowFault(_name(cell), text, "is neither yes nor no; say in `values` which is true and which is false")

        return read

    def _converted(self, cell: Cell, written: Text, convert: Callable[[str], str]) -> Text:
        """`convert` after the cell's own `values`, each text but once; `otherwise` in place of a fault."""
        by_value = {_fold(key): self._meaning(cell, meaning, convert) for key, meaning in cell.values.items()}
        otherwise = None if cell.otherwise is None else self._meaning(cell, cell.otherwise, convert)
        if cell.constant is not None:
            self._meaning(cell, _plain(cell.constant), convert)

        @lru_cache(maxsize=_REMEMBERED)
        def mean(text: str) -> str:
            if (meaning := by_value.get(_fold(text))) is not None:
                return meaning
            try:
                return convert(text)
            except ValueError:
                if otherwise is None:
                    raise
                return otherwise

        def read(cells: Cells) -> str:
            text = written(cells)
            if not text:
                return ""
            try:
                return mean(text)
            except ValueError as error:
                raise RowFault(_name(cell), text, str(error)) from error

        return read

    def _meaning(self, cell: Cell, meaning: str, convert: Callable[[str], str]) -> str:
        try:
            return convert(meaning) if meaning else ""
        except ValueError as error:
            where = f"{self._mapping.name}, {_name(cell)}, {meaning!r}"
            raise BadMapping(f"what the mapping says itself {error}", where=where, remedy="mend the mapping") from error


def _name(cell: Cell) -> str:
    return ", ".join(cell.named) or "constant"


def _plain(constant: str | float | bool) -> str:
    if isinstance(constant, bool):
        return "true" if constant else "false"
    return str(Decimal(repr(constant))) if isinstance(constant, float) else str(constant)


def _fold(text: str) -> str:
    return text.strip().casefold()

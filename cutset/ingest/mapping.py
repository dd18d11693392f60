"""Mapping files: TOML that describes a delimited, Excel or JSON-lines file, so that it is read with no code.

`docs/mapping.md` tells how to write one. Those that cutset ships lie in `mappings/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path

from msgspec.structs import replace

from cutset.ingest import mapping_fields, mapping_file
from cutset.ingest.mapping_fields import Contents
from cutset.ingest.mapping_file import BadMapping, MappingFile
from cutset.ingest.mapping_parts import AllGoods, OneMention, OnePortion, stricter
from cutset.ingest.mapping_rows import Row, rows
from cutset.ingest.mapping_signature import Signatures
from cutset.ingest.mapping_values import RowFault, Values
from cutset.ingest.occurrence import Occurrences
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import BadFile, open_text
from cutset.model.report import Content, Lab, Report, Source

__all__ = ["BadMapping", "Mapping", "load", "read", "shipped"]

_SEPARATOR = "|"  # between the parts of a record's key


class Mapping:
    """The reader that a mapping file describes."""

    def __init__(self, mapping: MappingFile) -> None:
        self.mapping = mapping
        self.name = mapping.name
        self.title = mapping.title
        self.keyed = mapping.record is not None and mapping.record.keyed
        self.public = mapping.public
        self.made = mapping.made

    def scope(self, report: Report) -> str:
        """The part of the list to which a report belongs: those parts of its key that the mapping names."""
        record = self.mapping.record
        parts = report.source.record.split(_SEPARATOR)
        if record is None or len(parts) != len(record.columns):
            return ""
        return _SEPARATOR.join(
            part for column, part in zip(record.columns, parts, strict=True) if column in record.scope
        )

    def read(self, path: Path, context: Context) -> Iterator[Draft | Reject]:
        """The drafts and rejects of the file at `path`. Raises `BadFile` where it is not as the mapping says."""
        mapping = self.mapping
        if context.kind not in (None, mapping.kind):
            what = f"the mapping {mapping.name} makes reports of the kind {mapping.kind}, not {context.kind}"
            raise BadFile(what, where=path.name, remedy="leave the kind out")
        columns = mapping_file.columns(mapping)
        reports = _Reports(mapping, columns, context)
        for each in rows(path, mapping.file, columns):
            if isinstance(each, Reject):
                yield each
                continue
            try:
                yield Draft(report=reports.make(each), file=path.name, line=each.line)
            except RowFault as fault:
                yield Reject(
                    file=path.name,
                    line=each.line,
                    column=fault.column,
                    value=fault.value,
                    reason=fault.reason,
                    row=each.as_read,
                    record=reports.record(each.cells),
                )


class _Reports:
    """Makes reports from rows, for one mapping and context."""

    def __init__(self, mapping: MappingFile, columns: list[str], context: Context) -> None:
        values = Values(mapping, columns, context.now)
        self._marking = stricter(context.marking, mapping.marking)
        self._contents = Contents(mapping, values)
        self._goods = AllGoods(mapping.goods, mapping, values)
        self._mentions = [OneMention(each, values) for each in mapping.mentions]
        self._portions = [OnePortion(each, mapping, values, self._marking) for each in mapping.portions]
        self._signatures = Signatures(mapping.signature, values) if mapping.signature is not None else None
        self._text = values.text(mapping.text) if mapping.text is not None else None
        self._key = [values.written(column) for column in mapping.record.columns] if mapping.record else []
        self._key_columns = ", ".join(mapping.record.columns) if mapping.record else ""
        self._dataset = mapping.dataset or mapping.name
        self._made = context.made or mapping.made
        self._numbered = Occurrences() if mapping.record is None or not mapping.record.keyed else None

    def make(self, row: Row) -> Report:
        """The report of a row. Raises `RowFault`."""
        cells = row.cells
        record = self.record(cells)
        if self._key and not record:
            raise RowFault(self._key_columns, "", "is empty, and it is the record's key")
        report = Report(
            marking=self._marking,
            source=Source(dataset=self._dataset, record=record, made=self._made),
            content=self._content(cells),
            text=self._text(cells) if self._text else "",
            mentions=tuple(found for each in self._mentions if (found := each.make(cells)) is not None),
            portions=tuple(part for each in self._portions if (part := each.make(cells)) is not None),
        )
        return self._numbered.number(report) if self._numbered else report

    def _content(self, cells: list[str]) -> Content:
        content: Content = self._contents.make(cells, self._goods.make(cells))
        if self._signatures is not None and isinstance(content, Lab):
            return replace(content, signature=self._signatures.make(cells))
        return content

    def record(self, cells: list[str]) -> str:
        """The record's key; "" where all of it is empty, or there is none."""
        parts = [get(cells).replace(_SEPARATOR, "¦") for get in self._key]
        return _SEPARATOR.join(parts) if any(parts) else ""


def load(path: Path) -> Mapping:
    """The reader that the mapping file at `path` describes. Raises `BadFile` and `BadMapping`."""
    with open_text(path) as text:
        whole = "".join(text)
    return read(whole.removeprefix("\ufeff").replace("\r\n", "\n"), path.name)


def read(toml: str, file: str) -> Mapping:
    """The reader that the TOML text describes; `file` is its name for errors. Raises `BadMapping`."""
    mapping = mapping_file.parse(toml, file)
    mapping_fields.check(mapping, file)
    return Mapping(mapping)


@cache
def shipped() -> dict[str, Mapping]:
    """The mappings that cutset ships, by name."""
    folder = resources.files("cutset.ingest") / "mappings"
    files = sorted((each for each in folder.iterdir() if each.name.endswith(".toml")), key=lambda each: each.name)
    found = [read(each.read_text(encoding="utf-8"), each.name) for each in files]
    return {mapping.name: mapping for mapping in found}

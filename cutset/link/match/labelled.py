r"""Labelled files: records with the truth of which are one, read by a mapping, to measure a linkage by.

A mapping is TOML; each value is a template of the file's columns, in braces:

    kind = "person"
    id = "{rec_id}"
    truth = "rec-(\\d+)-"           # the part of the truth column that names the cluster; left out: all of it
    name = "{surname}, {given_name}"
    aliases = ["{nickname}"]
    born = ["{date_of_birth}"]
    addresses = ["{street_number} {address_1}, {suburb}, {postcode}"]
    flag = "{flag}"

    [selectors]                       # taken as verified: the mapping's author answers for them
    identity-document = "{soc_sec_id}"
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import msgspec

from cutset.errors import CutsetError
from cutset.ingest.source import open_text
from cutset.link.match.extras import needed
from cutset.link.match.profile import Profile, profile
from cutset.model.mention import Mention, MentionKind, Selector, SelectorKind
from cutset.model.text import compact

Row = Mapping[str, str]


class BadLabels(CutsetError):
    """A labelled file, its mapping or its truth cannot be read, or do not fit together."""


class Fields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mapping: which columns make which part of a mention; the templates are explained above."""

    kind: MentionKind = MentionKind.PERSON
    id: str
    truth: str = ""
    name: str = ""
    aliases: tuple[str, ...] = ()
    born: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    flag: str = ""
    selectors: dict[SelectorKind, str] = {}


class Labelled(msgspec.Struct, frozen=True):
    """One record: its id, the cluster that it truly belongs to ("" where not known), file number, and profile."""

    id: str
    cluster: str
    file: int
    profile: Profile


def read_fields(path: Path) -> Fields:
    """The mapping in a TOML file. Raises `BadLabels`."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Fields)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadLabels(f"this is not a mapping: {error}", where=str(path), remedy="see the page on linking") from error


def read_records(path: Path, fields: Fields, truth: str = "", *, file: int = 0) -> list[Labelled]:
    """The records of a CSV or Parquet file, in its order; `truth` is the column of the clusters.

    Raises `BadLabels`, or `MissingExtra` for Parquet without DuckDB.
    """
    records = []
    for number, row in enumerate(_rows(path), 1):
        try:
            records.append(_record(row, fields, truth, file))
        except KeyError as error:
            known = ", ".join(row)
            raise BadLabels(
                f"there is no column {error}", where=f"{path}, row {number}", remedy=f"the columns are: {known}"
            ) from error
    if not records:
        raise BadLabels("the file has no records", where=str(path), remedy="give a file with a header and rows")
    return records


def true_pairs(records: Sequence[Labelled]) -> set[tuple[int, int]]:
    """The pairs of record numbers that are truly one: in one file, or between files where there are two."""
    clusters: dict[str, list[int]] = {}
    for number, record in enumerate(records):
        if record.cluster:
            clusters.setdefault(record.cluster, []).append(number)
    two = len({record.file for record in records}) > 1
    return {
        (one, other)
        for members in clusters.values()
        for one, other in combinations(members, 2)
        if not two or records[one].file != records[other].file
    }


def read_labels(path: Path, records: Sequence[Labelled]) -> dict[tuple[int, int], bool]:
    """Pairs judged by a clerk, by record numbers: CSV with `unique_id_l`, `unique_id_r`, `clerical_match_score`.

    A score of at least one half is a match. Pairs of records that are not in the file are left out.
    """
    numbers = {record.id: number for number, record in enumerate(records)}
    judged: dict[tuple[int, int], bool] = {}
    for line, row in enumerate(_rows(path), 2):
        try:
            one, other = numbers.get(row["unique_id_l"]), numbers.get(row["unique_id_r"])
            score = float(row["clerical_match_score"])
        except (KeyError, ValueError) as error:
            raise BadLabels(
                f"these are not labels of pairs: {error}",
                where=f"{path}, line {line}",
                remedy="the columns are unique_id_l, unique_id_r and clerical_match_score, a number from 0 to 1",
            ) from error
        if one is not None and other is not None and one != other:
            judged[min(one, other), max(one, other)] = score >= 0.5
    return judged


def _rows(path: Path) -> Iterator[Row]:
    if path.suffix == ".parquet":
        yield from _parquet(path)
        return
    with open_text(path) as text:
        # Febrl writes a space after each comma, in the header too.
        for row in csv.DictReader(text, skipinitialspace=True):
            yield {key.strip(): (value or "").strip() for key, value in row.items() if key}


def _parquet(path: Path) -> Iterator[Row]:
    # Parquet is read by DuckDB, an extra: the core install stays lean.
    duckdb = needed("duckdb")
    try:
        found = duckdb.connect().execute("select * from read_parquet(?)", [str(path)])
        names = [column[0] for column in found.description or ()]
        while rows := found.fetchmany(10_000):
            for row in rows:
                yield {name: "" if cell is None else str(cell) for name, cell in zip(names, row, strict=True)}
    except duckdb.Error as error:
        raise BadLabels(f"the file cannot be read: {error}", where=str(path), remedy="give a Parquet file") from error


def _record(row: Row, fields: Fields, truth: str, file: int) -> Labelled:
    cluster = row[truth] if truth else ""
    if cluster and fields.truth:
        found = re.search(fields.truth, cluster)
        cluster = found.group(1) if found else ""
    mention = Mention(
        kind=fields.kind,
        name=_filled(fields.name, row),
        aliases=tuple(filter(None, (_filled(each, row) for each in fields.aliases))),
        born=tuple(filter(None, (_filled(each, row) for each in fields.born))),
        addresses=tuple(filter(None, (_filled(each, row) for each in fields.addresses))),
        flag=_filled(fields.flag, row),
        selectors=tuple(
            Selector(kind, compact(written) if kind is not SelectorKind.EMAIL else written.lower(), written, True)
            for kind, written in ((kind, _filled(each, row)) for kind, each in fields.selectors.items())
            if written
        ),
    )
    return Labelled(_filled(fields.id, row), cluster, file, profile(mention))


def _filled(template: str, row: Row) -> str:
    """A template with the row's columns in it, or "" where all of them are empty."""
    if not template:
        return ""
    filled = template.format_map(row).strip()
    return filled if any(char.isalnum() for char in filled) else ""

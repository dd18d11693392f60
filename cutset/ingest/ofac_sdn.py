"""OFAC's list of Specially Designated Nationals: each entry becomes one case, the index card of a designated party.

The list is four files without headers, in Latin-1, with `-0- ` for null: `sdn.csv` (parties), `alt.csv` (aliases),
`add.csv` (addresses) and `sdn_comments.csv` (the rest of remarks longer than 1,000 characters). What stands before
the names (`ofac-2019-`) and after them (`.gz`) does not matter. The three small files are held while the parties are
streamed: together they are some 40,000 rows. Source: https://ofac.treasury.gov, "SDN data formats: dat_spec.txt".

A party's number is its key, so that a new edition of the list supersedes the old one. A comment whose party is not in
`sdn.csv` (the files at hand may be of two editions) still tells of a designated party. It becomes a case without a
name, whose mentions are only the wallets, telephones and mail addresses that it names: whether the party is a person
or a firm is not known, and not guessed. Its first clause may be torn in two, and then stays in the text, as do the
party's aliases and addresses. Aliases and addresses alone, of no party, are rejected: they identify nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from cutset.ingest import ofac_remarks
from cutset.ingest.ofac_remarks import Remarks
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import BadFile, open_text
from cutset.ingest.table import Table
from cutset.model import place, selector
from cutset.model.mention import Mention, MentionKind, Role, Selector, SelectorKind
from cutset.model.report import Case, Kind, Report, Source

DATASET = "ofac-sdn"
_STATUS = "designated"
PARTIES = (
    "ent_num",
    "SDN_Name",
    "SDN_Type",
    "Program",
    "Title",
    "Call_Sign",
    "Vess_type",
    "Tonnage",
    "GRT",
    "Vess_flag",
    "Vess_owner",
    "Remarks",
)
ALIASES = ("ent_num", "alt_num", "alt_type", "alt_name", "alt_remarks")
ADDRESSES = ("ent_num", "Add_num", "Address", "City/State/Province/Postal Code", "Country", "Add_remarks")
COMMENTS = ("ent_num", "Remarks")
_FILES = {"sdn": PARTIES, "alt": ALIASES, "add": ADDRESSES, "sdn_comments": COMMENTS}
_NEEDED = ("sdn", "alt", "add")
_FILE_NAME = re.compile(r"(?P<before>(?:.*[^a-z0-9])?)(?P<part>sdn_comments|sdn|alt|add)\.csv(?:\.\w+)?", re.IGNORECASE)
_NULL = "-0-"
# MS-DOS ended a text file with this, and OFAC's files still have it.
_END_OF_FILE = "\x1a"
_KINDS = {
    "individual": MentionKind.PERSON,
    "vessel": MentionKind.VESSEL,
    "aircraft": MentionKind.AIRCRAFT,
    "": MentionKind.ORGANIZATION,
    "entity": MentionKind.ORGANIZATION,
}
_OF_A_NAMELESS_PARTY = {
    SelectorKind.WALLET: MentionKind.WALLET,
    SelectorKind.PHONE: MentionKind.PHONE,
    SelectorKind.EMAIL: MentionKind.ACCOUNT,
}
# OFAC writes a person as SURNAME, Given; a firm's comma stands before capitals: GRUPO MADE, S.A. DE C.V.
_PERSON = re.compile(r"[^,]+, [A-Z'][a-z'].*")

Row = tuple[int, tuple[str, ...]]


class OfacSdn:
    """The reader of OFAC's SDN list."""

    name = DATASET
    title = "OFAC Specially Designated Nationals"
    keyed = True
    public = True

    def read(self, path: Path, context: Context) -> Iterator[Draft | Reject]:
        """Cases in the order of `sdn.csv`, then those of comments without a party; Rejects where rows are at fault.

        `path` is the folder that holds the list, or its `sdn.csv` where a folder holds several lists.
        """
        if context.kind not in {None, Kind.CASE}:
            raise BadFile(f"designated parties are cases, not of the kind {context.kind}", remedy="leave the kind out")
        files = _files(path)
        more: dict[str, dict[str, list[Row]]] = {}
        for part in _FILES:
            if part == "sdn":
                continue
            more[part] = {}
            for row in _rows(files, part):
                if isinstance(row, Reject):
                    yield row
                else:
                    more[part].setdefault(row[1][0], []).append(row)
        first: dict[str, int] = {}
        for row in _rows(files, "sdn"):
            if isinstance(row, Reject):
                yield row
                continue
            line, cells = row
            if cells[0] in first:
                yield _reject(files["sdn"], row, f"stands on line {first[cells[0]]} already")
                continue
            first[cells[0]] = line
            beside = {part: more[part].pop(cells[0], []) for part in more}
            yield Draft(
                report=_party(cells, beside, context),
                file=files["sdn"].name,
                line=line,
                rows=1 + sum(map(len, beside.values())),
            )
        yield from _without_party(files, more, context)


def _files(path: Path) -> dict[str, Path]:
    """The list's files by part. Raises `BadFile` where one is missing, or two lists lie in one folder."""
    folder, before = path, None
    if not path.is_dir():
        named = _FILE_NAME.fullmatch(path.name)
        if not named or named["part"].casefold() != "sdn":
            raise BadFile(
                "this is not OFAC's sdn.csv", where=path.name, remedy="name the folder with OFAC's four files"
            )
        folder, before = path.parent, named["before"]
    found: dict[str, list[Path]] = {part: [] for part in _FILES}
    for file in sorted(folder.iterdir()):
        named = _FILE_NAME.fullmatch(file.name)
        if named and file.is_file() and before in {None, named["before"]}:
            found[named["part"].casefold()].append(file)
    for part, files in found.items():
        if len(files) > 1:
            names = ", ".join(file.name for file in files)
            raise BadFile(f"two lists lie here: {names}", where=folder.name, remedy="name the sdn.csv that is meant")
        if part in _NEEDED and not files:
            remedy = "OFAC's list is sdn.csv, alt.csv, add.csv and sdn_comments.csv: fetch all four"
            raise BadFile(f"there is no {part}.csv", where=folder.name, remedy=remedy)
    return {part: files[0] for part, files in found.items() if files}


def _rows(files: dict[str, Path], part: str) -> Iterator[Row | Reject]:
    """Line and cells, nulls as "", of each row; a `Reject` for one whose party has no number."""
    if part not in files:
        return
    with open_text(files[part], encoding="latin-1") as text:
        for row in Table(text, _FILES[part], headed=False):
            if isinstance(row, Reject):
                if row.value != _END_OF_FILE:
                    yield row
                continue
            line, raw = row
            cells = tuple("" if cell.strip() == _NULL else cell for cell in raw)
            if cells[0].strip().isdecimal():
                yield line, (cells[0].strip(), *cells[1:])
            else:
                yield _reject(files[part], (line, cells), "is not a party's number")


def _reject(file: Path, row: Row, reason: str) -> Reject:
    line, cells = row
    record = cells[0].strip() if cells[0].strip().isdecimal() else ""
    return Reject(file=file.name, line=line, column="ent_num", value=cells[0], reason=reason, row=cells, record=record)


def _without_party(
    files: dict[str, Path], more: dict[str, dict[str, list[Row]]], context: Context
) -> Iterator[Draft | Reject]:
    for number, rows in more["sdn_comments"].items():
        beside = {part: more[part].pop(number, []) for part in ("alt", "add")}
        yield Draft(
            report=_nameless(number, rows, beside, context),
            file=files["sdn_comments"].name,
            line=rows[0][0],
            rows=len(rows) + sum(map(len, beside.values())),
        )
    for part in ("alt", "add"):
        for rows in more[part].values():
            for row in rows:
                yield _reject(files[part], row, "no party in sdn.csv has this number: are the files of one edition?")


def _nameless(number: str, rows: list[Row], beside: dict[str, list[Row]], context: Context) -> Report:
    """The case of a party of which only what stands beside `sdn.csv` is known."""
    text = "".join(cells[1] for _, cells in rows)
    # Where the rest begins with the space after a semicolon, its first clause is whole.
    remarks = ofac_remarks.parse(text, torn=not text[:1].isspace())
    names = [f"{cells[2]} {cells[3]}" for _, cells in beside["alt"]]
    places = list(filter(None, (_address(cells) for _, cells in beside["add"])))
    case = Case(number=f"SDN-{number}", title=f"SDN entry {number}, whose name is not in this file", status=_STATUS)
    mentions = tuple(
        Mention(kind=_OF_A_NAMELESS_PARTY[each.kind], role=Role.MEANS, selectors=(each,))
        for each in remarks.selectors
        if each.kind in _OF_A_NAMELESS_PARTY
    )
    lines = (f"… {text.strip()}", *names, *places)
    return _report(number, case, "\n".join(lines), (*mentions, *_associates(remarks)), context)


def _report(number: str, case: Case, text: str, mentions: tuple[Mention, ...], context: Context) -> Report:
    source = Source(dataset=DATASET, record=number, made=context.made)
    return Report(marking=context.marking, source=source, content=case, text=text, mentions=mentions)


def _party(cells: tuple[str, ...], beside: dict[str, list[Row]], context: Context) -> Report:
    said = dict(zip(PARTIES, cells, strict=True))
    text = said["Remarks"] + "".join(row[1] for _, row in beside["sdn_comments"])
    remarks = ofac_remarks.parse(text)
    number, name = said["ent_num"], said["SDN_Name"].strip()
    # A weak alias stands in double quotes, as in OFAC's own print; `alt_name` has the strong ones.
    aliases = (*(row[3].strip() for _, row in beside["alt"]), *(f'"{weak}"' for weak in remarks.aliases))
    kind = _KINDS.get(said["SDN_Type"].strip().casefold(), MentionKind.ORGANIZATION)
    party = Mention(
        kind=kind,
        name=name,
        aliases=tuple(dict.fromkeys(alias for alias in aliases if alias)),
        selectors=(*_from_columns(kind, said), *remarks.selectors),
        born=remarks.born,
        addresses=tuple(filter(None, (_address(row) for _, row in beside["add"]))),
        flag=place.country(said["Vess_flag"]) if said["Vess_flag"] else "",
        description=_description(said, remarks),
    )
    case = Case(number=f"SDN-{number}", title=name, status=_STATUS, programmes=_programmes(said["Program"]))
    return _report(number, case, text, (party, *_owners(said), *_associates(remarks)), context)


def _programmes(written: str) -> tuple[str, ...]:
    """OFAC parts several programmes by brackets that never open: `SDNTK] [FTO`."""
    return tuple(sorted(filter(None, (each.strip(" []") for each in written.split("] [")))))


def _from_columns(kind: MentionKind, said: dict[str, str]) -> Iterator[Selector]:
    if said["Call_Sign"]:
        yield selector.read(SelectorKind.CALL_SIGN, said["Call_Sign"])
    if kind is MentionKind.AIRCRAFT and not said["SDN_Name"].startswith("MSN "):
        # OFAC calls an aircraft by its tail number, or by its maker's serial number where it has lost its tail number.
        yield selector.read(SelectorKind.AIRCRAFT_REGISTRATION, said["SDN_Name"])


def _address(row: tuple[str, ...]) -> str:
    return ", ".join(cell.strip() for cell in row[2:] if cell.strip())


def _description(said: dict[str, str], remarks: Remarks) -> str:
    columns = (
        said["Title"],
        said["Vess_type"],
        f"{said['Tonnage']} t deadweight" if said["Tonnage"] else "",
        f"gross tonnage {said['GRT']}" if said["GRT"] else "",
    )
    return "; ".join(filter(None, (*columns, *remarks.facts)))


def _owners(said: dict[str, str]) -> Iterator[Mention]:
    if said["Vess_owner"]:
        yield Mention(kind=MentionKind.ORGANIZATION, role=Role.OWNER, name=said["Vess_owner"].strip())


def _associates(remarks: Remarks) -> Iterator[Mention]:
    for name in remarks.operators:
        yield Mention(kind=MentionKind.ORGANIZATION, role=Role.OPERATOR, name=name)
    for name in remarks.linked:
        kind = MentionKind.PERSON if _PERSON.fullmatch(name) else MentionKind.ORGANIZATION
        yield Mention(kind=kind, role=Role.ASSOCIATE, name=name)

"""OFAC's remarks: the sentence of clauses in which the SDN list keeps whatever has no column of its own.

A remark is clauses between semicolons, most of them a label and a value: `Passport AJ126708 (Colombia) issued
26 Mar 2004`, `alt. DOB circa 1951`, `Digital Currency Address - XBT 149w…`, `a.k.a. 'EL SENOR'`, `Linked To: …`.
OFAC publishes no grammar; the labels here are those of its list, its own slips (`Identificiation`) among them.

What identifies a party becomes a selector. Three sorts of number stay in the remarks' text and make none, because as
a selector they would link what is not one thing: numbers of registers of firms, which each town or trade keeps for
itself, become unverified selectors; IMO *company* numbers look like ships' IMO numbers, and aircraft serial numbers
are unique to their maker only: both are told as facts. What the remark says of birthplace, nationality and gender
stays in the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from cutset.ingest import dates
from cutset.model import place, selector
from cutset.model.mention import Selector, SelectorKind
from cutset.model.report import Precision, Struct

LONGEST_BIRTH_RANGE = 20
"""Years. A range of years of birth within this becomes each of its years; a longer one says nothing."""


class Remarks(Struct, frozen=True):
    """What a party's remarks say.

    `born` are dates as in `Mention.born`; `aliases` are the weak ones that only remarks have, without quotes.
    `linked` names whom the party is linked to, `operators` who flies an aircraft. `facts` are clauses that describe
    it. `told` counts the clauses whose label is known and which stay in the text; `left` are those not understood.
    """

    selectors: tuple[Selector, ...] = ()
    born: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    told: int = 0
    left: tuple[str, ...] = ()


# Numbers that a state gives a person or firm, unique in it.
_NATIONAL = (
    "Birth Certificate Number|Bosnian Personal ID No.|C.I.F.|C.U.I.P.|C.U.I.T.|C.U.R.P.|Cartilla de Servicio Militar "
    "Nacional|Cedula No.|Citizen's Card Number|CNP (Personal Numerical Code)|Credencial electoral|D.N.I.|"
    "Electoral Registry No.|Fiscal Code|I.F.E.|Identification Number|Immigration No.|Italian Fiscal Code|Kenyan ID No.|"
    "LE Number|Moroccan Personal ID No.|N.I.E.|National Foreign ID Number|National ID No.|NIT|Numero de Identidad|"
    "Numero Unico de Identificacao Tributaria (NUIT)|Paraguayan tax identification number|Personal ID Card|R.F.C.|"
    "Refugee ID Card|Residency Number|RFC|RIF|Romanian Permanent Resident|Romanian Tax Registration|RTN|RUC|SSN|"
    "Stateless Person ID Card|Tax ID No.|Tazkira National ID Card|Travel Document Number|"
    "Turkish Identificiation Number|Turkish Identification Number|UAE Identification|US FEIN|V.A.T. Number"
)
# Numbers that one registry, town, State or trade gives: the same number stands in the next one, for another.
_REGISTRY = (
    "Afghan Money Service Provider License Number|Branch Unit Number|Business Number|Business Registration Document|"
    "Business Registration Number|C.R. No.|Certificate of Incorporation Number|Chamber of Commerce Number|"
    "Commercial Registry Number|Company ID: No.|Company Number|D-U-N-S Number|Driver's License No.|"
    "Dubai Chamber of Commerce Membership No.|Enterprise Number|Folio Mercantil No.|Government Gazette Number|"
    "Istanbul Chamber of Comm. No.|Legal Entity Number|License|Matricula Mercantil No|Pilot License Number|"
    "Public Registration Number|Public Security and Immigration No.|Registered Charity No.|Registration ID|"
    "Registration Number|Romanian C.R.|SRE Permit No.|Serial No.|Tarjeta Profesional|"
    "Temporary suspension of deportation No.|Trade License No.|UK Company Number|"
    "United Social Credit Code Certificate (USCCC)|VisaNumberID"
)
_PASSPORT = (
    "British National Overseas Passport|Diplomatic Passport|Passport|Passport Booklet|Passport No.|"
    "Stateless Person Passport"
)
_PHONE = "Fax|Fax No.|Fax Number|Phone|Phone No.|Phone Number|Telephone|Telephone No.|Telephone Number"
_EMAIL = "Email|Email Address"
_PLAIN = {
    "Aircraft Mode S Transponder Code": SelectorKind.ICAO_ADDRESS,
    "Aircraft Tail Number": SelectorKind.AIRCRAFT_REGISTRATION,
    "Previous Aircraft Tail Number": SelectorKind.AIRCRAFT_REGISTRATION,
    "MMSI": SelectorKind.MMSI,
    "Other Vessel Call Sign": SelectorKind.CALL_SIGN,
    "Vessel Call Sign": SelectorKind.CALL_SIGN,
    "Vessel Registration Identification": SelectorKind.IMO,
    "Vessel Registration Identification IMO": SelectorKind.IMO,
}
_FACTS = (
    "Aircraft Construction Number (also called L/N or S/N or F/N)|Aircraft Manufacture Date|"
    "Aircraft Manufacturer's Serial Number (MSN)|Aircraft Model|Aircraft Serial Number|BIK (RU)|Company Number IMO|"
    "Former Vessel Flag|Former Vessel Type|Identification Number IMO|Identification Number ISIN|"
    "International Maritime Organization No.|MICEX Code|Nationality of Registration|Organization Established Date|"
    "Other Vessel Flag|Other Vessel Type|SWIFT/BIC|Target Type|UN/LOCODE|Vessel Year of Build|Website"
)
_TOLD = (
    "Additional Sanctions Information|CAATSA Section|Chinese Commercial Code|citizen|Effective Date|Executive Order|"
    "Gender|IFCA Determination|nationality|POB|Secondary sanctions risk|"
    "Transactions Prohibited For Persons Owned or Controlled By U.S. Financial Institutions|all offices worldwide"
)
# Documents whose name says whose they are, where OFAC does not.
_ISSUERS = {
    "Bosnian Personal ID No.": "BA",
    "C.U.I.P.": "MX",
    "C.U.R.P.": "MX",
    "Credencial electoral": "MX",
    "I.F.E.": "MX",
    "Italian Fiscal Code": "IT",
    "Kenyan ID No.": "KE",
    "Moroccan Personal ID No.": "MA",
    "R.F.C.": "MX",
    "RFC": "MX",
    "SSN": "US",
    "Turkish Identificiation Number": "TR",
    "Turkish Identification Number": "TR",
    "UAE Identification": "AE",
    "US FEIN": "US",
}
_SORTS = {
    "national": _NATIONAL,
    "registry": _REGISTRY,
    "passport": _PASSPORT,
    "phone": _PHONE,
    "email": _EMAIL,
    "plain": "|".join(_PLAIN),
    "fact": _FACTS,
    "told": _TOLD,
    "born": "DOB",
    "linked": "Linked To",
    "operator": "Aircraft Operator",
}
_LABELS = {label.casefold(): (sort, label) for sort, labels in _SORTS.items() for label in labels.split("|")}
_LONGEST_FIRST = "|".join(map(re.escape, sorted(_LABELS, key=len, reverse=True)))
_LABEL = re.compile(rf"(?:alt\.\s*)?({_LONGEST_FIRST})(?![\w.])\s*#?\s*[:#-]?\s*(.*)", re.IGNORECASE | re.DOTALL)
_WALLET = re.compile(r"(?:alt\. )?Digital Currency Address - (\w+) (\S+)")
_ALIAS = re.compile(r"""(?:alt\. )?[afn]\.k\.a\.:? ?['"](.+?)['"]?$""", re.DOTALL)
_DOCUMENT = re.compile(
    r"(?:[A-Z.]{2,8}:\s*)?(?P<number>.*?)"
    r"(?:\s*\((?P<country>[^()]*)\))?"
    r"(?:,?\s+(?:issued|expires|expired)\b.*)?",
    re.DOTALL,
)


def parse(remarks: str, *, torn: bool = False) -> Remarks:
    """What `remarks` say. Never raises: what is not understood is in `left`.

    `torn` says that their beginning is missing: the first clause is then left, for half of a number is another one.

    >>> found = parse("DOB 10 Dec 1948; alt. DOB circa 1951; a.k.a. 'EL TIO'; Linked To: GRUPO MADE, S.A.")
    >>> found.born, found.aliases, found.linked
    (('1948-12-10', 'circa 1951'), ('EL TIO',), ('GRUPO MADE, S.A.',))
    """
    clauses = list(_clauses(remarks))
    found: dict[str, list[str]] = {}
    selectors: list[Selector] = []
    left = clauses[:1] if torn else []
    for clause in clauses[len(left) :]:
        try:
            sort, value = _read(clause)
        except ValueError:
            left.append(clause)
            continue
        if isinstance(value, Selector):
            selectors.append(value)
        else:
            found.setdefault(sort, []).extend(value)
    return Remarks(
        selectors=tuple(dict.fromkeys(selectors)),
        born=_once(found, "born"),
        aliases=_once(found, "alias"),
        linked=_once(found, "linked"),
        operators=_once(found, "operator"),
        facts=_once(found, "fact"),
        told=len(found.get("told", ())),
        left=tuple(left),
    )


def _once(found: dict[str, list[str]], sort: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found.get(sort, ())))


def _clauses(remarks: str) -> Iterator[str]:
    """The clauses, the last without the full stop that ends the remarks unless it ends an abbreviation, `S.A.`"""
    remarks = remarks.strip()
    if remarks.endswith(".") and not re.search(r"(?:^|[.\s])[A-Z]\.$", remarks):
        remarks = remarks[:-1]
    yield from filter(None, map(str.strip, remarks.split(";")))


def _read(clause: str) -> tuple[str, Selector | list[str]]:
    """The sort of the clause and what it gives. Raises `ValueError` where it is not understood."""
    if found := _WALLET.fullmatch(clause):
        return "wallet", selector.read(SelectorKind.WALLET, found[2], issuer=found[1])
    if found := _ALIAS.fullmatch(clause):
        return "alias", [found[1]]
    found = _LABEL.fullmatch(clause)
    if not found:
        raise ValueError(clause)
    (sort, label), value = _LABELS[found[1].casefold()], found[2].strip()
    match sort:
        case "told":
            return sort, [clause]
        case "fact":
            return sort, [clause.removeprefix("alt. ")]
        case "linked" | "operator":
            return sort, [value] if value else []
        case "born":
            return sort, list(_born(value))
    if not value:
        raise ValueError(clause)
    match sort:
        case "phone":
            return sort, _phone(value)
        case "email":
            return sort, selector.read(SelectorKind.EMAIL, value)
        case "plain":
            return sort, selector.read(_PLAIN[label], value)
    return sort, _document(sort, label, value, clause)


def _document(sort: str, label: str, value: str, clause: str) -> Selector:
    parts = _DOCUMENT.fullmatch(value)
    number = parts["number"].strip() if parts else value
    if not any(char.isdigit() for char in number):
        raise ValueError(clause)
    kind = SelectorKind.PASSPORT if sort == "passport" else SelectorKind.IDENTITY_DOCUMENT
    written = clause.removeprefix("alt. ")
    issuer = (place.country(parts["country"]) if parts and parts["country"] else "") or _ISSUERS.get(label, "")
    # A comma: the rest of a sentence was caught with the number.
    if sort == "registry" or not issuer or "," in number:
        return Selector(kind=kind, value=number, written=written, verified=False)
    return msgspec.structs.replace(selector.read(kind, number, issuer=issuer), written=written)


def _phone(written: str) -> Selector:
    """OFAC writes `(98)(21)(66153220)`, `009613679153`, `982188526301`: with the country's code, seldom with a plus."""
    digits = re.sub(r"\(0\)|[()\s]", "", re.sub(r"\)\s*\(", " ", written))
    international = digits if digits.startswith("+") else "+" + digits.removeprefix("00")
    # A single leading zero is a national number, whose country is not said.
    read = selector.read(SelectorKind.PHONE, written if re.match(r"0(?!0)", digits) else international)
    return msgspec.structs.replace(read, written=written)


def _born(written: str) -> Iterator[str]:
    """Partial ISO 8601 dates. Raises `ValueError` for what is none, and for a range that is too long."""
    circa = "circa " if written.startswith("circa ") else ""
    first, _, last = written.removeprefix("circa ").replace("-", " to ").partition(" to ")
    if not last:
        yield circa + _date(first)
        return
    years = range(int(_date(first)[:4]), int(_date(last)[:4]) + 1)
    if not 1 <= len(years) <= LONGEST_BIRTH_RANGE:
        raise ValueError(written)
    yield from (f"{circa}{year}" for year in years)


def _date(written: str) -> str:
    """A partial ISO 8601 date. Raises `ValueError`."""
    try:
        when = dates.read(written)
    except dates.BadDate as bad:
        raise ValueError(written) from bad
    length = {Precision.YEAR: 4, Precision.MONTH: 7}.get(when.precision, 10)
    return when.at.date().isoformat()[:length]

"""Mapping files: what they make of rows, what they say of rows at fault, and of themselves."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace
from openpyxl import Workbook

from cutset.ingest import mapping
from cutset.ingest.mapping import BadMapping, Mapping
from cutset.ingest.mapping_fields import CONTENTS, fields
from cutset.ingest.mapping_file import Cell, Form, GoodsForm, MappingFile, MentionForm, PortionForm, Record
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import BadFile
from cutset.model.marking import Marking, Tlp
from cutset.model.mention import MentionKind, Role, SelectorKind
from cutset.model.report import Case, Goods, Kind, Lab, Outcome, Precision, Report, Seizure, Shipment
from cutset.model.signature import DrugSignature, Feature
from tests.ingest.conftest import real

BORDER = """
name = "border"
title = "A made border post"
kind = "seizure"
[file]
separator = ";"
encoding = "cp1252"
decimal = ","
null = ["-", "s/d"]
optional = ["notas"]
[dates]
order = "dmy"
[record]
columns = ["acta"]
[fields]
when = "fecha"
modality = { column = "vía", values = { "Camión" = "land vehicle", "Bote" = "maritime" } }
direction = { constant = "inbound" }
"where.country" = { constant = "CO" }
"where.place" = { columns = ["municipio", "puesto"], join = ", " }
"route.departure" = { column = "origen", otherwise = "" }
"route.transit" = { column = "tránsito", split = "/" }
"confidence.high" = { column = "fuente", values = { "propia" = "yes" }, otherwise = "no" }
[text]
column = "notas"
[[goods]]
drug = "droga"
amount = "kilos"
unit = { constant = "kg" }
concealment = { column = "oculto", otherwise = "" }
marks = { column = "logo", split = "," }
[[goods]]
contraband = { constant = "currency" }
money = "dinero"
currency = { constant = "USD" }
[[mentions]]
kind = "person"
role = "driver"
name = "conductor"
born = "nacido"
[[mentions.selectors]]
kind = "passport"
value = "pasaporte"
issuer = "país"
[[mentions]]
kind = "vehicle"
role = "conveyance"
flag = "país"
selectors = [{ kind = "plate", value = "placa", issuer = { constant = "CO" } }]
[[portions]]
marking = { tlp = "TLP:RED", rel_to = [] }
text = "fuente_humana"
[[portions.mentions]]
kind = "phone"
role = "means"
selectors = [{ kind = "phone", value = { column = "teléfonos", split = "|" }, issuer = { constant = "CO" } }]
"""
COLUMNS = (
    "acta fecha vía municipio puesto origen tránsito fuente droga kilos oculto logo dinero conductor nacido pasaporte "
    "país placa fuente_humana teléfonos"
).split()
ROW = {
    "acta": "A-1",
    "fecha": "17/06/2024",
    "vía": "camión",
    "municipio": "Ipiales",
    "puesto": "Rumichaca",
    "origen": "Ecuador",
    "tránsito": "Perú / Bolivia",
    "fuente": "propia",
    "droga": "Cocaína",
    "kilos": "1.234,5",
    "oculto": "-",
    "logo": "delfín, 777",
    "dinero": "10.500,25",
    "conductor": "Made Name",
    "nacido": "1979",
    "pasaporte": "AB123456",
    "país": "Colombia",
    "placa": "ABC 123",
    "fuente_humana": "",
    "teléfonos": "+57 601 555 0101|+57 601 555 0102",
}


def border(path: Path, *rows: dict[str, str]) -> Path:
    lines = [";".join(COLUMNS), *(";".join((ROW | row)[column] for column in COLUMNS) for row in rows)]
    path.write_bytes("\r\n".join(lines).encode("cp1252"))
    return path


def read(mapped: Mapping, path: Path, context: Context) -> tuple[list[Report], list[Reject]]:
    found = list(mapped.read(path, context))
    reports = [each.report for each in found if isinstance(each, Draft)]
    return reports, [each for each in found if isinstance(each, Reject)]


def csv(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text(content, encoding="utf-8")
    return path


SMALL = 'name = "small"\ntitle = "t"\nkind = "seizure"\n[fields]\nwhen = "when"\n'


def test_a_row_becomes_a_report(tmp_path: Path, context: Context) -> None:
    (report,), rejects = read(mapping.read(BORDER, "border.toml"), border(tmp_path / "b.csv", {}), context)
    assert rejects == []
    content = report.content
    assert isinstance(content, Seizure)
    assert (report.source.dataset, report.source.record) == ("border", "A-1")
    assert (content.when.at, content.when.precision) == (datetime(2024, 6, 17, tzinfo=UTC), Precision.DAY)
    assert (content.modality, content.direction) == ("land vehicle", "inbound")
    assert (content.where.country, content.where.place) == ("CO", "Ipiales, Rumichaca")
    assert (content.route.departure, content.route.transit) == ("EC", ("PE", "BO"))
    assert content.confidence.high is True
    drug, money = content.goods
    assert (drug.contraband, drug.substance, drug.written) == ("drug", "cocaine", "Cocaína")
    assert drug.quantity is not None
    assert (drug.quantity.amount, drug.quantity.mass_kg, drug.marks) == (1234.5, 1234.5, ("delfín", "777"))
    assert money.money is not None
    assert (money.contraband, money.money.amount, money.money.currency) == ("currency", Decimal("10500.25"), "USD")
    driver, vehicle = report.mentions
    assert (driver.kind, driver.role, driver.name, driver.born) == (
        MentionKind.PERSON,
        Role.DRIVER,
        "Made Name",
        ("1979",),
    )
    assert [(each.kind, each.written) for each in driver.selectors] == [(SelectorKind.PASSPORT, "AB123456")]
    assert (vehicle.flag, [each.value for each in vehicle.selectors]) == ("CO", ["CO:ABC123"])
    (portion,) = report.portions
    assert portion.marking == Marking(originator="ash", tlp=Tlp.RED, rel_to=())
    assert [[each.value for each in mention.selectors] for mention in portion.mentions] == [
        ["+576015550101", "+576015550102"]
    ]


def test_empty_cells_make_nothing(tmp_path: Path, context: Context) -> None:
    empty = dict.fromkeys(COLUMNS, "s/d") | {"acta": "A-2", "fecha": "2024"}
    (report,), rejects = read(mapping.read(BORDER, "border.toml"), border(tmp_path / "b.csv", empty), context)
    assert rejects == []
    assert isinstance(report.content, Seizure)
    assert report.content.goods == ()
    assert report.content.when.precision is Precision.YEAR
    assert report.content.where.place == ""
    assert [mention for mention in report.mentions if mention.kind is MentionKind.PERSON] == []
    assert report.mentions == ()
    assert report.portions == ()


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"fecha": "31/02/2024"}, "fecha", "no day or time of any calendar"),
        ({"fecha": "06/17/2024"}, "fecha", "no day or time of any calendar"),
        ({"fecha": "17/06/2031"}, "fecha", "lies in the future"),
        ({"fecha": ""}, "fecha", "every seizure must have it"),
        ({"acta": ""}, "acta", "it is the record's key"),
        ({"vía": "Globo"}, "vía", "is not known as a modality"),
        ({"tránsito": "Perú/Atlantis"}, "tránsito", "is not known as a country"),
        ({"kilos": "NaN"}, "kilos", "number"),
        ({"kilos": "1,234.5"}, "kilos", "number"),
        ({"kilos": "-3"}, "kilos", "number"),
        ({"dinero": "mucho"}, "dinero", "number"),
        ({"país": "Atlantis"}, "país", "is not known as a country"),
    ],
)
def test_a_row_at_fault_is_rejected_alone(
    tmp_path: Path, context: Context, cells: dict[str, str], column: str, reason: str
) -> None:
    path = border(tmp_path / "b.csv", {"acta": "A-1"}, {"acta": "A-2"} | cells, {"acta": "A-3"})
    reports, (reject,) = read(mapping.read(BORDER, "border.toml"), path, context)
    assert [report.source.record for report in reports] == ["A-1", "A-3"]
    assert (reject.line, reject.column) == (3, column)
    assert reason in reject.reason
    assert len(reject.row) == len(COLUMNS)


def test_a_drug_without_any_amount_stands_once_and_without_one(tmp_path: Path, context: Context) -> None:
    mapped = mapping.read(
        SMALL
        + '[[goods]]\ndrug="drug"\namount="g"\nunit={constant="g"}\n'
        + '[[goods]]\ndrug="drug"\namount="ml"\nunit={constant="ml"}\nomit_zero=true\n',
        "small.toml",
    )
    path = csv(tmp_path, "when,drug,g,ml\n2024,MDMA,,\n2024,GBL,,5\n2024,LSD,0,0\n2024,,,\n2024,LSD,2,3\n")
    reports, rejects = read(mapped, path, context)
    assert rejects == []
    said = [
        [
            (goods.substance, goods.quantity and (goods.quantity.amount, goods.quantity.unit))
            for goods in goods_of(report)
        ]
        for report in reports
    ]
    assert said == [
        [("mdma", None)],
        [("gamma-butyrolactone", (5.0, "ml"))],
        [("lsd", (0.0, "g"))],
        [],
        [("lsd", (2.0, "g")), ("lsd", (3.0, "ml"))],
    ]
    # GBL is a listed precursor in some lists and a drug in others; contraband follows the substance's own entry.
    assert {goods.contraband for report in reports for goods in goods_of(report)} <= {"drug", "precursor"}


def goods_of(report: Report) -> tuple[Goods, ...]:
    assert isinstance(report.content, Seizure)
    return report.content.goods


def test_identical_rows_are_occurrences_and_reading_again_gives_the_same(tmp_path: Path, context: Context) -> None:
    path = csv(tmp_path, "when\n2024-01-02\n2024-01-02\n2024-01-03\n")
    mapped = mapping.read(SMALL, "small.toml")
    first, _ = read(mapped, path, context)
    assert [report.source.occurrence for report in first] == [1, 2, 1]
    assert read(mapped, path, context)[0] == first


def test_a_marking_of_the_mapping_never_loosens_the_agencys(tmp_path: Path, context: Context) -> None:
    mapped = mapping.read(
        SMALL + '[marking]\ntlp = "TLP:GREEN"\nles = true\nrel_to = ["agency:b", "agency:a"]\n', "m.toml"
    )
    path = csv(tmp_path, "when\n2024-01-02\n")
    strict = replace(context, marking=Marking(originator="ash", tlp=Tlp.RED, rel_to=("agency:a",), retention="tip"))
    ((loose,), _), ((stricter,), _) = read(mapped, path, context), read(mapped, path, strict)
    assert loose.marking == Marking(originator="ash", tlp=Tlp.GREEN, les=True, rel_to=("agency:a", "agency:b"))
    assert stricter.marking == Marking(originator="ash", tlp=Tlp.RED, les=True, rel_to=("agency:a",), retention="tip")


def test_json_lines_with_paths_absent_keys_and_exact_numbers(tmp_path: Path, context: Context) -> None:
    mapped = mapping.read(
        """
name = "lines"
title = "t"
kind = "shipment"
[file]
format = "jsonl"
[fields]
number = "waybill.number"
arrives = "eta"
"origin.country" = "from.0"
value = { column = "value", currency = "USD" }
weight_kg = { column = "weight", unit = "lb" }
goods_description = "what"
""",
        "lines.toml",
    )
    rows: list[object] = [
        {"waybill": {"number": 17}, "eta": "2024-06-17T10:00:00Z", "from": ["CN", "HK"], "value": 0.1, "weight": 10},
        {"waybill": {"number": "B"}, "what": None, "eta": None},
        ["no object"],
        {"waybill": {"number": "C"}, "what": {"text": 1}, "value": "ten"},
    ]
    path = tmp_path / "rows.jsonl"
    broken = '{"waybill": \n\n'
    path.write_text("\ufeff" + "\n".join(map(json.dumps, rows)) + "\n" + broken + '{"waybill": {"number": "D"}}')
    reports, rejects = read(mapped, path, context)
    contents = [report.content for report in reports]
    assert all(isinstance(content, Shipment) for content in contents)
    first = contents[0]
    assert isinstance(first, Shipment)
    assert (first.number, first.origin.country) == ("17", "CN")
    assert first.weight_kg == pytest.approx(4.5359237, rel=1e-15)
    assert first.value is not None
    assert str(first.value.amount) == "0.1"
    assert [content.number for content in contents if isinstance(content, Shipment)] == ["17", "B", "D"]
    assert [(each.line, each.column) for each in rejects] == [(3, ""), (4, "value"), (5, "")]


def test_a_column_that_no_object_has_is_a_slip_of_the_mapping(tmp_path: Path, context: Context) -> None:
    toml = SMALL.replace("[fields]", '[file]\nformat = "jsonl"\n[fields]') + '"where.place" = "plaec"\n'
    path = tmp_path / "rows.jsonl"
    path.write_text('{"when": "2024", "place": "x"}\n')
    with pytest.raises(BadFile, match=r"no object has 'plaec'.*the first has 'when', 'place'"):
        read(mapping.read(toml, "m.toml"), path, context)
    optional = toml.replace('format = "jsonl"', 'format = "jsonl"\noptional = ["plaec"]')
    assert len(read(mapping.read(optional, "m.toml"), path, context)[0]) == 1


def test_a_workbook(tmp_path: Path, context: Context) -> None:
    book = Workbook()
    book.active.title = "Notes"
    sheet = book.create_sheet("Rows")
    sheet.append(["A made list"])
    sheet.append(["when", "drug", "kilos", "plate", "seen"])
    sheet.append([datetime(2024, 6, 17), "cocaine", 2.5, 123456, None])  # noqa: DTZ001 - a workbook has no zones
    sheet.append([])
    sheet.append([datetime(2024, 6, 18, 13, 5), "heroin", 3, "=1/0", True])  # noqa: DTZ001
    sheet.append(["19/06/2024", "heroin", "4,25", "#REF!", False])
    sheet.append(["20/06/2024"])
    path = tmp_path / "rows.xlsx"
    book.save(path)
    toml = """
name = "book"
title = "t"
kind = "detection"
[file]
format = "xlsx"
sheet = "Rows"
skip = 1
decimal = ","
[dates]
order = "dmy"
[fields]
when = "when"
"confidence.high" = "seen"
[[goods]]
drug = "drug"
amount = "kilos"
unit = { constant = "kg" }
[[mentions]]
kind = "vehicle"
selectors = [{ kind = "plate", value = "plate", issuer = { constant = "US-TX" } }]
"""
    reports, rejects = read(mapping.read(toml, "book.toml"), path, context)
    assert [(report.content.when.at.isoformat(), report.content.when.precision) for report in reports] == [  # type: ignore[union-attr]
        ("2024-06-17T00:00:00+00:00", "day"),
        ("2024-06-18T13:05:00+00:00", "second"),
        ("2024-06-20T00:00:00+00:00", "day"),
    ]
    assert [goods.quantity and goods.quantity.amount for report in reports for goods in report.content.goods] == [
        2.5,
        3.0,
    ]  # type: ignore[union-attr]
    assert reports[0].mentions[0].selectors[0].written == "123456"
    assert [(each.line, each.column, each.value) for each in rejects] == [(6, "plate", "#REF!")]
    with pytest.raises(BadFile, match="no sheet 'Rwos'"):
        read(mapping.read(toml.replace('"Rows"', '"Rwos"'), "book.toml"), path, context)
    with pytest.raises(BadFile, match="header lacks 'plaat'"):
        read(mapping.read(toml.replace('"plate", issuer', '"plaat", issuer'), "book.toml"), path, context)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(BadFile, match="damaged"):
        read(mapping.read(toml, "book.toml"), path, context)
    csv_path = csv(tmp_path, "when\n")
    with pytest.raises(BadFile, match="damaged"):
        read(mapping.read(toml, "book.toml"), csv_path, context)


def test_a_table_without_a_header(tmp_path: Path, context: Context) -> None:
    toml = SMALL.replace("[fields]", '[file]\nseparator = "\\t"\ncolumns = ["when", "where"]\n[fields]')
    reports, rejects = read(mapping.read(toml, "m.toml"), csv(tmp_path, "2024-01-02\tx\n2024-01-03\n"), context)
    assert (len(reports), [each.line for each in rejects]) == (1, [2])


@pytest.mark.parametrize(
    ("toml", "where", "what"),
    [
        ("name = \n", "m.toml", "not TOML.*line 1"),
        ('name = "a"\nkind = "seizure"', "key title", "this key is missing"),
        (SMALL.replace("seizure", "seizuer"), "key kind", "nvalid enum value"),
        (SMALL.replace("seizure", "track"), "key kind", "cannot make a track"),
        (SMALL + "[flie]\n", "key flie", "no such key.*write file"),
        (SMALL + '[file]\nseperator = ";"\n', "key file.seperator", "no such key.*write separator"),
        (SMALL + '[file]\nseparator = ";;"\n', "key file.separator", "is one character"),
        (SMALL + "[file]\nskip = -1\n", "key file.skip", "fewer than none"),
        (SMALL + '[file]\ndecimal = ";"\n', "key file.decimal", "nvalid"),
        (SMALL + '[file]\nformat = "jsonl"\ncolumns = ["a"]\n', "key file.columns", "only a csv file"),
        (SMALL + '[dates]\norder = "myd"\n', "key dates.order", "nvalid enum value"),
        (SMALL + '[dates]\nzone = "Mars/Olympus"\n', "key dates.zone", "no time zone"),
        (SMALL + '"where.plaec" = "x"\n', "key fields.where.plaec", "no such field.*write where.place"),
        (SMALL.replace('when = "when"', ""), "key fields.when", "must have a date here"),
        (SMALL + "modality = { colum = 'x' }\n", "key fields.modality.colum", "write column"),
        (SMALL + "modality = {}\n", "key fields.modality", "none of column, columns and constant"),
        (SMALL + "modality = { column = 'x', constant = 'y' }\n", "key fields.modality", "column and constant"),
        (SMALL + "[[goods]]\ndrug='d'\n[[goods]]\ndurg='d'\n", r"key goods\[2\].durg", "write drug"),
        (SMALL + "[[mentions]]\nkind='preson'\n", r"key mentions\[1\].kind", "nvalid enum value"),
        (
            SMALL + "[[mentions]]\nkind='person'\nselectors=[{kind='vin'}]\n",
            r"mentions\[1\].selectors\[1\].value",
            "missing",
        ),
        (SMALL + "[[portions]]\ntext='t'\n", r"key portions\[1\].marking", "missing"),
        (SMALL + "[record]\ncolumns=[]\n", "key record.columns", "needs a column"),
        (SMALL + "[record]\ncolumns=['a']\nscope=['b']\n", "key record.scope", "columns of the key"),
        (
            SMALL.replace("seizure", "case").replace("when", "number") + "[[goods]]\ndrug='d'\n",
            "key goods",
            "has no goods",
        ),
    ],
)
def test_a_wrong_mapping_says_where_and_what_to_do(toml: str, where: str, what: str) -> None:
    with pytest.raises(BadMapping, match=f"(?s){what}") as caught:
        mapping.read(toml, "m.toml")
    assert caught.value.where.startswith("m.toml")
    assert re.search(where, caught.value.where)
    assert caught.value.remedy


@pytest.mark.parametrize(
    "cell",
    [
        "{ constant = 'baloon' }",
        "{ column = 'v', values = { B = 'baloon' } }",
        "{ column = 'v', otherwise = 'baloon' }",
    ],
)
def test_a_code_that_the_mapping_itself_gets_wrong_is_an_error_not_a_reject(
    tmp_path: Path, context: Context, cell: str
) -> None:
    mapped = mapping.read(SMALL + f"modality = {cell}\n", "m.toml")
    with pytest.raises(BadMapping, match="'baloon'"):
        read(mapped, csv(tmp_path, "when,v\n2024,B\n"), context)


def test_a_file_that_lacks_a_column_is_refused_before_any_row(tmp_path: Path, context: Context) -> None:
    with pytest.raises(BadFile, match="header lacks 'when'"):
        read(mapping.read(SMALL, "m.toml"), csv(tmp_path, "When\n2024\n"), context)
    with pytest.raises(BadFile, match="not case"):
        read(mapping.read(SMALL, "m.toml"), csv(tmp_path, "when\n2024\n"), replace(context, kind=Kind.CASE))


def test_a_mapping_file_is_loaded_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert mapping.load(path).title == "t"
    with pytest.raises(BadFile, match="no such file"):
        mapping.load(tmp_path / "none.toml")


def test_every_kind_that_can_be_mapped_has_its_fields() -> None:
    for kind in CONTENTS:
        assert fields(kind), kind
    wants = {name: field.wants for name, field in fields(Kind.SEIZURE).items()}
    assert wants["route.transit"] == "countries"
    assert wants["where.locode"] == "a UN/LOCODE"
    assert wants["confidence.high"] == "yes or no"
    assert [name for name, field in fields(Kind.CUSTODY).items() if field.required] == [
        "exhibit",
        "when",
        "giver",
        "receiver",
    ]


def test_the_guide_names_every_key_and_every_field() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")
    forms = (MappingFile, Form, Record, Cell, GoodsForm, MentionForm, PortionForm)
    for name in {field for form in forms for field in form.__struct_fields__}:
        assert f"`{name}`" in guide, name
    for kind in CONTENTS:
        for name in fields(kind):
            assert f"`{name}`" in guide, (kind, name)


# ---- the mappings that cutset ships ------------------------------------------------------------------------------


def test_shipped_mappings_say_whose_data_it_is_or_that_it_is_made() -> None:
    for name, mapped in mapping.shipped().items():
        assert mapped.mapping.source or "MADE" in mapped.title, name
        assert mapped.public == bool(mapped.mapping.source), name


@pytest.mark.data
def test_brazils_lab_reports(context: Context) -> None:
    path = real("seizures/brazil-pf-new-psychoactive-lab-reports.csv.gz")
    reports, rejects = read(mapping.shipped()["brazil-pf-nps"], path, context)
    assert len(reports) == 4190
    assert [(each.line, each.column, each.value) for each in rejects] == [
        (1536, "qnt_solido_gramas", "155 g"),
        (1537, "qnt_solido_gramas", "621 g"),
    ]
    labs = [report.content for report in reports if isinstance(report.content, Lab)]
    ecstasy = [goods for lab in labs for goods in lab.findings if goods.written == "MDMA"]
    assert {goods.substance for goods in ecstasy} == {"mdma"}
    assert sum(report.source.occurrence > 1 for report in reports) == 198
    assert sum(len(lab.findings) for lab in labs) == 4192  # two rows have two amounts, two have none
    assert sum(goods.quantity is None for lab in labs for goods in lab.findings) == 2


@pytest.mark.data
def test_nflis_counts_are_outcomes(context: Context) -> None:
    reports, rejects = read(mapping.shipped()["nflis"], real("seizures/nflis-fentanyl.csv.gz"), context)
    assert (len(reports), rejects) == (8923, [])
    assert len({report.source.record for report in reports}) == 8923
    contents = [report.content for report in reports if isinstance(report.content, Outcome)]
    assert {content.vintage for content in contents} == {"2026-03-03 13:26:55"}
    assert {goods.substance for content in contents for goods in content.goods if goods.written == "FENTANYL"} == {
        "fentanyl"
    }
    assert len({mapping.shipped()["nflis"].scope(report) for report in reports}) == 18


LABORATORY = """
name = "made-laboratory"
title = "Made laboratory's results"
kind = "lab"

[fields]
number = "no"

[signature]
method = { constant = "GC-MS" }

[[signature.features]]
name = "delta-13c"
value = "d13C"
uncertainty = { constant = "0.1" }

[[signature.features]]
name = "tropacocaine"
value = "tropa"
uncertainty = "u(tropa)"
unit = "%"
"""


def test_signatures_are_read_and_what_lacks_its_uncertainty_is_rejected(tmp_path: Path, context: Context) -> None:
    path = tmp_path / "results.csv"
    path.write_text(
        "no,d13C,tropa,u(tropa)\nL-1,-34.5,0.6,0.02\nL-2,,0.6,0.02\nL-3,-35,,\nL-4,,,\nL-5,-34,0.5,\nL-6,x,,\n"
    )
    reports, rejects = read(mapping.read(LABORATORY, "lab.toml"), path, context)
    found = {report.content.number: report.content.signature for report in reports if isinstance(report.content, Lab)}
    carbon = Feature(name="delta-13c", value=-34.5, uncertainty=0.1)
    tropacocaine = Feature(name="tropacocaine", value=0.6, uncertainty=0.02, unit="%")
    assert found == {
        "L-1": DrugSignature(features=(carbon, tropacocaine), method="GC-MS"),
        "L-2": DrugSignature(features=(tropacocaine,), method="GC-MS"),
        "L-3": DrugSignature(features=(Feature(name="delta-13c", value=-35, uncertainty=0.1),), method="GC-MS"),
        "L-4": None,
    }
    assert [(each.line, each.column, each.value) for each in rejects] == [(6, "u(tropa)", ""), (7, "d13C", "x")]


@pytest.mark.parametrize(
    ("wrong", "right", "key"),
    [
        ('kind = "lab"', 'kind = "case"', "signature"),
        ('value = "tropa"', "value = {}", "signature.features[2].value"),
        ('unit = "%"', 'units = "%"', "signature.features[2].units"),
    ],
)
def test_a_signature_that_is_mapped_wrongly_is_said_where(wrong: str, right: str, key: str) -> None:
    with pytest.raises(BadMapping) as error:
        mapping.read(LABORATORY.replace(wrong, right), "lab.toml")
    assert error.value.where == f"lab.toml, key {key}"


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "file", "count"),
    [
        ("dea-theft-loss-csub-quantity", "csub-quantity-lost", 26611),
        ("dea-theft-loss-chem-quantity", "chem-quantity-lost", 672),
        ("dea-theft-loss-chem-by-business-and-loss-type", "chem-thefts-by-business-and-loss-type", 144),
        ("dea-theft-loss-chem-by-state-and-business", "chem-thefts-by-state-and-business", 456),
        ("dea-theft-loss-chem-by-state-and-loss-type", "chem-thefts-by-state-and-loss-type", 556),
    ],
)
def test_deas_thefts_and_losses(name: str, file: str, count: int, context: Context) -> None:
    reports, rejects = read(mapping.shipped()[name], real(f"seizures/dea-theft-loss-{file}.csv.gz"), context)
    assert (len(reports), rejects) == (count, [])
    assert len({report.source.record for report in reports}) == count


def test_the_exercises_files_are_read_whole_and_their_secrets_lie_in_portions(tmp_path: Path) -> None:
    from cutset.exercise import files, world

    made = world.make(3, organisations=12, quiet=5, scale=0.05)
    files.write(made, tmp_path)
    held = {happening.key: happening for happening in made.happenings}
    for name, file, agency in (
        ("exercise-cbp-seizures", "cbp-seizures.csv", "cbp"),
        ("exercise-uscg-interdictions", "uscg-interdictions.csv", "uscg"),
        ("exercise-usps-parcels", "usps-parcels.csv", "uspis"),
        ("exercise-county-stops", "county-stops.jsonl", "county-sheriff"),
    ):
        context = Context(marking=Marking(originator=agency, les=True), made=True, now=datetime(2030, 1, 1, tzinfo=UTC))
        reports, rejects = read(mapping.shipped()[name], tmp_path / file, context)
        assert rejects == []
        assert {report.source.record for report in reports} == {
            each.key for each in held.values() if each.agency == agency
        }
        for report in reports:
            happening = held[report.source.record]
            assert isinstance(report.content, Seizure)
            assert bool(report.portions) == bool(happening.hidden)
            assert [goods.written for goods in report.content.goods] == [happening.drug]
            for portion in report.portions:
                assert portion.marking.rel_to == ()
                assert portion.marking.tlp is Tlp.RED
            written = sum(len(mention.selectors) for mention in report.mentions)
            assert written >= len(happening.things)
    context = Context(marking=Marking(originator="dea", les=True), made=True, now=datetime(2030, 1, 1, tzinfo=UTC))
    cases, rejects = read(mapping.shipped()["exercise-dea-cases"], tmp_path / "dea-cases.jsonl", context)
    assert rejects == []
    assert {case.content.number for case in cases if isinstance(case.content, Case)} == {
        organisation.number for organisation in made.organisations
    }
    for case, organisation in zip(cases, made.organisations, strict=True):
        assert sum(len(mention.selectors) for mention in case.mentions) == len(organisation.things)
        assert all(selector.verified for mention in case.mentions for selector in mention.selectors)

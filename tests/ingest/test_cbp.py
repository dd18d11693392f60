"""CBP's totals: the fiscal calendar, editions, figures against an independent sum, and headers of any age."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from math import fsum
from pathlib import Path

import pytest
from msgspec.structs import replace

from cutset.ingest import cbp
from cutset.ingest.cbp import Cbp
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import BadFile
from cutset.model.report import Kind, Outcome, Precision, Report
from tests.ingest.conftest import real

HEADER = "FY,Month (abbv),Component,Region,Land Filter,Area of Responsibility,Drug Type,Count of Event,Sum Qty (lbs)\n"
ROW = "2026 (FYTD),OCT,Office of Field Operations,Southwest Border,Land Only,LAREDO FIELD OFFICE,Cocaine,4,10.5\n"
KG_PER_LB = Fraction(45359237, 100_000_000)

FILES = [
    (cbp.NATIONWIDE, "seizures/cbp-nationwide-drugs-fy19-fy22.csv.gz", "FY2022-12"),
    (cbp.NATIONWIDE, "seizures/cbp-nationwide-drugs-fy20-fy23.csv.gz", "FY2023-12"),
    (cbp.AMO, "seizures/cbp-amo-drug-seizures-fy19-fy22.csv.gz", "FY2022-12"),
    (cbp.AMO, "seizures/cbp-amo-drug-seizures-fy20-fy23.csv.gz", "FY2023-12"),
]


def read(reader: Cbp, path: Path, context: Context) -> tuple[list[Report], list[Reject]]:
    found = list(reader.read(path, context))
    reports = [each.report for each in found if isinstance(each, Draft)]
    return reports, [each for each in found if isinstance(each, Reject)]


def one(reader: Cbp, path: Path, content: str, context: Context) -> Report:
    path.write_text(content)
    (report,), rejects = read(reader, path, context)
    assert not rejects
    return report


def total(report: Report) -> Outcome:
    assert isinstance(report.content, Outcome)
    return report.content


@pytest.mark.data
@pytest.mark.parametrize(("reader", "file", "vintage"), FILES)
def test_fiscal_year_totals_by_drug_equal_an_independent_sum(
    reader: Cbp, file: str, vintage: str, context: Context
) -> None:
    path = real(file)
    written: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    floats: dict[tuple[str, str], list[float]] = defaultdict(list)
    events: dict[tuple[str, str], int] = defaultdict(int)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file_:
        for row in csv.DictReader(file_):
            key = (row["FY"], row["Drug Type"])
            written[key] += Decimal(row["Sum Qty (lbs)"])
            floats[key].append(float(row["Sum Qty (lbs)"]))
            events[key] += int(row["Count of Event"])

    reports, rejects = read(reader, path, context)
    assert rejects == []
    pounds: dict[tuple[str, str], list[float]] = defaultdict(list)
    kilograms: dict[tuple[str, str], list[float]] = defaultdict(list)
    as_written: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    counted: dict[tuple[str, str], int] = defaultdict(int)
    for report in reports:
        content = total(report)
        (goods,) = content.goods
        key = (str(content.fiscal_year), content.breakdown["drug_type"])
        assert goods.quantity is not None
        assert goods.quantity.mass_kg is not None
        assert content.events is not None
        assert content.vintage == vintage
        pounds[key].append(goods.quantity.amount)
        kilograms[key].append(goods.quantity.mass_kg)
        as_written[key] += Decimal(goods.quantity.written.removesuffix(" lb"))
        counted[key] += content.events
    assert as_written == written
    assert {key: fsum(each) for key, each in pounds.items()} == {key: fsum(each) for key, each in floats.items()}
    assert counted == events
    for key, each in kilograms.items():
        exact = Fraction(written[key]) * KG_PER_LB
        assert abs(Fraction(fsum(each)) - exact) <= exact * Fraction(1, 10**12)


@pytest.mark.data
@pytest.mark.parametrize(("reader", "file", "_vintage"), FILES)
def test_no_two_rows_of_a_file_have_one_record(reader: Cbp, file: str, _vintage: str, context: Context) -> None:
    reports, _ = read(reader, real(file), context)
    assert len({report.source.record for report in reports}) == len(reports)


@pytest.mark.parametrize(
    ("year", "month", "period", "fiscal_year"),
    [
        ("2026 (FYTD)", "OCT", "2025-10", 2026),
        ("2026", "DEC", "2025-12", 2026),
        ("FY2026", "Jan", "2026-01", 2026),
        ("2026(fytd)", "September", "2026-09", 2026),
    ],
)
def test_the_fiscal_year_begins_in_october(
    tmp_path: Path, context: Context, year: str, month: str, period: str, fiscal_year: int
) -> None:
    report = one(
        cbp.NATIONWIDE, tmp_path / "a.csv", HEADER + ROW.replace("2026 (FYTD),OCT", f"{year},{month}"), context
    )
    assert f"{total(report).period.at:%Y-%m}" == period
    assert total(report).period.precision is Precision.MONTH
    assert total(report).fiscal_year == fiscal_year


def test_pounds_become_kilograms_by_the_exact_factor(tmp_path: Path, context: Context) -> None:
    report = one(cbp.NATIONWIDE, tmp_path / "a.csv", HEADER + ROW, context)
    (goods,) = total(report).goods
    assert goods.quantity is not None
    assert (goods.quantity.amount, goods.quantity.unit) == (10.5, "lb")
    assert goods.quantity.mass_kg == pytest.approx(10.5 * 0.45359237, rel=1e-15)
    assert (goods.substance, goods.written, goods.contraband) == ("cocaine", "Cocaine", "drug")


def test_footnote_stars_do_not_name_a_drug(tmp_path: Path, context: Context) -> None:
    report = one(cbp.NATIONWIDE, tmp_path / "a.csv", HEADER + ROW.replace("Cocaine", "Other Drugs**"), context)
    assert [(goods.substance, goods.written) for goods in total(report).goods] == [("", "Other Drugs")]


def test_headers_of_any_age_and_with_spaces_are_one(tmp_path: Path, context: Context) -> None:
    plain = one(cbp.NATIONWIDE, tmp_path / "a.csv", HEADER + ROW, context)
    header = HEADER.replace("FY,", "\ufeffFiscal Year ,").replace("Count of Event", "Count of Seizure Events ")
    spaced = ROW.replace("Cocaine", " Cocaine ").replace("LAREDO FIELD", "LAREDO  FIELD")
    assert one(cbp.NATIONWIDE, tmp_path / "a.csv", header + spaced, context) == plain


def test_a_record_is_its_headings_whatever_their_case(tmp_path: Path, context: Context) -> None:
    first = one(cbp.NATIONWIDE, tmp_path / "a.csv", HEADER + ROW, context)
    second = one(cbp.NATIONWIDE, tmp_path / "a.csv", HEADER + ROW.replace("Cocaine,4", "COCAINE,5"), context)
    other = one(cbp.NATIONWIDE, tmp_path / "a.csv", HEADER + ROW.replace("Cocaine,4", "Heroin,4"), context)
    assert first.source.record == second.source.record != other.source.record
    assert cbp.NATIONWIDE.scope(first) == "2026"


def test_the_vintage_is_the_last_month_that_the_file_has(tmp_path: Path, context: Context) -> None:
    rows = HEADER + ROW + ROW.replace("OCT", "MAR") + ROW.replace("2026 (FYTD),OCT", "2025,SEP")
    rows += ROW.replace("2026 (FYTD)", "2062")  # a slip of the pen, which is rejected, is no edition
    for name, vintage in (("drugs.csv", "FY2026-06"), ("drugs-2026-04-17.csv", "FY2026-06 2026-04-17")):
        (tmp_path / name).write_text(rows)
        assert {total(report).vintage for report in read(cbp.NATIONWIDE, tmp_path / name, context)[0]} == {vintage}
    said = replace(context, vintage="2026-april")
    assert {total(report).vintage for report in read(cbp.NATIONWIDE, tmp_path / name, said)[0]} == {"2026-april"}


def test_currency(tmp_path: Path, context: Context) -> None:
    header = (
        "Fiscal Year,Month (abbv),Component,Region,Land Filter,Area of Responsibility,Inbound/Outbound,"
        "Count of Seizure Events,Currency Seizures Amount (USD)\n"
    )
    row = (
        '2024,NOV,Office of Field Operations,Southwest Border,Land Only,EL PASO FIELD OFFICE,Outbound,3,"$12,345.67"\n'
    )
    content = total(one(cbp.CURRENCY, tmp_path / "a.csv", header + row, context))
    (goods,) = content.goods
    assert goods.money is not None
    assert (goods.money.amount, goods.money.currency, goods.contraband) == (Decimal("12345.67"), "USD", "currency")
    assert (content.direction, content.events, f"{content.period.at:%Y-%m}") == ("outbound", 3, "2023-11")


def test_weapons(tmp_path: Path, context: Context) -> None:
    header = (
        "Fiscal Year,Month (abbv),Component,Region,Area of Responsibility,Inbound/Outbound,Mode of Transportation,"
        "Seizure Type,Category,Event ID,Quantity Seized\n"
    )
    row = "2024,APR,Office of Field Operations,Southwest Border,LAREDO FIELD OFFICE,Outbound,"
    row += "Land,Ammunition,Rounds,E-1,500\n"
    path = tmp_path / "a.csv"
    path.write_text(header + row + row.replace("Ammunition,Rounds", "Weapons,Handgun").replace("500", "2"))
    reports, rejects = read(cbp.WEAPONS, path, context)
    assert rejects == []
    said = [(goods.contraband, goods.written, goods.quantity) for report in reports for goods in total(report).goods]
    assert [(contraband, written, quantity and quantity.amount) for contraband, written, quantity in said] == [
        ("ammunition", "Rounds", 500.0),
        ("weapon", "Handgun", 2.0),
    ]
    # One event has a row for each category: how many events a row counts is not said.
    assert {total(report).events for report in reports} == {None}
    assert {total(report).breakdown["event_id"] for report in reports} == {"E-1"}
    assert {total(report).modality for report in reports} == {"land vehicle"}


@pytest.mark.parametrize(
    ("old", "new", "column", "reason"),
    [
        ("2026 (FYTD)", "26", "FY", "is not a fiscal year"),
        ("2026 (FYTD)", "2027", "FY", ""),
        ("2026 (FYTD)", "2031", "FY", "lies in the future"),
        ("2026 (FYTD)", "1066", "FY", "is not a fiscal year of this age"),
        ("OCT", "OTC", "Month (abbv)", "is not a month"),
        ("OCT", "", "Month (abbv)", "is not a month"),
        (",4,", ",four,", "Count of Event", "is not a count"),
        (",4,", ",-4,", "Count of Event", "is not a count"),
        (",4,", ",nan,", "Count of Event", "is not a count"),
        ("10.5", "NaN", "Sum Qty (lbs)", "number"),
        ("10.5", "inf", "Sum Qty (lbs)", "number"),
        ("10.5", "-1", "Sum Qty (lbs)", "number"),
        ("10.5", "", "Sum Qty (lbs)", "number"),
    ],
)
def test_a_bad_cell_rejects_its_row_only(
    tmp_path: Path, context: Context, old: str, new: str, column: str, reason: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER + ROW + ROW.replace(old, new) + ROW.replace("Cocaine", "Heroin"))
    reports, rejects = read(cbp.NATIONWIDE, path, context)
    if not reason:  # October 2026 is fiscal year 2027 and is past
        assert (len(reports), rejects) == (3, [])
        return
    assert len(reports) == 2
    assert [(each.line, each.column, each.value) for each in rejects] == [(3, column, new.strip(","))]
    assert reason in rejects[0].reason
    # The record of a row whose month can be read is known, so that nothing else is kept from being withdrawn.
    assert (rejects[0].record == reports[0].source.record) == (column not in {"FY", "Month (abbv)"})


def test_a_file_of_another_form_is_refused(tmp_path: Path, context: Context) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER + ROW)
    with pytest.raises(BadFile, match="header lacks 'Branch'"):
        read(cbp.AMO, path, context)
    with pytest.raises(BadFile, match="not of the kind seizure"):
        read(cbp.NATIONWIDE, path, replace(context, kind=Kind.SEIZURE))


def test_areas_abroad_are_not_said_to_lie_in_the_united_states(tmp_path: Path, context: Context) -> None:
    row = ROW.replace("LAREDO FIELD OFFICE", "PRECLEARANCE FIELD OFFICE")
    assert total(one(cbp.NATIONWIDE, tmp_path / "a.csv", HEADER + ROW, context)).where.country == "US"
    assert total(one(cbp.NATIONWIDE, tmp_path / "a.csv", HEADER + row, context)).where.country == ""

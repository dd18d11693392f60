"""Publications: the same numbers in HTML, PDF and CSV; what each rests on; the unclassified edition by rights."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutset.model.marking import Marking, Tlp
from cutset.model.register import Agreement
from cutset.model.report import Kind
from cutset.plan.catalogue import Better
from cutset.plan.clauses import Target
from cutset.plan.measure import Figure as Number
from cutset.plan.measure import Measured
from cutset.plan.publish import numbers, page, pdf
from cutset.plan.publish.annual import agency_response, annual
from cutset.plan.publish.chart import draw
from cutset.plan.publish.edition import of
from cutset.plan.publish.publication import Chart, Publication, Series
from cutset.plan.response import BadResponse
from tests.plan.national import CLOCK, PLAN, YEAR, National, fill, green, seizure


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> National:
    national = National(tmp_path_factory.mktemp("national"))
    fill(national)
    return national


@pytest.fixture
def national(tmp_path: Path) -> National:
    return National(tmp_path)


def report(national: National, agency: str = "ondcp", *, unclassified: bool = False) -> Publication:
    return annual(national.log, national.index, national.rights(agency), PLAN, YEAR, CLOCK, unclassified=unclassified)


def figure(publication: Publication, id: str):
    return next(each for each in publication.figures if each.id == id)


def test_every_figure_says_what_it_rests_on(filled: National) -> None:
    for each in report(filled).figures:
        assert each.rests.which
        assert each.rests.period
        assert each.rests.reports is None or each.rests.reports > 0
        assert each.rests.level.startswith("TLP:"), each.id
        assert {len(row) for row in each.rows} == {len(each.columns)}
        assert set(each.right) <= set(each.columns)


def test_the_numbers_are_those_of_an_independent_count(filled: National) -> None:
    rights = filled.rights("ondcp")
    held = [each.entry.report for each in filled.log.follow(0) if each.marking_id in rights.visible]
    this_year = [
        each.content
        for each in held
        if each.kind is Kind.SEIZURE and (each.content.when.at.year, each.content.when.at.month < 10) == (YEAR, True)
    ]
    found = figure(report(filled), "seizures-by-drug")
    assert found.rests.reports == len(this_year) > 0
    assert sum(row[1] for row in found.rows) == len(this_year)
    masses = sum(each.goods[0].quantity.mass_kg for each in this_year)
    assert sum(row[2] for row in found.rows) == pytest.approx(masses, rel=1e-12)


def test_totals_are_those_of_the_latest_edition_and_the_restatement_is_listed(filled: National) -> None:
    found = report(filled)
    assert figure(found, "published-totals").rows == (("nationwide", "Cocaine", 42, 4350.5, ""),)
    restated = figure(found, "restatements")
    assert restated.rows == (
        ("nationwide", "2021-03|cocaine", "2021-03-01", "mass_kg cocaine", 4100.0, 4350.5, "2021-11"),
    )
    assert restated.rests.reports == 2


def test_the_unclassified_edition_is_what_a_stranger_would_be_shown(filled: National) -> None:
    for agency in ("ondcp", "dhs"):
        public = report(filled, agency, unclassified=True)
        stranger = report(filled, "courier")
        assert public.sections == stranger.sections
        assert public.level == "TLP:CLEAR"
        assert public.edition.startswith("unclassified")
        assert public.key_numbers != report(filled, agency).key_numbers


def test_the_unclassified_edition_is_never_wider_than_the_viewer(national: National) -> None:
    national.enter(
        "dhs", Agreement(id="a", partner="x"), Marking(originator="dhs", tlp=Tlp.CLEAR, rel_to=("agency:doj",))
    )
    national.enter("dhs", Agreement(id="b", partner="y"), Marking(originator="dhs", tlp=Tlp.CLEAR, les=True))
    national.enter("dhs", Agreement(id="c", partner="z"), Marking(originator="dhs", tlp=Tlp.CLEAR, purposes=("audit",)))
    for agency in ("dhs", "ondcp", "courier"):
        rights = national.rights(agency)
        assert of(national.log, rights, unclassified=True).visible == frozenset()
        assert of(national.log, rights, unclassified=False) == rights


def test_an_empty_log_gives_a_report_that_says_so(national: National) -> None:
    found = report(national)
    assert "No seizure of fiscal year 2021" in found.sections[0].paragraphs[0]
    assert found.level == ""
    assert not found.made
    text = page.render(found)
    assert "nothing marked is shown" in text
    assert pdf.render(found).startswith(b"%PDF-")


def test_measures_without_data_say_why_and_show_no_zero(filled: National) -> None:
    taken = [
        Measured(
            name="linked-to-case",
            title="Interdictions linked to a case",
            unit="share",
            better=Better.MORE,
            limits="Recent events have had less time.",
            kinds=("seizure",),
            whole=Number(value=0.25, low=0.1, high=0.5, reports=12),
            reports=12,
            banner="TLP:AMBER//DHS",
        ),
        Measured(
            name="lead-time",
            title="Time from event to lead",
            unit="hours",
            better=Better.LESS,
            limits="…",
            kinds=("seizure",),
            whole=Number(),
            no_data="no event has a lead",
        ),
    ]
    found = annual(filled.log, filled.index, filled.rights("ondcp"), PLAN, YEAR, CLOCK, taken=taken)
    rows = figure(found, "measures").rows
    assert [row[:5] for row in rows] == [("Interdictions linked to a case", 0.25, "share", "0.1 to 0.5", "more")]
    duties = sum("lead-time" in duty.measures for duty in PLAN.duties)
    unknown = figure(found, "measures-without-data")
    assert unknown.rows == (("Time from event to lead", duties, "no event has a lead"),)
    assert unknown.rests.sentence.startswith("Rests on no report")
    target = Target(id="t", measure="linked-to-case", value=0.5, fiscal_year=YEAR)
    aimed = msgspec.structs.replace(PLAN, targets=(target,))
    found = annual(filled.log, filled.index, filled.rights("ondcp"), aimed, YEAR, CLOCK, taken=taken)
    assert figure(found, "measures").columns[3] == "target"
    assert figure(found, "measures").rows[0][3] == 0.5
    assert found.level == "TLP:AMBER"
    assert "1 of 2 measures have data." in " ".join(p for section in found.sections for p in section.paragraphs)


# ---- an agency's response --------------------------------------------------------------------------------------------


def test_an_agencys_response_has_a_section_an_item(filled: National) -> None:
    found = agency_response(filled.log, filled.rights("dhs"), PLAN, "dhs", YEAR, CLOCK)
    headings = [section.heading for section in found.sections]
    assert headings[1:6] == [item.text for item in PLAN.response_items]
    assert found.sections[0].paragraphs == ("Signed by ann@dhs. Submitted on 2021-09-20.",)
    assert found.sections[1].paragraphs == (
        "We opened our seizure reports to two fusion centres.",
        "A third joins in the spring.",
    )
    assert figure(found, "known-gaps").rows[1][0] == "Scanners for outbound lanes: USD 50,500,000; request."


def test_the_late_and_the_unfinished_are_called_so(filled: National) -> None:
    doj = agency_response(filled.log, filled.rights("ondcp"), PLAN, "doj", YEAR, CLOCK)
    assert doj.sections[0].paragraphs == ("Signed by ann@doj. Submitted on 2021-11-15 (late).",)
    uspis = agency_response(filled.log, filled.rights("uspis"), PLAN, "uspis", YEAR, CLOCK)
    assert uspis.sections[0].paragraphs == ("This is a draft and was not submitted.",)
    for_others = agency_response(filled.log, filled.rights("ondcp"), PLAN, "uspis", YEAR, CLOCK)
    assert for_others.sections[0].paragraphs == ("Not begun.",)


def test_an_agency_that_is_none_is_refused(filled: National) -> None:
    with pytest.raises(BadResponse, match="name one of dhs"):
        agency_response(filled.log, filled.rights("ondcp"), PLAN, "weather-service", YEAR, CLOCK)


# ---- HTML ------------------------------------------------------------------------------------------------------------


class Balanced(HTMLParser):
    """Fails on a tag that is closed but not open, and keeps what is open."""

    void = frozenset({"meta", "link", "br", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_asks_no_network(filled: National) -> None:
    text = page.render(report(filled))
    parser = Balanced()
    parser.feed(text)
    assert parser.open == []
    assert "script" not in parser.seen
    assert re.findall(r"""(?:src|href)=["'](?!#)""", text) == []
    assert re.findall(r"url\((?!#)", text) == []
    for each in report(filled).figures:
        assert each.rests.sentence.replace("'", "&#39;") in text


def test_what_reports_say_is_text_and_never_markup(national: National) -> None:
    evil = '<script>alert(1)</script> #panic("x") *bold* \\u{0} $1+1$ @nobody `code`'
    fill(national)
    national.enter("dhs", Agreement(id="evil", partner=evil, covers="]] #eval \x1b"), green("dhs"))
    found = report(national)
    text = page.render(found)
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert b"pdfuaid:part" in pdf.render(found)


def test_letters_that_the_fonts_lack_do_not_stop_the_pdf(national: National) -> None:
    national.enter("dhs", Agreement(id="a", partner="海关总署 \N{FIRE} Полиция Ελλάδα"), green("dhs"))
    assert pdf.render(report(national)).startswith(b"%PDF-")


# ---- PDF -------------------------------------------------------------------------------------------------------------


def test_the_pdf_is_tagged_titled_and_the_same_each_time(filled: National) -> None:
    found = report(filled)
    first = pdf.render(found)
    assert first == pdf.render(found)
    assert b"/StructTreeRoot" in first or b"/MarkInfo" in first
    assert b"pdfuaid:part" in first


def test_each_page_is_a_picture_with_ink_on_it(filled: National) -> None:
    pages = pdf.pictures(report(filled), dots_per_inch=30)
    assert len(pages) > 3
    assert all(each.startswith(b"\x89PNG") and len(each) > 1000 for each in pages)


# ---- CSV -------------------------------------------------------------------------------------------------------------


def test_the_csv_holds_every_row_of_every_figure_in_full(filled: National) -> None:
    found = report(filled)
    files = numbers.files(found)
    assert set(files) == {"figures.csv", *(f"{each.id}.csv" for each in found.figures)}
    listed = list(csv.DictReader(io.StringIO(files["figures.csv"])))
    assert [row["figure"] for row in listed] == [each.id for each in found.figures]
    assert all(row["marking"].startswith("TLP:") and row["period"] and row["which reports"] for row in listed)
    for each in found.figures:
        header, *rows = csv.reader(io.StringIO(files[f"{each.id}.csv"]))
        assert tuple(header) == each.columns
        assert len(rows) == len(each.rows)
    masses = [float(row["kg"]) for row in csv.DictReader(io.StringIO(files["seizures-by-drug.csv"]))]
    assert masses == [row[2] for row in figure(found, "seizures-by-drug").rows]


def test_a_cell_is_never_a_formula(national: National) -> None:
    national.enter("dhs", Agreement(id="a", partner='=HYPERLINK("x")', covers="@SUM(1)", liaison="-1+2"))
    text = numbers.files(report(national))["agreements.csv"]
    (row,) = list(csv.reader(io.StringIO(text)))[1:]
    assert [cell[0] for cell in row if cell and not cell[0].isalnum()] == ["'", "'", "'"]


# ---- charts ----------------------------------------------------------------------------------------------------------

_VALUES = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True), st.integers(0, 10**12).map(float))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["bars", "columns", "lines"]),
    st.lists(st.text(max_size=50), min_size=0, max_size=25),
    st.integers(1, 7),
    st.data(),
)
def test_any_chart_is_well_formed_and_without_colour(
    form: str, labels: list[str], of_series: int, data: st.DataObject
) -> None:
    labels = [label.translate(dict.fromkeys((*range(32), 65534, 65535))) for label in labels]
    series = tuple(
        Series(
            name=f"<&{number}", values=tuple(data.draw(st.lists(_VALUES, min_size=len(labels), max_size=len(labels))))
        )
        for number in range(of_series)
    )
    drawn = draw(Chart(form=form, labels=tuple(labels), series=series, unit="kg & <more>"), "A <title> & more")
    if not drawn:
        return
    ET.fromstring(drawn)
    assert "nan" not in re.sub(r"<text[^>]*>[^<]*</text>", "", drawn).lower().replace("dominant", "")
    for colour in re.findall(r"#([0-9a-f]{3,6})\b", drawn):
        assert len(set(colour)) == 1, colour


def test_a_chart_without_a_value_is_not_drawn() -> None:
    chart = Chart(form="bars", labels=("a",), series=(Series(name="x", values=(None,)),), unit="kg")
    assert draw(chart, "Nothing") == ""


def test_no_data_is_written_and_not_drawn_as_nothing() -> None:
    chart = Chart(form="bars", labels=("a", "b"), series=(Series(name="x", values=(None, 2.0)),), unit="kg")
    assert "no data" in draw(chart, "Some")


def test_a_report_with_thousands_of_rows_is_cut_on_the_page_and_whole_in_the_csv(national: National) -> None:
    from datetime import UTC, datetime

    for number in range(30):
        marking = Marking(originator="dhs", tlp=Tlp.GREEN)
        national.submit(
            seizure(
                "dhs", datetime(2021, 2, 1, tzinfo=UTC), f"unknown-{number}", 1.0, area="", modality="", marking=marking
            )
        )
    found = report(national)
    assert "20 of 30 rows; all are in seizures-by-drug.csv." in page.render(found)
    assert numbers.files(found)["seizures-by-drug.csv"].count("\r\n") == 31

from __future__ import annotations

import gzip
from collections import Counter

import pytest

from cutset.ingest.reader import Draft
from cutset.ingest.source import BadFile
from cutset.ingest.unodc import COLUMNS, UnodcIds
from cutset.model.report import Kind, Precision, Seizure
from tests.ingest.reading import MADE, context, read, real

FILE = MADE / "made-unodc-ids.csv"


@pytest.fixture(scope="module")
def made():
    return read(UnodcIds(), FILE)


def event(draft) -> Seizure:
    assert isinstance(draft.report.content, Seizure)
    return draft.report.content


def test_a_row_becomes_a_seizure_with_codes_beside_what_was_written(made):
    draft = made[0][0]
    content = event(draft)
    assert (draft.file, draft.line, draft.rows) == ("made-unodc-ids.csv", 2, 1)
    assert (content.when.at.isoformat(), content.when.precision) == ("2012-02-29T00:00:00+00:00", Precision.DAY)
    where = content.where
    assert (where.country, where.subdivision, where.place) == ("CO", "Made Valley", "Made Town")
    assert where.installation == "Airport"
    assert (content.route.producing, content.route.departure, content.route.destination) == ("CO", "CO", "ES")
    assert (content.modality, content.direction) == ("air", "outbound")
    assert content.area == "beyond the borders"
    (goods,) = content.goods
    assert (goods.contraband, goods.substance, goods.written) == ("drug", "cocaine", "Cocaine")
    assert (goods.quantity.amount, goods.quantity.mass_kg) == (2.5, 2.5)
    assert goods.concealment
    assert draft.report.source.dataset == "unodc-ids"
    assert draft.report.source.made


def test_identical_rows_are_counted_in_the_order_of_the_file(made):
    cocaine = [draft for draft in made[0] if event(draft).goods[0].written == "Cocaine"]
    assert [(draft.line, draft.report.source.occurrence) for draft in cocaine] == [(2, 1), (3, 2), (6, 3)]
    assert len({(draft.report.content, draft.report.text) for draft in cocaine}) == 1


def test_rows_that_say_unknown_or_nothing_are_one_content_and_stay_two_reports(made):
    heroin = [draft.report for draft in made[0] if event(draft).goods[0].written == "Heroin"]
    assert heroin[0].content == heroin[1].content
    assert [report.source.occurrence for report in heroin] == [1, 2]


def test_a_cell_over_two_lines_keeps_its_quotes_and_the_line_numbers_after_it(made):
    draft = made[0][2]
    assert (draft.line, event(draft).where.place) == (4, 'The "Made" farm;\nbehind the river')
    assert event(draft).goods[0].contraband == "precursor"


def test_unknown_countries_drugs_and_codes_are_kept_as_written(made):
    draft = next(draft for draft in made[0] if event(draft).where.place == "Made Port")
    content = event(draft)
    assert (content.where.country, content.goods[0].written) == ("", "Made Wonder Powder")
    assert (content.goods[0].contraband, content.goods[0].substance) == ("drug", "")
    assert draft.report.text == (
        "COUNTRY: Republic of Made; TRANSPORT: Made balloon; DEPARTURE_COUNTRY: Republic of Made; "
        "HIDING_PLACE: Inside a made statue"
    )


def test_zero_is_an_amount_and_an_empty_cell_is_none(made):
    amounts = {event(draft).goods[0].written: event(draft).goods[0].quantity for draft in made[0]}
    assert amounts["Made Wonder Powder"].amount == 0
    assert amounts["Heroin"] is None


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        (8, "AMOUNT", "NaN"),
        (9, "AMOUNT", "-1"),
        (10, "AMOUNT", "some"),
        (11, "SEIZURE_DATE", "2999-03-03"),
        (12, "SEIZURE_DATE", "03/03/2012"),
    ],
)
def test_a_bad_amount_or_date_rejects_its_row(made, line, column, value):
    (reject,) = [reject for reject in made[1] if reject.line == line]
    assert (reject.file, reject.column, reject.value) == ("made-unodc-ids.csv", column, value)
    assert reject.reason
    assert len(reject.row) == len(COLUMNS)


def test_every_row_is_a_draft_or_a_reject(made):
    drafts, rejects = made
    assert (len(drafts), len(rejects)) == (7, 6)
    assert 13 in {reject.line for reject in rejects}


def test_columns_may_stand_in_another_order(tmp_path):
    reverse = tmp_path / "reverse.csv"
    row = dict(
        zip(COLUMNS, ["Europe", "", "Spain", "", "", "2012-03-03", "Heroin", "1", "Gram"] + [""] * 7, strict=True)
    )
    columns = list(reversed(COLUMNS))
    reverse.write_text(";".join(columns) + "\n" + ";".join(row[column] for column in columns) + "\n", encoding="utf-8")
    (draft,), rejects = read(UnodcIds(), reverse)
    assert not rejects
    assert (event(draft).where.country, event(draft).goods[0].quantity.mass_kg) == ("ES", 0.001)


def test_a_file_of_another_format_and_another_kind_are_refused(tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("FY;Month\n2020;OCT\n", encoding="utf-8")
    with pytest.raises(BadFile, match="lacks"):
        list(UnodcIds().read(other, context()))
    with pytest.raises(BadFile, match="seizures"):
        list(UnodcIds().read(FILE, context(kind=Kind.CASE)))


def test_a_cut_gzip_gives_the_whole_rows_before_the_cut(tmp_path):
    header, row = FILE.read_bytes().split(b"\n")[:2]
    rows = b"\n".join(row.replace(b"2.5", b"%d.%d" % (number, number * number)) for number in range(20_000))
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(gzip.compress(header + b"\n" + rows, mtime=0)[:-1000])
    drafts: list[Draft] = []
    with pytest.raises(BadFile):
        drafts.extend(UnodcIds().read(cut, context()))
    assert 0 < len(drafts) < 20_000
    assert [draft.line for draft in drafts] == list(range(2, len(drafts) + 2))


@pytest.mark.data
def test_the_real_file_is_read_whole():
    drafts, rejects = read(UnodcIds(), real("seizures/unodc_ids_dev_2011-2014.csv.gz"))
    assert len(drafts) + len(rejects) == 208_172
    assert not rejects
    later = sum(draft.report.source.occurrence > 1 for draft in drafts)
    # 25,249 rows are identical in every cell; a few more differ only in spaces, or in which word says nothing.
    assert 25_249 <= later < 25_300
    assert (
        len({(draft.report.content, draft.report.source.occurrence, draft.report.text) for draft in drafts}) == 208_172
    )
    countries = Counter(event(draft).where.country for draft in drafts)
    assert countries["CO"] == 130_840
    assert sum(not event(draft).where.country for draft in drafts) < 100
    assert {event(draft).modality for draft in drafts} >= {"air", "maritime", "rail", "mail"}

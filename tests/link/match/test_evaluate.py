from __future__ import annotations

import os
from math import log2
from pathlib import Path

import pytest

from cutset.link.match.evaluate import bins, calibration_error, evaluate, measured, quality, with_estimated_prior
from cutset.link.match.labelled import BadLabels, read_fields, read_labels, read_records, true_pairs
from cutset.link.match.score import log_odds

DATA = Path(os.environ.get("CUTSET_DATA", Path(__file__).parents[4] / "shared" / "data"))

MAPPING = """
kind = "person"
id = "{id}"
truth = "t-(\\\\d+)"
name = "{last}, {first}"
born = ["{born}"]
addresses = ["{street}, {town}"]
[selectors]
email = "{email}"
"""
ROWS = """id, first, last, born, street, town, email, cluster
a, Ana, Quintero, 1979-09-21, 7 Oak St, Laredo, ana@x.example, t-1
b, Anna, Quintero, 1979-09-21, 7 Oak St, Laredo, , t-1
c, Pedro, Zambada, 1950-02-03, , Tucson, , t-2
d, , , , , , , t-3
e, Pedro, Zambada, 1950-03-02, 12 Elm Rd, Tucson, , t-2
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "rows.csv").write_text(ROWS)
    (tmp_path / "map.toml").write_text(MAPPING)
    return tmp_path / "rows.csv", tmp_path / "map.toml"


def test_one_file_is_linked_with_itself(files: tuple[Path, Path]) -> None:
    rows, mapping = files
    found = evaluate([rows], mapping, "cluster")
    assert (found.records, found.true_pairs, found.f1) == (5, 2, 1.0)
    assert found.version == "person-made-1"


def test_two_files_are_linked_with_each_other_alone(files: tuple[Path, Path]) -> None:
    rows, mapping = files
    found = evaluate([rows, rows], mapping, "cluster")
    # Each of a, b, c, e meets itself and its double; d has nothing to be compared by, and is missed.
    assert found.true_pairs == 9
    assert found.candidates == 8
    assert found.recall == pytest.approx(8 / 9)


def test_a_clerks_labels_are_the_only_pairs_counted(files: tuple[Path, Path], tmp_path: Path) -> None:
    rows, mapping = files
    labels = tmp_path / "labels.csv"
    labels.write_text("unique_id_l,unique_id_r,clerical_match_score\nb,a,1.0\nc,e,0.0\na,zz,1.0\n")
    assert read_labels(labels, read_records(rows, read_fields(mapping))) == {(0, 1): True, (2, 4): False}
    found = evaluate([rows], mapping, labels=labels)
    assert found.true_pairs == 1
    assert found.precision == 0.5


def test_there_is_one_truth_and_one_file_or_two(files: tuple[Path, Path], tmp_path: Path) -> None:
    rows, mapping = files
    with pytest.raises(BadLabels, match="nothing says which records are one"):
        evaluate([rows], mapping)
    with pytest.raises(BadLabels, match="two truths"):
        evaluate([rows], mapping, "cluster", labels=tmp_path / "labels.csv")
    for several in ([], [rows, rows, rows]):
        with pytest.raises(BadLabels, match="files cannot be linked"):
            evaluate(several, mapping, "cluster")


def test_the_truth_is_a_part_of_its_column(files: tuple[Path, Path]) -> None:
    rows, mapping = files
    records = read_records(rows, read_fields(mapping), "cluster")
    assert [record.cluster for record in records] == ["1", "1", "2", "3", "2"]
    assert true_pairs(records) == {(0, 1), (2, 4)}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (('name = "{last}', 'name = "{surname}'), "no column 'surname'"),
        (('kind = "person"', "kind = 3"), "not a mapping"),
    ],
)
def test_a_bad_mapping_is_refused_with_a_reason(files: tuple[Path, Path], change: tuple[str, str], what: str) -> None:
    rows, mapping = files
    mapping.write_text(MAPPING.replace(*change))
    with pytest.raises(BadLabels, match=what):
        evaluate([rows], mapping, "cluster")


def test_bad_truth_labels_and_files_are_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    rows, mapping = files
    with pytest.raises(BadLabels, match="no column 'entity'"):
        evaluate([rows], mapping, "entity")
    (tmp_path / "empty.csv").write_text("id,first,last\n")
    with pytest.raises(BadLabels, match="no records"):
        evaluate([tmp_path / "empty.csv"], mapping, "cluster")
    (tmp_path / "labels.csv").write_text("unique_id_l,unique_id_r,clerical_match_score\na,b,yes\n")
    with pytest.raises(BadLabels, match="not labels"):
        evaluate([rows], mapping, labels=tmp_path / "labels.csv")


def test_precision_recall_and_calibration_worked_by_hand() -> None:
    likely = [(0.9, True), (0.9, False), (0.6, True), (0.1, True), (0.0, False)]
    here = quality(likely, 4, 0.5)
    assert (here.precision, here.recall) == (2 / 3, 0.5)
    assert here.f1 == pytest.approx(4 / 7)
    # |1/2 - 0.9| for two, |1 - 0.6| and |1 - 0.1| for one each, 0 for one.
    assert calibration_error(bins(likely)) == pytest.approx((2 * 0.4 + 0.4 + 0.9) / 5)


def test_the_best_threshold_is_found_where_it_is() -> None:
    scored = [((0, 1), 5.0), ((0, 2), 4.0), ((1, 2), -3.0)]
    found = measured(scored, {(0, 1), (0, 2)}, candidates=3, records=3, capped=0, prior=0.1, version="x", seconds=0.0)
    assert found.best.f1 == 1.0
    assert found.best.threshold == pytest.approx(16 / 17)


def test_the_prior_is_found_again_from_weights_alone() -> None:
    # A thousand pairs whose evidence is clear: forty of one thing, of ten thousand possible.
    scored = [((0, n), 12.0 + log_odds(0.3)) for n in range(40)] + [((1, n), -12.0 + log_odds(0.3)) for n in range(960)]
    prior, again = with_estimated_prior(scored, 0.3, 10_000)
    assert prior == pytest.approx(0.004, rel=0.1)
    assert again[0][1] == pytest.approx(12.0 + log2(prior / (1 - prior)))


@pytest.mark.data
@pytest.mark.parametrize(("name", "mapping", "truth", "least"), [("dataset3.csv", "febrl", "rec_id", 0.997)])
def test_febrl_3_reaches_the_goal(name: str, mapping: str, truth: str, least: float) -> None:
    path = DATA / "linkage" / name
    if not path.exists():
        pytest.skip("CUTSET_DATA has no linkage sets")
    maps = Path(__file__).parents[3] / "bench" / "linkage"
    assert evaluate([path], maps / f"{mapping}.toml", truth).f1 >= least

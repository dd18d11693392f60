"""The verbs of drug signatures, on results that were entered as reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cutset.access.registry import Agency, Viewer
from cutset.model.exhibit import Component
from cutset.model.marking import Tlp
from cutset.model.report import Goods, Lab, Report, Source
from cutset.model.signature import DrugSignature, Feature
from cutset.node import Node
from tests.cli.running import run
from tests.samples import marked


def call(*words: str) -> str:
    """What a verb prints, which succeeds."""
    done = run(Path.cwd(), *words)
    assert done.status == 0, done.err
    return done.out


def fails(*words: str) -> str:
    """What a verb says that fails."""
    done = run(Path.cwd(), *words)
    assert done.status == 2
    return done.err


def result(
    number: str, carbon: float, *, agency: str = "ash", tlp: Tlp = Tlp.GREEN, substance: str = "cocaine"
) -> Report:
    features = (
        Feature(name="delta-13c", value=carbon, uncertainty=0.1),
        Feature(name="delta-15n", value=-19.0, uncertainty=0.2),
        Feature(name="truxillines", value=0.05, uncertainty=0.002),
    )
    lab = Lab(
        number=number,
        laboratory="state laboratory",
        exhibit=f"{agency}/{number}",
        findings=(Goods("cocaine", substance),),
        cuts=(Component(name="levamisole"),),
        signature=DrugSignature(features=features, method="GC-MS"),
    )
    return Report(marking=marked(agency, tlp=tlp), source=Source(dataset="lab", record=number), content=lab)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[str]]:
    url = str(tmp_path_factory.mktemp("signature") / "lab.cutset")
    node = Node.create(url)
    node.register(*(Agency(name) for name in ("ash", "birch")), Viewer("ann@ash", "ash"), Viewer("ben@birch", "birch"))
    reports = (
        result("1", -38.0),
        result("2", -38.05, agency="birch"),
        result("3", -30.0),
        result("4", -38.0, agency="birch", tlp=Tlp.RED),
        result("5", -38.0, substance="heroin"),
    )
    return url, [node.submit(each, by="ann@ash" if each.originator == "ash" else "ben@birch").id for each in reports]


def test_near_lists_what_the_viewer_may_see_the_strongest_first(store: tuple[str, list[str]]) -> None:
    url, ids = store
    found = json.loads(call("signature", "near", ids[0], "--store", url, "--as", "ann@ash", "--json"))
    assert [each["report"] for each in found] == [ids[1]]
    assert found[0]["comparison"]["statement"] == "same batch"
    assert found[0]["exhibit"] == "birch/2"
    for_ben = json.loads(call("signature", "near", ids[1], "--store", url, "--as", "ben@birch", "--json"))
    assert {each["report"] for each in for_ben} == {ids[0], ids[3]}
    assert "same batch" in call("signature", "near", ids[0], "--store", url, "--as", "ann@ash")
    assert "no other result" in call("signature", "near", ids[2], "--store", url, "--as", "ann@ash")


def test_compare_shows_what_each_feature_adds(store: tuple[str, list[str]]) -> None:
    url, ids = store
    told = call("signature", "compare", ids[0], ids[2], "--store", url, "--as", "ann@ash")
    for words in ("delta-13c", "-38 ± 0.1 per mil VPDB", "truxillines", "levamisole", "a person judges"):
        assert words in told
    found = json.loads(call("signature", "compare", ids[0], ids[1], "--store", url, "--as", "ann@ash", "--json"))
    assert found["banner"] == "TLP:GREEN"


def test_what_is_hidden_or_is_no_result_cannot_be_compared(store: tuple[str, list[str]]) -> None:
    url, ids = store
    hidden = fails("signature", "compare", ids[0], ids[3], "--store", url, "--as", "ann@ash")
    never = fails("signature", "compare", ids[0], "r-never", "--store", url, "--as", "ann@ash")
    assert hidden.replace(ids[3], "r-never") == never


def test_a_table_of_ones_own(store: tuple[str, list[str]], tmp_path: Path) -> None:
    assert "truxillines" in call("signature", "features")
    own = tmp_path / "own.toml"
    own.write_text("version = 'x'")
    assert "table" in fails("signature", "features", "--table", str(own))
    assert "cannot be read" in fails("signature", "features", "--table", str(tmp_path / "none.toml"))

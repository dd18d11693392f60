"""The CASE/UCO graph, against the ontologies and shapes that the CASE validator brings; it asks no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from cutset.evidence.package.case_uco import CONTEXT
from tests.evidence.package.making import COUNSEL, MAKER, CaseDesk

VERSION = "case-1.3.0"

validator = pytest.importorskip("case_utils.case_validate", reason="the CASE validator is not installed")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("case")
    desk = CaseDesk(folder)
    desk.node.dispute(desk.event, letter="letter 1", text="He was abroad.", by=COUNSEL)
    desk.node.package(desk.case, folder / "case", viewer=MAKER, recipient=COUNSEL, discovery=True, pdf=False)
    return folder / "case/case.jsonld"


def conforms(path: Path, **options: Any) -> Any:
    return validator.validate(str(path), case_version=VERSION, allow_infos=False, **options)


def test_the_validator_accepts_the_graph_with_no_word_against_it(graph: Path) -> None:
    found = conforms(graph)
    assert found.conforms, found.text
    assert not found.undefined_concepts


def test_the_validator_would_find_a_mistake(graph: Path, tmp_path: Path) -> None:
    said = msgspec.json.decode(graph.read_bytes())
    action = next(each for each in said["@graph"] if each["@type"] == "case-investigation:InvestigativeAction")
    action["uco-action:performer"] = "ann@ash"
    broken = tmp_path / "broken.jsonld"
    broken.write_bytes(msgspec.json.encode(said))
    assert not conforms(broken).conforms


def test_every_exhibit_act_file_and_link_is_in_the_graph(graph: Path) -> None:
    nodes = msgspec.json.decode(graph.read_bytes())["@graph"]
    kinds = [each["@type"] for each in nodes]
    counted = {kind: kinds.count(kind) for kind in set(kinds)}
    assert counted["case-investigation:ProvenanceRecord"] == counted["uco-core:Item"] == 2
    assert counted["case-investigation:Investigation"] == counted["uco-observable:File"] == 1
    # Two acts, one transfer, the sampling once more for the sample that it made, and one examination.
    assert counted["case-investigation:InvestigativeAction"] == 5
    assert counted["uco-core:Relationship"] == 2
    assert len({each["@id"] for each in nodes}) == len(nodes)
    prefixes = {each["@type"].partition(":")[0] for each in nodes}
    assert prefixes <= CONTEXT.keys()

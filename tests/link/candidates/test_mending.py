"""A damaged index of candidates mends itself in the node that meets the damage, and says so."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from cutset.link.candidates import packing as of_packing
from cutset.node import Node
from tests.cli.running import run
from tests.link.candidates.people import person
from tests.samples import seizure
from tests.worlds import AGENCIES, VIEWERS

CUT = "UPDATE link_candidate_page SET body = substr(body, 1, length(body) / 2)"
ASKED = person("Olga Montero", "1979-09-21")


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store whose index was cut short after it was used."""
    monkeypatch.setattr(of_packing, "FRESH_LEAST", 0)
    path = tmp_path / "damaged.cutset"
    node = Node.create(str(path))
    node.register(*AGENCIES, *VIEWERS)
    for number in range(3):
        node.submit(seizure(ASKED, person("Ana Contreras"), occurrence=number + 1), by="ann@ash")
    assert len(node.match(ASKED, viewer="ann@ash").matches) == 3
    assert node.told_of_candidates() == []
    with sqlite3.connect(path) as connection:
        connection.execute(CUT)
    return path


def test_every_question_mends_and_answers(damaged: Path) -> None:
    report = Node.open(str(damaged)).match(ASKED, viewer="ann@ash").matches[0].report
    for ask in (
        lambda node: [each.report for each in node.match(ASKED, viewer="ann@ash").matches],
        lambda node: [each.answer for each in node.matches_of(report, viewer="ann@ash", threshold=0)],
        lambda node: node.near(report, viewer="ann@ash", threshold=0).found,
    ):
        with sqlite3.connect(damaged) as connection:
            connection.execute(CUT)
        node = Node.open(str(damaged))
        assert ask(node)
        (told,) = node.told_of_candidates()
        assert told.startswith("the index of candidates is rebuilt from the log: ")
        assert node.told_of_candidates() == []
        assert ask(node) == ask(Node.open(str(damaged)))


def test_the_verb_answers_and_says_so_on_stderr(damaged: Path) -> None:
    ran = run(damaged.parent, "match", "Olga Montero", "--born", "1979-09-21", "--as", "ann@ash", "--json")
    assert ran.status == 0
    assert len(ran.json["matches"]) == 3
    assert "the index of candidates is rebuilt from the log" in ran.err
    again = run(damaged.parent, "match", "Olga Montero", "--born", "1979-09-21", "--as", "ann@ash", "--json")
    assert again.json == ran.json
    assert again.err == ""

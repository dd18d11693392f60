"""What is made says so however it is taken in: no one has to remember an option."""

from __future__ import annotations

from pathlib import Path

import pytest

import cutset
from cutset.exercise.agencies import EXAMINATIONS, FEEDS
from cutset.exercise.custody import SIGNED
from cutset.exercise.files import write
from cutset.exercise.world import make
from cutset.ingest.mapping import shipped
from tests.cli.running import run

BY_PEOPLE = [feed for feed in FEEDS if feed.reader not in (EXAMINATIONS, SIGNED)]
"""What can be read with a format of `cutset formats`: the others are read with the world."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("labels") / "world"
    # So many organisations and months that no agency's file is empty.
    write(make(7, quiet=3, scale=0.02), folder)
    return folder


@pytest.mark.parametrize("feed", BY_PEOPLE, ids=lambda feed: feed.file)
def test_every_file_of_a_made_world_is_made_though_nobody_says_so(world: Path, tmp_path: Path, feed) -> None:
    assert run(tmp_path, "init", "own.cutset").status == 0
    ran = run(tmp_path, "ingest", feed.reader, str(world / feed.file), "--agency", "local")
    assert ran.status == 0, ran.err
    assert "MADE exercise data" in ran.out
    held = [each.entry.report for each in cutset.open(str(tmp_path / "own.cutset")).log.follow(0, 100_000)]
    assert held
    assert all(report.source.made for report in held)


def test_the_exercises_own_forms_are_made_wherever_the_file_lies(world: Path, tmp_path: Path) -> None:
    forms = {name for name in shipped() if name.startswith("exercise-")}
    assert forms == {feed.reader for feed in BY_PEOPLE if feed.reader.startswith("exercise-")}
    assert all(shipped()[name].made for name in forms)
    (tmp_path / "stops.jsonl").write_bytes((world / "county-stops.jsonl").read_bytes())
    assert run(tmp_path, "init", "own.cutset").status == 0
    ran = run(tmp_path, "ingest", "exercise-county-stops", "stops.jsonl", "--agency", "local", "--json")
    assert ran.json["accepted"] > 0
    node = cutset.open(str(tmp_path / "own.cutset"))
    assert all(each.entry.report.source.made for each in node.log.follow(0, 100_000))


def test_a_real_file_beside_other_notes_is_not_made(world: Path, tmp_path: Path) -> None:
    (tmp_path / "READ-ME.txt").write_text("My notes on made data.\n")
    (tmp_path / "ids.csv").write_bytes((world / "unodc-made.csv").read_bytes())
    assert run(tmp_path, "init", "own.cutset").status == 0
    ran = run(tmp_path, "ingest", "unodc-ids", "ids.csv", "--agency", "unodc")
    assert ran.status == 0, ran.err
    assert "MADE" not in ran.out
    node = cutset.open(str(tmp_path / "own.cutset"))
    assert not any(each.entry.report.source.made for each in node.log.follow(0, 100_000))

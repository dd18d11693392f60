"""`cutset exercise` says what is wrong in a sentence, before anything is written or lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Ran, run

SMALL = ("exercise", "make", "--scale", "0.05", "--months", "2")


def refused(ran: Ran, said: str) -> None:
    assert ran.status == 2, ran.out
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder with a made world, and a store that has taken it in."""
    ran = run(tmp_path, *SMALL, "--seed", "1", "--store", "a.cutset")
    assert ran.status == 0, ran.err
    return tmp_path


@pytest.mark.parametrize("scale", ["nan", "inf", "-inf", "0"])
def test_a_scale_that_is_none_is_refused(tmp_path: Path, scale: str) -> None:
    refused(run(tmp_path, "exercise", "make", "--scale", scale, "--store", "a.cutset"), "no world has such a scale")
    assert list(tmp_path.iterdir()) == []


def test_the_folder_one_stands_in_is_refused(tmp_path: Path) -> None:
    refused(run(tmp_path, *SMALL, "--out", "."), "--out world")
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_is_there_is_said_before_the_world_is_replaced(made: Path) -> None:
    before = (made / "world" / "READ-ME.txt").read_text()
    refused(run(made, *SMALL, "--seed", "2", "--store", "a.cutset"), "there already")
    refused(run(made, *SMALL, "--seed", "2", "--store", "no/such/b.cutset"), "no such folder")
    refused(run(made, *SMALL, "--seed", "2", "--store", "world/b.cutset"), "would be lost")
    assert (made / "world" / "READ-ME.txt").read_text() == before
    assert {path.name for path in made.iterdir()} == {"world", "a.cutset", "a.cutset.key"} | {
        path.name for path in made.glob("a.cutset-*")
    }


def test_a_store_without_the_exercises_viewers_asks_for_one(made: Path) -> None:
    assert run(made, "init", "own.cutset").status == 0
    asked = ("exercise", "score", "world", "--store", "own.cutset")
    refused(run(made, *asked), "add --as VIEWER")
    refused(run(made, *asked, "--as", "operator@local"), "sees no record of the world")
    ingest = ("ingest", "exercise-dea-cases", "world/dea-cases.jsonl", "--agency", "dea", "--country", "US")
    assert run(made, *ingest, "--store", "own.cutset").status == 0
    ran = run(made, *asked, "--as", "feed@dea", "--json")
    assert ran.status == 0, ran.err


def test_a_store_of_another_world_is_said(made: Path) -> None:
    assert run(made, *SMALL, "--seed", "2", "--out", "other").status == 0
    refused(run(made, "exercise", "score", "other", "--store", "a.cutset"), "sees no record of the world other")
    assert run(made, "exercise", "score", "world", "--store", "a.cutset").status == 0


def test_a_change_that_never_comes_is_refused(tmp_path: Path) -> None:
    refused(run(tmp_path, *SMALL, "--scenario", "low-profile"), "begins in month 10, and the world lasts 2")
    assert list(tmp_path.iterdir()) == []

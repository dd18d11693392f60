"""`cutset allocate`, as the shell runs it: a network is stated, reckoned with, kept and ordered."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from cutset.plan.network_file import example
from tests.cli.running import Ran, run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert run(tmp_path, "init", "coast.cutset").status == 0
    assert run(tmp_path, "allocate", "example", "--out", "network.toml").status == 0
    taken = run(tmp_path, "allocate", "load", "network.toml", "--made")
    assert taken.status == 0, taken.err
    assert "6 entries read: 6 taken in" in taken.out
    return tmp_path


def ask(folder: Path, *arguments: str) -> Ran:
    ran = run(folder, "allocate", *arguments)
    assert ran.status == 0, ran.err
    return ran


def test_a_file_is_entered_once_and_what_is_bad_of_it_is_rejected(folder: Path) -> None:
    assert "0 taken in, 6 held already" in ask(folder, "load", "network.toml", "--made").out
    text = example().replace('modality = "land vehicle"', 'modality = "oxcart"')
    (folder / "network.toml").write_text(text, encoding="utf-8")
    loaded = ask(folder, "load", "network.toml", "--made", "--json").json
    assert (loaded["rejected"], loaded["repeated"], loaded.get("removed", 0)) == (1, 5, 0)
    (rejected,) = Path(loaded["rejects_file"]).read_bytes().splitlines()
    assert "oxcart" in msgspec.json.decode(rejected)["reason"]
    refused = run(folder, "allocate", "load", "never.toml")
    assert (refused.status, refused.err.startswith("cutset: ")) == (2, True)


def test_the_network_is_told_with_what_finds_make_of_it(folder: Path) -> None:
    shown = ask(folder, "network").out
    for words in ("MADE exercise data", "local/go-fast", "local/cutters", "local/cocaine", "No data, for no order"):
        assert words in shown, words
    found = ask(folder, "network", "--revise", "nothing", "--json").json
    assert found["network"] == found["stated"]


def test_a_proposal_is_told_beside_the_baselines_and_changes_beside_what_is(folder: Path) -> None:
    pytest.importorskip("highspy")
    shown = ask(folder, "propose", "--months", "3", "--draws", "10").out
    for words in ("proposal", "as now", "spread evenly", "greedy", "How sure", "one more deployment of", "Rests on 6"):
        assert words in shown, words
    greedy = ask(folder, "propose", "--method", "greedy", "--months", "0", "--json").json
    best = ask(folder, "propose", "--months", "0", "--json").json
    assert best["proposal"]["outcome"]["objective"] <= greedy["proposal"]["outcome"]["objective"] + 1e-6
    more = ask(folder, "what-if", "--days", "local/cutters=40", "--again", "--close", "local/road", "--json").json
    assert more["difference"]["after"]["arrived_kg"] < more["difference"]["before"]["arrived_kg"]
    told = ask(folder, "what-if", "--close", "local/road").out
    assert "before" in told
    assert "shut" in told
    cut = ask(folder, "cut", "local/cocaine").out
    assert "cheapest cut of local/cocaine" in cut
    played = ask(folder, "simulate", "--months", "3", "--draws", "5").out
    assert "A month, after 3 months, by luck alone" in played
    assert "who goes where" in ask(folder, "schedule", "--days", "3").out


def test_an_allocation_is_kept_and_ordered(folder: Path) -> None:
    post = ("--post", "local/cutters:local/go-fast=12", "--post", "local/cutters:local/low-profile=8")
    kept = ask(folder, "keep", "spring", "--title", "More days", "--reason", "most passes there", *post)
    assert "Kept as local/spring" in kept.out
    (one,) = ask(folder, "kept", "--json").json
    assert one["allocation"]["expected"]["asset-days a month"] == 20
    assert "most passes there" in ask(folder, "kept").out
    assert "20 orders given, 0 held" in ask(folder, "order", "local/spring", "--since", "2024-05-01").out
    assert "0 orders given, 20 held" in ask(folder, "order", "local/spring", "--since", "2024-05-01").out
    # Days that were ordered are asset-days: the network's next look counts them.
    found = ask(folder, "network", "--json").json["evidence"]["found"]
    assert {each["area"]: each["asset_days"] for each in found} == {"Eastern Pacific": 20.0}
    days = run(folder, "plan", "measure", "asset-days-had", "--json").json
    assert days["whole"]["value"] == 20


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("cut", "local/never"), "no such traffic"),
        (("what-if", "--days", "local/cutters"), "no number of days"),
        (("what-if", "--days", "local/never=3"), "no such means"),
        (("simulate", "--post", "local/cutters=3"), "no posting"),
        (("keep", "spring", "--reason", "x", "--post", "local/cutters:local/go-fast=400"), "are posted of"),
        (("order", "local/never"), "no allocation of this name"),
    ],
)
def test_what_cannot_be_says_why_in_one_sentence(folder: Path, arguments: tuple[str, ...], words: str) -> None:
    pytest.importorskip("highspy")
    refused = run(folder, "allocate", *arguments)
    assert refused.status == 2
    assert refused.err.startswith("cutset: ")
    assert words in " ".join(refused.err.split())


def test_a_store_without_a_network_says_what_is_missing(tmp_path: Path) -> None:
    assert run(tmp_path, "init", "bare.cutset").status == 0
    refused = run(tmp_path, "allocate", "propose")
    assert refused.status == 2
    assert "there is no way to reckon with" in " ".join(refused.err.split())

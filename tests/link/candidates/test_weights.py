"""Weights that were learned are matched by: of a store's own mentions, and as far as the learner may see them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cutset.link.candidates.profiles import profiles
from cutset.link.learn.made import mentions
from cutset.link.match import weights
from cutset.model.mention import MentionKind
from cutset.node import Node
from tests.cli.running import run
from tests.link.candidates.people import indexed, person
from tests.samples import private, seizure
from tests.worlds import AGENCIES, VIEWERS, Store

ASKED = person("Olga Montero", "1979-09-21")


def node_with(folder: Path, people: int = 0) -> Node:
    node = Node.create(str(folder / "made.cutset"))
    node.register(*AGENCIES, *VIEWERS)
    node.submit(seizure(ASKED), by="ann@ash")
    made = [mention for _, mention in mentions(MentionKind.PERSON, people, seed=3)]
    for at in range(0, len(made), 100):
        node.submit(seizure(*made[at : at + 100], occurrence=at + 2), by="ann@ash")
    return node


def test_a_node_and_a_verb_match_by_the_weights_that_they_are_given(tmp_path: Path) -> None:
    node = node_with(tmp_path)
    shipped = weights.shipped(MentionKind.PERSON)
    own = weights.read(
        weights.write(shipped).replace(shipped.version, "own-1").replace("prior = 1e-05", "prior = 1e-09"), "own"
    )
    before = node.match(ASKED, viewer="ann@ash", threshold=0).matches[0].score
    node.weigh_by(own)
    after = node.match(ASKED, viewer="ann@ash", threshold=0).matches[0].score
    assert (before.version, after.version) == (shipped.version, "own-1")
    assert after.weight < before.weight - 13
    near = node.near(seizure(ASKED, occurrence=2), viewer="ann@ash", threshold=0).found[0].match.score
    assert near.version == "own-1"
    assert near.prior_weight == pytest.approx(-14, abs=0.01)
    (tmp_path / "own.toml").write_text(weights.write(own))
    ran = run(
        tmp_path, "match", "Olga Montero", "--weights", "own.toml", "--threshold", "0", "--as", "ann@ash", "--json"
    )
    assert ran.json["matches"][0]["score"]["version"] == "own-1"
    (tmp_path / "bad.toml").write_text("version = ")
    assert run(tmp_path, "match", "Olga Montero", "--weights", "bad.toml", "--as", "ann@ash").status == 2
    node.weigh_by()
    assert node.match(ASKED, viewer="ann@ash", threshold=0).matches[0].score == before


def test_only_what_is_seen_and_live_is_learned_from(store: Store) -> None:
    old = store.submit(seizure(ASKED))
    store.submit(seizure(person("Ana Contreras"), supersedes=(old,), occurrence=2))
    store.submit(seizure(person("Zed Quiroga"), marking=private("birch"), occurrence=3))
    index = indexed(store)
    assert [each.names[0].family for each in profiles(index, store.rights("ash"), MentionKind.PERSON)] == [
        ("contreras",)
    ]
    assert len(profiles(index, store.rights("birch"), MentionKind.PERSON)) == 2
    assert len(profiles(index, store.rights("birch"), MentionKind.PERSON, limit=1)) == 1
    assert profiles(index, store.rights("birch"), MentionKind.VESSEL) == []


def test_the_verb_writes_weights_that_match_reads(tmp_path: Path) -> None:
    pytest.importorskip("splink")
    node_with(tmp_path, people=400)
    ran = run(tmp_path, "link", "learn", "--out", "own.toml", "--sample", "5000", "--as", "ann@ash", "--json")
    assert ran.status == 0, ran.err
    learned = weights.load(tmp_path / "own.toml")
    assert learned.version == "person-made-1+learned" == ran.json["version"]
    assert learned != weights.shipped(MentionKind.PERSON)
    none = run(tmp_path, "link", "learn", "--kind", "vessel", "--out", "none.toml", "--as", "ann@ash")
    assert none.status == 2
    assert not (tmp_path / "none.toml").exists()

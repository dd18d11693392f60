"""Proofs that the log gives, checked by their own arithmetic alone."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from cutset.log.errors import BadProof
from cutset.log.heads import authentic
from cutset.log.store import Log
from tests.log.stores import BY, create, put, report


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Log, list[str], list[object]]:
    """A log of more than 256 leaves, so that stored subtrees are used, with every head that it ever had."""
    log = create(str(tmp_path_factory.mktemp("proofs") / "store.cutset"))
    ids: list[str] = []
    heads: list[object] = [log.head()]
    for count in [1, 2, 3, 7, 60, 1, 100, 130, 1]:
        ids += put(log, *(report(len(ids) + n) for n in range(count)))
        heads.append(log.head())
    return log, ids, heads


def test_every_report_is_proven_to_be_in_the_log(told: tuple[Log, list[str], list[object]]) -> None:
    log, ids, _ = told
    for id in ids:
        proof = log.inclusion(id)
        assert proof.holds()
        assert authentic(proof.head, proof.head.public_key)
        assert len(proof.path) <= 9
    moved = msgspec.structs.replace(proof, index=proof.index - 1)
    assert not moved.holds()


def test_every_head_is_proven_to_be_continued(told: tuple[Log, list[str], list[object]]) -> None:
    log, _, heads = told
    for old in heads:
        proof = log.consistency(old)  # type: ignore[arg-type]
        assert proof.holds()
        assert proof.new == heads[-1]
        if proof.path:
            forged = msgspec.structs.replace(proof, old=msgspec.structs.replace(proof.old, root=bytes(32)))
            assert not forged.holds()


def test_proofs_can_be_sent_as_json(told: tuple[Log, list[str], list[object]]) -> None:
    log, ids, heads = told
    for proof in (log.inclusion(ids[5]), log.consistency(heads[2])):  # type: ignore[arg-type]
        again = msgspec.json.decode(msgspec.json.encode(proof), type=type(proof))
        assert again == proof
        assert again.holds()


def test_what_the_log_does_not_have_cannot_be_proven(tmp_path: Path, told: tuple[Log, list[str], list[object]]) -> None:
    log, _, heads = told
    with pytest.raises(BadProof):
        log.inclusion("r-never")
    other = create(str(tmp_path / "other.cutset"))
    with pytest.raises(BadProof):
        other.consistency(heads[-1])  # type: ignore[arg-type]


def test_a_purged_report_keeps_its_leaf(tmp_path: Path) -> None:
    log = create(str(tmp_path / "store.cutset"))
    ids = put(log, *(report(n) for n in range(5)))
    head = log.head()
    log.purge(ids[:1], reason="ordered by a court", by=BY)
    assert head is not None
    assert log.consistency(head).holds()
    assert log.inclusion(ids[1]).holds()

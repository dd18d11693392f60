"""The public face: submit, see, judge, undo, forget."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

import cutset
from cutset.access.registry import Agency, Viewer
from cutset.link.judging import NothingToJudge
from cutset.log.store import Log
from cutset.model.marking import Tlp
from cutset.model.mention import Mention, MentionKind, Role
from cutset.node import Node, Refused
from tests.samples import case, cocaine, marked, phone, private, seizure


@pytest.fixture
def node(tmp_path: Path) -> Node:
    node = cutset.create(str(tmp_path / "node.cutset"))
    for agency in ("ash", "birch"):
        node.register(Agency(agency, country="US"), Viewer(f"ann@{agency}", agency), Viewer(f"bob@{agency}", agency))
    return node


def test_a_submission_is_a_lead_at_once_and_for_its_viewers_alone(node: Node) -> None:
    node.submit(case("7", phone("+5071"), marking=marked("birch")), by="ann@birch")
    receipt = node.submit(seizure(phone("+5071"), marking=private("ash")), by=node.viewer("ann@ash"))
    (lead,) = node.leads(receipt, viewer="ann@ash")
    assert lead.event == receipt.id
    assert node.why(lead, viewer="ann@ash").other.report.originator == "birch"
    assert node.leads(viewer="ann@birch") == []
    assert node.report(receipt.id, viewer="ann@birch") is None
    entry = node.report(receipt.id, viewer="bob@ash")
    assert entry is not None
    assert entry.by == "ann@ash"


def test_who_may_not_submit_is_refused_with_a_reason(node: Node) -> None:
    with pytest.raises(Refused) as refused:
        node.submit(seizure(marking=marked("birch")), by="ann@ash")
    assert refused.value.remedy


def test_a_judgement_settles_a_repeat_and_is_undone(node: Node) -> None:
    one = node.submit(seizure(goods=(cocaine(5),)), by="ann@ash")
    two = node.submit(seizure(goods=(cocaine(5),), occurrence=2), by="ann@ash")
    (group,) = node.repeats(viewer="ann@ash")
    assert not group.settled
    given = node.judge("same", [one.id, two.id], by="bob@ash", reason="one seizure in two versions")
    assert node.repeats(viewer="ann@ash")[0].settled
    node.judge("unsure", [one.id, two.id], by="ann@ash", reverses=given.id)
    assert not node.repeats(viewer="ann@ash")[0].settled


def test_mentions_are_judged_one_person_and_that_is_undone(node: Node) -> None:
    one = node.submit(seizure(phone("+5071")), by="ann@ash")
    two = node.submit(seizure(phone("+5072"), goods=(cocaine(1),)), by="ann@ash")
    pair = (f"{one.id}#0", f"{two.id}#0")
    given = node.judge("same", pair, by="ann@ash", score=0.9, features={"phone": -1.0})
    (entity,) = node.entities(viewer="bob@ash")
    assert set(entity.mentions) == set(pair)
    assert node.entity(pair[0], viewer="bob@ash") == node.entity(entity.id, viewer="bob@ash") == entity
    undone = node.undo(given.id, by="bob@ash")
    assert node.entities(viewer="ann@ash") == []
    node.undo(undone.id, by="ann@ash")
    assert node.entities(viewer="ann@ash") == [entity]
    node.judge("different", pair, by="bob@ash")
    (contradiction,) = node.contradictions(viewer="ann@ash")
    assert contradiction.path == (given.id,)
    assert [each.verdict for each in node.history(*pair, viewer="ann@ash")].count("same") == 1
    for wrong in (f"{one.id}#7", "r-never#0"):
        with pytest.raises(NothingToJudge, match="there is no such report or mention"):
            node.judge("same", (pair[0], wrong), by="ann@ash")


def test_what_was_undone_can_be_said_again_in_the_same_words(node: Node) -> None:
    one = node.submit(seizure(phone("+5071")), by="ann@ash")
    two = node.submit(seizure(phone("+5072"), goods=(cocaine(1),)), by="ann@ash")
    pair = (f"{one.id}#0", f"{two.id}#0")
    for _ in range(3):
        given = node.judge("same", pair, by="ann@ash", reason="one man")
        assert node.judge("same", pair, by="ann@ash", reason="one man").id == given.id
        assert len(node.entities(viewer="ann@ash")) == 1
        undone = node.undo(given.id, by="ann@ash", reason="no")
        assert node.undo(given.id, by="ann@ash", reason="no").id == undone.id
        assert node.entities(viewer="ann@ash") == []
        node.undo(undone.id, by="ann@ash", reason="he is")
        assert len(node.entities(viewer="ann@ash")) == 1
        node.undo(given.id, by="ann@ash", reason="no")
        assert node.entities(viewer="ann@ash") == []


def test_what_is_hidden_cannot_be_judged_and_a_judgement_tells_no_colleague(node: Node) -> None:
    hidden = node.submit(seizure(goods=(cocaine(5),), marking=private("birch")), by="ann@birch")
    mine = node.submit(seizure(goods=(cocaine(5),)), by="ann@ash")
    with pytest.raises(NothingToJudge, match="there is no such report"):
        node.judge("same", [mine.id, hidden.id], by="ann@ash")
    with pytest.raises(NothingToJudge, match="there is no such report"):
        node.judge("same", [mine.id, "r-never"], by="ann@ash")
    for_ann = marked("birch", tlp=Tlp.RED, rel_to=("viewer:ann@ash",))
    told = node.submit(seizure(goods=(cocaine(6),), marking=for_ann), by="ann@birch")
    assert node.report(told.id, viewer="ann@ash") is not None
    with pytest.raises(Refused, match="not all of your agency"):
        node.judge("different", [mine.id, told.id], by="ann@ash")


def test_ingested_reports_are_indexed_without_being_read_again(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cutset.ingest.formats import reader
    from cutset.ingest.reader import Context

    wallets = tmp_path / "lists"
    wallets.mkdir()
    (wallets / "sanctioned_addresses_ETH.txt").write_text("0x" + "ab" * 20 + "\n0x" + "cd" * 20 + "\n")
    read: list[int] = []
    follow = Log.follow
    monkeypatch.setattr(Log, "follow", lambda log, *at: read.append(len(found := follow(log, *at))) or found)
    loaded = node.ingest(wallets, reader("ofac-crypto"), Context(marking=marked("ash")), by="ann@ash")
    assert loaded.accepted == 2
    assert sum(read) == 0
    assert node.summary(viewer="ann@ash", by=()).rows[0].events == 2


def test_a_purge_reaches_log_views_and_files(node: Node, tmp_path: Path) -> None:
    receipt = node.submit(seizure(phone("+50755501234"), text="Unforgettable Name"), by="ann@ash")
    with pytest.raises(cutset.CutsetError):
        node.purge([receipt.id], reason="", by="ann@ash")
    # Views that are made only when somebody asks must forget as well.
    node.match(phone("+50755501234"), viewer="ann@ash")
    node.sources()
    assert node.purge([receipt.id], reason="tried by a test", by="ann@ash") == 1
    assert node.report(receipt.id, viewer="ann@ash") is None
    for path in tmp_path.glob("node.cutset*"):
        held = path.read_bytes()
        assert b"Unforgettable Name" not in held, path.name
        assert b"50755501234" not in held, path.name
    assert node.log.verify().ok


def test_what_stands_near_by_name_is_a_candidate_and_no_lead(node: Node) -> None:
    named = Mention(kind=MentionKind.PERSON, role=Role.SUBJECT, name="Juan Perez Lopez", born=("1979-09-21",))
    card = node.submit(case("C-1", named), by="ann@ash")
    met = msgspec.structs.replace(named, name="PEREZ LOPEZ, Juan")
    found = node.near(seizure(met), viewer="ann@ash", threshold=0.0)
    assert [each.match.report for each in found.found] == [card.id]
    event = node.submit(seizure(met), by="ann@ash")
    assert node.leads(event, viewer="ann@ash") == []

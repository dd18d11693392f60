"""An originator keeps control of the marking: views follow at once, and those who had seen it are listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from cutset.model.marking import Tlp
from cutset.node import Node, Refused
from cutset.node.oversight import NoReport
from tests.oversight.places import made
from tests.samples import case, marked, phone, portion, private, seizure


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return made(tmp_path)


def test_a_narrower_marking_takes_it_from_every_view_and_lists_who_saw_it(node: Node) -> None:
    apart = portion(private(), phone("+5072"))
    event = node.submit(seizure(phone("+5071"), portions=(apart,), text="kept text"), by="ann@ash")
    node.submit(case("7", phone("+5071"), marking=marked("birch")), by="bob@birch")
    assert len(node.leads(viewer="bob@birch")) == 1
    assert node.summary(viewer="bob@birch", by=()).rows[0].events == 1
    done = node.remark(event.id, private(), by="ann@ash")
    assert "bob@birch" in {each.viewer for each in done.seen_by}
    assert node.leads(viewer="bob@birch") == []
    assert node.summary(viewer="bob@birch", by=()).rows == ()
    for id in (event.id, done.receipt.id):
        assert node.report(id, viewer="bob@birch") is None
    entry = node.report(done.receipt.id, viewer="ann@ash")
    assert entry is not None
    assert (entry.report.text, entry.report.marking) == ("kept text", private())
    assert len(entry.report.portions) == 1
    assert len(node.leads(viewer="ann@ash")) == 1, "its own people go on seeing the lead"
    assert node.log.verify(node.log.head()).ok


def test_a_wider_marking_reaches_new_viewers_but_not_its_portions(node: Node) -> None:
    apart = portion(private(), phone("+5072"))
    event = node.submit(seizure(phone("+5071"), marking=private(), portions=(apart,)), by="ann@ash")
    done = node.remark(event.id, marked("ash"), by="ann@ash")
    entry = node.report(done.receipt.id, viewer="bob@birch")
    assert entry is not None
    assert entry.report.portions == ()
    assert node.summary(viewer="ann@ash", by=()).rows[0].events == 1, "it is counted once"


def test_it_is_the_originators_own_to_mark(node: Node) -> None:
    event = node.submit(seizure(), by="ann@ash")
    for id, by in ((event.id, "bob@birch"), ("r-never", "ann@ash")):
        with pytest.raises(NoReport):
            node.remark(id, private(), by=by)
    for marking in (marked("ash"), private("birch")):
        with pytest.raises(Refused):
            node.remark(event.id, marking, by="ann@ash")
    assert node.report(event.id, viewer="bob@birch") is not None, "nothing was changed"


def test_a_try_that_broke_off_is_taken_up_again(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    event = node.submit(seizure(text="once"), by="ann@ash")

    def breaks(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(node.log, "purge", breaks)
        with pytest.raises(KeyboardInterrupt):
            node.remark(event.id, private(), by="ann@ash")
    done = node.remark(event.id, private(), by="ann@ash")
    assert done.receipt.held
    assert node.report(event.id, viewer="bob@birch") is None
    assert node.summary(viewer="ann@ash", by=()).rows[0].events == 1


def test_a_dispute_goes_on_being_shown_under_the_new_marking(node: Node) -> None:
    event = node.submit(seizure(text="once"), by="ann@ash")
    dispute = node.dispute(event.id, letter="letter 1", text="He was abroad.", by="bob@birch")
    first = node.remark(event.id, marked("ash", tlp=Tlp.AMBER), by="ann@ash").receipt.id
    second = node.remark(first, private(), by="ann@ash").receipt.id
    for id in (event.id, first):
        assert node.disputes([id], viewer="ann@ash") == {}, "it is purged"
    assert [each.id for each in node.disputes([second], viewer="ann@ash")[second]] == [dispute.id]
    assert node.disputes([second], viewer="bob@birch") == {}, "who disputed it sees it no more"


def test_a_correction_answers_a_dispute_of_what_it_replaces(node: Node) -> None:
    event = node.submit(seizure(text="once"), by="ann@ash")
    node.dispute(event.id, letter="letter 1", text="He was abroad.", by="bob@birch")
    corrected = node.submit(seizure(text="corrected", supersedes=(event.id,)), by="ann@ash").id
    assert node.disputes([corrected], viewer="ann@ash") == {}
    assert list(node.disputes([event.id], viewer="ann@ash")) == [event.id]

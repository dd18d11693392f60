"""Signed custody and statuses of assets, as the made agencies file them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from cutset.errors import CutsetError
from cutset.evidence import signing
from cutset.evidence.findings import Fault
from cutset.exercise.custody import FEED, KEYS, SignedCustody, signing_viewers
from cutset.exercise.files import write
from cutset.exercise.patrols import SORTS
from cutset.exercise.play import submit
from cutset.exercise.scenario import Scenario
from cutset.exercise.world import make
from cutset.ingest.reader import Context, Draft, Reject
from cutset.model.marking import Marking
from cutset.model.report import Custody, Track
from cutset.node import Node

LAX = Scenario(name="lax", title="", story="", parameters={"custody.unaccepted": 0.3})
WORLD = make(3, organisations=12, quiet=0, scale=0.1, plot=LAX)
CONTEXT = Context(marking=Marking(originator="dea"), made=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("custody")


@pytest.fixture(scope="module")
def node(folder: Path) -> Node:
    made = Node.create(str(folder / "exercise.cutset"))
    submit(made, WORLD, folder / "world")
    return made


def steps() -> list[Custody]:
    papers = [paper for paper in WORLD.papers if paper.feed == FEED]
    return [msgspec.json.decode(paper.cells["statement"], type=Custody) for paper in papers]


def test_signed_chains_hold_but_where_someone_has_not_signed(node: Node) -> None:
    signed = {step.exhibit for step in steps()}
    late = Counter(step.exhibit for step in steps() if step.act is None and len(step.signatures) < 2)
    assert len(signed) > len(late) > 1
    cards = {card.name: card for card in node.exhibits(viewer="watch@fusion")}
    for name in signed:
        assert cards[name].findings == late[name]
        assert cards[name].made
    # What is on paper only is wanting in all that a signature would show.
    assert all(card.findings for name, card in cards.items() if name not in signed)
    mine = [each for each in node.check_custody(viewer="watch@fusion") if each.exhibit in signed]
    assert {each.fault for each in mine} == {Fault.NOT_ACCEPTED}


def test_the_signers_are_nobody_and_nobody_can_be_them(node: Node, folder: Path) -> None:
    viewers = signing_viewers(folder / "world" / KEYS)
    assert {each.by for step in steps() for each in step.signatures} <= {viewer.id for viewer in viewers}
    desks = {viewer.id: viewer for viewer in node.log.registry().viewers}
    assert not any(viewer.active for viewer in viewers)
    assert not any(viewer.keys for viewer in desks.values() if viewer.active)
    for viewer in viewers:
        with pytest.raises(CutsetError, match="no active viewer"):
            node.exhibits(viewer=viewer.id)


def test_a_changed_step_does_not_hold_and_another_seed_has_other_keys() -> None:
    step = steps()[0]
    assert signing.authentic(step, step.signatures[0])
    changed = msgspec.structs.replace(step, seal="S0000000")
    assert not signing.authentic(changed, step.signatures[0])
    other = next(paper for paper in make(4, organisations=12, quiet=0, scale=0.1).papers if paper.feed == FEED)
    theirs = msgspec.json.decode(other.cells["statement"], type=Custody)
    assert theirs.signatures[0].key != step.signatures[0].key


def test_a_line_that_is_no_step_is_a_reject_and_the_rest_is_read(folder: Path) -> None:
    write(WORLD, folder / "spoiled")
    path = folder / "spoiled" / "signed-custody.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    lines[1] = lines[1][:50] + "\n"
    path.write_text("".join(lines))
    read = list(SignedCustody().read(path, CONTEXT))
    assert [each.line for each in read if isinstance(each, Reject)] == [2]
    assert sum(isinstance(each, Draft) for each in read) == len(lines) - 1


def test_assets_stand_where_they_were_sent(node: Node) -> None:
    held = [entry.entry.report for entry in node.log.follow(0, 100_000)]
    stood = [each.content for each in held if isinstance(each.content, Track) and each.content.own]
    assert {each.own.name for each in stood if each.own} <= SORTS.keys()
    sent = {
        (cells["asset"], cells["day"], float(cells["latitude"]))
        for cells in (paper.cells for paper in WORLD.papers if paper.feed in ("uscg-taskings", "partner-taskings"))
    }
    for each in stood:
        assert each.own is not None
        assert each.own.until is not None
        (position,) = each.positions
        assert (each.own.name, f"{position.at:%Y-%m-%d}", position.latitude_deg) in sent
        assert each.own.until > position.at
    moment = max(each.positions[0].at for each in stood)
    picture = node.watch_picture(viewer="desk@uscg", at=moment)
    (asset, *_) = [each for each in picture.assets if each.at == moment]
    assert (asset.speed_kn, asset.sort) == (SORTS[asset.name].speed_kn, SORTS[asset.name].name)
    assert asset.place is not None

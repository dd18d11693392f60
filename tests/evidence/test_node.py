"""Evidence through a node: two agencies, keys, offers and acceptances, files, results, and a log that was cut."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from cutset.access.registry import Agency, Viewer
from cutset.errors import CutsetError
from cutset.evidence import entering, signing
from cutset.evidence.attachments import NoAttachment
from cutset.evidence.custody import NoExhibit
from cutset.evidence.findings import Fault
from cutset.evidence.index import EvidenceIndex
from cutset.evidence.laboratory import Accredited
from cutset.evidence.possible import Impossible
from cutset.log.store import Log
from cutset.model.exhibit import (
    Attachment,
    Collected,
    Combined,
    Component,
    ExhibitKind,
    Sealed,
    SealState,
    Weighed,
)
from cutset.model.marking import Marking, Tlp
from cutset.model.register import Accreditation
from cutset.model.report import Case, Lab, Report, Response, Seizure, Source, When
from cutset.node import Node
from cutset.node.evidence import Unkept
from cutset.node.purpose import ForPurpose, NoPurpose
from tests.evidence.making import grams
from tests.samples import phone


class Desk:
    """A node with people whose keys are registered."""

    def __init__(self, folder: Path, *, url: str = "") -> None:
        self.at = datetime(2024, 1, 1, 12, tzinfo=UTC)
        self.folder = folder
        self.node = Node.create(url or str(folder / "store.cutset"), clock=lambda: self.at)
        self.node.register(
            Agency("ash", country="US"),
            Agency("birch", country="US"),
            Agency("cedar", country="US"),
            Viewer("ann@ash", "ash", roles=("administrator", "auditor", "privacy-officer")),
            Viewer("bea@birch", "birch"),
            Viewer("cyd@cedar", "cedar"),
        )
        self.keys = {}
        for who in ("ann@ash", "bea@birch"):
            self.keys[who] = folder / f"{who}.key"
            public = signing.make_key(self.keys[who])
            self.node.add_key(public, of=who, reason="made", by="ann@ash")
        self.event = self.submit(Seizure(when=When(at=self.at)), phone("A"))

    def submit(
        self,
        content: object,
        *mentions: object,
        by: str = "ann@ash",
        rel_to: tuple[str, ...] = (),
        **said: object,
    ) -> str:
        agency = by.partition("@")[2]
        marking = Marking(originator=agency, rel_to=rel_to)
        report = Report(marking=marking, source=Source(dataset="made"), content=content, mentions=mentions, **said)
        return self.node.submit(report, by=by).id

    def collect(self, number: str = "1", **said: object) -> str:
        done = Collected(kind=ExhibitKind.DRUG, event=self.event, net=grams("1000", "0.2"))
        key = self.keys["ann@ash"]
        return self.node.act(number, done, by="ann@ash", key=key, seal=f"S{number}", **said).id

    def pass_on(self, exhibit: str = "ash/1") -> tuple[str, str]:
        self.at += timedelta(hours=1)
        offer = self.node.offer(exhibit, "bea@birch", by="ann@ash", key=self.keys["ann@ash"], seal="S1").id
        self.at += timedelta(hours=1)
        key = self.keys["bea@birch"]
        return offer, self.node.accept(offer, by="bea@birch", key=key, seal_state=SealState.INTACT).id


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_transfer_between_agencies_is_signed_by_both_and_seen_by_both(desk: Desk) -> None:
    desk.collect()
    offer, acceptance = desk.pass_on()
    chain = desk.node.custody("ash/1", viewer="ann@ash")
    assert not chain.findings
    assert [step.reports for step in chain.steps][1] == (offer, acceptance)
    assert [each.signature.by for each in chain.steps[1].signatures] == ["ann@ash", "bea@birch"]
    assert [each.holder for each in chain.holders] == ["ann@ash", "bea@birch"]
    # The receiver sees the transfer, and not the collection, which was not released to her.
    (step,) = desk.node.custody("ash/1", viewer="bea@birch").steps
    assert step.is_transfer
    with pytest.raises(NoExhibit):
        desk.node.custody("ash/1", viewer="cyd@cedar")


def test_a_statement_that_was_carried_along_is_entered_later_with_both_times(desk: Desk) -> None:
    desk.collect()
    happened = desk.at
    content = signing.sign(
        entering.transfer(
            "1", giver=desk.node.viewer("ann@ash"), receiver="bea@birch", when=When(at=happened), seal="S1"
        ),
        signing.read_key(desk.keys["ann@ash"]),
        role=signing.Role.GIVER,
        by="ann@ash",
        at=happened,
    )
    desk.at += timedelta(days=2)
    received = happened + timedelta(hours=1)
    desk.node.accept(content, by="bea@birch", key=desk.keys["bea@birch"], at=received)
    chain = desk.node.custody("ash/1", viewer="ann@ash")
    assert not chain.findings
    step = chain.steps[-1]
    assert (step.happened.at, step.accepted, step.entered) == (happened, received, desk.at)


def test_an_offer_that_nobody_accepted_is_found(desk: Desk) -> None:
    desk.collect()
    desk.node.offer("1", "bea@birch", by="ann@ash", key=desk.keys["ann@ash"], seal="S1")
    assert [each.fault for each in desk.node.check_custody(viewer="ann@ash")] == [Fault.NOT_ACCEPTED]


def test_nobody_signs_for_another_or_with_another_s_key(desk: Desk) -> None:
    desk.collect()
    offer = desk.node.offer("1", "bea@birch", by="ann@ash", key=desk.keys["ann@ash"], seal="S1").id
    with pytest.raises(CutsetError, match="may not sign with this key"):
        desk.node.accept(offer, by="bea@birch", key=desk.keys["ann@ash"])
    with pytest.raises(CutsetError, match="no such act"):
        desk.node.accept(offer, by="cyd@cedar", key=desk.keys["bea@birch"])


def test_a_key_revoked_yesterday_signs_no_more_and_what_was_entered_before_stands(desk: Desk) -> None:
    desk.collect()
    desk.pass_on()
    public = desk.node.viewer("ann@ash").keys[0].key
    desk.node.end_key(public, of="ann@ash", reason="lost", by="ann@ash")
    desk.at += timedelta(days=1)
    with pytest.raises(CutsetError, match="revoked"):
        desk.node.act("1", Sealed(seal="B"), by="ann@ash", key=desk.keys["ann@ash"])
    assert not desk.node.check_custody(viewer="ann@ash")
    # Who registers a viewer anew does not lose the keys with which they signed.
    desk.node.register(Viewer("ann@ash", "ash", roles=("auditor", "privacy-officer")))
    assert not desk.node.check_custody(viewer="ann@ash")
    with pytest.raises(CutsetError, match="may not change the registry"):
        desk.node.add_key(public, of="bea@birch", reason="made", by="bea@birch")


def test_files_are_fetched_by_who_may_see_and_go_with_the_last_report(desk: Desk, tmp_path: Path) -> None:
    photograph = tmp_path / "photograph"
    photograph.write_bytes(b"picture")
    first = desk.collect("1", files=[photograph])
    second = desk.collect("2", files=[photograph])
    (kept,) = desk.node.custody("ash/1", viewer="ann@ash").exhibit.files
    assert desk.node.attachment(kept.sha256, tmp_path / "again", viewer="ann@ash") == 7
    with pytest.raises(NoAttachment):
        desk.node.attachment(kept.sha256, tmp_path / "hers", viewer="cyd@cedar")
    desk.node.purge([first], reason="retention is over", by="ann@ash")
    assert desk.node.attachments.holds(kept.sha256)
    desk.node.purge([second], reason="retention is over", by="ann@ash")
    assert not desk.node.attachments.holds(kept.sha256)
    assert not [each for each in (tmp_path / "store.cutset.files").rglob("*") if each.is_file()]


def test_a_file_of_which_only_the_digest_is_known_cannot_be_named(desk: Desk, tmp_path: Path) -> None:
    photograph = tmp_path / "photograph"
    photograph.write_bytes(b"picture")
    desk.collect("1", files=[photograph])
    (hidden,) = desk.node.custody("ash/1", viewer="ann@ash").exhibit.files
    never = Attachment(sha256="0" * 64, size=7, name=hidden.name)
    when = When(at=desk.at)
    for name, file in (("hidden", hidden), ("never", never)):
        statement = entering.act(
            name, Collected(kind=ExhibitKind.DRUG), viewer=desk.node.viewer("cyd@cedar"), when=when, files=(file,)
        )
        naming = (
            Seizure(when=when, files=(file,)),
            Lab(number="1", exhibit="cedar/1", files=(file,)),
            statement,
        )
        for content in naming:
            with pytest.raises(Unkept, match="attach it again"):
                desk.submit(content, by="cyd@cedar")
        with pytest.raises(NoAttachment):
            desk.node.attachment(file.sha256, tmp_path / "hers", viewer="cyd@cedar")
    # Who sends the same bytes may name them; so may who was shown a report that does.
    photograph.write_bytes(b"picture")
    desk.node.act("1", Collected(kind=ExhibitKind.DRUG), by="cyd@cedar", files=[photograph])
    assert desk.node.attachment(hidden.sha256, tmp_path / "hers", viewer="cyd@cedar") == 7
    desk.collect("2", files=[photograph], marking=Marking(originator="ash", rel_to=("agency:birch",)))
    desk.submit(Seizure(when=when, files=(hidden,)), by="bea@birch")


def test_exhibits_stay_with_their_event_when_it_is_corrected_or_marked_anew(desk: Desk, tmp_path: Path) -> None:
    desk.collect()
    case = desk.submit(Case(number="7"), phone("A"))
    when = When(at=desk.at)
    corrected = desk.submit(Seizure(when=when, direction="in"), phone("A"), supersedes=(desk.event,))
    last = desk.node.remark(corrected, Marking(originator="ash", tlp=Tlp.RED), by="ann@ash").receipt.id
    for of in (last, case):
        assert [each.name for each in desk.node.exhibits(of, viewer="ann@ash")] == ["ash/1"]
        assert desk.node.package(of, tmp_path / of, viewer="ann@ash", pdf=False).exhibits == 1
    desk.node.act("1", Weighed(net=grams("1")), by="ann@ash", key=desk.keys["ann@ash"], seal="S1")
    assert [each.fault for each in desk.node.check_custody(case, viewer="ann@ash")] == [Fault.MASS_NOT_CONSERVED]


def test_a_report_that_is_marked_anew_keeps_its_file_for_who_may_still_see_it(desk: Desk, tmp_path: Path) -> None:
    photograph = tmp_path / "photograph"
    photograph.write_bytes(b"picture")
    everyone = Marking(originator="ash", rel_to=("agency:birch",))
    first = desk.collect("1", files=[photograph], marking=everyone)
    (kept,) = desk.node.custody("ash/1", viewer="bea@birch").exhibit.files
    assert desk.node.attachment(kept.sha256, tmp_path / "hers", viewer="bea@birch") == 7
    done = desk.node.remark(first, Marking(originator="ash", tlp=Tlp.RED, rel_to=()), by="ann@ash")
    assert desk.node.attachment(kept.sha256, tmp_path / "again", viewer="ann@ash") == 7
    with pytest.raises(NoAttachment):
        desk.node.attachment(kept.sha256, tmp_path / "later", viewer="bea@birch")
    with pytest.raises(NoExhibit):
        desk.node.custody("ash/1", viewer="bea@birch")
    assert not desk.node.check_custody(viewer="ann@ash"), "what was signed is as it was"
    assert "bea@birch" in {each.viewer for each in done.seen_by}
    # A second report names the file too: it goes with the last of them.
    second = desk.collect("2", files=[photograph])
    desk.node.purge([done.receipt.id], reason="retention is over", by="ann@ash")
    assert desk.node.attachments.holds(kept.sha256)
    desk.node.purge([second], reason="retention is over", by="ann@ash")
    assert not list(desk.node.attachments.hashes())


def test_a_result_reaches_the_case_and_says_whether_it_was_accredited(desk: Desk) -> None:
    desk.collect()
    case = desk.submit(Case(number="7"), phone("A"))
    request = desk.node.request_examination(["1"], "ash", by="ann@ash").id
    when = When(at=desk.at)

    def examined(method: str, net: str = "1000.1") -> str:
        lab = Lab(
            number=method,
            when=when,
            exhibit="ash/1",
            request=request,
            methods=(method,),
            net=grams(net, "0.2"),
            purity=0.8,
        )
        return desk.submit(lab)

    def accreditation(**said: str) -> None:
        entry = Accreditation(id="1", laboratory="ash", scope=("GC-MS",), **said)
        desk.submit(Response(plan="p", fiscal_year=2024, entry=entry))

    found = examined("GC-MS")
    (exhibit,) = desk.node.exhibits(case, viewer="ann@ash")
    assert (exhibit.name, exhibit.results, exhibit.findings) == ("ash/1", 1, 0)
    assert [each.answered for each in desk.node.requests(viewer="ann@ash")] == [(found,)]

    def standing() -> list[Accredited]:
        return [each.accredited for each in desk.node.results(["ash/1"], viewer="ann@ash")]

    assert standing() == [Accredited.UNKNOWN]
    accreditation(since="2023-01-01", until="2024-01-01")
    assert standing() == [Accredited.YES]
    accreditation(since="2023-01-01", until="2024-01-01", suspended="2024-01-01")
    assert standing() == [Accredited.NOT_THEN]
    accreditation(since="2023-01-01")
    examined("colour test", net="990")
    assert standing() == [Accredited.YES, Accredited.NOT_FOR_METHOD]
    assert [each.fault for each in desk.node.check_custody(case, viewer="ann@ash")] == [Fault.MASS_NOT_CONSERVED]


def test_a_chain_whose_tail_was_cut_looks_whole_and_the_kept_head_tells(desk: Desk, tmp_path: Path) -> None:
    desk.collect()
    shutil.copy(tmp_path / "store.cutset", tmp_path / "before.cutset")
    for name in ("-wal", "-shm"):
        beside = tmp_path / f"store.cutset{name}"
        if beside.exists():
            shutil.copy(beside, tmp_path / f"before.cutset{name}")
    desk.pass_on()
    kept = desk.node.log.head()
    shutil.copy(tmp_path / "store.cutset.key", tmp_path / "before.cutset.key")
    cut = Node.open(str(tmp_path / "before.cutset"))
    assert [each.holder for each in cut.custody("ash/1", viewer="ann@ash").holders] == ["ann@ash"]
    assert not cut.check_custody(viewer="ann@ash")
    log = Log.open(str(tmp_path / "before.cutset"))
    assert log.verify().ok
    assert not log.verify(kept).ok


def test_a_rebuilt_index_shows_the_same(desk: Desk) -> None:
    desk.collect()
    desk.pass_on()
    before = desk.node.custody("ash/1", viewer="ann@ash")
    desk.node.index(EvidenceIndex).drop()
    assert desk.node.custody("ash/1", viewer="ann@ash") == before


def test_what_cannot_be_is_refused_and_nothing_is_entered(desk: Desk) -> None:
    desk.collect()
    before = desk.node.log.last()
    wrong = (
        Lab(number="L1", exhibit="1", purity=82.0),
        Lab(number="L1", exhibit="1", purity=-0.2),
        Lab(number="L1", exhibit="1", purity=0.8, purity_uncertainty=-2.0),
        Lab(number="L1", exhibit="1", purity=0.8, cuts=(Component("lactose", 0.6),)),
        Lab(number="L1", exhibit="1", cuts=(Component("lactose", 7.0),)),
    )
    for result in wrong:
        with pytest.raises(Impossible):
            desk.node.enter_result(result, by="ann@ash")
    for done in (
        Collected(kind=ExhibitKind.CURRENCY, amount=Decimal(-5), currency="USD"),
        Collected(kind=ExhibitKind.CURRENCY, amount=Decimal(5), currency="ZZZ"),
        Collected(kind=ExhibitKind.CURRENCY, count=-3),
        Combined(of=("7", "2")),
    ):
        with pytest.raises(Impossible):
            desk.node.act("7", done, by="ann@ash")
    assert desk.node.log.last() == before
    held = Lab(number="L2", exhibit="1", purity=0.7, purity_uncertainty=0.02, cuts=(Component("lactose", 0.31),))
    desk.node.enter_result(held, by="ann@ash")


def test_a_net_mass_above_the_gross_mass_of_before_is_found(desk: Desk) -> None:
    desk.node.act("6", Collected(kind=ExhibitKind.DRUG, gross=grams("100")), by="ann@ash", seal="S6")
    desk.at += timedelta(hours=1)
    desk.node.act("6", Weighed(net=grams("150")), by="ann@ash", seal="S6")
    faults = [each.fault for each in desk.node.check_custody(viewer="ann@ash")]
    assert faults.count(Fault.MASS_NOT_CONSERVED) == 1


def test_what_is_for_a_purpose_is_acted_on_for_that_purpose(desk: Desk) -> None:
    bound = Marking(originator="ash", purposes=("prosecution",))
    desk.node.act("9", Collected(kind=ExhibitKind.DRUG, net=grams("10")), by="ann@ash", seal="S9", marking=bound)
    with pytest.raises(NoExhibit):
        desk.node.custody("ash/9", viewer="ann@ash")
    court = ForPurpose(desk.node, "prosecution")
    desk.at += timedelta(hours=1)
    weighed = court.act("9", Weighed(net=grams("10")), by="ann@ash", seal="S9").id
    found = court.custody("ash/9", viewer="ann@ash")
    assert {each.fault for each in found.findings} == {Fault.NOT_SIGNED}
    entry = court.report(weighed, viewer="ann@ash")
    assert entry is not None
    assert entry.report.marking.purposes == ("prosecution",), "the act is bound as the rest is"
    with pytest.raises(NoPurpose, match="prosecution"):
        ForPurpose(desk.node, "curiosity")


def test_a_wrong_offer_is_withdrawn_by_its_own_agency_with_a_reason(desk: Desk) -> None:
    desk.collect()
    desk.at += timedelta(hours=1)
    key = desk.keys["ann@ash"]
    wrong = desk.node.offer("1", "bea@brich", by="ann@ash", key=key, seal="S1").id
    desk.pass_on()
    assert Fault.TWO_HOLDERS in {each.fault for each in desk.node.check_custody(viewer="ann@ash")}
    with pytest.raises(CutsetError, match="no such report"):
        desk.node.withdraw_custody(wrong, reason="mistyped", by="cyd@cedar")
    with pytest.raises(CutsetError, match="says why"):
        desk.node.withdraw_custody(wrong, reason=" ", by="ann@ash")
    with pytest.raises(entering.NotYours):
        desk.node.withdraw_custody(desk.event, reason="mistyped", by="ann@ash")
    desk.node.withdraw_custody(wrong, reason="the receiver's id was mistyped", by="ann@ash")
    assert not desk.node.check_custody(viewer="ann@ash")
    assert desk.node.custody("ash/1", viewer="ann@ash").exhibit.holder == "bea@birch"
    with pytest.raises(entering.NotYours, match="oneself"):
        desk.node.offer("1", "ann@ash", by="ann@ash", key=key)

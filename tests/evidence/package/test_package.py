"""Packages: what they hold, for whom, and that they prove themselves."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from cutset.access.registry import Viewer
from cutset.errors import CutsetError
from cutset.evidence.package import folder as of_folder
from cutset.evidence.package.gather import NoCase, Replaced
from cutset.evidence.package.manifest import flaws
from cutset.evidence.package.pdf import _result
from cutset.log.entries import Head
from cutset.log.proofs import Inclusion
from cutset.model.report import Case
from tests.evidence.package.making import COUNSEL, MAKER, CaseDesk
from tests.samples import phone


@pytest.fixture
def desk(tmp_path: Path) -> CaseDesk:
    return CaseDesk(tmp_path)


def lines(path: Path) -> list[dict[str, object]]:
    return [msgspec.json.decode(each) for each in path.read_bytes().splitlines()]


def everything(folder: Path) -> dict[str, bytes]:
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_a_package_holds_what_its_maker_may_see(desk: CaseDesk, tmp_path: Path) -> None:
    found = desk.node.package(desk.case, tmp_path / "case", viewer=MAKER)
    folder = tmp_path / "case"
    # A sample is of the kind of what it was taken from.
    kinds = {each["name"]: each["kind"] for each in lines(folder / "exhibits.jsonl")}
    assert kinds == {"ash/1": "drug", "birch/1.1": "drug"}
    assert {desk.case, desk.event, desk.collected, desk.result, desk.hidden} <= set(found.reports)
    assert {each["id"] for each in lines(folder / "reports.jsonl")} == set(found.reports)
    results = lines(folder / "results.jsonl")
    assert [each["report"] for each in results] == [desk.result, desk.hidden]
    profile = {"features": [{"name": "delta-13c", "uncertainty": 0.1, "value": -36.0}]}
    assert [each["profile"] for each in results] == [profile] * 2
    said = "Signature profile: delta-13c -36 ± 0.1 (k = 1)"
    assert said in (folder / "case.jsonld").read_text()
    entries = desk.node.custody("ash/1", viewer=MAKER).results
    assert all(said in _result(each) and "levamisole" in _result(each) for each in entries), "in the PDF"
    assert (folder / "files").is_dir()
    assert [each.read_bytes() for each in (folder / "files").iterdir()] == [b"picture"]
    assert (folder / "package.pdf").read_bytes().startswith(b"%PDF")
    assert found.banner.startswith("TLP:RED")
    # A link that was rejected, its event, and the judgement are there in discovery alone.
    assert desk.rejected not in found.reports
    assert not (folder / "rejected.jsonl").exists()
    assert (folder.stat().st_mode & 0o777) == 0o700


def test_a_package_for_another_holds_what_both_may_see(desk: CaseDesk, tmp_path: Path) -> None:
    found = desk.node.package(desk.case, tmp_path / "case", viewer=MAKER, recipient=COUNSEL)
    assert desk.result in found.reports
    assert desk.hidden not in found.reports
    for name, data in everything(tmp_path / "case").items():
        assert desk.hidden.encode() not in data, name
        assert b"Kept back" not in data, name
    assert b"Said in L1" in (tmp_path / "case/reports.jsonl").read_bytes()


def test_nobody_gives_another_what_they_may_not_see_themselves(desk: CaseDesk, tmp_path: Path) -> None:
    # The recipient sees more than the maker: the package is no way to it.
    found = desk.node.package(desk.case, tmp_path / "case", viewer="bea@birch", recipient=MAKER, discovery=True)
    assert desk.hidden not in found.reports
    assert desk.hidden not in {each.report for each in (*found.withheld, *found.unnamed)}
    assert all(desk.hidden.encode() not in each for each in everything(tmp_path / "case").values())


def test_discovery_tells_what_was_rejected_superseded_and_withheld(desk: CaseDesk, tmp_path: Path) -> None:
    newer = desk.examined("L3", desk.released, supersedes=(desk.result,))
    found = desk.node.package(desk.case, tmp_path / "case", viewer=MAKER, recipient=COUNSEL, discovery=True)
    folder = tmp_path / "case"
    assert [each["event"] for each in lines(folder / "rejected.jsonl")] == [desk.rejected]
    reports = {each["id"]: each for each in lines(folder / "reports.jsonl")}
    assert {desk.rejected, desk.result, newer} <= reports.keys()
    assert reports[desk.result]["superseded"] is True
    assert "superseded" not in reports[newer]
    judged = [each["report"]["content"] for each in reports.values() if each["kind"] == "judgement"]
    assert [(each["verdict"], each["reason"]) for each in judged] == [("rejected", "another man's telephone")]
    withheld = {(each["report"], each.get("portion", 0)): each for each in lines(folder / "withheld.jsonl")}
    assert {(desk.hidden, 0), (desk.result, 1), (newer, 1)} <= withheld.keys()
    assert withheld[desk.hidden, 0]["rules"][0].startswith("rel-to: ")
    assert not found.unnamed


def test_what_is_another_agency_s_is_withheld_without_a_word_in_the_package(desk: CaseDesk, tmp_path: Path) -> None:
    desk.node.register(Viewer("abe@ash", "ash"))
    other = desk.submit(
        msgspec.structs.replace(desk.node.report(desk.event, viewer=MAKER).report.content, direction="in"),
        phone("A"),
        by="bea@birch",
        rel_to=("agency:ash",),
    )
    found = desk.node.package(desk.case, tmp_path / "abe", viewer="abe@ash", recipient=COUNSEL, discovery=True)
    assert other in {each.report for each in found.unnamed}
    assert all(other.encode() not in each for each in everything(tmp_path / "abe").values())
    # Who has the power to explain may name it.
    found = desk.node.package(desk.case, tmp_path / "ann", viewer=MAKER, recipient=COUNSEL, discovery=True)
    assert other in {each.report for each in found.withheld}


def test_it_verifies_without_cutset_and_every_change_is_found(desk: CaseDesk, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    desk.node.package(desk.case, folder, viewer=MAKER)
    program = shutil.which("sha256sum")
    if program is None:
        pytest.skip("there is no sha256sum here")

    def holds() -> bool:
        done = subprocess.run([program, "--check", "--strict", "--quiet", "manifest.sha256"], cwd=folder, check=False)
        return done.returncode == 0

    assert holds()
    assert not flaws(folder)
    for each in sorted(each for each in folder.rglob("*") if each.is_file() and each.name != "manifest.sha256"):
        before = each.read_bytes()
        each.write_bytes(before + b" ")
        assert not holds(), each
        assert flaws(folder) == [f"{each.relative_to(folder).as_posix()} was changed"]
        each.write_bytes(before)
    (folder / "another").write_text("")
    assert flaws(folder) == ["another is not in the manifest"]


def test_the_same_inputs_give_the_same_bytes(desk: CaseDesk, tmp_path: Path) -> None:
    for name in ("one", "two"):
        desk.node.package(desk.case, tmp_path / name, viewer=MAKER, recipient=COUNSEL, discovery=True)
    assert everything(tmp_path / "one") == everything(tmp_path / "two")


def test_auditors_get_proofs_that_hold_and_others_receipts(desk: CaseDesk, tmp_path: Path) -> None:
    found = desk.node.package(desk.case, tmp_path / "mine", viewer=MAKER)
    heads = {each.size: each for each in (msgspec.convert(each, Head) for each in lines(tmp_path / "mine/heads.jsonl"))}
    proofs = lines(tmp_path / "mine/proofs.jsonl")
    assert [each["report"] for each in proofs] == list(found.reports)
    for each in proofs:
        path = tuple(each["path"])
        head = heads[each["size"]]
        assert Inclusion(leaf=each["leaf"], index=each["index"], path=path, head=head).holds()
    # The recipient is no auditor: leaf numbers are not for them.
    desk.node.package(desk.case, tmp_path / "theirs", viewer=MAKER, recipient=COUNSEL)
    assert not (tmp_path / "theirs/proofs.jsonl").exists()
    assert len(lines(tmp_path / "theirs/receipts.jsonl")) == len(lines(tmp_path / "theirs/reports.jsonl"))


def test_an_event_is_a_package_of_its_own_and_what_is_hidden_is_not_there(desk: CaseDesk, tmp_path: Path) -> None:
    found = desk.node.package(desk.event, tmp_path / "event", viewer=MAKER, pdf=False)
    assert (found.exhibits, found.links) == (2, 3)
    for of, viewer in ((desk.hidden, COUNSEL), ("r-" + "a" * 32, COUNSEL)):
        with pytest.raises(NoCase, match="there is no such event or case"):
            desk.node.package(of, tmp_path / "never", viewer=viewer)
    desk.examined("L3", desk.released, supersedes=(desk.result,))
    with pytest.raises(Replaced):
        desk.node.package(desk.result, tmp_path / "never", viewer=MAKER)
    assert not (tmp_path / "never").exists()


def test_a_package_is_written_wholly_or_not_at_all(
    desk: CaseDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "there"
    there.mkdir()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(of_folder.Unwritable, match="already"):
        desk.node.package(desk.case, there, viewer=MAKER)
    with pytest.raises(of_folder.Unwritable, match="cannot be written"):
        desk.node.package(desk.case, tmp_path / "no" / "folder", viewer=MAKER)
    # An authority that does not answer: no package without the timestamp that was asked for.
    monkeypatch.setenv("CUTSET_TSA", "http://127.0.0.1:9/")
    monkeypatch.setenv("CUTSET_TSA_ROOTS", str(tmp_path / "photograph.jpg"))
    with pytest.raises(CutsetError, match="does not answer"):
        desk.node.package(desk.case, tmp_path / "case", viewer=MAKER)
    assert sorted(tmp_path.iterdir()) == before


def test_a_missing_file_is_said_to_be_missing(desk: CaseDesk, tmp_path: Path) -> None:
    shutil.rmtree(desk.node.attachments.folder)
    desk.node.package(desk.case, tmp_path / "case", viewer=MAKER)
    assert [each["state"] for each in lines(tmp_path / "case/files.jsonl")] == ["missing"]


def test_making_a_package_is_recorded_with_what_was_in_it(desk: CaseDesk, tmp_path: Path) -> None:
    found = desk.node.package(desk.case, tmp_path / "case", viewer=MAKER)
    (look,) = desk.node.audit(viewer=MAKER, view="package")
    assert look.shown >= len(found.reports)


def test_what_is_disputed_is_marked_and_what_the_person_says_is_in_it(desk: CaseDesk, tmp_path: Path) -> None:
    dispute = desk.node.dispute(desk.event, letter="letter 1", text="He was abroad.", by=COUNSEL).id
    again = desk.node.dispute(dispute, letter="letter 2", text="The letter was not his.", by="bea@birch").id
    hidden = desk.submit(Case(number="9"), by="bea@birch", disputes=(desk.case,))
    found = desk.node.package(desk.case, tmp_path / "case", viewer=MAKER, recipient=COUNSEL)
    told = {(each["report"], each["by"]) for each in lines(tmp_path / "case/disputes.jsonl")}
    assert told == {(desk.event, dispute), (dispute, again)}
    assert {dispute, again} <= set(found.reports)
    assert (found.disputed, hidden in found.reports) == (2, False)
    graph = msgspec.json.decode((tmp_path / "case/case.jsonld").read_bytes())["@graph"]
    marked = {each["uco-core:name"] for each in graph if "disputed" in each.get("uco-core:tag", ())}
    assert marked == {desk.event, dispute}


def test_the_audit_tells_for_whom_a_package_was_made_and_which_reports_reached_them(
    desk: CaseDesk, tmp_path: Path
) -> None:
    desk.node.register(Viewer("aud@ash", "ash", roles=("auditor",)))
    desk.node.register(Viewer("officer@ash", "ash", roles=("privacy-officer",)))
    found = desk.node.package(desk.case, tmp_path / "case", viewer=MAKER, recipient=COUNSEL, discovery=True, pdf=False)
    (look,) = desk.node.audit(viewer="aud@ash", view="package")
    assert look.asked["recipient"] == COUNSEL
    assert look.asked["to"] == desk.node.looks.digests.of(str(tmp_path / "case")), "a path may name somebody"
    (handed,) = desk.node.audit(viewer="aud@ash", view="handed over")
    assert (handed.viewer, handed.asked, set(handed.reports)) == (MAKER, {"recipient": COUNSEL}, set(found.reports))
    for viewer in ("aud@ash", "officer@ash"):
        reached = {each.viewer: each for each in desk.node.who_saw(desk.event, viewer=viewer)}
        assert (reached[COUNSEL].looks, reached[COUNSEL].handed) == (0, 1)
        assert (reached[MAKER].looks > 0, reached[MAKER].handed) == (True, 0)
        # What was withheld from the recipient the maker alone was told of.
        assert [each.viewer for each in desk.node.who_saw(desk.hidden, viewer=viewer) if each.handed] == []
    before = {each.viewer: each.looks.number for each in desk.node.usage(viewer="aud@ash")}
    desk.node.package(desk.case, tmp_path / "other", viewer=MAKER, recipient=COUNSEL, pdf=False)
    after = {each.viewer: each.looks.number for each in desk.node.usage(viewer="aud@ash")}
    assert after[MAKER] == before[MAKER] + 1, "one look, whomever it was made for"


def test_a_package_for_somebody_who_is_not_registered_keeps_no_word_of_who(desk: CaseDesk, tmp_path: Path) -> None:
    desk.node.register(Viewer("aud@ash", "ash", roles=("auditor",)))
    with pytest.raises(CutsetError):
        desk.node.package(desk.case, tmp_path / "case", viewer=MAKER, recipient="juan perez", pdf=False)
    looks = desk.node.audit(viewer="aud@ash", failed=True)
    assert looks
    assert all("juan" not in said for each in looks for said in each.asked.values())

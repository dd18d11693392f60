"""Who looked at what is known, durable, and told only to those whose it is to know."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from cutset.access.registry import Viewer
from cutset.errors import CutsetError
from cutset.log import audit_search
from cutset.log.audit import Look
from cutset.log.audit_search import AuditRefused
from cutset.log.database import engine
from cutset.log.errors import NoKey, NoSuchViewer
from cutset.log.notices import Looked, decode
from cutset.log.store import Log
from cutset.log.tables import log_body, log_notice
from cutset.model.mention import Mention, MentionKind
from cutset.node import Node, Refused
from cutset.node.looks import request
from tests.oversight.places import Hands, made
from tests.samples import case, marked, phone, private, seizure

NAME = "Zebulon Quartermain-Xiphias"
NUMBER = "+50755501234"


def stored(node: Node) -> list[Looked]:
    """Every look in the log, as it is stored."""
    with engine(node.url).connect() as connection:
        bodies = connection.scalars(
            sa.select(log_body.c.body)
            .join(log_notice, log_notice.c.seq == log_body.c.seq)
            .where(log_notice.c.what == "looked")
            .order_by(log_body.c.seq)
        ).all()
    return [notice for body in bodies if isinstance(notice := decode(body), Looked)]


def test_a_look_says_who_saw_what_and_the_log_still_verifies(node: Node) -> None:
    one = node.submit(seizure(phone(NUMBER)), by="ann@ash")
    two = node.submit(case("7", phone(NUMBER), marking=marked("birch")), by="bob@birch")
    (lead,) = node.leads(viewer="ann@ash")
    node.report(one.id, viewer="bob@birch")
    first, second = stored(node)
    assert (first.view, first.by, first.purpose, first.shown) == ("leads", "ann@ash", "investigation", 1)
    assert second.asked == {"id": one.id}
    told = node.audit(viewer="aud@birch")
    assert [(each.view, each.viewer) for each in told[:2]] == [("report", "bob@birch"), ("leads", "ann@ash")]
    assert told[1].reports == tuple(sorted((one.id, two.id)))
    assert lead.event == one.id
    assert {each.viewer for each in node.who_saw(one.id, viewer="aud@birch")} == {"ann@ash", "bob@birch"}
    assert [each.viewer for each in node.who_saw(two.id, viewer="aud@birch")] == ["ann@ash"]
    assert node.log.verify(node.log.head()).ok


def test_a_look_is_durable_before_its_answer_and_refused_where_it_cannot_be_written(node: Node) -> None:
    node.submit(seizure(), by="ann@ash")
    size = node.log.head().size
    node.repeats(viewer="ann@ash")
    assert Log.open(node.url).head().size == size + 1
    Path(f"{node.url}.key").unlink()
    again = Node.open(node.url)
    with pytest.raises(NoKey):
        again.repeats(viewer="ann@ash")


def test_failed_tries_are_recorded_with_who_and_what(node: Node) -> None:
    hidden = node.submit(seizure(marking=private("birch")), by="bob@birch")
    assert node.report(hidden.id, viewer="ann@ash") is None
    for fails in (
        lambda: node.entity("e-" + "a" * 26, viewer="ann@ash"),
        lambda: node.summary(viewer="ann@ash", by=(NAME,)),
        lambda: node.submit(seizure(marking=marked("birch")), by="ann@ash"),
        lambda: node.judge("same", ["r-" + "a" * 32, "r-" + "b" * 32], by="ann@ash"),
        lambda: node.leads(viewer="nobody@ash"),
        lambda: node.viewer("mallory@ash"),
        lambda: node.audit(viewer="ann@ash"),
    ):
        with pytest.raises(CutsetError):
            fails()
    looks = stored(node)
    assert looks[0].asked == {"id": hidden.id}
    assert (looks[0].shown, looks[0].failed) == (0, "")
    assert [(each.view, each.by, each.failed) for each in looks[1:]] == [
        ("entity", "ann@ash", "NotFound"),
        ("summary", "ann@ash", looks[2].failed),
        ("submit", "ann@ash", "Refused"),
        ("judge", "ann@ash", "NothingToJudge"),
        ("leads", "", "NoSuchViewer"),
        ("viewer", "", "NoSuchViewer"),
        ("audit", "ann@ash", "AuditRefused"),
    ]
    assert NAME not in str(looks), "a failed try quotes nothing"
    failed = node.audit(viewer="aud@birch", failed=True)
    assert len(failed) == 7


def test_no_name_and_no_selector_is_in_the_audit_yet_an_auditor_finds_who_asked_for_it(node: Node) -> None:
    asked = Mention(kind=MentionKind.PERSON, name=NAME, selectors=phone(NUMBER).selectors)
    node.match(asked, viewer="ann@ash")
    node.match(phone(NUMBER), viewer="amy@ash")
    node.summary(viewer="ann@ash", by=("drug",), where={"place": NAME})
    for path in Path(node.url).parent.glob("node.cutset*"):
        for text in (NAME, NUMBER, NAME.casefold()):
            assert text.encode() not in path.read_bytes(), path.name
    assert stored(node)[2].asked["by"] == "drug"
    assert [each.view for each in node.audit(viewer="aud@birch", text=NAME.upper())] == ["summary", "match"]
    assert {each.viewer for each in node.audit(viewer="aud@birch", text=NUMBER, view="match")} == {"ann@ash", "amy@ash"}
    assert node.audit(viewer="aud@birch", text="somebody else") == []


def test_the_store_alone_lets_nobody_test_a_guess(tmp_path: Path) -> None:
    digests = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        digests.append(made(tmp_path / name).looks.digests.of(NAME))
    assert digests[0] != digests[1], "the digest hangs on the key, which lies outside of the store"


def test_only_auditors_and_privacy_officers_search(node: Node) -> None:
    for viewer in ("ann@ash", "bob@birch"):
        for view in (node.audit, node.usage):
            with pytest.raises(AuditRefused):
                view(viewer=viewer)
        with pytest.raises(AuditRefused):
            node.who_saw("r-" + "a" * 32, viewer=viewer)


def test_an_officer_sees_their_own_people_and_who_saw_their_own_reports(node: Node) -> None:
    ours = node.submit(seizure(phone(NUMBER)), by="ann@ash")
    theirs = node.submit(case("7", phone(NUMBER), marking=private("birch")), by="bob@birch")
    node.leads(viewer="bob@birch")
    node.report(theirs.id, viewer="bob@birch")
    node.report(ours.id, viewer="ann@ash")
    told = node.audit(viewer="officer@ash")
    assert [(each.viewer, each.view, each.reports, each.shown) for each in told] == [
        ("ann@ash", "report", (ours.id,), 1),
        ("bob@birch", "leads", (ours.id,), 1),
    ], "of birch's lead the report of ash, and not the hidden one"
    assert told[1].asked == {}
    assert [each.seq for each in told] == [None, None]
    assert {each.viewer for each in node.who_saw(ours.id, viewer="officer@ash")} == {"ann@ash", "bob@birch"}
    assert node.who_saw(theirs.id, viewer="officer@ash") == []
    assert node.audit(viewer="officer@ash", report=theirs.id) == []
    assert {each.viewer for each in node.audit(viewer="officer@birch")} == {"bob@birch"}


def test_the_search_narrows(node: Node, hands: Hands) -> None:
    receipt = node.submit(seizure(), by="ann@ash")
    for viewer in ("ann@ash", "amy@ash", "bob@birch"):
        node.report(receipt.id, viewer=viewer)
        hands.at += timedelta(days=1)
    node.repeats(viewer="ann@ash")

    def who(**asked: object) -> list[str]:
        return [each.viewer for each in node.audit(viewer="aud@birch", view=asked.pop("view", "report"), **asked)]  # type: ignore[arg-type]

    assert who() == ["bob@birch", "amy@ash", "ann@ash"]
    assert who(of="amy@ash") == ["amy@ash"]
    assert who(agency="ash") == ["amy@ash", "ann@ash"]
    assert who(view="repeats") == ["ann@ash"]
    assert who(limit=1) == ["bob@birch"]
    newest = node.audit(viewer="aud@birch", view="report", limit=1)[0]
    assert who(before=newest.seq) == ["amy@ash", "ann@ash"]
    since = hands.at - timedelta(days=2)
    assert who(since=since) == ["bob@birch", "amy@ash"]
    assert who(until=since) == ["ann@ash"]
    assert who(searched_purpose="prosecution") == []
    assert who(failed=True) == []


def test_a_purge_keeps_who_saw_it_and_nothing_else(node: Node) -> None:
    receipt = node.submit(seizure(text=NAME), by="ann@ash")
    node.report(receipt.id, viewer="bob@birch")
    node.who_saw(receipt.id, viewer="aud@birch")
    node.purge([receipt.id], reason="tried by a test", by="ann@ash")
    (seen,) = node.who_saw(receipt.id, viewer="aud@birch")
    assert seen.viewer == "bob@birch"
    for path in Path(node.url).parent.glob("node.cutset*"):
        assert NAME.encode() not in path.read_bytes()
    assert node.log.verify().ok


def test_looks_of_one_request_are_one_commit(node: Node) -> None:
    receipt = node.submit(seizure(), by="ann@ash")
    before = node.log.head()
    with request():
        for _ in range(5):
            node.report(receipt.id, viewer="ann@ash")
        assert node.log.head() == before
    head = node.log.head()
    assert (head.size, head.previous) == (before.size + 5, before.size)


def test_threads_share_commits_and_lose_no_look(node: Node) -> None:
    def looks(n: int) -> None:
        for k in range(20):
            node.log.looked(Look(view=f"tried {n} {k}", by="ann@ash"))

    threads = [threading.Thread(target=looks, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each.view for each in stored(node)} == {f"tried {n} {k}" for n in range(8) for k in range(20)}
    assert node.log.verify(node.log.head()).ok


def test_an_edited_look_is_found(node: Node) -> None:
    receipt = node.submit(seizure(), by="ann@ash")
    node.report(receipt.id, viewer="bob@birch")
    with engine(node.url).begin() as connection:
        body = connection.scalar(sa.select(log_body.c.body).order_by(log_body.c.seq.desc()).limit(1))
        connection.execute(
            sa.update(log_body).where(log_body.c.body == body).values(body=body.replace(b"bob@birch", b"amy@ash"))
        )
    verified = node.log.verify()
    assert not verified.ok
    assert "notice" in verified.problems[0].what


def test_the_index_is_what_the_log_says_however_it_was_made(node: Node) -> None:
    receipt = node.submit(seizure(), by="ann@ash")
    node.report(receipt.id, viewer="bob@birch")
    before = node.audit(viewer="aud@birch", view="report")
    node.submit(case("7"), by="ann@ash")
    node.report(receipt.id, viewer="amy@ash")
    node.purge([node.submit(case("8"), by="ann@ash").id], reason="tried by a test", by="ann@ash")
    node.report(receipt.id, viewer="ann@ash")
    whole = node.audit(viewer="aud@birch", view="report")
    assert whole[-1:] == before
    assert len(whole) == 3
    node._audit().drop()
    assert node.audit(viewer="aud@birch", view="report") == whole


def test_the_audit_goes_out_as_json_lines_and_csv(node: Node) -> None:
    receipt = node.submit(seizure(), by="ann@ash")
    node.report(receipt.id, viewer="bob@birch")
    looks = node.audit(viewer="aud@birch")
    line, registered = audit_search.lines(looks)
    assert json.loads(line)["reports"] == [receipt.id]
    assert json.loads(registered)["view"] == "registry"
    heading, row, _ = audit_search.table(looks).splitlines()
    assert heading.startswith("at,viewer,agency")
    assert receipt.id in row


def test_a_change_of_rights_is_in_the_audit_with_who_made_it_and_no_word_of_why(node: Node) -> None:
    node.register(Viewer("root@ash", "ash", roles=("administrator",)))
    before = {each.viewer: each.looks.number for each in node.usage(viewer="aud@birch")}
    said = f"as {NAME} asked"
    node.change_registry(Viewer("amy@ash", "ash", roles=("liaison",)), reason=said, by="root@ash")
    (change, *_) = node.audit(viewer="aud@birch", view="registry")
    assert (change.viewer, change.agency, change.asked) == ("root@ash", "ash", {"changed": "viewer:amy@ash"})
    assert node.audit(viewer="aud@birch", of="root@ash") == [change]
    assert node.registry_changes(viewer="aud@birch", of="amy@ash")[0].reason == said
    written = "".join(audit_search.lines(node.audit(viewer="aud@birch")))
    assert "viewer:amy@ash" in written
    assert NAME not in written
    # The agency's own officer is told of it too, and another's is not. It counts as no look.
    assert [each.asked for each in node.audit(viewer="officer@ash", view="registry")] == [change.asked]
    assert node.audit(viewer="officer@birch", view="registry") == []
    after = {each.viewer: each.looks.number for each in node.usage(viewer="aud@birch")}
    assert after["root@ash"] == before["root@ash"] == 0


def test_looks_of_a_viewer_who_was_made_inactive_stay_theirs(node: Node) -> None:
    node.repeats(viewer="amy@ash")
    node.register(Viewer("amy@ash", "ash", active=False))
    with pytest.raises(NoSuchViewer):
        node.repeats(viewer="amy@ash")
    told = node.audit(viewer="aud@birch", of="amy@ash")
    assert [each.failed for each in told] == ["NoSuchViewer", ""]


def test_reports_are_counted_in_whatever_shape_they_are_shown(node: Node) -> None:
    ids = [node.submit(seizure(occurrence=n), by="ann@ash").id for n in (1, 2, 3)]
    (group,) = node.repeats(viewer="ann@ash")
    (look,) = node.audit(viewer="aud@birch", view="repeats")
    assert look.reports == tuple(sorted(ids)) == tuple(sorted(group.reports))
    judged = node.judge("same", ids[:2], by="ann@ash")
    node.report(judged.id, viewer="bob@birch")
    (look, *_) = node.audit(viewer="aud@birch", view="report")
    assert look.reports == (judged.id,), "a judgement that names two reports has shown neither"


def test_whoever_is_refused_is_told_nothing_that_the_audit_could_not_say(node: Node) -> None:
    with pytest.raises(Refused):
        node.submit(seizure(marking=marked("birch"), text=NAME), by="ann@ash")
    (look,) = stored(node)
    assert look.asked == {"report": "Report"}
    assert msgspec.json.encode(look).count(b"~") == 0

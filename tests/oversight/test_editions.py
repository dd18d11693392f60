"""What goes with a report, and not with its marking: its clock, who was shown it, and to whom it was given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from cutset.access.registry import Agency, Viewer
from cutset.errors import CutsetError
from cutset.log.reviews import NotSaid
from cutset.model.marking import Marking, Tlp
from cutset.node import Node, Refused
from cutset.node.oversight import REASON_CHARACTERS
from tests.oversight.places import START, Hands, made
from tests.oversight.test_retention import INTELLIGENCE, intelligence
from tests.samples import case, marked, private

GREEN = msgspec.structs.replace(INTELLIGENCE, tlp=Tlp.GREEN)
NARROW = msgspec.structs.replace(INTELLIGENCE, tlp=Tlp.RED)


@pytest.fixture
def node(tmp_path: Path, hands: Hands) -> Node:
    node = made(tmp_path, hands=hands)
    node.register(Agency("oak", country="US"), Viewer("cy@oak", "oak"), Viewer("aud@ash", "ash", roles=("auditor",)))
    return node


def given(node: Node, report: str, viewer: str) -> list[str]:
    return [each.to for each in node.disseminations(report, viewer=viewer)]


def saw(node: Node, report: str, viewer: str) -> set[str]:
    return {each.viewer for each in node.who_saw(report, viewer=viewer)}


def disseminate(node: Node, report: str, to: str, by: str = "ann@ash") -> None:
    assert node.disseminate([report], to=to, need="a stop", right="28 CFR 23.20(f)(1)", by=by) == 1


# ---- the clock ------------------------------------------------------------------------------------------------------


def test_another_marking_starts_no_clock_anew(node: Node, hands: Hands) -> None:
    id = node.submit(intelligence(), by="ann@ash").id
    for year, marking in ((2028, GREEN), (2030, INTELLIGENCE), (2030, NARROW)):
        hands.at = datetime(year, 6, 1, tzinfo=UTC)
        id = node.remark(id, marking, by="ann@ash").receipt.id
    hands.at = datetime(2030, 12, 1, tzinfo=UTC)
    (due,) = node.review_queue(viewer="officer@ash")
    assert (due.report, due.since, due.due) == (id, START, datetime(2031, 1, 1, tzinfo=UTC))
    assert due.submitted_at == datetime(2030, 6, 1, tzinfo=UTC)
    hands.at = datetime(2031, 1, 1, tzinfo=UTC)
    assert node.purge_due([id], reason="28 CFR 23.20(h)", by="officer@ash") == 1


def test_a_review_of_the_edition_before_counts_and_a_correction_is_a_new_record(node: Node, hands: Hands) -> None:
    first = node.submit(intelligence(), by="ann@ash").id
    hands.at = datetime(2027, 1, 1, tzinfo=UTC)
    node.renew([first], reason="validated", by="officer@ash")
    hands.at = datetime(2029, 1, 1, tzinfo=UTC)
    second = node.remark(first, GREEN, by="ann@ash").receipt.id
    corrected = msgspec.structs.replace(intelligence("8", marking=GREEN), supersedes=(second,))
    third = node.submit(corrected, by="ann@ash").id
    node.purge([second], reason="28 CFR 23.20(h)", by="ann@ash")
    due = node.review_queue(viewer="officer@ash", within_days=3650)
    assert [(each.report, each.since) for each in due] == [(third, hands.at)]


def test_a_clock_runs_from_the_last_review_of_any_edition(node: Node, hands: Hands) -> None:
    first = node.submit(intelligence(), by="ann@ash").id
    hands.at = datetime(2027, 1, 1, tzinfo=UTC)
    node.renew([first], reason="validated", by="officer@ash")
    reviewed, hands.at = hands.at, datetime(2029, 1, 1, tzinfo=UTC)
    second = node.remark(first, GREEN, by="ann@ash").receipt.id
    due = node.review_queue(viewer="officer@ash", within_days=3650)
    assert [(each.report, each.since) for each in due] == [(second, reviewed)]


@pytest.mark.parametrize("code", ["fact", "published", "temporary"])
def test_another_class_is_the_officers_to_give_with_a_reason(node: Node, code: str) -> None:
    node.register(Viewer("chief@ash", "ash", roles=("privacy-officer",)))
    id = node.submit(intelligence(), by="ann@ash").id
    other = msgspec.structs.replace(INTELLIGENCE, retention=code)
    with pytest.raises(Refused, match="may not review"):
        node.remark(id, other, by="ann@ash", reason="it is no intelligence")
    with pytest.raises(NotSaid):
        node.remark(id, other, by="chief@ash", reason=" ")
    with pytest.raises(NotSaid):
        node.remark(id, GREEN, by="ann@ash", reason="x" * (REASON_CHARACTERS + 1))
    assert node.report(id, viewer="ann@ash") is not None, "nothing was changed"
    done = node.remark(id, other, by="chief@ash", reason="x" * REASON_CHARACTERS).receipt.id
    entry = node.report(done, viewer="ann@ash")
    assert entry is not None
    assert entry.report.marking.retention == code
    (due,) = node.review_queue(viewer="officer@ash", within_days=36500) or [None]
    assert (due is None) == (code == "published")
    assert due is None or due.since == START


# ---- to whom it was given -------------------------------------------------------------------------------------------


def test_the_record_of_dissemination_stays_through_re_marking_and_purge(node: Node, hands: Hands) -> None:
    first = node.submit(intelligence(), by="ann@ash").id
    disseminate(node, first, "sheriff")
    second = node.remark(first, GREEN, by="ann@ash").receipt.id
    disseminate(node, second, "port police", by="bob@birch")
    done = node.remark(second, NARROW, by="ann@ash")
    both = ["sheriff", "port police"]
    assert [each.to for each in done.given] == both
    third = done.receipt.id
    for viewer in ("ann@ash", "officer@ash", "aud@ash", "aud@birch"):
        assert given(node, third, viewer) == both
    node.purge([third], reason="28 CFR 23.20(h)", by="officer@ash")
    for viewer in ("officer@ash", "aud@ash", "aud@birch"):
        assert (given(node, third, viewer), given(node, first, viewer)) == (both, both[:1])
    assert given(node, third, "ann@ash") == [], "a tombstone is for officers and auditors"


def test_who_may_not_see_an_edition_is_not_told_to_whom_it_was_given(node: Node) -> None:
    secret = node.submit(case("7", marking=private()), by="ann@ash").id
    disseminate(node, secret, "sheriff")
    wide = node.remark(secret, marked("ash"), by="ann@ash").receipt.id
    disseminate(node, wide, "port police")
    for viewer in ("bob@birch", "officer@birch"):
        assert given(node, wide, viewer) == ["port police"]
        assert given(node, secret, viewer) == []
    assert given(node, wide, "officer@ash") == ["sheriff", "port police"]
    narrow = node.remark(wide, private(), by="ann@ash").receipt.id
    assert given(node, narrow, "officer@birch") == [], "as for an id that never was"
    assert given(node, "r-never", "officer@ash") == given(node, "r-never", "aud@birch") == []


# ---- who saw it -----------------------------------------------------------------------------------------------------


def test_a_second_re_marking_lists_who_saw_any_edition(node: Node, hands: Hands) -> None:
    first = node.submit(case("7", marking=marked("ash")), by="ann@ash").id
    node.report(first, viewer="bob@birch")
    hands.at += timedelta(hours=1)
    second = node.remark(first, marked("ash", tlp=Tlp.GREEN), by="ann@ash").receipt.id
    hands.at += timedelta(hours=1)
    node.report(second, viewer="cy@oak")
    done = node.remark(second, private(), by="ann@ash")
    assert {"bob@birch", "cy@oak"} <= {each.viewer for each in done.seen_by}
    assert {"bob@birch", "cy@oak"} <= saw(node, done.receipt.id, "officer@ash")
    assert saw(node, done.receipt.id, "aud@birch") == saw(node, done.receipt.id, "officer@ash")
    assert "cy@oak" not in saw(node, first, "officer@ash"), "what came after it is not asked for"
    looks = node.audit(viewer="officer@ash", report=done.receipt.id, of="bob@birch")
    assert [each.reports for each in looks] == [(first,)]


def test_an_officer_of_another_agency_is_not_led_from_a_hidden_edition_to_one_that_they_saw(node: Node) -> None:
    first = node.submit(case("7", marking=marked("ash")), by="ann@ash").id
    node.report(first, viewer="bob@birch")
    assert saw(node, first, "officer@birch") == {"bob@birch"}
    hidden = node.remark(first, private(), by="ann@ash").receipt.id
    assert saw(node, hidden, "officer@birch") == set(), "as for an id that never was"
    assert node.audit(viewer="officer@birch", report=hidden) == []


def test_what_is_bound_to_a_purpose_is_re_marked_for_that_purpose(node: Node) -> None:
    bound = Marking(originator="ash", tlp=Tlp.CLEAR, purposes=("prosecution",))
    id = node.submit(case("7", marking=bound), by="ann@ash").id
    with pytest.raises(CutsetError):
        node.remark(id, private(), by="ann@ash")
    done = node.remark(id, private(), by="ann@ash", purpose="prosecution")
    assert node.report(done.receipt.id, viewer="ann@ash") is not None
    assert "ann@ash" in saw(node, done.receipt.id, "officer@ash")

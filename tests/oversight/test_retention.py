"""Criminal intelligence has a basis, a clock and a review; nothing is purged by the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutset.log.errors import NoSuchViewer
from cutset.log.reviews import NotSaid
from cutset.model.marking import Marking, Tlp
from cutset.model.report import Basis, Confidence, Report
from cutset.model.retention import LEAST_FACTS, RetentionClass, classes, flaw
from cutset.node import Node, Refused
from tests.oversight.places import START, Hands
from tests.samples import case, marked, phone, portion, seizure

BASIS = Basis(
    facts="Seen on 3 and 5 January to hand parcels to a courier later found with cocaine.",
    activity="distribution of cocaine",
    official="officer@ash",
    confidence=Confidence(reliability="B", credibility="2"),
    obtained="seen in a public street",
)
INTELLIGENCE = marked("ash", les=True, retention="intelligence")


def intelligence(number: str = "7", *, basis: Basis | None = BASIS, marking: Marking = INTELLIGENCE) -> Report:
    return case(number, phone("+50755501234"), marking=marking, basis=basis)


def test_every_class_has_its_source_and_intelligence_is_reviewed_within_five_years() -> None:
    for code, each in classes().items():
        assert each.source, code
        assert each.meaning, code
        if each.intelligence:
            assert 0 < each.review_years <= 5, "28 CFR 23.20(h)"
    assert Marking(originator="ash").retention in classes()


UNJUDGED = Confidence(reliability="F", credibility="6")

WITHOUT: list[tuple[str, dict[str, Any]]] = [
    ("stated basis", {"basis": None}),
    ("states no facts", {"basis": msgspec.structs.replace(BASIS, facts="  bad man  ")}),
    ("no criminal activity", {"basis": msgspec.structs.replace(BASIS, activity=" ")}),
    ("no control official", {"basis": msgspec.structs.replace(BASIS, official="")}),
    ("obtained lawfully", {"basis": msgspec.structs.replace(BASIS, obtained=" ")}),
    ("reliability", {"basis": msgspec.structs.replace(BASIS, confidence=Confidence())}),
    ("reliability", {"basis": msgspec.structs.replace(BASIS, confidence=Confidence(reliability="G", credibility="1"))}),
    (
        "could be judged",
        {"basis": msgspec.structs.replace(BASIS, confidence=Confidence(reliability="F", credibility="6"))},
    ),
    ("law enforcement only", {"marking": marked("ash", retention="intelligence")}),
    ("no retention class", {"marking": marked("ash", retention="forever")}),
]


@pytest.mark.parametrize(("words", "changes"), WITHOUT, ids=[f"{n} {words}" for n, (words, _) in enumerate(WITHOUT)])
def test_intelligence_without_what_it_needs_is_refused_in_words(
    node: Node, words: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(Refused, match=words) as refused:
        node.submit(intelligence(**changes), by="ann@ash")
    assert refused.value.remedy
    assert node.submit(intelligence(), by="ann@ash").id


def test_intelligence_that_names_nobody_is_no_intelligence(node: Node) -> None:
    with pytest.raises(Refused, match="names nobody"):
        node.submit(case("7", marking=INTELLIGENCE, basis=BASIS), by="ann@ash")


def test_a_portion_that_is_intelligence_needs_a_basis_too(node: Node) -> None:
    apart = portion(marked("ash", tlp=Tlp.RED, les=True, retention="intelligence"), phone("+5071"))
    with pytest.raises(Refused, match="stated basis"):
        node.submit(seizure(portions=(apart,), marking=marked("ash", les=True)), by="ann@ash")


def test_what_cannot_be_judged_yet_is_temporary() -> None:
    unjudged = msgspec.structs.replace(BASIS, confidence=UNJUDGED)
    marking = msgspec.structs.replace(INTELLIGENCE, retention="temporary")
    assert flaw(intelligence(basis=unjudged, marking=marking)) is None


@given(st.text(max_size=LEAST_FACTS * 2))
def test_blank_facts_are_never_enough(facts: str) -> None:
    found = flaw(intelligence(basis=msgspec.structs.replace(BASIS, facts=facts)))
    assert (found is None) == (len(facts.strip()) >= LEAST_FACTS)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2080, 1, 1)), st.integers(1, 10))  # noqa: DTZ001
def test_no_clock_runs_a_day_too_long(since: datetime, years: int) -> None:
    since = since.replace(tzinfo=UTC)
    due = RetentionClass("t", "m", years, "s").due(since)
    assert due is not None
    assert due.year == since.year + years
    assert (due.month, due.day) in {(since.month, since.day), (2, 28)}


def test_what_is_due_is_shown_to_its_own_agency_until_someone_decides(node: Node, hands: Hands) -> None:
    kept = node.submit(intelligence("1"), by="ann@ash")
    gone = node.submit(intelligence("2"), by="ann@ash")
    node.submit(seizure(), by="ann@ash")
    hands.at = datetime(2030, 12, 1, tzinfo=UTC)
    due = node.review_queue(viewer="officer@ash")
    assert [(each.report, each.overdue) for each in due] == [(id, False) for id in sorted((kept.id, gone.id))]
    assert due[0].due == datetime(2031, 1, 1, tzinfo=UTC)
    assert node.review_queue(viewer="officer@birch") == []
    with pytest.raises(Refused, match="not overdue"):
        node.purge_due([gone.id], reason="28 CFR 23.20(h)", by="officer@ash")
    hands.at = datetime(2031, 1, 1, tzinfo=UTC)
    assert all(each.overdue for each in node.review_queue(viewer="officer@ash"))
    assert node.report(gone.id, viewer="ann@ash") is not None, "no clock purges"
    assert node.renew([kept.id], reason="still supplies the couriers; case 7 is open", by="officer@ash") == 1
    assert node.purge_due([gone.id], reason="28 CFR 23.20(h)", by="officer@ash") == 1
    assert node.review_queue(viewer="officer@ash") == []
    hands.at = datetime(2035, 12, 1, tzinfo=UTC)
    queue = node.review_queue(viewer="officer@ash")
    assert (kept.id, datetime(2036, 1, 1, tzinfo=UTC)) in [(each.report, each.due) for each in queue]
    assert node.log.verify(node.log.head()).ok


def test_a_renewal_is_the_officers_own_and_has_a_reason(node: Node) -> None:
    report = node.submit(intelligence(), by="ann@ash")
    with pytest.raises(Refused):
        node.renew([report.id], reason="kept", by="ann@ash")
    with pytest.raises(NotSaid):
        node.renew([report.id], reason=" ", by="officer@ash")
    with pytest.raises(NoSuchViewer):
        node.renew([report.id], reason="kept", by="nobody@ash")
    assert node.renew([report.id, "r-never"], reason="kept", by="officer@birch") == 0, "another agency's"
    assert node.renew([report.id, "r-never"], reason="kept", by="officer@ash") == 1


def test_a_dissemination_is_on_record_with_need_and_right(node: Node) -> None:
    report = node.submit(intelligence(), by="ann@ash")
    hidden = node.submit(intelligence("8", marking=msgspec.structs.replace(INTELLIGENCE, tlp=Tlp.RED)), by="ann@ash")
    with pytest.raises(NotSaid):
        node.disseminate([report.id], to="county sheriff", need="", right="28 CFR 23.20(f)(1)", by="ann@ash")
    done = node.disseminate(
        [report.id, hidden.id],
        to="county sheriff",
        need="stop of the courier",
        right="28 CFR 23.20(f)(1)",
        by="bob@birch",
    )
    assert done == 1, "what birch does not see it cannot have given"
    (given_,) = node.disseminations(report.id, viewer="officer@ash")
    assert (given_.by, given_.to, given_.need) == ("bob@birch", "county sheriff", "stop of the courier")
    assert node.disseminations(hidden.id, viewer="officer@birch") == []
    assert node.log.verify().ok


def test_a_dispute_is_shown_where_both_are_seen_until_it_is_withdrawn(node: Node) -> None:
    report = node.submit(intelligence(), by="ann@ash")
    dispute = node.submit(case("d1", marking=marked("birch"), disputes=(report.id,)), by="bob@birch")
    secret = case("d2", marking=marked("birch", tlp=Tlp.RED), disputes=(report.id,))
    apart = node.submit(secret, by="bob@birch")
    shown = node.disputes([report.id, "r-never"], viewer="ann@ash")
    assert [each.id for each in shown[report.id]] == [dispute.id]
    assert {each.id for each in node.disputes([report.id], viewer="bob@birch")[report.id]} == {dispute.id, apart.id}
    withdrawn = case("d1", marking=marked("birch"), supersedes=(dispute.id,), withdrawn=True)
    node.submit(withdrawn, by="bob@birch")
    assert node.disputes([report.id], viewer="ann@ash") == {}


def test_the_queue_holds_each_report_on_its_day_and_none_too_early(node: Node, hands: Hands) -> None:
    """Whatever the clock says, the queue is what the classes say of each report."""
    ids = []
    for n in range(8):
        hands.at = START + timedelta(days=47 * n)
        ids.append((node.submit(intelligence(str(n)), by="ann@ash").id, hands.at))
    for days in (0, 365 * 4, 365 * 5 - 1, 365 * 5 + 1, 365 * 5 + 100, 365 * 6, 365 * 7):
        hands.at = START + timedelta(days=days)
        expected = [
            id for id, since in ids if (due := classes()["intelligence"].due(since)) and due <= hands.at + timedelta(30)
        ]
        assert [each.report for each in node.review_queue(viewer="ann@ash", within_days=30)] == expected


def test_a_basis_that_says_nothing_of_how_it_was_obtained_has_the_bytes_that_it_always_had() -> None:
    older = msgspec.structs.replace(BASIS, obtained="")
    assert b"obtained" not in msgspec.json.encode(intelligence(basis=older))
    assert msgspec.json.decode(msgspec.json.encode(older), type=Basis) == older
    assert b"obtained" in msgspec.json.encode(BASIS)

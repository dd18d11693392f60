"""What an agency must review is all that is its own: also what is bound to a purpose, inherited, or in a portion."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from cutset.access.registry import Agency, Viewer
from cutset.model.marking import Marking, Tlp
from cutset.node import Node, Refused
from cutset.node.purpose import ForPurpose
from tests.oversight.places import Hands
from tests.oversight.test_retention import BASIS, INTELLIGENCE, intelligence
from tests.samples import marked, phone, portion, seizure

FOR_COURT = msgspec.structs.replace(INTELLIGENCE, purposes=("prosecution",))
FOR_NOTHING = msgspec.structs.replace(INTELLIGENCE, purposes=())
LATER = datetime(2031, 1, 1, tzinfo=UTC)


def due(node: Node, viewer: str) -> list[str]:
    return [each.report for each in node.review_queue(viewer=viewer)]


@pytest.mark.parametrize("marking", [FOR_COURT, FOR_NOTHING], ids=["for prosecution", "for nothing"])
def test_what_is_bound_to_a_purpose_is_reviewed_whatever_the_officer_looks_for(
    node: Node, hands: Hands, marking: Marking
) -> None:
    kept, gone = (node.submit(intelligence(number, marking=marking), by="ann@ash").id for number in "12")
    hands.at = LATER
    for asked in (node, ForPurpose(node, "prosecution"), ForPurpose(node, "statistics")):
        assert due(asked, "officer@ash") == sorted((kept, gone))
    assert due(node, "ann@ash") == [], "who is no officer is shown what they may see for their purpose"
    assert due(node, "officer@birch") == []
    assert node.renew([kept], reason="validated", by="officer@birch") == 0
    assert node.renew([kept], reason="validated", by="officer@ash") == 1
    assert node.purge_due([gone], reason="28 CFR 23.20(h)", by="officer@ash") == 1
    assert due(node, "officer@ash") == []
    assert node.log.held(gone) is None


def test_what_an_agency_inherited_it_reviews(node: Node, hands: Hands) -> None:
    kept, gone = (node.submit(intelligence(number), by="ann@ash").id for number in "12")
    bound = node.submit(intelligence("3", marking=FOR_COURT), by="ann@ash").id
    hands.at = LATER
    node.register(Agency("ash", country="US", active=False), Agency("elm", country="US", successor_of=("ash",)))
    node.register(Viewer("officer@elm", "elm", roles=("privacy-officer",)), Viewer("eve@elm", "elm"))
    assert due(node, "officer@elm") == sorted((kept, gone, bound))
    assert due(node, "eve@elm") == sorted((kept, gone))
    assert due(node, "officer@birch") == []
    assert node.renew([kept, bound], reason="validated", by="officer@elm") == 2
    with pytest.raises(Refused, match="not overdue"):
        node.purge_due([kept], reason="28 CFR 23.20(h)", by="officer@elm")
    assert node.purge_due([gone], reason="28 CFR 23.20(h)", by="officer@elm") == 1
    assert due(node, "officer@elm") == []


def test_a_report_is_due_with_the_portion_that_is_due_first(node: Node, hands: Hands) -> None:
    apart = portion(marked("ash", tlp=Tlp.RED, les=True, retention="intelligence"), phone("+50755501234"))
    report = seizure(portions=(apart,), marking=marked("ash", les=True))
    id = node.submit(msgspec.structs.replace(report, basis=BASIS), by="ann@ash").id
    node.submit(seizure(occurrence=2), by="ann@ash")
    hands.at = LATER
    (found,) = node.review_queue(viewer="officer@ash")
    assert (found.report, found.retention, found.due, found.overdue) == (id, "intelligence", LATER, True)

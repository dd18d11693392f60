"""What people decide of hidden leads shows to nobody else: the desk equals that of a store of only the visible."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cutset.node import Node
from tests.link.desk.people import ANN, BOB, CAT, node
from tests.samples import case, marked, phone, private, seizure

PEOPLE = {"ash": ANN, "birch": BOB, "cedar": CAT}
_reports = st.lists(
    st.tuples(st.booleans(), st.sampled_from(list(PEOPLE)), st.sampled_from(["+5071", "+5072"]), st.booleans()),
    min_size=3,
    max_size=5,
)
_acts = st.lists(
    st.tuples(st.sampled_from(list(PEOPLE)), st.sampled_from(["accept", "reject", "contact", "see", "undo"])),
    min_size=2,
    max_size=6,
)


def no_salt() -> bytes:
    return bytes(32)


def _act(made: Node, who: str, act: str, given_ids: list[str], number: int) -> None:
    if act == "undo":
        mine = [each for each in given_ids if made.report(each, viewer=who)]
        if mine:
            made.undo(mine[number % len(mine)], by=who)
        return
    leads = made.leads(viewer=who)
    if leads:
        of: Any = {
            "accept": made.accept_lead,
            "reject": made.reject_lead,
            "contact": made.contact_lead,
            "see": made.see_lead,
        }[act]
        given_ids.append(of(leads[number % len(leads)], by=who).id)


@settings(max_examples=6, deadline=None)
@given(_reports, _acts)
def test_the_desk_shows_what_a_store_of_the_visible_would(reports: list[Any], acts: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        (folder / "whole").mkdir()
        whole = node(folder / "whole", salt=no_salt)
        for number, (is_case, agency, value, hidden) in enumerate(reports):
            marking = private(agency) if hidden else marked(agency)
            event = seizure(phone(value), marking=marking, occurrence=number + 1)
            report = case(str(number), phone(value), marking=marking) if is_case else event
            whole.submit(report, by=PEOPLE[agency])
        decided: list[str] = []
        for number, (agency, act) in enumerate(acts):
            _act(whole, PEOPLE[agency], act, decided, number)
        for viewer in PEOPLE.values():
            (folder / viewer).mkdir()
            mine = node(folder / viewer, salt=no_salt)
            rights = whole.rights(viewer)
            for held in whole.log.follow(0):
                for entry in whole.log.fetch([held.entry.id], rights).values():
                    mine.submit(entry.report, by=entry.by)
            for of in ("agency", "viewer"):
                assert whole.inbox(viewer=viewer, of=of) == mine.inbox(viewer=viewer, of=of)
            assert whole.clocks(viewer=viewer) == mine.clocks(viewer=viewer)
            assert whole.release_requests(viewer=viewer) == mine.release_requests(viewer=viewer) == []

"""The law of the platform, for candidates: what is found equals what a store of only the visible would find."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cutset.access.rights import Rights
from cutset.errors import CutsetError
from cutset.link.candidates import query
from cutset.link.candidates.index import CandidateIndex
from cutset.link.candidates.query import match, matches_of
from cutset.model.mention import Mention, MentionKind, Role, Selector, SelectorKind
from tests import worlds
from tests.link.candidates.people import indexed, person
from tests.worlds import VIEWERS, build, build_for

NAMES = ("", "Juan Perez", "Perez Lopez, Juan", "Juana Peres")


def named() -> st.SearchStrategy[tuple[Mention, ...]]:
    """Mentions of a few people, so that keys and matches coincide all the time."""
    phones = st.sampled_from(["A", "B"]).map(lambda value: Selector(SelectorKind.PHONE, value, value, True))
    one = st.builds(
        Mention,
        kind=st.sampled_from([MentionKind.PERSON, MentionKind.PERSON, MentionKind.ORGANIZATION]),
        role=st.sampled_from([Role.SUBJECT, Role.OWNER]),
        name=st.sampled_from(NAMES),
        born=st.sampled_from([(), ("1979",), ("1979-09-21",)]),
        selectors=st.lists(phones, max_size=1).map(tuple),
    )
    return st.lists(one, max_size=2).map(tuple)


def everything(index: CandidateIndex, rights: Rights, reports: list[str]) -> Any:
    """All that the viewer can be shown."""
    asked = [person(name, born, phone=phone) for name in NAMES for born, phone in (("", ""), ("1979-09-21", "A"))]
    of_reports = []
    for report in reports:
        try:
            of_reports.append(matches_of(index, rights, report, threshold=0))
        except CutsetError as error:
            of_reports.append(str(error))
    return [match(index, rights, mention, threshold=0, limit=3) for mention in asked], of_reports


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_what_is_found_does_not_depend_on_the_hidden(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(worlds, "mentions", named)
        patch.setattr(query, "COMMON_ABOVE", 3)
        patch.setattr(query, "LEAST_SCORED", 2)
        patch.setattr(query, "MOST_SCORED", 4)
        patch.setattr(query, "FEW", 5)
        whole, submitted = build(Path(directory), data.draw(worlds.worlds()))
        ids = [*(held.entry.id for held in whole.log.follow(0)), "r-never"]
        index = indexed(whole)
        for viewer in VIEWERS:
            mine = build_for(Path(directory), viewer, submitted)
            shown = everything(index, whole.rights(viewer.agency), ids)
            assert shown == everything(indexed(mine), mine.rights(viewer.agency), ids)

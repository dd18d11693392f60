"""A stamp that was written a little otherwise is found, by match and by near; it says where from, and not which."""

from __future__ import annotations

import pytest

from cutset.link.candidates import query
from cutset.link.candidates.near import near
from cutset.link.candidates.query import match, matches_of
from cutset.model import selector
from cutset.model.mention import Mention, MentionKind, Role, SelectorKind
from tests.link.candidates.people import indexed, person, reports
from tests.samples import case, private, seizure
from tests.worlds import Store


def stamped(written: str, kind: MentionKind = MentionKind.DRUG_LOT) -> Mention:
    return Mention(kind=kind, role=Role.ITEM, selectors=(selector.read(SelectorKind.STAMP, written),))


def test_a_stamp_with_a_letter_more_is_found(store: Store) -> None:
    held = store.submit(case("7", stamped("BLACK WOLF", MentionKind.PARCEL)))
    store.submit(seizure(stamped("RED DRAGON"), person("Black Wolf"), occurrence=2))
    index = indexed(store)
    asked = stamped("BLACK WOLFS")
    (found,) = match(index, store.rights(), asked).matches
    assert found.report == held
    assert found.origin
    assert [(step.name, step.level) for step in found.score.comparisons] == [("stamp", "SLIP")]
    nearby = near(index, store.rights(), seizure(asked, occurrence=3))
    (close,) = nearby.found
    assert close.match == found
    event = store.submit(seizure(asked, occurrence=3))
    (of,) = matches_of(indexed(store), store.rights(), event)
    assert reports(of.answer) == [held]
    (again,) = near(indexed(store), store.rights(), event).found
    assert again.match.report == held


@pytest.mark.parametrize("written", ["black-wolf", "BLACKWOLF", "BALCK WOLF", "Black Wolf 22", "BLACK WOLVES", "WOLF"])
def test_ways_of_writing_a_stamp_share_a_key(store: Store, written: str) -> None:
    held = store.submit(seizure(stamped("BLACK WOLF")))
    assert reports(match(indexed(store), store.rights(), stamped(written), threshold=0)) == [held]


def test_what_has_no_stamp_is_not_compared(store: Store) -> None:
    store.submit(seizure(Mention(kind=MentionKind.PARCEL, name="box"), person("Ana Contreras"), occurrence=1))
    answer = match(indexed(store), store.rights(), Mention(kind=MentionKind.PARCEL, name="box"))
    assert not answer.compared
    assert match(indexed(store), store.rights(), person("Ana Contreras"), threshold=0).matches[0].origin is False


def test_a_stamp_that_all_copy_says_nothing_and_too_many_are_capped(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        store.submit(seizure(stamped("M30"), occurrence=number + 1))
    index = indexed(store)
    assert match(index, store.rights(), stamped("M 30")).matches == ()
    monkeypatch.setattr(query, "COMMON_ABOVE", 2)
    assert match(index, store.rights(), stamped("M 30"), threshold=0).capped


def test_hidden_stamps_are_neither_found_nor_counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "COMMON_ABOVE", 1)
    mine = store.submit(seizure(stamped("BLACK WOLF")))
    for number in range(3):
        store.submit(seizure(stamped("BLACK WOLF"), marking=private("birch"), occurrence=number + 2))
    answer = match(indexed(store), store.rights("ash"), stamped("BLACK WOLFS"))
    assert reports(answer) == [mine]
    assert not answer.capped

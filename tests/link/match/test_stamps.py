"""Stamps are alike in their letters, and a number in one is a code."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutset.link.learn.made import mentions
from cutset.link.learn.shipped import count_stamps
from cutset.link.match import weights
from cutset.link.match.blocking import blocking_keys
from cutset.link.match.compare import compare as compare_profiles
from cutset.link.match.evaluate import counted
from cutset.link.match.frequencies import Frequencies
from cutset.link.match.profile import Profile, profile
from cutset.link.match.score import Scorer
from cutset.link.match.stamps import Agreement, compare, read
from cutset.model import selector
from cutset.model.mention import Mention, MentionKind, SelectorKind


def lot(*written: str, kind: MentionKind = MentionKind.DRUG_LOT) -> Profile:
    return profile(Mention(kind=kind, selectors=tuple(selector.read(SelectorKind.STAMP, each) for each in written)))


def alike(left: str, right: str) -> float:
    return Scorer().score(lot(left), lot(right)).probability


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("BLACK WOLF", "Black-Wolf", "SAME"),
        ("BLACK WOLF", "blackwolf", "SAME"),
        ("BLACK WOLF", "WOLF BLACK", "SAME"),
        ("BLACK WOLF", "BLACK WOLFS", "SLIP"),
        ("BLACK WOLF", "BALCK WOFL", "SLIP"),
        ("ROLEX", "ROLEKS", "DIFFERENT"),
        ("ROLEX", "ROLEXX", "SLIP"),
        ("BLACK WOLF", "WOLF", "PART"),
        ("BLACK WOLF", "BLACK WOLF 22", "PART"),
        ("BLACK WOLF", "BLACK WOLVES", "ALIKE"),
        ("BLACK WOLF", "WHITE WOLF", "DIFFERENT"),
        ("BLACK WOLF 22", "BLACK WOLF 23", "DIFFERENT"),
        ("M30", "M | 30", "SAME"),
        ("M30", "M32", "DIFFERENT"),
        ("LV", "IV", "DIFFERENT"),
        ("ЧЁРНЫЙ ВОЛК", "Chernyy Volk", "SAME"),
    ],
)
def test_levels(left: str, right: str, expected: str) -> None:
    one, other = read(left), read(right)
    assert one
    assert other
    assert compare(one, other).name == compare(other, one).name == expected


def test_a_rare_stamp_says_more_than_one_that_all_copy() -> None:
    assert alike("BLACK WOLF", "BLACK WOLF") > 0.9
    assert 0.5 < alike("BLACK WOLF", "BLACK WOLFS") < alike("BLACK WOLF", "BLACK WOLF")
    assert alike("BLACK WOLF", "WOLF") < 0.5
    assert alike("M30", "M 30") < 0.1
    # A slip in a stamp that everyone copies is worth as little.
    assert alike("XANAX", "XANAXX") < 0.1


def test_counted_stamps_replace_the_shipped_shares() -> None:
    many = [lot("BLACK WOLF")] * 5_000 + [lot("ROLEX")] * 5_000
    everywhere = Scorer(frequencies=counted(many)).score(lot("BLACK WOLF"), lot("BLACK WOLF"))
    assert everywhere.probability < 0.1


def test_a_parcel_is_compared_with_a_lot_by_its_stamp_and_nothing_else() -> None:
    parcel = lot("BLACK WOLF", kind=MentionKind.PARCEL)
    score = Scorer().score(parcel, lot("BLACK WOLFS"))
    assert [(step.name, step.level) for step in score.comparisons] == [("stamp", "SLIP")]
    assert score.weight == Scorer().weight(lot("BLACK WOLFS"), parcel)
    item = selector.read(SelectorKind.POSTAL_ITEM, "RA473124829GB")
    assert item.verified
    assert blocking_keys(profile(Mention(kind=MentionKind.PARCEL, name="box", selectors=(item,)))) == []
    with pytest.raises(ValueError, match="not compared"):
        compare_profiles(parcel, profile(Mention(kind=MentionKind.PERSON, name="Black Wolf")), Frequencies())


def test_what_is_not_verified_is_not_compared() -> None:
    assert lot("M").titles == ()
    assert Scorer().score(lot("M"), lot("M")).probability == pytest.approx(0.01)


def test_lots_of_one_made_maker_share_a_key_where_their_stamps_are_alike() -> None:
    by_maker: dict[int, list[Profile]] = {}
    for maker, mention in mentions(MentionKind.DRUG_LOT, 600, seed=5):
        by_maker.setdefault(maker, []).append(profile(mention))
    alike = missed = 0
    for lots in by_maker.values():
        for one, other in pairwise(lots):
            if one.titles and other.titles and compare(one.titles[0], other.titles[0]) >= Agreement.SLIP:
                alike += 1
                missed += set(blocking_keys(one)).isdisjoint(blocking_keys(other))
    assert alike > 200
    assert missed / alike < 0.02


def test_the_shipped_weights_are_what_counting_gives() -> None:
    shipped, again = weights.shipped(MentionKind.PARCEL), count_stamps(pairs=60_000)
    assert again.prior == shipped.prior
    for one, other in zip(again.comparisons["stamp"], shipped.comparisons["stamp"], strict=True):
        assert one.m == other.m
        # Counted by a tenth of the pairs.
        assert one.u == pytest.approx(other.u, rel=0.6)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_two_texts_agree_the_same_both_ways(left: str, right: str) -> None:
    one, other = read(left), read(right)
    if one and other:
        assert compare(one, other) is compare(other, one)
        assert compare(one, one) is Agreement.SAME

from __future__ import annotations

from random import Random

import pytest

from cutset.link.learn.em import LEAST_DISAGREEMENT, NothingToLearn, expect_and_maximise, learn, levels_learned
from cutset.link.learn.made import mentions
from cutset.link.learn.vectors import by_chance
from cutset.link.match.extras import MissingExtra, needed
from cutset.link.match.profile import profile
from cutset.link.match.weights import Level, read, shipped, write
from cutset.model.mention import Mention, MentionKind

VESSEL = MentionKind.VESSEL


def drawn(shares: tuple[float, ...], random: Random) -> int:
    return random.choices(range(len(shares)), shares)[0]


def test_em_finds_the_shares_by_which_pairs_were_drawn() -> None:
    pytest.importorskip("splink", reason="the extra cutset[splink] is not installed")
    random = Random(4)
    flat = (0.94, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01)
    u = {
        "name": flat,
        "flag": (0.9, 0.1),
        "serial": (0.9997, 1e-4, 1e-4, 1e-4),
        "registration": (0.97, 0.01, 0.01, 0.01),
    }
    m = {
        "name": (0.05, 0.02, 0.01, 0.02, 0.1, 0.2, 0.6),
        "flag": (0.2, 0.8),
        "serial": (0.1, 0.02, 0.08, 0.8),
        "registration": (0.2, 0.1, 0.1, 0.6),
    }
    vectors = [
        tuple(drawn((m if one < 4_000 else u)[name], random) for name in ("name", "flag", "serial", "registration"))
        for one in range(24_000)
    ]
    random.shuffle(vectors)
    learned = expect_and_maximise(vectors, VESSEL, u)
    for name, shares in m.items():
        assert learned[name] == pytest.approx(shares, abs=0.03)


def test_weights_are_learned_from_mentions_and_kept_in_a_file() -> None:
    pytest.importorskip("splink", reason="the extra cutset[splink] is not installed")
    profiles = [profile(mention) for _, mention in mentions(VESSEL, 500, seed=8)]
    learned = learn(profiles, version="mine-1", sample=20_000)
    assert read(write(learned), "mine.toml") == learned
    assert learned.version == "mine-1"
    for name, levels in learned.comparisons.items():
        assert levels[-1].m > levels[-1].u, name
        assert levels[0].m >= LEAST_DISAGREEMENT / 2, name


def test_a_comparison_that_was_never_met_keeps_what_is_shipped() -> None:
    pytest.importorskip("splink", reason="the extra cutset[splink] is not installed")
    profiles = [
        profile(Mention(kind=VESSEL, name=mention.name, aliases=mention.aliases, selectors=mention.selectors))
        for _, mention in mentions(VESSEL, 400, seed=8)
    ]
    assert learn(profiles, sample=20_000).comparisons["flag"] == shipped(VESSEL).comparisons["flag"]


def test_chance_leaves_pairs_of_one_thing_out() -> None:
    things, profiles = zip(
        *((thing, profile(mention)) for thing, mention in mentions(VESSEL, 20, seed=3, most=6)), strict=True
    )
    mixed = by_chance(profiles, VESSEL, 20_000, 1)
    apart = by_chance(profiles, VESSEL, 20_000, 1, things)
    assert mixed["serial"][-1] > 0.01
    assert apart["serial"][-1] < 1e-3
    assert sum(apart["name"]) == pytest.approx(1)


def test_a_level_never_met_keeps_its_share_and_the_others_share_the_rest() -> None:
    base = (Level(0.5, 0.8), Level(0.2, 0.1), Level(0.3, 0.1))
    found = levels_learned(base, (0.1, 0.0, 0.9), (0.9, 0.01, 0.09))
    assert [level.m for level in found] == pytest.approx([0.08, 0.2, 0.72])
    assert [level.u for level in found] == [0.9, 0.01, 0.09]


def test_too_little_and_too_many_kinds_are_refused() -> None:
    with pytest.raises(NothingToLearn, match="two or more"):
        learn([profile(Mention(kind=VESSEL, name="Coral Trader"))])
    two = [profile(Mention(kind=kind, name="Coral Trader")) for kind in (VESSEL, MentionKind.PERSON)]
    with pytest.raises(NothingToLearn, match="one kind"):
        learn(two)


def test_an_absent_extra_is_said_with_what_to_install() -> None:
    with pytest.raises(MissingExtra, match="no_such_module_of_ours"):
        needed("no_such_module_of_ours")

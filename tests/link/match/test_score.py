from __future__ import annotations

import json as plain_json
from itertools import pairwise
from math import log2
from xml.etree import ElementTree

import msgspec
import pytest

from cutset.link.learn.made import mentions
from cutset.link.match import waterfall, weights
from cutset.link.match.blocking import MOST_KEYS, blocking_keys
from cutset.link.match.compare import COMPARISONS
from cutset.link.match.frequencies import Frequencies
from cutset.link.match.profile import COMPARED, MOST_NAMES, STAMPED, Profile, decode, encode, profile
from cutset.link.match.score import DIFFERENT_KINDS, LEAST_SHARE, Scorer, probability
from cutset.link.match.weights import BadWeights
from cutset.model.mention import Mention, MentionKind, Selector, SelectorKind

SCORER = Scorer()


def person(
    name: str = "", *, aliases: tuple[str, ...] = (), born: str = "", phone: str = "", address: str = ""
) -> Profile:
    return profile(
        Mention(
            kind=MentionKind.PERSON,
            name=name,
            aliases=aliases,
            born=(born,) if born else (),
            addresses=(address,) if address else (),
            selectors=(Selector(SelectorKind.PHONE, phone, phone, True),) if phone else (),
        )
    )


def made(kind: MentionKind, things: int = 60) -> list[Profile]:
    return [profile(mention) for _, mention in mentions(kind, things, seed=9)]


def test_the_waterfall_adds_up_to_the_weight_and_the_fast_path_agrees() -> None:
    for kind in sorted(COMPARED - {MentionKind.AIRCRAFT}):
        profiles = made(kind)
        for one, other in pairwise(profiles):
            score = SCORER.score(one, other)
            total = score.prior_weight + sum(step.weight for step in score.comparisons)
            assert score.weight == pytest.approx(total, abs=1e-12)
            assert SCORER.weight(one, other) == score.weight
            assert SCORER.weight(other, one) == pytest.approx(score.weight, abs=1e-12)
            assert score.probability == probability(score.weight)
            assert [step.name for step in score.comparisons] == [each.name for each in COMPARISONS[kind]]


def test_the_weight_is_the_formula_worked_by_hand() -> None:
    one, other = person("Ana Quintero", born="1979-09-21"), person("Ana Quintero", born="1979-09-27")
    shipped, frequencies = weights.shipped(MentionKind.PERSON), Frequencies()
    given, family, born = (shipped.comparisons[name] for name in ("given", "family", "born"))
    by_hand = (
        log2(shipped.prior / (1 - shipped.prior))
        + log2(given[-1].m / max(frequencies.share("given", "ana"), LEAST_SHARE))
        + log2(family[-1].m / max(frequencies.share("family", "quintero"), LEAST_SHARE))
        + log2(born[3].m / born[3].u)
    )
    assert SCORER.weight(one, other) == pytest.approx(by_hand, abs=1e-9)


def test_a_rare_surname_weighs_more() -> None:
    common = SCORER.weight(person("John Smith"), person("John Smith"))
    rare = SCORER.weight(person("John Zambada"), person("John Zambada"))
    assert rare > common + 5


def test_counts_over_what_is_visible_change_the_weight() -> None:
    scorer = Scorer(frequencies=Frequencies({"family": {"zambada": 900, "x": 100}}))
    pair = person("John Zambada"), person("John Zambada")
    assert scorer.weight(*pair) < SCORER.weight(*pair) - 5


def test_nothing_to_compare_leaves_the_prior() -> None:
    score = SCORER.score(person(), person("Ana Quintero", born="1979"))
    assert score.weight == score.prior_weight
    assert {step.level for step in score.comparisons} == {"MISSING"}


def test_a_mention_of_many_names_gains_nothing_by_them() -> None:
    poisoned = person("Ana Quintero", aliases=tuple(f"Maria{chr(97 + n % 26)} Surname{n}" for n in range(10_000)))
    target = person("Ana Quintero")
    assert poisoned.cut
    assert len(poisoned.names) == MOST_NAMES
    assert len(blocking_keys(poisoned)) <= MOST_KEYS
    plain = SCORER.weight(person("Ana Quintero"), target)
    assert SCORER.weight(poisoned, target) == pytest.approx(plain - 2 * log2(MOST_NAMES), abs=1e-9)


def test_only_verified_selectors_are_compared() -> None:
    unverified = Selector(SelectorKind.PHONE, "12", "12", False)
    found = profile(Mention(kind=MentionKind.PERSON, selectors=(unverified,)))
    assert found == Profile(MentionKind.PERSON)
    assert blocking_keys(found) == []


def test_no_text_that_could_hold_a_protected_trait_is_read() -> None:
    plain = Mention(kind=MentionKind.PERSON, name="Ana Quintero")
    described = msgspec.structs.replace(plain, description="of such a faith, people and colour")
    assert profile(plain) == profile(described)


def test_two_kinds_are_never_one() -> None:
    ship = profile(Mention(kind=MentionKind.VESSEL, name="Ana Quintero"))
    assert SCORER.weight(person("Ana Quintero"), ship) == DIFFERENT_KINDS
    assert SCORER.score(person("Ana Quintero"), ship).probability < 1e-20


def test_the_same_hull_outweighs_a_new_name_and_flag() -> None:
    def ship(name: str, flag: str, imo: str) -> Profile:
        return profile(
            Mention(
                kind=MentionKind.VESSEL, name=name, flag=flag, selectors=(Selector(SelectorKind.IMO, imo, imo, True),)
            )
        )

    renamed = SCORER.score(ship("Coral Trader", "PA", "9074729"), ship("Amber Dawn", "TZ", "9074729"))
    namesake = SCORER.score(ship("Coral Trader", "PA", "9074729"), ship("Coral Trader", "PA", "9395044"))
    assert renamed.weight > namesake.weight
    assert namesake.probability < 0.5


def test_profiles_are_kept_as_bytes() -> None:
    for kind in sorted(COMPARED - {MentionKind.AIRCRAFT}):
        for each in made(kind, 20):
            assert decode(encode(each)) == each
            assert len(encode(each)) < 300


def test_true_pairs_share_a_key() -> None:
    for kind, least in ((MentionKind.PERSON, 0.9), (MentionKind.ORGANIZATION, 0.9), (MentionKind.VESSEL, 0.9)):
        by_thing: dict[int, list[set[str]]] = {}
        for thing, mention in mentions(kind, 400, seed=5):
            by_thing.setdefault(thing, []).append(set(blocking_keys(profile(mention))))
        pairs = [(a, b) for keys in by_thing.values() for at, a in enumerate(keys) for b in keys[at + 1 :]]
        assert sum(not a.isdisjoint(b) for a, b in pairs) / len(pairs) > least


def test_a_waterfall_is_text_json_and_a_picture() -> None:
    score = SCORER.score(
        person("Ana <Quintero>", born="1979", phone="+5075551234"), person("Ana Quintero", born="circa 1980")
    )
    lines = waterfall.text(score).splitlines()
    assert len(lines) == len(score.comparisons) + 2
    assert plain_json.loads(waterfall.json(score))["weight"] == score.weight
    root = ElementTree.fromstring(waterfall.svg(score, "Ana & Ana"))
    titles = [each.text for each in root.iter() if each.tag.endswith("title")]
    bars = [each for each in root.iter() if each.tag.endswith("rect")]
    assert titles == ["Ana & Ana"]
    # One for the paper, the prior and the sum, and one for each comparison that is not missing.
    assert len(bars) == 3 + sum(step.level != "MISSING" for step in score.comparisons)


@pytest.mark.parametrize("kind", sorted(COMPARED))
def test_shipped_weights_say_how_they_were_learned_and_favour_agreement(kind: MentionKind) -> None:
    shipped = weights.shipped(kind)
    assert ("Counted, and not learned" if kind in STAMPED else "EM by Splink") in shipped.learned
    assert kind in shipped.kinds
    for name, levels in shipped.comparisons.items():
        assert levels[-1].m > levels[-1].u, name
        assert levels[0].m < levels[0].u, name


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (("m = ", "m = -"), "above 0"),
        (("prior = 1e-05", "prior = 1.5"), "between 0 and 1"),
        (("[given.SAME]", "[given.SAMESAME]"), "not a weights file"),
        (("version = ", "version == "), "not a weights file"),
        (('kinds = ["person"]', 'kinds = ["ghost"]'), "not a weights file"),
    ],
)
def test_a_bad_weights_file_is_refused_with_a_reason(change: tuple[str, str], what: str) -> None:
    text = weights.write(weights.shipped(MentionKind.PERSON)).replace(*change, 1)
    with pytest.raises(BadWeights, match=what):
        weights.read(text, "mine.toml")


def test_kinds_without_weights_are_said() -> None:
    with pytest.raises(BadWeights, match="no weights are shipped for a wallet"):
        weights.shipped(MentionKind.WALLET)

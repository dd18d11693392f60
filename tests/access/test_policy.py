"""Reading a policy: mistakes are told, and in ours no rule is idle."""

from __future__ import annotations

from itertools import product

import pytest

from cutset.access.conditions import VOCABULARY, Conditions
from cutset.access.decide import decide
from cutset.access.policy import BadPolicy, Policy, policy, read
from cutset.model.marking import Marking, Tlp
from tests.access.people import MADE

SOUND = """
[purposes]
investigation = { meaning = "working a case", operational = true }
[[permit]]
id = "clear"
words = "all may see it"
when = ["clear"]
[[forbid]]
id = "les"
words = "only the police may see it"
when = ["les"]
unless = ["law-enforcement"]
"""


def test_a_policy_of_ones_own_decides() -> None:
    mine = read(SOUND)
    ann = MADE.viewer("ann@health")
    assert ann is not None
    assert decide(ann, Marking(originator="dea", tlp=Tlp.CLEAR), MADE, by=mine).allowed
    assert not decide(ann, Marking(originator="dea", tlp=Tlp.CLEAR, les=True), MADE, by=mine).allowed
    assert not decide(ann, Marking(originator="dea", tlp=Tlp.GREEN), MADE, by=mine).allowed


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('when = ["clear"]', 'when = ["purple"]', "unknown condition"),
        ('unless = ["law-enforcement"]', 'unless = ["law_enforcement"]', "unknown condition"),
        ('when = ["clear"]', "", "no condition"),
        ('unless = ["law-enforcement"]', 'unless = ["les"]', "can never apply"),
        ('id = "les"', 'id = "clear"', "id is taken"),
        ('id = "les"', 'id = "default"', "id is taken"),
        ('id = "les"', "", "missing required field `id`"),
        ("words =", "wrods =", "unknown field `wrods`"),
        ("[[forbid]]", "[[forbit]]", "unknown field `forbit`"),
        ("operational = true", 'operational = "yes"', "Expected `bool`"),
        ("[purposes]", "[purposes", "cannot be read"),
    ],
)
def test_a_mistake_is_told_and_where(was: str, becomes: str, told: str) -> None:
    assert was in SOUND
    with pytest.raises(BadPolicy, match=told) as raised:
        read(SOUND.replace(was, becomes, 1), where="mine.toml")
    assert "mine.toml" in raised.value.where
    assert raised.value.remedy


def test_the_vocabulary_is_closed_and_all_of_it_is_used_and_documented() -> None:
    used = {name for rule in policy().rules for name in (*rule.when, *rule.unless)}
    assert used == set(VOCABULARY)
    assert Conditions.__doc__ is not None
    for name in Conditions._fields:
        assert f"`{name}`" in Conditions.__doc__


def possible() -> list[Conditions]:
    """Every combination of conditions that can occur, but for those of the purpose, which vary least."""
    found = []
    free = ("active", "community", "law_enforcement", "originator", "same_country", "les", "orcon", "rel_to")
    purposes = (
        (False, False, False),
        (False, False, True),
        (True, False, True),
        (True, True, False),
        (True, True, True),
    )
    names = ((False, False, False), (True, False, False), (True, True, False), (True, True, True))
    for values in product((False, True), repeat=len(free)):
        said = dict(zip(free, values, strict=True))
        for named, purpose, level in product(names if said["rel_to"] else names[:1], purposes, Tlp):
            levels = {each.name.lower(): each is level for each in Tlp}
            by_name = dict(zip(("named", "named_directly", "named_in_person"), named, strict=True))
            by_purpose = dict(zip(("known_purpose", "operational_purpose", "purpose_allowed"), purpose, strict=True))
            found.append(Conditions(registered=True, **said, **levels, **by_name, **by_purpose))
    found += [each._replace(registered=False, active=False) for each in found]
    return found


CASES = possible()


@pytest.mark.parametrize("rule", [rule.reason.rule for rule in policy().rules])
def test_without_any_one_rule_some_decision_would_differ(rule: str) -> None:
    whole = policy()
    less = Policy(tuple(each for each in whole.rules if each.reason.rule != rule), whole.purposes)
    assert any(whole.decide(on).allowed != less.decide(on).allowed for on in CASES)


def condition_pairs() -> list[tuple[str, str]]:
    return [(rule.reason.rule, name) for rule in policy().rules for name in (*rule.when, *rule.unless)]


@pytest.mark.parametrize(("rule", "condition"), condition_pairs())
def test_without_any_one_condition_some_decision_or_reason_would_differ(rule: str, condition: str) -> None:
    whole = policy()
    rules = tuple(
        each._replace(
            when=tuple(name for name in each.when if name != condition),
            unless=tuple(name for name in each.unless if name != condition),
        )
        if each.reason.rule == rule
        else each
        for each in whole.rules
    )
    less = Policy(rules, whole.purposes)
    assert any(whole.decide(on) != less.decide(on) for on in CASES)

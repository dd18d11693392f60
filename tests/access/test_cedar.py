"""Two implementations of one policy: ours, and a Cedar policy written by itself. They must agree on every pair."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cedarpy import is_authorized_batch

from cutset.access.decide import decide
from cutset.access.policy import policy
from cutset.access.registry import Registry, Viewer
from cutset.model.marking import Marking
from tests.access.people import MADE, a_marking, a_purpose, a_registry, a_viewer

CEDAR = Path(__file__).with_name("policy.cedar").read_text("utf-8")
REGISTRIES = 20
PAIRS_EACH = 400


def reference(kind: str, name: str) -> dict[str, dict[str, str]]:
    return {"__entity": {"type": kind, "id": name}}


def entity(kind: str, name: str, attributes: dict[str, Any], parents: list[tuple[str, str]]) -> dict[str, Any]:
    above = [{"type": each, "id": of} for each, of in parents]
    return {"uid": {"type": kind, "id": name}, "attrs": attributes, "parents": above}


def entities(registry: Registry) -> list[dict[str, Any]]:
    """The registry as Cedar has it. What an agency replaced is above it, whether it is registered or not."""

    def groups(token: str) -> list[tuple[str, str]]:
        return [("Group", group.id) for group in registry.groups if token in group.members]

    found = []
    for agency in registry.agencies:
        parents = [("Agency", older) for older in agency.successor_of] + groups(f"agency:{agency.id}")
        found.append(entity("Agency", agency.id, {"active": agency.active}, parents))
    for viewer in registry.viewers:
        (agency,) = (each for each in registry.agencies if each.id == viewer.agency)
        partner = agency.community if agency.community is not None else agency.kind != "private"
        attributes = {
            "agency": reference("Agency", agency.id),
            "active": viewer.active,
            "police": agency.law_enforcement,
            "country": agency.country,
            "partner": partner,
        }
        found.append(entity("Viewer", viewer.id, attributes, [("Agency", agency.id), *groups(f"viewer:{viewer.id}")]))
    return found


def origin_country(marking: Marking, registry: Registry) -> str:
    """By the registered originator; else by the one that says that it replaced it."""
    of = [agency.country for agency in registry.agencies if agency.id == marking.originator]
    after = [agency.country for agency in registry.agencies if marking.originator in agency.successor_of]
    return [*of, *after, ""][0]


def context(viewer: Viewer, marking: Marking, purpose: str, registry: Registry) -> dict[str, Any]:
    kinds = {"agency": "Agency", "group": "Group", "viewer": "Viewer"}
    split = [token.partition(":") for token in marking.rel_to or ()]
    purposes = policy().purposes
    return {
        "level": marking.tlp.strictness,
        "les": marking.les,
        "orcon": marking.orcon,
        "originator": reference("Agency", marking.originator),
        "origin_country": origin_country(marking, registry),
        "claimed": reference("Agency", viewer.agency),
        "limited": marking.rel_to is not None,
        "released": [reference(kinds[kind], name) for kind, _, name in split if kind in kinds],
        "countries": [name for kind, _, name in split if kind == "country"],
        "any_purpose": marking.purposes is None,
        "purposes": list(marking.purposes or ()),
        "purpose": purpose,
        "known_purposes": list(purposes),
        "operational_purposes": [code for code, text in purposes.items() if text.operational],
    }


def by_cedar(asked: list[tuple[Viewer, Marking, str]], registry: Registry) -> list[bool]:
    requests = [
        {
            "principal": f"Viewer::{json_string(viewer.id)}",
            "action": 'Action::"see"',
            "resource": 'Report::"r"',
            "context": context(viewer, marking, purpose, registry),
        }
        for viewer, marking, purpose in asked
    ]
    answers = is_authorized_batch(requests, CEDAR, entities(registry))
    # A policy that fails in Cedar counts as one that does not apply: that would hide a mistake of ours.
    assert [answer.diagnostics.errors for answer in answers if answer.diagnostics.errors] == []
    return [answer.allowed for answer in answers]


def json_string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@pytest.mark.parametrize("seed", range(REGISTRIES))
def test_cedar_agrees_on_random_registries(seed: int) -> None:
    choose = Random(seed).choice
    registry = a_registry(choose)
    asked = [(a_viewer(choose, registry), a_marking(choose), a_purpose(choose)) for _ in range(PAIRS_EACH)]
    for (viewer, marking, purpose), allowed in zip(asked, by_cedar(asked, registry), strict=True):
        ours = decide(viewer, marking, registry, purpose=purpose)
        assert ours.allowed == allowed, (viewer, marking, purpose, ours, registry)


def test_the_random_pairs_reach_every_rule_and_both_answers() -> None:
    answers: Counter[bool] = Counter()
    decisive: Counter[str] = Counter()
    for seed in range(REGISTRIES):
        choose = Random(seed).choice
        registry = a_registry(choose)
        for _ in range(PAIRS_EACH):
            decision = decide(a_viewer(choose, registry), a_marking(choose), registry, purpose=a_purpose(choose))
            answers[decision.allowed] += 1
            forbids = [reason.rule for reason in decision.reasons if not reason.permits]
            permits = [reason.rule for reason in decision.reasons if reason.permits]
            # The rule that alone decided: the only permit of what was allowed, the only forbid of what was denied.
            decisive.update(permits if not forbids and len(permits) == 1 else [])
            decisive.update(forbids if permits and len(forbids) == 1 else [])
    assert answers.total() >= 5000
    assert min(answers.values()) >= 1000, answers
    rules = {rule.reason.rule for rule in policy().rules}
    assert {rule for rule in rules if decisive[rule] < 5} == set(), decisive


def test_cedar_agrees_on_every_marking_of_a_made_community() -> None:
    asked = []
    choose = Random(0).choice
    for viewer in MADE.viewers:
        for originator in ("dea", "customs", "carrier", "unodc", "policia", "nobody"):
            for released in ((), ("agency:policia",), ("group:cell",), ("country:US",), ("viewer:ann@port",), None):
                marking = a_marking(choose, originator)
                asked.append((viewer, Marking(originator=originator, tlp=marking.tlp, rel_to=released), "targeting"))
    ours = [decide(viewer, marking, MADE, purpose=purpose).allowed for viewer, marking, purpose in asked]
    assert by_cedar(asked, MADE) == ours
    assert {True, False} == set(ours)

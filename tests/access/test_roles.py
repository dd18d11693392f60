"""Roles give powers by the registry's word, and to the active only."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cutset.access.registry import Agency, Registry, Viewer
from cutset.access.roles import Power, may, may_administer, may_audit, may_explain, may_purge, roles
from cutset.model.marking import Marking

AGENCIES = (Agency("dea"), Agency("hsi"), Agency("closed", active=False))


def one(*held: str, agency: str = "dea", active: bool = True) -> tuple[Viewer, Registry]:
    viewer = Viewer(f"x@{agency}", agency, roles=held, active=active)
    return viewer, Registry(AGENCIES, (viewer,))


@pytest.mark.parametrize("role", list(roles()))
def test_a_role_gives_its_powers_and_no_others(role: str) -> None:
    viewer, registry = one(role)
    assert {power for power in Power if may(viewer, power, registry)} == set(roles()[role].powers)


def test_each_power_is_some_roles() -> None:
    assert {power for role in roles().values() for power in role.powers} == set(Power)


def test_the_four_questions() -> None:
    assert may_administer(*one("administrator"))
    assert may_audit(*one("auditor"))
    assert may_purge(*one("privacy-officer"))
    assert not any(ask(*one("member", "targeter", "liaison")) for ask in (may_administer, may_audit, may_purge))
    assert may_audit(*one("member", "auditor"))


def test_no_role_an_unknown_one_or_one_in_another_case_gives_nothing() -> None:
    for held in ((), ("emperor",), ("Administrator",), ("",)):
        assert not any(may(*swap(power, *one(*held))) for power in Power)


def swap(power: Power, viewer: Viewer, registry: Registry) -> tuple[Viewer, Power, Registry]:
    return viewer, power, registry


def test_the_inactive_the_stranger_and_the_self_appointed_have_no_power() -> None:
    assert not may_administer(*one("administrator", active=False))
    assert not may_administer(*one("administrator", agency="closed"))
    viewer, registry = one()
    assert not may_administer(replace(viewer, roles=("administrator",)), registry)
    assert not may_administer(Viewer("eve@dea", "dea", roles=("administrator",)), registry)


def test_an_explanation_is_for_the_originator_and_the_powerful() -> None:
    marking = Marking(originator="dea")
    viewer, registry = one()
    assert may_explain(viewer, marking, registry)
    viewer, registry = one(agency="hsi")
    assert not may_explain(viewer, marking, registry)
    for role, held in roles().items():
        viewer, registry = one(role, agency="hsi")
        assert may_explain(viewer, marking, registry) == (Power.EXPLAIN in held.powers)
    viewer, registry = one(active=False)
    assert not may_explain(viewer, marking, registry)
    assert not may_explain(Viewer("eve@dea", "dea"), marking, registry)
    assert not may_explain(*swap_marking(one(), Marking(originator="")))


def swap_marking(pair: tuple[Viewer, Registry], marking: Marking) -> tuple[Viewer, Marking, Registry]:
    return pair[0], marking, pair[1]

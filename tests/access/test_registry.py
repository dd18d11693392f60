"""Registries: what contradicts itself is refused, and what is looked up is found."""

from __future__ import annotations

import msgspec
import pytest

from cutset.access.registry import Agency, AgencyKind, BadRegistry, Group, Registry, Viewer
from tests.access.people import MADE

DEA = Agency("dea", country="US")
ANN = Viewer("ann@dea", "dea")


def test_records_are_found_by_their_ids() -> None:
    registry = Registry((DEA,), (ANN,), (Group("cell", members=("viewer:ann@dea",)),))
    assert registry.agency("dea") is DEA
    assert registry.viewer("ann@dea") is ANN
    assert registry.group("cell") is registry.groups[0]
    assert [registry.agency("DEA"), registry.viewer("dea"), registry.group("dea")] == [None] * 3


@pytest.mark.parametrize(
    ("agencies", "viewers", "groups", "told"),
    [
        ((DEA, DEA), (), (), "used twice"),
        ((DEA,), (ANN, Viewer("ann@dea", "dea", name="other")), (), "used twice"),
        ((DEA,), (), (Group("g"), Group("g")), "used twice"),
        ((Agency("DEA"),), (), (), "malformed"),
        ((Agency(""),), (), (), "malformed"),
        ((Agency("agency:dea"),), (), (), "malformed"),
        ((Agency("de a"),), (), (), "malformed"),
        ((Agency("dea\n"),), (), (), "malformed"),
        ((Agency("deä"),), (), (), "malformed"),
        ((DEA,), (Viewer("Ann@dea", "dea"),), (), "malformed"),
        ((DEA,), (), (Group("a,b"),), "malformed"),
        ((Agency("dea", country="us"),), (), (), "alpha-2"),
        ((Agency("dea", country="USA"),), (), (), "alpha-2"),
        ((DEA,), (Viewer("ann@hsi", "hsi"),), (), "agency is not registered"),
        ((DEA,), (), (Group("g"), Group("h", members=("group:g",))), "group in it"),
        ((DEA,), (), (Group("g", members=("group:g",)),), "group in it"),
        ((DEA,), (), (Group("g", members=("agency:hsi",)),), "neither"),
        ((DEA,), (), (Group("g", members=("viewer:dea",)),), "neither"),
        ((DEA,), (), (Group("g", members=("country:US",)),), "neither"),
        ((DEA,), (), (Group("g", members=("dea",)),), "neither"),
        ((Agency("a", successor_of=("a",)),), (), (), "succeeds itself"),
        (
            (Agency("a", successor_of=("b",), active=False), Agency("b", successor_of=("a",), active=False)),
            (),
            (),
            "succeeds itself",
        ),
        ((DEA, Agency("new", successor_of=("dea",))), (), (), "still active"),
    ],
)
def test_a_contradiction_is_refused_with_a_remedy(
    agencies: tuple[Agency, ...], viewers: tuple[Viewer, ...], groups: tuple[Group, ...], told: str
) -> None:
    with pytest.raises(BadRegistry, match=told) as raised:
        Registry(agencies, viewers, groups)
    assert raised.value.where
    assert raised.value.remedy


def test_updating_replaces_by_kind_and_id_and_checks_anew() -> None:
    registry = Registry((DEA,), (ANN,))
    again = registry.updated(Agency("dea", country="US", contact="555-0100"), Group("g", members=("agency:dea",)))
    dea = again.agency("dea")
    assert dea is not None
    assert dea.contact == "555-0100"
    assert again.viewers == registry.viewers
    assert registry.agency("dea") is DEA
    with pytest.raises(BadRegistry):
        registry.updated(Viewer("bo@hsi", "hsi"))
    assert registry.updated() == registry


def test_the_version_tells_contents_apart_and_not_their_order() -> None:
    other = Registry(MADE.agencies[::-1], MADE.viewers[::-1], MADE.groups[::-1])
    assert other.version == MADE.version
    assert hash(other) == hash(MADE)
    assert MADE.updated(Viewer("ann@dea", "dea", active=False)).version != MADE.version
    assert Registry((DEA,)).version != Registry((DEA,), (ANN,)).version


def test_a_registry_survives_being_written_down() -> None:
    written = msgspec.json.encode(MADE)
    assert msgspec.json.decode(written, type=Registry).version == MADE.version


def test_a_chain_of_successors_reaches_to_its_first() -> None:
    chain = Registry((Agency("c", country="US", successor_of=("b",)), Agency("b", active=False, successor_of=("a",))))
    assert chain.predecessors("c") == {"a", "b", "c"}
    assert chain.predecessors("b") == {"a", "b"}
    assert chain.predecessors("unknown") == {"unknown"}
    successor = chain.successor("b")
    assert successor is not None
    assert successor.id == "c"
    assert chain.successor("c") is None


@pytest.mark.parametrize("kind", list(AgencyKind))
def test_all_but_private_bodies_are_of_the_community_unless_it_is_said(kind: AgencyKind) -> None:
    assert Agency("a", kind=kind).in_community == (kind != "private")
    assert Agency("a", kind=kind, community=True).in_community
    assert not Agency("a", kind=kind, community=False).in_community
